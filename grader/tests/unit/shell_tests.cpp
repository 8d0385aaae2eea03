#include "shell.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <cstdio>
#include <ext/stdio_sync_filebuf.h>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "helpers.hpp"
#include "not_written.hpp"
#include "text/text.hpp"
#include "world.hpp"

using namespace ipclab::tests;
using Strings = std::vector<std::string>;

namespace {

/// Commands that count how often they were done.
std::vector<shell::Command> counting_commands() {
    static int count = 0;
    return {{"count", {}, "counts", [](const auto&) { return std::to_string(++count); }},
            {"add",
             {"NUMBER", "[MORE]"},
             "adds",
             [](const auto& words) {
                 count += shell::parse_number(words[0]);
                 return std::to_string(count);
             }},
            {"count-to-3",
             {},
             "counts to 3",
             [](const auto&) {
                 if (count >= 3) {
                     throw std::system_error(ENOSPC, std::generic_category());
                 }
                 return std::to_string(++count);
             }},
            {"throw",
             {},
             "throws",
             [](const auto&) -> std::string {
                 ++count;
                 throw std::runtime_error("no");
             }},
            {"missing", {}, "is missing", [](const auto&) -> std::string {
                 ++count;
                 throw shell::NotWritten("missing");
             }}};
}

/// @return what the shell answers to lines that are typed.
Strings typed(const std::string& lines) {
    auto [input, to_shell] = make_pipe();
    auto [from_shell, output] = make_pipe();
    REQUIRE(write(to_shell.get(), lines.data(), lines.size()) ==
            static_cast<ssize_t>(lines.size()));
    to_shell.close();
    // What is not written yet the child would write, too.
    std::cout.flush();
    std::fflush(nullptr);
    Child child([&, in = input.get(), out = output.get()] {
        dup2(in, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        // Catch2's JUnit reporter keeps what is written to std::cout to itself.
        static __gnu_cxx::stdio_sync_filebuf<char> standard_output(stdout);
        std::cout.rdbuf(&standard_output);
        std::string name = "shell";
        char* const argv = name.data();
        return shell::run(1, const_cast<char**>(&argv), counting_commands());
    });
    output.close();
    const auto text = read_all(from_shell.get());
    CHECK(child.wait() == 0);
    const auto views = ipclab::text::lines_of(text);
    return {views.begin(), views.end()};
}

}  // namespace

TEST_CASE("a command is repeated so often, and the last answer counts", "[shell]") {
    CHECK(typed("repeat 5 count\ncount\n") == Strings{"5", "6"});
    CHECK(typed("  repeat   2\tadd  7 \ncount\n") == Strings{"14", "15"});
    CHECK(typed("repeat 1 count\n") == Strings{"1"});
}

TEST_CASE("what fails is not repeated again", "[shell]") {
    CHECK(typed("repeat 9 count-to-3\ncount\n") ==
          Strings{"error ENOSPC No space left on device", "4"});
    CHECK(typed("repeat 9 throw\ncount\n") == Strings{"exception std::runtime_error no", "2"});
    CHECK(typed("repeat 9 missing\ncount\n") == Strings{"not-written missing", "2"});
    CHECK(typed("repeat 9 add x\ncount\n").back() == "1");
    CHECK(typed("repeat 9 add x\n").front().starts_with("usage add NUMBER [MORE]: "));
    CHECK(typed("repeat 9 nothing\n") == Strings{"usage there is no command nothing; type help"});
}

TEST_CASE("repeat wants a number and a command", "[shell]") {
    const std::string usage = "usage repeat TIMES COMMAND...";
    CHECK(typed("repeat\nrepeat 3\nrepeat count\n") == Strings{usage, usage, usage});
    CHECK(typed("repeat 3 repeat 3 count\n") == Strings{usage});
    CHECK(typed("repeat x count\n").front().starts_with(usage + ": "));
    CHECK(typed("repeat 0 count\n") == Strings{usage});
    CHECK(typed("repeat -3 count\ncount\n") == Strings{usage, "1"});
}

TEST_CASE("help names repeat", "[shell]") {
    const auto lines = typed("help\n");
    CHECK(std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
        return line.starts_with("  repeat TIMES COMMAND...");
    }));
}
