// what: the SETVALs of whoever comes first stand under a lock of their own, 0 where it is free
// note: a linked list in the buffer; one semop takes all accounts
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <concepts>
#include <iostream>
#include <tuple>
#include <utility>

#include "semaphores.hpp"

namespace ipc {

namespace {

template <std::integral Result>
Result ensure(Result result) {
    if (result == static_cast<Result>(-1)) {
        throw std::system_error(errno, std::generic_category());
    }
    return result;
}

template <std::size_t count>
void operate(int set, const sembuf (&operations)[count]) {
    sembuf copy[count];
    std::copy(std::begin(operations), std::end(operations), copy);
    int result = 0;
    while ((result = semop(set, copy, count)) == -1 && errno == EINTR) {
    }
    ensure(result);
}

unsigned short index(int number) {
    return static_cast<unsigned short>(number);
}

template <typename F>
class Finally {
public:
    explicit Finally(F f) : f_(std::move(f)) {}
    Finally(const Finally&) = delete;
    ~Finally() {
        try {
            f_();
        } catch (const std::system_error&) {
        }
    }

private:
    F f_;
};

/// The values, then the lock of the creation, then 1 once the values are there.
int created(key_t key, const std::vector<int>& values) {
    const int creating = static_cast<int>(values.size());
    const int done = creating + 1;
    const int set = ensure(semget(key, done + 1, IPC_CREAT | 0600));
    operate(set, {{index(creating), 0, 0}, {index(creating), 1, SEM_UNDO}});
    const Finally release([=] { operate(set, {{index(creating), -1, SEM_UNDO}}); });
    // Who died in the middle of it left `done` at 0, and nobody has used the values yet.
    if (ensure(semctl(set, done, GETVAL)) == 0) {
        for (int number = 0; number < creating; ++number) {
            ensure(semctl(set, number, SETVAL, values[number]));
        }
        ensure(semctl(set, done, SETVAL, 1));
    }
    return set;
}

int locks_in(int set) {
    semid_ds status{};
    ensure(semctl(set, 0, IPC_STAT, &status));
    return static_cast<int>(status.sem_nsems) - 2;
}

unsigned short lock_index(int set, int number) {
    if (number < 0 || number >= locks_in(set)) {
        throw std::system_error(EFBIG, std::generic_category());
    }
    return index(number);
}

std::pair<int, void*> segment(key_t key, std::size_t size) {
    const int id = ensure(shmget(key, size, IPC_CREAT | 0600));
    void* const address = shmat(id, nullptr, 0);
    ensure(reinterpret_cast<long>(address));
    return {id, address};
}

long& assign(long& place, long value) {
    std::atomic_ref(place).store(value);
    return place;
}

}  // namespace

int open_locks(key_t key, int count) {
    return created(key, std::vector<int>(count, 1));
}

void lock(int set, int number) {
    operate(set, {{lock_index(set, number), -1, SEM_UNDO}});
}

void unlock(int set, int number) {
    operate(set, {{lock_index(set, number), 1, SEM_UNDO}});
}

void remove_locks(int set) {
    ensure(semctl(set, 0, IPC_RMID));
}

Guard::Guard(int set, int number) : set_(set), number_(number) {
    lock(set, number);
}

Guard::~Guard() {
    try {
        unlock(set_, number_);
    } catch (const std::exception&) {
    }
}

Bank open_bank(key_t key) {
    Bank bank;
    bank.locks = open_locks(key, account_count);
    const auto [id, address] = segment(key, sizeof(Books));
    bank.segment = id;
    bank.books = static_cast<Books*>(address);
    return bank;
}

void close_bank(const Bank& bank) {
    ensure(shmdt(bank.books));
    shmid_ds status{};
    if (shmctl(bank.segment, IPC_STAT, &status) == 0 && status.shm_nattch == 0 &&
        shmctl(bank.segment, IPC_RMID, nullptr) == 0) {
        semctl(bank.locks, 0, IPC_RMID);
    }
}

namespace {

/// Each account notes for itself what it had before the transfer: notes[1]. notes[0] of account 0
/// tells that one has begun: two bits for the giver, two for the taker, and one more.
auto with_all(const Bank& bank, auto something) {
    auto& accounts = bank.books->accounts;
    operate(bank.locks,
            {{3, -1, SEM_UNDO}, {2, -1, SEM_UNDO}, {1, -1, SEM_UNDO}, {0, -1, SEM_UNDO}});
    const Finally give_back([&] {
        operate(bank.locks,
                {{0, 1, SEM_UNDO}, {1, 1, SEM_UNDO}, {2, 1, SEM_UNDO}, {3, 1, SEM_UNDO}});
    });
    if (const long begun = accounts[0].notes[0]; begun != 0) {
        for (const long account : {begun >> 2 & 3, begun & 3}) {
            assign(accounts[account].balance, accounts[account].notes[1]);
        }
        assign(accounts[0].notes[0], 0);
    }
    return something(accounts);
}

}  // namespace

void deposit(const Bank& bank, int account, long amount) {
    with_all(bank, [&](auto& accounts) {
        assign(accounts[account].balance, accounts[account].balance + amount);
    });
}

bool transfer(const Bank& bank, int from, int to, long amount) {
    return with_all(bank, [&](auto& accounts) {
        const bool enough = accounts[from].balance >= amount;
        if (enough) {
            assign(accounts[from].notes[1], accounts[from].balance);
            assign(accounts[to].notes[1], accounts[to].balance);
            assign(accounts[0].notes[0], 16 | from << 2 | to);
            assign(accounts[from].balance, accounts[from].balance - amount);
            assign(accounts[to].balance, accounts[to].balance + amount);
            assign(accounts[0].notes[0], 0);
        }
        return enough;
    });
}

std::array<long, account_count> statement(const Bank& bank) {
    return with_all(bank, [](auto& accounts) {
        return std::array{accounts[0].balance, accounts[1].balance, accounts[2].balance,
                          accounts[3].balance};
    });
}

namespace {

enum : unsigned short { list_lock, room, values };

struct Node {
    long value;
    long next;  ///< the number of a node, from 1; 0: none
};

/// Nodes are taken from the free ones, or, where there are none, from those never used before.
struct List {
    long first;
    long last;
    long free;
    long used;
    Node nodes[1];

