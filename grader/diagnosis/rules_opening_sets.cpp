// Making and finding a set of semaphores or a segment, and the first values of a set.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules_semaphores.hpp"
#include "diagnosis/semaphore_scene.hpp"
#include "diagnosis/words_semaphores.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using kernel::Kind;
using AnswerKind = Answer::Kind;

constexpr unsigned mode_bits = 0777;

bool is_opening(Function function) {
    return function == Function::open_locks || function == Function::open_bank ||
           function == Function::open_buffer;
}

bool is_opening(const Evidence& seen) {
    return is_opening(seen.request.function);
}

bool is_busy(const Evidence& seen) {
    return seen.trouble() == arena::Trouble::used_processor ||
           seen.trouble() == arena::Trouble::slept;
}

bool can_make(const AnyGet& get) {
    return get.key == IPC_PRIVATE || (get.flags & IPC_CREAT) != 0;
}

/// @return the calls of the failing request that make or find objects of a kind.
std::vector<AnyGet> gets_of(const Evidence& seen, Kind kind) {
    auto gets = any_gets(seen);
    std::erase_if(gets, [kind](const AnyGet& get) { return get.kind != kind; });
    return gets;
}

/// @return the semaphores that the failing request waits for.
std::vector<Semaphore> waited_for(const Scene& scene) {
    std::vector<Semaphore> all;
    if (const auto* semop = scene.stuck_in()) {
        for (const int number : semop->numbers()) {
            if (scene.story.takes(*semop, number)) {
                all.push_back({semop->set, number});
            }
        }
    }
    return all;
}

bool looked_before(const Valuation& valuation) {
    const auto controls = any_controls(valuation.deed->exchange.calls);
    return std::any_of(controls.begin(), controls.end(), [&](const AnyControl& control) {
        const bool looks = control.command == GETVAL || control.command == GETALL;
        return looks && control.event->id < valuation.event->id;
    });
}

/// @return a call that should have given a semaphore its first value, and failed, or null.
const recorder::Event* failed_valuation(const Deed& maker, Semaphore semaphore) {
    for (const auto& control : any_controls(maker.exchange.calls)) {
        const bool of_it = control.command == SETALL ||
                           (control.command == SETVAL && control.semaphore == semaphore.number);
        if (of_it && control.id == semaphore.set && control.error != 0) {
            return control.event;
        }
    }
    return nullptr;
}

/// @return whether somebody raises a semaphore, or waits for its zero: who locks in this way may
///         well want it to be 0 at first. To open it is no use.
bool is_used(const Scene& scene, Semaphore semaphore) {
    const auto& semops = scene.story.semops();
    return std::any_of(semops.begin(), semops.end(), [&](const Semop& semop) {
        const auto* deed = scene.deed_of(*semop.event);
        const bool opens = deed != nullptr && is_opening(deed->request.function);
        const bool raises = semop.done && semop.change_of(semaphore.number) > 0;
        return semop.set == semaphore.set &&
               (raises || (!opens && semop.waits_for_zero(semaphore.number)));
    });
}

Statement say_never_valued(const Scene& scene, const Deed& maker, Semaphore semaphore) {
    if (const auto* failed = failed_valuation(maker, semaphore)) {
        const std::string error = kernel::errno_name(failed->call.error());
        return at(*failed, "", error,
                  fmt::format(words::first_value_failed, "call"_a = told(*failed),
                              "error"_a = error, "number"_a = semaphore.number));
    }
    for (const auto* semop : maker.semops) {
        if (semop->set == semaphore.set && semop->waits_for_zero(semaphore.number)) {
            return at(*semop->event, "", words::zero_gives_no_value_note,
                      fmt::format(words::zero_gives_no_value, "call"_a = told(*semop->event),
                                  "number"_a = semaphore.number));
        }
    }
    return at(*scene.stuck_in()->event, "", words::never_valued_note,
              fmt::format(words::never_valued, "number"_a = semaphore.number));
}

/// @return how many slots the buffer of a set has, or nothing.
std::optional<long> slots_of(const Scene& scene, int set) {
    const auto* maker = scene.maker_of(set);
    const bool known = maker != nullptr && maker->is(Function::open_buffer);
    return known ? std::optional(maker->request.amount) : std::nullopt;
}

