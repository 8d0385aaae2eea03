#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cerrno>
#include <csignal>
#include <set>

#include "check_story.hpp"
#include "diagnosis/evidence.hpp"

using namespace ipclab;
using namespace ipclab::tests;
using arena::Trouble;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr key_t key = 0x4c01;
constexpr key_t negative = static_cast<key_t>(0x8c01f00d);
constexpr int make = IPC_CREAT | IPC_EXCL;
const std::string create = "create 0x00004c01 0640";
const std::string open = "open 0x00004c01";
const std::string either = "open-or-create 0x00004c01 0640";
const std::string taken = "error EEXIST File exists";
const std::string missing = "error ENOENT No such file or directory";
const std::string denied = "error EACCES Permission denied";
const std::string invalid = "error EINVAL Invalid argument";

checks::ExpectedQueues one_new(key_t under, mode_t mode) {
    return {.count = 1, .key = under, .mode = mode};
}

checks::ExpectedQueues only(const kernel::Queue& there) {
    return {.count = 1, .unchanged = there};
}

constexpr int exited(int status) {
    return status << 8;
}

}  // namespace

// --- make_key --------------------------------------------------------------------------------

TEST_CASE("-1 is no key", "[diagnosis]") {
    const auto said =
        CheckStory().asked("key missing 65").answered("key 0xffffffff").expecting_error(ENOENT);
    CHECK(said.rule == "minus-one-as-key");
    CHECK_THAT(said.sentence, ContainsSubstring("-1"));
    CHECK_FALSE(said.event);
    CHECK(CheckStory().asked("key missing 65").answered(missing).expecting_error(ENOTDIR).rule !=
          "minus-one-as-key");
}

TEST_CASE("a missing file has no key", "[diagnosis]") {
    const auto said =
        CheckStory().asked("key missing 65").answered("key 0x41002012").expecting_error(ENOENT);
    CHECK(said.rule == "key-of-missing-file");
    CHECK_THAT(said.sentence, ContainsSubstring("no file \"missing\""));
    // The file is there, but the number is wrong.
    CHECK(CheckStory()
              .asked("key agreed 0")
              .answered("key 0x00002012")
              .expecting_error(EINVAL)
              .rule == "proj-id-accepted");
}

TEST_CASE("only 1 to 255 are accepted", "[diagnosis]") {
    CHECK_THAT(CheckStory()
                   .asked("key agreed 0")
                   .answered("key 0x00002012")
                   .expecting_error(EINVAL)
                   .sentence,
               ContainsSubstring("accepted the proj_id 0"));
    const auto said =
        CheckStory().asked("key agreed 321").answered("key 0x41002012").expecting_error(EINVAL);
    CHECK(said.rule == "proj-id-accepted");
    CHECK_THAT(said.sentence, ContainsSubstring("321") && ContainsSubstring("passed 65"));
    CHECK(
        CheckStory().asked("key agreed 0").answered(missing).expecting_error(EINVAL).rule.empty());
}

TEST_CASE("128 to 255 are good numbers", "[diagnosis]") {
    const std::string wanted = "key 0xc8002012";
    CheckStory story;
    story.asked("key agreed 65").answered("key 0x41002012").asked("key agreed 200");
    SECTION("refused as a number") {
        const auto said = story.answered(invalid).expecting(wanted);
        CHECK(said.rule == "high-proj-id-refused");
        CHECK_THAT(said.sentence, ContainsSubstring("200 with EINVAL"));
    }
    SECTION("refused as a key") {
        const auto said = story
                              .answered(
                                  "exception std::system_error with the code 0 of the "
                                  "category generic, which is not an errno")
                              .expecting(wanted);
        CHECK(said.rule == "high-proj-id-refused");
        CHECK_THAT(said.sentence, ContainsSubstring("negative as a number"));
    }
    SECTION("silent where the file was not found") {
        CHECK(story.answered(missing).expecting(wanted).rule != "high-proj-id-refused");
    }
    SECTION("silent where lower numbers fail, too") {
        CHECK(
            CheckStory().asked("key agreed 200").answered(invalid).expecting(wanted).rule.empty());
    }
    SECTION("silent where another file worked") {
        story.asked("key link 200");
        CHECK(story.answered(invalid).expecting(wanted).rule.empty());
    }
}

TEST_CASE("a path is more than its last part", "[diagnosis]") {
    CheckStory story;
    story.asked("key agreed 65").answered("key 0x41002012");
    SECTION("speaks of the directories") {
        const auto said =
            story.asked("key ../agreed 65", 2).answered(missing).expecting("key 0x41002012");
        CHECK(said.rule == "path-not-followed");
        CHECK_THAT(said.sentence, ContainsSubstring("\"../agreed\" is there"));
    }
    SECTION("silent without directories") {
        CHECK(story.asked("key link 65").answered(missing).expecting("key 0x41002012").rule == "");
    }
    SECTION("silent where the number may be the reason") {
        CHECK(story.asked("key ../agreed 200", 2)
                  .answered(missing)
                  .expecting("key 0xc8002012")
                  .rule.empty());
    }
}

TEST_CASE("ftok reads no file", "[diagnosis]") {
    CheckStory story;
    story.asked("key agreed 65").answered("key 0x41002012").asked("key agreed 65");
    CHECK(story.answered(denied).expecting("key 0x41002099").rule == "needs-no-reading");
    CHECK(story.asked("key folder 65").answered(denied).expecting("key 0x41002099").rule == "");
}

TEST_CASE("another file of the same name has another key", "[diagnosis]") {
    CheckStory story;
    story.asked("key agreed 65").answered("key 0x41002012").asked("key agreed 65");
    CHECK(story.answered("key 0x41002012").expecting("key 0x41002099").rule == "old-key");
    CHECK(story.answered("key 0x41002013").expecting("key 0x41002099").rule == "not-this-file");
}

TEST_CASE("the parts of a key", "[diagnosis]") {
    CheckStory story;
    story.asked("key agreed 77");
    SECTION("another proj_id") {
        const auto said = story.answered("key 0x41002012").expecting("key 0x4d002012");
        CHECK(said.rule == "other-proj-id");
        CHECK_THAT(said.sentence, ContainsSubstring("0x4d") && ContainsSubstring("0x41"));
    }
    SECTION("the highest bit is lost, before ftok or after it") {
        const auto said = CheckStory()
                              .asked("key agreed 200")
                              .answered("key 0x48002012")
                              .expecting("key 0xc8002012");
        CHECK(said.rule == "other-proj-id");
        CHECK_THAT(said.sentence, ContainsSubstring("highest bit"));
    }
    SECTION("another inode") {
        const auto said = story.answered("key 0x41002013").expecting("key 0x4d002012");
        CHECK(said.rule == "not-this-file");
        CHECK_THAT(said.sentence, ContainsSubstring("low 16 bits") && ContainsSubstring("0x2013"));
    }
    SECTION("another device") {
        const auto said = story.answered("key 0x4d052012").expecting("key 0x4d002012");
        CHECK_THAT(said.sentence, ContainsSubstring("device") && ContainsSubstring("0x5"));
    }
    SECTION("no key at all") {
        CHECK(story.answered("not-written make_key").expecting("key 0x4d002012").rule.empty());
    }
}

