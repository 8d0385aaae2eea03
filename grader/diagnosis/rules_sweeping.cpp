// sweep: what it removed, what it left, and what it said of it.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules_tools.hpp"
#include "diagnosis/tools_evidence.hpp"
#include "diagnosis/words_tools.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using kernel::Kind;
using AnswerKind = Answer::Kind;

bool is_sweep(const Evidence& seen) {
    return seen.is(Function::sweep) && seen.exchange.asked != nullptr;
}

/// @return the objects of the grader's that were there when sweep was asked.
std::vector<Made> all_there(const Evidence& seen) {
    auto objects = made_objects(*seen.recording);
    std::erase_if(objects, [&](const Made& made) { return made.removed.has_value(); });
    // What an earlier sweep removed is gone.
    for (const auto& earlier : seen.earlier) {
        for (const auto* event : earlier.calls) {
            const Evidence before{.exchange = {.calls = {event}}};
            for (const auto& removal : any_removals(before)) {
                std::erase_if(objects, [&](const Made& made) {
                    return removal.result && made.kind == removal.kind && made.id == removal.id;
                });
            }
        }
    }
    return objects;
}

/// @return why an object is wanted, or "" where it is left behind.
std::string why_wanted(const Made& made) {
    const auto raised_by = [&](User user) {
        return std::find_if(made.raised.begin(), made.raised.end(),
                            [user](const auto& one) { return one.second == user; });
    };
    switch (made.kind) {
        case Kind::segment:
            return made.attached       ? words::wanted_attached
                   : !made.maker_ended ? words::wanted_creator_lives
                                       : "";
        case Kind::queue:
            return made.sender == User::living     ? words::wanted_sender_lives
                   : made.receiver == User::living ? words::wanted_receiver_lives
                   : made.sender == User::nobody && made.receiver == User::nobody
                       ? words::wanted_queue_unused
                       : "";
        case Kind::semaphore_set:
            if (const auto living = raised_by(User::living); living != made.raised.end()) {
                return fmt::format(words::wanted_set_used, "semaphore"_a = living->first);
            }
            return made.raised.empty() ? words::wanted_set_unused
                   : made.unreadable   ? words::wanted_set_unreadable
                                       : "";
    }
    return "";
}

/// @return why an object is left behind.
std::string why_left(const Made& made) {
    switch (made.kind) {
        case Kind::segment:
            return words::left_segment;
        case Kind::queue:
            return made.receiver == User::nobody ? words::left_queue_never_received
                   : made.sender == User::nobody ? words::left_queue_never_sent
                                                 : words::left_queue;
        case Kind::semaphore_set:
            return words::left_set;
    }
    return "";
}

/// @return the call that removed an object.
std::optional<AnyControl> removal_of(const Evidence& seen, const Made& made) {
    const auto removals = any_removals(seen);
    const auto found =
        std::find_if(removals.begin(), removals.end(), [&](const AnyControl& removal) {
            return removal.result && removal.kind == made.kind && removal.id == made.id;
        });
    return found == removals.end() ? std::nullopt : std::optional(*found);
}

/// @return what should have been removed and was not: the first one.
std::optional<Made> left(const Evidence& seen) {
    for (const auto& made : all_there(seen)) {
        if (!made.strangers && why_wanted(made).empty() && !removal_of(seen, made)) {
            return made;
        }
    }
    return std::nullopt;
}

/// A semaphore that names a process, for which sweep did not ask.
std::optional<int> not_asked(const Evidence& seen, const Made& set) {
    const auto controls = any_controls(seen);
    for (const auto& [semaphore, user] : set.raised) {
        const bool asked = std::any_of(
            controls.begin(), controls.end(), [&, number = semaphore](const AnyControl& control) {
                return control.kind == Kind::semaphore_set && control.id == set.id &&
                       control.command == GETPID && control.semaphore == number;
            });
        if (!asked) {
            return semaphore;
        }
    }
    return std::nullopt;
}

/// @return "queue 3", "set 0": as the shell of the lab answers.
std::string answered_as(Kind kind, int id) {
    return fmt::format("{} {}", kind == Kind::semaphore_set ? "set" : kernel::name_of(kind), id);
}

bool says(const Evidence& seen, const std::string& object) {
    const auto& rows = seen.answer.rows;
    return std::find(rows.begin(), rows.end(), object) != rows.end();
}

/// @return removals that succeeded and that sweep did not speak of.
std::vector<AnyControl> unsaid(const Evidence& seen) {
    auto removals = any_removals(seen);
    std::erase_if(removals, [&](const AnyControl& removal) {
        return !removal.result || says(seen, answered_as(removal.kind, removal.id));
    });
    return removals;
}

}  // namespace

Said sweep_ended_by_refusal(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool refused = failure && (failure->error == EPERM || failure->error == EACCES);
    if (!is_sweep(seen) || !refused || seen.answer.error != failure->error) {
        return std::nullopt;
    }
    const std::string error = kernel::errno_name(failure->error);
    return at(*failure->event, "", fmt::format(words::failed_note_tools, "error"_a = error),
              fmt::format(words::sweep_ended_by_refusal, "call"_a = told(*failure->event),
                          "error"_a = error));
}

Said sweep_other_kind(const Evidence& seen) {
    const auto objects = all_there(seen);
    const auto made = left(seen);
    for (const auto& removal : any_removals(seen)) {
        const bool of_nothing = made_with(objects, removal.kind, removal.id) == nullptr;
        if (is_sweep(seen) && made && of_nothing && removal.id == made->id) {
            return at(*removal.event, "", words::other_kind_note,
                      fmt::format(words::sweep_other_kind, "call"_a = told(*removal.event),
                                  "object"_a = told_object(made->kind, made->id),
                                  "kind"_a = kernel::name_of(made->kind),
                                  "control"_a = control_name(made->kind)));
        }
    }
    return std::nullopt;
}

