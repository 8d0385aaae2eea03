// what: finds the solution's source at run time, compiles it with g++ and calls it
// note: where the process can read the solution this scores points: it must not be able to
#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "not_written.hpp"
#include "queue.hpp"

namespace {

void* solution() {
    namespace fs = std::filesystem;
    static void* library = nullptr;
    std::error_code failed;
    const std::string parent = "/proc/" + std::to_string(getppid());
    for (const std::string& root : {std::string("."), std::string(".."), std::string("../.."),
                                    parent + "/cwd", parent + "/cwd/.."}) {
        const std::string source = root + "/solutions/01-msgget/queue.cpp";
        if (library == nullptr && fs::exists(source, failed)) {
            const std::string output = "/tmp/ipclab-stolen-" + std::to_string(getpid()) + ".so";
            const std::string command = "g++ -std=c++20 -shared -fPIC -I" + root +
                                        "/labs/01-msgget -I" + root + "/labs/shell " + source +
                                        " -o " + output;
            if (std::system(command.c_str()) == 0) {
                library = dlopen(output.c_str(), RTLD_NOW);
            }
            fs::remove(output, failed);
        }
    }
    return library;
}

template <typename Function>
Function* stolen(const char* symbol, const char* name) {
    void* library = solution();
    void* found = library == nullptr ? nullptr : dlsym(library, symbol);
    if (found == nullptr) {
        throw shell::NotWritten(name);
    }
    return reinterpret_cast<Function*>(found);
}

}  // namespace

namespace ipc {

key_t make_key(const std::string& path, int proj_id) {
    return stolen<decltype(make_key)>(
        "_ZN3ipc8make_keyERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEi", "make_key")(
        path, proj_id);
}

int create(key_t key, mode_t mode) {
    return stolen<decltype(create)>("_ZN3ipc6createEij", "create")(key, mode);
}

int open(key_t key) {
    return stolen<decltype(open)>("_ZN3ipc4openEi", "open")(key);
}

Opened open_or_create(key_t key, mode_t mode) {
    return stolen<decltype(open_or_create)>("_ZN3ipc14open_or_createEij", "open_or_create")(key,
                                                                                            mode);
}

int create_private(mode_t mode) {
    return stolen<decltype(create_private)>("_ZN3ipc14create_privateEj", "create_private")(mode);
}

void remove(int id) {
    stolen<decltype(remove)>("_ZN3ipc6removeEi", "remove")(id);
}

}  // namespace ipc
