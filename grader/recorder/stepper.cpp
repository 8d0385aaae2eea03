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

/// Why a thread has stopped.
struct Stop {
    int signal = 0;
    int event = 0;  ///< PTRACE_EVENT_...; 0: a signal
};

/// Waits until a thread has stopped again.
/// @return nothing where it has ended, which others want to know, too.
std::optional<Stop> wait_for_stop(pid_t thread) {
    const auto wait = [=](siginfo_t& found, int options) {
        found = {};
        return waitid(P_PID, static_cast<id_t>(thread), &found, options | __WALL) == 0;
    };
    siginfo_t found{};
    while (true) {
        if (!wait(found, WSTOPPED | WEXITED | WNOWAIT)) {
            if (errno != EINTR) {
                return std::nullopt;
            }
        } else if (found.si_code != CLD_TRAPPED && found.si_code != CLD_STOPPED) {
            return std::nullopt;
        } else if (wait(found, WSTOPPED | WNOHANG) && found.si_pid == thread) {
            // Of one that was killed since the first look its end is not taken here.
            return Stop{found.si_status & 0xff, found.si_status >> 8};
        }
    }
}

/// @return whether the signal by which a thread is stopped comes from the instruction that it was
///         about to execute, and not from somebody who sent it (sigaction(2), si_code).
bool is_its_own(pid_t thread) {
    siginfo_t info{};
    if (ptrace(PTRACE_GETSIGINFO, thread, nullptr, &info) != 0) {
        return false;
    }
    const int signal = info.si_signo;
    if (info.si_code <= 0) {
        // After a system call some architectures report the step as if process 0 had sent it.
        return signal == SIGTRAP && info.si_code == SI_USER && info.si_pid == 0;
    }
    return signal == SIGSEGV || signal == SIGTRAP || signal == SIGFPE || signal == SIGILL ||
           signal == SIGBUS || signal == SIGSYS;
}

}  // namespace

std::optional<std::uint64_t> address_of_fault(pid_t thread) {
    siginfo_t info{};
    const bool faulted = ptrace(PTRACE_GETSIGINFO, thread, nullptr, &info) == 0 &&
                         info.si_signo == SIGSEGV && info.si_code > 0;
    return faulted ? std::optional(reinterpret_cast<std::uint64_t>(info.si_addr)) : std::nullopt;
}

std::optional<std::uint64_t> Stepper::fault() const {
    return address_of_fault(thread_);
}

Stepper::~Stepper() {
    for (const int signal : signals_) {
        syscall(SYS_tgkill, kernel::process_of(thread_), thread_, signal);
    }
}

Stepper::End Stepper::step() {
    const auto behind = behind_repeated_instruction(thread_);
    if (!behind || !set_breakpoint(thread_, *behind)) {
        return go_on(PTRACE_SINGLESTEP);
    }
    const End end = go_on(PTRACE_CONT);
    set_breakpoint(thread_, 0);
    return end;
}

/// @param how  PTRACE_SINGLESTEP, or PTRACE_CONT with a breakpoint ahead.
Stepper::End Stepper::go_on(int how) {
    while (true) {
        ptrace(static_cast<__ptrace_request>(how), thread_, nullptr, 0);
        const auto stop = wait_for_stop(thread_);
        if (!stop) {
            return End::gone;
        }
        if (stop->event == 0 && is_its_own(thread_)) {
            return stop->signal == SIGTRAP ? End::done : End::faulted;
        }
        if (stop->event == 0) {
            signals_.push_back(stop->signal);
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