// --- the arguments of a call -----------------------------------------------------------------

TEST_CASE("arguments in the wrong order", "[diagnosis]") {
    auto said = CheckStory()
                    .asked(create)
                    .msgget(make | 0640, key, -ENOENT)
                    .answered(missing)
                    .expecting({.any_id = true});
    CHECK(said.rule == "get-swapped");
    said = CheckStory()
               .asked("remove 7")
               .msgctl(IPC_RMID, 7, -EINVAL)
               .answered(invalid)
               .expecting("removed");
    CHECK(said.rule == "control-swapped");
    // 0 is the id here, and the command, too.
    said =
        CheckStory().asked("remove 0").msgctl(0, 0, -EPERM).answered(invalid).expecting("removed");
    CHECK(said.rule != "control-swapped");
    said =
        CheckStory().asked("remove 7").msgctl(9, 7, -EINVAL).answered(invalid).expecting("removed");
    CHECK(said.rule.empty());
}

TEST_CASE("|| is not |", "[diagnosis]") {
    const auto flags = [](const std::string& request, int flags) {
        return CheckStory()
            .asked(request)
            .msgget(key, flags, -ENOENT)
            .answered(missing)
            .expecting({.any_id = true});
    };
    CHECK(flags(create, 1).rule == "flags-are-true");
    CHECK(flags("create 0x4c01 0001", 1).rule == "creat-missing");
    CHECK(flags(create, 0).rule == "creat-missing");
}

TEST_CASE("another key than was asked for", "[diagnosis]") {
    const auto made_under = [](key_t used, key_t asked = key) {
        return CheckStory()
            .asked("create " + kernel::show_key(asked) + " 0600")
            .msgget(used, make | 0600, 5)
            .answered("id 5")
            .listing({queue(5, used, 0600)}, {.count = 1, .key = asked});
    };
    auto said = made_under(key + 1);
    CHECK(said.rule == "key-changed");
    CHECK_THAT(said.sentence, ContainsSubstring("plus 1"));
    CHECK(said.part == "0x00004c02");
    CHECK(said.event == 1);
    CHECK_THAT(made_under(negative & 0x7fffffff, negative).sentence,
               ContainsSubstring("highest bit was cleared"));
    CHECK_THAT(made_under(0x1234, 0x55551234).sentence, ContainsSubstring("bits is lost"));
    CHECK_THAT(made_under(0x777777).sentence, ContainsSubstring("msgget got 0x00777777"));
    CHECK_THAT(made_under(IPC_PRIVATE).sentence, ContainsSubstring("IPC_PRIVATE"));
    CHECK_THAT(made_under(0600).sentence, ContainsSubstring("0x00000180 is 0600"));
    CHECK(made_under(key).rule.empty());
    CHECK(made_under(negative, negative).rule.empty());
}

TEST_CASE("another kind of object is removed", "[diagnosis]") {
    const auto removed_by = [](long number, std::array<std::uint64_t, 6> arguments) {
        return CheckStory()
            .asked("remove 7")
            .called(number, arguments, -EINVAL)
            .answered(invalid)
            .expecting("removed");
    };
    const auto said = removed_by(SYS_semctl, {7, 0, IPC_RMID});
    CHECK(said.rule == "other-kind-removed");
    CHECK_THAT(said.sentence, ContainsSubstring("semctl") && ContainsSubstring("a semaphore set"));
    CHECK(said.event == 1);
    CHECK_THAT(removed_by(SYS_shmctl, {7, IPC_RMID}).sentence, ContainsSubstring("a segment"));
    CHECK(removed_by(SYS_semctl, {7, 0, IPC_STAT}).rule != "other-kind-removed");
    CHECK(removed_by(SYS_msgctl, {7, IPC_RMID}).rule != "other-kind-removed");
}

TEST_CASE("the last of several calls is under another key", "[diagnosis]") {
    CheckStory story;
    story.asked(either).msgget(key, make | 0640, -EEXIST).msgget(IPC_PRIVATE, 0600, 5);
    SECTION("and its queue is answered") {
        CHECK(story.answered("id 5 opened").expecting("id 4 opened").rule == "key-changed");
    }
    SECTION("and its queue is for something else") {
        story.msgget(key, 0600, 4).answered("id 4 opened");
        CHECK(story.expecting("id 4 created").rule != "key-changed");
    }
}

TEST_CASE("ids are not searched", "[diagnosis]") {
    CheckStory story;
    story.asked(open);
    for (int id = 0; id < 5; ++id) {
        story.msgctl(id, IPC_STAT, -EINVAL);
    }
    CHECK(story.answered(missing).expecting_error(EACCES).rule == "searches-by-id");
    CHECK(story.asked(open)
              .msgget(key, 0600, 5)
              .msgctl(5, IPC_STAT, 0)
              .answered(missing)
              .expecting_error(EACCES)
              .rule.empty());
}

TEST_CASE("a private queue has no key", "[diagnosis]") {
    const auto said = CheckStory()
                          .asked("create-private 0600")
                          .msgget(0x4c50, IPC_CREAT | 0600, 5)
                          .answered("id 5")
                          .listing({queue(5, 0x4c50, 0600)}, one_new(0, 0600));
    CHECK(said.rule == "private-under-key");
    CHECK_THAT(said.sentence, ContainsSubstring("not private"));
    CHECK(said.part == "0x00004c50");
    CHECK(CheckStory()
              .asked("create-private 0600")
              .msgget(IPC_PRIVATE, make | 0600, 5)
              .answered("id 5")
              .listing({}, one_new(0, 0600))
              .rule.empty());
}

