// open_or_create: between two calls of a process others may make the queue or remove it.
#include <fmt/format.h>
#include <sys/ipc.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules.hpp"
#include "diagnosis/words.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using Kind = Answer::Kind;

bool is_surprise(const Get& get) {
    return get.error == EEXIST || get.error == ENOENT;
}

/// Every call said that another process was quicker, and the function failed.
bool gave_up(const Evidence& seen) {
    return seen.is(Function::open_or_create) && seen.expects(Kind::id) &&
           seen.answer.is_failure() && !seen.gets.empty() &&
           std::all_of(seen.gets.begin(), seen.gets.end(), is_surprise);
}

template <typename Condition>
bool any_get(const Evidence& seen, Condition wanted) {
    return std::any_of(seen.gets.begin(), seen.gets.end(), wanted);
}

/// The queue is the right one, but who made it was told wrongly.
bool told_wrong_word(const Evidence& seen) {
    return seen.is(Function::open_or_create) && seen.expects(Kind::id) &&
           seen.answer.kind == Kind::id && seen.answer.id == seen.expected.id &&
           !seen.answer.word.empty() && !seen.expected.word.empty() &&
           seen.answer.word != seen.expected.word;
}

/// The last msgget, where it made or found the queue that was answered, and nobody can know which.
const Get* undecided(const Evidence& seen) {
    const Get* last = seen.last_get();
    const bool is_it = told_wrong_word(seen) && last != nullptr && last->made_or_found() &&
                       *last->id == seen.answer.id;
    return is_it ? last : nullptr;
}

Statement say_undecided(const Get& get, const char* sentence, const char* note) {
    return at(*get.event, "IPC_CREAT", note,
              fmt::format(fmt::runtime(sentence), fmt::arg("call", told(*get.event))));
}

}  // namespace

Said gives_up_after_tries(const Evidence& seen) {
    constexpr std::size_t few = 4;
    if (!gave_up(seen) || seen.gets.size() < few) {
        return std::nullopt;
    }
    return at(*seen.last_get()->event, "", words::gives_up_note,
              fmt::format(words::gives_up_after_tries, "function"_a = seen.function(),
                          "count"_a = seen.gets.size()));
}

Said gives_up_on_surprise(const Evidence& seen) {
    if (!gave_up(seen) || seen.gets.size() < 2) {
        return std::nullopt;
    }
    const Get& last = *seen.last_get();
    const Get& before = seen.gets[seen.gets.size() - 2];
    if (seen.answer.error != last.error || before.error == last.error) {
        return std::nullopt;
    }
    const auto* sentence =
        last.error == EEXIST ? words::gives_up_on_eexist : words::gives_up_on_enoent;
    return at(*last.event, "", words::gives_up_note,
              fmt::format(fmt::runtime(sentence), fmt::arg("call", told(*last.event)),
                          fmt::arg("function", seen.function())));
}

Said never_opens(const Evidence& seen) {
    const bool only_made =
        gave_up(seen) && seen.answer.error == EEXIST &&
        !any_get(seen, [](const Get& get) { return !get.has(IPC_CREAT | IPC_EXCL); });
    if (!only_made) {
        return std::nullopt;
    }
    const auto& event = *seen.last_get()->event;
    return at(
        event, "", words::gives_up_note,
        fmt::format(words::never_opens, "call"_a = told(event), "function"_a = seen.function()));
}

Said look_then_make(const Evidence& seen) {
    const Get* last = undecided(seen);
    const bool looked = last != nullptr && any_get(seen, [&](const Get& get) {
                            return get.error == ENOENT && get.key == last->key;
                        });
    if (!looked || seen.answer.word != "created") {
        return std::nullopt;
    }
    return say_undecided(*last, words::look_then_make, words::excl_missing_note);
}

Said creat_in_opening_part(const Evidence& seen) {
    const Get* last = undecided(seen);
    const bool was_taken = last != nullptr && any_get(seen, [&](const Get& get) {
                               return get.error == EEXIST && get.key == last->key;
                           });
    if (!was_taken || seen.answer.word != "opened") {
        return std::nullopt;
    }
    return say_undecided(*last, words::creat_in_opening_part, words::creat_in_opening_part_note);
}

Said guess_from_status(const Evidence& seen) {
    const Get* last = undecided(seen);
    if (last == nullptr || seen.controls_with(IPC_STAT).empty()) {
        return std::nullopt;
    }
    return say_undecided(*last, words::guess_from_status, words::creator_unknown_note);
}

Said creator_unknown(const Evidence& seen) {
    const Get* last = undecided(seen);
    if (last == nullptr) {
        return std::nullopt;
    }
    return say_undecided(*last, words::creator_unknown, words::creator_unknown_note);
}

Said wrong_word(const Evidence& seen) {
    const Get* last = seen.last_get();
    const bool is_it = told_wrong_word(seen) && last != nullptr && last->id == seen.answer.id;
    const std::string& word = seen.answer.word;
    if (!is_it || !((last->made() && word == "opened") || (last->found() && word == "created"))) {
        return std::nullopt;
    }
    const auto* sentence = last->made() ? words::maker_told_opened : words::opener_told_created;
    return at(*last->event, "", fmt::format(words::word_note, "word"_a = word),
              fmt::format(fmt::runtime(sentence), fmt::arg("call", told(*last->event))));
}

}  // namespace ipclab::diagnosis
