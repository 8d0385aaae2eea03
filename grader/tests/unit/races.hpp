/// @file
/// Races between two students, wrong ones and right ones, for the tests of the explorer and for
/// measuring it.
#ifndef IPCLAB_TESTS_UNIT_RACES_HPP
#define IPCLAB_TESTS_UNIT_RACES_HPP

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arena/arena.hpp"

namespace ipclab::tests {

/// What the students do at the same time.
struct RaceOfStudents {
    std::string name;
    bool is_right = false;
    bool spins = false;  ///< who waits asks again and again: that takes its time
    /// Runs every schedule of it. Throws FoundRace where one of them ends wrong.
    std::function<void(arena::Arena&)> explore;
};

/// How a schedule ended that shows a race.
struct FoundRace {
    std::string how;
};

/// @return all of them, the wrong ones first.
const std::vector<RaceOfStudents>& races_of_students();

/// Runs every schedule of a race, in an arena of its own.
/// @return how one of them ended wrong; nothing where none did.
std::optional<std::string> found_in(const RaceOfStudents& race);

}  // namespace ipclab::tests

#endif
