// what: raw system calls; one lock for the bank; a transfer is noted as it will be, and then done
// note: a put or take happens in its last semop: the positions are semaphores, too
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <initializer_list>
#include <iostream>

#include "semaphores.hpp"

namespace ipc {

namespace {

long check(long result) {
    if (result == -1) {
        throw std::system_error(errno, std::system_category());
    }
    return result;
}

sembuf op(int number, int change, int flags = 0) {
    return {static_cast<unsigned short>(number), static_cast<short>(change),
            static_cast<short>(flags)};
}

long attempt(int set, std::initializer_list<sembuf> ops) {
    long result = 0;
    do {
        result = syscall(SYS_semtimedop, set, ops.begin(), ops.size(), nullptr);
    } while (result == -1 && errno == EINTR);
    return result;
}

void act(int set, std::initializer_list<sembuf> ops) {
    check(attempt(set, ops));
}

int set_of(key_t key, int count) {
    return static_cast<int>(check(syscall(SYS_semget, key, count, IPC_CREAT | 0600)));
}

int segment_of(key_t key, std::size_t size) {
    return static_cast<int>(check(syscall(SYS_shmget, key, size, IPC_CREAT | 0600)));
}

void* attached(int segment) {
    return reinterpret_cast<void*>(check(syscall(SYS_shmat, segment, nullptr, 0)));
}

}  // namespace

int open_locks(key_t key, int count) {
    return set_of(key, count);
}

void lock(int set, int number) {
    act(set, {op(number, 0), op(number, 1, SEM_UNDO)});
}

void unlock(int set, int number) {
    act(set, {op(number, -1, SEM_UNDO)});
}

void remove_locks(int set) {
    check(syscall(SYS_semctl, set, 0, IPC_RMID, 0));
}

Guard::Guard(int set, int number) : set_(set), number_(number) {
    lock(set_, number_);
}

Guard::~Guard() {
    attempt(set_, {op(number_, -1, SEM_UNDO)});
}

namespace {

/// notes of account 0: which two (0: no transfer has begun), and what each will have.
enum { who, giver, taker };

long read(long& place) {
    return std::atomic_ref(place).load();
}

void write(long& place, long value) {
    std::atomic_ref(place).store(value);
}

class Everything {
public:
    explicit Everything(const Bank& bank) : guard_(bank.locks, 0), accounts_(bank.books->accounts) {
        finish();
    }

    long& balance(int account) { return accounts_[account].balance; }

    void change(int from, int to, long amount) {
        write(notes()[giver], balance(from) - amount);
        write(notes()[taker], balance(to) + amount);
        write(notes()[who], 1 + from * account_count + to);
        finish();
    }

private:
    std::array<long, 3>& notes() { return accounts_[0].notes; }

    void finish() {
        const long pair = read(notes()[who]) - 1;
        if (pair >= 0) {
            write(balance(static_cast<int>(pair) / account_count), notes()[giver]);
            write(balance(static_cast<int>(pair) % account_count), notes()[taker]);
            write(notes()[who], 0);
        }
    }

    Guard guard_;
    std::array<Account, account_count>& accounts_;
};

}  // namespace

Bank open_bank(key_t key) {
    Bank bank;
    bank.locks = set_of(key, 1);
    bank.segment = segment_of(key, sizeof(Books));
    bank.books = static_cast<Books*>(attached(bank.segment));
    return bank;
}

void close_bank(const Bank& bank) {
    check(syscall(SYS_shmdt, bank.books));
    shmid_ds status{};
    if (syscall(SYS_shmctl, bank.segment, IPC_STAT, &status) != -1 && status.shm_nattch == 0) {
        syscall(SYS_shmctl, bank.segment, IPC_RMID, nullptr);
        syscall(SYS_semctl, bank.locks, 0, IPC_RMID, 0);
    }
}

void deposit(const Bank& bank, int account, long amount) {
    Everything all(bank);
    write(all.balance(account), all.balance(account) + amount);
}

bool transfer(const Bank& bank, int from, int to, long amount) {
    Everything all(bank);
    if (all.balance(from) < amount) {
        return false;
    }
    all.change(from, to, amount);
    return true;
}

std::array<long, account_count> statement(const Bank& bank) {
    Everything all(bank);
    return {all.balance(0), all.balance(1), all.balance(2), all.balance(3)};
}

namespace {

enum { made, busy, room, count, begin, all_of_them };

}

Buffer open_buffer(key_t key, int slots) {
    Buffer buffer;
    buffer.set = set_of(key, all_of_them);
    if (attempt(buffer.set, {op(made, 0, IPC_NOWAIT), op(room, slots), op(made, slots)}) == -1 &&
        errno != EAGAIN) {
        check(-1);
    }
    buffer.segment = segment_of(key, slots * sizeof(long));
    buffer.memory = attached(buffer.segment);
    return buffer;
}

void close_buffer(const Buffer& buffer) {
    check(syscall(SYS_shmdt, buffer.memory));
}

void remove_buffer(key_t key) {
    const long set = check(syscall(SYS_semget, key, 0, 0));
    const long segment = check(syscall(SYS_shmget, key, 0, 0));
    check(syscall(SYS_semctl, set, 0, IPC_RMID, 0));
    check(syscall(SYS_shmctl, segment, IPC_RMID, nullptr));
}

namespace {

int get(const Buffer& buffer, int number) {
    return static_cast<int>(check(syscall(SYS_semctl, buffer.set, number, GETVAL, 0)));
}

long& slot(const Buffer& buffer, int number) {
    return static_cast<long*>(buffer.memory)[number % get(buffer, made)];
}

}  // namespace

void put(const Buffer& buffer, long value) {
    act(buffer.set, {op(room, -1, SEM_UNDO), op(busy, 0), op(busy, 1, SEM_UNDO)});
    write(slot(buffer, get(buffer, begin) + get(buffer, count)), value);
    // Only now is the room taken for good.
    act(buffer.set, {op(room, 1, SEM_UNDO), op(room, -1), op(count, 1), op(busy, -1, SEM_UNDO)});
}

long take(const Buffer& buffer) {
    act(buffer.set, {op(count, -1, SEM_UNDO), op(busy, 0), op(busy, 1, SEM_UNDO)});
    const int oldest = get(buffer, begin);
    const long value = read(slot(buffer, oldest));
    const int next = oldest + 1 == get(buffer, made) ? 0 : oldest + 1;
    act(buffer.set, {op(count, 1, SEM_UNDO), op(count, -1), op(room, 1), op(begin, next - oldest),
                     op(busy, -1, SEM_UNDO)});
    return value;
}

int produce(key_t key, int slots, long first, int count) {
    const Buffer buffer = open_buffer(key, slots);
    for (long value = first; value != first + count; ++value) {
        put(buffer, value);
    }
    close_buffer(buffer);
    return 0;
}

int consume(key_t key, int slots, int count) {
    const Buffer buffer = open_buffer(key, slots);
    for (; count != 0; --count) {
        std::cout << std::to_string(take(buffer)) + "\n" << std::flush;
    }
    close_buffer(buffer);
    return 0;
}

}  // namespace ipc
