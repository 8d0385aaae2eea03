// my_ipcs, my_ipcrm: what they showed, how they read their command line, and how they ended.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <sstream>

#include "diagnosis/rules_tools.hpp"
#include "diagnosis/tools_evidence.hpp"
#include "diagnosis/words_tools.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using kernel::Kind;
using recorder::Event;
using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
    std::istringstream stream(line);
    Words words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

// --- my_ipcs ---------------------------------------------------------------------------------

enum Column : std::size_t { key, id, owner, perms, fourth, fifth, status };

/// A line that my-ipcs should have shown, and the one that it showed in its place.
struct Lines {
    Words wanted;
    Words shown;

    [[nodiscard]] bool differ_only_in(std::size_t column) const {
        if (wanted.size() != shown.size() || wanted.size() <= column) {
            return false;
        }
        Words fitting = shown;
        fitting[column] = wanted[column];
        return fitting == wanted && shown[column] != wanted[column];
    }
};

std::optional<Lines> different_lines(const Evidence& seen) {
    const auto& list = seen.mismatch->list;
    if (!seen.is(Function::my_ipcs) || !list || list->wanted.empty() || list->seen.empty()) {
        return std::nullopt;
    }
    return Lines{words_of(list->wanted), words_of(list->seen)};
}

/// The same where no line begins with the key and the id, but one has all other columns.
std::optional<Lines> line_with_other_key(const Evidence& seen) {
    const auto& list = seen.mismatch->list;
    if (!seen.is(Function::my_ipcs) || !list || list->wanted.empty() || !list->seen.empty() ||
        seen.reply == nullptr) {
        return std::nullopt;
    }
    Lines lines{words_of(list->wanted), {}};
    std::istringstream output(seen.reply->output);
    for (std::string line; std::getline(output, line);) {
        lines.shown = words_of(line);
        if (lines.differ_only_in(Column::key)) {
            return lines;
        }
    }
    return std::nullopt;
}

Said say(const Lines& lines, std::size_t column, const char* sentence) {
    return Statement{fmt::format(fmt::runtime(sentence), fmt::arg("shown", lines.shown.at(column)),
                                 fmt::arg("wanted", lines.wanted.at(column)),
                                 fmt::arg("id", lines.wanted.at(Column::id))),
                     std::nullopt};
}

/// @return whether a line of an object of this kind may have so many columns.
bool may_be_of(Kind kind, std::size_t columns) {
    return kind == Kind::semaphore_set ? columns == Column::fifth
           : kind == Kind::queue       ? columns == Column::status
                                       : columns >= Column::status;
}

/// @return the kind of the object that a line stands for, where only one kind can be meant.
std::optional<Kind> kind_of_line(const Evidence& seen, const std::string& line) {
    const auto words = words_of(line);
    std::set<Kind> kinds;
    for (const auto& made : made_objects(*seen.recording)) {
        const bool fits = words.size() > Column::id && std::to_string(made.id) == words[Column::id];
        // A segment that is marked for removal has lost its key.
        const bool same_key = fits && (kernel::show_key(made.key) == words[Column::key] ||
                                       words[Column::key] == kernel::show_key(IPC_PRIVATE));
        if (same_key && may_be_of(made.kind, words.size())) {
            kinds.insert(made.kind);
        }
    }
    return kinds.size() == 1 ? std::optional(*kinds.begin()) : std::nullopt;
}

std::string option_for(Kind kind) {
    return kind == Kind::queue ? "-q" : kind == Kind::segment ? "-m" : "-s";
}

bool has_option(const Evidence& seen, Kind kind) {
    const auto& words = seen.request.arguments;
    return std::find(words.begin(), words.end(), option_for(kind)) != words.end();
}

// --- how they end ----------------------------------------------------------------------------

bool is_program(const Evidence& seen) {
    return seen.is(Function::my_ipcs) || seen.is(Function::my_ipcrm);
}

