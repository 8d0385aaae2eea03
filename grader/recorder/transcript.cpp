#include "recorder/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "recorder/lines.hpp"
#include "recorder/words.hpp"
#include "text/text.hpp"

namespace ipclab::recorder {

namespace {

constexpr int gap = 2;                    ///< the columns between columns of text
constexpr int least_columns_of_time = 8;  ///< most checks take less than 100 seconds

std::string told_time(const Line& line) {
    return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(line.time).count());
}

}  // namespace

std::string transcript(const Recording& recording) {
    const auto lines = lines_of(recording);
    int time = least_columns_of_time;
    int who = 0;
    for (const auto& line : lines) {
        time = std::max(time, text::display_width(told_time(line)));
    }
    for (const auto& lane : recording.lanes) {
        who = std::max(who, text::display_width(name_of(lane)));
    }
    auto text = fmt::format("{}\n{}\n", words::transcript, words::transcript_columns);
    for (const auto& line : lines) {
        if (line.kind == Line::Kind::gap) {
            text += fmt::format(words::left_out, line.count) + '\n';
            continue;
        }
        text += text::right_aligned(told_time(line), time) + text::padded("", gap) +
                text::padded(name_of(recording.lanes.at(line.lane)), who + gap) +
                text::harmless(line.text) + '\n';
    }
    return text;
}

}  // namespace ipclab::recorder
