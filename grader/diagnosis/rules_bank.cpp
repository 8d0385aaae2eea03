// Races between the bank's functions, and between the buffer's: who touched which number, with
// which semaphores in hand.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/rules_semaphores.hpp"
#include "diagnosis/semaphore_scene.hpp"
#include "diagnosis/words_semaphores.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;

bool same_place(const Touch& one, const Touch& other) {
    return one.access().segment == other.access().segment &&
           one.access().offset == other.access().offset;
}

/// A process read a number, another one wrote it, and the first one wrote it without another look.
struct Loss {
    const Touch* read = nullptr;
    const Touch* write = nullptr;
    const Touch* between = nullptr;  ///< the last one that is lost
};

/// Whether a write changed nothing and was not the last try: a compare-and-swap that failed.
bool is_failed_try(const std::vector<Touch>& touches, std::size_t index) {
    const Touch& write = touches[index];
    return write.access().before == write.access().after &&
           std::any_of(touches.begin() + static_cast<std::ptrdiff_t>(index) + 1, touches.end(),
                       [&](const Touch& later) {
                           return later.deed == write.deed && same_place(later, write);
                       });
}

std::optional<Loss> loss_at(const std::vector<Touch>& touches, std::size_t index) {
    Loss loss{.write = &touches[index]};
    for (std::size_t before = index; before-- > 0;) {
        const Touch& touch = touches[before];
        if (!same_place(touch, *loss.write)) {
            continue;
        }
        if (touch.deed == loss.write->deed) {
            loss.read = touch.writes() ? nullptr : &touch;
            break;
        }
        loss.between = loss.between == nullptr && touch.writes() ? &touch : loss.between;
    }
    const bool lost = loss.read != nullptr && loss.between != nullptr &&
                      loss.read->access().before != loss.write->access().before;
    return lost && !is_failed_try(touches, index) ? std::optional(loss) : std::nullopt;
}

/// @return the first update that was lost, where a value came out wrong.
std::optional<Loss> find_loss(const Scene& scene, const std::vector<Touch>& touches) {
    if (scene.is_stuck()) {
        return std::nullopt;
    }
    for (std::size_t index = 0; index < touches.size(); ++index) {
        const Touch& touch = touches[index];
        const bool counts = !is_of_bank(touch.deed->request.function) || is_balance(touch.access());
        if (const auto loss = touch.writes() && counts ? loss_at(touches, index) : std::nullopt) {
            return loss;
        }
    }
    return std::nullopt;
}

const char* sentence_for(const Loss& loss) {
    const auto& [read, write, between] = loss;
    if (read->deed->semops.empty()) {
        return words::without_lock;
    }
    if (!read->is_locked() || !write->is_locked()) {
        return !read->is_locked() && !write->is_locked() ? words::outside_of_lock
               : read->is_locked()                       ? words::written_after_lock
                                                         : words::read_before_lock;
    }
    if (!share_holding(*read, *write)) {
        return words::given_back_between;
    }
    if (!between->is_locked()) {
        return words::other_without_lock;
    }
    return share_semaphore(*read, *between) ? nullptr : words::different_locks;
}

int first_number(const Touch& touch) {
    return touch.held.empty() ? -1 : touch.held.front()->semaphore.number;
}

/// Of a statement in the middle of a transfer: the last look at two balances, and their changes.
struct Torn {
    const Touch* early = nullptr;  ///< was read before it changed
    const Touch* late = nullptr;   ///< was read after it changed
    const Touch* early_change = nullptr;
    const Touch* late_change = nullptr;
};

/// @return the last touch of a balance by a request, or null.
const Touch* last_touch(const std::vector<Touch>& touches, const Deed* deed, std::uint64_t offset,
                        bool writes) {
    const Touch* last = nullptr;
    for (const auto& touch : touches) {
        const bool is_this =
            touch.deed == deed && touch.access().offset == offset && touch.writes() == writes;
        last = is_this ? &touch : last;
    }
    return last;
}

std::optional<Torn> find_torn(const Scene& scene, const std::vector<Touch>& touches) {
    const Deed* statement = scene.judged();
    Torn torn;
    for (const auto& change : touches) {
        if (!change.writes() || change.deed == statement || !is_balance(change.access()) ||
            !change.deed->is(Function::transfer)) {
            continue;
        }
        const auto offset = change.access().offset;
        const auto* read = last_touch(touches, statement, offset, false);
        if (read == nullptr || last_touch(touches, change.deed, offset, true) != &change) {
            continue;
        }
        const bool before = read->event->id < change.event->id;
        (before ? torn.early : torn.late) = read;
        (before ? torn.early_change : torn.late_change) = &change;
    }
    return torn.early != nullptr && torn.late != nullptr ? std::optional(torn) : std::nullopt;
}

