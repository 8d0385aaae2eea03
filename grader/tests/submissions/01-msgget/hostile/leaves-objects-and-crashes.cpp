// what: leaves 200 queues, segments and semaphore sets without a key and crashes
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    for (int round = 0; round < 200; ++round) {
        msgget(IPC_PRIVATE, 0);
        shmget(IPC_PRIVATE, 4096, 0);
        semget(IPC_PRIVATE, 1, 0);
    }
    raise(SIGSEGV);
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
