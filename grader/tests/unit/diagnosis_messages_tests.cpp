#include <sys/ipc.h>
#include <sys/msg.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cerrno>
#include <csignal>

#include "check_story.hpp"

using namespace ipclab;
using namespace ipclab::tests;
using arena::Trouble;
using Catch::Matchers::ContainsSubstring;
using kernel::Message;

namespace {

CheckStory story(const std::string& request) {
    return CheckStory().of_lab(2).asked(request);
}

const std::string send = "send 3 5 alpha";
const std::string receive = "receive 3 5";
const Message alpha = {5, "alpha"};
const std::string server = "server 0x00004c01";

/// A server that has made its queue 7.
CheckStory running_server() {
    return story(server).msgget(0x4c01, IPC_CREAT | IPC_EXCL | 0600, 7);
}

const checks::Mismatch wants_reply = {.expected_messages = {{42, "HI"}}};
const Message request = {1, "9 42 hi"};

}  // namespace

TEST_CASE("the size of a message counts its text", "[diagnosis]") {
    const auto size = [](std::size_t told, const std::string& text = "alpha") {
        return story("send 3 5 " + std::string(text == "alpha" ? "alpha" : "\"al\\0ha\""))
            .msgsnd(3, {5, text}, told, 0, 0)
            .answered("sent")
            .judged();
    };
    CHECK(size(5).rule.empty());
    CHECK_THAT(size(13).sentence, ContainsSubstring("without the type"));
    CHECK_THAT(size(6).sentence, ContainsSubstring("zero at the end of a C string"));
    CHECK_THAT(size(64).sentence, ContainsSubstring("happens to lie in memory"));
    CHECK_THAT(size(4).sentence, ContainsSubstring("only 4"));
    CHECK_THAT(size(2, std::string("al\0ha", 5)).sentence, ContainsSubstring("as strlen does it"));
    CHECK(size(13).part == ", 13, ");
}

TEST_CASE("a type is a long", "[diagnosis]") {
    const auto type = [](long sent, long asked = 5) {
        return story("send 3 " + std::to_string(asked) + " alpha")
            .msgsnd(3, {sent, "alpha"}, 5, 0, 0)
            .answered("sent")
            .judged();
    };
    CHECK_THAT(type(0x616c700000005).sentence, ContainsSubstring("only 4 of them were written"));
    CHECK_THAT(type(5, (1L << 40) + 5).sentence, ContainsSubstring("left of it in 32 bits"));
    CHECK_THAT(type(1).sentence, ContainsSubstring("got the type 1"));
    CHECK(type(5).rule.empty());
}

TEST_CASE("behind the type lies the text itself", "[diagnosis]") {
    CHECK(story(send)
              .msgsnd(3, {5, "\x10\x20\x30\x40\x50"}, 5, 0, 0)
              .answered("sent")
              .judged()
              .rule == "text-sent");
}

TEST_CASE("a full queue is for try_send to tell, and for send to wait at", "[diagnosis]") {
    const auto full = story("try-send 3 5 alpha").msgsnd(3, alpha, 5, IPC_NOWAIT, -EAGAIN);
    CHECK(CheckStory(full).answered("error EAGAIN x").expecting("full").rule ==
          "full-is-a-failure");
    CHECK(CheckStory(full).answered("sent").expecting("full").rule == "sent-despite-failure");
    CHECK(CheckStory(full).answered("full").expecting("full").rule.empty());
    CHECK(story("try-send 3 5 alpha")
              .msgsnd(3, alpha, 5, IPC_NOWAIT, -EACCES)
              .answered("full")
              .expecting_error(EACCES)
              .rule == "every-failure-is-full");
    CHECK(story(send)
              .msgsnd(3, alpha, 5, IPC_NOWAIT, -EAGAIN)
              .answered("error EAGAIN x")
              .expecting(checks::ExpectedReply{.waits_in = "msgsnd"})
              .rule == "does-not-wait");
    CHECK(story("try-send 3 5 alpha")
              .msgsnd(3, alpha, 5, 0, std::nullopt)
              .stuck(Trouble::blocked, {.answer = "full"})
              .rule == "waits-in-try");
}

