#include "arena/supervisor.hpp"

#include <fmt/format.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "kernel/failure.hpp"
#include "kernel/tasks.hpp"

namespace ipclab::arena {

namespace {

using kernel::Kind;

constexpr int processes_unwatched = 64;  ///< so many may start before anybody counts the living
constexpr int processes_alive = 64;
constexpr int processes_ever = 4096;
/// So many objects a check's processes may make: the tables of a machine's own IPC namespace have
/// room for 4096 segments only, for everybody.
constexpr int objects_ever = 1000;
constexpr std::uint64_t new_namespaces = CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUSER |
                                         CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWCGROUP;

std::optional<Kind> kind_of(long call) {
    switch (call) {
        case SYS_msgget:
        case SYS_msgsnd:
        case SYS_msgrcv:
        case SYS_msgctl:
            return Kind::queue;
        case SYS_semget:
        case SYS_semop:
        case SYS_semtimedop:
        case SYS_semctl:
            return Kind::semaphore_set;
        case SYS_shmget:
        case SYS_shmat:
        case SYS_shmdt:
        case SYS_shmctl:
            return Kind::segment;
        default:
            return std::nullopt;
    }
}

bool gets_object(long call) {
    return call == SYS_msgget || call == SYS_semget || call == SYS_shmget;
}

/// @return whether a shmget makes a segment where there is none.
bool makes(const SystemCall& call) {
    return static_cast<key_t>(call.arguments[0]) == IPC_PRIVATE ||
           (call.arguments[2] & IPC_CREAT) != 0;
}

bool is_control(long call) {
    return call == SYS_msgctl || call == SYS_semctl || call == SYS_shmctl;
}

int command_of(const SystemCall& call) {
    // Linux adds IPC_64 (0x100) to commands of some callers.
    return static_cast<int>(call.arguments[call.number == SYS_semctl ? 2 : 1]) & ~0x100;
}

/// Commands whose first argument is no id: limits, usage, and a look at a place in the kernel's
/// table. The same numbers are other commands of other calls. The *_STAT_ANY are since Linux 4.17
/// (msgctl(2)).
bool is_about_the_system(long call, int command) {
    constexpr int msg_stat_any = 13;
    constexpr int sem_stat_any = 20;
    constexpr int shm_stat_any = 15;
    if (command == IPC_INFO) {
        return true;
    }
    switch (call) {
        case SYS_msgctl:
            return command == MSG_INFO || command == MSG_STAT || command == msg_stat_any;
        case SYS_semctl:
            return command == SEM_INFO || command == SEM_STAT || command == sem_stat_any;
        case SYS_shmctl:
            return command == SHM_INFO || command == SHM_STAT || command == shm_stat_any;
        default:
            return false;
    }
}

/// What msgget answers where nothing can be made: that the key is taken it says first.
int refuse_to_make(key_t key, int error, const std::function<int(int flags)>& get) {
    const bool taken = key != IPC_PRIVATE && (get(0) >= 0 || errno == EACCES);
    errno = taken ? EEXIST : error;
    return -1;
}

bool belongs_to_check(pid_t process) {
    const auto ours = kernel::descendants(getpid());
    return std::find(ours.begin(), ours.end(), process) != ours.end();
}

std::size_t threads_alive() {
    std::size_t count = 0;
    for (const pid_t process : kernel::descendants(getpid())) {
        count += std::max<std::size_t>(kernel::tasks(process).size(), 1);
    }
    return count;
}

/// Counts a point of a process that is watched.
/// @return whether it is the one at which it is to be held.
bool comes_to_its_point(Process& process) {
    return process.plan.watched == Watched::yes && ++process.points == process.plan.hold_at_point;
}

}  // namespace

Supervisor::Supervisor(Level level, Identity student, Ledger& ledger, Tracing* tracing)
    : level_(level), student_(student), ledger_(ledger), tracing_(tracing) {}

void Supervisor::serve_notification(Process& process) {
    seccomp_notif notification{};
    if (ioctl(process.listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0) {
        return;  // The caller was killed meanwhile.
    }
    SystemCall call{.thread = static_cast<pid_t>(notification.pid),
                    .number = notification.data.nr,
                    .notification = notification.id};
    std::copy_n(notification.data.args, call.arguments.size(), call.arguments.begin());
    serve(process, call);
}

void Supervisor::serve(Process& process, const SystemCall& call) {
    ++served_;
    const bool gets = gets_object(call.number);
    process.gets += gets ? 1 : 0;
    if (kind_of(call.number)) {
        ++process.calls;
        ++process.calls_by_number[call.number];
    }
    if (call.number == SYS_shmdt && call.arguments[0] != 0) {
        process.detached.push_back(call.arguments[0]);
    }
    const bool counts = process.plan.counted == Counted::gets ? gets : !!kind_of(call.number);
    const bool at_point = kind_of(call.number) && comes_to_its_point(process);
    if (at_point || (counts && process.counted() == process.plan.hold_before)) {
        process.held = call;
        if (tracing_ != nullptr) {
            tracing_->note_held(call.thread);
        }
        return;
    }
    if (kind_of(call.number) && process.calls == process.plan.kill_before) {
        kill(kernel::process_of(call.thread), SIGKILL);
        return;
    }
    respond(process, call, decide(process, call));
}

void Supervisor::serve_access(Process& process, pid_t thread) {
    ++served_;
    if (comes_to_its_point(process)) {
        process.held_access = thread;
        tracing_->note_held(thread);
        return;
    }
    tracing_->let_access(thread);
}

void Supervisor::release(Process& process) {
    if (const auto thread = std::exchange(process.held_access, std::nullopt)) {
        tracing_->let_access(*thread);
    }
    if (const auto call = std::exchange(process.held, std::nullopt)) {
        respond(process, *call, decide(process, *call));
    }
}

void Supervisor::respond(const Process& process, const SystemCall& call, const Ruling& ruling) {
    if (tracing_ != nullptr) {
        tracing_->resume(call, ruling);
        return;
    }
    seccomp_notif_resp response{};
    response.id = call.notification;
    response.val = ruling.value;
    response.error = -ruling.error;
    response.flags = ruling.proceed ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
    // Where the caller was killed meanwhile there is nobody to answer; what was made for it stands
    // in the ledger and goes with the check.
    ioctl(process.listener.get(), SECCOMP_IOCTL_NOTIF_SEND, &response);
}

Ruling Supervisor::decide(Process& process, const SystemCall& call) {
    const auto argument = [&](int index) { return static_cast<int>(call.arguments.at(index)); };
    switch (call.number) {
        case SYS_clone:
            return start_process(process, call.arguments[0]);
#ifdef SYS_fork
        case SYS_fork:
        case SYS_vfork:
            return start_process(process, 0);
#endif
        case SYS_kill:
        case SYS_rt_sigqueueinfo:
            return send_signal(call.thread, argument(0), argument(1));
        case SYS_tgkill:
        case SYS_rt_tgsigqueueinfo:
            return send_signal(call.thread, std::max(argument(0), 1), argument(2));
        case SYS_tkill:
            return send_signal(call.thread, std::max(kernel::process_of(argument(0)), 1),
                               argument(1));
#ifdef SYS_alarm
        case SYS_alarm:
#endif
        case SYS_setitimer:
        case SYS_timer_settime:
        case SYS_timerfd_settime:
            timers_set_ = true;
            return {.proceed = true};
        default:
            // A call that is none of ours: student code has a filter of its own.
            return kind_of(call.number) ? decide_ipc(process, call) : Ruling{.proceed = true};
    }
}

/// @return the errno that the check wants a call to fail with, or 0.
int Supervisor::planned_error(const Process& process, const SystemCall& call) {
    const Plan& plan = process.plan;
    const bool removes = is_control(call.number) && command_of(call) == IPC_RMID;
    if (process.calls == plan.fail_call && !removes) {
        return plan.fail_with;
    }
    // Of queues only: a semaphore of the student's own may be what guards its calls.
    return removes && call.number == SYS_msgctl ? plan.refuse_removing : 0;
}

Ruling Supervisor::decide_ipc(Process& process, const SystemCall& call) {
    const auto& arguments = call.arguments;
    const auto key = static_cast<key_t>(arguments[0]);
    const int id = static_cast<int>(arguments[0]);
    if (const int error = planned_error(process, call)) {
        return {.error = error, .planned = true};
    }
    if (call.number == SYS_msgget) {
        return get_object(process, Kind::queue, key, static_cast<int>(arguments[1]),
                          [&](int flags) { return msgget(key, flags); });
    }
    if (call.number == SYS_semget) {
        const int count = static_cast<int>(arguments[1]);
        return get_object(process, Kind::semaphore_set, key, static_cast<int>(arguments[2]),
                          [&](int flags) { return semget(key, count, flags); });
    }
    if (call.number == SYS_shmget) {
        return get_segment(call, key);
    }
    const int command = is_control(call.number) ? command_of(call) : -1;
    const bool by_address = call.number == SYS_shmdt;
    if (by_address || is_about_the_system(call.number, command)) {
        return {.proceed = true};
    }
    const Kind kind = *kind_of(call.number);
    if (command == IPC_RMID) {
        ++removals_asked_[{kind, kind == Kind::queue ? real(id) : id}];
    }
    if (kind == Kind::queue && real(id) != id) {
        return use_queue_zero(call);
    }
    return use_object(kind, id, command == IPC_RMID || command == IPC_SET);
}

/// Makes or opens an object for the student. Making it is always tried exclusively first, so that
/// it is known who made it; between the two tries another process may have made or removed it.
Ruling Supervisor::get_object(const Process& process, Kind kind, key_t key, int flags,
                              const std::function<int(int flags)>& get) {
    const ActingAs student(student_);
    const bool makes = key == IPC_PRIVATE || (flags & IPC_CREAT) != 0;
    while (true) {
        if (makes) {
            const auto made = make_object(process, kind, key, flags, get);
            if (made.error != EEXIST || (flags & IPC_EXCL) != 0) {
                return made;
            }
        }
        const auto found = open_object(kind, flags, get);
        if (found.error != ENOENT || !makes) {
            return found;
        }
    }
}

Ruling Supervisor::make_object(const Process& process, Kind kind, key_t key, int flags,
                               const std::function<int(int flags)>& get) {
    const int planned = process.plan.refuse_making;
    const int error = planned == 0 && objects_made_ >= objects_ever ? ENOSPC : planned;
    const int made =
        error == 0 ? get(flags | IPC_CREAT | IPC_EXCL) : refuse_to_make(key, error, get);
    if (made < 0) {
        return {.error = errno, .planned = errno == planned};
    }
    ++objects_made_;
    note_made({.kind = kind, .id = made, .key = key, .maker = {process.number, process.request}});
    return {.value = kind == Kind::queue ? shown(made) : made};
}

Ruling Supervisor::open_object(Kind kind, int flags, const std::function<int(int flags)>& get) {
    const int found = get(flags & ~(IPC_CREAT | IPC_EXCL));
    if (found < 0) {
        return {.error = errno};
    }
    const bool ours = level_ == Level::namespaces || ledger_.find(kind, found) != nullptr;
    if (!ours) {
        return {.error = EACCES};
    }
    return {.value = kind == Kind::queue ? shown(found) : found};
}

/// Segments are made by the student's own call, since the kernel records who made them. What there
/// is is listed only where it must be: who makes thousands would otherwise keep the grader busy.
Ruling Supervisor::get_segment(const SystemCall& call, key_t key) {
    if (level_ == Level::namespaces) {
        return {.proceed = true};
    }
    const pid_t maker = kernel::process_of(call.thread);
    if (segment_makers_.insert(maker).second) {
        for (const auto& segment : kernel::segments()) {
            if (segment.creating_process == maker) {
                older_segments_.insert(segment.id);
            }
        }
    }
    const int found = key == IPC_PRIVATE ? -1 : shmget(key, 0, 0);
    if (found == -1 && makes(call) && ++objects_made_ > objects_ever) {
        return {.error = ENOSPC};
    }
    if (found == -1 || ledger_.find(Kind::segment, found) != nullptr) {
        return {.proceed = true};
    }
    for (const auto& segment : kernel::segments()) {
        if (segment.key == key && !is_ours(segment)) {
            return {.error = EACCES};
        }
    }
    return {.proceed = true};
}

/// The calls on the queue that student code knows as 0 and the kernel by another id. They are made
/// in its place, and what they read or write is copied from or to its memory.
Ruling Supervisor::use_queue_zero(const SystemCall& call) {
    const int command = call.number == SYS_msgctl ? command_of(call) : -1;
    const int error = in_place_of(student_, [&] {
        msqid_ds status{};
        const iovec here{&status, sizeof status};
        const iovec there{reinterpret_cast<void*>(call.arguments[2]), sizeof status};
        if (command == IPC_SET && process_vm_readv(call.thread, &here, 1, &there, 1, 0) < 0) {
            return errno;
        }
        const bool known = command == IPC_RMID || command == IPC_STAT || command == IPC_SET;
        if (!known || msgctl(real(0), command, &status) != 0) {
            return known ? errno : EINVAL;
        }
        const bool failed =
            command == IPC_STAT && process_vm_writev(call.thread, &here, 1, &there, 1, 0) < 0;
        return failed ? errno : 0;
    });
    return {.error = error};
}

Ruling Supervisor::use_object(Kind kind, int id, bool changes) {
    const Entry* entry = ledger_.find(kind, id);
    if (changes && entry != nullptr && entry->whose == Whose::stranger) {
        // Where there is one user only, nobody else can say so.
        return {.error = EPERM};
    }
    if (level_ == Level::namespaces || entry != nullptr) {
        return {.proceed = true};
    }
    // Cheaper than a list: student code that tries every number must not keep the grader busy.
    if (!kernel::exists(kind, id)) {
        return {.error = EINVAL};
    }
    for (const auto& object : kernel::objects()) {
        if (object.kind == kind && object.id == id) {
            return is_ours(object) ? Ruling{.proceed = true}
                                   : Ruling{.error = changes ? EPERM : EACCES};
        }
    }
    // What the kernel would say; a stranger may make an object with this id right after the look.
    return {.error = EINVAL};
}

Ruling Supervisor::start_process(Process& process, std::uint64_t flags) {
    if ((flags & new_namespaces) != 0) {
        return {.error = EPERM};
    }
    ++processes_started_;
    const bool count = processes_started_ > processes_unwatched;
    if (processes_started_ > processes_ever || (count && threads_alive() >= processes_alive)) {
        process.trouble = Trouble::forked_much;
        return {.error = EAGAIN};
    }
    return {.proceed = true};
}

/// A student of the same user could signal any process of that user, the grader's among them: here
/// it reaches those of its check only.
Ruling Supervisor::send_signal(pid_t caller, pid_t target, int signal) {
    if (target == 0) {
        return {.proceed = true};
    }
    if (target > 0) {
        // That a process is not there it may know, wherever it runs: kill(2) says so first.
        const bool gone = kill(target, 0) != 0 && errno == ESRCH;
        return gone                       ? Ruling{.error = ESRCH}
               : belongs_to_check(target) ? Ruling{.proceed = true}
                                          : Ruling{.error = EPERM};
    }
    const auto ours = kernel::descendants(getpid());
    if (target != -1) {
        const bool known = std::any_of(ours.begin(), ours.end(),
                                       [&](pid_t process) { return getpgid(process) == -target; });
        return known ? Ruling{.proceed = true} : Ruling{.error = EPERM};
    }
    for (const pid_t process : ours) {
        if (process != kernel::process_of(caller)) {
            kill(process, signal);
        }
    }
    return {};
}

int Supervisor::removals_asked(Kind kind, int id) const {
    const auto found = removals_asked_.find({kind, id});
    return found == removals_asked_.end() ? 0 : found->second;
}

void Supervisor::note_made(const Entry& made) {
    if (made.kind == Kind::queue && zero_pending_) {
        zero_ = made.id;
        zero_pending_ = false;
    }
    try {
        ledger_.enter(made);
    } catch (const std::exception&) {
        // What is not in the books could not be found again.
        kernel::remove(made.kind, made.id);
        throw;
    }
}

bool Supervisor::made_here(const kernel::Object& segment) const {
    return segment.kind == Kind::segment && segment_makers_.contains(segment.creating_process) &&
           !older_segments_.contains(segment.id);
}

bool Supervisor::is_ours(const kernel::Object& object) const {
    return level_ == Level::namespaces || ledger_.find(object.kind, object.id) != nullptr ||
           made_here(object);
}

}  // namespace ipclab::arena
