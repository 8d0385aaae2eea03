// what: templates over vectors and spans, std::variant of value and error; a table of handlers
#include <sys/ipc.h>
#include <sys/msg.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <variant>

#include "messages.hpp"

namespace ipc {

namespace {

template <typename Value>
using Outcome = std::variant<Value, std::error_code>;

template <typename Value>
Value value_or_throw(Outcome<Value>&& outcome) {
    if (const auto* error = std::get_if<std::error_code>(&outcome)) {
        throw std::system_error(*error);
    }
    return std::get<Value>(std::move(outcome));
}

template <auto Call, typename... Arguments>
auto keep_on(Arguments... arguments) -> Outcome<decltype(Call(arguments...))> {
    for (;;) {
        if (const auto result = Call(arguments...); result != -1) {
            return result;
        } else if (const std::error_code error(errno, std::system_category());
                   error != std::errc::interrupted) {
            return error;
        }
    }
}

template <typename Byte = std::byte>
class Letter {
public:
    explicit Letter(std::size_t room) : memory_((room + 2 * sizeof(long) - 1) / sizeof(long)) {}

    long& type() { return memory_.front(); }

    std::span<Byte> text() {
        return {reinterpret_cast<Byte*>(memory_.data() + 1), (memory_.size() - 1) * sizeof(long)};
    }

    void* raw() { return memory_.data(); }

private:
    std::vector<long> memory_;  // aligned for a long
};

template <int Flags>
Outcome<int> put(int id, long type, const std::string& text) {
    Letter<char> letter(text.size());
    letter.type() = type;
    std::copy(text.begin(), text.end(), letter.text().begin());
    return keep_on<msgsnd>(id, static_cast<const void*>(letter.raw()), text.size(), Flags);
}

template <int Flags>
Outcome<Message> take(int id, long type, std::size_t room) {
    Letter<char> letter(room);
    auto got = keep_on<msgrcv>(id, letter.raw(), room, type, Flags);
    if (const auto* error = std::get_if<std::error_code>(&got)) {
        return *error;
    }
    const auto text = letter.text().first(static_cast<std::size_t>(std::get<ssize_t>(got)));
    return Message{letter.type(), {text.begin(), text.end()}};
}

}  // namespace

void send(int id, long type, const std::string& text) {
    value_or_throw(put<0>(id, type, text));
}

bool try_send(int id, long type, const std::string& text) {
    auto outcome = put<IPC_NOWAIT>(id, type, text);
    const auto* error = std::get_if<std::error_code>(&outcome);
    if (error != nullptr && *error == std::errc::resource_unavailable_try_again) {
        return false;
    }
    value_or_throw(std::move(outcome));
    return true;
}

Message receive(int id, long type, std::size_t size) {
    return value_or_throw(take<0>(id, type, size));
}

std::optional<Message> try_receive(int id, long type) {
    auto outcome = take<IPC_NOWAIT>(id, type, longest_text);
    const auto* error = std::get_if<std::error_code>(&outcome);
    if (error != nullptr && *error == std::errc::no_message) {
        return std::nullopt;
    }
    return value_or_throw(std::move(outcome));
}

Message receive_truncated(int id, long type, std::size_t size) {
    return value_or_throw(take<MSG_NOERROR>(id, type, size));
}

namespace {

volatile std::sig_atomic_t here = -1;
volatile std::sig_atomic_t enough = 0;

template <typename Number>
std::optional<Number> number(std::string_view& rest) {
    Number result{};
    const auto word = rest.substr(0, rest.find(' '));
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), result);
    if (word.size() == rest.size() || error != std::errc{} || end != word.data() + word.size()) {
        return std::nullopt;
    }
    rest.remove_prefix(word.size() + 1);
    return result;
}

void answer(const std::string& text) {
    std::string_view rest = text;
    const auto queue = number<int>(rest);
    const auto type = queue ? number<long>(rest) : std::nullopt;
    if (type) {
        std::string reply(rest);
        std::transform(reply.begin(), reply.end(), reply.begin(), [](char letter) {
            constexpr std::string_view small = "abcdefghijklmnopqrstuvwxyz";
            constexpr std::string_view large = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
            const auto place = small.find(letter);
            return place == small.npos ? letter : large[place];
        });
        put<IPC_NOWAIT>(*queue, *type, reply);
    }
}

}  // namespace

int serve(key_t key) {
    const int id = value_or_throw(keep_on<msgget>(key, IPC_CREAT | IPC_EXCL | 0600));
    const auto remove = [](const int* queue) { msgctl(*queue, IPC_RMID, nullptr); };
    const std::unique_ptr<const int, decltype(remove)> guard(&id, remove);
    here = id;
    std::signal(SIGTERM, [](int) {
        const int saved = errno;
        enough = 1;
        const long end[1] = {end_of_work_type};
        msgsnd(here, end, 0, IPC_NOWAIT);
        errno = saved;
    });
    const std::map<long, std::function<void(const std::string&)>> handlers{
        {request_type, answer},
        {end_of_work_type, [](const std::string&) { enough = 1; }},
    };
    for (std::optional<Message> message; true;) {
        message = enough != 0 ? try_receive(id, 0) : receive(id, 0);
        if (!message) {
            return 0;
        }
        if (const auto handler = handlers.find(message->type); handler != handlers.end()) {
            handler->second(message->text);
        }
    }
}

}  // namespace ipc
