// what: open first, create second, recursion instead of a loop, a class derived from system_error
#include <sys/ipc.h>
#include <sys/msg.h>

#include <cerrno>

#include "queue.hpp"

namespace ipc {

namespace {

class QueueError : public std::system_error {
public:
    explicit QueueError(int error = errno) : std::system_error(error, std::generic_category()) {}
};

int good(int id) {
    return id >= 0 ? id : throw QueueError();
}

Opened ask(key_t key, mode_t mode, bool make) {
    const int id = msgget(key, make ? IPC_CREAT | IPC_EXCL | static_cast<int>(mode) : 0600);
    return id >= 0                             ? Opened{id, make}
           : errno == (make ? EEXIST : ENOENT) ? ask(key, mode, !make)
                                               : throw QueueError();
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    if (proj_id < 1 || proj_id > 255) {
        throw QueueError(EINVAL);
    }
    if (const key_t key = ftok(path.c_str(), proj_id); key != -1) {
        return key;
    }
    throw QueueError();
}

int create(key_t key, mode_t mode) {
    return good(msgget(key, static_cast<int>(mode | IPC_CREAT | IPC_EXCL)));
}

int open(key_t key) {
    return good(msgget(key, 0606));
}

Opened open_or_create(key_t key, mode_t mode) {
    return ask(key, mode, false);
}

int create_private(mode_t mode) {
    return good(msgget(IPC_PRIVATE, static_cast<int>(mode)));
}

void remove(int id) {
    good(msgctl(id, IPC_RMID, nullptr));
}

}  // namespace ipc
