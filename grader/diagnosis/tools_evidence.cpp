#include "diagnosis/tools_evidence.hpp"

#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <regex>

namespace ipclab::diagnosis {

namespace {

using kernel::Kind;
using recorder::Event;
using recorder::What;

/// The numbers and commands of a kind's calls.
struct Api {
    Kind kind;
    long get;
    long control;
    const char* get_name;
    const char* control_name;
    int stat;      ///< MSG_STAT, ...
    int stat_any;  ///< MSG_STAT_ANY, ...: since Linux 4.17, and not in all headers
    int info;      ///< MSG_INFO, ...
};

constexpr std::array apis = {
    Api{Kind::queue, SYS_msgget, SYS_msgctl, "msgget", "msgctl", MSG_STAT, 13, MSG_INFO},
    Api{Kind::segment, SYS_shmget, SYS_shmctl, "shmget", "shmctl", SHM_STAT, 15, SHM_INFO},
    Api{Kind::semaphore_set, SYS_semget, SYS_semctl, "semget", "semctl", SEM_STAT, 20, SEM_INFO}};

const Api& api_of(Kind kind) {
    return apis.at(static_cast<std::size_t>(kind));
}

std::optional<int> result_of(const Event& event) {
    const bool known = event.call.returned() && !event.call.failed();
    return known ? std::optional(static_cast<int>(*event.call.result)) : std::nullopt;
}

AnyGet get_of(const Event& event, Kind kind) {
    const auto& arguments = event.call.arguments;
    const bool sized = kind != Kind::queue;
    return {.event = &event,
            .kind = kind,
            .key = static_cast<key_t>(arguments[0]),
            .size = sized ? static_cast<std::size_t>(arguments[1]) : 0,
            .flags = static_cast<int>(arguments[sized ? 2 : 1]),
            .id = result_of(event),
            .error = event.call.error()};
}

AnyControl control_of(const Event& event, Kind kind) {
    // Linux adds IPC_64 to the commands of some callers.
    constexpr int ipc_64 = 0x100;
    const auto& arguments = event.call.arguments;
    const bool of_set = kind == Kind::semaphore_set;
    return {.event = &event,
            .kind = kind,
            .id = static_cast<int>(arguments[0]),
            .semaphore = of_set ? static_cast<int>(arguments[1]) : 0,
            .command = static_cast<int>(arguments[of_set ? 2 : 1]) & ~ipc_64,
            .result = result_of(event),
            .error = event.call.error()};
}

Kind kind_named(const std::string& name) {
    return name == "segment" ? Kind::segment : name == "queue" ? Kind::queue : Kind::semaphore_set;
}

/// The grader's acts, taken one by one (arena/objects.cpp, arena/messages.cpp).
class History {
public:
    void take(const Event& act) {
        static const std::regex making(R"(makes (queue|segment|semaphore set) (\d+): (\w+) .*)");
        static const std::regex removing(R"(removes (queue|segment|semaphore set) (\d+))");
        static const std::regex modes(R"(gives (.*) (\d+) the mode (\d+))");
        static const std::regex attaching(R"((attaches|detaches) segment (\d+))");
        static const std::regex sending(R"((a process that ends )?sends .*to queue (\d+))");
        static const std::regex receiving(
            R"((a process that ends receives from|takes .*out of) queue (\d+))");
        static const std::regex raising(
            R"((a process that ends )?raises semaphore (\d+) of set (\d+))");
        std::smatch found;
        const auto is = [&](const std::regex& form) {
            return std::regex_match(act.text, found, form);
        };
        const auto number = [&](int group) { return std::atoi(found.str(group).c_str()); };
        const auto user = [&] {
            return act.text.starts_with("a process that ends") ? User::ended : User::living;
        };
        if (is(making)) {
            objects.push_back(
                {.kind = kind_named(found.str(1)),
                 .id = number(2),
                 .key = static_cast<key_t>(std::strtoul(found.str(3).c_str(), nullptr, 16)),
                 .strangers = act.text.find(", as somebody else") != std::string::npos,
                 .maker_ended = act.text.find(", in a process that ends") != std::string::npos});
        } else if (is(removing)) {
            with(kind_named(found.str(1)), number(2)).removed = act.id;
        } else if (is(modes)) {
            const long mode = std::strtol(found.str(3).c_str(), nullptr, 8);
            with(kind_named(found.str(1)), number(2)).unreadable = (mode & 0400) == 0;
        } else if (is(attaching)) {
            with(Kind::segment, number(2)).attached = found.str(1) == "attaches";
        } else if (is(sending)) {
            with(Kind::queue, number(2)).sender = user();
        } else if (is(receiving)) {
            with(Kind::queue, number(2)).receiver = user();
        } else if (is(raising)) {
            with(Kind::semaphore_set, number(3)).raised[number(2)] = user();
        }
    }

