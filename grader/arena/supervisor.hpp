#ifndef IPCLAB_ARENA_SUPERVISOR_HPP
#define IPCLAB_ARENA_SUPERVISOR_HPP

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "arena/identity.hpp"
#include "arena/isolation.hpp"
#include "arena/ledger.hpp"
#include "arena/process.hpp"

namespace ipclab::arena {

/// Rules on the system calls that the students' filter hands over: as notifications
/// (seccomp_unotify(2)) or, where there is a tracer, as its stops.
///
/// - msgget and semget are made here, as the student: so the ledger knows each object's maker.
/// Their
///   arguments are numbers only, which cannot change after the look.
/// - Outside of a namespace of one's own, objects that are not in the ledger are strangers':
/// opening
///   one is refused with EACCES, changing or removing it with EPERM. The student's world looks as
///   if it were closed.
/// - Signals reach only processes of the check.
/// - A call can be held back or refused, as the process's Plan says.
class Supervisor {
public:
    /// @param tracing  who stops the calls, or null: they come as notifications.
    Supervisor(Level level, Identity student, Ledger& ledger, Tracing* tracing = nullptr);

    /// Receives one notification of a process and serves it.
    void serve_notification(Process& process);

    /// Rules on a call, or holds it back.
    void serve(Process& process, const SystemCall& call);

    /// Lets an access to a segment happen, or holds it back.
    void serve_access(Process& process, pid_t thread);

    /// @return how many calls it has served so far.
    [[nodiscard]] std::uint64_t served() const { return served_; }

    /// @return whether any process has set a timer, which may wake it at any time.
    [[nodiscard]] bool timers_set() const { return timers_set_; }

    /// Lets a call or an access go on that was held back.
    void release(Process& process);

    /// From now on the next queue that is made is known to student code under the id 0.
    void show_next_queue_as_zero() { zero_pending_ = true; }

    /// @return the id that student code knows for a queue's real id, and the other way round.
    [[nodiscard]] int shown(int real) const { return zero_ == real ? 0 : real; }
    [[nodiscard]] int real(int shown) const { return shown == 0 && zero_ ? *zero_ : shown; }

    /// Enters an object in the ledger, with its number for students where that is asked for.
    void note_made(const Entry& made);

    /// @return how often student processes asked for the removal of an object (IPC_RMID).
    [[nodiscard]] int removals_asked(kernel::Kind kind, int id) const;

    /// @return whether the segment was made by a process of this check.
    [[nodiscard]] bool made_here(const kernel::Object& segment) const;

private:
    Ruling decide(Process& process, const SystemCall& call);
    static int planned_error(const Process& process, const SystemCall& call);
    Ruling decide_ipc(Process& process, const SystemCall& call);
    Ruling get_object(const Process& process, kernel::Kind kind, key_t key, int flags,
                      const std::function<int(int flags)>& get);
    Ruling make_object(const Process& process, kernel::Kind kind, key_t key, int flags,
                       const std::function<int(int flags)>& get);
    Ruling open_object(kernel::Kind kind, int flags, const std::function<int(int flags)>& get);
    Ruling get_segment(const SystemCall& call, key_t key);
    Ruling use_queue_zero(const SystemCall& call);
    Ruling use_object(kernel::Kind kind, int id, bool changes);
    Ruling start_process(Process& process, std::uint64_t flags);
    Ruling send_signal(pid_t caller, pid_t target, int signal);
    [[nodiscard]] bool is_ours(const kernel::Object& object) const;
    void respond(const Process& process, const SystemCall& call, const Ruling& ruling);

    Level level_;
    Identity student_;
    Ledger& ledger_;
    Tracing* tracing_;
    std::set<pid_t> segment_makers_;
    std::set<int> older_segments_;  ///< of strangers whose process id has come round again
    std::map<std::pair<kernel::Kind, int>, int> removals_asked_;
    std::optional<int> zero_;
    bool zero_pending_ = false;
    int processes_started_ = 0;
    int objects_made_ = 0;
    std::uint64_t served_ = 0;
    bool timers_set_ = false;
};

}  // namespace ipclab::arena

#endif
