#include "checks/words.hpp"

namespace ipclab::checks {

namespace {

constexpr std::string_view create_and_open = "Task 1: create and open";
constexpr std::string_view attach_and_detach = "Task 2: attach and detach";
constexpr std::string_view remove_task = "Task 3: remove";
constexpr std::string_view class_attachment = "Task 4: class Attachment";
constexpr std::string_view notice_board = "Task 5: the notice board";

const std::vector<CheckWords> words = {
    {"create", "create",
     "The kernel keeps the size that was asked for, in bytes, and the nine permission bits as they "
     "are: the umask has no part in it. A key may have any value.",
     "man 2 shmget", create_and_open},
    {"exclusive", "create",
     "Two that use one key by accident write over each other's data. IPC_EXCL makes shmget refuse "
     "a key that is taken, in one step: between a look and a second call others can come.",
     "man 2 shmget, IPC_EXCL", create_and_open},
    {"sizes", "create and open",
     "shmget compares the size that the caller wants with the one that the segment was made with. "
     "Wanting less or 0 is fine; wanting more is EINVAL, also where the page has room.",
     "man 2 shmget, EINVAL", create_and_open},
    {"open", "open",
     "To look for a key takes no IPC_CREAT, which would make a segment, and no permission bits, "
     "which would ask for rights.",
     "man 2 shmget, ENOENT", create_and_open},
    {"attach", "attach",
     "shmat returns where the segment begins in this process. What is written there, all processes "
     "see that have it attached, each at an address of its own.",
     "man 2 shmop, shmat", attach_and_detach},
    {"attach-fails", "attach and attach_readonly",
     "When shmat fails it returns (void*)-1, not nullptr: a test for nullptr lets it pass, and the "
     "first access crashes.",
     "man 2 shmop, RETURN VALUE and ERRORS", attach_and_detach},
    {"readonly", "attach_readonly",
     "With SHM_RDONLY the kernel protects the memory: who may only read the segment can attach it, "
     "and a write ends the process with SIGSEGV.",
     "man 2 shmop, SHM_RDONLY", attach_and_detach},
    {"detach", "detach",
     "shmdt wants exactly the address that shmat returned. Each attach takes a detach of its own, "
     "and the second one at an address is a mistake that the caller has to learn of.",
     "man 2 shmop, shmdt", attach_and_detach},
    {"counts", "attach and detach",
     "nattch is the number of attaches, over all processes: attaching again counts again, a forked "
     "child inherits all of them, exec and the end of a process undo them.",
     "man 2 shmop, NOTES; man 2 shmctl, shm_nattch", attach_and_detach},
    {"remove", "remove",
     "IPC_RMID marks a segment that is attached: its key is 0 from then on, and it goes with the "
     "last detach. It detaches nobody, not even the caller.",
     "man 2 shmctl, IPC_RMID", remove_task},
    {"attachment", "class Attachment",
     "The constructor attaches or throws, and then there is nothing to detach. The destructor "
     "detaches, once.",
     "man 2 shmop; the contract of Attachment in memory.hpp", class_attachment},
    {"attachment-moves", "class Attachment",
     "Two Attachments with one address detach twice, and the second time it may be somebody "
     "else's. The one that is moved from gives its address away; the one that is assigned to lets "
     "go of its old one first.",
     "the contract of Attachment in memory.hpp", class_attachment},
    {"board", "post, notices and take_down",
     "The first post makes the board, every other one finds it and adds to it. The kernel gives a "
     "new segment filled with zeros, so nobody needs to wipe it. A text may hold any bytes, so its "
     "length stands beside it.",
     "the contract of post and notices in memory.hpp", notice_board},
    {"board-limits", "post",
     "The room on the board is fixed. What does not fit is refused before anything is made or "
     "written.",
     "the contract of post in memory.hpp", notice_board},
    {"board-offsets", "post and notices",
     "Every process has the segment at another address. A pointer, or an object with one in it, "
     "means something in the process that wrote it only: say places in the segment as numbers "
     "from its beginning.",
     "man 2 shmop, NOTES", notice_board},
    {"board-order", "post",
     "Others read while post is at work, and post can be killed at any instant. What says that the "
     "notice is there, a count for example, has to be written last, in one step, when all of the "
     "notice stands in the segment.",
     "the handout, Task 5: publish last", notice_board,
     "gdb stops post between two of its writes, and in another shell you type notices: the "
     "handout, Task 5, shows how"},
};

}  // namespace

const std::vector<CheckWords>& lab04_words() {
    return words;
}

}  // namespace ipclab::checks
