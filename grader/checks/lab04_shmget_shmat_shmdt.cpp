// Lab 4, shmget, shmat and shmdt. Each check is one behaviour of labs/04-shmget-shmat-shmdt/
// README.md; the words for its failure stand in lab04_words.cpp.
#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <csignal>
#include <tuple>

#include "arena/arena.hpp"
#include "checks/drawing.hpp"
#include "checks/expectations.hpp"
#include "checks/segments.hpp"
#include "checks/sentences.hpp"
#include "explorer/explorer.hpp"
#include "message_text.hpp"

namespace ipclab::checks {

namespace {

using arena::Arena;
using arena::Counted;
using arena::FirstId;
using arena::Reply;
using arena::Student;
using arena::Whose;
using explorer::Side;
using kernel::Segment;
using kernel::show_key;
using Texts = std::vector<std::string>;

constexpr int missing = 1'000'000'007;  ///< the id of no segment
constexpr std::size_t page = 4096;
constexpr int most_calls = 8;

// As memory.hpp has them.
constexpr std::size_t board_size = 65536;
constexpr std::size_t most_notices = 100;
constexpr int longest_notice = 200;

// --- what is asked ---------------------------------------------------------------------------

std::string create(key_t key, std::size_t size, mode_t mode) {
    return fmt::format("create {} {} {}", show_key(key), size, kernel::show_mode(mode));
}

std::string open(key_t key, std::size_t size) {
    return fmt::format("open {} {}", show_key(key), size);
}

std::string attach(int id) {
    return fmt::format("attach {}", id);
}

std::string attach_readonly(int id) {
    return fmt::format("attach-readonly {}", id);
}

std::string detach(std::uint64_t address) {
    return fmt::format("detach {:#x}", address);
}

std::string remove(int id) {
    return fmt::format("remove {}", id);
}

std::string write(std::uint64_t address, std::size_t offset, const std::string& text) {
    return fmt::format("write {:#x} {} {}", address, offset, shell::show_text(text));
}

std::string read(std::uint64_t address, std::size_t offset, std::size_t size) {
    return fmt::format("read {:#x} {} {}", address, offset, size);
}

ReplyExpectation answers_text(const std::string& text) {
    return answers(shell::show_text(text));
}

std::string hold(const std::string& name, int id, const std::string& access = "") {
    return fmt::format("hold {} {}{}", name, id, access.empty() ? "" : " " + access);
}

std::string hand_on(const std::string& from, const std::string& to) {
    return fmt::format("hand-on {} {}", from, to);
}

std::string drop(const std::string& name) {
    return "drop " + name;
}

std::string post(key_t key, const std::string& text) {
    return fmt::format("post {} {}", show_key(key), shell::show_text(text));
}

std::string notices(key_t key) {
    return "notices " + show_key(key);
}

std::string take_down(key_t key) {
    return "take-down " + show_key(key);
}

Texts joined(Texts texts, const Texts& more) {
    texts.insert(texts.end(), more.begin(), more.end());
    return texts;
}

/// @return what the shell answers where these notices are on the board.
std::string shown(const Texts& texts) {
    std::string answer = std::to_string(texts.size());
    for (const auto& text : texts) {
        answer += (&text == &texts.front() ? ": " : " ") + shell::show_text(text);
    }
    return answer;
}

ReplyExpectation answers_notices(const Texts& texts) {
    return answers(shown(texts));
}

// --- segments --------------------------------------------------------------------------------

Segment fresh_segment(Arena& arena, std::size_t size = 100, mode_t mode = 0600) {
    return arena.make_segment({.key = arena.fresh_key(), .mode = mode, .size = size});
}

/// @return the segment as it is listed with another mode.
Segment with_mode(Arena& arena, const Segment& segment, mode_t mode) {
    arena.change_mode(segment, mode);
    return *arena.now(segment);
}

/// A segment with something in it, of which the mode then does not allow everything.
Segment closed_segment(Arena& arena, const std::string& content, mode_t mode) {
    const Segment segment = fresh_segment(arena, content.size());
    arena.write_bytes(segment, 0, content);
    return with_mode(arena, segment, mode);
}

/// Asks for the segment in a process, which answers where it has it.
std::uint64_t require_attached(Student& student, const std::string& request) {
    const Reply reply = student.ask(request);
    REQUIRE_THAT(reply, answers_an_address());
    return address_in(reply);
}

/// The kernel lists this segment and no other, attached so many times: at once, or as soon as
/// processes that are about to end or to execute a program have done so.
void require_attaches(Arena& arena, const Segment& segment, unsigned long times) {
    arena.await([&] {
        const auto now = arena.now(segment);
        return !now || now->attaches == times;
    });
    REQUIRE_THAT(arena.segments(), are_exactly({attached(segment, times)}));
}

/// Held before its call-th System V call, create finds that somebody else has made the segment.
/// @return whether it made so many calls.
bool make_in_between(Arena& arena, Student& student, int call) {
    const key_t key = arena.fresh_key();
    student.plan({.hold_before = call, .counted = Counted::all});
    student.begin(create(key, 100, 0600));
    const bool held = student.is_held();
    // A segment that create made itself before is no business of this check.
    if (!held || !arena.segments().empty()) {
        REQUIRE_THAT(student.finish(), answers_an_id());
        arena.remove(arena.segments().front());
        return held;
    }
    const Segment first = arena.make_segment({.key = key, .size = 100});
    REQUIRE_THAT(student.finish(), fails_with(EEXIST));
    REQUIRE_THAT(arena.segments(), are_exactly({first}));
    arena.remove(first);
    return held;
}

/// Has one System V call of a request fail. Whatever is made of it, the answer is true.
/// @param let_go  of what was attached.
/// @return whether it made so many calls.
template <typename LetGo>
bool fail_call(Arena& arena, Student& student, const Segment& segment, const std::string& request,
               int call, const LetGo& let_go) {
    student.plan({.fail_call = call, .fail_with = ENOMEM});
    const Reply reply = student.ask(request);
    const bool worked = address_in(reply) != 0;
    if (!worked) {
        REQUIRE_THAT(reply, fails_with(ENOMEM));
    }
    require_attaches(arena, segment, worked ? 1 : 0);
    if (worked) {
        let_go(reply);
        require_attaches(arena, segment, 0);
    }
    return !worked || reply.calls >= call;
}

// --- class Attachment ------------------------------------------------------------------------

/// Asks for something during which shmdt is called for these addresses, and for no others.
void require_detaches(Student& student, const std::string& request, const std::string& answer,
                      const std::vector<std::uint64_t>& addresses) {
    const Reply reply = student.ask(request);
    REQUIRE_THAT(reply, answers(answer));
    REQUIRE_THAT(student.detached(), are_detached(addresses, reply));
}

std::string told_handed_on(const std::string& from, const std::string& to, std::uint64_t address) {
    return fmt::format("{} nothing, {} at {:#x}", from, to, address);
}

// --- the notice board ------------------------------------------------------------------------

/// Texts of all kinds: a long one before short ones, so that what is left of it would show.
Texts texts_of_all_kinds(Arena& arena) {
    return {draw_text(arena, arena.draw(5, 12)),
            repeated(draw_text(arena, 8), longest_notice / 8),
            "",
            draw_text(arena, 3) + std::string("\0\0", 2) + draw_text(arena, 3) + '\0',
            "공유 메모리 게시판: " + draw_text(arena, 4),
            std::string(1, '\0'),
            draw_text(arena, 4) + " \n\"" + draw_text(arena, 4),
            "공지"};
}

/// A board with these notices, which a process posts.
/// @return its segment, which nobody has attached.
Segment make_board(Arena& arena, Student& student, key_t key, const Texts& texts) {
    for (const auto& text : texts) {
        REQUIRE_THAT(student.ask(post(key, text)), answers("posted"));
    }
    REQUIRE_THAT(arena.segments(), are_one_with(key));
    return arena.segments().front();
}

/// While notices is held before its call-th System V call, the board is taken down. Who has it
/// attached reads on to the end.
/// @return whether it made so many calls.
bool take_down_while_reading(Arena& arena, Student& reader, Student& other, int call) {
    const key_t key = arena.fresh_key();
    const Texts texts = {draw_text(arena, 6), draw_text(arena, 9)};
    const Segment board = make_board(arena, other, key, texts);
    reader.plan({.hold_before = call, .counted = Counted::all});
    reader.begin(notices(key));
    const bool held = reader.is_held();
    const bool reads = !held || arena.now(board)->attaches > 0;
    REQUIRE_THAT(other.ask(take_down(key)), answers("taken down"));
    const Reply reply = reader.finish();
    // Before it was attached, or after it has been: either may be true.
    if (reads || !reply.answer.starts_with("error ")) {
        REQUIRE_THAT(reply, answers_notices(texts));
    }
    REQUIRE_THAT(arena.segments(), are_exactly({}));
    return held;
}

/// What is refused changes no byte of the board.
void require_refused(Arena& arena, Student& student, const Segment& board, const std::string& text,
                     int error) {
    const std::string before = arena.read_bytes(board, 0, board.size);
    REQUIRE_THAT(student.ask(post(board.key, text)), fails_with(error));
    REQUIRE_THAT(arena.segments(), are_exactly({board}));
    REQUIRE_THAT(bytes_of(arena, board), are(before));
}

/// Has a process post, and looks into its memory before each of its System V calls.
/// @return all that was mapped at any of these moments.
std::vector<kernel::Mapping> mappings_while_posting(Student& student, key_t key,
                                                    const std::string& text) {
    std::vector<kernel::Mapping> all;
    const auto look = [&] {
        const auto now = student.mappings();
        all.insert(all.end(), now.begin(), now.end());
    };
    student.plan({.hold_before = 1, .counted = Counted::all});
    student.begin(post(key, text));
    for (int call = 1; student.is_held() && call <= 2 * most_calls; ++call) {
        look();
        student.step();
    }
    REQUIRE_THAT(student.finish(), answers("posted"));
    look();
    return all;
}

enum class Pointers { there, overwritten };

/// The process reads these notices.
/// @param pointers  what lies, or lay, on the board and was an address of the process that wrote
///                  it. They are the reason where the reader crashes, or reads the board only as
///                  long as they are there.
ReplyExpectation reads(const Texts& texts, const std::vector<Pointer>& pointers, Pointers how) {
    return ReplyExpectation([=](const Reply& reply) -> std::optional<Mismatch> {
        if (answers_notices(texts).match(reply)) {
            return std::nullopt;
        }
        auto missed = take_mismatch();
        if (!pointers.empty()) {
            const auto& first = pointers.front();
            missed->finding.observed +=
                fmt::format(". Byte {} of the segment held {:#x}, an address of process {} ({})",
                            first.offset, first.value, first.process,
                            first.mapping.empty() ? "memory without a name" : first.mapping);
            if (how == Pointers::overwritten || reply.trouble == arena::Trouble::ended) {
                missed->pointer = first;
            }
        }
        return missed;
    });
}

/// Puts other numbers where pointers are. What nobody reads is no pointer, but something that
/// happened to lie there.
void overwrite(Arena& arena, const Segment& segment, const std::vector<Pointer>& pointers) {
    for (const auto& pointer : pointers) {
        arena.write_bytes(segment, pointer.offset, draw_text(arena, sizeof pointer.value));
    }
}

/// One process posts on a new board, and another one reads it.
void require_first_notice(Arena& arena, Student& writer, Student& reader, key_t key,
                          const std::string& text) {
    const auto mappings = mappings_while_posting(writer, key, text);
    REQUIRE_THAT(arena.segments(), are_one_with(key));
    const Segment board = arena.segments().front();
    const auto pointers =
        pointers_in(arena.read_bytes(board, 0, board.size), mappings, writer.number());
    REQUIRE_THAT(reader.ask(notices(key)), reads({text}, pointers, Pointers::there));
}

/// Has a process of its own post more notices.
/// @param posted  gets these, too.
void write_some(Arena& arena, key_t key, Texts& posted) {
    const Texts more = {draw_text(arena, 30), "", draw_text(arena, 7)};
    REQUIRE_THAT(
        arena.start_program("writer", {show_key(key), more[0], more[1], more[2]}).wait_for_end(),
        ends_with(0));
    posted.insert(posted.end(), more.begin(), more.end());
}

/// A board that is made anew for every schedule, with some notices, and what is put behind them.
struct Board {
    Arena& arena;
    Texts old;
    std::string text;
    key_t key = arena.fresh_key();
    Student poster = arena.start();
    Student reader = arena.start();

