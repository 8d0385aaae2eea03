// list_queues, list_segments, list_sets: a list that is not what the kernel has.
#include <fmt/format.h>
#include <sys/ipc.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
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

constexpr long mark_bits = 03000;  // SHM_DEST and SHM_LOCKED

std::optional<Kind> listed_kind(const Evidence& seen) {
    switch (seen.request.function) {
        case Function::list_queues:
            return Kind::queue;
        case Function::list_segments:
            return Kind::segment;
        case Function::list_sets:
            return Kind::semaphore_set;
        default:
            return std::nullopt;
    }
}

/// A row of a list: "key 0x00004c01 id 3 owner 1000 mode 0600 size 5 attaches 0 marked".
class Row {
public:
    explicit Row(const std::string& text) {
        std::istringstream words(text);
        for (std::string name, value; words >> name && words >> value;) {
            texts_[name] = value;
        }
        marked_ = text.ends_with(" marked");
    }

    [[nodiscard]] std::string text(const std::string& name) const {
        const auto place = texts_.find(name);
        return place == texts_.end() ? "" : place->second;
    }
    [[nodiscard]] long number(const std::string& name) const {
        return std::strtol(text(name).c_str(), nullptr, name == "mode" ? 8 : 0);
    }
    [[nodiscard]] int id() const { return static_cast<int>(number("id")); }
    [[nodiscard]] key_t key() const { return static_cast<key_t>(number("key")); }
    [[nodiscard]] bool is_marked() const { return marked_; }

private:
    std::map<std::string, std::string> texts_;
    bool marked_ = false;
};

/// A row that should be in the list, and the row that is there in its place.
struct Pair {
    Kind kind = Kind::queue;
    Row wanted;
    Row listed;
};

std::optional<Pair> different_rows(const Evidence& seen) {
    const auto kind = listed_kind(seen);
    const auto& list = seen.mismatch->list;
    if (!kind || !list || list->wanted.empty() || list->seen.empty()) {
        return std::nullopt;
    }
    return Pair{*kind, Row(list->wanted), Row(list->seen)};
}

/// A row that should be in the list, where nothing has its id.
struct Missing {
    Kind kind = Kind::queue;
    Row wanted;
    std::vector<Row> listed;

    [[nodiscard]] bool lists(int id) const {
        return std::any_of(listed.begin(), listed.end(),
                           [id](const Row& row) { return row.id() == id; });
    }
};

std::optional<Missing> missing_row(const Evidence& seen) {
    const auto kind = listed_kind(seen);
    const auto& list = seen.mismatch->list;
    if (!kind || !list || list->wanted.empty() || !list->seen.empty()) {
        return std::nullopt;
    }
    Missing missing{*kind, Row(list->wanted), {}};
    for (const auto& row : list->listed) {
        missing.listed.emplace_back(row);
    }
    return missing;
}

/// @return the objects of the grader's that were never removed, and that are not in the list.
std::vector<Made> all_missing(const Evidence& seen, const Missing& missing) {
    auto objects = made_objects(*seen.recording);
    std::erase_if(objects, [&](const Made& made) {
        return made.kind != missing.kind || made.removed || missing.lists(made.id);
    });
    return objects;
}

/// @return the looks at a place in the kernel's table.
std::vector<AnyControl> looks_at_places(const Evidence& seen) {
    auto looks = any_controls(seen);
    std::erase_if(looks, [](const AnyControl& control) { return !control.is_about_place(); });
    return looks;
}

/// @return the call that says which place in the kernel's table is the highest one in use.
std::optional<AnyControl> highest_place(const Evidence& seen) {
    for (const auto& control : any_controls(seen)) {
        if (control.is_about_system() && control.result) {
            return control;
        }
    }
    return std::nullopt;
}

bool returned_id(const std::vector<AnyControl>& looks, int id) {
    return std::any_of(looks.begin(), looks.end(),
                       [id](const AnyControl& look) { return look.result == id; });
}

