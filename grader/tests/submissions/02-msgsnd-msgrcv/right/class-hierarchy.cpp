// what: packets, operations with virtual functions, exceptions of its own, RAII, a server class
#include <sys/ipc.h>
#include <sys/msg.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <new>
#include <sstream>

#include "messages.hpp"

namespace ipc {

namespace {

class QueueError : public std::system_error {
public:
    QueueError() : std::system_error(errno, std::system_category(), "message queue") {}
};
class WouldWait : public QueueError {};
class Removed : public QueueError {};

[[noreturn]] void throw_what_fits() {
    switch (errno) {
        case EAGAIN:
        case ENOMSG:
            throw WouldWait();
        case EIDRM:
            throw Removed();
        default:
            throw QueueError();
    }
}

/// Memory of exactly the size that is needed, with the text right behind the type.
class Packet {
public:
    explicit Packet(std::size_t room)
        : memory_(static_cast<char*>(::operator new(sizeof(long) + room))), room_(room) {
        *reinterpret_cast<long*>(memory_) = 0;
    }
    explicit Packet(const Message& message) : Packet(message.text.size()) {
        *reinterpret_cast<long*>(memory_) = message.type;
        message.text.copy(memory_ + sizeof(long), room_);
    }
    Packet(const Packet&) = delete;
    Packet& operator=(const Packet&) = delete;
    ~Packet() { ::operator delete(memory_); }

    void* memory() { return memory_; }
    std::size_t room() const { return room_; }
    Message read(std::size_t length) const {
        return {*reinterpret_cast<const long*>(memory_), {memory_ + sizeof(long), length}};
    }

private:
    char* memory_;
    std::size_t room_;
};

class Operation {
public:
    Operation(int id, int flags) : id_(id), flags_(flags) {}
    virtual ~Operation() = default;

    std::size_t perform() {
        ssize_t result = -1;
        while ((result = once()) == -1 && errno == EINTR) {
        }
        if (result == -1) {
            throw_what_fits();
        }
        return static_cast<std::size_t>(result);
    }

protected:
    virtual ssize_t once() = 0;
    int id() const { return id_; }
    int flags() const { return flags_; }

private:
    int id_;
    int flags_;
};

class Sending final : public Operation {
public:
    Sending(int id, const Message& message, int flags = 0)
        : Operation(id, flags), packet_(message) {}

private:
    ssize_t once() override { return msgsnd(id(), packet_.memory(), packet_.room(), flags()); }
    Packet packet_;
};

class Receiving final : public Operation {
public:
    Receiving(int id, long type, std::size_t size, int flags = 0)
        : Operation(id, flags), packet_(size), type_(type) {}
    Message message() { return packet_.read(perform()); }

private:
    ssize_t once() override {
        return msgrcv(id(), packet_.memory(), packet_.room(), type_, flags());
    }
    Packet packet_;
    long type_;
};

}  // namespace

void send(int id, long type, const std::string& text) {
    Sending(id, {type, text}).perform();
}

bool try_send(int id, long type, const std::string& text) try {
    return Sending(id, {type, text}, IPC_NOWAIT).perform() == 0;
} catch (const WouldWait&) {
    return false;
}

Message receive(int id, long type, std::size_t size) {
    return Receiving(id, type, size).message();
}

std::optional<Message> try_receive(int id, long type) try {
    return Receiving(id, type, longest_text, IPC_NOWAIT).message();
} catch (const WouldWait&) {
    return std::nullopt;
}

Message receive_truncated(int id, long type, std::size_t size) {
    return Receiving(id, type, size, MSG_NOERROR).message();
}

namespace {

class Server;
Server* the_server = nullptr;

class Server {
public:
    explicit Server(key_t key) : id_(msgget(key, IPC_CREAT | IPC_EXCL | S)) {
        if (id_ == -1) {
            throw_what_fits();
        }
        the_server = this;
        struct sigaction action {};
        action.sa_handler = [](int) { the_server->stop(); };
        sigaction(SIGTERM, &action, &before_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    virtual ~Server() {
        struct sigaction ignore {};
        ignore.sa_handler = SIG_IGN;
        sigaction(SIGTERM, &ignore, nullptr);
        the_server = nullptr;
        msgctl(id_, IPC_RMID, nullptr);
    }

    void run() {
        while (!told_) {
            const Message message = receive(id_, 0);
            told_ = told_ || message.type == end_of_work_type;
            take(message);
        }
        while (const auto message = try_receive(id_, 0)) {
            take(*message);
        }
    }

protected:
    virtual std::string reply(std::string question) const = 0;

private:
    static constexpr int S = 0600;

    void stop() {
        const int saved = errno;
        told_ = 1;
        const std::array<long, 1> end{end_of_work_type};
        msgsnd(id_, end.data(), 0, IPC_NOWAIT);
        errno = saved;
    }

    void take(const Message& message) const {
        if (message.type != request_type) {
            return;
        }
        std::istringstream words(message.text);
        int queue = -1;
        long type = 0;
        words >> std::noskipws;
        if (!(words >> queue) || words.get() != ' ' || !(words >> type) || words.get() != ' ') {
            return;
        }
        const auto place = static_cast<std::size_t>(words.tellg());
        try {
            try_send(queue, type, reply(message.text.substr(place)));
        } catch (const QueueError&) {
        }
    }

    int id_;
    volatile std::sig_atomic_t told_ = 0;
    struct sigaction before_ {};
};

class Shouting final : public Server {
public:
    using Server::Server;

private:
    std::string reply(std::string question) const override {
        for (auto place = question.begin(); place != question.end(); ++place) {
            *place = static_cast<char>(*place - ('a' - 'A') * (*place >= 'a' && *place <= 'z'));
        }
        return question;
    }
};

}  // namespace

int serve(key_t key) {
    const std::unique_ptr<Server> server = std::make_unique<Shouting>(key);
    server->run();
    return 0;
}

}  // namespace ipc
