#include "kernel/file.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>

#include "kernel/descriptor.hpp"
#include "kernel/failure.hpp"

namespace ipclab::kernel {

std::optional<std::string> try_read_file(const std::string& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        return std::nullopt;
    }
    std::string text;
    std::array<char, 16384> block{};
    while (true) {
        const ssize_t size = read(file.get(), block.data(), block.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            return std::nullopt;
        }
        if (size == 0) {
            return text;
        }
        text.append(block.data(), static_cast<std::size_t>(size));
    }
}

std::string read_file(const std::string& path) {
    auto text = try_read_file(path);
    if (!text) {
        fail("cannot read " + path);
    }
    return *text;
}

}  // namespace ipclab::kernel
