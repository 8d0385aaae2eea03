// Lab 5: how a function waits, where it does not simply sleep in semop.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules_semaphores.hpp"
#include "diagnosis/semaphore_scene.hpp"
#include "diagnosis/words_semaphores.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using arena::Trouble;
using recorder::Event;
using Events = std::vector<const Event*>;

bool is_busy(const Evidence& seen) {
    return seen.trouble() == Trouble::used_processor || seen.trouble() == Trouble::slept;
}

bool is_semop(const Event& event) {
    return event.call.number == SYS_semop || event.call.number == SYS_semtimedop;
}

bool has_nowait(const Event& event) {
    const auto& operations = event.call.operations;
    return std::any_of(operations.begin(), operations.end(),
                       [](const sembuf& one) { return (one.sem_flg & IPC_NOWAIT) != 0; });
}

/// @return the calls of the failing request that have returned: whoever asks again and again may be
///         stopped in the next one.
Events returned(const Evidence& seen) {
    Events calls = seen.calls();
    std::erase_if(calls, [](const Event* call) { return !call->call.returned(); });
    return calls;
}

/// @return how often the last call was made with the same result, right up to the end; of several
///         calls that take turns, how often all of them were.
bool same_again(const Events& calls) {
    const auto count = calls.size();
    return count >= 2 && calls[count - 1]->call.number == calls[count - 2]->call.number &&
           calls[count - 1]->call.error() == calls[count - 2]->call.error();
}

std::string call_of(const Event& event) {
    return told(event);
}

bool waits_in(const Evidence& seen, const std::string& begin) {
    return seen.reply != nullptr && std::any_of(seen.reply->waits.begin(), seen.reply->waits.end(),
                                                [&](const arena::Wait& wait) {
                                                    return wait.process == seen.reply->process &&
                                                           wait.call.starts_with(begin);
                                                });
}

}  // namespace

Said semop_does_not_wait(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool at_once = failure && failure->error == EAGAIN && has_nowait(*failure->event);
    if (!at_once || is_busy(seen) || !seen.answer.is_failure()) {
        return std::nullopt;
    }
    return at(*failure->event, "IPC_NOWAIT", words::polls_note,
              fmt::format(words::semop_does_not_wait, "call"_a = call_of(*failure->event),
                          "function"_a = seen.function()));
}

Said semop_polls(const Evidence& seen) {
    auto calls = returned(seen);
    std::erase_if(calls, [](const Event* call) { return !is_semop(*call); });
    const bool timed = !calls.empty() && calls.back()->call.number == SYS_semtimedop &&
                       calls.back()->call.arguments[3] != 0;
    if (!is_busy(seen) || !same_again(calls) || calls.back()->call.error() != EAGAIN ||
        (!has_nowait(*calls.back()) && !timed)) {
        return std::nullopt;
    }
    return at(*calls.back(), timed ? "" : "IPC_NOWAIT", words::polls_note,
              fmt::format(fmt::runtime(timed ? words::semop_polls_in_time : words::semop_polls),
                          fmt::arg("call", call_of(*calls.back())),
                          fmt::arg("function", seen.function())));
}

Said semop_retries_a_failure(const Evidence& seen) {
    const auto calls = returned(seen);
    const int error = calls.empty() ? 0 : calls.back()->call.error();
    const bool right =
        error == 0 || error == EINTR || error == EAGAIN || error == EEXIST || error == ENOENT;
    if (!is_busy(seen) || right || !same_again(calls)) {
        return std::nullopt;
    }
    const std::string name = kernel::errno_name(error);
    return at(*calls.back(), "", name,
              fmt::format(words::retries_a_failure, "call"_a = call_of(*calls.back()),
                          "error"_a = name, "function"_a = seen.function()));
}

Said looks_again_and_again(const Evidence& seen) {
    const auto calls = returned(seen);
    const bool opens = seen.is(Function::open_locks) || seen.is(Function::open_bank) ||
                       seen.is(Function::open_buffer);
    if (!is_busy(seen) || opens || !same_again(calls) || calls.back()->call.failed() ||
        calls.back()->call.number != SYS_semctl) {
        return std::nullopt;
    }
    return at(*calls.back(), "", words::polls_note,
              fmt::format(words::looks_again_and_again, "call"_a = call_of(*calls.back()),
                          "function"_a = seen.function()));
}

/// Lowers and raises the same semaphore in turns.
Said locks_again_and_again(const Evidence& seen) {
    constexpr std::size_t often = 6;
    auto calls = returned(seen);
    std::erase_if(calls, [](const Event* call) { return !is_semop(*call); });
    if (!is_busy(seen) || !is_of_buffer(seen.request.function) || calls.size() < often) {
        return std::nullopt;
    }
    const SemaphoreStory story(*seen.recording);
    int turn = 0;
    for (auto call = calls.end() - often; call != calls.end(); ++call) {
        const auto* semop = story.semop_of(**call);
        const int number =
            semop == nullptr || semop->operations.empty() ? -1 : semop->operations.front().sem_num;
        const int change = number < 0 ? 0 : semop->change_of(number);
        if ((*call)->call.failed() || change == 0 || change == turn) {
            return std::nullopt;
        }
        turn = change;
    }
    return at(*calls.back(), "", words::polls_note,
              fmt::format(words::locks_again_and_again, "call"_a = call_of(*calls.back()),
                          "function"_a = seen.function()));
}

Said naps(const Evidence& seen) {
    if (seen.trouble() != Trouble::slept || !waits_in(seen, "sleep")) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::naps, "function"_a = seen.function()), std::nullopt};
}

Said waits_in_futex(const Evidence& seen) {
    const Scene scene(seen);
    if (scene.judged() == nullptr || seen.trouble() != Trouble::blocked ||
        !waits_in(seen, "futex")) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::waits_in_futex, "Who"_a = scene.Who(scene.judged()->lane)),
                     std::nullopt};
}

}  // namespace ipclab::diagnosis
