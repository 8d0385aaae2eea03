#ifndef IPCLAB_RECORDER_TIMELINE_HPP
#define IPCLAB_RECORDER_TIMELINE_HPP

#include <deque>
#include <vector>

#include "recorder/recording.hpp"

namespace ipclab::recorder {

/// A recording as it grows. Of very many events it keeps the first and the last.
class Timeline {
public:
    Timeline();

    /// @return the index of the new lane. Lane 0 is the grader.
    std::size_t add_lane(const Lane& lane);

    /// Says which process a lane is of that was added before there was one.
    void set_pid(std::size_t lane, pid_t pid) { lanes_.at(lane).pid = pid; }

    [[nodiscard]] const Lane& lane(std::size_t index) const { return lanes_.at(index); }
    [[nodiscard]] const std::vector<Lane>& lanes() const { return lanes_; }

    /// Enters an event now.
    /// @return its id.
    std::size_t add(Event event);

    /// @return an event that is kept, or null.
    Event* find(std::size_t id);

    /// @return whether nothing has been entered after this event.
    [[nodiscard]] bool is_latest(std::size_t id) const { return id + 1 == next_id_; }

    [[nodiscard]] Recording recording() const;

private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::vector<Lane> lanes_;
    std::vector<Event> first_;
    std::deque<Event> latest_;
    std::size_t next_id_ = 0;
};

}  // namespace ipclab::recorder

#endif
