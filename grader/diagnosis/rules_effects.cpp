// Effects that nobody asked for: queues removed, left behind or changed, messages, processes.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules.hpp"
#include "diagnosis/words.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using Kind = Answer::Kind;
using recorder::Event;
using recorder::What;

/// The first successful IPC_RMID of a queue among these calls, or nothing.
std::optional<Control> removal_of(const std::vector<Control>& controls, int id) {
    for (const auto& control : controls) {
        if (control.command == IPC_RMID && control.succeeded && control.id == id) {
            return control;
        }
    }
    return std::nullopt;
}

/// Whether a call of the request with IPC_CREAT or IPC_PRIVATE returned this id.
bool may_have_made(const Evidence& seen, int id) {
    return std::any_of(seen.gets.begin(), seen.gets.end(),
                       [id](const Get& get) { return get.id == id && get.can_make(); });
}

/// A call of the request that moved a message of a listed queue, or null.
const Event* message_call(const Evidence& seen, long number) {
    for (const auto* event : seen.calls()) {
        const bool moved =
            event->call.number == number && event->call.returned() && !event->call.failed();
        if (moved && seen.listed(static_cast<int>(event->call.arguments[0])) != nullptr) {
            return event;
        }
    }
    return nullptr;
}

Said say_message(const Evidence& seen, const Event* event, const char* sentence, const char* note) {
    if (event == nullptr || !seen.is_about_getting()) {
        return std::nullopt;
    }
    return at(*event, "", note,
              fmt::format(fmt::runtime(sentence), fmt::arg("function", seen.function()),
                          fmt::arg("id", static_cast<int>(event->call.arguments[0]))));
}

/// Whether a check has seen a queue that should not be there, or asked for its id.
bool is_seen_left(const Evidence& seen, int id) {
    return (seen.expects(Kind::id) && seen.expected.id == id) || seen.listed(id) != nullptr;
}

bool wants_to_read(const Event& event) {
    const auto controls = controls_in({&event});
    return event.call.number == SYS_msgrcv ||
           (!controls.empty() && controls.front().command == IPC_STAT);
}

/// The first start of a child that has not ended, or null.
const Event* start_of_living_child(const recorder::Recording& recording) {
    const auto& events = recording.events;
    const auto place = std::find_if(events.begin(), events.end(), [&](const Event& start) {
        const auto is_its_end = [&](const Event& event) {
            return event.what == What::ends && event.lane == start.lane;
        };
        return start.what == What::starts && recording.lanes.at(start.lane).child > 0 &&
               std::none_of(events.begin(), events.end(), is_its_end);
    });
    return place == events.end() ? nullptr : &*place;
}

}  // namespace

Said made_for_a_moment(const Evidence& seen) {
    // Where nothing was to be made, a call that made or found a queue has made it.
    const bool about_making = seen.mismatch->replies.empty() && !seen.mismatch->queues;
    for (const auto& get : seen.gets) {
        const bool made = get.made() || (get.made_or_found() && about_making);
        if (seen.is(Function::open) && made && removal_of(seen.controls, *get.id)) {
            return at(*get.event, "IPC_CREAT", words::made_for_a_moment_note,
                      fmt::format(words::made_for_a_moment, "call"_a = told(*get.event)));
        }
    }
    return std::nullopt;
}

Said removed_own(const Evidence& seen) {
    const bool answers_id = seen.is_about_getting() && seen.answer.kind == Kind::id;
    const int id = static_cast<int>(seen.answer.id);
    const auto removal = removal_of(seen.controls, id);
    if (!answers_id || !removal || !may_have_made(seen, id)) {
        return std::nullopt;
    }
    return at(*removal->event, "IPC_RMID", words::removed_own_note,
              fmt::format(words::removed_own, "function"_a = seen.function(), "id"_a = id,
                          "call"_a = told(*removal->event)));
}

Said removed_others(const Evidence& seen) {
    for (const auto& control : seen.controls_with(IPC_RMID)) {
        if (seen.has_key() && control.succeeded && !may_have_made(seen, control.id)) {
            return at(*control.event, "IPC_RMID", words::removed_others_note,
                      fmt::format(words::removed_others, "function"_a = seen.function(),
                                  "call"_a = told(*control.event)));
        }
    }
    return std::nullopt;
}

