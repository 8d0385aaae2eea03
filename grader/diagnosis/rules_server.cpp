// The server of lab 2: what becomes of requests.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules_messages.hpp"
#include "diagnosis/server_story.hpp"
#include "diagnosis/words_messages.hpp"
#include "kernel/failure.hpp"
#include "message_text.hpp"
#include "text/text.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using arena::Trouble;
using recorder::Event;

bool waits_for_a_reply(const Evidence& seen) {
    return seen.is(Function::serve) && !seen.mismatch->expected_messages.empty();
}

std::string told_request(const Taken& taken) {
    return shell::show_text(taken.receive->text) +
           (taken.receive->text.size() < taken.receive->length.value_or(0) ? "..." : "");
}

/// The last request that was taken, and the one reply to it; null where it is not like this.
const Send* only_reply(const Taken* taken) {
    return taken != nullptr && taken->wish && taken->sent.size() == 1 ? taken->sent.front()
                                                                      : nullptr;
}

const char* sentence_for_address(const ServerStory& story, const Taken::Wish& wish,
                                 const Send& reply) {
    if (reply.queue == wish.type && reply.type == wish.queue) {
        return words::replies_swapped;
    }
    if (reply.queue == story.queue) {
        return words::replies_to_itself;
    }
    return reply.queue != wish.queue ? words::replies_to_other_queue
                                     : words::replies_with_other_type;
}

}  // namespace

Said server_shares_the_queue(const Evidence& seen) {
    const Get* get = seen.last_get();
    const bool refused = seen.mismatch->expected_reply.status == 1;
    if (!seen.is(Function::serve) || !refused || get == nullptr || !get->made_or_found()) {
        return std::nullopt;
    }
    return at(*get->event, "IPC_CREAT", words::creat_note_without_excl,
              fmt::format(words::server_shares_the_queue, "call"_a = told(*get->event)));
}

Said server_queue_mode(const Evidence& seen) {
    const Get* get = seen.last_get();
    const auto wanted = seen.mismatch->expected_queues.mode;
    if (!seen.is(Function::serve) || !wanted || get == nullptr || !get->id ||
        get->bits() == *wanted) {
        return std::nullopt;
    }
    const auto told_bits = kernel::show_mode(get->bits());
    return at(
        *get->event, told_bits, "0600",
        fmt::format(words::server_queue_mode, "call"_a = told(*get->event), "told"_a = told_bits));
}

Said server_waits_for_client(const Evidence& seen) {
    const auto story = server_story(seen);
    const Send* last = seen.last_send();
    const bool waits = seen.trouble() == Trouble::blocked && last != nullptr &&
                       !last->event->call.returned() && last->queue != story.queue;
    if (!story.queue || !waits) {
        return std::nullopt;
    }
    return at(*last->event, "", words::waits_note_without,
              fmt::format(words::server_waits_for_client, "call"_a = told(*last->event)));
}

Said server_stopped(const Evidence& seen) {
    const auto story = server_story(seen);
    const Taken* last = story.last();
    if (!waits_for_a_reply(seen) || seen.trouble() != Trouble::ended || last == nullptr) {
        return std::nullopt;
    }
    if (!last->wish && last->receive->type != 2) {
        return at(*last->receive->event, "", words::request_note,
                  fmt::format(words::server_stopped_by_request, "request"_a = told_request(*last)));
    }
    const Send* reply = only_reply(last);
    if (reply == nullptr || reply->error == 0) {
        return std::nullopt;
    }
    const std::string error = kernel::errno_name(reply->error);
    return at(*reply->event, "", error,
              fmt::format(words::server_stopped_by_client, "call"_a = told(*reply->event),
                          "error"_a = error));
}

Said removes_clients_queue(const Evidence& seen) {
    const auto story = server_story(seen);
    for (const auto& removal : seen.controls_with(IPC_RMID)) {
        if (story.queue && removal.id != *story.queue && removal.succeeded) {
            return at(*removal.event, "", words::removed_others_queue_note,
                      fmt::format(words::removes_clients_queue, "queue"_a = removal.id,
                                  "call"_a = told(*removal.event)));
        }
    }
    return std::nullopt;
}

Said reply_goes_elsewhere(const Evidence& seen) {
    const auto story = server_story(seen);
    for (const auto& taken : story.taken) {
        const Send* reply = only_reply(&taken);
        const bool right = reply == nullptr ||
                           (reply->queue == taken.wish->queue && reply->type == taken.wish->type);
        if (right || !waits_for_a_reply(seen)) {
            continue;
        }
        return at(
            *reply->event, "", words::reply_note,
            fmt::format(fmt::runtime(sentence_for_address(story, *taken.wish, *reply)),
                        fmt::arg("request", told_request(taken)),
                        fmt::arg("queue", taken.wish->queue), fmt::arg("type", taken.wish->type),
                        fmt::arg("told", reply->type), fmt::arg("call", told(*reply->event))));
    }
    return std::nullopt;
}

Said reply_differs(const Evidence& seen) {
    const auto story = server_story(seen);
    for (const auto& taken : story.taken) {
        const Send* reply = only_reply(&taken);
        if (reply == nullptr || !waits_for_a_reply(seen)) {
            continue;
        }
        const bool same_size = reply->size == taken.wish->size;
        if (same_size && reply->text.starts_with(text::capital(taken.wish->question))) {
            continue;
        }
        return at(*reply->event, "", words::reply_note,
                  fmt::format(fmt::runtime(same_size ? words::reply_differs : words::reply_is_cut),
                              fmt::arg("request", told_request(taken)),
                              fmt::arg("size", taken.wish->size), fmt::arg("told", reply->size)));
    }
    return std::nullopt;
}

Said no_reply(const Evidence& seen) {
    const auto story = server_story(seen);
    const Taken* last = story.last();
    const bool waits = seen.trouble() == Trouble::blocked || seen.trouble() == Trouble::none;
    if (!waits_for_a_reply(seen) || !waits || last == nullptr || !last->wish ||
        !last->sent.empty()) {
        return std::nullopt;
    }
    return at(*last->receive->event, "", words::no_reply_note,
              fmt::format(words::no_reply, "request"_a = told_request(*last)));
}

Said requests_not_taken(const Evidence& seen) {
    const Receive* last = seen.last_receive();
    const bool left = seen.mismatch->messages && !seen.mismatch->messages->empty();
    if (!seen.is(Function::serve) || last == nullptr || last->wanted == 0 || !left) {
        return std::nullopt;
    }
    return at(*last->event, fmt::format("type {}", last->wanted), words::takes_some_note,
              fmt::format(words::requests_not_taken, "call"_a = told(*last->event)));
}

}  // namespace ipclab::diagnosis
