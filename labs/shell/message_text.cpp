#include "message_text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>
#include <utility>

namespace shell {

namespace {

constexpr std::size_t long_text = 128;         ///< from so many bytes on repetitions are looked for
constexpr std::size_t longest_period = 64;     ///< of what is repeated
constexpr std::size_t most_bytes = 1U << 20U;  ///< that anybody can type
constexpr std::string_view plain("\n\t\r\"\\\0", 6);
constexpr std::string_view letters = "ntr\"\\0";

/// @return the length of the UTF-8 character at the front (RFC 3629), or 0 where there is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t index) {
        return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
    };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4) {
        return 0;
    }
    for (std::size_t index = 1; index < length; ++index) {
        if ((byte(index) & 0xc0U) != 0x80) {
            return 0;
        }
    }
    const bool too_long = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool no_character =
        (first == 0xed && byte(1) >= 0xa0) || (first == 0xf4 && byte(1) >= 0x90);
    return too_long || no_character ? 0 : length;
}

std::string in_quotes(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text = "\"";
    while (!bytes.empty()) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        std::size_t length = 1;
        if (const auto place = plain.find(bytes.front()); place != std::string_view::npos) {
            text += {'\\', letters[place]};
        } else if (const auto whole = utf8_length(bytes);
                   whole == 0 || byte < 0x20 || byte == 0x7f) {
            text += {'\\', 'x', digits[byte >> 4U], digits[byte & 0xfU]};
        } else {
            length = whole;
            text += bytes.substr(0, length);
        }
        bytes.remove_prefix(length);
    }
    return text + "\"";
}

/// @return the shortest beginning whose repetitions make up the whole, or the whole.
std::string_view repeated_part(std::string_view bytes) {
    for (std::size_t period = 1; period <= longest_period && bytes.size() >= long_text; ++period) {
        const bool fits = bytes.size() % period == 0;
        if (fits && bytes.substr(period) == bytes.substr(0, bytes.size() - period)) {
            return bytes.substr(0, period);
        }
    }
    return bytes;
}

/// Takes one byte, written as itself or behind a backslash, off the front.
std::optional<char> take_byte(std::string_view& text) {
    const char first = text.front();
    text.remove_prefix(1);
    if (first != '\\') {
        return first;
    }
    if (text.empty()) {
        return std::nullopt;
    }
    const char letter = text.front();
    text.remove_prefix(1);
    if (const auto place = letters.find(letter); place != std::string_view::npos) {
        return plain[place];
    }
    unsigned value = 0;
    const auto* end = text.data() + 2;
    if (letter != 'x' || text.size() < 2 ||
        std::from_chars(text.data(), end, value, 16).ptr != end) {
        return std::nullopt;
    }
    text.remove_prefix(2);
    return static_cast<char>(value);
}

/// @return how often: of "*2048" 2048, of nothing 1.
std::optional<std::size_t> read_times(std::string_view text) {
    if (text.empty()) {
        return 1;
    }
    std::size_t times = 0;
    const auto* end = text.data() + text.size();
    const bool good = text.front() == '*' && text.size() > 1 &&
                      std::from_chars(text.data() + 1, end, times).ptr == end;
    return good ? std::optional(times) : std::nullopt;
}

}  // namespace

std::string show_text(const std::string& bytes) {
    const auto part = repeated_part(bytes);
    if (part.size() == bytes.size()) {
        return in_quotes(bytes);
    }
    return in_quotes(part) + "*" + std::to_string(bytes.size() / part.size());
}

std::optional<std::string> read_text(const std::string& word) {
    if (!word.starts_with('"')) {
        return word;
    }
    std::string_view rest = std::string_view(word).substr(1);
    std::string part;
    while (!rest.empty() && rest.front() != '"') {
        const auto byte = take_byte(rest);
        if (!byte) {
            return std::nullopt;
        }
        part += *byte;
    }
    if (rest.empty()) {
        return std::nullopt;
    }
    const auto times = read_times(rest.substr(1));
    if (!times || *times * std::max<std::size_t>(part.size(), 1) > most_bytes) {
        return std::nullopt;
    }
    std::string whole;
    for (std::size_t count = 0; count < *times; ++count) {
        whole += part;
    }
    return whole;
}

std::vector<std::string> split_line(const std::string& line) {
    std::vector<std::string> words;
    bool in_word = false;
    bool in_quotes = false;
    for (std::size_t place = 0; place < line.size(); ++place) {
        const char letter = line[place];
        if (!in_quotes && std::isspace(static_cast<unsigned char>(letter)) != 0) {
            in_word = false;
            continue;
        }
        if (!std::exchange(in_word, true)) {
            words.emplace_back();
        }
        words.back() += letter;
        if (in_quotes && letter == '\\' && place + 1 < line.size()) {
            words.back() += line[++place];
        } else if (letter == '"' && (in_quotes || words.back().size() == 1)) {
            in_quotes = !in_quotes;
        }
    }
    return words;
}

}  // namespace shell
