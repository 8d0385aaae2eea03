#include "diagnosis/semaphore_scene.hpp"

#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include <algorithm>
#include <array>
#include <utility>

#include "diagnosis/words_semaphores.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using arena::Trouble;
using recorder::Event;
using recorder::What;

constexpr std::uint64_t size_of_account = 4 * sizeof(long);

bool is_one_of(Function function, std::initializer_list<Function> some) {
    return std::find(some.begin(), some.end(), function) != some.end();
}

bool overlap(const Holding& one, const Holding& other) {
    const auto ends_before = [](const Holding& first, const Holding& second) {
        return first.until && *first.until < *second.taken->done;
    };
    return one.semaphore == other.semaphore && one.lane != other.lane && !ends_before(one, other) &&
           !ends_before(other, one);
}

/// @return the recording up to where the grader killed the failing process, because it waited for
///         ever; nothing where it did not.
std::optional<recorder::Recording> up_to_kill(const Evidence& seen) {
    const auto* asked = seen.exchange.asked;
    if (asked == nullptr || seen.trouble() != Trouble::blocked) {
        return std::nullopt;
    }
    const auto& events = seen.recording->events;
    const auto end = std::find_if(events.begin(), events.end(), [&](const Event& event) {
        return event.what == What::ends && event.lane == asked->lane && event.id > asked->id;
    });
    if (end == events.end()) {
        return std::nullopt;
    }
    recorder::Recording cut{.lanes = seen.recording->lanes, .left_out = seen.recording->left_out};
    cut.events.assign(events.begin(), end);
    std::map<std::size_t, Event*> calls;
    for (auto& event : cut.events) {
        calls[event.id] = &event;
    }
    for (auto event = end; event != events.end(); ++event) {
        const auto call = calls.find(event->begun_by);
        if (event->what == What::returns && call != calls.end()) {
            call->second->call.result.reset();
        }
    }
    return cut;
}

}  // namespace

bool is_of_bank(Function function) {
    return is_one_of(function, {Function::open_bank, Function::close_bank, Function::deposit,
                                Function::transfer, Function::statement});
}

bool is_of_buffer(Function function) {
    return is_one_of(function,
                     {Function::open_buffer, Function::close_buffer, Function::remove_buffer,
                      Function::put, Function::take, Function::produce, Function::consume});
}

bool is_balance(const recorder::Access& access) {
    return access.offset % size_of_account == 0;
}

bool Deed::opens() const {
    return is_one_of(request.function,
                     {Function::open_locks, Function::open_bank, Function::open_buffer,
                      Function::produce, Function::consume});
}

int Deed::change_of(Semaphore semaphore) const {
    int change = 0;
    for (const auto* semop : semops) {
        change +=
            semop->done && semop->set == semaphore.set ? semop->change_of(semaphore.number) : 0;
    }
    return change;
}

bool share_holding(const Touch& one, const Touch& other) {
    return std::any_of(one.held.begin(), one.held.end(), [&](const Holding* holding) {
        return std::find(other.held.begin(), other.held.end(), holding) != other.held.end();
    });
}

bool share_semaphore(const Touch& one, const Touch& other) {
    return std::any_of(one.held.begin(), one.held.end(), [&](const Holding* holding) {
        return std::any_of(other.held.begin(), other.held.end(), [&](const Holding* second) {
            return second->semaphore == holding->semaphore;
        });
    });
}

Scene::Scene(const Evidence& evidence)
    : cut_(up_to_kill(evidence)),
      seen(evidence),
      recording(cut_ ? *cut_ : *evidence.recording),
      story(recording) {
    for (auto& exchange : exchanges(recording)) {
        if (exchange.known != Calls::all) {
            continue;
        }
        Deed deed{.request = parse_request(exchange.asked->text), .lane = exchange.asked->lane};
        deed.answer = parse_answer(exchange.answered == nullptr ? "" : exchange.answered->text);
        for (const auto* call : exchange.calls) {
            if (const auto* semop = story.semop_of(*call)) {
                deed.semops.push_back(semop);
            }
        }
        deed.exchange = std::move(exchange);
        deeds.push_back(std::move(deed));
    }
    for (const auto& deed : deeds) {
        const bool is_it =
            seen.exchange.asked != nullptr && deed.begin() == seen.exchange.asked->id;
        judged_ = is_it ? &deed : judged_;
    }
}

