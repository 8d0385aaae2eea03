#ifndef IPCLAB_ARENA_CONFINEMENT_HPP
#define IPCLAB_ARENA_CONFINEMENT_HPP

#include <string>
#include <vector>

#include "kernel/descriptor.hpp"

namespace ipclab::arena {

/// Which files a process may read and write, kept by the kernel (landlock(7)).
///
/// Directories may always be opened and searched, and programs of the system run. Where the kernel
/// has no Landlock nothing is kept: confinement_obstacle() says so.
class Confinement {
public:
    /// Files below these may be read; those below `writable` may be written and made, too.
    Confinement(const std::vector<std::string>& readable, const std::vector<std::string>& writable);

    /// Confines this process and all its descendants for good. Needs no_new_privs. Allocates
    /// nothing: may run between fork and exec.
    /// @return 0, or the errno.
    [[nodiscard]] int enter() const;

private:
    kernel::Descriptor rules_;
};

/// @return why there is no Landlock here, empty where there is.
std::string confinement_obstacle();

/// @return the places that every program may need to read: libraries, settings, /proc and devices.
std::vector<std::string> system_places();

}  // namespace ipclab::arena

#endif