    std::vector<Made> objects;

private:
    Made& with(Kind kind, int id) {
        const auto* object = made_with(objects, kind, id);
        return object == nullptr ? unknown_
                                 : objects.at(static_cast<std::size_t>(object - objects.data()));
    }

    Made unknown_;
};

}  // namespace

bool AnyControl::is_about_place() const {
    return command == api_of(kind).stat || command == api_of(kind).stat_any;
}

bool AnyControl::is_about_system() const {
    return command == api_of(kind).info || command == IPC_INFO;
}

bool AnyControl::looks() const {
    return command == IPC_STAT || is_about_place();
}

bool AnyControl::needs_reading() const {
    const bool asks_set = kind == Kind::semaphore_set && command >= GETPID && command <= GETZCNT;
    return command == IPC_STAT || command == api_of(kind).stat || asks_set;
}

bool AnyControl::removes() const {
    return command == IPC_RMID;
}

bool AnyGet::can_make() const {
    return key == IPC_PRIVATE || has(IPC_CREAT);
}

bool AnyGet::made() const {
    return id && (key == IPC_PRIVATE || has(IPC_CREAT | IPC_EXCL));
}

std::vector<AnyGet> any_gets(const std::vector<const Event*>& calls) {
    std::vector<AnyGet> gets;
    for (const auto* event : calls) {
        for (const auto& api : apis) {
            if (event->call.number == api.get) {
                gets.push_back(get_of(*event, api.kind));
            }
        }
    }
    return gets;
}

std::vector<AnyControl> any_controls(const std::vector<const Event*>& calls) {
    std::vector<AnyControl> controls;
    for (const auto* event : calls) {
        for (const auto& api : apis) {
            if (event->call.number == api.control) {
                controls.push_back(control_of(*event, api.kind));
            }
        }
    }
    return controls;
}

std::vector<AnyGet> any_gets(const Evidence& seen) {
    return any_gets(seen.calls());
}

std::vector<AnyControl> any_controls(const Evidence& seen) {
    return any_controls(seen.calls());
}

std::vector<AnyControl> any_removals(const Evidence& seen) {
    auto removals = any_controls(seen);
    std::erase_if(removals, [](const AnyControl& control) { return !control.removes(); });
    return removals;
}

std::string get_name(Kind kind) {
    return api_of(kind).get_name;
}

std::string control_name(Kind kind) {
    return api_of(kind).control_name;
}

std::string told_object(Kind kind, int id) {
    return fmt::format("{} {}", kernel::name_of(kind), id);
}

std::vector<Made> made_objects(const recorder::Recording& recording) {
    History history;
    for (const auto& event : recording.events) {
        if (event.what == What::act && recording.left_out == 0) {
            history.take(event);
        }
    }
    return std::move(history.objects);
}

const Made* made_with(const std::vector<Made>& objects, Kind kind, int id) {
    const auto found = std::find_if(objects.rbegin(), objects.rend(), [=](const Made& object) {
        return object.kind == kind && object.id == id;
    });
    return found == objects.rend() ? nullptr : &*found;
}

const Event* act_before(const Evidence& seen, const std::string& text, const Event& end) {
    const auto& events = seen.recording->events;
    const auto ended = std::find_if(events.begin(), events.end(), [&](const Event& event) {
        return event.what == What::returns && event.begun_by == end.id;
    });
    const std::size_t last = ended == events.end() ? end.id : ended->id;
    for (const auto& event : events) {
        if (event.what == What::act && event.text == text && event.id < last &&
            event.id > seen.exchange.asked->id) {
            return &event;
        }
    }
    return nullptr;
}

std::optional<int> recorded_status(const Evidence& seen) {
    for (const auto& event : seen.recording->events) {
        const auto& lane = seen.recording->lanes.at(event.lane);
        if (event.what == What::ends && lane.process == seen.exchange.process && lane.child == 0) {
            return WIFEXITED(event.number) ? std::optional(WEXITSTATUS(event.number))
                                           : std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
