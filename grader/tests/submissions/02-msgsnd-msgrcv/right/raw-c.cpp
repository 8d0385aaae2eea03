// what: plain C: a struct on the stack with 8192 bytes, goto; SIGTERM is a flag and a message
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "messages.hpp"

struct packet {
    long type;
    char text[8192];
};

static int server_id = -1;
static volatile sig_atomic_t stop = 0;

static int put(int id, long type, const char* text, size_t length, int flags) {
    struct packet packet;
    if (length > sizeof packet.text) {
        return EINVAL;
    }
    memset(&packet, 0, sizeof packet);
    packet.type = type;
    memcpy(packet.text, text, length);
again:
    if (msgsnd(id, &packet, length, flags) == 0) {
        return 0;
    }
    if (errno == EINTR) {
        goto again;
    }
    return errno;
}

static int take(int id, long type, struct packet* packet, size_t room, ssize_t* length, int flags) {
again:
    *length =
        msgrcv(id, packet, room < sizeof packet->text ? room : sizeof packet->text, type, flags);
    if (*length >= 0) {
        return 0;
    }
    if (errno == EINTR) {
        goto again;
    }
    return errno;
}

static void stop_it(int) {
    const int saved = errno;
    struct packet packet;
    packet.type = ipc::end_of_work_type;
    stop = 1;
    msgsnd(server_id, &packet, 0, IPC_NOWAIT);
    errno = saved;
}

/* Answers a request, or does nothing. */
static void answer(struct packet* packet, ssize_t length) {
    char head[64];
    char* end;
    char* start;
    long queue;
    long type;
    ssize_t place;
    ssize_t from;
    int blanks = 0;

    if (packet->type != ipc::request_type) {
        return;
    }
    for (from = 0; from < length && blanks < 2 && from < (ssize_t)sizeof head - 1; from++) {
        head[from] = packet->text[from];
        if (packet->text[from] == ' ') {
            blanks++;
        } else if (packet->text[from] != '-' &&
                   (packet->text[from] < '0' || packet->text[from] > '9')) {
            return;
        }
    }
    if (blanks < 2) {
        return;
    }
    head[from] = '\0';
    if (head[0] == ' ') {
        return;
    }
    errno = 0;
    queue = strtol(head, &end, 10);
    if (errno != 0 || *end != ' ' || queue < 0 || queue > 0x7fffffff) {
        return;
    }
    start = end + 1;
    if (*start == ' ') {
        return;
    }
    type = strtol(start, &end, 10);
    if (errno != 0 || end == start || *end != ' ') {
        return;
    }
    for (place = from; place < length; place++) {
        if (packet->text[place] >= 'a' && packet->text[place] <= 'z') {
            packet->text[place] = (char)(packet->text[place] - 32);
        }
    }
    put((int)queue, type, packet->text + from, (size_t)(length - from), IPC_NOWAIT);
}

namespace ipc {

void send(int id, long type, const std::string& text) {
    const int error = put(id, type, text.data(), text.size(), 0);
    if (error) {
        throw std::system_error(error, std::generic_category(), "msgsnd");
    }
}

bool try_send(int id, long type, const std::string& text) {
    const int error = put(id, type, text.data(), text.size(), IPC_NOWAIT);
    if (error && error != EAGAIN) {
        throw std::system_error(error, std::generic_category(), "msgsnd");
    }
    return !error;
}

Message receive(int id, long type, std::size_t size) {
    struct packet packet;
    ssize_t length;
    const int error = take(id, type, &packet, size, &length, 0);
    if (error) {
        throw std::system_error(error, std::generic_category(), "msgrcv");
    }
    return {packet.type, std::string(packet.text, (size_t)length)};
}

std::optional<Message> try_receive(int id, long type) {
    struct packet packet;
    ssize_t length;
    const int error = take(id, type, &packet, sizeof packet.text, &length, IPC_NOWAIT);
    if (error == ENOMSG) {
        return {};
    }
    if (error) {
        throw std::system_error(error, std::generic_category(), "msgrcv");
    }
    return Message{packet.type, std::string(packet.text, (size_t)length)};
}

Message receive_truncated(int id, long type, std::size_t size) {
    struct packet packet;
    ssize_t length;
    const int error = take(id, type, &packet, size, &length, MSG_NOERROR);
    if (error) {
        throw std::system_error(error, std::generic_category(), "msgrcv");
    }
    return {packet.type, std::string(packet.text, (size_t)length)};
}

int serve(key_t key) {
    struct sigaction action;
    struct packet packet;
    ssize_t length;
    int status = 0;

    memset(&action, 0, sizeof action);
    action.sa_handler = stop_it;
    action.sa_flags = SA_RESTART;
    server_id = msgget(key, IPC_CREAT | IPC_EXCL | 0600);
    if (server_id == -1) {
        throw std::system_error(errno, std::generic_category(), "msgget");
    }
    sigaction(SIGTERM, &action, NULL);

wait_for_one:
    if (stop) {
        goto rest;
    }
    if (take(server_id, 0, &packet, sizeof packet.text, &length, 0) != 0) {
        status = 1;
        goto out;
    }
    if (packet.type != end_of_work_type) {
        answer(&packet, length);
        goto wait_for_one;
    }

rest:
    while (take(server_id, 0, &packet, sizeof packet.text, &length, IPC_NOWAIT) == 0) {
        answer(&packet, length);
    }
out:
    msgctl(server_id, IPC_RMID, NULL);
    return status;
}

}  // namespace ipc
