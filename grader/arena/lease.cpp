#include "arena/lease.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string>

#include "kernel/failure.hpp"
#include "kernel/objects.hpp"

namespace ipclab::arena {

namespace {

constexpr uid_t first = 60706;
constexpr uid_t count = 478;

/// The file whose bytes stand for the uids: whoever has locked a byte has that uid (fcntl(2), open
/// file description locks). Only root can open it, so that nobody else can take all of them.
kernel::Descriptor open_register() {
    constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    kernel::Descriptor file(open("/run/ipclab-uids", flags, 0600));
    if (!file.is_open()) {
        // In a container the root file system may be read-only.
        const char* chosen = std::getenv("TMPDIR");
        const std::string folder = chosen != nullptr && *chosen == '/' ? chosen : "/tmp";
        file = kernel::Descriptor(open((folder + "/ipclab-uids").c_str(), flags, 0600));
    }
    struct stat status {};
    kernel::checked(fstat(file.get(), &status), "cannot open the register of lent uids");
    if (status.st_uid != geteuid()) {
        throw std::runtime_error("the register of lent uids belongs to somebody else");
    }
    return file;
}

struct flock byte_of(uid_t uid) {
    struct flock byte {};
    byte.l_type = F_WRLCK;
    byte.l_whence = SEEK_SET;
    byte.l_start = static_cast<off_t>(uid - first);
    byte.l_len = 1;
    return byte;
}

/// Ends what a grader that was killed altogether has left under a uid: its processes and its
/// objects.
void evict(Identity identity) {
    in_place_of(identity, [] { return kill(-1, SIGKILL) == 0 ? 0 : errno; });
    const ActingAs them(identity);
    for (const auto& object : kernel::objects()) {
        if (object.creator == identity.uid) {
            kernel::remove(object.kind, object.id);
        }
    }
}

bool is_in_range(uid_t uid) {
    return uid >= first && uid < first + count;
}

}  // namespace

Lease::Lease() : register_(open_register()) {
    // A start at random keeps containers apart that share a kernel but not this file: the kernel
    // counts the processes of a uid over all of them.
    const uid_t start = std::random_device{}() % count;
    for (uid_t step = 0; step < count; ++step) {
        if (take(first + (start + step) % count)) {
            return;
        }
    }
    throw std::runtime_error("all uids from 60706 to 61183 are in use on this machine");
}

Lease::Lease(uid_t uid) : register_(open_register()) {
    take(uid);  // If somebody else is quicker, it is theirs to clean up.
}

bool Lease::take(uid_t uid) {
    const auto byte = byte_of(uid);
    if (fcntl(register_.get(), F_OFD_SETLK, &byte) != 0) {
        return false;
    }
    identity_ = {uid, uid};
    evict(identity_);
    return true;
}

void Lease::evict_the_dead() {
    for (const auto& object : kernel::objects()) {
        if (is_free(object.creator)) {
            const Lease taken_back(object.creator);
        }
    }
}

bool Lease::is_lent(uid_t uid) {
    if (!is_in_range(uid)) {
        return false;
    }
    auto byte = byte_of(uid);
    const auto file = open_register();
    kernel::checked(fcntl(file.get(), F_OFD_GETLK, &byte), "cannot look at a lent uid");
    return byte.l_type != F_UNLCK;
}

bool Lease::is_free(uid_t uid) {
    return is_in_range(uid) && !is_lent(uid);
}

}  // namespace ipclab::arena
