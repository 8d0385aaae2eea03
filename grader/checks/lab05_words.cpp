#include "checks/words.hpp"

namespace ipclab::checks {

namespace {

const std::vector<CheckWords> words = {
    {"initial", "open_locks, lock and unlock",
     "A semaphore that stands for a lock is 1 while the lock is free. To take it is to lower it by "
     "one, which waits at 0; to give it back is to raise it by one. Each lock is a semaphore of "
     "its own in the set.",
     "man 2 semop; man 2 semget", "Task 1: the locks"},
    {"creation-race", "open_locks",
     "Between the semget that makes a set and the call that gives its semaphores their first value "
     "another process can find the set. It must wait until the set is ready, and must not make it "
     "ready a second time.",
     "man 2 semget, NOTES; man 2 semctl, SETVAL", "Task 1: the locks",
     "the processes have to meet between two calls: gdb stops one after its semget (the handout, "
     "Task 1, shows how)"},
    {"newcomer", "open_locks",
     "A set that is there may be in use: whoever opens it must leave its values alone, whatever "
     "they are.",
     "man 2 semctl, SETVAL", "Task 1: the locks"},
    {"signal", "lock",
     "semop is never started again after a signal: it fails with EINTR, and the lock is not taken. "
     "Who goes on as if it were is in the room with somebody else.",
     "man 7 signal, Interruption of system calls; man 2 semop, EINTR", "Task 1: the locks"},
    {"removed", "lock and unlock",
     "Who waits while the set is removed gets EIDRM; who comes later gets EINVAL. Both are errors "
     "of the caller's world, and neither is a lock that was taken.",
     "man 2 semop, EIDRM", "Task 1: the locks"},
    {"crash", "lock and unlock",
     "SEM_UNDO has the kernel take back what a process did to a semaphore when the process ends. "
     "It must be on both, the lowering and the raising: only then do they add up to nothing.",
     "man 2 semop, SEM_UNDO", "Task 1: the locks"},
    {"guard", "class Guard",
     "The constructor takes the lock and the destructor gives it back: once, in whatever way the "
     "scope is left. A destructor that throws ends the program.",
     "the contract of Guard in semaphores.hpp", "Task 2: class Guard"},
    {"deposit", "deposit",
     "balance += amount is three steps: read, add, write. Between the first and the last nobody "
     "else may do the same, so that the lock has to be held from before the read until after the "
     "write.",
     "the handout, the lost update; man 2 semop", "Task 3: deposit and statement",
     "make shell LAB=5 in two terminals, open-bank 0x4c05 in both, then in both: repeat 1000000 "
     "deposit 0 1; then: statement"},
    {"statement", "statement",
     "Between two looks at two accounts others move money. All accounts have to be locked from the "
     "first look to the last one.",
     "man 2 semop, several operations at once", "Task 3: deposit and statement",
     "make shell LAB=5 in two terminals, open-bank 0x4c05 in both, deposit 0 100000, then in one: "
     "repeat 100000 transfer 0 3 1; in the other, again and again: statement"},
    {"transfer", "transfer",
     "Whether there is enough is a look at the balance, and belongs under the lock like the change "
     "itself. Both accounts change, so both are locked.",
     "the contract of transfer in semaphores.hpp", "Task 4: transfer",
     "make shell LAB=5 in two terminals, open-bank 0x4c05 in both, deposit 0 1000000, then in "
     "both: "
     "repeat 100000 transfer 0 1 1; then: statement"},
    {"deadlock", "transfer",
     "One process has the first lock and waits for the second, the other one has the second and "
     "waits for the first. Take both at once with one semop, or always in the same order.",
     "man 2 semop: all operations or none", "Task 4: transfer",
     "make shell LAB=5 in two terminals, open-bank 0x4c05 in both, then repeat 1000000 transfer 0 "
     "1 "
     "1 in one and repeat 1000000 transfer 1 0 1 in the other; ipcs -s -i SET shows who waits"},
    {"cut-short", "transfer",
     "A process that is killed leaves its locks free, and its work half done. What others need to "
     "put it in order has to stand in the segment before the first change, and until after the "
     "last.",
     "the handout, Task 4; man 2 semop, SEM_UNDO", "Task 4: transfer",
     "gdb stops a process between the two changes, and kill ends it there: the handout, Task 4, "
     "shows how"},
    {"last-user", "close_bank",
     "The kernel counts who has the segment attached (shm_nattch), also of those that were killed. "
     "Whether one is the last can only be asked after one's own detach: of two who ask before it, "
     "each sees the other.",
     "man 2 shmctl, IPC_STAT; man 2 shmdt", "Task 5: open and close the bank"},
    {"buffer", "put and take",
     "One semaphore counts the free slots, one the values, and one keeps all others out. Who finds "
     "0 waits in semop, with nothing in hand that the others need.",
     "man 2 semop", "Task 6: the bounded buffer"},
    {"buffer-race", "put and take",
     "The place of the next value is read, used and changed: by one process at a time. A value may "
     "be counted only when it is there, and a slot only when it is free.",
     "the handout, Task 6; man 2 semop", "Task 6: the bounded buffer",
     "two processes have to meet inside of put or take: make shell LAB=5 in two terminals, "
     "open-buffer 0x4c06 3 in both, then repeat 100000 put 1 in one and repeat 100000 take in the "
     "other"},
    {"workers", "produce and consume",
     "SEM_UNDO is for what a process gives back itself. A slot that is filled stays filled when "
     "the producer ends: the semaphores that count slots and values must not be undone.",
     "man 2 semop, SEM_UNDO", "Task 7: producer and consumer"},
};

}  // namespace

const std::vector<CheckWords>& lab05_words() {
    return words;
}

}  // namespace ipclab::checks
