// What msgrcv was asked for, and what was answered.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules_messages.hpp"
#include "diagnosis/words_messages.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using Kind = Answer::Kind;

constexpr std::size_t longest_text = 8192;  ///< what a caller takes that does not say it

bool is_receiving(const Evidence& seen) {
    return seen.is(Function::receive) || seen.is(Function::try_receive) ||
           seen.is(Function::receive_truncated);
}

/// The last msgrcv of a request to receive, or null.
const Receive* receiving(const Evidence& seen) {
    return is_receiving(seen) ? seen.last_receive() : nullptr;
}

std::size_t room_of(const Evidence& seen) {
    return seen.request.size.value_or(longest_text);
}

std::string told_error(const Receive& receive) {
    return kernel::errno_name(receive.error);
}

const char* sentence_for_wanted(long type, const Receive& receive) {
    if (receive.has(MSG_EXCEPT)) {
        return words::takes_any_other;
    }
    if (receive.wanted == 0) {
        return words::type_of_choice_ignored;
    }
    if (receive.wanted == -type) {
        return words::sign_dropped;
    }
    return receive.wanted == static_cast<int>(type) ? words::wanted_type_cut
                                                    : words::other_wanted_type;
}

const char* sentence_for_text(const Receive& receive, const std::string& answered) {
    const std::size_t length = *receive.length;
    if (answered.size() > length) {
        return words::length_ignored;
    }
    if (answered.size() == length) {
        return words::answer_differs;
    }
    const bool at_zero = receive.text.find('\0') == answered.size();
    return at_zero ? words::answer_ends_at_zero : words::answer_too_short;
}

template <typename Sentence>
Statement say(const Evidence& seen, const Receive& receive, const Sentence& sentence,
              const std::string& part = "", const std::string& note = "") {
    return at(
        *receive.event, part, note.empty() ? told_error(receive) : note,
        fmt::format(fmt::runtime(sentence), fmt::arg("call", told(*receive.event)),
                    fmt::arg("error", told_error(receive)), fmt::arg("function", seen.function()),
                    fmt::arg("type", seen.request.type), fmt::arg("told", receive.wanted),
                    fmt::arg("size", room_of(seen)), fmt::arg("room", receive.size),
                    fmt::arg("length", receive.length.value_or(0)),
                    fmt::arg("answered", seen.answer.message.text.size())));
}

/// A message was looked at without being taken: with MSG_COPY, or by the queue's state.
const recorder::Event* look_of(const Evidence& seen) {
    for (const auto& receive : seen.receives) {
        if (receive.has(MSG_COPY)) {
            return receive.event;
        }
    }
    const auto looks = seen.controls_with(IPC_STAT);
    return looks.empty() ? nullptr : looks.front().event;
}

}  // namespace

Said looks_then_takes(const Evidence& seen) {
    const auto* look = look_of(seen);
    const bool stuck = seen.trouble() == arena::Trouble::blocked;
    if (!is_receiving(seen) || look == nullptr || (!seen.mismatch->history_is_wrong && !stuck)) {
        return std::nullopt;
    }
    return at(*look, "", words::looks_note,
              fmt::format(words::looks_then_takes, "function"_a = seen.function(),
                          "call"_a = told(*look)));
}

Said puts_back(const Evidence& seen) {
    if (!is_receiving(seen) || seen.sends.empty()) {
        return std::nullopt;
    }
    const auto& back = *seen.sends.front().event;
    return at(back, "", words::puts_back_note,
              fmt::format(words::puts_back, "function"_a = seen.function(), "call"_a = told(back)));
}

Said wanted_type(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    const bool other = receive != nullptr && !receive->has(MSG_COPY) &&
                       (receive->wanted != seen.request.type || receive->has(MSG_EXCEPT));
    if (!other || look_of(seen) != nullptr) {
        return std::nullopt;
    }
    return say(seen, *receive, sentence_for_wanted(seen.request.type, *receive),
               receive->has(MSG_EXCEPT) ? "MSG_EXCEPT" : fmt::format("type {}", receive->wanted),
               fmt::format(words::type_note, "type"_a = seen.request.type));
}

Said cuts_what_is_too_long(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    const bool cuts = receive != nullptr && receive->has(MSG_NOERROR) && receive->length &&
                      *receive->length == receive->size && !seen.is(Function::receive_truncated);
    if (!cuts) {
        return std::nullopt;
    }
    return say(seen, *receive, words::cuts, "MSG_NOERROR", " ");
}

