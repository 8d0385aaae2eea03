// shmat and shmdt: what they were given, and what became of what they returned.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "diagnosis/memory_evidence.hpp"
#include "diagnosis/rules_memory.hpp"
#include "diagnosis/words_memory.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using AnswerKind = Answer::Kind;

constexpr std::uint64_t no_address = ~std::uint64_t{0};  // (void*)-1

/// Whether the function attaches a segment whose id it is given.
bool attaches_id(const Request& request) {
    return request.function == Function::attach || request.function == Function::attach_readonly ||
           request.function == Function::hold;
}

bool uses_memory(const Evidence& seen) {
    return seen.is(Function::write_memory) || seen.is(Function::read_memory);
}

bool crashed(const Evidence& seen) {
    if (seen.trouble() != arena::Trouble::ended || !seen.reply->wait_status) {
        return false;
    }
    const int status = *seen.reply->wait_status;
    return WIFSIGNALED(status) && (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS);
}

std::string told_address(std::uint64_t address) {
    return fmt::format("{:#x}", address);
}

/// The shmat that gave the address which the shell was to write to, and what had been asked for.
struct Origin {
    Request request;
    Attach attach;
};

std::optional<Origin> origin_of_write(const Evidence& seen) {
    const auto* exchange =
        seen.is(Function::write_memory) ? origin_of(seen, seen.request.address) : nullptr;
    if (exchange == nullptr) {
        return std::nullopt;
    }
    for (const auto& attach : attaches_in(exchange->calls)) {
        if (attach.address == seen.request.address) {
            return Origin{parse_request(exchange->asked->text), attach};
        }
    }
    return std::nullopt;
}

}  // namespace

Said attach_failure_unseen(const Evidence& seen) {
    const auto attaches = attaches_in(seen.calls());
    if (!attaches_id(seen.request) || attaches.empty() || attaches.back().error == 0) {
        return std::nullopt;
    }
    if (seen.answer.address == no_address) {
        return say_of(seen, *attaches.back().event, "", words::attach_failure_note,
                      words::attach_failure_unseen);
    }
    const bool hidden = seen.is(Function::hold) && seen.answer.kind == AnswerKind::held;
    return hidden ? std::optional(say_of(seen, *attaches.back().event, "",
                                         words::failed_note_memory, words::attach_failure_hidden))
                  : std::nullopt;
}

Said attach_failure_crashes(const Evidence& seen) {
    const auto attaches = attaches_in(seen.calls());
    const bool last_failed = crashed(seen) && !attaches.empty() && attaches.back().error != 0 &&
                             attaches.back().event == seen.calls().back();
    return last_failed
               ? std::optional(say_of(seen, *attaches.back().event, "", words::attach_failure_note,
                                      words::attach_failure_crashes))
               : std::nullopt;
}

Said attach_falls_back(const Evidence& seen) {
    const auto attaches = attaches_in(seen.calls());
    const bool refused = attaches_id(seen.request) && seen.expects_error(EACCES) &&
                         attaches.size() > 1 && attaches.front().error == EACCES;
    if (!refused || !attaches.back().address || !attaches.back().is_readonly()) {
        return std::nullopt;
    }
    return say_of(seen, *attaches.back().event, "SHM_RDONLY", words::attach_falls_back_note,
                  words::attach_falls_back);
}

Said attached_for_writing(const Evidence& seen) {
    const auto origin = origin_of_write(seen);
    const bool written = origin && origin->request.readonly && !origin->attach.is_readonly() &&
                         seen.mismatch->expected_reply.signal == SIGSEGV &&
                         seen.answer.kind == AnswerKind::done;
    if (written) {
        return say_of(seen, *origin->attach.event, "", words::attached_for_writing_note,
                      words::attached_for_writing);
    }
    const auto attaches = attaches_in(seen.calls());
    const bool wants_reading = seen.request.readonly || seen.is(Function::notices);
    const bool refused = wants_reading && should_succeed(seen) && seen.answer.error == EACCES &&
                         !attaches.empty() && attaches.back().error == EACCES;
    return refused && !attaches.back().is_readonly()
               ? std::optional(say_of(seen, *attaches.back().event, "",
                                      words::attached_for_writing_note,
                                      words::attached_for_writing))
               : std::nullopt;
}

