// The rules of lab 3: where they speak, and where they stay silent.
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cerrno>

#include "diagnosis/diagnosis.hpp"
#include "story.hpp"

namespace ipclab::tests {

namespace {

using Catch::Matchers::ContainsSubstring;

constexpr std::size_t lane = 1;
constexpr int msg_stat_any = 13;

std::uint64_t bits(int argument) {
    return static_cast<std::uint64_t>(argument);
}

/// A check of lab 3 with one process, event by event.
class ToolStory {
public:
    ToolStory& acts(const std::string& text) { return noted(story_.act(text)); }
    ToolStory& asked(const std::string& request) {
        request_ = request;
        return noted(story_.request(lane, request));
    }
    ToolStory& called(long number, std::array<std::uint64_t, 6> arguments, long result) {
        return noted(story_.call(lane, make_call(number, arguments, result)));
    }
    ToolStory& msgctl(int id, int command, long result) {
        return called(SYS_msgctl, {bits(id), bits(command)}, result);
    }
    ToolStory& shmctl(int id, int command, long result) {
        return called(SYS_shmctl, {bits(id), bits(command)}, result);
    }
    ToolStory& semctl(int id, int semaphore, int command, long result) {
        return called(SYS_semctl, {bits(id), bits(semaphore), bits(command)}, result);
    }
    ToolStory& answered(const std::string& answer) {
        answer_ = answer;
        return noted(story_.answer(lane, answer));
    }

    /// @return the rule that spoke about the last answer, or "".
    std::string expecting(const checks::ExpectedReply& expected) {
        return judged({.replies = {reply()}, .expected_reply = expected});
    }
    std::string expecting(const std::string& answer) {
        return expecting(checks::ExpectedReply{.answer = answer});
    }
    std::string expecting_error(int error) {
        return expecting(checks::ExpectedReply{.error = error});
    }
    std::string expecting_list() { return expecting(checks::ExpectedReply{.list = true}); }
    /// The list should have a row, and has another one in its place, or none.
    std::string missing(const std::string& wanted, const std::string& seen,
                        const std::vector<std::string>& listed) {
        return judged({.replies = {reply()},
                       .expected_reply = {.list = true},
                       .list = checks::ListMismatch{wanted, seen, listed}});
    }
    /// The program ended like this, and should have ended with another status.
    std::string ended(int status, int wanted) {
        auto program = reply();
        program.asked = arena::Asked::program;
        program.trouble = arena::Trouble::ended;
        program.wait_status = status << 8;
        program.wrote_errors = true;
        return judged({.replies = {program}, .expected_reply = {.status = wanted}});
    }
    std::string judged(const checks::Mismatch& mismatch) {
        const auto said = diagnosis::diagnose(
            {.lab = 3, .check = "", .mismatch = mismatch, .recording = story_.recording});
        sentence = said ? said->sentence : "";
        return said ? said->rule : "";
    }

    std::string sentence;  ///< that was said last

private:
    ToolStory& noted(std::size_t /*event*/) { return *this; }
    [[nodiscard]] arena::Reply reply() const {
        return {.request = request_, .process = 1, .answer = answer_};
    }

