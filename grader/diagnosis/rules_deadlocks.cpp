// Who waits in semop for ever: who has what he waits for, and why he does not give it back.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include <algorithm>

#include "diagnosis/rules_semaphores.hpp"
#include "diagnosis/semaphore_scene.hpp"
#include "diagnosis/words_semaphores.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;

/// A semaphore that the failing request waits for, and who has it.
struct Kept {
    Semaphore semaphore;
    const Holding* holding = nullptr;
};

/// @return what a process has at the end, of a semaphore that keeps others out, or null.
const Holding* kept_by(const Scene& scene, Semaphore semaphore, std::optional<std::size_t> lane) {
    const Holding* kept = nullptr;
    for (const auto& holding : scene.story.holdings()) {
        const bool is_this = holding.semaphore == semaphore && !holding.until &&
                             holding.lane == lane.value_or(holding.lane);
        kept = is_this ? &holding : kept;
    }
    return kept != nullptr && scene.is_lock(semaphore) ? kept : nullptr;
}

std::vector<Semaphore> wanted_by(const Scene& scene, const Semop& semop) {
    std::vector<Semaphore> all;
    for (const int number : semop.numbers()) {
        if (scene.story.takes(semop, number)) {
            all.push_back({semop.set, number});
        }
    }
    return all;
}

std::vector<Kept> kept_from(const Scene& scene, const Semop* waiting) {
    std::vector<Kept> all;
    for (const auto semaphore :
         waiting == nullptr ? std::vector<Semaphore>() : wanted_by(scene, *waiting)) {
        if (const auto* holding = kept_by(scene, semaphore, std::nullopt)) {
            all.push_back({semaphore, holding});
        }
    }
    return all;
}

/// @return the last call of a lane that was made with SEM_UNDO, or without it, on a semaphore.
const Semop* last_with(const Scene& scene, std::size_t lane, Semaphore semaphore, bool undo) {
    const Semop* last = nullptr;
    for (const auto& semop : scene.story.semops()) {
        const auto* on = semop.set == semaphore.set ? semop.on(semaphore.number) : nullptr;
        const bool has = on != nullptr && (on->sem_flg & SEM_UNDO) != 0;
        last = semop.lane == lane && on != nullptr && semop.done && has == undo ? &semop : last;
    }
    return last;
}

std::string answer_of(const Deed& deed) {
    return deed.answered() ? deed.exchange.answered->text : "";
}

/// @return the unlock or leave that should have given a lock back, or null.
const Deed* meant_to_give(const Scene& scene, const Kept& kept, const Deed& taking) {
    for (const auto& deed : scene.deeds) {
        const bool later = deed.lane == taking.lane && deed.begin() > taking.begin();
        const bool unlocks = deed.is(Function::unlock) && taking.is(Function::lock) &&
                             deed.request.id == kept.semaphore.set &&
                             deed.request.number == kept.semaphore.number;
        const bool leaves = deed.is(Function::leave) && taking.is(Function::enter);
        if (later && (unlocks || leaves) && deed.answered() && !deed.answer.is_failure()) {
            return &deed;
        }
    }
    return nullptr;
}

Said say_not_given_back(const Scene& scene, const Kept& kept, const Deed& giving) {
    const auto& taken = *kept.holding->taken->event;
    return at(taken, "",
              fmt::format(words::not_given_back_note, "number"_a = kept.semaphore.number),
              fmt::format(words::not_given_back, "Who"_a = scene.Who(giving.lane),
                          "answer"_a = answer_of(giving), "request"_a = giving.request.text,
                          "number"_a = kept.semaphore.number));
}

bool puts(const Deed& deed) {
    return deed.is(Function::put) || deed.is(Function::produce);
}

Statement say_waits_with(const Scene& scene, const Semop& waiting, int has, int wants,
                         std::size_t other) {
    return at(*waiting.event, "", fmt::format(words::waits_with_lock_note, "has"_a = has),
              fmt::format(words::waits_with_lock, "Who"_a = scene.Who(waiting.lane), "has"_a = has,
                          "wants"_a = wants, "Other"_a = scene.Who(other)));
}

}  // namespace

Said lock_deadlock(const Evidence& seen) {
    const Scene scene(seen);
    const auto* waiting = scene.stuck_in();
    for (const auto& [semaphore, holding] : kept_from(scene, waiting)) {
        const auto* other = scene.story.waiting(holding->lane);
        if (holding->lane == waiting->lane || other == nullptr) {
            continue;
        }
        for (const auto wanted : wanted_by(scene, *other)) {
            if (kept_by(scene, wanted, waiting->lane) != nullptr) {
                const auto name = scene.who(other->lane);
                return at(*waiting->event, "", fmt::format(words::deadlock_note, "other"_a = name),
                          fmt::format(words::deadlock, "Who"_a = scene.Who(waiting->lane),
                                      "has"_a = wanted.number, "wants"_a = semaphore.number,
                                      "other"_a = name));
            }
        }
    }
    return std::nullopt;
}

