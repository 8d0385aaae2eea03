/// @file
/// Messages as the grader itself sends and takes them (msgop(2)). It never waits for one.
#ifndef IPCLAB_KERNEL_MESSAGES_HPP
#define IPCLAB_KERNEL_MESSAGES_HPP

#include <optional>
#include <string>

namespace ipclab::kernel {

struct Message {
    long type = 0;
    std::string text;  ///< any bytes

    bool operator==(const Message&) const = default;
};

/// Sends a message.
/// @return 0, or the errno: EAGAIN where the queue is full.
int send_message(int queue, const Message& message);

/// Takes a message out of a queue.
/// @param type  as msgtyp of msgrcv.
/// @return it, or nothing where the queue has none that fits, or is gone.
/// @throws std::system_error where it may not be looked for.
std::optional<Message> take_message(int queue, long type = 0);

/// Sets how many bytes of text a queue holds (msg_qbytes).
/// @return 0, or the errno.
int set_capacity(int queue, unsigned long bytes);

}  // namespace ipclab::kernel

#endif
