#include "kernel/signals.hpp"

#include <sys/signalfd.h>

#include <csignal>

#include "kernel/failure.hpp"

namespace ipclab::kernel {

Descriptor watch_signals(std::initializer_list<int> signals) {
    sigset_t watched;
    sigemptyset(&watched);
    for (const int signal : signals) {
        sigaddset(&watched, signal);
    }
    checked(sigprocmask(SIG_BLOCK, &watched, nullptr), "cannot block signals");
    return Descriptor(
        checked(signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK), "cannot watch signals"));
}

}  // namespace ipclab::kernel
