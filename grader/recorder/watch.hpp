#ifndef IPCLAB_RECORDER_WATCH_HPP
#define IPCLAB_RECORDER_WATCH_HPP

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "recorder/recording.hpp"
#include "recorder/stepper.hpp"

namespace ipclab::recorder {

/// Where a program's own code lies in a process.
struct Code {
    std::uint64_t begin = 0;  ///< of the program's file
    std::uint64_t end = 0;    ///< of its code (etext, end(3))
};

/// Sees each access of one process to the segments that it has attached, before it happens: while
/// the watch is on, the process itself may not touch them (mprotect(2), called in its place), so
/// that each access stops it with a SIGSEGV, which it never gets. To let an access happen, its
/// memory is given back for the time of one instruction. Unlike the debug registers of a processor,
/// which cover 32 bytes and stop behind an access, this covers whole segments, on every processor.
class Watch {
public:
    /// The process has attached a segment (shmat).
    /// @param flags  those of shmat.
    void attached(int segment, std::uint64_t address, int flags);
    /// It has detached one (shmdt).
    void detached(std::uint64_t address);
    /// It has set itself what it may do with some memory (mprotect).
    void set_protection(std::uint64_t address, std::size_t size, int protection);
    /// It executes another program: nothing is attached any more.
    void clear();

    /// Begins to watch.
    /// @param thread  a thread of the process, stopped right after a system call.
    void begin(pid_t thread, const Code& code);
    /// Goes on to watch after a system call, which may have attached something.
    void go_on(pid_t thread);
    /// Gives the memory back until go_on(): the kernel itself is to touch it.
    void pause(pid_t thread);
    void end(pid_t thread);

    [[nodiscard]] bool is_on() const { return instruction_ != 0; }
    [[nodiscard]] bool is_paused() const { return is_on() && paused_; }

    /// @return whether an address lies in a segment that is watched.
    [[nodiscard]] bool covers(std::uint64_t address);

    /// @return whether an address lies in a segment that is attached, watched or not.
    [[nodiscard]] bool knows(std::uint64_t address) { return find(address) != nullptr; }

    /// @return how often the process was given memory back, or it was taken from it.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }

    /// Lets the access happen before which a thread has stopped.
    /// @return what its instruction accesses: one place, or one that it reads and another that it
    ///         writes. None where the thread is gone, or the instruction cannot be executed for a
    ///         reason of its own, as a write to what is attached for reading only: the thread is
    ///         stopped before it, by the signal that says so.
    std::vector<Access> let_happen(pid_t thread);

    /// @return where in its program a stopped thread is.
    [[nodiscard]] Places places_of(pid_t thread) const;

private:
    struct Attachment {
        int segment = -1;
        std::uint64_t address = 0;
        int protection = 0;    ///< PROT_READ, ... as it attached it
        int allowed = 0;       ///< what it may do now
        std::size_t size = 0;  ///< in bytes, whole pages; 0: not known yet
    };

    [[nodiscard]] Attachment* find(std::uint64_t address);
    void allow(Stepper& stepper, Attachment& attachment, int protection);
    struct Touched {
        Access access;
        std::uint64_t address = 0;
        std::uint64_t end = 0;  ///< of the segment in memory
    };
    bool admit(Stepper& stepper, pid_t thread, std::uint64_t address, std::vector<Touched>& all);
    Stepper::End execute(Stepper& stepper, pid_t thread, std::vector<Touched>& all);
    void protect_all(Stepper& stepper);
    void learn_sizes();

    std::vector<Attachment> attachments_;
    std::uint64_t instruction_ = 0;  ///< one that makes system calls; 0: the watch is off
    bool paused_ = false;
    std::uint64_t changes_ = 0;
    Code code_;
    std::uint64_t next_turns_ = 1;  ///< of an instruction that copies: so many are the next access
};

}  // namespace ipclab::recorder

#endif
