#include "explorer/schedule.hpp"

#include <fmt/format.h>
#include <sys/sem.h>

#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <string>
#include <vector>

#include "compiled.hpp"
#include "story.hpp"

using namespace ipclab::explorer;
using namespace ipclab::tests;
using ipclab::recorder::Access;
using ipclab::recorder::Places;
using Strings = std::vector<std::string>;

namespace {

/// A story with accesses.
class RaceStory : public Story {
public:
    RaceStory() : Story(2) {}

    void reads(std::size_t lane, std::uint64_t offset, long value, const Places& places = {}) {
        access(lane, {.offset = offset, .before = static_cast<std::uint64_t>(value)}, places);
    }
    void writes(std::size_t lane, std::uint64_t offset, long value, const Places& places = {}) {
        access(lane,
               {.how = Access::How::writes,
                .offset = offset,
                .before = 1,
                .after = static_cast<std::uint64_t>(value)},
               places);
    }
    void held(std::size_t lane) { note(What::held, lane); }

private:
    void access(std::size_t lane, const Access& access, const Places& places) {
        add({.what = What::access, .lane = lane, .access = access, .places = places});
    }
};

std::string name_of_word(std::uint64_t offset) {
    return offset % 8 == 0 ? fmt::format("account {}", offset / 8) : "";
}

/// A race of process 1, which was asked to go, and process 2.
Latest a_race() {
    return {.first = 1, .first_request = "go", .second = 2, .names = name_of_word};
}

/// A process 1 that is killed while it does what it was asked.
Latest an_end() {
    return {.first = 1, .first_request = "go", .names = name_of_word};
}

Strings told(const Story& story, const Latest& latest, int program = -1) {
    const SourceLines lines(program, "student.cpp");
    Strings all;
    for (const auto& step :
         steps_of(story.recording, schedule_of(story.recording, latest), lines, "student.cpp")) {
        all.push_back(fmt::format("{}: {}{}{}", step.who, step.text, step.place.empty() ? "" : " @",
                                  step.place));
    }
    return all;
}

Call a_wait() {
    return a_semop(7, {0, -1, 0});
}

}  // namespace

// --- what is told ---------------------------------------------------------------------------

TEST_CASE("a schedule has a step for each access, each call, each request and each answer",
          "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    story.reads(1, 0, 5);
    story.call(1, a_semop(7, {0, -1, 0}, 0));
    story.request(2, "come");
    story.writes(2, 8, -3);
    story.answer(2, "done");
    story.writes(1, 0, 6);
    story.answer(1, "ok");
    CHECK(told(story, a_race()) == Strings{"A: asked: go", "A: reads account 0: 5",
                                           "A: semop(7, {{0, -1, 0}})", "B: asked: come",
                                           "B: writes account 1: -3", "B: answers: done",
                                           "A: writes account 0: 6", "A: answers: ok"});
}

TEST_CASE("what has no name is told by its place", "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    story.reads(1, 12, 5);
    story.writes(1, 0, 6);
    CHECK(told(story, a_race()) ==
          Strings{"A: asked: go", "A: reads byte 12 of the segment", "A: writes account 0: 6"});
    auto nameless = a_race();
    nameless.names = nullptr;
    CHECK(told(story, nameless).back() == "A: writes byte 0 of the segment");
}

TEST_CASE("the processes are A and B in the order in which they come", "[schedule]") {
    Story story(3);
    story.request(3, "go");
    story.request(2, "come");
    story.answer(2, "done");
    story.answer(3, "ok");
    CHECK(told(story, {.first = 3, .first_request = "go", .second = 2}) ==
          Strings{"A: asked: go", "B: asked: come", "B: answers: done", "A: answers: ok"});
}

