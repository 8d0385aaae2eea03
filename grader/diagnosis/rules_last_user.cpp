// The end of the bank and of the buffer: what was removed, when, and what was left.
#include <fmt/format.h>
#include <sys/ipc.h>
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
using recorder::Event;

bool left_something(const Evidence& seen) {
    return seen.mismatch->objects && !seen.mismatch->objects->empty();
}

bool is_left(const Evidence& seen, Kind kind) {
    const auto& objects = *seen.mismatch->objects;
    return std::any_of(objects.begin(), objects.end(),
                       [kind](const kernel::Object& object) { return object.kind == kind; });
}

/// @return the requests to close the bank since it was opened last, in order.
std::vector<const Deed*> closings(const Scene& scene) {
    std::vector<const Deed*> all;
    for (const auto& deed : scene.deeds) {
        if (deed.is(Function::open_bank)) {
            all.clear();
        } else if (deed.is(Function::close_bank)) {
            all.push_back(&deed);
        }
    }
    return all;
}

/// @return the closings, where the bank is still there after the last one of them.
std::vector<const Deed*> closings_in_vain(const Scene& scene) {
    const bool judged = scene.seen.is(Function::close_bank) && left_something(scene.seen);
    auto all = judged ? closings(scene) : std::vector<const Deed*>();
    for (const auto* deed : all) {
        for (const auto& control : any_controls(deed->exchange.calls)) {
            if (control.removes()) {
                return {};
            }
        }
    }
    return all;
}

/// @return the call of a request that asks how many have the segment attached, or null.
const Event* asking(const Deed& deed) {
    for (const auto& control : any_controls(deed.exchange.calls)) {
        if (control.kind == Kind::segment && control.looks()) {
            return control.event;
        }
    }
    return nullptr;
}

const Event* detaching(const Deed& deed) {
    const auto& calls = deed.exchange.calls;
    const auto found = std::find_if(calls.begin(), calls.end(), [](const Event* call) {
        return call->call.number == SYS_shmdt;
    });
    return found == calls.end() ? nullptr : *found;
}

/// @return a request whose process has ended, and that opened the bank, or null.
const Deed* killed_user(const Scene& scene) {
    const Deed* killed = nullptr;
    for (const auto& event : scene.recording.events) {
        if (event.what == recorder::What::ends) {
            const auto* deed = scene.deed_of(event);
            killed = deed != nullptr && deed->is(Function::open_bank) ? deed : killed;
        }
    }
    return killed;
}

/// @return a process that has the bank open besides, when this call is made: its lane.
std::optional<std::size_t> other_user(const Scene& scene, const Event& call) {
    std::set<std::size_t> open;
    for (const auto& deed : scene.deeds) {
        if (deed.begin() > call.id) {
            break;
        }
        if (deed.is(Function::open_bank) && deed.answered()) {
            open.insert(deed.lane);
        } else if (deed.is(Function::close_bank)) {
            open.erase(deed.lane);
        }
    }
    for (const auto& event : scene.recording.events) {
        if (event.what == recorder::What::ends && event.id < call.id) {
            open.erase(event.lane);
        }
    }
    return open.empty() ? std::nullopt : std::optional(*open.begin());
}

}  // namespace

Said bank_stays_attached(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto* deed : closings_in_vain(scene)) {
        if (detaching(*deed) == nullptr) {
            return Statement{fmt::format(words::stays_attached, "function"_a = "close_bank"),
                             std::nullopt};
        }
    }
    return std::nullopt;
}

Said asks_before_detach(const Evidence& seen) {
    const Scene scene(seen);
    for (const auto* deed : closings_in_vain(scene)) {
        const auto* asks = asking(*deed);
        const auto* detaches = detaching(*deed);
        if (asks != nullptr && detaches != nullptr && asks->id < detaches->id) {
            return at(*asks, "IPC_STAT", words::asks_before_note,
                      fmt::format(words::asks_before_detach, "call"_a = told(*asks)));
        }
    }
    return std::nullopt;
}

