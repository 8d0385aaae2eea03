// what: marks a segment as removed while a daemon stays attached to it
#include <signal.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    const int id = shmget(IPC_PRIVATE, 1 << 20, 0600);
    shmat(id, nullptr, 0);
    if (fork() == 0) {
        setsid();
        signal(SIGTERM, SIG_IGN);
        shmctl(id, IPC_RMID, nullptr);
        while (true) {
            pause();
        }
    }
}

const bool attacked = (attack(), true);

}  // namespace

namespace ipc {

key_t make_key(const std::string&, int) {
    throw shell::NotWritten("make_key");
}

int create(key_t, mode_t) {
    throw shell::NotWritten("create");
}

int open(key_t) {
    throw shell::NotWritten("open");
}

Opened open_or_create(key_t, mode_t) {
    throw shell::NotWritten("open_or_create");
}

int create_private(mode_t) {
    throw shell::NotWritten("create_private");
}

void remove(int) {
    throw shell::NotWritten("remove");
}

}  // namespace ipc
