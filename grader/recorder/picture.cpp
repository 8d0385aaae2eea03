#include "recorder/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "recorder/lines.hpp"
#include "recorder/words.hpp"
#include "text/text.hpp"

namespace ipclab::recorder {

namespace {

constexpr int most_columns_of_words = 72;  ///< of a request or an answer
constexpr std::size_t most_waiting = 4;    ///< processes whose waiting is shown wherever it began

using Lines = std::vector<Line>;

// --- fewer lines ------------------------------------------------------------

bool contains(const std::vector<std::size_t>& ids, std::size_t id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Makes one line of a call and its return where nothing is between them.
Lines with_results(const Recording& recording, Lines lines) {
    Lines merged;
    for (auto& line : lines) {
        const bool same = line.kind == Line::Kind::returns && !merged.empty() &&
                          merged.back().kind == Line::Kind::call &&
                          contains(line.events, merged.back().events.front());
        if (!same) {
            merged.push_back(std::move(line));
            continue;
        }
        auto& call = merged.back();
        call.kind = Line::Kind::whole_call;
        call.text += " " + told_end(recording.find(call.events.front())->call);
        call.events.push_back(line.events.back());
        ++call.count;
    }
    return merged;
}

/// Finds what a process repeats: the same call with the same result, or two or three in turn, at
/// least three times.
class Repetition {
public:
    explicit Repetition(const Lines& lines) : lines_(lines), runs_(lines.size()) {
        std::map<std::size_t, std::vector<std::size_t>> by_lane;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (lines[i].kind != Line::Kind::gap) {
                by_lane[lines[i].lane].push_back(i);
            }
        }
        for (const auto& [lane, places] : by_lane) {
            find_runs(places);
        }
    }

    /// @return for each line the number of the run that it belongs to; 0: none. A call that comes
    ///         in turn with others has a run of its own.
    [[nodiscard]] const std::vector<std::size_t>& runs() const { return runs_; }

private:
    static constexpr std::size_t longest_turn_ = 3;
    static constexpr std::size_t least_repeats_ = 3;

    void find_runs(const std::vector<std::size_t>& places) {
        for (std::size_t start = 0; start < places.size();) {
            std::size_t taken = 1;
            for (std::size_t turn = 1; turn <= longest_turn_ && taken == 1; ++turn) {
                const auto same = repeated(places, start, turn);
                if (same / turn >= least_repeats_) {
                    taken = same - same % turn;
                    mark(places, start, taken, turn);
                }
            }
            start += taken;
        }
    }

    /// @return how many lines from start on are like the one a turn before them, the first turn
    ///         among them.
    [[nodiscard]] std::size_t repeated(const std::vector<std::size_t>& places, std::size_t start,
                                       std::size_t turn) const {
        std::size_t end = start;
        while (end < places.size()) {
            const auto& line = lines_[places[end]];
            if (line.kind != Line::Kind::whole_call ||
                (end >= start + turn && line.text != lines_[places[end - turn]].text)) {
                break;
            }
            ++end;
        }
        return end - start;
    }

    void mark(const std::vector<std::size_t>& places, std::size_t start, std::size_t count,
              std::size_t turn) {
        for (std::size_t i = 0; i < count; ++i) {
            runs_[places[start + i]] = last_ + 1 + i % turn;
        }
        last_ += turn;
    }

    const Lines& lines_;
    std::vector<std::size_t> runs_;
    std::size_t last_ = 0;
};

/// Makes one line of what processes repeat while nothing else happens.
Lines folded(Lines lines) {
    const auto runs = Repetition(lines).runs();
    Lines fewer;
    std::map<std::size_t, std::size_t> places;  // of a run, since anything else happened
    std::map<std::size_t, std::size_t> repeats;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (runs[i] == 0) {
            places.clear();
            fewer.push_back(std::move(lines[i]));
        } else if (const auto [place, is_new] = places.emplace(runs[i], fewer.size()); is_new) {
            fewer.push_back(std::move(lines[i]));
        } else {
            auto& first = fewer[place->second];
            first.events.insert(first.events.end(), lines[i].events.begin(), lines[i].events.end());
            first.count += lines[i].count;
            repeats.try_emplace(place->second, 1).first->second += 1;
        }
    }
    for (const auto& [place, count] : repeats) {
        fewer[place].text = fmt::format(words::times, fewer[place].text, count);
    }
    return fewer;
}

// --- what to show -----------------------------------------------------------

/// The lines that are shown. Each stretch that is left out takes a row, too.
class Choice {
public:
    Choice(const Lines& lines, std::size_t most_rows) : lines_(lines), most_rows_(most_rows) {}

