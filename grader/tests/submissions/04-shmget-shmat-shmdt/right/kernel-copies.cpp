// what: the kernel copies the text: post reads it from a pipe right into the segment
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "memory.hpp"

namespace ipc {

namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

struct Notice {
    std::size_t size;
    char text[longest_notice];
};

struct Board {
    std::atomic<unsigned> count;
    Notice notices[most_notices];
};

static_assert(sizeof(Board) <= board_size && std::atomic<unsigned>::is_always_lock_free);

/// Pipes hold 4096 bytes, so that neither end waits.
void copy_by_kernel(const void* from, void* to, std::size_t size) {
    int ends[2];
    if (pipe(ends) != 0) {
        fail("pipe");
    }
    iovec part{const_cast<void*>(from), size};
    const ssize_t written = writev(ends[1], &part, 1);
    part.iov_base = to;
    const ssize_t read = size == 0 ? 0 : readv(ends[0], &part, 1);
    const int error = errno;
    close(ends[0]);
    close(ends[1]);
    if (written != static_cast<ssize_t>(size) || read != written) {
        throw std::system_error(error, std::generic_category(), "readv");
    }
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
    auto* const board = static_cast<Board*>(attachment.address());
    unsigned count = board->count;
    if (count == most_notices) {
        throw std::system_error(ENOSPC, std::generic_category(), "post");
    }
    board->notices[count].size = text.size();
    copy_by_kernel(text.data(), board->notices[count].text, text.size());
    board->count.compare_exchange_strong(count, count + 1);
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    const auto* const board = static_cast<const Board*>(attachment.address());
    std::vector<std::string> all;
    for (const Notice* notice = board->notices; all.size() < board->count; ++notice) {
        all.emplace_back(notice->text, notice->size);
    }
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
