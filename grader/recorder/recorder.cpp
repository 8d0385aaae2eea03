#include "recorder/recorder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "kernel/descriptor.hpp"
#include "kernel/failure.hpp"
#include "kernel/signals.hpp"
#include "kernel/tasks.hpp"
#include "recorder/calls.hpp"
#include "recorder/capture.hpp"
#include "recorder/registers.hpp"
#include "watched.hpp"

namespace ipclab::recorder {

namespace {

constexpr int syscall_stop = SIGTRAP | 0x80;  ///< with PTRACE_O_TRACESYSGOOD

constexpr long first_options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                               PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
constexpr long options = first_options | PTRACE_O_TRACEEXEC;

/// The stops of a thread that was killed meanwhile end by themselves: errors are left alone.
void go_on(pid_t thread, __ptrace_request how = PTRACE_CONT, long signal = 0) {
    ptrace(how, thread, nullptr, signal);
}

__ptrace_syscall_info info_of(pid_t thread) {
    __ptrace_syscall_info info{};
    ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
    return info;
}

unsigned long message_of(pid_t thread) {
    unsigned long message = 0;
    ptrace(PTRACE_GETEVENTMSG, thread, nullptr, &message);
    return message;
}

/// The kernel's own results of a call that it may start again (ERESTARTSYS and following).
bool may_be_restarted(long result) {
    constexpr long first = 512;
    constexpr long last = 516;
    return -result >= first && -result <= last;
}

bool is_semop(long number) {
    return number == SYS_semop || number == SYS_semtimedop;
}

bool stops_processes(int signal) {
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

std::string program_of(pid_t process) {
    std::array<char, PATH_MAX> path{};
    const ssize_t size =
        readlink(fmt::format("/proc/{}/exe", process).c_str(), path.data(), path.size());
    return {path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

}  // namespace

void Recorder::attach(pid_t child, int process) {
    kernel::checked(ptrace(PTRACE_SEIZE, child, nullptr, first_options),
                    "cannot trace a student process");
    // A program was asked to be one before it was started.
    const std::size_t lane = lane_of(process);
    timeline_.set_pid(lane, child);
    threads_[child] = {.lane = lane};
}

std::optional<arena::Tracing::Stopped> Recorder::take(pid_t id, int status) {
    const auto found = threads_.find(id);
    if (!WIFSTOPPED(status)) {
        end(id, status);
        return std::nullopt;
    }
    if (found == threads_.end()) {
        early_.insert(id);
        return std::nullopt;
    }
    Thread& thread = found->second;
    const int event = status >> 16;
    const int signal = WSTOPSIG(status);
    switch (event) {
        case PTRACE_EVENT_SECCOMP:
            return enter_call(id, thread);
        case PTRACE_EVENT_FORK:
        case PTRACE_EVENT_VFORK:
        case PTRACE_EVENT_CLONE:
            start_child(id, thread, event);
            break;
        case PTRACE_EVENT_EXEC:
            execute(id, thread);
            break;
        case PTRACE_EVENT_STOP:
            stop_or_go(id, thread, signal);
            break;
        default:
            if (const auto address = address_of_fault(id);
                address && watches_[thread.lane].covers(*address)) {
                thread.stop = Stop::for_ruling;
                return Stopped{
                    timeline_.lane(thread.lane).process, Stopped::Before::access, {.thread = id}};
            }
            signal == syscall_stop ? meet_call(id, thread) : deliver(id, thread, signal);
            break;
    }
    return std::nullopt;
}

std::optional<arena::Tracing::Stopped> Recorder::enter_call(pid_t id, Thread& thread) {
    if (!std::exchange(thread.follows_exec, true)) {
        ptrace(PTRACE_SETOPTIONS, id, nullptr, options);
    }
    const auto info = info_of(id);
    arena::SystemCall call{.thread = id, .number = static_cast<long>(info.seccomp.nr)};
    std::copy_n(std::begin(info.seccomp.args), call.arguments.size(), call.arguments.begin());
    thread.entered = call;
    if (const auto result = std::exchange(thread.interrupted, std::nullopt)) {
        if (may_be_restarted(*result) || std::exchange(thread.repeats, false)) {
            go_on(id, PTRACE_SYSCALL);
            return std::nullopt;
        }
        finish_call(id, thread, *result);
    }
    Watch& watch = watches_[thread.lane];
    if (thread.call && watch.is_paused()) {
        go_on(id, PTRACE_SYSCALL);
        return std::nullopt;
    }
    if (call.number == SYS_prctl) {
        thread.mark = call;
        skip_call(id, 0);
        go_on(id, PTRACE_SYSCALL);
        return std::nullopt;
    }
    if (is_ipc(call.number)) {
        thread.call = timeline_.add({.what = What::call,
                                     .lane = thread.lane,
                                     .thread = thread.number,
                                     .call = capture(call),
                                     .places = watch.is_on() ? watch.places_of(id) : Places()});
        thread.system_call = call;
    }
    thread.stop = Stop::for_ruling;
    return Stopped{timeline_.lane(thread.lane).process, Stopped::Before::call, call};
}

void Recorder::resume(const arena::SystemCall& call, const arena::Ruling& ruling) {
    const auto found = threads_.find(call.thread);
    if (found == threads_.end()) {
        return;
    }
    found->second.stop = Stop::passing;
    if (ruling.proceed && must_not_fail(found->second, call)) {
        skip_call(call.thread, -EFAULT);
        go_on(call.thread, PTRACE_SYSCALL);
        return;
    }
    if (ruling.proceed) {
        // Only of the calls that are recorded is the result wanted.
        found->second.call ? go_on(call.thread, PTRACE_SYSCALL)
                           : proceed(call.thread, found->second);
        return;
    }
    const long result = ruling.error == 0 ? ruling.value : -ruling.error;
    skip_call(call.thread, result);
    if (found->second.call) {
        if (Event* event = timeline_.find(*found->second.call)) {
            event->call.refused_by_plan = ruling.planned;
        }
        finish_call(call.thread, found->second, result);
    }
    proceed(call.thread, found->second);
}

/// A thread has stopped at the begin or at the end of a call: of any, where it is watched.
void Recorder::meet_call(pid_t id, Thread& thread) {
    const auto info = info_of(id);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        thread.entered = {.number = static_cast<long>(info.entry.nr)};
        std::copy_n(std::begin(info.entry.args), thread.entered.arguments.size(),
                    thread.entered.arguments.begin());
        go_on(id, PTRACE_SYSCALL);
        return;
    }
    leave_call(id, thread, static_cast<long>(info.exit.rval));
}

void Recorder::leave_call(pid_t id, Thread& thread, long result) {
    if (const auto mark = std::exchange(thread.mark, std::nullopt)) {
        obey(id, thread, *mark);
        proceed(id, thread);
        return;
    }
    if (repeat_unwatched(id, thread, result)) {
        return;
    }
    const bool interrupted = result == -EINTR || may_be_restarted(result);
    const bool semop_interrupted = result == -EINTR && is_semop(thread.system_call.number);
    if (thread.call && (may_be_restarted(result) || semop_interrupted)) {
        thread.interrupted = result;
    } else if (thread.call) {
        note_attachment(thread, result);
        finish_call(id, thread, result);
    }
    // Before a signal is delivered nothing can be done in the thread's place.
    if (Watch& watch = watches_[thread.lane]; watch.is_on() && !interrupted) {
        note_protection(thread, result);
        watch.go_on(id);
    }
    proceed(id, thread);
}

// --- commands under watch -----------------------------------------------------------------------

/// Lets a thread go on: to its next call, where it is watched.
void Recorder::proceed(pid_t id, const Thread& thread, long signal) {
    go_on(id, watches_[thread.lane].is_on() ? PTRACE_SYSCALL : PTRACE_CONT, signal);
}

void Recorder::expect_watch(int process, std::uint64_t token) {
    tokens_[lane_of(process)] = token;
}

void Recorder::obey(pid_t id, const Thread& thread, const arena::SystemCall& mark) {
    const auto token = tokens_.find(thread.lane);
    if (token == tokens_.end() || token->second != mark.arguments[1]) {
        return;  // The student's own.
    }
    Watch& watch = watches_[thread.lane];
    if (static_cast<int>(mark.arguments[0]) == shell::watch_begins) {
        watch.begin(id, {mark.arguments[2], mark.arguments[3]});
    } else {
        watch.end(id);
        tokens_.erase(token);
    }
}

void Recorder::note_attachment(const Thread& thread, long result) {
    const auto& [number, arguments] =
        std::tie(thread.system_call.number, thread.system_call.arguments);
    Watch& watch = watches_[thread.lane];
    const bool failed = result < 0 && result > -4096;
    if (number == SYS_shmat && !failed) {
        watch.attached(static_cast<int>(arguments[0]), static_cast<std::uint64_t>(result),
                       static_cast<int>(arguments[2]));
    } else if (number == SYS_shmdt && !failed) {
        watch.detached(arguments[0]);
    }
}

/// A program that gives itself a segment back would not be watched any more.
void Recorder::note_protection(const Thread& thread, long result) {
    const auto& [number, arguments] = std::tie(thread.entered.number, thread.entered.arguments);
    if (result == 0 && (number == SYS_mprotect || number == SYS_pkey_mprotect)) {
        watches_[thread.lane].set_protection(arguments[0], arguments[1],
                                             static_cast<int>(arguments[2]));
    }
}

/// Whether a call would do harm if the kernel found only in the middle of it that it cannot touch
/// what is watched: an msgrcv that cannot store its message has taken it out of the queue already.
bool Recorder::must_not_fail(const Thread& thread, const arena::SystemCall& call) {
    Watch& watch = watches_[thread.lane];
    const std::uint64_t end = call.arguments[1] + sizeof(long) + call.arguments[2];
    return call.number == SYS_msgrcv && (watch.covers(call.arguments[1]) || watch.covers(end - 1));
}

/// The kernel itself could not touch what is watched: the call is made once more, with the memory
/// given back.
bool Recorder::repeat_unwatched(pid_t id, const Thread& thread, long result) {
    Watch& watch = watches_[thread.lane];
    // What rt_sigreturn seems to return is a register of what the signal has interrupted.
    if (!watch.is_on() || watch.is_paused() || result != -EFAULT ||
        thread.entered.number == SYS_rt_sigreturn) {
        return false;
    }
    watch.pause(id);
    repeat_call(id, thread.entered.number, thread.entered.arguments[0]);
    go_on(id, PTRACE_SYSCALL);
    return true;
}

void Recorder::let_access(pid_t id) {
    const auto found = threads_.find(id);
    if (found == threads_.end() || found->second.stop != Stop::for_ruling) {
        return;
    }
    Thread& thread = found->second;
    thread.stop = Stop::passing;
    Watch& watch = watches_[thread.lane];
    const auto places = watch.places_of(id);
    const auto accesses = watch.let_happen(id);
    for (const auto& access : accesses) {
        timeline_.add({.what = What::access,
                       .lane = thread.lane,
                       .thread = thread.number,
                       .access = access,
                       .places = places});
    }
    siginfo_t info{};
    if (!accesses.empty()) {
        proceed(id, thread);
    } else if (ptrace(PTRACE_GETSIGINFO, id, nullptr, &info) == 0) {
        deliver(id, thread, info.si_signo);  // It was not killed meanwhile.
    }
}

// --- calls, signals, processes ------------------------------------------------------------------

void Recorder::finish_call(pid_t id, Thread& thread, long result) {
    const std::size_t begun_by = *std::exchange(thread.call, std::nullopt);
    Event* event = timeline_.find(begun_by);
    if (event != nullptr) {
        event->call.result = result;
        capture_result(id, event->call);
    }
    if (!timeline_.is_latest(begun_by)) {
        timeline_.add({.what = What::returns,
                       .lane = thread.lane,
                       .thread = thread.number,
                       .begun_by = begun_by});
    }
}

/// Whether a thread was refused memory that its process was given back before the refusal was
/// heard of, by what another one of its threads did: it goes on as if nothing had been.
bool Recorder::may_try_again(pid_t id, Thread& thread) {
    Watch& watch = watches_[thread.lane];
    const auto address = address_of_fault(id);
    return address && watch.knows(*address) &&
           std::exchange(thread.refused_at, watch.changes()) != watch.changes();
}

void Recorder::deliver(pid_t id, Thread& thread, int signal) {
    if (signal == SIGSEGV && may_try_again(id, thread)) {
        proceed(id, thread);
        return;
    }
    const auto dispositions = kernel::dispositions_of(id);
    const bool ignored = dispositions.ignores(signal);
    if (thread.interrupted) {
        settle_interrupted(id, thread, ignored,
                           dispositions.catches(signal) || stops_processes(signal));
    }
    if (!ignored) {
        note(What::signal, thread.lane, "", signal);
    }
    proceed(id, thread, signal);
}

/// A call was interrupted, and now it is known by which signal. Without a tracer an ignored one
/// would not have been noticed: msgsnd and msgrcv are started again by the kernel, semop is not.
void Recorder::settle_interrupted(pid_t id, Thread& thread, bool ignored, bool interrupts) {
    const bool semop = !may_be_restarted(*thread.interrupted);
    if (ignored && semop && !thread.repeats) {
        repeat_call(id, thread.system_call.number, thread.system_call.arguments[0]);
        thread.repeats = true;
    } else if (interrupts) {
        if (std::exchange(thread.repeats, false)) {
            return_after_all(id, -EINTR);
        }
        thread.interrupted.reset();
        finish_call(id, thread, -EINTR);
    }
}

/// Either a signal has stopped the whole process, which must stay so until SIGCONT; or a new thread
/// is about to begin, or a stopped process goes on.
void Recorder::stop_or_go(pid_t id, Thread& thread, int signal) {
    thread.stop = stops_processes(signal) ? Stop::by_signal : Stop::passing;
    if (thread.stop == Stop::by_signal) {
        go_on(id, PTRACE_LISTEN);
    } else {
        proceed(id, thread);
    }
}

void Recorder::start_child(pid_t id, const Thread& parent, int event) {
    const auto child = static_cast<pid_t>(message_of(id));
    const Lane lane = timeline_.lane(parent.lane);
    Thread started{.lane = parent.lane, .follows_exec = parent.follows_exec};
    if (event == PTRACE_EVENT_CLONE && kernel::process_of(child) == lane.pid) {
        started.number =
            1 + static_cast<int>(
                    std::count_if(threads_.begin(), threads_.end(), [&](const auto& other) {
                        return other.second.lane == parent.lane && other.second.number > 0;
                    }));
    } else {
        const auto children = std::count_if(
            timeline_.lanes().begin(), timeline_.lanes().end(),
            [&](const Lane& other) { return other.process == lane.process && other.child > 0; });
        started.lane = timeline_.add_lane({lane.process, static_cast<int>(children) + 1, child});
        note(What::starts, started.lane, "");
    }
    if (started.lane != parent.lane) {
        watches_[started.lane] = watches_[parent.lane];
    }
    threads_[child] = started;
    proceed(id, parent);
    if (early_.erase(child) > 0) {
        proceed(child, started);
    }
}

void Recorder::execute(pid_t id, Thread& thread) {
    const auto former = static_cast<pid_t>(message_of(id));
    if (former != id) {
        threads_.erase(former);
        thread.number = 0;
    }
    thread.call.reset();
    thread.interrupted.reset();
    thread.stop = Stop::passing;
    watches_[thread.lane].clear();
    note(What::starts, thread.lane, program_of(id));
    go_on(id);
}

void Recorder::end(pid_t id, int status) {
    early_.erase(id);
    const auto found = threads_.find(id);
    if (found == threads_.end()) {
        return;
    }
    const Thread thread = found->second;
    threads_.erase(found);
    if (thread.number == 0) {
        note(What::ends, thread.lane, "", status);
    }
    // Whoever started these was killed before it could say so.
    for (const pid_t orphan : std::exchange(early_, {})) {
        threads_[orphan] = {.lane = thread.lane};
        go_on(orphan);
    }
}

arena::Tracing::Stop Recorder::stop_of(pid_t thread) const {
    const auto found = threads_.find(thread);
    return found == threads_.end() ? Stop::passing : found->second.stop;
}

// --- what the arena says --------------------------------------------------------------------

std::size_t Recorder::lane_of(int process) {
    const auto& lanes = timeline_.lanes();
    const auto place = std::find_if(lanes.begin(), lanes.end(), [process](const Lane& lane) {
        return lane.process == process && lane.child == 0;
    });
    // A process that was killed before it could be traced is asked all the same.
    return place == lanes.end() ? timeline_.add_lane({process, 0, 0})
                                : static_cast<std::size_t>(place - lanes.begin());
}

std::size_t Recorder::note(What what, std::size_t lane, const std::string& text, int number) {
    return timeline_.add({.what = what, .lane = lane, .text = text, .number = number});
}

void Recorder::note_act(const std::string& what) {
    note(What::act, lane_of(0), what);
}

void Recorder::note_request(int process, const std::string& request) {
    note(What::request, lane_of(process), request);
}

void Recorder::note_answer(int process, const std::string& answer) {
    note(What::answer, lane_of(process), answer);
}

void Recorder::note_held(pid_t thread) {
    if (const auto found = threads_.find(thread); found != threads_.end()) {
        note(What::held, found->second.lane, "");
    }
}

std::string tracing_obstacle(arena::Level level) {
    return arena::obstacle_in_world(level, [](arena::Identity) {
        std::array<int, 2> pipe{};
        kernel::checked(pipe2(pipe.data(), O_CLOEXEC), "cannot make a pipe");
        const kernel::Descriptor reading(pipe[0]);
        kernel::Descriptor writing(pipe[1]);
        const pid_t child = kernel::checked(fork(), "cannot start a process");
        if (child == 0) {
            prctl(PR_SET_DUMPABLE, 1);
            _exit(write(writing.get(), "", 1) == 1 && pause() == 0 ? 0 : 1);
        }
        char ready = 0;
        const bool started = read(reading.get(), &ready, 1) == 1;
        const long seized = ptrace(PTRACE_SEIZE, child, nullptr, first_options);
        const int error = errno;
        kill(child, SIGKILL);
        waitpid(child, nullptr, __WALL);
        errno = error;
        kernel::checked(started ? seized : -1, "ptrace");
    });
}

}  // namespace ipclab::recorder
