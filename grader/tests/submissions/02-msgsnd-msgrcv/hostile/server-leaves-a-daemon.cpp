// what: the server forks away as a daemon that keeps the queue; the process itself ends with 0
#include <fcntl.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#include "messages.hpp"
#include "not_written.hpp"

namespace {

[[noreturn]] void stay(int id) {
    setsid();
    if (fork() != 0) {
        _exit(0);
    }
    for (int number = 1; number < NSIG; ++number) {
        signal(number, SIG_IGN);
    }
    (void)!chdir("/");
    close_range(0, ~0U, 0);
    struct {
        long type;
        char text[8192];
    } message;
    while (true) {
        if (msgrcv(id, &message, sizeof message.text, 0, MSG_NOERROR) == -1) {
            pause();
        }
    }
}

}  // namespace

namespace ipc {

void send(int, long, const std::string&) {
    throw shell::NotWritten("send");
}

bool try_send(int, long, const std::string&) {
    throw shell::NotWritten("try_send");
}

Message receive(int, long, std::size_t) {
    throw shell::NotWritten("receive");
}

std::optional<Message> try_receive(int, long) {
    throw shell::NotWritten("try_receive");
}

Message receive_truncated(int, long, std::size_t) {
    throw shell::NotWritten("receive_truncated");
}

int serve(key_t key) {
    const int id = msgget(key, IPC_CREAT | 0666);
    if (fork() == 0) {
        stay(id);
    }
    return 0;
}

}  // namespace ipc