/// @return the last call of the request, where it looked at an object and failed.
std::optional<AnyControl> last_failed_look(const Evidence& seen) {
    const auto controls = any_controls(seen);
    const bool looks = !controls.empty() && controls.back().event == seen.calls().back() &&
                       controls.back().looks() && controls.back().error != 0;
    return looks ? std::optional(controls.back()) : std::nullopt;
}

bool is_gone(int error) {
    return error == EINVAL || error == EIDRM;
}

/// @return the act that removed the object at which this call looked and failed, or null.
const Event* removed_meanwhile(const Evidence& seen, const AnyControl& look) {
    if (look.command != IPC_STAT || !is_gone(look.error)) {
        return nullptr;
    }
    return act_before(seen, "removes " + told_object(look.kind, look.id), *look.event);
}

Statement say(const AnyControl& look, const char* note, const char* sentence) {
    const std::string error = look.error == 0 ? "" : kernel::errno_name(look.error);
    return at(*look.event, "", fmt::format(fmt::runtime(note), fmt::arg("error", error)),
              fmt::format(fmt::runtime(sentence), fmt::arg("call", told(*look.event)),
                          fmt::arg("error", error), fmt::arg("place", look.id),
                          fmt::arg("kind", kernel::name_of(look.kind)),
                          fmt::arg("function", control_name(look.kind))));
}

/// Says something of the object whose row is not right.
Said say(const Pair& pair, const char* sentence, const char* column) {
    return Statement{fmt::format(fmt::runtime(sentence),
                                 fmt::arg("object", told_object(pair.kind, pair.wanted.id())),
                                 fmt::arg("wanted", pair.wanted.text(column)),
                                 fmt::arg("listed", pair.listed.text(column)),
                                 fmt::arg("number", pair.wanted.key())),
                     std::nullopt};
}

bool failed_with(const Evidence& seen, int error) {
    return listed_kind(seen) && seen.answer.kind == Answer::Kind::error &&
           seen.answer.error == error;
}

}  // namespace

Said list_key_sign_lost(const Evidence& seen) {
    const auto pair = different_rows(seen);
    if (!pair || pair->wanted.key() >= 0 || pair->listed.key() == pair->wanted.key()) {
        return std::nullopt;
    }
    return say(*pair, words::list_key_sign_lost, "key");
}

Said list_creator_for_owner(const Evidence& seen) {
    const auto pair = different_rows(seen);
    if (!pair || pair->wanted.number("owner") != 0 || pair->listed.number("owner") == 0) {
        return std::nullopt;
    }
    const std::string act =
        fmt::format("gives {} to root", told_object(pair->kind, pair->wanted.id()));
    const auto& events = seen.recording->events;
    const bool given = std::any_of(events.begin(), events.end(), [&](const Event& event) {
        return event.what == recorder::What::act && event.text == act;
    });
    return given ? say(*pair, words::list_creator_for_owner, "owner") : std::nullopt;
}

Said list_mode_decimal(const Evidence& seen) {
    const auto pair = different_rows(seen);
    if (!pair) {
        return std::nullopt;
    }
    const long wanted = pair->wanted.number("mode");
    const long listed = pair->listed.number("mode");
    const long decimal = std::strtol(pair->wanted.text("mode").c_str(), nullptr, 10);
    if (listed == wanted || (listed != decimal && listed != (decimal & 0777))) {
        return std::nullopt;
    }
    return say(*pair, words::list_mode_decimal, "mode");
}

Said list_mode_with_marks(const Evidence& seen) {
    const auto pair = different_rows(seen);
    if (!pair || pair->kind != Kind::segment) {
        return std::nullopt;
    }
    const long wanted = pair->wanted.number("mode");
    const long listed = pair->listed.number("mode");
    const bool only_marks = listed != wanted && (listed & ~mark_bits) == wanted;
    return only_marks ? say(*pair, words::list_mode_with_marks, "mode") : std::nullopt;
}

