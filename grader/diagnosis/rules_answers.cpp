// What was answered does not follow from what the calls returned.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules.hpp"
#include "diagnosis/words.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using Kind = Answer::Kind;

bool answers_id(const Evidence& seen) {
    return seen.is_about_getting() && seen.answer.kind == Kind::id;
}

/// The last msgget, where it returned an id and the function answered one that no call returned.
const Get* contradicted(const Evidence& seen) {
    const Get* last = seen.last_get();
    const bool told = std::any_of(seen.gets.begin(), seen.gets.end(), [&](const Get& get) {
        return get.id && *get.id == seen.answer.id;
    });
    return answers_id(seen) && last != nullptr && last->id && !told ? last : nullptr;
}

template <typename Sentence>
Statement say_contradiction(const Evidence& seen, const Get& get, const Sentence& sentence) {
    return at(*get.event, "", fmt::format(words::answered_note, "answer"_a = seen.answer.id),
              fmt::format(fmt::runtime(sentence), fmt::arg("function", seen.function()),
                          fmt::arg("id", *get.id), fmt::arg("answer", seen.answer.id)));
}

bool answered_without_calls(const Evidence& seen) {
    return answers_id(seen) && seen.answer.id >= 0 && seen.calls().empty();
}

bool crashed(const Evidence& seen) {
    const auto* reply = seen.reply;
    return reply != nullptr && reply->wait_status && !WIFEXITED(*reply->wait_status);
}

}  // namespace

Said zero_taken_for_failure(const Evidence& seen) {
    const auto zero = std::find_if(seen.gets.begin(), seen.gets.end(),
                                   [](const Get& get) { return get.id == 0; });
    const bool expects_zero = seen.expects(Kind::id) && seen.expected.id <= 0;
    const bool refused = seen.answer.is_failure() || seen.answer.kind == Kind::none ||
                         (seen.answer.kind == Kind::id && seen.answer.id == -1);
    // Nothing but msgget came later, so nothing else can have failed.
    const bool nothing_else = seen.calls().size() == seen.gets.size();
    if (!seen.is_about_getting() || zero == seen.gets.end() || !expects_zero || !refused ||
        !nothing_else || crashed(seen)) {
        return std::nullopt;
    }
    return at(*zero->event, "", words::zero_note,
              fmt::format(words::zero_taken_for_failure, "call"_a = told(*zero->event),
                          "function"_a = seen.function()));
}

Said refused_unasked(const Evidence& seen) {
    const bool should_work = seen.expects(Kind::removed) || seen.expects(Kind::id);
    if (!should_work || !seen.calls().empty() || !seen.answer.is_failure()) {
        return std::nullopt;
    }
    if (seen.is_about_getting()) {
        return Statement{fmt::format(words::made_up_refusal, "function"_a = seen.function()),
                         std::nullopt};
    }
    return Statement{seen.request.id == 0
                         ? words::zero_refused
                         : fmt::format(words::refused_unasked, "id"_a = seen.request.id),
                     std::nullopt};
}

Said key_answered(const Evidence& seen) {
    const Get* get = contradicted(seen);
    if (get == nullptr || !seen.has_key() || seen.answer.id != seen.request.key) {
        return std::nullopt;
    }
    return say_contradiction(seen, *get, words::key_answered);
}

Said comparison_answered(const Evidence& seen) {
    const Get* get = contradicted(seen);
    if (get == nullptr || (seen.answer.id != 0 && seen.answer.id != 1)) {
        return std::nullopt;
    }
    return say_contradiction(seen, *get, words::comparison_answered);
}

Said other_id_answered(const Evidence& seen) {
    const Get* get = contradicted(seen);
    if (get == nullptr) {
        return std::nullopt;
    }
    const bool cut = seen.answer.id == static_cast<short>(*get->id);
    return say_contradiction(seen, *get, cut ? words::id_cut_answered : words::other_id_answered);
}

Said remembered_id(const Evidence& seen) {
    const auto answered_it = [&](const Exchange& exchange) {
        const auto* answered = exchange.answered;
        const Answer earlier = parse_answer(answered == nullptr ? "" : answered->text);
        return exchange.process == seen.exchange.process && earlier.kind == Kind::id &&
               earlier.id == seen.answer.id;
    };
    if (!answered_without_calls(seen) ||
        std::none_of(seen.earlier.begin(), seen.earlier.end(), answered_it)) {
        return std::nullopt;
    }
    const auto* sentence =
        seen.is(Function::create_private) ? words::remembered_private : words::remembered_id;
    return Statement{fmt::format(fmt::runtime(sentence), fmt::arg("function", seen.function()),
                                 fmt::arg("answer", seen.answer.id)),
                     std::nullopt};
}