TEST_CASE("ids are not keys", "[diagnosis]") {
    auto said = CheckStory()
                    .asked("remove 7")
                    .msgget(7, 0, -ENOENT)
                    .msgctl(-1, IPC_RMID, -EINVAL)
                    .answered(invalid)
                    .expecting("removed");
    CHECK(said.rule == "id-taken-for-key");
    CHECK(said.part == "0x00000007");
    said = CheckStory()
               .asked(create)
               .msgget(key, make | 0640, -EEXIST)
               .msgctl(key, IPC_RMID, -EINVAL)
               .answered(invalid)
               .expecting({.any_id = true});
    CHECK(said.rule == "key-taken-for-id");
    // The id is the same number by chance.
    said = CheckStory()
               .asked("create 0x00000005 0640")
               .msgget(5, make | 0640, 5)
               .msgctl(5, IPC_STAT, -EACCES)
               .msgctl(5, IPC_RMID, 0)
               .answered(denied)
               .expecting({.any_id = true});
    CHECK(said.rule.empty());
    said = CheckStory()
               .asked("remove 7")
               .msgctl(8, IPC_RMID, 0)
               .answered("removed")
               .expecting_error(EINVAL);
    CHECK(said.rule == "other-id-removed");
    said = CheckStory()
               .asked("remove 7")
               .msgctl(7, IPC_RMID, 0)
               .answered("removed")
               .expecting_error(EINVAL);
    CHECK(said.rule.empty());
}

// --- flags -----------------------------------------------------------------------------------

TEST_CASE("IPC_CREAT is missing", "[diagnosis]") {
    const auto with = [](int flags) {
        return CheckStory()
            .asked(create)
            .msgget(key, flags, -ENOENT)
            .answered(missing)
            .expecting({.any_id = true});
    };
    CHECK_THAT(with(0640).sentence, ContainsSubstring("No msgget of create had IPC_CREAT"));
    CHECK(with(0640).rule == "creat-missing");
    CHECK_THAT(with(IPC_EXCL | 0640).sentence, ContainsSubstring("IPC_EXCL makes no queue"));
    CHECK(with(IPC_EXCL | 0640).part == "IPC_EXCL");
    CHECK(with(make | 0640).rule.empty());
    // open is not meant to make one.
    CHECK(CheckStory()
              .asked(open)
              .msgget(key, 0600, -ENOENT)
              .answered(missing)
              .expecting("id 5")
              .rule == "");
    // It made one in the same request, and the queue was gone when it opened it.
    CHECK(CheckStory()
              .asked(either)
              .msgget(key, make | 0640, -EEXIST)
              .msgget(key, 0600, -ENOENT)
              .answered(missing)
              .expecting({.any_id = true})
              .rule == "gives-up-on-surprise");
}

TEST_CASE("IPC_EXCL is missing", "[diagnosis]") {
    auto said = CheckStory()
                    .asked(create)
                    .msgget(key, IPC_CREAT | 0640, 5)
                    .answered("id 5")
                    .expecting_error(EEXIST);
    CHECK(said.rule == "excl-missing");
    CHECK(said.part == "IPC_CREAT");
    CHECK(said.event == 1);
    CHECK_THAT(said.sentence, ContainsSubstring("msgget(0x00004c01, IPC_CREAT|0640)"));
    said = CheckStory()
               .asked(create)
               .msgget(key, make | 0640, 5)
               .answered("id 5")
               .expecting_error(EEXIST);
    CHECK(said.rule.empty());
    said = CheckStory()
               .asked(create)
               .msgget(key, make | 0640, -EEXIST)
               .msgget(key, 0600, 5)
               .answered("id 5")
               .expecting_error(EEXIST);
    CHECK(said.rule == "opened-after-eexist");
}

TEST_CASE("open makes a queue", "[diagnosis]") {
    const auto with = [](int flags, const std::string& answer) {
        return CheckStory().asked(open).msgget(key, flags, 5).answered(answer);
    };
    auto said = with(IPC_CREAT | 0600, "id 5").expecting_error(ENOENT);
    CHECK(said.rule == "creat-in-open");
    CHECK(said.part == "IPC_CREAT");
    CHECK(with(0600, "id 5").expecting_error(ENOENT).rule.empty());
    CHECK(with(IPC_CREAT | 0600, "id 9").expecting("id 5").rule == "other-id-answered");
}

TEST_CASE("an opener asks for reading and writing", "[diagnosis]") {
    const auto let_in = [](int flags) {
        return CheckStory()
            .asked(open)
            .msgget(key, flags, 5)
            .answered("id 5")
            .expecting_error(EACCES);
    };
    CHECK_THAT(let_in(0).sentence, ContainsSubstring("asks for no rights"));
    CHECK_THAT(let_in(0440).sentence, ContainsSubstring("right to read only"));
    CHECK_THAT(let_in(0200).sentence, ContainsSubstring("right to write only"));
    CHECK(let_in(0).part == "0");
    CHECK(let_in(0600).rule.empty());
    CHECK(let_in(0606).rule.empty());
    CHECK(let_in(0042).rule.empty());
}

TEST_CASE("an opener asks for too much", "[diagnosis]") {
    const auto refused = [](int flags) {
        return CheckStory()
            .asked(either)
            .msgget(key, flags, -EACCES)
            .answered(denied)
            .expecting("id 5 opened");
    };
    CHECK_THAT(refused(0700).sentence, ContainsSubstring("0700 asks for more than reading"));
    CHECK_THAT(refused(IPC_CREAT | 0700).sentence, ContainsSubstring("IPC_CREAT without IPC_EXCL"));
    CHECK(refused(0600).rule.empty());
}

TEST_CASE("a key is taken whatever the queue permits", "[diagnosis]") {
    const auto refused = [](int flags) {
        return CheckStory()
            .asked(create)
            .msgget(key, flags, -EACCES)
            .answered(denied)
            .expecting_error(EEXIST);
    };
    CHECK(refused(0400).rule == "looks-with-rights");
    CHECK(refused(IPC_CREAT | 0600).rule == "looks-with-rights");
    CHECK(refused(make | 0600).rule.empty());
}

// --- modes -----------------------------------------------------------------------------------

TEST_CASE("another mode than was asked for", "[diagnosis]") {
    const auto made_with = [](int flags, mode_t asked, mode_t listed) {
        return CheckStory()
            .asked("create 0x4c01 " + kernel::show_mode(asked))
            .msgget(key, flags, 5)
            .answered("id 5")
            .listing({queue(5, key, listed)}, one_new(key, asked));
    };
    auto said = made_with(make, 0600, 0);
    CHECK(said.rule == "mode-missing");
    CHECK(said.part == "IPC_CREAT|IPC_EXCL");
    // 666 is 01232, 600 is 01130, and 777 is 01411.
    CHECK_THAT(made_with(make | 666, 0600, 0232).sentence,
               ContainsSubstring("decimal number 666") && ContainsSubstring("0232"));
    CHECK(made_with(IPC_CREAT | 666, 0600, 0232).part == "0232");
    CHECK(made_with(make | 600, 0600, 0130).rule == "mode-decimal");
    CHECK(made_with(make | 777, 0640, 0411).rule == "mode-decimal");
    CHECK(made_with(make | 0200, 0640, 0200).rule == "mode-other");
    said = made_with(make | 0666, 0640, 0666);
    CHECK(said.rule == "mode-other");
    CHECK_THAT(said.sentence, ContainsSubstring("mode 0640") && ContainsSubstring("bits 0666"));
    CHECK(said.part == "0666");
    // The bits were right: it was something else.
    CHECK(made_with(make | 0640, 0640, 0600).rule.empty());
    CHECK(made_with(make | 0232, 0232, 0232).rule.empty());
}

