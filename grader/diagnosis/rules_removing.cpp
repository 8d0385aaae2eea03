// remove_id, remove_key: what was called, and what was said of it.
#include <fmt/format.h>
#include <sys/ipc.h>

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
using kernel::show_key;
using recorder::Event;
using AnswerKind = Answer::Kind;

bool is_removing(const Evidence& seen) {
    return seen.is(Function::remove_id) || seen.is(Function::remove_key);
}

bool is_of_segment(const Evidence& seen) {
    return is_removing(seen) && seen.request.kind == Kind::segment;
}

bool should_work(const Evidence& seen) {
    return seen.expects(AnswerKind::removed) || seen.expects(AnswerKind::pending);
}

bool answers_success(const Evidence& seen) {
    return seen.answer.kind == AnswerKind::removed || seen.answer.kind == AnswerKind::pending;
}

/// @return "id 3" or "key 0x00004c01": what the function was given.
std::string told_argument(const Evidence& seen) {
    return seen.is(Function::remove_id) ? fmt::format("id {}", seen.request.id)
                                        : "key " + show_key(seen.request.key);
}

/// Says something of a call, which is named.
Statement say(const Evidence& seen, const Event& event, const std::string& note,
              const char* sentence) {
    const std::string error = event.call.error() == 0 ? "" : kernel::errno_name(event.call.error());
    const Kind kind = seen.request.kind;
    return at(event, "", fmt::format(fmt::runtime(note), fmt::arg("error", error)),
              fmt::format(fmt::runtime(sentence), fmt::arg("call", told(event)),
                          fmt::arg("error", error), fmt::arg("function", seen.function()),
                          fmt::arg("argument", told_argument(seen)),
                          fmt::arg("kind", kernel::name_of(kind)), fmt::arg("get", get_name(kind)),
                          fmt::arg("control", control_name(kind))));
}

/// Says something where no call shows it.
Said say_plainly(const Evidence& seen, const char* sentence) {
    const Kind kind = seen.request.kind;
    return Statement{
        fmt::format(fmt::runtime(sentence), fmt::arg("function", seen.function()),
                    fmt::arg("argument", told_argument(seen)),
                    fmt::arg("kind", kernel::name_of(kind)),
                    fmt::arg("control", control_name(kind)), fmt::arg("get", get_name(kind))),
        std::nullopt};
}

/// @return the first call that fits, or null.
template <typename Call, typename Fits>
const Call* first(const std::vector<Call>& calls, const Fits& fits) {
    const auto place = std::find_if(calls.begin(), calls.end(), fits);
    return place == calls.end() ? nullptr : &*place;
}

/// Says the sentence of the first get call that fits, of remove_key.
template <typename Fits>
Said about_get(const Evidence& seen, const char* note, const char* sentence, const Fits& fits) {
    const auto gets = any_gets(seen);
    const auto* get = first(gets, fits);
    return get == nullptr ? std::nullopt : std::optional(say(seen, *get->event, note, sentence));
}

/// @return the last successful removal of the asked kind.
std::optional<AnyControl> successful_removal(const Evidence& seen) {
    for (const auto& removal : any_removals(seen)) {
        if (removal.kind == seen.request.kind && removal.result) {
            return removal;
        }
    }
    return std::nullopt;
}

/// @return the calls of the request before the removal, or after it.
enum class When { before, after };
std::vector<AnyControl> looks(const Evidence& seen, const AnyControl& removal, When when) {
    auto controls = any_controls(seen);
    std::erase_if(controls, [&](const AnyControl& control) {
        const bool before = control.event->id < removal.event->id;
        return !control.looks() || control.kind != removal.kind || before != (when == When::before);
    });
    return controls;
}

/// A segment was removed, and what was said of it is the other one of "removed" and "pending".
std::optional<AnyControl> removal_told_wrong(const Evidence& seen) {
    const bool wrong = is_of_segment(seen) && should_work(seen) && answers_success(seen) &&
                       seen.answer.kind != seen.expected.kind;
    return wrong ? successful_removal(seen) : std::nullopt;
}

