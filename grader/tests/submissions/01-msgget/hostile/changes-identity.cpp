// what: becomes root where it may: by set*id, and in a user namespace of its own
#include <grp.h>
#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void put(const char* path, const std::string& text) {
    if (std::FILE* file = std::fopen(path, "we")) {
        std::fputs(text.c_str(), file);
        std::fclose(file);
    }
}

void attack() {
    const std::string uid = std::to_string(getuid());
    setgroups(0, nullptr);
    (void)!setresgid(0, 0, 0);
    (void)!setresuid(0, 0, 0);
    if (geteuid() != 0 && unshare(CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWNS) == 0) {
        put("/proc/self/setgroups", "deny");
        put("/proc/self/uid_map", "0 " + uid + " 1\n");
    }
    (void)!chroot("/");
}

[[noreturn]] void refuse(const char* function) {
    attack();
    throw shell::NotWritten(function);
}

}  // namespace

namespace ipc {

key_t make_key(const std::string&, int) {
    refuse("make_key");
}

int create(key_t, mode_t) {
    refuse("create");
}

int open(key_t) {
    refuse("open");
}

Opened open_or_create(key_t, mode_t) {
    refuse("open_or_create");
}

int create_private(mode_t) {
    refuse("create_private");
}

void remove(int) {
    refuse("remove");
}

}  // namespace ipc
