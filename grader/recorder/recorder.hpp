#ifndef IPCLAB_RECORDER_RECORDER_HPP
#define IPCLAB_RECORDER_RECORDER_HPP

#include <map>
#include <set>
#include <string>

#include "arena/isolation.hpp"
#include "arena/tracing.hpp"
#include "recorder/timeline.hpp"
#include "recorder/watch.hpp"

namespace ipclab::recorder {

/// The flight recorder: traces every student process from before its exec (ptrace(2),
/// PTRACE_SEIZE), stops it at the calls that the student's filter names, and enters on one timeline
/// what it sees, together with what the arena says that it does.
///
/// A traced thread that waits in a call is never stopped: semop(2) would fail with EINTR. The
/// kernel itself does that when a signal comes that the program ignores, because a tracer is told
/// of each: such a semop is made to go on, so that a program sees no interruption that it would not
/// see without a tracer.
class Recorder : public arena::Tracing {
public:
    void attach(pid_t child, int process) override;
    std::optional<Stopped> take(pid_t id, int status) override;
    void resume(const arena::SystemCall& call, const arena::Ruling& ruling) override;
    [[nodiscard]] Stop stop_of(pid_t thread) const override;
    void note_act(const std::string& what) override;
    void note_request(int process, const std::string& request) override;
    void note_answer(int process, const std::string& answer) override;
    void note_held(pid_t thread) override;
    void expect_watch(int process, std::uint64_t token) override;
    void let_access(pid_t thread) override;

    /// @return what has happened so far.
    [[nodiscard]] Recording recording() const { return timeline_.recording(); }

private:
    /// A traced thread.
    struct Thread {
        std::size_t lane = 0;
        int number = 0;                   ///< in its process: 0 is the first
        std::optional<std::size_t> call;  ///< the event of the call that it is in, and
        arena::SystemCall system_call;    ///< the call, should the event not be kept so long
        std::optional<long> interrupted;  ///< the call ended with this, but may go on yet
        bool repeats = false;             ///< and was made to go on
        Stop stop = Stop::passing;        ///< of its latest stop
        arena::SystemCall entered;  ///< of a process that is watched: any call, also another one
        std::optional<std::uint64_t>
            refused_at;                         ///< Watch::changes() at a fault that it tries again
        std::optional<arena::SystemCall> mark;  ///< the shell's, around a command to be watched
        /// Not from the start, so that the exec of the lab's program does not wait for the grader.
        bool follows_exec = false;
    };

    std::optional<Stopped> enter_call(pid_t id, Thread& thread);
    void meet_call(pid_t id, Thread& thread);
    void obey(pid_t id, const Thread& thread, const arena::SystemCall& mark);
    void note_attachment(const Thread& thread, long result);
    void note_protection(const Thread& thread, long result);
    bool may_try_again(pid_t id, Thread& thread);
    bool must_not_fail(const Thread& thread, const arena::SystemCall& call);
    bool repeat_unwatched(pid_t id, const Thread& thread, long result);
    void proceed(pid_t id, const Thread& thread, long signal = 0);
    void leave_call(pid_t id, Thread& thread, long result);
    void finish_call(pid_t id, Thread& thread, long result);
    void deliver(pid_t id, Thread& thread, int signal);
    void settle_interrupted(pid_t id, Thread& thread, bool ignored, bool interrupts);
    void stop_or_go(pid_t id, Thread& thread, int signal);
    void start_child(pid_t id, const Thread& parent, int event);
    void execute(pid_t id, Thread& thread);
    void end(pid_t id, int status);
    std::size_t lane_of(int process);
    std::size_t note(What what, std::size_t lane, const std::string& text, int number = 0);

    Timeline timeline_;
    std::map<pid_t, Thread> threads_;
    std::map<std::size_t, Watch> watches_;         ///< by lane: one a process
    std::map<std::size_t, std::uint64_t> tokens_;  ///< by lane: of the command to be watched
    std::set<pid_t> early_;  ///< stopped before their parent has said that it started them
};

/// Tries to trace a process in a world of this level.
/// @return why it is not allowed here; empty: it is.
std::string tracing_obstacle(arena::Level level);

}  // namespace ipclab::recorder

#endif
