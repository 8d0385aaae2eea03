#ifndef IPCLAB_KERNEL_FILE_HPP
#define IPCLAB_KERNEL_FILE_HPP

#include <optional>
#include <string>

namespace ipclab::kernel {

/// @return the whole of a file such as those in /proc, whose size is not known before.
/// @throws std::system_error where it cannot be opened or read.
std::string read_file(const std::string& path);

/// @return the whole of a file, or nothing where it is gone or may not be read: files of /proc
///         vanish with their process.
std::optional<std::string> try_read_file(const std::string& path);

}  // namespace ipclab::kernel

#endif
