#ifndef IPCLAB_KERNEL_FAILURE_HPP
#define IPCLAB_KERNEL_FAILURE_HPP

#include <string>

namespace ipclab::kernel {

/// Throws std::system_error with the current errno. Says that a call failed which the grader needs:
/// never the student's fault.
/// @param action  what could not be done, for example "cannot read /proc/sysvipc/msg".
[[noreturn]] void fail(const std::string& action);

/// @return result, unless it is -1: then fail(action).
template <typename Result>
Result checked(Result result, const char* action) {
    if (result == Result(-1)) {
        fail(action);
    }
    return result;
}

/// @return the symbolic name of an errno, for example "EEXIST", or the number as text.
std::string errno_name(int error);

/// @return name and message, for example "EEXIST (File exists)".
std::string errno_text(int error);

}  // namespace ipclab::kernel

#endif
