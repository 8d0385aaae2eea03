/// @file
/// How an arena has its students' system calls stopped by somebody else than the kernel's seccomp
/// notifications: by a tracer (ptrace(2)), who sees their results, too. The arena knows this
/// interface only; the tracer is the recorder.
#ifndef IPCLAB_ARENA_TRACING_HPP
#define IPCLAB_ARENA_TRACING_HPP

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace ipclab::arena {

/// A system call of a student thread, which waits for a ruling before it happens.
struct SystemCall {
    pid_t thread = 0;
    long number = -1;
    std::array<std::uint64_t, 6> arguments{};
    std::uint64_t notification = 0;  ///< of seccomp_unotify(2); a tracer has none
};

/// What becomes of a call.
struct Ruling {
    bool proceed = false;  ///< the kernel goes on with the call as it stands
    long value = 0;        ///< otherwise what it returns,
    int error = 0;         ///< or its errno
    bool planned = false;  ///< the check wanted it to fail
};

class Tracing {
public:
    Tracing() = default;
    Tracing(const Tracing&) = delete;
    Tracing& operator=(const Tracing&) = delete;
    /// What a thread of a student process is about to do, and has been stopped before.
    struct Stopped {
        enum class Before { call, access };
        int process = 0;  ///< the student process that it or its parents belong to
        Before before = Before::call;
        SystemCall call;  ///< of an access only its thread
    };

    virtual ~Tracing() = default;

    /// Traces a process from now on, and all that it starts: before it becomes the student and
    /// before it executes anything.
    /// @param process  its number in the check.
    /// @throws std::system_error where the kernel refuses.
    virtual void attach(pid_t child, int process) = 0;

    /// Takes a wait status (wait(2)) of a traced thread and lets the thread go on, unless the
    /// status is that of a call which waits for a ruling.
    virtual std::optional<Stopped> take(pid_t thread, int status) = 0;

    /// Lets a call happen or not, and its thread go on.
    virtual void resume(const SystemCall& call, const Ruling& ruling) = 0;

    /// A command with this token is to be watched: take() stops each access that the process makes
    /// meanwhile to a segment that it has attached, and the shell says when it begins and ends.
    virtual void expect_watch(int process, std::uint64_t token) = 0;

    /// Lets an access happen, and its thread go on.
    virtual void let_access(pid_t thread) = 0;

    /// Why a traced thread does not run.
    enum class Stop {
        by_signal,   ///< SIGSTOP and its like
        for_ruling,  ///< its call or access was taken and not let go on
        passing,     ///< neither: the next wait(2) tells
    };
    [[nodiscard]] virtual Stop stop_of(pid_t thread) const = 0;

    /// What the arena does, for the record.
    virtual void note_act(const std::string& what) = 0;
    virtual void note_request(int process, const std::string& request) = 0;
    virtual void note_answer(int process, const std::string& answer) = 0;
    virtual void note_held(pid_t thread) = 0;
};

}  // namespace ipclab::arena

#endif
