#include "kernel/messages.hpp"

#include <sys/msg.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "kernel/failure.hpp"
#include "kernel/file.hpp"

namespace ipclab::kernel {

namespace {

std::size_t longest_text() {
    return std::stoul(read_file("/proc/sys/kernel/msgmax"));
}

}  // namespace

int send_message(int queue, const Message& message) {
    std::vector<char> bytes(sizeof(long) + message.text.size());
    std::memcpy(bytes.data(), &message.type, sizeof(long));
    message.text.copy(bytes.data() + sizeof(long), message.text.size());
    return msgsnd(queue, bytes.data(), message.text.size(), IPC_NOWAIT) == 0 ? 0 : errno;
}

std::optional<Message> take_message(int queue, long type) {
    std::vector<char> bytes(sizeof(long) + longest_text());
    const ssize_t size = msgrcv(queue, bytes.data(), bytes.size() - sizeof(long), type, IPC_NOWAIT);
    if (size < 0 && (errno == ENOMSG || errno == EINVAL || errno == EIDRM)) {
        return std::nullopt;
    }
    checked(size, "the grader cannot take a message");
    Message message;
    std::memcpy(&message.type, bytes.data(), sizeof(long));
    message.text.assign(bytes.data() + sizeof(long), static_cast<std::size_t>(size));
    return message;
}

int set_capacity(int queue, unsigned long bytes) {
    msqid_ds status{};
    if (msgctl(queue, IPC_STAT, &status) != 0) {
        return errno;
    }
    status.msg_qbytes = bytes;
    return msgctl(queue, IPC_SET, &status) == 0 ? 0 : errno;
}

}  // namespace ipclab::kernel
