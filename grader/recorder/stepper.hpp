#ifndef IPCLAB_RECORDER_STEPPER_HPP
#define IPCLAB_RECORDER_STEPPER_HPP

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace ipclab::recorder {

/// Has a stopped thread execute single machine instructions (PTRACE_SINGLESTEP, ptrace(2)), its own
/// or a system call that it knows nothing of, and waits for each. The thread is stopped before and
/// after. Signals that come meanwhile are kept, and sent again when this is destroyed.
class Stepper {
public:
    enum class End {
        done,
        faulted,  ///< it cannot be executed as things are: the thread is stopped by the signal that
                  ///< says so, of memory that it may not touch (fault()) or of another failure
        gone,     ///< the thread was killed; its wait status is still to be taken
    };

    explicit Stepper(pid_t thread) : thread_(thread) {}
    Stepper(const Stepper&) = delete;
    Stepper& operator=(const Stepper&) = delete;
    ~Stepper();

    /// Executes the next instruction; of one that repeats itself all turns, where the processor can
    /// stop behind them.
    End step();

    /// @return the address that the last step could not touch; nothing where that was not its
    ///         failure.
    [[nodiscard]] std::optional<std::uint64_t> fault() const;

    /// Makes a system call in the thread's place, and puts it back to where it was.
    /// @param instruction  the address of an instruction that makes system calls.
    /// @return what the call returned; nothing where the thread is gone.
    std::optional<long> call(std::uint64_t instruction, long number,
                             const std::array<std::uint64_t, 3>& arguments);

private:
    End go_on(int how);

    pid_t thread_;
    std::vector<int> signals_;
};

/// @return the address that a thread could not touch, for which it is stopped by SIGSEGV; nothing
///         where it is stopped for something else, also a SIGSEGV that somebody sent, or is gone.
std::optional<std::uint64_t> address_of_fault(pid_t thread);

}  // namespace ipclab::recorder

#endif
