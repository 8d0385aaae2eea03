// what: statements read together, deposits and transfers write alone
// note: new readers wait for a writer that waits; opening is one IPC_CREAT, as all is 0 at first
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <atomic>
#include <cerrno>
#include <iostream>
#include <optional>
#include <utility>

#include "semaphores.hpp"

namespace ipc {

namespace {

void must(bool well, const char* what) {
    if (!well) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

template <typename... Ops>
bool go(int set, Ops... ops) {
    sembuf all[] = {ops...};
    int result = -1;
    do {
        errno = 0;
        result = semop(set, all, sizeof...(ops));
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

sembuf wait_for_zero(int number) {
    return {static_cast<unsigned short>(number), 0, 0};
}

sembuf up(int number) {
    return {static_cast<unsigned short>(number), 1, SEM_UNDO};
}

sembuf down(int number) {
    return {static_cast<unsigned short>(number), -1, SEM_UNDO};
}

sembuf for_good(int number, int change) {
    return {static_cast<unsigned short>(number), static_cast<short>(change), 0};
}

}  // namespace

int open_locks(key_t key, int count) {
    const int set = semget(key, count, IPC_CREAT | 0600);
    must(set >= 0, "semget");
    return set;
}

void lock(int set, int number) {
    must(go(set, wait_for_zero(number), up(number)), "semop");
}

void unlock(int set, int number) {
    must(go(set, down(number)), "semop");
}

void remove_locks(int set) {
    must(semctl(set, 0, IPC_RMID) == 0, "semctl");
}

Guard::Guard(int set, int number) : set_(set), number_(number) {
    lock(set, number);
}

Guard::~Guard() {
    go(set_, down(number_));
}

namespace {

enum { writer, readers, bank_semaphores };

class Reading {
public:
    explicit Reading(int set) : set_(set) {
        must(go(set, wait_for_zero(writer), up(readers)), "reading");
    }
    Reading(const Reading&) = delete;
    ~Reading() { go(set_, down(readers)); }

private:
    int set_;
};

class Writing {
public:
    explicit Writing(int set) : guard_(set, writer) {
        must(go(set, wait_for_zero(readers)), "writing");
    }

private:
    Guard guard_;
};

using Word = std::atomic_ref<long>;

/// Who gives and who gets, and what both had.
struct Journal {
    std::array<long, 3>& notes;

    std::optional<std::pair<int, int>> open() const {
        const long pair = Word(notes[0]).load();
        if (pair == 0) {
            return std::nullopt;
        }
        return std::pair(static_cast<int>(pair & 0xff) - 1, static_cast<int>(pair >> 8) - 1);
    }
    void begin(int from, int to, long had, long other_had) {
        Word(notes[1]).store(had);
        Word(notes[2]).store(other_had);
        Word(notes[0]).store((from + 1) | (to + 1) << 8);
    }
    void end() { Word(notes[0]).store(0); }
};

Journal journal(const Bank& bank) {
    return {bank.books->accounts[3].notes};
}

Word balance(const Bank& bank, int account) {
    return Word(bank.books->accounts[account].balance);
}

void put_in_order(const Bank& bank) {
    if (const auto pair = journal(bank).open()) {
        balance(bank, pair->second).store(journal(bank).notes[2]);
        balance(bank, pair->first).store(journal(bank).notes[1]);
        journal(bank).end();
    }
}

}  // namespace

Bank open_bank(key_t key) {
    Bank bank;
    bank.segment = shmget(key, sizeof(Books), IPC_CREAT | 0600);
    must(bank.segment >= 0, "shmget");
    void* const address = shmat(bank.segment, nullptr, 0);
    must(address != reinterpret_cast<void*>(-1), "shmat");
    bank.books = static_cast<Books*>(address);
    bank.locks = open_locks(key, bank_semaphores);
    return bank;
}

void close_bank(const Bank& bank) {
    must(shmdt(bank.books) == 0, "shmdt");
    shmid_ds status{};
    if (shmctl(bank.segment, IPC_STAT, &status) == 0 && status.shm_nattch == 0) {
        semctl(bank.locks, 0, IPC_RMID);
        shmctl(bank.segment, IPC_RMID, nullptr);
    }
}

void deposit(const Bank& bank, int account, long amount) {
    const Writing writing(bank.locks);
    put_in_order(bank);
    balance(bank, account).fetch_add(amount);
}

bool transfer(const Bank& bank, int from, int to, long amount) {
    const Writing writing(bank.locks);
    put_in_order(bank);
    const long had = balance(bank, from).load();
    const long other_had = balance(bank, to).load();
    if (had < amount) {
        return false;
    }
    journal(bank).begin(from, to, had, other_had);
    balance(bank, to).store(other_had + amount);
    balance(bank, from).store(had - amount);
    journal(bank).end();
    return true;
}

std::array<long, account_count> statement(const Bank& bank) {
    while (true) {
        {
            const Reading reading(bank.locks);
            if (!journal(bank).open()) {
                std::array<long, account_count> result{};
                for (int account = 0; account < account_count; ++account) {
                    result[account] = balance(bank, account).load();
                }
                return result;
            }
        }
        const Writing writing(bank.locks);
        put_in_order(bank);
    }
}

namespace {

enum { ready, inside, room, values, buffer_semaphores };

struct Ring {
    long size;
    long first;
    long count;
    long slots[1];
};

}  // namespace

Buffer open_buffer(key_t key, int slots) {
    Buffer buffer;
    buffer.set = open_locks(key, buffer_semaphores);
    sembuf once = wait_for_zero(ready);
    once.sem_flg = IPC_NOWAIT;
    must(go(buffer.set, once, for_good(ready, 1), for_good(room, slots)) || errno == EAGAIN,
         "semop");
    buffer.segment = shmget(key, sizeof(Ring) + slots * sizeof(long), IPC_CREAT | 0600);
    must(buffer.segment >= 0, "shmget");
    buffer.memory = shmat(buffer.segment, nullptr, 0);
    must(buffer.memory != reinterpret_cast<void*>(-1), "shmat");
    Word(static_cast<Ring*>(buffer.memory)->size).store(slots);
    return buffer;
}

void close_buffer(const Buffer& buffer) {
    must(shmdt(buffer.memory) == 0, "shmdt");
}

void remove_buffer(key_t key) {
    const int segment = shmget(key, 0, 0);
    must(segment >= 0, "shmget");
    const int set = semget(key, 0, 0);
    must(set >= 0, "semget");
    must(shmctl(segment, IPC_RMID, nullptr) == 0, "shmctl");
    must(semctl(set, 0, IPC_RMID) == 0, "semctl");
}

void put(const Buffer& buffer, long value) {
    auto& ring = *static_cast<Ring*>(buffer.memory);
    must(go(buffer.set, for_good(room, -1), wait_for_zero(inside), up(inside)), "put");
    Word(ring.slots[(ring.first + ring.count) % ring.size]).store(value);
    Word(ring.count).fetch_add(1);
    must(go(buffer.set, for_good(values, 1), down(inside)), "put");
}

long take(const Buffer& buffer) {
    auto& ring = *static_cast<Ring*>(buffer.memory);
    must(go(buffer.set, for_good(values, -1), wait_for_zero(inside), up(inside)), "take");
    const long value = ring.slots[ring.first];
    ring.first = ring.first == ring.size - 1 ? 0 : ring.first + 1;
    ring.count -= 1;
    must(go(buffer.set, for_good(room, 1), down(inside)), "take");
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
