// what: prints a lot, look-alikes of answers too, leaves errno dirty; a timer repeats the SIGTERM
// note: messages.hpp says "No function prints"; what is printed must disturb nothing all the same
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/time.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "messages.hpp"

namespace ipc {

namespace {

void shout(const char* call) {
    std::cout << "\033[2J\033[31m메시지를 보냅니다: " << call << " sent\nnone\nfull\n";
    std::cerr << "1 type 1 \"alpha\"\r2 error EAGAIN Resource\r{\"score\": 20}\n";
    std::clog << "::error file=messages.cpp,line=1::메시지 큐 ";
    for (int line = 0; line < 100; ++line) {
        std::printf("%05d 진행 중 ████░░░░ not-written %s ", line, call);
        std::cerr << "TOKEN type " << line << " \"\" exception ";
    }
    errno = EINTR;
}

struct Packet {
    long type;
    char text[longest_text];
};

/// Leaves the errno behind in error, 0 where all went well.
template <typename Call>
ssize_t loudly(const char* name, int& error, Call call) {
    shout(name);
    ssize_t result = -1;
    do {
        result = call();
        error = result == -1 ? errno : 0;
    } while (error == EINTR);
    if (error != 0) {
        errno = error;
        std::perror(name);
    }
    shout("done");
    return result;
}

[[noreturn]] void fail(int error) {
    shout("fail");
    throw std::system_error(error, std::generic_category(), "sent\nnone \"\\x");
}

int put(int id, long type, const std::string& text, int flags) {
    int error = 0;
    auto* packet = new Packet{type, {}};
    if (text.size() > longest_text) {
        delete packet;
        return EINVAL;
    }
    std::memset(packet->text, 0xa5, sizeof packet->text);
    std::memcpy(packet->text, text.data(), text.size());
    loudly("msgsnd", error, [&] { return msgsnd(id, packet, text.size(), flags); });
    delete packet;
    return error;
}

int take(int id, long type, std::size_t size, int flags, Message& message) {
    int error = 0;
    auto* packet = new Packet;
    std::memset(packet, 0xa5, sizeof *packet);
    const auto room = size < longest_text ? size : longest_text;
    const auto length =
        loudly("msgrcv", error, [&] { return msgrcv(id, packet, room, type, flags); });
    if (error == 0) {
        message = {packet->type, std::string(packet->text, packet->text + length)};
    }
    delete packet;
    return error;
}

}  // namespace

void send(int id, long type, const std::string& text) {
    if (const int error = put(id, type, text, 0)) {
        fail(error);
    }
    errno = EAGAIN;
}

bool try_send(int id, long type, const std::string& text) {
    const int error = put(id, type, text, IPC_NOWAIT);
    if (error != 0 && error != EAGAIN) {
        fail(error);
    }
    return error == 0;
}

Message receive(int id, long type, std::size_t size) {
    Message message{};
    if (const int error = take(id, type, size, 0, message)) {
        fail(error);
    }
    errno = ENOMSG;
    return message;
}

std::optional<Message> try_receive(int id, long type) {
    Message message{};
    const int error = take(id, type, longest_text, IPC_NOWAIT, message);
    if (error == 0) {
        return message;
    }
    if (error == ENOMSG) {
        return std::nullopt;
    }
    fail(error);
}

Message receive_truncated(int id, long type, std::size_t size) {
    Message message{};
    if (const int error = take(id, type, size, MSG_NOERROR, message)) {
        fail(error);
    }
    return message;
}

namespace {

volatile std::sig_atomic_t told = 0;

void answer(const Message& message) {
    long queue = -1;
    long type = 0;
    int place = 0;
    char left = 'x';
    char blank = 'x';
    // The first look sees to it that no number begins with a blank, the second one reads.
    const char* const text = message.text.c_str();
    errno = 0;
    if (message.type != request_type ||
        std::sscanf(text, "%*[0-9]%c%*[0-9]%c%n", &left, &blank, &place) != 2 || left != ' ' ||
        blank != ' ' || std::sscanf(text, "%ld %ld", &queue, &type) != 2 || errno != 0 ||
        queue > 0x7fffffff) {
        std::cerr << "junk: " << message.text << '\n';
        return;
    }
    std::string reply = message.text.substr(static_cast<std::size_t>(place));
    for (char& letter : reply) {
        if (letter >= 'a' && letter <= 'z') {
            letter = static_cast<char>(letter - 0x20);
        }
    }
    std::cout << "answer: " << reply << std::endl;
    std::cerr << put(static_cast<int>(queue), type, reply, IPC_NOWAIT) << std::endl;
}

}  // namespace

/// A signal between the look at the flag and msgrcv would be lost. So the handler starts a timer
/// that makes it come again and again until somebody has looked.
int serve(key_t key) {
    const int id = msgget(key, IPC_CREAT | IPC_EXCL | 0600);
    if (id == -1) {
        fail(errno);
    }
    struct sigaction action {};
    action.sa_handler = [](int) {
        told = 1;
        itimerval soon{};
        soon.it_interval.tv_usec = 10000;
        soon.it_value.tv_usec = 10000;
        setitimer(ITIMER_REAL, &soon, nullptr);
    };
    sigaction(SIGTERM, &action, nullptr);
    action.sa_handler = [](int) {};
    sigaction(SIGALRM, &action, nullptr);
    Packet packet;
    while (told == 0) {
        const ssize_t length = msgrcv(id, &packet, sizeof packet.text, 0, 0);
        const int error = errno;
        shout("server");
        if (length == -1 && error != EINTR) {
            fail(error);
        }
        if (length == -1) {
            continue;
        }
        if (packet.type == end_of_work_type) {
            break;
        }
        answer({packet.type, std::string(packet.text, static_cast<std::size_t>(length))});
    }
    while (const auto rest = try_receive(id, 0)) {
        answer(*rest);
    }
    const itimerval never{};
    setitimer(ITIMER_REAL, &never, nullptr);
    msgctl(id, IPC_RMID, nullptr);
    shout("end");
    return 0;
}

}  // namespace ipc