TEST_CASE("IPC_SET gives another mode than was asked for", "[diagnosis]") {
    CheckStory story;
    story.asked(create).msgget(key, make | 0640, 5).msgctl(5, IPC_STAT, 0);
    const auto listed = std::vector{queue(5, key, 0600)};
    SECTION("and succeeds") {
        story.msgctl(5, IPC_SET, 0).answered("id 5");
        const auto said = story.listing(listed, one_new(key, 0640));
        CHECK(said.rule == "mode-set-wrong");
        CHECK(said.part == "IPC_SET");
        CHECK(story.listing({queue(5, key, 0640)}, one_new(key, 0640)).rule.empty());
    }
    SECTION("and fails") {
        story.msgctl(5, IPC_SET, -EPERM).answered("id 5");
        CHECK(story.listing(listed, one_new(key, 0640)).rule.empty());
    }
}

TEST_CASE("the umask is taken off", "[diagnosis]") {
    const auto second = [](CheckStory& story) {
        return story.asked("create 0x4c02 0666", 2)
            .msgget(0x4c02, make | 0600, 6)
            .answered("id 6")
            .listing({queue(6, 0x4c02, 0600)}, one_new(0x4c02, 0666));
    };
    SECTION("where another process was given what it asked for") {
        CheckStory story;
        story.asked("create 0x4c01 0666").msgget(key, make | 0666, 5).answered("id 5");
        CHECK(second(story).rule == "mode-umask");
    }
    SECTION("silent where none was: the mode may be a fixed one") {
        CheckStory story;
        CHECK(second(story).rule == "mode-other");
    }
}

TEST_CASE("a queue that was made so that nobody can open it", "[diagnosis]") {
    const auto open_after = [](int flags, const std::string& expected) {
        CheckStory story;
        story.asked(create, 2).msgget(key, flags, 5).answered("id 5");
        story.asked(open).msgget(key, 0600, -EACCES).answered(denied);
        return story.expecting(expected);
    };
    CHECK(open_after(make | 0232, "id 5").rule == "denied-by-own-mode");
    CHECK_THAT(open_after(make | 0232, "id 5").sentence, ContainsSubstring("bits 0232"));
    CHECK(open_after(make | 0600, "id 5").rule.empty());
    CHECK(open_after(make | 0232, "id 6").rule.empty());
}

// --- answers ---------------------------------------------------------------------------------

TEST_CASE("0 is an id", "[diagnosis]") {
    const auto said =
        CheckStory()
            .asked(open)
            .msgget(key, 0600, 0)
            .answered("exception std::system_error with the code 0 of the category generic")
            .expecting("id 0");
    CHECK(said.rule == "zero-taken-for-failure");
    CHECK_THAT(said.sentence, ContainsSubstring("only -1"));
    CHECK(CheckStory().asked(open).msgget(key, 0600, 3).answered(missing).expecting("id 3").rule ==
          "success-taken-for-failure");
    CHECK(CheckStory().asked(open).msgget(key, 0600, 0).answered("id 0").expecting("id 5").rule ==
          "");
}

TEST_CASE("remove refuses without a call", "[diagnosis]") {
    const auto refuse = [](const std::string& request) {
        return CheckStory().asked(request).answered(invalid);
    };
    CHECK_THAT(refuse("remove 0").expecting("removed").sentence,
               ContainsSubstring("refused the id 0"));
    CHECK_THAT(refuse("remove 7").expecting("removed").sentence,
               ContainsSubstring("refused the id 7"));
    CHECK(refuse("remove 7").expecting_error(EPERM).rule.empty());
}

TEST_CASE("create refuses without a call", "[diagnosis]") {
    const checks::ExpectedReply any_id{.any_id = true};
    CheckStory story;
    story.asked(create);
    SECTION("so that no kernel has said it") {
        CHECK_THAT(story.answered(taken).expecting(any_id).sentence,
                   ContainsSubstring("create failed without calling msgget"));
    }
    SECTION("silent where a refusal was expected") {
        CHECK(story.answered(taken).expecting_error(EACCES).rule.empty());
    }
    SECTION("silent where msgget said it") {
        CHECK(story.msgget(key, make | 0640, -EEXIST).answered(taken).expecting(any_id).rule !=
              "refused-unasked");
    }
}

TEST_CASE("the answer is not what msgget returned", "[diagnosis]") {
    const auto answer = [](const std::string& id) {
        return CheckStory()
            .asked(create)
            .msgget(key, make | 0640, 5)
            .answered(id)
            .expecting("id 5");
    };
    CHECK(answer("id 19457").rule == "key-answered");
    CHECK(answer("id 0").rule == "comparison-answered");
    CHECK(answer("id 1").rule == "comparison-answered");
    CHECK(answer("id 65538").rule == "other-id-answered");
    CHECK_THAT(answer("id 65538").sentence, ContainsSubstring("returned the id 5"));
    CHECK(answer("id 5").rule.empty());
}

TEST_CASE("an answer without a call", "[diagnosis]") {
    CheckStory story;
    story.asked(open).msgget(key, 0600, 5).answered("id 5").asked(open);
    CHECK(story.answered("id 5").expecting("id 6").rule == "remembered-id");
    CHECK(story.answered("id 9").expecting("id 6").rule == "answered-without-call");
    story.asked(open).msgget(key, 0600, 6).answered("id 6");
    CHECK(story.expecting("id 7").rule.empty());
}

TEST_CASE("a private queue of an earlier request", "[diagnosis]") {
    const auto said = CheckStory()
                          .asked("create-private 0660")
                          .msgget(IPC_PRIVATE, 0660, 5)
                          .answered("id 5")
                          .asked("create-private 0600")
                          .answered("id 5")
                          .listing({}, one_new(0, 0600));
    CHECK(said.rule == "remembered-id");
    CHECK_THAT(said.sentence, ContainsSubstring("queue of an earlier request"));
}

