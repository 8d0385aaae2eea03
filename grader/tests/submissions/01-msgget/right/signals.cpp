// what: sends itself signals around each call: caught, ignored, blocked, stopped and continued
#include "queue.hpp"

#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace ipc {

namespace {

volatile sig_atomic_t received = 0;

/// Signals before and after each call: caught, ignored, blocked, and one that stops the process.
class Noise {
public:
    Noise() {
        struct sigaction action {};
        action.sa_handler = [](int) { received = received + 1; };
        sigaction(SIGUSR1, &action, nullptr);
        signal(SIGUSR2, SIG_IGN);
        make();
        stop_and_continue();
    }
    ~Noise() { make(); }
    Noise(const Noise&) = delete;
    Noise& operator=(const Noise&) = delete;

private:
    static void make() {
        const int before = errno;
        sigset_t some;
        sigemptyset(&some);
        sigaddset(&some, SIGUSR1);
        sigprocmask(SIG_BLOCK, &some, nullptr);
        raise(SIGUSR1);
        raise(SIGUSR2);
        sigprocmask(SIG_UNBLOCK, &some, nullptr);
        errno = before;
    }

    /// A child stops this process and has it go on.
    static void stop_and_continue() {
        if (fork() == 0) {
            kill(getppid(), SIGSTOP);
            kill(getppid(), SIGCONT);
            _exit(0);
        }
        wait(nullptr);
    }
};

/// The one place where a refused call becomes an exception: errno is read before anything else
/// runs.
int checked(int result, const char* call) {
    if (result == -1) {
        throw std::system_error(errno, std::generic_category(), call);
    }
    return result;
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    const Noise noise;
    if (proj_id < 1 || proj_id > 255) {
        throw std::system_error(EINVAL, std::generic_category(), "proj_id must be 1 to 255");
    }
    return checked(ftok(path.c_str(), proj_id), "ftok");
}

int create(key_t key, mode_t mode) {
    const Noise noise;
    return checked(msgget(key, IPC_CREAT | IPC_EXCL | static_cast<int>(mode)), "msgget");
}

int open(key_t key) {
    const Noise noise;
    // The bits ask for reading and writing, so that a queue we may not use is refused here and not
    // at the first message.
    return checked(msgget(key, 0600), "msgget");
}

Opened open_or_create(key_t key, mode_t mode) {
    // Between two calls another process may make the queue or remove it: then ask again.
    while (true) {
        try {
            return {create(key, mode), true};
        } catch (const std::system_error& refused) {
            if (refused.code().value() != EEXIST) {
                throw;
            }
        }
        try {
            return {open(key), false};
        } catch (const std::system_error& refused) {
            if (refused.code().value() != ENOENT) {
                throw;
            }
        }
    }
}

int create_private(mode_t mode) {
    const Noise noise;
    return checked(msgget(IPC_PRIVATE, static_cast<int>(mode)), "msgget");
}

void remove(int id) {
    const Noise noise;
    checked(msgctl(id, IPC_RMID, nullptr), "msgctl");
}

}  // namespace ipc
