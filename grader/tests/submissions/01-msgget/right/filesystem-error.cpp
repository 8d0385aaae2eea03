// what: make_key asks std::filesystem first and throws filesystem_error and std::errc codes
#include <sys/ipc.h>
#include <sys/msg.h>

#include <cerrno>
#include <filesystem>

#include "queue.hpp"

namespace fs = std::filesystem;

namespace {

[[noreturn]] void raise(const char* what, int error = errno) {
    throw std::system_error({error, std::system_category()}, what);
}

}  // namespace

key_t ipc::make_key(const std::string& path, int proj_id) {
    if (proj_id < 1 || proj_id > 255) {
        throw fs::filesystem_error("proj_id", path,
                                   std::make_error_code(std::errc::invalid_argument));
    }
    const fs::path file = fs::canonical(path);
    if (!fs::exists(file)) {
        throw fs::filesystem_error("make_key", file, {ENOENT, std::system_category()});
    }
    const key_t key = ftok(file.c_str(), proj_id);
    return key != -1 ? key : (raise("ftok"), key);
}

int ipc::create(key_t key, mode_t mode) {
    const int id = msgget(key, IPC_CREAT | IPC_EXCL | static_cast<int>(mode));
    return id != -1 ? id : (raise("create"), id);
}

int ipc::open(key_t key) {
    const int id = msgget(key, static_cast<int>(fs::perms::owner_read | fs::perms::owner_write));
    return id != -1 ? id : (raise("open"), id);
}

ipc::Opened ipc::open_or_create(key_t key, mode_t mode) try {
    return {create(key, mode), true};
} catch (const std::system_error& taken) {
    if (taken.code() != std::errc::file_exists) {
        throw;
    }
    try {
        return {open(key), false};
    } catch (const std::system_error& gone) {
        if (gone.code() != std::errc::no_such_file_or_directory) {
            throw;
        }
    }
    return open_or_create(key, mode);
}

int ipc::create_private(mode_t mode) {
    const int id = msgget(IPC_PRIVATE, static_cast<int>(mode));
    return id != -1 ? id : (raise("create_private"), id);
}

void ipc::remove(int id) {
    if (msgctl(id, IPC_RMID, nullptr) != 0) {
        raise("remove");
    }
}
