// The rules of lab 5: where they speak, and where they stay silent.
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cerrno>
#include <csignal>

#include "diagnosis/diagnosis.hpp"
#include "story.hpp"

// Two sentences with one name would be one: here the compiler finds them.
#include "diagnosis/words.hpp"
#include "diagnosis/words_messages.hpp"
#include "diagnosis/words_semaphores.hpp"
#include "diagnosis/words_tools.hpp"

namespace ipclab::tests {

namespace {

using arena::Trouble;
using Catch::Matchers::ContainsSubstring;
using recorder::Access;
using Operations = std::vector<sembuf>;

constexpr int set = 3;
constexpr int key = 0x4c05;
constexpr int exclusive = IPC_CREAT | IPC_EXCL | 0600;
const std::string open_locks = "open-locks 0x4c05 2";
const Operations both_up = {{0, 1, 0}, {1, 1, 0}};

std::uint64_t bits(int argument) {
    return static_cast<std::uint64_t>(argument);
}

/// A check of lab 5 with three processes, event by event. What follows a request is of the process
/// that was asked, until another one is named.
class Scenes {
public:
    Scenes& asked(int process, const std::string& request) {
        in(process);
        requests_.at(lane_) = request;
        answers_.at(lane_).clear();
        story_.request(lane_, request);
        return *this;
    }
    Scenes& in(int process) {
        lane_ = static_cast<std::size_t>(process);
        return *this;
    }
    Scenes& called(long number, std::array<std::uint64_t, 6> arguments, long result) {
        last_ = story_.call(lane_, make_call(number, arguments, result));
        return *this;
    }
    Scenes& semget(int flags, long result = set) {
        return called(SYS_semget, {bits(key), 2, bits(flags)}, result);
    }
    Scenes& semctl(int number, int command, long result = 0, int value = 1) {
        return called(SYS_semctl, {set, bits(number), bits(command), bits(value)}, result);
    }
    Scenes& shmctl(int command, long result = 0) {
        return called(SYS_shmctl, {set, bits(command)}, result);
    }
    Scenes& semop(const Operations& operations, std::optional<long> result = 0) {
        auto call = a_semop(set, operations.front(), result);
        call.operations = operations;
        call.arguments[2] = operations.size();
        last_ = story_.call(lane_, call);
        return *this;
    }
    Scenes& returns(std::size_t call) {
        story_.returns(call);
        return *this;
    }
    Scenes& ends(int process) {
        story_.note(What::ends, static_cast<std::size_t>(process), SIGKILL);
        return *this;
    }
    Scenes& signal() {
        story_.note(What::signal, lane_, SIGUSR1);
        return *this;
    }
    Scenes& reads(std::uint64_t offset, std::uint64_t value) {
        return accesses({Access::How::reads, set, offset, value, value});
    }
    Scenes& writes(std::uint64_t offset, std::uint64_t before, std::uint64_t after) {
        return accesses({Access::How::writes, set, offset, before, after});
    }
    Scenes& answered(const std::string& answer) {
        answers_.at(lane_) = answer;
        story_.answer(lane_, answer);
        return *this;
    }
    /// A process takes a lock, or gives it back.
    Scenes& locks(int process, int number, const Operations& operations = {}) {
        const auto word = std::to_string(number);
        asked(process, "lock 3 " + word);
        semop(operations.empty() ? Operations{{0, -1, SEM_UNDO}} : operations);
        return answered("locked");
    }
    Scenes& unlocks(int process, const Operations& operations = {}) {
        asked(process, "unlock 3 0");
        semop(operations.empty() ? Operations{{0, 1, SEM_UNDO}} : operations);
        return answered("unlocked");
    }
    /// From here on it is a schedule of a race.
    Scenes& schedule() {
        begin_ = story_.recording.events.size();
        return *this;
    }
    [[nodiscard]] std::size_t last() const { return last_; }

    // --- how it failed: the rule that spoke, or "" ---

