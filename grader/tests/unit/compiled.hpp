/// @file
/// A small program that a test compiles, and places in it whose lines are known.
#ifndef IPCLAB_TESTS_UNIT_COMPILED_HPP
#define IPCLAB_TESTS_UNIT_COMPILED_HPP

#include <fcntl.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "helpers.hpp"
#include "recorder/recording.hpp"
#include "text/text.hpp"

namespace ipclab::tests {

inline constexpr char given_hpp[] = R"(
void place();
void given_apart();
[[gnu::always_inline]] inline void given() { place(); asm volatile(""); }
[[gnu::always_inline]] inline void given_twice() { given(); asm volatile(""); }
)";

inline constexpr char given_cpp[] = R"(
#include "given.hpp"
void given_apart() { place(); asm volatile(""); }
)";

inline constexpr char student_cpp[] = R"(
#include <cstdio>
#include "given.hpp"

extern "C" const char __executable_start;

[[gnu::noinline]] void place() {
    const auto* here = static_cast<const char*>(__builtin_return_address(0));
    std::printf("%ld\n", static_cast<long>(here - &__executable_start) - 1);
}

[[gnu::always_inline]] inline void own() {
    given();  // own
    asm volatile("");
}

int main() {
    place();  // plain
    given();  // given
    given_twice();  // twice
    own();  // call of own
    given_apart();  // apart
    return 0;
}
)";

/// The program, compiled from student.cpp, given.hpp and given.cpp.
class Compiled {
public:
    enum Which { plain, given, twice, own, apart };

    explicit Compiled(const std::string& options) {
        const auto source = folder_.write("student.cpp", student_cpp);
        const auto header = folder_.write("given.hpp", given_hpp);
        const auto more = folder_.write("given.cpp", given_cpp);
        const auto program = folder_.path() / "program";
        const auto command = "c++ " + options + " -I " + header.parent_path().string() + " -o " +
                             program.string() + " " + source.string() + " " + more.string() +
                             " && " + program.string();
        FILE* const output = popen(command.c_str(), "r");
        REQUIRE(output != nullptr);
        for (long place = 0; std::fscanf(output, "%ld", &place) == 1;) {
            places_.push_back(static_cast<std::uint64_t>(place));
        }
        REQUIRE(pclose(output) == 0);
        REQUIRE(places_.size() == 5);
        program_ = kernel::Descriptor(open(program.c_str(), O_RDONLY | O_CLOEXEC));
    }

    [[nodiscard]] int program() const { return program_.get(); }

    /// @return where the call is that its line names.
    [[nodiscard]] std::uint64_t place(Which which) const { return places_.at(which); }

    /// @return the number of the line of student.cpp that ends with a comment.
    static int line(const std::string& comment) {
        const auto lines = text::lines_of(student_cpp);
        for (std::size_t index = 0; index < lines.size(); ++index) {
            if (lines[index].ends_with("// " + comment)) {
                return static_cast<int>(index) + 1;
            }
        }
        return 0;
    }

private:
    TemporaryFolder folder_;
    std::vector<std::uint64_t> places_;
    kernel::Descriptor program_;
};

}  // namespace ipclab::tests

#endif
