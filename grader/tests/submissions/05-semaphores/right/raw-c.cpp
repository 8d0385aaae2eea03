// what: plain C; a lock is 0 where it is free, so that there is nothing to initialise
// note: a put or take happens in its last semop: the positions are semaphores, too
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <cerrno>

#include "semaphores.hpp"

#define THROW(call) throw std::system_error(errno, std::system_category(), call)
#define OP(number, change, flags) \
    { (unsigned short)(number), (short)(change), (short)(flags) }

static int doit(int set, struct sembuf* ops, size_t count) {
    int r;
    do
        r = semop(set, ops, count);
    while (r == -1 && errno == EINTR);
    return r;
}

int ipc::open_locks(key_t key, int count) {
    int set = semget(key, count, IPC_CREAT | 0600);
    if (set == -1)
        THROW("semget");
    return set;
}

void ipc::lock(int set, int number) {
    struct sembuf ops[] = {OP(number, 0, 0), OP(number, 1, SEM_UNDO)};
    if (doit(set, ops, 2) == -1)
        THROW("lock");
}

void ipc::unlock(int set, int number) {
    struct sembuf op = OP(number, -1, SEM_UNDO);
    if (doit(set, &op, 1) == -1)
        THROW("unlock");
}

void ipc::remove_locks(int set) {
    if (semctl(set, 0, IPC_RMID) == -1)
        THROW("semctl");
}

ipc::Guard::Guard(int set, int number) : set_(set), number_(number) {
    ipc::lock(set, number);
}

ipc::Guard::~Guard() {
    struct sembuf op = OP(number_, -1, SEM_UNDO);
    doit(set_, &op, 1);
}

/* ---- the bank: notes[0] of the one that gives is 1 + the one that gets, [1] and [2] are what
 * they had */

using namespace ipc;

static volatile long* note(const Bank* bank, int account, int number) {
    return &bank->books->accounts[account].notes[number];
}

static volatile long* balance(const Bank* bank, int account) {
    return &bank->books->accounts[account].balance;
}

static void take_all(const Bank* bank, unsigned which) {
    struct sembuf ops[2 * account_count];
    int n = 0;
    for (int a = 0; a < account_count; a++) {
        if (which & 1u << a) {
            ops[n++] = OP(a, 0, 0);
            ops[n++] = OP(a, 1, SEM_UNDO);
        }
    }
    if (doit(bank->locks, ops, n) == -1)
        THROW("bank");
}

static void give_all(const Bank* bank, unsigned which) {
    struct sembuf ops[account_count];
    int n = 0;
    for (int a = 0; a < account_count; a++) {
        if (which & 1u << a)
            ops[n++] = OP(a, -1, SEM_UNDO);
    }
    if (doit(bank->locks, ops, n) == -1)
        THROW("bank");
}

/* Takes the accounts, and others with them where a cut short transfer wants so. */
static unsigned enter(const Bank* bank, unsigned which) {
    for (;;) {
        unsigned more = which;
        int again = 0, from, to;
        take_all(bank, which);
        for (from = 0; from < account_count; from++) {
            to = (int)*note(bank, from, 0) - 1;
            if (to < 0 || !(which & (1u << from | 1u << to)))
                continue;
            if ((which & 1u << from) && (which & 1u << to)) {
                *balance(bank, from) = *note(bank, from, 1);
                *balance(bank, to) = *note(bank, from, 2);
                __sync_synchronize();
                *note(bank, from, 0) = 0;
            } else {
                more |= 1u << from | 1u << to;
                again = 1;
            }
        }
        if (!again)
            return which;
        give_all(bank, which);
        which = more;
    }
}

Bank ipc::open_bank(key_t key) {
    Bank bank;
    void* p;
    bank.segment = shmget(key, sizeof(Books), IPC_CREAT | 0600);
    if (bank.segment == -1)
        THROW("shmget");
    p = shmat(bank.segment, NULL, 0);
    if (p == (void*)-1)
        THROW("shmat");
    bank.books = (Books*)p;
    bank.locks = semget(key, account_count, IPC_CREAT | 0600);
    if (bank.locks == -1)
        THROW("semget");
    return bank;
}

void ipc::close_bank(const Bank& bank) {
    struct shmid_ds ds;
    if (shmdt(bank.books) == -1)
        THROW("shmdt");
    if (shmctl(bank.segment, IPC_STAT, &ds) == 0 && ds.shm_nattch == 0) {
        semctl(bank.locks, 0, IPC_RMID);
        shmctl(bank.segment, IPC_RMID, NULL);
    }
}

void ipc::deposit(const Bank& bank, int account, long amount) {
    unsigned held = enter(&bank, 1u << account);
    *balance(&bank, account) = *balance(&bank, account) + amount;
    give_all(&bank, held);
}

