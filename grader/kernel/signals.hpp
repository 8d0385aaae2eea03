#ifndef IPCLAB_KERNEL_SIGNALS_HPP
#define IPCLAB_KERNEL_SIGNALS_HPP

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>

#include "kernel/descriptor.hpp"

namespace ipclab::kernel {

/// Blocks signals and makes them readable instead (signalfd(2)): a descriptor for poll,
/// non-blocking.
/// @throws std::system_error where the kernel refuses.
Descriptor watch_signals(std::initializer_list<int> signals);

/// What a process does with signals (proc(5), SigIgn and SigCgt). Bit 0 is the signal 1.
struct Dispositions {
    std::uint64_t ignored = 0;
    std::uint64_t caught = 0;

    [[nodiscard]] bool catches(int signal) const { return ((caught >> (signal - 1)) & 1U) != 0; }

    /// @return whether a signal passes without a trace: ignored, or left alone and one of those
    ///         that are ignored by default (signal(7)).
    [[nodiscard]] bool ignores(int signal) const;
};

/// @return the dispositions of the process of a thread; none where it is gone.
Dispositions dispositions_of(pid_t thread);

}  // namespace ipclab::kernel

#endif