    Story story_{1};
    std::string request_;
    std::string answer_;
};

std::string queue_row(const std::string& key, int id, const std::string& mode = "0600",
                      const std::string& rest = "bytes 5 messages 1") {
    return "key " + key + " id " + std::to_string(id) + " owner 1000 mode " + mode + " " + rest;
}

std::string segment_row(int id, const std::string& mode, const std::string& rest) {
    return "key 0x00000000 id " + std::to_string(id) + " owner 1000 mode " + mode + " " + rest;
}

ToolStory a_list(const std::string& request = "queues") {
    ToolStory story;
    story.asked(request).answered("1: " + queue_row("0x00004c01", 3));
    return story;
}

/// A queue and a set that are left behind, a queue in use, and a set in use.
ToolStory a_sweep() {
    ToolStory story;
    story.acts("makes queue 1: 0x00004c01 0666")
        .acts("a process that ends sends to queue 1")
        .acts("makes queue 2: 0x00004c02 0666")
        .acts("sends type 1 \"left\" to queue 2")
        .acts("makes semaphore set 1: 0x00004c03 0666, 3 semaphores")
        .acts("a process that ends raises semaphore 2 of set 1")
        .acts("makes semaphore set 2: 0x00004c04 0666, 3 semaphores")
        .acts("a process that ends raises semaphore 0 of set 2")
        .acts("raises semaphore 1 of set 2")
        .asked("sweep");
    return story;
}

}  // namespace

TEST_CASE("a column of a list tells its mistake", "[diagnosis]") {
    const std::string wanted = queue_row("0x00004c01", 3);
    const auto rule_for = [&](const std::string& right, const std::string& seen) {
        return a_list().missing(right, seen, {seen});
    };
    CHECK(rule_for(wanted, queue_row("0x00004c01", 3, "0130")) == "list-mode-decimal");
    CHECK(rule_for(wanted, queue_row("0x00004c01", 3, "01130")) == "list-mode-decimal");
    CHECK(rule_for(wanted, queue_row("0x00004c01", 3, "0644")).empty());
    CHECK(rule_for(wanted, queue_row("0x00004c01", 3, "0600", "bytes 1 messages 5")) ==
          "list-counts-swapped");
    CHECK(rule_for(wanted, queue_row("0x00004c01", 3, "0600", "bytes 6 messages 1")).empty());
    CHECK(rule_for(queue_row("0x9c004c01", 3), queue_row("0x00000000", 3)) == "list-key-sign-lost");
    CHECK(rule_for(wanted, queue_row("0x00000000", 3)).empty());
}

TEST_CASE("a list of segments tells marks and sizes", "[diagnosis]") {
    const auto rule_for = [&](const std::string& right, const std::string& seen) {
        return a_list("segments").missing(right, seen, {seen});
    };
    const std::string plain = segment_row(5, "0600", "size 40 attaches 0");
    const std::string marked = segment_row(5, "0600", "size 40 attaches 1 marked");
    CHECK(rule_for(plain, segment_row(5, "0600", "size 4096 attaches 0")) == "list-size-in-pages");
    CHECK(rule_for(plain, segment_row(5, "0600", "size 41 attaches 0")).empty());
    CHECK(rule_for(plain, segment_row(5, "0600", "size 40 attaches 0 marked")) ==
          "list-mark-from-key");
    CHECK(rule_for(marked, segment_row(5, "0600", "size 40 attaches 1")) == "list-mark-missing");
    CHECK(rule_for(marked, segment_row(5, "01600", "size 40 attaches 1 marked")) ==
          "list-mode-with-marks");
}

TEST_CASE("a list that ends at a gap is told from one that goes by their number", "[diagnosis]") {
    const std::string wanted = queue_row("0x00004c09", 32776);
    const auto list = [] {
        ToolStory story;
        story.asked("queues").msgctl(0, MSG_INFO, 8);
        return story;
    };
    CHECK(list()
              .msgctl(0, msg_stat_any, 32768)
              .msgctl(1, msg_stat_any, -EINVAL)
              .answered("0")
              .missing(wanted, "", {}) == "list-ended-at-empty-place");
    CHECK(list()
              .msgctl(0, msg_stat_any, -EINVAL)
              .msgctl(7, msg_stat_any, 32775)
              .answered("0")
              .missing(wanted, "", {}) == "list-by-their-number");
    CHECK(list()
              .msgctl(8, msg_stat_any, 32776)
              .answered("1: " + queue_row("0x00004c09", 8))
              .missing(wanted, "", {queue_row("0x00004c09", 8)}) == "list-index-for-id");
    // It was looked at, and is missing for another reason.
    CHECK(list().msgctl(8, msg_stat_any, 32776).answered("0").missing(wanted, "", {}).empty());
}

TEST_CASE("only what went meanwhile is told to have gone", "[diagnosis]") {
    const auto list = [](bool removed) {
        ToolStory story;
        story.acts("makes queue 3: 0x00004c01 0600").asked("queues");
        if (removed) {
            story.acts("removes queue 3");
        }
        return story.msgctl(3, IPC_STAT, -EINVAL).answered("error EINVAL").expecting_list();
    };
    CHECK(list(true) == "list-failed-at-vanished");
    CHECK(list(false).empty());
}

TEST_CASE("what may not be read is missing", "[diagnosis]") {
    const auto list = [](int refusals, const std::string& mode = "0000") {
        ToolStory story;
        story.acts("makes queue 3: 0x00004c01 0000").acts("makes queue 4: 0x00004c02 0600");
        story.asked("queues").msgctl(0, MSG_STAT, 4);
        for (int place = 1; place <= refusals; ++place) {
            story.msgctl(place, MSG_STAT, -EACCES);
        }
        return story.answered("1: " + queue_row("0x00004c02", 4))
            .missing(queue_row("0x00004c01", 3, mode), "", {queue_row("0x00004c02", 4)});
    };
    CHECK(list(1) == "list-without-unreadable");
    CHECK(list(2) == "list-without-unreadable");
    CHECK(list(1, "0600").empty());
    CHECK(list(0).empty());
}

TEST_CASE("remove_id is about the kind and the id that it is given", "[diagnosis]") {
    ToolStory other_kind;
    CHECK(other_kind.asked("remove-id segment 3")
              .msgctl(3, IPC_RMID, 0)
              .answered("removed")
              .judged({.objects = std::vector<kernel::Object>{}}) == "removal-of-other-kind");
    CHECK_THAT(other_kind.sentence, ContainsSubstring("A segment is removed with shmctl."));
    ToolStory as_key;
    CHECK(as_key.asked("remove-id set 3")
              .called(SYS_semget, {3, 0, 0}, -ENOENT)
              .answered("error ENOENT")
              .expecting("removed") == "id-given-as-key");
    ToolStory swallowed;
    CHECK(swallowed.asked("remove-id set 3")
              .semctl(3, 0, IPC_RMID, -EPERM)
              .answered("removed")
              .expecting_error(EPERM) == "refusal-swallowed");
    CHECK_THAT(swallowed.sentence, ContainsSubstring("belongs to somebody else"));
    ToolStory right;
    CHECK(right.asked("remove-id segment 3")
              .shmctl(3, IPC_RMID, 0)
              .shmctl(3, IPC_STAT, -EINVAL)
              .answered("removed")
              .judged({.objects = std::vector<kernel::Object>{}})
              .empty());
}

TEST_CASE("remove_key looks for the key, and for nothing more", "[diagnosis]") {
    const auto rule_for = [](std::uint64_t size, int flags, int error, const std::string& answer) {
        ToolStory story;
        return story.asked("remove-key segment 0x00004c01")
            .called(SYS_shmget, {0x4c01, size, bits(flags)}, -error)
            .answered(answer)
            .expecting("removed");
    };
    CHECK(rule_for(0, 0600, EACCES, "error EACCES") == "get-asks-for-rights");
    CHECK(rule_for(4096, 0, EINVAL, "error EINVAL") == "get-asks-for-size");
    CHECK(rule_for(0, 0, EACCES, "error EACCES").empty());
    ToolStory refused;
    CHECK(refused.asked("remove-key queue 0x9c004c01")
              .answered("error EINVAL")
              .expecting("removed") == "key-refused-unasked");
    ToolStory zero;
    CHECK(zero.asked("remove-key queue 0x00000000")
              .answered("error EINVAL")
              .expecting_error(EINVAL)
              .empty());
}

TEST_CASE("whether a segment is still there is asked afterwards", "[diagnosis]") {
    const auto removal = [] {
        ToolStory story;
        story.asked("remove-id segment 5");
        return story;
    };
    CHECK(removal().shmctl(5, IPC_RMID, 0).answered("removed").expecting("pending") ==
          "pending-not-asked");
    CHECK(removal()
              .shmctl(5, IPC_STAT, 0)
              .shmctl(5, IPC_RMID, 0)
              .answered("removed")
              .expecting("pending") == "pending-looked-before");
    CHECK(removal()
              .shmctl(5, IPC_RMID, 0)
              .shmctl(5, IPC_STAT, -EACCES)
              .answered("removed")
              .expecting("pending") == "pending-unreadable");
    CHECK(removal()
              .acts("detaches segment 5")
              .shmctl(5, IPC_RMID, 0)
              .answered("pending")
              .expecting("removed") == "pending-detached-meanwhile");
    CHECK(removal()
              .shmctl(5, IPC_RMID, 0)
              .shmctl(5, IPC_STAT, 0)
              .answered("removed")
              .expecting("pending")
              .empty());
}

TEST_CASE("sweep removes no more than it should", "[diagnosis]") {
    auto in_use = a_sweep();
    CHECK(in_use.msgctl(2, IPC_RMID, 0).answered("1: queue 2").expecting_list() ==
          "sweep-removed-wanted");
    CHECK_THAT(in_use.sentence, ContainsSubstring("Its last sender (msg_lspid) lives."));
    auto not_asked = a_sweep();
    CHECK(not_asked.semctl(2, 0, GETPID, 100)
              .semctl(2, 0, IPC_RMID, 0)
              .answered("1: set 2")
              .expecting_list() == "sweep-set-not-asked");
    auto asked = a_sweep();
    CHECK(asked.semctl(2, 0, GETPID, 100)
              .semctl(2, 1, GETPID, 101)
              .semctl(2, 0, IPC_RMID, 0)
              .answered("1: set 2")
              .expecting_list() == "sweep-removed-wanted");
}

TEST_CASE("sweep removes no less than it should, and says so", "[diagnosis]") {
    auto left_queue = a_sweep();
    CHECK(left_queue.answered("0").expecting_list() == "sweep-left-behind");
    auto left_set = a_sweep();
    CHECK(left_set.msgctl(1, IPC_RMID, 0)
              .semctl(1, 0, GETPID, 0)
              .answered("1: queue 1")
              .expecting_list() == "sweep-left-set");
    auto silent = a_sweep();
    CHECK(silent.msgctl(1, IPC_RMID, 0).answered("0").expecting_list() == "sweep-removed-unsaid");
    auto refused = a_sweep();
    CHECK(refused.msgctl(1, IPC_RMID, -EPERM).answered("1: queue 1").expecting_list() ==
          "sweep-said-refused");
    auto all = a_sweep();
    CHECK(all.msgctl(1, IPC_RMID, 0)
              .semctl(1, 0, IPC_RMID, 0)
              .answered("2: queue 1; set 1")
              .expecting_list()
              .empty());
}

TEST_CASE("my_ipcrm reads whole words, and all of them first", "[diagnosis]") {
    ToolStory half;
    CHECK(half.asked("my-ipcrm -q 3 -q 3x")
              .msgctl(3, IPC_RMID, 0)
              .msgctl(3, IPC_RMID, -EINVAL)
              .ended(1, 2) == "word-half-read");
    ToolStory early;
    CHECK(early.asked("my-ipcrm -q 3 -q 3x").msgctl(3, IPC_RMID, 0).ended(2, 2) ==
          "removed-before-reading-all");
    ToolStory usage;
    CHECK(usage.asked("my-ipcrm -q 3 -q 3x").ended(1, 2) == "usage-status");
    ToolStory large;
    CHECK(large.asked("my-ipcrm -Q 0x9c004c01").ended(2, 0) == "good-key-refused");
    CHECK_THAT(large.sentence, ContainsSubstring("too large for an int"));
    ToolStory hexadecimal;
    CHECK(hexadecimal.asked("my-ipcrm -Q 0 -Q 1234")
              .called(SYS_msgget, {0x1234, 0}, -ENOENT)
              .ended(0, 1) == "key-read-in-other-base");
}

TEST_CASE("my_ipcrm grants every wish", "[diagnosis]") {
    ToolStory stops;
    CHECK(stops.asked("my-ipcrm -q 3 -q 4").msgctl(3, IPC_RMID, -EINVAL).ended(1, 0) ==
          "stopped-at-failure");
    ToolStory last_only;
    CHECK(last_only.asked("my-ipcrm -q 3 -q 4").msgctl(4, IPC_RMID, 0).ended(0, 1) ==
          "one-of-each-option");
    ToolStory forgotten;
    CHECK(forgotten.asked("my-ipcrm -q 3 -q 4")
              .msgctl(3, IPC_RMID, -EINVAL)
              .msgctl(4, IPC_RMID, 0)
              .ended(0, 1) == "failure-not-in-status");
    ToolStory marked;
    CHECK(marked.acts("makes segment 5: 0x00004c01 0600, 5 bytes")
              .acts("attaches segment 5")
              .asked("my-ipcrm -m 5")
              .shmctl(5, IPC_RMID, 0)
              .ended(1, 0) == "marked-is-no-failure");
    ToolStory mixed_up;
    CHECK(mixed_up.asked("my-ipcrm -m 5").semctl(5, 0, IPC_RMID, -EINVAL).ended(1, 0) ==
          "option-of-other-kind");
    ToolStory right;
    CHECK(right.asked("my-ipcrm -q 3").msgctl(3, IPC_RMID, -EINVAL).ended(1, 0).empty());
}

}  // namespace ipclab::tests
