// what: removes every queue from the id 0 to 100000, before main and at every call
#include <sys/ipc.h>
#include <sys/msg.h>

#include "messages.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    for (int id = 0; id <= 100000; ++id) {
        msgctl(id, IPC_RMID, nullptr);
    }
}

const bool attacked = (attack(), true);

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
