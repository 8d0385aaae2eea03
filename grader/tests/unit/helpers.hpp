/// @file
/// What the unit tests share: children, folders and queues that end with their scope.
#ifndef IPCLAB_TESTS_UNIT_HELPERS_HPP
#define IPCLAB_TESTS_UNIT_HELPERS_HPP

#include <fcntl.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "kernel/descriptor.hpp"
#include "kernel/failure.hpp"
#include "kernel/objects.hpp"
#include "tests/folder.hpp"

namespace ipclab::tests {

/// An object of a test, removed at the end of the scope.
class Made {
public:
    Made(kernel::Kind kind, int id) : kind_(kind), id_(kernel::checked(id, "cannot make it")) {}
    Made(const Made&) = delete;
    Made& operator=(const Made&) = delete;
    ~Made() { kernel::remove(kind_, id_); }

    [[nodiscard]] int id() const { return id_; }

private:
    kernel::Kind kind_;
    int id_;
};

/// A queue of a test under a key that nobody else has.
class MadeQueue {
public:
    explicit MadeQueue(int mode = 0600) {
        std::random_device random;
        while (id_ == -1) {
            key_ = static_cast<key_t>(random());
            id_ = key_ == IPC_PRIVATE ? -1 : msgget(key_, IPC_CREAT | IPC_EXCL | mode);
            if (id_ == -1 && errno != EEXIST) {
                kernel::fail("cannot make a queue");
            }
        }
    }
    MadeQueue(const MadeQueue&) = delete;
    MadeQueue& operator=(const MadeQueue&) = delete;
    ~MadeQueue() { kernel::remove(kernel::Kind::queue, id_); }

    [[nodiscard]] int id() const { return id_; }
    [[nodiscard]] key_t key() const { return key_; }

private:
    key_t key_ = IPC_PRIVATE;
    int id_ = -1;
};

/// @return the queue with this id as the kernel lists it now.
inline std::optional<kernel::Queue> listed_queue(int id) {
    for (const auto& queue : kernel::queues()) {
        if (queue.id == id) {
            return queue;
        }
    }
    return std::nullopt;
}

/// A forked process that runs a body, which gives its exit status. Killed at the end of the scope.
class Child {
public:
    template <typename Body>
    explicit Child(Body body) : pid_(kernel::checked(fork(), "cannot fork")) {
        if (pid_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            _exit(status_of(body));
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
    }

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Waits for its end.
    /// @return its exit status, or the negative number of the signal that killed it.
    int wait() {
        int status = 0;
        kernel::checked(waitpid(std::exchange(pid_, -1), &status, 0), "cannot wait");
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    template <typename Body>
    static int status_of(Body body) {
        try {
            return body();
        } catch (const std::exception&) {
            return 99;
        }
    }

    pid_t pid_;
};

/// Looks again and again, without sleeping, until the condition holds.
/// @return whether it did within a minute.
template <typename Condition>
bool eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        sched_yield();
    }
    return true;
}

/// A pipe: the reading end and the writing end.
inline std::pair<kernel::Descriptor, kernel::Descriptor> make_pipe() {
    std::array<int, 2> ends{};
    kernel::checked(pipe2(ends.data(), O_CLOEXEC), "cannot make a pipe");
    return {kernel::Descriptor(ends[0]), kernel::Descriptor(ends[1])};
}

/// A folder of a test that other users may look into; TMPDIR for as long as it lives.
class TemporaryFolder {
public:
    TemporaryFolder() {
        if (const char* old = std::getenv("TMPDIR")) {
            before_ = old;
        }
        setenv("TMPDIR", path().c_str(), 1);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { before_ ? setenv("TMPDIR", before_->c_str(), 1) : unsetenv("TMPDIR"); }

    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

    /// Writes a file in it.
    [[nodiscard]] std::filesystem::path write(const std::string& name,
                                              const std::string& text) const {
        std::ofstream(path() / name) << text;
        return path() / name;
    }

private:
    Folder folder_{"ipclab-unit", std::filesystem::perms(0755)};
    std::optional<std::string> before_;
};

inline bool is_root() {
    return geteuid() == 0;
}

}  // namespace ipclab::tests

#endif