Said answered_without_call(const Evidence& seen) {
    if (!answered_without_calls(seen)) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::answered_without_call, "function"_a = seen.function(),
                                 "answer"_a = seen.answer.id),
                     std::nullopt};
}

Said minus_one_answered(const Evidence& seen) {
    const Get* last = seen.last_get();
    if (!answers_id(seen) || seen.answer.id >= 0 || last == nullptr || last->error == 0) {
        return std::nullopt;
    }
    const std::string error = kernel::errno_name(last->error);
    const auto* sentence =
        seen.answer.id == -1 ? words::minus_one_answered : words::negative_answered;
    return at(*last->event, "", fmt::format(words::failed_note, "error"_a = error),
              fmt::format(fmt::runtime(sentence), fmt::arg("call", told(*last->event)),
                          fmt::arg("error", error), fmt::arg("function", seen.function()),
                          fmt::arg("answer", seen.answer.id)));
}

Said answered_despite_failure(const Evidence& seen) {
    const bool all_failed =
        !seen.gets.empty() && std::all_of(seen.gets.begin(), seen.gets.end(),
                                          [](const Get& get) { return get.error != 0; });
    if (!answers_id(seen) || seen.answer.id < 0 || !all_failed) {
        return std::nullopt;
    }
    const Get& last = *seen.last_get();
    const std::string error = kernel::errno_name(last.error);
    return at(*last.event, "", fmt::format(words::failed_note, "error"_a = error),
              fmt::format(words::answered_despite_failure, "call"_a = told(*last.event),
                          "error"_a = error, "function"_a = seen.function(),
                          "answer"_a = seen.answer.id));
}

Said failure_swallowed(const Evidence& seen) {
    const auto removals = seen.controls_with(IPC_RMID);
    const bool any_worked = std::any_of(removals.begin(), removals.end(),
                                        [](const Control& call) { return call.succeeded; });
    const auto failure = seen.last_failure();
    if (!seen.is(Function::remove) || seen.answer.kind != Kind::removed || any_worked || !failure) {
        return std::nullopt;
    }
    const std::string error = kernel::errno_name(failure->error);
    return at(
        *failure->event, "", fmt::format(words::failed_note, "error"_a = error),
        fmt::format(words::failure_swallowed, "call"_a = told(*failure->event), "error"_a = error));
}

Said failed_after_removal(const Evidence& seen) {
    const auto removals = seen.controls_with(IPC_RMID);
    const bool removed = std::any_of(removals.begin(), removals.end(), [&](const Control& call) {
        return call.succeeded && call.id == seen.request.id;
    });
    const auto failure = seen.last_failure();
    if (!seen.is(Function::remove) || !seen.expects(Kind::removed) || !removed || !failure ||
        seen.answer.error != failure->error) {
        return std::nullopt;
    }
    const std::string error = kernel::errno_name(failure->error);
    return at(*failure->event, "", fmt::format(words::failed_note, "error"_a = error),
              fmt::format(words::failed_after_removal, "call"_a = told(*failure->event),
                          "error"_a = error));
}

Said nothing_removed(const Evidence& seen) {
    const bool told_removed = seen.is(Function::remove) && seen.answer.kind == Kind::removed;
    if (!told_removed || !seen.controls_with(IPC_RMID).empty()) {
        return std::nullopt;
    }
    if (seen.calls().empty()) {
        return Statement{words::nothing_called, std::nullopt};
    }
    // Where no queue has to be left, it is there only if a call has seen it.
    const bool seen_there = std::any_of(
        seen.controls.begin(), seen.controls.end(),
        [&](const Control& call) { return call.succeeded && call.id == seen.request.id; });
    return seen.expects(Kind::error) && !seen_there
               ? std::nullopt
               : std::optional(Statement{words::nothing_removed, std::nullopt});
}

Said success_taken_for_failure(const Evidence& seen) {
    const bool should_work = seen.expects(Kind::id) || seen.expects(Kind::removed);
    const bool all_worked =
        !seen.calls().empty() &&
        std::all_of(seen.calls().begin(), seen.calls().end(), [](const recorder::Event* event) {
            return event->call.returned() && !event->call.failed();
        });
    const bool all_known = seen.calls().size() == seen.gets.size() + seen.controls.size();
    if (!should_work || !all_worked || !all_known || !seen.answer.is_failure()) {
        return std::nullopt;
    }
    const auto& last = *seen.calls().back();
    return at(last, "", words::success_note,
              fmt::format(words::success_taken_for_failure, "call"_a = told(last),
                          "id"_a = *last.call.result, "function"_a = seen.function()));
}

}  // namespace ipclab::diagnosis
