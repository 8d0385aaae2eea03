#include "kernel/failure.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

namespace ipclab::kernel {

void fail(const std::string& action) {
    throw std::system_error(errno, std::generic_category(), action);
}

std::string errno_name(int error) {
    const char* name = strerrorname_np(error);
    return name == nullptr ? "errno " + std::to_string(error) : name;
}

std::string errno_text(int error) {
    return errno_name(error) + " (" + std::strerror(error) + ")";
}

}  // namespace ipclab::kernel