const Deed* Scene::deed_of(const Event& event) const {
    const Deed* found = nullptr;
    for (const auto& deed : deeds) {
        found = deed.lane == event.lane && deed.begin() < event.id ? &deed : found;
    }
    return found;
}

bool Scene::is_whole_since(std::size_t event) const {
    const auto& events = recording.events;
    const auto first = std::find_if(events.begin(), events.end(),
                                    [event](const Event& one) { return one.id >= event; });
    return first != events.end() && first->id == event &&
           events.back().id - event == static_cast<std::size_t>(events.end() - first) - 1;
}

std::size_t Scene::done(const Event& call) const {
    const auto& events = recording.events;
    const auto found = std::find_if(events.begin(), events.end(), [&](const Event& event) {
        return event.what == What::returns && event.begun_by == call.id;
    });
    return found == events.end() ? call.id : found->id;
}

std::string Scene::who(std::size_t lane) const {
    const int process = recording.lanes.at(lane).process;
    const auto& letters = seen.schedule->letters;
    const auto letter = letters.find(process);
    return letter == letters.end() ? fmt::format(words::process, "number"_a = process)
                                   : letter->second;
}

std::string Scene::Who(std::size_t lane) const {
    std::string name = who(lane);
    constexpr char to_capital = 'a' - 'A';
    const bool is_small = name.front() >= 'a' && name.front() <= 'z';
    name.front() = static_cast<char>(name.front() - (is_small ? to_capital : 0));
    return name;
}

// --- sets ---------------------------------------------------------------------------------------

const Deed* Scene::maker_of(int set) const {
    const Deed* first = nullptr;
    for (const auto& deed : deeds) {
        for (const auto& get : any_gets(deed.exchange.calls)) {
            const bool is_this = get.kind == kernel::Kind::semaphore_set && get.id == set;
            const bool can_make = get.key == IPC_PRIVATE || (get.flags & IPC_CREAT) != 0;
            if (is_this && can_make && (get.flags & IPC_EXCL) != 0) {
                return &deed;
            }
            first = is_this && can_make && first == nullptr && is_whole_since(0) ? &deed : first;
        }
    }
    return first;
}

namespace {

bool is_worker(const Deed& deed) {
    return deed.is(Function::produce) || deed.is(Function::consume);
}

/// Whether a worker still opens the buffer with this call: it has looked at the values, and has not
/// lowered any.
bool looked_before(const Deed& deed, const Semop& semop) {
    const auto controls = any_controls(deed.exchange.calls);
    const bool looked =
        std::any_of(controls.begin(), controls.end(), [&](const AnyControl& control) {
            return control.command == GETVAL && control.event->id < semop.event->id;
        });
    return looked && std::none_of(deed.semops.begin(), deed.semops.end(), [&](const Semop* one) {
               return one->event->id < semop.event->id && one->operations.front().sem_op < 0;
           });
}

}  // namespace

std::vector<Valuation> Scene::valuations(Semaphore semaphore) const {
    std::vector<Valuation> all;
    for (const auto& deed : deeds) {
        for (const auto& control : any_controls(deed.exchange.calls)) {
            const bool of_set = control.kind == kernel::Kind::semaphore_set &&
                                control.id == semaphore.set && control.result;
            const bool of_one = control.command == SETVAL && control.semaphore == semaphore.number;
            if (of_set && of_one) {
                const auto value = static_cast<int>(control.event->call.arguments[3]);
                all.push_back({.event = control.event,
                               .deed = &deed,
                               .done = done(*control.event),
                               .value = value});
            } else if (of_set && control.command == SETALL) {
                all.push_back(
                    {.event = control.event, .deed = &deed, .done = done(*control.event)});
            }
        }
        for (const auto* semop : deed.semops) {
            const int change = semop->change_of(semaphore.number);
            const bool in_opening =
                deed.opens() && (!is_worker(deed) || looked_before(deed, *semop));
            if (in_opening && semop->done && semop->set == semaphore.set && change > 0) {
                all.push_back({.event = semop->event,
                               .deed = &deed,
                               .done = *semop->done,
                               .raises = true,
                               .value = change});
            }
        }
    }
    std::sort(all.begin(), all.end(),
              [](const Valuation& one, const Valuation& other) { return one.done < other.done; });
    return all;
}

