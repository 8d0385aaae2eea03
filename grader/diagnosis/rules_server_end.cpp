// The server of lab 2: how it ends.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "diagnosis/rules_messages.hpp"
#include "diagnosis/server_story.hpp"
#include "diagnosis/words_messages.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using arena::Trouble;
using recorder::Event;
using recorder::What;

bool should_end(const Evidence& seen) {
    return seen.is(Function::serve) && seen.mismatch->expected_reply.status == 0;
}

/// @return the exit status of a server that has ended by itself.
std::optional<int> status_of(const Evidence& seen) {
    const bool ended =
        seen.reply != nullptr && seen.reply->wait_status && WIFEXITED(*seen.reply->wait_status);
    return ended ? std::optional(WEXITSTATUS(*seen.reply->wait_status)) : std::nullopt;
}

bool got_sigterm(const Evidence& seen) {
    const auto& recording = *seen.recording;
    return std::any_of(recording.events.begin(), recording.events.end(), [&](const Event& event) {
        return event.what == What::signal && event.number == SIGTERM &&
               recording.lanes.at(event.lane).process == seen.exchange.process;
    });
}

bool sigterm_was_sent(const Evidence& seen) {
    const auto& events = seen.recording->events;
    return std::any_of(events.begin(), events.end(), [](const Event& event) {
        return event.what == What::act && event.text.starts_with("sends SIGTERM");
    });
}

/// @return how many messages of a type the grader sent to a queue.
std::size_t sent_to(int queue, int type, const recorder::Recording& recording) {
    const auto begin = fmt::format("sends type {} ", type);
    const auto end = fmt::format(" to queue {}", queue);
    return static_cast<std::size_t>(
        std::count_if(recording.events.begin(), recording.events.end(), [&](const Event& event) {
            return event.what == What::act && event.text.starts_with(begin) &&
                   event.text.ends_with(end);
        }));
}

std::vector<Control> removals_of_own(const Evidence& seen) {
    const auto story = server_story(seen);
    auto removals = seen.controls_with(IPC_RMID);
    std::erase_if(removals, [&](const Control& removal) { return removal.id != story.queue; });
    return removals;
}

}  // namespace

Said killed_by_sigterm(const Evidence& seen) {
    const bool killed = seen.reply != nullptr && seen.reply->wait_status &&
                        WIFSIGNALED(*seen.reply->wait_status) &&
                        WTERMSIG(*seen.reply->wait_status) == SIGTERM;
    return seen.is(Function::serve) && killed
               ? std::optional(Statement{words::killed_by_sigterm, std::nullopt})
               : std::nullopt;
}

Said sigterm_lost(const Evidence& seen) {
    const Receive* last = seen.last_receive();
    const bool waits =
        seen.trouble() == Trouble::blocked && last != nullptr && !last->event->call.returned();
    if (!should_end(seen) || !waits || !sigterm_was_sent(seen)) {
        return std::nullopt;
    }
    return at(
        *last->event, "", words::sigterm_note,
        fmt::format(fmt::runtime(got_sigterm(seen) ? words::sigterm_lost : words::sigterm_ignored),
                    fmt::arg("call", told(*last->event))));
}

Said worker_removes(const Evidence& seen) {
    for (const auto& removal : removals_of_own(seen)) {
        const auto& lane = seen.recording->lanes.at(removal.event->lane);
        if (lane.child > 0 && removal.succeeded) {
            return at(*removal.event, "", words::worker_note,
                      fmt::format(words::worker_removes, "call"_a = told(*removal.event)));
        }
    }
    return std::nullopt;
}

Said removed_twice(const Evidence& seen) {
    const auto removals = removals_of_own(seen);
    if (removals.size() < 2 || !seen.mismatch->removals) {
        return std::nullopt;
    }
    return at(*removals.back().event, "", words::removed_twice_note,
              fmt::format(words::removed_twice, "count"_a = removals.size()));
}

Said ended_untold(const Evidence& seen) {
    const auto story = server_story(seen);
    const bool untold = story.queue && status_of(seen) == 0 && !sigterm_was_sent(seen) &&
                        sent_to(*story.queue, 2, *seen.recording) == 0;
    return untold ? std::optional(Statement{words::ended_untold, std::nullopt}) : std::nullopt;
}

Said ends_too_early(const Evidence& seen) {
    const auto story = server_story(seen);
    const bool ended = status_of(seen) == 0 && !seen.mismatch->expected_messages.empty();
    if (!story.queue || !ended) {
        return std::nullopt;
    }
    const auto received = static_cast<std::size_t>(
        std::count_if(story.taken.begin(), story.taken.end(),
                      [](const Taken& taken) { return taken.receive->type == 1; }));
    const auto sent = sent_to(*story.queue, 1, *seen.recording);
    if (received >= sent) {
        return std::nullopt;
    }
    const auto removals = removals_of_own(seen);
    const auto sentence =
        fmt::format(words::ends_too_early, "received"_a = received, "sent"_a = sent);
    return removals.empty() ? Statement{sentence, std::nullopt}
                            : at(*removals.front().event, "", words::too_early_note, sentence);
}

Said queue_is_left(const Evidence& seen) {
    const auto story = server_story(seen);
    const bool left = story.queue && seen.listed(*story.queue) != nullptr &&
                      seen.mismatch->expected_queues.unchanged;
    return left && removals_of_own(seen).empty()
               ? std::optional(Statement{words::queue_is_left, std::nullopt})
               : std::nullopt;
}

Said exit_status(const Evidence& seen) {
    const auto status = status_of(seen);
    if (!should_end(seen) || !status || *status == 0) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::exit_status, "status"_a = *status), std::nullopt};
}

}  // namespace ipclab::diagnosis
