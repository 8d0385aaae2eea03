#include "checks/hints.hpp"

namespace ipclab::checks {

const std::vector<Hints>& lab04_hints() {
    static const std::vector<Hints> all = {
        {"create",
         {"Make a segment by hand and look at it with ipcs -m. Which of key, perms and bytes is "
          "not "
          "what you typed?",
          "See shmget(2): three arguments, and the mode is a part of the third. A number in C++ is "
          "octal only with a 0 in front.",
          "shmget(key, size, IPC_CREAT | IPC_EXCL | mode): pass on all three as they are. Change "
          "neither the umask nor the size."}},
        {"exclusive",
         {"What does your create answer when you type the same line twice? Which call should have "
          "said no?",
          "See IPC_EXCL in shmget(2), and lab 1 about looking first. Type make trace LAB=4 "
          "CHECK=exclusive.",
          "One call with IPC_CREAT | IPC_EXCL, and no look before it. If it gives -1, throw the "
          "errno: EEXIST comes by itself."}},
        {"sizes",
         {"What does the kernel itself say of size 0, and of a segment that is too small? Does it "
          "reach the caller?",
          "See EINVAL in shmget(2). The size has two meanings: of the new segment, or how much the "
          "caller needs of an old one.",
          "Pass size on to shmget in create and in open, without rounding or testing it. If it "
          "gives -1, throw the errno."}},
        {"open",
         {"Which flags does your open give to shmget? What would each of them do where there is no "
          "segment?",
          "See ENOENT and EACCES in shmget(2). Permission bits without IPC_CREAT ask for rights.",
          "shmget(key, size, 0): no IPC_CREAT, no mode. Only the result -1 is a failure; 0 is an "
          "id."}},
        {"attach",
         {"Write with one shell and read with another one. Is what you read in the segment, or in "
          "memory of your own?",
          "See shmat in shmop(2): what does it return, and what do its second and third argument "
          "choose?",
          "return shmat(id, nullptr, 0), after the test for failure. No copy, and no offset: the "
          "address is the beginning of the segment."}},
        {"attach-fails",
         {"What does shmat return when it fails? Print it as a pointer.",
          "See RETURN VALUE in shmop(2): it is not nullptr. Which errno is there after it?",
          "if (address == reinterpret_cast<void*>(-1)) throw std::system_error(errno, "
          "std::generic_category(), \"shmat\"). Do not try another way in."}},
        {"readonly",
         {"Attach for reading only, and type write. Is the process still there?",
          "See SHM_RDONLY in shmop(2). In which argument is it given? That const in the result "
          "type protects nothing at run time.",
          "shmat(id, nullptr, SHM_RDONLY). Without the flag a segment that you may only read is "
          "EACCES, and a write goes through."}},
        {"detach",
         {"What does your detach do with an address that attach has not returned? Does the caller "
          "learn it?",
          "See shmdt in shmop(2): it takes an address, not an id, and says EINVAL where nothing "
          "begins there.",
          "if (shmdt(address) == -1) throw the errno. Pass the address on as it is: the kernel "
          "knows what is attached, you need no list."}},
        {"counts",
         {"Look at nattch in ipcs -m after each command. After which one is it not what you "
          "expected?",
          "See fork, exec and exit in the notes of shmop(2). Type make trace LAB=4 CHECK=counts: "
          "how many calls of shmat and shmdt are there?",
          "attach calls shmat each time, also when this process has the segment already, and "
          "detach calls shmdt once. Remember nothing between the calls."}},
        {"remove",
         {"A process has the segment attached, and you remove it. What does ipcs -m show, and what "
          "can the process still do?",
          "See IPC_RMID in shmctl(2), and lab 3 about segments that go later. How many calls does "
          "your remove make?",
          "shmctl(id, IPC_RMID, nullptr), and throw the errno if it gives -1. No detach, no look "
          "at the segment before: that needs rights."}},
        {"attachment",
         {"Type hold and drop, and look at nattch after each. Who attaches, and who detaches?",
          "See the class in memory.hpp: what does the constructor do with its second argument, and "
          "where does the destructor find the address?",
          "Constructor: address_ = attach(id), or shmat with SHM_RDONLY for read_only. "
          "Destructor: if address_ is not nullptr, shmdt(address_), and ignore its result."}},
        {"attachment-moves",
         {"After hand-on a b: what has a, and what has b? Who of them will call shmdt?",
          "See std::exchange and std::swap in <utility>. What becomes of the segment that b had "
          "before? And if a and b are one?",
          "Move constructor: address_(std::exchange(other.address_, nullptr)). Assignment: make a "
          "temporary Attachment from other and swap addresses with it."}},
        {"board",
         {"Which process makes the board, and what does the second one do differently? What says "
          "how long a text is?",
          "See shmget(2): IPC_CREAT without IPC_EXCL finds or makes. A new segment is all zeros: "
          "let that mean an empty board.",
          "struct Notice { size_t size; char text[200]; } and struct Board { size_t count; Notice "
          "notices[100]; }. post: shmget with board_size, attach, fill notices[count], count + 1, "
          "detach."}},
        {"board-limits",
         {"What is on the board, and what is in the kernel's list, after a post that was refused?",
          "See EMSGSIZE and ENOSPC in memory.hpp. Which of the two can be known before there is a "
          "board?",
          "Compare the text's length first, before shmget. Compare count with most_notices before "
          "the first byte is written. Let an Attachment detach, also when you throw."}},
        {"board-offsets",
         {"Type notices in two shells. At which address has each of them the board?",
          "Look for a pointer in what you put into the segment: char*, std::string, std::vector, a "
          "class with virtual functions.",
          "Only numbers and arrays of char lie in the segment. A place is said as an index or as "
          "bytes from the beginning, and every process adds its own address."}},
        {"board-order",
         {"What does a reader see that comes between two of your writes?",
          "Read the schedule in the report: which write makes the notice visible, and what is "
          "still missing then?",
          "First the text, then its length, and last the count that makes both visible: with "
          "std::atomic_ref and memory_order_release, so that the compiler keeps the order."}},
    };
    return all;
}

}  // namespace ipclab::checks