TEST_CASE("a failure that nobody looked at", "[diagnosis]") {
    const auto answer = [](const std::string& text) {
        return CheckStory()
            .asked(create)
            .msgget(key, make | 0640, -EEXIST)
            .answered(text)
            .expecting_error(EEXIST);
    };
    CHECK(answer("id -1").rule == "minus-one-answered");
    CHECK_THAT(answer("id -1").sentence, ContainsSubstring("failed with EEXIST"));
    CHECK_THAT(answer("id -17").sentence, ContainsSubstring("No id is negative"));
    CHECK(answer("id 5").rule == "answered-despite-failure");
    CHECK(answer(taken).rule.empty());
    const auto remove = [](long result) {
        return CheckStory()
            .asked("remove 7")
            .msgctl(7, IPC_RMID, result)
            .answered("removed")
            .expecting_error(EINVAL);
    };
    CHECK(remove(-EINVAL).rule == "failure-swallowed");
    CHECK(remove(0).rule.empty());
}

TEST_CASE("removed, and then something failed", "[diagnosis]") {
    CheckStory story;
    story.asked("remove 7").msgctl(7, IPC_RMID, 0).msgctl(7, IPC_RMID, -EINVAL);
    CHECK(story.answered(invalid).expecting("removed").rule == "failed-after-removal");
    CHECK(CheckStory()
              .asked("remove 7")
              .msgctl(7, IPC_STAT, 0)
              .msgctl(7, IPC_RMID, -EINVAL)
              .answered(invalid)
              .expecting("removed")
              .rule.empty());
}

TEST_CASE("nothing was removed", "[diagnosis]") {
    const auto left = [](const CheckStory& story) {
        return story.listing({queue(7, key, 0600)}, {.count = 0});
    };
    CheckStory story;
    story.asked("remove 7");
    SECTION("without a call") {
        CHECK_THAT(left(story.answered("removed")).sentence, ContainsSubstring("made no call"));
        CHECK(story.expecting_error(EINVAL).rule == "nothing-removed");
    }
    SECTION("after a look at it") {
        story.msgctl(7, IPC_STAT, 0).answered("removed");
        CHECK_THAT(left(story).sentence, ContainsSubstring("still there"));
        CHECK(story.expecting_error(EINVAL).rule == "nothing-removed");
    }
    SECTION("after a look at another one") {
        story.msgctl(8, IPC_STAT, 0).answered("removed");
        CHECK(story.expecting_error(EINVAL).rule.empty());
    }
    SECTION("after a look that failed") {
        story.msgctl(7, IPC_STAT, -EINVAL).answered("removed");
        CHECK(story.expecting_error(EINVAL).rule == "failure-swallowed");
    }
    SECTION("silent where it was removed") {
        CHECK(left(story.msgctl(7, IPC_RMID, 0).answered("removed")).rule.empty());
    }
}

TEST_CASE("a success is taken for a failure", "[diagnosis]") {
    CHECK(CheckStory()
              .asked("remove 7")
              .msgctl(7, IPC_RMID, 0)
              .answered(invalid)
              .expecting("removed")
              .rule == "success-taken-for-failure");
    CHECK(CheckStory()
              .asked("remove 7")
              .msgctl(7, IPC_RMID, -EPERM)
              .answered("error EPERM Operation not permitted")
              .expecting("removed")
              .rule.empty());
}

// --- errors ----------------------------------------------------------------------------------

TEST_CASE("the caller does not learn why a call failed", "[diagnosis]") {
    const auto answer = [](const std::string& text) {
        return CheckStory()
            .asked(create)
            .msgget(key, make | 0640, -EEXIST)
            .answered(text)
            .expecting_error(EEXIST);
    };
    const std::string code = "exception std::system_error with the code ";
    CHECK(answer(code + "0 of the category generic, which is not an errno").rule == "errno-zero");
    CHECK(answer(code + "-1 of the category generic, which is not an errno").rule ==
          "result-as-code");
    const auto said = answer(code + "17 of the category iostream, which is not an errno");
    CHECK(said.rule == "wrong-category");
    CHECK(said.event == 1);
    CHECK_THAT(said.sentence, ContainsSubstring("failed with EEXIST. The exception"));
    CHECK(answer(code + "42 of the category future, which is not an errno").rule.empty());
    CHECK(answer("exception std::runtime_error msgget: File exists").rule == "other-exception");
    CHECK(answer(invalid).rule == "errno-replaced");
    CHECK_THAT(answer("error ENOTTY Inappropriate ioctl for device").sentence,
               ContainsSubstring("carries ENOTTY"));
    CHECK(answer(taken).rule.empty());
}

TEST_CASE("an errno of an earlier call is none that was replaced", "[diagnosis]") {
    CHECK(CheckStory()
              .asked(open)
              .msgget(key, 0600, -EACCES)
              .msgctl(5, IPC_STAT, -EINVAL)
              .answered(denied)
              .expecting_error(EINVAL)
              .rule.empty());
    CHECK(CheckStory()
              .asked("remove 5")
              .msgctl(5, IPC_STAT, -EIDRM)
              .answered(invalid)
              .expecting("removed")
              .rule.empty());
}

TEST_CASE("what ftok says needs no recorded call", "[diagnosis]") {
    const auto answer = [](const std::string& text) {
        return CheckStory().asked("key missing 65").answered(text).expecting_error(ENOENT);
    };
    CHECK_THAT(answer(invalid).sentence, ContainsSubstring("ftok fails with ENOENT"));
    CHECK(answer(invalid).rule == "errno-replaced");
    CHECK(answer("exception std::runtime_error ftok").rule == "other-exception");
    CHECK_FALSE(answer(invalid).event);
    CHECK(
        CheckStory().asked("key agreed 0").answered(missing).expecting_error(EINVAL).rule.empty());
}

TEST_CASE("the errno of a later call is reported", "[diagnosis]") {
    CheckStory story;
    story.asked(either).msgget(key, 0600, -EACCES).msgget(key, make | 0640, -EEXIST);
    const auto said = story.answered(taken).expecting_error(EACCES);
    CHECK(said.rule == "other-refusal-reported");
    CHECK(said.event == 1);
    CHECK(story.expecting_error(ENOSPC).rule.empty());
}

TEST_CASE("the process ends after a failure", "[diagnosis]") {
    CheckStory story;
    story.asked(open).msgget(key, 0600, -ENOENT);
    const auto said = story.stuck(Trouble::ended, {.error = ENOENT}, exited(1));
    CHECK(said.rule == "process-ended");
    CHECK_THAT(said.sentence, ContainsSubstring("exit status 1"));
    CHECK_THAT(story.stuck(Trouble::ended, {.error = ENOENT}, SIGABRT).sentence,
               ContainsSubstring("was aborted"));
    CHECK(story.stuck(Trouble::ended, {.error = ENOENT}, SIGSEGV).rule.empty());
    CHECK(story.stuck(Trouble::ended, {.error = ENOENT}).rule.empty());
    story.msgget(key, 0600, 5);
    CHECK(story.stuck(Trouble::ended, {.error = ENOENT}, exited(1)).rule.empty());
}

