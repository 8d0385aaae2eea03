// The messages that the grader itself sends and takes in a check.
#include <fmt/format.h>

#include <cerrno>

#include "arena/arena.hpp"
#include "arena/by_hand.hpp"
#include "kernel/failure.hpp"
#include "message_text.hpp"

namespace ipclab::arena {

void Arena::send(const kernel::Queue& queue, const kernel::Message& message) {
    const ActingAs student(setting_.student);
    require_done(kernel::send_message(supervisor_.real(queue.id), message), queue,
                 "send a message");
    const auto perl = in_perl(message.text);
    act(fmt::format("sends type {} {} to queue {}", message.type, shell::show_text(message.text),
                    queue.id),
        fmt::format("perl -e 'msgsnd({}, pack(\"l! a*\", {}, {}), 0)'{}", queue.id, message.type,
                    perl.word, perl.comment));
}

bool Arena::hand_over(const kernel::Queue& queue, const kernel::Message& message,
                      const Student& student) {
    // The kernel names the thread that waited, which may have ended by the time of the look.
    const auto family = student.threads_of_family();
    const auto before = now(queue);
    send(queue, message);
    const auto after = now(queue);
    return before && after && after->messages == before->messages &&
           family.contains(after->last_receiver);
}

std::optional<kernel::Message> Arena::take(const kernel::Queue& queue, long type) {
    const ActingAs student(setting_.student);
    auto message = kernel::take_message(supervisor_.real(queue.id), type);
    if (message) {
        act(fmt::format("takes type {} {} out of queue {}", message->type,
                        shell::show_text(message->text), queue.id),
            fmt::format("perl -e 'msgrcv({}, $m, 8192, {}, 04000); print substr($m, 8), \"\\n\"'",
                        queue.id, type));
    }
    return message;
}

Awaited Arena::await_message(const kernel::Queue& queue, long type, Student& student) {
    Awaited awaited;
    const auto arrived = [&] {
        awaited.message = take(queue, type);
        return awaited.message || student.has_ended();
    };
    const Trouble trouble = wait_until(arrived, for_an_answer);
    awaited.state = student.state();
    awaited.state.trouble = awaited.state.wait_status ? Trouble::ended : trouble;
    return awaited;
}

void Arena::set_capacity(const kernel::Queue& queue, unsigned long bytes) {
    const ActingAs student(setting_.student);
    require_done(kernel::set_capacity(supervisor_.real(queue.id), bytes), queue,
                 "set its capacity");
    act(fmt::format("lets queue {} hold {} bytes", queue.id, bytes),
        "# the grader sets msg_qbytes (IPC_SET)");
}

}  // namespace ipclab::arena
