#include "arena/arena.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/check_runner.hpp"
#include "helpers.hpp"
#include "recorder/recorder.hpp"
#include "world.hpp"

using namespace ipclab::arena;
using namespace ipclab::tests;
using ipclab::app::Recording;
using ipclab::kernel::Descriptor;

namespace {

/// The levels that share the machine's IPC namespace: there strangers are to be left alone.
std::vector<Level> open_levels() {
    std::vector<Level> levels = working_levels();
    std::erase(levels, Level::namespaces);
    return levels;
}

std::string run_arena(Level level, const std::function<std::string()>& body, std::uint64_t seed,
                      Recording recording) {
    const TemporaryFolder folder;
    const Descriptor program(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    return in_world(level, [&](Identity student) {
        ipclab::recorder::Recorder recorder;
        Arena::prepare({.level = level,
                        .student = student,
                        .program = program.get(),
                        .seed = seed,
                        .tracing = recording == Recording::off ? nullptr : &recorder});
        return body();
    });
}

/// Runs a body in a world where an arena can be made, whose students are this very program: traced,
/// where that is allowed, and not traced. Both have to come to the same.
/// @param seed  another one for every world, unless a test is about it: worlds side by side that
///              share the machine's objects must not draw the same keys.
std::string with_arena(Level level, const std::function<std::string()>& body,
                       std::uint64_t seed = std::random_device{}()) {
    auto text = run_arena(level, body, seed, Recording::off);
    if (ipclab::recorder::tracing_obstacle(level).empty()) {
        CHECK(run_arena(level, body, seed, Recording::of_failures) == text);
    }
    return text;
}

std::vector<int> drawn(std::uint64_t seed) {
    const auto text = with_arena(
        working_levels().at(0),
        [] {
            Arena arena;
            return fmt::format("{} {} {}", arena.fresh_key(), arena.draw(0, 1'000'000),
                               arena.draw(0, 1'000'000));
        },
        seed);
    std::vector<int> numbers(3);
    REQUIRE(std::sscanf(text.c_str(), "%d %d %d", numbers.data(), &numbers[1], &numbers[2]) == 3);
    return numbers;
}

std::string told(const std::vector<Wait>& waits) {
    std::string text;
    for (const auto& wait : waits) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", wait.process, wait.call);
    }
    return text;
}

/// Asks a student that is to answer.
/// @throws std::runtime_error saying what became of it, where it did not.
std::string asked(Student& student, const std::string& word, int number) {
    const Reply reply = student.ask(fmt::format("{} {}", word, number));
    if (reply.trouble != Trouble::none) {
        throw std::runtime_error(fmt::format("{}: trouble {}, status {}, waits {}", reply.request,
                                             static_cast<int>(reply.trouble),
                                             reply.wait_status.value_or(-1), told(reply.waits)));
    }
    return reply.answer;
}

/// Has a student make a queue.
/// @return its id.
int created(Student& student, key_t key) {
    const auto answer = asked(student, "create", key);
    if (answer.starts_with("error")) {
        throw std::runtime_error("create: " + answer);
    }
    return std::stoi(answer);
}

}  // namespace

TEST_CASE("an arena lists the queues that are made in it, and removes them when it ends") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        std::size_t during = 0;
        int id = -1;
        {
            Arena arena;
            id = arena.create_queue(arena.fresh_key(), 0600).id;
            during = arena.queues().size();
        }
        return fmt::format("during {}, after {}, leaks {}", during, listed_queue(id).has_value(),
                           Arena::aftermath().leaks.size());
    });
    CHECK(text == "during 1, after false, leaks 0");
}

TEST_CASE("an arena neither lists nor removes a stranger's queue") {
    const Level level = GENERATE(from_range(open_levels()));
    CAPTURE(name_of(level));
    const MadeQueue decoy(0666);
    const std::string text = with_arena(level, [] {
        const Arena arena;
        return fmt::format("{} {}", arena.queues().size(), arena.objects().size());
    });
    CHECK(text == "0 0");
    CHECK(listed_queue(decoy.id())->key == decoy.key());
}

TEST_CASE("a student can neither open nor remove a stranger's queue") {
    const Level level = GENERATE(from_range(open_levels()));
    CAPTURE(name_of(level));
    const MadeQueue decoy(0666);
    const std::string text = with_arena(level, [&] {
        Arena arena;
        Student student = arena.start();
        return fmt::format("{}, {}, {}", asked(student, "open", decoy.key()),
                           asked(student, "create", decoy.key()),
                           asked(student, "remove", decoy.id()));
    });
    CHECK(text == "error EACCES, error EACCES, error EPERM");
    CHECK(listed_queue(decoy.id()));
}

TEST_CASE("what a student leaves behind is reported with its maker, and removed") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        key_t key = 0;
        {
            Arena arena;
            key = arena.fresh_key();
            Student student = arena.start();
            created(student, key);
        }
        const auto leak = Arena::aftermath().leaks.at(0);
        return fmt::format("{} {} {} {}", leak.object.key == key, leak.maker.process,
                           leak.maker.request == fmt::format("create {}", key),
                           listed_queue(leak.object.id).has_value());
    });
    CHECK(text == "true 1 true false");
}

