// Lab 2, msgsnd and msgrcv, solved. The notes for teachers stand beside it in README.md.
#include "messages.hpp"

#include <sys/ipc.h>
#include <sys/msg.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace ipc {

namespace {

[[noreturn]] void fail(int error, const char* call) {
    throw std::system_error(error, std::generic_category(), call);
}

/// Makes a call again for as long as a signal interrupts it: msgsnd and msgrcv are never restarted
/// by the kernel once a handler has run.
template <typename Call>
auto uninterrupted(Call call) {
    while (true) {
        const auto result = call();
        if (result != -1 || errno != EINTR) {
            return result;
        }
    }
}

/// What msgsnd and msgrcv want in memory: a long, and right behind it the text. A vector of bytes
/// has no padding that would be sent along.
class Buffer {
public:
    explicit Buffer(std::size_t text_size) : bytes_(sizeof(long) + text_size) {}

    Buffer(long type, const std::string& text) : Buffer(text.size()) {
        std::memcpy(bytes_.data(), &type, sizeof type);
        text.copy(bytes_.data() + sizeof type, text.size());
    }

    char* data() { return bytes_.data(); }

    [[nodiscard]] std::size_t text_size() const { return bytes_.size() - sizeof(long); }

    /// @param text_size  what msgrcv returned: only so much of the text is from the message.
    [[nodiscard]] Message message(std::size_t text_size) const {
        Message message{};
        std::memcpy(&message.type, bytes_.data(), sizeof message.type);
        message.text.assign(bytes_.data() + sizeof message.type, text_size);
        return message;
    }

private:
    std::vector<char> bytes_;
};

/// @return 0 or the errno, read before anything else can change it.
int send_with(int id, long type, const std::string& text, int flags) {
    Buffer buffer(type, text);
    const int result =
        uninterrupted([&] { return msgsnd(id, buffer.data(), buffer.text_size(), flags); });
    return result == -1 ? errno : 0;
}

/// @param error  becomes 0 or the errno.
std::optional<Message> receive_with(int id, long type, std::size_t size, int flags, int& error) {
    Buffer buffer(size);
    const ssize_t received =
        uninterrupted([&] { return msgrcv(id, buffer.data(), size, type, flags); });
    error = received == -1 ? errno : 0;
    if (received == -1) {
        return std::nullopt;
    }
    return buffer.message(static_cast<std::size_t>(received));
}

Message require(std::optional<Message> message, int error) {
    if (!message) {
        fail(error, "msgrcv");
    }
    return *std::move(message);
}

}  // namespace

void send(int id, long type, const std::string& text) {
    if (const int error = send_with(id, type, text, 0)) {
        fail(error, "msgsnd");
    }
}

bool try_send(int id, long type, const std::string& text) {
    const int error = send_with(id, type, text, IPC_NOWAIT);
    if (error != 0 && error != EAGAIN) {
        fail(error, "msgsnd");
    }
    return error == 0;
}

Message receive(int id, long type, std::size_t size) {
    int error = 0;
    auto message = receive_with(id, type, size, 0, error);
    return require(std::move(message), error);
}

std::optional<Message> try_receive(int id, long type) {
    int error = 0;
    auto message = receive_with(id, type, longest_text, IPC_NOWAIT, error);
    if (error == ENOMSG) {
        return std::nullopt;
    }
    return require(std::move(message), error);
}

Message receive_truncated(int id, long type, std::size_t size) {
    int error = 0;
    auto message = receive_with(id, type, size, MSG_NOERROR, error);
    return require(std::move(message), error);
}

// --- the server ------------------------------------------------------------------------------

namespace {

/// A queue that exists as long as this object: made here, and removed by the destructor, once.
class OwnQueue {
public:
    explicit OwnQueue(key_t key) : id_(msgget(key, IPC_CREAT | IPC_EXCL | 0600)) {
        if (id_ == -1) {
            fail(errno, "msgget");
        }
    }
    OwnQueue(const OwnQueue&) = delete;
    OwnQueue& operator=(const OwnQueue&) = delete;
    ~OwnQueue() { msgctl(id_, IPC_RMID, nullptr); }

    [[nodiscard]] int id() const { return id_; }

private:
    int id_;
};

volatile std::sig_atomic_t told_to_end = 0;
volatile std::sig_atomic_t own_queue = -1;

/// SIGTERM becomes a message. A flag alone would be too late if the signal came between the look at
/// the flag and msgrcv, which would then wait for ever. If the queue is full, msgrcv does not wait,
/// and the flag is enough.
void on_sigterm(int /*signal*/) {
    const int before = errno;
    told_to_end = 1;
    const long type = end_of_work_type;
    msgsnd(own_queue, &type, 0, IPC_NOWAIT);
    errno = before;
}

struct Request {
    int queue;
    long reply_type;
    std::string_view question;
};

/// Takes a decimal number and the blank behind it off the front of a text.
template <typename Number>
bool take_number(std::string_view& text, Number& number) {
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc{} || result.ptr == end || *result.ptr != ' ') {
        return false;
    }
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()) + 1);
    return true;
}

std::optional<Request> parse_request(std::string_view text) {
    Request request{};
    if (!take_number(text, request.queue) || !take_number(text, request.reply_type)) {
        return std::nullopt;
    }
    request.question = text;
    return request;
}

std::string capital(std::string_view question) {
    std::string answer(question);
    for (char& letter : answer) {
        if (letter >= 'a' && letter <= 'z') {
            letter = static_cast<char>(letter - 'a' + 'A');
        }
    }
    return answer;
}

void reply_to(const Message& message) {
    const auto request = message.type == request_type ? parse_request(message.text) : std::nullopt;
    if (!request) {
        return;
    }
    try {
        // Never waits: a client that does not fetch its replies is the client's own affair.
        try_send(request->queue, request->reply_type, capital(request->question));
    } catch (const std::system_error&) {
        // Its queue is gone, or not for us. There is nobody to tell.
    }
}

}  // namespace

int serve(key_t key) {
    struct sigaction action {};
    action.sa_handler = on_sigterm;
    sigaction(SIGTERM, &action, nullptr);

    const OwnQueue queue(key);
    own_queue = queue.id();
    while (told_to_end == 0) {
        const Message message = receive(queue.id(), 0);
        if (message.type == end_of_work_type) {
            break;
        }
        reply_to(message);
    }
    while (const auto message = try_receive(queue.id(), 0)) {
        reply_to(*message);
    }
    return 0;
}

}  // namespace ipc
