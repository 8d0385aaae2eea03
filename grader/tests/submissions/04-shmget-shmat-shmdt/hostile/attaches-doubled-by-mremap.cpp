// what: doubles an attach with mremap, so that shm_nattch grows without shmat, and forks with it
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    const int id = shmget(0x4c04, 4096, IPC_CREAT | 0600);
    void* const address = shmat(id, nullptr, 0);
    if (address == reinterpret_cast<void*>(-1)) {
        return;
    }
    for (int times = 0; times < 1000; ++times) {
        // Of shared memory an old size of 0 makes a second mapping.
        mremap(address, 0, 4096, MREMAP_MAYMOVE);
    }
    shmdt(address);
    if (fork() == 0) {
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
