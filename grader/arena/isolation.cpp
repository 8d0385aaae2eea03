#include "arena/isolation.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "arena/lease.hpp"
#include "kernel/descriptor.hpp"
#include "kernel/failure.hpp"
#include "kernel/objects.hpp"

namespace ipclab::arena {

namespace {

using kernel::checked;

struct Description {
    Level level;
    std::string_view name;
    std::string_view promise;
};

constexpr std::array descriptions = {
    Description{Level::namespaces, "namespaces",
                "each check in IPC and PID namespaces of its own, your code as a normal user"},
    Description{Level::uid, "uid",
                "each check under a uid of its own, in the machine's IPC namespace"},
    Description{
        Level::shared, "shared",
        "each check as your own user in the machine's IPC namespace, its objects told apart "
        "by the grader's books; advisory where code means harm"},
};

const Description& description_of(Level level) {
    return descriptions.at(static_cast<std::size_t>(level));
}

bool is_root() {
    return geteuid() == 0;
}

void write_file(const char* path, const std::string& text) {
    const kernel::Descriptor file(checked(open(path, O_WRONLY | O_CLOEXEC), path));
    checked(write(file.get(), text.data(), text.size()), path);
}

/// Inside a fresh user namespace: the same uid and gid as outside, and none besides.
void keep_own_identity(Identity identity) {
    // A process that protects its memory may not write its own maps either.
    checked(prctl(PR_SET_DUMPABLE, 1), "cannot open /proc/self");
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", fmt::format("{0} {0} 1", identity.uid));
    write_file("/proc/self/gid_map", fmt::format("{0} {0} 1", identity.gid));
}

/// The creator of a user namespace may do anything in it, open other users' queues included: as a
/// warden it must be refused what the student is refused.
void drop_capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> none{};
    checked(syscall(SYS_capset, &header, none.data()), "cannot drop capabilities");
}

void mount_own_proc() {
    // What is mounted over it must not appear outside. Only this one: in a chroot, / is no mount.
    checked(mount(nullptr, "/proc", nullptr, MS_REC | MS_PRIVATE, nullptr),
            "cannot make /proc private");
    checked(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr),
            "cannot mount /proc");
}

void die_with(pid_t parent) {
    checked(prctl(PR_SET_PDEATHSIG, SIGTERM), "cannot ask for a signal at the parent's death");
    // From inside a PID namespace the parent is 0, dead or alive. One that died this early leaves a
    // check that runs to its end and cleans up as always, with nobody to read its result.
    if (getppid() != parent && getppid() != 0) {
        _exit(3);
    }
}

int run_warden(Level level, Identity student, pid_t parent,
               const std::function<int(Identity)>& body) {
    if (level == Level::namespaces) {
        if (!is_root()) {
            keep_own_identity(student);
        }
        mount_own_proc();
        if (!is_root()) {
            drop_capabilities();
        }
    } else {
        checked(prctl(PR_SET_CHILD_SUBREAPER, 1), "cannot become a reaper");
    }
    // Against student code of the same user: no ptrace, no look into memory or descriptors.
    checked(prctl(PR_SET_DUMPABLE, 0), "cannot protect the grader's memory");
    die_with(parent);
    return body(student);
}

int fork_flags(Level level) {
    if (level != Level::namespaces) {
        return 0;
    }
    const int apart = CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNS;
    return is_root() ? apart : apart | CLONE_NEWUSER;
}

/// What must work in a world.
void try_world(Level level) {
    if (level == Level::namespaces && (getpid() != 1 || !kernel::objects().empty())) {
        throw std::runtime_error("the namespaces are not empty");
    }
    unsigned action = SECCOMP_RET_USER_NOTIF;
    checked(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action),
            "the kernel has no seccomp user notification");
    if (level == Level::shared) {
        // Nobody could find a queue that a probe leaves which is killed: it looks only.
        kernel::queues();
        return;
    }
    const int queue = checked(msgget(IPC_PRIVATE, 0600), "msgget");
    checked(kernel::remove(kernel::Kind::queue, queue) == 0 ? 0 : -1, "msgctl");
}

}  // namespace

std::string_view name_of(Level level) {
    return description_of(level).name;
}

std::string_view promise_of(Level level) {
    return description_of(level).promise;
}

std::optional<Level> level_named(std::string_view word) {
    const auto* const found =
        std::find_if(descriptions.begin(), descriptions.end(),
                     [&](const Description& description) { return description.name == word; });
    return found == descriptions.end() ? std::nullopt : std::optional(found->level);
}

pid_t fork_world(Level level, const std::function<int(Identity)>& body, int complaints) {
    const pid_t parent = getpid();
    const Identity mine = Identity::mine();
    std::fflush(nullptr);
    const long flags = fork_flags(level) | SIGCHLD;
    const long child = syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr);
    if (checked(child, "cannot fork a world of its own") != 0) {
        return static_cast<pid_t>(child);
    }
    int status = 3;
    try {
        std::optional<Lease> lease;
        if (is_root()) {
            lease.emplace();
        }
        status = run_warden(level, lease ? lease->identity() : mine, parent, body);
    } catch (const std::exception& error) {
        dprintf(complaints, "%s\n", error.what());
    }
    std::fflush(nullptr);
    _exit(status);
}

std::string obstacle_in_world(Level level, const std::function<void(Identity)>& tries) {
    std::array<int, 2> ends{};
    checked(pipe2(ends.data(), O_CLOEXEC), "cannot make a pipe");
    const kernel::Descriptor from(ends[0]);
    kernel::Descriptor to(ends[1]);
    try {
        const auto run = [&](Identity student) {
            tries(student);
            return 0;
        };
        const pid_t warden = fork_world(level, run, to.get());
        to.close();
        int status = 0;
        checked(waitpid(warden, &status, 0), "cannot wait for a probe");
        std::array<char, 256> why{};
        const ssize_t size = read(from.get(), why.data(), why.size());
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            return "";
        }
        return size > 1 ? std::string(why.data(), static_cast<std::size_t>(size) - 1)
                        : "a process in it could not be set up";
    } catch (const std::exception& error) {
        return error.what();
    }
}

std::string obstacle_to(Level level) {
    if (level == Level::uid && !is_root()) {
        return "only root can lend uids";
    }
    if (level == Level::shared && is_root()) {
        return "root would hide permission bugs; run as a normal user";
    }
    return obstacle_in_world(level, [level](Identity) { try_world(level); });
}

std::vector<Probe> probe_levels() {
    std::vector<Probe> probes;
    for (const auto level : levels) {
        probes.push_back({level, obstacle_to(level)});
    }
    return probes;
}

}  // namespace ipclab::arena
