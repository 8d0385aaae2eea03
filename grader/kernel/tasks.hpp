/// @file
/// What the kernel knows of processes and threads: /proc/PID/task (proc(5)).
#ifndef IPCLAB_KERNEL_TASKS_HPP
#define IPCLAB_KERNEL_TASKS_HPP

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab::kernel {

/// How long a thread will stay where it is if nobody else acts.
enum class Waiting {
    no,           ///< it runs or wants to run
    for_others,   ///< until a process wakes it that it shares an object, a pipe or memory with
    for_anybody,  ///< until somebody does, who may be a stranger or the kernel: a locked file, a
                  ///< file on a slow disk, a lock inside the kernel
    for_a_time,   ///< a call with a time-out, or one that may not be looked into
    for_nothing,  ///< it has ended and waits to be reaped
    stopped,      ///< by a signal
    traced,       ///< for its tracer
};

/// One thread as it was when it was looked at.
struct Task {
    pid_t process = 0;
    pid_t thread = 0;
    Waiting waiting = Waiting::no;
    std::string call;            ///< what it waits in, "msgrcv (queue 3)"; empty: unknown or none
    std::uint64_t cpu = 0;       ///< nanoseconds it has run
    std::uint64_t switches = 0;  ///< how often it has left the processor

    bool operator==(const Task&) const = default;
};

/// @return whether a thread waits in a System V call until another process acts.
bool is_ipc_wait(const Task& task);

/// @return the threads of a process; none where it is gone.
std::vector<Task> tasks(pid_t process);

/// @return the children of a process that still run or wait to be reaped.
std::vector<pid_t> children(pid_t process);

/// @return children, their children and so on, parents first.
std::vector<pid_t> descendants(pid_t process);

/// The parts of /proc/PID/stat that we read.
struct Stat {
    char state = '?';  ///< R S D T t Z X I
    pid_t parent = 0;
    std::uint64_t cpu = 0;                ///< user and system time in clock ticks
    std::uint64_t dead_children_cpu = 0;  ///< the same of reaped children
};

/// Reads a line of /proc/PID/stat; the program's name in it may hold anything.
/// @throws std::runtime_error where it is not such a line.
Stat parse_stat(std::string_view line);

/// @return the process that a thread belongs to, or -1 where it is gone.
pid_t process_of(pid_t thread);

/// Names the call of a line of /proc/PID/syscall and says how it waits.
/// @param line  for example "70 0x3 0x7ffe.. 0x64 0x0 0x0 ...", or "running".
/// @return for whom or what it waits; the call, with what it waits at, in call.
Waiting classify_wait(std::string_view line, std::string& call);

}  // namespace ipclab::kernel

#endif
