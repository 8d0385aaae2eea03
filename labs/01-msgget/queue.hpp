/// @file
/// Lab 1, msgget: the contract of the six functions that you write in queue.cpp.
///
/// Every function reports a refusal by throwing std::system_error. Its code() carries the errno
/// that the failed call left behind, in std::generic_category() or std::system_category():
///
///     throw std::system_error(errno, std::generic_category(), "msgget");
///
/// No function prints, waits, goes on working after it has returned (in a thread or a child), needs
/// a file but the one that make_key is given, or leaves a queue behind that its contract does not
/// speak of. Queues are reached through msgget and msgctl, by key and id: /proc/sysvipc and
/// MSG_STAT are for looking, not for finding.
#ifndef IPCLAB_LABS_01_MSGGET_QUEUE_HPP
#define IPCLAB_LABS_01_MSGGET_QUEUE_HPP

#include <sys/types.h>

#include <string>
#include <system_error>

namespace ipc {

/// Turns a file that processes agree on, and a small number, into a key. See ftok(3).
///
/// The same file and number give the same key in every process, from whichever directory it is
/// named. Half of all good keys are negative as a number: only -1 means failure.
///
/// @param path     names an existing file; relative names start at the current directory.
/// @param proj_id  1 to 255. ftok would quietly use the low 8 bits of anything else, so that
///                 256 + 'A' and 'A' would collide, and leaves 0 undefined.
/// @return the key that ftok(path, proj_id) makes.
/// @throws std::system_error  EINVAL: proj_id is not in 1..255; otherwise what ftok reports, for
///                            example ENOENT: there is no such file.
///
///     make_key("/etc/hostname", 'A')   // for example 0x41010b3f
key_t make_key(const std::string& path, int proj_id);

/// Makes a new, empty message queue under a key that nobody uses yet. See msgget(2).
///
/// @param key   any key but IPC_PRIVATE.
/// @param mode  the nine permission bits, for example 0600. The queue has exactly these:
///              the process's umask plays no part.
/// @return the id of the new queue. Every id from 0 upwards is a good one.
/// @throws std::system_error  EEXIST: a queue with this key exists already, and stays as it is;
///                            ENOSPC: the system has no room for another queue.
///
///     create(0x4c01, 0600)             // for example 3
int create(key_t key, mode_t mode);

/// Finds the queue that somebody else made under this key, for reading and writing. Never makes
/// one. See msgget(2).
///
/// @param key  any key but IPC_PRIVATE.
/// @return the id of the queue as it is now; it changes when the queue is removed and made anew.
/// @throws std::system_error  ENOENT: there is no queue with this key; EACCES: its permission bits
///                            do not let this process both read and write.
///
///     open(0x4c01)                     // 3, as create answered in the other process
int open(key_t key);

/// What open_or_create found or made.
struct Opened {
    int id;        ///< the queue's id
    bool created;  ///< true in exactly one process: the one whose call made the queue
};

/// Opens the queue with this key, for reading and writing, or makes it if there is none.
///
/// Any number of processes may call this at the same moment, and queues may be made and removed
/// meanwhile. Each caller gets the queue, exactly one is told that it is the creator, and none
/// fails with ENOENT or EEXIST because another process was quicker.
///
/// @param key   any key but IPC_PRIVATE.
/// @param mode  the permission bits of the queue if it is made here, exactly.
/// @throws std::system_error  as create and open, apart from EEXIST and ENOENT.
///
///     open_or_create(0x4c01, 0600)     // {3, true}, and in the next process {3, false}
Opened open_or_create(key_t key, mode_t mode);

/// Makes a new queue that has no key. Only a process that is told the id can find it: a child, or
/// somebody it was sent to. See IPC_PRIVATE in msgget(2).
///
/// @param mode  the permission bits, exactly.
/// @return the id of the new queue: another one at every call.
/// @throws std::system_error  ENOSPC: the system has no room for another queue.
///
///     create_private(0600)             // for example 4
int create_private(mode_t mode);

/// Removes a queue and the messages in it, at once, for everybody. See IPC_RMID in msgctl(2).
///
/// @param id  the queue's id (not its key).
/// @throws std::system_error  EINVAL: there is no such queue (any more); EPERM: this process is
///                            neither its owner nor its creator, whatever the mode bits say.
///
///     remove(3)
void remove(int id);

}  // namespace ipc

#endif
