#ifndef IPCLAB_ARENA_LAUNCH_HPP
#define IPCLAB_ARENA_LAUNCH_HPP

#include <linux/filter.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "arena/confinement.hpp"
#include "arena/identity.hpp"
#include "arena/tracing.hpp"
#include "kernel/descriptor.hpp"

namespace ipclab::arena {

/// What one process may use before the kernel stops it.
struct Limits {
    /// Hard, and for the whole life of a process, which may be asked many things: of each the arena
    /// itself bears 1 s.
    unsigned cpu_seconds = 20;
    unsigned long memory = 1UL << 30U;     ///< bytes of address space
    unsigned long file_size = 1UL << 20U;  ///< bytes of any one file
    unsigned long descriptors = 64;
};

/// Where the standard error of a process goes.
enum class Errors {
    with_output,
    apart,  ///< what it writes to its standard output is what it is judged by
};

/// How a student process is to be started.
struct Launch {
    int program = -1;                    ///< a descriptor of the executable file
    std::string name;                    ///< argv[0]
    std::vector<std::string> arguments;  ///< argv[1] and following
    std::string directory;               ///< where it starts, and its HOME and TMPDIR
    mode_t umask = 022;
    Errors errors = Errors::with_output;
    Identity identity;
    Limits limits;
    const std::vector<sock_filter>* filter = nullptr;
    const Confinement* confinement = nullptr;
    /// Who traces it, or null. The filter has to hand calls to a tracer then, and there is no
    /// listener.
    Tracing* tracing = nullptr;
    int number = 0;  ///< of the process in its check, for the tracer
};

/// A process just started, seen from the grader.
struct Launched {
    pid_t pid = -1;
    kernel::Descriptor channel;   ///< SOCK_SEQPACKET; the other end is its descriptor 3
    kernel::Descriptor output;    ///< the reading end of its stdout and stderr, non-blocking
    kernel::Descriptor errors;    ///< of its stderr, where that is apart
    kernel::Descriptor listener;  ///< its seccomp notifications (seccomp_unotify(2)), non-blocking;
                                  ///< closed where it is traced
};

/// Starts a program: in a session of its own, with a cleaned environment, no descriptors but 0
/// (/dev/null), 1 and 2 (output) and 3 (channel), under limits, filter and confinement, as the
/// student. It dies with the process that calls this.
/// @throws std::system_error naming the step that failed: the grader's fault.
Launched launch(const Launch& launch);

}  // namespace ipclab::arena

#endif
