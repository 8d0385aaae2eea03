/// @file
/// Worlds whose students are the program of the unit tests itself (student_program.cpp), traced or
/// not.
#ifndef IPCLAB_TESTS_UNIT_TRACED_HPP
#define IPCLAB_TESTS_UNIT_TRACED_HPP

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "arena/arena.hpp"
#include "recorder/recorder.hpp"
#include "world.hpp"

namespace ipclab::tests {

enum class Traced { no, yes };

/// Runs a body in a world where arenas can be made.
/// @return the text that it returns, or that of its exception.
inline std::string with_students(arena::Level level, Traced traced,
                                 const std::function<std::string(recorder::Recorder&)>& body) {
    const TemporaryFolder folder;
    const kernel::Descriptor program(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    return in_world(level, [&](arena::Identity student) {
        recorder::Recorder recorder;
        arena::Arena::prepare({.level = level,
                               .student = student,
                               .program = program.get(),
                               .seed = std::random_device{}(),
                               .tracing = traced == Traced::yes ? &recorder : nullptr});
        return body(recorder);
    });
}

/// Skips a test case where students cannot be traced.
inline void require_tracing(arena::Level level) {
    if (const auto obstacle = recorder::tracing_obstacle(level); !obstacle.empty()) {
        SKIP("nobody may trace here: " << obstacle);
    }
}

}  // namespace ipclab::tests

#endif