/// One of the buffer's functions waits for what the other one raises, with the lock in hand that
/// this needs.
Said waits_with_lock(const Evidence& seen) {
    const Scene scene(seen);
    const auto* waiting = scene.stuck_in();
    if (waiting == nullptr || !is_of_buffer(seen.request.function)) {
        return std::nullopt;
    }
    for (std::size_t lane = 0; lane < scene.recording.lanes.size(); ++lane) {
        const auto* other = scene.story.waiting(lane);
        const auto* deed = other == nullptr ? nullptr : scene.deed_of(*other->event);
        if (lane == waiting->lane || deed == nullptr || puts(*deed) == puts(*scene.judged())) {
            continue;
        }
        for (const auto& [one, two] : {std::pair(waiting, other), std::pair(other, waiting)}) {
            for (const auto& [semaphore, holding] : kept_from(scene, two)) {
                auto wants = wanted_by(scene, *one);
                std::erase_if(wants, [&](Semaphore some) { return scene.is_lock(some); });
                if (holding->lane == one->lane && !wants.empty()) {
                    return say_waits_with(scene, *one, semaphore.number, wants.front().number,
                                          two->lane);
                }
            }
        }
    }
    return std::nullopt;
}

/// The failing request itself, or the one that has what it waits for.
Said waits_for_itself(const Evidence& seen) {
    const Scene scene(seen);
    const auto* stuck = scene.stuck_in();
    std::vector<const Semop*> all = {stuck};
    for (const auto& kept : kept_from(scene, stuck)) {
        all.push_back(scene.story.waiting(kept.holding->lane));
    }
    for (const auto* waiting : all) {
        const auto* deed = waiting == nullptr ? nullptr : scene.deed_of(*waiting->event);
        if (deed == nullptr) {
            continue;
        }
        for (const auto semaphore : wanted_by(scene, *waiting)) {
            const auto* own = kept_by(scene, semaphore, waiting->lane);
            if (own != nullptr && own->taken->event->id > deed->begin()) {
                return at(*waiting->event, "", words::waits_for_itself_note,
                          fmt::format(words::waits_for_itself,
                                      "function"_a = name_of(deed->request.function),
                                      "number"_a = semaphore.number,
                                      "call"_a = told(*own->taken->event)));
            }
        }
    }
    return std::nullopt;
}

Said lock_not_given_back(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto& kept : kept_from(scene, scene.stuck_in())) {
        const auto* deed = scene.deed_of(*kept.holding->taken->event);
        if (deed == nullptr || kept.holding->owner_ended || !deed->answered()) {
            continue;
        }
        if (deed->is(Function::lock) || deed->is(Function::enter)) {
            if (const auto* giving = meant_to_give(scene, kept, *deed)) {
                return say_not_given_back(scene, kept, *giving);
            }
            continue;
        }
        return at(*kept.holding->taken->event, "", words::kept_note,
                  fmt::format(words::kept_by_function, "Who"_a = scene.Who(deed->lane),
                              "number"_a = kept.semaphore.number, "request"_a = deed->request.text,
                              "answer"_a = answer_of(*deed),
                              "function"_a = name_of(deed->request.function)));
    }
    return std::nullopt;
}

Said killed_with_lock(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto& kept : kept_from(scene, scene.stuck_in())) {
        const auto& taken = *kept.holding->taken;
        const auto* on = taken.on(kept.semaphore.number);
        if (kept.holding->owner_ended && (on->sem_flg & SEM_UNDO) == 0) {
            return at(
                *taken.event, "", words::without_undo_note,
                fmt::format(words::killed_with_lock, "Who"_a = scene.Who(taken.lane),
                            "number"_a = kept.semaphore.number, "call"_a = told(*taken.event)));
        }
    }
    return std::nullopt;
}

/// Who gave a semaphore its first value has ended, and with it the value.
Said first_value_undone(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto& undoing : scene.story.undoings()) {
        if (undoing.change >= undoing.held) {
            continue;
        }
        for (const auto& semop : scene.story.semops()) {
            const auto* deed = scene.deed_of(*semop.event);
            const auto* on =
                semop.set == undoing.semaphore.set ? semop.on(undoing.semaphore.number) : nullptr;
            // The first ones of the process, before it took anything.
            const bool first = deed != nullptr && deed->opens() && semop.lane == undoing.lane &&
                               on != nullptr && on->sem_op > 0 && semop.done &&
                               &semop == *std::find_if(deed->semops.begin(), deed->semops.end(),
                                                       [](const Semop* one) { return one->done; });
            if (first && (on->sem_flg & SEM_UNDO) != 0 &&
                scene.maker_of(undoing.semaphore.set) == deed) {
                return at(*semop.event, "SEM_UNDO", words::first_value_undone_note,
                          fmt::format(words::first_value_undone, "Who"_a = scene.Who(semop.lane),
                                      "number"_a = undoing.semaphore.number,
                                      "call"_a = told(*semop.event)));
            }
        }
    }
    return std::nullopt;
}

Said undone_wrongly(const Evidence& seen) {
    const Scene scene(seen);
    const auto contested = scene.contested();
    const auto* waiting = scene.stuck_in();
    const auto waited = waiting == nullptr ? std::vector<Semaphore>() : wanted_by(scene, *waiting);
    const auto has = [](const std::vector<Semaphore>& some, Semaphore one) {
        return std::find(some.begin(), some.end(), one) != some.end();
    };
    for (const auto& undoing : scene.story.undoings()) {
        const bool too_much = undoing.change > undoing.held && has(contested, undoing.semaphore);
        const bool too_little =
            undoing.change < undoing.held && undoing.change < 0 && has(waited, undoing.semaphore);
        const auto* last = last_with(scene, undoing.lane, undoing.semaphore, !too_much);
        if ((!too_much && !too_little) || !scene.is_lock(undoing.semaphore) || last == nullptr) {
            continue;
        }
        return at(
            *last->event, "", words::undone_by_kernel_note,
            fmt::format(fmt::runtime(too_much ? words::undone_too_much : words::undone_too_little),
                        fmt::arg("Who", scene.Who(undoing.lane)),
                        fmt::arg("number", undoing.semaphore.number)));
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