/// @return the exit status of the program that was judged, or that ran last.
std::optional<int> exit_status(const Evidence& seen) {
    if (!is_program(seen) || seen.exchange.asked == nullptr) {
        return std::nullopt;
    }
    if (seen.reply == nullptr) {
        return recorded_status(seen);
    }
    const auto& status = seen.reply->wait_status;
    return status && WIFEXITED(*status) ? std::optional(WEXITSTATUS(*status)) : std::nullopt;
}

/// @return whether the program should have ended with one status, and ended with the other.
bool ended(const Evidence& seen, int wanted, int with) {
    return is_program(seen) && seen.mismatch->expected_reply.status == wanted &&
           exit_status(seen) == with;
}

/// The status is right, and nothing was written to the standard error.
bool is_silent(const Evidence& seen) {
    const auto& wanted = seen.mismatch->expected_reply.status;
    return is_program(seen) && seen.reply != nullptr && wanted.value_or(0) != 0 &&
           exit_status(seen) == wanted && !seen.reply->wrote_errors;
}

// --- the command line of my_ipcrm ------------------------------------------------------------

/// An option with the word behind it.
struct Wish {
    std::string option;
    std::string word;
    bool alone = false;        ///< nothing stands behind the option
    std::optional<Kind> kind;  ///< none: no such option
    bool by_key = false;
    std::optional<std::int64_t> number;  ///< where the word is right

    [[nodiscard]] bool is_right() const { return kind && number; }
    [[nodiscard]] int id() const { return static_cast<int>(*number); }
    [[nodiscard]] std::string told() const {
        return option + (alone ? "" : " " + (word.empty() ? "''" : word));
    }
};

/// @return the number that the word is as a whole.
std::optional<std::int64_t> number_in(const std::string& word, bool is_key) {
    const bool hexadecimal = is_key && word.starts_with("0x");
    const auto* begin = word.data() + (hexadecimal ? 2 : 0);
    const auto* end = word.data() + word.size();
    std::int64_t number = 0;
    const auto result = std::from_chars(begin, end, number, hexadecimal ? 16 : 10);
    const bool in_range =
        is_key ? number >= INT32_MIN && number <= UINT32_MAX : number >= 0 && number <= INT32_MAX;
    const bool good = result.ec == std::errc{} && result.ptr == end && in_range;
    return good ? std::optional(number) : std::nullopt;
}

std::vector<Wish> wishes_of(const Evidence& seen) {
    const auto& words = seen.request.arguments;
    std::vector<Wish> wishes;
    for (std::size_t place = 0; seen.is(Function::my_ipcrm) && place < words.size(); place += 2) {
        Wish wish{.option = words[place], .alone = place + 1 == words.size()};
        wish.word = wish.alone || words[place + 1] == "''" ? "" : words[place + 1];
        const std::string letters = "qmsQMS";
        const auto letter = wish.option.size() == 2 && wish.option[0] == '-'
                                ? letters.find(wish.option[1])
                                : std::string::npos;
        if (letter != std::string::npos) {
            wish.kind = static_cast<Kind>(letter % 3);
            wish.by_key = letter >= 3;
            wish.number = number_in(wish.word, wish.by_key);
        }
        wishes.push_back(wish);
    }
    return wishes;
}

/// @return what is wrong in the command line: the first thing, or nothing.
std::optional<Wish> wrong_wish(const Evidence& seen) {
    for (const auto& wish : wishes_of(seen)) {
        if (!wish.is_right()) {
            return wish;
        }
    }
    return std::nullopt;
}

bool fits(const Wish& wish, const AnyGet& get) {
    return wish.is_right() && wish.by_key && wish.kind == get.kind && wish.id() == get.key;
}

bool fits(const Wish& wish, const AnyControl& removal) {
    return wish.is_right() && !wish.by_key && wish.kind == removal.kind && wish.id() == removal.id;
}