bool makes(const AnyGet& get) {
    return get.id && get.key == IPC_PRIVATE;
}

}  // namespace

Said removal_waits_for_detach(const Evidence& seen) {
    constexpr std::size_t many = 10;
    using arena::Trouble;
    const auto trouble = seen.trouble();
    const bool stuck = trouble == Trouble::slept || trouble == Trouble::used_processor;
    if (!stuck || (!is_removing(seen) && !seen.is(Function::my_ipcrm)) || seen.calls().empty()) {
        return std::nullopt;
    }
    const auto controls = any_controls(seen);
    const auto again =
        std::count_if(controls.begin(), controls.end(), [&](const AnyControl& control) {
            return control.kind == Kind::segment && control.command == IPC_STAT &&
                   control.id == controls.back().id;
        });
    if (controls.empty() || static_cast<std::size_t>(again) < many) {
        return std::nullopt;
    }
    return say(seen, *controls.back().event, words::removal_waits_note,
               words::removal_waits_for_detach);
}

Said marked_refused(const Evidence& seen) {
    const auto pending_before = [&](const Exchange& earlier) {
        return earlier.asked->text == seen.request.text && earlier.answered != nullptr &&
               earlier.answered->text == "pending";
    };
    const bool refused = is_of_segment(seen) && seen.expects(AnswerKind::pending) &&
                         seen.answer.is_failure() && any_removals(seen).empty() &&
                         std::any_of(seen.earlier.begin(), seen.earlier.end(), pending_before);
    return refused ? say_plainly(seen, words::marked_refused) : std::nullopt;
}

Said key_refused_unasked(const Evidence& seen) {
    const bool refused = seen.is(Function::remove_key) && seen.request.key != IPC_PRIVATE &&
                         seen.calls().empty() && seen.answer.is_failure();
    if (!refused) {
        return std::nullopt;
    }
    return say_plainly(seen, seen.request.key < 0 ? words::negative_key_refused_unasked
                                                  : words::key_refused_unasked);
}

Said id_refused_unasked(const Evidence& seen) {
    const bool refused = seen.is(Function::remove_id) && should_work(seen) &&
                         seen.calls().empty() && seen.answer.is_failure();
    return refused ? say_plainly(seen, words::id_refused_unasked) : std::nullopt;
}

Said get_makes_private(const Evidence& seen) {
    if (!seen.is(Function::remove_key) && !seen.is(Function::my_ipcrm)) {
        return std::nullopt;
    }
    return about_get(seen, words::get_makes_private_note, words::get_makes_private, makes);
}

Said key_zero_other_error(const Evidence& seen) {
    const bool other = seen.is(Function::remove_key) && seen.request.key == IPC_PRIVATE &&
                       seen.expects_error(EINVAL) && seen.calls().empty() &&
                       seen.answer.error != 0 && seen.answer.error != EINVAL;
    if (!other) {
        return std::nullopt;
    }
    return Statement{
        fmt::format(words::key_zero_other_error, "error"_a = kernel::errno_name(seen.answer.error)),
        std::nullopt};
}

Said get_creates(const Evidence& seen) {
    const bool made_one = seen.expects_error(ENOENT) || seen.reply == nullptr;
    if (!seen.is(Function::remove_key) || !made_one) {
        return std::nullopt;
    }
    return about_get(seen, words::get_creates_note, words::get_creates, [](const AnyGet& get) {
        return get.key != IPC_PRIVATE && (get.flags & IPC_CREAT) != 0;
    });
}

Said get_asks_for_rights(const Evidence& seen) {
    if (!seen.is(Function::remove_key) || seen.answer.error != EACCES) {
        return std::nullopt;
    }
    return about_get(
        seen, words::failed_note_tools, words::get_asks_for_rights,
        [](const AnyGet& get) { return get.error == EACCES && (get.flags & 0777) != 0; });
}