TEST_CASE("a student that removes what it made leaves nothing") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        {
            Arena arena;
            Student student = arena.start();
            const int id = created(student, arena.fresh_key());
            asked(student, "remove", id);
        }
        const auto& found = Arena::aftermath();
        return fmt::format("{} {} {}", found.leaks.size(), found.strays.size(),
                           found.answered_unasked);
    });
    CHECK(text == "0 0 false");
}

TEST_CASE("a queue of one student process can be opened by another of the same check") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student one = arena.start();
        Student two = arena.start();
        const key_t key = arena.fresh_key();
        const auto made = asked(one, "create", key);
        return made == asked(two, "open", key) ? "same" : "other";
    });
    CHECK(text == "same");
}

TEST_CASE("the first queue of a check has the id that was asked for: 0, or not 0") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        std::string zero;
        std::string any;
        {
            Arena arena(FirstId::zero);
            Student student = arena.start();
            zero = asked(student, "create", arena.fresh_key());
            asked(student, "remove", 0);
        }
        {
            Arena arena(FirstId::any);
            Student student = arena.start();
            any = asked(student, "create", arena.fresh_key());
        }
        return fmt::format("{} {}", zero, any == "0");
    });
    CHECK(text == "0 false");
}

TEST_CASE("the same seed draws the same values, another seed others") {
    CHECK(drawn(7) == drawn(7));
    CHECK(drawn(7) != drawn(8));
}

TEST_CASE("fresh keys are unused, all different, and high bits come in both kinds") {
    const std::string text = with_arena(working_levels().at(0), [] {
        Arena arena;
        std::set<key_t> keys;
        int negative = 0;
        bool free = true;
        for (int turn = 0; turn < 64; ++turn) {
            const key_t key = *keys.insert(arena.fresh_key()).first;
            negative += key < 0 ? 1 : 0;
            free = free && msgget(key, 0) == -1 && errno == ENOENT;
        }
        return fmt::format("{} {} {}", keys.size(), free, negative > 10 && negative < 54);
    });
    CHECK(text == "64 true true");
}

TEST_CASE("drawn numbers lie between their bounds and reach both") {
    const std::string text = with_arena(working_levels().at(0), [] {
        Arena arena;
        std::set<int> numbers;
        for (int turn = 0; turn < 200; ++turn) {
            numbers.insert(arena.draw(3, 6));
        }
        return fmt::format("{}", fmt::join(numbers, " "));
    });
    CHECK(text == "3 4 5 6");
}

TEST_CASE("a process that goes on after its parent is reported and killed") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        {
            Arena arena;
            Student student = arena.start();
            student.ask("fork 0");
        }
        const auto& strays = Arena::aftermath().strays;
        const bool alone = ipclab::kernel::descendants(getpid()).empty();
        return fmt::format("strays {}, alone {}", strays.size(), alone);
    });
    CHECK(text == "strays 1, alone true");
}

TEST_CASE("a student that nobody can wake is found to be blocked, and in which call") {
    const Level level = working_levels().back();
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student student = arena.start();
        const int id = created(student, arena.fresh_key());
        const Reply reply = student.ask(fmt::format("receive {}", id));
        return fmt::format("{} {}", reply.trouble == Trouble::blocked,
                           told(reply.waits) == fmt::format("1: msgrcv (queue {}, type 0)", id));
    });
    CHECK(text == "true true");
}

TEST_CASE("a student that waits in vfork for a child that never ends is found to be blocked") {
    const Level level = working_levels().back();
    const std::string text = with_arena(level, [] {
        Arena arena;
        const Reply reply = arena.start().ask("vfork 0");
        return fmt::format("{}", reply.trouble == Trouble::blocked);
    });
    CHECK(text == "true");
}

TEST_CASE("a student that spends its time in children that end is found to use the processor") {
    const Level level = working_levels().back();
    const std::string text = with_arena(level, [] {
        Arena arena;
        const Reply reply = arena.start().ask("spin-in-children 0");
        return fmt::format("{}", reply.trouble == Trouble::used_processor);
    });
    CHECK(text == "true");
}

TEST_CASE("a student that is held before a call makes it when it is released") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student student = arena.start();
        student.plan({.hold_before = 1});
        student.begin(fmt::format("create {}", arena.fresh_key()));
        const bool held = student.is_held() && arena.queues().empty();
        student.release();
        return fmt::format("{} {} {}", held, student.is_held(), arena.queues().size());
    });
    CHECK(text == "true false 1");
}

TEST_CASE("the memory of a student can be looked at, also while it is held") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student student = arena.start();
        const auto stacks = [&] {
            const auto all = student.mappings();
            return std::count_if(all.begin(), all.end(),
                                 [](const auto& mapping) { return mapping.name == "[stack]"; });
        };
        const auto idle = stacks();
        student.plan({.hold_before = 1});
        student.begin(fmt::format("create {}", arena.fresh_key()));
        const auto held = stacks();
        student.finish();
        return fmt::format("{} {}", idle, held);
    });
    CHECK(text == "1 1");
}

