// what: a lock is given back by SETVAL 0, which also forgets what SEM_UNDO has noted
// note: std::atomic in the segment, and classes with virtual functions around it
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <atomic>
#include <cerrno>
#include <iostream>
#include <memory>

#include "semaphores.hpp"

namespace ipc {

namespace {

using Error = std::system_error;

int call(int result, const char* name) {
    if (result == -1) {
        throw Error(errno, std::system_category(), name);
    }
    return result;
}

class Object {
public:
    virtual ~Object() = default;
    virtual int id() const = 0;
    virtual void remove() const = 0;
};

class Set : public Object {
public:
    explicit Set(int id) : id_(id) {}
    Set(key_t key, int count) : id_(call(semget(key, count, IPC_CREAT | 0600), "semget")) {}

    int id() const override { return id_; }
    void remove() const override { call(semctl(id_, 0, IPC_RMID), "semctl"); }

    void take(const std::vector<int>& numbers) const {
        std::vector<sembuf> all;
        for (const int number : numbers) {
            const auto short_number = static_cast<unsigned short>(number);
            all.push_back({short_number, 0, 0});
            all.push_back({short_number, 1, SEM_UNDO});
        }
        perform(all);
    }
    void give(const std::vector<int>& numbers) const {
        for (const int number : numbers) {
            call(semctl(id_, number, SETVAL, 0), "semctl");
        }
    }
    void change(int number, int by) const {
        perform({{static_cast<unsigned short>(number), static_cast<short>(by), 0}});
    }
    void perform(std::vector<sembuf> all) const {
        int result = 0;
        do {
            result = semop(id_, all.data(), all.size());
        } while (result == -1 && errno == EINTR);
        call(result, "semop");
    }

private:
    int id_;
};

class Segment : public Object {
public:
    explicit Segment(int id) : id_(id) {}
    Segment(key_t key, std::size_t size)
        : id_(call(shmget(key, size, IPC_CREAT | 0600), "shmget")) {}

    int id() const override { return id_; }
    void remove() const override { call(shmctl(id_, IPC_RMID, nullptr), "shmctl"); }

    void* attach() const {
        void* const address = shmat(id_, nullptr, 0);
        if (address == reinterpret_cast<void*>(-1)) {
            call(-1, "shmat");
        }
        return address;
    }
    bool is_lonely() const {
        shmid_ds status{};
        return shmctl(id_, IPC_STAT, &status) == 0 && status.shm_nattch == 0;
    }

private:
    int id_;
};

class Holder {
public:
    Holder(int set, std::vector<int> numbers) : set_(set), numbers_(std::move(numbers)) {
        set_.take(numbers_);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() {
        try {
            set_.give(numbers_);
        } catch (const Error&) {
        }
    }

private:
    Set set_;
    std::vector<int> numbers_;
};

}  // namespace

int open_locks(key_t key, int count) {
    return Set(key, count).id();
}

void lock(int set, int number) {
    Set(set).take({number});
}

void unlock(int set, int number) {
    Set(set).give({number});
}

void remove_locks(int set) {
    Set(set).remove();
}

Guard::Guard(int set, int number) : set_(set), number_(number) {
    lock(set, number);
}

Guard::~Guard() {
    semctl(set_, number_, SETVAL, 0);
}

namespace {

using Cell = std::atomic<long>;
static_assert(sizeof(Cell) == sizeof(long) && Cell::is_always_lock_free);

struct Entry {
    Cell balance;
    Cell partner;  ///< 1 + the number of the one who gets, while a transfer is carried out
    Cell before;
    Cell partner_before;
};
static_assert(sizeof(Entry) == sizeof(Account));

class Ledger {
public:
    explicit Ledger(const Bank& bank)
        : set_(bank.locks), entries_(reinterpret_cast<Entry*>(bank.books)) {}

    Entry& operator[](int account) const { return entries_[account]; }

    /// The accounts and nobody else, and nothing of them is half done.
    std::unique_ptr<Holder> alone_with(const std::vector<int>& accounts) const {
        auto holder = std::make_unique<Holder>(set_, accounts);
        while (true) {
            const int broken = broken_one(accounts);
            if (broken == -1) {
                return holder;
            }
            const int partner = static_cast<int>(entries_[broken].partner) - 1;
            holder = nullptr;
            if (partner >= 0) {
                const Holder both(set_, {broken, partner});
                repair(broken, partner);
            }
            holder = std::make_unique<Holder>(set_, accounts);
        }
    }

private:
    int broken_one(const std::vector<int>& accounts) const {
        for (int from = 0; from < account_count; ++from) {
            const long to = entries_[from].partner - 1;
            for (const int account : accounts) {
                if (to >= 0 && (account == from || account == to)) {
                    return from;
                }
            }
        }
        return -1;
    }

