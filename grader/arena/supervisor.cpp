#include "arena/supervisor.hpp"

#include <fmt/format.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>

#include "kernel/failure.hpp"
#include "kernel/file.hpp"
#include "kernel/tasks.hpp"

namespace ipclab::arena {

namespace {

using kernel::Kind;

constexpr int processes_unwatched = 64;  ///< so many may start before anybody counts the living
constexpr int processes_alive = 64;
constexpr int processes_ever = 4096;
constexpr std::uint64_t new_namespaces = CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUSER |
                                         CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWCGROUP;

pid_t process_of(pid_t thread) {
    const auto status = kernel::try_read_file(fmt::format("/proc/{}/status", thread)).value_or("");
    constexpr std::string_view name = "Tgid:\t";
    const auto place = status.find(name);
    pid_t process = -1;
    if (place != std::string::npos) {
        std::from_chars(status.data() + place + name.size(), status.data() + status.size(),
                        process);
    }
    return process;
}

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
        case SYS_shmctl:
            return Kind::segment;
        default:
            return std::nullopt;
    }
}

bool gets_object(long call) {
    return call == SYS_msgget || call == SYS_semget || call == SYS_shmget;
}

bool is_control(long call) {
    return call == SYS_msgctl || call == SYS_semctl || call == SYS_shmctl;
}

int command_of(long call, const __u64* arguments) {
    // Linux adds IPC_64 (0x100) to commands of some callers.
    return static_cast<int>(arguments[call == SYS_semctl ? 2 : 1]) & ~0x100;
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

}  // namespace

Supervisor::Supervisor(Level level, Identity student, Ledger& ledger)
    : level_(level), student_(student), ledger_(ledger) {}

