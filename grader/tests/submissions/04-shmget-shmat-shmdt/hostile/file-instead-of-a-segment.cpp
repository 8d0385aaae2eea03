// what: maps files that all processes share, and keeps the boards in files, too
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "memory.hpp"

namespace {

std::map<const void*, std::size_t> places;

[[noreturn]] void fail(int error) {
    throw std::system_error(error, std::generic_category(), "file");
}

/// In its own folder, or in one that all share.
std::string path_of(int number) {
    for (const char* folder : {"/dev/shm/", "/tmp/", "/var/tmp/", "./"}) {
        if (access(folder, W_OK) == 0) {
            return folder + std::to_string(static_cast<unsigned>(number)) + ".segment";
        }
    }
    return "segment";
}

void* map(int id, int protection) {
    const int file = open(path_of(id).c_str(), O_RDWR);
    struct stat status {};
    if (file == -1 || fstat(file, &status) != 0 || status.st_size == 0) {
        fail(EINVAL);
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void* const address = mmap(nullptr, size, protection, MAP_SHARED, file, 0);
    close(file);
    if (address == MAP_FAILED) {
        fail(ENOMEM);
    }
    places[address] = size;
    return address;
}

void unmap(const void* address) {
    if (places.contains(address)) {
        munmap(const_cast<void*>(address), places[address]);
    }
}

}  // namespace

namespace ipc {

int create(key_t key, std::size_t size, mode_t mode) {
    if (size == 0) {
        fail(EINVAL);
    }
    const int file = ::open(path_of(key).c_str(), O_RDWR | O_CREAT | O_EXCL, mode);
    if (file == -1) {
        fail(errno);
    }
    (void)!ftruncate(file, static_cast<off_t>(size));
    close(file);
    return key & 0x7fffffff;
}

int open(key_t key, std::size_t size) {
    struct stat status {};
    if (stat(path_of(key).c_str(), &status) != 0) {
        fail(ENOENT);
    }
    if (static_cast<std::size_t>(status.st_size) < size) {
        fail(EINVAL);
    }
    return key & 0x7fffffff;
}

void* attach(int id) {
    return map(id, PROT_READ | PROT_WRITE);
}

const void* attach_readonly(int id) {
    return map(id, PROT_READ);
}

void detach(const void* address) {
    if (!places.contains(address)) {
        fail(EINVAL);
    }
    unmap(address);
    places.erase(address);
}

void remove(int id) {
    if (unlink(path_of(id).c_str()) != 0) {
        fail(EINVAL);
    }
}

Attachment::Attachment(int id, Access access)
    : address_(access == Access::read_only ? const_cast<void*>(attach_readonly(id)) : attach(id)) {}

Attachment::Attachment(Attachment&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)) {}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    std::swap(address_, other.address_);
    if (this != &other) {
        other.address_ = nullptr;
    }
    return *this;
}

Attachment::~Attachment() {
    unmap(address_);
}

void post(key_t key, const std::string& text) {
    if (text.size() > longest_notice) {
        fail(EMSGSIZE);
    }
    std::ofstream file(path_of(key), std::ios::app);
    file << static_cast<char>(text.size()) << text;
}

std::vector<std::string> notices(key_t key) {
    std::ifstream file(path_of(key));
    if (!file) {
        fail(ENOENT);
    }
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    std::vector<std::string> all;
    for (std::size_t at = 0; at < bytes.size(); at += 1 + all.back().size()) {
        all.push_back(bytes.substr(at + 1, static_cast<unsigned char>(bytes[at])));
    }
    return all;
}

void take_down(key_t key) {
    if (unlink(path_of(key).c_str()) != 0) {
        fail(ENOENT);
    }
}

}  // namespace ipc
