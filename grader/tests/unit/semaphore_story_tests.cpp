// Who had which semaphore when, from recorded semops.
#include <sys/sem.h>

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <csignal>

#include "diagnosis/semaphore_story.hpp"
#include "story.hpp"

using namespace ipclab;
using namespace ipclab::tests;
using diagnosis::Semaphore;
using diagnosis::SemaphoreStory;

namespace {

constexpr int set = 3;

/// Two processes and a set of semaphores.
class Semops : public Story {
public:
    Semops() : Story(2) {}

    std::size_t semop(std::size_t lane, sembuf operation, std::optional<long> result = 0) {
        return call(lane, a_semop(set, operation, result));
    }
    std::size_t setval(std::size_t lane, int number) {
        return call(lane,
                    make_call(SYS_semctl, {set, static_cast<std::uint64_t>(number), SETVAL, 1}, 0));
    }
    std::size_t ends(std::size_t lane) { return note(What::ends, lane, SIGKILL); }
};

}  // namespace

TEST_CASE("a process has a semaphore from its lowering to its raising", "[diagnosis]") {
    Semops semops;
    const auto lowered = semops.semop(1, {0, -1, SEM_UNDO});
    semops.semop(2, {1, -1, 0});
    const auto raised = semops.semop(1, {0, 1, SEM_UNDO});
    const auto after = semops.act("later");

    const SemaphoreStory story(semops.recording);
    CHECK(story.held(1, lowered).empty());
    REQUIRE(story.held(1, raised - 1).size() == 1);
    CHECK(story.held(1, raised - 1).front()->semaphore == Semaphore{set, 0});
    CHECK(story.held(1, after).empty());
    CHECK(story.held(2, after).size() == 1);
}

TEST_CASE("a semop happens when it returns, and one that failed does not", "[diagnosis]") {
    Semops semops;
    const auto first = semops.semop(1, {0, -1, 0});
    const auto waits = semops.semop(2, {0, -1, 0});
    const auto raising = semops.semop(1, {0, 1, 0});
    const auto returned = semops.returns(waits);
    semops.semop(1, {0, -1, 0}, -EIDRM);
    const auto last = semops.semop(1, {0, -1, 0}, std::nullopt);

    const SemaphoreStory story(semops.recording);
    CHECK(story.held(1, waits).size() == 1);
    CHECK(story.held(2, raising).empty());
    CHECK(story.held(2, last).size() == 1);
    CHECK(story.held(1, last).empty());
    CHECK(story.holdings().front().until == raising);
    CHECK(story.semops().at(1).done == returned);
    CHECK(story.semops().front().event->id == first);
    REQUIRE(story.waiting(1) != nullptr);
    CHECK(story.waiting(1)->event->id == last);
    CHECK(story.waiting(2) == nullptr);
}

TEST_CASE("whoever ends gives back what SEM_UNDO is on", "[diagnosis]") {
    Semops semops;
    semops.semop(1, {0, -1, SEM_UNDO});
    semops.semop(1, {1, -1, 0});
    const auto before = semops.act("before");
    semops.ends(1);
    const auto later = semops.act("later");

    const SemaphoreStory story(semops.recording);
    CHECK(story.held(1, before).size() == 2);
    REQUIRE(story.held(1, later).size() == 1);
    CHECK(story.held(1, later).front()->semaphore.number == 1);
    CHECK(story.held(1, later).front()->owner_ended);
    REQUIRE(story.undoings().size() == 1);
    CHECK(story.undoings().front().change == 1);
    CHECK(story.undoings().front().held == 1);
}

TEST_CASE("what is undone at the end may be too much or too little", "[diagnosis]") {
    Semops lowered_only;
    lowered_only.semop(1, {0, -1, SEM_UNDO});
    lowered_only.semop(1, {0, 1, 0});
    lowered_only.ends(1);
    const SemaphoreStory too_much(lowered_only.recording);
    REQUIRE(too_much.undoings().size() == 1);
    CHECK(too_much.undoings().front().change == 1);
    CHECK(too_much.undoings().front().held == 0);

    Semops raised_only;
    raised_only.semop(1, {0, -1, 0});
    raised_only.semop(1, {0, 1, SEM_UNDO});
    raised_only.ends(1);
    const SemaphoreStory too_little(raised_only.recording);
    REQUIRE(too_little.undoings().size() == 1);
    CHECK(too_little.undoings().front().change == -1);

    Semops forgotten;
    forgotten.semop(1, {0, -1, SEM_UNDO});
    forgotten.setval(2, 0);
    forgotten.ends(1);
    CHECK(SemaphoreStory(forgotten.recording).undoings().empty());
}

TEST_CASE("who waits for zero and raises has it at 1", "[diagnosis]") {
    Semops semops;
    auto taking = a_semop(set, {0, 0, 0}, 0);
    taking.operations.push_back({0, 1, SEM_UNDO});
    semops.call(1, taking);
    const auto between = semops.act("meanwhile");
    semops.semop(1, {0, -1, SEM_UNDO});
    const auto later = semops.act("later");

    const SemaphoreStory story(semops.recording);
    CHECK(story.is_inverted({set, 0}));
    CHECK(story.held(1, between).size() == 1);
    CHECK(story.held(1, later).empty());
}

TEST_CASE("where events are missing nobody surely has anything", "[diagnosis]") {
    Semops semops;
    semops.semop(1, {0, -1, 0});
    const auto before = semops.act("before");
    semops.leave_out(10);
    const auto after = semops.act("after");

    const SemaphoreStory story(semops.recording);
    CHECK(story.held(1, before).size() == 1);
    CHECK(story.held(1, after).empty());
}
