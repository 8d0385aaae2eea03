// what: waits for ever in semop with all signals blocked, again after every failure, and makes a
// new set
#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "not_written.hpp"
#include "semaphores.hpp"

namespace {

void attack() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    while (true) {
        const int set = semget(IPC_PRIVATE, 1, 0600);
        sembuf down{0, -1, SEM_UNDO};
        semop(set, &down, 1);
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
