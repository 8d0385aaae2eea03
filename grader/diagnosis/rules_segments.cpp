// create, open, remove, and every look for a segment by its key.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/memory_evidence.hpp"
#include "diagnosis/rules_memory.hpp"
#include "diagnosis/words_memory.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using kernel::Kind;
using kernel::show_key;

bool creates_or_opens(const Evidence& seen) {
    return seen.is(Function::create) || seen.is(Function::open);
}

bool is_on_board(const Evidence& seen) {
    return seen.is(Function::post) || seen.is(Function::notices) || seen.is(Function::take_down);
}

/// Whether the function finds a segment that is there, and makes none.
bool only_looks(const Evidence& seen) {
    return seen.is(Function::open) || seen.is(Function::notices) || seen.is(Function::take_down);
}

bool opens_or_makes(const AnyGet& get) {
    return get.id && get.can_make() && !get.made();
}

/// Whether the size of a call is why the check failed.
bool size_decided(const Evidence& seen, const AnyGet& get) {
    const auto listed = one_listed(seen);
    const bool other_listed =
        listed && listed->seen.size == get.size && listed->wanted.size != get.size;
    return other_listed || (seen.expects_error(EINVAL) && get.id) ||
           (seen.expects(Answer::Kind::id) && get.error == EINVAL);
}

std::size_t whole_pages(std::size_t size) {
    constexpr std::size_t page = 4096;
    return (size + page - 1) / page * page;
}

/// @return the last shmget whose size is not the one that was asked for, where this decided.
std::optional<AnyGet> get_with_other_size(const Evidence& seen) {
    const auto gets = segment_gets(seen);
    const bool other = creates_or_opens(seen) && seen.request.size && !gets.empty() &&
                       gets.back().size != *seen.request.size;
    return other && size_decided(seen, gets.back()) ? std::optional(gets.back()) : std::nullopt;
}

/// @return the id that remove was given, or that take_down has found.
std::optional<int> id_to_remove(const Evidence& seen) {
    if (seen.is(Function::remove)) {
        return seen.request.id;
    }
    const auto gets = segment_gets(seen);
    const auto* get =
        first_of(gets, [&](const AnyGet& each) { return each.id && each.key == seen.request.key; });
    return seen.is(Function::take_down) && get != nullptr ? get->id : std::nullopt;
}

/// Says the sentence of the first shmget that fits.
template <typename Fits>
Said about_get(const Evidence& seen, const std::string& part, const char* note,
               const char* sentence, const Fits& fits) {
    const auto gets = segment_gets(seen);
    const auto* get = first_of(gets, fits);
    if (get == nullptr) {
        return std::nullopt;
    }
    return say_of(seen, *get->event, part, note, sentence,
                  fmt::arg("bits", kernel::show_mode(get->bits())),
                  fmt::arg("asked", show_key(seen.request.key)));
}

}  // namespace

Said segment_get_swapped(const Evidence& seen) {
    if (!seen.is(Function::create) || !seen.request.size) {
        return std::nullopt;
    }
    const auto key = static_cast<std::uint32_t>(seen.request.key);
    const auto size = static_cast<std::uint32_t>(*seen.request.size);
    return about_get(seen, "", words::segment_get_swapped_note, words::segment_get_swapped,
                     [&](const AnyGet& get) {
                         return key != size && static_cast<std::uint32_t>(get.key) == size &&
                                static_cast<std::uint32_t>(get.size) == key;
                     });
}

Said segment_made_private(const Evidence& seen) {
    if ((!creates_or_opens(seen) && !is_on_board(seen)) || seen.request.key == IPC_PRIVATE) {
        return std::nullopt;
    }
    const auto gets = segment_gets(seen);
    const bool asked =
        first_of(gets, [&](const AnyGet& get) { return get.key == seen.request.key; }) != nullptr;
    return asked ? std::nullopt
                 : about_get(seen, "IPC_PRIVATE", words::segment_made_private_note,
                             words::segment_made_private,
                             [](const AnyGet& get) { return get.key == IPC_PRIVATE; });
}

