// Requests that are not answered: what the process does instead.
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
using arena::Trouble;

bool loops(const Evidence& seen) {
    return seen.trouble() == Trouble::used_processor || seen.trouble() == Trouble::slept;
}

/// How often something has to happen to be more than a coincidence. Who naps in between does it
/// seldom.
std::size_t often(const Evidence& seen) {
    return seen.trouble() == Trouble::slept ? 2 : 10;
}

bool same(const Get& one, const Get& other) {
    return one.key == other.key && one.flags == other.flags && one.error == other.error;
}

/// @return how many of the last calls of all were the same msgget with the same result.
std::size_t repeats_of_last(const Evidence& seen) {
    std::size_t count = 0;
    for (auto get = seen.gets.rbegin(); get != seen.gets.rend(); ++get) {
        if (!same(*get, seen.gets.back()) ||
            seen.calls()[seen.calls().size() - 1 - count] != get->event) {
            break;
        }
        ++count;
    }
    return count;
}

bool waits_for_others(const recorder::Event& event) {
    const long call = event.call.number;
    return call == SYS_msgrcv || call == SYS_msgsnd || call == SYS_semop || call == SYS_semtimedop;
}

const char* sentence_for_repeats(const Evidence& seen, const Get& get) {
    if (seen.is(Function::open_or_create) && get.error == ENOENT && !get.can_make()) {
        return words::waits_for_the_queue;
    }
    if (seen.is(Function::open_or_create) && get.error == EEXIST) {
        return words::waits_for_the_key;
    }
    return words::same_call_again;
}

}  // namespace

Said removal_waits(const Evidence& seen) {
    const bool stuck = loops(seen) && seen.is(Function::remove);
    const bool only_looks =
        seen.calls().size() >= 2 && seen.controls.size() == seen.calls().size() &&
        std::all_of(seen.controls.begin(), seen.controls.end(), [](const Control& control) {
            return control.command == IPC_STAT && control.succeeded;
        });
    if (!stuck || !only_looks) {
        return std::nullopt;
    }
    return at(*seen.calls().back(), "IPC_STAT", words::again_note, words::removal_waits);
}

Said waits_in_call(const Evidence& seen) {
    const bool stuck = seen.trouble() == Trouble::blocked || seen.trouble() == Trouble::slept;
    const bool known = seen.request.function != Function::unknown;
    if (!stuck || !known || seen.calls().empty()) {
        return std::nullopt;
    }
    const auto& last = *seen.calls().back();
    if (last.call.returned() || !waits_for_others(last)) {
        return std::nullopt;
    }
    return at(
        last, "", words::waits_note,
        fmt::format(words::waits_in_call, "function"_a = seen.function(), "call"_a = told(last)));
}

Said retries_a_refusal(const Evidence& seen) {
    constexpr std::size_t looked_at = 24;
    const auto recent =
        seen.gets.end() - static_cast<std::ptrdiff_t>(std::min(looked_at, seen.gets.size()));
    const auto refused = std::find_if(recent, seen.gets.end(), [](const Get& get) {
        return get.error != 0 && get.error != EEXIST && get.error != ENOENT;
    });
    if (!loops(seen) || refused == seen.gets.end() || !seen.is(Function::open_or_create)) {
        return std::nullopt;
    }
    const auto count =
        std::count_if(recent, seen.gets.end(), [&](const Get& get) { return same(get, *refused); });
    if (static_cast<std::size_t>(count) < often(seen)) {
        return std::nullopt;
    }
    const std::string error = kernel::errno_name(refused->error);
    return at(
        *refused->event, "", fmt::format(words::failed_note, "error"_a = error),
        fmt::format(words::retries_a_refusal, "call"_a = told(*refused->event), "error"_a = error));
}

Said same_call_again(const Evidence& seen) {
    if (!loops(seen) || seen.gets.empty() || seen.gets.back().error == 0 ||
        repeats_of_last(seen) < often(seen)) {
        return std::nullopt;
    }
    const Get& last = seen.gets.back();
    const std::string error = kernel::errno_name(last.error);
    return at(*last.event, "", words::again_note,
              fmt::format(fmt::runtime(sentence_for_repeats(seen, last)),
                          fmt::arg("call", told(*last.event)), fmt::arg("error", error),
                          fmt::arg("function", seen.function())));
}

}  // namespace ipclab::diagnosis