TEST_CASE("what is awaited comes, or it is clear that it will not") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student student = arena.start();
        student.signal(SIGKILL);
        arena.await([&] { return student.has_ended(); });
        int looks = 0;
        arena.await([&] { return ++looks < 0; });
        return fmt::format("{} {}", student.has_ended(), looks > 0);
    });
    CHECK(text == "true true");
}

TEST_CASE("the folder of a check is the student's and ends with the check") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const TemporaryFolder folder;
    const Descriptor program(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    const std::string text = in_world(level, [&](Identity student) {
        Arena::prepare({.level = level, .student = student, .program = program.get(), .seed = 1});
        Arena arena;
        struct stat status {};
        const auto file = arena.make_file("lock");
        return fmt::format("{}", lstat(file.c_str(), &status) == 0 && status.st_size == 0 &&
                                     status.st_uid == student.uid);
    });
    CHECK(text == "true");
    CHECK(std::filesystem::is_empty(folder.path()));
}

// --- plans, interruptions, standstill -------------------------------------------------------

TEST_CASE("a plan makes the k-th call fail, and only that one") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student student = arena.start();
        student.plan({.fail_call = 2, .fail_with = EIO});
        const key_t key = arena.fresh_key();
        const Reply reply = student.ask(fmt::format("create-in-a-child {}", key));
        return fmt::format("{}, calls {}, queues {}", reply.answer, reply.calls,
                           arena.queues().size());
    });
    CHECK(text == "error EIO, calls 2, queues 1");
}

TEST_CASE("a plan kills a process before its k-th call") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student student = arena.start();
        student.plan({.kill_before = 1});
        const Reply reply = student.ask(fmt::format("create {}", arena.fresh_key()));
        return fmt::format("{} {} {}", reply.trouble == Trouble::ended,
                           reply.wait_status == SIGKILL, arena.queues().size());
    });
    CHECK(text == "true true 0");
}

TEST_CASE("a signal comes while a student provably waits, and otherwise not at all") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student student = arena.start();
        const int queue = created(student, arena.fresh_key());
        const int set = std::stoi(asked(student, "set", 0));
        asked(student, "catch", SIGUSR1);
        std::string text;
        for (const auto& wait : {fmt::format("receive {}", queue), fmt::format("take {}", set)}) {
            const bool too_early = student.interrupt(SIGUSR1);
            student.begin(wait);
            const bool sent = student.interrupt(SIGUSR1);
            text += fmt::format("{} {} {}, ", too_early, sent, student.finish().answer);
        }
        return text;
    });
    CHECK(text == "false true error EINTR, false true error EINTR, ");
}

TEST_CASE("a semop is not interrupted by a signal that the student ignores") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student waits = arena.start();
        Student gives = arena.start();
        const int set = std::stoi(asked(gives, "set", 0));
        waits.begin(fmt::format("take-while-a-child-ends {}", set));
        const auto given = asked(gives, "give", set);
        return given + " " + waits.finish().answer;
    });
    CHECK(text == "0 0");
}

TEST_CASE("a timer ends a wait, which is no standstill") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        Student student = arena.start();
        const int queue = created(student, arena.fresh_key());
        const int set = std::stoi(asked(student, "set", 0));
        return asked(student, "receive-with-a-timer", queue) + ", " +
               asked(student, "take-with-a-timer", set);
    });
    CHECK(text == "error EINTR, error EINTR");
}

TEST_CASE("in a deadlock everybody who was asked something is named with what he waits for") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        [[maybe_unused]] Student idle = arena.start();
        Student one = arena.start();
        Student two = arena.start();
        const int queue = created(one, arena.fresh_key());
        const int set = std::stoi(asked(two, "set", 0));
        one.begin(fmt::format("receive {}", queue));
        const Reply reply = two.ask(fmt::format("take {}", set));
        return fmt::format(
            "{} {}", reply.trouble == Trouble::blocked,
            told(reply.waits) == fmt::format("2: msgrcv (queue {}, type 0), 3: semop (semaphore "
                                             "set {})",
                                             queue, set));
    });
    CHECK(text == "true true");
}

TEST_CASE("a student that a signal has stopped is not taken for one that waits") {
    const Level level = working_levels().back();
    const std::string text = with_arena(level, [] {
        Arena arena;
        const Reply reply = arena.start().ask("stop 0");
        return fmt::format("{}", reply.trouble == Trouble::stopped);
    });
    CHECK(text == "true");
}

TEST_CASE("a grader with more descriptors than a student may have still starts one") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        std::vector<Descriptor> many;
        for (int count = 0; count < 100; ++count) {
            many.emplace_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
        }
        Arena arena;
        Student student = arena.start();
        return fmt::format("{}", created(student, arena.fresh_key()) >= 0);
    });
    CHECK(text == "true");
}
