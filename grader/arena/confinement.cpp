#include "arena/confinement.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>

#include "kernel/failure.hpp"

namespace ipclab::arena {

namespace {

// Named in <linux/landlock.h> since Linux 6.2.
constexpr std::uint64_t access_truncate = 1ULL << 14U;

constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t writing_files = LANDLOCK_ACCESS_FS_WRITE_FILE;
constexpr std::uint64_t making =
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

long version() {
    return syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

std::uint64_t truncating() {
    return version() >= 3 ? access_truncate : 0;
}

void allow(int rules, const std::string& place, std::uint64_t access) {
    const kernel::Descriptor where(open(place.c_str(), O_PATH | O_CLOEXEC));
    if (!where.is_open()) {
        return;  // Not every system has every place, /lib64 for example.
    }
    landlock_path_beneath_attr rule{};
    rule.allowed_access = access;
    rule.parent_fd = where.get();
    kernel::checked(syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0),
                    "cannot add a Landlock rule");
}

}  // namespace

Confinement::Confinement(const std::vector<std::string>& readable,
                         const std::vector<std::string>& writable) {
    if (version() < 0) {
        return;
    }
    const std::uint64_t everything = reading | writing_files | making | truncating();
    landlock_ruleset_attr attributes{};
    attributes.handled_access_fs = everything;
    rules_ = kernel::Descriptor(static_cast<int>(kernel::checked(
        syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes.handled_access_fs), 0),
        "cannot make a Landlock ruleset")));
    for (const auto& place : readable) {
        allow(rules_.get(), place, reading);
    }
    for (const auto& place : writable) {
        allow(rules_.get(), place, everything);
    }
    for (const char* device : {"null", "zero", "full", "random", "urandom"}) {
        allow(rules_.get(), std::string("/dev/") + device, reading | writing_files);
    }
}

int Confinement::enter() const {
    if (!rules_.is_open()) {
        return 0;
    }
    return syscall(SYS_landlock_restrict_self, rules_.get(), 0) == 0 ? 0 : errno;
}

std::string confinement_obstacle() {
    return version() > 0 ? "" : std::string("Landlock: ") + std::strerror(errno);
}

std::vector<std::string> system_places() {
    return {"/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/sys", "/run"};
}

}  // namespace ipclab::arena
