// what: the board is a log: a length and the bytes, one behind the other, and where the log ends
#include <sys/ipc.h>
#include <sys/shm.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "memory.hpp"

namespace ipc {

namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

/// The first eight bytes say how many bytes of records follow; a record is one byte, how long the
/// text is, and the text.
struct Log {
    std::uint64_t used;
    char records[board_size - sizeof(std::uint64_t)];
};

static_assert(sizeof(Log) == board_size);
static_assert(most_notices * (longest_notice + 1) <= sizeof(Log::records));
static_assert(longest_notice <= UINT8_MAX);

template <typename Each>
std::size_t read(Log* log, Each each) {
    const std::uint64_t used = std::atomic_ref(log->used).load(std::memory_order_acquire);
    std::size_t count = 0;
    for (std::uint64_t at = 0; at < used; ++count) {
        const auto size = static_cast<std::uint8_t>(log->records[at]);
        each(&log->records[at + 1], size);
        at += 1 + size;
    }
    return count;
}

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
    auto* const log = static_cast<Log*>(attachment.address());
    if (read(log, [](const char*, std::size_t) {}) == most_notices) {
        throw std::system_error(ENOSPC, std::generic_category(), "post");
    }
    char* const end = log->records + log->used;
    *end = static_cast<char>(text.size());
    text.copy(end + 1, text.size());
    std::atomic_ref(log->used).fetch_add(1 + text.size());
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, 1), Attachment::Access::read_only);
    std::vector<std::string> all;
    read(static_cast<Log*>(attachment.address()),
         [&](const char* text, std::size_t size) { all.emplace_back(text, size); });
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