Said never_asks(const Evidence& seen) {
    const Scene scene(seen);
    const auto all = closings_in_vain(scene);
    const bool any = std::any_of(all.begin(), all.end(),
                                 [](const Deed* deed) { return asking(*deed) != nullptr; });
    if (all.empty() || any) {
        return std::nullopt;
    }
    const auto* killed = killed_user(scene);
    const auto& undone = scene.story.undoings();
    const bool counted_by_kernel = std::any_of(undone.begin(), undone.end(), [&](const auto& one) {
        return killed != nullptr && one.lane == killed->lane;
    });
    if (killed != nullptr && !counted_by_kernel) {
        return Statement{fmt::format(words::counts_by_itself, "Who"_a = scene.Who(killed->lane)),
                         std::nullopt};
    }
    return Statement{words::never_asks, std::nullopt};
}

/// Of the bank and of the buffer.
Said one_of_two_left(const Evidence& seen) {
    const Scene scene(seen);
    const bool waits =
        scene.is_stuck() && seen.expects_error(EIDRM) && is_of_buffer(seen.request.function);
    const bool judged =
        (seen.is(Function::close_bank) || seen.is(Function::remove_buffer)) && left_something(seen);
    const Deed* last = nullptr;
    for (const auto& deed : scene.deeds) {
        last = deed.is(Function::close_bank) || deed.is(Function::remove_buffer) ? &deed : last;
    }
    if (last == nullptr || (!waits && !judged)) {
        return std::nullopt;
    }
    std::optional<AnyControl> removal;
    bool both = false;
    for (const auto& control : any_controls(last->exchange.calls)) {
        if (control.removes()) {
            both = both || (removal && removal->kind != control.kind);
            removal = control;
        }
    }
    const bool of_segment = removal && removal->kind == Kind::segment;
    const Kind left = of_segment ? Kind::semaphore_set : Kind::segment;
    if (!removal || both || (judged && !is_left(seen, left))) {
        return std::nullopt;
    }
    return at(
        *removal->event, "",
        fmt::format(words::one_of_two_note, "removed"_a = kernel::name_of(removal->kind)),
        fmt::format(words::one_of_two_left, "function"_a = name_of(last->request.function),
                    "removed"_a = kernel::name_of(removal->kind), "call"_a = told(*removal->event),
                    "left"_a = kernel::name_of(left), "control"_a = control_name(left)));
}

Said removed_in_use(const Evidence& seen) {
    const Scene scene(seen);
    if (!is_of_bank(seen.request.function) || scene.is_stuck()) {
        return std::nullopt;
    }
    for (const auto& deed : scene.deeds) {
        for (const auto& control : any_controls(deed.exchange.calls)) {
            const auto other = other_user(scene, *control.event);
            if (deed.is(Function::close_bank) && control.removes() && control.result && other) {
                return at(
                    *control.event, "IPC_RMID", words::removed_in_use_note,
                    fmt::format(words::removed_in_use, "call"_a = told(*control.event),
                                "who"_a = scene.who(deed.lane), "request"_a = deed.request.text,
                                "other"_a = scene.who(*other)));
            }
        }
    }
    return std::nullopt;
}

Said removed_by_other(const Evidence& seen) {
    const Scene scene(seen);
    const auto failure = seen.last_failure();
    const bool gone = failure && (failure->error == EINVAL || failure->error == EIDRM) &&
                      seen.answer.error == failure->error;
    if (!seen.is(Function::close_bank) || !gone) {
        return std::nullopt;
    }
    for (const auto* deed : closings(scene)) {
        for (const auto& control : any_controls(deed->exchange.calls)) {
            if (deed != scene.judged() && control.removes() && control.result) {
                const std::string error = kernel::errno_name(failure->error);
                return at(*failure->event, "", error,
                          fmt::format(words::removed_by_other, "call"_a = told(*failure->event),
                                      "error"_a = error, "other"_a = scene.who(deed->lane)));
            }
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
