// what: prints before, during and after every call: to stderr, and to stdout where no reader does
#include <sys/ipc.h>
#include <sys/shm.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <utility>

#include "memory.hpp"

namespace ipc {

namespace {

/// Prints when it is made and when it goes, and leaves errno as it was.
class Noise {
public:
    explicit Noise(const char* function) : function_(function) { print("entered"); }
    ~Noise() { print("left"); }
    Noise(const Noise&) = delete;
    Noise& operator=(const Noise&) = delete;

private:
    void print(const char* what) const {
        const int saved = errno;
        std::clog << "::error::" << function_ << " " << what << "\n" << std::flush;
        std::fprintf(stderr, "\033[31m20/20 id 7 at 0x1000 error EINVAL %s\033[0m\n", what);
        errno = saved;
    }

    const char* function_;
};

const Noise before_and_after_main("main");

[[noreturn]] void fail(const char* call) {
    const int error = errno;
    std::perror(call);
    throw std::system_error(error, std::generic_category(),
                            std::string(call) + " failed,\nand this is\ta long story \xff");
}

int get(key_t key, std::size_t size, int flags) {
    const Noise noise("shmget");
    const int id = shmget(key, size, flags);
    return id == -1 ? (fail("shmget"), -1) : id;
}

void* attached(int id, int flags) {
    const Noise noise("shmat");
    void* const address = shmat(id, nullptr, flags);
    return address == reinterpret_cast<void*>(-1) ? (fail("shmat"), nullptr) : address;
}

struct Notice {
    std::size_t size;
    std::array<char, longest_notice> text;
};

struct Board {
    std::size_t count;
    std::array<Notice, most_notices> notices;
};

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    std::printf("creating %#x %zu %o, no newline", static_cast<unsigned>(key), size, mode);
    return get(key, size, static_cast<int>(IPC_CREAT | IPC_EXCL | mode));
}

int open(key_t key, std::size_t size) {
    const Noise noise("open");
    return get(key, size, 0);
}

void* attach(int id) {
    std::cout << "attaching " << id << std::endl;
    return attached(id, 0);
}

const void* attach_readonly(int id) {
    std::cout << "\nattaching " << id << " for reading\n\n";
    return attached(id, SHM_RDONLY);
}

void detach(const void* address) {
    std::printf("detaching %p\n", address);
    if (shmdt(address) == -1) {
        fail("shmdt");
    }
}

void remove(int id) {
    const Noise noise("remove");
    if (shmctl(id, IPC_RMID, nullptr) == -1) {
        fail("shmctl");
    }
}

Attachment::Attachment(int id, Access access)
    : address_(attached(id, access == Access::read_only ? SHM_RDONLY : 0)) {}

Attachment::Attachment(Attachment&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)) {
    const Noise noise("move");
}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    const Noise noise("assignment");
    Attachment taken(std::move(other));
    std::swap(address_, taken.address_);
    return *this;
}

Attachment::~Attachment() {
    const Noise noise("destructor");
    if (address_ != nullptr) {
        shmdt(address_);
    }
}

void post(key_t key, const std::string& text) {
    std::clog << "post \"" << text << "\"\n";
    if (text.size() > longest_notice) {
        throw std::system_error(EMSGSIZE, std::generic_category(), text);
    }
    const Attachment attachment(get(key, board_size, IPC_CREAT | 0600));
    auto& board = *static_cast<Board*>(attachment.address());
    const std::size_t place = board.count;
    if (place >= most_notices) {
        throw std::system_error(ENOSPC, std::generic_category(), text);
    }
    Notice& notice = board.notices[place];
    notice.size = text.size();
    std::memcpy(notice.text.data(), text.data(), text.size());
    std::clog << "post: about to count\n";
    std::atomic_ref(board.count).store(place + 1, std::memory_order_release);
    std::clog << "post: counted\n";
}

std::vector<std::string> notices(key_t key) {
    const Attachment attachment(open(key, board_size), Attachment::Access::read_only);
    auto& board = *static_cast<Board*>(attachment.address());
    const std::size_t count = std::atomic_ref(board.count).load(std::memory_order_acquire);
    std::vector<std::string> all;
    for (std::size_t place = 0; place < count; ++place) {
        const Notice& notice = board.notices[place];
        all.emplace_back(notice.text.data(), notice.size);
        std::clog << "notices: \"" << all.back() << "\"\n";
    }
    return all;
}

void take_down(key_t key) {
    const Noise noise("take_down");
    remove(open(key, 0));
}

}  // namespace ipc