TEST_CASE("a child has the letter of its process, and the grader none", "[schedule]") {
    RaceStory story;
    story.recording.lanes.push_back({.process = 1, .child = 1});
    story.request(1, "go");
    story.act("sends SIGKILL to process 1");
    story.note(What::starts, 3);
    story.reads(3, 0, 5);
    CHECK(told(story, a_race()) == Strings{"A: asked: go", "A: reads account 0: 5"});
}

TEST_CASE("a call that fails says so, and one that waits when it has waited", "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    story.call(1, a_semop(7, {0, -1, 0}, -EAGAIN));
    auto waits = a_wait();
    waits.result = -EIDRM;
    const auto call = story.call(1, waits);
    story.request(2, "come");
    story.returns(call);
    CHECK(told(story, a_race()) == Strings{"A: asked: go", "A: semop(7, {{0, -1, 0}}) = -1 EAGAIN",
                                           "A: semop(7, {{0, -1, 0}})  waits", "B: asked: come",
                                           "A: semop returns = -1 EIDRM"});
}

TEST_CASE("signals and ends are told", "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    story.note(What::signal, 1, SIGUSR1);
    story.note(What::ends, 1, SIGKILL);
    CHECK(told(story, an_end()) == Strings{"A: asked: go", "A: gets SIGUSR1", "A: is killed"});
    story.recording.events.back().number = 0;
    CHECK(told(story, an_end()).back() == "A: ends");
}

// --- processes that were stopped ------------------------------------------------------------

TEST_CASE("a call before which a process is stopped happens when it goes on", "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    auto stopped = a_wait();
    stopped.result = 0;
    const auto call = story.call(1, stopped);
    story.held(1);
    story.request(2, "come");
    story.answer(2, "done");
    story.returns(call);
    story.answer(1, "ok");
    CHECK(told(story, a_race()) == Strings{"A: asked: go", "B: asked: come", "B: answers: done",
                                           "A: semop(7, {{0, -1, 0}})", "A: answers: ok"});
}

TEST_CASE("a call before which a process was stopped and from which it never returns waits",
          "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    story.call(1, a_wait());
    story.held(1);
    story.request(2, "come");
    story.call(2, a_semop(7, {1, -1, 0}));
    CHECK(told(story, a_race()) == Strings{"A: asked: go", "B: asked: come",
                                           "B: semop(7, {{1, -1, 0}})  waits",
                                           "A: semop(7, {{0, -1, 0}})  waits"});
}

TEST_CASE("a call that is over when its process is stopped at an access has happened",
          "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    story.call(1, a_semop(7, {0, -1, 0}, 0));
    SECTION("at once") {
        story.held(1);
        story.request(2, "come");
        story.reads(1, 0, 5);
        CHECK(told(story, a_race()) == Strings{"A: asked: go", "A: semop(7, {{0, -1, 0}})",
                                               "B: asked: come", "A: reads account 0: 5"});
    }
    SECTION("after others had done something") {
        story.act("x");
        story.returns(1);
        story.held(1);
        story.request(2, "come");
        story.reads(1, 0, 5);
        CHECK(told(story, a_race()) == Strings{"A: asked: go", "A: semop(7, {{0, -1, 0}})  waits",
                                               "A: semop returns", "B: asked: come",
                                               "A: reads account 0: 5"});
    }
}

// --- where it begins and ends ---------------------------------------------------------------

TEST_CASE("a schedule begins with the last request, and ends with the second answer",
          "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    story.reads(1, 0, 4);
    story.request(1, "go");
    story.reads(1, 0, 5);
    story.request(2, "go");
    story.answer(1, "ok");
    story.answer(2, "done");
    story.request(2, "balance");
    CHECK(told(story, a_race()) == Strings{"A: asked: go", "A: reads account 0: 5", "B: asked: go",
                                           "A: answers: ok", "B: answers: done"});
}

TEST_CASE("a race that is broken off ends where a process ends", "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    story.request(2, "come");
    story.note(What::ends, 1, SIGKILL);
    CHECK(told(story, a_race()) == Strings{"A: asked: go", "B: asked: come"});
}

