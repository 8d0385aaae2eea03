#include "recorder/lines.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "recorder/calls.hpp"
#include "recorder/words.hpp"

namespace ipclab::recorder {

namespace {

std::string told_signal(int signal) {
    if (const char* name = sigabbrev_np(signal); name != nullptr) {
        return std::string("SIG") + name;
    }
    if (signal >= SIGRTMIN && signal <= SIGRTMAX) {
        return fmt::format("SIGRTMIN+{}", signal - SIGRTMIN);
    }
    return fmt::format(words::other_signal, signal);
}

std::string told_status(int status) {
    return WIFSIGNALED(status) ? fmt::format(words::killed, told_signal(WTERMSIG(status)))
                               : fmt::format(words::exit_status, WEXITSTATUS(status));
}

/// @param program  the path of what was executed; empty: nothing was.
std::string told_start(const std::string& program) {
    return program.empty()
               ? words::starts
               : fmt::format(words::executes, program.substr(program.find_last_of('/') + 1));
}

/// "reads 5 in segment 3 at 0x10", "writes 6 in ..."
std::string told(const Access& access) {
    return access.how == Access::How::writes
               ? fmt::format(words::writes, static_cast<long>(access.after), access.segment,
                             access.offset)
               : fmt::format(words::reads, static_cast<long>(access.before), access.segment,
                             access.offset);
}

std::string on_one_line(const std::string& text) {
    std::string line;
    for (const char character : text) {
        line += character == '\n' ? "\\n" : std::string(1, character);
    }
    return line;
}

/// Goes through the events in order and keeps in mind who waits.
class Narrator {
public:
    explicit Narrator(const Recording& recording) : recording_(recording) {
        for (const auto& event : recording.events) {
            if (event.what == What::returns) {
                returned_later_.insert(event.begun_by);
            }
        }
    }

    std::vector<Line> lines() && {
        std::size_t next_id = 0;
        for (const auto& event : recording_.events) {
            add_gap(event.id - std::min(next_id, event.id));
            add(event);
            next_id = event.id + 1;
        }
        add_gap(recording_.left_out - std::min(gaps_, recording_.left_out));
        for (const auto& [thread, waiting] : waiting_) {
            if (waiting.is_call) {
                lines_[waiting.line].text = fmt::format(words::waits, lines_[waiting.line].text);
            }
        }
        return std::move(lines_);
    }

private:
    using Thread = std::pair<std::size_t, int>;  ///< lane and number
    struct Waiting {
        std::size_t line;
        bool is_call;  ///< and not one before which the thread is held
    };

    void add_gap(std::size_t events) {
        if (events > 0) {
            lines_.push_back({.kind = Line::Kind::gap, .count = events});
            gaps_ += events;
        }
    }

    void add(const Event& event) {
        Line line{.kind = kind_of(event),
                  .events = {event.id},
                  .lane = event.lane,
                  .time = event.time,
                  .text = on_one_line(text_of(event)),
                  .waiting = waiting_beside(event.lane)};
        if (event.what == What::returns) {
            line.events = {event.begun_by, event.id};
        }
        if (event.thread > 0) {
            line.text = fmt::format(words::thread, event.thread, line.text);
        }
        lines_.push_back(std::move(line));
        note_who_waits(event);
    }

    [[nodiscard]] bool ended_at_once(const Event& call) const {
        return call.call.returned() && !returned_later_.contains(call.id);
    }

    [[nodiscard]] Line::Kind kind_of(const Event& event) const {
        switch (event.what) {
            case What::call:
                return ended_at_once(event) ? Line::Kind::whole_call : Line::Kind::call;
            case What::returns:
                return Line::Kind::returns;
            case What::access:
                return Line::Kind::access;
            default:
                return Line::Kind::other;
        }
    }

    [[nodiscard]] std::vector<std::size_t> waiting_beside(std::size_t lane) const {
        std::vector<std::size_t> lanes;
        for (const auto& [thread, waiting] : waiting_) {
            const bool listed = !lanes.empty() && lanes.back() == thread.first;
            if (thread.first != lane && !listed) {
                lanes.push_back(thread.first);
            }
        }
        return lanes;
    }

    void note_who_waits(const Event& event) {
        const Thread thread{event.lane, event.thread};
        const Waiting waiting{.line = lines_.size() - 1, .is_call = event.what == What::call};
        switch (event.what) {
            case What::call:
                waiting_.erase(thread);
                if (!ended_at_once(event)) {
                    waiting_[thread] = waiting;
                }
                break;
            case What::held:
                // The call that the process is about to make may be in the recording already; then
                // that one is held, and does not wait.
                if (auto* held = last_call_of(event.lane)) {
                    held->is_call = false;
                } else {
                    waiting_[thread] = waiting;
                }
                break;
            case What::returns:
            case What::answer:
                waiting_.erase(thread);
                break;
            case What::starts:
            case What::ends:
                std::erase_if(waiting_,
                              [&](const auto& one) { return one.first.first == event.lane; });
                break;
            case What::act:
            case What::request:
            case What::signal:
            case What::access:
                break;
        }
    }

    /// @return the call of a process that has begun last and has not returned, or null.
    Waiting* last_call_of(std::size_t lane) {
        Waiting* last = nullptr;
        for (auto& [thread, waiting] : waiting_) {
            if (thread.first == lane && (last == nullptr || waiting.line > last->line)) {
                last = &waiting;
            }
        }
        return last;
    }

    [[nodiscard]] std::string text_of_return(const Event& event) const {
        const auto* const begun = recording_.find(event.begun_by);
        return begun == nullptr
                   ? words::some_call_returns
                   : fmt::format(words::returns, name_of_call(begun->call), told_end(begun->call));
    }

    [[nodiscard]] std::string text_of(const Event& event) const {
        switch (event.what) {
            case What::act:
                return event.text;
            case What::request:
                return fmt::format(words::asked, event.text);
            case What::answer:
                return fmt::format(words::answers, event.text);
            case What::call:
                return told(event.call) + (ended_at_once(event) ? " " + told_end(event.call) : "");
            case What::returns:
                return text_of_return(event);
            case What::signal:
                return fmt::format(words::signal, told_signal(event.number));
            case What::starts:
                return told_start(event.text);
            case What::ends:
                return told_status(event.number);
            case What::held:
                return words::held;
            case What::access:
                return told(event.access);
        }
        return "";
    }

    const Recording& recording_;
    std::set<std::size_t> returned_later_;  ///< calls
    std::map<Thread, Waiting> waiting_;
    std::vector<Line> lines_;
    std::size_t gaps_ = 0;  ///< events in them
};

}  // namespace

std::vector<Line> lines_of(const Recording& recording) {
    return Narrator(recording).lines();
}

std::string told_end(const Call& call) {
    const auto result = told_result(call);
    return call.refused_by_plan ? fmt::format(words::refused, result) : result;
}

std::string name_of(const Lane& lane) {
    if (lane.is_grader()) {
        return words::grader;
    }
    return lane.child == 0 ? fmt::format(words::process, lane.process)
                           : fmt::format(words::child, lane.process, lane.child);
}

}  // namespace ipclab::recorder