    void repair(int from, int to) const {
        Entry& entry = entries_[from];
        if (entry.partner == to + 1) {
            entries_[to].balance = entry.partner_before.load();
            entry.balance = entry.before.load();
            entry.partner = 0;
        }
    }

    int set_;
    Entry* entries_;
};

}  // namespace

Bank open_bank(key_t key) {
    const Segment segment(key, sizeof(Books));
    return {segment.id(), Set(key, account_count).id(), static_cast<Books*>(segment.attach())};
}

void close_bank(const Bank& bank) {
    call(shmdt(bank.books), "shmdt");
    if (!Segment(bank.segment).is_lonely()) {
        return;
    }
    std::vector<std::unique_ptr<Object>> all;
    all.push_back(std::make_unique<Set>(bank.locks));
    all.push_back(std::make_unique<Segment>(bank.segment));
    for (const auto& object : all) {
        try {
            object->remove();
        } catch (const Error&) {  // Somebody else closed it at the same time.
        }
    }
}

void deposit(const Bank& bank, int account, long amount) {
    const Ledger ledger(bank);
    const auto alone = ledger.alone_with({account});
    ledger[account].balance += amount;
}

bool transfer(const Bank& bank, int from, int to, long amount) {
    const Ledger ledger(bank);
    const auto alone = ledger.alone_with({to, from});
    Entry& giver = ledger[from];
    if (giver.balance < amount) {
        return false;
    }
    giver.before = giver.balance.load();
    giver.partner_before = ledger[to].balance.load();
    giver.partner = to + 1;
    giver.balance -= amount;
    ledger[to].balance += amount;
    giver.partner = 0;
    return true;
}

std::array<long, account_count> statement(const Bank& bank) {
    const Ledger ledger(bank);
    const auto alone = ledger.alone_with({2, 0, 3, 1});
    return {ledger[0].balance, ledger[1].balance, ledger[2].balance, ledger[3].balance};
}

namespace {

enum { busy, room, filled, started, semaphores };

struct Ring {
    Cell slots;
    Cell put;
    Cell taken;
    Cell values[1];
};

}  // namespace

Buffer open_buffer(key_t key, int slots) {
    const Segment segment(key, sizeof(Ring) + slots * sizeof(Cell));
    const Set set(key, semaphores);
    auto* const ring = static_cast<Ring*>(segment.attach());
    ring->slots = slots;
    try {
        set.perform(
            {{started, 0, IPC_NOWAIT}, {started, 1, 0}, {room, static_cast<short>(slots), 0}});
    } catch (const Error& error) {
        if (error.code().value() != EAGAIN) {
            throw;
        }
    }
    return {segment.id(), set.id(), ring};
}

void close_buffer(const Buffer& buffer) {
    call(shmdt(buffer.memory), "shmdt");
}

void remove_buffer(key_t key) {
    const Segment segment(call(shmget(key, 0, 0), "shmget"));
    const Set set(call(semget(key, 0, 0), "semget"));
    segment.remove();
    set.remove();
}

void put(const Buffer& buffer, long value) {
    const Set set(buffer.set);
    auto& ring = *static_cast<Ring*>(buffer.memory);
    set.change(room, -1);
    set.take({busy});
    ring.values[ring.put % ring.slots] = value;
    ++ring.put;
    set.give({busy});
    set.change(filled, 1);
}

long take(const Buffer& buffer) {
    const Set set(buffer.set);
    auto& ring = *static_cast<Ring*>(buffer.memory);
    set.change(filled, -1);
    set.take({busy});
    const long value = ring.values[ring.taken % ring.slots];
    ++ring.taken;
    set.give({busy});
    set.change(room, 1);
    return value;
}

int produce(key_t key, int slots, long first, int count) {
    const auto buffer = open_buffer(key, slots);
    for (int number = 0; number < count; ++number) {
        put(buffer, first + number);
    }
    close_buffer(buffer);
    return 0;
}

int consume(key_t key, int slots, int count) {
    const auto buffer = open_buffer(key, slots);
    for (int number = 0; number < count; ++number) {
        std::cout << take(buffer) << std::endl;
    }
    close_buffer(buffer);
    return 0;
}

}  // namespace ipc
