// what: attaches segments over its own code, its stack and the C library, and executes one
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void attach_over(int id, const void* place) {
    const auto page = reinterpret_cast<std::uintptr_t>(place) & ~std::uintptr_t{4095};
    shmat(id, reinterpret_cast<void*>(page), SHM_REMAP | SHM_EXEC);
}

void attack() {
    const int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0700);
    const int local = 0;
    void* const code = shmat(id, nullptr, SHM_EXEC);
    if (code == reinterpret_cast<void*>(-1)) {
        return;
    }
    std::memset(code, 0xc3, 4096);  // ret, on x86
#if defined(__x86_64__)
    reinterpret_cast<void (*)()>(code)();
#endif
    static int data = 1;
    attach_over(id, &data);
    attach_over(id, reinterpret_cast<void*>(&std::abort));
    attach_over(id, &local);
    attach_over(id, reinterpret_cast<void*>(&attack));
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