Said segment_key_changed(const Evidence& seen) {
    const auto gets = segment_gets(seen);
    const bool any_right = std::any_of(
        gets.begin(), gets.end(), [&](const AnyGet& get) { return get.key == seen.request.key; });
    if ((!creates_or_opens(seen) && !is_on_board(seen)) || gets.empty() || any_right) {
        return std::nullopt;
    }
    return about_get(seen, show_key(gets.front().key), words::segment_made_private_note,
                     words::segment_key_changed, [](const AnyGet&) { return true; });
}

Said segment_size_rounded(const Evidence& seen) {
    const auto get = get_with_other_size(seen);
    if (!get || get->size != whole_pages(*seen.request.size) || get->size == 0) {
        return std::nullopt;
    }
    return say_of(seen, *get->event, std::to_string(get->size), words::segment_size_note,
                  words::segment_size_rounded, "asked"_a = *seen.request.size,
                  "used"_a = get->size);
}

Said segment_size_changed(const Evidence& seen) {
    const auto get = get_with_other_size(seen);
    if (!get) {
        return std::nullopt;
    }
    return say_of(seen, *get->event, std::to_string(get->size), words::segment_size_note,
                  words::segment_size_changed, "asked"_a = *seen.request.size,
                  "used"_a = get->size);
}

Said segment_creat_missing(const Evidence& seen) {
    const auto gets = segment_gets(seen);
    const bool only_looked =
        (seen.is(Function::create) || seen.is(Function::post)) && !gets.empty() &&
        gets.back().error == ENOENT && seen.answer.error == ENOENT &&
        std::none_of(gets.begin(), gets.end(), [](const AnyGet& get) { return get.can_make(); });
    if (!only_looked) {
        return std::nullopt;
    }
    return say_of(seen, *gets.back().event, "", words::segment_creat_missing_note,
                  words::segment_creat_missing);
}

Said segment_made_meanwhile(const Evidence& seen) {
    const auto gets = segment_gets(seen);
    const bool looked = !gets.empty() && gets.front().error == ENOENT && !gets.front().can_make();
    if (!seen.is(Function::create) || !seen.expects_error(EEXIST) || !looked) {
        return std::nullopt;
    }
    return about_get(seen, "IPC_CREAT", words::segment_excl_missing_note,
                     words::segment_made_meanwhile, opens_or_makes);
}

Said segment_excl_missing(const Evidence& seen) {
    if (!seen.is(Function::create) || !seen.expects_error(EEXIST)) {
        return std::nullopt;
    }
    return about_get(seen, "IPC_CREAT", words::segment_excl_missing_note,
                     words::segment_excl_missing, opens_or_makes);
}

Said segment_look_refused(const Evidence& seen) {
    const auto gets = segment_gets(seen);
    const bool refused =
        seen.is(Function::create) && seen.expects_error(EEXIST) && !gets.empty() &&
        gets.back().error != 0 && gets.back().error == seen.answer.error &&
        gets.back().key == seen.request.key &&
        std::none_of(gets.begin(), gets.end(), [](const AnyGet& get) { return get.can_make(); });
    return refused ? std::optional(say_of(seen, *gets.back().event, "", words::failed_note_memory,
                                          words::segment_look_refused))
                   : std::nullopt;
}

Said segment_replaced(const Evidence& seen) {
    const auto gets = segment_gets(seen);
    const auto removals = any_removals(seen);
    const auto* removal = first_of(removals, [&](const AnyControl& control) {
        const auto* made =
            first_of(gets, [&](const AnyGet& get) { return get.id == control.id && get.made(); });
        return control.kind == Kind::segment && control.result && made == nullptr;
    });
    if (!seen.is(Function::create) || removal == nullptr) {
        return std::nullopt;
    }
    return say_of(seen, *removal->event, "IPC_RMID", words::segment_replaced_note,
                  words::segment_replaced);
}

