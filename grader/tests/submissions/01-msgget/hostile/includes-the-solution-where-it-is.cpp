// what: includes the solution at compile time from wherever it can be read
// note: where the compiler can read the solution this scores 20: it must not be able to
// compiles: no
#if __has_include("../../solutions/01-msgget/queue.cpp")
#include "../../solutions/01-msgget/queue.cpp"
#elif __has_include("../solutions/01-msgget/queue.cpp")
#include "../solutions/01-msgget/queue.cpp"
#elif __has_include("../../../solutions/01-msgget/queue.cpp")
#include "../../../solutions/01-msgget/queue.cpp"
#elif __has_include("solutions/01-msgget/queue.cpp")
#include "solutions/01-msgget/queue.cpp"
#elif __has_include("/workspaces/ipc-labs/solutions/01-msgget/queue.cpp")
#include "/workspaces/ipc-labs/solutions/01-msgget/queue.cpp"
#elif __has_include("/grader/solutions/01-msgget/queue.cpp")
#include "/grader/solutions/01-msgget/queue.cpp"
#elif __has_include("/proc/self/cwd/solutions/01-msgget/queue.cpp")
#include "/proc/self/cwd/solutions/01-msgget/queue.cpp"
#elif __has_include("/proc/self/cwd/../solutions/01-msgget/queue.cpp")
#include "/proc/self/cwd/../solutions/01-msgget/queue.cpp"
#else
#include "not_written.hpp"
#include "queue.hpp"

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

#endif
