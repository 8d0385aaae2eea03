// what: attaches one segment 3000 times in every function, and leaves it so
#include <sys/ipc.h>
#include <sys/shm.h>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    const int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    for (int times = 0; times < 3000; ++times) {
        if (shmat(id, nullptr, times % 2 == 0 ? 0 : SHM_RDONLY) == reinterpret_cast<void*>(-1)) {
            break;
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
