/// @file
/// What happened in a check, in order over all its processes: one timeline of what the grader did,
/// what it asked, which IPC calls the student's code made, and how they ended.
#ifndef IPCLAB_RECORDER_RECORDING_HPP
#define IPCLAB_RECORDER_RECORDING_HPP

#include <sys/sem.h>
#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipclab::recorder {

/// One column of the timeline: the grader, or a process of the student's.
struct Lane {
    int process = 0;  ///< the number of the student process, from 1; 0: the grader
    int child = 0;  ///< 0: that process itself; n: the n-th process that it or its children started
    pid_t pid = 0;

    [[nodiscard]] bool is_grader() const { return process == 0; }
};

/// A message as it lay in the student's memory (struct msgbuf, msgop(2)).
struct Message {
    long type = 0;
    std::string text;      ///< its first bytes, raw
    std::size_t size = 0;  ///< bytes, without the type
};

/// One call into System V IPC. Arguments are the system call's own, so that semop is a semtimedop
/// without a time-out.
struct Call {
    long number = -1;  ///< SYS_msgget, ...
    std::array<std::uint64_t, 6> arguments{};
    std::optional<long> result;      ///< what it returned, -errno where it failed;
                                     ///< nothing: it has not returned
    std::optional<Message> message;  ///< of msgsnd, and of an msgrcv that got one
    std::vector<sembuf> operations;  ///< of semop and semtimedop, the first ones
    bool refused_by_plan = false;    ///< the check wanted it to fail

    /// @return whether it returned, and how.
    [[nodiscard]] bool returned() const { return result.has_value(); }
    [[nodiscard]] bool failed() const { return result.value_or(0) < 0 && !is_address(); }
    [[nodiscard]] int error() const { return failed() ? static_cast<int>(-*result) : 0; }
    /// The result of shmat is an address, whose highest bit may be set.
    [[nodiscard]] bool is_address() const;
};

/// One access of a process to a segment that it has attached, by one machine instruction.
struct Access {
    enum class How { reads, writes };  ///< one that does both writes
    How how = How::reads;
    int segment = -1;          ///< its id
    std::uint64_t offset = 0;  ///< of the first byte, from the segment's begin
    std::uint64_t before = 0;  ///< the eight bytes from there, as a number: before the access
    std::uint64_t after = 0;   ///< and behind it
};

/// Where in the program something happened, the innermost first: the instruction, and those that
/// called the functions that are under way. Counted from the begin of the program's file in memory.
using Places = std::vector<std::uint64_t>;

enum class What {
    act,      ///< the grader did something to the check's world: text says what
    request,  ///< the grader asked a process: text is the command
    answer,   ///< the process answered: text is the answer
    call,     ///< a call began; where it has a result and no `returns` names it, it ended at once
    returns,  ///< the call of an earlier event ended, after something else had happened
    signal,   ///< a signal was delivered to a process: number
    starts,   ///< a process began (a child), or executed another program
    ends,     ///< a process ended: number is its wait status (wait(2))
    held,     ///< the grader holds the process before the call or access that it is about to make
    access,   ///< the process read or wrote a segment, while it was watched
};

struct Event {
    std::size_t id = 0;  ///< counts all events of the check, from 0
    What what = What::act;
    std::size_t lane = 0;             ///< index into Recording::lanes
    int thread = 0;                   ///< 0: the process's first thread; n: its n-th other one
    std::chrono::nanoseconds time{};  ///< since the check began
    std::string text;
    int number = 0;
    Call call;                 ///< of call
    std::size_t begun_by = 0;  ///< of returns: the id of the call
    Access access;             ///< of access
    Places places;             ///< of call and access, of a process that was watched
};

/// The timeline. Of a check with very many events the middle is left out.
struct Recording {
    std::vector<Lane> lanes;
    std::vector<Event> events;  ///< in order of time, ids ascending
    std::size_t left_out = 0;   ///< events that are not in it

    /// @return the event with this id, or null where it was left out.
    [[nodiscard]] const Event* find(std::size_t id) const;

    /// @return the last request to a student process, or null.
    [[nodiscard]] const Event* last_request(int process) const;

    /// @return the calls that a student process and its children have begun since its last request,
    ///         in order.
    [[nodiscard]] std::vector<const Event*> calls_of_last_request(int process) const;
};

}  // namespace ipclab::recorder

#endif
