// lock, unlock and Guard: what their semop does, and what became of its failure.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "diagnosis/rules_semaphores.hpp"
#include "diagnosis/semaphore_scene.hpp"
#include "diagnosis/words_semaphores.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using AnswerKind = Answer::Kind;

bool takes_lock(const Evidence& seen) {
    return seen.is(Function::lock) || seen.is(Function::enter);
}

bool same_operations(const Semop& one, const Semop& other) {
    return one.set == other.set && one.operations.size() == other.operations.size() &&
           std::memcmp(one.operations.data(), other.operations.data(),
                       one.operations.size() * sizeof(sembuf)) == 0;
}

/// @return the semop that a signal interrupted and that was not made again, or null.
const Semop* given_up(const Deed& deed) {
    const auto& semops = deed.semops;
    for (auto semop = semops.begin(); semop != semops.end(); ++semop) {
        const bool again = std::any_of(semop + 1, semops.end(), [&](const Semop* later) {
            return same_operations(**semop, *later);
        });
        if ((*semop)->error() == EINTR && !again) {
            return *semop;
        }
    }
    return nullptr;
}

/// @return the lock that a request is about: of a leave, the one of its enter.
std::optional<Semaphore> asked_for(const Scene& scene, const Deed& deed) {
    const Deed* from = &deed;
    if (deed.is(Function::leave)) {
        from = nullptr;
        for (const auto& other : scene.deeds) {
            const bool before = other.lane == deed.lane && other.begin() < deed.begin();
            from = before && other.is(Function::enter) ? &other : from;
        }
    }
    const bool named = from != nullptr && (from->is(Function::lock) || from->is(Function::unlock) ||
                                           from->is(Function::enter));
    return named ? std::optional(Semaphore{from->request.id, from->request.number}) : std::nullopt;
}

Statement say_other_semaphore(const Scene& scene, const Deed& deed, const Semop& semop,
                              int number) {
    const bool of_guard = deed.is(Function::leave);
    return at(*semop.event, "", fmt::format(words::other_semaphore_note, "number"_a = number),
              fmt::format(
                  fmt::runtime(of_guard ? words::other_semaphore_of_guard : words::other_semaphore),
                  fmt::arg("request", deed.request.text), fmt::arg("number", number),
                  fmt::arg("function", name_of(deed.request.function)),
                  fmt::arg("who", scene.who(deed.lane)), fmt::arg("call", told(*semop.event))));
}

/// @return the semop of a lock or unlock that is about other semaphores only, or null.
const Semop* about_another(const Scene& scene, const Deed& deed) {
    const auto wanted = asked_for(scene, deed);
    const Semop* other = nullptr;
    for (const auto* semop : deed.semops) {
        if (!wanted || semop->set != wanted->set || semop->on(wanted->number) != nullptr) {
            return nullptr;
        }
        other = semop;
    }
    return other;
}

/// @return the last semop of a request that changes a semaphore upwards, or null.
const Semop* last_raising(const Deed& deed, Semaphore semaphore) {
    const Semop* last = nullptr;
    for (const auto* semop : deed.semops) {
        const bool raises =
            semop->done && semop->set == semaphore.set && semop->change_of(semaphore.number) > 0;
        last = raises ? semop : last;
    }
    return last;
}

}  // namespace

Said lock_interrupted(const Evidence& seen) {
    const Scene scene(seen);
    const auto* semop = scene.judged() == nullptr ? nullptr : given_up(*scene.judged());
    const bool answered = seen.trouble() == arena::Trouble::none;
    const bool gave_up = seen.answer.error == EINTR || seen.answer.kind == AnswerKind::exception;
    if (semop == nullptr || !answered || (!gave_up && seen.answer.kind != AnswerKind::done)) {
        return std::nullopt;
    }
    return at(
        *semop->event, "", words::interrupted_note,
        fmt::format(fmt::runtime(gave_up ? words::gives_up_when_interrupted
                                         : words::interrupted_is_no_lock),
                    fmt::arg("call", told(*semop->event)), fmt::arg("function", seen.function())));
}

/// Looks with one call and changes with another one.
Said lock_in_two_steps(const Evidence& seen) {
    const Scene scene(seen);
    if (!takes_lock(seen) || scene.judged() == nullptr) {
        return std::nullopt;
    }
    const auto& deed = *scene.judged();
    const int number = seen.request.number;
    const auto takes = [&](const Semop* semop) { return scene.story.takes(*semop, number); };
    const bool lowers = std::any_of(deed.semops.begin(), deed.semops.end(), takes);
    const bool waits =
        std::any_of(deed.semops.begin(), deed.semops.end(), [number](const Semop* semop) {
            return semop->waits_for_zero(number) && semop->change_of(number) == 0;
        });
    const recorder::Event* second = nullptr;
    for (const auto& control : any_controls(seen)) {
        second = control.command == SETVAL && control.semaphore == number ? control.event : second;
    }
    if (const auto* raising = last_raising(deed, {seen.request.id, number});
        raising != nullptr && waits) {
        second = raising->event;
    }
    if (lowers || second == nullptr) {
        return std::nullopt;
    }
    return at(*second, "", words::two_steps_note,
              fmt::format(words::lowers_in_two_steps, "function"_a = seen.function(),
                          "call"_a = told(*second)));
}