/// Whether a first value is wrong in a way that explains the failure.
std::optional<Statement> wrong_value(const Scene& scene, Semaphore semaphore, bool too_much) {
    const auto given = scene.valuations(semaphore);
    const auto value = given.size() == 1 ? given.front().value : std::nullopt;
    if (!value || scene.story.is_inverted(semaphore)) {
        return std::nullopt;
    }
    const auto slots = scene.is_lock(semaphore) ? std::nullopt : slots_of(scene, semaphore.set);
    const bool of_values = scene.seen.is(Function::take) || scene.seen.is(Function::consume);
    const long wanted = slots && !of_values ? *slots : slots ? 0 : 1;
    if (of_values || (too_much ? *value <= wanted : *value >= wanted)) {
        return std::nullopt;
    }
    const char* sentence = slots ? words::first_value_of_slots : words::first_value;
    const auto& call = *given.front().event;
    return at(call, "", fmt::format(words::first_value_note, "wanted"_a = wanted),
              fmt::format(fmt::runtime(sentence), fmt::arg("call", told(call)),
                          fmt::arg("number", semaphore.number), fmt::arg("value", *value),
                          fmt::arg("slots", wanted)));
}

/// Whether a value was given after a use, and is not the one that made this use possible: who waits
/// for a value may go on before the call has returned that gives it.
bool came_after(const Valuation& given, const std::vector<Valuation>& all, std::size_t use) {
    const bool another = std::any_of(all.begin(), all.end(), [&](const Valuation& other) {
        return other.deed != given.deed && other.done < use;
    });
    return given.done > use && (given.event->id > use || another);
}

/// @return what to say of a value that was given to what was in use.
Statement say_anew(const Scene& scene, const Valuation& given, Semaphore semaphore,
                   std::size_t user) {
    const auto* maker = scene.maker_of(semaphore.set);
    const bool by_newcomer = maker != nullptr && maker != given.deed;
    const char* sentence = given.raises && looked_before(given) ? words::raised_after_look
                           : by_newcomer                        ? words::count_by_newcomer
                                                                : words::count_too_late;
    const auto lane = given.deed->lane;
    return at(
        *given.event, "", words::value_again_note,
        fmt::format(fmt::runtime(sentence), fmt::arg("call", told(*given.event)),
                    fmt::arg("who", scene.who(lane)), fmt::arg("Who", scene.Who(lane)),
                    fmt::arg("number", semaphore.number), fmt::arg("other", scene.who(user))));
}

}  // namespace

Said set_never_opens(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool exists = failure && failure->error == EEXIST && seen.answer.error == EEXIST;
    if (!is_opening(seen) || !exists) {
        return std::nullopt;
    }
    return at(*failure->event, "IPC_EXCL", words::eexist_is_no_failure_note,
              fmt::format(words::eexist_is_no_failure, "call"_a = told(*failure->event),
                          "function"_a = seen.function()));
}

Said set_creates_nothing(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool missing = failure && failure->error == ENOENT && seen.answer.error == ENOENT;
    const auto gets = any_gets(seen);
    if (!is_opening(seen) || !missing || std::any_of(gets.begin(), gets.end(), can_make)) {
        return std::nullopt;
    }
    return at(*failure->event, "", words::creates_nothing_note,
              fmt::format(words::creates_nothing, "call"_a = told(*failure->event)));
}

Said set_with_other_key(const Evidence& seen) {
    for (const auto kind : {Kind::segment, Kind::semaphore_set}) {
        const auto gets = gets_of(seen, kind);
        const bool right = std::any_of(gets.begin(), gets.end(), [&](const AnyGet& get) {
            return get.key == seen.request.key;
        });
        if (!is_opening(seen) || gets.empty() || right) {
            continue;
        }
        const auto& get = gets.front();
        if (get.key == IPC_PRIVATE) {
            return at(*get.event, "IPC_PRIVATE", words::other_key_note,
                      fmt::format(words::private_set, "call"_a = told(*get.event),
                                  "function"_a = seen.function()));
        }
        return at(
            *get.event, kernel::show_key(get.key), words::other_key_note,
            fmt::format(words::other_key, "function"_a = seen.function(),
                        "key"_a = kernel::show_key(seen.request.key), "call"_a = told(*get.event)));
    }
    return std::nullopt;
}

