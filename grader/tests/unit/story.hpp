/// @file
/// Recordings for tests, written event by event.
#ifndef IPCLAB_TESTS_STORY_HPP
#define IPCLAB_TESTS_STORY_HPP

#include <sys/ipc.h>
#include <sys/syscall.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "recorder/recording.hpp"

namespace ipclab::tests {

using recorder::Call;
using recorder::Event;
using recorder::What;

inline Call make_call(long number, std::array<std::uint64_t, 6> arguments,
                      std::optional<long> result = std::nullopt) {
    return {.number = number, .arguments = arguments, .result = result};
}

/// A call to msgget with the key 0x4c01.
inline Call a_msgget(int flags, std::optional<long> result = std::nullopt) {
    return make_call(SYS_msgget, {0x4c01, static_cast<std::uint64_t>(flags)}, result);
}

/// A call to semop with one operation.
inline Call a_semop(int id, sembuf operation, std::optional<long> result = std::nullopt) {
    auto call = make_call(SYS_semtimedop, {static_cast<std::uint64_t>(id), 0x7ffd0000, 1}, result);
    call.operations = {operation};
    return call;
}

/// A recording that grows. Lane 0 is the grader; lanes 1, 2, ... are processes 1, 2, ...
class Story {
public:
    explicit Story(int processes) {
        for (int process = 0; process <= processes; ++process) {
            recording.lanes.push_back({.process = process});
        }
    }

    /// @return the id of the event. It happens 10 microseconds after the one before it.
    std::size_t add(Event event) {
        event.id = next_id_++;
        event.time = std::chrono::microseconds(10 * event.id);
        recording.events.push_back(std::move(event));
        return next_id_ - 1;
    }
    std::size_t act(const std::string& text) { return add({.what = What::act, .text = text}); }
    std::size_t request(std::size_t lane, const std::string& text) {
        return add({.what = What::request, .lane = lane, .text = text});
    }
    std::size_t answer(std::size_t lane, const std::string& text) {
        return add({.what = What::answer, .lane = lane, .text = text});
    }
    std::size_t call(std::size_t lane, Call call, int thread = 0) {
        return add({.what = What::call, .lane = lane, .thread = thread, .call = std::move(call)});
    }
    std::size_t returns(std::size_t begun_by) {
        const auto& begun = *recording.find(begun_by);
        return add({.what = What::returns,
                    .lane = begun.lane,
                    .thread = begun.thread,
                    .begun_by = begun_by});
    }
    std::size_t note(What what, std::size_t lane, int number = 0, const std::string& text = "") {
        return add({.what = what, .lane = lane, .text = text, .number = number});
    }

    /// Has events happen that are not kept.
    void leave_out(std::size_t events) {
        next_id_ += events;
        recording.left_out += events;
    }

    recorder::Recording recording;

private:
    std::size_t next_id_ = 0;
};

}  // namespace ipclab::tests

#endif
