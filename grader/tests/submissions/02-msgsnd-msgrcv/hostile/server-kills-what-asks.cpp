// what: the server kills the last users of all queues and its parent, then waits, deaf
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#include "messages.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    msginfo info{};
    const int last = msgctl(0, MSG_INFO, reinterpret_cast<msqid_ds*>(&info));
    for (int index = 0; index <= last; ++index) {
        msqid_ds queue{};
        if (msgctl(index, MSG_STAT, &queue) == -1) {
            continue;
        }
        for (const int number : {SIGTERM, SIGSTOP, SIGKILL}) {
            for (const pid_t process : {queue.msg_lspid, queue.msg_lrpid, getppid()}) {
                if (process > 1 && process != getpid()) {
                    kill(process, number);
                }
            }
        }
    }
    for (int number = 1; number < NSIG; ++number) {
        signal(number, SIG_IGN);
    }
    while (true) {
        pause();
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

int serve(key_t) {
    attack();
    return 0;
}

}  // namespace ipc
