// The notice board: how it is made and found, what lies on it, and what is refused.
#include <fmt/format.h>
#include <sys/ipc.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/memory_evidence.hpp"
#include "diagnosis/rules_memory.hpp"
#include "diagnosis/words_memory.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using Texts = std::vector<std::string>;
using AnswerKind = Answer::Kind;

// As memory.hpp has them.
constexpr std::size_t most_notices = 100;
constexpr std::size_t longest_notice = 200;

bool is_on_board(const Evidence& seen) {
    return seen.is(Function::post) || seen.is(Function::notices);
}

/// What notices should have answered, and what it did.
struct Answers {
    Texts wanted;
    Texts seen;
};

std::optional<Answers> different_notices(const Evidence& seen) {
    const bool both = seen.is(Function::notices) && seen.expected.kind == AnswerKind::notices &&
                      seen.answer.kind == AnswerKind::notices;
    return both ? std::optional(Answers{seen.expected.rows, seen.answer.rows}) : std::nullopt;
}

/// @return the shmget of post that made or found the board which is listed with something wrong.
std::optional<AnyGet> get_of_listed(const Evidence& seen) {
    const auto listed = one_listed(seen);
    const auto gets = segment_gets(seen);
    const auto* get = first_of(gets, [&](const AnyGet& each) {
        return listed && each.id == listed->seen.id && each.can_make();
    });
    return seen.is(Function::post) && get != nullptr ? std::optional(*get) : std::nullopt;
}

bool refused_by(const Evidence& seen, int error) {
    return seen.is(Function::post) && seen.answer.error == error;
}

std::string before_zero(const std::string& text) {
    return text.substr(0, text.find('\0'));
}

}  // namespace

Said board_pointer(const Evidence& seen) {
    const auto& pointer = seen.mismatch->pointer;
    if (!pointer) {
        return std::nullopt;
    }
    return say_plainly(seen, words::board_pointer, "offset"_a = pointer->offset,
                       "value"_a = fmt::format("{:#x}", pointer->value),
                       "process"_a = pointer->process,
                       "mapping"_a = pointer->mapping.empty() ? "its memory" : pointer->mapping);
}

Said board_excl(const Evidence& seen) {
    const auto gets = segment_gets(seen);
    const bool refused = refused_by(seen, EEXIST) && !gets.empty() && gets.back().error == EEXIST &&
                         gets.back().has(IPC_CREAT | IPC_EXCL);
    return refused ? std::optional(say_of(seen, *gets.back().event, "IPC_EXCL",
                                          words::board_excl_note, words::board_excl))
                   : std::nullopt;
}

Said board_left_attached(const Evidence& seen) {
    const auto attaches = attaches_in(seen.calls());
    if (!is_on_board(seen) || !seen.mismatch->segments || left_attached(seen) <= 0) {
        return std::nullopt;
    }
    return say_of(seen, *attaches.back().event, "", words::board_left_attached_note,
                  words::board_left_attached);
}

Said board_mode(const Evidence& seen) {
    const auto get = get_of_listed(seen);
    const auto listed = one_listed(seen);
    if (!get || listed->seen.mode == listed->wanted.mode || get->bits() != listed->seen.mode) {
        return std::nullopt;
    }
    const int decimal = decimal_in(get->flags, listed->wanted.mode);
    return say_of(seen, *get->event, kernel::show_mode(get->bits()), words::board_mode_note,
                  decimal == 0 ? words::board_mode : words::board_mode_decimal,
                  "bits"_a = kernel::show_mode(get->bits()), "decimal"_a = decimal);
}

Said board_size_changed(const Evidence& seen) {
    const auto get = get_of_listed(seen);
    const auto listed = one_listed(seen);
    if (!get || listed->seen.size == listed->wanted.size || get->size != listed->seen.size) {
        return std::nullopt;
    }
    return say_of(seen, *get->event, std::to_string(get->size), words::board_size_note,
                  words::board_size_changed, "used"_a = get->size,
                  "wanted"_a = listed->wanted.size);
}

