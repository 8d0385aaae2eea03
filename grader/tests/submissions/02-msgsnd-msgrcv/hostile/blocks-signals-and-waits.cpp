// what: blocks every signal and waits for ever in msgrcv, again after every failure
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "messages.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    struct {
        long type;
        char text[8];
    } message{};
    while (true) {
        const int id = msgget(IPC_PRIVATE, 0600);
        msgrcv(id, &message, sizeof message.text, 0, 0);
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
