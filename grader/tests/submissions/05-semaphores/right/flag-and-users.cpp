// what: a flag semaphore is raised with the others by whoever comes first; the users are counted
// note: the count is a semaphore with SEM_UNDO; a cut-short transfer is finished, not taken back
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <iostream>
#include <memory>
#include <numeric>

#include "semaphores.hpp"

namespace ipc {

namespace {

struct Failure : std::system_error {
    explicit Failure(int error) : std::system_error(error, std::generic_category(), "ipc") {}
};

int need(int result) {
    return result < 0 ? throw Failure(errno) : result;
}

/// A growing list of operations that are done together.
class Together {
public:
    Together& add(int number, int change, int flags = 0) {
        operations_.push_back({static_cast<unsigned short>(number), static_cast<short>(change),
                               static_cast<short>(flags)});
        return *this;
    }
    /// @return 0 or errno.
    int attempt(int set) {
        while (semop(set, operations_.data(), operations_.size()) != 0) {
            if (errno != EINTR) {
                return errno;
            }
        }
        return 0;
    }
    void perform(int set) {
        if (const int error = attempt(set)) {
            throw Failure(error);
        }
    }

private:
    std::vector<sembuf> operations_;
};

/// @return a set that has the values, the flag behind them, and so many zeros behind the flag.
int ready_set(key_t key, const std::vector<int>& values, int more = 0) {
    const int flag = static_cast<int>(values.size());
    const int set = need(semget(key, flag + 1 + more, IPC_CREAT | 0600));
    Together first;
    first.add(flag, 0, IPC_NOWAIT).add(flag, 1);
    for (int number = 0; number < flag; ++number) {
        if (values[number] != 0) {
            first.add(number, values[number]);
        }
    }
    if (const int error = first.attempt(set); error != 0 && error != EAGAIN) {
        throw Failure(error);
    }
    return set;
}

union Argument {
    int value;
    semid_ds* status;
};

/// The flag is no lock.
void demand_lock(int set, int number) {
    semid_ds status{};
    need(semctl(set, 0, IPC_STAT, Argument{.status = &status}));
    if (number < 0 || number + 1 >= static_cast<int>(status.sem_nsems)) {
        throw Failure(EFBIG);
    }
}

template <typename T>
T* attached(int segment) {
    void* const address = shmat(segment, nullptr, 0);
    return address == (void*)-1 ? throw Failure(errno) : static_cast<T*>(address);
}

}  // namespace

int open_locks(key_t key, int count) {
    return ready_set(key, std::vector<int>(count, 1));
}

void lock(int set, int number) {
    demand_lock(set, number);
    Together().add(number, -1, SEM_UNDO).perform(set);
}

void unlock(int set, int number) {
    demand_lock(set, number);
    Together().add(number, 1, SEM_UNDO).perform(set);
}

void remove_locks(int set) {
    need(semctl(set, 0, IPC_RMID));
}

Guard::Guard(int set, int number) : set_(set), number_(number) {
    lock(set, number);
}

Guard::~Guard() {
    Together().add(number_, 1, SEM_UNDO).attempt(set_);
}

namespace {

constexpr int flag = account_count;
constexpr int users = flag + 1;

using Accounts = std::vector<int>;
using Hold = std::unique_ptr<const Accounts, std::function<void(const Accounts*)>>;

/// One semop for each, in the order of their numbers.
Hold hold(const Bank& bank, const Accounts& accounts) {
    Accounts sorted = accounts;
    if (sorted.size() == 2 && sorted[0] > sorted[1]) {
        std::swap(sorted[0], sorted[1]);
    }
    for (const int account : sorted) {
        Together().add(account, -1, SEM_UNDO).perform(bank.locks);
    }
    return Hold(&accounts, [set = bank.locks, sorted](const Accounts*) {
        for (const int account : sorted) {
            Together().add(account, 1, SEM_UNDO).attempt(set);
        }
    });
}

void write(long& place, long value) {
    std::atomic_ref(place).store(value);
}

/// notes[0] of a giver: 0, or 1 and the number of the taker; [1] and [2]: what both will have.
void finish(const Bank& bank, int from) {
    auto& giver = bank.books->accounts[from];
    auto& taker = bank.books->accounts[giver.notes[0] - 1];
    write(giver.balance, giver.notes[1]);
    write(taker.balance, giver.notes[2]);
    write(giver.notes[0], 0);
}

/// @return the giver of a transfer that nobody finished and that concerns an account, or -1.
int unfinished(const Bank& bank, const Accounts& accounts) {
    for (int from = 0; from < account_count; ++from) {
        const int to =
            static_cast<int>(std::atomic_ref(bank.books->accounts[from].notes[0]).load()) - 1;
        for (const int account : accounts) {
            if (to != -1 && (account == from || account == to)) {
                return from;
            }
        }
    }
    return -1;
}

/// @return the accounts, locked and in order.
Hold hold_in_order(const Bank& bank, const Accounts& accounts) {
    while (true) {
        auto held = hold(bank, accounts);
        int from = unfinished(bank, accounts);
        if (from == -1) {
            return held;
        }
        const Accounts both{
            from,
            static_cast<int>(std::atomic_ref(bank.books->accounts[from].notes[0]).load()) - 1};
        held.reset();
        if (both[1] == -1) {
            continue;
        }
        held = hold(bank, both);
        from = unfinished(bank, both);
        if (from == both[0] && bank.books->accounts[from].notes[0] == both[1] + 1) {
            finish(bank, from);
        }
    }
}

}  // namespace

Bank open_bank(key_t key) {
    Bank bank;
    bank.locks = ready_set(key, {1, 1, 1, 1}, 1);
    Together().add(users, 1, SEM_UNDO).perform(bank.locks);
    bank.segment = need(shmget(key, sizeof(Books), IPC_CREAT | 0600));
    bank.books = attached<Books>(bank.segment);
    return bank;
}

void close_bank(const Bank& bank) {
    need(shmdt(bank.books));
    // Of two at the same time at least one finds a zero; the other one may find nothing any more.
    Together().add(users, -1, SEM_UNDO).perform(bank.locks);
    if (semctl(bank.locks, users, GETVAL) == 0) {
        shmctl(bank.segment, IPC_RMID, nullptr);
        semctl(bank.locks, 0, IPC_RMID);
    }
}

void deposit(const Bank& bank, int account, long amount) {
    const Accounts one{account};
    const auto held = hold_in_order(bank, one);
    auto& balance = bank.books->accounts[account].balance;
    write(balance, balance + amount);
}

bool transfer(const Bank& bank, int from, int to, long amount) {
    const Accounts both{from, to};
    const auto held = hold_in_order(bank, both);
    auto& giver = bank.books->accounts[from];
    if (giver.balance < amount) {
        return false;
    }
    write(giver.notes[1], giver.balance - amount);
    write(giver.notes[2], bank.books->accounts[to].balance + amount);
    write(giver.notes[0], to + 1);
    finish(bank, from);
    return true;
}

std::array<long, account_count> statement(const Bank& bank) {
    Accounts all(account_count);
    std::iota(all.begin(), all.end(), 0);
    const auto held = hold_in_order(bank, all);
    std::array<long, account_count> balances{};
    for (const int account : all) {
        balances[account] = bank.books->accounts[account].balance;
    }
    return balances;
}

namespace {

enum { gate, room, filled };

struct Ring {
    long slots;
    long oldest;
    long newest;
    long values[1];
};

}  // namespace

Buffer open_buffer(key_t key, int slots) {
    Buffer buffer;
    buffer.set = ready_set(key, {1, slots, 0});
    buffer.segment = need(shmget(key, sizeof(Ring) + slots * sizeof(long), IPC_CREAT | 0600));
    buffer.memory = attached<Ring>(buffer.segment);
    write(static_cast<Ring*>(buffer.memory)->slots, slots);
    return buffer;
}

void close_buffer(const Buffer& buffer) {
    need(shmdt(buffer.memory));
}

void remove_buffer(key_t key) {
    const int set = need(semget(key, 0, 0));
    need(shmctl(need(shmget(key, 0, 0)), IPC_RMID, nullptr));
    need(semctl(set, 0, IPC_RMID));
}

void put(const Buffer& buffer, long value) {
    auto& ring = *static_cast<Ring*>(buffer.memory);
    Together().add(gate, -1, SEM_UNDO).add(room, -1).perform(buffer.set);
    write(ring.values[ring.newest], value);
    write(ring.newest, (ring.newest + 1) % ring.slots);
    Together().add(filled, 1).add(gate, 1, SEM_UNDO).perform(buffer.set);
}

long take(const Buffer& buffer) {
    auto& ring = *static_cast<Ring*>(buffer.memory);
    Together().add(gate, -1, SEM_UNDO).add(filled, -1).perform(buffer.set);
    const long value = ring.values[ring.oldest];
    write(ring.oldest, (ring.oldest + 1) % ring.slots);
    Together().add(room, 1).add(gate, 1, SEM_UNDO).perform(buffer.set);
    return value;
}

int produce(key_t key, int slots, long first, int count) {
    const Buffer buffer = open_buffer(key, slots);
    for (int number = 0; number < count; ++number) {
        put(buffer, first + number);
    }
    close_buffer(buffer);
    return 0;
}

int consume(key_t key, int slots, int count) {
    const Buffer buffer = open_buffer(key, slots);
    for (int number = 0; number < count; ++number) {
        std::cout << take(buffer) << std::endl;
    }
    close_buffer(buffer);
    return 0;
}

}  // namespace ipc
