#ifndef IPCLAB_ARENA_CLAIM_HPP
#define IPCLAB_ARENA_CLAIM_HPP

#include <string>

#include "kernel/descriptor.hpp"

namespace ipclab::arena {

/// Takes a name for as long as the descriptor is open, that is until this process ends at the
/// latest. It is an abstract socket name (unix(7)): of all processes in the network namespace one
/// can have it, and it leaves no file.
/// @return a closed descriptor where somebody else has the name.
kernel::Descriptor claim(const std::string& name);

}  // namespace ipclab::arena

#endif
