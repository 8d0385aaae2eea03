// The arguments of a call: another key or id than the function was given, or in another order.
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "diagnosis/rules.hpp"
#include "diagnosis/words.hpp"
#include "kernel/objects.hpp"
#include "recorder/calls.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using kernel::show_key;

bool all_under_other_keys(const Evidence& seen, key_t key) {
    return !seen.gets.empty() && std::all_of(seen.gets.begin(), seen.gets.end(),
                                             [key](const Get& get) { return get.key != key; });
}

bool got_id(const Evidence& seen, int id) {
    return std::any_of(seen.gets.begin(), seen.gets.end(),
                       [id](const Get& get) { return get.id == id; });
}

/// How one key was made from the other, where a few additions explain it.
std::string told_change(key_t from, key_t to) {
    constexpr long most = 16;
    const long change = static_cast<long>(to) - static_cast<long>(from);
    return std::labs(change) <= most
               ? fmt::format("{} {}", change > 0 ? "plus" : "minus", std::labs(change))
               : "";
}

bool is_shortened(key_t from, key_t to) {
    return to == static_cast<key_t>(static_cast<unsigned>(from) & 0xffffU) ||
           to == static_cast<key_t>(static_cast<std::int16_t>(from)) ||
           to == static_cast<key_t>(static_cast<unsigned>(from) & 0xffffffU);
}

std::string told_key_change(const Evidence& seen, key_t used) {
    const key_t asked = seen.request.key;
    const auto with = [&](auto words) {
        return fmt::format(fmt::runtime(words), fmt::arg("function", seen.function()),
                           fmt::arg("asked", show_key(asked)), fmt::arg("used", show_key(used)),
                           fmt::arg("change", told_change(asked, used)));
    };
    if (used == IPC_PRIVATE) {
        return with(words::private_instead_of_key);
    }
    if (used == static_cast<key_t>(seen.request.mode)) {
        return fmt::format(words::mode_as_key, "used"_a = show_key(used),
                           "mode"_a = kernel::show_mode(seen.request.mode));
    }
    if (asked < 0 && used == (asked & 0x7fffffff)) {
        return with(words::key_without_sign);
    }
    if (!told_change(asked, used).empty()) {
        return with(words::key_shifted);
    }
    return with(is_shortened(asked, used) ? words::key_shortened : words::key_changed);
}

}  // namespace

Said get_swapped(const Evidence& seen) {
    const Get* get = seen.last_get();
    const bool swapped = seen.has_key() && get != nullptr && get->flags == seen.request.key &&
                         get->key != seen.request.key;
    if (!swapped) {
        return std::nullopt;
    }
    return at(*get->event, "", words::get_swapped_note,
              fmt::format(words::get_swapped, "call"_a = told(*get->event)));
}

Said control_swapped(const Evidence& seen) {
    for (const auto& control : seen.controls) {
        const auto second = static_cast<int>(control.event->call.arguments[1]);
        const bool swapped = seen.is(Function::remove) && seen.request.id != 0 &&
                             control.id == IPC_RMID && second == seen.request.id;
        if (swapped && seen.controls.size() == 1) {
            return at(*control.event, "", words::control_swapped_note,
                      fmt::format(words::control_swapped, "call"_a = told(*control.event)));
        }
    }
    return std::nullopt;
}

Said flags_are_true(const Evidence& seen) {
    const Get* get = seen.last_get();
    const bool is_true = seen.is_about_getting() && !seen.is(Function::open) && get != nullptr &&
                         get->flags == 1 && seen.request.mode != 1;
    if (!is_true) {
        return std::nullopt;
    }
    return at(*get->event, recorder::told_get_flags(1), words::flags_are_true_note,
              words::flags_are_true);
}

Said key_changed(const Evidence& seen) {
    const Get* last = seen.last_get();
    const bool answers_other = last != nullptr && last->key != seen.request.key && last->id &&
                               seen.answer.kind == Answer::Kind::id && *last->id == seen.answer.id;
    if (!seen.has_key() || (!answers_other && !all_under_other_keys(seen, seen.request.key))) {
        return std::nullopt;
    }
    const Get& get = *last;
    return at(*get.event, show_key(get.key),
              fmt::format(words::key_note, "asked"_a = show_key(seen.request.key)),
              told_key_change(seen, get.key));
}

Said searches_by_id(const Evidence& seen) {
    constexpr std::size_t few = 3;
    std::set<int> ids;
    for (const auto& control : seen.controls) {
        if (control.command == IPC_STAT) {
            ids.insert(control.id);
        }
    }
    if (!seen.has_key() || !seen.gets.empty() || ids.size() < few) {
        return std::nullopt;
    }
    const auto& last = *seen.controls.back().event;
    return at(
        last, "", words::searches_by_id_note,
        fmt::format(words::searches_by_id, "function"_a = seen.function(), "call"_a = told(last)));
}

Said private_under_key(const Evidence& seen) {
    if (!seen.is(Function::create_private) || !all_under_other_keys(seen, IPC_PRIVATE)) {
        return std::nullopt;
    }
    const Get& get = *seen.last_get();
    return at(*get.event, show_key(get.key), words::private_under_key_note,
              fmt::format(words::private_under_key, "used"_a = show_key(get.key)));
}

Said other_kind_removed(const Evidence& seen) {
    if (!seen.is(Function::remove) || !seen.controls.empty()) {
        return std::nullopt;
    }
    for (const auto* event : seen.calls()) {
        const bool is_set = event->call.number == SYS_semctl;
        const auto command = event->call.arguments[is_set ? 2 : 1];
        if ((is_set || event->call.number == SYS_shmctl) && command == IPC_RMID) {
            const auto kind = is_set ? kernel::Kind::semaphore_set : kernel::Kind::segment;
            return at(*event, "", words::other_kind_removed_note,
                      fmt::format(words::other_kind_removed, "call"_a = told(*event),
                                  "kind"_a = kernel::name_of(kind)));
        }
    }
    return std::nullopt;
}

Said id_taken_for_key(const Evidence& seen) {
    const auto removals = seen.controls_with(IPC_RMID);
    const bool right_id = std::any_of(removals.begin(), removals.end(), [&](const Control& call) {
        return call.id == seen.request.id;
    });
    for (const auto& get : seen.gets) {
        if (seen.is(Function::remove) && get.key == seen.request.id && !right_id) {
            return at(*get.event, show_key(get.key), words::id_taken_for_key_note,
                      fmt::format(words::id_taken_for_key, "call"_a = told(*get.event)));
        }
    }
    return std::nullopt;
}

Said key_taken_for_id(const Evidence& seen) {
    for (const auto& control : seen.controls) {
        if (seen.has_key() && control.id == seen.request.key && control.error != 0 &&
            !got_id(seen, control.id)) {
            return at(*control.event, "", words::key_taken_for_id_note,
                      fmt::format(words::key_taken_for_id, "call"_a = told(*control.event)));
        }
    }
    return std::nullopt;
}

Said other_id_removed(const Evidence& seen) {
    const auto removals = seen.controls_with(IPC_RMID);
    const bool all_others = std::all_of(removals.begin(), removals.end(), [&](const Control& call) {
        return call.id != seen.request.id;
    });
    if (!seen.is(Function::remove) || removals.empty() || !all_others) {
        return std::nullopt;
    }
    const auto& last = removals.back();
    return at(*last.event, std::to_string(last.id),
              fmt::format(words::other_id_removed_note, "id"_a = seen.request.id),
              fmt::format(words::other_id_removed, "id"_a = seen.request.id,
                          "call"_a = told(*last.event)));
}

}  // namespace ipclab::diagnosis
