// what: two copies of the board in turn; readers look again where a post came between, no locks
#include <sys/ipc.h>
#include <sys/shm.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

#include "memory.hpp"

namespace ipc {

namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

struct Page {
    std::uint64_t count;
    std::uint64_t sizes[most_notices];
    char texts[most_notices][longest_notice];
};

/// So many posts were finished, and the last of them wrote pages[posts % 2]. A poster that is
/// killed leaves the other page half-written, and nobody looks at it.
struct Board {
    std::uint64_t posts;
    Page pages[2];
};

static_assert(sizeof(Board) <= board_size);

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
    auto* const board = static_cast<Board*>(attachment.address());
    const std::uint64_t posts = board->posts;
    const Page& page = board->pages[posts % 2];
    if (page.count == most_notices) {
        throw std::system_error(ENOSPC, std::generic_category(), "post");
    }
    Page& next = board->pages[(posts + 1) % 2];
    std::memcpy(&next, &page, sizeof page);
    next.sizes[next.count] = text.size();
    std::memcpy(next.texts[next.count], text.data(), text.size());
    ++next.count;
    std::atomic_ref(board->posts).store(posts + 1, std::memory_order_release);
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    auto* const board = static_cast<Board*>(attachment.address());
    const std::atomic_ref posts(board->posts);
    const auto copy = std::make_unique<Page>();
    std::uint64_t before = 0;
    do {
        before = posts.load(std::memory_order_acquire);
        std::memcpy(copy.get(), &board->pages[before % 2], sizeof(Page));
        std::atomic_thread_fence(std::memory_order_acquire);
    } while (posts.load(std::memory_order_relaxed) != before);
    std::vector<std::string> all;
    for (std::uint64_t place = 0; place < copy->count; ++place) {
        all.emplace_back(copy->texts[place], copy->sizes[place]);
    }
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
