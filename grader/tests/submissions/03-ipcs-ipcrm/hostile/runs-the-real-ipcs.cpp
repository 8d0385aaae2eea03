// what: the programs become ipcs and ipcrm, and the functions are not written
#include <unistd.h>

#include <vector>

#include "not_written.hpp"
#include "tools.hpp"

namespace {

[[noreturn]] void become(const char* program, const char* name,
                         const std::vector<std::string>& arguments) {
    std::vector<char*> words{const_cast<char*>(name)};
    for (const auto& argument : arguments) {
        words.push_back(const_cast<char*>(argument.c_str()));
    }
    words.push_back(nullptr);
    execvp(program, words.data());
    throw shell::NotWritten(name);
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

int my_ipcs(const std::vector<std::string>& arguments) {
    become("ipcs", "my-ipcs", arguments);
}

int my_ipcrm(const std::vector<std::string>& arguments) {
    become("ipcrm", "my-ipcrm", arguments);
}

}  // namespace ipc
