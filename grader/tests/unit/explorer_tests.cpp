#include "explorer/explorer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "races.hpp"
#include "traced.hpp"

using namespace ipclab::arena;
using namespace ipclab::explorer;
using namespace ipclab::tests;
using ipclab::recorder::Recorder;

namespace {

/// Two students with a segment attached. What they do has a known number of points: so many words
/// that they read, and so many calls.
class Steppers {
public:
    Steppers()
        : set_(arena.make_set({.size = 1}).id), segment_(arena.make_segment({.size = 4096}).id) {}

    Student start() {
        Student student = arena.start();
        student.ask(fmt::format("attach {}", segment_));
        return student;
    }

    [[nodiscard]] std::string request(int reads, int calls) const {
        return fmt::format("take-steps 0 {} {} {}", reads, set_, calls);
    }

    /// @return what was counted since the last time: schedules, with two switches, ends.
    std::string counted() {
        const auto now = explored();
        const auto text =
            fmt::format("{} {} {}", now.schedules - before_.schedules,
                        now.with_two_switches - before_.with_two_switches, now.ends - before_.ends);
        before_ = now;
        return text;
    }

    Arena arena;

private:
    int set_;
    int segment_;
    Explored before_ = explored();
};

/// Explores two students that take so many steps.
/// @return how often it prepared and judged, what it counted, and what both answered.
std::string explored_steps(std::pair<int, int> first, std::pair<int, int> second,
                           Switches switches) {
    Steppers steppers;
    const Student one = steppers.start();
    const Student other = steppers.start();
    int prepared = 0;
    int judged = 0;
    int done = 0;
    explore(steppers.arena,
            {.prepare =
                 [&] {
                     ++prepared;
                     return std::pair{Side{one, steppers.request(first.first, first.second)},
                                      Side{other, steppers.request(second.first, second.second)}};
                 },
             .judge =
                 [&](const Outcome& outcome) {
                     ++judged;
                     done += outcome.first.answer == "done" ? 1 : 0;
                     done += outcome.second.answer == "done" ? 1 : 0;
                 },
             .switches = switches});
    return fmt::format("{} {} {}; {}; {}", prepared, judged, done, steppers.counted(),
                       latest().first);
}

std::string with_tracing(const std::function<std::string()>& body,
                         Level level = working_levels().at(0)) {
    require_tracing(level);
    return with_students(level, Traced::yes, [&](Recorder&) { return body(); });
}

std::string without_tracing(const std::function<std::string()>& body) {
    return with_students(working_levels().at(0), Traced::no, [&](Recorder&) { return body(); });
}

std::string found_in_a_world(const RaceOfStudents& race, Level level, Traced traced) {
    return with_students(level, traced, [&](Recorder&) {
        const auto found = found_in(race);
        return found ? "found: " + *found : "nothing";
    });
}

std::vector<RaceOfStudents> races(bool right) {
    auto all = races_of_students();
    std::erase_if(all, [=](const RaceOfStudents& race) { return race.is_right != right; });
    return all;
}

}  // namespace

// --- which schedules are run ----------------------------------------------------------------

TEST_CASE("with one switch there is a schedule for each point, and one more", "[explorer]") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const auto text = with_tracing(
        [] {
            std::vector<std::string> all;
            for (const auto& [reads, calls] : {std::pair{0, 0}, {3, 0}, {0, 4}, {5, 2}}) {
                all.push_back(explored_steps({reads, calls}, {2, 2}, Switches::one));
            }
            return fmt::format("{}", fmt::join(all, " | "));
        },
        level);
    CHECK(text == "1 1 2; 1 0 0; 0 | 4 4 8; 4 0 0; 0 | 5 5 10; 5 0 0; 0 | 8 8 16; 8 0 0; 0");
}

TEST_CASE("with two switches there is one more for each pair of points", "[explorer]") {
    // 6 with one switch and 5 * 3 with two.
    const auto text = with_tracing([] { return explored_steps({4, 1}, {2, 1}, Switches::two); });
    CHECK(text == "21 21 42; 21 15 0; 0");
}

TEST_CASE("where the second does nothing there are no two switches", "[explorer]") {
    const auto text = with_tracing([] { return explored_steps({2, 0}, {0, 0}, Switches::two); });
    CHECK(text == "3 3 6; 3 0 0; 0");
}

TEST_CASE("something is done at each point, and once behind the last one", "[explorer]") {
    const auto text = with_tracing([] {
        Steppers steppers;
        Student student = steppers.start();
        std::string held;
        at_each_point(
            [&] {
                return Side{student, steppers.request(2, 1)};
            },
            [&](Student& stopped) {
                held += stopped.is_held() ? "held " : "ended ";
                held += stopped.finish().answer + ", ";
            });
        return fmt::format("{}{}; {}", held, steppers.counted(), latest().first);
    });
    CHECK(text == "held done, held done, held done, ended done, 4 0 0; 0");
}

