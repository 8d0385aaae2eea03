/// @file
/// Worlds in which the unit tests of the arena run.
#ifndef IPCLAB_TESTS_UNIT_WORLD_HPP
#define IPCLAB_TESTS_UNIT_WORLD_HPP

#include <functional>
#include <string>
#include <vector>

#include "arena/isolation.hpp"
#include "helpers.hpp"

namespace ipclab::tests {

/// @return all that can be read until the other ends are closed.
inline std::string read_all(int descriptor) {
    std::string text;
    std::array<char, 4096> block{};
    for (ssize_t size = 0; (size = read(descriptor, block.data(), block.size())) > 0;) {
        text.append(block.data(), static_cast<std::size_t>(size));
    }
    return text;
}

/// Runs a body in a world of its own.
/// @return the text that it returns, or that of its exception.
inline std::string in_world(arena::Level level,
                            const std::function<std::string(arena::Identity student)>& body) {
    auto [reading, writing] = make_pipe();
    const int to = writing.get();
    const auto tell = [&](arena::Identity student) {
        const std::string text = body(student);
        return write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1;
    };
    const pid_t warden = arena::fork_world(level, tell, to);
    writing.close();
    std::string text = read_all(reading.get());
    waitpid(warden, nullptr, 0);
    return text;
}

/// @return the levels that work on this machine for this user.
inline const std::vector<arena::Level>& working_levels() {
    static const auto levels = [] {
        std::vector<arena::Level> working;
        for (const auto& probe : arena::probe_levels()) {
            if (probe.works()) {
                working.push_back(probe.level);
            }
        }
        return working;
    }();
    return levels;
}

}  // namespace ipclab::tests

#endif