/// A semaphore of the buffer counts where one function only lowers it, and the other one raises it.
bool Scene::is_lock(Semaphore semaphore) const {
    bool by_putting = false;
    bool by_taking = false;
    for (const auto& deed : deeds) {
        bool taken = false;
        for (const auto* semop : deed.semops) {
            const bool is_this = semop->set == semaphore.set;
            taken = taken || (is_this && story.takes(*semop, semaphore.number));
            if (taken && is_this && story.gives(*semop, semaphore.number)) {
                return true;
            }
        }
        if (taken && !is_of_buffer(deed.request.function)) {
            return true;
        }
        const bool takes = deed.is(Function::take) || deed.is(Function::consume);
        by_putting = by_putting || (taken && !takes);
        by_taking = by_taking || (taken && takes);
    }
    return by_putting && by_taking;
}

// --- how it failed ------------------------------------------------------------------------------

bool Scene::is_stuck() const {
    return seen.trouble() == Trouble::blocked && seen.mismatch->expected_reply.waits_in.empty();
}

bool Scene::got_through() const {
    return seen.reply != nullptr && !seen.mismatch->expected_reply.waits_in.empty() &&
           seen.trouble() == Trouble::none && seen.answer.kind == Answer::Kind::done;
}

const Semop* Scene::stuck_in() const {
    return is_stuck() && judged_ != nullptr ? story.waiting(judged_->lane) : nullptr;
}

std::vector<Semaphore> Scene::held_by_two() const {
    std::vector<Semaphore> all;
    for (const auto& one : story.holdings()) {
        for (const auto& other : story.holdings()) {
            const auto first = seen.schedule->events.front().id;
            if (*one.taken->done > first && overlap(one, other) && is_lock(one.semaphore)) {
                all.push_back(one.semaphore);
            }
        }
    }
    return all;
}

std::vector<Semaphore> Scene::contested() const {
    if (judged_ != nullptr && got_through()) {
        const bool of_lock = judged_->is(Function::lock) || judged_->is(Function::enter);
        std::vector<Semaphore> all;
        for (const auto* semop : judged_->semops) {
            for (const int number : semop->numbers()) {
                const bool asked = !of_lock || number == judged_->request.number;
                if (semop->done && asked && story.takes(*semop, number)) {
                    all.push_back({semop->set, number});
                }
            }
        }
        return all;
    }
    return has_schedule() ? held_by_two() : std::vector<Semaphore>();
}

// --- the schedule -------------------------------------------------------------------------------

std::vector<Touch> Scene::touches() const {
    std::vector<Touch> all;
    for (const auto& event : seen.schedule->events) {
        if (event.what != What::access) {
            continue;
        }
        Touch touch{.event = &event, .deed = deed_of(event)};
        for (const auto* holding : story.held(event.lane, event.id)) {
            if (is_lock(holding->semaphore)) {
                touch.held.push_back(holding);
            }
        }
        if (touch.deed != nullptr) {
            all.push_back(std::move(touch));
        }
    }
    return all;
}

std::string Scene::name_of(const recorder::Access& access) const {
    const auto& names = seen.schedule->names;
    const std::string name = names ? names(access.offset) : "";
    return name.empty() ? fmt::format(words::byte, "offset"_a = access.offset) : name;
}

}  // namespace ipclab::diagnosis
