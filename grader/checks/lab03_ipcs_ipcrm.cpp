// Lab 3, ipcs and ipcrm. Each check is one behaviour of labs/03-ipcs-ipcrm/README.md; the words for
// its failure stand in lab03_words.cpp.
#include <fmt/format.h>
#include <sys/sem.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <sstream>
#include <stdexcept>

#include "arena/arena.hpp"
#include "checks/drawing.hpp"
#include "checks/expectations.hpp"
#include "checks/listing.hpp"
#include "checks/sentences.hpp"

namespace ipclab::checks {

namespace {

using arena::Arena;
using arena::Counted;
using arena::FirstId;
using arena::MadeBy;
using arena::Making;
using arena::Reply;
using arena::Student;
using arena::Whose;
using kernel::Kind;
using kernel::Object;
using kernel::Queue;
using kernel::Segment;
using kernel::SemaphoreSet;
using kernel::show_key;
using Objects = std::vector<Object>;

constexpr std::array kinds = {Kind::queue, Kind::segment, Kind::semaphore_set};

// --- what is asked ---------------------------------------------------------------------------

std::string list(Kind kind) {
    return word_for(kind) + "s";
}

std::string remove_id(const Object& object) {
    return fmt::format("remove-id {} {}", word_for(object.kind), object.id);
}

std::string remove_key(Kind kind, key_t key) {
    return fmt::format("remove-key {} {}", word_for(kind), show_key(key));
}

// --- objects ---------------------------------------------------------------------------------

Object make(Arena& arena, Kind kind, const Making& making) {
    switch (kind) {
        case Kind::queue:
            return arena.make_queue(making);
        case Kind::segment:
            return arena.make_segment(making);
        case Kind::semaphore_set: {
            Making of_set = making;
            of_set.size = std::clamp<std::size_t>(making.size, 1, 250);
            return arena.make_set(of_set);
        }
    }
    throw std::logic_error("no such kind of object");
}

/// Objects of one kind with these modes: every third one without a key, every fourth one a
/// stranger's.
Objects make_some(Arena& arena, Kind kind, const std::vector<mode_t>& modes) {
    Objects objects;
    for (std::size_t turn = 0; turn < modes.size(); ++turn) {
        objects.push_back(make(arena, kind,
                               {.key = turn % 3 == 2 ? IPC_PRIVATE : draw_key(arena, turn),
                                .mode = modes[turn],
                                .size = static_cast<std::size_t>(arena.draw(1, 9000)),
                                .whose = turn % 4 == 3 ? Whose::stranger : Whose::student}));
    }
    return objects;
}

void require_listed(const Arena& arena, Student& student, Kind kind) {
    REQUIRE_THAT(listing_of(arena, kind, student.ask(list(kind))), is_complete());
}

/// @return a queue as the kernel lists it.
Queue queue_of(const Arena& arena, const Object& object) {
    Queue queue;
    queue.id = object.id;
    return *arena.now(queue);
}

/// What the kernel lists without one of them.
Objects without(const Arena& arena, const Object& gone) {
    auto objects = arena.objects();
    std::erase_if(objects, [&](const Object& object) {
        return object.kind == gone.kind && object.id == gone.id;
    });
    return objects;
}

const std::vector<mode_t> readable = {0600, 0644, 0777, 0666, 0400, 0623, 0755, 0644};

// --- races -----------------------------------------------------------------------------------

/// While a list is being made, held before its call-th System V call, three of five objects go.
/// @return whether it made so many calls.
bool remove_while_listing(Arena& arena, Student& student, Kind kind, int call) {
    const auto objects = make_some(arena, kind, {0600, 0600, 0600, 0644, 0600});
    const auto before = rows_of(arena, kind);
    student.plan({.hold_before = call, .counted = Counted::all});
    student.begin(list(kind));
    const bool held = student.is_held();
    for (const std::size_t place : {1U, 2U, 4U}) {
        arena.remove(objects[place]);
    }
    auto listing = listing_of(arena, kind, student.finish());
    listing.allowed = before;
    REQUIRE_THAT(listing, is_complete());
    arena.remove(objects[0]);
    arena.remove(objects[3]);
    return held;
}

Segment attached_segment(Arena& arena, mode_t mode = 0600) {
    const Segment segment = arena.make_segment({.key = arena.fresh_key()});
    arena.attach(segment);
    if (mode != 0600) {
        arena.change_mode(segment, mode);
    }
    return *arena.now(segment);
}

/// Held before its call-th System V call, a segment is detached for the last time.
/// @return whether remove_id made so many calls.
bool detach_in_between(Arena& arena, Student& student, int call) {
    const Segment segment = attached_segment(arena);
    student.plan({.hold_before = call, .counted = Counted::all});
    student.begin(remove_id(segment));
    const bool held = student.is_held();
    const bool marked_before = arena.now(segment)->is_marked();
    arena.detach(segment);
    const Reply reply = student.finish();
    // Where it was marked first, it was pending for a moment: then both are true.
    if (!marked_before || reply.answer != "pending") {
        REQUIRE_THAT(reply, answers("removed"));
    }
    REQUIRE_THAT(arena.objects(), are_exactly({}));
    return held;
}

/// The same with one that nobody had attached, and that is attached then.
bool attach_in_between(Arena& arena, Student& student, int call) {
    const Segment segment = arena.make_segment({.key = arena.fresh_key()});
    student.plan({.hold_before = call, .counted = Counted::all});
    student.begin(remove_id(segment));
    const bool held = student.is_held();
    const bool still_there = arena.now(segment).has_value();
    if (still_there) {
        arena.attach(segment);
    }
    REQUIRE_THAT(student.finish(), answers(still_there ? "pending" : "removed"));
    if (still_there) {
        arena.detach(segment);
    }
    REQUIRE_THAT(arena.objects(), are_exactly({}));
    return held;
}

// --- what processes leave behind -------------------------------------------------------------

enum class Life { ended, living };

/// Sends a message: the sender goes on, or has ended.
void send_as(Arena& arena, const Queue& queue, Life life) {
    const kernel::Message message = {.type = 1, .text = "left"};
    if (life == Life::living) {
        arena.send(queue, message);
        return;
    }
    arena.let_a_process_that_ends(
        fmt::format("sends to queue {}", queue.id),
        fmt::format("perl -e 'msgsnd({}, pack(\"l! a*\", 1, \"left\"), 0)'", queue.id),
        [&] { return kernel::send_message(queue.id, message); });
}

void receive_as(Arena& arena, const Queue& queue, Life life) {
    if (life == Life::living) {
        arena.take(queue);
        return;
    }
    arena.let_a_process_that_ends(fmt::format("receives from queue {}", queue.id),
                                  fmt::format("perl -e 'msgrcv({}, $m, 100, 0, 04000)'", queue.id),
                                  [&] { return kernel::take_message(queue.id) ? 0 : ENOMSG; });
}

void use_as(Arena& arena, const SemaphoreSet& set, int semaphore, Life life) {
    const auto raise = [&] {
        sembuf operation{static_cast<unsigned short>(semaphore), 1, 0};
        return semop(set.id, &operation, 1) == 0 ? 0 : errno;
    };
    if (life == Life::living) {
        arena.use_set(set, semaphore);
        return;
    }
    arena.let_a_process_that_ends(
        fmt::format("raises semaphore {} of set {}", semaphore, set.id),
        fmt::format("perl -e 'semop({}, pack(\"s!3\", {}, 1, 0))'", set.id, semaphore), raise);
}

Making left_by(Arena& arena, Whose whose = Whose::student) {
    return {.key = arena.fresh_key(), .mode = 0666, .size = 3, .whose = whose};
}

/// A queue, a segment and a set that processes which have ended left behind.
Objects leave_one_of_each(Arena& arena, Whose whose = Whose::student) {
    const Queue queue = arena.make_queue(left_by(arena, whose));
    send_as(arena, queue, Life::ended);
    Making of_segment = left_by(arena, whose);
    of_segment.made_by = MadeBy::ended;
    const Segment segment = arena.make_segment(of_segment);
    const SemaphoreSet set = arena.make_set(left_by(arena, whose));
    use_as(arena, set, 2, Life::ended);
    return {queue, segment, set};
}

/// What nobody may take for left behind.
void make_what_is_wanted(Arena& arena) {
    Making by_ended = left_by(arena);
    by_ended.made_by = MadeBy::ended;
    arena.attach(arena.make_segment(by_ended));
    arena.make_segment(left_by(arena));

    arena.make_queue(left_by(arena));
    const Queue living_sender = arena.make_queue(left_by(arena));
    send_as(arena, living_sender, Life::living);
    receive_as(arena, living_sender, Life::ended);
    const Queue living_receiver = arena.make_queue(left_by(arena));
    send_as(arena, living_receiver, Life::ended);
    receive_as(arena, living_receiver, Life::living);

    arena.make_set(left_by(arena));
    for (const int semaphore_of_living : {0, 2}) {
        const SemaphoreSet set = arena.make_set(left_by(arena));
        use_as(arena, set, 1, Life::ended);
        use_as(arena, set, 2 - semaphore_of_living, Life::ended);
        use_as(arena, set, semaphore_of_living, Life::living);
    }
}

/// What looks as if it were left behind, and may not be looked at or removed: it is in the way.
void make_what_is_out_of_reach(Arena& arena) {
    const SemaphoreSet unreadable = arena.make_set(left_by(arena));
    use_as(arena, unreadable, 0, Life::ended);
    arena.change_mode(unreadable, 0200);
    leave_one_of_each(arena, Whose::stranger);
}

// --- the programs ----------------------------------------------------------------------------

Reply run(Arena& arena, const std::string& program, const std::vector<std::string>& arguments) {
    return arena.start_program(program, arguments).wait_for_end();
}

/// The program ended with this status, and said on the standard error why.
ReplyExpectation complains_with(int status) {
    return ReplyExpectation([=](const Reply& reply) -> std::optional<Mismatch> {
        if (!ends_with(status).match(reply)) {
            return take_mismatch();
        }
        if (reply.wrote_errors) {
            return std::nullopt;
        }
        return Mismatch{
            .finding = {told_request(reply) + "  says on the standard error what is wrong",
                        "it wrote nothing there", ""},
            .replies = {reply},
            .expected_reply = {.status = status}};
    });
}

/// The command line was refused: with the status 2, a word on the standard error, and no list.
ReplyExpectation refuses_the_command_line() {
    return ReplyExpectation([](const Reply& reply) -> std::optional<Mismatch> {
        if (!complains_with(2).match(reply)) {
            return take_mismatch();
        }
        if (lines_for_objects(reply.output).empty()) {
            return std::nullopt;
        }
        return Mismatch{
            .finding = {told_request(reply) + "  lists nothing", "it lists objects", ""},
            .replies = {reply},
            .expected_reply = {.status = 2}};
    });
}

/// @return the lines of ipcs for the objects of the check, in the order of the options.
std::vector<std::string> expected_lines(Arena& arena, const std::string& options) {
    std::vector<std::string> lines;
    const auto mine = arena.objects();
    for (const char letter : {'q', 'm', 's'}) {
        if (options.find(letter) == std::string::npos) {
            continue;
        }
        const auto output = arena.run_tool({"ipcs", fmt::format("-{}", letter)});
        if (output.wait_status != 0) {
            throw std::runtime_error("ipcs (package util-linux) does not work here");
        }
        for (const auto& line : lines_for_objects(output.text)) {
            const bool is_mine = std::any_of(mine.begin(), mine.end(), [&](const Object& object) {
                return line.starts_with(fmt::format("{} {} ", show_key(object.key), object.id));
            });
            if (is_mine) {
                lines.push_back(line);
            }
        }
    }
    return lines;
}

/// A line of my-ipcs may stand for an object of somebody outside of the check.
bool may_be_a_strangers(const Arena& arena, const std::string& line) {
    std::istringstream words(line);
    std::string key;
    int id = -1;
    return words >> key >> id &&
           arena.may_be_a_strangers(static_cast<key_t>(std::strtoul(key.c_str(), nullptr, 16)), id);
}

/// @return another line with the same key and id, or an empty one.
std::string similar_line(const std::string& line, const std::vector<std::string>& lines) {
    const auto id = line.substr(0, line.find(' ', line.find(' ') + 1) + 1);
    const auto similar = std::find_if(lines.begin(), lines.end(), [&](const std::string& other) {
        return other != line && other.starts_with(id);
    });
    return similar == lines.end() ? "" : *similar;
}

/// The program wrote these lines, those of one kind in any order, and otherwise only strangers'.
ReplyExpectation shows(const Arena& arena, const std::vector<std::string>& wanted) {
    return ReplyExpectation([&arena, wanted](const Reply& reply) -> std::optional<Mismatch> {
        if (!ends_with(0).match(reply)) {
            return take_mismatch();
        }
        const auto refuse = [&](const std::string& expected, const std::string& seen,
                                const ListMismatch& list) {
            return Mismatch{.finding = {told_request(reply) + "  " + expected, seen, ""},
                            .replies = {reply},
                            .expected_reply = {.list = true},
                            .list = list};
        };
        const auto shown = lines_for_objects(reply.output);
        for (const auto& line : wanted) {
            if (std::count(shown.begin(), shown.end(), line) != 1) {
                const std::string seen = similar_line(line, shown);
                return refuse("shows, as ipcs does:  " + line,
                              seen.empty() ? "it does not show this once" : "it shows  " + seen,
                              {line, seen, shown});
            }
        }
        for (const auto& line : shown) {
            if (!may_be_a_strangers(arena, line) &&
                std::find(wanted.begin(), wanted.end(), line) == wanted.end()) {
                return refuse("shows nothing but what was asked for", "it shows  " + line,
                              {"", line, shown});
            }
        }
        return std::nullopt;
    });
}

std::string option_for(Kind kind, bool by_key) {
    constexpr std::array<const char*, 3> by_id = {"-q", "-m", "-s"};
    constexpr std::array<const char*, 3> with_key = {"-Q", "-M", "-S"};
    return (by_key ? with_key : by_id).at(static_cast<std::size_t>(kind));
}

/// What is given to ipcrm to remove an object: {"-q", "3"} or {"-Q", "0x4c01"}.
std::vector<std::string> words_for(const Object& object, bool by_key, bool in_decimal = false) {
    const std::string key = in_decimal ? std::to_string(object.key) : show_key(object.key);
    return {option_for(object.kind, by_key), by_key ? key : std::to_string(object.id)};
}

std::vector<std::string> joined(std::vector<std::string> words,
                                const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Object make_one(Arena& arena, Kind kind, std::size_t turn) {
    return make(arena, kind, {.key = draw_key(arena, turn)});
}

/// Two objects that are alike: one for the real tool, and one for the student's, which has to do
/// the same.
void require_agreement_with_ipcrm(Arena& arena, Kind kind, bool by_key) {
    const Object twin = make_one(arena, kind, 1);
    const Object object = make_one(arena, kind, 1);
    const auto real = arena.run_tool(joined({"ipcrm"}, words_for(twin, by_key)));
    REQUIRE_THAT(run(arena, "my-ipcrm", words_for(object, by_key)),
                 ends_with(real.wait_status == 0 ? 0 : 1));
}

/// Where a part of the command line is wrong, the good part in front of it is not carried out.
void require_no_half_lines(Arena& arena, const Object& queue) {
    const auto all_there = arena.objects();
    const std::vector<std::string> good = words_for(queue, false);
    const std::string id = std::to_string(queue.id);
    for (const auto& more : std::vector<std::vector<std::string>>{{"-q", id + "x"},
                                                                  {"-q", ""},
                                                                  {"-q"},
                                                                  {"-Q", "0xzz"},
                                                                  {"-x", id},
                                                                  {id},
                                                                  {"-q", show_key(queue.key)},
                                                                  {"-Q", "0x123456789"}}) {
        REQUIRE_THAT(run(arena, "my-ipcrm", joined(good, more)), refuses_the_command_line());
        REQUIRE_THAT(arena.objects(), are_exactly(all_there));
    }
    REQUIRE_THAT(run(arena, "my-ipcrm", {}), refuses_the_command_line());
}

}  // namespace

TEST_CASE("list_queues shows every queue as the kernel has it", "[lab03][queues][points=2]") {
    Arena arena(FirstId::large);
    auto student = arena.start();
    require_listed(arena, student, Kind::queue);
    const auto queues = make_some(arena, Kind::queue, readable);
    for (const std::size_t place : {0U, 2U, 5U, 5U}) {
        const auto text = std::string(static_cast<std::size_t>(arena.draw(0, 90)), 'x');
        arena.send(queue_of(arena, queues[place]), {.type = 1, .text = text});
    }
    require_listed(arena, student, Kind::queue);
    arena.remove(queues[1]);
    arena.remove(queues[6]);
    arena.give_to_root(queues[0]);
    require_listed(arena, student, Kind::queue);
}

TEST_CASE("list_segments shows every segment as the kernel has it", "[lab03][segments][points=2]") {
    Arena arena(FirstId::large);
    auto student = arena.start();
    require_listed(arena, student, Kind::segment);
    const auto segments = make_some(arena, Kind::segment, readable);
    arena.give_to_root(segments[1]);
    arena.remove(segments[4]);
    arena.make_segment({.key = arena.fresh_key(), .size = 4096});
    require_listed(arena, student, Kind::segment);
    attached_segment(arena);
    arena.remove(attached_segment(arena));
    require_listed(arena, student, Kind::segment);
}

TEST_CASE("list_sets shows every semaphore set as the kernel has it", "[lab03][sets][points=1]") {
    Arena arena(FirstId::large);
    auto student = arena.start();
    require_listed(arena, student, Kind::semaphore_set);
    const auto sets = make_some(arena, Kind::semaphore_set, readable);
    arena.make_set({.key = arena.fresh_key(), .size = 1});
    require_listed(arena, student, Kind::semaphore_set);
    arena.remove(sets[2]);
    arena.give_to_root(sets[1]);
    require_listed(arena, student, Kind::semaphore_set);
}

TEST_CASE("what may not be read is listed, too",
          "[lab03][unreadable][points=1][needs=queues][needs=segments][needs=sets]") {
    Arena arena;
    auto student = arena.start();
    for (const Kind kind : kinds) {
        make_some(arena, kind, {0600, 0000, 0200, 0600, 0044, 0600});
        require_listed(arena, student, kind);
    }
}

TEST_CASE("two hundred objects are listed, each once",
          "[lab03][many][points=1][needs=queues][needs=segments][needs=sets]") {
    Arena arena;
    auto student = arena.start();
    for (const Kind kind : kinds) {
        const auto objects = arena.make_many(kind, 200);
        Objects some;
        for (std::size_t place = 0; place < objects.size(); place += 6) {
            some.push_back(objects[place]);
        }
        arena.remove_all(some);
    }
    for (const Kind kind : kinds) {
        require_listed(arena, student, kind);
    }
}

TEST_CASE("what goes while the list is made is no failure",
          "[lab03][vanish][points=1][needs=queues][needs=segments][needs=sets]") {
    constexpr int most_calls = 8;
    Arena arena;
    auto student = arena.start();
    for (const Kind kind : kinds) {
        for (int call = 1; call <= most_calls; ++call) {
            if (!remove_while_listing(arena, student, kind, call)) {
                break;
            }
        }
    }
}

TEST_CASE("remove_id removes the object of that kind and id, and no other",
          "[lab03][remove-id][points=2]") {
    Arena arena;
    auto student = arena.start();
    std::vector<Objects> objects;
    for (const Kind kind : kinds) {
        objects.push_back(make_some(arena, kind, {0600, 0600, 0600, 0600, 0000}));
    }
    for (const auto& some : objects) {
        for (const std::size_t place : {2U, 4U}) {
            const auto left = without(arena, some[place]);
            REQUIRE_THAT(student.ask(remove_id(some[place])), answers("removed"));
            REQUIRE_THAT(arena.objects(), are_exactly(left));
            REQUIRE_THAT(student.ask(remove_id(some[place])), fails_with(EINVAL));
            REQUIRE_THAT(arena.objects(), are_exactly(left));
        }
    }
}

TEST_CASE("remove_key removes the object of that kind and key, and no other",
          "[lab03][remove-key][points=2]") {
    Arena arena;
    auto student = arena.start();
    for (const Kind kind : kinds) {
        for (const std::size_t turn : {0U, 1U}) {
            const key_t key = draw_key(arena, turn);
            for (const Kind each : kinds) {
                make(arena, each, {.key = key, .mode = turn == 0 ? 0600U : 0000U, .size = 40});
            }
            auto left = arena.objects();
            std::erase_if(left, [&](const Object& object) {
                return object.kind == kind && object.key == key;
            });
            REQUIRE_THAT(student.ask(remove_key(kind, key)), answers("removed"));
            REQUIRE_THAT(arena.objects(), are_exactly(left));
            REQUIRE_THAT(student.ask(remove_key(kind, key)), fails_with(ENOENT));
        }
        const auto left = arena.objects();
        REQUIRE_THAT(student.ask(remove_key(kind, IPC_PRIVATE)), fails_with(EINVAL));
        REQUIRE_THAT(arena.objects(), are_exactly(left));
    }
}

TEST_CASE("somebody else's object is refused with EPERM, and stays",
          "[lab03][stranger][points=1][needs=remove-id][needs=remove-key]") {
    Arena arena;
    auto student = arena.start();
    for (const Kind kind : kinds) {
        const Object object =
            make(arena, kind, {.key = arena.fresh_key(), .mode = 0666, .whose = Whose::stranger});
        REQUIRE_THAT(student.ask(remove_id(object)), fails_with(EPERM));
        REQUIRE_THAT(student.ask(remove_key(kind, object.key)), fails_with(EPERM));
        REQUIRE_THAT(arena.objects(), are_exactly({object}));
        arena.remove(object);
    }
}

TEST_CASE("a segment that is still attached is pending, not gone",
          "[lab03][pending][points=1][needs=remove-id][needs=remove-key]") {
    constexpr int most_calls = 6;
    Arena arena;
    auto student = arena.start();
    for (const mode_t mode : {0600, 0000}) {
        const Segment segment = attached_segment(arena, mode);
        REQUIRE_THAT(student.ask(remove_id(segment)), answers("pending"));
        REQUIRE_THAT(student.ask(remove_id(segment)), answers("pending"));
        arena.detach(segment);
        REQUIRE_THAT(arena.objects(), are_exactly({}));
    }
    for (int call = 1; call <= most_calls && detach_in_between(arena, student, call); ++call) {
    }
    for (int call = 1; call <= most_calls && attach_in_between(arena, student, call); ++call) {
    }
    const Segment by_key = attached_segment(arena);
    REQUIRE_THAT(student.ask(remove_key(Kind::segment, by_key.key)), answers("pending"));
}

TEST_CASE("sweep removes what dead processes left behind", "[lab03][sweep][points=2]") {
    Arena arena;
    auto student = arena.start();
    REQUIRE_THAT(student.ask("sweep"), swept({}));
    make_what_is_out_of_reach(arena);
    const auto others = arena.objects();
    auto left = leave_one_of_each(arena);
    const Queue emptied = arena.make_queue(left_by(arena));
    send_as(arena, emptied, Life::ended);
    receive_as(arena, emptied, Life::ended);
    left.push_back(emptied);
    const Queue of_many = arena.make_queue(left_by(arena));
    send_as(arena, of_many, Life::living);
    send_as(arena, of_many, Life::ended);
    left.push_back(of_many);
    REQUIRE_THAT(student.ask("sweep"), swept(left));
    REQUIRE_THAT(arena.objects(), are_exactly(others));
    REQUIRE_THAT(student.ask("sweep"), swept({}));
}

TEST_CASE("sweep touches nothing else", "[lab03][sweep-spares][points=2][needs=sweep]") {
    Arena arena;
    auto student = arena.start();
    make_what_is_wanted(arena);
    const auto wanted = arena.objects();
    const auto left = leave_one_of_each(arena);
    const Reply reply = student.ask("sweep");
    REQUIRE_THAT(arena.objects(), are_exactly(wanted));
    REQUIRE_THAT(reply, swept(left));
}

TEST_CASE("my-ipcs shows what ipcs shows",
          "[lab03][my-ipcs][points=1][needs=queues][needs=segments][needs=sets]") {
    Arena arena;
    REQUIRE_THAT(run(arena, "my-ipcs", {}), shows(arena, {}));
    for (const Kind kind : kinds) {
        const auto some = make_some(arena, kind, {0600, 0644, 0406, 0666});
        if (kind == Kind::queue) {
            arena.send(queue_of(arena, some[0]), "some bytes");
        }
        arena.give_to_root(some[1]);
    }
    arena.remove(attached_segment(arena));
    const std::vector<std::vector<std::string>> lines = {{},     {"-q"},       {"-m"},
                                                         {"-s"}, {"-q", "-s"}, {"-s", "-m"}};
    for (const auto& options : lines) {
        const std::string letters = fmt::format("{}", fmt::join(options, ""));
        const auto wanted = expected_lines(arena, letters.empty() ? "qms" : letters);
        REQUIRE_THAT(run(arena, "my-ipcs", options), shows(arena, wanted));
    }
    for (const std::vector<std::string>& wrong :
         {std::vector<std::string>{"-x"}, {"-q", "-x"}, {"queues"}}) {
        REQUIRE_THAT(run(arena, "my-ipcs", wrong), refuses_the_command_line());
    }
}

TEST_CASE("my-ipcrm removes what ipcrm would",
          "[lab03][my-ipcrm][points=1][needs=remove-id][needs=remove-key]") {
    Arena arena;
    const Object stays = make_one(arena, Kind::queue, 0);
    for (const Kind kind : kinds) {
        for (const bool by_key : {false, true}) {
            require_agreement_with_ipcrm(arena, kind, by_key);
            REQUIRE_THAT(arena.objects(), are_exactly({stays}));
        }
    }
    const Object queue = make_one(arena, Kind::queue, 0);
    const Object segment = make_one(arena, Kind::segment, 0);
    const Object set = make_one(arena, Kind::semaphore_set, 1);
    require_no_half_lines(arena, queue);
    // What cannot be removed keeps nothing else.
    const auto many = joined(joined(words_for(set, true), words_for(set, false)),
                             joined(words_for(queue, true, true), words_for(segment, false)));
    REQUIRE_THAT(run(arena, "my-ipcrm", joined({"-Q", "0"}, many)), complains_with(1));
    REQUIRE_THAT(arena.objects(), are_exactly({stays}));

    const Segment attached = attached_segment(arena);
    const auto several = joined(words_for(make_one(arena, Kind::queue, 0), false),
                                words_for(make_one(arena, Kind::queue, 1), false));
    REQUIRE_THAT(run(arena, "my-ipcrm", joined(several, words_for(attached, false))), ends_with(0));
    arena.detach(attached);
    REQUIRE_THAT(arena.objects(), are_exactly({stays}));
}

}  // namespace ipclab::checks