TEST_CASE("what happens behind a kill belongs to its schedule", "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    story.note(What::ends, 1, SIGKILL);
    story.request(2, "come");
    story.answer(2, "done");
    story.request(2, "again");
    CHECK(told(story, an_end()) == Strings{"A: asked: go", "A: is killed", "B: asked: come",
                                           "B: answers: done", "B: asked: again"});
}

TEST_CASE("where no schedule was run there are no steps", "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    CHECK(told(story, {}).empty());
    CHECK(told(story, {.first = 1, .first_request = "other", .second = 2}).empty());
    CHECK(told(story, {.first = 2, .first_request = "go", .second = 1}).empty());
    CHECK(told(RaceStory(), a_race()).empty());
}

// --- how much is told -----------------------------------------------------------------------

TEST_CASE("of a long turn the first steps and the last ones are told", "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    for (long word = 1; word < 14; ++word) {
        story.reads(1, 0, word);
    }
    CHECK(told(story, a_race()).size() == 14);
    story.reads(1, 0, 14);
    story.request(2, "come");
    CHECK(told(story, a_race()) ==
          Strings{"A: asked: go", "A: reads account 0: 1", "A: reads account 0: 2",
                  "A: reads account 0: 3", "A: reads account 0: 4", "A: reads account 0: 5",
                  "A: reads account 0: 6", "A: ... and 1 more steps", "A: reads account 0: 8",
                  "A: reads account 0: 9", "A: reads account 0: 10", "A: reads account 0: 11",
                  "A: reads account 0: 12", "A: reads account 0: 13", "A: reads account 0: 14",
                  "B: asked: come"});
}

TEST_CASE("of a long schedule the end is told", "[schedule]") {
    RaceStory story;
    story.request(1, "go");
    for (long word = 0; word < 30; ++word) {
        story.reads(1, 0, word);
        story.reads(2, 0, word);
    }
    const auto all = told(story, a_race());
    REQUIRE(all.size() == 44);
    CHECK(all.front() == "A: reads account 0: 8");
    CHECK(all.back() == "B: reads account 0: 29");
}

TEST_CASE("what one line does in one turn is one step", "[schedule]") {
    const Compiled compiled("-g -O1");
    const Places plain{compiled.place(Compiled::plain)};
    const Places own{compiled.place(Compiled::own)};
    RaceStory story;
    story.request(1, "go");
    story.reads(1, 0, 5, plain);
    story.writes(1, 0, 6, plain);
    story.reads(1, 8, 7, own);
    story.reads(2, 0, 8, own);
    story.reads(1, 0, 9, own);
    story.reads(1, 0, 9);
    story.reads(1, 0, 9);
    const auto at = [](const std::string& text, const char* line) {
        return fmt::format("{} @student.cpp:{}", text, Compiled::line(line));
    };
    CHECK(told(story, a_race(), compiled.program()) ==
          Strings{"A: asked: go", at("A: reads account 0: 5, writes account 0: 6", "plain"),
                  at("A: reads account 1: 7", "own"), at("B: reads account 0: 8", "own"),
                  at("A: reads account 0: 9", "own"), "A: reads account 0: 9",
                  "A: reads account 0: 9"});
}

TEST_CASE("a call that returns is told at the line that made it", "[schedule]") {
    const Compiled compiled("-g -O1");
    RaceStory story;
    story.request(1, "go");
    const auto call = story.add({.what = What::call,
                                 .lane = 1,
                                 .call = a_wait(),
                                 .places = {compiled.place(Compiled::plain)}});
    story.recording.events.back().call.result = 0;
    story.held(1);
    story.request(2, "come");
    story.returns(call);
    CHECK(told(story, a_race(), compiled.program()).back() ==
          fmt::format("A: semop(7, {{{{0, -1, 0}}}}) @student.cpp:{}", Compiled::line("plain")));
}
