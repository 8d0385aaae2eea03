/// @file
/// Lab 5, semaphores: the contract of the locks, the bank and the bounded buffer that you write in
/// semaphores.cpp.
///
/// A refusal is reported by throwing std::system_error with the errno that the failed call left
/// behind, in std::generic_category() or std::system_category():
///
///     throw std::system_error(errno, std::generic_category(), "semop");
///
/// Where a contract says "waits", the kernel puts the process to sleep until there is something to
/// do: no loop asks again and again. A signal whose handler runs meanwhile is no reason to give up,
/// and no reason to go in: the function goes on waiting. Only a function that finds what another
/// process is just making may look again and again until it is ready.
///
/// Any number of processes call any of these functions at the same time, each of them is
/// interrupted at any instant for any length of time, and some are killed: not while they make or
/// remove something, which would leave half of it. No function prints (only consume does), or works
/// on after it has returned.
#ifndef IPCLAB_LABS_05_SEMAPHORES_SEMAPHORES_HPP
#define IPCLAB_LABS_05_SEMAPHORES_SEMAPHORES_HPP

#include <sys/types.h>

#include <array>
#include <string>
#include <system_error>
#include <vector>

namespace ipc {

// --- locks -----------------------------------------------------------------------------------

/// Opens a set of locks, and makes it where there is none: for its own user alone (0600). Each lock
/// is free at first. Whoever comes first makes them, and whoever else comes, at whatever instant,
/// gets the same locks: none is seen before it is ready by one who could then go in where he should
/// wait, or wait for ever. Locks that are held stay so.
///
/// See semget(2), semctl(2), and "initialize" in both.
///
/// @param key    any key but IPC_PRIVATE.
/// @param count  how many locks there are, from 1 to 100: the same in every process.
/// @return the id of the set.
int open_locks(key_t key, int count);

/// Takes a lock. Waits while somebody has it. A process that ends with it in whatever way, by
/// SIGKILL for example, leaves it free. See semop(2), SEM_UNDO.
///
/// @param set     what open_locks returned.
/// @param number  of the lock in the set, from 0, and below 1000.
/// @throws std::system_error  EIDRM: the locks were removed while it waited. EINVAL: there are no
///                            such locks (any more). EFBIG: there is no lock with this number.
void lock(int set, int number);

/// Gives back a lock that this process took.
///
/// @throws std::system_error  EINVAL or EIDRM: there are no such locks any more.
void unlock(int set, int number);

/// Removes a set of locks, whoever has them or waits for them.
///
/// @throws std::system_error  EINVAL: there are no such locks.
void remove_locks(int set);

/// A lock that is given back when its owner goes out of scope, in whatever way.
class Guard {
public:
    /// Takes the lock, as lock does, and throws what that throws.
    Guard(int set, int number);

    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    /// Gives it back. Never throws, not even where the locks were removed meanwhile.
    ~Guard();

private:
    int set_ = -1;
    int number_ = 0;
};

// --- the bank --------------------------------------------------------------------------------

inline constexpr int account_count = 4;

/// One account, as it lies in the segment.
struct Account {
    long balance;
    std::array<long, 3>
        notes;  ///< yours: what others need to know of a transfer that was cut short
};

/// The whole segment of a bank, sizeof(Books) bytes. The kernel fills it with zeros.
struct Books {
    std::array<Account, account_count> accounts;
};

/// A bank that this process has opened.
struct Bank {
    int segment = -1;        ///< the id of the segment with the books
    int locks = -1;          ///< the id of a set of semaphores
    Books* books = nullptr;  ///< where the segment is attached in this process
};

/// Opens the bank with this key, and makes it where there is none: a segment and a set of
/// semaphores, both with this key, both for its own user alone (0600). All balances are 0 at first.
/// Whoever else comes, at whatever instant, gets the same bank.
///
/// @param key  any key but IPC_PRIVATE.
Bank open_bank(key_t key);

/// Detaches a bank from this process. The last process that does so removes it: the segment and the
/// set. A process that has ended, in whatever way, has closed it, too. Nobody opens a bank while
/// its last user closes it.
void close_bank(const Bank& bank);

/// Adds an amount to an account.
///
/// @param account  from 0 to account_count - 1.
/// @param amount   greater than 0.
void deposit(const Bank& bank, int account, long amount);

/// Moves an amount from one account to another one. Nobody ever sees it in both or in neither:
/// every transfer happens as a whole or not at all. This holds also where a process is killed in
/// the middle of it: the next call that uses one of the two accounts puts in order what it left
/// behind, before anything else.
///
/// @param from  an account. It never falls below 0.
/// @param to    another account.
/// @return whether there was enough; if not, nothing has changed.
bool transfer(const Bank& bank, int from, int to, long amount);

/// @return the balances of all accounts at one and the same instant.
std::array<long, account_count> statement(const Bank& bank);

// --- the bounded buffer ----------------------------------------------------------------------

/// A bounded buffer that this process has opened.
struct Buffer {
    int segment = -1;        ///< the id of the segment with the values
    int set = -1;            ///< the id of a set of semaphores
    void* memory = nullptr;  ///< where the segment is attached in this process
};

/// Opens the buffer with this key, and makes it where there is none: a segment and a set of
/// semaphores, both with this key, both for its own user alone (0600). It is empty at first.
/// Whoever else comes, at whatever instant, gets the same buffer.
///
/// How the values lie in the segment is yours to say.
///
/// @param key    any key but IPC_PRIVATE.
/// @param slots  so many values have room, from 1 to 1000: the same in every process.
Buffer open_buffer(key_t key, int slots);

/// Detaches a buffer from this process. It stays, with what is in it.
void close_buffer(const Buffer& buffer);

/// Removes the buffer with this key: the segment and the set. Who waits for it gets an EIDRM.
/// Nobody opens a buffer while somebody removes it.
///
/// @throws std::system_error  ENOENT: there is none.
void remove_buffer(key_t key);

/// Puts a value into the buffer, behind those that are there. Waits while it is full.
///
/// What was put there stays there when the process ends. One that is killed in the middle of put or
/// take may take one slot or one value with it, and nothing else.
///
/// @throws std::system_error  EIDRM or EINVAL: the buffer was removed.
void put(const Buffer& buffer, long value);

/// Takes the oldest value out of the buffer. Waits while it is empty.
///
/// @throws std::system_error  EIDRM or EINVAL: the buffer was removed.
long take(const Buffer& buffer);

/// The program `producer KEY SLOTS FIRST COUNT`: opens the buffer, puts the values FIRST, FIRST + 1
/// and so on into it, COUNT of them, and ends.
///
/// @return the exit status of the program: 0.
int produce(key_t key, int slots, long first, int count);

/// The program `consumer KEY SLOTS COUNT`: opens the buffer, takes COUNT values out of it, prints
/// each on a line of its own on the standard output, and ends.
///
/// @return the exit status of the program: 0.
int consume(key_t key, int slots, int count);

}  // namespace ipc

#endif
