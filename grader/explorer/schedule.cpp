#include "explorer/schedule.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include "explorer/words.hpp"
#include "recorder/calls.hpp"

namespace ipclab::explorer {

namespace {

using recorder::Access;
using recorder::Event;
using recorder::Recording;
using recorder::What;

/// So many steps of one process without a switch are told, and so many in all.
constexpr std::size_t most_steps_in_turn = 14;
constexpr std::size_t most_steps = 44;

std::string told(const Access& access, const Names& names) {
    const std::string name = names ? names(access.offset) : "";
    const bool writes = access.how == Access::How::writes;
    if (name.empty()) {
        const auto byte = fmt::format(words::byte, access.offset);
        return writes ? fmt::format(words::writes, byte) : fmt::format(words::reads, byte);
    }
    return writes ? fmt::format(words::writes_value, name, static_cast<long>(access.after))
                  : fmt::format(words::reads_value, name, static_cast<long>(access.before));
}

/// Goes through the events of a schedule.
class Teller {
public:
    Teller(const Recording& recording, const Schedule& schedule, const SourceLines& lines,
           const std::string& source)
        : recording_(recording), schedule_(schedule), lines_(lines), source_(source) {
        std::map<std::size_t, std::size_t> last_calls;  // by lane
        for (const auto& event : recording.events) {
            if (event.what == What::returns) {
                returned_later_.insert(event.begun_by);
            }
            if (event.what == What::returns || event.what == What::access) {
                last_calls.erase(event.lane);
            } else if (event.what == What::call) {
                last_calls[event.lane] = event.id;
            } else if (event.what == What::held && last_calls.contains(event.lane)) {
                held_.insert(last_calls[event.lane]);
            }
        }
        // What had returned at once was over when its process was stopped, at an access.
        std::erase_if(held_, [&](std::size_t call) {
            return !returned_later_.contains(call) && recording.find(call)->call.returned();
        });
    }

    void add(const Event& event) {
        const auto& lane = recording_.lanes.at(event.lane);
        if (const auto text = lane.is_grader() ? "" : text_of(event); !text.empty()) {
            const auto* begun =
                event.what == What::returns ? recording_.find(event.begun_by) : nullptr;
            add(begun == nullptr ? event : *begun, text);
        }
    }

    void add(const Event& event, const std::string& text) {
        const auto line = lines_.line_of(event.places);
        const Step step{letter_of(recording_.lanes.at(event.lane).process), text,
                        line ? fmt::format("{}:{}", source_, *line) : ""};
        const bool same = !steps_.empty() && steps_.back().who == step.who && !step.place.empty() &&
                          steps_.back().place == step.place;
        if (same) {
            steps_.back().text = fmt::format(words::and_then, steps_.back().text, step.text);
        } else {
            steps_.push_back(step);
        }
    }

    /// Adds the calls before which processes were stopped, and from which they never returned.
    void add_what_waits() {
        const auto& events = schedule_.events;
        for (const auto& event : events) {
            const bool was_killed =
                std::any_of(events.begin(), events.end(), [&](const Event& other) {
                    return other.what == What::ends && other.lane == event.lane;
                });
            if (held_.contains(event.id) && !returned_later_.contains(event.id) && !was_killed) {
                add(event, fmt::format(words::waits, recorder::told(event.call)));
            }
        }
    }

    [[nodiscard]] std::vector<Step> steps() && { return std::move(steps_); }

private:
    [[nodiscard]] std::string text_of(const Event& event) const {
        switch (event.what) {
            case What::request:
                return fmt::format(words::asked, event.text);
            case What::answer:
                return fmt::format(words::answers, event.text);
            case What::access:
                return told(event.access, schedule_.names);
            case What::call:
                return text_of_call(event);
            case What::returns:
                return text_of_return(event);
            case What::signal:
                return fmt::format(words::gets_signal, sigabbrev_np(event.number));
            case What::ends:
                return WIFSIGNALED(event.number) ? words::killed : words::ends;
            case What::act:
            case What::starts:
            case What::held:
                break;
        }
        return "";
    }

    static std::string failure_of(const recorder::Call& call) {
        return call.failed() ? " " + recorder::told_result(call) : "";
    }

