// what: SETALL, a first semop, and joiners who look at sem_otime; one Guard an account, in order
// note: three semops one after another in put and take
#include <sched.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <list>
#include <set>

#include "semaphores.hpp"

namespace ipc {

namespace {

union semun {
    int val;
    semid_ds* buf;
    unsigned short* array;
};

[[noreturn]] void fail(const std::string& call) {
    throw std::system_error(errno, std::generic_category(), call);
}

void change(int set, int number, int by, int flags) {
    sembuf op{};
    op.sem_num = static_cast<unsigned short>(number);
    op.sem_op = static_cast<short>(by);
    op.sem_flg = static_cast<short>(flags);
    while (semop(set, &op, 1) == -1) {
        if (errno != EINTR) {
            fail("semop");
        }
    }
}

bool is_ready(int set) {
    semid_ds status{};
    semun argument{};
    argument.buf = &status;
    if (semctl(set, 0, IPC_STAT, argument) == -1) {
        fail("semctl");
    }
    return status.sem_otime != 0;
}

int set_with(key_t key, std::vector<unsigned short> values) {
    const int count = static_cast<int>(values.size());
    int set = semget(key, count, IPC_CREAT | IPC_EXCL | 0600);
    if (set != -1) {
        semun argument{};
        values.back() += 1;
        argument.array = values.data();
        if (semctl(set, 0, SETALL, argument) == -1) {
            fail("semctl");
        }
        change(set, count - 1, -1, 0);  // sets sem_otime
        return set;
    }
    if (errno != EEXIST) {
        fail("semget");
    }
    set = semget(key, count, 0);
    if (set == -1 && errno == ENOENT) {
        return set_with(key, values);
    }
    if (set == -1) {
        fail("semget");
    }
    while (!is_ready(set)) {
        sched_yield();
    }
    return set;
}

void* segment_at(int id) {
    void* const place = shmat(id, nullptr, 0);
    if (place == (void*)-1) {
        fail("shmat");
    }
    return place;
}

int segment_with(key_t key, std::size_t size) {
    const int id = shmget(key, size, 0600 | IPC_CREAT);
    if (id == -1) {
        fail("shmget");
    }
    return id;
}

}  // namespace

int open_locks(key_t key, int count) {
    return set_with(key, std::vector<unsigned short>(static_cast<std::size_t>(count), 1));
}

void lock(int set, int number) {
    change(set, number, -1, SEM_UNDO);
}

void unlock(int set, int number) {
    change(set, number, +1, SEM_UNDO);
}

void remove_locks(int set) {
    if (semctl(set, 0, IPC_RMID) == -1) {
        fail("semctl");
    }
}

Guard::Guard(int set, int number) : set_(set), number_(number) {
    lock(set, number);
}

Guard::~Guard() {
    try {
        unlock(set_, number_);
    } catch (...) {
    }
}

namespace {

using Numbers = std::set<int>;  // in order, each once

/// Who waits holds only locks with lower numbers than the one it waits for: nobody waits in a ring.
class Guards {
public:
    Guards(const Bank& bank, const Numbers& numbers) {
        for (const int number : numbers) {
            guards_.emplace_back(bank.locks, number);
        }
    }

private:
    std::list<Guard> guards_;
};

/// A note lies with the taker: 1 and the number of the giver, and what both had.
Numbers half_done(const Bank& bank, const Numbers& mine) {
    for (int taker = 0; taker < account_count; ++taker) {
        const int giver = static_cast<int>(__atomic_load_n(&bank.books->accounts[taker].notes[0],
                                                           __ATOMIC_ACQUIRE)) -
                          1;
        if (giver >= 0 && (mine.count(giver) != 0 || mine.count(taker) != 0)) {
            return {giver, taker};
        }
    }
    return {};
}

void set_to(long& place, long value) {
    __atomic_store_n(&place, value, __ATOMIC_RELEASE);
}

void restore(const Bank& bank, const Numbers& numbers) {
    for (const int taker : numbers) {
        auto& account = bank.books->accounts[taker];
        const int giver = static_cast<int>(account.notes[0]) - 1;
        if (giver >= 0 && numbers.count(giver) != 0) {
            set_to(account.balance, account.notes[2]);
            set_to(bank.books->accounts[giver].balance, account.notes[1]);
            set_to(account.notes[0], 0);
        }
    }
}

template <typename F>
auto hold(const Bank& bank, const Numbers& numbers, F f) {
    while (true) {
        Numbers broken;
        {
            const Guards guards(bank, numbers);
            broken = half_done(bank, numbers);
            if (broken.empty()) {
                return f(bank.books->accounts);
            }
        }
        const Guards guards(bank, broken);
        restore(bank, broken);
    }
}

}  // namespace

Bank open_bank(key_t key) {
    Bank bank;
    bank.locks = open_locks(key, account_count);
    bank.segment = segment_with(key, sizeof(Books));
    bank.books = static_cast<Books*>(segment_at(bank.segment));
    return bank;
}

void close_bank(const Bank& bank) {
    if (shmdt(bank.books) != 0) {
        fail("shmdt");
    }
    shmid_ds status;
    const bool last = shmctl(bank.segment, IPC_STAT, &status) == 0 && status.shm_nattch == 0;
    if (last && shmctl(bank.segment, IPC_RMID, nullptr) == 0) {
        semctl(bank.locks, 0, IPC_RMID);
    }
}

void deposit(const Bank& bank, int account, long amount) {
    hold(bank, {account}, [=](auto& accounts) {
        set_to(accounts[account].balance, accounts[account].balance + amount);
    });
}

bool transfer(const Bank& bank, int from, int to, long amount) {
    return hold(bank, {from, to}, [=](auto& accounts) {
        auto& giver = accounts[from];
        auto& taker = accounts[to];
        if (giver.balance < amount) {
            return false;
        }
        set_to(taker.notes[1], giver.balance);
        set_to(taker.notes[2], taker.balance);
        set_to(taker.notes[0], 1 + from);
        set_to(taker.balance, taker.balance + amount);
        set_to(giver.balance, giver.balance - amount);
        set_to(taker.notes[0], 0);
        return true;
    });
}

std::array<long, account_count> statement(const Bank& bank) {
    return hold(bank, {3, 2, 1, 0}, [](auto& accounts) {
        std::array<long, account_count> result;
        std::transform(accounts.begin(), accounts.end(), result.begin(),
                       [](const Account& account) { return account.balance; });
        return result;
    });
}

namespace {

enum { empty_slots, full_slots, access };

struct Slots {
    long put;    // so many, ever
    long taken;  // so many, ever
    long size;
    long values[1];
};

}  // namespace

Buffer open_buffer(key_t key, int slots) {
    Buffer buffer;
    buffer.segment = segment_with(key, sizeof(Slots) + slots * sizeof(long));
    buffer.memory = segment_at(buffer.segment);
    static_cast<Slots*>(buffer.memory)->size = slots;
    buffer.set = set_with(key, {static_cast<unsigned short>(slots), 0, 1});
    return buffer;
}

void close_buffer(const Buffer& buffer) {
    if (shmdt(buffer.memory) == -1) {
        fail("shmdt");
    }
}

void remove_buffer(key_t key) {
    const int segment = shmget(key, 0, 0);
    const int set = segment == -1 ? -1 : semget(key, 0, 0);
    if (set == -1) {
        fail("get");
    }
    if (semctl(set, 0, IPC_RMID) == -1 || shmctl(segment, IPC_RMID, nullptr) == -1) {
        fail("ctl");
    }
}

void put(const Buffer& buffer, long value) {
    auto* slots = static_cast<Slots*>(buffer.memory);
    change(buffer.set, empty_slots, -1, 0);
    {
        const Guard guard(buffer.set, access);
        set_to(slots->values[slots->put % slots->size], value);
        set_to(slots->put, slots->put + 1);
    }
    change(buffer.set, full_slots, +1, 0);
}

long take(const Buffer& buffer) {
    auto* slots = static_cast<Slots*>(buffer.memory);
    long value = 0;
    change(buffer.set, full_slots, -1, 0);
    {
        const Guard guard(buffer.set, access);
        value = slots->values[slots->taken % slots->size];
        set_to(slots->taken, slots->taken + 1);
    }
    change(buffer.set, empty_slots, +1, 0);
    return value;
}

int produce(key_t key, int slots, long first, int count) {
    const auto buffer = open_buffer(key, slots);
    while (count-- > 0) {
        put(buffer, first++);
    }
    close_buffer(buffer);
    return 0;
}

int consume(key_t key, int slots, int count) {
    const auto buffer = open_buffer(key, slots);
    while (count-- > 0) {
        std::cout << take(buffer) << '\n' << std::flush;
    }
    close_buffer(buffer);
    return 0;
}

}  // namespace ipc