/// @return the first call that was made for a wish, or null.
const Event* call_for(const Evidence& seen, const Wish& wish) {
    for (const auto& get : any_gets(seen)) {
        if (fits(wish, get)) {
            return get.event;
        }
    }
    for (const auto& removal : any_removals(seen)) {
        if (fits(wish, removal)) {
            return removal.event;
        }
    }
    return nullptr;
}

/// @return whether any wish asks for this call.
template <typename Call>
bool is_wished(const std::vector<Wish>& wishes, const Call& call) {
    return std::any_of(wishes.begin(), wishes.end(),
                       [&](const Wish& wish) { return fits(wish, call); });
}

bool names_nothing(const Wish& wish) {
    return wish.by_key && wish.number == IPC_PRIVATE;
}

Statement say(const Wish& wish, const Event* event, const char* note, const char* sentence) {
    const auto text = fmt::format(fmt::runtime(sentence), fmt::arg("wish", wish.told()),
                                  fmt::arg("option", wish.option),
                                  fmt::arg("call", event == nullptr ? "" : told(*event)));
    return event == nullptr ? Statement{text, std::nullopt} : at(*event, "", note, text);
}

}  // namespace

Said shown_without_0x(const Evidence& seen) {
    const auto lines = line_with_other_key(seen);
    const bool without = lines && "0x" + lines->shown[Column::key] == lines->wanted[Column::key];
    return without ? say(*lines, Column::key, words::shown_without_0x) : std::nullopt;
}

Said shown_key_unpadded(const Evidence& seen) {
    const auto lines = line_with_other_key(seen);
    if (!lines) {
        return std::nullopt;
    }
    const auto number = [](const std::string& word) {
        return std::strtoul(word.c_str(), nullptr, 16);
    };
    const auto& shown = lines->shown[Column::key];
    const auto& wanted = lines->wanted[Column::key];
    const bool unpadded =
        shown.starts_with("0x") && shown.size() < wanted.size() && number(shown) == number(wanted);
    return unpadded ? say(*lines, Column::key, words::shown_key_unpadded) : std::nullopt;
}

Said shown_owner_number(const Evidence& seen) {
    const auto lines = different_lines(seen);
    const auto is_number = [](const std::string& word) {
        return word.find_first_not_of("0123456789") == std::string::npos;
    };
    const bool numbers = lines && lines->differ_only_in(Column::owner) &&
                         is_number(lines->shown[Column::owner]) &&
                         !is_number(lines->wanted[Column::owner]);
    return numbers ? say(*lines, Column::owner, words::shown_owner_number) : std::nullopt;
}

Said shown_perms_decimal(const Evidence& seen) {
    const auto lines = different_lines(seen);
    if (!lines || !lines->differ_only_in(Column::perms)) {
        return std::nullopt;
    }
    const bool decimal = std::strtol(lines->shown[Column::perms].c_str(), nullptr, 10) ==
                         std::strtol(lines->wanted[Column::perms].c_str(), nullptr, 8);
    return decimal ? say(*lines, Column::perms, words::shown_perms_decimal) : std::nullopt;
}

Said shown_counts_swapped(const Evidence& seen) {
    auto lines = different_lines(seen);
    if (!lines || lines->shown.size() <= Column::fifth || lines->shown == lines->wanted) {
        return std::nullopt;
    }
    std::swap(lines->shown[Column::fourth], lines->shown[Column::fifth]);
    return lines->shown == lines->wanted ? say(*lines, Column::fourth, words::shown_counts_swapped)
                                         : std::nullopt;
}

Said shown_without_dest(const Evidence& seen) {
    const auto& list = seen.mismatch->list;
    if (!seen.is(Function::my_ipcs) || !list || !list->wanted.ends_with(" dest")) {
        return std::nullopt;
    }
    const auto id = words_of(list->wanted).at(Column::id);
    const auto without = list->wanted.substr(0, list->wanted.size() - std::string(" dest").size());
    const bool shown =
        std::find(list->listed.begin(), list->listed.end(), without) != list->listed.end();
    return shown ? std::optional(
                       Statement{fmt::format(words::shown_without_dest, "id"_a = id), std::nullopt})
                 : std::nullopt;
}

