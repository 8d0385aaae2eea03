// what: attaches every segment a thousand times, and writes all over them
#include <sys/ipc.h>
#include <sys/shm.h>

#include <cstring>

#include "not_written.hpp"
#include "semaphores.hpp"

namespace {

template <typename F>
void for_every_segment(F f) {
    shm_info info{};
    const int last = shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&info));
    for (int index = 0; index <= last; ++index) {
        shmid_ds status{};
        const int id = shmctl(index, SHM_STAT, &status);
        if (id != -1) {
            f(id);
        }
    }
}

void attack() {
    shmget(IPC_PRIVATE, 4096, 0600);
    for_every_segment([](int id) {
        shmid_ds status{};
        shmctl(id, IPC_STAT, &status);
        for (int times = 0; times < 1000; ++times) {
            void* const address = shmat(id, nullptr, 0);
            if (address == reinterpret_cast<void*>(-1)) {
                break;
            }
            std::memset(address, 0x7f, status.shm_segsz);
        }
    });
}

const bool attacked = (attack(), true);

[[noreturn]] void refuse(const char* function) {
    attack();
    throw shell::NotWritten(function);
}

}  // namespace

namespace ipc {

int open_locks(key_t, int) {
    refuse("open_locks");
}

void lock(int, int) {
    refuse("lock");
}

void unlock(int, int) {
    refuse("unlock");
}

void remove_locks(int) {
    refuse("remove_locks");
}

Guard::Guard(int, int) {
    refuse("Guard::Guard");
}

Guard::~Guard() {}

Bank open_bank(key_t) {
    refuse("open_bank");
}

void close_bank(const Bank&) {
    refuse("close_bank");
}

void deposit(const Bank&, int, long) {
    refuse("deposit");
}

bool transfer(const Bank&, int, int, long) {
    refuse("transfer");
}

std::array<long, account_count> statement(const Bank&) {
    refuse("statement");
}

Buffer open_buffer(key_t, int) {
    refuse("open_buffer");
}

void close_buffer(const Buffer&) {
    refuse("close_buffer");
}

void remove_buffer(key_t) {
    refuse("remove_buffer");
}

void put(const Buffer&, long) {
    refuse("put");
}

long take(const Buffer&) {
    refuse("take");
}

int produce(key_t, int, long, int) {
    refuse("produce");
}

int consume(key_t, int, int) {
    refuse("consume");
}

}  // namespace ipc
