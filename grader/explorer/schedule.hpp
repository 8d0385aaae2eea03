#ifndef IPCLAB_EXPLORER_SCHEDULE_HPP
#define IPCLAB_EXPLORER_SCHEDULE_HPP

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "explorer/explorer.hpp"
#include "explorer/source_lines.hpp"
#include "recorder/recording.hpp"

namespace ipclab::explorer {

/// A schedule that was run, in the recording.
struct Schedule {
    std::span<const recorder::Event> events;  ///< none where it is not in the recording
    std::map<int, std::string> letters;       ///< of its processes, as they come: "A", "B"
    Names names;
};

/// Finds a schedule: from the last time that its first request was made; of a race until both have
/// answered, or one had to be killed.
/// @param recording  up to the failure; the schedule keeps pointing into it.
/// @param latest     the schedule that was run last.
Schedule schedule_of(const recorder::Recording& recording, const Latest& latest);

/// What one process did in a schedule, until another one went on or the source line changed.
struct Step {
    std::string who;    ///< "A": the processes in the order in which they come
    std::string text;   ///< "reads account 0: 5, writes account 0: 7"
    std::string place;  ///< "semaphores.cpp:31", or ""
};

/// Tells a schedule that was run, from what was recorded of it.
/// @return its steps in order.
std::vector<Step> steps_of(const recorder::Recording& recording, const Schedule& schedule,
                           const SourceLines& lines, const std::string& source);

}  // namespace ipclab::explorer

#endif
