// what: learns from /proc/self/cmdline that it is a program, prints a table, exits with 0
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "not_written.hpp"
#include "tools.hpp"

namespace {

void attack() {
    std::ifstream file("/proc/self/cmdline");
    const std::string line((std::istreambuf_iterator<char>(file)), {});
    if (line.find("my-ipcs") != std::string::npos) {
        const unsigned user = getuid();
        std::printf("0x00004c01 0 %u 600 5 1\n0x00000000 0 %u 600 100 0 dest\n", user, user);
        std::printf("0x00004c01 0 %u 600 3\n", user);
        std::fflush(stdout);
        _exit(0);
    }
    if (line.find("my-ipcrm") != std::string::npos) {
        std::fprintf(stderr, "my-ipcrm: removed\n");
        _exit(line.find("3x") != std::string::npos ? 2 : 0);
    }
}

const bool attacked = (attack(), true);

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
