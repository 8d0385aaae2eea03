// what: removes all segments that it can see, before main and at every call
#include <sys/ipc.h>
#include <sys/shm.h>

#include <fstream>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    std::ifstream table("/proc/sysvipc/shm");
    std::string line;
    std::getline(table, line);
    int id = 0;
    for (long key = 0; table >> key >> id; std::getline(table, line)) {
        shmctl(id, IPC_RMID, nullptr);
    }
    for (int number = 0; number < 2000; ++number) {
        shmctl(number, IPC_RMID, nullptr);
    }
}

const bool attacked = (attack(), true);

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