    /// Adds a line if there is room.
    void add(std::size_t line) {
        const bool is_new = lines_[line].kind != Line::Kind::gap && chosen_.insert(line).second;
        // One line is shown in any case, even where no row is left to say that there are more.
        if (is_new && chosen_.size() > 1 && rows() > most_rows_) {
            chosen_.erase(line);
        }
    }

    [[nodiscard]] const std::set<std::size_t>& lines() const { return chosen_; }

private:
    [[nodiscard]] std::size_t rows() const {
        std::size_t rows = chosen_.size();
        std::size_t next = 0;
        for (const auto line : chosen_) {
            rows += line > next ? 1 : 0;
            next = line + 1;
        }
        return rows + (next < lines_.size() ? 1 : 0);
    }

    const Lines& lines_;
    std::size_t most_rows_;
    std::set<std::size_t> chosen_;
};

/// @return the line that a mark means: of a call's two lines the one that has the part.
std::optional<std::size_t> marked_line(const Lines& lines, const Mark& mark) {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!contains(lines[i].events, mark.event)) {
            continue;
        }
        if (lines[i].text.find(mark.part) != std::string::npos) {
            return i;
        }
        first = first.value_or(i);
    }
    return first;
}

/// Adds what belongs to a line: the request before it, the answer after it, and the other line of
/// its call.
void add_context(Choice& choice, const Recording& recording, const Lines& lines,
                 std::size_t centre) {
    const auto process = recording.lanes.at(lines[centre].lane).process;
    const auto is = [&](const Line& line, What what) {
        const auto* const event =
            line.kind == Line::Kind::other ? recording.find(line.events.front()) : nullptr;
        return event != nullptr && event->what == what &&
               recording.lanes.at(line.lane).process == process;
    };
    for (std::size_t i = centre + 1; i-- > 0;) {
        if (is(lines[i], What::request)) {
            choice.add(i);
            break;
        }
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].kind != Line::Kind::gap &&
            contains(lines[i].events, lines[centre].events[0])) {
            choice.add(i);
        }
    }
    for (std::size_t i = centre; i < lines.size(); ++i) {
        if (is(lines[i], What::answer)) {
            choice.add(i);
            break;
        }
    }
}

/// Adds the calls in which processes wait at the end.
void add_waiting(Choice& choice, const Recording& recording, const Lines& lines) {
    std::size_t added = 0;
    for (std::size_t i = lines.size(); i-- > 0 && added < most_waiting;) {
        const bool returned = lines[i].kind != Line::Kind::call ||
                              recording.find(lines[i].events.front())->call.returned();
        if (!returned) {
            choice.add(i);
            ++added;
        }
    }
}

/// Adds what happened close to a line, and rather before it than after it.
void add_surroundings(Choice& choice, const Lines& lines, std::size_t centre) {
    std::size_t before = centre;
    std::size_t after = centre + 1;
    while (before > 0 || after < lines.size()) {
        for (int i = 0; i < 2 && before > 0; ++i) {
            choice.add(--before);
        }
        if (after < lines.size()) {
            choice.add(after++);
        }
    }
}

std::set<std::size_t> chosen(const Recording& recording, const Lines& lines,
                             std::optional<std::size_t> marked, std::size_t most_rows) {
    Choice choice(lines, most_rows);
    const auto centre = marked.value_or(lines.size() - 1);
    choice.add(centre);
    if (marked) {
        add_context(choice, recording, lines, centre);
    }
    add_waiting(choice, recording, lines);
    add_surroundings(choice, lines, centre);
    return choice.lines();
}

