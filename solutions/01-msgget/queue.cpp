// Lab 1, msgget, solved. The notes for teachers stand beside it in README.md.
#include "queue.hpp"

#include <sys/ipc.h>
#include <sys/msg.h>

#include <cerrno>

namespace ipc {

namespace {

/// The one place where a refused call becomes an exception: errno is read before anything else
/// runs.
int checked(int result, const char* call) {
    if (result == -1) {
        throw std::system_error(errno, std::generic_category(), call);
    }
    return result;
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    if (proj_id < 1 || proj_id > 255) {
        throw std::system_error(EINVAL, std::generic_category(), "proj_id must be 1 to 255");
    }
    return checked(ftok(path.c_str(), proj_id), "ftok");
}

int create(key_t key, mode_t mode) {
    return checked(msgget(key, IPC_CREAT | IPC_EXCL | static_cast<int>(mode)), "msgget");
}

int open(key_t key) {
    // The bits ask for reading and writing, so that a queue we may not use is refused here and not
    // at the first message.
    return checked(msgget(key, 0600), "msgget");
}

Opened open_or_create(key_t key, mode_t mode) {
    // Between two calls another process may make the queue or remove it: then ask again.
    while (true) {
        try {
            return {create(key, mode), true};
        } catch (const std::system_error& refused) {
            if (refused.code().value() != EEXIST) {
                throw;
            }
        }
        try {
            return {open(key), false};
        } catch (const std::system_error& refused) {
            if (refused.code().value() != ENOENT) {
                throw;
            }
        }
    }
}

int create_private(mode_t mode) {
    return checked(msgget(IPC_PRIVATE, static_cast<int>(mode)), "msgget");
}

void remove(int id) {
    checked(msgctl(id, IPC_RMID, nullptr), "msgctl");
}

}  // namespace ipc
