#include "text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace ipclab::text {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

/// East Asian Wide and Fullwidth, and emoji, of Unicode 14. Gaps that are not assigned are filled.
constexpr Range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
    {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
    {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},
    {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},
    {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x3029},
    {0x302e, 0x303e},   {0x3041, 0x3096},   {0x309b, 0xa4c6},   {0xa960, 0xa97c},
    {0xac00, 0xd7a3},   {0xf900, 0xfad9},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6b},
    {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x16fe3}, {0x16ff0, 0x1b2fb},
    {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a},
    {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393},
    {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4},
    {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d},
    {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596},
    {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
    {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6df}, {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc},
    {0x1f7e0, 0x1f7f0}, {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff},
    {0x1fa70, 0x1faf6}, {0x20000, 0x3134a},
};

/// Marks that stand on the character before them, and joiners. Latin, Greek, Cyrillic, Hebrew,
/// Arabic, Devanagari, Thai, Korean, Japanese and emoji; Unicode has 300 more ranges of other
/// scripts.
constexpr Range zero[] = {
    {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x5bf, 0x5bf},     {0x5c1, 0x5c2},
    {0x5c4, 0x5c5},   {0x5c7, 0x5c7},   {0x610, 0x61a},   {0x64b, 0x65f},     {0x670, 0x670},
    {0x6d6, 0x6dc},   {0x6df, 0x6e4},   {0x6e7, 0x6e8},   {0x6ea, 0x6ed},     {0x900, 0x902},
    {0x93a, 0x93a},   {0x93c, 0x93c},   {0x941, 0x948},   {0x94d, 0x94d},     {0x951, 0x957},
    {0x962, 0x963},   {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},     {0x1160, 0x11ff},
    {0x1ab0, 0x1ace}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e},   {0x2060, 0x206f},
    {0x20d0, 0x20f0}, {0x302a, 0x302d}, {0x3099, 0x309a}, {0xd7b0, 0xd7fb},   {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0001, 0xe01ef},
};

/// Direction marks and overrides, separators of lines, and what nobody can see. The joiners 200C
/// and 200D are not among them: emoji and some scripts need them.
constexpr Range treacherous[] = {
    {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200b}, {0x200e, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0001, 0xe007f},
};

/// What .NET, in which GitHub's runner is written, skips at the start of a line.
constexpr Range blank[] = {
    {0x9, 0xd},       {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
    {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
};

template <std::size_t size>
bool is_in(const Range (&table)[size], char32_t code) {
    if (code < table[0].first) {  // most text is ASCII
        return false;
    }
    const auto* found =
        std::lower_bound(std::begin(table), std::end(table), code,
                         [](const Range& range, char32_t value) { return range.last < value; });
    return found != std::end(table) && found->first <= code;
}

struct Character {
    std::string_view bytes;
    char32_t code = 0;
    bool valid = false;  ///< otherwise it is one byte that is not UTF-8
};

/// @return the first character of a text that is not empty (RFC 3629: nothing overlong, no
///         surrogates, nothing above 10FFFF).
Character first_of(std::string_view text) {
    constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) {
        return {text.substr(0, 1), lead, true};
    }
    const Character invalid{text.substr(0, 1), lead, false};
    const std::size_t size = lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (size == 0 || lead > 0xf7 || text.size() < size) {
        return invalid;
    }
    char32_t code = lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xc0U) != 0x80) {
            return invalid;
        }
        code = code << 6U | (byte & 0x3fU);
    }
    if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        return invalid;
    }
    return {text.substr(0, size), code, true};
}

bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

int width_of(const Character& character) {
    if (!character.valid) {
        return 1;
    }
    if (is_control(character.code) || is_in(zero, character.code)) {
        return 0;
    }
    return is_in(wide, character.code) ? 2 : 1;
}

/// @return the longest beginning of a text that is no wider than width.
std::string_view beginning(std::string_view text, int width) {
    std::size_t end = 0;
    while (end < text.size()) {
        const auto character = first_of(text.substr(end));
        width -= width_of(character);
        if (width < 0) {
            break;
        }
        end += character.bytes.size();
    }
    return text.substr(0, end);
}

/// @return whether GitHub's runner would obey a line with this text.
bool starts_command(std::string_view text) {
    while (!text.empty()) {
        const auto character = first_of(text);
        if (!character.valid || !is_in(blank, character.code)) {
            break;
        }
        text.remove_prefix(character.bytes.size());
    }
    return text.starts_with("::");
}

/// @return the part of a word that is put on a line of its own where the word is wider than width.
std::string_view part_of_word(std::string_view word, int width) {
    const auto part = beginning(word, width);
    return part.empty() ? first_of(word).bytes : part;
}

/// Takes spaces and the word behind them off the front of a text.
std::string_view take_piece(std::string_view& text) {
    const auto word = std::min(text.find_first_not_of(' '), text.size());
    const auto end = std::min(text.find(' ', word), text.size());
    const auto piece = text.substr(0, end);
    text.remove_prefix(end);
    return piece;
}

/// Wraps one paragraph and appends its lines.
class Wrapper {
public:
    Wrapper(std::vector<std::string>& lines, int width, int hanging)
        : lines_(lines), width_(width), indent_(static_cast<std::size_t>(hanging), ' ') {}

    void add_paragraph(std::string_view text) {
        start_line();
        while (!text.empty()) {
            add(take_piece(text));
        }
        lines_.push_back(line_);
    }

private:
    void start_line() {
        line_ = lines_.empty() ? "" : indent_;
        empty_ = true;
    }

