#include "recorder/registers.hpp"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#if defined(__aarch64__)
#include <asm/ptrace.h>
#endif

namespace ipclab::recorder {

// A thread that was killed meanwhile has no registers any more: errors are left alone.

#if defined(__x86_64__)

namespace {

constexpr unsigned long long syscall_instruction = 2;  ///< bytes

template <typename Change>
void change(pid_t thread, Change how) {
    user_regs_struct registers{};
    if (ptrace(PTRACE_GETREGS, thread, nullptr, &registers) == 0) {
        how(registers);
        ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
    }
}

}  // namespace

void skip_call(pid_t thread, long result) {
    change(thread, [=](user_regs_struct& registers) {
        registers.orig_rax = static_cast<unsigned long long>(-1);
        registers.rax = static_cast<unsigned long long>(result);
    });
}

void repeat_call(pid_t thread, long number, std::uint64_t /*first*/) {
    change(thread, [=](user_regs_struct& registers) {
        registers.rip -= syscall_instruction;
        registers.rax = static_cast<unsigned long long>(number);
    });
}

void return_after_all(pid_t thread, long result) {
    change(thread, [=](user_regs_struct& registers) {
        registers.rip += syscall_instruction;
        registers.rax = static_cast<unsigned long long>(result);
    });
}

#elif defined(__aarch64__)

namespace {

constexpr std::uint64_t svc_instruction = 4;  ///< bytes

template <typename Change>
void change(pid_t thread, Change how) {
    user_pt_regs registers{};
    iovec all{&registers, sizeof registers};
    if (ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all) == 0) {
        how(registers);
        ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &all);
    }
}

}  // namespace

void skip_call(pid_t thread, long result) {
    int none = -1;
    iovec number{&none, sizeof none};
    ptrace(PTRACE_SETREGSET, thread, NT_ARM_SYSTEM_CALL, &number);
    change(thread, [=](user_pt_regs& registers) {
        registers.regs[0] = static_cast<std::uint64_t>(result);
    });
}

void repeat_call(pid_t thread, long number, std::uint64_t first) {
    change(thread, [=](user_pt_regs& registers) {
        registers.pc -= svc_instruction;
        registers.regs[8] = static_cast<std::uint64_t>(number);
        registers.regs[0] = first;
    });
}

void return_after_all(pid_t thread, long result) {
    change(thread, [=](user_pt_regs& registers) {
        registers.pc += svc_instruction;
        registers.regs[0] = static_cast<std::uint64_t>(result);
    });
}

#else
#error "The recorder knows the registers of x86-64 and aarch64 only."
#endif

}  // namespace ipclab::recorder
