// A new queue or segment has other permission bits than were asked for.
#include <fmt/format.h>
#include <sys/ipc.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "diagnosis/rules.hpp"
#include "diagnosis/tools_evidence.hpp"
#include "diagnosis/words.hpp"
#include "kernel/objects.hpp"
#include "recorder/calls.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using kernel::show_mode;

/// A new object with another mode than was asked for.
struct OtherMode {
    kernel::Kind kind = kernel::Kind::queue;
    int id = -1;
    mode_t listed = 0;
    mode_t wanted = 0;
};

/// @return it, where the kernel listed it and nothing else.
std::optional<OtherMode> other_mode(const Evidence& seen) {
    const auto& wanted = seen.mismatch->expected_queues.mode;
    std::optional<OtherMode> other;
    if (wanted && seen.queues().size() == 1) {
        const auto& queue = seen.queues().front();
        other = {kernel::Kind::queue, queue.id, queue.mode, *wanted};
    }
    const auto& segments = seen.mismatch->segments;
    const auto& expected = seen.mismatch->expected_segments;
    if (segments && segments->size() == 1 && expected.size() == 1) {
        const auto& segment = segments->front();
        other = {kernel::Kind::segment, segment.id, segment.mode, expected.front().mode};
    }
    const bool differs =
        other && other->listed != other->wanted && other->wanted == seen.request.mode;
    return differs ? other : std::nullopt;
}

/// The call that made an object with a mode that nobody asked for. The bits of the call are those
/// of the object: nothing has changed them later.
std::optional<AnyGet> making_with_other_mode(const Evidence& seen) {
    const auto other = other_mode(seen);
    if (!other) {
        return std::nullopt;
    }
    for (const auto& get : any_gets(seen)) {
        if (get.kind == other->kind && get.id == other->id && get.can_make() &&
            get.bits() == other->listed) {
            return get;
        }
    }
    return std::nullopt;
}

/// Says something of a call that gave a mode.
/// @param decimal  the number that explains the bits, where one does.
Statement say(const Evidence& seen, const AnyGet& get, const std::string& part, const char* note,
              const char* sentence, int decimal = 0) {
    const auto with = [&](const char* text) {
        return fmt::format(
            fmt::runtime(text), fmt::arg("call", told(*get.event)),
            fmt::arg("bits", show_mode(get.bits())), fmt::arg("mode", show_mode(seen.request.mode)),
            fmt::arg("function", seen.function()), fmt::arg("kind", kernel::name_of(get.kind)),
            fmt::arg("get", get_name(get.kind)), fmt::arg("decimal", decimal));
    };
    return at(*get.event, part, with(note), with(sentence));
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

/// Whether another process got for the same request the bits that it asked for.
bool same_mode_worked_elsewhere(const Evidence& seen) {
    return std::any_of(seen.earlier.begin(), seen.earlier.end(), [&](const Exchange& exchange) {
        const Request request = parse_request(exchange.asked->text);
        const auto gets = any_gets(exchange.calls);
        return exchange.process != seen.exchange.process &&
               request.function == seen.request.function && request.mode == seen.request.mode &&
               !gets.empty() && gets.back().made() && gets.back().bits() == request.mode;
    });
}

}  // namespace

int decimal_in(int flags, mode_t wanted) {
    // Only modes whose decimal reading nobody writes on purpose: 640 would give 0200.
    constexpr std::array usual = {0666, 0600, 0644, 0777, 0660, 0700, 0755};
    for (const int mode : usual) {
        const int decimal = read_as_decimal(static_cast<mode_t>(mode));
        if (come_from(decimal, flags) && (static_cast<mode_t>(flags) & 0777U) != wanted) {
            return decimal;
        }
    }
    return 0;
}

Said mode_missing(const Evidence& seen) {
    const auto get = making_with_other_mode(seen);
    if (!get || get->bits() != 0) {
        return std::nullopt;
    }
    return say(seen, *get, recorder::told_get_flags(get->flags), words::mode_missing_note,
               words::mode_missing);
}

Said mode_decimal(const Evidence& seen) {
    const auto get = making_with_other_mode(seen);
    const int decimal = get ? decimal_in(get->flags, seen.request.mode) : 0;
    if (decimal == 0) {
        return std::nullopt;
    }
    return say(seen, *get, show_mode(get->bits()), words::mode_decimal_note, words::mode_decimal,
               decimal);
}

Said mode_umask(const Evidence& seen) {
    constexpr std::array<mode_t, 3> usual = {077, 022, 027};
    const auto get = making_with_other_mode(seen);
    const bool fits = get && std::any_of(usual.begin(), usual.end(), [&](mode_t mask) {
                          return get->bits() == (seen.request.mode & ~mask);
                      });
    // In two processes the same code does the same, unless it looks at what differs: the umask.
    if (!fits || !same_mode_worked_elsewhere(seen)) {
        return std::nullopt;
    }
    return say(seen, *get, show_mode(get->bits()), words::mode_umask_note, words::mode_umask);
}

Said mode_other(const Evidence& seen) {
    const auto get = making_with_other_mode(seen);
    if (!get) {
        return std::nullopt;
    }
    return say(seen, *get, show_mode(get->bits()), words::mode_other_note, words::mode_other);
}

Said mode_set_wrong(const Evidence& seen) {
    const auto other = other_mode(seen);
    auto settings = any_controls(seen);
    std::erase_if(settings, [](const AnyControl& call) { return call.command != IPC_SET; });
    if (!other || settings.empty() || !settings.back().result ||
        settings.back().kind != other->kind || settings.back().id != other->id) {
        return std::nullopt;
    }
    const auto& event = *settings.back().event;
    const std::string mode = show_mode(other->wanted);
    return at(
        event, "IPC_SET", fmt::format(words::mode_set_wrong_note, "mode"_a = mode),
        fmt::format(words::mode_set_wrong, "call"_a = told(event),
                    "bits"_a = show_mode(other->listed), "mode"_a = mode,
                    "get"_a = get_name(other->kind), "kind"_a = kernel::name_of(other->kind)));
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