    std::string expecting_reply(const checks::ExpectedReply& expected,
                                Trouble trouble = Trouble::none,
                                std::optional<int> wait_status = std::nullopt) {
        arena::Reply reply{.request = requests_.at(lane_),
                           .process = static_cast<int>(lane_),
                           .trouble = trouble,
                           .answer = trouble == Trouble::none ? answers_.at(lane_) : "",
                           .wait_status = wait_status};
        return judged({.replies = {reply}, .expected_reply = expected});
    }
    std::string expecting(const std::string& answer) { return expecting_reply({.answer = answer}); }
    std::string should_wait() { return expecting_reply({.waits_in = "semop"}); }
    std::string stuck(const std::string& answer = "locked") {
        return expecting_reply({.answer = answer}, Trouble::blocked);
    }
    std::string busy(const std::string& answer = "locked") {
        return expecting_reply({.answer = answer}, Trouble::used_processor);
    }
    std::string leaving(const std::vector<kernel::Kind>& kinds) {
        checks::Mismatch mismatch{.objects = std::vector<kernel::Object>()};
        for (const auto kind : kinds) {
            mismatch.objects->push_back({.kind = kind});
        }
        return judged(mismatch);
    }
    std::string judged(const checks::Mismatch& mismatch) {
        explorer::Schedule schedule;
        if (begin_) {
            schedule.events = std::span(story_.recording.events).subspan(*begin_);
            schedule.letters = {{1, "A"}, {2, "B"}, {3, "C"}};
            schedule.names = [](std::uint64_t offset) {
                return offset % 32 == 0 ? "balance " + std::to_string(offset / 32) : "";
            };
        }
        const auto said = diagnosis::diagnose({.lab = 5,
                                               .check = "",
                                               .mismatch = mismatch,
                                               .recording = story_.recording,
                                               .schedule = schedule});
        sentence = said ? said->sentence : "";
        return said ? said->rule : "";
    }

    std::string sentence;  ///< that was said last

private:
    Scenes& accesses(const Access& access) {
        story_.add({.what = What::access, .lane = lane_, .access = access});
        return *this;
    }

