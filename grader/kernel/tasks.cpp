#include "kernel/tasks.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "kernel/file.hpp"

namespace ipclab::kernel {

namespace {

enum class Limit { none, argument_is_time, always_timed, others_locks };

/// A call that a thread can wait in. Where it has a time-out, which argument tells whether it is
/// used: a null pointer or a negative number of milliseconds means for ever.
struct Call {
    long number;
    const char* name;
    Limit limit;
    int argument;
};

constexpr const char* vfork_name = "vfork (for its child)";

constexpr std::array known_calls = {
    Call{SYS_clone, vfork_name, Limit::none, 0},
    Call{SYS_clone3, vfork_name, Limit::none, 0},
    Call{SYS_semget, "semget", Limit::none, 0},
    Call{SYS_semctl, "semctl", Limit::none, 0},
    Call{SYS_shmget, "shmget", Limit::none, 0},
    Call{SYS_shmat, "shmat", Limit::none, 0},
    Call{SYS_shmctl, "shmctl", Limit::none, 0},
    Call{SYS_msgrcv, "msgrcv", Limit::none, 0},
    Call{SYS_msgsnd, "msgsnd", Limit::none, 0},
    Call{SYS_msgget, "msgget", Limit::none, 0},
    Call{SYS_msgctl, "msgctl", Limit::none, 0},
    Call{SYS_semop, "semop", Limit::none, 0},
    Call{SYS_kill, "kill", Limit::none, 0},
    Call{SYS_tgkill, "kill", Limit::none, 0},
    Call{SYS_semtimedop, "semop", Limit::argument_is_time, 3},
    Call{SYS_read, "read", Limit::none, 0},
    Call{SYS_write, "write", Limit::none, 0},
    Call{SYS_recvfrom, "recv", Limit::none, 0},
    Call{SYS_recvmsg, "recvmsg", Limit::none, 0},
    Call{SYS_wait4, "wait", Limit::none, 0},
    Call{SYS_waitid, "wait", Limit::none, 0},
    Call{SYS_flock, "flock", Limit::others_locks, 0},
    Call{SYS_fcntl, "fcntl", Limit::others_locks, 0},
    Call{SYS_rt_sigsuspend, "sigsuspend", Limit::none, 0},
    Call{SYS_rt_sigtimedwait, "sigtimedwait", Limit::argument_is_time, 2},
    Call{SYS_futex, "futex (a lock or a thread)", Limit::argument_is_time, 3},
    Call{SYS_ppoll, "poll", Limit::argument_is_time, 2},
    Call{SYS_pselect6, "select", Limit::argument_is_time, 4},
#ifdef SYS_vfork
    Call{SYS_vfork, vfork_name, Limit::none, 0},
#endif
#ifdef SYS_pause
    Call{SYS_pause, "pause", Limit::none, 0},
    Call{SYS_poll, "poll", Limit::argument_is_time, 2},
    Call{SYS_select, "select", Limit::argument_is_time, 4},
#endif
    Call{SYS_nanosleep, "sleep", Limit::always_timed, 0},
    Call{SYS_clock_nanosleep, "sleep", Limit::always_timed, 0},
};

/// @return what a call waits at, " (queue 3, type 5)", where it is a System V object.
std::string told_object(long number, const std::array<std::uint64_t, 6>& arguments) {
    const auto id = static_cast<int>(arguments[0]);
    switch (number) {
        case SYS_msgsnd:
            return fmt::format(" (queue {})", id);
        case SYS_msgrcv:
            return fmt::format(" (queue {}, type {})", id, static_cast<long>(arguments[3]));
        case SYS_semop:
        case SYS_semtimedop:
            return fmt::format(" (semaphore set {})", id);
        default:
            return "";
    }
}

bool lasts_for_ever(const Call& call, std::uint64_t argument) {
    if (call.limit == Limit::none) {
        return true;
    }
    const bool milliseconds = std::strcmp(call.name, "poll") == 0 && call.number != SYS_ppoll;
    return call.limit == Limit::argument_is_time &&
           (milliseconds ? static_cast<int>(argument) < 0 : argument == 0);
}

std::vector<pid_t> numbers_in(const std::string& directory) {
    std::vector<pid_t> numbers;
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(directory.c_str()), closedir);
    while (const dirent* entry = entries ? readdir(entries.get()) : nullptr) {
        pid_t number = 0;
        const char* end = entry->d_name + std::strlen(entry->d_name);
        if (std::from_chars(entry->d_name, end, number).ptr == end) {
            numbers.push_back(number);
        }
    }
    return numbers;
}

std::uint64_t switches_in(const std::string& status) {
    std::uint64_t sum = 0;
    std::istringstream lines(status);
    for (std::string line; std::getline(lines, line);) {
        const auto name = line.find("ctxt_switches:");
        if (name != std::string::npos) {
            sum += std::stoull(line.substr(name + std::strlen("ctxt_switches:")));
        }
    }
    return sum;
}

bool is_ipc(const std::string& call) {
    return call.starts_with("msg") || call.starts_with("sem") || call.starts_with("shm");
}

bool uses_descriptor(const std::string& call) {
    return call == "read" || call == "write" || call.starts_with("recv");
}

/// @param line  of /proc/PID/syscall: the descriptor is the first argument.
bool is_pipe_or_socket(const std::string& place, const std::string& line) {
    const char* argument = std::strchr(line.c_str(), ' ');
    const auto descriptor = argument == nullptr ? -1L : std::strtol(argument, nullptr, 16);
    std::error_code error;
    const auto target =
        std::filesystem::read_symlink(fmt::format("{}/fd/{}", place, descriptor), error).string();
    return target.starts_with("pipe:") || target.starts_with("socket:");
}

Waiting waiting_of(char state, const std::string& place, std::string& call) {
    switch (state) {
        case 'Z':
        case 'X':
            return Waiting::for_nothing;
        case 'T':
            return Waiting::stopped;
        case 't':
            return Waiting::traced;
        case 'S': {
            const auto line = try_read_file(place + "/syscall");
            const auto waiting = line ? classify_wait(*line, call) : Waiting::for_a_time;
            const bool is_apart = waiting == Waiting::for_others && uses_descriptor(call) &&
                                  !is_pipe_or_socket(place, *line);
            return is_apart ? Waiting::for_anybody : waiting;
        }
        case 'D': {
            // A wait for the disk is short. But so waits the parent of a vfork for its child, and a
            // caller that its supervisor holds, once a signal has come for it (seccomp_unotify(2)).
            const auto line = try_read_file(place + "/syscall");
            const bool waits = line && classify_wait(*line, call) == Waiting::for_others &&
                               (call == vfork_name || is_ipc(call));
            return waits ? Waiting::for_anybody : Waiting::no;
        }
        default:
            return Waiting::no;
    }
}

}  // namespace