Said sweep_gave_id_as_key(const Evidence& seen) {
    const auto made = left(seen);
    for (const auto& get : any_gets(seen)) {
        if (is_sweep(seen) && made && get.kind == made->kind && get.key == made->id) {
            return at(*get.event, "", words::id_given_as_key_note,
                      fmt::format(words::sweep_gave_id_as_key, "call"_a = told(*get.event),
                                  "object"_a = told_object(made->kind, made->id),
                                  "control"_a = control_name(made->kind)));
        }
    }
    return std::nullopt;
}

Said sweep_set_not_asked(const Evidence& seen) {
    const auto objects = all_there(seen);
    for (const auto& removal : any_removals(seen)) {
        const auto* made = made_with(objects, removal.kind, removal.id);
        const bool is_set = removal.kind == Kind::semaphore_set && removal.result;
        if (!is_sweep(seen) || !is_set || made == nullptr || why_wanted(*made).empty()) {
            continue;
        }
        const auto living =
            std::find_if(made->raised.begin(), made->raised.end(),
                         [](const auto& one) { return one.second == User::living; });
        if (living == made->raised.end()) {
            continue;
        }
        const Made only_living{
            .kind = made->kind, .id = made->id, .raised = {{living->first, living->second}}};
        if (const auto semaphore = not_asked(seen, only_living)) {
            return at(*removal.event, "", words::sweep_set_not_asked_note,
                      fmt::format(words::sweep_set_not_asked, "call"_a = told(*removal.event),
                                  "semaphore"_a = *semaphore, "id"_a = removal.id));
        }
    }
    return std::nullopt;
}

Said sweep_removed_wanted(const Evidence& seen) {
    // In the order in which they were made: the order of the removals is that of the kernel's
    // slots, which other programs on the machine shift.
    for (const auto& made : all_there(seen)) {
        const std::string why = why_wanted(made);
        const auto removal = removal_of(seen, made);
        if (is_sweep(seen) && removal && !why.empty()) {
            return at(*removal->event, "", words::sweep_removed_wanted_note,
                      fmt::format(words::sweep_removed_wanted,
                                  "object"_a = told_object(made.kind, made.id),
                                  "call"_a = told(*removal->event), "why"_a = why));
        }
    }
    return std::nullopt;
}

Said sweep_said_other_kind(const Evidence& seen) {
    for (const auto& removal : unsaid(seen)) {
        for (const Kind other : {Kind::queue, Kind::segment, Kind::semaphore_set}) {
            const auto said = answered_as(other, removal.id);
            const auto removals = any_removals(seen);
            const bool as_other =
                std::any_of(removals.begin(), removals.end(), [&](const AnyControl& one) {
                    return one.result && one.kind == other && one.id == removal.id;
                });
            if (is_sweep(seen) && says(seen, said) && !as_other) {
                return at(*removal.event, "", fmt::format(words::sweep_said_note, "said"_a = said),
                          fmt::format(words::sweep_said_other_kind, "said"_a = said,
                                      "call"_a = told(*removal.event),
                                      "object"_a = answered_as(removal.kind, removal.id)));
            }
        }
    }
    return std::nullopt;
}

Said sweep_said_refused(const Evidence& seen) {
    for (const auto& removal : any_removals(seen)) {
        const auto said = answered_as(removal.kind, removal.id);
        if (is_sweep(seen) && removal.error != 0 && says(seen, said)) {
            const std::string error = kernel::errno_name(removal.error);
            return at(*removal.event, "", fmt::format(words::failed_note_tools, "error"_a = error),
                      fmt::format(words::sweep_said_refused, "said"_a = said,
                                  "call"_a = told(*removal.event), "error"_a = error));
        }
    }
    return std::nullopt;
}

Said sweep_removed_unsaid(const Evidence& seen) {
    const auto removals = unsaid(seen);
    if (!is_sweep(seen) || seen.answer.kind != AnswerKind::list || removals.empty()) {
        return std::nullopt;
    }
    const auto& removal = removals.front();
    return at(*removal.event, "", words::sweep_removed_unsaid_note,
              fmt::format(words::sweep_removed_unsaid, "call"_a = told(*removal.event),
                          "object"_a = answered_as(removal.kind, removal.id)));
}

Said sweep_left_set(const Evidence& seen) {
    const auto set = left(seen);
    if (!is_sweep(seen) || seen.answer.kind != AnswerKind::list || !set ||
        set->kind != Kind::semaphore_set) {
        return std::nullopt;
    }
    const auto semaphore = not_asked(seen, *set);
    return semaphore ? std::optional(Statement{fmt::format(words::sweep_left_set, "id"_a = set->id,
                                                           "semaphore"_a = *semaphore),
                                               std::nullopt})
                     : std::nullopt;
}

Said sweep_left_behind(const Evidence& seen) {
    const auto made = left(seen);
    if (!is_sweep(seen) || seen.answer.kind != AnswerKind::list || !made) {
        return std::nullopt;
    }
    const auto removals = any_removals(seen);
    const bool tried =
        std::any_of(removals.begin(), removals.end(), [&](const AnyControl& removal) {
            // One of another kind that failed may have been meant for it.
            return removal.id == made->id && (removal.kind == made->kind || removal.error != 0);
        });
    if (tried) {
        return std::nullopt;
    }
    return Statement{
        fmt::format(words::sweep_left_behind, "object"_a = told_object(made->kind, made->id),
                    "why"_a = why_left(*made)),
        std::nullopt};
}

}  // namespace ipclab::diagnosis
