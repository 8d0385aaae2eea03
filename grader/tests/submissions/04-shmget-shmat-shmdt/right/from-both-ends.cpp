// what: texts grow down from the end of the segment, their index up from its beginning
#include <sys/ipc.h>
#include <sys/shm.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "memory.hpp"

namespace ipc {

namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

/// Where a text begins, counted from the end of the segment, and how long it is: one store of 32
/// bits, which is not 0 from then on.
using Entry = std::uint32_t;

constexpr Entry taken = 1U << 31U;

constexpr Entry entry_for(std::size_t from_end, std::size_t size) {
    return taken | static_cast<Entry>(from_end << 8U) | static_cast<Entry>(size);
}

class Index {
public:
    explicit Index(void* segment)
        : entries_(static_cast<Entry*>(segment)), end_(static_cast<char*>(segment) + board_size) {}

    [[nodiscard]] Entry at(std::size_t number) const {
        return number == most_notices ? 0 : std::atomic_ref(entries_[number]).load();
    }
    [[nodiscard]] std::string_view text(std::size_t number) const {
        const Entry entry = at(number);
        return {end_ - (entry >> 8U & 0xffffU), entry & 0xffU};
    }
    void put(std::size_t number, std::string_view text) {
        const std::size_t used = number == 0 ? 0 : at(number - 1) >> 8U & 0xffffU;
        std::memcpy(end_ - used - text.size(), text.data(), text.size());
        std::atomic_ref(entries_[number]).store(entry_for(used + text.size(), text.size()));
    }

private:
    Entry* entries_;
    char* end_;
};

static_assert(sizeof(Entry) * most_notices + most_notices * longest_notice <= board_size);
static_assert(most_notices * longest_notice <= 0xffff && longest_notice <= 0xff);

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    const int id = shmget(key, size, static_cast<int>(mode) | IPC_EXCL | IPC_CREAT);
    if (id == -1) {
        fail("shmget");
    }
    return id;
}

int open(key_t key, std::size_t size) {
    const int id = shmget(key, size, 0);
    if (id == -1) {
        fail("shmget");
    }
    return id;
}

void* attach(int id) {
    void* const address = shmat(id, nullptr, 0);
    if (address == reinterpret_cast<void*>(-1)) {
        fail("shmat");
    }
    return address;
}

const void* attach_readonly(int id) {
    const void* const address = shmat(id, nullptr, SHM_RDONLY);
    if (address == reinterpret_cast<void*>(-1)) {
        fail("shmat");
    }
    return address;
}

void detach(const void* address) {
    if (shmdt(address) != 0) {
        fail("shmdt");
    }
}

void remove(int id) {
    if (shmctl(id, IPC_RMID, nullptr) != 0) {
        fail("shmctl");
    }
}

Attachment::Attachment(int id, Access access)
    : address_(access == Access::read_only ? const_cast<void*>(attach_readonly(id)) : attach(id)) {}

Attachment::Attachment(Attachment&& other) noexcept : address_(other.address_) {
    other.address_ = nullptr;
}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    if (this != &other) {
        if (address_ != nullptr) {
            shmdt(address_);
        }
        address_ = other.address_;
        other.address_ = nullptr;
    }
    return *this;
}

Attachment::~Attachment() {
    if (address_ != nullptr) {
        shmdt(address_);
    }
}

void post(key_t key, const std::string& text) {
    if (text.size() > longest_notice) {
        throw std::system_error(EMSGSIZE, std::generic_category(), "post");
    }
    const int id = shmget(key, board_size, IPC_CREAT | 0600);
    if (id == -1) {
        fail("shmget");
    }
    const Attachment attachment(id);
    Index index(attachment.address());
    std::size_t count = 0;
    while (index.at(count) != 0) {
        ++count;
    }
    if (count == most_notices) {
        throw std::system_error(ENOSPC, std::generic_category(), "post");
    }
    index.put(count, text);
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    const Index index(attachment.address());
    std::vector<std::string> all;
    while (index.at(all.size()) != 0) {
        all.emplace_back(index.text(all.size()));
    }
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
