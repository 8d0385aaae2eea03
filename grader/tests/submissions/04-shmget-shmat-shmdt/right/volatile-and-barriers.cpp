// what: volatile and barriers of the compiler and the processor in place of std::atomic
#include <sys/ipc.h>
#include <sys/shm.h>

#include <cerrno>

#include "memory.hpp"

namespace ipc {

namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

/// A place that is taken has a length from 1 to 201: one more than its text has bytes.
struct Place {
    char text[longest_notice];
    volatile int length;
};

void barrier() {
    asm volatile("" ::: "memory");
    __sync_synchronize();
}

static_assert(sizeof(Place) * most_notices <= board_size);

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
    auto* place = static_cast<volatile Place*>(attachment.address());
    auto* const end = place + most_notices;
    while (place != end && place->length != 0) {
        ++place;
    }
    if (place == end) {
        throw std::system_error(ENOSPC, std::generic_category(), "post");
    }
    for (std::size_t letter = 0; letter < text.size(); ++letter) {
        place->text[letter] = text[letter];
    }
    barrier();
    place->length = static_cast<int>(text.size()) + 1;
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    const auto* place = static_cast<const volatile Place*>(attachment.address());
    const auto* const end = place + most_notices;
    std::vector<std::string> all;
    for (; place != end && place->length != 0; ++place) {
        barrier();
        all.emplace_back(const_cast<const char*>(place->text),
                         static_cast<std::size_t>(place->length) - 1);
    }
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
