// The objects and messages that an arena makes for its checks.
#include <fmt/format.h>
#include <sys/msg.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <csignal>
#include <random>
#include <string>

#include "arena/arena.hpp"
#include "helpers.hpp"
#include "world.hpp"

using namespace ipclab::arena;
using namespace ipclab::tests;
using ipclab::kernel::Descriptor;
using ipclab::kernel::Kind;
using ipclab::kernel::Message;

namespace {

/// Runs a body in a world at each level that works.
std::string with_arena(Level level, const std::function<std::string()>& body) {
    const TemporaryFolder folder;
    const Descriptor program(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    return in_world(level, [&](Identity student) {
        Arena::prepare({.level = level,
                        .student = student,
                        .program = program.get(),
                        .seed = std::random_device{}()});
        return body();
    });
}

}  // namespace

TEST_CASE("an arena makes objects of all kinds, and nothing of them stays") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        std::size_t made = 0;
        std::vector<ipclab::kernel::Object> mine;
        {
            Arena arena;
            arena.make_queue({.key = arena.fresh_key(), .mode = 0000});
            arena.make_segment({.key = arena.fresh_key(), .size = 5000});
            arena.make_set({.key = arena.fresh_key(), .size = 3});
            arena.make_queue({.whose = Whose::stranger});
            arena.make_many(Kind::semaphore_set, 5);
            mine = arena.objects();
            made = mine.size();
            if (arena.segments().at(0).size != 5000 || arena.sets().at(0).semaphores != 3) {
                return std::string("wrong sizes");
            }
        }
        std::size_t left = 0;
        for (const auto& object : ipclab::kernel::objects()) {
            left += std::count_if(mine.begin(), mine.end(), [&](const auto& other) {
                return other.kind == object.kind && other.id == object.id;
            });
        }
        return fmt::format("{} {}", made, left);
    });
    CHECK(text == "9 0");
}

TEST_CASE("a marked segment goes with the grader's last detach") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        const auto segment = arena.make_segment({.key = arena.fresh_key()});
        arena.attach(segment);
        arena.remove(segment);
        const auto marked = arena.now(segment);
        const bool pending = marked && marked->is_marked() && marked->attaches == 1;
        arena.detach(segment);
        return fmt::format("{} {}", pending, !arena.now(segment).has_value());
    });
    CHECK(text == "true true");
}

TEST_CASE("the grader reads and writes a segment, and has it attached for just as long") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        const auto segment = arena.make_segment({.key = arena.fresh_key(), .size = 5000});
        arena.write_bytes(segment, 4990, std::string("a\0b", 3));
        const bool same = arena.read_bytes(segment, 4989, 5) == std::string("\0a\0b\0", 5);
        const auto before = arena.now(segment)->attaches;
        arena.attach(segment);
        arena.change_mode(segment, 0000);
        arena.write_bytes(segment, 0, "x");
        const bool by_attach = arena.read_bytes(segment, 0, 1) == "x";
        return fmt::format("{} {} {} {}", same, before, by_attach, arena.now(segment)->attaches);
    });
    CHECK(text == "true 0 true 1");
}

TEST_CASE("a segment that may not be read any more, by somebody's doing, is interference") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        std::string said;
        int id = -1;
        try {
            Arena arena;
            const auto segment = arena.make_segment({.key = arena.fresh_key()});
            id = segment.id;
            arena.change_mode(segment, 0000);
            arena.read_bytes(segment, 0, 1);
        } catch (const std::exception&) {
            said = Arena::aftermath().interference;
        }
        return fmt::format("{}",
                           said == fmt::format("segment {} was given another mode or owner", id));
    });
    CHECK(text == "true");
}

TEST_CASE("beyond the end of a segment the grader neither reads nor writes") {
    const std::string text = with_arena(working_levels().front(), [] {
        Arena arena;
        const auto segment = arena.make_segment({.size = 100});
        int refusals = 0;
        for (const std::size_t offset : {100UL, 101UL, ~0UL}) {
            try {
                arena.read_bytes(segment, offset, 1);
            } catch (const std::logic_error&) {
                ++refusals;
            }
        }
        return fmt::format("{} {}", refusals, arena.read_bytes(segment, 100, 0).empty());
    });
    CHECK(text == "3 true");
}

TEST_CASE("what was made by a process that has ended names a dead one") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        const auto left = arena.make_segment({.key = arena.fresh_key(), .made_by = MadeBy::ended});
        const auto living = arena.make_segment({.key = arena.fresh_key()});
        return fmt::format("{} {}", kill(left.creating_process, 0) != 0 && errno == ESRCH,
                           living.creating_process == getpid());
    });
    CHECK(text == "true true");
}

TEST_CASE("the grader's messages are taken as they were sent") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        const auto queue = arena.make_queue({.key = arena.fresh_key()});
        const Message zeros = {5, std::string("a\0b\0", 4)};
        const Message longest = {7, std::string(8192, 'x')};
        arena.send(queue, zeros);
        arena.send(queue, longest);
        const bool by_type = arena.take(queue, 7) == longest;
        const bool same = arena.take(queue) == zeros;
        return fmt::format("{} {} {}", by_type, same, arena.take(queue).has_value());
    });
    CHECK(text == "true true false");
}

TEST_CASE("an object of the grader's that somebody removed is interference, not an error of it") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        std::string said;
        int id = -1;
        try {
            Arena arena;
            const auto queue = arena.make_queue({.key = arena.fresh_key()});
            id = queue.id;
            ipclab::kernel::remove(Kind::queue, id);
            arena.send(queue, "nobody gets this");
        } catch (const std::exception&) {
            said = Arena::aftermath().interference;
        }
        return fmt::format("{}", said == fmt::format("queue {} is gone", id));
    });
    CHECK(text == "true");
}

TEST_CASE("a tool of the system sees the objects of the check") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const std::string text = with_arena(level, [] {
        Arena arena;
        const auto queue = arena.make_queue({.key = arena.fresh_key()});
        const auto listed = arena.run_tool({"ipcs", "-q"});
        const auto removed = arena.run_tool({"ipcrm", "-q", std::to_string(queue.id)});
        const auto again = arena.run_tool({"ipcrm", "-q", std::to_string(queue.id)});
        const auto key = ipclab::kernel::show_key(queue.key);
        return fmt::format("{} {} {}", listed.text.find(key) != std::string::npos,
                           removed.wait_status, again.wait_status != 0);
    });
    CHECK(text == "true 0 true");
}
