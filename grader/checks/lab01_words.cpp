#include "checks/words.hpp"

namespace ipclab::checks {

namespace {

const std::vector<CheckWords> words = {
    {"key", "make_key",
     "The key comes from the file and the number alone: ftok makes it from the file's inode and "
     "device and the low 8 bits of proj_id. About half of all good keys are negative.",
     "man 3 ftok", "Task 1"},
    {"key-refuses", "make_key",
     "ftok answers -1 where it can make no key, and -1 used as a key would seem to work. It does "
     "not look at more than 8 bits of proj_id: only 1 to 255 are told apart.",
     "man 3 ftok, RETURN VALUE and NOTES", "Task 1"},
    {"create", "create",
     "msgget makes a queue only if it is asked to (IPC_CREAT), and returns its id. The key names "
     "the queue, the id is what every later call needs.",
     "man 2 msgget", "Task 2"},
    {"exclusive", "create",
     "IPC_CREAT alone opens a queue that is there already. Only together with IPC_EXCL does it "
     "fail with EEXIST, and a taken queue stays as it is.",
     "man 2 msgget, IPC_EXCL", "Task 2"},
    {"mode", "create",
     "The low nine bits of msgflg become the queue's permissions as they stand. The umask plays no "
     "part. Modes are octal: decimal 666 is 01232, which is other bits.",
     "man 2 msgget, msgflg; man 7 sysvipc", "Task 2"},
    {"open", "open",
     "msgget without IPC_CREAT finds the queue that has the key now. The id is the kernel's answer "
     "of this moment: a queue that is removed and made anew has another one.",
     "man 2 msgget", "Task 3"},
    {"open-missing", "open",
     "Opening is not making. With IPC_CREAT in it, a missing creator goes unseen: everybody waits "
     "at an empty queue.",
     "man 2 msgget, ENOENT", "Task 3"},
    {"open-denied", "open",
     "The nine bits in msgflg say what an opener wants to do, and msgget checks them. With 0 it "
     "opens anything, and the refusal comes later, at the first message.",
     "man 2 msgget, EACCES", "Task 3"},
    {"open-or-create", "open_or_create",
     "The first caller makes the queue and is told so, every later one gets the same queue and is "
     "told that it was there.",
     "man 2 msgget, EEXIST", "Task 4"},
    {"race", "open_or_create",
     "Between two calls of a process, others run: a queue that was missing may be there, one that "
     "was there may be gone. Only msgget itself can decide who made it, in one call, and after a "
     "surprise the question has to be asked again.",
     "man 2 msgget, IPC_EXCL", "Task 4",
     "the other process has to come between two calls: the handout, Task 4, shows how"},
    {"private", "create_private",
     "The key IPC_PRIVATE names nothing: every msgget with it makes one more queue, without a key.",
     "man 2 msgget, IPC_PRIVATE", "Task 5"},
    {"any-id", "create and open", "Only -1 is a failure. The first queue of a system has the id 0.",
     "man 2 msgget, RETURN VALUE", "Task 2"},
    {"outlives", "create",
     "A queue belongs to the kernel. It stays, with its messages, until somebody removes it or the "
     "system goes down. Nobody may remove it behind its users' backs.",
     "man 7 sysvipc", "Task 2"},
    {"remove", "remove",
     "IPC_RMID takes the id, not the key, and works at once. A queue that is gone is EINVAL, and "
     "the caller is told.",
     "man 2 msgctl, IPC_RMID", "Task 6"},
    {"refused", "the function that was asked",
     "What the kernel answers is what the caller must learn: the errno of the failed call, read "
     "before anything else runs, in a std::system_error. And a call that failed leaves nothing.",
     "man 3 errno; man 2 msgget, ERRORS", "Task 6"},
};

}  // namespace

const std::vector<CheckWords>& lab01_words() {
    return words;
}

}  // namespace ipclab::checks
