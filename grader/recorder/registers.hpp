/// @file
/// The few things that a tracer changes in a stopped thread's registers, and the only part of the
/// recorder that knows the architecture: x86-64 and aarch64.
#ifndef IPCLAB_RECORDER_REGISTERS_HPP
#define IPCLAB_RECORDER_REGISTERS_HPP

#include <sys/types.h>

#include <cstdint>

namespace ipclab::recorder {

/// At a PTRACE_EVENT_SECCOMP stop: the call does not happen, and returns this.
/// @param result  a value, or -errno.
void skip_call(pid_t thread, long result);

/// At a stop after a call has returned, before the program has run on: it makes the same call
/// again, without knowing.
/// @param number  of the call.
/// @param first   its first argument, which some architectures overwrite with the result.
void repeat_call(pid_t thread, long number, std::uint64_t first);

/// Takes repeat_call() back: the call has returned this after all.
void return_after_all(pid_t thread, long result);

}  // namespace ipclab::recorder

#endif
