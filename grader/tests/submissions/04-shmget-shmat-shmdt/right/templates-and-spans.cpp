// what: concepts, std::span, std::bit_cast and placement new of objects of implicit lifetime
#include <sys/ipc.h>
#include <sys/shm.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <new>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>

#include "memory.hpp"

namespace ipc {

namespace {

/// What may lie in a segment: bytes that mean the same in every process.
template <typename T>
concept Shareable =
    std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T> && !std::is_pointer_v<T> &&
    std::is_trivially_destructible_v<T>;

template <auto failure, typename Call, typename... Arguments>
auto checked(const char* name, Call call, Arguments... arguments) {
    const auto result = call(arguments...);
    if (std::bit_cast<std::make_signed_t<decltype(failure)>>(result) == failure) {
        throw std::system_error(errno, std::generic_category(), name);
    }
    return result;
}

constexpr int no_id = -1;
constexpr std::intptr_t no_address = -1;

struct Note {
    std::uint64_t length;
    std::array<std::byte, longest_notice> bytes;
};

using Counter = std::uint64_t;
using Notes = std::span<Note, most_notices>;

static_assert(Shareable<Note> && Shareable<Counter>);
static_assert(sizeof(Counter) + sizeof(Note) * most_notices <= board_size);

std::atomic_ref<Counter> counter(std::span<std::byte> segment) {
    return std::atomic_ref(*std::launder(reinterpret_cast<Counter*>(segment.data())));
}

Notes notes(std::span<std::byte> segment) {
    const auto rest = segment.subspan(sizeof(Counter));
    return Notes(std::launder(reinterpret_cast<Note*>(rest.data())), most_notices);
}

std::span<std::byte> bytes_of(const Attachment& attachment) {
    return {static_cast<std::byte*>(attachment.address()), board_size};
}

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    return checked<no_id>("shmget", shmget, key, size,
                          IPC_CREAT | IPC_EXCL | static_cast<int>(mode));
}

int open(key_t key, std::size_t size) {
    return checked<no_id>("shmget", shmget, key, size, 0);
}

void* attach(int id) {
    return checked<no_address>("shmat", shmat, id, nullptr, 0);
}

const void* attach_readonly(int id) {
    return checked<no_address>("shmat", shmat, id, nullptr, SHM_RDONLY);
}

void detach(const void* address) {
    checked<no_id>("shmdt", shmdt, address);
}

void remove(int id) {
    checked<no_id>("shmctl", shmctl, id, IPC_RMID, nullptr);
}

Attachment::Attachment(int id, Access access)
    : address_(checked<no_address>("shmat", shmat, id, nullptr,
                                   access == Access::read_only ? SHM_RDONLY : 0)) {}

Attachment::Attachment(Attachment&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)) {}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    if (this != std::addressof(other)) {
        std::destroy_at(this);
        std::construct_at(this, std::move(other));
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
        throw std::system_error(std::make_error_code(std::errc::message_size), "post");
    }
    const Attachment attachment(
        checked<no_id>("shmget", shmget, key, board_size, IPC_CREAT | 0600));
    const auto segment = bytes_of(attachment);
    const auto count = counter(segment).load();
    if (count >= most_notices) {
        throw std::system_error(std::make_error_code(std::errc::no_space_on_device), "post");
    }
    Note* const note = new (&notes(segment)[count]) Note{text.size(), {}};
    std::ranges::copy(std::as_bytes(std::span(text)), note->bytes.begin());
    counter(segment).store(count + 1);
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    const auto segment = bytes_of(attachment);
    const auto there = notes(segment).first(counter(segment).load());
    std::vector<std::string> all(there.size());
    std::ranges::transform(there, all.begin(), [](const Note& note) {
        return std::string(reinterpret_cast<const char*>(note.bytes.data()), note.length);
    });
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