TEST_CASE("looking again and again is no waiting", "[diagnosis]") {
    auto polls = story(receive);
    for (int times = 0; times < 3; ++times) {
        polls.msgrcv(3, 8192, 5, IPC_NOWAIT, -ENOMSG);
    }
    const auto said = polls.stuck(Trouble::used_processor, {.waits_in = "msgrcv"});
    CHECK(said.rule == "asks-again-and-again");
    CHECK(said.part == "IPC_NOWAIT");
    auto retries = story(receive);
    retries.msgrcv(3, 8192, 5, 0, -EINVAL).msgrcv(3, 8192, 5, 0, -EINVAL);
    CHECK(retries.stuck(Trouble::used_processor, {.error = EINVAL}).rule ==
          "retries-what-stays-wrong");
    // Once is no habit.
    CHECK(story(receive)
              .msgrcv(3, 8192, 5, 0, -EINVAL)
              .stuck(Trouble::used_processor, {.error = EINVAL})
              .rule.empty());
}

TEST_CASE("a signal is no reason to give up, nor a message", "[diagnosis]") {
    const auto interrupted = story(receive).msgrcv(3, 8192, 5, 0, -EINTR);
    CHECK_THAT(CheckStory(interrupted)
                   .answered("error EINTR x")
                   .expecting(checks::ExpectedReply{.waits_in = "msgrcv"})
                   .sentence,
               ContainsSubstring("gave up"));
    CHECK_THAT(CheckStory(interrupted)
                   .answered("type 5 \"\"")
                   .expecting(checks::ExpectedReply{.waits_in = "msgrcv"})
                   .sentence,
               ContainsSubstring("as if it had worked"));
    CHECK(CheckStory(interrupted).stuck(Trouble::blocked, {.answer = "type 5 \"x\""}).rule.empty());
}

TEST_CASE("msgtyp is the type that was asked for", "[diagnosis]") {
    const auto wanted = [](long told, long asked, int flags = 0) {
        return story("receive 3 " + std::to_string(asked))
            .msgrcv(3, 8192, told, flags, 5, alpha)
            .answered("type 5 alpha")
            .expecting("type 4 \"beta\"");
    };
    CHECK_THAT(wanted(0, 4).sentence, ContainsSubstring("oldest message of any type"));
    CHECK_THAT(wanted(4, -4).sentence, ContainsSubstring("The sign has a meaning"));
    CHECK_THAT(wanted(4, 4, MSG_EXCEPT).sentence, ContainsSubstring("any type but this one"));
    CHECK_THAT(wanted(7, (1L << 40) + 7).sentence, ContainsSubstring("32 bits"));
    CHECK(wanted(4, 4).rule != "wanted-type");
}

TEST_CASE("the room is for the text that the caller takes", "[diagnosis]") {
    CHECK_THAT(story(receive)
                   .msgrcv(3, 100, 5, 0, -E2BIG)
                   .answered("error E2BIG x")
                   .expecting("type 5 \"alpha\"")
                   .sentence,
               ContainsSubstring("room for 100 bytes only"));
    CHECK_THAT(story("receive 3 5 4")
                   .msgrcv(3, 12, 5, 0, 5, alpha)
                   .answered("type 5 alpha")
                   .expecting_error(E2BIG)
                   .sentence,
               ContainsSubstring("more by the long mtype"));
    CHECK(story("receive 3 5 4")
              .msgrcv(3, 4, 5, MSG_NOERROR, 4, {5, "alph"})
              .answered("type 5 alph")
              .expecting_error(E2BIG)
              .rule == "cuts-what-is-too-long");
    CHECK(story("receive-truncated 3 5 4")
              .msgrcv(3, 4, 5, 0, -E2BIG)
              .answered("error E2BIG x")
              .expecting("type 5 \"alph\"")
              .rule == "does-not-cut");
}

