// what: raw system calls; results are numbers, negative ones an errno; the count lies at the end
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "memory.hpp"

namespace ipc {

namespace {

template <typename... Arguments>
long call(long number, Arguments... arguments) {
    const long result = syscall(number, arguments...);
    return result == -1 ? -errno : result;
}

/// No address of a process lies in the last page, where the negative errnos are.
long require(long result, const char* name) {
    if (result < 0 && result > -4096) {
        throw std::system_error(static_cast<int>(-result), std::system_category(), name);
    }
    return result;
}

void* at(long address) {
    return reinterpret_cast<void*>(address);
}

struct Board {
    char texts[most_notices][longest_notice];
    unsigned char lengths[most_notices];
    unsigned char count;
};

static_assert(sizeof(Board) <= board_size);

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    const auto flags = IPC_CREAT | IPC_EXCL | mode;
    return static_cast<int>(require(call(SYS_shmget, key, size, flags), "shmget"));
}

int open(key_t key, std::size_t size) {
    return static_cast<int>(require(call(SYS_shmget, key, size, 0), "shmget"));
}

void* attach(int id) {
    return at(require(call(SYS_shmat, id, nullptr, SHM_RND), "shmat"));
}

const void* attach_readonly(int id) {
    return at(require(call(SYS_shmat, id, nullptr, SHM_RDONLY | SHM_RND), "shmat"));
}

void detach(const void* address) {
    require(call(SYS_shmdt, address), "shmdt");
}

void remove(int id) {
    require(call(SYS_shmctl, id, IPC_RMID, nullptr), "shmctl");
}

Attachment::Attachment(int id, Access access) {
    const int flags = access == Access::read_only ? SHM_RDONLY : 0;
    address_ = at(require(call(SYS_shmat, id, nullptr, flags), "shmat"));
}

Attachment::Attachment(Attachment&& other) noexcept {
    std::memmove(&address_, &other.address_, sizeof address_);
    std::memset(&other.address_, 0, sizeof address_);
}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    void* const taken = other.address_;
    other.address_ = nullptr;
    // Where other is this one itself it has nothing now.
    if (address_ != nullptr) {
        call(SYS_shmdt, address_);
    }
    address_ = taken;
    return *this;
}

Attachment::~Attachment() {
    if (address_ != nullptr) {
        call(SYS_shmdt, address_);
    }
}

void post(key_t key, const std::string& text) {
    if (text.size() > longest_notice) {
        require(-EMSGSIZE, "post");
    }
    const long id = require(call(SYS_shmget, key, board_size, IPC_CREAT | 0600), "shmget");
    auto* const board = static_cast<Board*>(at(require(call(SYS_shmat, id, nullptr, 0), "shmat")));
    const unsigned char count = board->count;
    if (count < most_notices) {
        board->lengths[count] = static_cast<unsigned char>(text.size());
        std::memmove(board->texts[count], text.data(), text.size());
        __atomic_add_fetch(&board->count, 1, __ATOMIC_SEQ_CST);
    }
    call(SYS_shmdt, board);
    require(count < most_notices ? 0 : -ENOSPC, "post");
}

std::vector<std::string> notices(key_t key) {
    const long id = require(call(SYS_shmget, key, 0, 0), "shmget");
    const Attachment attachment(static_cast<int>(id), Attachment::Access::read_only);
    const auto* const board = static_cast<const Board*>(attachment.address());
    std::vector<std::string> all(__atomic_load_n(&board->count, __ATOMIC_SEQ_CST));
    for (std::size_t place = 0; place < all.size(); ++place) {
        all[place].assign(board->texts[place], board->lengths[place]);
    }
    return all;
}

void take_down(key_t key) {
    require(call(SYS_shmctl, require(call(SYS_shmget, key, 0, 0), "shmget"), IPC_RMID, nullptr),
            "shmctl");
}

}  // namespace ipc
