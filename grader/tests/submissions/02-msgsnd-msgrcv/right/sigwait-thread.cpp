// what: a thread sigwaits and turns SIGTERM into a message; receive_truncated cuts by itself
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <thread>

#include "messages.hpp"

namespace ipc {

namespace {

struct Packet {
    long type = 0;
    std::array<char, 2 * longest_text> text;
};

[[noreturn]] void fail() {
    throw std::system_error(errno, std::generic_category());
}

bool put(int id, long type, const std::string& text, int flags, int unless) {
    Packet packet;
    packet.type = type;
    if (text.size() > packet.text.size()) {
        throw std::system_error(EINVAL, std::generic_category());
    }
    std::copy(text.begin(), text.end(), packet.text.begin());
    while (msgsnd(id, &packet, text.size(), flags) == -1) {
        if (errno == unless) {
            return false;
        }
        if (errno != EINTR) {
            fail();
        }
    }
    return true;
}

std::optional<Message> take(int id, long type, std::size_t size, int flags, int unless) {
    Packet packet;
    while (true) {
        const auto length = msgrcv(id, &packet, std::min(size, packet.text.size()), type, flags);
        if (length != -1) {
            return Message{packet.type, {packet.text.data(), static_cast<std::size_t>(length)}};
        }
        if (errno == unless) {
            return std::nullopt;
        }
        if (errno != EINTR) {
            fail();
        }
    }
}

}  // namespace

void send(int id, long type, const std::string& text) {
    put(id, type, text, 0, 0);
}

bool try_send(int id, long type, const std::string& text) {
    return put(id, type, text, IPC_NOWAIT, EAGAIN);
}

Message receive(int id, long type, std::size_t size) {
    return take(id, type, size, 0, 0).value();
}

std::optional<Message> try_receive(int id, long type) {
    return take(id, type, longest_text, IPC_NOWAIT, ENOMSG);
}

Message receive_truncated(int id, long type, std::size_t size) {
    auto whole = take(id, type, 2 * longest_text, 0, 0).value();
    whole.text.resize(std::min(whole.text.size(), size));
    return whole;
}

namespace {

/// Sends the end-of-work message when SIGTERM comes. It may wait in msgsnd where the queue is full:
/// then the server is at work and makes room.
class Waiter {
public:
    explicit Waiter(int id)
        : thread_([this, id] {
              sigset_t term;
              sigemptyset(&term);
              sigaddset(&term, SIGTERM);
              int number = 0;
              sigwait(&term, &number);
              if (!over_) {
                  try {
                      send(id, end_of_work_type, "SIGTERM");
                  } catch (const std::system_error&) {
                      // The server has ended meanwhile for another reason.
                  }
              }
          }) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
        over_ = true;
        pthread_kill(thread_.native_handle(), SIGTERM);
        thread_.join();
    }

private:
    std::atomic<bool> over_{false};
    std::thread thread_;
};

void answer(const Message& message) {
    if (message.type != request_type) {
        return;
    }
    const auto first = message.text.find(' ');
    const auto second = first == std::string::npos ? first : message.text.find(' ', first + 1);
    if (second == std::string::npos) {
        return;
    }
    int queue = 0;
    long type = 0;
    const char* const text = message.text.data();
    const auto one = std::from_chars(text, text + first, queue);
    const auto two = std::from_chars(text + first + 1, text + second, type);
    if (one.ec != std::errc() || one.ptr != text + first || two.ec != std::errc() ||
        two.ptr != text + second) {
        return;
    }
    std::string reply = message.text.substr(second + 1);
    for (char small = 'a'; small <= 'z'; ++small) {
        std::replace(reply.begin(), reply.end(), small, static_cast<char>(small - 'a' + 'A'));
    }
    try {
        try_send(queue, type, reply);
    } catch (const std::system_error&) {
    }
}

}  // namespace

int serve(key_t key) {
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, nullptr);
    const int id = msgget(key, IPC_CREAT | IPC_EXCL | 0600);
    if (id == -1) {
        fail();
    }
    {
        const Waiter waiter(id);
        while (true) {
            const auto message = receive(id, 0);
            if (message.type == end_of_work_type) {
                break;
            }
            answer(message);
        }
        while (const auto message = try_receive(id, 0)) {
            answer(*message);
        }
        msgctl(id, IPC_RMID, nullptr);
    }
    return 0;
}

}  // namespace ipc
