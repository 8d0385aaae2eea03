#include "recorder/stepper.hpp"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "kernel/tasks.hpp"
#include "recorder/registers.hpp"

namespace ipclab::recorder {

namespace {

/// Waits until a thread has stopped again.
/// @return its wait status; nothing where it has ended, which others want to know, too.
std::optional<int> wait_for_stop(pid_t thread) {
    siginfo_t found{};
    while (waitid(P_PID, static_cast<id_t>(thread), &found,
                  WSTOPPED | WEXITED | WNOWAIT | __WALL) != 0) {
        if (errno != EINTR) {
            return std::nullopt;
        }
    }
    int status = 0;
    const bool stopped = found.si_code == CLD_TRAPPED || found.si_code == CLD_STOPPED;
    return stopped && waitpid(thread, &status, __WALL) == thread ? std::optional(status)
                                                                 : std::nullopt;
}

}  // namespace

std::uint64_t address_of_fault(pid_t thread) {
    siginfo_t info{};
    ptrace(PTRACE_GETSIGINFO, thread, nullptr, &info);
    return reinterpret_cast<std::uint64_t>(info.si_addr);
}

Stepper::~Stepper() {
    for (const int signal : signals_) {
        syscall(SYS_tgkill, kernel::process_of(thread_), thread_, signal);
    }
}

Stepper::End Stepper::step() {
    while (true) {
        ptrace(PTRACE_SINGLESTEP, thread_, nullptr, 0);
        const auto status = wait_for_stop(thread_);
        if (!status) {
            return End::gone;
        }
        const int signal = WSTOPSIG(*status);
        const int event = *status >> 16;
        if (event == 0 && signal == SIGTRAP) {
            return End::done;
        }
        if (event == 0 && signal == SIGSEGV) {
            fault_ = address_of_fault(thread_);
            return End::faulted;
        }
        if (event == 0) {
            signals_.push_back(signal);
        }
    }
}

std::optional<long> Stepper::call(std::uint64_t instruction, long number,
                                  const std::array<std::uint64_t, 3>& arguments) {
    const Registers registers(thread_);
    registers.prepare_call(instruction, number, arguments);
    return step() == End::done ? std::optional(registers.result()) : std::nullopt;
}

}  // namespace ipclab::recorder
