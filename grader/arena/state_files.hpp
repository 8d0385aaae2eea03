#ifndef IPCLAB_ARENA_STATE_FILES_HPP
#define IPCLAB_ARENA_STATE_FILES_HPP

#include <filesystem>
#include <string>
#include <vector>

#include "kernel/descriptor.hpp"

namespace ipclab::arena {

/// What a grading must be able to find again after the grader was killed has a name like
/// /tmp/ipclab-UID-TOKEN.ledger, or stands below $TMPDIR where that is set.
///
/// @return such a name, with a new token at every call and without an ending.
std::filesystem::path new_state_name();

/// @return the files and folders with such names and this ending that belong to this user.
std::vector<std::filesystem::path> state_files(const std::string& ending);

/// @return empty, or a sentence why such files cannot be made here.
std::string state_obstacle();

/// Opens a file, or makes it, and locks it. The lock ends with the process, however it ends, so
/// that an unlocked file tells of a dead one.
/// @return the open, locked file, or a closed descriptor where another process holds it.
kernel::Descriptor lock_file(const std::filesystem::path& path);

}  // namespace ipclab::arena

#endif
