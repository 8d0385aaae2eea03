// What msgsnd was given, and what came of it.
#include <fmt/format.h>
#include <sys/ipc.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules_messages.hpp"
#include "diagnosis/words_messages.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using Kind = Answer::Kind;

bool is_sending(const Evidence& seen) {
    return seen.is(Function::send) || seen.is(Function::try_send);
}

/// The last msgsnd of a request to send, or null.
const Send* sending(const Evidence& seen) {
    return is_sending(seen) ? seen.last_send() : nullptr;
}

const char* sentence_for_size(const std::string& text, std::size_t told) {
    const auto zero = text.find('\0');
    if (told == text.size() + sizeof(long)) {
        return words::counts_the_type;
    }
    if (told == zero && told < text.size()) {
        return words::ends_at_zero;
    }
    if (told == text.size() + 1) {
        return words::counts_the_zero;
    }
    return told > text.size() ? words::sends_too_much : words::sends_too_little;
}

std::string told_error(const Send& send) {
    return kernel::errno_name(send.error);
}

}  // namespace

Said size_sent(const Evidence& seen) {
    const auto& text = seen.request.message;
    const Send* send = sending(seen);
    if (send == nullptr || send->size == text.size()) {
        return std::nullopt;
    }
    return at(*send->event, fmt::format(", {}, ", send->size),
              fmt::format(words::size_note, "size"_a = text.size()),
              fmt::format(fmt::runtime(sentence_for_size(text, send->size)),
                          fmt::arg("size", text.size()), fmt::arg("told", send->size),
                          fmt::arg("place", text.find('\0')),
                          fmt::arg("more", send->size - text.size())));
}

Said type_sent(const Evidence& seen) {
    const Send* send = sending(seen);
    const long type = seen.request.type;
    if (send == nullptr || send->type == type || !send->event->call.message) {
        return std::nullopt;
    }
    const bool lower_half = static_cast<int>(send->type) == static_cast<int>(type);
    const bool cut = send->type == static_cast<int>(type);
    const char* sentence = !lower_half ? words::other_type
                           : cut       ? words::type_is_cut
                                       : words::type_is_an_int;
    return at(
        *send->event, fmt::format("type {}", send->type),
        fmt::format(words::type_note, "type"_a = type),
        fmt::format(fmt::runtime(sentence), fmt::arg("type", type), fmt::arg("told", send->type),
                    fmt::arg("bytes", sizeof(long)), fmt::arg("function", seen.function())));
}

Said text_sent(const Evidence& seen) {
    const Send* send = sending(seen);
    if (send == nullptr || !send->event->call.message ||
        send->size != seen.request.message.size() || seen.request.message.starts_with(send->text)) {
        return std::nullopt;
    }
    return at(*send->event, "", words::other_text_note, words::other_text);
}

Said sent_several(const Evidence& seen) {
    const auto count = std::count_if(seen.sends.begin(), seen.sends.end(),
                                     [](const Send& send) { return send.succeeded; });
    if (!is_sending(seen) || count < 2) {
        return std::nullopt;
    }
    return at(*seen.last_send()->event, "", words::sent_several_note,
              fmt::format(words::sent_several, "function"_a = seen.function(), "count"_a = count));
}

Said nothing_sent(const Evidence& seen) {
    if (!is_sending(seen) || !seen.sends.empty() || seen.trouble() != arena::Trouble::none) {
        return std::nullopt;
    }
    const auto sentence = fmt::format(words::nothing_sent, "function"_a = seen.function());
    return seen.calls().empty() ? Statement{sentence, std::nullopt}
                                : at(*seen.calls().back(), "", words::looked_only_note, sentence);
}

Said sent_despite_failure(const Evidence& seen) {
    const Send* send = sending(seen);
    if (send == nullptr || send->error == 0 || seen.answer.kind != Kind::sent) {
        return std::nullopt;
    }
    return at(*send->event, "", told_error(*send),
              fmt::format(words::sent_despite_failure, "call"_a = told(*send->event),
                          "error"_a = told_error(*send), "function"_a = seen.function()));
}

Said full_is_a_failure(const Evidence& seen) {
    const Send* send = sending(seen);
    if (send == nullptr || send->error != EAGAIN || !seen.is(Function::try_send) ||
        !seen.answer.is_failure()) {
        return std::nullopt;
    }
    return at(*send->event, "", told_error(*send),
              fmt::format(words::full_is_a_failure, "call"_a = told(*send->event)));
}

Said every_failure_is_full(const Evidence& seen) {
    const Send* send = sending(seen);
    if (send == nullptr || send->error == 0 || send->error == EAGAIN ||
        seen.answer.kind != Kind::full) {
        return std::nullopt;
    }
    return at(*send->event, "", told_error(*send),
              fmt::format(words::every_failure_is_full, "call"_a = told(*send->event),
                          "error"_a = told_error(*send)));
}

}  // namespace ipclab::diagnosis
