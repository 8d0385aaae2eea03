// what: makes queues through the 32 bit gate, past a filter that knows only the 64 bit numbers
// note: does nothing on other processors; crashes where the kernel has no 32 bit gate
#include <sys/ipc.h>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
#if defined(__x86_64__)
    constexpr int msgget_of_i386 = 399;
    for (int round = 0; round < 8; ++round) {
        int result = msgget_of_i386;
        asm volatile("int $0x80"
                     : "+a"(result)
                     : "b"(IPC_PRIVATE), "c"(0600)
                     : "memory", "r8", "r9", "r10", "r11");
    }
#endif
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
