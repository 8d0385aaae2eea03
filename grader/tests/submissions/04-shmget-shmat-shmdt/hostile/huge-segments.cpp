// what: makes segments of all sizes up to the limit, and fills 256 MiB that outlive the process
#include <sys/ipc.h>
#include <sys/shm.h>

#include <cstring>
#include <utility>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    static bool done = false;
    if (std::exchange(done, true)) {
        return;
    }
    // The largest ones that the system gives, without memory behind them.
    for (std::size_t size = std::size_t{1} << 46U; size > 0; size >>= 1U) {
        shmget(IPC_PRIVATE, size, IPC_CREAT | SHM_NORESERVE | 0600);
    }
    // Detached memory is in no process's account.
    constexpr std::size_t piece = std::size_t{64} << 20U;
    for (int number = 0; number < 4; ++number) {
        const int id = shmget(IPC_PRIVATE, piece, IPC_CREAT | 0600);
        void* const address = shmat(id, nullptr, 0);
        if (address == reinterpret_cast<void*>(-1)) {
            break;
        }
        std::memset(address, 0x55, piece);
        shmdt(address);
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
