// Lab 1, msgget. Each check is one behaviour of labs/01-msgget/README.md; the words for its failure
// stand in lab01_words.cpp.
#include <fmt/format.h>
#include <sys/ipc.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include "arena/arena.hpp"
#include "checks/expectations.hpp"

namespace ipclab::checks {

namespace {

using arena::Arena;
using arena::FirstId;
using arena::Reply;
using arena::Student;
using kernel::Queue;
using kernel::show_key;
using kernel::show_mode;

std::string key_of(const std::string& path, int proj_id) {
    return fmt::format("key {} {}", path, proj_id);
}

std::string create(key_t key, mode_t mode) {
    return fmt::format("create {} {}", show_key(key), show_mode(mode));
}

std::string open(key_t key) {
    return fmt::format("open {}", show_key(key));
}

std::string open_or_create(key_t key, mode_t mode) {
    return fmt::format("open-or-create {} {}", show_key(key), show_mode(mode));
}

std::string create_private(mode_t mode) {
    return fmt::format("create-private {}", show_mode(mode));
}

std::string remove(int id) {
    return fmt::format("remove {}", id);
}

enum class Sign { positive, negative };

key_t fresh_key(Arena& arena, Sign sign) {
    key_t key = 0;
    do {
        key = arena.fresh_key();
    } while ((key < 0) != (sign == Sign::negative));
    return key;
}

/// A file whose key is a good one for every proj_id: -1 would look like a failure of ftok.
std::string agreed_file(Arena& arena) {
    std::string file = arena.make_file("agreed");
    while (ftok(file.c_str(), 255) == -1) {
        file = arena.make_file("agreed");
    }
    return file;
}

std::string ftok_answer(const std::string& path, int proj_id) {
    return "key " + show_key(ftok(path.c_str(), proj_id));
}

/// The only queue of the check, for which REQUIRE_THAT has just seen to that it is there.
Queue the_queue(const Arena& arena) {
    return arena.queues().at(0);
}

using Replies = std::vector<Reply>;

/// Of all who were asked, one says "created" and the others "opened", all with the queue's id.
Expectation<Replies> name_one_creator_of(const Queue& queue) {
    return Expectation<Replies>([=](const Replies& replies) -> std::optional<Mismatch> {
        int creators = 0;
        std::string seen;
        bool well = true;
        for (const auto& reply : replies) {
            const bool created = reply.answer == fmt::format("id {} created", queue.id);
            const bool opened = reply.answer == fmt::format("id {} opened", queue.id);
            creators += created ? 1 : 0;
            well = well && reply.trouble == arena::Trouble::none && (created || opened);
            seen += fmt::format("{}process {}: {}", seen.empty() ? "" : "; ", reply.process,
                                reply.answer.empty() ? "no answer" : reply.answer);
        }
        if (well && creators == 1) {
            return std::nullopt;
        }
        return Mismatch{
            .finding = {fmt::format("{}  answers \"id {} created\" in one process and \"id {} "
                                    "opened\" in the others",
                                    replies.front().request, queue.id, queue.id),
                        seen, ""},
            .replies = replies};
    });
}

Expectation<std::size_t> is_nothing_made() {
    return Expectation<std::size_t>([](std::size_t made) -> std::optional<Mismatch> {
        if (made == 0) {
            return std::nullopt;
        }
        return Mismatch{.finding = {"your code makes no queue, not even for a moment",
                                    fmt::format("it made {} and removed what it made", made), ""}};
    });
}

/// Two processes are held before their call-th msgget, a third one runs; then the two go on.
/// @return whether any process made that many calls.
bool race_before(Arena& arena, std::array<Student, 3>& racers, int call) {
    const auto request = open_or_create(arena.fresh_key(), 0600);
    for (auto& racer : racers) {
        racer.plan({.hold_before = &racer == &racers[2] ? 0 : call});
        racer.begin(request);
    }
    const bool any_held = racers[0].is_held() || racers[1].is_held();
    racers[1].release();
    racers[0].release();
    Replies replies;
    for (auto& racer : racers) {
        replies.push_back(racer.finish());
    }
    REQUIRE_THAT(arena.queues(), are_so_many(1));
    REQUIRE_THAT(replies, name_one_creator_of(the_queue(arena)));
    arena.remove(the_queue(arena));
    return any_held;
}

/// From a process's first-th msgget call on, before each of so many calls, the queue is made where
/// it is missing, and removed where it is there; then the process is left alone.
void change_before_calls(Arena& arena, Student& student, int first, int changes) {
    const key_t key = arena.fresh_key();
    student.plan({.hold_before = first});
    student.begin(open_or_create(key, 0600));
    for (int change = 0; change < changes && student.is_held(); ++change) {
        if (arena.queues().empty()) {
            arena.create_queue(key, 0600);
        } else {
            arena.remove(the_queue(arena));
        }
        student.step();
    }
    const bool left_to_make = arena.queues().empty();
    const Reply reply = student.finish();
    REQUIRE_THAT(reply, answers_an_id());
    REQUIRE_THAT(arena.queues(), are_one_new(key));
    const auto* entry = arena.maker_of(the_queue(arena));
    const bool made_by_student = left_to_make || (entry != nullptr && entry->maker.process != 0);
    REQUIRE_THAT(reply, answers_id_of(the_queue(arena), made_by_student ? "created" : "opened"));
    arena.remove(the_queue(arena));
}

/// Has one System V call of a request fail. Whatever the function makes of it, its answer is true,
/// and a failure leaves nothing.
/// @return whether it made that many calls.
bool fail_call(Arena& arena, Student& student, const std::string& verb, int call) {
    const key_t key = verb == "create-private" ? IPC_PRIVATE : arena.fresh_key();
    const auto request =
        key == IPC_PRIVATE ? create_private(0640) : fmt::format("{} {} 0640", verb, show_key(key));
    student.plan({.fail_call = call, .fail_with = ENOMEM});
    const Reply reply = student.ask(request);
    if (!id_in(reply)) {
        REQUIRE_THAT(reply, fails_with(ENOMEM));
        REQUIRE_THAT(arena.queues(), are_so_many(0));
        return true;
    }
    REQUIRE_THAT(arena.queues(), are_one_new(key, 0640));
    const Queue queue = the_queue(arena);
    REQUIRE_THAT(reply, answers_id_of(queue, verb == "open-or-create" ? "created" : ""));
    arena.remove(queue);
    return reply.calls >= call;
}

}  // namespace

TEST_CASE("make_key gives the key of ftok, from any directory", "[lab01][key][points=2]") {
    Arena arena;
    const auto file = agreed_file(arena);
    arena.make_directory("elsewhere");
    arena.make_link("link", file);
    auto here = arena.start();
    auto there = arena.start("elsewhere");

    for (const int proj_id : {arena.draw(1, 127), arena.draw(128, 255)}) {
        const auto expected = ftok_answer(file, proj_id);
        REQUIRE_THAT(here.ask(key_of("agreed", proj_id)), answers(expected));
        REQUIRE_THAT(there.ask(key_of("../agreed", proj_id)), answers(expected));
        REQUIRE_THAT(there.ask(key_of(file, proj_id)), answers(expected));
        REQUIRE_THAT(here.ask(key_of("link", proj_id)), answers(expected));
    }
    for (int bit = 1; bit <= 128; bit *= 2) {
        REQUIRE_THAT(here.ask(key_of("agreed", bit)), answers(ftok_answer(file, bit)));
    }
    const int proj_id = arena.draw(1, 127);
    REQUIRE_THAT(here.ask(key_of("agreed", proj_id)), answers(ftok_answer(file, proj_id)));
    // On other devices, of which the check's own folder may have the number 0.
    for (const auto* place : {"/proc", "/dev", "/sys"}) {
        REQUIRE_THAT(here.ask(key_of(place, proj_id)), answers(ftok_answer(place, proj_id)));
    }
    const auto other = arena.make_directory("folder");
    REQUIRE_THAT(here.ask(key_of("folder", proj_id)), answers(ftok_answer(other, proj_id)));
    // Another file in its place is another key, and nobody has to be able to read it.
    arena.replace_file("agreed");
    std::filesystem::permissions(file, std::filesystem::perms::none);
    REQUIRE_THAT(here.ask(key_of("agreed", proj_id)), answers(ftok_answer(file, proj_id)));
}

TEST_CASE("make_key refuses a missing file and a bad proj_id",
          "[lab01][key-refuses][points=1][needs=key]") {
    Arena arena;
    const auto file = agreed_file(arena);
    auto student = arena.start();

    REQUIRE_THAT(student.ask(key_of("missing", arena.draw(1, 255))), fails_with(ENOENT));
    REQUIRE_THAT(student.ask(key_of("agreed/below", arena.draw(1, 255))), fails_with(ENOTDIR));
    for (const int bad : {0, 256, 256 + arena.draw(1, 255), -1}) {
        REQUIRE_THAT(student.ask(key_of("agreed", bad)), fails_with(EINVAL));
    }
    for (const int good : {1, 255}) {
        REQUIRE_THAT(student.ask(key_of("agreed", good)), answers(ftok_answer(file, good)));
    }
}

TEST_CASE("create makes one new queue under the key", "[lab01][create][points=2]") {
    Arena arena(FirstId::large);
    auto student = arena.start();

    for (const Sign sign : {Sign::positive, Sign::negative}) {
        const key_t key = fresh_key(arena, sign);
        const Reply reply = student.ask(create(key, 0600));
        REQUIRE_THAT(reply, answers_an_id());
        REQUIRE_THAT(arena.queues(), are_one_new(key));
        REQUIRE_THAT(reply, answers_id_of(the_queue(arena)));
        arena.remove(the_queue(arena));
    }
}

TEST_CASE("create refuses a key that is taken", "[lab01][exclusive][points=2][needs=create]") {
    Arena arena;
    const key_t key = arena.fresh_key();
    arena.send(arena.create_queue(key, 0600), "still here");
    const Queue taken = the_queue(arena);
    auto student = arena.start();

    REQUIRE_THAT(student.ask(create(key, 0640)), fails_with(EEXIST));
    REQUIRE_THAT(arena.queues(), are_only(taken));

    arena.remove(taken);
    REQUIRE_THAT(student.ask(create(key, 0600)), answers_an_id());
    const auto own = arena.queues();
    REQUIRE_THAT(student.ask(create(key, 0600)), fails_with(EEXIST));
    REQUIRE_THAT(arena.queues(), are_only(own.at(0)));
    arena.remove(own.at(0));
    // Nobody uses the key any more.
    REQUIRE_THAT(student.ask(create(key, 0600)), answers_an_id());
    REQUIRE_THAT(arena.queues(), are_one_new(key));
    arena.remove(the_queue(arena));

    const Queue closed = arena.create_queue(key, 0000);
    REQUIRE_THAT(student.ask(create(key, 0600)), fails_with(EEXIST));
    REQUIRE_THAT(arena.queues(), are_only(closed));
}

TEST_CASE("a queue has exactly the permissions that were asked for",
          "[lab01][mode][points=1][needs=create]") {
    Arena arena;
    for (const mode_t umask : {mode_t{0}, mode_t{077}}) {
        auto student = arena.start("", umask);
        for (const int mode : {0600, 0666, 0640, 0077, 0777, 0000, arena.draw(0, 0777)}) {
            const auto bits = static_cast<mode_t>(mode);
            const key_t key = arena.fresh_key();
            REQUIRE_THAT(student.ask(create(key, bits)), answers_an_id());
            REQUIRE_THAT(arena.queues(), are_one_new(key, bits));
            arena.remove(the_queue(arena));
        }
    }
}

TEST_CASE("open finds the queue that is there", "[lab01][open][points=2]") {
    Arena arena(FirstId::large);
    auto first = arena.start();
    auto second = arena.start();

    for (const Sign sign : {Sign::positive, Sign::negative}) {
        const key_t key = fresh_key(arena, sign);
        const Queue queue = arena.create_queue(key, 0600);
        REQUIRE_THAT(first.ask(open(key)), answers_id_of(queue));
        REQUIRE_THAT(second.ask(open(key)), answers_id_of(queue));
        arena.remove(queue);

        arena.send(arena.create_queue(key, 0600), "not for you");
        const Queue anew = the_queue(arena);
        REQUIRE_THAT(first.ask(open(key)), answers_id_of(anew));
        REQUIRE_THAT(arena.queues(), are_only(anew));
        arena.remove(anew);
    }
}

TEST_CASE("open never makes a queue", "[lab01][open-missing][points=1][needs=open]") {
    Arena arena;
    const key_t key = arena.fresh_key();
    auto student = arena.start();

    REQUIRE_THAT(student.ask(open(key)), fails_with(ENOENT));
    REQUIRE_THAT(arena.queues(), are_so_many(0));

    const Queue queue = arena.create_queue(key, 0600);
    REQUIRE_THAT(student.ask(open(key)), answers_id_of(queue));
    arena.remove(queue);
    REQUIRE_THAT(student.ask(open(key)), fails_with(ENOENT));
    REQUIRE_THAT(arena.queues(), are_so_many(0));
    // Not even for a moment.
    REQUIRE_THAT(arena.queues_made(), is_nothing_made());
}

TEST_CASE("open refuses a queue that may not be read and written",
          "[lab01][open-denied][points=1][needs=open]") {
    Arena arena;
    auto student = arena.start();

    for (const mode_t closed : {0000, 0400, 0200}) {
        const key_t key = arena.fresh_key();
        arena.create_queue(key, closed);
        REQUIRE_THAT(student.ask(open(key)), fails_with(EACCES));
    }
    const key_t key = arena.fresh_key();
    const Queue allowed = arena.create_queue(key, 0600);
    REQUIRE_THAT(student.ask(open(key)), answers_id_of(allowed));
}

TEST_CASE("open_or_create makes the queue once and then opens it",
          "[lab01][open-or-create][points=1]") {
    Arena arena(FirstId::large);
    const key_t key = arena.fresh_key();
    auto first = arena.start("", 077);
    auto second = arena.start();

    const Reply reply = first.ask(open_or_create(key, 0660));
    REQUIRE_THAT(reply, answers_an_id());
    REQUIRE_THAT(arena.queues(), are_one_new(key, 0660));
    const Queue queue = the_queue(arena);
    REQUIRE_THAT(reply, answers_id_of(queue, "created"));
    REQUIRE_THAT(first.ask(open_or_create(key, 0700)), answers_id_of(queue, "opened"));
    REQUIRE_THAT(second.ask(open_or_create(key, 0600)), answers_id_of(queue, "opened"));
    REQUIRE_THAT(arena.queues(), are_only(queue));
    arena.remove(queue);

    for (const mode_t closed : {0000, 0400}) {
        const key_t other = arena.fresh_key();
        const Queue refused = arena.create_queue(other, closed);
        REQUIRE_THAT(first.ask(open_or_create(other, 0600)), fails_with(EACCES));
        REQUIRE_THAT(arena.queues(), are_only(refused));
        arena.remove(refused);
    }
}

TEST_CASE("of racing processes exactly one is the creator",
          "[lab01][race][points=2][needs=open-or-create]") {
    constexpr int most_calls = 8;
    Arena arena(FirstId::large);
    std::array racers = {arena.start(), arena.start(), arena.start()};

    for (int call = 1; call <= most_calls && race_before(arena, racers, call); ++call) {
    }
    // Whether the process starts by opening or by making, and however often it tries again.
    for (const int first : {1, 2}) {
        for (const int changes : {1, 2, 3, 4, 101}) {
            change_before_calls(arena, racers[0], first, changes);
        }
    }
}

TEST_CASE("create_private makes another queue every time", "[lab01][private][points=1]") {
    Arena arena(FirstId::large);
    auto first = arena.start("", 077);
    auto second = arena.start();

    constexpr std::array<mode_t, 5> modes = {0660, 0600, 0000, 0066, 0660};
    for (std::size_t turn = 0; turn < modes.size(); ++turn) {
        Student& student = turn == modes.size() - 1 ? second : first;
        const Reply reply = student.ask(create_private(modes.at(turn)));
        REQUIRE_THAT(reply, answers_an_id());
        REQUIRE_THAT(arena.queues(), are_one_new(IPC_PRIVATE, modes.at(turn)));
        REQUIRE_THAT(reply, answers_id_of(the_queue(arena)));
        // Out of the way without being removed, so that a queue answered twice is seen.
        arena.set_aside(the_queue(arena));
    }
}

TEST_CASE("0 is an id like any other", "[lab01][any-id][points=1][needs=create][needs=open]") {
    Arena arena(FirstId::zero);
    const key_t key = arena.fresh_key();
    auto creator = arena.start();
    auto opener = arena.start();

    const Reply reply = creator.ask(create(key, 0600));
    if (!arena.queues().empty() && the_queue(arena).id != 0) {
        throw std::logic_error("the first queue of the check should have the id 0");
    }
    REQUIRE_THAT(reply, answers("id 0"));
    REQUIRE_THAT(opener.ask(open(key)), answers("id 0"));
    arena.take_over(0);
}

TEST_CASE("a queue outlives the process that made it",
          "[lab01][outlives][points=1][needs=create]") {
    Arena arena;
    const key_t key = arena.fresh_key();
    auto student = arena.start();

    REQUIRE_THAT(student.ask(create(key, 0600)), answers_an_id());
    REQUIRE_THAT(arena.queues(), are_one_new(key));
    const Queue queue = the_queue(arena);
    student.end();
    // Helpers that it has started may do what it does not do itself.
    arena.wait_for_helpers();
    REQUIRE_THAT(arena.queues(), are_only(queue));
    arena.take_over(queue.id);
}

TEST_CASE("remove takes the queue away at once", "[lab01][remove][points=1]") {
    Arena arena(FirstId::zero);
    const Queue zero = arena.create_queue(arena.fresh_key(), 0600);
    const Queue full = arena.create_queue(arena.fresh_key(), 0200);
    arena.send(full, "goes with its queue");
    const Queue other = arena.create_queue(arena.fresh_key(), 0600);
    auto student = arena.start();

    for (const Queue& queue : {zero, full}) {
        REQUIRE_THAT(student.ask(remove(queue.id)), answers("removed"));
        REQUIRE_THAT(student.ask(remove(queue.id)), fails_with(EINVAL));
    }
    REQUIRE_THAT(arena.queues(), are_only(other));
}

TEST_CASE(
    "a refusal carries the kernel's errno and leaves nothing",
    "[lab01][refused][points=1][needs=create][needs=open-or-create][needs=private][needs=remove]") {
    Arena arena;
    auto student = arena.start();

    for (const auto& request : {create(arena.fresh_key(), 0600), create_private(0600),
                                open_or_create(arena.fresh_key(), 0600)}) {
        student.plan({.refuse_making = ENOSPC});
        REQUIRE_THAT(student.ask(request), fails_with(ENOSPC));
        REQUIRE_THAT(arena.queues(), are_so_many(0));
    }
    for (const auto* verb : {"create", "create-private", "open-or-create"}) {
        for (int call = 1; call <= 8 && fail_call(arena, student, verb, call); ++call) {
        }
    }
    const key_t key = arena.fresh_key();
    const Queue others = arena.create_queue(key, 0600);
    student.plan({.refuse_removing = EPERM});
    REQUIRE_THAT(student.ask(remove(others.id)), fails_with(EPERM));
    REQUIRE_THAT(arena.queues(), are_only(others));
}

}  // namespace ipclab::checks
