#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <vector>

#include "workshop/diagnostics.hpp"

using namespace ipclab::workshop;
using namespace std::string_literals;
using Strings = std::vector<std::string>;

// --- what compilers and linkers print -------------------------------------------------------

TEST_CASE("warnings are found in order, and errors are none") {
    const auto warnings = warnings_in(
        "a.cpp:3:9: warning: suggest parentheses [-Wparentheses]\n"
        "    3 |     if (id = f() < 0) {\n"
        "a.cpp:4:1: error: expected ';'\n"
        "a.cpp:9:5: warning: unused variable 'x'\n");
    REQUIRE(warnings.size() == 2);
    CHECK(warnings[0].line == 3);
    CHECK(warnings[0].message == "suggest parentheses [-Wparentheses]");
    CHECK(warnings[1].line == 9);
}

TEST_CASE("an error of g++ is told with its file, line, message, source line and caret") {
    const auto error = first_error(
        "queue.cpp: In function ‘int lab01::open(key_t)’:\n"
        "queue.cpp:21:18: error: ‘g’ was not declared in this scope\n"
        "   21 | int f() { return g(); }\n"
        "      |                  ^\n"
        "queue.cpp:22:1: error: expected ‘}’ at end of input\n");

    CHECK(error.file == "queue.cpp");
    CHECK(error.line == 21);
    CHECK(error.message == "‘g’ was not declared in this scope");
    CHECK(error.details ==
          Strings{"   21 | int f() { return g(); }", "      |                  ^"});
}

TEST_CASE("an error without a column is told the same way") {
    const auto error = first_error("labs/01-msgget/queue.cpp:7: error: stray ‘\\357’ in program\n");

    CHECK(error.file == "labs/01-msgget/queue.cpp");
    CHECK(error.line == 7);
    CHECK(error.message == "stray ‘\\357’ in program");
    CHECK(error.details.empty());
}

TEST_CASE("a fatal error is an error") {
    const auto error = first_error(
        "queue.cpp:1:10: fatal error: nowhere.hpp: No such file or directory\n"
        "    1 | #include \"nowhere.hpp\"\n"
        "      |          ^~~~~~~~~~~~~\n"
        "compilation terminated.\n");

    CHECK(error.file == "queue.cpp");
    CHECK(error.line == 1);
    CHECK(error.message == "nowhere.hpp: No such file or directory");
    CHECK(error.details.size() == 2);
}

TEST_CASE("notes and warnings before an error are passed over") {
    const auto error = first_error(
        "In file included from queue.cpp:3:\n"
        "queue.hpp:9:5: warning: unused variable ‘a’ [-Wunused-variable]\n"
        "    9 | int a;\n"
        "queue.cpp:8:3: note: declared here\n"
        "queue.cpp:30:2: error: expected ‘;’ before ‘}’ token\n");

    CHECK(error.file == "queue.cpp");
    CHECK(error.line == 30);
}

TEST_CASE("no more than three lines of detail are kept, and none of the next message") {
    const auto error = first_error(
        "a.cpp:1:1: error: first\n"
        "    1 | one\n      | ^\n    2 | two\n    3 | three\n"
        "a.cpp:4:1: note: something\n");
    CHECK(error.details == Strings{"    1 | one", "      | ^", "    2 | two"});

    const auto bare = first_error("a.cpp:1:1: error: first\na.cpp:4:1: note: a | b\n");
    CHECK(bare.details.empty());
}

TEST_CASE("an error of mold is told without its name") {
    const auto error = first_error(
        "mold: error: undefined symbol: lab01::open(int)\n"
        ">>> referenced by shell.cpp\n"
        ">>>               shell.o:(main)\n"
        "collect2: error: ld returned 1 exit status\n");

    CHECK(error.file.empty());
    CHECK(error.line == 0);
    CHECK(error.message == "undefined symbol: lab01::open(int)");
}

TEST_CASE("an undefined reference of ld is told as its line, not what collect2 makes of it") {
    const auto error = first_error(
        "/usr/bin/ld: student.o: in function `main':\n"
        "queue.cpp:(.text+0xa): undefined reference to `lab01::open(int)'\n"
        "collect2: error: ld returned 1 exit status\n");

    CHECK(error.file.empty());
    CHECK(error.message == "queue.cpp:(.text+0xa): undefined reference to `lab01::open(int)'");
}

