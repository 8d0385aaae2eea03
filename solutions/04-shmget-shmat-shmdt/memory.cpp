// Lab 4, shmget, shmat and shmdt: one way to solve it. See README.md beside this file.
#include "memory.hpp"

#include <sys/ipc.h>
#include <sys/shm.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ipc {

namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

void* attached(int id, int flags) {
    void* const address = shmat(id, nullptr, flags);
    // Every address may be a valid one but this, and none is less than 0.
    if (address == reinterpret_cast<void*>(-1)) {  // NOLINT(performance-no-int-to-ptr)
        fail("shmat");
    }
    return address;
}

// --- how a board lies in its segment ---------------------------------------------------------

struct Notice {
    std::size_t size;
    std::array<char, longest_notice> text;
};

/// All zeros, as the kernel gives it, is a board with nothing on it.
struct Board {
    std::size_t count;  ///< written last: what is behind it is not there yet
    std::array<Notice, most_notices> notices;
};

static_assert(sizeof(Board) <= board_size);

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    const int id = shmget(key, size, static_cast<int>(IPC_CREAT | IPC_EXCL | mode));
    return id == -1 ? (fail("shmget"), -1) : id;
}

int open(key_t key, std::size_t size) {
    const int id = shmget(key, size, 0);
    return id == -1 ? (fail("shmget"), -1) : id;
}

void* attach(int id) {
    return attached(id, 0);
}

const void* attach_readonly(int id) {
    return attached(id, SHM_RDONLY);
}

void detach(const void* address) {
    if (shmdt(address) == -1) {
        fail("shmdt");
    }
}

void remove(int id) {
    if (shmctl(id, IPC_RMID, nullptr) == -1) {
        fail("shmctl");
    }
}

Attachment::Attachment(int id, Access access)
    : address_(attached(id, access == Access::read_only ? SHM_RDONLY : 0)) {}

Attachment::Attachment(Attachment&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)) {}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    // Where other is this one itself, the first exchange takes it and the second gives it back.
    Attachment taken(std::move(other));
    std::swap(address_, taken.address_);
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
    auto& board = *static_cast<Board*>(attachment.address());
    const std::size_t place = board.count;
    if (place >= most_notices) {
        throw std::system_error(ENOSPC, std::generic_category(), "post");
    }
    Notice& notice = board.notices[place];
    notice.size = text.size();
    std::memcpy(notice.text.data(), text.data(), text.size());
    // Neither the compiler nor the processor moves what was written before behind this.
    std::atomic_ref(board.count).store(place + 1, std::memory_order_release);
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    auto& board = *static_cast<Board*>(attachment.address());
    const std::size_t count = std::atomic_ref(board.count).load(std::memory_order_acquire);
    std::vector<std::string> all;
    for (std::size_t place = 0; place < count; ++place) {
        const Notice& notice = board.notices[place];
        all.emplace_back(notice.text.data(), notice.size);
    }
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
