#include "checks/words.hpp"

namespace ipclab::checks {

namespace {

const std::vector<CheckWords> words = {
    {"send", "send",
     "The receiver gets the bytes that msgsnd is given: msgsz of them, counted from behind the "
     "type. "
     "None more, or it sends whatever lies there, and none less, also behind a zero byte.",
     "man 2 msgop, msgsz and struct msgbuf", "Task 1: send"},
    {"receive", "receive",
     "msgrcv returns how many bytes the text has. Only these are the message: what lies behind "
     "them "
     "in the buffer is of something else, and a zero byte ends nothing.",
     "man 2 msgop, RETURN VALUE", "Task 2: receive"},
    {"by-type", "receive",
     "msgtyp chooses: 0 the oldest message, a positive number the oldest of this type, a negative "
     "one the oldest of the lowest type up to its absolute value. All others stay where they are.",
     "man 2 msgop, msgtyp", "Task 2: receive"},
    {"too-long", "receive and receive_truncated",
     "msgrcv takes no message whose text is longer than msgsz: it fails with E2BIG, and the "
     "message "
     "stays. Only with MSG_NOERROR is it cut, and then the rest is lost.",
     "man 2 msgop, E2BIG and MSG_NOERROR", "Task 2: receive"},
    {"try-receive", "try_receive",
     "With IPC_NOWAIT msgrcv fails with ENOMSG where nothing fits. Every other errno is a failure "
     "that the caller has to learn.",
     "man 2 msgop, IPC_NOWAIT and ENOMSG", "Task 3: try_send and try_receive"},
    {"try-send", "try_send",
     "With IPC_NOWAIT msgsnd fails with EAGAIN where the queue is full: of bytes, or of messages. "
     "Every other errno is a failure that the caller has to learn.",
     "man 2 msgop, IPC_NOWAIT and EAGAIN", "Task 3: try_send and try_receive"},
    {"waits", "receive and receive_truncated",
     "msgrcv itself waits: the kernel lets the process sleep until a message comes that fits, and "
     "hands it over. Looking again and again is no waiting.",
     "man 2 msgop", "Task 4: waiting"},
    {"send-waits", "send",
     "msgsnd without IPC_NOWAIT waits until there is room, and sends then. A full queue is no "
     "failure of send.",
     "man 2 msgop, msg_qbytes", "Task 4: waiting"},
    {"interrupted", "send, receive and receive_truncated",
     "A signal handler that runs ends the wait with EINTR, whatever SA_RESTART says. Nothing was "
     "sent or received then: start the call again.",
     "man 2 msgop, EINTR; man 7 signal", "Task 4: waiting",
     "kill -USR1 with the number that the shell printed, while it waits in receive"},
    {"removed", "send, receive and receive_truncated",
     "Who waits at a queue that is removed is woken with EIDRM, and who comes later gets EINVAL. "
     "Both are failures to report: nothing will ever come from there.",
     "man 2 msgop, EIDRM", "Task 4: waiting"},
    {"refused", "the function that was asked",
     "What the kernel answers is what the caller must learn: the errno of the failed call, read "
     "before anything else runs, in a std::system_error. And a call that failed sends and takes "
     "nothing.",
     "man 3 errno; man 2 msgop, ERRORS", "Task 5: refusals, and many at once"},
    {"exactly-once", "send and receive",
     "Each msgrcv takes one message for one process, in one step. Looking first and taking then "
     "are "
     "two steps, and others come in between.",
     "man 2 msgop", "Task 5: refusals, and many at once",
     "several receivers have to come between each other's calls: the handout, Task 5, shows how"},
    {"server", "serve",
     "Each request says where its reply goes: which queue, which type. What is wrong with one "
     "request or one client is no reason to stop, or to keep the others waiting.",
     "man 2 msgop; the contract of serve in messages.hpp", "Task 6: the server"},
    {"server-end", "serve",
     "Who ends a server owes the clients that have asked already an answer. Its queue would "
     "outlive "
     "it: the one that made it removes it, once, when nothing is left in it.",
     "man 2 msgctl, IPC_RMID; the contract of serve in messages.hpp", "Task 6: the server"},
    {"server-term", "serve",
     "A signal may come at any moment: while the server waits, while it works, and between looking "
     "at a flag and waiting. None of these may lose it, and it is no reason to leave the queue.",
     "man 7 signal; man 2 sigaction; man 2 msgop, EINTR", "Task 6: the server",
     "start server KEY, send it requests from another shell, and kill -TERM with its number"},
};

}  // namespace

const std::vector<CheckWords>& lab02_words() {
    return words;
}

}  // namespace ipclab::checks
