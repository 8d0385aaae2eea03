#include "recorder/calls.hpp"

#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>

#include "kernel/failure.hpp"
#include "recorder/words.hpp"
#include "text/text.hpp"

namespace ipclab::recorder {

namespace {

constexpr int most_columns_of_text = 24;  ///< of a message
constexpr char left_off[] = "...";

/// A number that has a name in C.
struct Named {
    unsigned value;
    const char* name;
};
using Names = std::span<const Named>;

constexpr Named get_flags[] = {
    {IPC_CREAT, "IPC_CREAT"}, {IPC_EXCL, "IPC_EXCL"}, {IPC_NOWAIT, "IPC_NOWAIT"}};
// SHM_HUGETLB is 04000, and so is IPC_NOWAIT.
constexpr Named shmget_flags[] = {{IPC_CREAT, "IPC_CREAT"},
                                  {IPC_EXCL, "IPC_EXCL"},
                                  {SHM_HUGETLB, "SHM_HUGETLB"},
                                  {SHM_NORESERVE, "SHM_NORESERVE"}};
constexpr Named msgsnd_flags[] = {{IPC_NOWAIT, "IPC_NOWAIT"}};
constexpr Named msgrcv_flags[] = {{IPC_NOWAIT, "IPC_NOWAIT"},
                                  {MSG_NOERROR, "MSG_NOERROR"},
                                  {MSG_EXCEPT, "MSG_EXCEPT"},
                                  {MSG_COPY, "MSG_COPY"}};
constexpr Named shmat_flags[] = {{SHM_RDONLY, "SHM_RDONLY"},
                                 {SHM_RND, "SHM_RND"},
                                 {SHM_REMAP, "SHM_REMAP"},
                                 {SHM_EXEC, "SHM_EXEC"}};
constexpr Named semop_flags[] = {{IPC_NOWAIT, "IPC_NOWAIT"}, {SEM_UNDO, "SEM_UNDO"}};

constexpr Named msgctl_commands[] = {
    {IPC_RMID, "IPC_RMID"}, {IPC_SET, "IPC_SET"},   {IPC_STAT, "IPC_STAT"}, {IPC_INFO, "IPC_INFO"},
    {MSG_STAT, "MSG_STAT"}, {MSG_INFO, "MSG_INFO"}, {13, "MSG_STAT_ANY"}};
constexpr Named semctl_commands[] = {
    {IPC_RMID, "IPC_RMID"}, {IPC_SET, "IPC_SET"}, {IPC_STAT, "IPC_STAT"}, {IPC_INFO, "IPC_INFO"},
    {GETPID, "GETPID"},     {GETVAL, "GETVAL"},   {GETALL, "GETALL"},     {GETNCNT, "GETNCNT"},
    {GETZCNT, "GETZCNT"},   {SETVAL, "SETVAL"},   {SETALL, "SETALL"},     {SEM_STAT, "SEM_STAT"},
    {SEM_INFO, "SEM_INFO"}, {20, "SEM_STAT_ANY"}};
constexpr Named shmctl_commands[] = {
    {IPC_RMID, "IPC_RMID"}, {IPC_SET, "IPC_SET"},   {IPC_STAT, "IPC_STAT"},
    {IPC_INFO, "IPC_INFO"}, {SHM_LOCK, "SHM_LOCK"}, {SHM_UNLOCK, "SHM_UNLOCK"},
    {SHM_STAT, "SHM_STAT"}, {SHM_INFO, "SHM_INFO"}, {15, "SHM_STAT_ANY"}};

struct NamedCall {
    long number;
    const char* name;
    std::string (*tell)(const Call&);
};

/// Appends an element of a list.
void append(std::string& list, std::string_view separator, std::string_view element) {
    list += list.empty() ? "" : separator;
    list += element;
}

/// The arguments are registers: of an int its lower half counts.
int int_at(const Call& call, std::size_t index) {
    return static_cast<int>(call.arguments.at(index));
}

std::string told_address(std::uint64_t address) {
    return address == 0 ? "NULL" : fmt::format("{:#x}", address);
}

std::string told_key(int key) {
    return key == IPC_PRIVATE ? "IPC_PRIVATE" : fmt::format("0x{:08x}", static_cast<unsigned>(key));
}

/// @return flags by their names, and in hexadecimal what has none; "" of none.
std::string told_flags(unsigned flags, Names names) {
    std::string told;
    for (const auto& [value, name] : names) {
        if ((flags & value) != 0) {
            append(told, "|", name);
            flags &= ~value;
        }
    }
    if (flags != 0) {
        append(told, "|", fmt::format("{:#x}", flags));
    }
    return told;
}

std::string told_flags_or_0(unsigned flags, Names names) {
    const auto told = told_flags(flags, names);
    return told.empty() ? "0" : told;
}

/// @return the flags of a call that takes permission bits, too.
std::string told_flags_and_mode(int flags, Names names) {
    constexpr unsigned mode_bits = 0777;
    const auto all = static_cast<unsigned>(flags);
    auto told = told_flags(all & ~mode_bits, names);
    if (const auto mode = all & mode_bits; mode != 0) {
        append(told, "|", fmt::format("0{:03o}", mode));
    }
    return told.empty() ? "0" : told;
}

unsigned command_at(const Call& call, std::size_t index) {
    // The C library of some architectures adds this one, which means "the newer structures".
    constexpr unsigned ipc_64 = 0x100;
    return static_cast<unsigned>(call.arguments.at(index)) & ~ipc_64;
}

std::string told_command(unsigned command, Names names) {
    const auto* const found =
        std::find_if(names.data(), names.data() + names.size(),
                     [command](const Named& named) { return named.value == command; });
    return found == names.data() + names.size() ? std::to_string(command) : found->name;
}

/// @return what stands behind a command that takes a pointer: only that it was forgotten is worth a
///         word.
std::string told_pointer(std::uint64_t pointer) {
    return pointer == 0 ? ", NULL" : "";
}

// --- messages ---------------------------------------------------------------

/// Takes an escape sequence of C, or a character, off the front of a text.
std::string take_character(std::string_view& text) {
    constexpr std::string_view plain = "\n\t\r\a\b\f\v\"\\";
    constexpr std::string_view letters = "ntrabfv\"\\";
    const auto byte = static_cast<unsigned char>(text.front());
    // How many bytes a character of UTF-8 has, its first one tells; but it may be cut off.
    const std::size_t whole = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    std::size_t size = 1;
    while (size < std::min(whole, text.size()) &&
           (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80) {
        ++size;
    }
    const auto bytes = text.substr(0, size);
    text.remove_prefix(size);
    if (const auto place = plain.find(bytes); place != std::string_view::npos) {
        return {'\\', letters[place]};
    }
    const bool before_digit = !text.empty() && text.front() >= '0' && text.front() <= '7';
    if (byte == 0 && !before_digit) {
        return "\\0";
    }
    const bool control = byte < 0x20 || byte == 0x7f;
    return control ? fmt::format("\\x{:02x}", byte) : text::valid_utf8(bytes);
}

std::string told_text(const Message& message) {
    std::string told;
    std::string_view rest = message.text;
    int room = most_columns_of_text;
    while (!rest.empty()) {
        auto after = rest;
        const auto character = take_character(after);
        room -= text::display_width(character);
        if (room < 0) {
            break;
        }
        told += character;
        rest = after;
    }
    const bool whole = rest.empty() && message.text.size() >= message.size;
    return '"' + told + '"' + (whole ? "" : left_off);
}

std::string told_message(const Message& message) {
    return fmt::format(words::message, message.type, told_text(message));
}

// --- calls ------------------------------------------------------------------

std::string tell_msgget(const Call& call) {
    return fmt::format("{}, {}", told_key(int_at(call, 0)), told_get_flags(int_at(call, 1)));
}

std::string tell_msgsnd(const Call& call) {
    const auto message =
        call.message ? told_message(*call.message) : told_address(call.arguments[1]);
    return fmt::format("{}, {}, {}, {}", int_at(call, 0), message, call.arguments[2],
                       told_flags_or_0(static_cast<unsigned>(int_at(call, 3)), msgsnd_flags));
}

std::string tell_msgrcv(const Call& call) {
    const auto type = fmt::format(words::type, static_cast<long>(call.arguments[3]));
    return fmt::format("{}, {}, {}, {}", int_at(call, 0), call.arguments[2], type,
                       told_flags_or_0(static_cast<unsigned>(int_at(call, 4)), msgrcv_flags));
}

std::string tell_msgctl(const Call& call) {
    const auto command = command_at(call, 1);
    return fmt::format("{}, {}{}", int_at(call, 0), told_command(command, msgctl_commands),
                       command == IPC_RMID ? "" : told_pointer(call.arguments[2]));
}

std::string tell_semget(const Call& call) {
    return fmt::format("{}, {}, {}", told_key(int_at(call, 0)), int_at(call, 1),
                       told_get_flags(int_at(call, 2)));
}

std::string told_operations(const Call& call) {
    if (call.operations.empty()) {
        return fmt::format("{}, {}", told_address(call.arguments[1]), call.arguments[2]);
    }
    std::string told;
    for (const auto& operation : call.operations) {
        const auto flags =
            told_flags_or_0(static_cast<unsigned short>(operation.sem_flg), semop_flags);
        append(told, ", ",
               fmt::format("{{{}, {}, {}}}", operation.sem_num, operation.sem_op, flags));
    }
    if (call.operations.size() < call.arguments[2]) {
        append(told, ", ", left_off);
    }
    return "{" + told + "}";
}

std::string tell_semop(const Call& call) {
    return fmt::format("{}, {}", int_at(call, 0), told_operations(call));
}

std::string tell_semtimedop(const Call& call) {
    const bool has_time_out = call.arguments[3] != 0;
    return tell_semop(call) + (has_time_out ? ", " + std::string(words::time_out) : "");
}

std::string tell_semctl(const Call& call) {
    const auto command = command_at(call, 2);
    auto told = fmt::format("{}, {}, {}", int_at(call, 0), int_at(call, 1),
                            told_command(command, semctl_commands));
    switch (command) {
        case SETVAL:
            return fmt::format("{}, {}", told, int_at(call, 3));
        case IPC_SET:
        case IPC_STAT:
        case GETALL:
        case SETALL:
            return told + told_pointer(call.arguments[3]);
        default:
            return told;
    }
}

std::string tell_shmget(const Call& call) {
    return fmt::format("{}, {}, {}", told_key(int_at(call, 0)), call.arguments[1],
                       told_flags_and_mode(int_at(call, 2), shmget_flags));
}

std::string tell_shmat(const Call& call) {
    return fmt::format("{}, {}, {}", int_at(call, 0), told_address(call.arguments[1]),
                       told_flags_or_0(static_cast<unsigned>(int_at(call, 2)), shmat_flags));
}

std::string tell_shmdt(const Call& call) {
    return told_address(call.arguments[0]);
}

std::string tell_shmctl(const Call& call) {
    const auto command = command_at(call, 1);
    const bool has_pointer = command != IPC_RMID && command != SHM_LOCK && command != SHM_UNLOCK;
    return fmt::format("{}, {}{}", int_at(call, 0), told_command(command, shmctl_commands),
                       has_pointer ? told_pointer(call.arguments[2]) : "");
}

constexpr NamedCall calls[] = {
    {SYS_msgget, "msgget", tell_msgget},
    {SYS_msgsnd, "msgsnd", tell_msgsnd},
    {SYS_msgrcv, "msgrcv", tell_msgrcv},
    {SYS_msgctl, "msgctl", tell_msgctl},
    {SYS_semget, "semget", tell_semget},
    {SYS_semop, "semop", tell_semop},
    {SYS_semtimedop, "semtimedop", tell_semtimedop},
    {SYS_semctl, "semctl", tell_semctl},
    {SYS_shmget, "shmget", tell_shmget},
    {SYS_shmat, "shmat", tell_shmat},
    {SYS_shmdt, "shmdt", tell_shmdt},
    {SYS_shmctl, "shmctl", tell_shmctl},
};

/// @return the call with this number, or null.
const NamedCall* find_call(long number) {
    const auto* const found =
        std::find_if(std::begin(calls), std::end(calls),
                     [number](const NamedCall& call) { return call.number == number; });
    return found == std::end(calls) ? nullptr : found;
}

/// @return whether a result is one that the kernel keeps to itself: it will make the call again, or
///         return EINTR (linux/errno.h, ERESTARTSYS and the four behind it).
bool is_interruption(long result) {
    return result <= -512 && result >= -516;
}

}  // namespace

bool is_ipc(long number) {
    return find_call(number) != nullptr;
}

std::string name_of_call(long number) {
    const auto* const call = find_call(number);
    return call == nullptr ? "" : call->name;
}

std::string name_of_call(const Call& call) {
    // The C library's semop() is a semtimedop without a time-out.
    const bool semop = call.number == SYS_semtimedop && call.arguments[3] == 0;
    return name_of_call(semop ? SYS_semop : call.number);
}

std::string told_get_flags(int flags) {
    return told_flags_and_mode(flags, get_flags);
}

std::string told(const Call& call) {
    const auto* const known = find_call(call.number);
    if (known == nullptr) {
        return fmt::format(words::other_call, call.number);
    }
    return fmt::format("{}({})", name_of_call(call), known->tell(call));
}

std::string told_result(const Call& call) {
    if (!call.returned()) {
        return "";
    }
    const long result = *call.result;
    if (is_interruption(result)) {
        return words::interrupted;
    }
    if (call.failed()) {
        return "= -1 " + kernel::errno_name(call.error());
    }
    if (call.number == SYS_shmat) {
        return fmt::format("= {:#x}", static_cast<unsigned long>(result));
    }
    const bool received = call.number == SYS_msgrcv && call.message;
    return fmt::format("= {}{}", result, received ? " " + told_message(*call.message) : "");
}

}  // namespace ipclab::recorder
