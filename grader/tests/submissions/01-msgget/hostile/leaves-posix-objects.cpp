// what: leaves a POSIX queue, a named semaphore, shared memory and files in /tmp behind
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    const std::string name = "/ipclab-left-" + std::to_string(getpid());
    mq_open(name.c_str(), O_CREAT | O_RDWR, 0600, nullptr);
    shm_open(name.c_str(), O_CREAT | O_RDWR, 0600);
    sem_open(name.c_str(), O_CREAT, 0600, 1U);
    ::open(("/tmp" + name).c_str(), O_CREAT | O_RDWR, 0600);
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