Said attached_for_reading(const Evidence& seen) {
    const auto origin = origin_of_write(seen);
    const auto attaches = attaches_in(seen.calls());
    const Attach* attach = nullptr;
    if (origin && !origin->request.readonly && crashed(seen) && should_succeed(seen)) {
        attach = &origin->attach;
    } else if (!attaches.empty() && attaches.back().address) {
        const bool let_in =
            attaches_id(seen.request) && !seen.request.readonly && seen.expects_error(EACCES);
        const bool wrote = seen.is(Function::post) && crashed(seen) &&
                           attaches.back().event == seen.calls().back();
        attach = let_in || wrote ? &attaches.back() : nullptr;
    }
    if (attach == nullptr || !attach->is_readonly()) {
        return std::nullopt;
    }
    return say_of(seen, *attach->event, "SHM_RDONLY", words::attached_for_reading_note,
                  words::attached_for_reading);
}

Said attach_by_key(const Evidence& seen) {
    const auto gets = any_gets(seen);
    const auto* get =
        first_of(gets, [&](const AnyGet& each) { return each.key == seen.request.id; });
    if (!attaches_id(seen.request) || get == nullptr) {
        return std::nullopt;
    }
    return say_of(seen, *get->event, kernel::show_key(get->key), words::id_as_key_note,
                  words::id_as_key, "id"_a = seen.request.id);
}

Said attach_answers_other_address(const Evidence& seen) {
    const bool by_address = uses_memory(seen) || seen.is(Function::detach);
    const auto answered = by_address ? seen.request.address : seen.answer.address;
    const auto* exchange = by_address ? origin_of(seen, answered) : &seen.exchange;
    if (exchange == nullptr || exchange->asked == nullptr || answered == 0) {
        return std::nullopt;
    }
    const Request request = parse_request(exchange->asked->text);
    const auto attaches = attaches_in(exchange->calls);
    const bool same = first_of(attaches, [&](const Attach& attach) {
                          return attach.address == answered;
                      }) != nullptr;
    if (!attaches_id(request) || same || attaches.empty() || !attaches.back().address) {
        return std::nullopt;
    }
    const auto returned = told_address(*attaches.back().address);
    const auto& event = *attaches.back().event;
    return at(event, "",
              fmt::format(words::attach_answers_other_address_note, "returned"_a = returned),
              fmt::format(words::attach_answers_other_address, "call"_a = told(event),
                          "returned"_a = returned, "function"_a = name_of(request.function),
                          "answered"_a = told_address(answered)));
}

Said attached_several_times(const Evidence& seen) {
    const int left = left_attached(seen);
    if (!attaches_id(seen.request) || left < 2) {
        return std::nullopt;
    }
    const auto attaches = attaches_in(seen.calls());
    return say_of(seen, *attaches.back().event, "", words::attached_several_times_note,
                  words::attached_several_times, "count"_a = left);
}

Said attach_not_called(const Evidence& seen) {
    const bool answered = attaches_id(seen.request) && seen.answer.kind == AnswerKind::address;
    return answered && attaches_in(seen.calls()).empty()
               ? std::optional(say_plainly(seen, words::attach_not_called))
               : std::nullopt;
}

Said detach_of_other_address(const Evidence& seen) {
    const auto detaches = detaches_in(seen.calls());
    const bool any_right = std::any_of(detaches.begin(), detaches.end(), [&](const Detach& detach) {
        return detach.address == seen.request.address;
    });
    if (!seen.is(Function::detach) || detaches.empty() || any_right) {
        return std::nullopt;
    }
    const auto& other = detaches.front();
    return say_of(seen, *other.event, "", words::detach_of_other_address_note,
                  words::detach_of_other_address, "asked"_a = told_address(seen.request.address),
                  "used"_a = told_address(other.address));
}

Said detach_not_called(const Evidence& seen) {
    const bool answered = seen.is(Function::detach) && seen.answer.kind == AnswerKind::done;
    return answered && detaches_in(seen.calls()).empty()
               ? std::optional(say_plainly(seen, words::detach_not_called))
               : std::nullopt;
}

Said detaches_several(const Evidence& seen) {
    auto detaches = detaches_in(seen.calls());
    std::erase_if(detaches, [](const Detach& detach) { return !detach.succeeded; });
    if (!seen.is(Function::detach) || detaches.size() < 2) {
        return std::nullopt;
    }
    return say_of(seen, *detaches.back().event, "", words::detaches_several_note,
                  words::detaches_several, "count"_a = detaches.size());
}

Said memory_failure_swallowed(const Evidence& seen) {
    if (!seen.expects(AnswerKind::error) || !answers_success(seen.answer)) {
        return std::nullopt;
    }
    for (auto event = seen.calls().rbegin(); event != seen.calls().rend(); ++event) {
        if ((*event)->call.error() == seen.expected.error) {
            return say_of(seen, **event, "", words::failed_note_memory,
                          words::memory_failure_swallowed);
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
