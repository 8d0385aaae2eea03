// The words of the shell's language: how keys, modes and numbers are read and written.
#include <charconv>
#include <cstdint>
#include <utility>

#include "message_text.hpp"
#include "shell.hpp"

namespace shell {

namespace {

template <typename Number>
bool read_whole(const std::string& digits, Number& number, int base) {
    const char* end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, number, base);
    return result.ec == std::errc{} && result.ptr == end;
}

}  // namespace

key_t parse_key(const std::string& word) {
    std::uint32_t bits = 0;
    std::int32_t number = 0;
    if (word.starts_with("0x") && read_whole(word.substr(2), bits, 16)) {
        return static_cast<key_t>(bits);
    }
    if (read_whole(word, number, 10)) {
        return number;
    }
    throw WrongWord("a key is a number like 0x4c01 or 19457, not " + word);
}

mode_t parse_mode(const std::string& word) {
    mode_t mode = 0;
    if (!word.starts_with("0") || !read_whole(word, mode, 8) || mode > 0777) {
        throw WrongWord("a mode is octal, from 0000 to 0777, like 0600, not " + word);
    }
    return mode;
}

namespace {

template <typename Number>
Number parse_decimal(const std::string& word) {
    Number number = 0;
    if (!read_whole(word, number, 10)) {
        throw WrongWord("a whole number like 3 is wanted here, not " + word);
    }
    return number;
}

}  // namespace

int parse_number(const std::string& word) {
    return parse_decimal<int>(word);
}

long parse_long(const std::string& word) {
    return parse_decimal<long>(word);
}

std::size_t parse_size(const std::string& word) {
    return parse_decimal<std::size_t>(word);
}

std::string parse_text(const std::string& word) {
    if (auto text = read_text(word)) {
        return *std::move(text);
    }
    throw WrongWord("a text is a word, or \"quoted\" with \\n, \\0 or \\xff in it, not " + word);
}

std::string show_key(key_t key) {
    constexpr char digits[] = "0123456789abcdef";
    auto bits = static_cast<std::uint32_t>(key);
    std::string text(8, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, bits >>= 4U) {
        *digit = digits[bits & 0xfU];
    }
    return "0x" + text;
}

std::string show_mode(mode_t mode) {
    std::string text;
    for (; mode != 0 || text.size() < 3; mode >>= 3U) {
        text.insert(text.begin(), static_cast<char>('0' + (mode & 7U)));
    }
    return "0" + text;
}

}  // namespace shell
