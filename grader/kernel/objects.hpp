/// @file
/// What the kernel lists of System V objects, read from /proc/sysvipc (sysvipc(7), proc(5)). It
/// shows every object of the reader's IPC namespace, whatever the object's permission bits.
#ifndef IPCLAB_KERNEL_OBJECTS_HPP
#define IPCLAB_KERNEL_OBJECTS_HPP

#include <sys/ipc.h>
#include <sys/types.h>

#include <compare>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab::kernel {

enum class Kind { queue, segment, semaphore_set };

/// @return "queue", "segment" or "semaphore set".
std::string_view name_of(Kind kind);

/// What all three kinds have in common (struct ipc_perm).
struct Object {
    Kind kind = Kind::queue;
    int id = -1;
    key_t key = 0;
    mode_t mode = 0;  ///< the nine permission bits, and SHM_DEST and SHM_LOCKED of a segment
    uid_t owner = 0;
    uid_t creator = 0;
    pid_t creating_process = 0;  ///< of segments only (shm_cpid); the others do not record it
    std::time_t changed = 0;     ///< seconds since the epoch: creation or the last IPC_SET

    /// @return whether it is a segment that goes with its last detach (SHM_DEST, shmctl(2)).
    [[nodiscard]] bool is_marked() const { return kind == Kind::segment && (mode & 01000U) != 0; }
};

/// One row of ipcs -q.
struct Queue : Object {
    unsigned long bytes = 0;     ///< msg_cbytes: the text of all messages in it
    unsigned long messages = 0;  ///< msg_qnum
    pid_t last_sender = 0;       ///< msg_lspid, 0: nobody yet
    pid_t last_receiver = 0;     ///< msg_lrpid, 0: nobody yet
};

/// One row of ipcs -m.
struct Segment : Object {
    std::size_t size = 0;        ///< bytes, as asked for
    unsigned long attaches = 0;  ///< shm_nattch
};

/// One row of ipcs -s.
struct SemaphoreSet : Object {
    unsigned long semaphores = 0;
};

/// @return every queue of this process's IPC namespace, in the order of the kernel's list.
std::vector<Queue> queues();
std::vector<Segment> segments();
std::vector<SemaphoreSet> sets();

/// @return every object of all three kinds in this process's IPC namespace.
std::vector<Object> objects();

/// Reads the text of /proc/sysvipc/msg.
/// @throws std::runtime_error naming the line, where it is not such a table.
std::vector<Queue> parse_queues(std::string_view table_text);

std::vector<Segment> parse_segments(std::string_view table_text);
std::vector<SemaphoreSet> parse_sets(std::string_view table_text);

/// Makes or finds an object: msgget(2), shmget(2) or semget(2).
/// @param size  of a segment in bytes, of a set how many semaphores; a queue has none.
/// @return the id, or -1 and errno.
int get(Kind kind, key_t key, std::size_t size, int flags);

/// @return whether there is such an object, also one that may not be read.
bool exists(Kind kind, int id);

/// Gives an object another owner or other permission bits (IPC_STAT, and then IPC_SET).
/// @return 0, or the errno.
int change(Kind kind, int id, const std::function<void(ipc_perm&)>& change);

/// Removes an object (IPC_RMID).
/// @return 0, or the errno: EINVAL where it is gone already, EPERM where it is somebody else's.
int remove(Kind kind, int id);

/// @return the key as ipcs shows it: 0x and eight hexadecimal digits.
std::string show_key(key_t key);

/// @return permission bits as ipcs shows them, in octal: "600"; with a leading 0: "0600".
std::string show_mode(mode_t mode);

}  // namespace ipclab::kernel

#endif