Said lock_only_waits_for_zero(const Evidence& seen) {
    const Scene scene(seen);
    const bool functions = takes_lock(seen) || seen.is(Function::deposit) ||
                           seen.is(Function::transfer) || seen.is(Function::statement);
    if (!functions || scene.judged() == nullptr) {
        return std::nullopt;
    }
    for (const auto* semop : scene.judged()->semops) {
        for (const int number : semop->numbers()) {
            const bool only = semop->waits_for_zero(number) && semop->change_of(number) == 0;
            const bool changed = std::any_of(
                scene.story.semops().begin(), scene.story.semops().end(), [&](const Semop& other) {
                    const auto* deed = scene.deed_of(*other.event);
                    return other.set == semop->set && other.change_of(number) < 0 &&
                           deed != nullptr && deed->request.function == seen.request.function;
                });
            if (only && !changed && !scene.story.is_inverted({semop->set, number})) {
                return at(*semop->event, fmt::format("{{{}, 0", number),
                          words::only_waits_for_zero_note,
                          fmt::format(words::only_waits_for_zero, "call"_a = told(*semop->event),
                                      "number"_a = number));
            }
        }
    }
    return std::nullopt;
}

Said lock_raises(const Evidence& seen) {
    const Scene scene(seen);
    const Semaphore wanted{seen.request.id, seen.request.number};
    if (!takes_lock(seen) || scene.judged() == nullptr || scene.story.is_inverted(wanted)) {
        return std::nullopt;
    }
    const auto* raising = last_raising(*scene.judged(), wanted);
    if (raising == nullptr || scene.judged()->change_of(wanted) <= 0) {
        return std::nullopt;
    }
    return at(*raising->event, "", words::raises_note,
              fmt::format(words::raises_in_place_of_lowering, "call"_a = told(*raising->event),
                          "number"_a = wanted.number));
}

Said unlock_lowers(const Evidence& seen) {
    const Scene scene(seen);
    const bool gives = seen.is(Function::unlock) || seen.is(Function::leave);
    const auto wanted =
        gives && scene.judged() != nullptr ? asked_for(scene, *scene.judged()) : std::nullopt;
    const bool lowered = std::any_of(scene.deeds.begin(), scene.deeds.end(), [&](const Deed& deed) {
        const bool takes = deed.is(Function::lock) || deed.is(Function::enter);
        return takes && wanted && deed.change_of(*wanted) < 0;
    });
    if (!wanted || !lowered) {
        return std::nullopt;
    }
    for (const auto* semop : scene.judged()->semops) {
        if (semop->set == wanted->set && semop->change_of(wanted->number) < 0) {
            return at(*semop->event, "", words::lowers_note,
                      fmt::format(words::lowers_in_place_of_raising, "call"_a = told(*semop->event),
                                  "number"_a = wanted->number));
        }
    }
    return std::nullopt;
}

/// The failing request itself, or the one that has what it waits for.
Said lock_of_other_semaphore(const Evidence& seen) {
    const Scene scene(seen);
    const bool through_or_failed = scene.got_through() || seen.answer.error != 0;
    const auto* judged = scene.judged();
    if (judged == nullptr) {
        return std::nullopt;
    }
    if (const auto* semop = about_another(scene, *judged);
        semop != nullptr && (through_or_failed || scene.is_stuck())) {
        return say_other_semaphore(scene, *judged, *semop, asked_for(scene, *judged)->number);
    }
    const auto* stuck = scene.stuck_in();
    for (const auto& deed : scene.deeds) {
        const auto* semop = about_another(scene, deed);
        // It changed just the one that the failing request waits for, or it should have.
        const bool concerns = stuck != nullptr && semop != nullptr && semop->set == stuck->set &&
                              (stuck->on(semop->operations.front().sem_num) != nullptr ||
                               stuck->on(asked_for(scene, deed)->number) != nullptr);
        if (concerns) {
            return say_other_semaphore(scene, deed, *semop, asked_for(scene, deed)->number);
        }
    }
    return std::nullopt;
}

