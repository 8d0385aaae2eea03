// How a function waits, or does not.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules_messages.hpp"
#include "diagnosis/words_messages.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using arena::Trouble;
using Kind = Answer::Kind;
using recorder::Event;

bool transfers(const Event& event) {
    return event.call.number == SYS_msgsnd || event.call.number == SYS_msgrcv;
}

bool has_nowait(const Event& event) {
    const std::size_t flags = event.call.number == SYS_msgsnd ? 3 : 4;
    return (static_cast<unsigned>(event.call.arguments.at(flags)) & IPC_NOWAIT) != 0;
}

/// The last msgsnd or msgrcv of the request, or null.
const Event* last_transfer(const Evidence& seen) {
    const auto& calls = seen.calls();
    const auto found = std::find_if(calls.rbegin(), calls.rend(),
                                    [](const Event* call) { return transfers(*call); });
    return found == calls.rend() ? nullptr : *found;
}

/// The same of those that have returned: whoever asks again and again may be stopped in the next
/// one.
const Event* last_returned(const Evidence& seen) {
    const auto& calls = seen.calls();
    const auto found = std::find_if(calls.rbegin(), calls.rend(), [](const Event* call) {
        return transfers(*call) && call->call.returned();
    });
    return found == calls.rend() ? nullptr : *found;
}

bool is_busy(const Evidence& seen) {
    return seen.trouble() == Trouble::used_processor || seen.trouble() == Trouble::slept;
}

/// How often the last transfer was made with the same result, right up to the end.
std::size_t repeats(const Evidence& seen) {
    std::size_t count = 0;
    const Event* last = last_returned(seen);
    for (auto call = seen.calls().rbegin(); call != seen.calls().rend(); ++call) {
        if (!transfers(**call) || !(*call)->call.returned()) {
            continue;
        }
        if ((*call)->call.number != last->call.number ||
            (*call)->call.error() != last->call.error()) {
            break;
        }
        ++count;
    }
    return count;
}

template <typename Sentence>
Statement say(const Evidence& seen, const Event& call, const Sentence& sentence, int error,
              const std::string& part, const std::string& note) {
    return at(
        call, part, note,
        fmt::format(fmt::runtime(sentence), fmt::arg("function", seen.function()),
                    fmt::arg("call", told(call)), fmt::arg("error", kernel::errno_name(error))));
}

}  // namespace

Said asks_again_and_again(const Evidence& seen) {
    const Event* last = last_returned(seen);
    const bool in_vain = last != nullptr && has_nowait(*last) &&
                         (last->call.error() == EAGAIN || last->call.error() == ENOMSG);
    if (!is_busy(seen) || !in_vain || repeats(seen) < 2) {
        return std::nullopt;
    }
    return say(seen, *last, words::asks_again_and_again, last->call.error(), "IPC_NOWAIT",
               words::again_and_again_note);
}

Said retries_what_stays_wrong(const Evidence& seen) {
    const Event* last = last_returned(seen);
    const bool failed = last != nullptr && last->call.error() != 0 && last->call.error() != EINTR;
    if (!is_busy(seen) || !failed || repeats(seen) < 2) {
        return std::nullopt;
    }
    return say(seen, *last, words::retries_what_stays_wrong, last->call.error(), "",
               words::again_and_again_note);
}

/// The call was interrupted, and no other one followed it.
Said gives_up_on_signal(const Evidence& seen) {
    const Event* last = last_transfer(seen);
    const bool of_server = seen.is(Function::serve);
    const bool answered = seen.answer.kind != Kind::none || seen.trouble() == Trouble::ended;
    if (last == nullptr || last->call.error() != EINTR || !answered || of_server) {
        return std::nullopt;
    }
    return say(
        seen, *last,
        seen.answer.is_failure() ? words::gives_up_on_signal : words::signal_taken_for_success,
        EINTR, "", "EINTR");
}

Said does_not_wait(const Evidence& seen) {
    const bool may_try =
        seen.is(Function::try_send) || seen.is(Function::try_receive) || seen.is(Function::serve);
    const Event* last = last_transfer(seen);
    const bool at_once = last != nullptr && has_nowait(*last) &&
                         (last->call.error() == EAGAIN || last->call.error() == ENOMSG);
    if (may_try || !at_once || is_busy(seen)) {
        return std::nullopt;
    }
    return say(seen, *last, words::does_not_wait, last->call.error(), "IPC_NOWAIT",
               words::nowait_note);
}

Said waits_in_try(const Evidence& seen) {
    const bool must_not = seen.is(Function::try_send) || seen.is(Function::try_receive);
    const Event* last = last_transfer(seen);
    if (!must_not || last == nullptr || last->call.returned() || has_nowait(*last)) {
        return std::nullopt;
    }
    const int error = last->call.number == SYS_msgsnd ? EAGAIN : ENOMSG;
    return say(seen, *last, words::waits_in_try, error, "", words::waits_note_without);
}

Said sleeps_and_looks(const Evidence& seen) {
    if (seen.trouble() != Trouble::slept || seen.request.function == Function::unknown) {
        return std::nullopt;
    }
    const bool sleeps = std::any_of(
        seen.reply->waits.begin(), seen.reply->waits.end(), [&](const arena::Wait& wait) {
            return wait.process == seen.reply->process && wait.call.starts_with("sleep");
        });
    return sleeps ? std::optional(Statement{
                        fmt::format(words::sleeps_and_looks, "function"_a = seen.function()),
                        std::nullopt})
                  : std::nullopt;
}

}  // namespace ipclab::diagnosis