Said get_asks_for_size(const Evidence& seen) {
    if (!seen.is(Function::remove_key) || seen.answer.error != EINVAL) {
        return std::nullopt;
    }
    return about_get(seen, words::failed_note_tools,
                     seen.request.kind == Kind::segment ? words::get_asks_for_bytes
                                                        : words::get_asks_for_semaphores,
                     [](const AnyGet& get) { return get.error == EINVAL && get.size != 0; });
}

Said get_of_other_kind(const Evidence& seen) {
    const auto gets = any_gets(seen);
    const bool any_right = std::any_of(
        gets.begin(), gets.end(), [&](const AnyGet& get) { return get.kind == seen.request.kind; });
    if (!seen.is(Function::remove_key) || gets.empty() || any_right) {
        return std::nullopt;
    }
    return say(seen, *gets.front().event, words::other_kind_note, words::get_of_other_kind);
}

Said key_given_as_id(const Evidence& seen) {
    const auto removals = any_removals(seen);
    const auto* removal = first(removals, [&](const AnyControl& control) {
        return control.id == seen.request.key && control.error != 0;
    });
    if (!seen.is(Function::remove_key) || !any_gets(seen).empty() || removal == nullptr) {
        return std::nullopt;
    }
    return say(seen, *removal->event, words::key_given_as_id_note, words::key_given_as_id);
}

Said id_given_as_key(const Evidence& seen) {
    const auto removals = any_removals(seen);
    const bool right_id =
        std::any_of(removals.begin(), removals.end(),
                    [&](const AnyControl& removal) { return removal.id == seen.request.id; });
    if (!seen.is(Function::remove_id) || right_id) {
        return std::nullopt;
    }
    return about_get(seen, words::id_given_as_key_note, words::id_given_as_key,
                     [&](const AnyGet& get) { return get.key == seen.request.id; });
}

Said get_with_other_key(const Evidence& seen) {
    const auto gets = any_gets(seen);
    const bool any_right = std::any_of(
        gets.begin(), gets.end(), [&](const AnyGet& get) { return get.key == seen.request.key; });
    if (!seen.is(Function::remove_key) || gets.empty() || any_right) {
        return std::nullopt;
    }
    return say(seen, *gets.front().event, words::get_with_other_key_note,
               words::get_with_other_key);
}

Said get_failure_ignored(const Evidence& seen) {
    const auto gets = any_gets(seen);
    const auto controls = any_controls(seen);
    const bool failed = seen.is(Function::remove_key) && !gets.empty() && gets.back().error != 0;
    const auto* with_minus_one = first(controls, [&](const AnyControl& control) {
        return failed && control.id == -1 && control.event->id > gets.back().event->id;
    });
    if (with_minus_one == nullptr) {
        return std::nullopt;
    }
    return at(*with_minus_one->event, "-1", words::get_failure_ignored_note,
              fmt::format(words::get_failure_ignored, "get"_a = told(*gets.back().event),
                          "error"_a = kernel::errno_name(gets.back().error),
                          "call"_a = told(*with_minus_one->event)));
}

Said removal_of_other_kind(const Evidence& seen) {
    const auto removals = any_removals(seen);
    const bool any_right =
        std::any_of(removals.begin(), removals.end(),
                    [&](const AnyControl& removal) { return removal.kind == seen.request.kind; });
    if (!is_removing(seen) || removals.empty() || any_right) {
        return std::nullopt;
    }
    return say(seen, *removals.front().event, words::other_kind_note, words::removal_of_other_kind);
}

Said removal_of_other_id(const Evidence& seen) {
    const auto removals = any_removals(seen);
    const bool any_right =
        std::any_of(removals.begin(), removals.end(),
                    [&](const AnyControl& removal) { return removal.id == seen.request.id; });
    if (!seen.is(Function::remove_id) || removals.empty() || any_right) {
        return std::nullopt;
    }
    return say(seen, *removals.front().event, words::removal_of_other_id_note,
               words::removal_of_other_id);
}

