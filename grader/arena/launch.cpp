#include "arena/launch.hpp"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <tuple>
#include <utility>

#include "kernel/argv.hpp"
#include "kernel/failure.hpp"

namespace ipclab::arena {

namespace {

using kernel::checked;
using kernel::Descriptor;

// Since Linux 5.19: a call that the supervisor works on can be interrupted by a deadly signal only.
constexpr unsigned wait_killable = 1U << 5U;

/// The steps between fork and exec, as the child reports the one that failed.
enum class Step {
    tracing,
    session,
    directory,
    descriptors,
    limits,
    identity,
    privileges,
    confinement,
    filter,
    handing_over,
    exec
};

constexpr std::array step_names = {
    "be traced",
    "start a session",
    "enter its directory",
    "set up its descriptors",
    "set its limits",
    "become the student's user",
    "give up privileges",
    "confine its files",
    "install the seccomp filter",
    "hand over the notifications",
    "execute the program",
};

struct Report {
    Step step;
    int error;
};

/// Everything the child needs, made before fork: afterwards it only makes system calls.
struct Prepared {
    pid_t parent = -1;
    std::vector<std::string> environment;
    std::vector<char*> argv;
    std::vector<char*> envp;
    sock_fprog program{};
};

[[noreturn]] void give_up(int status, Step step, int error) {
    const Report report{step, error};
    const ssize_t written = write(status, &report, sizeof report);
    _exit(written < 0 ? 126 : 127);
}

int set_limit(decltype(RLIMIT_CPU) resource, rlim_t soft, rlim_t hard) {
    const rlimit limit{soft, hard};
    return setrlimit(resource, &limit);
}

bool set_limits(const Limits& limits) {
    return set_limit(RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds) == 0 &&
           set_limit(RLIMIT_AS, limits.memory, limits.memory) == 0 &&
           set_limit(RLIMIT_FSIZE, limits.file_size, limits.file_size) == 0 &&
           set_limit(RLIMIT_NOFILE, limits.descriptors, limits.descriptors) == 0 &&
           set_limit(RLIMIT_CORE, 0, 0) == 0;
}

void reset_signals() {
    // The C library keeps 32 and 33 to itself and refuses to change them, but whoever started the
    // grader may have ignored them. All zeros is SIG_DFL without flags, whatever the architecture.
    constexpr std::array<char, 64> default_action{};
    for (int signal = 1; signal < NSIG; ++signal) {
        syscall(SYS_rt_sigaction, signal, default_action.data(), nullptr, (NSIG - 1) / CHAR_BIT);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// The child's ends of what it shares with the grader, all numbered above 3.
struct Far {
    Descriptor program;
    Descriptor input;
    Descriptor output;
    Descriptor errors;  ///< closed where they go with the output
    Descriptor channel;
    Descriptor status;  ///< closes at exec, or tells what went wrong before
};

/// Puts the four descriptors in their places.
bool place_descriptors(const Far& far) {
    const Descriptor& errors = far.errors.is_open() ? far.errors : far.output;
    return dup2(far.input.get(), 0) == 0 && dup2(far.output.get(), 1) == 1 &&
           dup2(errors.get(), 2) == 2 && dup2(far.channel.get(), 3) == 3;
}

enum class Listen { no, yes };

/// @return the listener, or 0 where there is none; -1 and errno where the kernel refuses.
int install_filter(const sock_fprog& program, Listen wanted) {
    if (wanted == Listen::no) {
        return static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
    }
    constexpr unsigned listen = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    const long listener =
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, listen | wait_killable, &program);
    if (listener >= 0 || errno != EINVAL) {
        return static_cast<int>(listener);
    }
    return static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, listen, &program));
}

bool send_descriptor(int channel, int descriptor) {
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    return sendmsg(channel, &message, MSG_NOSIGNAL) == 1;
}

/// The child's part of being traced: until its parent has done it, nothing else happens.
bool wait_for_tracer(int channel) {
    // Only a process whose memory may be looked into can be traced without privileges. At this time
    // nobody else runs as the same user and unconfined.
    if (prctl(PR_SET_DUMPABLE, 1) != 0 || send(channel, "?", 1, MSG_NOSIGNAL) != 1) {
        return false;
    }
    char go_on = 0;
    return recv(channel, &go_on, 1, 0) == 1;
}

/// The parent's part.
void trace(const Launch& launch, pid_t child, int channel) {
    char byte = 0;
    if (recv(channel, &byte, 1, 0) != 1) {
        return;  // It was killed so early that there is nothing to trace.
    }
    try {
        launch.tracing->attach(child, launch.number);
    } catch (...) {
        kill(child, SIGKILL);
        waitpid(child, nullptr, __WALL);
        throw;
    }
    // Where it was killed meanwhile nobody takes this; that it has ended is seen later.
    send(channel, "!", 1, MSG_NOSIGNAL);
}

/// Has this process die with its parent, also if that is dead already.
bool die_with(pid_t parent) {
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

[[noreturn]] void run_child(const Launch& launch, const Prepared& prepared, const Far& far) {
    const auto require = [&far](bool done, Step step) {
        if (!done) {
            give_up(far.status.get(), step, errno);
        }
    };
    const bool traced = launch.tracing != nullptr;
    reset_signals();
    umask(launch.umask);
    // Before it is traced: a signal to the grader's process group, such as that of Ctrl-C, is none
    // to this process any more.
    require(setsid() >= 0 && die_with(prepared.parent), Step::session);
    require(!traced || wait_for_tracer(far.channel.get()), Step::tracing);
    errno = become(launch.identity);
    require(errno == 0, Step::identity);
    require(chdir(launch.directory.c_str()) == 0, Step::directory);
    require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, Step::privileges);
    // A change of the user has cleared it.
    require(die_with(prepared.parent), Step::session);
    errno = launch.confinement == nullptr ? 0 : launch.confinement->enter();
    require(errno == 0, Step::confinement);
    require(place_descriptors(far), Step::descriptors);
    const int listener = install_filter(prepared.program, traced ? Listen::no : Listen::yes);
    require(listener >= 0, Step::filter);
    // Not before: the grader's own descriptors, which are still there, may be more than it allows.
    require(set_limits(launch.limits), Step::limits);
    require(traced || send_descriptor(3, listener), Step::handing_over);
    // What is left of the grader's descriptors goes at exec; the program's own one with them.
    require(syscall(SYS_close_range, 4, ~0U, CLOSE_RANGE_CLOEXEC) == 0, Step::descriptors);
    syscall(SYS_execveat, far.program.get(), "", prepared.argv.data(), prepared.envp.data(),
            AT_EMPTY_PATH);
    give_up(far.status.get(), Step::exec, errno);
}

/// Gets the child's notification descriptor from its first packet.
/// @return a closed one where the child ended before it sent any.
Descriptor receive_listener(int channel) {
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t size = 0;
    do {
        size = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    int listener = -1;
    if (const cmsghdr* header = size > 0 ? CMSG_FIRSTHDR(&message) : nullptr) {
        std::memcpy(&listener, CMSG_DATA(header), sizeof listener);
    }
    return Descriptor(listener);
}

/// Lets a traced child go on that was stopped, by a signal for example.
void pass_on_stop(pid_t child, Tracing& tracing) {
    siginfo_t found{};
    const auto id = static_cast<id_t>(child);
    int status = 0;
    if (waitid(P_PID, id, &found, WSTOPPED | WNOHANG | WNOWAIT | __WALL) == 0 &&
        found.si_pid == child && waitpid(child, &status, __WALL) == child) {
        tracing.take(child, status);
    }
}

/// Waits until the child has executed the program.
/// @throws std::system_error naming the step that failed.
void require_exec(const Launch& launch, pid_t child, int status) {
    constexpr int between_looks = 20;  // milliseconds
    pollfd ready{status, POLLIN, 0};
    while (poll(&ready, 1, between_looks) <= 0) {
        if (launch.tracing != nullptr) {
            pass_on_stop(child, *launch.tracing);
        }
    }
    Report report{};
    if (read(status, &report, sizeof report) == sizeof report) {
        errno = report.error;
        kernel::fail(std::string("a student process could not ") +
                     step_names.at(static_cast<std::size_t>(report.step)));
    }
}

/// A copy of a descriptor above 3, so that placing 0 to 3 cannot overwrite it.
Descriptor above_3(Descriptor descriptor) {
    return Descriptor(
        checked(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 10), "cannot copy a descriptor"));
}

/// A pipe, its writing end above 3.
std::pair<Descriptor, Descriptor> make_pipe() {
    std::array<int, 2> ends{};
    checked(pipe2(ends.data(), O_CLOEXEC), "cannot make a pipe");
    Descriptor reading(ends[0]);
    return {std::move(reading), above_3(Descriptor(ends[1]))};
}

/// A pipe that is read without waiting.
std::pair<Descriptor, Descriptor> make_output() {
    auto ends = make_pipe();
    checked(fcntl(ends.first.get(), F_SETFL, O_NONBLOCK), "cannot set up a pipe");
    return ends;
}

std::pair<Descriptor, Descriptor> make_channel() {
    std::array<int, 2> ends{};
    checked(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()),
            "cannot make a channel");
    Descriptor near(ends[0]);
    return {std::move(near), above_3(Descriptor(ends[1]))};
}

