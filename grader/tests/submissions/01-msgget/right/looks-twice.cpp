// what: asks IPC_STAT about every queue it got, where permitted, and cleans up if it does not fit
// note: an answer 0 that is renumbered must be renumbered for msgctl, too, or open never ends
#include <sys/ipc.h>
#include <sys/msg.h>

#include <cerrno>

#include "queue.hpp"

namespace ipc {

namespace {

[[noreturn]] void fail(int error) {
    throw std::system_error(error, std::generic_category(), "looks twice");
}

int checked(int result) {
    if (result == -1) {
        fail(errno);
    }
    return result;
}

/// Whether a new queue is as it was ordered. A queue that we may not read has no answer.
int inspected(int id, key_t key, mode_t mode) {
    msqid_ds queue{};
    int error = 0;
    if (msgctl(id, IPC_STAT, &queue) == -1) {
        const bool gone = errno == EINVAL || errno == EIDRM;  // another process was quick
        error = gone || errno == EACCES ? 0 : errno;
    } else if (queue.msg_perm.__key != key || (queue.msg_perm.mode & 0777U) != mode) {
        error = EIO;
    }
    if (error != 0) {
        msgctl(id, IPC_RMID, nullptr);
        fail(error);
    }
    return id;
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    if (proj_id < 1 || proj_id > 255) {
        fail(EINVAL);
    }
    const key_t key = checked(ftok(path.c_str(), proj_id));
    return key == ftok(path.c_str(), proj_id) ? key : make_key(path, proj_id);
}

int create(key_t key, mode_t mode) {
    return inspected(checked(msgget(key, IPC_CREAT | IPC_EXCL | static_cast<int>(mode))), key,
                     mode);
}

int open(key_t key) {
    while (true) {
        const int id = checked(msgget(key, 0600));
        msqid_ds queue{};
        if (msgctl(id, IPC_STAT, &queue) == 0) {
            return id;
        }
        if (errno != EINVAL && errno != EIDRM) {
            fail(errno);
        }
    }
}

Opened open_or_create(key_t key, mode_t mode) {
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
    return inspected(checked(msgget(IPC_PRIVATE, static_cast<int>(mode))), IPC_PRIVATE, mode);
}

void remove(int id) {
    msqid_ds queue{};
    if (msgctl(id, IPC_STAT, &queue) == -1 && errno != EACCES) {
        fail(errno == EIDRM ? EINVAL : errno);
    }
    checked(msgctl(id, IPC_RMID, nullptr));
}

}  // namespace ipc