Said does_not_cut(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    const bool refused = receive != nullptr && receive->error == E2BIG &&
                         !receive->has(MSG_NOERROR) && seen.is(Function::receive_truncated);
    return refused ? std::optional(say(seen, *receive, words::does_not_cut)) : std::nullopt;
}

Said room_for_the_text(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    if (receive == nullptr || receive->size == room_of(seen)) {
        return std::nullopt;
    }
    const auto note = fmt::format(words::room_note, "size"_a = room_of(seen));
    const auto part = fmt::format(", {}, ", receive->size);
    if (receive->size < room_of(seen)) {
        return receive->error == E2BIG
                   ? std::optional(say(seen, *receive, words::room_too_small, part, note))
                   : std::nullopt;
    }
    const bool took_too_long = seen.expects_error(E2BIG) && receive->length;
    if (!took_too_long && receive->size != room_of(seen) + sizeof(long)) {
        return std::nullopt;
    }
    const bool by_the_type = receive->size == room_of(seen) + sizeof(long);
    return say(seen, *receive, by_the_type ? words::room_counts_the_type : words::room_too_large,
               part, note);
}

Said nothing_is_a_failure(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    const bool thrown = receive != nullptr && receive->error == ENOMSG &&
                        seen.is(Function::try_receive) && seen.answer.is_failure();
    return thrown ? std::optional(say(seen, *receive, words::nothing_is_a_failure)) : std::nullopt;
}

Said every_failure_is_nothing(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    const bool hidden = receive != nullptr && receive->error != 0 && receive->error != ENOMSG &&
                        seen.answer.kind == Kind::nothing;
    return hidden ? std::optional(say(seen, *receive, words::every_failure_is_nothing))
                  : std::nullopt;
}

Said message_despite_failure(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    const bool invented = receive != nullptr && receive->error != 0 &&
                          seen.answer.kind == Kind::message &&
                          std::none_of(seen.receives.begin(), seen.receives.end(),
                                       [](const Receive& other) { return other.length; });
    return invented ? std::optional(say(seen, *receive, words::message_despite_failure))
                    : std::nullopt;
}

Said nothing_asked(const Evidence& seen) {
    if (!is_receiving(seen) || !seen.receives.empty() || seen.trouble() != arena::Trouble::none) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::nothing_asked, "function"_a = seen.function()),
                     std::nullopt};
}

Said text_answered(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    if (receive == nullptr || !receive->length || seen.answer.kind != Kind::message) {
        return std::nullopt;
    }
    const auto& answered = seen.answer.message.text;
    const bool same = answered.size() == *receive->length && answered.starts_with(receive->text);
    if (same) {
        return std::nullopt;
    }
    return say(seen, *receive, sentence_for_text(*receive, answered), "",
               fmt::format(words::length_note, "length"_a = *receive->length));
}

Said type_answered(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    if (receive == nullptr || !receive->length || seen.answer.kind != Kind::message ||
        seen.answer.message.type == receive->type) {
        return std::nullopt;
    }
    return at(*receive->event, "", fmt::format("type {}", receive->type),
              fmt::format(words::type_answered, "told"_a = receive->type,
                          "function"_a = seen.function(), "answered"_a = seen.answer.message.type));
}

Said received_several(const Evidence& seen) {
    std::size_t count = 0;
    const Receive* first = nullptr;
    for (const auto& receive : seen.receives) {
        if (receive.length && !receive.has(MSG_COPY)) {
            first = first == nullptr ? &receive : first;
            ++count;
        }
    }
    if (!is_receiving(seen) || count < 2) {
        return std::nullopt;
    }
    return at(
        *first->event, "", words::received_several_note,
        fmt::format(words::received_several, "function"_a = seen.function(), "count"_a = count));
}

Said thrown_after_success(const Evidence& seen) {
    const Receive* receive = receiving(seen);
    const bool thrown = receive != nullptr && receive->length && seen.answer.is_failure() &&
                        !seen.calls().back()->call.failed();
    return thrown ? std::optional(say(seen, *receive, words::thrown_after_success, "",
                                      words::success_note_of_message))
                  : std::nullopt;
}

}  // namespace ipclab::diagnosis