Said lock_without_semop(const Evidence& seen) {
    const Scene scene(seen);
    if (!takes_lock(seen) || !scene.got_through() || scene.judged() == nullptr ||
        !scene.contested().empty()) {
        return std::nullopt;
    }
    const auto sentence =
        fmt::format(words::no_lowering, "function"_a = seen.function(),
                    "answer"_a = seen.reply->answer, "number"_a = seen.request.number);
    return seen.calls().empty() ? Statement{sentence, std::nullopt}
                                : at(*seen.calls().back(), "", words::no_lowering_note, sentence);
}

/// Another one took the lock and gave it back in the same request.
Said lock_given_back_at_once(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto semaphore : scene.contested()) {
        for (const auto& deed : scene.deeds) {
            const bool takes = deed.is(Function::lock) || deed.is(Function::enter);
            const auto* raising = last_raising(deed, semaphore);
            if (takes && raising != nullptr && deed.change_of(semaphore) == 0 &&
                !scene.story.is_inverted(semaphore)) {
                return at(*raising->event, "", words::gives_back_note,
                          fmt::format(words::gives_back_at_once, "call"_a = told(*raising->event),
                                      "function"_a = name_of(deed.request.function)));
            }
        }
    }
    return std::nullopt;
}

Said lock_raised_too_often(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto semaphore : scene.contested()) {
        for (auto deed = scene.deeds.rbegin(); deed != scene.deeds.rend(); ++deed) {
            const bool gives = deed->is(Function::unlock) || deed->is(Function::leave);
            const int most = gives ? 1 : 0;
            const auto* raising = last_raising(*deed, semaphore);
            if (deed->opens() || raising == nullptr || deed->change_of(semaphore) <= most ||
                scene.story.is_inverted(semaphore) || !scene.is_lock(semaphore)) {
                continue;
            }
            return at(*raising->event, "", words::raised_too_often_note,
                      fmt::format(words::raised_too_often, "Who"_a = scene.Who(deed->lane),
                                  "number"_a = semaphore.number, "request"_a = deed->request.text,
                                  "call"_a = told(*raising->event)));
        }
    }
    return std::nullopt;
}

Said lock_failure_swallowed(const Evidence& seen) {
    const bool answered =
        seen.trouble() == arena::Trouble::none &&
        (seen.answer.kind == AnswerKind::done || seen.answer.kind == AnswerKind::removed);
    const bool should_wait = !seen.mismatch->expected_reply.waits_in.empty();
    for (const auto* call : seen.calls()) {
        const int failed = call->call.error();
        const bool is_last = call == seen.calls().back();
        const bool counts = failed != 0 && (seen.expects_error(failed) || (should_wait && is_last));
        if (answered && counts) {
            const std::string error = kernel::errno_name(failed);
            return at(
                *call, "", error,
                fmt::format(words::failed_without_a_word, "call"_a = told(*call), "error"_a = error,
                            "function"_a = seen.function(), "answer"_a = seen.reply->answer));
        }
    }
    return std::nullopt;
}

Said guard_aborts(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool ended = seen.trouble() == arena::Trouble::ended && seen.reply->wait_status;
    if (!seen.is(Function::leave) || !failure || !ended || !WIFSIGNALED(*seen.reply->wait_status) ||
        WTERMSIG(*seen.reply->wait_status) != SIGABRT) {
        return std::nullopt;
    }
    const std::string error = kernel::errno_name(failure->error);
    return at(
        *failure->event, "", error,
        fmt::format(words::guard_aborts, "call"_a = told(*failure->event), "error"_a = error));
}

/// The failing request itself, or the one that should have ended its wait.
Said locks_not_removed(const Evidence& seen) {
    const Scene scene(seen);
    const Deed* removal = nullptr;
    for (const auto& deed : scene.deeds) {
        removal = deed.is(Function::remove_locks) ? &deed : removal;
    }
    const bool waits = takes_lock(seen) && scene.is_stuck() && seen.expects_error(EIDRM);
    if (removal == nullptr || removal->answer.kind != AnswerKind::removed ||
        (!seen.is(Function::remove_locks) && !waits)) {
        return std::nullopt;
    }
    for (const auto& control : any_controls(removal->exchange.calls)) {
        if (control.removes()) {
            return std::nullopt;
        }
    }
    return Statement{fmt::format(words::not_removed, "function"_a = "remove_locks",
                                 "answer"_a = "removed", "control"_a = "semctl"),
                     std::nullopt};
}

Said used_after_detach(const Evidence& seen) {
    const bool killed = seen.trouble() == arena::Trouble::ended && seen.reply->wait_status &&
                        WIFSIGNALED(*seen.reply->wait_status) &&
                        WTERMSIG(*seen.reply->wait_status) == SIGSEGV;
    for (const auto* call : seen.calls()) {
        const bool detaches =
            call->call.number == SYS_shmdt && call->call.returned() && !call->call.failed();
        if (killed && detaches) {
            return at(*call, "", words::used_after_detach_note,
                      fmt::format(words::used_after_detach, "function"_a = seen.function()));
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