    [[nodiscard]] int room() const { return width_ - display_width(line_); }

    void add(std::string_view piece) {
        const auto word = piece.find_first_not_of(' ');
        if (!empty_ && display_width(piece) > room()) {
            if (word == std::string_view::npos) {
                return;
            }
            lines_.push_back(line_);
            start_line();
            piece.remove_prefix(word);
        }
        auto rest = without_command(piece);
        while (display_width(rest) > room()) {
            const std::string part(part_of_word(rest, room()));
            lines_.push_back(line_ + part);
            start_line();
            rest = without_command(std::string_view(rest).substr(part.size()));
        }
        line_ += rest;
        empty_ = empty_ && rest.empty();
    }

    /// @return the text, with a backslash in front where it would make a command of this line. The
    ///         first line is as harmless as it came.
    [[nodiscard]] std::string without_command(std::string_view text) const {
        const bool command = !lines_.empty() && starts_command(line_ + std::string(text));
        return (command ? "\\" : "") + std::string(text);
    }

    std::vector<std::string>& lines_;
    int width_;
    std::string indent_;
    std::string line_;
    bool empty_ = true;
};

std::string escape_of_control(char32_t code) {
    switch (code) {
        case '\0':
            return "\\0";
        case '\a':
            return "\\a";
        case '\b':
            return "\\b";
        case '\v':
            return "\\v";
        case '\f':
            return "\\f";
        case '\r':
            return "\\r";
        case 0x1b:
            return "\\e";
        default:
            return fmt::format("\\x{:02x}", static_cast<unsigned>(code));
    }
}

/// Writes characters one after the other so that a terminal obeys none of them.
class Tamer {
public:
    void add(const Character& character) {
        const auto code = character.code;
        marks_ = character.valid && is_in(zero, code) ? marks_ + 1 : 0;
        if (!character.valid) {
            put(fmt::format("\\x{:02x}", static_cast<unsigned>(code)));
        } else if (code == '\n') {
            text_ += '\n';
            column_ = 0;
        } else if (code == '\t') {
            put(std::string(static_cast<std::size_t>(tab_ - column_ % tab_), ' '));
        } else if (is_control(code)) {
            put(escape_of_control(code));
        } else if (is_in(treacherous, code) || marks_ > most_marks_) {
            put(fmt::format("\\u{{{:x}}}", static_cast<unsigned>(code)));
        } else {
            put(character.bytes);
        }
    }

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    void put(std::string_view bytes) {
        text_ += bytes;
        column_ += display_width(bytes);
    }

    static constexpr int tab_ = 8;
    static constexpr int most_marks_ = 4;
    std::string text_;
    int column_ = 0;
    int marks_ = 0;  ///< combining marks in a row
};

/// Puts a backslash in front of "::" at the start of each line.
std::string without_commands_at_starts(std::string_view text) {
    std::string safe;
    bool at_start = true;
    while (!text.empty()) {
        const auto character = first_of(text);
        if (at_start && text.starts_with("::")) {
            safe += '\\';
        }
        at_start = character.code == '\n' || (at_start && is_in(blank, character.code));
        safe += character.bytes;
        text.remove_prefix(character.bytes.size());
    }
    return safe;
}

/// Puts a backslash into each "##[", which GitHub obeys anywhere in a line.
std::string without_old_commands(std::string text) {
    constexpr std::string_view command = "##[";
    for (auto found = text.find(command); found != std::string::npos;
         found = text.find(command, found)) {
        text.insert(found + command.size() - 1, "\\");
    }
    return text;
}

std::string spaces(int count) {
    return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

}  // namespace

int display_width(std::string_view text) {
    int width = 0;
    while (!text.empty()) {
        const auto character = first_of(text);
        width += width_of(character);
        text.remove_prefix(character.bytes.size());
    }
    return width;
}

std::string padded(std::string_view text, int width) {
    return std::string(text) + spaces(width - display_width(text));
}

std::string right_aligned(std::string_view text, int width) {
    return spaces(width - display_width(text)) + std::string(text);
}

std::string cut(std::string_view text, int width, std::string_view mark) {
    if (display_width(text) <= width) {
        return std::string(text);
    }
    const auto room = std::max(width - display_width(mark), 0);
    return std::string(beginning(text, room)) + std::string(beginning(mark, width));
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<std::string> wrap(std::string_view text, int width, int hanging) {
    std::vector<std::string> lines;
    Wrapper wrapper(lines, width, hanging);
    for (const auto paragraph : lines_of(text)) {
        wrapper.add_paragraph(paragraph);
    }
    if (lines.empty()) {
        lines.emplace_back();
    }
    return lines;
}

std::string valid_utf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const auto character = first_of(text);
        if (character.valid) {
            valid += character.bytes;
        } else {
            valid += fmt::format("\\x{:02x}", static_cast<unsigned>(character.code));
        }
        text.remove_prefix(character.bytes.size());
    }
    return valid;
}

std::string harmless(std::string_view text) {
    Tamer tamer;
    while (!text.empty()) {
        const auto character = first_of(text);
        tamer.add(character);
        text.remove_prefix(character.bytes.size());
    }
    return without_old_commands(without_commands_at_starts(tamer.text()));
}

std::string capital(std::string text) {
    for (char& letter : text) {
        letter = static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - ('a' - 'A') : letter);
    }
    return text;
}

}  // namespace ipclab::text
