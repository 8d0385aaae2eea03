#include "arena/lease.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <random>
#include <stdexcept>

#include "kernel/failure.hpp"

namespace ipclab::arena {

namespace {

constexpr uid_t first = 60706;
constexpr uid_t count = 478;

/// Takes the abstract socket name of a uid (unix(7)): it is nobody else's until this process ends,
/// however it ends, and leaves no file.
kernel::Descriptor take_name(uid_t uid) {
    kernel::Descriptor socket(
        kernel::checked(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "cannot make a socket"));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto name = fmt::format("ipclab-uid-{}", uid);
    name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
        socket.close();
    }
    return socket;
}

}  // namespace

Lease::Lease() {
    // A start at random keeps containers apart that share a kernel but no network namespace: the
    // kernel counts the processes of a uid over all of them.
    const uid_t start = std::random_device{}() % count;
    for (uid_t step = 0; step < count; ++step) {
        const uid_t uid = first + (start + step) % count;
        auto name = take_name(uid);
        if (name.is_open()) {
            identity_ = {uid, uid};
            name_ = std::move(name);
            return;
        }
    }
    throw std::runtime_error("all uids from 60706 to 61183 are in use on this machine");
}

bool Lease::is_free(uid_t uid) {
    return uid >= first && uid < first + count && take_name(uid).is_open();
}

}  // namespace ipclab::arena
