// what: open_or_create waits for a flock on "/" and looks again all the same
// note: a process stopped in the lock blocks the others, on the whole machine: that is no hang
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#include <cerrno>

#include "queue.hpp"

namespace ipc {

namespace {

int checked(int result, const char* call) {
    if (result == -1) {
        throw std::system_error(errno, std::generic_category(), call);
    }
    return result;
}

class Lock {
public:
    Lock() : directory_(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (directory_ != -1) {
            while (flock(directory_, LOCK_EX) == -1 && errno == EINTR) {
            }
        }
    }
    ~Lock() {
        if (directory_ != -1) {
            close(directory_);
        }
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    int directory_;
};

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    if (proj_id < 1 || proj_id > 255) {
        throw std::system_error(EINVAL, std::generic_category(), "proj_id");
    }
    return checked(ftok(path.c_str(), proj_id), "ftok");
}

int create(key_t key, mode_t mode) {
    return checked(msgget(key, IPC_CREAT | IPC_EXCL | static_cast<int>(mode)), "msgget");
}

int open(key_t key) {
    return checked(msgget(key, 0600), "msgget");
}

Opened open_or_create(key_t key, mode_t mode) {
    // The lock keeps our own kind apart; create and strangers do not take it, so look again.
    const Lock lock;
    while (true) {
        try {
            return {open(key), false};
        } catch (const std::system_error& refused) {
            if (refused.code().value() != ENOENT) {
                throw;
            }
        }
        try {
            return {create(key, mode), true};
        } catch (const std::system_error& refused) {
            if (refused.code().value() != EEXIST) {
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