TEST_CASE("what msgrcv returned is the message", "[diagnosis]") {
    const auto answered = [](const std::string& answer, const std::string& text = "alpha") {
        return story(receive)
            .msgrcv(3, 8192, 5, 0, static_cast<long>(text.size()), {5, text})
            .answered(answer)
            .expecting("type 5 x");
    };
    CHECK_THAT(answered("type 5 alphabet").sentence, ContainsSubstring("answered 8 bytes"));
    CHECK_THAT(answered("type 5 al", std::string("al\0ha", 5)).sentence,
               ContainsSubstring("functions for C strings"));
    CHECK_THAT(answered("type 5 alph").sentence, ContainsSubstring("only 4 of them"));
    CHECK_THAT(answered("type 5 ALPHA").sentence, ContainsSubstring("answered others"));
    CHECK(answered("type 0 alpha").rule == "type-answered");
    CHECK(answered("type 5 alpha").rule.empty());
    CHECK(answered("error ENOMSG x").rule == "thrown-after-success");
}

TEST_CASE("only ENOMSG means that there is no message", "[diagnosis]") {
    const auto tried = [](int error, const std::string& answer) {
        return story("try-receive 3 5")
            .msgrcv(3, 8192, 5, IPC_NOWAIT, -error)
            .answered(answer)
            .expecting(error == ENOMSG ? "none" : "error EACCES x");
    };
    CHECK(tried(ENOMSG, "error ENOMSG x").rule == "nothing-is-a-failure");
    CHECK(tried(EACCES, "none").rule == "every-failure-is-nothing");
    CHECK(tried(ENOMSG, "type 0 \"\"").rule == "message-despite-failure");
    CHECK(story("try-receive 3 5").answered("none").expecting("type 5 x").rule == "nothing-asked");
}

TEST_CASE("a message is taken in one step", "[diagnosis]") {
    const auto looks = story("receive 3 0")
                           .msgrcv(3, 8192, 0, MSG_COPY | IPC_NOWAIT, 5, alpha)
                           .msgrcv(3, 8192, 5, 0, 5, alpha)
                           .answered("type 5 alpha");
    CHECK(looks.judged({.history_is_wrong = true}).rule == "looks-then-takes");
    CHECK(looks.expecting("type 5 beta").rule != "looks-then-takes");
    CHECK(story(receive)
              .msgrcv(3, 8192, 0, 0, 4, {4, "beta"})
              .msgsnd(3, {4, "beta"}, 4, 0, 0)
              .msgrcv(3, 8192, 0, 0, 5, alpha)
              .answered("type 5 alpha")
              .expecting("type 5 x")
              .rule == "puts-back");
}

TEST_CASE("a reply goes where its request says", "[diagnosis]") {
    const auto replied = [](int queue, const Message& reply) {
        return running_server()
            .msgrcv(7, 8192, 0, 0, 7, request)
            .msgsnd(queue, reply, reply.text.size(), IPC_NOWAIT, 0)
            .msgrcv(7, 8192, 0, 0, std::nullopt)
            .of_program(Trouble::blocked, std::nullopt, wants_reply);
    };
    CHECK_THAT(replied(7, {42, "HI"}).sentence, ContainsSubstring("its own queue"));
    CHECK_THAT(replied(42, {9, "HI"}).sentence, ContainsSubstring("mixed up"));
    CHECK_THAT(replied(9, {1, "HI"}).sentence, ContainsSubstring("sent with type 1"));
    CHECK_THAT(replied(9, {42, "H"}).sentence, ContainsSubstring("question of 2 bytes"));
    CHECK_THAT(replied(9, {42, "hi"}).sentence, ContainsSubstring("other bytes"));
    CHECK(replied(9, {42, "HI"}).rule.empty());
    CHECK(running_server()
              .msgrcv(7, 8192, 0, 0, 7, request)
              .msgrcv(7, 8192, 0, 0, std::nullopt)
              .of_program(Trouble::blocked, std::nullopt, wants_reply)
              .rule == "no-reply");
}