Said list_counts_swapped(const Evidence& seen) {
    const auto pair = different_rows(seen);
    if (!pair || pair->kind != Kind::queue) {
        return std::nullopt;
    }
    const bool swapped = pair->wanted.number("bytes") == pair->listed.number("messages") &&
                         pair->wanted.number("messages") == pair->listed.number("bytes") &&
                         pair->wanted.number("bytes") != pair->wanted.number("messages");
    return swapped ? say(*pair, words::list_counts_swapped, "bytes") : std::nullopt;
}

Said list_size_in_pages(const Evidence& seen) {
    const auto pair = different_rows(seen);
    constexpr long page = 4096;
    if (!pair || pair->kind != Kind::segment) {
        return std::nullopt;
    }
    const long wanted = pair->wanted.number("size");
    const long listed = pair->listed.number("size");
    const bool rounded = listed != wanted && listed == (wanted + page - 1) / page * page;
    return rounded ? say(*pair, words::list_size_in_pages, "size") : std::nullopt;
}

Said list_mark_missing(const Evidence& seen) {
    const auto pair = different_rows(seen);
    const bool missing = pair && pair->wanted.is_marked() && !pair->listed.is_marked();
    return missing ? say(*pair, words::list_mark_missing, "mode") : std::nullopt;
}

Said list_mark_from_key(const Evidence& seen) {
    const auto pair = different_rows(seen);
    const bool wrong = pair && !pair->wanted.is_marked() && pair->listed.is_marked() &&
                       pair->wanted.key() == IPC_PRIVATE;
    return wrong ? say(*pair, words::list_mark_from_key, "mode") : std::nullopt;
}

Said list_refused_by_rights(const Evidence& seen) {
    const auto look = last_failed_look(seen);
    if (!look || look->error != EACCES || !failed_with(seen, EACCES)) {
        return std::nullopt;
    }
    return say(*look, words::failed_note_tools, words::list_refused_by_rights);
}

Said list_without_unreadable(const Evidence& seen) {
    const auto missing = missing_row(seen);
    if (!missing) {
        return std::nullopt;
    }
    auto refused = any_controls(seen);
    std::erase_if(refused, [](const AnyControl& control) {
        return !control.looks() || control.error != EACCES;
    });
    // Strangers may have what may not be read, too.
    const auto objects = made_objects(*seen.recording);
    const auto* made = made_with(objects, missing->kind, missing->wanted.id());
    const bool readable =
        made == nullptr || (missing->wanted.number("mode") & (made->strangers ? 0004 : 0400)) != 0;
    if (refused.empty() || readable || refused.size() < all_missing(seen, *missing).size()) {
        return std::nullopt;
    }
    return say(refused.front(), words::failed_note_tools, words::list_without_unreadable);
}

Said list_failed_at_vanished(const Evidence& seen) {
    const auto look = last_failed_look(seen);
    if (!look || !failed_with(seen, look->error) || removed_meanwhile(seen, *look) == nullptr) {
        return std::nullopt;
    }
    return say(*look, words::failed_note_tools, words::list_failed_at_vanished);
}

Said list_ended_at_vanished(const Evidence& seen) {
    const auto missing = missing_row(seen);
    const auto look = last_failed_look(seen);
    if (!missing || !look || removed_meanwhile(seen, *look) == nullptr) {
        return std::nullopt;
    }
    return say(*look, words::list_ended_note, words::list_ended_at_vanished);
}

Said list_failed_at_empty_place(const Evidence& seen) {
    const auto look = last_failed_look(seen);
    if (!look || !look->is_about_place() || !is_gone(look->error) ||
        !failed_with(seen, look->error)) {
        return std::nullopt;
    }
    return say(*look, words::failed_note_tools, words::list_failed_at_empty_place);
}

