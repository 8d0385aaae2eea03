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
constexpr mode_t mode_of_board = 0600;

/// More than a notice takes: its text and what is kept beside it.
constexpr std::uint64_t far_from_notice = 1024;

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

/// @return the shmget of post after which post was not let into the board: its mode is closed.
std::optional<AnyGet> get_of_closed(const Evidence& seen) {
    const auto attaches = attaches_in(seen.calls());
    const bool refused = seen.is(Function::post) && should_succeed(seen) &&
                         seen.answer.error == EACCES && !attaches.empty() &&
                         attaches.back().error == EACCES;
    const auto gets = segment_gets(seen);
    const auto* get = first_of(gets, [&](const AnyGet& each) {
        return refused && each.id == attaches.back().id && each.can_make() &&
               (each.bits() & mode_of_board) != mode_of_board;
    });
    return get != nullptr ? std::optional(*get) : std::nullopt;
}

Statement say_mode(const Evidence& seen, const AnyGet& get) {
    const int decimal = decimal_in(get.flags, mode_of_board);
    return say_of(seen, *get.event, kernel::show_mode(get.bits()), words::board_mode_note,
                  decimal == 0 ? words::board_mode : words::board_mode_decimal,
                  "bits"_a = kernel::show_mode(get.bits()), "decimal"_a = decimal);
}

/// What a post wrote before somebody else read the board, and after that.
struct Interrupted {
    std::size_t lane = 0;  ///< of who posts
    std::vector<const recorder::Access*> writes;
    const recorder::Access* early = nullptr;  ///< the last one before, that was read
    const recorder::Access* late = nullptr;   ///< the first one behind
};

bool changes(const recorder::Access& access) {
    return access.before != access.after;
}

/// @return whether notices found one more than there were, after those that were there.
bool found_one_more(const Evidence& seen) {
    // The expected answer is the one from before.
    const bool none = seen.mismatch->expected_reply.answer == "0";
    const bool known = none || seen.expected.kind == AnswerKind::notices;
    if (!seen.is(Function::notices) || !known || seen.answer.kind != AnswerKind::notices ||
        seen.exchange.answered == nullptr) {
        return false;
    }
    const Texts wanted = none ? Texts() : seen.expected.rows;
    const Texts& found = seen.answer.rows;
    return found.size() == wanted.size() + 1 &&
           std::equal(wanted.begin(), wanted.end(), found.begin());
}

bool was_read(const Evidence& seen, std::uint64_t offset) {
    const auto& events = seen.schedule->events;
    return std::any_of(events.begin(), events.end(), [&](const recorder::Event& event) {
        return event.what == recorder::What::access && event.lane == seen.exchange.asked->lane &&
               event.access.offset == offset && event.id < seen.exchange.answered->id;
    });
}

/// @return the post that was held while all of notices happened, where this found one notice more.
std::optional<Interrupted> interrupted_post(const Evidence& seen) {
    if (!found_one_more(seen)) {
        return std::nullopt;
    }
    Interrupted found;
    for (const auto& event : seen.schedule->events) {
        const auto& access = event.access;
        if (event.what != recorder::What::access || event.lane == seen.exchange.asked->lane ||
            access.how != recorder::Access::How::writes) {
            continue;
        }
        found.lane = event.lane;
        found.writes.push_back(&access);
        if (event.id < seen.exchange.asked->id) {
            found.early = changes(access) && was_read(seen, access.offset) ? &access : found.early;
        } else if (event.id < seen.exchange.answered->id) {
            return std::nullopt;
        } else if (changes(access) && found.late == nullptr) {
            found.late = &access;
        }
    }
    const bool both = found.early != nullptr && found.late != nullptr;
    return both ? std::optional(std::move(found)) : std::nullopt;
}

/// A post that was killed, where notices then found one notice more, and not the one that was
/// posted.
struct Killed {
    std::size_t lane = 0;
    const recorder::Access* last = nullptr;  ///< its last change of the board
};

std::optional<Killed> killed_post(const Evidence& seen) {
    const auto& events = seen.schedule->events;
    const auto end = std::find_if(events.begin(), events.end(), [](const auto& event) {
        return event.what == recorder::What::ends;
    });
    if (!found_one_more(seen) || end == events.end() || end->id > seen.exchange.asked->id) {
        return std::nullopt;
    }
    Killed found{.lane = end->lane};
    std::optional<std::string> text;
    for (const auto& event : events) {
        if (event.what == recorder::What::request) {
            const auto request = parse_request(event.text);
            const bool posts = request.function == Function::post;
            if (posts && (event.lane != end->lane || text)) {
                return std::nullopt;
            }
            text = posts ? std::optional(request.message) : text;
        }
        const bool changed = event.what == recorder::What::access && event.lane == end->lane &&
                             event.access.how == recorder::Access::How::writes &&
                             changes(event.access);
        found.last = changed ? &event.access : found.last;
    }
    const bool torn = text && *text != seen.answer.rows.back() && found.last != nullptr;
    return torn ? std::optional(found) : std::nullopt;
}

/// @return a write that changed nothing, too far from every change to belong to the notice; or
/// null.
const recorder::Access* idle_write(const Interrupted& post) {
    const auto is_far = [&](const recorder::Access* idle) {
        return std::all_of(post.writes.begin(), post.writes.end(), [&](const auto* other) {
            const auto [low, high] = std::minmax(idle->offset, other->offset);
            return !changes(*other) || high - low > far_from_notice;
        });
    };
    const auto found = std::find_if(post.writes.begin(), post.writes.end(), is_far);
    return found == post.writes.end() ? nullptr : *found;
}

/// "A", as in the schedule.
std::string letter_of(const Evidence& seen, std::size_t lane) {
    const auto& letters = seen.schedule->letters;
    const int process = seen.recording->lanes.at(lane).process;
    const auto letter = letters.find(process);
    return letter == letters.end() ? fmt::format(words::poster, "number"_a = process)
                                   : letter->second;
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
    if (const auto closed = get_of_closed(seen)) {
        return say_mode(seen, *closed);
    }
    const auto get = get_of_listed(seen);
    const auto listed = one_listed(seen);
    const bool other =
        get && listed->seen.mode != listed->wanted.mode && get->bits() == listed->seen.mode;
    return other ? std::optional(say_mode(seen, *get)) : std::nullopt;
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

Said board_written_back(const Evidence& seen) {
    const auto post = interrupted_post(seen);
    const auto* idle = post ? idle_write(*post) : nullptr;
    if (idle == nullptr) {
        return std::nullopt;
    }
    return say_plainly(seen, words::board_written_back, "Who"_a = letter_of(seen, post->lane),
                       "other"_a = letter_of(seen, seen.exchange.asked->lane),
                       "unchanged"_a = idle->offset, "early"_a = post->early->offset,
                       "late"_a = post->late->offset);
}

Said notice_published_early(const Evidence& seen) {
    if (const auto killed = killed_post(seen)) {
        return say_plainly(seen, words::notice_published_by_killed,
                           "Who"_a = letter_of(seen, killed->lane),
                           "other"_a = letter_of(seen, seen.exchange.asked->lane),
                           "early"_a = killed->last->offset);
    }
    const auto post = interrupted_post(seen);
    if (!post) {
        return std::nullopt;
    }
    const std::string who = letter_of(seen, post->lane);
    return say_plainly(seen, words::notice_published_early, "Who"_a = who, "who"_a = who,
                       "other"_a = letter_of(seen, seen.exchange.asked->lane),
                       "early"_a = post->early->offset, "late"_a = post->late->offset);
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
