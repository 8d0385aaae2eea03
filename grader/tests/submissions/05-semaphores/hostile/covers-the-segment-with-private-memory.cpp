// what: maps private memory over the attached segment, where no one else comes in between
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "not_written.hpp"
#include "semaphores.hpp"

namespace {

void attack() {}

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

Bank open_bank(key_t key) {
    Bank bank;
    bank.segment = shmget(key, sizeof(Books), IPC_CREAT | 0600);
    bank.locks = semget(key, account_count, IPC_CREAT | 0600);
    bank.books = static_cast<Books*>(shmat(bank.segment, nullptr, 0));
    // Where the segment was is private memory from now on.
    mmap(bank.books, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    return bank;
}

void close_bank(const Bank&) {}

void deposit(const Bank& bank, int account, long amount) {
    bank.books->accounts[account].balance += amount;
}

bool transfer(const Bank& bank, int from, int to, long amount) {
    bank.books->accounts[from].balance -= amount;
    bank.books->accounts[to].balance += amount;
    return true;
}

std::array<long, account_count> statement(const Bank& bank) {
    const auto& all = bank.books->accounts;
    return {all[0].balance, all[1].balance, all[2].balance, all[3].balance};
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