Descriptor open_nothing() {
    return above_3(
        Descriptor(checked(open("/dev/null", O_RDONLY | O_CLOEXEC), "cannot open /dev/null")));
}

}  // namespace

Launched launch(const Launch& launch) {
    Launched launched;
    Far far;
    far.program = above_3(Descriptor(checked(fcntl(launch.program, F_DUPFD_CLOEXEC, 3),
                                             "cannot copy the program's descriptor")));
    far.input = open_nothing();
    std::tie(launched.channel, far.channel) = make_channel();
    std::tie(launched.output, far.output) = make_output();
    if (launch.errors == Errors::apart) {
        std::tie(launched.errors, far.errors) = make_output();
    }
    auto [status, far_status] = make_pipe();
    far.status = std::move(far_status);

    std::vector<std::string> arguments = launch.arguments;
    arguments.insert(arguments.begin(), launch.name);
    Prepared prepared;
    prepared.parent = getpid();
    prepared.environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8",
                            "HOME=" + launch.directory, "TMPDIR=" + launch.directory};
    prepared.argv = kernel::argv_of(arguments);
    prepared.envp = kernel::argv_of(prepared.environment);
    prepared.program = {static_cast<unsigned short>(launch.filter->size()),
                        const_cast<sock_filter*>(launch.filter->data())};

    launched.pid = checked(fork(), "cannot start a student process");
    if (launched.pid == 0) {
        run_child(launch, prepared, far);
    }
    far = {};
    if (launch.tracing != nullptr) {
        trace(launch, launched.pid, launched.channel.get());
    } else {
        launched.listener = receive_listener(launched.channel.get());
    }
    require_exec(launch, launched.pid, status.get());
    return launched;
}

}  // namespace ipclab::arena
