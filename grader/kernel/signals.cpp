#include "kernel/signals.hpp"

#include <sys/signalfd.h>

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "kernel/failure.hpp"
#include "kernel/file.hpp"

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

bool Dispositions::ignores(int signal) const {
    const bool by_default =
        signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
    return ((ignored >> (signal - 1)) & 1U) != 0 || (by_default && !catches(signal));
}

Dispositions dispositions_of(pid_t thread) {
    const auto status = try_read_file(fmt::format("/proc/{}/status", thread)).value_or("");
    const auto mask = [&](const std::string& name) -> std::uint64_t {
        const auto place = status.find("\n" + name + ":\t");
        return place == std::string::npos
                   ? 0
                   : std::strtoull(status.c_str() + place + name.size() + 3, nullptr, 16);
    };
    return {mask("SigIgn"), mask("SigCgt")};
}

}  // namespace ipclab::kernel
