// class Attachment: who has an address after a move, and who detaches it.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <regex>

#include "diagnosis/memory_evidence.hpp"
#include "diagnosis/rules_memory.hpp"
#include "diagnosis/words_memory.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;

/// What two Attachments have after one was handed on: addresses, 0 is nothing.
struct Held {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

/// Reads "a nothing, b at 0x7f0012340000".
std::optional<Held> held_in(const std::string& answer) {
    static const std::regex form(
        R"(\S+ (nothing|at (0x[0-9a-f]+)), \S+ (nothing|at (0x[0-9a-f]+)))");
    std::smatch found;
    if (!std::regex_match(answer, found, form)) {
        return std::nullopt;
    }
    const auto address = [&](std::size_t group) -> std::uint64_t {
        return found[group].matched ? std::strtoull(found.str(group).c_str(), nullptr, 16) : 0;
    };
    return Held{address(2), address(4)};
}

/// A move to another Attachment that left other addresses than it should have.
struct Moved {
    Held wanted;
    Held seen;
};

std::optional<Moved> moved(const Evidence& seen) {
    if (!seen.is(Function::hand_on) || seen.reply == nullptr ||
        seen.request.name == seen.request.to) {
        return std::nullopt;
    }
    const auto wanted = held_in(seen.mismatch->expected_reply.answer);
    const auto now = held_in(seen.reply->answer);
    return wanted && now ? std::optional(Moved{*wanted, *now}) : std::nullopt;
}

Said say_if(bool holds, const Evidence& seen, const char* sentence) {
    return holds ? std::optional(say_plainly(seen, sentence)) : std::nullopt;
}

/// @return the address that should have been detached, where nothing was.
std::optional<std::uint64_t> kept(const Evidence& seen) {
    const auto& detaches = seen.mismatch->detaches;
    const bool nothing = detaches && !detaches->wanted.empty() && detaches->seen.empty();
    return nothing ? std::optional(detaches->wanted.front()) : std::nullopt;
}

Said say_kept(const Evidence& seen, Function function, const char* sentence) {
    const auto address = seen.is(function) ? kept(seen) : std::nullopt;
    return address ? std::optional(
                         say_plainly(seen, sentence, "address"_a = fmt::format("{:#x}", *address)))
                   : std::nullopt;
}

}  // namespace

Said move_copies(const Evidence& seen) {
    const auto both = moved(seen);
    return say_if(both && both->seen.from != 0 && both->seen.from == both->seen.to, seen,
                  words::move_copies);
}

Said move_takes_nothing(const Evidence& seen) {
    const auto both = moved(seen);
    return say_if(
        both && both->seen.to == 0 && both->wanted.to != 0 && both->seen.from == both->wanted.to,
        seen, words::move_takes_nothing);
}

Said assignment_swaps(const Evidence& seen) {
    const auto both = moved(seen);
    return say_if(both && both->seen.to == both->wanted.to && both->seen.from != 0 &&
                      both->seen.from != both->seen.to,
                  seen, words::assignment_swaps);
}

Said assignment_does_nothing(const Evidence& seen) {
    const auto both = moved(seen);
    return say_if(both && both->seen.from == both->wanted.to && both->seen.to != 0 &&
                      both->seen.from != both->seen.to,
                  seen, words::assignment_does_nothing);
}

Said assignment_to_itself(const Evidence& seen) {
    const bool itself = seen.is(Function::hand_on) && seen.request.name == seen.request.to;
    const auto& detaches = seen.mismatch->detaches;
    const bool let_go = !detaches_in(seen.calls()).empty();
    return say_if(itself && (let_go || (detaches && !detaches->seen.empty())), seen,
                  words::assignment_to_itself);
}

Said assignment_leaks(const Evidence& seen) {
    return say_kept(seen, Function::hand_on, words::assignment_leaks);
}

Said destructor_does_nothing(const Evidence& seen) {
    return say_kept(seen, Function::drop, words::destructor_does_nothing);
}

Said destructor_throws(const Evidence& seen) {
    const auto detaches = detaches_in(seen.calls());
    const bool ended = seen.trouble() == arena::Trouble::ended && seen.reply->wait_status;
    const bool aborted = ended && WIFSIGNALED(*seen.reply->wait_status) &&
                         WTERMSIG(*seen.reply->wait_status) == SIGABRT;
    if (!seen.is(Function::drop) || !aborted || detaches.empty() || detaches.back().succeeded) {
        return std::nullopt;
    }
    return say_of(seen, *detaches.back().event, "", words::failed_note_memory,
                  words::destructor_throws);
}

Said detached_twice(const Evidence& seen) {
    const auto& mismatch = seen.mismatch->detaches;
    if (!mismatch) {
        return std::nullopt;
    }
    auto wanted = mismatch->wanted;
    for (const auto& detach : detaches_in(seen.calls())) {
        const auto place = std::find(wanted.begin(), wanted.end(), detach.address);
        if (place != wanted.end()) {
            wanted.erase(place);
        } else if (detach.address != 0) {
            return say_of(seen, *detach.event, "", words::detached_twice_note,
                          words::detached_twice);
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
