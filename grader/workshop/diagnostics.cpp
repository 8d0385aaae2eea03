#include "workshop/diagnostics.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <sstream>
#include <utility>

#include "text/text.hpp"

namespace ipclab::workshop {

namespace {

constexpr std::size_t most_details = 3;

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::istringstream stream{std::string(text)};
    for (std::string line; std::getline(stream, line);) {
        if (!line.empty()) {
            lines.push_back(line);
        }
    }
    return lines;
}

/// Source line and caret: "   12 |  return 1" and "      |         ^".
bool is_detail(const std::string& line) {
    const auto bar = line.find(" | ");
    return bar != std::string::npos && line.find_first_not_of(" 0123456789") >= bar;
}

/// Takes ":NUMBER" off the end of a text.
std::optional<int> take_number(std::string& text) {
    const auto colon = text.rfind(':');
    int number = 0;
    const char* end = text.data() + text.size();
    if (colon == std::string::npos ||
        std::from_chars(text.data() + colon + 1, end, number).ptr != end ||
        colon + 1 == text.size()) {
        return std::nullopt;
    }
    text.erase(colon);
    return number;
}

/// Reads "FILE:LINE:COLUMN: error: MESSAGE", with or without the column.
/// @param marks  what stands between the place and the message, such as ": error: ".
std::optional<Diagnostic> diagnostic_in(const std::string& line,
                                        std::initializer_list<std::string_view> marks) {
    for (const std::string_view mark : marks) {
        const auto place_end = line.find(mark);
        if (place_end == std::string::npos) {
            continue;
        }
        std::string file = line.substr(0, place_end);
        auto number = take_number(file);
        if (const auto before = take_number(file)) {
            number = before;
        }
        if (number && !file.empty()) {
            return Diagnostic{file, *number, line.substr(place_end + mark.size()), {}};
        }
    }
    return std::nullopt;
}

/// A linker's words without its name, and with std::string as people write it.
std::string linker_error(std::string line) {
    constexpr std::string_view long_name =
        "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >";
    const auto mark = line.find("error: ");
    if (mark != std::string::npos) {
        line.erase(0, mark + std::string_view("error: ").size());
    }
    for (auto place = line.find(long_name); place != std::string::npos;
         place = line.find(long_name)) {
        line.replace(place, long_name.size(), "std::string");
    }
    return line;
}

}  // namespace

Diagnostic first_error(std::string_view output) {
    const auto lines = lines_of(output);
    for (std::size_t index = 0; index < lines.size(); ++index) {
        auto found = diagnostic_in(lines[index], {": error: ", ": fatal error: "});
        if (!found) {
            continue;
        }
        for (auto next = index + 1;
             next < lines.size() && is_detail(lines[next]) && found->details.size() < most_details;
             ++next) {
            found->details.push_back(lines[next]);
        }
        return *found;
    }
    // collect2 only says that ld has failed, after ld has said why.
    const auto linking = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
        const auto holds = [&line](const char* words) {
            return line.find(words) != std::string::npos;
        };
        return (holds("error: ") && !line.starts_with("collect2: ")) ||
               holds("undefined reference to") || holds("multiple definition of");
    });
    if (linking != lines.end()) {
        return {"", 0, linker_error(*linking), {}};
    }
    return {"", 0, lines.empty() ? "the compiler failed and printed nothing" : lines.front(), {}};
}

std::vector<Diagnostic> warnings_in(std::string_view output) {
    std::vector<Diagnostic> warnings;
    for (const auto& line : lines_of(output)) {
        if (auto warning = diagnostic_in(line, {": warning: "})) {
            warnings.push_back(*std::move(warning));
        }
    }
    return warnings;
}

std::vector<std::string> read_depfile(std::string_view text) {
    std::vector<std::string> files;
    std::string file;
    const auto finish_file = [&] {
        if (!file.empty()) {
            files.push_back(std::exchange(file, {}));
        }
    };
    const auto colon = text.find(": ");
    for (std::size_t index = colon == std::string_view::npos ? text.size() : colon + 2;
         index < text.size(); ++index) {
        const char next = index + 1 < text.size() ? text[index + 1] : '\0';
        if (text[index] == '\\' && next == '\n') {
            ++index;
            finish_file();
        } else if ((text[index] == '\\' && (next == ' ' || next == '#')) ||
                   (text[index] == '$' && next == '$')) {
            file += next;
            ++index;
        } else if (text[index] == ' ' || text[index] == '\n') {
            finish_file();
        } else {
            file += text[index];
        }
    }
    finish_file();
    return files;
}

bool is_utf8(std::string_view text) {
    return text::valid_utf8(text) == text;
}

}  // namespace ipclab::workshop
