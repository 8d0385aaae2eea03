// what: plants links, FIFOs and unreadable directories where a grader may look for results
#include <sys/stat.h>
#include <unistd.h>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void attack() {
    for (const char* name : {"result.json", "report.json", "report.xml", "results"}) {
        symlink("/etc/passwd", name);
    }
    for (const char* name : {"core", "report.md", "stdout", "stderr"}) {
        mkfifo(name, 0666);
    }
    if (mkdir("deep", 0700) == 0 && mkdir("deep/down", 0700) == 0) {
        symlink("/", "deep/down/root");
        chmod("deep", 0);
    }
}

const bool attacked = (attack(), true);

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
