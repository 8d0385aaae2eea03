// what: takes one lock, tries the others, and where one is taken gives all back and waits for it
// note: as std::lock does; in the buffer one lock for those who put and one for those who take
#include "semaphores.hpp"

#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <iostream>
#include <optional>
#include <utility>

namespace ipc {

namespace {

using Operations = std::vector<sembuf>;

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

int checked(int result, const char* call) {
    return result == -1 ? (fail(call), -1) : result;
}

sembuf operation(int number, int change, int flags) {
    return {static_cast<unsigned short>(number), static_cast<short>(change),
            static_cast<short>(flags)};
}

/// All of it at once, or, while it waits, nothing of it. A signal is no reason to give up.
void perform(int set, Operations operations) {
    while (semop(set, operations.data(), operations.size()) == -1) {
        if (errno != EINTR) {
            fail("semop");
        }
    }
}

/// Finds a set or makes it. On Linux its semaphores are 0 at first: whoever finds it before its
/// maker has raised them waits in the first semop that lowers one.
int open_set(key_t key, int count, const Operations& raise) {
    while (true) {
        const int made = semget(key, count, IPC_CREAT | IPC_EXCL | 0600);
        if (made != -1) {
            perform(made, raise);
            return made;
        }
        if (errno != EEXIST) {
            fail("semget");
        }
        const int found = semget(key, count, 0);
        if (found != -1) {
            return found;
        }
        if (errno != ENOENT) {  // It was removed between the two.
            fail("semget");
        }
    }
}

/// All zeros, as the kernel gives it.
int open_segment(key_t key, std::size_t size) {
    return checked(shmget(key, size, IPC_CREAT | 0600), "shmget");
}

void* attach(int segment) {
    void* const address = shmat(segment, nullptr, 0);
    if (address == reinterpret_cast<void*>(-1)) {  // NOLINT(performance-no-int-to-ptr)
        fail("shmat");
    }
    return address;
}

}  // namespace

// --- locks -----------------------------------------------------------------------------------

int open_locks(key_t key, int count) {
    Operations raise;
    for (int number = 0; number < count; ++number) {
        raise.push_back(operation(number, 1, 0));
    }
    return open_set(key, count, raise);
}

void lock(int set, int number) {
    perform(set, {operation(number, -1, SEM_UNDO)});
}

void unlock(int set, int number) {
    perform(set, {operation(number, 1, SEM_UNDO)});
}

void remove_locks(int set) {
    checked(semctl(set, 0, IPC_RMID), "semctl");
}

Guard::Guard(int set, int number) : set_(set), number_(number) {
    lock(set, number);
}

Guard::~Guard() {
    try {
        unlock(set_, number_);
    } catch (const std::system_error&) {
        // The locks are gone: nobody waits for this one.
    }
}

// --- the bank --------------------------------------------------------------------------------

namespace {

using Accounts = std::vector<int>;

/// @return the first lock that is not to be had, or nothing where they are taken all.
std::optional<int> try_others(int set, int held, const Accounts& accounts) {
    Accounts taken{held};
    for (const int account : accounts) {
        if (account == held) {
            continue;
        }
        sembuf attempt = operation(account, -1, SEM_UNDO | IPC_NOWAIT);
        int result = 0;
        while ((result = semop(set, &attempt, 1)) == -1 && errno == EINTR) {
        }
        if (result == -1) {
            const int error = errno;
            for (const int other : taken) {
                unlock(set, other);
            }
            errno = error;
            return error == EAGAIN ? account : (fail("semop"), 0);
        }
        taken.push_back(account);
    }
    return std::nullopt;
}

/// Who waits for a lock holds no other one.
class Locked {
public:
    Locked(const Bank& bank, Accounts accounts) : set_(bank.locks), accounts_(std::move(accounts)) {
        std::optional<int> wanted = accounts_.front();
        while (wanted) {
            lock(set_, *wanted);
            wanted = try_others(set_, *wanted, accounts_);
        }
    }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;
    ~Locked() {
        try {
            for (const int account : accounts_) {
                unlock(set_, account);
            }
        } catch (const std::system_error&) {
        }
    }

private:
    int set_;
    Accounts accounts_;
};

/// What others see in this order, and what stays in this order where the process is killed.
void store(long& place, long value) {
    std::atomic_ref(place).store(value, std::memory_order_release);
}

long load(long& place) {
    return std::atomic_ref(place).load(std::memory_order_acquire);
}

/// A transfer that has begun, as it is noted in the account that it takes from: whom it gives to
/// (and 1; 0: none has begun), and both balances as they were.
struct Begun {
    int from;
    int to;
};

bool contains(const Accounts& accounts, int account) {
    return std::find(accounts.begin(), accounts.end(), account) != accounts.end();
}

/// @return a transfer that was cut short and concerns one of these accounts, whose locks are held:
///         a living process that is in the middle of one would have them.
std::optional<Begun> cut_short(const Bank& bank, const Accounts& accounts) {
    for (int from = 0; from < account_count; ++from) {
        const int to = static_cast<int>(load(bank.books->accounts[from].notes[0])) - 1;
        if (to >= 0 && (contains(accounts, from) || contains(accounts, to))) {
            return Begun{from, to};
        }
    }
    return std::nullopt;
}

void take_back(const Bank& bank, const Begun& begun) {
    Account& from = bank.books->accounts[begun.from];
    store(from.balance, from.notes[1]);
    store(bank.books->accounts[begun.to].balance, from.notes[2]);
    store(from.notes[0], 0);
}

/// Does something with the accounts locked and in order.
template <typename Do>
auto with_accounts(const Bank& bank, const Accounts& accounts, Do something) {
    while (true) {
        std::optional<Begun> begun;
        {
            const Locked locked(bank, accounts);
            begun = cut_short(bank, accounts);
            if (!begun) {
                return something();
            }
        }
        const Accounts both{begun->from, begun->to};
        const Locked locked(bank, both);
        if (const auto still = cut_short(bank, both);
            still && still->from == begun->from && still->to == begun->to) {
            take_back(bank, *begun);
        }
    }
}

}  // namespace

Bank open_bank(key_t key) {
    Bank bank;
    bank.segment = open_segment(key, sizeof(Books));
    bank.locks = open_locks(key, account_count);
    bank.books = static_cast<Books*>(attach(bank.segment));
    return bank;
}

void close_bank(const Bank& bank) {
    checked(shmdt(bank.books), "shmdt");
    // After the detach: of two who close at the same time at least one sees that nobody is left.
    shmid_ds status{};
    if (shmctl(bank.segment, IPC_STAT, &status) == 0 && status.shm_nattch == 0) {
        // Another one may just have done it.
        shmctl(bank.segment, IPC_RMID, nullptr);
        semctl(bank.locks, 0, IPC_RMID);
    }
}

void deposit(const Bank& bank, int account, long amount) {
    long& balance = bank.books->accounts[account].balance;
    with_accounts(bank, {account}, [&] { store(balance, balance + amount); });
}

bool transfer(const Bank& bank, int from, int to, long amount) {
    Account& giver = bank.books->accounts[from];
    Account& taker = bank.books->accounts[to];
    return with_accounts(bank, {from, to}, [&] {
        if (giver.balance < amount) {
            return false;
        }
        store(giver.notes[1], giver.balance);
        store(giver.notes[2], taker.balance);
        store(giver.notes[0], to + 1);
        store(giver.balance, giver.balance - amount);
        store(taker.balance, taker.balance + amount);
        store(giver.notes[0], 0);
        return true;
    });
}

std::array<long, account_count> statement(const Bank& bank) {
    return with_accounts(bank, {0, 1, 2, 3}, [&] {
        std::array<long, account_count> balances{};
        for (int account = 0; account < account_count; ++account) {
            balances[account] = bank.books->accounts[account].balance;
        }
        return balances;
    });
}

// --- the bounded buffer ----------------------------------------------------------------------

namespace {

enum Semaphore { put_lock, take_lock, free_slots, filled_slots, semaphore_count };

/// All zeros is an empty one. The values follow it.
struct Ring {
    long slots;
    long in;   ///< the slot of the next value: for who has the put_lock
    long out;  ///< the slot of the oldest value: for who has the take_lock
};

long& value_in(Ring& ring, long slot) {
    return reinterpret_cast<long*>(&ring + 1)[slot];
}

std::size_t size_of_ring(int slots) {
    return sizeof(Ring) + static_cast<std::size_t>(slots) * sizeof(long);
}

}  // namespace

Buffer open_buffer(key_t key, int slots) {
    Buffer buffer;
    buffer.segment = open_segment(key, size_of_ring(slots));
    buffer.set = open_set(
        key, semaphore_count,
        {operation(put_lock, 1, 0), operation(take_lock, 1, 0), operation(free_slots, slots, 0)});
    buffer.memory = attach(buffer.segment);
    store(static_cast<Ring*>(buffer.memory)->slots, slots);
    return buffer;
}

void close_buffer(const Buffer& buffer) {
    checked(shmdt(buffer.memory), "shmdt");
}

void remove_buffer(key_t key) {
    const int set = checked(semget(key, 0, 0), "semget");
    const int segment = checked(shmget(key, 0, 0), "shmget");
    checked(shmctl(segment, IPC_RMID, nullptr), "shmctl");
    checked(semctl(set, 0, IPC_RMID), "semctl");
}

void put(const Buffer& buffer, long value) {
    auto& ring = *static_cast<Ring*>(buffer.memory);
    perform(buffer.set, {operation(free_slots, -1, 0), operation(put_lock, -1, SEM_UNDO)});
    store(value_in(ring, ring.in), value);
    store(ring.in, (ring.in + 1) % ring.slots);
    perform(buffer.set, {operation(put_lock, 1, SEM_UNDO), operation(filled_slots, 1, 0)});
}

long take(const Buffer& buffer) {
    auto& ring = *static_cast<Ring*>(buffer.memory);
    perform(buffer.set, {operation(filled_slots, -1, 0), operation(take_lock, -1, SEM_UNDO)});
    const long value = load(value_in(ring, ring.out));
    store(ring.out, (ring.out + 1) % ring.slots);
    perform(buffer.set, {operation(take_lock, 1, SEM_UNDO), operation(free_slots, 1, 0)});
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