// --- races -----------------------------------------------------------------------------------

TEST_CASE("open_or_create gives up", "[diagnosis]") {
    CheckStory story;
    story.asked(either);
    SECTION("when another process was quicker to make it") {
        story.msgget(key, 0600, -ENOENT).msgget(key, make | 0640, -EEXIST).answered(taken);
        const auto said = story.expecting({.any_id = true});
        CHECK(said.rule == "gives-up-on-surprise");
        CHECK_THAT(said.sentence, ContainsSubstring("had made it in between"));
        CHECK(story.expecting_error(EACCES).rule.empty());
    }
    SECTION("when another process was quicker to remove it") {
        story.msgget(key, 0600, -ENOENT).msgget(key, make | 0640, -EEXIST);
        story.msgget(key, 0600, -ENOENT).answered(missing);
        CHECK_THAT(story.expecting({.any_id = true}).sentence,
                   ContainsSubstring("removed it in between"));
    }
    SECTION("after some tries") {
        for (int turn = 0; turn < 10; ++turn) {
            story.msgget(key, make | 0640, -EEXIST).msgget(key, 0600, -ENOENT);
        }
        const auto said = story.answered(taken).expecting({.any_id = true});
        CHECK(said.rule == "gives-up-after-tries");
        CHECK_THAT(said.sentence, ContainsSubstring("after 20 calls"));
    }
    SECTION("without opening at all") {
        story.msgget(key, make | 0640, -EEXIST).answered(taken);
        CHECK(story.expecting("id 5 opened").rule == "never-opens");
    }
    SECTION("silent where a call was refused for good") {
        story.msgget(key, make | 0640, -EEXIST).msgget(key, 0600, -EACCES).answered(denied);
        CHECK(story.expecting("id 5 opened").rule.empty());
    }
}

TEST_CASE("who is the creator", "[diagnosis]") {
    CheckStory story;
    story.asked(either);
    SECTION("look, then make") {
        story.msgget(key, 0600, -ENOENT).msgget(key, IPC_CREAT | 0640, 5).answered("id 5 created");
        const auto said = story.expecting("id 5 opened");
        CHECK(said.rule == "look-then-make");
        CHECK(said.event == 2);
        CHECK(said.part == "IPC_CREAT");
    }
    SECTION("IPC_CREAT in the part that opens") {
        story.msgget(key, make | 0640, -EEXIST).msgget(key, IPC_CREAT | 0600, 5);
        CHECK(story.answered("id 5 opened").expecting("id 5 created").rule ==
              "creat-in-opening-part");
    }
    SECTION("a guess") {
        story.msgget(key, IPC_CREAT | 0640, 5).msgctl(5, IPC_STAT, 0).answered("id 5 created");
        CHECK(story.expecting("id 5 opened").rule == "guess-from-status");
    }
    SECTION("always the same word") {
        story.msgget(key, IPC_CREAT | 0640, 5).answered("id 5 opened");
        CHECK(story.expecting("id 5 created").rule == "creator-unknown");
        CHECK(story.expecting("id 6 created").rule.empty());
    }
    SECTION("the wrong word") {
        story.msgget(key, make | 0640, 5).answered("id 5 opened");
        CHECK(story.expecting("id 5 created").rule == "wrong-word");
        CHECK(story.asked(either)
                  .msgget(key, 0600, 5)
                  .answered("id 5 created")
                  .expecting("id 5 opened")
                  .rule == "wrong-word");
    }
    SECTION("the right calls, and the word that follows from them") {
        story.msgget(key, 0600, -ENOENT).msgget(key, make | 0640, 5).answered("id 5 created");
        CHECK(story.expecting("id 5 opened").rule.empty());
    }
}

TEST_CASE("racers are judged together", "[diagnosis]") {
    CheckStory story;
    SECTION("two creators: the later one did not make it") {
        story.asked(either, 1).msgget(key, 0600, -ENOENT);
        story.asked(either, 2).msgget(key, 0600, -ENOENT);
        story.msgget(key, IPC_CREAT | 0640, 5).answered("id 5 created");
        story.in(1).msgget(key, IPC_CREAT | 0640, 5);
        const auto later = story.last_event();
        const auto said = story.answered("id 5 created").racing(2);
        CHECK(said.rule == "look-then-make");
        CHECK(said.event == later);
    }
    SECTION("what counts is when a call happened, and not when it was held back") {
        story.asked(either, 1).msgget(key, 0600, -ENOENT).msgget(key, IPC_CREAT | 0640, 5);
        const auto held = story.last_event();
        story.asked(either, 2).msgget(key, 0600, -ENOENT).msgget(key, IPC_CREAT | 0640, 5);
        story.answered("id 5 created").in(1).returns(held).answered("id 5 created");
        CHECK(story.racing(2).event == held);
    }
    SECTION("one gave up") {
        story.asked(either, 1).msgget(key, make | 0640, 5).answered("id 5 created");
        story.asked(either, 2).msgget(key, 0600, -ENOENT).msgget(key, make | 0640, -EEXIST);
        CHECK(story.answered(taken).racing(2).rule == "gives-up-on-surprise");
    }
    SECTION("silent where all calls are right") {
        story.asked(either, 1).msgget(key, make | 0640, 5).answered("id 5 created");
        story.asked(either, 2).msgget(key, make | 0640, -EEXIST).msgget(key, 0600, 5);
        CHECK(story.answered("id 5 opened").racing(2).rule.empty());
    }
}

// --- loops -----------------------------------------------------------------------------------

TEST_CASE("the same call again and again", "[diagnosis]") {
    const auto spin = [](const std::string& request, int flags, int error, int times) {
        CheckStory story;
        story.asked(request);
        for (int turn = 0; turn < times; ++turn) {
            story.msgget(key, flags, -error);
        }
        return story;
    };
    CHECK_THAT(
        spin(open, 0600, ENOENT, 12).stuck(Trouble::used_processor, {.error = ENOENT}).sentence,
        ContainsSubstring("open made the same call again and again"));
    CHECK(spin(open, 0600, ENOENT, 3).stuck(Trouble::slept, {.error = ENOENT}).rule ==
          "same-call-again");
    CHECK(spin(open, 0600, ENOENT, 3).stuck(Trouble::used_processor, {.error = ENOENT}).rule == "");
    CHECK_THAT(spin(either, 0600, ENOENT, 12).stuck(Trouble::used_processor, {}).sentence,
               ContainsSubstring("start again"));
    CHECK_THAT(spin(either, make | 0600, EEXIST, 12).stuck(Trouble::used_processor, {}).sentence,
               ContainsSubstring("open it"));
    // The end of a loop is enough.
    CHECK(spin(open, 0600, ENOENT, 12)
              .left_out(500)
              .msgget(key, 0600, -ENOENT)
              .msgget(key, 0600, -ENOENT)
              .stuck(Trouble::slept, {.error = ENOENT})
              .rule == "same-call-again");
}

