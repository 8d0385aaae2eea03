// what: leaves 64 children that it never waits for, half of them asleep
#include <unistd.h>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    for (int child = 0; child < 64; ++child) {
        if (fork() == 0) {
            if (child % 2 == 0) {
                pause();
            }
            _exit(0);
        }
    }
}

const bool attacked = (attack(), true);

}  // namespace

namespace ipc {

key_t make_key(const std::string&, int) {
    throw shell::NotWritten("make_key");
}

int create(key_t, mode_t) {
    throw shell::NotWritten("create");
}

int open(key_t) {
    throw shell::NotWritten("open");
}

Opened open_or_create(key_t, mode_t) {
    throw shell::NotWritten("open_or_create");
}

int create_private(mode_t) {
    throw shell::NotWritten("create_private");
}

void remove(int) {
    throw shell::NotWritten("remove");
}

}  // namespace ipc
