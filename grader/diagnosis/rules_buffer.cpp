// The bounded buffer: the semaphores that count.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules_semaphores.hpp"
#include "diagnosis/semaphore_scene.hpp"
#include "diagnosis/words_semaphores.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;

bool puts(const Deed& deed) {
    return deed.is(Function::put) || deed.is(Function::produce);
}

bool takes(const Deed& deed) {
    return deed.is(Function::take) || deed.is(Function::consume);
}

/// @return the first semop of a request that raises a semaphore that counts, or null.
const Semop* first_count(const Scene& scene, const Deed& deed, int* number) {
    for (const auto* semop : deed.semops) {
        for (const int one : semop->numbers()) {
            if (semop->done && semop->change_of(one) > 0 && !scene.is_lock({semop->set, one})) {
                *number = one;
                return semop;
            }
        }
    }
    return nullptr;
}

/// @return whether another request touches the same place in the schedule, and one of them writes.
bool conflicts(const std::vector<Touch>& touches, const Touch& touch) {
    return std::any_of(touches.begin(), touches.end(), [&](const Touch& other) {
        return other.deed != touch.deed && other.event->lane != touch.event->lane &&
               other.access().offset == touch.access().offset && (other.writes() || touch.writes());
    });
}

/// @return the touch of a place by another request, before this change of it, where that request
///         goes on after it; or null.
const Touch* before_and_after(const std::vector<Touch>& touches, const Touch& change) {
    const Touch* before = nullptr;
    const bool changes = change.writes() && change.access().before != change.access().after;
    for (const auto& touch : touches) {
        const bool other = touch.deed != change.deed && touch.event->lane != change.event->lane;
        const bool same = touch.access().offset == change.access().offset;
        const bool earlier = touch.event->id < change.event->id;
        if (changes && other && same && earlier) {
            before = &touch;
        }
        if (before != nullptr && !earlier && touch.deed == before->deed) {
            return before;
        }
    }
    return nullptr;
}

}  // namespace

Said nothing_counts(const Evidence& seen) {
    const Scene scene(seen);
    const bool function = seen.is(Function::put) || seen.is(Function::take);
    if (!function || !scene.got_through() || scene.judged() == nullptr) {
        return std::nullopt;
    }
    for (const auto semaphore : scene.contested()) {
        if (!scene.is_lock(semaphore)) {
            return std::nullopt;
        }
    }
    return Statement{
        fmt::format(words::nothing_counts, "function"_a = seen.function(),
                    "answer"_a = seen.reply->answer,
                    "what"_a = seen.is(Function::put) ? words::free_slots : words::values),
        std::nullopt};
}

/// Others may go on from the raising, while the process still works at the place.
Said counted_too_early(const Evidence& seen) {
    const Scene scene(seen);
    const auto touches = scene.is_stuck() ? std::vector<Touch>() : scene.touches();
    for (const auto& touch : touches) {
        int number = 0;
        const auto* count = first_count(scene, *touch.deed, &number);
        const bool after = count != nullptr && count->event->id < touch.event->id;
        const bool matters = puts(*touch.deed) ? touch.writes() : takes(*touch.deed);
        if (!after || !matters || touch.is_locked() || !conflicts(touches, touch)) {
            continue;
        }
        const auto other = std::find_if(touches.begin(), touches.end(), [&](const Touch& one) {
            return one.event->lane != touch.event->lane;
        });
        return Statement{fmt::format(words::counted_too_early,
                                     "Who"_a = scene.Who(touch.event->lane), "number"_a = number,
                                     "does"_a = touch.writes() ? words::writes : words::reads,
                                     "what"_a = scene.name_of(touch.access()),
                                     "Other"_a = scene.Who(other->event->lane)),
                         std::nullopt};
    }
    return std::nullopt;
}