Said board_scratch_segment(const Evidence& seen) {
    const auto& segments = seen.mismatch->segments;
    const auto gets = segment_gets(seen);
    const auto* get = first_of(gets, [&](const AnyGet& each) {
        const bool is_listed =
            segments && std::any_of(segments->begin(), segments->end(),
                                    [&](const auto& one) { return one.id == each.id; });
        return is_listed && each.made() && each.key != seen.request.key;
    });
    if (!is_on_board(seen) || get == nullptr) {
        return std::nullopt;
    }
    return say_of(seen, *get->event, "", words::board_scratch_segment_note,
                  words::board_scratch_segment);
}

Said board_wiped(const Evidence& seen) {
    const auto texts = different_notices(seen);
    const bool only_last = texts && texts->seen.size() == 1 && texts->wanted.size() > 1 &&
                           texts->seen.back() == texts->wanted.back();
    return only_last ? std::optional(say_plainly(seen, words::board_wiped)) : std::nullopt;
}

Said notices_reversed(const Evidence& seen) {
    auto texts = different_notices(seen);
    if (!texts) {
        return std::nullopt;
    }
    std::reverse(texts->seen.begin(), texts->seen.end());
    return texts->seen == texts->wanted ? std::optional(say_plainly(seen, words::notices_reversed))
                                        : std::nullopt;
}

Said notices_end_at_zero(const Evidence& seen) {
    const auto texts = different_notices(seen);
    if (!texts || texts->seen.size() != texts->wanted.size()) {
        return std::nullopt;
    }
    const bool all_cut =
        std::equal(texts->seen.begin(), texts->seen.end(), texts->wanted.begin(),
                   [](const std::string& seen_text, const std::string& wanted) {
                       return seen_text == wanted || seen_text == before_zero(wanted);
                   });
    return all_cut ? std::optional(say_plainly(seen, words::notices_end_at_zero)) : std::nullopt;
}

Said notice_too_long(const Evidence& seen) {
    const bool taken = seen.is(Function::post) && seen.expects_error(EMSGSIZE) &&
                       seen.answer.kind == AnswerKind::done;
    return taken ? std::optional(say_plainly(seen, words::notice_too_long,
                                             "size"_a = seen.request.message.size(),
                                             "most"_a = longest_notice))
                 : std::nullopt;
}

Said notice_refused(const Evidence& seen) {
    const bool wanted = should_succeed(seen) && seen.request.message.size() <= longest_notice;
    if (wanted && refused_by(seen, EMSGSIZE)) {
        return say_plainly(seen, words::notice_refused_longest,
                           "size"_a = seen.request.message.size());
    }
    return wanted && refused_by(seen, ENOSPC) && !seen.any_call_failed_with(ENOSPC)
               ? std::optional(
                     say_plainly(seen, words::notice_refused_last, "most"_a = most_notices))
               : std::nullopt;
}

Said notice_too_many(const Evidence& seen) {
    const bool taken = seen.is(Function::post) && seen.expects_error(ENOSPC) &&
                       seen.answer.kind == AnswerKind::done;
    return taken ? std::optional(say_plainly(seen, words::notice_too_many, "most"_a = most_notices))
                 : std::nullopt;
}

Said board_made_before_refusal(const Evidence& seen) {
    const bool none_wanted = seen.mismatch->segments && seen.mismatch->expected_segments.empty();
    const auto gets = segment_gets(seen);
    const auto* get = first_of(gets, [](const AnyGet& each) { return each.id && each.can_make(); });
    if (!refused_by(seen, EMSGSIZE) || !none_wanted || get == nullptr) {
        return std::nullopt;
    }
    return say_of(seen, *get->event, "IPC_CREAT", words::board_made_before_refusal_note,
                  words::board_made_before_refusal);
}

Said board_changed_before_refusal(const Evidence& seen) {
    const auto& bytes = seen.mismatch->bytes;
    if (!bytes || !seen.is(Function::post) || !seen.answer.is_failure()) {
        return std::nullopt;
    }
    const auto places = std::mismatch(bytes->wanted.begin(), bytes->wanted.end(),
                                      bytes->seen.begin(), bytes->seen.end());
    const auto offset =
        bytes->offset + static_cast<std::size_t>(places.first - bytes->wanted.begin());
    return say_plainly(seen, words::board_changed_before_refusal, "offset"_a = offset);
}

}  // namespace ipclab::diagnosis
