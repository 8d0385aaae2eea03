#include "arena/lease.hpp"

#include <pwd.h>

#include <random>
#include <stdexcept>
#include <string>

#include "arena/state_directory.hpp"

namespace ipclab::arena {

namespace {

constexpr uid_t first = 60706;
constexpr uid_t count = 478;

}  // namespace

Lease::Lease() {
    // A start at random keeps containers apart that share a kernel but not a state folder: the
    // kernel counts the processes of a uid over all of them.
    const uid_t start = std::random_device{}() % count;
    const auto directory = state_directory();
    for (uid_t step = 0; step < count; ++step) {
        const uid_t uid = first + (start + step) % count;
        auto lock = lock_file(directory / ("uid-" + std::to_string(uid) + ".lock"));
        if (lock.is_open() && getpwuid(uid) == nullptr) {
            identity_ = {uid, uid};
            lock_ = std::move(lock);
            return;
        }
    }
    throw std::runtime_error("all uids from 60706 to 61183 are in use on this machine");
}

}  // namespace ipclab::arena
