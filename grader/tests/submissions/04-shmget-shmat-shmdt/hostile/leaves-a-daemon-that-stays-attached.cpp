// what: leaves daemons that keep every segment attached, and mark them for removal
#include <signal.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void stay() {
    setsid();
    if (fork() != 0) {
        _exit(0);
    }
    for (int number = 1; number < NSIG; ++number) {
        signal(number, SIG_IGN);
    }
    prctl(PR_SET_PDEATHSIG, 0);
    close_range(0, ~0U, 0);
    for (int id = 0; id < 64; ++id) {
        shmat(id, nullptr, 0);
    }
    for (int number = 0; number < 8; ++number) {
        const int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
        shmat(id, nullptr, 0);
        shmctl(id, IPC_RMID, nullptr);
    }
    while (true) {
        pause();
    }
}

void attack() {
    for (int daemon = 0; daemon < 3; ++daemon) {
        if (fork() == 0) {
            stay();
        }
    }
}

[[noreturn]] void refuse(const char* function) {
    attack();
    throw shell::NotWritten(function);
}

}  // namespace

namespace ipc {

int create(key_t, std::size_t, mode_t) {
    refuse("create");
}

int open(key_t, std::size_t) {
    refuse("open");
}

void* attach(int) {
    refuse("attach");
}

const void* attach_readonly(int) {
    refuse("attach_readonly");
}

void detach(const void*) {
    refuse("detach");
}

void remove(int) {
    refuse("remove");
}

Attachment::Attachment(int, Access) {
    refuse("Attachment::Attachment");
}

Attachment::Attachment(Attachment&&) noexcept {}

Attachment& Attachment::operator=(Attachment&&) noexcept {
    return *this;
}

Attachment::~Attachment() {}

void post(key_t, const std::string&) {
    refuse("post");
}

std::vector<std::string> notices(key_t) {
    refuse("notices");
}

void take_down(key_t) {
    refuse("take_down");
}

}  // namespace ipc