Said shown_nothing(const Evidence& seen) {
    const auto& list = seen.mismatch->list;
    const bool nothing = seen.is(Function::my_ipcs) && seen.request.arguments.empty() && list &&
                         !list->wanted.empty() && seen.reply != nullptr &&
                         words_of(seen.reply->output).empty();
    return nothing ? std::optional(Statement{words::shown_nothing, std::nullopt}) : std::nullopt;
}

Said shown_one_option_only(const Evidence& seen) {
    const auto& list = seen.mismatch->list;
    if (!seen.is(Function::my_ipcs) || !list || list->wanted.empty() || list->listed.empty() ||
        seen.request.arguments.size() < 2) {
        return std::nullopt;
    }
    const auto missing = kind_of_line(seen, list->wanted);
    std::set<std::optional<Kind>> shown;
    for (const auto& line : list->listed) {
        shown.insert(kind_of_line(seen, line));
    }
    const bool all_known = !shown.contains(std::nullopt);
    if (!missing || !has_option(seen, *missing) || !all_known || shown.contains(missing)) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::shown_one_option_only, "option"_a = option_for(*missing),
                                 "kind"_a = kernel::name_of(*missing)),
                     std::nullopt};
}

Said shown_unasked(const Evidence& seen) {
    const auto& list = seen.mismatch->list;
    if (!seen.is(Function::my_ipcs) || !list || !list->wanted.empty() ||
        seen.request.arguments.empty()) {
        return std::nullopt;
    }
    const auto kind = kind_of_line(seen, list->seen);
    if (!kind || has_option(seen, *kind)) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::shown_unasked, "request"_a = seen.request.text,
                                 "kind"_a = kernel::name_of(*kind)),
                     std::nullopt};
}

Said listed_before_reading_all(const Evidence& seen) {
    const bool listed = seen.is(Function::my_ipcs) && ended(seen, 2, 2) && !is_silent(seen) &&
                        seen.reply != nullptr;
    return listed ? std::optional(Statement{words::listed_before_reading_all, std::nullopt})
                  : std::nullopt;
}

Said complained_on_stdout(const Evidence& seen) {
    const bool on_stdout = is_silent(seen) && !words_of(seen.reply->output).empty();
    return on_stdout ? std::optional(Statement{words::complained_on_stdout, std::nullopt})
                     : std::nullopt;
}

Said complained_nowhere(const Evidence& seen) {
    const bool nowhere = is_silent(seen) && words_of(seen.reply->output).empty();
    return nowhere ? std::optional(Statement{words::complained_nowhere, std::nullopt})
                   : std::nullopt;
}

Said usage_status(const Evidence& seen) {
    if (!ended(seen, 2, 1) || !any_removals(seen).empty() || !any_gets(seen).empty()) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::usage_status, "request"_a = seen.request.text),
                     std::nullopt};
}

Said nothing_to_do_accepted(const Evidence& seen) {
    const bool accepted =
        seen.is(Function::my_ipcrm) && ended(seen, 2, 0) && seen.request.arguments.empty();
    return accepted ? std::optional(Statement{words::nothing_to_do_accepted, std::nullopt})
                    : std::nullopt;
}

Said word_half_read(const Evidence& seen) {
    const auto wishes = wishes_of(seen);
    const auto wrong = wrong_wish(seen);
    if (!wrong || !wrong->kind || wrong->by_key || wrong->alone) {
        return std::nullopt;
    }
    Wish half = *wrong;
    half.number = std::strtol(wrong->word.c_str(), nullptr, 10);
    auto removals = any_removals(seen);
    std::erase_if(removals, [&](const AnyControl& removal) { return !fits(half, removal); });
    const auto asked = std::count_if(wishes.begin(), wishes.end(), [&](const Wish& wish) {
        return !removals.empty() && fits(wish, removals.back());
    });
    // Where the same id is asked for, too, the call for it is another one.
    if (static_cast<std::size_t>(asked) >= removals.size()) {
        return std::nullopt;
    }
    return say(half, removals.back().event, words::word_half_read_note, words::word_half_read);
}

