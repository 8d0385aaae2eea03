#include "arena/lease.hpp"

#include <fmt/format.h>

#include <random>
#include <stdexcept>

#include "arena/claim.hpp"

namespace ipclab::arena {

namespace {

constexpr uid_t first = 60706;
constexpr uid_t count = 478;

kernel::Descriptor claim_uid(uid_t uid) {
    return claim(fmt::format("ipclab-uid-{}", uid));
}

}  // namespace

Lease::Lease() {
    // A start at random keeps containers apart that share a kernel but no network namespace: the
    // kernel counts the processes of a uid over all of them.
    const uid_t start = std::random_device{}() % count;
    for (uid_t step = 0; step < count; ++step) {
        const uid_t uid = first + (start + step) % count;
        auto name = claim_uid(uid);
        if (name.is_open()) {
            identity_ = {uid, uid};
            name_ = std::move(name);
            return;
        }
    }
    throw std::runtime_error("all uids from 60706 to 61183 are in use on this machine");
}

bool Lease::is_free(uid_t uid) {
    return uid >= first && uid < first + count && claim_uid(uid).is_open();
}

bool Lease::is_lent(uid_t uid) {
    return uid >= first && uid < first + count && !claim_uid(uid).is_open();
}

}  // namespace ipclab::arena
