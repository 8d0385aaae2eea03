/// @file
/// Reads what a stopped thread's System V call points to, from the thread's memory.
#ifndef IPCLAB_RECORDER_CAPTURE_HPP
#define IPCLAB_RECORDER_CAPTURE_HPP

#include "arena/tracing.hpp"
#include "recorder/recording.hpp"

namespace ipclab::recorder {

/// @return the call as it is about to happen, with the message that msgsnd will send and the
///         operations of semop.
Call capture(const arena::SystemCall& stopped);

/// Adds what a call has written to the thread's memory: the message of msgrcv.
/// @param call  has its result.
void capture_result(pid_t thread, Call& call);

}  // namespace ipclab::recorder

#endif