    Story story_{3};
    std::array<std::string, 4> requests_;
    std::array<std::string, 4> answers_;
    std::size_t lane_ = 1;
    std::size_t last_ = 0;
    std::optional<std::size_t> begin_;
};

/// Two have opened the locks, as they should.
Scenes opened() {
    Scenes scenes;
    scenes.asked(1, open_locks).semget(exclusive).semop(both_up).answered("set 3");
    scenes.asked(2, open_locks).semget(exclusive, -EEXIST).semget(0).answered("set 3");
    return scenes;
}

constexpr int undo = SEM_UNDO;

}  // namespace

TEST_CASE("opening what is there, and making what is not", "[diagnosis]") {
    Scenes scenes;
    scenes.asked(1, open_locks).semget(exclusive, -EEXIST).answered("error EEXIST x");
    CHECK(scenes.expecting("set 3") == "set-never-opens");
    scenes.asked(1, open_locks).semget(0, -ENOENT).answered("error ENOENT x");
    CHECK(scenes.expecting("set 3") == "set-creates-nothing");
    scenes.asked(1, open_locks).semget(IPC_CREAT | IPC_EXCL | 0666).answered("set 3");
    CHECK(scenes.judged({}) == "set-mode");
    CHECK(opened().judged({}).empty());
    Scenes other;
    other.asked(1, "open-locks 0x4c06 2").semget(exclusive).answered("set 3");
    CHECK(other.judged({}) == "set-with-other-key");
    Scenes none;
    none.asked(1, open_locks).answered("set 3");
    CHECK(none.judged({}) == "set-not-opened");
}

TEST_CASE("a set has as many semaphores as were asked for", "[diagnosis]") {
    Scenes scenes;
    scenes.asked(1, "open-locks 0x4c05 3").semget(exclusive).semop(both_up).answered("set 3");
    scenes.asked(1, "lock 3 2").semop({{2, -1, undo}}, -EFBIG).answered("error EFBIG x");
    CHECK(scenes.expecting("locked") == "set-count");
    auto bank = opened();
    bank.asked(1, "statement").semop({{2, -1, undo}}, -EFBIG).answered("error EFBIG x");
    CHECK(bank.expecting("0 0 0 0") == "set-too-small");
}

TEST_CASE("the first value of a semaphore", "[diagnosis]") {
    const auto made = [](const auto& gives_value) {
        Scenes scenes;
        scenes.asked(1, open_locks).semget(exclusive);
        gives_value(scenes);
        scenes.answered("set 3").asked(1, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
        return scenes.stuck();
    };
    CHECK(made([](Scenes&) {}) == "set-never-valued");
    CHECK(made([](Scenes& scenes) { scenes.semop({{1, 1, 0}}); }) == "set-never-valued");
    CHECK(made([](Scenes& scenes) { scenes.semop(both_up); }).empty());
    CHECK(made([](Scenes& scenes) { scenes.semop({{0, 0, 0}, {1, 0, 0}}); }) == "set-never-valued");
    CHECK(made([](Scenes& scenes) { scenes.semop({{0, 0, 0}}).semctl(0, SETVAL, 0, 1); }).empty());
    CHECK(made([](Scenes& scenes) { scenes.semctl(0, SETVAL, 0, 0); }) == "set-first-value");
    CHECK(made([](Scenes& scenes) { scenes.semctl(0, SETALL); }).empty());
    Scenes failed;
    failed.asked(1, open_locks).semget(exclusive).semctl(0, SETVAL, -ERANGE, -7).answered("set 3");
    failed.asked(1, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(failed.stuck() == "set-never-valued");
    CHECK_THAT(failed.sentence, ContainsSubstring("ERANGE"));
    Scenes zero;
    zero.asked(1, open_locks).semget(exclusive).answered("set 3");
    zero.asked(2, "lock 3 0").semop({{0, 0, 0}, {0, 1, undo}}).answered("locked");
    zero.asked(1, "unlock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(zero.stuck("unlocked").empty());
}

TEST_CASE("a value is given once, by the one who made the set", "[diagnosis]") {
    auto newcomer = opened();
    newcomer.locks(1, 0).asked(2, open_locks).semget(IPC_CREAT | 0600).semctl(0, SETVAL);
    newcomer.answered("set 3").locks(3, 0);
    CHECK(newcomer.should_wait() == "set-value-while-held");
    CHECK_THAT(newcomer.sentence, ContainsSubstring("Process 2 had not made the set"));

    auto other_lock = opened();
    other_lock.locks(1, 0).asked(2, open_locks).semget(IPC_CREAT | 0600).semctl(1, SETVAL);
    other_lock.answered("set 3").locks(3, 0);
    CHECK(other_lock.should_wait().empty());

    Scenes raised;
    raised.asked(1, open_locks).semget(IPC_CREAT | 0600).semop(both_up).answered("set 3");
    raised.asked(2, open_locks).semget(IPC_CREAT | 0600).semop(both_up).answered("set 3");
    raised.locks(1, 0).locks(2, 0);
    CHECK(raised.should_wait() == "set-raised-by-two");

    Scenes looked;
    looked.asked(1, open_locks).semget(IPC_CREAT | 0600).semop(both_up).answered("set 3");
    looked.locks(1, 0).asked(2, open_locks).semget(IPC_CREAT | 0600).semctl(0, GETVAL);
    looked.semop({{0, 1, 0}}).answered("set 3").locks(2, 0);
    CHECK(looked.should_wait() == "set-raised-by-two");
    CHECK_THAT(looked.sentence, ContainsSubstring("GETVAL"));
}

TEST_CASE("a value of 2 lets two in", "[diagnosis]") {
    Scenes scenes;
    scenes.asked(1, open_locks).semget(exclusive).semop({{0, 2, 0}}).answered("set 3");
    scenes.locks(1, 0).locks(2, 0);
    CHECK(scenes.should_wait() == "set-first-value");
}

TEST_CASE("waiting until a set is ready", "[diagnosis]") {
    Scenes otime;
    otime.asked(1, open_locks).semget(exclusive).semctl(0, SETVAL).answered("set 3");
    otime.asked(2, open_locks).semget(0).semctl(0, IPC_STAT).semctl(0, IPC_STAT);
    CHECK(otime.busy("set 3") == "set-waits-for-otime");
    Scenes value;
    value.asked(1, open_locks).semget(exclusive).semop(both_up).answered("set 3").locks(1, 0);
    value.asked(2, open_locks).semget(0).semctl(0, GETVAL).semctl(0, GETVAL);
    CHECK(value.busy("set 3") == "set-waits-for-value");
}

TEST_CASE("what a lock does in place of lowering", "[diagnosis]") {
    const auto locked = [](const Operations& operations) {
        auto scenes = opened();
        scenes.locks(1, 0).locks(2, 0, operations);
        return scenes.should_wait();
    };
    CHECK(locked({{0, 0, 0}}) == "lock-without-semop");  // The first lock did lower.
    CHECK(locked({{0, 1, undo}}) == "lock-raises");
    CHECK(locked({{1, -1, undo}}) == "lock-of-other-semaphore");
    CHECK(locked({{0, -1, undo}}).empty());
    auto zero = opened();
    zero.asked(1, "lock 3 0").semop({{0, 0, 0}}, std::nullopt);
    CHECK(zero.stuck() == "lock-only-waits-for-zero");
    auto nothing = opened();
    nothing.locks(1, 0).asked(2, "lock 3 0").answered("locked");
    CHECK(nothing.should_wait() == "lock-without-semop");
    auto steps = opened();
    steps.asked(2, "lock 3 0").semctl(0, GETVAL, 1).semctl(0, SETVAL, 0, 0).answered("locked");
    CHECK(steps.should_wait() == "lock-in-two-steps");
}

TEST_CASE("what an unlock does in place of raising", "[diagnosis]") {
    auto lowers = opened();
    lowers.locks(1, 0).asked(1, "unlock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(lowers.stuck("unlocked") == "unlock-lowers");
    auto nothing = opened();
    nothing.locks(1, 0).asked(1, "unlock 3 0").answered("unlocked");
    nothing.asked(2, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(nothing.stuck() == "lock-not-given-back");
    auto other = opened();
    other.locks(1, 0).unlocks(1, {{1, 1, undo}});
    other.asked(2, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(other.stuck() == "lock-of-other-semaphore");
    auto twice = opened();
    twice.locks(1, 0).unlocks(1, {{0, 2, undo}}).locks(1, 0).locks(2, 0);
    CHECK(twice.should_wait() == "lock-raised-too-often");
    // Somebody may well have it.
    auto held = opened();
    held.locks(1, 0).asked(2, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(held.stuck().empty());
}

TEST_CASE("a signal is no lock, and a failure neither", "[diagnosis]") {
    const auto interrupted = [](const std::string& answer, bool again = false) {
        auto scenes = opened();
        scenes.locks(1, 0).asked(2, "lock 3 0").semop({{0, -1, undo}}, -EINTR);
        if (again) {
            scenes.semop({{0, -1, undo}});
        }
        scenes.answered(answer);
        return scenes.should_wait();
    };
    CHECK(interrupted("locked") == "lock-interrupted");
    CHECK(interrupted("error EINTR x") == "lock-interrupted");
    CHECK(interrupted("locked", true).empty());
    auto removed = opened();
    removed.asked(2, "lock 3 0").semop({{0, -1, undo}}, -EIDRM).answered("locked");
    CHECK(removed.expecting_reply({.error = EIDRM}) == "lock-failure-swallowed");
}

TEST_CASE("asking is no waiting", "[diagnosis]") {
    const auto asks = [](int flags, int error, int times) {
        auto scenes = opened();
        scenes.locks(1, 0).asked(2, "lock 3 0");
        for (int time = 0; time < times; ++time) {
            scenes.semop({{0, -1, static_cast<short>(flags)}}, -error);
        }
        return scenes;
    };
    CHECK(asks(IPC_NOWAIT, EAGAIN, 3).busy() == "semop-polls");
    CHECK(asks(IPC_NOWAIT, EAGAIN, 1).answered("error EAGAIN x").should_wait() ==
          "semop-does-not-wait");
    CHECK(asks(0, EINVAL, 3).busy() == "semop-retries-a-failure");
    auto looks = opened();
    looks.asked(2, "lock 3 0").semctl(0, GETVAL).semctl(0, GETVAL);
    CHECK(looks.busy() == "looks-again-and-again");
    auto turns = opened();
    turns.asked(2, "take");
    for (int time = 0; time < 4; ++time) {
        turns.semop({{0, -1, undo}}).semop({{0, 1, undo}});
    }
    CHECK(turns.busy("value 1") == "locks-again-and-again");
}

TEST_CASE("what a process leaves when it ends", "[diagnosis]") {
    const auto ended = [](int lowering, int raising) {
        auto scenes = opened();
        scenes.locks(3, 0, {{0, -1, static_cast<short>(lowering)}});
        scenes.unlocks(3, {{0, 1, static_cast<short>(raising)}}).ends(3);
        return scenes;
    };
    auto killed = opened();
    killed.locks(3, 0, {{0, -1, 0}}).ends(3);
    killed.asked(1, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(killed.stuck() == "killed-with-lock");
    CHECK(ended(undo, 0).locks(1, 0).locks(2, 0).should_wait() == "undone-wrongly");
    CHECK(ended(0, undo).asked(1, "lock 3 0").semop({{0, -1, undo}}, std::nullopt).stuck() ==
          "undone-wrongly");
    CHECK(ended(undo, undo).asked(1, "lock 3 0").semop({{0, -1, undo}}, std::nullopt).stuck() ==
          "");
    Scenes first;
    first.asked(3, open_locks).semget(exclusive).semop({{0, 1, undo}}).answered("set 3").ends(3);
    first.asked(1, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(first.stuck() == "first-value-undone");
}

TEST_CASE("a Guard takes and gives once, and throws nothing", "[diagnosis]") {
    auto throws = opened();
    throws.asked(1, "enter 3 0").semop({{0, -1, undo}}).answered("entered");
    throws.asked(1, "leave").semop({{0, 1, undo}}, -EINVAL);
    CHECK(throws.expecting_reply({.answer = "left"}, Trouble::ended, SIGABRT) == "guard-aborts");
    auto at_once = opened();
    at_once.asked(1, "enter 3 0").semop({{0, -1, undo}}).semop({{0, 1, undo}}).answered("entered");
    at_once.asked(2, "enter 3 0").semop({{0, -1, undo}}).answered("entered");
    CHECK(at_once.should_wait() == "lock-given-back-at-once");
    auto keeps = opened();
    keeps.asked(1, "enter 3 0").semop({{0, -1, undo}}).answered("entered");
    keeps.asked(1, "leave").answered("left");
    keeps.asked(2, "enter 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(keeps.stuck("entered") == "lock-not-given-back");
}

TEST_CASE("two that wait for each other", "[diagnosis]") {
    auto scenes = opened();
    scenes.schedule().asked(1, "transfer 0 1 2").semop({{0, -1, undo}});
    scenes.asked(2, "transfer 1 0 3").semop({{1, -1, undo}}).semop({{0, -1, undo}}, std::nullopt);
    scenes.in(1).semop({{1, -1, undo}}, std::nullopt);
    CHECK(scenes.stuck("transferred") == "lock-deadlock");
    CHECK_THAT(scenes.sentence, ContainsSubstring("A has semaphore 0 of the set and waits for "
                                                  "semaphore 1; B has semaphore 1"));
    auto killed_later = scenes;
    killed_later.ends(1).in(2).returns(scenes.last() - 1).answered("transferred").in(1);
    CHECK(killed_later.stuck("transferred") == "lock-deadlock");
}

TEST_CASE("one that waits for itself, or for what was never given back", "[diagnosis]") {
    auto itself = opened();
    itself.asked(1, "transfer 0 1 2").semop({{0, -1, undo}}).semop({{0, -1, undo}}, std::nullopt);
    CHECK(itself.stuck("transferred") == "waits-for-itself");
    auto kept = opened();
    kept.asked(1, "transfer 0 1 200").semop({{0, -1, undo}}).answered("too little");
    kept.asked(2, "deposit 0 1").semop({{0, -1, undo}}, std::nullopt);
    CHECK(kept.stuck("deposited") == "lock-not-given-back");
    CHECK_THAT(kept.sentence, ContainsSubstring("answered \"too little\", and never raised it"));
}

TEST_CASE("an update is lost", "[diagnosis]") {
    // A is interrupted by a whole deposit of B's between its read and its write.
    const auto deposits = [](const auto& before, const auto& after, bool others_lock = true) {
        auto scenes = opened();
        scenes.schedule().asked(1, "deposit 0 2");
        before(scenes);
        scenes.asked(2, "deposit 0 3");
        if (others_lock) {
            scenes.semop({{0, -1, undo}});
        }
        scenes.reads(0, 5).writes(0, 5, 8);
        if (others_lock) {
            scenes.semop({{0, 1, undo}});
        }
        scenes.answered("deposited").in(1);
        after(scenes);
        scenes.answered("deposited").asked(2, "statement").answered("7 0 0 0");
        scenes.expecting("10 0 0 0");
        return scenes.sentence;
    };
    const auto reads = [](Scenes& scenes) { scenes.reads(0, 5); };
    const auto writes = [](Scenes& scenes) { scenes.writes(0, 8, 7); };
    const auto lowers = [](Scenes& scenes) { scenes.semop({{0, -1, undo}}); };
    const auto raises = [](Scenes& scenes) { scenes.semop({{0, 1, undo}}); };
    const auto all = [](auto... steps) { return [=](Scenes& scenes) { (steps(scenes), ...); }; };
    const auto other = [](Scenes& scenes) { scenes.semop({{1, -1, undo}}); };

    CHECK_THAT(deposits(reads, writes, false), ContainsSubstring("makes no semop at all"));
    CHECK_THAT(deposits(reads, all(lowers, writes, raises)),
               ContainsSubstring("A reads balance 0 while it has no semaphore: its semop comes"));
    CHECK_THAT(deposits(all(lowers, reads, raises), writes), ContainsSubstring("only then writes"));
    CHECK_THAT(deposits(all(lowers, raises, reads), writes), ContainsSubstring("before or after"));
    CHECK_THAT(deposits(all(lowers, reads, raises), all(lowers, writes, raises)),
               ContainsSubstring("gives its semaphore back, takes it again"));
    CHECK_THAT(deposits(all(other, reads), writes),
               ContainsSubstring("A has semaphore 1 of the set when it changes balance 0, and B "
                                 "has semaphore 0"));
    CHECK_THAT(deposits(all(lowers, reads), all(writes, raises), false),
               ContainsSubstring("B writes balance 0 while it has no semaphore"));
    // It looked again: nothing is lost.
    CHECK(deposits(reads,
                   all(
                       lowers, [](Scenes& scenes) { scenes.reads(0, 8).writes(0, 8, 10); }, raises))
              .empty());
    // A compare-and-swap that failed, and was made again.
    CHECK(deposits(
              reads, [](Scenes& scenes) { scenes.writes(0, 8, 8).writes(0, 8, 10); }, false)
              .empty());
}

TEST_CASE("whether there is enough is a look at the balance, too", "[diagnosis]") {
    auto scenes = opened();
    scenes.schedule().asked(1, "transfer 0 1 5").reads(0, 5).asked(2, "transfer 0 2 5");
    scenes.semop({{0, -1, undo}}).reads(0, 5).writes(0, 5, 0).semop({{0, 1, undo}});
    scenes.answered("transferred").in(1).semop({{0, -1, undo}}).reads(0, 0).writes(0, 0, 251);
    scenes.semop({{0, 1, undo}}).answered("transferred").in(2);
    CHECK(scenes.expecting("too little") == "looked-before-lock");
}

TEST_CASE("a statement in the middle of a transfer", "[diagnosis]") {
    const auto statement = [](const auto& first, const auto& second) {
        auto scenes = opened();
        scenes.schedule().asked(1, "statement");
        first(scenes);
        scenes.reads(0, 5).asked(2, "transfer 0 1 2").semop({{0, -1, undo}, {1, -1, undo}});
        scenes.writes(0, 5, 3).writes(32, 5, 7).semop({{0, 1, undo}, {1, 1, undo}});
        scenes.answered("transferred").in(1);
        second(scenes);
        scenes.reads(32, 7).answered("5 7 0 0");
        scenes.expecting("5 5 0 0");
        return scenes.sentence;
    };
    const auto nothing = [](Scenes&) {};
    CHECK_THAT(statement(nothing, nothing),
               ContainsSubstring("A reads balance 0 while it has no semaphore"));
    CHECK_THAT(statement(
                   [](Scenes& scenes) {
                       scenes.semop({{0, -1, undo}});
                   },
                   [](Scenes& scenes) {
                       scenes.semop({{0, 1, undo}}).semop({{1, -1, undo}});
                   }),
               ContainsSubstring("gives semaphore 0 of the set back before it has read all"));
}

TEST_CASE("a first value is not given by waiting for zero", "[diagnosis]") {
    Scenes zero;
    zero.asked(1, open_locks).semget(exclusive).semop({{0, 0, 0}}).answered("set 3");
    zero.asked(1, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(zero.stuck() == "set-never-valued");
    CHECK_THAT(zero.sentence, ContainsSubstring("gives semaphore 0 of the set no value"));
    // Of another semaphore: this one was never thought of.
    Scenes other;
    other.asked(1, open_locks).semget(exclusive).semop({{1, 0, 0}}).answered("set 3");
    other.asked(1, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(other.stuck() == "set-never-valued");
    CHECK_THAT(other.sentence, ContainsSubstring("was never given a value"));
    // Who locks by waiting for zero may want it to be 0 at first.
    Scenes inverted;
    inverted.asked(1, open_locks).semget(exclusive).answered("set 3");
    inverted.asked(2, "lock 3 0").semop({{0, 0, 0}}).answered("locked");
    inverted.asked(1, "lock 3 0").semop({{0, -1, undo}}, std::nullopt);
    CHECK(inverted.stuck() != "set-never-valued");
}

TEST_CASE("a transfer that was cut short", "[diagnosis]") {
    constexpr std::uint64_t note = 8;
    const auto cut = [](const auto& transfers, const auto& follows) {
        auto scenes = opened();
        scenes.schedule().asked(3, "transfer 0 1 2").semop({{0, -1, undo}, {1, -1, undo}});
        transfers(scenes);
        scenes.ends(3).asked(1, "deposit 1 4");
        follows(scenes);
        scenes.answered("deposited").asked(2, "statement").reads(note, 1).answered("3 9 0 0");
        return scenes.expecting("5 9 0 0");
    };
    const auto looks = [](Scenes& scenes) { scenes.reads(note, 1).writes(32, 5, 9); };
    const auto noted = [](Scenes& scenes) { scenes.writes(note, 0, 1).writes(0, 5, 3); };
    CHECK(cut([](Scenes& scenes) { scenes.writes(0, 5, 3); }, looks) == "nothing-noted");
    CHECK(cut([](Scenes& scenes) { scenes.writes(0, 5, 3).writes(note, 0, 1); }, looks) ==
          "nothing-noted");
    CHECK(cut([](Scenes& scenes) { scenes.writes(note, 0, 1).writes(0, 5, 3).writes(note, 1, 0); },
              looks) == "note-cleared-early");
    CHECK(cut(noted, [](Scenes& scenes) { scenes.reads(32, 5).writes(32, 5, 9); }) ==
          "notes-not-read");
    CHECK(cut(noted, [](Scenes& scenes) { scenes.writes(32, 5, 9).reads(note, 1); }) ==
          "repaired-too-late");
    CHECK(cut(noted, [](Scenes& scenes) { scenes.reads(note, 1).writes(0, 3, 1); }) ==
          "repair-done-twice");
    CHECK(cut(noted, looks).empty());
    const auto noted_elsewhere = [](Scenes& scenes) { scenes.writes(16, 0, 1).writes(0, 5, 3); };
    CHECK(cut(noted_elsewhere, looks) == "other-note-read");
    CHECK(cut(noted_elsewhere, [](Scenes& scenes) {
              scenes.reads(note, 0).reads(16, 1).writes(32, 5, 9);
          }).empty());
    CHECK(cut([](Scenes& scenes) { scenes.writes(16, 0, 1).writes(0, 5, 3).writes(32, 5, 7); },
              looks) != "other-note-read");
}

TEST_CASE("the last one removes the bank", "[diagnosis]") {
    using kernel::Kind;
    const std::vector<Kind> both = {Kind::segment, Kind::semaphore_set};
    const auto closing = [] {
        auto scenes = opened();
        scenes.asked(1, "open-bank 0x4c05").answered("segment 3 set 3");
        scenes.asked(2, "open-bank 0x4c05").answered("segment 3 set 3");
        return scenes.asked(1, "close-bank");
    };
    const auto detaches = [](Scenes& scenes) -> Scenes& {
        return scenes.called(SYS_shmdt, {0x1000}, 0);
    };
    auto stays = closing();
    CHECK(stays.shmctl(IPC_STAT).answered("closed").leaving(both) == "bank-stays-attached");
    auto early = closing();
    early.shmctl(IPC_STAT);
    CHECK(detaches(early).answered("closed").leaving(both) == "asks-before-detach");
    auto never = closing();
    CHECK(detaches(never).answered("closed").leaving(both) == "never-asks");
    auto one = closing();
    detaches(one).shmctl(IPC_STAT).shmctl(IPC_RMID).answered("closed");
    CHECK(one.leaving({Kind::semaphore_set}) == "one-of-two-left");
    CHECK(one.asked(2, "deposit 1 5").answered("error EINVAL x").expecting("deposited") ==
          "removed-in-use");
    auto race = closing();
    detaches(race).asked(2, "close-bank").shmctl(IPC_STAT).shmctl(IPC_RMID).answered("closed");
    race.in(1).shmctl(IPC_STAT, -EINVAL).answered("error EINVAL x");
    CHECK(race.expecting("closed") == "removed-by-other");
    auto used = closing();
    CHECK(detaches(used).expecting_reply({.answer = "closed"}, Trouble::ended, SIGSEGV) ==
          "used-after-detach");
}

namespace {

constexpr int mutex = 0;
constexpr int free_slots = 1;
constexpr int filled = 2;

/// A buffer with two slots that process 1 has made.
Scenes buffer(int slots = 2, int flags = 0) {
    Scenes scenes;
    scenes.asked(1, "open-buffer 0x4c05 2").semget(exclusive);
    scenes.semop({{mutex, 1, static_cast<short>(flags)},
                  {free_slots, static_cast<short>(slots), static_cast<short>(flags)}});
    return scenes.answered("segment 3 set 3");
}

Scenes& puts(Scenes& scenes, int process, int flags = 0) {
    scenes.asked(process, "put 7");
    scenes.semop({{free_slots, -1, static_cast<short>(flags)}, {mutex, -1, undo}});
    return scenes.semop({{mutex, 1, undo}, {filled, 1, 0}}).answered("put");
}

}  // namespace

TEST_CASE("the lock is the last thing that put waits for", "[diagnosis]") {
    auto scenes = buffer();
    puts(scenes, 1).asked(2, "put 8").semop({{mutex, -1, undo}});
    scenes.semop({{free_slots, -1, 0}}, std::nullopt);
    scenes.asked(1, "take").semop({{filled, -1, 0}}).semop({{mutex, -1, undo}}, std::nullopt);
    CHECK(scenes.stuck("value 7") == "waits-with-lock");
    CHECK_THAT(scenes.sentence, ContainsSubstring("Process 2 has semaphore 0 of the set while it "
                                                  "waits for semaphore 1"));
}

TEST_CASE("what a buffer counts", "[diagnosis]") {
    auto many = buffer(3);
    puts(many, 1);
    puts(many, 1);
    CHECK(puts(many, 2).should_wait() == "set-first-value");
    auto right = buffer();
    CHECK(puts(right, 2).should_wait().empty());
    auto none = buffer();
    none.asked(2, "put 7").semop({{mutex, -1, undo}}).semop({{mutex, 1, undo}}).answered("put");
    CHECK(none.should_wait() == "nothing-counts");
    auto silent = buffer();
    silent.asked(1, "put 7").semop({{free_slots, -1, 0}, {mutex, -1, undo}});
    silent.semop({{mutex, 1, undo}}).answered("put").asked(2, "take");
    silent.semop({{filled, -1, 0}, {mutex, -1, undo}}, std::nullopt);
    CHECK(silent.stuck("value 7") == "nobody-raises");
    auto undone = buffer();
    puts(undone, 3, undo).ends(3).asked(2, "take").answered("value 1");
    CHECK(undone.expecting("value 7") == "counting-undone");
    auto again = buffer();
    puts(again, 1).asked(2, "open-buffer 0x4c05 2").semget(IPC_CREAT | 0600);
    again.semctl(free_slots, SETVAL, 0, 2).answered("segment 3 set 3");
    CHECK(puts(again, 2).should_wait() == "set-counted-anew");
}

TEST_CASE("a value is counted when it is there, and one at a time puts it there", "[diagnosis]") {
    auto early = buffer();
    early.schedule().asked(1, "put 7").semop({{free_slots, -1, 0}, {mutex, -1, undo}});
    early.semop({{mutex, 1, undo}, {filled, 1, 0}}).asked(2, "take");
    early.semop({{filled, -1, 0}, {mutex, -1, undo}}).reads(24, 0);
    early.semop({{mutex, 1, undo}, {free_slots, 1, 0}}).answered("value 0").in(1);
    early.writes(24, 0, 7).answered("put").in(2);
    CHECK(early.expecting("value 7") == "counted-too-early");
    auto unlocked = buffer();
    unlocked.schedule().asked(1, "put 7").semop({{free_slots, -1, 0}}).reads(16, 0);
    unlocked.asked(2, "put 8").semop({{free_slots, -1, 0}}).reads(16, 0).writes(24, 0, 8);
    unlocked.writes(16, 0, 1).semop({{filled, 1, 0}}).answered("put").in(1).writes(24, 8, 7);
    unlocked.semop({{filled, 1, 0}}).answered("put").asked(2, "take").answered("value 7");
    CHECK(unlocked.expecting("value 8") == "buffer-without-lock");
}

TEST_CASE("the end of a buffer", "[diagnosis]") {
    using kernel::Kind;
    auto one = buffer();
    one.asked(1, "remove-buffer 0x4c05").semget(0).shmctl(IPC_RMID).answered("removed");
    CHECK(one.leaving({Kind::semaphore_set}) == "one-of-two-left");
    auto creates = buffer();
    creates.asked(1, "remove-buffer 0x4c05").semget(IPC_CREAT | 0600).answered("removed");
    CHECK(creates.expecting_reply({.error = ENOENT}) == "buffer-remove-creates");
    auto closes = buffer();
    closes.asked(1, "close-buffer").shmctl(IPC_RMID).answered("closed");
    closes.asked(1, "take").answered("value 0");
    CHECK(closes.expecting("value 7") == "buffer-close-removes");
    auto locks = opened();
    locks.asked(1, "remove-locks 3").answered("removed");
    CHECK(locks.leaving({Kind::semaphore_set}) == "locks-not-removed");
}

}  // namespace ipclab::tests