Statement say_torn(const Scene& scene, const Torn& torn, const char* sentence, const Touch& touch,
                   const Touch& who, const Touch& other) {
    const Touch& first = torn.early_change->event->id < torn.late_change->event->id
                             ? *torn.early_change
                             : *torn.late_change;
    const Touch& second = &first == torn.early_change ? *torn.late_change : *torn.early_change;
    return {
        fmt::format(fmt::runtime(sentence), fmt::arg("Who", scene.Who(who.event->lane)),
                    fmt::arg("who", scene.who(who.event->lane)),
                    fmt::arg("other", scene.who(other.event->lane)),
                    fmt::arg("what", scene.name_of(who.deed == scene.judged() ? touch.access()
                                                                              : first.access())),
                    fmt::arg("what_else", scene.name_of(second.access())),
                    fmt::arg("number", first_number(touch))),
        std::nullopt};
}

/// @return the first balance that a transfer looks at, where it has no semaphore then, and what it
///         finds there afterwards.
std::optional<std::pair<const Touch*, const Touch*>> early_look(const std::vector<Touch>& touches,
                                                                const Deed& deed) {
    const Touch* first = nullptr;
    for (const auto& touch : touches) {
        if (touch.deed != &deed || !is_balance(touch.access())) {
            continue;
        }
        if (first == nullptr) {
            first = &touch;
            if (touch.is_locked() || touch.writes()) {
                return std::nullopt;
            }
        } else if (same_place(touch, *first) && touch.is_locked()) {
            return std::pair(first, &touch);
        }
    }
    return std::nullopt;
}

}  // namespace

Said lost_update(const Evidence& seen) {
    const Scene scene(seen);
    const auto touches = scene.touches();
    const auto loss = find_loss(scene, touches);
    const char* sentence = loss ? sentence_for(*loss) : nullptr;
    if (sentence == nullptr) {
        return std::nullopt;
    }
    const auto lane = loss->read->event->lane;
    const auto other = loss->between->event->lane;
    return Statement{
        fmt::format(fmt::runtime(sentence), fmt::arg("Who", scene.Who(lane)),
                    fmt::arg("who", scene.who(lane)), fmt::arg("Other", scene.Who(other)),
                    fmt::arg("other", scene.who(other)),
                    fmt::arg("what", scene.name_of(loss->read->access())),
                    fmt::arg("function", name_of(loss->read->deed->request.function)),
                    fmt::arg("first", first_number(*loss->read)),
                    fmt::arg("second", first_number(*loss->between))),
        std::nullopt};
}

/// A transfer looked whether there is enough before it had the lock, and then took what was gone.
Said looked_before_lock(const Evidence& seen) {
    const Scene scene(seen);
    const auto touches = scene.touches();
    for (const auto& deed : scene.deeds) {
        const bool moved = deed.is(Function::transfer) && deed.answered() &&
                           deed.exchange.answered->text == "transferred";
        const auto looks = moved ? early_look(touches, deed) : std::nullopt;
        const auto amount = static_cast<std::uint64_t>(deed.request.amount);
        const bool too_little = looks && looks->first->access().before >= amount &&
                                looks->second->access().before < amount;
        for (const auto& touch : touches) {
            if (too_little && touch.deed != &deed && touch.writes() &&
                same_place(touch, *looks->first)) {
                return Statement{
                    fmt::format(words::looked_before_lock, "Who"_a = scene.Who(deed.lane),
                                "what"_a = scene.name_of(looks->first->access()),
                                "other"_a = scene.who(touch.event->lane)),
                    std::nullopt};
            }
        }
    }
    return std::nullopt;
}

Said torn_statement(const Evidence& seen) {
    const Scene scene(seen);
    const auto touches = scene.touches();
    const bool judged = seen.is(Function::statement) && scene.judged() != nullptr;
    const auto torn = judged ? find_torn(scene, touches) : std::nullopt;
    if (!torn) {
        return std::nullopt;
    }
    const auto& [early, late, early_change, late_change] = *torn;
    const Touch& first = early->event->id < late->event->id ? *early : *late;
    const Touch& last = &first == early ? *late : *early;
    if (!early->is_locked() || !late->is_locked()) {
        const Touch& open = first.is_locked() ? last : first;
        return say_torn(scene, *torn, words::looks_without_lock, open, open, *late_change);
    }
    const bool given_back_first =
        std::none_of(first.held.begin(), first.held.end(),
                     [&](const Holding* holding) { return holding->at(last.event->id); });
    if (given_back_first) {
        return say_torn(scene, *torn, words::lock_by_lock, first, first, *late_change);
    }
    if (!share_holding(*early_change, *late_change)) {
        return say_torn(scene, *torn, words::transfer_in_two_halves, *early_change, *early_change,
                        *early);
    }
    if (!share_semaphore(*early, *early_change) && !share_semaphore(*late, *late_change)) {
        return say_torn(scene, *torn, words::statement_locks_others, *early_change, *early_change,
                        *early);
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
