#include "checks/words.hpp"

namespace ipclab::checks {

namespace {

const std::vector<CheckWords> words = {
    {"queues", "list_queues",
     "The kernel lists every queue of the namespace, with all that it records: key and id are two "
     "numbers, and both may have any value. Permission bits are octal there, keys signed and "
     "decimal.",
     "man 5 proc, /proc/sysvipc; man 2 msgctl, MSG_STAT_ANY", "Task 1: the three lists"},
    {"segments", "list_segments",
     "A segment keeps the size that was asked for. When it is removed while it is attached, it "
     "loses "
     "its key and gets a mark (SHM_DEST) beside its permission bits, until its last detach.",
     "man 2 shmctl, SHM_DEST; man 5 proc, /proc/sysvipc", "Task 1: the three lists"},
    {"sets", "list_sets",
     "A set has a key, an id, an owner, permission bits, and a number of semaphores that never "
     "changes.",
     "man 2 semctl; man 5 proc, /proc/sysvipc", "Task 1: the three lists"},
    {"unreadable", "list_queues, list_segments and list_sets",
     "That there is an object, everybody may see. IPC_STAT and MSG_STAT want the right to read it; "
     "/proc/sysvipc and MSG_STAT_ANY do not.",
     "man 2 msgctl, MSG_STAT_ANY", "Task 1: the three lists"},
    {"many", "list_queues, list_segments and list_sets",
     "There can be thousands of objects, and their ids have gaps. MSG_STAT wants an index into the "
     "kernel's table, which is no id.",
     "man 2 msgctl, MSG_INFO and MSG_STAT", "Task 1: the three lists"},
    {"vanish", "list_queues, list_segments and list_sets",
     "Between two calls others remove objects. That one is gone by the time you ask for more about "
     "it is no failure: it is just not there any more.",
     "man 2 msgctl, EIDRM and EINVAL", "Task 1: the three lists",
     "another process has to remove something between two calls: the handout, Task 1, shows how"},
    {"remove-id", "remove_id",
     "Each kind has its own call and its own ids. The same number names a queue, a segment and a "
     "set that have nothing to do with each other, and a key may have the same value, too.",
     "man 2 msgctl, man 2 shmctl, man 2 semctl: IPC_RMID", "Task 2: remove by id and by key"},
    {"remove-key", "remove_key",
     "A key is first turned into the id, with the call of its kind and without IPC_CREAT. That "
     "takes "
     "no permission, and no size. The key 0 (IPC_PRIVATE) would make a new object.",
     "man 2 msgget, man 2 shmget, man 2 semget", "Task 2: remove by id and by key"},
    {"stranger", "remove_id and remove_key",
     "Only the owner or creator of an object removes it, whatever the mode bits say. The refusal "
     "is "
     "EPERM, and the caller has to learn it.",
     "man 2 msgctl, EPERM", "Task 2: remove by id and by key"},
    {"pending", "remove_id",
     "A segment that is attached only gets a mark, and goes with its last detach. Others attach "
     "and "
     "detach at any time: whether it is still there can only be asked after the removal.",
     "man 2 shmctl, IPC_RMID", "Task 3: pending"},
    {"sweep", "sweep",
     "The kernel records the creator of a segment, the last sender and receiver of a queue, and "
     "the "
     "last user of each semaphore. Where all of these are dead, and nobody is attached, the object "
     "is left behind.",
     "man 2 kill, ESRCH; man 5 proc, /proc/sysvipc; man 2 semctl, GETPID", "Task 4: sweep"},
    {"sweep-spares", "sweep",
     "What somebody may still want must stay: what is attached, what a living process has made or "
     "used last, what nobody has used yet, and what belongs to others. One that cannot be removed "
     "or looked at is no reason to stop.",
     "the contract of sweep in tools.hpp; man 2 kill", "Task 4: sweep"},
    {"my-ipcs", "my_ipcs",
     "Each object is one line with the columns of ipcs, in its order, on the standard output. What "
     "is wrong with the command line goes to the standard error, with the exit status 2.",
     "man 1 ipcs; the contract of my_ipcs in tools.hpp", "Task 5: my-ipcs"},
    {"my-ipcrm", "my_ipcrm",
     "The command line is read to its end before anything is removed. Then each removal is tried, "
     "and the exit status says whether all of them worked.",
     "man 1 ipcrm; the contract of my_ipcrm in tools.hpp", "Task 6: my-ipcrm"},
};

}  // namespace

const std::vector<CheckWords>& lab03_words() {
    return words;
}

}  // namespace ipclab::checks
