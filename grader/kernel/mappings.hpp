/// @file
/// The memory of a process as the kernel lists it: /proc/PID/maps (proc(5)).
#ifndef IPCLAB_KERNEL_MAPPINGS_HPP
#define IPCLAB_KERNEL_MAPPINGS_HPP

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab::kernel {

/// A range of addresses that mean something in a process.
struct Mapping {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  ///< behind the last byte
    std::string name;       ///< "[heap]", "[stack]", "/SYSV00004c01 (deleted)", a file, or ""

    [[nodiscard]] bool contains(std::uint64_t address) const {
        return begin <= address && address < end;
    }
};

/// @return what is mapped in a process; nothing where it is gone.
std::vector<Mapping> mappings(pid_t process);

/// Reads the text of /proc/PID/maps.
/// @throws std::runtime_error naming the line, where it is no such text.
std::vector<Mapping> parse_mappings(std::string_view text);

}  // namespace ipclab::kernel

#endif
