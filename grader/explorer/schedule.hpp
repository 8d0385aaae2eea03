#ifndef IPCLAB_EXPLORER_SCHEDULE_HPP
#define IPCLAB_EXPLORER_SCHEDULE_HPP

#include <functional>
#include <string>
#include <vector>

#include "explorer/explorer.hpp"
#include "explorer/source_lines.hpp"
#include "recorder/recording.hpp"

namespace ipclab::explorer {

/// What one process did in a schedule, until another one went on or the source line changed.
struct Step {
    std::string who;    ///< "A": the processes in the order in which they come
    std::string text;   ///< "reads account 0: 5, writes account 0: 7"
    std::string place;  ///< "semaphores.cpp:31", or ""
};

/// Tells a schedule that was run, from what was recorded of it.
/// @param recording  up to the failure.
/// @param latest     the schedule that was run last.
/// @return its steps in order; none where it is not in the recording.
std::vector<Step> steps_of(const recorder::Recording& recording, const Latest& latest,
                           const SourceLines& lines, const std::string& source);

}  // namespace ipclab::explorer

#endif
