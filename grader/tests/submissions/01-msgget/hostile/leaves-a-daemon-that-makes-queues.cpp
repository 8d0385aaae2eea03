// what: leaves a daemon that makes queues and shared memory while later checks run
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

#include <ctime>

#include "not_written.hpp"
#include "queue.hpp"

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
    for (int round = 0; round < 100; ++round) {
        msgget(IPC_PRIVATE, 0600);
        shmget(IPC_PRIVATE, 4096, 0600);
        const timespec nap{0, 50'000'000};
        nanosleep(&nap, nullptr);
    }
    while (true) {
        pause();
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