/// One changed what the other one works with, in the middle of it.
Said buffer_without_lock(const Evidence& seen) {
    const Scene scene(seen);
    const bool of_values = is_of_buffer(seen.request.function) && !scene.is_stuck();
    const auto touches = of_values ? scene.touches() : std::vector<Touch>();
    for (const auto& change : touches) {
        const auto* touch = before_and_after(touches, change);
        if (touch == nullptr || share_semaphore(*touch, change)) {
            continue;
        }
        const bool never_locked = std::none_of(
            touches.begin(), touches.end(),
            [&](const Touch& other) { return other.deed == touch->deed && other.is_locked(); });
        const char* sentence = never_locked         ? words::no_lock_in_buffer
                               : touch->is_locked() ? words::other_unlocked_in_buffer
                                                    : words::unlocked_in_buffer;
        const auto lane = touch->event->lane;
        const auto other = change.event->lane;
        return Statement{
            fmt::format(fmt::runtime(sentence), fmt::arg("Who", scene.Who(lane)),
                        fmt::arg("who", scene.who(lane)), fmt::arg("Other", scene.Who(other)),
                        fmt::arg("other", scene.who(other)),
                        fmt::arg("what", scene.name_of(change.access())),
                        fmt::arg("function", name_of(touch->deed->request.function))),
            std::nullopt};
    }
    return std::nullopt;
}

Said counting_undone(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto& undoing : scene.story.undoings()) {
        const Semop* last = nullptr;
        for (const auto& semop : scene.story.semops()) {
            const auto* deed = scene.deed_of(*semop.event);
            const auto* on =
                semop.set == undoing.semaphore.set ? semop.on(undoing.semaphore.number) : nullptr;
            const bool counts = deed != nullptr && (puts(*deed) || takes(*deed)) && on != nullptr &&
                                (on->sem_flg & SEM_UNDO) != 0;
            last = counts && semop.lane == undoing.lane && semop.done ? &semop : last;
        }
        if (last != nullptr && undoing.change != 0 && !scene.is_lock(undoing.semaphore)) {
            return at(*last->event, "SEM_UNDO", words::counting_undone_note,
                      fmt::format(words::counting_undone, "call"_a = told(*last->event),
                                  "number"_a = undoing.semaphore.number,
                                  "Who"_a = scene.Who(undoing.lane)));
        }
    }
    return std::nullopt;
}

Said nobody_raises(const Evidence& seen) {
    const Scene scene(seen);
    const auto* waiting = scene.stuck_in();
    const auto* judged = scene.judged();
    if (waiting == nullptr || !(puts(*judged) || takes(*judged))) {
        return std::nullopt;
    }
    const bool for_values = takes(*judged);
    const auto does_other = [&](const Deed& deed) { return for_values ? puts(deed) : takes(deed); };
    const bool any = std::any_of(scene.deeds.begin(), scene.deeds.end(), [&](const Deed& deed) {
        return does_other(deed) && deed.answered() && !deed.answer.is_failure();
    });
    for (const int number : waiting->numbers()) {
        const Semaphore semaphore{waiting->set, number};
        const bool raised =
            std::any_of(scene.deeds.begin(), scene.deeds.end(), [&](const Deed& deed) {
                return !deed.is(Function::open_buffer) && deed.change_of(semaphore) > 0;
            });
        const auto* maker = scene.maker_of(waiting->set);
        const bool known = maker != nullptr && scene.is_whole_since(maker->begin());
        if (any && known && !raised && !scene.is_lock(semaphore)) {
            return at(*waiting->event, "", words::nobody_raises_note,
                      fmt::format(words::nobody_raises, "function"_a = seen.function(),
                                  "number"_a = number, "other"_a = for_values ? "put" : "take"));
        }
    }
    return std::nullopt;
}

Said buffer_close_removes(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto& deed : scene.deeds) {
        for (const auto& control : any_controls(deed.exchange.calls)) {
            if (deed.is(Function::close_buffer) && control.removes() && control.result &&
                is_of_buffer(seen.request.function)) {
                return at(*control.event, "IPC_RMID", "",
                          fmt::format(words::close_removes, "call"_a = told(*control.event)));
            }
        }
    }
    return std::nullopt;
}

Said buffer_remove_creates(const Evidence& seen) {
    for (const auto& get : any_gets(seen)) {
        if (seen.is(Function::remove_buffer) && (get.flags & IPC_CREAT) != 0 &&
            seen.expects_error(ENOENT)) {
            return at(*get.event, "IPC_CREAT", "",
                      fmt::format(words::remove_creates, "call"_a = told(*get.event)));
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
