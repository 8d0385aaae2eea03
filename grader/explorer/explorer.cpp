#include "explorer/explorer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "explorer/words.hpp"

namespace ipclab::explorer {

namespace {

using arena::Arena;
using arena::Plan;
using arena::Reply;
using arena::Student;
using arena::Watched;

/// More points than any right program of the labs comes near: what loops for ever is stopped here.
constexpr int most_points = 400;
/// So many schedules with two switches are run of a race.
constexpr std::size_t most_with_two = 600;
/// So many times at once is a race sampled.
constexpr int many_times = 1000;

Explored so_far;
Latest last_run;

/// Adds the time of a scope.
class Stopwatch {
public:
    Stopwatch() = default;
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() {
        so_far.time += std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin_);
    }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point begin_ = Clock::now();
};

enum class Came {
    to_the_point,
    not_so_far,  ///< it has ended or waits
};

/// Has a process do something up to one of its points.
Came begin(Side& side, int point) {
    side.student.plan({.watched = Watched::yes, .hold_at_point = point});
    side.student.begin(side.request);
    return side.student.is_held() ? Came::to_the_point : Came::not_so_far;
}

void note_run(const Side& first, const Side* second, int switches) {
    last_run.first = first.student.number();
    last_run.first_request = first.request;
    last_run.second = second == nullptr ? 0 : second->student.number();
    ++so_far.schedules;
    so_far.with_two_switches += switches == 2 ? 1 : 0;
}

void all_went_well() {
    last_run.first = 0;
}

/// A schedule: the points at which the first and the second are stopped; 0: nowhere.
struct Schedule {
    int first = 0;
    int second = 0;
};

struct Reached {
    Came first = Came::not_so_far;
    int points_of_second = 0;  ///< to which it came while the first was stopped
};

/// Runs one schedule to its end.
Reached run(const Race& race, const Schedule& schedule) {
    auto [first, second] = race.prepare();
    Reached reached;
    reached.first = begin(first, schedule.first);
    begin(second, schedule.second);
    reached.points_of_second = second.student.points();
    note_run(first, &second, schedule.second > 0 ? 2 : 1);
    // Where the second waits for the first, both are let go on, and end together.
    first.student.release();
    second.student.release();
    Outcome outcome{.first = first.student.finish(), .second = second.student.finish()};
    race.judge(outcome);
    return reached;
}

/// Both at once, many times.
void sample(const Race& race) {
    auto [first, second] = race.prepare();
    const int times = race.repeat == Repeat::possible ? many_times : 1;
    for (auto* side : {&first, &second}) {
        side->student.plan({.commands = static_cast<std::size_t>(times)});
        side->student.start(times == 1 ? side->request
                                       : fmt::format("repeat {} {}", times, side->request));
    }
    note_run(first, &second, 1);
    Outcome outcome{first.student.finish(), second.student.finish(), times};
    race.judge(outcome);
}

}  // namespace

void at_each_point(const std::function<Side()>& prepare,
                   const std::function<void(Student& stopped)>& meanwhile) {
    const Stopwatch stopwatch;
    Came came = Came::to_the_point;
    for (int point = 1; came == Came::to_the_point && point <= most_points; ++point) {
        Side side = prepare();
        came = begin(side, point);
        note_run(side, nullptr, 1);
        meanwhile(side.student);
    }
    all_went_well();
}

void explore(Arena& arena, const Race& race) {
    const Stopwatch stopwatch;
    std::vector<Schedule> with_two;
    for (int point = 1; point <= most_points; ++point) {
        const auto reached = run(race, {.first = point});
        if (reached.first == Came::not_so_far) {
            break;
        }
        for (int inner = 1; inner <= reached.points_of_second; ++inner) {
            with_two.push_back({.first = point, .second = inner});
        }
    }
    if (race.switches == Switches::two) {
        with_two.resize(std::min<std::size_t>(with_two.size(), most_with_two));
        for (const auto& schedule : with_two) {
            run(race, schedule);
        }
    }
    if (!arena.can_watch()) {
        so_far.sampled = true;
        sample(race);
    }
    all_went_well();
}

void explore_ends(Arena& arena, const std::function<Side()>& prepare,
                  const std::function<void()>& judge) {
    const auto kill_there = [&](Student& stopped) {
        if (!stopped.is_held()) {
            stopped.finish();
        }
        stopped.signal(SIGKILL);
        stopped.wait_for_end();
        ++so_far.ends;
        judge();
    };
    at_each_point(prepare, kill_there);
    so_far.sampled = so_far.sampled || !arena.can_watch();
}

const Explored& explored() {
    return so_far;
}

const Latest& latest() {
    return last_run;
}

void name_memory(Names names) {
    last_run.names = std::move(names);
}

std::string told(const Explored& explored) {
    if (explored.schedules == 0) {
        return "";
    }
    const double seconds = std::chrono::duration<double>(explored.time).count();
    std::string text = fmt::format(words::schedules, explored.schedules);
    if (explored.with_two_switches > 0) {
        text += fmt::format(words::two_switches, explored.with_two_switches);
    }
    if (explored.ends > 0) {
        text += fmt::format(words::with_a_kill, explored.ends);
    }
    text += fmt::format(words::seconds, seconds);
    return explored.sampled ? text + words::sampled : text;
}

}  // namespace ipclab::explorer