Said list_index_for_id(const Evidence& seen) {
    const auto missing = missing_row(seen);
    if (!missing) {
        return std::nullopt;
    }
    const int id = missing->wanted.id();
    for (const auto& look : looks_at_places(seen)) {
        if (look.result == id && look.id != id && missing->lists(look.id)) {
            return at(
                *look.event, "", fmt::format(words::list_index_for_id_note, "id"_a = id),
                fmt::format(words::list_index_for_id, "call"_a = told(*look.event), "id"_a = id,
                            "place"_a = look.id, "kind"_a = kernel::name_of(look.kind)));
        }
    }
    return std::nullopt;
}

Said list_ended_at_empty_place(const Evidence& seen) {
    const auto missing = missing_row(seen);
    const auto looks = looks_at_places(seen);
    const auto last = last_failed_look(seen);
    const bool ended = missing && last && last->is_about_place() && is_gone(last->error) &&
                       !returned_id(looks, missing->wanted.id());
    return ended
               ? std::optional(say(*last, words::list_ended_note, words::list_ended_at_empty_place))
               : std::nullopt;
}

Said list_by_their_number(const Evidence& seen) {
    const auto missing = missing_row(seen);
    const auto looks = looks_at_places(seen);
    const auto highest = highest_place(seen);
    if (!missing || looks.empty() || !highest || returned_id(looks, missing->wanted.id())) {
        return std::nullopt;
    }
    const auto last = std::max_element(
        looks.begin(), looks.end(),
        [](const AnyControl& one, const AnyControl& other) { return one.id < other.id; });
    if (last->id >= *highest->result) {
        return std::nullopt;
    }
    return at(*highest->event, "",
              fmt::format(words::list_by_their_number_note, "highest"_a = *highest->result),
              fmt::format(words::list_by_their_number, "call"_a = told(*highest->event),
                          "highest"_a = *highest->result, "last"_a = last->id,
                          "kind"_a = kernel::name_of(missing->kind)));
}

Said list_without_keyless(const Evidence& seen) {
    const auto missing = missing_row(seen);
    if (!missing || missing->wanted.is_marked()) {
        return std::nullopt;
    }
    const auto keyless = [](const auto& object) { return object.key == IPC_PRIVATE; };
    const auto all = all_missing(seen, *missing);
    const bool lists_keyless = std::any_of(missing->listed.begin(), missing->listed.end(),
                                           [](const Row& row) { return row.key() == 0; });
    if (all.empty() || missing->listed.empty() || lists_keyless ||
        !std::all_of(all.begin(), all.end(), keyless)) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::list_without_keyless,
                                 "object"_a = told_object(missing->kind, missing->wanted.id())),
                     std::nullopt};
}

Said list_without_marked(const Evidence& seen) {
    const auto missing = missing_row(seen);
    if (!missing || !missing->wanted.is_marked() || missing->listed.empty()) {
        return std::nullopt;
    }
    const auto objects = made_objects(*seen.recording);
    const auto* made = made_with(objects, missing->kind, missing->wanted.id());
    if (made == nullptr || !made->removed || !all_missing(seen, *missing).empty()) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::list_without_marked,
                                 "object"_a = told_object(missing->kind, missing->wanted.id())),
                     std::nullopt};
}

Said list_cut(const Evidence& seen) {
    constexpr std::size_t few = 20;
    const auto missing = missing_row(seen);
    if (!missing || missing->listed.size() < few || !looks_at_places(seen).empty()) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::list_cut, "count"_a = missing->listed.size(),
                                 "kind"_a = kernel::name_of(missing->kind),
                                 "object"_a = told_object(missing->kind, missing->wanted.id())),
                     std::nullopt};
}

Said list_remembered(const Evidence& seen) {
    const auto kind = listed_kind(seen);
    const auto& list = seen.mismatch->list;
    if (!kind || !list || !list->wanted.empty()) {
        return std::nullopt;
    }
    const int id = Row(list->seen).id();
    const auto objects = made_objects(*seen.recording);
    const auto* made = made_with(objects, *kind, id);
    if (made == nullptr || !made->removed || *made->removed > seen.exchange.asked->id) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::list_remembered, "object"_a = told_object(*kind, id)),
                     std::nullopt};
}

}  // namespace ipclab::diagnosis