void Supervisor::serve(Process& process) {
    seccomp_notif notification{};
    if (ioctl(process.listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0) {
        return;  // The caller was killed meanwhile.
    }
    ++served_;
    if (gets_object(notification.data.nr) && ++process.gets == process.plan.hold_before) {
        process.held = notification;
        return;
    }
    respond(process, notification, decide(process, notification));
}

void Supervisor::release(Process& process) {
    if (process.held) {
        const seccomp_notif notification = *process.held;
        process.held.reset();
        respond(process, notification, decide(process, notification));
    }
}

void Supervisor::respond(const Process& process, const seccomp_notif& notification,
                         const Verdict& verdict) {
    seccomp_notif_resp response{};
    response.id = notification.id;
    response.val = verdict.value;
    response.error = -verdict.error;
    response.flags = verdict.proceed ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
    // Where the caller was killed meanwhile there is nobody to answer; what was made for it stands
    // in the ledger and goes with the check.
    ioctl(process.listener.get(), SECCOMP_IOCTL_NOTIF_SEND, &response);
}

Supervisor::Verdict Supervisor::decide(Process& process, const seccomp_notif& notification) {
    const Arguments arguments = notification.data.args;
    const auto caller = static_cast<pid_t>(notification.pid);
    const auto argument = [&](int index) { return static_cast<int>(arguments[index]); };
    switch (notification.data.nr) {
        case SYS_clone:
            return start_process(process, arguments[0]);
#ifdef SYS_fork
        case SYS_fork:
        case SYS_vfork:
            return start_process(process, 0);
#endif
        case SYS_kill:
        case SYS_rt_sigqueueinfo:
            return send_signal(caller, argument(0), argument(1));
        case SYS_tgkill:
        case SYS_rt_tgsigqueueinfo:
            return send_signal(caller, std::max(argument(0), 1), argument(2));
        case SYS_tkill:
            return send_signal(caller, std::max(process_of(argument(0)), 1), argument(1));
        default:
            return decide_ipc(process, notification);
    }
}

Supervisor::Verdict Supervisor::decide_ipc(Process& process, const seccomp_notif& notification) {
    const Arguments arguments = notification.data.args;
    const long call = notification.data.nr;
    const auto key = static_cast<key_t>(arguments[0]);
    const int id = static_cast<int>(arguments[0]);
    const auto thread = static_cast<pid_t>(notification.pid);
    if (call == SYS_msgget) {
        return get_object(process, Kind::queue, key, static_cast<int>(arguments[1]),
                          [&](int flags) { return msgget(key, flags); });
    }
    if (call == SYS_semget) {
        const int count = static_cast<int>(arguments[1]);
        return get_object(process, Kind::semaphore_set, key, static_cast<int>(arguments[2]),
                          [&](int flags) { return semget(key, count, flags); });
    }
    if (call == SYS_shmget) {
        return get_segment(thread, key);
    }
    const int command = is_control(call) ? command_of(call, arguments) : -1;
    if (is_control(call) && is_about_the_system(call, command)) {
        return {.proceed = true};
    }
    // Of queues only: a semaphore of the student's own may be what guards its calls.
    const int refused = call != SYS_msgctl    ? 0
                        : command == IPC_RMID ? process.plan.refuse_removing
                        : command == IPC_SET  ? process.plan.refuse_changing
                                              : 0;
    if (refused != 0) {
        return {.error = refused};
    }
    if (kind_of(call) == Kind::queue && real(id) != id) {
        return use_queue_zero(call, arguments, thread);
    }
    return use_object(*kind_of(call), id, command == IPC_RMID || command == IPC_SET);
}

/// Makes or opens an object for the student. Making it is always tried exclusively first, so that
/// it is known who made it; between the two tries another process may have made or removed it.
Supervisor::Verdict Supervisor::get_object(const Process& process, Kind kind, key_t key, int flags,
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

Supervisor::Verdict Supervisor::make_object(const Process& process, Kind kind, key_t key, int flags,
                                            const std::function<int(int flags)>& get) {
    const int error = process.plan.refuse_making;
    const int made =
        error == 0 ? get(flags | IPC_CREAT | IPC_EXCL) : refuse_to_make(key, error, get);
    if (made < 0) {
        return {.error = errno};
    }
    note_made(kind, made, key, {process.number, process.request});
    return {.value = kind == Kind::queue ? shown(made) : made};
}

Supervisor::Verdict Supervisor::open_object(Kind kind, int flags,
                                            const std::function<int(int flags)>& get) {
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

/// Segments are made by the student's own call, since the kernel records who made them.
Supervisor::Verdict Supervisor::get_segment(pid_t thread, key_t key) {
    const pid_t maker = process_of(thread);
    const bool first = segment_makers_.insert(maker).second;
    for (const auto& object : kernel::objects()) {
        if (first && object.kind == Kind::segment && object.creating_process == maker) {
            older_segments_.insert(object.id);
        }
        const bool same = object.kind == Kind::segment && key != IPC_PRIVATE && object.key == key;
        if (same && !is_ours(object)) {
            return {.error = EACCES};
        }
    }
    return {.proceed = true};
}

/// The calls on the queue that student code knows as 0 and the kernel by another id. They are made
/// in its place, and what they read or write is copied from or to its memory.
Supervisor::Verdict Supervisor::use_queue_zero(long call, Arguments arguments, pid_t thread) {
    const int command = call == SYS_msgctl ? command_of(call, arguments) : -1;
    const int error = in_place_of(student_, [&] {
        msqid_ds status{};
        const iovec here{&status, sizeof status};
        const iovec there{reinterpret_cast<void*>(arguments[2]), sizeof status};
        if (command == IPC_SET && process_vm_readv(thread, &here, 1, &there, 1, 0) < 0) {
            return errno;
        }
        const bool known = command == IPC_RMID || command == IPC_STAT || command == IPC_SET;
        if (!known || msgctl(real(0), command, &status) != 0) {
            return known ? errno : EINVAL;
        }
        const bool failed =
            command == IPC_STAT && process_vm_writev(thread, &here, 1, &there, 1, 0) < 0;
        return failed ? errno : 0;
    });
    return {.error = error};
}

Supervisor::Verdict Supervisor::use_object(Kind kind, int id, bool changes) {
    if (level_ == Level::namespaces || ledger_.find(kind, id) != nullptr) {
        return {.proceed = true};
    }
    for (const auto& object : kernel::objects()) {
        if (object.kind == kind && object.id == id) {
            return is_ours(object) ? Verdict{.proceed = true}
                                   : Verdict{.error = changes ? EPERM : EACCES};
        }
    }
    // What the kernel would say; a stranger may make an object with this id right after the look.
    return {.error = EINVAL};
}

Supervisor::Verdict Supervisor::start_process(Process& process, std::uint64_t flags) {
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
Supervisor::Verdict Supervisor::send_signal(pid_t caller, pid_t target, int signal) {
    if (target == 0) {
        return {.proceed = true};
    }
    if (target > 0) {
        return belongs_to_check(target) ? Verdict{.proceed = true} : Verdict{.error = EPERM};
    }
    const auto ours = kernel::descendants(getpid());
    if (target != -1) {
        const bool known = std::any_of(ours.begin(), ours.end(),
                                       [&](pid_t process) { return getpgid(process) == -target; });
        return known ? Verdict{.proceed = true} : Verdict{.error = EPERM};
    }
    for (const pid_t process : ours) {
        if (process != process_of(caller)) {
            kill(process, signal);
        }
    }
    return {};
}

void Supervisor::note_made(Kind kind, int id, key_t key, Maker maker) {
    if (kind == Kind::queue && zero_pending_) {
        zero_ = id;
        zero_pending_ = false;
    }
    try {
        ledger_.enter({.kind = kind, .id = id, .key = key, .maker = std::move(maker)});
    } catch (const std::exception&) {
        // What is not in the books could not be found again.
        kernel::remove(kind, id);
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