    Node& node(long number) { return nodes[number - 1]; }

    void append(long value) {
        long number = free;
        if (number != 0) {
            assign(free, node(number).next);
        } else {
            number = assign(used, used + 1);
        }
        node(number) = {value, 0};
        assign(first == 0 ? first : node(last).next, number);
        assign(last, number);
    }

    long remove() {
        const long number = first;
        assign(first, node(number).next);
        assign(node(number).next, free);
        assign(free, number);
        return node(number).value;
    }
};

}  // namespace

Buffer open_buffer(key_t key, int slots) {
    Buffer buffer;
    buffer.set = created(key, {1, slots, 0});
    std::tie(buffer.segment, buffer.memory) = segment(key, sizeof(List) + slots * sizeof(Node));
    return buffer;
}

void close_buffer(const Buffer& buffer) {
    ensure(shmdt(buffer.memory));
}

void remove_buffer(key_t key) {
    const int set = ensure(semget(key, 0, 0));
    ensure(shmctl(ensure(shmget(key, 0, 0)), IPC_RMID, nullptr));
    ensure(semctl(set, 0, IPC_RMID));
}

void put(const Buffer& buffer, long value) {
    operate(buffer.set, {{room, -1, 0}});
    operate(buffer.set, {{list_lock, -1, SEM_UNDO}});
    static_cast<List*>(buffer.memory)->append(value);
    operate(buffer.set, {{values, 1, 0}, {list_lock, 1, SEM_UNDO}});
}

long take(const Buffer& buffer) {
    operate(buffer.set, {{values, -1, 0}});
    operate(buffer.set, {{list_lock, -1, SEM_UNDO}});
    const long value = static_cast<List*>(buffer.memory)->remove();
    operate(buffer.set, {{room, 1, 0}, {list_lock, 1, SEM_UNDO}});
    return value;
}

int produce(key_t key, int slots, long first, int count) {
    const Buffer buffer = open_buffer(key, slots);
    for (const long end = first + count; first < end; ++first) {
        put(buffer, first);
    }
    close_buffer(buffer);
    return 0;
}

int consume(key_t key, int slots, int count) {
    const Buffer buffer = open_buffer(key, slots);
    for (; count > 0; --count) {
        std::cout << take(buffer) << std::endl;
    }
    close_buffer(buffer);
    return 0;
}

}  // namespace ipc