Said argument_missing_accepted(const Evidence& seen) {
    const auto wrong = wrong_wish(seen);
    const bool accepted = wrong && wrong->kind && wrong->alone && ended(seen, 2, 0);
    return accepted ? std::optional(say(*wrong, nullptr, "", words::argument_missing_accepted))
                    : std::nullopt;
}

Said removed_before_reading_all(const Evidence& seen) {
    const auto wrong = wrong_wish(seen);
    if (!wrong || exit_status(seen) != 2) {
        return std::nullopt;
    }
    for (const auto& removal : any_removals(seen)) {
        if (removal.result) {
            return say(*wrong, removal.event, words::removed_before_reading_all_note,
                       words::removed_before_reading_all);
        }
    }
    return std::nullopt;
}

Said wrong_usage_accepted(const Evidence& seen) {
    if (!ended(seen, 2, 0)) {
        return std::nullopt;
    }
    if (const auto wrong = wrong_wish(seen)) {
        return say(*wrong, nullptr, "", words::wrong_word_accepted);
    }
    for (const auto& word : seen.request.arguments) {
        const bool known = word == "-q" || word == "-m" || word == "-s";
        if (seen.is(Function::my_ipcs) && !known) {
            return Statement{fmt::format(words::unknown_option_accepted, "option"_a = word),
                             std::nullopt};
        }
    }
    return std::nullopt;
}

Said good_key_refused(const Evidence& seen) {
    const auto wishes = wishes_of(seen);
    const bool refused = wishes.size() == 1 && wishes[0].is_right() && wishes[0].by_key &&
                         ended(seen, 0, 2) && seen.calls().empty();
    if (!refused) {
        return std::nullopt;
    }
    return say(wishes[0], nullptr, "",
               *wishes[0].number > INT32_MAX ? words::large_key_refused : words::good_key_refused);
}

Said right_line_refused(const Evidence& seen) {
    const auto wishes = wishes_of(seen);
    const auto decimal = std::find_if(wishes.begin(), wishes.end(), [](const Wish& wish) {
        return wish.by_key && !names_nothing(wish) && !wish.word.starts_with("0x");
    });
    const bool refused = seen.is(Function::my_ipcrm) && ended(seen, 1, 2) && !wrong_wish(seen) &&
                         seen.calls().empty() &&
                         std::any_of(wishes.begin(), wishes.end(), names_nothing);
    return refused && decimal != wishes.end()
               ? std::optional(say(*decimal, nullptr, "", words::right_line_refused))
               : std::nullopt;
}

Said key_read_in_other_base(const Evidence& seen) {
    const auto wishes = wishes_of(seen);
    for (const auto& get : any_gets(seen)) {
        for (const auto& wish : wishes) {
            const bool decimal = wish.is_right() && wish.by_key && !wish.word.starts_with("0x");
            const auto other = static_cast<key_t>(std::strtoll(wish.word.c_str(), nullptr, 16));
            if (decimal && get.key == other && !is_wished(wishes, get)) {
                return say(wish, get.event, words::key_read_in_other_base_note,
                           words::key_read_in_other_base);
            }
        }
    }
    return std::nullopt;
}

Said option_of_other_kind(const Evidence& seen) {
    const auto wishes = wishes_of(seen);
    const auto is_mixed_up = [&](const Wish& wish, const auto& call) {
        Wish of_kind = wish;
        of_kind.kind = call.kind;
        return fits(of_kind, call) && call_for(seen, wish) == nullptr && !is_wished(wishes, call);
    };
    for (const auto& wish : wishes) {
        for (const auto& removal : any_removals(seen)) {
            if (is_mixed_up(wish, removal)) {
                return say(wish, removal.event, words::other_kind_note,
                           words::option_of_other_kind);
            }
        }
        for (const auto& get : any_gets(seen)) {
            if (is_mixed_up(wish, get)) {
                return say(wish, get.event, words::other_kind_note, words::option_of_other_kind);
            }
        }
    }
    return std::nullopt;
}

