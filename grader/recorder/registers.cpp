#include "recorder/registers.hpp"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <iterator>

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

Place place_of(pid_t thread) {
    user_regs_struct registers{};
    ptrace(PTRACE_GETREGS, thread, nullptr, &registers);
    return {registers.rip, registers.rsp, registers.rbp};
}

std::uint64_t system_call_instruction(pid_t thread) {
    return place_of(thread).instruction - syscall_instruction;
}

namespace {

/// A string instruction with a prefix that repeats it.
struct Repeated {
    unsigned length = 0;  ///< in bytes
    unsigned code = 0;    ///< its operation code
};

std::optional<Repeated> repeated_at(pid_t thread, std::uint64_t address) {
    errno = 0;
    const auto word = static_cast<std::uint64_t>(ptrace(PTRACE_PEEKTEXT, thread, address, nullptr));
    if (errno != 0) {
        return std::nullopt;
    }
    bool repeats = false;
    for (unsigned length = 0; length < 4; ++length) {
        const unsigned byte = (word >> (8 * length)) & 0xffU;
        const bool is_prefix = byte == 0x66 || (byte & 0xf0U) == 0x40;  // Operand size, REX.
        const bool is_string = (byte >= 0xa4 && byte <= 0xa7) || (byte >= 0xaa && byte <= 0xaf);
        if (byte == 0xf2 || byte == 0xf3) {
            repeats = true;
        } else if (!is_prefix) {
            return repeats && is_string ? std::optional(Repeated{length + 1, byte}) : std::nullopt;
        }
    }
    return std::nullopt;
}

/// Comparisons may end before their count does.
bool copies_or_fills(const Repeated& instruction) {
    return instruction.code == 0xa4 || instruction.code == 0xa5 || instruction.code == 0xaa ||
           instruction.code == 0xab;
}

}  // namespace

std::optional<std::uint64_t> behind_repeated_instruction(pid_t thread) {
    const std::uint64_t address = place_of(thread).instruction;
    const auto found = repeated_at(thread, address);
    return found ? std::optional(address + found->length) : std::nullopt;
}

std::optional<std::uint64_t> take_turns(pid_t thread, std::uint64_t most) {
    const auto found = repeated_at(thread, place_of(thread).instruction);
    std::optional<std::uint64_t> taken;
    if (found && copies_or_fills(*found)) {
        change(thread, [&](user_regs_struct& registers) {
            if (registers.rcx > most) {
                taken = registers.rcx - most;
                registers.rcx = most;
            }
        });
    }
    return taken;
}

void give_turns_back(pid_t thread, std::uint64_t instruction, std::uint64_t turns) {
    change(thread, [=](user_regs_struct& registers) {
        registers.rip = instruction;
        registers.rcx += turns;
    });
}

bool set_breakpoint(pid_t thread, std::uint64_t address) {
    constexpr unsigned long enable_first = 1;  // Stops at execution, of one byte.
    const auto place = [](int number) { return offsetof(user, u_debugreg[0]) + 8UL * number; };
    return ptrace(PTRACE_POKEUSER, thread, place(7), 0) == 0 &&
           (address == 0 || (ptrace(PTRACE_POKEUSER, thread, place(0), address) == 0 &&
                             ptrace(PTRACE_POKEUSER, thread, place(7), enable_first) == 0));
}

Registers::Registers(pid_t thread) : thread_(thread) {
    ptrace(PTRACE_GETREGS, thread, nullptr, &saved_);
}

Registers::~Registers() {
    ptrace(PTRACE_SETREGS, thread_, nullptr, &saved_);
}

void Registers::prepare_call(std::uint64_t instruction, long number,
                             const std::array<std::uint64_t, 3>& arguments) const {
    user_regs_struct changed = saved_;
    changed.rip = instruction;
    changed.orig_rax = static_cast<unsigned long long>(-1);  // No call to be started again.
    changed.rax = static_cast<unsigned long long>(number);
    changed.rdi = arguments[0];
    changed.rsi = arguments[1];
    changed.rdx = arguments[2];
    ptrace(PTRACE_SETREGS, thread_, nullptr, &changed);
}

long Registers::result() const {
    user_regs_struct now{};
    ptrace(PTRACE_GETREGS, thread_, nullptr, &now);
    return static_cast<long>(now.rax);
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

Place place_of(pid_t thread) {
    user_pt_regs registers{};
    iovec all{&registers, sizeof registers};
    ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all);
    return {registers.pc, registers.sp, registers.regs[29], registers.regs[30]};
}

std::uint64_t system_call_instruction(pid_t thread) {
    return place_of(thread).instruction - svc_instruction;
}

std::optional<std::uint64_t> behind_repeated_instruction(pid_t /*thread*/) {
    return std::nullopt;  // It has none.
}

std::optional<std::uint64_t> take_turns(pid_t /*thread*/, std::uint64_t /*most*/) {
    return std::nullopt;
}

void give_turns_back(pid_t /*thread*/, std::uint64_t /*instruction*/, std::uint64_t /*turns*/) {}

bool set_breakpoint(pid_t /*thread*/, std::uint64_t /*address*/) {
    return false;
}

Registers::Registers(pid_t thread) : thread_(thread) {
    iovec all{&saved_, sizeof saved_};
    ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all);
}

Registers::~Registers() {
    iovec all{&saved_, sizeof saved_};
    ptrace(PTRACE_SETREGSET, thread_, NT_PRSTATUS, &all);
}

void Registers::prepare_call(std::uint64_t instruction, long number,
                             const std::array<std::uint64_t, 3>& arguments) const {
    change(thread_, [&](user_pt_regs& registers) {
        registers.pc = instruction;
        registers.regs[8] = static_cast<std::uint64_t>(number);
        std::copy(arguments.begin(), arguments.end(), std::begin(registers.regs));
    });
}

long Registers::result() const {
    user_pt_regs now{};
    iovec all{&now, sizeof now};
    ptrace(PTRACE_GETREGSET, thread_, NT_PRSTATUS, &all);
    return static_cast<long>(now.regs[0]);
}

#else
#error "The recorder knows the registers of x86-64 and aarch64 only."
#endif

}  // namespace ipclab::recorder
