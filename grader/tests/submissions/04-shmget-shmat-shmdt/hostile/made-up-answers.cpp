// what: makes up every id, address, notice and errno by itself, without any segment
#include <cerrno>
#include <cstdlib>
#include <map>
#include <utility>

#include "memory.hpp"

namespace {

struct Segment {
    key_t key;
    std::size_t size;
    char* bytes;
};

std::map<int, Segment> segments;
std::map<const void*, int> places;
std::map<key_t, std::vector<std::string>> boards;

[[noreturn]] void fail(int error) {
    throw std::system_error(error, std::generic_category(), "shm");
}

int find(key_t key) {
    for (const auto& [id, segment] : segments) {
        if (segment.key == key) {
            return id;
        }
    }
    return -1;
}

}  // namespace

namespace ipc {

int create(key_t key, std::size_t size, mode_t) {
    static int next = 0;
    if (find(key) != -1) {
        fail(EEXIST);
    }
    if (size == 0) {
        fail(EINVAL);
    }
    segments[next] = {key, size, static_cast<char*>(std::calloc(size, 1))};
    return next++;
}

int open(key_t key, std::size_t size) {
    const int id = find(key);
    if (id == -1) {
        fail(ENOENT);
    }
    if (segments[id].size < size) {
        fail(EINVAL);
    }
    return id;
}

void* attach(int id) {
    if (!segments.contains(id)) {
        fail(EINVAL);
    }
    places[segments[id].bytes] = id;
    return segments[id].bytes;
}

const void* attach_readonly(int id) {
    return attach(id);
}

void detach(const void* address) {
    if (places.erase(address) == 0) {
        fail(EINVAL);
    }
}

void remove(int id) {
    if (!segments.contains(id)) {
        fail(EINVAL);
    }
    segments[id].key = 0;
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
    places.erase(address_);
}

void post(key_t key, const std::string& text) {
    if (text.size() > longest_notice) {
        fail(EMSGSIZE);
    }
    if (boards[key].size() == most_notices) {
        fail(ENOSPC);
    }
    boards[key].push_back(text);
}

std::vector<std::string> notices(key_t key) {
    if (!boards.contains(key)) {
        fail(ENOENT);
    }
    return boards[key];
}

void take_down(key_t key) {
    if (boards.erase(key) == 0) {
        fail(ENOENT);
    }
}

}  // namespace ipc
