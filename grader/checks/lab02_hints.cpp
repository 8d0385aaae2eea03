// English hints for the checks of lab 2: three steps each, the last one nearly the answer.
#include "checks/hints.hpp"

namespace ipclab::checks {

const std::vector<Hints>& lab02_hints() {
    static const std::vector<Hints> all = {
        {"send",
         {"What lies in memory at the address that you give to msgsnd? How many bytes of it are "
          "the "
          "text?",
          "See msgp and msgsz in msgop(2), and the picture under Task 1 of the handout.",
          "Make a buffer of sizeof(long) + text.size() bytes. Copy the type to its start and the "
          "text right behind it, both with memcpy. Give text.size() as msgsz."}},
        {"receive",
         {"How many bytes of your buffer are from this message, and how many are older?",
          "See RETURN VALUE of msgrcv in msgop(2), and Task 2, \"The returned number\".",
          "Give msgrcv a buffer of sizeof(long) + size bytes, and size as msgsz. Read the type "
          "with "
          "memcpy as a long; the text is exactly as many bytes as msgrcv returned."}},
        {"by-type",
         {"Who chooses the message: you or the kernel? Does your type reach it as it is, with its "
          "sign?",
          "See msgtyp in msgop(2), and 3.7 of the handout. Is the type a long everywhere?",
          "Pass the parameter type to msgrcv unchanged, as its fourth argument, in a single call. "
          "Take the type of the answer from the buffer, not from the parameter."}},
        {"too-long",
         {"What does msgsz say to msgrcv? What becomes of the bytes that do not fit?",
          "See MSG_NOERROR and E2BIG in msgop(2), and 3.6 and 3.9 of the handout.",
          "Both functions give size as msgsz, with room for just as many bytes. Only "
          "receive_truncated adds MSG_NOERROR; receive throws the E2BIG."}},
        {"try-receive",
         {"There are several reasons for -1. Which one of them means \"nothing there\"?",
          "See the list of errors of msgrcv in msgop(2), and 3.8 of the handout.",
          "Add IPC_NOWAIT. Of the errors only ENOMSG becomes nullopt; throw all others. Make room "
          "for longest_text bytes."}},
        {"try-send",
         {"There are several reasons for -1. Which one of them means \"full\"?",
          "See IPC_NOWAIT and the errors of msgsnd in msgop(2), and 3.4 of the handout.",
          "Add IPC_NOWAIT. Of the errors only EAGAIN becomes false; throw all others. Do not look "
          "at "
          "the queue first: the call itself answers."}},
        {"waits",
         {"Who should notice that a message has come: your program, by asking, or the kernel?",
          "Look at the flags of your msgrcv, and at loops around it. See Task 4 of the handout.",
          "receive and receive_truncated call msgrcv without IPC_NOWAIT, with the type that was "
          "asked for and room for the whole size. The kernel does the waiting."}},
        {"send-waits",
         {"What does msgsnd do by itself when the queue is full?",
          "Look at the flags of msgsnd in send, and at loops and sleeps around it.",
          "send calls msgsnd with the flags 0. The call returns when the message is in the queue; "
          "nothing has to be tried again."}},
        {"interrupted",
         {"A handler has run. Does the call go on by itself, or does it return?",
          "See EINTR in msgop(2) and the list of calls that are never restarted in signal(7).",
          "If msgsnd or msgrcv returns -1 and errno is EINTR, make the same call again. SA_RESTART "
          "does not help here."}},
        {"removed",
         {"The queue goes away while you wait. Which errno tells you, and does your loop let it "
          "out?",
          "See EIDRM in msgop(2), and the loop that you wrote for EINTR.",
          "Repeat the call after EINTR only. Throw EIDRM (removed during the wait) and EINVAL "
          "(removed before) as they are."}},
        {"refused",
         {"Does each -1 of the kernel reach the caller with its own errno?",
          "See Task 5. Look for a changed type or length, and for anything between the call and "
          "the "
          "reading of errno.",
          "Test nothing beforehand and repair nothing: pass the arguments on, read errno at once "
          "after -1, and throw it. Only EINTR, EAGAIN and ENOMSG are treated apart."}},
        {"exactly-once",
         {"How many calls does it take you to get one message? What can happen between two of "
          "them?",
          "See the table under Task 5, and make trace LAB=2 CHECK=exactly-once.",
          "One msgsnd sends one message, and one msgrcv takes one. Do not look with MSG_COPY or "
          "IPC_STAT first, do not put a message back, and do not send it again after a success."}},
        {"server",
         {"For which client does your server stop, or answer wrongly? Follow one request, word by "
          "word.",
          "See the table of the protocol under Task 6, and serve in messages.hpp.",
          "Make the queue with IPC_CREAT, IPC_EXCL and 0600. Answer with try_send to the queue and "
          "type in the request, and drop the reply if it says full or throws. Drop what you cannot "
          "parse; change only a to z."}},
        {"server-end",
         {"What lies in the queue behind the end-of-work message? Who removes the queue, and how "
          "often?",
          "See \"How the server ends\" under Task 6.",
          "After the message of type 2, answer everything that try_receive still finds, until it "
          "finds nothing. Then msgctl with IPC_RMID once, and return 0."}},
        {"server-term",
         {"The signal comes after you looked at your flag and before msgrcv sleeps. Who wakes you?",
          "See the table under Task 6, \"SIGTERM\". A flag alone is not enough.",
          "Install the handler before the queue is made. It sets a flag and sends an end-of-work "
          "message to the own queue with msgsnd and IPC_NOWAIT; it saves and restores errno."}},
    };
    return all;
}

}  // namespace ipclab::checks
