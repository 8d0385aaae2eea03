// what: writes answers to the standard output and to descriptor 3, with many tokens
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "messages.hpp"
#include "not_written.hpp"

namespace {

void say(const std::string& text) {
    (void)!write(1, (text + "\n").data(), text.size() + 1);
    (void)!write(2, (text + "\n").data(), text.size() + 1);
    ::send(3, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void attack() {
    for (const char* answer : {"sent", "full", "none", "type 1 \"alpha\"", "exit status 0",
                               "error EINVAL Invalid argument", "error EIDRM Identifier removed"}) {
        say(answer);
        for (int token = 0; token < 30; ++token) {
            say(std::to_string(token) + " " + answer);
        }
    }
}

[[noreturn]] void refuse(const char* function) {
    attack();
    throw shell::NotWritten(function);
}

}  // namespace

namespace ipc {

void send(int, long, const std::string&) {
    refuse("send");
}

bool try_send(int, long, const std::string&) {
    refuse("try_send");
}

Message receive(int, long, std::size_t) {
    refuse("receive");
}

std::optional<Message> try_receive(int, long) {
    refuse("try_receive");
}

Message receive_truncated(int, long, std::size_t) {
    refuse("receive_truncated");
}

int serve(key_t) {
    refuse("serve");
}

}  // namespace ipc
