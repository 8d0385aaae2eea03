/// @file
/// Lab 3, ipcs and ipcrm: the contract of the functions and of the two programs that you write in
/// tools.cpp.
///
/// A refusal is reported by throwing std::system_error with the errno that the failed call left
/// behind, in std::generic_category() or std::system_category(). The functions do the work with
/// system calls and the files below /proc: none of them starts another program, and none but the
/// two programs prints. Nothing is made, and nothing is removed but what the contract says.
#ifndef IPCLAB_LABS_03_IPCS_IPCRM_TOOLS_HPP
#define IPCLAB_LABS_03_IPCS_IPCRM_TOOLS_HPP

#include <sys/types.h>

#include <string>
#include <system_error>
#include <vector>

namespace ipc {

/// The three kinds of System V objects. Each kind has ids of its own: a queue and a segment may
/// have the same id, and have nothing to do with each other.
enum class Kind { queue, segment, semaphore_set };

/// What all three kinds have in common.
struct Object {
    int id;
    key_t key;    ///< 0 where it has none: IPC_PRIVATE, or a segment that is marked for removal
    uid_t owner;  ///< the user id of its owner, not of its creator
    mode_t mode;  ///< the nine permission bits only
};

struct Queue : Object {
    unsigned long bytes;     ///< the text of all messages in it together
    unsigned long messages;  ///< how many there are
};

struct Segment : Object {
    std::size_t size;         ///< bytes, as asked for when it was made
    unsigned long attaches;   ///< how often it is attached, by all processes together
    bool marked_for_removal;  ///< it goes with its last detach ("dest" in ipcs)
};

struct SemaphoreSet : Object {
    unsigned long semaphores;  ///< how many are in it
};

/// Lists every queue of the system (of this IPC namespace), in any order. Objects of other users
/// and those that this process may not read are in it, too: to see that there is one takes no
/// permission. See /proc/sysvipc/msg in proc(5), or MSG_INFO and MSG_STAT_ANY in msgctl(2).
///
/// Others make and remove objects meanwhile: one that goes while the list is made may be in it or
/// not, and is no failure.
///
/// @throws std::system_error  what kept it from looking at all.
std::vector<Queue> list_queues();

/// As list_queues, for shared memory segments. See /proc/sysvipc/shm, or shmctl(2).
std::vector<Segment> list_segments();

/// As list_queues, for semaphore sets. See /proc/sysvipc/sem, or semctl(2).
std::vector<SemaphoreSet> list_sets();

/// What a removal came to.
enum class Removal {
    removed,  ///< the object is gone
    pending,  ///< a segment that is still attached: it is marked, has lost its key, and goes when
              ///< the last process detaches it
};

/// Removes the object of this kind with this id. See IPC_RMID in msgctl(2), shmctl(2), semctl(2).
///
/// @param id  0 or greater.
/// @return what came of it: whether the segment is still there is asked after the removal, since
///         processes attach and detach at any time.
/// @throws std::system_error  EINVAL: there is no such object of this kind (any more); EPERM: this
///                            process is neither its owner nor its creator, whatever the mode bits.
///
///     remove_id(Kind::queue, 3)
Removal remove_id(Kind kind, int id);

/// Removes the object of this kind that has this key, as remove_id.
///
/// @param key  any key; keys from 0x80000000 on are negative as a number.
/// @throws std::system_error  ENOENT: no object of this kind has the key; EINVAL: the key is
///                            IPC_PRIVATE (0), which names nothing; EPERM: as remove_id.
Removal remove_key(Kind kind, key_t key);

/// An object that sweep removed.
struct Swept {
    Kind kind;
    int id;
};

/// Removes what dead processes left behind, and nothing else. The kernel does not record who uses
/// an object, so that this is what counts as left behind:
///
/// - a segment that nobody has attached, and whose creator (shm_cpid) is dead;
/// - a queue that has been used, and whose last sender and last receiver (msg_lspid, msg_lrpid) are
///   dead; where one of the two is 0, nobody did that yet, and the other one alone decides;
/// - a semaphore set that has been used: at least one of its semaphores names a process (GETPID),
///   and all that are named are dead.
///
/// A process is dead where kill(pid, 0) says ESRCH. What nobody has used yet stays: who made it may
/// just be about to. What this process may not look at or remove stays, without an error; nothing
/// is removed that changed into something in use before it was looked at.
///
/// @return what was removed, in any order.
std::vector<Swept> sweep();

// --- the programs ----------------------------------------------------------------------------

/// The program `my-ipcs [-q] [-m] [-s]`: shows queues (-q), segments (-m) and semaphore sets (-s),
/// or all three kinds where none is asked for, in this order.
///
/// It writes to the standard output. An object is one line, with the columns of ipcs(1) in the same
/// order, separated by blanks; all other lines (titles, names of columns, empty ones) are yours,
/// but they do not start with "0x".
///
///     0x00004c01 3          student    600        5            1
///
///     -q   key  msqid  owner  perms  used-bytes  messages
///     -m   key  shmid  owner  perms  bytes  nattch  status
///     -s   key  semid  owner  perms  nsems
///
/// Keys have 0x and eight hexadecimal digits; the owner is the user's name, or the number where the
/// user has none; perms are the nine permission bits in octal; status is "dest" for a segment that
/// is marked for removal, and otherwise empty.
///
/// @param arguments  what stands behind the program's name: each is one option.
/// @return the exit status: 0; 2 where the command line is wrong: then a line on the standard error
///         says what is wrong, and the standard output stays empty.
int my_ipcs(const std::vector<std::string>& arguments);

/// The program `my-ipcrm [-q ID] [-Q KEY] [-m ID] [-M KEY] [-s ID] [-S KEY] ...`: removes queues
/// (-q, -Q), segments (-m, -M) and semaphore sets (-s, -S) by id or by key, in the order of the
/// command line. Each option may be given several times.
///
/// An ID is decimal, and not negative. A KEY is decimal, which may be negative, or hexadecimal with
/// 0x. Both have to be whole words: "3x" is neither. The key 0 names nothing that could be removed.
///
/// @param arguments  what stands behind the program's name, each word by itself: {"-q", "3"}.
/// @return the exit status: 0 where all is removed or marked for removal; 1 where something could
///         not be removed: a line on the standard error says what and why, and the others are
///         removed all the same; 2 where the command line is wrong, or empty: then nothing is
///         removed, and a line on the standard error says what is wrong.
int my_ipcrm(const std::vector<std::string>& arguments);

}  // namespace ipc

#endif
