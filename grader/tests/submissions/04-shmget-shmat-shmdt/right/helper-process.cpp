// what: a child process makes, finds, removes, posts and reads, answers through a pipe, and ends
// note: the kernel records as creator and last pid those of processes that have ended
#include <signal.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

#include "memory.hpp"

namespace ipc {

namespace {

[[noreturn]] void fail(int error, const char* call) {
    throw std::system_error(error, std::generic_category(), call);
}

void write_all(int file, const std::string& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t size = write(file, bytes.data() + done, bytes.size() - done);
        if (size <= 0) {
            _exit(1);
        }
        done += static_cast<std::size_t>(size);
    }
}

std::string read_all(int file) {
    std::string bytes;
    char some[4096];
    ssize_t size = 0;
    while ((size = read(file, some, sizeof some)) > 0) {
        bytes.append(some, static_cast<std::size_t>(size));
    }
    return bytes;
}

/// @return what the child answered; throws what it threw.
std::string in_child(const std::function<std::string()>& work) {
    int ends[2];
    if (pipe(ends) != 0) {
        fail(errno, "pipe");
    }
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == -1) {
        const int error = errno;
        close(ends[0]);
        close(ends[1]);
        fail(error, "fork");
    }
    if (child == 0) {
        // Who is killed takes his helper with him.
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(1);
        }
        int error = 0;
        std::string answer;
        try {
            answer = work();
        } catch (const std::system_error& refused) {
            error = refused.code().value();
        }
        write_all(ends[1], std::string(reinterpret_cast<char*>(&error), sizeof error) + answer);
        _exit(0);
    }
    close(ends[1]);
    const std::string all = read_all(ends[0]);
    close(ends[0]);
    waitpid(child, nullptr, 0);
    int error = EIO;
    if (all.size() >= sizeof error) {
        std::memcpy(&error, all.data(), sizeof error);
    }
    if (error != 0) {
        fail(error, "helper process");
    }
    return all.substr(sizeof error);
}

int get(key_t key, std::size_t size, int flags) {
    return std::stoi(in_child([=] {
        const int id = shmget(key, size, flags);
        return id == -1 ? (fail(errno, "shmget"), "") : std::to_string(id);
    }));
}

void* attached(int id, int flags) {
    void* const address = shmat(id, nullptr, flags);
    return address == reinterpret_cast<void*>(-1) ? (fail(errno, "shmat"), nullptr) : address;
}

struct Board {
    std::size_t count;
    std::size_t sizes[most_notices];
    char texts[most_notices][longest_notice];
};

}  // namespace

int create(key_t key, std::size_t size, mode_t mode) {
    return get(key, size, static_cast<int>(IPC_CREAT | IPC_EXCL | mode));
}

int open(key_t key, std::size_t size) {
    return get(key, size, 0);
}

void* attach(int id) {
    return attached(id, 0);
}

const void* attach_readonly(int id) {
    return attached(id, SHM_RDONLY);
}

void detach(const void* address) {
    if (shmdt(address) == -1) {
        fail(errno, "shmdt");
    }
}

void remove(int id) {
    in_child(
        [=] { return shmctl(id, IPC_RMID, nullptr) == -1 ? (fail(errno, "shmctl"), "") : ""; });
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
    in_child([&] {
        if (text.size() > longest_notice) {
            fail(EMSGSIZE, "post");
        }
        const int id = shmget(key, board_size, IPC_CREAT | 0600);
        if (id == -1) {
            fail(errno, "shmget");
        }
        const Attachment attachment(id);
        auto& board = *static_cast<Board*>(attachment.address());
        if (board.count >= most_notices) {
            fail(ENOSPC, "post");
        }
        board.sizes[board.count] = text.size();
        std::memcpy(board.texts[board.count], text.data(), text.size());
        ++std::atomic_ref(board.count);
        return "";
    });
}

std::vector<std::string> notices(key_t key) {
    const std::string bytes = in_child([=] {
        const int id = shmget(key, board_size, 0);
        if (id == -1) {
            fail(errno, "shmget");
        }
        const Attachment attachment(id, Attachment::Access::read_only);
        auto& board = *static_cast<Board*>(attachment.address());
        std::string answer;
        const std::size_t count = std::atomic_ref(board.count).load();
        for (std::size_t place = 0; place < count; ++place) {
            answer += static_cast<char>(board.sizes[place]);
            answer.append(board.texts[place], board.sizes[place]);
        }
        return answer;
    });
    std::vector<std::string> all;
    for (std::size_t at = 0; at < bytes.size(); at += 1 + all.back().size()) {
        all.push_back(bytes.substr(at + 1, static_cast<unsigned char>(bytes[at])));
    }
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
