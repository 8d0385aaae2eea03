// what: a child process makes every call and answers through a pipe; the parent waits for it
// note: the kernel records as creator and last pid those of processes that have ended
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#include "queue.hpp"

namespace ipc {

namespace {

struct Result {
    int value;
    int error;
};

[[noreturn]] void fail(int error) {
    throw std::system_error(error, std::generic_category(), "helper process");
}

int in_child(const std::function<int()>& call) {
    int ends[2];
    if (pipe(ends) != 0) {
        fail(errno);
    }
    const pid_t child = fork();
    if (child == -1) {
        const int error = errno;
        close(ends[0]);
        close(ends[1]);
        fail(error);
    }
    if (child == 0) {
        close(ends[0]);
        errno = 0;
        const int value = call();
        const Result result{value, errno};
        const bool sent = write(ends[1], &result, sizeof result) == sizeof result;
        _exit(sent ? 0 : 1);
    }
    close(ends[1]);
    Result result{-1, EIO};
    ssize_t size = 0;
    do {
        size = read(ends[0], &result, sizeof result);
    } while (size == -1 && errno == EINTR);
    close(ends[0]);
    while (waitpid(child, nullptr, 0) == -1 && errno == EINTR) {
    }
    if (size != sizeof result || result.value == -1) {
        fail(size == sizeof result ? result.error : EIO);
    }
    return result.value;
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    if (proj_id < 1 || proj_id > 255) {
        fail(EINVAL);
    }
    return in_child([&] { return ftok(path.c_str(), proj_id); });
}

int create(key_t key, mode_t mode) {
    return in_child([=] { return msgget(key, IPC_CREAT | IPC_EXCL | static_cast<int>(mode)); });
}

int open(key_t key) {
    return in_child([=] { return msgget(key, 0600); });
}

Opened open_or_create(key_t key, mode_t mode) {
    while (true) {
        try {
            return {create(key, mode), true};
        } catch (const std::system_error& refused) {
            if (refused.code() != std::errc::file_exists) {
                throw;
            }
        }
        try {
            return {open(key), false};
        } catch (const std::system_error& refused) {
            if (refused.code() != std::errc::no_such_file_or_directory) {
                throw;
            }
        }
    }
}

int create_private(mode_t mode) {
    return in_child([=] { return msgget(IPC_PRIVATE, static_cast<int>(mode)); });
}

void remove(int id) {
    in_child([=] { return msgctl(id, IPC_RMID, nullptr); });
}

}  // namespace ipc
