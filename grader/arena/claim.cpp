#include "arena/claim.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>

#include "kernel/failure.hpp"

namespace ipclab::arena {

kernel::Descriptor claim(const std::string& name) {
    kernel::Descriptor socket(
        kernel::checked(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "cannot make a socket"));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    // A first byte of 0 makes it an abstract name.
    name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
        socket.close();
    }
    return socket;
}

}  // namespace ipclab::arena