Said key_option_takes_id(const Evidence& seen) {
    const auto wishes = wishes_of(seen);
    for (const auto& wish : wishes) {
        for (const auto& removal : any_removals(seen)) {
            const bool takes_id = wish.is_right() && wish.by_key && wish.id() == removal.id &&
                                  call_for(seen, wish) == nullptr && removal.error != 0 &&
                                  !is_wished(wishes, removal);
            if (takes_id) {
                return say(wish, removal.event, words::key_given_as_id_note,
                           words::key_option_takes_id);
            }
        }
    }
    return std::nullopt;
}

Said marked_is_no_failure(const Evidence& seen) {
    const auto removals = any_removals(seen);
    const auto gets = any_gets(seen);
    const bool all_worked =
        std::all_of(removals.begin(), removals.end(),
                    [](const AnyControl& removal) { return removal.result.has_value(); }) &&
        std::all_of(gets.begin(), gets.end(), [](const AnyGet& get) { return get.error == 0; });
    if (!seen.is(Function::my_ipcrm) || !ended(seen, 0, 1) || !all_worked) {
        return std::nullopt;
    }
    const auto objects = made_objects(*seen.recording);
    for (const auto& removal : removals) {
        const auto* made = made_with(objects, removal.kind, removal.id);
        if (made != nullptr && made->attached) {
            return at(*removal.event, "", words::pending_not_asked_note,
                      fmt::format(words::marked_is_no_failure, "call"_a = told(*removal.event)));
        }
    }
    return std::nullopt;
}

Said failure_not_in_status(const Evidence& seen) {
    if (!seen.is(Function::my_ipcrm) || !ended(seen, 1, 0)) {
        return std::nullopt;
    }
    const auto wishes = wishes_of(seen);
    for (const auto& wish : wishes) {
        const auto* event = call_for(seen, wish);
        const bool failed = event != nullptr && event->call.failed();
        if (!names_nothing(wish) && !failed) {
            continue;
        }
        const auto again = std::count_if(wishes.begin(), wishes.end(), [&](const Wish& other) {
            return other.option == wish.option;
        });
        return say(wish, failed ? event : nullptr, words::failure_not_in_status_note,
                   failed || again < 2 ? words::failure_not_in_status
                                       : words::failure_or_option_forgotten);
    }
    return std::nullopt;
}

Said stopped_at_failure(const Evidence& seen) {
    const auto wishes = wishes_of(seen);
    const auto tried = [&](const Wish& wish) { return call_for(seen, wish) != nullptr; };
    const auto stop = std::find_if(wishes.begin(), wishes.end(), [&](const Wish& wish) {
        return !tried(wish) && !names_nothing(wish);
    });
    if (exit_status(seen).value_or(2) == 2 || wrong_wish(seen) || stop == wishes.begin() ||
        stop == wishes.end() || std::any_of(stop, wishes.end(), tried)) {
        return std::nullopt;
    }
    const auto& last = *std::prev(stop);
    const auto* event = call_for(seen, last);
    const bool failed = event != nullptr && event->call.failed();
    return failed || names_nothing(last)
               ? std::optional(
                     say(last, event, words::stopped_at_failure_note, words::stopped_at_failure))
               : std::nullopt;
}

Said one_of_each_option(const Evidence& seen) {
    const auto wishes = wishes_of(seen);
    if (wrong_wish(seen) || !exit_status(seen)) {
        return std::nullopt;
    }
    for (const auto& wish : wishes) {
        const bool left_out = call_for(seen, wish) == nullptr && !names_nothing(wish);
        const bool other_tried = std::any_of(wishes.begin(), wishes.end(), [&](const Wish& other) {
            return other.option == wish.option && call_for(seen, other) != nullptr;
        });
        if (left_out && other_tried) {
            return say(wish, nullptr, "", words::one_of_each_option);
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
