// what: global objects that print and allocate before main and after it, a call log, thread_local
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>

#include <cerrno>
#include <iostream>
#include <map>
#include <vector>

#include "queue.hpp"

namespace ipc {

namespace {

class Journal {
public:
    Journal() : reserve_(std::size_t{8} << 20U, 'x') { std::cout << "journal opened\n"; }
    ~Journal() {
        std::cout << "journal closed:";
        for (const auto& [call, count] : calls_) {
            std::cout << ' ' << call << ' ' << count;
        }
        std::cout << std::endl;
    }
    void note(const char* call) { ++calls_[call]; }

private:
    std::vector<char> reserve_;
    std::map<std::string, int> calls_;
};

Journal journal;
thread_local int last_error = 0;
const bool greeted = (std::cerr << "static initialiser\n", true);

int result_of(const char* call, int result) {
    last_error = errno;
    journal.note(call);
    if (result == -1) {
        throw std::system_error(last_error, std::generic_category(), greeted ? call : "");
    }
    return result;
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    static const std::error_code bad(EINVAL, std::generic_category());
    if (proj_id < 1 || proj_id > 255) {
        throw std::system_error(bad);
    }
    return result_of("ftok", ftok(path.c_str(), proj_id));
}

int create(key_t key, mode_t mode) {
    const int flags = IPC_CREAT | IPC_EXCL | static_cast<int>(mode);
    return result_of("create", msgget(key, flags));
}

int open(key_t key) {
    return result_of("open", msgget(key, S_IRUSR | S_IWUSR));
}

Opened open_or_create(key_t key, mode_t mode) {
    for (unsigned turn = 0;; ++turn) {
        const bool make = turn % 2 == 1;
        try {
            return {make ? create(key, mode) : open(key), make};
        } catch (const std::system_error&) {
            if (last_error != (make ? EEXIST : ENOENT)) {
                throw;
            }
        }
    }
}

int create_private(mode_t mode) {
    return result_of("create_private", msgget(IPC_PRIVATE, static_cast<int>(mode)));
}

void remove(int id) {
    result_of("remove", msgctl(id, IPC_RMID, nullptr));
}

}  // namespace ipc
