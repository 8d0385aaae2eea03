#include "explorer/source_lines.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <optional>
#include <string>

#include "compiled.hpp"

using ipclab::explorer::SourceLines;
using ipclab::tests::Compiled;

namespace {

constexpr std::uint64_t in_the_c_library = 0x7000'0000'0000;

}  // namespace

TEST_CASE("a place in the student's file has its line", "[lines]") {
    const std::string options = GENERATE("-g -O0 -pie -fPIE", "-g -O0 -no-pie", "-g -O2",
                                         "-g -O2 -no-pie", "-g -gdwarf-4 -O1");
    CAPTURE(options);
    const Compiled compiled(options);
    const SourceLines lines(compiled.program(), "student.cpp");
    CHECK(lines.line_of({compiled.place(Compiled::plain)}) == Compiled::line("plain"));

    // What is inlined from another file is where it was called, however deep.
    CHECK(lines.line_of({compiled.place(Compiled::given)}) == Compiled::line("given"));
    CHECK(lines.line_of({compiled.place(Compiled::twice)}) == Compiled::line("twice"));
    CHECK(lines.line_of({compiled.place(Compiled::own)}) == Compiled::line("own"));
    CHECK_FALSE(lines.line_of({compiled.place(Compiled::apart)}));
}

TEST_CASE("of several places the innermost one counts that is in the student's file", "[lines]") {
    const Compiled compiled("-g -O1");
    const SourceLines lines(compiled.program(), "student.cpp");
    const auto plain = compiled.place(Compiled::plain);
    const auto own = compiled.place(Compiled::own);
    CHECK(lines.line_of({own, plain}) == Compiled::line("own"));
    CHECK(lines.line_of({plain, own}) == Compiled::line("plain"));
    CHECK(lines.line_of({in_the_c_library, plain, own}) == Compiled::line("plain"));
    CHECK(lines.line_of({compiled.place(Compiled::apart), own}) == Compiled::line("own"));
    CHECK_FALSE(lines.line_of({in_the_c_library}));
    CHECK_FALSE(lines.line_of({}));
}

TEST_CASE("only one file is the student's", "[lines]") {
    const Compiled compiled("-g -O1");
    const SourceLines lines(compiled.program(), "given.cpp");
    CHECK_FALSE(lines.line_of({compiled.place(Compiled::plain)}));
    CHECK(lines.line_of({compiled.place(Compiled::apart)}) == 3);
}

TEST_CASE("without debug information nothing has a line", "[lines]") {
    const std::string options = GENERATE("-O1", "-g -O1 -s");
    const Compiled compiled(options);
    const SourceLines lines(compiled.program(), "student.cpp");
    CHECK_FALSE(lines.line_of({compiled.place(Compiled::plain)}));
}

TEST_CASE("what is no program has no lines", "[lines]") {
    const ipclab::kernel::Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
    CHECK_FALSE(SourceLines(nothing.get(), "student.cpp").line_of({0x1000}));
    CHECK_FALSE(SourceLines(-1, "student.cpp").line_of({0x1000}));
}
