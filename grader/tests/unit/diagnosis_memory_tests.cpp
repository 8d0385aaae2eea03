// The rules of lab 4: where they speak, and where they stay silent.
#include <sys/ipc.h>
#include <sys/shm.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cerrno>
#include <csignal>

#include "check_story.hpp"

namespace ipclab::tests {

namespace {

using arena::Trouble;
using Catch::Matchers::ContainsSubstring;

constexpr key_t key = 0x4c01;
constexpr int make = IPC_CREAT | IPC_EXCL;
constexpr long there = 0x7f0012340000;
constexpr long elsewhere = 0x7f0056780000;
const std::string at_there = "at 0x7f0012340000";

CheckStory story(const std::string& request) {
    CheckStory story;
    story.of_lab(4).asked(request);
    return story;
}

/// A process that attached something, and was then asked for this.
CheckStory attached_then(const std::string& attach, int flags, const std::string& request) {
    auto all = story(attach);
    return all.shmat(3, flags, there).answered(at_there).asked(request);
}

checks::ExpectedReply killed() {
    return {.signal = SIGSEGV};
}

}  // namespace

TEST_CASE("a segment with another mode tells its mistake", "[diagnosis]") {
    const auto rule_for = [](int flags, mode_t listed) {
        return story("create 0x4c01 100 0600")
            .shmget(key, 100, flags, 3)
            .answered("id 3")
            .listing_segments({segment(3, key, 100, listed)}, {segment(-1, key, 100, 0600)})
            .rule;
    };
    CHECK(rule_for(make, 0) == "mode-missing");
    CHECK(rule_for(make | 600, 0130) == "mode-decimal");
    CHECK(rule_for(make | 0640, 0640) == "mode-other");
    CHECK(rule_for(make | 0600, 0600).empty());
    const auto umask =
        story("create 0x4c01 100 0666")
            .shmget(key, 100, make | 0666, 3)
            .answered("id 3")
            .asked("create 0x4c02 100 0666", 2)
            .shmget(0x4c02, 100, make | 0600, 4)
            .answered("id 4")
            .listing_segments({segment(4, 0x4c02, 100, 0600)}, {segment(-1, 0x4c02, 100, 0666)});
    CHECK(umask.rule == "mode-umask");
    CHECK_THAT(umask.sentence, ContainsSubstring("A segment gets exactly the mode"));
    CHECK(story("create 0x4c01 100 0640")
              .shmget(key, 100, make | 0600, 3)
              .shmctl(3, IPC_SET, 0)
              .answered("id 3")
              .listing_segments({segment(3, key, 100, 0644)}, {segment(-1, key, 100, 0640)})
              .rule == "mode-set-wrong");
}

TEST_CASE("key and size are told from each other and from what was asked for", "[diagnosis]") {
    const auto listing = [](key_t with_key, std::size_t size, key_t listed, std::size_t bytes) {
        return story("create 0x4c01 100 0600")
            .shmget(with_key, size, make | 0600, 3)
            .answered("id 3")
            .listing_segments({segment(3, listed, bytes, 0600)}, {segment(-1, key, 100, 0600)})
            .rule;
    };
    CHECK(listing(100, key, 100, key) == "segment-get-swapped");
    CHECK(listing(IPC_PRIVATE, 100, 0, 100) == "segment-made-private");
    CHECK(listing(key + 1, 100, key + 1, 100) == "segment-key-changed");
    CHECK(listing(key, 4096, key, 4096) == "segment-size-rounded");
    CHECK(listing(key, 101, key, 101) == "segment-size-changed");
    // The kernel lists something else than the call says: somebody else has been there.
    CHECK(listing(key, 101, key, 100).empty());
    CHECK(listing(key, 100, key, 100).empty());
}

TEST_CASE("a size that is not passed on is told where it decides", "[diagnosis]") {
    const auto opened = [](std::size_t size, long result, const std::string& answer) {
        return story("open 0x4c01 5000").shmget(key, size, 0, result).answered(answer);
    };
    CHECK(opened(0, 3, "id 3").expecting_error(EINVAL).rule == "segment-size-changed");
    CHECK(opened(8192, -EINVAL, "error EINVAL x").expecting("id 3").rule == "segment-size-rounded");
    CHECK(opened(0, 3, "id 4").expecting("id 3").rule.empty());
    CHECK(story("create 0x4c01 0 0600")
              .shmget(key, 1, make | 0600, 3)
              .answered("id 3")
              .expecting_error(EINVAL)
              .rule == "segment-size-changed");
}

TEST_CASE("IPC_CREAT and IPC_EXCL are missed where they are missing", "[diagnosis]") {
    const auto created = [] { return story("create 0x4c01 100 0600"); };
    CHECK(created()
              .shmget(key, 100, 0600, -ENOENT)
              .answered("error ENOENT x")
              .expecting({.any_id = true})
              .rule == "segment-creat-missing");
    CHECK(created()
              .shmget(key, 100, IPC_CREAT | 0600, 3)
              .answered("id 3")
              .expecting_error(EEXIST)
              .rule == "segment-excl-missing");
    CHECK(created()
              .shmget(key, 0, 0, -ENOENT)
              .shmget(key, 100, IPC_CREAT | 0600, 3)
              .answered("id 3")
              .expecting_error(EEXIST)
              .rule == "segment-made-meanwhile");
    CHECK(created()
              .shmget(key, 100, make | 0600, -EEXIST)
              .shmget(key, 0, 0, 3)
              .shmctl(3, IPC_RMID, 0)
              .shmget(key, 100, make | 0600, 4)
              .answered("id 4")
              .expecting_error(EEXIST)
              .rule == "segment-replaced");
    // One that create made itself is its own to remove.
    CHECK(created()
              .shmget(key, 100, make | 0600, 3)
              .shmctl(3, IPC_RMID, 0)
              .answered("id 3")
              .expecting("id 4")
              .rule.empty());
}

TEST_CASE("a look before create is refused where create would say EEXIST", "[diagnosis]") {
    const auto created = [](std::size_t size, int flags, const std::string& answer) {
        const long result = answer.find("EACCES") != std::string::npos ? -EACCES : -EINVAL;
        return story("create 0x4c01 100 0600").shmget(key, size, flags, result).answered(answer);
    };
    const auto said = created(100, 0, "error EINVAL x").expecting_error(EEXIST);
    CHECK(said.rule == "segment-look-refused");
    CHECK_THAT(said.sentence, ContainsSubstring("failed with EINVAL: a look compares"));
    CHECK(created(0, 0600, "error EACCES x").expecting_error(EEXIST).rule ==
          "segment-look-refused");
    // What create answers comes from somewhere else, or it did not only look.
    CHECK(created(100, 0, "error ENOMEM x").expecting_error(EEXIST).rule != "segment-look-refused");
    CHECK(created(0, make, "error EINVAL x").expecting_error(EEXIST).rule.empty());
    CHECK(created(100, 0, "error EINVAL x").expecting("id 3").rule.empty());
}

TEST_CASE("who looks for a segment makes none and asks for no rights", "[diagnosis]") {
    for (const auto* request : {"open 0x4c01 0", "notices 0x4c01", "take-down 0x4c01"}) {
        CAPTURE(request);
        CHECK(story(request)
                  .shmget(key, 100, IPC_CREAT | 0600, 3)
                  .answered("id 3")
                  .expecting_error(ENOENT)
                  .rule == "segment-made-by-looking");
    }
    const auto refused = [](int flags) {
        return story("open 0x4c01 0")
            .shmget(key, 0, flags, -EACCES)
            .answered("error EACCES x")
            .expecting("id 3")
            .rule;
    };
    CHECK(refused(0600) == "segment-asks-for-rights");
    CHECK(refused(0).empty());
}

TEST_CASE("what is answered without a call comes from memory", "[diagnosis]") {
    CHECK(story("open 0x4c01 0").answered("id 3").expecting_error(ENOENT).rule ==
          "segment-remembered");
    CHECK(story("attach 3")
              .answered(at_there)
              .listing_segments({segment(3, key, 100, 0600, 1)}, {segment(3, key, 100, 0600, 2)})
              .rule == "attach-not-called");
    CHECK(story("detach 0x7f0012340000").answered("detached").expecting_error(EINVAL).rule ==
          "detach-not-called");
    CHECK(story("remove 3").answered("removed").expecting_error(EINVAL).rule.empty());
    CHECK(story("remove 3").answered("error EBUSY x").expecting("removed").rule ==
          "removal-left-out");
}

TEST_CASE("what create attaches and leaves is told", "[diagnosis]") {
    const auto listing = [](bool detached) {
        auto all = story("create 0x4c01 100 0600");
        all.shmget(key, 100, make | 0600, 3).shmat(3, 0, there);
        if (detached) {
            all.shmdt(there, 0);
        }
        return all.answered("id 3")
            .listing_segments({segment(3, key, 100, 0600, 1)}, {segment(-1, key, 100, 0600)})
            .rule;
    };
    CHECK(listing(false) == "segment-left-attached");
    CHECK(listing(true).empty());
}

TEST_CASE("remove is about one segment, and about nothing else of it", "[diagnosis]") {
    const auto removed = [] { return story("remove 3"); };
    CHECK(removed()
              .shmdt(there, 0)
              .shmctl(3, IPC_RMID, 0)
              .answered("removed")
              .listing_segments({}, {segment(3, 0, 100, 01600, 1)})
              .rule == "removal-detaches");
    CHECK(removed().shmget(3, 0, 0, -ENOENT).answered("error ENOENT x").expecting("removed").rule ==
          "removal-of-key");
    const auto taken_down = [](key_t second) {
        return story("take-down 0x4c01")
            .shmget(key, 0, 0, 3)
            .shmget(second, 0, 0, -ENOENT)
            .shmctl(-1, IPC_RMID, -EINVAL)
            .answered("error EINVAL x")
            .expecting("taken down");
    };
    CHECK(taken_down(3).rule == "removal-of-key");
    CHECK_THAT(taken_down(3).sentence, ContainsSubstring("takes the id 3 for a key"));
    CHECK(taken_down(4).rule.empty());
    CHECK(removed()
              .msgctl(3, IPC_RMID, -EINVAL)
              .answered("error EINVAL x")
              .expecting("removed")
              .rule == "removal-of-no-segment");
    CHECK(removed()
              .shmctl(3, IPC_STAT, -EACCES)
              .answered("error EACCES x")
              .expecting("removed")
              .rule == "removal-looks-first");
    CHECK(removed().shmctl(3, IPC_RMID, -EPERM).answered("removed").expecting_error(EPERM).rule ==
          "memory-failure-swallowed");
    CHECK(removed().shmctl(3, IPC_RMID, 0).answered("removed").expecting_error(EPERM).rule.empty());
}

TEST_CASE("what shmat returns when it fails is no address", "[diagnosis]") {
    CHECK(story("attach 3")
              .shmat(3, 0, -EACCES)
              .answered("at 0xffffffffffffffff")
              .expecting_error(EACCES)
              .rule == "attach-failure-unseen");
    const auto hold =
        story("hold a 3").shmat(3, 0, -EINVAL).answered("nothing").expecting_error(EINVAL);
    CHECK(hold.rule == "attach-failure-unseen");
    CHECK_THAT(hold.sentence, ContainsSubstring("has to throw"));
    const auto crash = [](long result) {
        return story("notices 0x4c01")
            .shmget(key, 0, 0, 3)
            .shmat(3, SHM_RDONLY, result)
            .stuck(Trouble::ended, {.error = EINVAL}, SIGSEGV)
            .rule;
    };
    CHECK(crash(-EINVAL) == "attach-failure-crashes");
    CHECK(crash(there).empty());
}

TEST_CASE("an attach for writing is told from one for reading", "[diagnosis]") {
    CHECK(attached_then("attach-readonly 3", 0, "write 0x7f0012340000 0 x")
              .answered("written")
              .expecting(killed())
              .rule == "attached-for-writing");
    CHECK(attached_then("attach-readonly 3", SHM_RDONLY, "write 0x7f0012340000 0 x")
              .answered("written")
              .expecting(killed())
              .rule.empty());
    CHECK(attached_then("attach 3", SHM_RDONLY, "write 0x7f0012340000 0 x")
              .stuck(Trouble::ended, {.answer = "written"}, SIGSEGV)
              .rule == "attached-for-reading");
    CHECK(attached_then("attach 3", 0, "write 0x7f0012340000 0 x")
              .stuck(Trouble::ended, {.answer = "written"}, SIGSEGV)
              .rule.empty());
    CHECK(story("hold a 3 readonly")
              .shmat(3, 0, -EACCES)
              .answered("error EACCES x")
              .expecting({.any_address = true})
              .rule == "attached-for-writing");
    CHECK(story("attach 3")
              .shmat(3, 0, -EACCES)
              .shmat(3, SHM_RDONLY, there)
              .answered(at_there)
              .expecting_error(EACCES)
              .rule == "attach-falls-back");
    CHECK(story("attach 3")
              .shmat(3, SHM_RDONLY, there)
              .answered(at_there)
              .expecting_error(EACCES)
              .rule == "attached-for-reading");
}

TEST_CASE("only the address that shmat returned is the segment", "[diagnosis]") {
    const auto read = [](long returned) {
        return story("attach 3")
            .shmat(3, 0, returned)
            .answered(at_there)
            .asked("read 0x7f0012340000 0 5")
            .answered("\"other\"")
            .expecting("\"bytes\"");
    };
    const auto said = read(elsewhere);
    CHECK(said.rule == "attach-answers-other-address");
    CHECK_THAT(said.sentence, ContainsSubstring("returned 0x7f0056780000, but attach answered"));
    CHECK(read(there).rule.empty());
    CHECK(story("attach 3")
              .shmat(3, 0, elsewhere)
              .shmat(3, 0, there)
              .answered(at_there)
              .listing_segments({segment(3, key, 100, 0600, 2)}, {segment(3, key, 100, 0600, 1)})
              .rule == "attached-several-times");
    CHECK(story("attach 3")
              .shmget(3, 0, 0, -ENOENT)
              .answered("error ENOENT x")
              .expecting({.any_address = true})
              .rule == "attach-by-key");
}

TEST_CASE("detach is about the address that it is given", "[diagnosis]") {
    const auto detached = [] { return story("detach 0x7f0012340000"); };
    CHECK(detached()
              .shmdt(there + 4096, -EINVAL)
              .answered("error EINVAL x")
              .expecting("detached")
              .rule == "detach-of-other-address");
    CHECK(detached().shmdt(there, -EINVAL).answered("detached").expecting_error(EINVAL).rule ==
          "memory-failure-swallowed");
    CHECK(detached()
              .shmdt(there, 0)
              .shmdt(elsewhere, 0)
              .answered("detached")
              .listing_segments({segment(3, key, 100, 0600)}, {segment(3, key, 100, 0600, 1)})
              .rule == "detaches-several");
    CHECK(detached()
              .shmdt(there, 0)
              .answered("detached")
              .listing_segments({segment(3, key, 100, 0600)}, {segment(3, key, 100, 0600, 1)})
              .rule.empty());
}

TEST_CASE("after a move one Attachment has the address, and the other one nothing", "[diagnosis]") {
    const std::string right = "a nothing, b " + at_there;
    const auto rule_for = [&](const std::string& answer) {
        return story("hand-on a b").answered(answer).expecting(right).rule;
    };
    CHECK(rule_for("a " + at_there + ", b " + at_there) == "move-copies");
    CHECK(rule_for("a " + at_there + ", b nothing") == "move-takes-nothing");
    CHECK(rule_for("a at 0x7f0056780000, b " + at_there) == "assignment-swaps");
    CHECK(rule_for("a " + at_there + ", b at 0x7f0056780000") == "assignment-does-nothing");
    CHECK(rule_for("a nothing, b nothing").empty());
    CHECK(story("hand-on b b")
              .shmdt(there, 0)
              .answered("b nothing, b nothing")
              .expecting("b " + at_there + ", b " + at_there)
              .rule == "assignment-to-itself");
}

TEST_CASE("each address is detached once, by the Attachment that has it", "[diagnosis]") {
    const auto at = static_cast<std::uint64_t>(there);
    CHECK(story("hand-on a b").answered("x").detaching({{at}, {}}).rule.empty());  // not an answer
    const auto answered = [](const std::string& request) {
        return story(request).answered("dropped");
    };
    CHECK(answered("hand-on a b").detaching({{at}, {}}).rule == "assignment-leaks");
    CHECK(answered("drop a").detaching({{at}, {}}).rule == "destructor-does-nothing");
    CHECK(story("drop a")
              .shmdt(there, 0)
              .shmdt(there, -EINVAL)
              .answered("dropped")
              .detaching({{at}, {at, at}})
              .rule == "detached-twice");
    CHECK(story("drop a").shmdt(there, -EINVAL).answered("dropped").detaching({{}, {at}}).rule ==
          "detached-twice");
}

TEST_CASE("what is thrown out of a destructor ends the process", "[diagnosis]") {
    const auto dropped = [](const std::string& request, long result, int status) {
        auto all = story(request);
        return all.shmdt(there, result).stuck(Trouble::ended, {.answer = "dropped"}, status).rule;
    };
    CHECK(dropped("drop a", -EINVAL, SIGABRT) == "destructor-throws");
    CHECK(dropped("drop a", -EINVAL, SIGSEGV) != "destructor-throws");
    CHECK(dropped("drop a", 0, SIGABRT).empty());
    CHECK(dropped("detach 0x7f0012340000", -EINVAL, SIGABRT) == "process-ended");
}

TEST_CASE("a notice that is found before it is there", "[diagnosis]") {
    const std::string one = "1: \"\"";
    const auto found = [](const auto& before, const std::string& answer, const auto& after) {
        auto all = story("take-down 0x4c01");
        all.answered("error ENOENT x").schedule().asked("post 0x4c01 \"text\"");
        before(all);
        all.asked("notices 0x4c01", 2).shmget(key, 0, 0, 3).reads(0, 1).reads(8, 0);
        all.answered(answer).in(1);
        after(all);
        return all.answered("posted").in(2).expecting("0");
    };
    const auto counts = [](CheckStory& all) { all.writes(0, 0, 1); };
    const auto fills = [](CheckStory& all) { all.writes(8, 0, 4).writes(16, 0, 7); };
    const auto nothing = [](CheckStory&) {};
    const auto said = found(counts, one, fills);
    CHECK(said.rule == "notice-published-early");
    CHECK_THAT(said.sentence, ContainsSubstring("A wrote byte 0 of the board, and from there B"));
    CHECK_THAT(said.sentence, ContainsSubstring("wrote byte 8 after that"));
    const auto back = found(counts, one, [](CheckStory& all) {
        all.writes(7, 0, 1024).writes(511, 0, 0).writes(2047, 0, 0);
    });
    CHECK(back.rule == "board-written-back");
    CHECK_THAT(back.sentence, ContainsSubstring("such as byte 2047"));
    // What is beside a text and does not change may belong to it.
    CHECK(found(counts, one, [](CheckStory& all) { all.writes(8, 0, 4).writes(200, 0, 0); }).rule ==
          "notice-published-early");
    CHECK(found(nothing, one, fills).rule.empty());
    CHECK(found(counts, one, nothing).rule.empty());
    CHECK(found(counts, "error EINVAL x", fills).rule.empty());
    CHECK(found(counts, "2: \"\" \"\"", fills).rule.empty());
    // Another place than those that notices read says nothing of it.
    CHECK(found([](CheckStory& all) { all.writes(64, 0, 1); }, one, fills).rule.empty());
}

TEST_CASE("a notice that is found though its writer was killed", "[diagnosis]") {
    const auto found = [](const auto& before, const std::string& answer, bool another = false) {
        auto all = story("take-down 0x4c01");
        all.answered("error ENOENT x").schedule().asked("post 0x4c01 \"text\"");
        before(all);
        all.is_killed();
        if (another) {
            all.asked("post 0x4c01 \"x\"", 3).shmget(key, 65536, 0, 3).answered("posted");
        }
        all.asked("notices 0x4c01", 2).shmget(key, 0, 0, 3).answered(answer);
        return all.expecting("0");
    };
    const auto counts = [](CheckStory& all) { all.writes(0, 0, 1).writes(8, 0, 0); };
    const auto said = found(counts, "1: \"\"");
    CHECK(said.rule == "notice-published-early");
    CHECK_THAT(said.sentence, ContainsSubstring("A was killed in post, when byte 0"));
    CHECK(found([](CheckStory&) {}, "1: \"\"").rule.empty());
    CHECK(found(counts, "1: \"text\"").rule.empty());
    CHECK(found(counts, "2: \"\" \"\"").rule.empty());
    CHECK(found(counts, "1: \"\"", true).rule.empty());
}

TEST_CASE("a notice that is found while both are at work", "[diagnosis]") {
    auto all = story("take-down 0x4c01");
    all.answered("error ENOENT x").schedule().asked("post 0x4c01 \"text\"").writes(0, 0, 1);
    all.asked("notices 0x4c01", 2)
        .shmget(key, 0, 0, 3)
        .reads(0, 1)
        .in(1)
        .writes(8, 0, 4)
        .in(2)
        .reads(8, 4);
    all.answered("1: \"\"").in(1).writes(16, 0, 7).answered("posted").in(2);
    CHECK(all.expecting("0").rule.empty());
}

TEST_CASE("a board that is wiped, cut or turned round says so", "[diagnosis]") {
    const auto rule_for = [](const std::string& wanted, const std::string& answer) {
        return story("notices 0x4c01")
            .shmget(key, 0, 0, 3)
            .shmat(3, SHM_RDONLY, there)
            .shmdt(there, 0)
            .answered(answer)
            .expecting(wanted)
            .rule;
    };
    CHECK(rule_for("2: \"a\" \"b\"", "1: \"b\"") == "board-wiped");
    CHECK(rule_for("2: \"a\" \"b\"", "1: \"a\"").empty());
    CHECK(rule_for("2: \"a\" \"b\"", "2: \"b\" \"a\"") == "notices-reversed");
    CHECK(rule_for("2: \"a\" \"b\\0c\"", "2: \"a\" \"b\"") == "notices-end-at-zero");
    CHECK(rule_for("2: \"a\" \"b\\0c\"", "2: \"a\" \"c\"").empty());
}

TEST_CASE("post refuses what does not fit, before it does anything", "[diagnosis]") {
    const auto posted = [](const std::string& text = "x") { return story("post 0x4c01 " + text); };
    CHECK(posted().answered("posted").expecting_error(EMSGSIZE).rule == "notice-too-long");
    CHECK(posted().answered("posted").expecting_error(ENOSPC).rule == "segment-remembered");
    CHECK(posted()
              .shmget(key, 65536, IPC_CREAT | 0600, 3)
              .answered("posted")
              .expecting_error(ENOSPC)
              .rule == "notice-too-many");
    CHECK(posted().answered("error EMSGSIZE x").expecting("posted").rule == "notice-refused");
    CHECK(posted("\"x\"*201").answered("error EMSGSIZE x").expecting("posted").rule.empty());
    CHECK(posted().answered("error ENOSPC x").expecting("posted").rule == "notice-refused");
    // It was the kernel that had no room.
    CHECK(posted()
              .shmget(key, 65536, IPC_CREAT | 0600, -ENOSPC)
              .answered("error ENOSPC x")
              .expecting("posted")
              .rule.empty());
    CHECK(posted()
              .shmget(key, 65536, IPC_CREAT | 0600, 3)
              .answered("error EMSGSIZE x")
              .listing_segments({segment(3, key, 65536, 0600)}, {})
              .rule == "board-made-before-refusal");
    const checks::Mismatch changed{.bytes = checks::BytesMismatch{{}, 0, "same old", "same new"}};
    const auto said = posted().answered("error ENOSPC x").judged(changed);
    CHECK(said.rule == "board-changed-before-refusal");
    CHECK_THAT(said.sentence, ContainsSubstring("byte 5"));
    CHECK(posted().answered("posted").judged(changed).rule != "board-changed-before-refusal");
}

TEST_CASE("the board is made and found by its key, with its size and mode", "[diagnosis]") {
    const auto posted = [](std::size_t size, int flags, long result, const std::string& answer) {
        return story("post 0x4c01 x").shmget(key, size, flags, result).answered(answer);
    };
    const auto wanted = segment(-1, key, 65536, 0600);
    CHECK(posted(65536, make | 0600, -EEXIST, "error EEXIST x").expecting("posted").rule ==
          "board-excl");
    CHECK(posted(65536, IPC_CREAT | 0666, 3, "posted")
              .listing_segments({segment(3, key, 65536, 0666)}, {wanted})
              .rule == "board-mode");
    const auto decimal = posted(65536, IPC_CREAT | 600, 3, "posted")
                             .listing_segments({segment(3, key, 65536, 0130)}, {wanted});
    CHECK(decimal.rule == "board-mode");
    CHECK_THAT(decimal.sentence, ContainsSubstring("decimal number 600"));
    const auto closed = [&](int flags, long id) {
        return story("post 0x4c01 x")
            .shmget(key, 65536, flags, 3)
            .shmat(static_cast<int>(id), 0, -EACCES)
            .answered("error EACCES x")
            .expecting("posted");
    };
    CHECK(closed(IPC_CREAT | 600, 3).rule == "board-mode");
    CHECK_THAT(closed(IPC_CREAT | 600, 3).sentence, ContainsSubstring("decimal number 600"));
    CHECK(closed(IPC_CREAT, 3).rule == "board-mode");
    CHECK(closed(IPC_CREAT | 0600, 3).rule.empty());  // not by this call
    CHECK(closed(IPC_CREAT | 600, 4).rule.empty());
    CHECK(posted(20808, IPC_CREAT | 0600, 3, "posted")
              .listing_segments({segment(3, key, 20808, 0600)}, {wanted})
              .rule == "board-size-changed");
    const auto attached = [&](bool detached) {
        auto all = story("post 0x4c01 x");
        all.shmget(key, 65536, IPC_CREAT | 0600, 3).shmat(3, 0, there);
        if (detached) {
            all.shmdt(there, 0);
        }
        return all.answered("posted")
            .listing_segments({segment(3, key, 65536, 0600, 1)}, {wanted})
            .rule;
    };
    CHECK(attached(false) == "board-left-attached");
    CHECK(attached(true).empty());
    CHECK(posted(65536, IPC_CREAT | 0600, 3, "posted")
              .shmget(IPC_PRIVATE, 100, 0600, 4)
              .listing_segments({segment(3, key, 65536, 0600), segment(4, 0, 100, 0600)}, {wanted})
              .rule.empty());  // made after the answer
    CHECK(story("post 0x4c01 x")
              .shmget(IPC_PRIVATE, 100, 0600, 4)
              .shmget(key, 65536, IPC_CREAT | 0600, 3)
              .answered("posted")
              .listing_segments({segment(3, key, 65536, 0600), segment(4, 0, 100, 0600)}, {wanted})
              .rule == "board-scratch-segment");
}

TEST_CASE("a pointer on the board is named with its place", "[diagnosis]") {
    const auto said = story("notices 0x4c01")
                          .answered("0")
                          .judged({.pointer = checks::Pointer{16, 0x5623ec8ea9c0, 1, "[heap]"}});
    CHECK(said.rule == "board-pointer");
    CHECK_THAT(said.sentence, ContainsSubstring("Byte 16 of the board held 0x5623ec8ea9c0"));
    CHECK_THAT(said.sentence, ContainsSubstring("[heap]"));
}

}  // namespace ipclab::tests
