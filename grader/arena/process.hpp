#ifndef IPCLAB_ARENA_PROCESS_HPP
#define IPCLAB_ARENA_PROCESS_HPP

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arena/launch.hpp"
#include "arena/tracing.hpp"
#include "kernel/messages.hpp"

namespace ipclab::arena {

/// Why a student process did not answer.
enum class Trouble {
    none,
    ended,             ///< it exited or was killed by a signal before it answered
    blocked,           ///< it and all others wait, and nobody is left to wake them
    slept,             ///< it slept by its own choice for longer than is allowed
    stopped,           ///< by a signal that stops (SIGSTOP)
    used_processor,    ///< it ran, without an answer, for as long as is allowed
    printed_much,      ///< it printed more than is allowed
    forked_much,       ///< it started more processes than are allowed
    answered_unasked,  ///< something wrote an answer to it that nobody had asked for
};

/// Which calls are counted to find the one before which a process is held back.
enum class Counted {
    gets,  ///< those that make or find an object: msgget, semget, shmget
    all,   ///< every System V call
};

enum class Watched { no, yes };

/// What the supervisor does to the IPC calls of a process during its next request, or of a program
/// from its start.
struct Plan {
    /// The call, counted from 1, before which the process is held back; 0: none.
    int hold_before = 0;
    Counted counted = Counted::gets;
    /// The errno of every call that would make an object: ENOSPC is a system without room. 0: none.
    int refuse_making = 0;
    /// The errno of every call that would remove one: EPERM is somebody else's. 0: none.
    int refuse_removing = 0;
    /// The System V call, counted from 1, that fails with fail_with without happening; 0: none.
    /// Removals are left out: after a refused one nobody could leave things in order.
    int fail_call = 0;
    int fail_with = 0;
    /// The System V call, counted from 1, before which the process is killed; 0: none.
    int kill_before = 0;
    /// Whether its points are counted: before each System V call and, where a tracer watches,
    /// before each access to a segment that is attached.
    Watched watched = Watched::no;
    /// The point, counted from 1, at which it is held back; 0: none.
    int hold_at_point = 0;
    /// How many commands the request stands for: each of them may print as much as a single one.
    std::size_t commands = 1;
};

/// A thread that waits in a call.
struct Wait {
    int process = 0;   ///< the student process that it belongs to, itself or through its parents
    std::string call;  ///< "msgrcv (queue 3, type 5)"

    bool operator==(const Wait&) const = default;
};

/// What was asked of a process.
enum class Asked {
    command,  ///< of its shell, which answers
    program,  ///< to be a program, which ends
};

/// What came back for a request.
struct Reply {
    Asked asked = Asked::command;
    std::string request;  ///< for example "create 0x4c01 0600"
    int process = 0;      ///< its number in the check, from 1
    Trouble trouble = Trouble::none;
    std::string answer;  ///< the shell's answer (labs/shell/shell.hpp); empty in trouble
    std::optional<int> wait_status;  ///< of a process that ended (wait(2))
    std::string output;              ///< of a program: what it wrote to its standard output
    bool wrote_errors = false;       ///< of a program: whether it wrote to its standard error
    Plan plan;                       ///< what was done to its calls meanwhile
    int calls = 0;                   ///< how many System V calls it made
    std::vector<Wait> waits;         ///< who waits in what, where it is blocked
};

/// A message that was waited for, or what became of those who should have sent it.
struct Awaited {
    std::optional<kernel::Message> message;
    Reply state;  ///< of the process that was waited for
};

/// A student process and what is known of it. The arena keeps it up to date.
struct Process {
    int number = 0;
    Asked asked = Asked::command;
    pid_t pid = -1;
    kernel::Descriptor channel;
    kernel::Descriptor output;
    kernel::Descriptor errors;  ///< of a program
    kernel::Descriptor listener;

    std::string printed;             ///< the first part of stdout and stderr
    std::size_t printed_bytes = 0;   ///< all of it
    std::size_t printed_before = 0;  ///< of these before the present request
    std::string written;             ///< of a program: stdout alone
    bool wrote_errors = false;       ///< of a program

    std::string request;  ///< what it works on or worked on last
    std::string token;    ///< empty: nothing is asked
    std::optional<std::string> answer;
    std::optional<int> wait_status;  ///< set once it has ended
    Trouble trouble = Trouble::none;

    Plan plan;
    int gets = 0;   ///< msgget, semget and shmget calls of the present request
    int calls = 0;  ///< System V calls of the present request
    std::map<long, int> calls_by_number;  ///< the same, each by itself
    int points = 0;                       ///< of the present request, where it is watched
    std::optional<SystemCall> held;       ///< the call before which it is held back
    std::optional<pid_t> held_access;     ///< the thread whose access is held back
    std::vector<std::uint64_t> detached;  ///< the addresses that shmdt was given, nullptr left out

    [[nodiscard]] bool is_held() const { return held || held_access; }
    [[nodiscard]] bool ended() const { return wait_status.has_value(); }
    /// @return how many calls there were of those that the plan counts.
    [[nodiscard]] int counted() const { return plan.counted == Counted::gets ? gets : calls; }
};

}  // namespace ipclab::arena

#endif
