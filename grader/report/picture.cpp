#include "report/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "report/signs.hpp"
#include "text/text.hpp"

namespace ipclab::report {

namespace {

using text::cut;
using text::display_width;
using text::harmless;
using text::padded;
using text::wrap;

using recorder::Picture;

constexpr int gap = 2;          ///< the columns between columns of text
constexpr int least_step = 2;   ///< from one column to the next: a bar and a space
constexpr int least_room = 12;  ///< of the last column where there are many
constexpr int hanging = 2;      ///< the columns that wrapped lines are indented by
constexpr std::size_t most_bytes_of_text = 600;
constexpr std::size_t most_lines_of_text = 12;

/// @return the columns of a page that the last column of a picture has at least: about half of
/// them,
///         36 where the page is one of 80 with a margin.
int least_room_on(int page) {
    return 24 + page / 6;
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, std::min(text.find('\n'), most_bytes_of_text));
}

/// Where a part of a text stands, when the text is wrapped.
struct Place {
    std::size_t line = 0;
    int column = 0;  ///< of the line
    int width = 0;
};

Place place_of_line(const std::vector<std::string>& lines, std::size_t line) {
    const auto start = std::min(lines[line].find_first_not_of(' '), lines[line].size());
    return {line, static_cast<int>(start), display_width(lines[line].substr(start))};
}

/// @return where a part stands; where a line ends in the middle of it, its beginning; and where it
///         is the whole text, or no part of it, the last line.
Place find_part(const std::vector<std::string>& lines, std::string_view text,
                std::string_view part) {
    while (!part.empty() && part != text) {
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (const auto start = lines[i].find(part); start != std::string::npos) {
                return {i, display_width(lines[i].substr(0, start)), display_width(part)};
            }
        }
        const auto space = part.rfind(' ');
        part = part.substr(0, space == std::string_view::npos ? 0 : space);
    }
    return place_of_line(lines, lines.size() - 1);
}

class Layout {
public:
    Layout(const Picture& picture, int columns, const Signs& signs)
        : picture_(picture), columns_(std::max(columns, least_room)), signs_(signs) {
        find_starts();
    }

    std::vector<std::string> lines() && {
        add_names();
        for (const auto& row : picture_.rows) {
            if (row.text.empty()) {
                add_gap(row);
            } else {
                add_row(row);
            }
        }
        return std::move(lines_);
    }

private:
    /// Each column is as wide as its texts if the last one keeps its room. Where it is not, its
    /// texts go on over the next ones.
    void find_starts() {
        const auto count = std::max<std::size_t>(picture_.columns.size(), 1);
        int left = static_cast<int>(count) - 1;
        const int room = std::clamp(columns_ - least_step * left, least_room, room_of_last());
        const int last = std::max(columns_ - room, 0);
        int spare = last - columns_of_names();
        starts_ = {0};
        for (std::size_t column = 0; column + 1 < count; ++column, --left) {
            const int share = width_of_name(column) + spare / left;
            const int step = std::max(std::min(share, widest_in(column) + gap), least_step);
            spare -= step - width_of_name(column);
            starts_.push_back(std::min(starts_.back() + step, last));
        }
    }

    /// @return what the last column has where there are not too many: more than the least if its
    ///         texts are wider and the names still stand side by side.
    [[nodiscard]] int room_of_last() const {
        const int least = least_room_on(columns_);
        return picture_.columns.empty()
                   ? least
                   : std::max(least, std::min(columns_ - columns_of_names(),
                                              widest_in(picture_.columns.size() - 1)));
    }

    /// @return what the names take, but the last one.
    [[nodiscard]] int columns_of_names() const {
        int columns = 0;
        for (std::size_t column = 0; column + 1 < picture_.columns.size(); ++column) {
            columns += width_of_name(column);
        }
        return columns;
    }

    [[nodiscard]] int width_of_name(std::size_t column) const {
        return display_width(name_of(column)) + gap;
    }

    [[nodiscard]] int widest_in(std::size_t column) const {
        int widest = display_width(name_of(column));
        for (const auto& row : picture_.rows) {
            if (row.column == column) {
                widest = std::max(widest, display_width(safe(row.text)));
            }
        }
        return widest;
    }

    [[nodiscard]] std::string name_of(std::size_t column) const {
        return harmless(first_line(picture_.columns.at(column)));
    }

    [[nodiscard]] int start_of(std::size_t column) const {
        return starts_.at(std::min(column, starts_.size() - 1));
    }

    [[nodiscard]] int room_of(int start) const { return columns_ - start; }

    [[nodiscard]] static std::string safe(std::string_view text) {
        return harmless(text.substr(0, most_bytes_of_text));
    }

    [[nodiscard]] std::vector<std::string> wrapped(std::string_view text, int room,
                                                   int indent) const {
        auto lines = wrap(text, room, indent);
        if (lines.size() > most_lines_of_text) {
            lines.resize(most_lines_of_text);
            lines.back() = padded("", indent) + std::string(signs_.ellipsis);
        }
        return lines;
    }

    /// The names of the columns, below one another where they have no room side by side.
    void add_names() {
        std::vector<std::string> names;
        for (std::size_t column = 0; column < picture_.columns.size(); ++column) {
            const int start = start_of(column);
            auto line = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
                return display_width(name) + gap <= start;
            });
            if (line == names.end()) {
                line = names.insert(line, "");
            }
            *line = padded(*line, start) + cut(name_of(column), room_of(start), signs_.ellipsis);
        }
        lines_ = std::move(names);
    }

    void add_gap(const Picture::Row& row) {
        const auto words = std::string(signs_.ellipsis) + " " + safe(first_line(row.note));
        put(row, 0, cut(words, columns_, signs_.ellipsis));
    }

    void add_row(const Picture::Row& row) {
        const int start = start_of(row.column);
        const auto text = safe(row.text);
        const auto texts = wrapped(text, room_of(start), hanging);
        const bool decides = !row.part.empty();
        const auto part = find_part(texts, text, safe(row.part));
        const auto note = safe(row.note);
        const bool beside =
            start + part.column + part.width + 1 + display_width(note) <= columns_ &&
            note.find('\n') == std::string::npos;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            put(row, start, texts[i]);
            if (decides && i == part.line) {
                const std::string carets(static_cast<std::size_t>(part.width), '^');
                put(row, start + part.column, beside ? fmt::format("{} {}", carets, note) : carets);
            }
        }
        if (decides && !beside) {
            for (const auto& line : wrapped(note, room_of(start), 0)) {
                put(row, start, line);
            }
        }
    }

    /// Puts a text on a line, and bars for those that wait during its row.
    void put(const Picture::Row& row, int column, const std::string& text) {
        const int end = column + display_width(text);
        std::map<int, std::string> pieces = {{column, text}};
        for (const auto waiting : row.waiting) {
            const int start = start_of(waiting);
            if (start < column || start > end) {
                pieces.emplace(start, signs_.bar);
            }
        }
        std::string line;
        for (const auto& [start, piece] : pieces) {
            line = padded(line, start).append(piece);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines_.push_back(std::move(line));
    }

    const Picture& picture_;
    int columns_;
    const Signs& signs_;
    std::vector<int> starts_;  ///< of the columns
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> picture_lines(const Picture& picture, int columns,
                                       TerminalStyle::Glyphs glyphs) {
    return picture.empty() ? std::vector<std::string>{}
                           : Layout(picture, columns, signs_of(glyphs)).lines();
}

}  // namespace ipclab::report
