// A new queue has other permission bits than were asked for.
#include <fmt/format.h>
#include <sys/ipc.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "diagnosis/rules.hpp"
#include "diagnosis/words.hpp"
#include "kernel/objects.hpp"
#include "recorder/calls.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using kernel::show_mode;

/// The call that made a queue with a mode that nobody asked for, or null. The bits of the call are
/// those of the queue: nothing has changed them later.
const Get* making_with_other_mode(const Evidence& seen) {
    const auto& wanted = seen.mismatch->expected_queues.mode;
    if (!wanted || seen.queues().size() != 1 || *wanted != seen.request.mode) {
        return nullptr;
    }
    const auto& queue = seen.queues().front();
    for (const auto& get : seen.gets) {
        if (get.id == queue.id && get.can_make() && get.bits() == queue.mode &&
            queue.mode != *wanted) {
            return &get;
        }
    }
    return nullptr;
}

/// The number that a mode's digits are when they are read as decimal: 600 of 0600.
int read_as_decimal(mode_t mode) {
    return std::stoi(fmt::format("{:o}", mode));
}

/// Whether flags are a decimal number by mistake, alone or joined with IPC_CREAT and IPC_EXCL. The
/// number itself can hold these bits: 666 is 01232.
bool come_from(int decimal, int flags) {
    return (flags & decimal) == decimal && (flags & ~(decimal | IPC_CREAT | IPC_EXCL)) == 0;
}

/// @return the decimal number that explains the flags, 0 where none does.
int decimal_in(const Evidence& seen, const Get& get) {
    // Only modes whose decimal reading nobody writes on purpose: 640 would give 0200.
    constexpr std::array usual = {0666, 0600, 0644, 0777, 0660, 0700, 0755};
    for (const int mode : usual) {
        const int decimal = read_as_decimal(static_cast<mode_t>(mode));
        if (come_from(decimal, get.flags) && get.bits() != seen.request.mode) {
            return decimal;
        }
    }
    return 0;
}

/// Whether another process got for the same request the bits that it asked for.
bool same_mode_worked_elsewhere(const Evidence& seen) {
    return std::any_of(seen.earlier.begin(), seen.earlier.end(), [&](const Exchange& exchange) {
        const Request request = parse_request(exchange.asked->text);
        const auto gets = gets_in(exchange.calls);
        return exchange.process != seen.exchange.process &&
               request.function == seen.request.function && request.mode == seen.request.mode &&
               !gets.empty() && gets.back().made() && gets.back().bits() == request.mode;
    });
}

}  // namespace

Said mode_missing(const Evidence& seen) {
    const Get* get = making_with_other_mode(seen);
    if (get == nullptr || get->bits() != 0) {
        return std::nullopt;
    }
    return at(*get->event, recorder::told_get_flags(get->flags), words::mode_missing_note,
              fmt::format(words::mode_missing, "call"_a = told(*get->event),
                          "mode"_a = show_mode(seen.request.mode)));
}

Said mode_decimal(const Evidence& seen) {
    const Get* get = making_with_other_mode(seen);
    const int decimal = get == nullptr ? 0 : decimal_in(seen, *get);
    if (decimal == 0) {
        return std::nullopt;
    }
    return at(
        *get->event, show_mode(get->bits()),
        fmt::format(words::mode_decimal_note, "decimal"_a = decimal),
        fmt::format(words::mode_decimal, "bits"_a = show_mode(get->bits()), "decimal"_a = decimal,
                    "function"_a = seen.function(), "mode"_a = show_mode(seen.request.mode)));
}

Said mode_umask(const Evidence& seen) {
    constexpr std::array<mode_t, 3> usual = {077, 022, 027};
    const Get* get = making_with_other_mode(seen);
    const bool fits = get != nullptr && std::any_of(usual.begin(), usual.end(), [&](mode_t mask) {
                          return get->bits() == (seen.request.mode & ~mask);
                      });
    // In two processes the same code does the same, unless it looks at what differs: the umask.
    if (!fits || !same_mode_worked_elsewhere(seen)) {
        return std::nullopt;
    }
    return at(*get->event, show_mode(get->bits()), words::mode_umask_note,
              fmt::format(words::mode_umask, "mode"_a = show_mode(seen.request.mode),
                          "bits"_a = show_mode(get->bits())));
}

Said mode_other(const Evidence& seen) {
    const Get* get = making_with_other_mode(seen);
    if (get == nullptr) {
        return std::nullopt;
    }
    const std::string mode = show_mode(seen.request.mode);
    return at(*get->event, show_mode(get->bits()),
              fmt::format(words::mode_other_note, "mode"_a = mode),
              fmt::format(words::mode_other, "function"_a = seen.function(), "mode"_a = mode,
                          "bits"_a = show_mode(get->bits())));
}

Said mode_set_wrong(const Evidence& seen) {
    const auto& wanted = seen.mismatch->expected_queues.mode;
    const bool one_other = wanted && *wanted == seen.request.mode && seen.queues().size() == 1 &&
                           seen.queues().front().mode != *wanted;
    const auto settings = seen.controls_with(IPC_SET);
    if (!one_other || settings.empty() || !settings.back().succeeded ||
        settings.back().id != seen.queues().front().id) {
        return std::nullopt;
    }
    const auto& event = *settings.back().event;
    const std::string mode = show_mode(*wanted);
    return at(event, "IPC_SET", fmt::format(words::mode_set_wrong_note, "mode"_a = mode),
              fmt::format(words::mode_set_wrong, "call"_a = told(event),
                          "bits"_a = show_mode(seen.queues().front().mode), "mode"_a = mode));
}

Said denied_by_own_mode(const Evidence& seen) {
    const Get* last = seen.last_get();
    const bool denied = seen.is(Function::open) && seen.expects(Answer::Kind::id) &&
                        last != nullptr && last->error == EACCES && seen.answer.error == EACCES;
    for (const auto& exchange : seen.earlier) {
        for (const auto& get : gets_in(exchange.calls)) {
            const bool closed = get.made() && (get.bits() & 0600U) != 0600U;
            if (denied && closed && *get.id == seen.expected.id && get.key == last->key) {
                const std::string bits = show_mode(get.bits());
                return at(*last->event, "",
                          fmt::format(words::denied_by_own_mode_note, "bits"_a = bits),
                          fmt::format(words::denied_by_own_mode, "call"_a = told(*last->event),
                                      "bits"_a = bits, "making"_a = told(*get.event)));
            }
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