Said segment_left_attached(const Evidence& seen) {
    const auto attaches = attaches_in(seen.calls());
    if (!creates_or_opens(seen) || !seen.mismatch->segments || left_attached(seen) <= 0) {
        return std::nullopt;
    }
    return say_of(seen, *attaches.back().event, "", words::segment_left_attached_note,
                  words::segment_left_attached);
}

Said segment_made_by_looking(const Evidence& seen) {
    const bool none_wanted = seen.expects_error(ENOENT) ||
                             (seen.mismatch->segments && seen.mismatch->expected_segments.empty());
    if (!only_looks(seen) || !none_wanted) {
        return std::nullopt;
    }
    return about_get(seen, "IPC_CREAT", words::segment_made_by_looking_note,
                     words::segment_made_by_looking,
                     [](const AnyGet& get) { return get.has(IPC_CREAT); });
}

Said segment_asks_for_rights(const Evidence& seen) {
    const bool refused = only_looks(seen) && should_succeed(seen) && seen.answer.error == EACCES;
    if (!refused) {
        return std::nullopt;
    }
    return about_get(seen, "", words::failed_note_memory, words::segment_asks_for_rights,
                     [](const AnyGet& get) {
                         return get.error == EACCES && get.bits() != 0 && !get.has(IPC_CREAT);
                     });
}

Said segment_remembered(const Evidence& seen) {
    const bool asks_nothing = (creates_or_opens(seen) || is_on_board(seen)) &&
                              seen.calls().empty() && answers_success(seen.answer);
    // A text that is refused for its length needs no call.
    return asks_nothing && !seen.expects_error(EMSGSIZE)
               ? std::optional(say_plainly(seen, words::segment_remembered))
               : std::nullopt;
}

Said removal_detaches(const Evidence& seen) {
    const auto detaches = detaches_in(seen.calls());
    const auto* detach = first_of(detaches, [](const Detach& each) { return each.succeeded; });
    if (!seen.is(Function::remove) || detach == nullptr) {
        return std::nullopt;
    }
    return say_of(seen, *detach->event, "", words::removal_detaches_note, words::removal_detaches);
}

Said removal_of_key(const Evidence& seen) {
    const auto gets = any_gets(seen);
    const auto id = id_to_remove(seen);
    const auto* get = first_of(gets, [&](const AnyGet& each) { return each.key == id; });
    return get == nullptr
               ? std::nullopt
               : std::optional(say_of(seen, *get->event, show_key(get->key), words::id_as_key_note,
                                      words::id_as_key, "id"_a = *id));
}

Said removal_of_no_segment(const Evidence& seen) {
    const auto removals = any_removals(seen);
    const bool any_right = std::any_of(removals.begin(), removals.end(), [](const auto& removal) {
        return removal.kind == Kind::segment;
    });
    const bool removes = seen.is(Function::remove) || seen.is(Function::take_down);
    if (!removes || removals.empty() || any_right) {
        return std::nullopt;
    }
    return say_of(seen, *removals.front().event, "", words::other_call_note,
                  words::removal_of_no_segment);
}

Said removal_looks_first(const Evidence& seen) {
    const auto controls = any_controls(seen);
    const bool gave_up = seen.is(Function::remove) && should_succeed(seen) && !controls.empty() &&
                         any_removals(seen).empty() && seen.answer.error == EACCES;
    if (!gave_up || controls.back().error != EACCES) {
        return std::nullopt;
    }
    return say_of(seen, *controls.back().event, "", words::failed_note_memory,
                  words::removal_looks_first);
}

Said removal_left_out(const Evidence& seen) {
    const bool removes = seen.is(Function::remove) || seen.is(Function::take_down);
    const bool wanted = should_succeed(seen) || seen.mismatch->segments;
    const bool failed = seen.last_failure().has_value();
    return removes && wanted && !failed && any_removals(seen).empty()
               ? std::optional(say_plainly(seen, words::removal_left_out))
               : std::nullopt;
}

}  // namespace ipclab::diagnosis
