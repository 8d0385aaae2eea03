#include "checks/hints.hpp"

namespace ipclab::checks {

const std::vector<Hints>& lab05_hints() {
    static const std::vector<Hints> all = {
        {"initial",
         {"Which value has a semaphore while its lock is free, and who gives it that value?",
          "Type open-locks and then ipcs -s -i SET: it shows the values. A set starts with zeros.",
          "semget with IPC_CREAT|IPC_EXCL|0600 and count semaphores, and the maker raises each to "
          "1. lock is a semop of {number, -1, SEM_UNDO}, unlock one of {number, +1, SEM_UNDO}."}},
        {"creation-race",
         {"What does a process find that calls semget right after the maker's semget?",
          "Two steps of the maker are never one. Either the others wait in their first lock, or "
          "they look whether the maker is done (sem_otime, 2.4 of the handout).",
          "On Linux a new semaphore is 0: who wants to lower it waits. So let only the maker raise "
          "it from 0 to 1, with one semop, and everybody else leave it alone."}},
        {"newcomer",
         {"What does open_locks do when the set is there already?",
          "Type lock in one shell, then open-locks in another one, and look at the values with "
          "ipcs -s -i SET before and after.",
          "Only where semget with IPC_CREAT|IPC_EXCL has succeeded is this process the maker. On "
          "EEXIST find the set with semget(key, count, 0), and change nothing."}},
        {"signal",
         {"What does semop return when a signal handler has run while it waited?",
          "Have a shell wait in lock, and type kill -USR1 PROCESS in another terminal. See EINTR "
          "in semop(2), and signal(7): no SA_RESTART helps here.",
          "Call semop in a loop: as long as it fails with EINTR call it again. Every other failure "
          "is thrown."}},
        {"removed",
         {"What does semop return when the set is removed while it waits?",
          "See EIDRM and EINVAL in semop(2). Type lock twice, and remove-locks in another shell.",
          "Throw std::system_error with errno for every failure but EINTR, in lock and in "
          "unlock."}},
        {"crash",
         {"Who gives a lock back whose owner was killed?",
          "See SEM_UNDO in semop(2). Type lock, kill the shell with kill -KILL, and look at the "
          "value with ipcs -s -i SET.",
          "Both operations, -1 and +1, have SEM_UNDO as their sem_flg. With only one of them the "
          "value is wrong after a process that did everything right."}},
        {"guard",
         {"When does the destructor run, and what does it do when unlock throws?",
          "A destructor is noexcept: what leaves it ends the program. Try enter, remove-locks and "
          "leave.",
          "The constructor calls lock with its arguments; the destructor calls unlock in a try "
          "block and drops a std::system_error."}},
        {"deposit",
         {"Between which two accesses to the balance must nobody else come?",
          "Read the schedule in the report from top to bottom: who has read what when the switch "
          "comes? See the lost update in the handout.",
          "Take the account's lock before the balance is read, and give it back after it was "
          "written: a Guard at the top of the function."}},
        {"statement",
         {"How long do the other accounts stay as they are while you read one?",
          "Lock every account before you read the first one, and unlock them after the last one.",
          "One semop with an operation for each account takes all of the locks at once, or none."}},
        {"transfer",
         {"Where is the look at the balance, and where is the lock?",
          "Two transfers from one account, each of all that is there: read the schedule in the "
          "report.",
          "Lock both accounts, then look, then change both, then unlock. Nothing of it before the "
          "lock or after it."}},
        {"deadlock",
         {"Draw who has which lock, and who waits for which.",
          "Both processes take two locks, in opposite orders. See the three ways out in the "
          "handout, Task 4.",
          "One semop with both operations takes both locks or waits with none. Or: always the lock "
          "with the lower number first."}},
        {"cut-short",
         {"What does the next process need to know of a transfer that was cut short?",
          "The notes in Account are yours: they stay in the segment when a process is killed. In "
          "which order do note and change have to come?",
          "Before the first change note both balances and, last, who gives to whom. Clear that "
          "after the last change. Who takes a lock looks for such a note first, and takes it "
          "back with both locks held."}},
        {"last-user",
         {"Who counts the users of a segment, also those that were killed?",
          "See shm_nattch in shmctl(2), IPC_STAT. What do two processes see that ask at the same "
          "time, before they detach?",
          "Detach first, then ask: where nobody has it attached, remove the segment and the set. "
          "That another one has just done it is no failure."}},
        {"buffer",
         {"On which semaphore does put wait, and on which take?",
          "Three semaphores: free slots (first value: slots), values (0), mutex (1). Watch them "
          "with ipcs -s -i SET while you put.",
          "put: lower the free slots, then the mutex; write; raise the mutex and the values. take "
          "the other way round. A ring of slots in the segment keeps the order."}},
        {"buffer-race",
         {"What do two processes read that are in put at the same time?",
          "Read the schedule in the report: which of the two had the mutex when it read the place?",
          "Everything that reads or changes the ring is between the mutex's -1 and +1, and the "
          "other semaphore is raised after the value was written."}},
        {"workers",
         {"What does SEM_UNDO do to the counts when a producer ends?",
          "Run a producer and look at the values with ipcs -s -i SET before and after its end.",
          "SEM_UNDO belongs on the mutex only. The two counting semaphores are changed for good."}},
    };
    return all;
}

}  // namespace ipclab::checks