Said removed_afterwards(const Evidence& seen) {
    const auto& wanted = seen.mismatch->expected_queues.unchanged;
    if (!wanted || !seen.mismatch->queues || seen.listed(wanted->id) != nullptr ||
        known_calls(seen) != Calls::all || !seen.is_about_getting()) {
        return std::nullopt;
    }
    const auto removal = removal_of(controls_in(seen.exchange.afterwards), wanted->id);
    if (!removal) {
        return std::nullopt;
    }
    return at(*removal->event, "IPC_RMID", words::removed_afterwards_note,
              fmt::format(words::removed_afterwards, "id"_a = wanted->id,
                          "function"_a = seen.function(), "call"_a = told(*removal->event)));
}

Said left_behind(const Evidence& seen) {
    const auto failure = seen.last_failure();
    if (!failure || failure->event == nullptr || !seen.answer.is_failure()) {
        return std::nullopt;
    }
    for (const auto& get : seen.gets) {
        if (get.made() && !removal_of(seen.controls, *get.id) && is_seen_left(seen, *get.id)) {
            return at(*failure->event, "", fmt::format(words::left_behind_note, "id"_a = *get.id),
                      fmt::format(words::left_behind, "call"_a = told(*failure->event),
                                  "error"_a = kernel::errno_name(failure->error),
                                  "function"_a = seen.function(), "id"_a = *get.id));
        }
    }
    return std::nullopt;
}

Said several_made(const Evidence& seen) {
    std::vector<Get> left = seen.gets;
    std::erase_if(left,
                  [&](const Get& get) { return !get.made() || seen.listed(*get.id) == nullptr; });
    if (!seen.is_about_getting() || left.size() < 2 ||
        seen.queues().size() <= seen.mismatch->expected_queues.count) {
        return std::nullopt;
    }
    const auto& first = *left.front().event;
    return at(first, "", words::several_made_note,
              fmt::format(words::several_made, "function"_a = seen.function(),
                          "count"_a = left.size(), "call"_a = told(first)));
}

Said message_sent(const Evidence& seen) {
    return say_message(seen, message_call(seen, SYS_msgsnd), words::message_sent,
                       words::message_sent_note);
}

Said message_taken(const Evidence& seen) {
    return say_message(seen, message_call(seen, SYS_msgrcv), words::message_taken,
                       words::message_taken_note);
}

Said changed_what_was_there(const Evidence& seen) {
    const auto& wanted = seen.mismatch->expected_queues.unchanged;
    const auto* listed = wanted ? seen.listed(wanted->id) : nullptr;
    if (listed == nullptr || listed->mode == wanted->mode) {
        return std::nullopt;
    }
    for (const auto& control : seen.controls_with(IPC_SET)) {
        if (control.id == wanted->id && control.succeeded) {
            return at(*control.event, "IPC_SET", words::changed_what_was_there_note,
                      fmt::format(words::changed_what_was_there, "id"_a = wanted->id,
                                  "call"_a = told(*control.event)));
        }
    }
    return std::nullopt;
}

Said needs_no_rights(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool gave_up = seen.is(Function::remove) && seen.expects(Kind::removed) &&
                         seen.answer.error == EACCES && failure && failure->error == EACCES &&
                         seen.controls_with(IPC_RMID).empty();
    if (!gave_up || !wants_to_read(*failure->event)) {
        return std::nullopt;
    }
    return at(*failure->event, "", words::needs_no_rights_note,
              fmt::format(words::needs_no_rights, "call"_a = told(*failure->event)));
}

Said child_left(const Evidence& seen) {
    if (seen.aftermath == nullptr || seen.aftermath->strays.empty()) {
        return std::nullopt;
    }
    const Event* start = start_of_living_child(*seen.recording);
    if (start == nullptr) {
        return std::nullopt;
    }
    const int process = seen.recording->lanes.at(start->lane).process;
    for (const auto& exchange : exchanges(*seen.recording)) {
        const bool during = exchange.process == process && exchange.asked->id < start->id &&
                            exchange.answered != nullptr && start->id < exchange.answered->id;
        if (during) {
            return at(*start, "", words::child_left_note,
                      fmt::format(words::child_left, "request"_a = exchange.asked->text));
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
