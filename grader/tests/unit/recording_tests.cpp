#include <fmt/format.h>
#include <seccomp.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cerrno>
#include <csignal>
#include <random>
#include <string>

#include "arena/arena.hpp"
#include "helpers.hpp"
#include "recorder/calls.hpp"
#include "recorder/recorder.hpp"
#include "recorder/timeline.hpp"
#include "world.hpp"

using namespace ipclab::arena;
using namespace ipclab::recorder;
using namespace ipclab::tests;
using Catch::Matchers::ContainsSubstring;
using ipclab::kernel::Descriptor;

namespace {

/// One event, with nothing in it that differs from run to run.
std::string told(const Recording& recording, const Event& event) {
    const Lane& lane = recording.lanes.at(event.lane);
    std::string who = lane.is_grader() ? "grader" : fmt::format("{}", lane.process);
    who += lane.child > 0 ? fmt::format(".{}", lane.child) : "";
    who += event.thread > 0 ? fmt::format("/{}", event.thread) : "";
    const auto call = [](const Call& made) {
        return fmt::format("{} {}", name_of_call(made.number),
                           made.failed()     ? strerrorname_np(made.error())
                           : made.returned() ? "done"
                                             : "waits");
    };
    switch (event.what) {
        case What::act:
            return who + " acts";
        case What::request:
            return who + " > " + event.text.substr(0, event.text.find(' '));
        case What::answer:
            return who + " < " + (event.text.starts_with("error") ? event.text : "done");
        case What::call:
            return who + " " + call(event.call);
        case What::returns:
            return who + " returns " + call(recording.find(event.begun_by)->call);
        case What::signal:
            return who + " SIG" + sigabbrev_np(event.number);
        case What::starts:
            return who + " starts" + (event.text.empty() ? "" : " " + event.text);
        case What::ends:
            return fmt::format("{} ends {}", who, event.number);
        case What::held:
            return who + " held";
        case What::access:
            return who + " accesses";
    }
    return who;
}

/// Runs a check's body in an arena that is recorded.
/// @return what was recorded, as text, or why nothing can be.
std::string recorded(Level level, const std::function<void(Arena&)>& body,
                     const std::function<std::string(const Recording&)>& show = {}) {
    const TemporaryFolder folder;
    const Descriptor program(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    return in_world(level, [&](Identity student) {
        Recorder recorder;
        Arena::prepare({.level = level,
                        .student = student,
                        .program = program.get(),
                        .seed = std::random_device{}(),
                        .tracing = &recorder});
        {
            Arena arena;
            body(arena);
            if (show) {
                return show(recorder.recording());
            }
        }
        const auto recording = recorder.recording();
        std::string text;
        for (const auto& event : recording.events) {
            text += (text.empty() ? "" : "; ") + told(recording, event);
        }
        return text;
    });
}

Level a_level() {
    const Level level = GENERATE(from_range(working_levels()));
    if (const auto why = tracing_obstacle(level); !why.empty()) {
        SKIP(why);
    }
    return level;
}

int number_in(const Reply& reply) {
    return std::stoi(reply.answer);
}

}  // namespace

TEST_CASE("calls are recorded in order over all processes, with what was asked and answered",
          "[recorder]") {
    const Level level = a_level();
    CAPTURE(name_of(level));
    const auto text = recorded(level, [](Arena& arena) {
        const key_t key = arena.fresh_key();
        Student one = arena.start();
        Student two = arena.start();
        two.ask(fmt::format("open {}", key));
        one.ask(fmt::format("create {}", key));
        const int id = number_in(two.ask(fmt::format("open {}", key)));
        two.ask(fmt::format("remove {}", id));
        one.ask(fmt::format("remove {}", id));
    });
    CHECK(text ==
          "2 > open; 2 msgget ENOENT; 2 < error ENOENT; 1 > create; 1 msgget done; 1 < done; "
          "2 > open; 2 msgget done; 2 < done; 2 > remove; 2 msgctl done; 2 < done; "
          "1 > remove; 1 msgctl EINVAL; 1 < error EINVAL; 1 ends 0; 2 ends 0");
}

TEST_CASE("a call that waits returns after what happened meanwhile", "[recorder]") {
    const Level level = a_level();
    CAPTURE(name_of(level));
    const auto text = recorded(level, [](Arena& arena) {
        const auto queue = arena.create_queue(arena.fresh_key(), 0600);
        Student student = arena.start();
        student.begin(fmt::format("receive {}", queue.id));
        arena.send(queue, "text");
        student.finish();
    });
    CHECK(text ==
          "grader acts; 1 > receive; 1 msgrcv done; grader acts; 1 returns msgrcv done; 1 < done; "
          "1 ends 0");
}

TEST_CASE("messages are recorded as they lie in memory", "[recorder]") {
    const Level level = a_level();
    CAPTURE(name_of(level));
    const auto text = recorded(
        level,
        [](Arena& arena) {
            const auto queue = arena.create_queue(arena.fresh_key(), 0600);
            Student student = arena.start();
            student.ask(fmt::format("send {}", queue.id));
            student.ask(fmt::format("receive {}", queue.id));
        },
        [](const Recording& recording) {
            std::string text;
            for (const auto& event : recording.events) {
                const auto& message = event.call.message;
                text += message
                            ? fmt::format("{} {} {};", message->type, message->text, message->size)
                            : "";
            }
            return text;
        });
    CHECK(text == "7 hello 5;7 hello 5;");
}

TEST_CASE("the operations of a semop are recorded", "[recorder]") {
    const Level level = a_level();
    CAPTURE(name_of(level));
    const auto text = recorded(
        level,
        [](Arena& arena) {
            Student student = arena.start();
            student.ask(fmt::format("give {}", number_in(student.ask("set 0"))));
        },
        [](const Recording& recording) {
            for (const auto& event : recording.events) {
                if (!event.call.operations.empty()) {
                    const auto& first = event.call.operations.front();
                    return fmt::format("{} {} {} {}", event.call.operations.size(), first.sem_num,
                                       first.sem_op, first.sem_flg);
                }
            }
            return std::string("none");
        });
    CHECK(text == "1 0 1 0");
}

TEST_CASE("children and threads of a student are followed", "[recorder]") {
    const Level level = a_level();
    CAPTURE(name_of(level));
    const auto text = recorded(level, [](Arena& arena) {
        Student student = arena.start();
        student.ask(fmt::format("create-in-a-child {}", arena.fresh_key()));
        student.ask(fmt::format("create-in-a-thread {}", arena.fresh_key()));
    });
    CHECK(
        text ==
        "1 > create-in-a-child; 1.1 starts; 1.1 msgget done; 1.1 ends 0; 1 msgget done; 1 < done; "
        "1 > create-in-a-thread; 1/1 msgget done; 1 < done; 1 ends 0");
}

TEST_CASE("an interrupted call is recorded as such, and a signal that is ignored is none",
          "[recorder]") {
    const Level level = a_level();
    CAPTURE(name_of(level));
    const auto text = recorded(level, [](Arena& arena) {
        Student student = arena.start();
        Student other = arena.start();
        const int set = number_in(student.ask("set 0"));
        student.ask(fmt::format("take-with-a-timer {}", set));
        student.begin(fmt::format("take-while-a-child-ends {}", set));
        other.ask(fmt::format("give {}", set));
        student.finish();
    });
    CAPTURE(text);
    CHECK_THAT(text, ContainsSubstring("1 semtimedop EINTR; 1 SIGALRM; 1 < error EINTR"));
    CHECK_THAT(text, ContainsSubstring("1.1 ends 0; 2 > give; "));
    CHECK_THAT(text, ContainsSubstring("1 returns semtimedop done"));
    CHECK_THAT(text, !ContainsSubstring("SIGCHLD"));
}

TEST_CASE("another program that a student executes is recorded", "[recorder]") {
    const Level level = a_level();
    CAPTURE(name_of(level));
    const auto text = recorded(level, [](Arena& arena) {
        Student student = arena.start();
        student.ask("remove -1");
        student.ask("execute 0");
    });
    CHECK_THAT(text, ContainsSubstring("1 > execute; 1 starts /usr/bin/true; 1 ends 0"));
}

TEST_CASE("a call that is held, and one that the check refuses, are recorded as such",
          "[recorder]") {
    const Level level = a_level();
    CAPTURE(name_of(level));
    const auto text = recorded(
        level,
        [](Arena& arena) {
            Student student = arena.start();
            student.plan({.hold_before = 1});
            student.begin(fmt::format("create {}", arena.fresh_key()));
            student.finish();
            student.plan({.fail_call = 1, .fail_with = EIO});
            student.ask(fmt::format("create {}", arena.fresh_key()));
        },
        [](const Recording& recording) {
            std::string text;
            for (const auto& event : recording.events) {
                text += (text.empty() ? "" : "; ") + told(recording, event) +
                        (event.call.refused_by_plan ? " planned" : "");
            }
            return text;
        });
    CHECK(text ==
          "1 > create; 1 msgget done; 1 held; 1 returns msgget done; 1 < done; "
          "1 > create; 1 msgget EIO planned; 1 < error EIO");
}

TEST_CASE("where ptrace is refused there is an obstacle, in words", "[recorder]") {
    const Level level = working_levels().front();
    Child child([&] {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ptrace), 0);
        if (seccomp_load(filter) != 0) {
            return 98;
        }
        return tracing_obstacle(level) == "ptrace: Operation not permitted" ? 0 : 1;
    });
    CHECK(child.wait() == 0);
}

TEST_CASE("of very many events the first and the last are kept", "[recorder]") {
    Timeline timeline;
    for (int number = 0; number < 10'000; ++number) {
        timeline.add({.what = What::act, .number = number});
    }
    const auto recording = timeline.recording();
    CHECK(recording.events.size() + recording.left_out == 10'000);
    CHECK(recording.events.size() < 2'000);
    CHECK(recording.events.front().number == 0);
    CHECK(recording.events.back().number == 9'999);
    CHECK(recording.find(0)->number == 0);
    CHECK(recording.find(9'999)->number == 9'999);
    CHECK(recording.find(5'000) == nullptr);
    CHECK(timeline.find(5'000) == nullptr);
    CHECK(timeline.find(9'999)->number == 9'999);
    CHECK(timeline.is_latest(9'999));
}
