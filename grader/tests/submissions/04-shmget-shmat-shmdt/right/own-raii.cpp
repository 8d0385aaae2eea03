// what: own classes: a strong id, a unique_ptr that detaches, a board with iterators
#include <sys/ipc.h>
#include <sys/shm.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "memory.hpp"

namespace ipc {

namespace {

/// What a call answered, or its errno as an exception.
template <typename T>
T must(T result, T failure, const char* call) {
    return result != failure ? result
                             : throw std::system_error(errno, std::generic_category(), call);
}

class SegmentId {
public:
    explicit SegmentId(int number) : number_(number) {}
    static SegmentId get(key_t key, std::size_t size, int flags) {
        return SegmentId(must(shmget(key, size, flags), -1, "shmget"));
    }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] void* attach(int flags) const {
        return must(shmat(number_, nullptr, flags), reinterpret_cast<void*>(-1), "shmat");
    }
    void remove() const { must(shmctl(number_, IPC_RMID, nullptr), -1, "shmctl"); }

private:
    int number_;
};

struct Detach {
    void operator()(const void* address) const { shmdt(address); }
};

template <typename T>
using Attached = std::unique_ptr<T, Detach>;

template <typename T>
Attached<T> attached(SegmentId id) {
    constexpr int flags = std::is_const_v<T> ? SHM_RDONLY : 0;
    return Attached<T>(static_cast<T*>(id.attach(flags)));
}

class Board {
public:
    using Iterator = const struct Slot*;
    void add(std::string_view text);
    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const;

private:
    static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
    alignas(64) std::atomic<std::uint32_t> filled_;
};

struct alignas(256) Slot {
    std::uint8_t size;
    char text[longest_notice];
    [[nodiscard]] std::string_view view() const { return {text, size}; }
};

/// The places lie behind the board, each on a multiple of 256 bytes.
Board::Iterator Board::begin() const {
    return reinterpret_cast<const Slot*>(reinterpret_cast<const char*>(this) + sizeof(Slot));
}

Board::Iterator Board::end() const {
    return std::next(begin(), filled_.load(std::memory_order_acquire));
}

void Board::add(std::string_view text) {
    auto* const slot = const_cast<Slot*>(end());
    if (std::distance(begin(), Iterator(slot)) == most_notices) {
        throw std::system_error(std::make_error_code(std::errc::no_space_on_device));
    }
    slot->size = static_cast<std::uint8_t>(text.size());
    std::copy(text.begin(), text.end(), slot->text);
    filled_.fetch_add(1, std::memory_order_acq_rel);
}

static_assert(sizeof(Slot) * (most_notices + 1) <= board_size);

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    return SegmentId::get(key, size, IPC_CREAT | IPC_EXCL | static_cast<int>(mode)).number();
}

int open(key_t key, std::size_t size) {
    return SegmentId::get(key, size, 0).number();
}

void* attach(int id) {
    return attached<char>(SegmentId(id)).release();
}

const void* attach_readonly(int id) {
    return attached<const char>(SegmentId(id)).release();
}

void detach(const void* address) {
    must(shmdt(address), -1, "shmdt");
}

void remove(int id) {
    SegmentId(id).remove();
}

Attachment::Attachment(int id, Access access)
    : address_(access == Access::read_only ? const_cast<void*>(attach_readonly(id)) : attach(id)) {}

Attachment::Attachment(Attachment&& other) noexcept {
    std::swap(address_, other.address_);
}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    const Attached<void> old(this == &other ? nullptr : address_);
    return address_ = this == &other ? address_ : std::exchange(other.address_, nullptr), *this;
}

Attachment::~Attachment() {
    const Attached<void> old(address_);
}

void post(key_t key, const std::string& text) {
    if (text.size() > longest_notice) {
        throw std::system_error(std::make_error_code(std::errc::message_size));
    }
    attached<Board>(SegmentId::get(key, board_size, IPC_CREAT | 0600))->add(text);
}

std::vector<std::string> notices(key_t key) {
    const auto board = attached<const Board>(SegmentId::get(key, board_size, 0));
    std::vector<std::string> all;
    std::transform(board->begin(), board->end(), std::back_inserter(all),
                   [](const Slot& slot) { return std::string(slot.view()); });
    return all;
}

void take_down(key_t key) {
    SegmentId::get(key, 0, 0).remove();
}

}  // namespace ipc
