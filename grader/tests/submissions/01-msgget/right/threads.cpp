// what: every call runs in a thread of its own: std::async, std::jthread with a promise
#include <sys/ipc.h>
#include <sys/msg.h>

#include <cerrno>
#include <future>
#include <thread>

#include "queue.hpp"

namespace ipc {

namespace {

template <typename Call>
int elsewhere(Call call) {
    return std::async(std::launch::async,
                      [call] {
                          const int result = call();
                          if (result == -1) {
                              throw std::system_error(errno, std::generic_category());
                          }
                          return result;
                      })
        .get();
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    if (proj_id < 1 || proj_id > 255) {
        throw std::system_error(std::make_error_code(std::errc::invalid_argument));
    }
    return elsewhere([&] { return ftok(path.c_str(), proj_id); });
}

int create(key_t key, mode_t mode) {
    return elsewhere([=] { return msgget(key, IPC_CREAT | IPC_EXCL | static_cast<int>(mode)); });
}

int open(key_t key) {
    return elsewhere([=] { return msgget(key, 0600); });
}

Opened open_or_create(key_t key, mode_t mode) {
    std::promise<Opened> promise;
    auto future = promise.get_future();
    const std::jthread worker([&promise, key, mode] {
        for (bool make = false;; make = !make) {
            try {
                promise.set_value({make ? create(key, mode) : open(key), make});
                return;
            } catch (const std::system_error& refused) {
                if (refused.code().value() != (make ? EEXIST : ENOENT)) {
                    promise.set_exception(std::current_exception());
                    return;
                }
            }
        }
    });
    return future.get();
}

int create_private(mode_t mode) {
    return elsewhere([=] { return msgget(IPC_PRIVATE, static_cast<int>(mode)); });
}

void remove(int id) {
    elsewhere([=] { return msgctl(id, IPC_RMID, nullptr); });
}

}  // namespace ipc
