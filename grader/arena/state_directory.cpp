#include "arena/state_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>

#include "kernel/failure.hpp"

namespace ipclab::arena {

std::filesystem::path state_directory() {
    const char* chosen = std::getenv("TMPDIR");
    const std::filesystem::path base = chosen != nullptr && *chosen == '/' ? chosen : "/tmp";
    const auto path = base / ("ipclab-" + std::to_string(geteuid()));
    if (mkdir(path.c_str(), 0711) != 0 && errno != EEXIST) {
        kernel::fail("cannot make the folder " + path.string());
    }
    struct stat status {};
    kernel::checked(lstat(path.c_str(), &status), "cannot look at the state folder");
    const bool is_mine = S_ISDIR(status.st_mode) && status.st_uid == geteuid();
    if (!is_mine || (status.st_mode & 0022U) != 0) {
        throw std::runtime_error(path.string() +
                                 " is not a folder that only you can write in. Remove it, or set "
                                 "TMPDIR to another folder");
    }
    return path;
}

kernel::Descriptor lock_file(const std::filesystem::path& path) {
    kernel::Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open()) {
        kernel::fail("cannot open " + path.string());
    }
    if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        file.close();
    }
    return file;
}

}  // namespace ipclab::arena
