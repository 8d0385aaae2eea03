// what: no C library wrappers: syscall(SYS_msgget, ...), and ftok worked out by hand from stat
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "queue.hpp"

namespace ipc {

namespace {

template <long number, typename... Arguments>
long kernel(Arguments... arguments) {
    const long result = syscall(number, arguments...);
    if (result == -1) {
        throw std::system_error(errno, std::system_category());
    }
    return result;
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    if (static_cast<unsigned>(proj_id) - 1U > 254U) {
        throw std::system_error(EINVAL, std::system_category());
    }
    struct stat file {};
    if (fstatat(AT_FDCWD, path.c_str(), &file, 0) != 0) {
        throw std::system_error(errno, std::system_category());
    }
    return static_cast<key_t>((file.st_ino & 0xffffU) | ((file.st_dev & 0xffU) << 16U) |
                              (static_cast<unsigned>(proj_id) << 24U));
}

int create(key_t key, mode_t mode) {
    return static_cast<int>(kernel<SYS_msgget>(key, IPC_CREAT | IPC_EXCL | mode));
}

int open(key_t key) {
    return static_cast<int>(kernel<SYS_msgget>(key, 0600));
}

Opened open_or_create(key_t key, mode_t mode) {
    for (;;) {
        long id = syscall(SYS_msgget, key, 0600);
        if (id != -1) {
            return {static_cast<int>(id), false};
        }
        if (errno == ENOENT) {
            id = syscall(SYS_msgget, key, IPC_CREAT | IPC_EXCL | mode);
            if (id != -1) {
                return {static_cast<int>(id), true};
            }
            if (errno == EEXIST) {
                continue;
            }
        }
        throw std::system_error(errno, std::system_category());
    }
}

int create_private(mode_t mode) {
    return static_cast<int>(kernel<SYS_msgget>(IPC_PRIVATE, mode));
}

void remove(int id) {
    kernel<SYS_msgctl>(id, IPC_RMID, 0L);
}

}  // namespace ipc
