// what: ends the process with status 0 before main
#include <unistd.h>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    _exit(0);
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