    void make_anew() {
        arena.remove_the_rest();
        for (const auto& notice : old) {
            REQUIRE_THAT(poster.ask(post(key, notice)), answers("posted"));
        }
    }

    /// @return the answers of a reader: without the notice, and with it.
    [[nodiscard]] std::vector<std::string> allowed() const {
        std::vector<std::string> all = {shown(old), shown(joined(old, {text}))};
        if (old.empty()) {
            // There may be no board yet.
            all.emplace_back("error ENOENT No such file or directory");
        }
        return all;
    }
};

enum class First { poster, reader };

/// One posts and one reads at the same time: the reader sees the new notice whole, or not at all.
void explore_reading(Board& board, First who) {
    explorer::explore(board.arena,
                      {.prepare =
                           [&] {
                               board.make_anew();
                               std::pair both{Side{board.poster, post(board.key, board.text)},
                                              Side{board.reader, notices(board.key)}};
                               if (who == First::reader) {
                                   std::swap(both.first, both.second);
                               }
                               return both;
                           },
                       .judge =
                           [&](const explorer::Outcome& outcome) {
                               const auto& [posted, seen] =
                                   who == First::poster ? std::tie(outcome.first, outcome.second)
                                                        : std::tie(outcome.second, outcome.first);
                               REQUIRE_THAT(posted, answers("posted"));
                               REQUIRE_THAT(seen, answers_one_of(board.allowed()));
                               REQUIRE_THAT(board.reader.ask(notices(board.key)),
                                            answers_notices(joined(board.old, {board.text})));
                           }});
}

/// One is killed while it posts: its notice is there whole or not at all, also when the next comes.
void explore_killed_posters(Board& board) {
    const std::string next = draw_text(board.arena, 5);
    explorer::explore_ends(
        board.arena,
        [&] {
            board.make_anew();
            return Side{board.arena.start(), post(board.key, board.text)};
        },
        [&] {
            const Reply seen = board.reader.ask(notices(board.key));
            REQUIRE_THAT(seen, answers_one_of(board.allowed()));
            const bool is_there = seen.answer == shown(joined(board.old, {board.text}));
            REQUIRE_THAT(board.poster.ask(post(board.key, next)), answers("posted"));
            const Texts before = is_there ? joined(board.old, {board.text}) : board.old;
            REQUIRE_THAT(board.reader.ask(notices(board.key)),
                         answers_notices(joined(before, {next})));
        });
}

}  // namespace

TEST_CASE("a new segment has exactly the key, size and mode that were asked for",
          "[lab04][create][points=1]") {
    Arena arena;
    auto strict = arena.start("", 077);
    auto lax = arena.start("", 0);
    const std::vector<std::pair<std::size_t, mode_t>> wanted = {
        {1, 0600},          {page, 0666}, {page + 1, 0666}, {arena.draw(2, 9000), 0644},
        {board_size, 0000}, {100, 0777},  {page - 1, 0400}, {page, 0640}};
    for (std::size_t turn = 0; turn < wanted.size(); ++turn) {
        const auto& [size, mode] = wanted[turn];
        const key_t key = draw_key(arena, turn);
        const Reply reply = (turn < 2 ? lax : strict).ask(create(key, size, mode));
        REQUIRE_THAT(reply, answers_an_id());
        REQUIRE_THAT(arena.segments(), are_one_new(key, size, mode));
        const Segment segment = arena.segments().front();
        REQUIRE_THAT(reply, answers_id_of(segment));
        if (mode == 0600 || mode == 0644) {
            REQUIRE_THAT(bytes_of(arena, segment), are(std::string(size, '\0')));
        }
        arena.remove(segment);
    }
}

TEST_CASE("a key that is taken is refused, and what is there stays as it is",
          "[lab04][exclusive][points=1]") {
    Arena arena;
    auto student = arena.start();
    for (const mode_t mode : {0600, 0400}) {
        const std::string content = repeated(draw_text(arena, 8), 625);
        const Segment taken = closed_segment(arena, content, mode);
        for (const std::size_t size : {content.size(), std::size_t{1}, 2 * content.size()}) {
            REQUIRE_THAT(student.ask(create(taken.key, size, 0666)), fails_with(EEXIST));
            REQUIRE_THAT(arena.segments(), are_exactly({taken}));
            REQUIRE_THAT(bytes_of(arena, taken), are(content));
        }
        arena.remove(taken);
    }
    for (int call = 1; call <= most_calls && make_in_between(arena, student, call); ++call) {
    }
}

TEST_CASE("size 0 makes no segment, and open wants no more than there is",
          "[lab04][sizes][points=1]") {
    Arena arena;
    auto student = arena.start();
    REQUIRE_THAT(student.ask(create(draw_key(arena, 1), 0, 0600)), fails_with(EINVAL));
    REQUIRE_THAT(arena.segments(), are_exactly({}));

    const auto size = static_cast<std::size_t>(arena.draw(5000, 8000));
    const Segment segment = fresh_segment(arena, size);
    for (const std::size_t wanted : {size, std::size_t{1}, std::size_t{0}, size - 1}) {
        REQUIRE_THAT(student.ask(open(segment.key, wanted)), answers_id_of(segment));
    }
    for (const std::size_t wanted : {size + 1, 2 * page, 100 * page}) {
        REQUIRE_THAT(student.ask(open(segment.key, wanted)), fails_with(EINVAL));
    }
    REQUIRE_THAT(arena.segments(), are_exactly({segment}));
}

TEST_CASE("open finds the segment with a key, and makes none", "[lab04][open][points=1]") {
    Arena arena(FirstId::large);
    auto student = arena.start();
    auto other = arena.start();
    for (std::size_t turn = 0; turn < 4; ++turn) {
        const key_t key = draw_key(arena, turn);
        for (const std::size_t size : {0U, 100U}) {
            REQUIRE_THAT(student.ask(open(key, size)), fails_with(ENOENT));
            REQUIRE_THAT(arena.segments(), are_exactly({}));
        }
        const std::string content = draw_text(arena, 100);
        const Segment first = arena.make_segment({.key = key, .size = content.size()});
        arena.write_bytes(first, 0, content);
        const Segment segment = with_mode(arena, first, turn < 2 ? 0600 : 0400);
        REQUIRE_THAT(student.ask(open(key, turn * 30)), answers_id_of(segment));
        REQUIRE_THAT(other.ask(open(key, 0)), answers_id_of(segment));
        REQUIRE_THAT(arena.segments(), are_exactly({segment}));
        REQUIRE_THAT(bytes_of(arena, segment), are(content));
        arena.remove(segment);
        REQUIRE_THAT(student.ask(open(key, 0)), fails_with(ENOENT));
    }
}

TEST_CASE("what is written at the address is in the segment, for every process",
          "[lab04][attach][points=2]") {
    Arena arena;
    auto one = arena.start();
    auto other = arena.start();
    const auto size = static_cast<std::size_t>(arena.draw(5000, 8000));
    const Segment segment = fresh_segment(arena, size);
    const auto place = static_cast<std::size_t>(arena.draw(1000, 4500));
    const Texts texts = {draw_text(arena, 9), draw_text(arena, 9), draw_text(arena, 9)};

    const auto at_one = require_attached(one, attach(segment.id));
    REQUIRE_THAT(arena.segments(), are_exactly({attached(segment, 1)}));
    REQUIRE_THAT(one.ask(write(at_one, place, texts[0])), answers("written"));
    REQUIRE_THAT(bytes_of(arena, segment, place, 9), are(texts[0]));
    REQUIRE_THAT(one.ask(write(at_one, size - 1, "$")), answers("written"));
    REQUIRE_THAT(bytes_of(arena, segment, size - 2, 2), are(std::string("\0$", 2)));
    arena.write_bytes(segment, 0, texts[1]);
    REQUIRE_THAT(one.ask(read(at_one, 0, 9)), answers_text(texts[1]));

    const auto at_other = require_attached(other, attach(segment.id));
    REQUIRE_THAT(arena.segments(), are_exactly({attached(segment, 2)}));
    REQUIRE_THAT(other.ask(read(at_other, place, 9)), answers_text(texts[0]));
    REQUIRE_THAT(other.ask(write(at_other, place, texts[2])), answers("written"));
    REQUIRE_THAT(one.ask(read(at_one, place, 9)), answers_text(texts[2]));
    REQUIRE_THAT(bytes_of(arena, segment, place, 9), are(texts[2]));
    REQUIRE_THAT(arena.segments(), are_exactly({attached(segment, 2)}));
}

TEST_CASE("an attach that is refused is a failure, and nothing is attached",
          "[lab04][attach-fails][points=1]") {
    Arena arena;
    auto student = arena.start();
    const Segment gone = fresh_segment(arena);
    arena.remove(gone);
    for (const int id : {missing, gone.id, -1}) {
        REQUIRE_THAT(student.ask(attach(id)), fails_with(EINVAL));
        REQUIRE_THAT(student.ask(attach_readonly(id)), fails_with(EINVAL));
    }
    for (const mode_t mode : {0400, 0200}) {
        const Segment closed = closed_segment(arena, draw_text(arena, 50), mode);
        REQUIRE_THAT(student.ask(attach(closed.id)), fails_with(EACCES));
        if (mode == 0200) {
            REQUIRE_THAT(student.ask(attach_readonly(closed.id)), fails_with(EACCES));
        }
        REQUIRE_THAT(arena.segments(), are_exactly({closed}));
        arena.remove(closed);
    }
    const Segment segment = fresh_segment(arena);
    const auto let_go = [&](const Reply& reply) {
        REQUIRE_THAT(student.ask(detach(address_in(reply))), answers("detached"));
    };
    for (const auto& request : {attach(segment.id), attach_readonly(segment.id)}) {
        for (int call = 1; call <= most_calls; ++call) {
            if (!fail_call(arena, student, segment, request, call, let_go)) {
                break;
            }
        }
    }
}

TEST_CASE("who attaches for reading only can read, and not write", "[lab04][readonly][points=1]") {
    Arena arena;
    for (const mode_t mode : {0600, 0400}) {
        auto reader = arena.start();
        std::string content = draw_text(arena, 60);
        const Segment segment = fresh_segment(arena, content.size());
        arena.attach(segment);
        arena.write_bytes(segment, 0, content);
        const Segment closed = with_mode(arena, segment, mode);
        const auto address = require_attached(reader, attach_readonly(segment.id));
        REQUIRE_THAT(arena.segments(), are_exactly({attached(closed, 2)}));
        REQUIRE_THAT(reader.ask(read(address, 0, content.size())), answers_text(content));
        content.replace(20, 9, draw_text(arena, 9));
        arena.write_bytes(segment, 20, content.substr(20, 9));
        REQUIRE_THAT(reader.ask(read(address, 0, content.size())), answers_text(content));

        REQUIRE_THAT(reader.ask(write(address, 30, "$")), is_killed_by(SIGSEGV));
        REQUIRE_THAT(bytes_of(arena, segment), are(content));
        require_attaches(arena, closed, 1);
        arena.detach(segment);
        arena.remove(segment);
    }
}

TEST_CASE("detach takes the address that attach returned, and takes it once",
          "[lab04][detach][points=1][needs=attach]") {
    Arena arena;
    auto student = arena.start();
    const std::string content = draw_text(arena, 2 * page);
    const Segment segment = fresh_segment(arena, content.size());
    arena.write_bytes(segment, 0, content);
    const auto first = require_attached(student, attach(segment.id));
    const auto second = require_attached(student, attach_readonly(segment.id));
    require_attaches(arena, segment, 2);
    const std::uint64_t nowhere = 0;
    for (const auto wrong : {first + 1, first + page, second + page, second + 8, nowhere}) {
        REQUIRE_THAT(student.ask(detach(wrong)), fails_with(EINVAL));
        require_attaches(arena, segment, 2);
    }
    REQUIRE_THAT(student.ask(detach(first)), answers("detached"));
    require_attaches(arena, segment, 1);
    REQUIRE_THAT(student.ask(detach(first)), fails_with(EINVAL));
    require_attaches(arena, segment, 1);
    REQUIRE_THAT(student.ask(read(second, page, 30)), answers_text(content.substr(page, 30)));
    REQUIRE_THAT(student.ask(detach(second)), answers("detached"));
    require_attaches(arena, segment, 0);
    REQUIRE_THAT(student.ask(detach(second)), fails_with(EINVAL));
    REQUIRE_THAT(bytes_of(arena, segment), are(content));
}

TEST_CASE("the kernel counts attaches: again, in a fork, until exec, to the end of a process",
          "[lab04][counts][points=2][needs=attach][needs=detach]") {
    Arena arena;
    auto student = arena.start();
    const Segment segment = fresh_segment(arena);
    const auto require_after = [&](Student& asked, const std::string& request, int times) {
        const Reply reply = asked.ask(request);
        if (request.starts_with("attach")) {
            REQUIRE_THAT(reply, answers_an_address());
        }
        require_attaches(arena, segment, static_cast<unsigned long>(times));
        return address_in(reply);
    };
    const auto first = require_after(student, attach(segment.id), 1);
    const auto again = require_after(student, attach(segment.id), 2);
    require_after(student, "fork", 4);
    require_after(student, "fork", 6);
    require_after(student, "exec", 6);
    require_after(student, detach(first), 5);
    require_after(student, "end-children", 1);
    auto other = arena.start();
    require_after(other, attach_readonly(segment.id), 2);
    require_after(other, attach(segment.id), 3);
    other.signal(SIGKILL);
    REQUIRE_THAT(other.wait_for_end(), is_killed_by(SIGKILL));
    require_attaches(arena, segment, 1);
    require_after(student, detach(again), 0);
    require_after(student, attach(segment.id), 1);
    REQUIRE_THAT(student.end(), ends_with(0));
    require_attaches(arena, segment, 0);
}

TEST_CASE("a segment that is removed is gone by its key at once, and altogether at the last detach",
          "[lab04][remove][points=2][needs=attach][needs=detach]") {
    Arena arena;
    auto one = arena.start();
    auto other = arena.start();
    const std::string text = draw_text(arena, 12);
    const std::string content = draw_text(arena, 100);
    const Segment segment = fresh_segment(arena, content.size());
    arena.write_bytes(segment, 0, content);
    const auto at_one = require_attached(one, attach(segment.id));

    REQUIRE_THAT(one.ask(remove(segment.id)), answers("removed"));
    REQUIRE_THAT(arena.segments(), are_exactly({marked(segment, 1)}));
    REQUIRE_THAT(one.ask(read(at_one, 0, content.size())), answers_text(content));
    REQUIRE_THAT(other.ask(open(segment.key, 0)), fails_with(ENOENT));
    REQUIRE_THAT(one.ask(write(at_one, 50, text)), answers("written"));
    REQUIRE_THAT(bytes_of(arena, segment, 50, text.size()), are(text));
    const auto at_other = require_attached(other, attach(segment.id));
    REQUIRE_THAT(arena.segments(), are_exactly({marked(segment, 2)}));
    REQUIRE_THAT(other.ask(read(at_other, 50, text.size())), answers_text(text));
    REQUIRE_THAT(one.ask(detach(at_one)), answers("detached"));
    REQUIRE_THAT(arena.segments(), are_exactly({marked(segment, 1)}));
    REQUIRE_THAT(other.ask(detach(at_other)), answers("detached"));
    REQUIRE_THAT(arena.segments(), are_exactly({}));

    for (const mode_t mode : {0600, 0000}) {
        const Segment unused = fresh_segment(arena, 100, mode);
        REQUIRE_THAT(other.ask(remove(unused.id)), answers("removed"));
        REQUIRE_THAT(arena.segments(), are_exactly({}));
        REQUIRE_THAT(other.ask(remove(unused.id)), fails_with(EINVAL));
    }
    const Segment strangers =
        arena.make_segment({.key = arena.fresh_key(), .mode = 0666, .whose = Whose::stranger});
    REQUIRE_THAT(one.ask(remove(strangers.id)), fails_with(EPERM));
    REQUIRE_THAT(arena.segments(), are_exactly({strangers}));
}

TEST_CASE("an Attachment attaches when it is made, and detaches once when it is destroyed",
          "[lab04][attachment][points=1][needs=detach]") {
    Arena arena;
    auto student = arena.start();
    const std::string content = draw_text(arena, 40);
    const Segment segment = closed_segment(arena, content, 0600);
    for (const auto* access : {"", "readonly", ""}) {
        const auto address = require_attached(student, hold("a", segment.id, access));
        require_attaches(arena, segment, 1);
        REQUIRE_THAT(student.ask(read(address, 0, 40)), answers_text(content));
        require_detaches(student, drop("a"), "dropped", {address});
        require_attaches(arena, segment, 0);
    }
    // Its destructor finds nothing to detach any more, and does not throw.
    const auto gone = require_attached(student, hold("a", segment.id, ""));
    REQUIRE_THAT(student.ask(detach(gone)), answers("detached"));
    REQUIRE_THAT(student.ask(drop("a")), answers("dropped"));
    REQUIRE_THAT(student.ask(hold("a", missing)), fails_with(EINVAL));
    const auto let_go = [&](const Reply&) {
        REQUIRE_THAT(student.ask(drop("a")), answers("dropped"));
    };
    for (int call = 1; call <= most_calls; ++call) {
        if (!fail_call(arena, student, segment, hold("a", segment.id), call, let_go)) {
            break;
        }
    }
    const Segment closed = with_mode(arena, segment, 0400);
    REQUIRE_THAT(student.ask(hold("a", closed.id)), fails_with(EACCES));
    require_attaches(arena, closed, 0);
    const auto address = require_attached(student, hold("a", closed.id, "readonly"));
    REQUIRE_THAT(student.ask(write(address, 7, "$")), is_killed_by(SIGSEGV));
    REQUIRE_THAT(bytes_of(arena, closed), are(content));
}

TEST_CASE("an Attachment that is handed on is detached once, by whoever has it last",
          "[lab04][attachment-moves][points=1][needs=attachment]") {
    Arena arena;
    auto student = arena.start();
    const Segment red = fresh_segment(arena);
    const Segment blue = fresh_segment(arena);
    const auto require_both = [&](unsigned long of_red, unsigned long of_blue) {
        REQUIRE_THAT(arena.segments(),
                     are_exactly({attached(red, of_red), attached(blue, of_blue)}));
    };
    const auto at_red = require_attached(student, hold("a", red.id));
    require_detaches(student, hand_on("a", "b"), told_handed_on("a", "b", at_red), {});
    require_both(1, 0);
    const auto at_blue = require_attached(student, hold("c", blue.id));
    require_detaches(student, hand_on("c", "b"), told_handed_on("c", "b", at_blue), {at_red});
    require_both(0, 1);
    require_detaches(student, hand_on("b", "b"), fmt::format("b at {0:#x}, b at {0:#x}", at_blue),
                     {});
    require_both(0, 1);
    // Into the place of what was let go of another one may have come by now.
    require_attached(student, attach(red.id));
    require_detaches(student, drop("a"), "dropped", {});
    require_detaches(student, hand_on("c", "d"), "c nothing, d nothing", {});
    require_both(1, 1);
    require_detaches(student, hand_on("b", "c"), told_handed_on("b", "c", at_blue), {});
    require_detaches(student, hand_on("d", "c"), "d nothing, c nothing", {at_blue});
    require_both(1, 0);
    for (const auto* name : {"b", "c", "d"}) {
        require_detaches(student, drop(name), "dropped", {});
    }
    require_both(1, 0);
}

TEST_CASE("every process reads what others have posted, and nothing is wiped",
          "[lab04][board][points=1]") {
    Arena arena;
    const key_t key = arena.fresh_key();
    std::vector<Student> students = {arena.start(), arena.start("", 0), arena.start()};
    for (const auto& request : {notices(key), take_down(key)}) {
        REQUIRE_THAT(students[0].ask(request), fails_with(ENOENT));
        REQUIRE_THAT(arena.segments(), are_exactly({}));
    }
    Texts posted = {draw_text(arena, 10)};
    require_first_notice(arena, students[0], students[2], key, posted.front());
    for (const auto& text : texts_of_all_kinds(arena)) {
        REQUIRE_THAT(students[posted.size() % 2].ask(post(key, text)), answers("posted"));
        posted.push_back(text);
        REQUIRE_THAT(students[2].ask(notices(key)), answers_notices(posted));
        REQUIRE_THAT(arena.segments(), are_one_with(key));
    }
    write_some(arena, key, posted);
    const Segment board = with_mode(arena, arena.segments().front(), 0400);
    REQUIRE_THAT(students[0].ask(notices(key)), answers_notices(posted));
    REQUIRE_THAT(students[1].ask(post(key, "no")), fails_with(EACCES));
    REQUIRE_THAT(arena.start_program("reader", {show_key(key)}).wait_for_end(), ends_with(0));
    REQUIRE_THAT(arena.segments(), are_exactly({board}));
    REQUIRE_THAT(students[1].ask(take_down(key)), answers("taken down"));
    REQUIRE_THAT(students[2].ask(notices(key)), fails_with(ENOENT));
    for (int call = 1; call <= most_calls; ++call) {
        if (!take_down_while_reading(arena, students[2], students[0], call)) {
            break;
        }
    }
}

TEST_CASE("a notice that is too long or too many is refused, and nothing is changed",
          "[lab04][board-limits][points=1][needs=board]") {
    Arena arena;
    const key_t key = arena.fresh_key();
    auto student = arena.start();
    const std::string too_long = repeated(draw_text(arena, 3), longest_notice / 3 + 1);
    for (const auto& text : {too_long, repeated(too_long, 20)}) {
        REQUIRE_THAT(student.ask(post(key, text)), fails_with(EMSGSIZE));
        REQUIRE_THAT(arena.segments(), are_exactly({}));
    }
    Texts texts;
    while (texts.size() < most_notices) {
        texts.push_back(repeated(draw_text(arena, 4), longest_notice / 4));
    }
    make_board(arena, student, key, {texts.front()});
    REQUIRE_THAT(arena.segments(), are_one_new(key, board_size, 0600));
    const Segment board = arena.segments().front();
    require_refused(arena, student, board, too_long, EMSGSIZE);
    make_board(arena, student, key, {texts.begin() + 1, texts.end()});
    for (const std::string& text : {draw_text(arena, 3), std::string()}) {
        require_refused(arena, student, board, text, ENOSPC);
    }
    REQUIRE_THAT(student.ask(notices(key)), answers_notices(texts));
    arena.remove(board);
}

TEST_CASE("nothing on the board is an address of one process",
          "[lab04][board-offsets][points=1][needs=board]") {
    Arena arena;
    const key_t key = arena.fresh_key();
    auto writer = arena.start();
    auto reader = arena.start();
    const Texts texts = {repeated(draw_text(arena, 4), longest_notice / 4),
                         repeated(draw_text(arena, 8), longest_notice / 8)};
    const Segment board = make_board(arena, writer, key, {texts[0]});
    const auto mappings = mappings_while_posting(writer, key, texts[1]);
    const auto pointers =
        pointers_in(arena.read_bytes(board, 0, board.size), mappings, writer.number());
    REQUIRE_THAT(reader.ask(notices(key)), reads(texts, pointers, Pointers::there));
    overwrite(arena, board, pointers);
    REQUIRE_THAT(reader.ask(notices(key)), reads(texts, pointers, Pointers::overwritten));
    arena.remove(board);
}

TEST_CASE("others see a notice whole or not at all, also where its writer is killed",
          "[lab04][board-order][points=2][needs=board]") {
    Arena arena;
    Board board{.arena = arena, .text = draw_text(arena, 23)};
    explore_reading(board, First::poster);
    explore_killed_posters(board);
    // The tenth: a number that is written digit by digit is then neither of the two for a moment.
    board.old = Texts(9, draw_text(arena, 4));
    explore_reading(board, First::poster);
    explore_reading(board, First::reader);
    board.text = draw_text(arena, longest_notice);
    explore_killed_posters(board);
    arena.remove_the_rest();
}

}  // namespace ipclab::checks
