#include "checks/hints.hpp"

namespace ipclab::checks {

const std::vector<Hints>& lab03_hints() {
    static const std::vector<Hints> all = {
        {"queues",
         {"Type cat /proc/sysvipc/msg and ipcs -q. Which cell of the file is which column of ipcs, "
          "and in which base is each number written?",
          "See 2.3 of the handout and the pitfalls of task 1; /proc/sysvipc in proc(5). Compare a "
          "queue with a key from 0x80000000 on and one with the mode 0640.",
          "Read the header line and find each cell by the name of its column: key as a signed "
          "decimal number, perms as octal & 0777, uid for the owner (not cuid), cbytes and qnum."}},
        {"segments",
         {"What do the perms of a segment look like in the file while it is marked for removal?",
          "See 3.6 of the handout: the line 1600. shmctl(2) names the bits that are not part of "
          "the mode.",
          "Take perms as octal: & 0777 is the mode, & SHM_DEST says whether it is marked. Size "
          "and nattch are cells of the same line; do not round the size to pages."}},
        {"sets",
         {"Which file has the sets, and which of its columns says how many semaphores there are?",
          "Type cat /proc/sysvipc/sem (2.3 of the handout). With semctl, look at the order of its "
          "arguments and at union semun in semctl(2).",
          "From the file: semid, key, perms in octal, uid and nsems. With semctl: SEM_STAT_ANY "
          "with an index, and a fourth argument, a union semun of your own with its buf set."}},
        {"unreadable",
         {"Make a queue of mode 0 with perl. Does your list show it? Does ipcs?",
          "See 2.3 of the handout: two commands with STAT in their name need the right to read, "
          "one does not. Are you working as a normal user?",
          "IPC_STAT and MSG_STAT say EACCES where you may not read. Read the file below "
          "/proc/sysvipc, or use MSG_STAT_ANY, SHM_STAT_ANY and SEM_STAT_ANY."}},
        {"many",
         {"What in your code grows with the number of objects, and what has a fixed size?",
          "See the pitfalls of task 1: not enough room, and an index is not an id. MSG_INFO in "
          "msgctl(2) says what it answers.",
          "Read the file line by line to its end. With MSG_STAT_ANY: go through all indexes from 0 "
          "up to and including the answer of MSG_INFO, and skip those that give EINVAL."}},
        {"vanish",
         {"An object is there when you count, and gone when you ask for its data. What does your "
          "function do then?",
          "Type make trace LAB=3 CHECK=vanish: it shows which call failed, and with which errno. "
          "The pitfalls of task 1 speak of holes.",
          "If you ask object by object, EINVAL or EIDRM for one of them means: skip it and go on "
          "with the next. Reading the table of /proc/sysvipc once needs no second question."}},
        {"remove-id",
         {"A queue and a set can both have the id 3. Which call does your function make for which "
          "kind?",
          "IPC_RMID in msgctl(2), shmctl(2) and semctl(2); look at the order of the arguments of "
          "semctl. See 3.3 and 3.7 of the handout.",
          "One call for each kind: msgctl and shmctl with id, IPC_RMID, nullptr; semctl with id, "
          "0, IPC_RMID. If it gives -1, throw the errno."}},
        {"remove-key",
         {"Which call turns a key into an id, and what do you ask it for besides the id?",
          "See the pitfalls of task 2, and lab 1, 3.4 and 3.8: what flags of 0 ask for, and what "
          "the key 0 does.",
          "Test for the key 0 first and throw EINVAL. Then msgget(key, 0), shmget(key, 0, 0) or "
          "semget(key, 0, 0): no rights, any size. Only the result -1 is a failure."}},
        {"stranger",
         {"Who may remove an object, and which errno does the kernel give to all others?",
          "See 3.4 of the handout and the errors in msgctl(2). Is the error that your function "
          "throws from the call that removes, or from an earlier one?",
          "Let the kernel decide: call IPC_RMID without any test of the owner or mode before it, "
          "and throw its EPERM. To find the id of a key, ask for no rights, or you get EACCES."}},
        {"pending",
         {"IPC_RMID gave 0. Is the segment gone? What did you look at, and when?",
          "See the table in task 3 and 3.6 of the handout; IPC_STAT in shmctl(2), with its errors.",
          "After IPC_RMID call shmctl with IPC_STAT: if it succeeds, or fails with EACCES, the "
          "segment is still there, so it is pending. EINVAL or EIDRM means that it is gone."}},
        {"sweep",
         {"For each kind: which process numbers does the kernel know, and which of them count?",
          "See the table in task 4 and the comment of sweep in tools.hpp; lspid, lrpid and cpid in "
          "/proc/sysvipc, GETPID in semctl(2), the signal 0 in kill(2).",
          "Queue: lspid and lrpid, leave out zeros. Segment: nattch is 0 and cpid. Set: GETPID of "
          "each semaphore, leave out zeros. At least one, and kill(pid, 0) gives ESRCH for all."}},
        {"sweep-spares",
         {"For each object that went: who could still have needed it? Which answers of kill do you "
          "take for dead?",
          "See the pitfalls of task 4, and 3.8 and 3.9 of the handout. Type make trace LAB=3 "
          "CHECK=sweep-spares.",
          "Dead is only -1 with ESRCH; EPERM is alive. 0 is nobody, and nobody at all means: keep. "
          "One living process saves the object; a set that you may not read stays as well."}},
        {"my-ipcs",
         {"Put the lines of ipcs and of my-ipcs that begin with 0x side by side. What differs?",
          "See the diff in task 5 and the comment of my_ipcs in tools.hpp; getpwuid(3). What is "
          "printed before a wrong option is found?",
          "Read all options first. Print the key as unsigned with 0x%08x, the owner's name or "
          "number, perms with %o, dest for marked segments, with a blank after each column."}},
        {"my-ipcrm",
         {"What has already been removed when your program finds a mistake in the last word?",
          "See the pitfalls of task 6 and the exit statuses in tools.hpp. How far does std::stoi "
          "read in 3x?",
          "First turn all words into a list of wishes (std::from_chars, and its end has to be the "
          "end of the word); any mistake: 2. Then do all of them; if one throws, go on, 1 at the "
          "end."}},
    };
    return all;
}

}  // namespace ipclab::checks
