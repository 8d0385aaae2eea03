// what: room for 256 bytes that doubles on E2BIG; the server forks a worker a reply and waits
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "messages.hpp"

namespace ipc {

namespace {

struct Packet {
    long type;
    char text[1];  // and as many as are allocated
};

class Room {
public:
    explicit Room(std::size_t size) : packet_(nullptr) { grow(size); }
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;
    ~Room() { std::free(packet_); }
    void grow(std::size_t size) {
        void* bigger = std::realloc(packet_, offsetof(Packet, text) + size);
        if (bigger == nullptr) {
            throw std::bad_alloc();
        }
        packet_ = static_cast<Packet*>(bigger);
    }
    Packet* operator->() { return packet_; }
    Packet* get() { return packet_; }

private:
    Packet* packet_;
};

[[noreturn]] void fail(int error) {
    throw std::system_error(error, std::system_category(), "lab 2");
}

int put(int id, long type, const std::string& text, int flags) {
    Room room(text.size());
    room->type = type;
    std::memcpy(room.get()->text, text.data(), text.size());
    while (msgsnd(id, room.get(), text.size(), flags) != 0) {
        if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int take(int id, long type, std::size_t most, int flags, Message& message) {
    std::size_t size = most < 256 ? most : 256;
    Room room(size);
    while (true) {
        const ssize_t length = msgrcv(id, room.get(), size, type, flags);
        if (length >= 0) {
            message.type = room->type;
            message.text.assign(room.get()->text, static_cast<std::size_t>(length));
            return 0;
        }
        const int error = errno;
        if (error == E2BIG && size < most) {
            size = size * 2 < most ? size * 2 : most;
            room.grow(size);
        } else if (error != EINTR) {
            return error;
        }
    }
}

}  // namespace

void send(int id, long type, const std::string& text) {
    if (const int error = put(id, type, text, 0); error != 0) {
        fail(error);
    }
}

bool try_send(int id, long type, const std::string& text) {
    switch (const int error = put(id, type, text, IPC_NOWAIT)) {
        case 0:
            return true;
        case EAGAIN:
            return false;
        default:
            fail(error);
    }
}

Message receive(int id, long type, std::size_t size) {
    Message message{};
    if (const int error = take(id, type, size, 0, message); error != 0) {
        fail(error);
    }
    return message;
}

std::optional<Message> try_receive(int id, long type) {
    Message message{};
    switch (const int error = take(id, type, longest_text, IPC_NOWAIT, message)) {
        case 0:
            return message;
        case ENOMSG:
            return {};
        default:
            fail(error);
    }
}

Message receive_truncated(int id, long type, std::size_t size) {
    Room room(size);
    while (true) {
        const ssize_t length = msgrcv(id, room.get(), size, type, MSG_NOERROR);
        if (length >= 0) {
            return {room->type, std::string(room.get()->text, static_cast<std::size_t>(length))};
        }
        if (errno != EINTR) {
            fail(errno);
        }
    }
}

namespace {

volatile sig_atomic_t told = 0;
volatile sig_atomic_t queue_of_server = -1;

void work(const Message& message) {
    char* rest = nullptr;
    const char* text = message.text.c_str();
    errno = 0;
    const long queue = std::strtol(text, &rest, 10);
    if (rest == text || *rest != ' ' || errno != 0 || queue != static_cast<int>(queue)) {
        return;
    }
    text = rest + 1;
    if (std::strchr("-0123456789", *text) == nullptr ||
        std::strchr("-0123456789", message.text.front()) == nullptr) {
        return;
    }
    const long type = std::strtol(text, &rest, 10);
    if (rest == text || *rest != ' ' || errno != 0) {
        return;
    }
    std::string reply =
        message.text.substr(static_cast<std::size_t>(rest + 1 - message.text.c_str()));
    for (std::size_t place = 0; place < reply.size(); ++place) {
        if (std::strchr("abcdefghijklmnopqrstuvwxyz", reply[place]) != nullptr && reply[place]) {
            reply[place] = static_cast<char>(reply[place] - 'a' + 'A');
        }
    }
    put(static_cast<int>(queue), type, reply, IPC_NOWAIT);
}

/// One worker at a time. What happens in it happens to it alone.
void hand_to_a_worker(const Message& message) {
    if (message.type != request_type) {
        return;
    }
    const pid_t worker = fork();
    if (worker == -1) {
        work(message);
    }
    if (worker == 0) {
        std::signal(SIGTERM, SIG_IGN);
        work(message);
        _exit(0);
    }
    while (worker > 0 && waitpid(worker, nullptr, 0) == -1 && errno == EINTR) {
    }
}

}  // namespace

int serve(key_t key) {
    const int id = msgget(key, 0600 | IPC_CREAT | IPC_EXCL);
    if (id < 0) {
        fail(errno);
    }
    queue_of_server = id;
    struct sigaction action;
    std::memset(&action, 0, sizeof action);
    action.sa_handler = [](int) {
        const int saved = errno;
        long end = end_of_work_type;
        told = 1;
        msgsnd(queue_of_server, &end, 0, IPC_NOWAIT);
        errno = saved;
    };
    sigaction(SIGTERM, &action, nullptr);
    Message message{};
    int error = 0;
    while (!told && error == 0) {
        error = take(id, 0, longest_text, 0, message);
        if (error == 0 && message.type == end_of_work_type) {
            break;
        }
        if (error == 0) {
            hand_to_a_worker(message);
        }
    }
    while (error == 0 && take(id, 0, longest_text, IPC_NOWAIT, message) == 0) {
        hand_to_a_worker(message);
    }
    if (msgctl(id, IPC_RMID, nullptr) == -1 || error != 0) {
        fail(error != 0 ? error : errno);
    }
    return 0;
}

}  // namespace ipc
