// what: makes five thousand objects of each kind and crashes
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "not_written.hpp"
#include "tools.hpp"

namespace {

void attack() {
    for (int number = 0; number < 5000; ++number) {
        msgget(IPC_PRIVATE, 0600);
        shmget(IPC_PRIVATE, 100, 0600);
        semget(IPC_PRIVATE, 3, 0600);
    }
    __builtin_trap();
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