TEST_CASE("one client is no reason to stop", "[diagnosis]") {
    CHECK(running_server()
              .msgrcv(7, 8192, 0, 0, 7, request)
              .msgsnd(9, {42, "HI"}, 2, 0, std::nullopt)
              .of_program(Trouble::blocked, std::nullopt, wants_reply)
              .rule == "server-waits-for-client");
    CHECK_THAT(running_server()
                   .msgrcv(7, 8192, 0, 0, 7, request)
                   .msgsnd(9, {42, "HI"}, 2, 0, -EINVAL)
                   .of_program(Trouble::ended, 1 << 8, wants_reply)
                   .sentence,
               ContainsSubstring("one client's trouble"));
    CHECK_THAT(running_server()
                   .msgrcv(7, 8192, 0, 0, 4, {1, "junk"})
                   .of_program(Trouble::ended, 1 << 8, wants_reply)
                   .sentence,
               ContainsSubstring("no request of this protocol"));
}

TEST_CASE("SIGTERM is not lost, and does not kill", "[diagnosis]") {
    const checks::Mismatch wants_end = {.expected_reply = {.status = 0}};
    auto waits = running_server();
    waits.act("sends SIGTERM to process 1");
    CHECK_THAT(CheckStory(waits)
                   .msgrcv(7, 8192, 0, 0, std::nullopt)
                   .of_program(Trouble::blocked, std::nullopt, wants_end)
                   .sentence,
               ContainsSubstring("no handler ran"));
    CHECK_THAT(CheckStory(waits)
                   .signal(SIGTERM)
                   .msgrcv(7, 8192, 0, 0, std::nullopt)
                   .of_program(Trouble::blocked, std::nullopt, wants_end)
                   .sentence,
               ContainsSubstring("too late"));
    CHECK(CheckStory(waits).of_program(Trouble::ended, SIGTERM, wants_end).rule ==
          "killed-by-sigterm");
    CHECK(CheckStory(waits).of_program(Trouble::ended, 3 << 8, wants_end).rule == "exit-status");
}

TEST_CASE("a server ends when it is told to", "[diagnosis]") {
    auto idle = running_server();
    idle.act("sends type 1 \"9 42 hi\" to queue 7");
    CHECK(CheckStory(idle).of_program(Trouble::ended, 0, wants_reply).rule == "ended-untold");
    idle.act("sends type 2 \"\" to queue 7");
    CHECK(CheckStory(idle).of_program(Trouble::ended, 0, wants_reply).rule != "ended-untold");
}

TEST_CASE("the server's queue goes once, when nothing is left in it", "[diagnosis]") {
    CHECK(running_server()
              .msgctl(7, IPC_RMID, 0)
              .msgctl(7, IPC_RMID, -EINVAL)
              .judged({.removals = 2})
              .rule == "removed-twice");
    auto early = running_server();
    early.act("sends type 1 \"9 42 hi\" to queue 7").act("sends type 1 \"9 43 ho\" to queue 7");
    early.act("sends type 2 \"\" to queue 7");
    early.msgrcv(7, 8192, 0, 0, 7, request).msgsnd(9, {42, "HI"}, 2, IPC_NOWAIT, 0);
    early.msgctl(7, IPC_RMID, 0);
    CHECK_THAT(early.of_program(Trouble::ended, 0, {.expected_messages = {{43, "HO"}}}).sentence,
               ContainsSubstring("it took 1 of 2"));
    CHECK(running_server()
              .listing({queue(7, 0x4c01, 0600)}, {.count = 1, .unchanged = queue(9, 5, 0600)})
              .rule == "queue-is-left");
}
