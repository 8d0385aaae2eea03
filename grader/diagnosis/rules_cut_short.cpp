// A transfer that was killed between its two changes: what it left for others, and what they made
// of it.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/rules_semaphores.hpp"
#include "diagnosis/semaphore_scene.hpp"
#include "diagnosis/words_semaphores.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using recorder::What;

/// What the killed transfer had done.
struct CutShort {
    const Deed* deed = nullptr;
    std::vector<Touch> touches;     ///< of all in the schedule
    const Touch* change = nullptr;  ///< the first one of a balance, or null
    bool is_halfway = false;        ///< it changed one balance and not the other one

    [[nodiscard]] bool is_of_killed(const Touch& touch) const { return touch.deed == deed; }
};

bool is_note(const Touch& touch) {
    return !is_balance(touch.access());
}

bool same_account(const Touch& one, const Touch& other) {
    constexpr std::uint64_t size_of_account = 4 * sizeof(long);
    return one.access().offset / size_of_account == other.access().offset / size_of_account;
}

/// @return the transfer that was killed in the middle of it, where others then saw what is wrong.
std::optional<CutShort> cut_short(const Scene& scene) {
    CutShort found{.touches = scene.touches()};
    const auto& events = scene.seen.schedule->events;
    const auto end = std::find_if(events.begin(), events.end(),
                                  [](const auto& event) { return event.what == What::ends; });
    const bool judged =
        scene.judged() != nullptr && !scene.is_stuck() &&
        (scene.judged()->is(Function::statement) || scene.judged()->is(Function::deposit));
    if (end == events.end() || !judged) {
        return std::nullopt;
    }
    found.deed = scene.deed_of(*end);
    std::set<std::uint64_t> changed;
    for (const auto& touch : found.touches) {
        if (found.is_of_killed(touch) && touch.writes() && !is_note(touch)) {
            found.change = found.change == nullptr ? &touch : found.change;
            changed.insert(touch.access().offset);
        }
    }
    found.is_halfway = changed.size() == 1;
    const bool killed =
        found.deed != nullptr && found.deed->is(Function::transfer) && !found.deed->answered();
    return killed ? std::optional(std::move(found)) : std::nullopt;
}

/// @return the notes that the killed transfer wrote.
std::vector<const Touch*> notes_of(const CutShort& cut) {
    std::vector<const Touch*> notes;
    for (const auto& touch : cut.touches) {
        if (cut.is_of_killed(touch) && touch.writes() && is_note(touch)) {
            notes.push_back(&touch);
        }
    }
    return notes;
}

bool noted_first(const CutShort& cut) {
    const auto notes = notes_of(cut);
    return !notes.empty() &&
           (cut.change == nullptr || notes.front()->event->id < cut.change->event->id);
}

/// @return the requests of others from the kill on, as far as their accesses were recorded.
std::vector<const Deed*> followers(const Scene& scene, const CutShort& cut) {
    std::vector<const Deed*> all;
    for (const auto& deed : scene.deeds) {
        const bool seen_touching =
            std::any_of(cut.touches.begin(), cut.touches.end(),
                        [&](const Touch& touch) { return touch.deed == &deed; });
        if (deed.begin() > cut.deed->begin() && &deed != cut.deed && seen_touching) {
            all.push_back(&deed);
        }
    }
    return all;
}

}  // namespace

Said nothing_noted(const Evidence& seen) {
    const Scene scene(seen);
    const auto cut = cut_short(scene);
    if (!cut || !cut->is_halfway || noted_first(*cut)) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::nothing_noted, "Who"_a = scene.Who(cut->deed->lane)),
                     std::nullopt};
}

Said note_cleared_early(const Evidence& seen) {
    const Scene scene(seen);
    const auto cut = cut_short(scene);
    const auto notes = cut ? notes_of(*cut) : std::vector<const Touch*>();
    if (!cut || !cut->is_halfway || !noted_first(*cut) || notes.back()->access().after != 0 ||
        notes.back()->event->id < cut->change->event->id) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::note_cleared_early, "Who"_a = scene.Who(cut->deed->lane)),
                     std::nullopt};
}

Said notes_not_read(const Evidence& seen) {
    const Scene scene(seen);
    const auto cut = cut_short(scene);
    const bool noted = cut && noted_first(*cut);
    for (const auto* other : noted ? followers(scene, *cut) : std::vector<const Deed*>()) {
        const bool looks =
            std::any_of(cut->touches.begin(), cut->touches.end(), [&](const Touch& touch) {
                return touch.deed == other && !touch.writes() && is_note(touch);
            });
        if (!looks) {
            return Statement{
                fmt::format(words::notes_not_read, "Who"_a = scene.Who(cut->deed->lane),
                            "other"_a = scene.who(other->lane), "request"_a = other->request.text),
                std::nullopt};
        }
    }
    return std::nullopt;
}

/// Others look at notes, but at none that the killed transfer had written.
Said other_note_read(const Evidence& seen) {
    const Scene scene(seen);
    const auto cut = cut_short(scene);
    if (!cut || !cut->is_halfway || !noted_first(*cut) ||
        !scene.judged()->is(Function::statement)) {
        return std::nullopt;
    }
    const auto notes = notes_of(*cut);
    const Touch* read = nullptr;
    for (const auto& touch : cut->touches) {
        if (cut->is_of_killed(touch) || touch.writes() || !is_note(touch)) {
            continue;
        }
        if (std::any_of(notes.begin(), notes.end(), [&](const Touch* note) {
                return note->access().offset == touch.access().offset;
            })) {
            return std::nullopt;
        }
        // All accounts are looked at: the one with the other notes is the one to name.
        const bool better = read == nullptr || (same_account(touch, *notes.front()) &&
                                                !same_account(*read, *notes.front()));
        read = touch.deed == scene.judged() && better ? &touch : read;
    }
    if (read == nullptr) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::other_note_read, "Who"_a = scene.Who(cut->deed->lane),
                                 "note"_a = scene.name_of(read->access()),
                                 "other"_a = scene.who(read->event->lane)),
                     std::nullopt};
}

Said repaired_too_late(const Evidence& seen) {
    const Scene scene(seen);
    const auto cut = cut_short(scene);
    for (const auto* deed : cut ? followers(scene, *cut) : std::vector<const Deed*>()) {
        for (const auto& touch : cut->touches) {
            if (touch.deed != deed) {
                continue;
            }
            if (is_note(touch)) {
                break;
            }
            if (touch.writes() && noted_first(*cut)) {
                return Statement{
                    fmt::format(words::repaired_too_late, "Who"_a = scene.Who(deed->lane),
                                "what"_a = scene.name_of(touch.access())),
                    std::nullopt};
            }
        }
    }
    return std::nullopt;
}

/// Who puts things in order changes once more what the killed process had changed.
Said repair_done_twice(const Evidence& seen) {
    const Scene scene(seen);
    const auto cut = cut_short(scene);
    if (!cut || !cut->is_halfway || !noted_first(*cut)) {
        return std::nullopt;
    }
    const auto& done = cut->change->access();
    const auto amount = static_cast<long>(done.after - done.before);
    for (const auto& touch : cut->touches) {
        const auto& again = touch.access();
        const bool same = touch.writes() && again.offset == done.offset &&
                          !cut->is_of_killed(touch) && again.before == done.after &&
                          static_cast<long>(again.after - again.before) == amount;
        if (same) {
            return Statement{fmt::format(words::done_twice, "Who"_a = scene.Who(touch.event->lane),
                                         "what"_a = scene.name_of(again), "amount"_a = amount),
                             std::nullopt};
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
