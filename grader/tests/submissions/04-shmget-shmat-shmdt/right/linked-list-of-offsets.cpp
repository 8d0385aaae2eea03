// what: the board is a linked list of offsets; the last node's one is published when all is there
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

/// How far from the beginning of the segment, 0: nowhere.
using Offset = std::uint32_t;

/// Behind it lie the bytes of the text. The first one, without a text, is the head of the list.
struct Node {
    Offset next;
    std::uint32_t size;

    [[nodiscard]] char* text() { return reinterpret_cast<char*>(this + 1); }
};

Node* at(void* segment, Offset offset) {
    return reinterpret_cast<Node*>(static_cast<char*>(segment) + offset);
}

Offset next_of(Node* node) {
    return std::atomic_ref(node->next).load(std::memory_order_acquire);
}

Offset behind(Offset offset, const Node* node) {
    constexpr Offset step = alignof(Node);
    return offset + static_cast<Offset>(sizeof(Node)) + (node->size + step - 1) / step * step;
}

static_assert((most_notices + 1) * (sizeof(Node) + longest_notice + alignof(Node)) <= board_size);

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
    void* const segment = attachment.address();
    Offset last = 0;
    std::size_t count = 0;
    while (const Offset next = next_of(at(segment, last))) {
        last = next;
        ++count;
    }
    if (count == most_notices) {
        throw std::system_error(ENOSPC, std::generic_category(), "post");
    }
    const Offset free = behind(last, at(segment, last));
    Node* const node = at(segment, free);
    *node = {0, static_cast<std::uint32_t>(text.size())};
    std::memcpy(node->text(), text.data(), text.size());
    std::atomic_ref(at(segment, last)->next).store(free, std::memory_order_release);
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    void* const segment = attachment.address();
    std::vector<std::string> all;
    for (Node* node = at(segment, 0); const Offset next = next_of(node);) {
        node = at(segment, next);
        all.emplace_back(node->text(), node->size);
    }
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