    /// A call before which its process was stopped happens when it returns.
    [[nodiscard]] std::string text_of_return(const Event& event) const {
        const auto* begun = recording_.find(event.begun_by);
        if (begun == nullptr) {
            return "";
        }
        const auto text = held_.contains(begun->id)
                              ? recorder::told(begun->call)
                              : fmt::format(words::returns, recorder::name_of_call(begun->call));
        return text + failure_of(begun->call);
    }

    [[nodiscard]] std::string text_of_call(const Event& event) const {
        if (held_.contains(event.id)) {
            return "";
        }
        const auto call = recorder::told(event.call);
        const bool at_once = event.call.returned() && !returned_later_.contains(event.id);
        return at_once ? call + failure_of(event.call) : fmt::format(words::waits, call);
    }

    [[nodiscard]] std::string letter_of(int process) const { return schedule_.letters.at(process); }

    const Recording& recording_;
    const Schedule& schedule_;
    const SourceLines& lines_;
    const std::string& source_;
    std::set<std::size_t> returned_later_;  ///< calls
    std::set<std::size_t> held_;            ///< calls before which their process was stopped
    std::vector<Step> steps_;
};

/// Where in the recording the schedule begins: with the last time that its first request was made.
std::optional<std::size_t> begin_of(const Recording& recording, const Latest& latest) {
    const auto& events = recording.events;
    const auto found = std::find_if(events.rbegin(), events.rend(), [&](const Event& event) {
        return event.what == What::request && event.text == latest.first_request &&
               recording.lanes.at(event.lane).process == latest.first;
    });
    return found == events.rend()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(events.rend() - found) - 1);
}

/// @return the index behind the last event of a race.
std::size_t end_of(const Recording& recording, std::size_t begin, const Latest& latest) {
    std::set<int> answered;
    std::size_t index = begin;
    for (; index < recording.events.size(); ++index) {
        const Event& event = recording.events[index];
        const bool done = answered.contains(latest.first) && answered.contains(latest.second);
        if (done || event.what == What::ends) {
            break;
        }
        if (event.what == What::answer) {
            answered.insert(recording.lanes.at(event.lane).process);
        }
    }
    return index;
}

std::map<int, std::string> letters_of(const Recording& recording, std::span<const Event> events) {
    std::map<int, std::string> letters;
    for (const auto& event : events) {
        const auto& lane = recording.lanes.at(event.lane);
        if (!lane.is_grader()) {
            const auto next = static_cast<char>('A' + letters.size());
            letters.try_emplace(lane.process, 1, next);
        }
    }
    return letters;
}

/// Keeps of each turn the first steps and the last ones.
std::vector<Step> shortened(const std::vector<Step>& steps) {
    std::vector<Step> fewer;
    for (std::size_t begin = 0; begin < steps.size();) {
        std::size_t end = begin;
        while (end < steps.size() && steps[end].who == steps[begin].who) {
            ++end;
        }
        const std::size_t count = end - begin;
        const std::size_t kept = count <= most_steps_in_turn ? count : most_steps_in_turn / 2;
        fewer.insert(fewer.end(), &steps[begin], &steps[begin] + kept);
        if (kept < count) {
            fewer.push_back({steps[begin].who, fmt::format(words::more, count - 2 * kept), ""});
            fewer.insert(fewer.end(), &steps[end - 1] + 1 - kept, &steps[end - 1] + 1);
        }
        begin = end;
    }
    if (fewer.size() > most_steps) {
        fewer.erase(fewer.begin(), fewer.end() - most_steps);
    }
    return fewer;
}

}  // namespace

Schedule schedule_of(const Recording& recording, const Latest& latest) {
    const auto begin = latest.first == 0 ? std::nullopt : begin_of(recording, latest);
    if (!begin) {
        return {};
    }
    const bool is_race = latest.second != 0;
    const std::size_t end = is_race ? end_of(recording, *begin, latest) : recording.events.size();
    const auto events = std::span(recording.events).subspan(*begin, end - *begin);
    return {.events = events, .letters = letters_of(recording, events), .names = latest.names};
}

std::vector<Step> steps_of(const Recording& recording, const Schedule& schedule,
                           const SourceLines& lines, const std::string& source) {
    Teller teller(recording, schedule, lines, source);
    for (const auto& event : schedule.events) {
        teller.add(event);
    }
    teller.add_what_waits();
    return shortened(std::move(teller).steps());
}

}  // namespace ipclab::explorer
