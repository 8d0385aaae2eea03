#include "recorder/capture.hpp"

#include <sys/ptrace.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ipclab::recorder {

namespace {

constexpr std::size_t most_text = 64;       ///< bytes of a message that are kept
constexpr std::size_t most_operations = 8;  ///< of one semop

/// Reads word by word: unlike process_vm_readv(2) that needs no privilege where the thread is
/// another user's.
/// @return the bytes that could be read.
std::string read_memory(pid_t thread, std::uint64_t address, std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
        errno = 0;
        const long word = ptrace(PTRACE_PEEKDATA, thread, address + bytes.size(), nullptr);
        if (errno != 0) {
            break;
        }
        bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
    }
    bytes.resize(std::min(bytes.size(), size));
    return bytes;
}

/// @param size  of the text.
std::optional<Message> read_message(pid_t thread, std::uint64_t address, std::size_t size) {
    const auto bytes = read_memory(thread, address, sizeof(long) + std::min(size, most_text));
    if (bytes.size() < sizeof(long)) {
        return std::nullopt;
    }
    Message message{.text = bytes.substr(sizeof(long)), .size = size};
    std::memcpy(&message.type, bytes.data(), sizeof message.type);
    return message;
}

}  // namespace

Call capture(const arena::SystemCall& stopped) {
    const auto& arguments = stopped.arguments;
    Call call{.number = stopped.number, .arguments = arguments};
    if (stopped.number == SYS_msgsnd) {
        call.message = read_message(stopped.thread, arguments[1], arguments[2]);
    } else if (stopped.number == SYS_semop || stopped.number == SYS_semtimedop) {
        const std::size_t count = std::min<std::size_t>(arguments[2], most_operations);
        const auto bytes = read_memory(stopped.thread, arguments[1], count * sizeof(sembuf));
        call.operations.resize(bytes.size() / sizeof(sembuf));
        std::memcpy(call.operations.data(), bytes.data(), call.operations.size() * sizeof(sembuf));
    }
    return call;
}

void capture_result(pid_t thread, Call& call) {
    if (call.number == SYS_msgrcv && !call.failed()) {
        call.message = read_message(thread, call.arguments[1],
                                    static_cast<std::size_t>(call.result.value_or(0)));
    }
}

}  // namespace ipclab::recorder
