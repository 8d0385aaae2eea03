// what: shmat gets a hint where to attach: room that mmap has found free a moment before
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "memory.hpp"

namespace ipc {

namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

/// @return a place that is free at the moment, or nullptr.
void* free_place(int id) {
    shmid_ds status{};
    if (shmctl(id, IPC_STAT, &status) == -1) {
        return nullptr;
    }
    void* const place =
        mmap(nullptr, status.shm_segsz, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) {
        return nullptr;
    }
    munmap(place, status.shm_segsz);
    return place;
}

void* attach_with(int id, int flags) {
    void* address = shmat(id, free_place(id), flags);
    if (address == reinterpret_cast<void*>(-1) && errno == EINVAL) {
        // Something else may have taken the place meanwhile.
        address = shmat(id, nullptr, flags);
    }
    if (address == reinterpret_cast<void*>(-1)) {
        fail("shmat");
    }
    return address;
}

struct Board {
    std::size_t count;
    struct {
        std::size_t size;
        char text[longest_notice];
    } notices[most_notices];
};

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    const int id = shmget(key, size, static_cast<int>(IPC_CREAT | IPC_EXCL | mode));
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
    return attach_with(id, 0);
}

const void* attach_readonly(int id) {
    return attach_with(id, SHM_RDONLY);
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
    : address_(attach_with(id, access == Access::read_only ? SHM_RDONLY : 0)) {}

Attachment::Attachment(Attachment&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)) {}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    if (this != &other) {
        this->~Attachment();
        address_ = std::exchange(other.address_, nullptr);
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
    auto& board = *static_cast<Board*>(attachment.address());
    if (board.count == most_notices) {
        throw std::system_error(ENOSPC, std::generic_category(), "post");
    }
    board.notices[board.count].size = text.copy(board.notices[board.count].text, longest_notice);
    ++std::atomic_ref(board.count);
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    auto& board = *static_cast<Board*>(attachment.address());
    std::vector<std::string> all;
    for (std::size_t place = 0; place < std::atomic_ref(board.count).load(); ++place) {
        all.emplace_back(board.notices[place].text, board.notices[place].size);
    }
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
