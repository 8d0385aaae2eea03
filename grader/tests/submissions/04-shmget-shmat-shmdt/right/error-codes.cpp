// what: std::error_code travels as a value and is thrown at the end, in classes of system_error
#include <sys/ipc.h>
#include <sys/shm.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>
#include <variant>

#include "memory.hpp"

namespace ipc {

namespace {

/// What a caller may catch more closely.
class SharedMemoryError : public std::system_error {
public:
    SharedMemoryError(std::error_code code, const char* call)
        : std::system_error(code, call), call_(call) {}
    [[nodiscard]] const char* call() const { return call_; }

private:
    const char* call_;
};

class BoardError : public SharedMemoryError {
public:
    using SharedMemoryError::SharedMemoryError;
};

std::error_code last_error() {
    return {errno, std::system_category()};
}

template <typename T>
using Result = std::variant<T, std::error_code>;

template <typename T>
T value(const Result<T>& result, const char* call) {
    if (const auto* code = std::get_if<std::error_code>(&result)) {
        throw SharedMemoryError(*code, call);
    }
    return std::get<T>(result);
}

Result<int> get(key_t key, std::size_t size, int flags) {
    const int id = shmget(key, size, flags);
    if (id == -1) {
        return last_error();
    }
    return id;
}

Result<void*> map(int id, int flags) {
    void* const address = shmat(id, nullptr, flags);
    if (address == reinterpret_cast<void*>(-1)) {
        return last_error();
    }
    return address;
}

void require(int result, const char* call) {
    const std::error_code code = result == 0 ? std::error_code() : last_error();
    try {
        if (code) {
            throw SharedMemoryError(code, call);
        }
    } catch (const SharedMemoryError& error) {
        // With what it was about, as some like it.
        std::throw_with_nested(std::system_error(error.code(), call));
    }
}

struct Notice {
    std::size_t size;
    std::array<char, longest_notice> text;
};

struct Board {
    std::size_t count;
    std::array<Notice, most_notices> notices;

    std::error_code add(const std::string& text) {
        if (count == notices.size()) {
            return std::make_error_code(std::errc::no_space_on_device);
        }
        notices[count].size = text.copy(notices[count].text.data(), longest_notice);
        std::atomic_ref(count).fetch_add(1);
        return {};
    }
};

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    return value(get(key, size, static_cast<int>(IPC_CREAT | IPC_EXCL | mode)), "shmget");
}

int open(key_t key, std::size_t size) {
    return value(get(key, size, 0), "shmget");
}

void* attach(int id) {
    return value(map(id, 0), "shmat");
}

const void* attach_readonly(int id) {
    return value(map(id, SHM_RDONLY), "shmat");
}

void detach(const void* address) {
    require(shmdt(address), "shmdt");
}

void remove(int id) {
    require(shmctl(id, IPC_RMID, nullptr), "shmctl");
}

Attachment::Attachment(int id, Access access) try
    : address_(value(map(id, access == Access::read_only ? SHM_RDONLY : 0), "shmat")) {
} catch (const SharedMemoryError& error) {
    throw std::system_error(error.code(), "Attachment");
}

Attachment::Attachment(Attachment&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)) {}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    Attachment taken(std::move(other));
    std::swap(address_, taken.address_);
    return *this;
}

Attachment::~Attachment() {
    try {
        if (address_ != nullptr) {
            detach(address_);
        }
    } catch (const std::system_error&) {
        address_ = nullptr;
    }
}

void post(key_t key, const std::string& text) {
    if (text.size() > longest_notice) {
        throw BoardError(std::make_error_code(std::errc::message_size), "post");
    }
    const Attachment attachment(value(get(key, board_size, IPC_CREAT | 0600), "shmget"));
    if (const auto code = static_cast<Board*>(attachment.address())->add(text)) {
        throw BoardError(code, "post");
    }
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    auto& board = *static_cast<Board*>(attachment.address());
    std::vector<std::string> all(std::atomic_ref(board.count).load());
    for (std::size_t place = 0; place < all.size(); ++place) {
        const Notice& notice = board.notices[place];
        all[place] = std::string(notice.text.begin(), notice.text.begin() + notice.size);
    }
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
