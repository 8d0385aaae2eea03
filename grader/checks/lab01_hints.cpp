// English hints for the checks of lab 1: three steps each, the last one nearly the answer.
#include "checks/hints.hpp"

namespace ipclab::checks {

const std::vector<Hints>& lab01_hints() {
    static const std::vector<Hints> all = {
        {"key",
         {"Which one value means that ftok failed? Can a good key be negative?",
          "See RETURN VALUE in ftok(3), and \"A key can be negative\" under Task 1 of the handout.",
          "Pass the path and proj_id to ftok as they are, and return its result. Compare it with "
          "-1 "
          "and not with \"less than 0\"."}},
        {"key-refuses",
         {"Which values of proj_id does the contract allow? Does ftok test them for you?",
          "See \"Only the low 8 bits count\" under Task 1, and the comment of make_key in "
          "queue.hpp.",
          "Before ftok: throw a system_error with EINVAL if proj_id is less than 1 or greater than "
          "255. After ftok: throw with errno if it returned -1."}},
        {"create",
         {"Which call makes a queue, and what does it return? What did your function return?",
          "See RETURN VALUE in msgget(2), and look at the compiler's warnings: an assignment "
          "inside "
          "an if is easily wrong.",
          "Call msgget with the key and with IPC_CREAT, IPC_EXCL and the mode joined by |. Store "
          "the "
          "result in an int first, then compare it with -1, then return it."}},
        {"exclusive",
         {"The call succeeded on a key that was taken. Did it make anything?",
          "See IPC_EXCL in msgget(2), and 3.3 of the handout.",
          "Add IPC_EXCL to IPC_CREAT. Then msgget itself fails with EEXIST, and you throw this "
          "errno."}},
        {"mode",
         {"Which mode did you type, and which one does ipcs -q show?",
          "See 3.4 of the handout: the low nine bits of msgflg. Look at what you do with mode and "
          "with umask.",
          "Join the mode to the flags of the same msgget that makes the queue, all nine bits of "
          "it, "
          "without a fixed 0600 or 0666. The umask plays no part."}},
        {"any-id",
         {"Which id does the very first queue of a system get?",
          "See 3.6 of the handout. Look for every comparison with an id in create and open.",
          "Only -1 is a failure. Replace tests such as id <= 0 or !id by id == -1."}},
        {"outlives",
         {"Who asked for the queue to go, when the process ended?",
          "Look for a destructor, a static object, atexit, or a child process that calls msgctl.",
          "Only the function remove may call msgctl with IPC_RMID. Take it out everywhere else."}},
        {"open",
         {"Where does your answer come from: from the kernel, at this call, or from your memory?",
          "See Task 3, \"No memory\", and DESCRIPTION in msgget(2).",
          "Call msgget with the key and the bits 0600 each time, and return what it returns. Keep "
          "no "
          "id in a variable that lives longer than the call."}},
        {"open-missing",
         {"You open a key that nobody has used. Which flag would make a queue now?",
          "See 3.1 of the handout, and IPC_CREAT in msgget(2).",
          "Call msgget without IPC_CREAT, not even for a moment. It then fails with ENOENT, which "
          "you throw."}},
        {"open-denied",
         {"What do the permission bits in msgflg mean, if the queue exists already?",
          "See the end of 3.4 in the handout, and EACCES in msgget(2).",
          "Ask for reading and writing: the bits 0600 in msgflg. With 0 you ask for nothing, and "
          "the "
          "kernel refuses nothing."}},
        {"open-or-create",
         {"How do you know whether it was your call that made the queue?",
          "See Task 4, Rules. Which of your earlier functions never opens, and which never makes?",
          "Try create; if it succeeds, answer created = true. If it fails with EEXIST, use open "
          "with "
          "its own bits, and answer created = false. Throw every other errno."}},
        {"race",
         {"What can another process do between your two calls? And between the two after that?",
          "Go through the three tables under Task 4, and see make trace LAB=1 CHECK=race.",
          "Put create and open into a loop without a limit. EEXIST from create: go on to open. "
          "ENOENT from open: begin again. Everything else leaves the loop."}},
        {"private",
         {"Which key makes a queue that has no key? What does the first column of ipcs -q show?",
          "See IPC_PRIVATE in msgget(2), and 3.8 of the handout.",
          "Call msgget with IPC_PRIVATE and the mode. No other flag is needed, and no key of your "
          "own."}},
        {"remove",
         {"Which number does msgctl want: the key or the id? What did it return?",
          "See IPC_RMID in msgctl(2), and Task 6, Pitfalls.",
          "Call msgctl with the id, IPC_RMID and a null pointer. If it returns -1, throw a "
          "system_error with errno."}},
        {"refused",
         {"Suppose that any one of your calls fails with an errno you did not expect. What then?",
          "See the two rules at the start of section 4. Look for loops that go on after any error, "
          "and for calls whose result is not looked at.",
          "After each call: if it returned -1, read errno at once and throw it. Go on only after "
          "EEXIST from create and ENOENT from open; leave no queue behind when you throw."}},
    };
    return all;
}

}  // namespace ipclab::checks