TEST_CASE("an error of the compiler itself names no file of the student's") {
    const auto error = first_error(
        "g++: fatal error: Killed signal terminated program cc1plus\ncompilation terminated.\n");

    CHECK(error.file.empty());
    CHECK(error.message == "Killed signal terminated program cc1plus");
}

TEST_CASE("a linker's std::string is told as people write it") {
    const auto error = first_error(
        "mold: error: undefined symbol: f(std::__cxx11::basic_string<char, "
        "std::char_traits<char>, std::allocator<char> > const&)\n");
    CHECK(error.message == "undefined symbol: f(std::string const&)");
}

TEST_CASE("where nothing looks like an error, the first line is the message") {
    CHECK(first_error("\nsh: 1: g++: not found\nmore\n").message == "sh: 1: g++: not found");
    CHECK(first_error("").message == "the compiler failed and printed nothing");
}

// --- dependency files -----------------------------------------------------------------------

TEST_CASE("a dependency file lists what was read, the source first, over continued lines") {
    CHECK(read_depfile("student.o: /labs/queue.cpp /labs/queue.hpp \\\n"
                       " /usr/include/errno.h \\\n"
                       "  /usr/include/stdio.h\n") == Strings{"/labs/queue.cpp", "/labs/queue.hpp",
                                                              "/usr/include/errno.h",
                                                              "/usr/include/stdio.h"});
}

TEST_CASE("the first dependency may stand on the second line") {
    CHECK(read_depfile("student.o: \\\n /labs/queue.cpp\n") == Strings{"/labs/queue.cpp"});
}

TEST_CASE("spaces, hashes and dollars in names are unescaped") {
    CHECK(read_depfile("a.o: my\\ labs/queue.cpp c\\#.h cost$$.h\n") ==
          Strings{"my labs/queue.cpp", "c#.h", "cost$.h"});
}

TEST_CASE("colons and Korean letters in names are theirs") {
    CHECK(read_depfile("a.o: c:d.h 실습/큐.cpp") == Strings{"c:d.h", "실습/큐.cpp"});
}

TEST_CASE("what is no dependency file lists nothing") {
    CHECK(read_depfile("").empty());
    CHECK(read_depfile("a.o").empty());
    CHECK(read_depfile("a.o: \n").empty());
}

// --- UTF-8 ----------------------------------------------------------------------------------

TEST_CASE("texts in UTF-8 are texts, Korean ones too") {
    const std::string text =
        GENERATE(""s, "int main() {}\n"s, "\0"s, "// 메시지 큐를 만든다\n"s, "é"s, "\u0080"s,
                 "\u07ff"s, "\u0800"s, "\ud7ff"s, "\ue000"s, "\uffff"s, "\U00010000"s, "😀"s,
                 "\U0010ffff"s, "\xef\xbb\xbfint a;"s);
    CHECK(is_utf8(text));
}

TEST_CASE("longer forms than needed are no UTF-8") {
    const std::string text = GENERATE("\xc0\x80"s, "\xc1\xbf"s, "\xe0\x80\x80"s, "\xe0\x9f\xbf"s,
                                      "\xf0\x80\x80\x80"s, "\xf0\x8f\xbf\xbf"s);
    CHECK_FALSE(is_utf8(text));
}

TEST_CASE("surrogates and numbers beyond the last letter are no UTF-8") {
    const std::string text = GENERATE("\xed\xa0\x80"s, "\xed\xbf\xbf"s, "\xf4\x90\x80\x80"s,
                                      "\xf5\x80\x80\x80"s, "\xf8\x88\x80\x80\x80"s, "\xff"s);
    CHECK_FALSE(is_utf8(text));
}

TEST_CASE("a letter that breaks off is no UTF-8") {
    const std::string letter = GENERATE("é"s, "큐"s, "😀"s);
    for (std::size_t length = 1; length < letter.size(); ++length) {
        CAPTURE(letter, length);
        CHECK_FALSE(is_utf8(letter.substr(0, length)));
        CHECK_FALSE(is_utf8(letter.substr(0, length) + "ab"));
        CHECK_FALSE(is_utf8(letter.substr(length)));
    }
}

TEST_CASE("a Korean text in its old encoding is no UTF-8") {
    CHECK_FALSE(is_utf8("// \xb8\xde\xbd\xc3\xc1\xf6\n"));  // 메시지 in EUC-KR
}