TEST_CASE("a refusal that stays is tried again", "[diagnosis]") {
    const auto retry = [](int second_error) {
        CheckStory story;
        story.asked(either);
        for (int turn = 0; turn < 20; ++turn) {
            story.msgget(key, make | 0640, -EEXIST).msgget(key, 0600, -second_error);
        }
        return story.stuck(Trouble::used_processor, {.error = EACCES});
    };
    CHECK(retry(EACCES).rule == "retries-a-refusal");
    CHECK_THAT(retry(EACCES).sentence, ContainsSubstring("failed with EACCES"));
    // Others may make and remove the queue all the time: this is as it should be.
    CHECK(retry(ENOENT).rule.empty());
}

TEST_CASE("remove waits", "[diagnosis]") {
    CheckStory story;
    story.asked("remove 7");
    SECTION("for a state") {
        story.msgctl(7, IPC_STAT, 0).msgctl(7, IPC_STAT, 0);
        CHECK(story.stuck(Trouble::slept, {.answer = "removed"}).rule == "removal-waits");
        story.msgctl(7, IPC_RMID, 0);
        CHECK(story.stuck(Trouble::slept, {.answer = "removed"}).rule.empty());
    }
    SECTION("for a message") {
        story.called(SYS_msgrcv, {7}, std::nullopt);
        CHECK(story.stuck(Trouble::blocked, {.answer = "removed"}).rule == "waits-in-call");
    }
}

// --- effects ---------------------------------------------------------------------------------

TEST_CASE("a queue that is made for a moment", "[diagnosis]") {
    CheckStory story;
    story.asked(open);
    SECTION("exclusively") {
        story.msgget(key, make | 0600, 5).msgctl(5, IPC_RMID, 0).msgget(key, 0600, -ENOENT);
        const auto said = story.answered(missing).judged();
        CHECK(said.rule == "made-for-a-moment");
        CHECK(said.event == 1);
    }
    SECTION("or opened, where somebody else may have made it") {
        story.msgget(key, IPC_CREAT | 0600, 5).msgctl(5, IPC_RMID, 0).answered(missing);
        CHECK(story.judged().rule == "made-for-a-moment");
        CHECK(story.expecting("id 5").rule != "made-for-a-moment");
    }
    SECTION("silent where nothing was made") {
        story.msgget(key, make | 0600, -EEXIST).msgget(key, 0600, -ENOENT).answered(missing);
        CHECK(story.judged().rule.empty());
    }
}

TEST_CASE("a queue that should stay is removed", "[diagnosis]") {
    const auto there = queue(5, key, 0640);
    CheckStory story;
    story.asked(create);
    SECTION("by the function that made it") {
        story.msgget(key, make | 0640, 5).msgctl(5, IPC_RMID, 0).answered("id 5");
        const auto said = story.listing({}, one_new(key, 0640));
        CHECK(said.rule == "removed-own");
        CHECK(said.part == "IPC_RMID");
    }
    SECTION("though somebody else made it") {
        story.msgget(key, make | 0640, -EEXIST).msgget(key, 0, 5).msgctl(5, IPC_RMID, 0);
        CHECK(story.answered(taken).listing({}, only(there)).rule == "removed-others");
    }
    SECTION("when the process ends") {
        story.msgget(key, make | 0640, 5).answered("id 5").msgctl(5, IPC_RMID, 0);
        const auto said = story.listing({}, only(there));
        CHECK(said.rule == "removed-afterwards");
        CHECK(said.event == 3);
    }
    SECTION("silent where it was not removed by the program") {
        story.msgget(key, make | 0640, 5).answered("id 5").msgctl(6, IPC_RMID, 0);
        CHECK(story.listing({}, only(there)).rule.empty());
    }
    SECTION("silent where a failing function cleans up") {
        story.msgget(key, make | 0640, 5).msgctl(5, IPC_STAT, -EACCES).msgctl(5, IPC_RMID, 0);
        CHECK(story.answered(denied).expecting("id 5").rule.empty());
    }
}

TEST_CASE("a failure leaves a queue", "[diagnosis]") {
    CheckStory story;
    story.asked(create).msgget(key, make | 0600, 5).msgctl(5, IPC_SET, -EPERM);
    const std::string answer = "error EPERM Operation not permitted";
    SECTION("behind") {
        const auto said = story.answered(answer).expecting("id 5");
        CHECK(said.rule == "left-behind");
        CHECK_THAT(said.sentence, ContainsSubstring("IPC_SET") && ContainsSubstring("queue 5"));
        CHECK(said.event == 2);
        CHECK(story.listing({queue(5, key, 0600)}, {.count = 0}).rule == "left-behind");
        CHECK(story.listing({queue(6, key, 0600)}, {.count = 0}).rule.empty());
    }
    SECTION("only until it is removed") {
        // Twice, as a destructor may do it after the function has done it.
        story.msgctl(5, IPC_RMID, 0).msgctl(5, IPC_RMID, -EINVAL).answered(answer);
        CHECK(story.expecting("id 5").rule.empty());
    }
}

TEST_CASE("more than one queue is made", "[diagnosis]") {
    const auto listed = std::vector{queue(5, 0, 0600), queue(6, 0, 0660)};
    CheckStory story;
    story.asked("create-private 0660").msgget(IPC_PRIVATE, 0600, 5).msgget(IPC_PRIVATE, 0660, 6);
    story.answered("id 6");
    CHECK(story.listing(listed, one_new(0, 0660)).rule == "several-made");
    CHECK(story.listing({queue(6, 0, 0660)}, one_new(key, 0660)).rule.empty());
}

