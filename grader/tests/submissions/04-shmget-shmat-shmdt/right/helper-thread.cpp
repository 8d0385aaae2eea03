// what: every call is made by a thread of its own that is joined, and a board by threads in threads
#include <sys/ipc.h>
#include <sys/shm.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <future>
#include <thread>
#include <utility>

#include "memory.hpp"

namespace ipc {

namespace {

template <typename Call>
auto in_a_thread(Call call) {
    std::packaged_task<decltype(call())()> task(call);
    auto result = task.get_future();
    std::thread(std::move(task)).join();
    return result.get();
}

int got(key_t key, std::size_t size, int flags) {
    return in_a_thread([=] {
        const int id = shmget(key, size, flags);
        return id != -1 ? id : throw std::system_error(errno, std::generic_category(), "shmget");
    });
}

void* attached(int id, int flags) {
    return in_a_thread([=] {
        void* const address = shmat(id, nullptr, flags);
        return address != reinterpret_cast<void*>(-1)
                   ? address
                   : throw std::system_error(errno, std::generic_category(), "shmat");
    });
}

struct Board {
    std::atomic_size_t count;
    std::size_t sizes[most_notices];
    char texts[most_notices][longest_notice];
};

static_assert(sizeof(Board) <= board_size && std::atomic_size_t::is_always_lock_free);

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    return got(key, size, static_cast<int>(IPC_CREAT | IPC_EXCL | mode));
}

int open(key_t key, std::size_t size) {
    return got(key, size, 0);
}

void* attach(int id) {
    return attached(id, 0);
}

const void* attach_readonly(int id) {
    return attached(id, SHM_RDONLY);
}

void detach(const void* address) {
    in_a_thread([=] {
        if (shmdt(address) == -1) {
            throw std::system_error(errno, std::generic_category(), "shmdt");
        }
    });
}

void remove(int id) {
    in_a_thread([=] {
        if (shmctl(id, IPC_RMID, nullptr) == -1) {
            throw std::system_error(errno, std::generic_category(), "shmctl");
        }
    });
}

Attachment::Attachment(int id, Access access)
    : address_(attached(id, access == Access::read_only ? SHM_RDONLY : 0)) {}

Attachment::Attachment(Attachment&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)) {}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
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
    const Attachment attachment(got(key, board_size, IPC_CREAT | 0600));
    auto* const board = static_cast<Board*>(attachment.address());
    in_a_thread([&] {
        const std::size_t count = board->count;
        if (count == most_notices) {
            throw std::system_error(ENOSPC, std::generic_category(), "post");
        }
        board->sizes[count] = text.size();
        in_a_thread([&] { std::memcpy(board->texts[count], text.data(), text.size()); });
        board->count = count + 1;
    });
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    const auto* const board = static_cast<const Board*>(attachment.address());
    return in_a_thread([=] {
        std::vector<std::string> all;
        for (std::size_t place = 0; place < board->count; ++place) {
            all.emplace_back(board->texts[place], board->sizes[place]);
        }
        return all;
    });
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
