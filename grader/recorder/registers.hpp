/// @file
/// The few things that a tracer changes in a stopped thread's registers, and the only part of the
/// recorder that knows the architecture: x86-64 and aarch64.
#ifndef IPCLAB_RECORDER_REGISTERS_HPP
#define IPCLAB_RECORDER_REGISTERS_HPP

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <cstdint>
#include <optional>

namespace ipclab::recorder {

/// At a PTRACE_EVENT_SECCOMP stop: the call does not happen, and returns this.
/// @param result  a value, or -errno.
void skip_call(pid_t thread, long result);

/// At a stop after a call has returned, before the program has run on: it makes the same call
/// again, without knowing.
/// @param number  of the call.
/// @param first   its first argument, which some architectures overwrite with the result.
void repeat_call(pid_t thread, long number, std::uint64_t first);

/// Where a stopped thread is.
struct Place {
    std::uint64_t instruction = 0;  ///< the address of the one that it is about to execute
    std::uint64_t stack = 0;        ///< its stack pointer
    std::uint64_t frame = 0;        ///< its frame pointer: there lies the caller's, and behind it
                                    ///< the address to which the function returns
    std::uint64_t link = 0;  ///< to which a function returns that has put nothing on the stack;
                             ///< 0: that address lies on the stack (x86-64)
};
Place place_of(pid_t thread);

/// Which instruction makes a system call.
/// @param thread  stopped right after a call.
/// @return its address in the program.
std::uint64_t system_call_instruction(pid_t thread);

/// @return the address behind the instruction that a stopped thread is about to execute, where that
///         is one that repeats itself, such as `rep movsb`: each of its turns is a step.
std::optional<std::uint64_t> behind_repeated_instruction(pid_t thread);

/// Takes turns away from an instruction that copies or fills and that repeats itself, which a
/// stopped thread is about to execute.
/// @param most  so many turns stay.
/// @return how many were taken away; nothing where it is no such instruction, or has no more.
std::optional<std::uint64_t> take_turns(pid_t thread, std::uint64_t most);

/// Gives turns back, to be made next.
/// @param instruction  the address of the instruction.
void give_turns_back(pid_t thread, std::uint64_t instruction, std::uint64_t turns);

/// Has a thread stop with SIGTRAP before it executes the instruction at an address; 0: nowhere any
/// more. Uses a debug register, which is the thread's own.
/// @return whether the processor and the kernel can do that.
bool set_breakpoint(pid_t thread, std::uint64_t address);

/// The registers of a stopped thread, which get back their values when this is destroyed.
class Registers {
public:
    explicit Registers(pid_t thread);
    Registers(const Registers&) = delete;
    Registers& operator=(const Registers&) = delete;
    ~Registers();

    /// Has the thread make a system call next, in place of what it was about to do.
    /// @param instruction  of system_call_instruction().
    void prepare_call(std::uint64_t instruction, long number,
                      const std::array<std::uint64_t, 3>& arguments) const;

    /// @return what the call has returned.
    [[nodiscard]] long result() const;

private:
    pid_t thread_;
    user_regs_struct saved_{};
};

/// Takes repeat_call() back: the call has returned this after all.
void return_after_all(pid_t thread, long result);

}  // namespace ipclab::recorder

#endif
