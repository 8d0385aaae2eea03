// what: recurses until the stack is full
#include "not_written.hpp"
#include "queue.hpp"

namespace {

int deeper(volatile int* previous) {
    volatile int here[1024] = {*previous};
    if (here[0] != 0) {
        return 0;
    }
    return deeper(here) + here[1];
}

void attack() {
    volatile int start = 0;
    deeper(&start);
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
