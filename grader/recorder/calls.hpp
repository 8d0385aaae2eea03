/// @file
/// IPC calls in words: arguments by their names, as a C program would write them.
#ifndef IPCLAB_RECORDER_CALLS_HPP
#define IPCLAB_RECORDER_CALLS_HPP

#include <string>

#include "recorder/recording.hpp"

namespace ipclab::recorder {

/// @return whether a system call belongs to System V IPC: the twelve that recordings hold.
bool is_ipc(long number);

/// @return "msgget", "semtimedop", ...; "" of others.
std::string name_of_call(long number);

/// @return the name as the program's source has it: "semop" also of semtimedop without a time-out.
std::string name_of_call(const Call& call);

/// @return the flags of msgget or semget: "IPC_CREAT|IPC_EXCL|0600", "0600", "0". Of shmget the
///         same, but its SHM_HUGETLB has the value of IPC_NOWAIT and is called so.
std::string told_get_flags(int flags);

/// @return the call with its arguments, on one line:
///         `msgget(0x00004c01, IPC_CREAT|IPC_EXCL|0600)`,
///         `msgsnd(3, {type 1, "alpha"}, 5, 0)`, `msgrcv(3, 100, type 0, MSG_NOERROR)`,
///         `semop(0, {{0, -1, SEM_UNDO}})`, `shmat(4, NULL, SHM_RDONLY)`, `msgctl(3, IPC_RMID)`.
///         Text is a literal of C in UTF-8, cut where it is long. Pointers to what was not recorded
///         are left out at the end, and are addresses elsewhere.
std::string told(const Call& call);

/// @return how it ended: "= 5", "= 0", "= -1 EEXIST", of an msgrcv `= 5 {type 1, "alpha"}`, of
///         shmat "= 0x7f0012340000"; "= interrupted" where the kernel did not say more than that;
///         "" where it has not returned.
std::string told_result(const Call& call);

}  // namespace ipclab::recorder

#endif