Said removal_needs_no_rights(const Evidence& seen) {
    const auto controls = any_controls(seen);
    const bool gave_up = is_removing(seen) && should_work(seen) && seen.answer.error == EACCES &&
                         !controls.empty() && any_removals(seen).empty();
    if (!gave_up || controls.back().error != EACCES || !controls.back().needs_reading()) {
        return std::nullopt;
    }
    return say(seen, *controls.back().event, words::failed_note_tools,
               words::removal_needs_no_rights);
}

Said refusal_swallowed(const Evidence& seen) {
    const bool said_done = is_removing(seen) && answers_success(seen) && !seen.calls().empty();
    if (!said_done || successful_removal(seen)) {
        return std::nullopt;
    }
    const auto gets = any_gets(seen);
    const auto removals = any_removals(seen);
    const auto* event = !removals.empty() ? removals.back().event
                        : !gets.empty()   ? gets.back().event
                                          : nullptr;
    if (event == nullptr || event->call.error() == 0) {
        return std::nullopt;
    }
    return say(seen, *event, words::failed_note_tools,
               event->call.error() == EPERM ? words::eperm_swallowed : words::refusal_swallowed);
}

Said pending_looked_before(const Evidence& seen) {
    const auto removal = removal_told_wrong(seen);
    if (!removal || !looks(seen, *removal, When::after).empty()) {
        return std::nullopt;
    }
    const auto before = looks(seen, *removal, When::before);
    return before.empty()
               ? std::nullopt
               : std::optional(say(seen, *before.back().event, words::pending_looked_before_note,
                                   words::pending_looked_before));
}

Said pending_looked_by_key(const Evidence& seen) {
    const auto removal = removal_told_wrong(seen);
    if (!removal || !seen.expects(AnswerKind::pending)) {
        return std::nullopt;
    }
    return about_get(seen, words::failed_note_tools, words::pending_looked_by_key,
                     [&](const AnyGet& get) {
                         return get.event->id > removal->event->id && get.error == ENOENT;
                     });
}

Said pending_unreadable(const Evidence& seen) {
    const auto removal = successful_removal(seen);
    const bool wrong = is_of_segment(seen) && seen.expects(AnswerKind::pending) && removal &&
                       seen.answer.kind != AnswerKind::pending;
    if (!wrong) {
        return std::nullopt;
    }
    const auto after = looks(seen, *removal, When::after);
    return after.empty() || after.back().error != EACCES
               ? std::nullopt
               : std::optional(say(seen, *after.back().event, words::failed_note_tools,
                                   words::pending_unreadable));
}

Said pending_detached_meanwhile(const Evidence& seen) {
    const auto removal = removal_told_wrong(seen);
    if (!removal || seen.answer.kind != AnswerKind::pending) {
        return std::nullopt;
    }
    const auto act = fmt::format("detaches segment {}", removal->id);
    return act_before(seen, act, *removal->event) == nullptr
               ? std::nullopt
               : std::optional(say(seen, *removal->event, words::pending_detached_note,
                                   words::pending_detached_meanwhile));
}

Said pending_not_asked(const Evidence& seen) {
    const auto removal = removal_told_wrong(seen);
    const bool last = removal && removal->event == seen.calls().back();
    if (!last || !seen.expects(AnswerKind::pending)) {
        return std::nullopt;
    }
    return say(seen, *removal->event, words::pending_not_asked_note, words::pending_not_asked);
}

Said pending_said_of_gone(const Evidence& seen) {
    const auto removal = removal_told_wrong(seen);
    if (!removal || !seen.expects(AnswerKind::removed)) {
        return std::nullopt;
    }
    return say(seen, *removal->event, words::pending_said_of_gone_note,
               words::pending_said_of_gone);
}

Said no_removal_called(const Evidence& seen) {
    const bool nothing = is_removing(seen) && answers_success(seen) && any_removals(seen).empty();
    return nothing ? say_plainly(seen, words::no_removal_called) : std::nullopt;
}

}  // namespace ipclab::diagnosis
