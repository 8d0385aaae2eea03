// The words of the student program that are right or wrong when two processes do them at the same
// time. The segment that is attached first holds an account at 0, a pair at 64, and more.
#include <sched.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <array>
#include <atomic>

#include "student_words.hpp"

namespace ipclab::tests {

namespace {

constexpr long account = 0;
constexpr long pair_begin = 64;
constexpr long pair_end = 72;
constexpr long pair_version = 80;
constexpr long spin_word = 88;

long& plain(long offset) {
    return const_cast<long&>(word_at(0, offset));
}

long change(long set, short number, short by, short flags = 0) {
    sembuf operation{static_cast<unsigned short>(number), by, flags};
    return semop(static_cast<int>(set), &operation, 1);
}

void lock(long set, short number = 0) {
    change(set, number, -1);
}

void unlock(long set, short number = 0) {
    change(set, number, 1);
}

void deposit(long amount) {
    const long before = word_at(0, account);
    word_at(0, account) = before + amount;
}

// --- an account: numbers are a set (or a queue) and an amount ----------------------------------

std::string deposit_locked(const Numbers& n) {
    lock(n.at(0));
    deposit(n.at(1));
    unlock(n.at(0));
    return "done";
}

std::string deposit_with_undo(const Numbers& n) {
    change(n.at(0), 0, -1, SEM_UNDO);
    deposit(n.at(1));
    change(n.at(0), 0, 1, SEM_UNDO);
    return "done";
}

std::string deposit_with_early_unlock(const Numbers& n) {
    lock(n.at(0));
    const long before = word_at(0, account);
    unlock(n.at(0));
    word_at(0, account) = before + n.at(1);
    return "done";
}

std::string deposit_with_late_lock(const Numbers& n) {
    const long before = word_at(0, account);
    lock(n.at(0));
    word_at(0, account) = before + n.at(1);
    unlock(n.at(0));
    return "done";
}

std::string deposit_with_exchange(const Numbers& n) {
    const std::atomic_ref balance(plain(account));
    long before = balance.load();
    while (!balance.compare_exchange_strong(before, before + n.at(1))) {
    }
    return "done";
}

/// The one message in a queue is the lock.
std::string deposit_with_token(const Numbers& n) {
    std::array<long, 2> token{};
    msgrcv(static_cast<int>(n.at(0)), token.data(), sizeof(long), 0, 0);
    deposit(n.at(1));
    token = {1, 0};
    msgsnd(static_cast<int>(n.at(0)), token.data(), sizeof(long), 0);
    return "done";
}

/// A lock that never asks the kernel.
std::string deposit_spinning(const Numbers& n) {
    const std::atomic_ref taken(plain(spin_word));
    while (taken.exchange(1) != 0) {
        sched_yield();
    }
    deposit(n.at(1));
    taken.store(0);
    return "done";
}

// --- two words that belong together ------------------------------------------------------------

std::string set_pair(long value) {
    word_at(0, pair_begin) = value;
    word_at(0, pair_end) = value;
    return "done";
}

std::string get_pair() {
    const long begin = word_at(0, pair_begin);
    const long end = word_at(0, pair_end);
    return begin == end ? "whole" : "torn";
}

std::string set_pair_locked(const Numbers& n) {
    lock(n.at(0));
    auto answer = set_pair(n.at(1));
    unlock(n.at(0));
    return answer;
}

std::string get_pair_locked(const Numbers& n) {
    lock(n.at(0));
    auto answer = get_pair();
    unlock(n.at(0));
    return answer;
}

/// An odd version says that the pair is being changed.
std::string set_pair_with_version(const Numbers& n) {
    const std::atomic_ref version(plain(pair_version));
    version.fetch_add(1);
    set_pair(n.at(1));
    version.fetch_add(1);
    return "done";
}

std::string get_pair_with_version(const Numbers& /*none*/) {
    const std::atomic_ref version(plain(pair_version));
    while (true) {
        const long before = version.load();
        auto answer = get_pair();
        if (before % 2 == 0 && version.load() == before) {
            return answer;
        }
        sched_yield();
    }
}

// --- two locks: numbers are a set and two of its semaphores ------------------------------------

std::string take_both(const Numbers& n) {
    const auto first = static_cast<short>(n.at(1));
    const auto second = static_cast<short>(n.at(2));
    lock(n.at(0), first);
    lock(n.at(0), second);
    deposit(1);
    unlock(n.at(0), second);
    unlock(n.at(0), first);
    return "done";
}

std::string take_both_at_once(const Numbers& n) {
    const auto first = static_cast<unsigned short>(n.at(1));
    const auto second = static_cast<unsigned short>(n.at(2));
    std::array<sembuf, 2> operations{{{first, -1, 0}, {second, -1, 0}}};
    semop(static_cast<int>(n.at(0)), operations.data(), operations.size());
    deposit(1);
    operations = {{{first, 1, 0}, {second, 1, 0}}};
    return told(semop(static_cast<int>(n.at(0)), operations.data(), operations.size()));
}

// --- what is to be made once: the number is a key ----------------------------------------------

std::string make_once(const Numbers& n) {
    const auto key = static_cast<key_t>(n.at(0));
    if (shmget(key, 100, IPC_CREAT | IPC_EXCL | 0600) != -1) {
        return "made";
    }
    return shmget(key, 100, 0) != -1 ? "found" : told(-1);
}

std::string make_once_carelessly(const Numbers& n) {
    const auto key = static_cast<key_t>(n.at(0));
    if (shmget(key, 100, 0) != -1) {
        return "found";
    }
    return shmget(key, 100, IPC_CREAT | 0600) != -1 ? "made" : told(-1);
}

std::string take_if_free(int set) {
    return change(set, 0, -1, IPC_NOWAIT) == 0 ? "locked" : told(-1);
}

/// The second semaphore says that the first one is ready.
std::string make_lock_and_take(const Numbers& n) {
    const auto key = static_cast<key_t>(n.at(0));
    const int made = semget(key, 2, IPC_CREAT | IPC_EXCL | 0600);
    if (made != -1) {
        std::array<sembuf, 2> raise{{{0, 1, 0}, {1, 1, 0}}};
        semop(made, raise.data(), raise.size());
        return take_if_free(made);
    }
    const int found = semget(key, 2, 0);
    change(found, 1, -1);
    change(found, 1, 1);
    return take_if_free(found);
}

/// Whoever comes sets the lock free.
std::string make_lock_and_take_carelessly(const Numbers& n) {
    const int set = semget(static_cast<key_t>(n.at(0)), 1, IPC_CREAT | 0600);
    semctl(set, 0, SETVAL, 1);
    return take_if_free(set);
}

}  // namespace

const StudentWords& race_words() {
    static const StudentWords all = {
        {"deposit",
         [](const Numbers& n) {
             deposit(n.at(1));
             return "done";
         }},
        {"free-locks",
         [](const Numbers& n) {
             unlock(n.at(0), 0);
             unlock(n.at(0), 1);
             return "done";
         }},
        {"deposit-locked", deposit_locked},
        {"deposit-with-undo", deposit_with_undo},
        {"deposit-with-early-unlock", deposit_with_early_unlock},
        {"deposit-with-late-lock", deposit_with_late_lock},
        {"deposit-at-once",
         [](const Numbers& n) {
             std::atomic_ref(plain(account)).fetch_add(n.at(1));
             return "done";
         }},
        {"deposit-with-exchange", deposit_with_exchange},
        {"deposit-with-token", deposit_with_token},
        {"deposit-spinning", deposit_spinning},
        {"set-pair", [](const Numbers& n) { return set_pair(n.at(1)); }},
        {"get-pair", [](const Numbers&) { return get_pair(); }},
        {"set-pair-locked", set_pair_locked},
        {"get-pair-locked", get_pair_locked},
        {"set-pair-with-version", set_pair_with_version},
        {"get-pair-with-version", get_pair_with_version},
        {"take-both", take_both},
        {"take-both-at-once", take_both_at_once},
        {"make-once", make_once},
        {"make-once-carelessly", make_once_carelessly},
        {"make-lock-and-take", make_lock_and_take},
        {"make-lock-and-take-carelessly", make_lock_and_take_carelessly},
    };
    return all;
}

}  // namespace ipclab::tests
