#ifndef IPCLAB_ARENA_FILTER_HPP
#define IPCLAB_ARENA_FILTER_HPP

#include <linux/filter.h>

#include <vector>

namespace ipclab::arena {

/// How a call gets to the supervisor.
enum class HandOver {
    as_notifications,  ///< seccomp_unotify(2)
    to_a_tracer,       ///< PTRACE_EVENT_SECCOMP (ptrace(2)); without a tracer it fails with ENOSYS
};

/// The seccomp filter that every student process lives under, as a BPF program (seccomp(2)).
///
/// Handed to the supervisor, which lets them pass, answers them or holds them back: the System V
/// IPC calls, because the kernel does not record who made a queue and because races are decided
/// there; fork and clone, which are counted; the calls that signal other processes, which may be
/// the grader; those that set timers, which may wake a process.
///
/// Refused with EPERM: what reaches into other processes or out of the world (ptrace,
/// process_vm_writev, unshare, setns, mount, keyrings, io_uring, ...). Calls of a foreign
/// architecture fail with ENOSYS, since they have other numbers. Everything else passes untouched.
std::vector<sock_filter> student_filter(HandOver way = HandOver::as_notifications);

}  // namespace ipclab::arena

#endif
