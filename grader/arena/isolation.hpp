/// @file
/// How far a check's world is apart from everything else on the machine.
#ifndef IPCLAB_ARENA_ISOLATION_HPP
#define IPCLAB_ARENA_ISOLATION_HPP

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arena/identity.hpp"

namespace ipclab::arena {

/// In the order of preference.
enum class Level {
    namespaces,  ///< an IPC and a PID namespace for each check
    uid,         ///< the machine's own IPC namespace, a uid of its own for each check
    shared,      ///< the machine's own IPC namespace, everything as the same user
};

/// Every level, the best first.
inline constexpr std::array levels = {Level::namespaces, Level::uid, Level::shared};

/// @return "namespaces", "uid" or "shared": the word in options and results.
std::string_view name_of(Level level);

/// @return a sentence for people: what the level keeps apart, and what it does not.
std::string_view promise_of(Level level);

/// @return the level of a word, or nothing.
std::optional<Level> level_named(std::string_view word);

/// Whether a level works here, and why not.
struct Probe {
    Level level;
    std::string obstacle;  ///< empty: it works; else for example "unshare: Operation not permitted"

    [[nodiscard]] bool works() const { return obstacle.empty(); }
};

/// Tries a level in a process of its own; nothing is assumed from versions or names.
/// @return why it does not work here; empty: it works.
std::string obstacle_to(Level level);

/// Tries every level, the best first.
std::vector<Probe> probe_levels();

/// Forks a process into a world of its own at this level and runs body there as the warden of the
/// world: with namespaces it is process 1, otherwise the reaper of all its descendants.
///
/// The warden gets SIGTERM when the process that called this dies.
///
/// @param body        gets the identity for student code; its result is the exit status, 3 where it
///                    throws.
/// @param complaints  the descriptor where the text of what was thrown goes.
/// @return the warden's process id.
/// @throws kernel failure where the kernel refuses.
pid_t fork_world(Level level, const std::function<int(Identity student)>& body, int complaints = 2);

/// Tries something in a world of its own.
/// @return the text of what it threw, or why there is no such world; empty: it works.
std::string obstacle_in_world(Level level, const std::function<void(Identity student)>& tries);

}  // namespace ipclab::arena

#endif