TEST_CASE("a process is killed at each point, and once behind the last one", "[explorer]") {
    const auto text = with_tracing([] {
        Steppers steppers;
        std::vector<Student> mortals;
        int killed = 0;
        explore_ends(
            steppers.arena,
            [&] {
                mortals.push_back(steppers.start());
                return Side{mortals.back(), steppers.request(3, 2)};
            },
            [&] { killed += mortals.back().state().wait_status == SIGKILL ? 1 : 0; });
        return fmt::format("{} {}; {}; {}", mortals.size(), killed, steppers.counted(),
                           latest().first);
    });
    CHECK(text == "6 6; 6 0 6; 0");
}

TEST_CASE("the schedule that ends wrong is the latest one", "[explorer]") {
    const auto text = with_tracing([] {
        Steppers steppers;
        const Student one = steppers.start();
        const Student other = steppers.start();
        int judged = 0;
        try {
            explore(steppers.arena, {.prepare =
                                         [&] {
                                             return std::pair{Side{one, steppers.request(3, 0)},
                                                              Side{other, steppers.request(1, 0)}};
                                         },
                                     .judge =
                                         [&](const Outcome&) {
                                             if (++judged == 2) {
                                                 throw FoundRace{};
                                             }
                                         }});
        } catch (const FoundRace&) {
        }
        const bool same = latest().first_request == steppers.request(3, 0);
        return fmt::format("{} {} {} {}", latest().first, latest().second, same,
                           steppers.counted());
    });
    CHECK(text == "1 2 true 2 0 0");
}

TEST_CASE("without a tracer the calls are the points, and the rest is sampled", "[explorer]") {
    // The last one has both run at once.
    CHECK(without_tracing([] {
              auto text = explored_steps({3, 4}, {0, 0}, Switches::one);
              return fmt::format("{}; {}", text, explored().sampled);
          }) == "6 6 12; 6 0 0; 0; true");
    CHECK(without_tracing([] {
              Steppers steppers;
              int judged = 0;
              explore_ends(
                  steppers.arena,
                  [&] {
                      return Side{steppers.start(), steppers.request(3, 2)};
                  },
                  [&] { ++judged; });
              return fmt::format("{} {} {}", judged, steppers.counted(), explored().sampled);
          }) == "3 3 0 3 true");
    CHECK(with_tracing([] {
              explored_steps({1, 1}, {0, 0}, Switches::one);
              return fmt::format("{}", explored().sampled);
          }) == "false");
}

TEST_CASE("what was explored is told", "[explorer]") {
    using std::chrono::microseconds;
    CHECK(told(Explored{}).empty());
    CHECK(told({.schedules = 38, .time = microseconds(240'000)}) == "38 schedules, in 0.2 s");
    CHECK(told({.schedules = 38, .with_two_switches = 12, .ends = 5}) ==
          "38 schedules, 12 of them with two switches, 5 of them ended by a kill, in 0.0 s");
    CHECK(told({.schedules = 2, .sampled = true}) ==
          "2 schedules, in 0.0 s; between two System V calls races were only sampled, because "
          "nobody may trace here");
}

// --- what is found --------------------------------------------------------------------------

TEST_CASE("every race is found", "[explorer]") {
    const Level level = GENERATE(from_range(working_levels()));
    require_tracing(level);
    for (const auto& race : races(false)) {
        CAPTURE(name_of(level), race.name);
        const auto text = found_in_a_world(race, level, Traced::yes);
        CAPTURE(text);
        CHECK(text.starts_with("found: "));
    }
}

TEST_CASE("nothing is found in what is right", "[explorer]") {
    const Level level = GENERATE(from_range(working_levels()));
    require_tracing(level);
    CHECK(races(true).size() >= 10);
    for (const auto& race : races(true)) {
        CAPTURE(name_of(level), race.name);
        CHECK(found_in_a_world(race, level, Traced::yes) == "nothing");
    }
}

TEST_CASE("without a tracer nothing is found in what is right either", "[explorer]") {
    for (const auto& race : races(true)) {
        CAPTURE(race.name);
        CHECK(found_in_a_world(race, working_levels().at(0), Traced::no) == "nothing");
    }
}

TEST_CASE("without a tracer the races between calls are found", "[explorer]") {
    for (const auto& race : races(false)) {
        // These are between accesses, with no call there: sampled, and found with luck.
        const bool between_calls =
            race.name != "lost update" && race.name != "torn read" && race.name != "early unlock";
        if (between_calls) {
            CAPTURE(race.name);
            const auto text = found_in_a_world(race, working_levels().at(0), Traced::no);
            CAPTURE(text);
            CHECK(text.starts_with("found: "));
        }
    }
}

// Hidden, because it takes long: `build/grader/tests/unit "[.load]"`, on a machine under full load.
TEST_CASE("every race is found on every run, and nothing in what is right", "[.load]") {
    const Level level = working_levels().at(0);
    require_tracing(level);
    for (const auto& race : races_of_students()) {
        const int runs = race.spins ? 10 : 200;
        const auto text = with_students(level, Traced::yes, [&](Recorder&) {
            int found = 0;
            for (int run = 0; run < runs; ++run) {
                found += found_in(race) ? 1 : 0;
            }
            return std::to_string(found);
        });
        fmt::print("{:<32} found on {} of {} runs\n", race.name, text, runs);
        std::fflush(stdout);
        CAPTURE(race.name);
        CHECK(text == std::to_string(race.is_right ? 0 : runs));
    }
}
