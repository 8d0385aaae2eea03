// what: raw system calls; receive asks without waiting first; SIGTERM comes in only while it waits
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>

#include "messages.hpp"

namespace ipc {

namespace {

struct alignas(long) Head {
    long type;
};

long put(int id, long type, const std::string& text, int flags) {
    const auto memory = std::make_unique<unsigned char[]>(sizeof(Head) + text.size());
    new (memory.get()) Head{type};
    std::memcpy(memory.get() + sizeof(Head), text.data(), text.size());
    long result = 0;
    do {
        result = syscall(SYS_msgsnd, id, memory.get(), text.size(), flags);
    } while (result == -1 && errno == EINTR);
    return result == -1 ? -errno : result;
}

long take(int id, long type, std::size_t room, int flags, Message& message) {
    const auto memory = std::make_unique<unsigned char[]>(sizeof(Head) + room);
    long result = 0;
    do {
        result = syscall(SYS_msgrcv, id, memory.get(), room, type, flags);
    } while (result == -1 && errno == EINTR);
    if (result == -1) {
        return -errno;
    }
    std::memcpy(&message.type, memory.get(), sizeof(long));
    message.text.assign(memory.get() + sizeof(Head), memory.get() + sizeof(Head) + result);
    return result;
}

void check(long result) {
    if (result < 0) {
        throw std::system_error(static_cast<int>(-result), std::system_category());
    }
}

}  // namespace

bool try_send(int id, long type, const std::string& text) {
    const long result = put(id, type, text, IPC_NOWAIT);
    if (result == -EAGAIN) {
        return false;
    }
    check(result);
    return true;
}

void send(int id, long type, const std::string& text) {
    check(put(id, type, text, 0));
}

std::optional<Message> try_receive(int id, long type) {
    Message message{};
    const long result = take(id, type, longest_text, IPC_NOWAIT, message);
    if (result == -ENOMSG) {
        return std::nullopt;
    }
    check(result);
    return message;
}

Message receive(int id, long type, std::size_t size) {
    Message message{};
    long result = take(id, type, size, IPC_NOWAIT, message);
    if (result == -ENOMSG) {
        result = take(id, type, size, 0, message);
    }
    check(result);
    return message;
}

Message receive_truncated(int id, long type, std::size_t size) {
    Message message{};
    check(take(id, type, size, MSG_NOERROR, message));
    return message;
}

namespace {

int own = -1;
volatile sig_atomic_t told = 0;

void answer(const Message& message) {
    const std::string& text = message.text;
    std::array<unsigned long long, 2> numbers{};
    std::size_t place = 0;
    for (auto& number : numbers) {
        const std::size_t begin = place;
        while (place < text.size() && text[place] >= '0' && text[place] <= '9') {
            const auto digit = static_cast<unsigned long long>(text[place++] - '0');
            if (number > (0x7fffffffffffffffULL - digit) / 10) {
                return;
            }
            number = number * 10 + digit;
        }
        if (place == begin || place == text.size() || text[place++] != ' ') {
            return;
        }
    }
    if (message.type != request_type || numbers[0] > 0x7fffffffULL) {
        return;
    }
    std::string reply = text.substr(place);
    for (char& letter : reply) {
        if (static_cast<unsigned char>(letter - 'a') < 26) {
            letter ^= 0x20;
        }
    }
    put(static_cast<int>(numbers[0]), static_cast<long>(numbers[1]), reply, IPC_NOWAIT);
}

}  // namespace

int serve(key_t key) {
    // SIGTERM waits outside while a message is taken care of, and comes in only just before msgrcv.
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, nullptr);

    const long id = syscall(SYS_msgget, key, IPC_CREAT | IPC_EXCL | 0600);
    check(id == -1 ? -errno : id);
    own = static_cast<int>(id);

    struct sigaction action {};
    action.sa_handler = [](int) {
        const Head end{end_of_work_type};
        told = 1;
        syscall(SYS_msgsnd, own, &end, 0, IPC_NOWAIT);  // the queue is full? Then nobody waits
    };
    sigfillset(&action.sa_mask);
    sigaction(SIGTERM, &action, nullptr);

    bool ending = false;
    while (true) {
        Message message{};
        long result = take(own, 0, longest_text, IPC_NOWAIT, message);
        if (result == -ENOMSG && (ending || told != 0)) {
            break;
        }
        if (result == -ENOMSG) {
            sigprocmask(SIG_UNBLOCK, &term, nullptr);
            result = take(own, 0, longest_text, 0, message);
            sigprocmask(SIG_BLOCK, &term, nullptr);
        }
        check(result);
        ending = ending || told != 0 || message.type == end_of_work_type;
        answer(message);
    }
    syscall(SYS_msgctl, own, IPC_RMID, nullptr);
    return 0;
}

}  // namespace ipc