// --- the picture ------------------------------------------------------------

class Painter {
public:
    Painter(const Recording& recording, const Lines& lines, const std::set<std::size_t>& chosen)
        : recording_(recording), lines_(lines) {
        for (const auto line : chosen) {
            lanes_.push_back(lines[line].lane);
        }
        std::sort(lanes_.begin(), lanes_.end(),
                  [&](std::size_t one, std::size_t other) { return place(one) < place(other); });
        lanes_.erase(std::unique(lanes_.begin(), lanes_.end()), lanes_.end());
        for (const auto lane : lanes_) {
            picture_.columns.push_back(name_of(recording.lanes.at(lane)));
        }
    }

    void add(std::size_t index) {
        add_gap(index);
        next_ = index + 1;
        const auto& line = lines_[index];
        picture_.rows.push_back({.column = *column_of(line.lane),
                                 .text = line.kind == Line::Kind::other
                                             ? text::cut(line.text, most_columns_of_words, "...")
                                             : line.text,
                                 .waiting = columns_of(line.waiting)});
    }

    void mark_last(const Mark& mark) {
        auto& row = picture_.rows.back();
        const bool has_part = !mark.part.empty() && row.text.find(mark.part) != std::string::npos;
        row.part = has_part ? mark.part : row.text;
        row.note = mark.note;
    }

    [[nodiscard]] Picture picture(std::size_t most_rows) && {
        add_gap(lines_.size());
        auto& rows = picture_.rows;
        if (rows.size() > most_rows) {
            std::erase_if(rows, [](const auto& row) { return row.text.empty(); });
        }
        return std::move(picture_);
    }

private:
    /// Lanes are numbered as they begin, and a child may begin after the next process.
    [[nodiscard]] std::pair<int, int> place(std::size_t lane) const {
        const auto& which = recording_.lanes.at(lane);
        return {which.process, which.child};
    }

    [[nodiscard]] std::optional<std::size_t> column_of(std::size_t lane) const {
        const auto found = std::find(lanes_.begin(), lanes_.end(), lane);
        return found == lanes_.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::size_t>(found - lanes_.begin()));
    }

    [[nodiscard]] std::vector<std::size_t> columns_of(const std::vector<std::size_t>& lanes) const {
        std::vector<std::size_t> columns;
        for (const auto lane : lanes) {
            if (const auto column = column_of(lane)) {
                columns.push_back(*column);
            }
        }
        return columns;
    }

    /// A row for the lines up to this one that are left out, if any.
    void add_gap(std::size_t end) {
        if (next_ == end) {
            return;
        }
        std::size_t count = 0;
        auto waiting = lines_[next_].waiting;  // all the while
        for (std::size_t i = next_; i < end; ++i) {
            count += lines_[i].count;
            std::erase_if(waiting, [&](auto lane) { return !contains(lines_[i].waiting, lane); });
        }
        picture_.rows.push_back(
            {.waiting = columns_of(waiting), .note = fmt::format(words::more, count)});
    }

    const Recording& recording_;
    const Lines& lines_;
    std::vector<std::size_t> lanes_;  ///< of the columns
    Picture picture_;
    std::size_t next_ = 0;  ///< the first line that is neither shown nor counted
};

}  // namespace

Picture draw(const Recording& recording, const std::optional<Mark>& mark, std::size_t most_rows) {
    const auto lines = folded(with_results(recording, lines_of(recording)));
    if (lines.empty() || most_rows == 0) {
        return {};
    }
    const auto marked = mark ? marked_line(lines, *mark) : std::nullopt;
    const auto shown = chosen(recording, lines, marked, most_rows);
    if (shown.empty()) {
        return {};
    }
    Painter painter(recording, lines, shown);
    for (const auto line : shown) {
        painter.add(line);
        if (line == marked) {
            painter.mark_last(*mark);
        }
    }
    return std::move(painter).picture(most_rows);
}

}  // namespace ipclab::recorder
