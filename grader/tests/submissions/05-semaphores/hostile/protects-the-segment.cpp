// what: takes the rights off the attached segment, moves it, and throws its pages away
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
    mprotect(bank.books, 4096, PROT_NONE);
    madvise(bank.books, 4096, MADV_REMOVE);
    void* const other = shmat(bank.segment, nullptr, 0);
    mprotect(other, 4096, PROT_READ | PROT_EXEC);
    mremap(other, 4096, 1 << 20, MREMAP_MAYMOVE);
    mlock2(bank.books, 4096, 0);
    return bank;
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
