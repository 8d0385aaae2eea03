#include "kernel/mappings.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>
#include <stdexcept>

#include "kernel/file.hpp"

namespace ipclab::kernel {

namespace {

/// Reads a line: "7f00-7f10 rw-s 00000000 00:01 3    /SYSV00004c01 (deleted)".
Mapping parse_line(const std::string& line) {
    Mapping mapping;
    const char* const end = line.data() + line.size();
    const auto first = std::from_chars(line.data(), end, mapping.begin, 16);
    const bool dash = first.ec == std::errc{} && first.ptr != end && *first.ptr == '-';
    const auto second = std::from_chars(dash ? first.ptr + 1 : end, end, mapping.end, 16);
    if (!dash || second.ec != std::errc{}) {
        throw std::runtime_error(fmt::format("\"{}\" is no line of a maps file", line));
    }
    std::istringstream words(std::string(second.ptr, end));
    std::string skipped;
    words >> skipped >> skipped >> skipped >> skipped >> std::ws;
    std::getline(words, mapping.name);
    return mapping;
}

}  // namespace

std::vector<Mapping> parse_mappings(std::string_view text) {
    std::vector<Mapping> all;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        all.push_back(parse_line(line));
    }
    return all;
}

std::vector<Mapping> mappings(pid_t process) {
    return parse_mappings(try_read_file(fmt::format("/proc/{}/maps", process)).value_or(""));
}

}  // namespace ipclab::kernel