Said set_mode(const Evidence& seen) {
    // What the kernel lists was judged, and not only what was answered.
    const auto& expected = seen.mismatch->expected_reply;
    const bool of_objects = expected.answer.empty() && expected.error == 0;
    for (const auto& get : any_gets(seen)) {
        const auto mode = static_cast<unsigned>(get.flags) & mode_bits;
        if (is_opening(seen) && of_objects && get.id && can_make(get) && mode != 0600) {
            return at(*get.event, "", "0600",
                      fmt::format(words::mode_of_object, "call"_a = told(*get.event),
                                  "told"_a = fmt::format("{:04o}", mode)));
        }
    }
    return std::nullopt;
}

Said set_count(const Evidence& seen) {
    const Scene scene(seen);
    const auto* maker = scene.maker_of(seen.request.id);
    if (maker == nullptr || !maker->is(Function::open_locks)) {
        return std::nullopt;
    }
    for (const auto& get : any_gets(maker->exchange.calls)) {
        const auto wanted = static_cast<std::size_t>(maker->request.number);
        const bool too_few = get.size < wanted && seen.answer.error == EFBIG;
        const bool too_many = get.size > wanted && seen.expects_error(EFBIG);
        if (get.id == seen.request.id && can_make(get) && (too_few || too_many)) {
            return at(*get.event, fmt::format(", {}, ", get.size),
                      fmt::format(words::count_note, "wanted"_a = wanted),
                      fmt::format(words::count_of_locks, "wanted"_a = wanted,
                                  "call"_a = told(*get.event), "told"_a = get.size));
        }
    }
    return std::nullopt;
}

/// The same where no request says how many there should be.
Said set_too_small(const Evidence& seen) {
    const auto failure = seen.last_failure();
    const bool too_far = failure && failure->error == EFBIG && seen.answer.error == EFBIG &&
                         !seen.expects_error(EFBIG);
    if (!too_far || failure->event == nullptr) {
        return std::nullopt;
    }
    return at(*failure->event, "", kernel::errno_name(EFBIG),
              fmt::format(words::set_too_small, "call"_a = told(*failure->event)));
}

Said set_not_opened(const Evidence& seen) {
    if (!is_opening(seen) || seen.answer.kind != AnswerKind::done ||
        seen.trouble() != arena::Trouble::none) {
        return std::nullopt;
    }
    for (const auto kind : {Kind::segment, Kind::semaphore_set}) {
        const bool needed = kind == Kind::semaphore_set || !seen.is(Function::open_locks);
        if (needed && gets_of(seen, kind).empty()) {
            return Statement{fmt::format(words::not_opened, "function"_a = seen.function(),
                                         "get"_a = get_name(kind)),
                             std::nullopt};
        }
    }
    return std::nullopt;
}

Said set_waits_for_otime(const Evidence& seen) {
    const auto controls = any_controls(seen);
    if (!is_busy(seen) || controls.size() < 2 || controls.back().kind != Kind::semaphore_set) {
        return std::nullopt;
    }
    const auto& last = *(controls.end() - 2);  // The last one may be the one that was stopped.
    const bool looks = last.command == IPC_STAT && last.result &&
                       controls.back().command == IPC_STAT && controls.back().id == last.id;
    // The process looks so often that the recording holds but the begin and the end of it.
    bool given = false;
    for (const auto& event : seen.recording->events) {
        const auto& call = event.call;
        const bool of_set = event.what == recorder::What::call &&
                            static_cast<int>(call.arguments[0]) == last.id && !call.failed();
        if (of_set && (call.number == SYS_semop || call.number == SYS_semtimedop)) {
            return std::nullopt;
        }
        const auto command = static_cast<int>(call.arguments[2]);
        given = given ||
                (of_set && call.number == SYS_semctl && (command == SETVAL || command == SETALL));
    }
    if (!is_opening(seen) || !looks || !given) {
        return std::nullopt;
    }
    return at(*last.event, "IPC_STAT", words::waits_for_otime_note,
              fmt::format(words::waits_for_otime, "function"_a = seen.function(),
                          "call"_a = told(*last.event)));
}