bool ipc::transfer(const Bank& bank, int from, int to, long amount) {
    unsigned held = enter(&bank, 1u << from | 1u << to);
    int enough = *balance(&bank, from) >= amount;
    if (enough) {
        *note(&bank, from, 1) = *balance(&bank, from);
        *note(&bank, from, 2) = *balance(&bank, to);
        __sync_synchronize();
        *note(&bank, from, 0) = to + 1;
        __sync_synchronize();
        *balance(&bank, to) = *note(&bank, from, 2) + amount;
        *balance(&bank, from) = *note(&bank, from, 1) - amount;
        __sync_synchronize();
        *note(&bank, from, 0) = 0;
    }
    give_all(&bank, held);
    return enough != 0;
}

std::array<long, account_count> ipc::statement(const Bank& bank) {
    std::array<long, account_count> all;
    unsigned held = enter(&bank, (1u << account_count) - 1);
    for (int a = 0; a < account_count; a++)
        all[a] = *balance(&bank, a);
    give_all(&bank, held);
    return all;
}

/* ---- the buffer: MADE is 1 once it is ready; FIRST is where the oldest value lies */

enum { MADE, BUSY, FREE, USED, FIRST, SEMAPHORES };

Buffer ipc::open_buffer(key_t key, int slots) {
    Buffer buffer;
    struct sembuf make[] = {OP(MADE, 0, IPC_NOWAIT), OP(MADE, 1, 0), OP(FREE, slots, 0)};
    buffer.segment = shmget(key, slots * sizeof(long), IPC_CREAT | 0600);
    if (buffer.segment == -1)
        THROW("shmget");
    buffer.memory = shmat(buffer.segment, NULL, 0);
    if (buffer.memory == (void*)-1)
        THROW("shmat");
    buffer.set = semget(key, SEMAPHORES, IPC_CREAT | 0600);
    if (buffer.set == -1)
        THROW("semget");
    if (doit(buffer.set, make, 3) == -1 && errno != EAGAIN)
        THROW("semop");
    return buffer;
}

void ipc::close_buffer(const Buffer& buffer) {
    if (shmdt(buffer.memory) == -1)
        THROW("shmdt");
}

void ipc::remove_buffer(key_t key) {
    int segment = shmget(key, 0, 0);
    if (segment == -1)
        THROW("shmget");
    int set = semget(key, 0, 0);
    if (set == -1)
        THROW("semget");
    if (semctl(set, 0, IPC_RMID) == -1)
        THROW("semctl");
    if (shmctl(segment, IPC_RMID, NULL) == -1)
        THROW("shmctl");
}

static int value_of(const Buffer* buffer, int number) {
    int value = semctl(buffer->set, number, GETVAL);
    if (value == -1)
        THROW("semctl");
    return value;
}

static int slots_of(const Buffer* buffer) {
    struct shmid_ds ds;
    if (shmctl(buffer->segment, IPC_STAT, &ds) == -1)
        THROW("shmctl");
    return (int)(ds.shm_segsz / sizeof(long));
}

void ipc::put(const Buffer& buffer, long value) {
    volatile long* values = (volatile long*)buffer.memory;
    /* All of it comes back if we are killed, until the second semop, which makes FREE stay as it
     * is: +1 with SEM_UNDO cancels what the first one has noted, and -1 takes it again for good. */
    struct sembuf begin[] = {OP(FREE, -1, SEM_UNDO), OP(BUSY, 0, 0), OP(BUSY, 1, SEM_UNDO)};
    struct sembuf end[] = {OP(FREE, 1, SEM_UNDO), OP(FREE, -1, 0), OP(USED, 1, 0),
                           OP(BUSY, -1, SEM_UNDO)};
    int slots = slots_of(&buffer);
    if (doit(buffer.set, begin, 3) == -1)
        THROW("put");
    values[(value_of(&buffer, FIRST) + value_of(&buffer, USED)) % slots] = value;
    if (doit(buffer.set, end, 4) == -1)
        THROW("put");
}

long ipc::take(const Buffer& buffer) {
    volatile long* values = (volatile long*)buffer.memory;
    struct sembuf begin[] = {OP(USED, -1, SEM_UNDO), OP(BUSY, 0, 0), OP(BUSY, 1, SEM_UNDO)};
    struct sembuf end[] = {OP(USED, 1, SEM_UNDO), OP(USED, -1, 0), OP(FREE, 1, 0), OP(FIRST, 1, 0),
                           OP(BUSY, -1, SEM_UNDO)};
    int slots = slots_of(&buffer), first;
    long value;
    if (doit(buffer.set, begin, 3) == -1)
        THROW("take");
    first = value_of(&buffer, FIRST);
    value = values[first];
    if (first == slots - 1)
        end[3].sem_op = (short)-first;
    if (doit(buffer.set, end, 5) == -1)
        THROW("take");
    return value;
}

int ipc::produce(key_t key, int slots, long first, int count) {
    Buffer buffer = open_buffer(key, slots);
    for (int i = 0; i < count; i++)
        put(buffer, first + i);
    close_buffer(buffer);
    return 0;
}

int ipc::consume(key_t key, int slots, int count) {
    Buffer buffer = open_buffer(key, slots);
    while (count-- > 0) {
        printf("%ld\n", take(buffer));
        fflush(stdout);
    }
    close_buffer(buffer);
    return 0;
}
