#ifndef IPCLAB_KERNEL_SIGNALS_HPP
#define IPCLAB_KERNEL_SIGNALS_HPP

#include <initializer_list>

#include "kernel/descriptor.hpp"

namespace ipclab::kernel {

/// Blocks signals and makes them readable instead (signalfd(2)): a descriptor for poll,
/// non-blocking.
/// @throws std::system_error where the kernel refuses.
Descriptor watch_signals(std::initializer_list<int> signals);

}  // namespace ipclab::kernel

#endif