TEST_CASE("messages that nobody asked for", "[diagnosis]") {
    CheckStory story;
    story.asked(create).msgget(key, make | 0640, 5);
    SECTION("sent") {
        story.called(SYS_msgsnd, {5}, 0).answered("id 5");
        CHECK(story.listing({queue(5, key, 0640, 1)}, one_new(key, 0640)).rule == "message-sent");
    }
    SECTION("taken") {
        story.called(SYS_msgrcv, {5}, 3).answered("id 5");
        CHECK(story.listing({queue(5, key, 0640)}, only(queue(5, key, 0640, 1))).rule ==
              "message-taken");
    }
    SECTION("refused") {
        story.called(SYS_msgsnd, {5}, -EACCES).answered("id 5");
        CHECK(story.listing({queue(5, key, 0640, 1)}, one_new(key, 0640)).rule.empty());
    }
}

TEST_CASE("the mode of a queue that was there", "[diagnosis]") {
    CheckStory story;
    story.asked(either).msgget(key, make | 0640, -EEXIST).msgget(key, 0600, 5);
    const auto before = queue(5, key, 0600);
    const auto now = std::vector{queue(5, key, 0640)};
    SECTION("is changed") {
        story.msgctl(5, IPC_STAT, 0).msgctl(5, IPC_SET, 0).answered("id 5 opened");
        CHECK(story.listing(now, only(before)).rule == "changed-what-was-there");
        CHECK(story.listing({before}, only(before)).rule.empty());
    }
    SECTION("is changed by nobody here") {
        CHECK(story.answered("id 5 opened").listing(now, only(before)).rule.empty());
    }
}

TEST_CASE("IPC_RMID needs no permission bits", "[diagnosis]") {
    const auto refused = [](int command) {
        return CheckStory()
            .asked("remove 7")
            .msgctl(7, command, -EACCES)
            .answered(denied)
            .expecting("removed");
    };
    CHECK(refused(IPC_STAT).rule == "needs-no-rights");
    CHECK(refused(IPC_RMID).rule.empty());
    CHECK(refused(IPC_SET).rule.empty());
}

TEST_CASE("a child that stays", "[diagnosis]") {
    CheckStory story;
    story.asked(create).msgget(key, make | 0640, 5).child_starts().answered("id 5");
    const auto said = story.leaving_a_process();
    CHECK(said.rule == "child-left");
    CHECK_THAT(said.sentence, ContainsSubstring(create));
    CHECK(story.child_ends().leaving_a_process().rule.empty());
}

// --- what is not known is not said -----------------------------------------------------------

TEST_CASE("what a right program does explains no failure", "[diagnosis]") {
    // Whatever a check may expect, by a mistake of its own or of the machine.
    const auto silent = [](const CheckStory& story) {
        for (const int error : {ENOENT, EEXIST, EACCES, EINVAL, ENOSPC, EPERM}) {
            CHECK(story.expecting_error(error).rule.empty());
        }
        for (const auto* answer : {"id 0", "id 5 created", "id 5 opened", "id 6", "removed"}) {
            CHECK(story.expecting(answer).rule.empty());
        }
        CHECK(story.expecting({.any_id = true}).rule.empty());
        CHECK(story.judged().rule.empty());
        CHECK(story.listing({}, {}).rule.empty());
        CHECK(story.listing({}, only(queue(5, key, 0640))).rule.empty());
        CHECK(story.listing({queue(5, key, 0640)}, {}).rule.empty());
        CHECK(story.listing({queue(5, 7, 0640)}, one_new(key, 0600)).rule.empty());
        CHECK(story.listing({queue(4, key, 0), queue(5, key, 0640)}, one_new(key, 0640)).rule ==
              "");
    };
    const int asks = GENERATE(0600, 0606, 0666);
    const auto calls = [&](const std::string& request) { return CheckStory().asked(request); };
    silent(calls(create).msgget(key, make | 0640, 5).answered("id 5"));
    silent(calls(create).msgget(key, make | 0640, -EEXIST).answered(taken));
    silent(calls(open).msgget(key, asks, 5).answered("id 5"));
    silent(calls(open).msgget(key, asks, 5).msgctl(5, IPC_STAT, 0).answered("id 5"));
    silent(calls(open).msgget(key, asks, -ENOENT).answered(missing));
    silent(calls(open).msgget(key, asks, -EACCES).answered(denied));
    silent(calls(either).msgget(key, make | 0640, 5).answered("id 5 created"));
    silent(calls(either).msgget(key, asks, 5).answered("id 5 opened"));
    silent(calls(either)
               .msgget(key, asks, -ENOENT)
               .msgget(key, make | 0640, -EEXIST)
               .msgget(key, asks, 5)
               .answered("id 5 opened"));
    silent(calls("create-private 0640").msgget(IPC_PRIVATE, 0640, 5).answered("id 5"));
    silent(calls("create-private 0640")
               .msgget(IPC_PRIVATE, 0640, -ENOSPC)
               .answered("error ENOSPC No space left on device"));
    silent(calls("remove 5").msgctl(5, IPC_RMID, 0).answered("removed"));
    silent(calls("remove 5")
               .msgctl(5, IPC_RMID, -EPERM)
               .answered("error EPERM Operation not permitted"));
}

TEST_CASE("where calls are missing, only their end is spoken of", "[diagnosis]") {
    CheckStory story;
    // A call between may have made the queue that is answered.
    story.asked(create).left_out(10).answered("id 5");
    CHECK(story.expecting_error(EEXIST).rule.empty());
    story.asked(open).msgget(key, 0600, 6).left_out(10).asked(open).answered("id 6");
    CHECK(story.expecting("id 7").rule == "answered-without-call");
    CHECK(story.asked(create)
              .left_out(3)
              .msgget(key, make | 0640, -EEXIST)
              .answered(invalid)
              .expecting_error(EEXIST)
              .rule.empty());
}

TEST_CASE("a request that is not in the recording is not judged by another one", "[diagnosis]") {
    const CheckStory story =
        CheckStory().asked(create).msgget(key, IPC_CREAT | 0640, 5).answered("id 5");
    arena::Reply reply{.request = "create 0x00004c02 0640", .process = 1, .answer = "id 5"};
    CHECK(story.judged({.replies = {reply}, .expected_reply = {.error = EEXIST}}).rule.empty());
}

TEST_CASE("what the report says anyway is not said again", "[diagnosis]") {
    CheckStory story;
    story.asked(create).msgget(key + 1, make | 0640, 5);
    CHECK(story.stuck(Trouble::printed_much, {.any_id = true}).rule.empty());
    story.answered("not-written create");
    CHECK(story.expecting({.any_id = true}).rule.empty());
}

TEST_CASE("rules have names of their own", "[diagnosis]") {
    for (const int lab : {1, 2, 3, 4}) {
        std::set<std::string_view> names;
        for (const auto& rule : diagnosis::rules_of(lab)) {
            CHECK(names.insert(rule.name).second);
            CHECK(rule.look != nullptr);
        }
    }
}
