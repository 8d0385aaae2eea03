// what: the server waits in a msgrcv without room for E2BIG, and SIGTERM jumps out of it
// note: only a message without text is taken by that call; its type stands in static memory when
// the handler jumps
#include <setjmp.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "messages.hpp"

namespace ipc {

namespace {

[[noreturn]] void refuse(int error) {
    throw std::system_error(std::make_error_code(static_cast<std::errc>(error)));
}

int put(int id, long type, std::string text, int flags) {
    const std::size_t size = text.size();
    text.insert(0, sizeof type, '\0');
    std::memcpy(text.data(), &type, sizeof type);
    return msgsnd(id, text.data(), size, flags) == 0 ? 0 : errno;
}

int take(int id, std::size_t room, long type, int flags, Message& message) {
    message.text.assign(sizeof message.type + room, '?');
    const ssize_t size = msgrcv(id, message.text.data(), room, type, flags);
    if (size == -1) {
        return errno;
    }
    std::memcpy(&message.type, message.text.data(), sizeof message.type);
    message.text.erase(0, sizeof message.type);
    message.text.resize(static_cast<std::size_t>(size));
    return 0;
}

}  // namespace

void send(int id, long type, const std::string& text) {
    switch (const int error = put(id, type, text, 0)) {
        case 0:
            return;
        case EINTR:
            return send(id, type, text);
        default:
            refuse(error);
    }
}

bool try_send(int id, long type, const std::string& text) {
    switch (const int error = put(id, type, text, IPC_NOWAIT)) {
        case 0:
            return true;
        case EAGAIN:
            return false;
        case EINTR:
            return try_send(id, type, text);
        default:
            refuse(error);
    }
}

Message receive(int id, long type, std::size_t size) {
    Message message{};
    int error = EINTR;
    while (error == EINTR) {
        error = take(id, size, type, 0, message);
    }
    return error == 0 ? message : (refuse(error), message);
}

std::optional<Message> try_receive(int id, long type) {
    Message message{};
    int error = EINTR;
    while (error == EINTR) {
        error = take(id, longest_text, type, IPC_NOWAIT, message);
    }
    if (error != 0 && error != ENOMSG) {
        refuse(error);
    }
    return error == 0 ? std::optional(message) : std::nullopt;
}

Message receive_truncated(int id, long type, std::size_t size) {
    Message message{};
    int error = EINTR;
    while (error == EINTR) {
        error = take(id, size, type, MSG_NOERROR, message);
    }
    return error == 0 ? message : (refuse(error), message);
}

namespace {

sigjmp_buf out_of_the_wait;
volatile long empty_message[2];

/// SIGTERM is let in only here.
/// @return whether it came.
bool sigterm_came_before_a_message(int id) {
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    if (sigsetjmp(out_of_the_wait, 1) != 0) {
        return true;
    }
    sigprocmask(SIG_UNBLOCK, &term, nullptr);
    msgrcv(id, const_cast<long*>(empty_message), 0, 0, 0);
    sigprocmask(SIG_BLOCK, &term, nullptr);
    return false;
}

bool digits(const std::string& text, std::size_t from, std::size_t to) {
    return from < to && text.find_first_not_of("0123456789", from) == to;
}

void answer(const Message& message) {
    const std::string& text = message.text;
    const auto first = text.find(' ');
    const auto second = first == text.npos ? first : text.find(' ', first + 1);
    if (message.type != request_type || second == text.npos || !digits(text, 0, first) ||
        !digits(text, first + 1, second)) {
        return;
    }
    errno = 0;
    const long queue = std::strtol(text.c_str(), nullptr, 10);
    const long type = std::strtol(text.c_str() + first, nullptr, 10);
    if (errno != 0 || queue != static_cast<int>(queue)) {
        return;
    }
    std::string reply = text.substr(second + 1);
    for (auto& letter : reply) {
        letter = static_cast<char>('a' <= letter && letter <= 'z' ? letter & ~0x20 : letter);
    }
    put(static_cast<int>(queue), type, reply, IPC_NOWAIT);
}

}  // namespace

int serve(key_t key) {
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, nullptr);
    struct sigaction action {};
    action.sa_handler = [](int) { siglongjmp(out_of_the_wait, 1); };
    sigaction(SIGTERM, &action, nullptr);

    const int id = msgget(key, IPC_CREAT | IPC_EXCL | 0600);
    if (id == -1) {
        refuse(errno);
    }
    bool told = false;
    while (!told) {
        empty_message[0] = 0;
        told = sigterm_came_before_a_message(id) || empty_message[0] == end_of_work_type;
        while (const auto message = try_receive(id, 0)) {
            told = told || message->type == end_of_work_type;
            answer(*message);
        }
    }
    msgctl(id, IPC_RMID, nullptr);
    return 0;
}

}  // namespace ipc
