// what: takes up to 4 GiB of memory and touches every page
#include <cstdlib>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    for (int piece = 0; piece < 64; ++piece) {
        const std::size_t size = std::size_t{64} << 20U;
        auto* memory = static_cast<volatile char*>(std::malloc(size));
        for (std::size_t at = 0; memory != nullptr && at < size; at += 4096) {
            memory[at] = 1;
        }
    }
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