/// Waits for a value that is 0 as well while somebody has the lock.
Said set_waits_for_value(const Evidence& seen) {
    auto controls = any_controls(seen);
    std::erase_if(controls, [](const AnyControl& control) { return !control.result; });
    const auto count = controls.size();
    const bool polls = is_opening(seen) && is_busy(seen) && count >= 2 &&
                       controls[count - 1].command == GETVAL &&
                       controls[count - 2].command == GETVAL && controls.back().result == 0;
    if (!polls) {
        return std::nullopt;
    }
    return at(*controls.back().event, "GETVAL", words::waits_for_value_note,
              fmt::format(words::waits_for_value, "function"_a = seen.function(),
                          "call"_a = told(*controls.back().event)));
}

Said set_never_valued(const Evidence& seen) {
    const Scene scene(seen);
    if (seen.is(Function::take) || seen.is(Function::consume)) {
        return std::nullopt;
    }
    for (const auto semaphore : waited_for(scene)) {
        const auto* maker = scene.maker_of(semaphore.set);
        const bool known = maker != nullptr && scene.is_whole_since(maker->begin());
        if (known && !is_used(scene, semaphore) && scene.valuations(semaphore).empty()) {
            return say_never_valued(scene, *maker, semaphore);
        }
    }
    return std::nullopt;
}

Said set_first_value(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto semaphore : waited_for(scene)) {
        if (auto said = wrong_value(scene, semaphore, false)) {
            return said;
        }
    }
    for (const auto semaphore : scene.contested()) {
        if (auto said = wrong_value(scene, semaphore, true)) {
            return said;
        }
    }
    return std::nullopt;
}

Said set_value_while_held(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto semaphore : scene.contested()) {
        const auto all = scene.valuations(semaphore);
        for (const auto& given : all) {
            for (const auto& holding : scene.story.holdings()) {
                const auto lane = given.deed->lane;
                if (given.raises || holding.semaphore != semaphore || holding.lane == lane ||
                    !scene.is_lock(semaphore) || !holding.at(given.done) ||
                    !came_after(given, all, *holding.taken->done)) {
                    continue;
                }
                const bool maker = scene.maker_of(semaphore.set) == given.deed;
                const auto other = scene.who(holding.lane);
                return at(
                    *given.event, "", fmt::format(words::value_note, "other"_a = other),
                    fmt::format(
                        fmt::runtime(maker ? words::value_too_late : words::value_by_newcomer),
                        fmt::arg("call", told(*given.event)), fmt::arg("who", scene.who(lane)),
                        fmt::arg("Who", scene.Who(lane)), fmt::arg("number", semaphore.number),
                        fmt::arg("other", other)));
            }
        }
    }
    return std::nullopt;
}

Said set_raised_by_two(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto semaphore : scene.contested()) {
        const Valuation* first = nullptr;
        const auto all = scene.valuations(semaphore);
        for (const auto& given : all) {
            if (first == nullptr || !given.raises || first->deed == given.deed) {
                first = first == nullptr || !given.raises ? &given : first;
                continue;
            }
            const char* sentence =
                looked_before(given) ? words::raised_after_look : words::raised_by_two;
            const auto lane = given.deed->lane;
            return at(
                *given.event, "", words::raised_note,
                fmt::format(fmt::runtime(sentence), fmt::arg("number", semaphore.number),
                            fmt::arg("other", scene.who(first->deed->lane)),
                            fmt::arg("who", scene.who(lane)), fmt::arg("Who", scene.Who(lane)),
                            fmt::arg("call", told(*given.event))));
        }
    }
    return std::nullopt;
}

/// The buffer was in use already when somebody gave its semaphores their values once more.
Said set_counted_anew(const Evidence& seen) {
    const Scene scene(seen);
    if (!is_of_buffer(seen.request.function)) {
        return std::nullopt;
    }
    for (const auto& use : scene.story.semops()) {
        const auto* deed = scene.deed_of(*use.event);
        if (deed == nullptr || deed->is(Function::open_buffer) || !use.done) {
            continue;
        }
        for (const int number : use.numbers()) {
            const auto all = scene.valuations({use.set, number});
            for (const auto& given : all) {
                // A worker that opened the buffer has used it after that.
                if (came_after(given, all, *use.done) && given.deed != deed) {
                    return say_anew(scene, given, {use.set, number}, use.lane);
                }
            }
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
