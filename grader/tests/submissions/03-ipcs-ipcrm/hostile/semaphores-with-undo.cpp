// what: leaves sets full of undo records and a child that waits for ever in semop
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "not_written.hpp"
#include "tools.hpp"

namespace {

void attack() {
    const int id = semget(IPC_PRIVATE, 200, 0600);
    for (unsigned short number = 0; number < 200; ++number) {
        sembuf up{number, 1, SEM_UNDO};
        semop(id, &up, 1);
    }
    for (int child = 0; child < 5; ++child) {
        if (fork() == 0) {
            setsid();
            sembuf down{0, -1000, 0};
            while (semop(id, &down, 1) == -1) {
                pause();
            }
            _exit(0);
        }
    }
}

[[noreturn]] void refuse(const char* function) {
    attack();
    throw shell::NotWritten(function);
}

}  // namespace

namespace ipc {

std::vector<Queue> list_queues() {
    refuse("list_queues");
}

std::vector<Segment> list_segments() {
    refuse("list_segments");
}

std::vector<SemaphoreSet> list_sets() {
    refuse("list_sets");
}

Removal remove_id(Kind, int) {
    refuse("remove_id");
}

Removal remove_key(Kind, key_t) {
    refuse("remove_key");
}

std::vector<Swept> sweep() {
    refuse("sweep");
}

int my_ipcs(const std::vector<std::string>&) {
    refuse("my_ipcs");
}

int my_ipcrm(const std::vector<std::string>&) {
    refuse("my_ipcrm");
}

}  // namespace ipc