Stat parse_stat(std::string_view line) {
    const auto name_end = line.rfind(')');
    Stat stat;
    if (name_end != std::string_view::npos) {
        std::istringstream rest{std::string(line.substr(name_end + 1))};
        std::string skipped;
        rest >> stat.state >> stat.parent;
        for (int field = 5; field < 14; ++field) {
            rest >> skipped;
        }
        std::uint64_t user = 0;
        std::uint64_t system = 0;
        std::uint64_t children_user = 0;
        std::uint64_t children_system = 0;
        if (rest >> user >> system >> children_user >> children_system) {
            stat.cpu = user + system;
            stat.dead_children_cpu = children_user + children_system;
            return stat;
        }
    }
    throw std::runtime_error("this is no line of /proc/PID/stat: " + std::string(line));
}

Waiting classify_wait(std::string_view line, std::string& call) {
    std::istringstream words{std::string(line)};
    long number = -1;
    if (!(words >> number)) {
        return Waiting::no;
    }
    std::array<std::uint64_t, 6> arguments{};
    for (auto& argument : arguments) {
        words >> std::hex >> argument;
    }
    const auto* const known =
        std::find_if(known_calls.begin(), known_calls.end(),
                     [&](const Call& candidate) { return candidate.number == number; });
    if (known == known_calls.end()) {
        call = fmt::format("system call {}", number);
        return Waiting::for_a_time;
    }
    call = known->name + told_object(number, arguments);
    if (known->limit == Limit::others_locks) {
        return Waiting::for_anybody;
    }
    const auto argument = arguments.at(static_cast<std::size_t>(known->argument));
    return lasts_for_ever(*known, argument) ? Waiting::for_others : Waiting::for_a_time;
}

std::vector<Task> tasks(pid_t process) {
    std::vector<Task> result;
    const std::string threads = fmt::format("/proc/{}/task", process);
    for (const pid_t thread : numbers_in(threads)) {
        const std::string place = fmt::format("{}/{}", threads, thread);
        const auto stat = try_read_file(place + "/stat");
        const auto status = try_read_file(place + "/status");
        const auto schedule = try_read_file(place + "/schedstat");
        if (!stat || !status) {
            continue;
        }
        Task task{.process = process, .thread = thread};
        task.waiting = waiting_of(parse_stat(*stat).state, place, task.call);
        task.switches = switches_in(*status);
        task.cpu = schedule ? std::strtoull(schedule->c_str(), nullptr, 10) : 0;
        result.push_back(task);
    }
    return result;
}

bool is_ipc_wait(const Task& task) {
    return task.waiting == Waiting::for_others && is_ipc(task.call);
}

pid_t process_of(pid_t thread) {
    const auto status = try_read_file(fmt::format("/proc/{}/status", thread)).value_or("");
    constexpr std::string_view name = "Tgid:\t";
    const auto place = status.find(name);
    pid_t process = -1;
    if (place != std::string::npos) {
        std::from_chars(status.data() + place + name.size(), status.data() + status.size(),
                        process);
    }
    return process;
}

std::vector<pid_t> children(pid_t process) {
    std::vector<pid_t> result;
    const std::string threads = fmt::format("/proc/{}/task", process);
    for (const pid_t thread : numbers_in(threads)) {
        std::istringstream list(
            try_read_file(fmt::format("{}/{}/children", threads, thread)).value_or(""));
        for (pid_t child = 0; list >> child;) {
            result.push_back(child);
        }
    }
    return result;
}

std::vector<pid_t> descendants(pid_t process) {
    std::vector<pid_t> result = children(process);
    for (std::size_t next = 0; next < result.size(); ++next) {
        const auto more = children(result[next]);
        result.insert(result.end(), more.begin(), more.end());
    }
    return result;
}

}  // namespace ipclab::kernel
