// what: ignores and blocks every signal; a static destructor waits for ever
#include <signal.h>
#include <unistd.h>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

struct Hang {
    Hang() {
        for (int number = 1; number < NSIG; ++number) {
            signal(number, SIG_IGN);
        }
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, nullptr);
    }
    ~Hang() {
        while (true) {
            pause();
        }
    }
};

const Hang hang;

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
