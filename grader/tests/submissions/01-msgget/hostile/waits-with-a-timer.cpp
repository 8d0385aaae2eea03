// what: waits for a message in a private queue of its own, with a timer that may wake it in an hour
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    const int id = msgget(IPC_PRIVATE, 0600);
    struct {
        long type;
        char text[8];
    } message{};
    alarm(3600);
    msgrcv(id, &message, sizeof message.text, 0, 0);
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
