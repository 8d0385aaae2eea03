#include "arena/filter.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>

#include "kernel/descriptor.hpp"
#include "kernel/failure.hpp"
#include "watched.hpp"

namespace ipclab::arena {

namespace {

constexpr std::array supervised = {
    SCMP_SYS(msgget),
    SCMP_SYS(msgsnd),
    SCMP_SYS(msgrcv),
    SCMP_SYS(msgctl),
    SCMP_SYS(semget),
    SCMP_SYS(semop),
    SCMP_SYS(semtimedop),
    SCMP_SYS(semctl),
    SCMP_SYS(shmget),
    SCMP_SYS(shmat),
    SCMP_SYS(shmdt),
    SCMP_SYS(shmctl),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(clone),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(tgkill),
    SCMP_SYS(rt_sigqueueinfo),
    SCMP_SYS(rt_tgsigqueueinfo),
    // Who has set a timer may be woken by it: no standstill is certain any more.
    SCMP_SYS(alarm),
    SCMP_SYS(setitimer),
    SCMP_SYS(timer_settime),
    SCMP_SYS(timerfd_settime),
};

constexpr std::array refused = {
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(bpf),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(process_madvise),
    SCMP_SYS(mq_open),
    // Files are confined by Landlock, but not these ways to change them, nor sockets with a name.
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(lchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(utime),
    SCMP_SYS(utimes),
    SCMP_SYS(utimensat),
    SCMP_SYS(futimesat),
    SCMP_SYS(setxattr),
    SCMP_SYS(lsetxattr),
    SCMP_SYS(fsetxattr),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    // The grader's share of the processor.
    SCMP_SYS(setpriority),
    SCMP_SYS(ioprio_set),
    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(sched_setparam),
    SCMP_SYS(sched_setattr),
};

class Rules {
public:
    Rules() : context_(seccomp_init(SCMP_ACT_ALLOW), seccomp_release) {
        if (!context_) {
            throw std::runtime_error("libseccomp cannot start a filter");
        }
        require(seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)));
    }

    void add(std::uint32_t action, int call) {
        // A call that this architecture lacks, such as fork on aarch64, needs no rule.
        if (call >= 0) {
            require(seccomp_rule_add(context_.get(), action, call, 0));
        }
    }

    void add(std::uint32_t action, int call, const scmp_arg_cmp& argument) {
        require(seccomp_rule_add_array(context_.get(), action, call, 1, &argument));
    }

    void write_to(int file) const { require(seccomp_export_bpf(context_.get(), file)); }

private:
    static void require(int result) {
        if (result < 0) {
            errno = -result;
            kernel::fail("libseccomp refuses a rule of the student's filter");
        }
    }

    std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
};

void add_argument_rules(Rules& rules, std::uint32_t hand_over) {
    // fchmodat2 has this number on every architecture, and no name in older libseccomp.
    constexpr int fchmodat2 = 452;
    rules.add(SCMP_ACT_ERRNO(ENOSYS), fchmodat2);
    constexpr auto eperm = SCMP_ACT_ERRNO(EPERM);
    // Its flags lie in memory, where they could change after a look: glibc falls back to clone.
    rules.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
    // Who has a listener of his own can let calls pass that a tracer would stop. Where
    // notifications are in use already the kernel says the same.
    constexpr scmp_datum_t listens = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    rules.add(SCMP_ACT_ERRNO(EBUSY), SCMP_SYS(seccomp),
              SCMP_A1(SCMP_CMP_MASKED_EQ, listens, listens));
    // One's own limits only: the grader's processor time is a limit too.
    rules.add(eperm, SCMP_SYS(prlimit64), SCMP_A0(SCMP_CMP_NE, 0));
    // What the shell says when a command that is to be watched begins and ends.
    for (const scmp_datum_t option : {shell::watch_begins, shell::watch_ends}) {
        rules.add(hand_over, SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, option));
    }
    // Descriptors that send signals to somebody else.
    for (const scmp_datum_t command : {F_SETOWN, F_SETOWN_EX, F_SETSIG}) {
        rules.add(eperm, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, command));
    }
    for (const scmp_datum_t request : {FIOSETOWN, SIOCSPGRP}) {
        rules.add(eperm, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, request));
    }
}

}  // namespace

std::vector<sock_filter> student_filter(HandOver way) {
    const auto hand_over = way == HandOver::to_a_tracer ? SCMP_ACT_TRACE(0) : SCMP_ACT_NOTIFY;
    Rules rules;
    for (const int call : supervised) {
        rules.add(hand_over, call);
    }
    for (const int call : refused) {
        rules.add(SCMP_ACT_ERRNO(EPERM), call);
    }
    add_argument_rules(rules, hand_over);

    const kernel::Descriptor file(
        kernel::checked(memfd_create("filter", MFD_CLOEXEC), "cannot make a memory file"));
    rules.write_to(file.get());
    const auto size = kernel::checked(lseek(file.get(), 0, SEEK_END), "cannot measure the filter");
    std::vector<sock_filter> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
    kernel::checked(pread(file.get(), program.data(), static_cast<std::size_t>(size), 0),
                    "cannot read the filter");
    return program;
}

}  // namespace ipclab::arena
