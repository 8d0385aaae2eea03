// what: every call is made by a thread of its own that is joined; any thread may take the signals
#include <sys/ipc.h>
#include <sys/msg.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <future>
#include <thread>

#include "messages.hpp"

namespace ipc {

namespace {

template <typename Call>
auto in_a_thread(Call call) {
    std::promise<decltype(call())> promise;
    std::thread thread([&] {
        try {
            promise.set_value(call());
        } catch (...) {
            promise.set_exception(std::current_exception());
        }
    });
    thread.join();
    return promise.get_future().get();
}

template <typename Call>
ssize_t in_spite_of_signals(const char* name, Call call) {
    ssize_t result = -1;
    while ((result = call()) == -1) {
        if (errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), name);
        }
    }
    return result;
}

bool put(int id, long type, const std::string& text, int flags) {
    return in_a_thread([&] {
        std::string packet(reinterpret_cast<const char*>(&type), sizeof type);
        packet += text;
        in_spite_of_signals("msgsnd",
                            [&] { return msgsnd(id, packet.data(), text.size(), flags); });
        return true;
    });
}

Message take(int id, long type, std::size_t size, int flags) {
    return in_a_thread([&] {
        std::string packet(sizeof(long) + size, '\0');
        const auto length = in_spite_of_signals(
            "msgrcv", [&] { return msgrcv(id, packet.data(), size, type, flags); });
        Message message{};
        std::memcpy(&message.type, packet.data(), sizeof message.type);
        message.text = packet.substr(sizeof(long), static_cast<std::size_t>(length));
        return message;
    });
}

}  // namespace

void send(int id, long type, const std::string& text) {
    put(id, type, text, 0);
}

bool try_send(int id, long type, const std::string& text) {
    try {
        return put(id, type, text, IPC_NOWAIT);
    } catch (const std::system_error& refused) {
        if (refused.code().value() == EAGAIN) {
            return false;
        }
        throw;
    }
}

Message receive(int id, long type, std::size_t size) {
    return take(id, type, size, 0);
}

std::optional<Message> try_receive(int id, long type) {
    try {
        return take(id, type, longest_text, IPC_NOWAIT);
    } catch (const std::system_error& refused) {
        if (refused.code().value() == ENOMSG) {
            return std::nullopt;
        }
        throw;
    }
}

Message receive_truncated(int id, long type, std::size_t size) {
    return take(id, type, size, MSG_NOERROR);
}

namespace {

std::atomic<int> own{-1};
std::atomic<bool> told{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

extern "C" void on_sigterm(int) {
    const int saved = errno;
    const long type = end_of_work_type;
    told = true;
    msgsnd(own, &type, 0, IPC_NOWAIT);
    errno = saved;
}

void answer(const Message& message) {
    const char* const end = message.text.data() + message.text.size();
    int queue = 0;
    long type = 0;
    const auto first = std::from_chars(message.text.data(), end, queue);
    if (message.type != request_type || first.ec != std::errc() || first.ptr == end ||
        *first.ptr != ' ') {
        return;
    }
    const auto second = std::from_chars(first.ptr + 1, end, type);
    if (second.ec != std::errc() || second.ptr == end || *second.ptr != ' ') {
        return;
    }
    std::string reply(second.ptr + 1, end);
    for (char& letter : reply) {
        letter = letter < 'a' || letter > 'z' ? letter : static_cast<char>(letter - 32);
    }
    try {
        try_send(queue, type, reply);
    } catch (const std::system_error&) {
        return;
    }
}

}  // namespace

int serve(key_t key) {
    own = msgget(key, IPC_CREAT | IPC_EXCL | 0600);
    if (own == -1) {
        throw std::system_error(errno, std::generic_category(), "msgget");
    }
    struct sigaction action {};
    action.sa_handler = on_sigterm;
    sigaction(SIGTERM, &action, nullptr);
    while (!told) {
        const auto message = receive(own, 0);
        told = told || message.type == end_of_work_type;
        answer(message);
    }
    for (auto message = try_receive(own, 0); message; message = try_receive(own, 0)) {
        answer(*message);
    }
    msgctl(own, IPC_RMID, nullptr);
    return 0;
}

}  // namespace ipc
