// The vocabulary of checks about segments: what matches, and what is said where it does not.
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <cstring>

#include "check_story.hpp"
#include "checks/segments.hpp"
#include "checks/sentences.hpp"

using namespace ipclab;
using arena::Reply;
using arena::Trouble;
using checks::take_mismatch;
using kernel::Segment;
using tests::segment;
using Segments = std::vector<Segment>;

namespace {

const Segment first = segment(3, 0x4c01, 100, 0600);
const Segment second = segment(4, 0x4c02, 5000, 0640);

}  // namespace

TEST_CASE("segments are told apart by all that the kernel lists of them") {
    const auto matcher = checks::are_exactly(Segments{first, second});
    CHECK(matcher.match({second, first}));
    CHECK_FALSE(matcher.match({first}));
    CHECK_FALSE(matcher.match({first, second, second}));
    CHECK_FALSE(matcher.match({checks::attached(first, 1), second}));
    CHECK_FALSE(matcher.match({checks::marked(first, 0), second}));
    for (auto other : Segments(4, first)) {
        static int turn = 0;
        (turn == 0   ? other.size += 1
         : turn == 1 ? other.mode = 0644
         : turn == 2 ? other.key = 7
                     : other.owner = 7);
        ++turn;
        CHECK_FALSE(matcher.match({other, second}));
    }
    CHECK(take_mismatch()->segments->size() == 2);
}

TEST_CASE("one new segment may have any id, and nobody has it attached") {
    const auto matcher = checks::are_one_new(0x4c01, 100, 0600);
    CHECK(matcher.match({first}));
    CHECK_FALSE(matcher.match({checks::attached(first, 1)}));
    const auto missed = take_mismatch();
    CHECK(missed->finding.expected ==
          "the kernel then lists a segment 0x00004c01, 100 bytes, mode 0600, not attached");
    CHECK(missed->finding.observed ==
          "it lists a segment 0x00004c01 with the id 3, 100 bytes, mode 0600, attached once");
    CHECK_FALSE(matcher.match({}));
    CHECK(take_mismatch()->finding.observed == "it lists no segment");
}

TEST_CASE("a marked segment is told with its mark") {
    CHECK(checks::told(checks::marked(first, 2)) ==
          "a segment without a key with the id 3, 100 bytes, mode 0600, attached 2 times, marked "
          "for removal");
}

TEST_CASE("of bytes that differ the first difference is shown") {
    const auto matcher = checks::are("hello world");
    CHECK(matcher.match({first, 40, "hello world"}));
    CHECK_FALSE(matcher.match({first, 40, "hello there"}));
    const auto missed = take_mismatch();
    CHECK(missed->finding.expected == "segment 3 then has at byte 46  \"world\"");
    CHECK(missed->finding.observed == "it has  \"there\"");
    CHECK(missed->bytes->seen == "hello there");
}

TEST_CASE("an address is hexadecimal and neither null nor what a failed shmat returns") {
    const auto address = [](const std::string& answer) {
        const Reply reply{.answer = answer};
        return checks::answers_an_address().match(reply) ? checks::address_in(reply) : 0;
    };
    CHECK(address("at 0x7f0012340000") == 0x7f0012340000);
    CHECK(address("at 0x0") == 0);
    CHECK(address("at 0xffffffffffffffff") == 0);
    CHECK(address("nothing") == 0);
    CHECK(address("at 0x12 or so") == 0);
    CHECK(checks::address_in({.trouble = Trouble::ended, .answer = "at 0x12"}) == 0);
}

TEST_CASE("only the signal itself counts as killed by it") {
    const auto matcher = checks::is_killed_by(SIGSEGV);
    CHECK(matcher.match({.trouble = Trouble::ended, .wait_status = SIGSEGV}));
    CHECK_FALSE(matcher.match({.trouble = Trouble::ended, .wait_status = SIGABRT}));
    CHECK_FALSE(matcher.match({.trouble = Trouble::ended, .wait_status = SIGSEGV << 8}));
    CHECK_FALSE(matcher.match({.answer = "written"}));
}

TEST_CASE("one segment with a key may have any size and mode, and nobody has it attached") {
    const auto matcher = checks::are_one_with(0x4c02);
    CHECK(matcher.match({second}));
    CHECK_FALSE(matcher.match({first}));
    CHECK_FALSE(matcher.match({checks::attached(second, 2)}));
    CHECK_FALSE(matcher.match({first, second}));
    CHECK_FALSE(matcher.match({}));
    CHECK(take_mismatch()->finding.expected ==
          "the kernel then lists one segment 0x00004c02, not attached");
}

TEST_CASE("what is detached may come in any order, but neither twice nor not at all") {
    const auto matcher = checks::are_detached({0x1000, 0x2000}, {.request = "drop a"});
    CHECK(matcher.match({0x2000, 0x1000}));
    CHECK_FALSE(matcher.match({0x1000}));
    CHECK_FALSE(matcher.match({0x1000, 0x2000, 0x2000}));
    const auto missed = take_mismatch();
    CHECK(missed->finding.expected == "drop a  detaches 0x1000 and 0x2000");
    CHECK(missed->finding.observed == "it called shmdt for 0x1000 and 0x2000 and 0x2000");
    CHECK_FALSE(checks::are_detached({}, {}).match({0x1000}));
}

TEST_CASE("pointers are aligned words that are addresses of something mapped") {
    const std::vector<kernel::Mapping> mappings = {{0x1000, 0x2000, "[heap]"},
                                                   {0x7f0000000000, 0x7f0000001000, ""}};
    std::string bytes(44, 'x');
    const auto put = [&](std::size_t offset, std::uint64_t word) {
        std::memcpy(bytes.data() + offset, &word, sizeof word);
    };
    put(0, 0x1fff);
    put(8, 0x2000);
    put(20, 0x7f0000000010);  // not aligned
    put(32, 0x7f0000000010);
    const auto pointers = checks::pointers_in(bytes, mappings, 2);
    REQUIRE(pointers.size() == 2);
    CHECK(pointers[0].offset == 0);
    CHECK(pointers[0].mapping == "[heap]");
    CHECK(pointers[0].process == 2);
    CHECK(pointers[1].offset == 32);
    CHECK(pointers[1].value == 0x7f0000000010);
}
