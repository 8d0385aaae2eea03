// A call failed, and the caller does not learn why: how the function reported it.
#include <fmt/format.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "diagnosis/rules.hpp"
#include "diagnosis/words.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using Kind = Answer::Kind;

/// Says what failed, and then the sentence, which may name more things.
template <typename Sentence, typename... Things>
Statement say(const Failure& failure, const Sentence& sentence, const Things&... things) {
    const std::string error = kernel::errno_name(failure.error);
    const std::string failed =
        failure.event == nullptr
            ? fmt::format(words::ftok_failed, "error"_a = error)
            : fmt::format(words::call_failed, "call"_a = told(*failure.event), "error"_a = error);
    Statement statement{fmt::format(fmt::runtime(sentence), fmt::arg("failed", failed), things...),
                        std::nullopt};
    if (failure.event != nullptr) {
        statement.mark = recorder::Mark{.event = failure.event->id,
                                        .note = fmt::format(words::failed_note, "error"_a = error)};
    }
    return statement;
}

}  // namespace

Said process_ended(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool ended =
        seen.trouble() == arena::Trouble::ended && seen.reply->wait_status && !seen.is_of_program();
    if (!failure || !ended) {
        return std::nullopt;
    }
    const int status = *seen.reply->wait_status;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) {
        return say(*failure, words::process_aborted);
    }
    return WIFEXITED(status) ? std::optional(say(*failure, words::process_ended,
                                                 fmt::arg("status", WEXITSTATUS(status))))
                             : std::nullopt;
}

Said errno_zero(const Evidence& seen) {
    const auto failure = seen.last_failure();
    if (!failure || seen.answer.code != 0) {
        return std::nullopt;
    }
    return say(*failure, words::errno_zero);
}

Said result_as_code(const Evidence& seen) {
    const auto failure = seen.last_failure();
    if (!failure || seen.answer.code != -1) {
        return std::nullopt;
    }
    return say(*failure, words::result_as_code);
}

Said wrong_category(const Evidence& seen) {
    const auto failure = seen.last_failure();
    if (!failure || seen.answer.code != failure->error) {
        return std::nullopt;
    }
    return say(*failure, words::wrong_category);
}

Said other_exception(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool other = seen.answer.kind == Kind::exception && !seen.answer.code;
    if (!failure || !other || !seen.expects_error(failure->error)) {
        return std::nullopt;
    }
    return say(*failure, words::other_exception);
}

Said errno_replaced(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const int other = seen.answer.error;
    if (!failure || other == 0 || other == failure->error || seen.any_call_failed_with(other)) {
        return std::nullopt;
    }
    // An earlier call may have failed with it, or a queue that is just going is one that is gone.
    const bool unknown = failure->event != nullptr && known_calls(seen) != Calls::all;
    if (unknown || failure->error == EIDRM) {
        return std::nullopt;
    }
    return say(*failure, words::errno_replaced, fmt::arg("other", kernel::errno_name(other)));
}

Said other_refusal_reported(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool of_later_call = failure && failure->event != nullptr && seen.expects(Kind::error) &&
                               seen.answer.error == failure->error &&
                               failure->error != seen.expected.error;
    for (const auto* event : seen.calls()) {
        if (of_later_call && event->call.error() == seen.expected.error) {
            const std::string error = kernel::errno_name(seen.expected.error);
            return at(*event, "", words::other_refusal_note,
                      fmt::format(words::other_refusal_reported, "call"_a = told(*event),
                                  "error"_a = error, "function"_a = seen.function(),
                                  "other"_a = kernel::errno_name(failure->error)));
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
