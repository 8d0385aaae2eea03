#ifndef IPCLAB_ARENA_STATE_DIRECTORY_HPP
#define IPCLAB_ARENA_STATE_DIRECTORY_HPP

#include <filesystem>
#include <string>

#include "kernel/descriptor.hpp"

namespace ipclab::arena {

/// The folder where gradings of one user keep what must outlive a killed grader: ledgers, leases of
/// uids and the scratch folders of running checks. It is $TMPDIR/ipclab-UID, /tmp without TMPDIR.
///
/// @return its path; it exists, belongs to this user, and nobody else may write in it.
/// @throws kernel failure, or std::runtime_error where somebody else made a folder of this name.
std::filesystem::path state_directory();

/// Makes and locks a file of its own for a process. The lock ends with the process, however it
/// ends, so that an unlocked file tells of a dead one.
/// @return the open, locked file, or a closed descriptor where another process holds it.
kernel::Descriptor lock_file(const std::filesystem::path& path);

}  // namespace ipclab::arena

#endif
