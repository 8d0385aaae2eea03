#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "recorder/calls.hpp"
#include "recorder/picture.hpp"
#include "recorder/transcript.hpp"
#include "story.hpp"
#include "text/text.hpp"

using namespace ipclab::recorder;
using namespace std::string_literals;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using ipclab::tests::a_msgget;
using ipclab::tests::a_semop;
using ipclab::tests::make_call;
using ipclab::tests::Story;
using Columns = std::vector<std::size_t>;
using Strings = std::vector<std::string>;

namespace {

constexpr std::uint64_t address = 0x7ffd12345678;
constexpr long interrupted = -512;  // ERESTARTSYS, which programs never see

Call with_message(Call call, const Message& message) {
    call.message = message;
    return call;
}

Call with_operations(std::uint64_t count, std::vector<sembuf> operations) {
    auto call = make_call(SYS_semop, {0, address, count});
    call.operations = std::move(operations);
    return call;
}

std::string told_with_text(const std::string& text) {
    return told(
        with_message(make_call(SYS_msgsnd, {3, address, text.size()}), {1, text, text.size()}));
}

/// @return what was received with a text, or sent: between the braces.
std::string literal(const std::string& text) {
    const auto told = told_with_text(text);
    const auto start = told.find('"');
    return told.substr(start, told.rfind('}') - start);
}

/// @return the rows, each as "column: text".
Strings rows(const Picture& picture) {
    Strings rows;
    for (const auto& row : picture.rows) {
        rows.push_back(row.text.empty() ? "(" + row.note + ")"
                                        : picture.columns.at(row.column) + ": " + row.text);
    }
    return rows;
}

/// @return the columns that wait beside each row.
std::vector<Columns> waiting(const Picture& picture) {
    std::vector<Columns> waiting;
    for (const auto& row : picture.rows) {
        waiting.push_back(row.waiting);
    }
    return waiting;
}

Strings lines(const std::string& text) {
    const auto views = ipclab::text::lines_of(text);
    return {views.begin(), views.end()};
}

/// @return the transcript without its header.
Strings body(const Recording& recording) {
    auto all = lines(transcript(recording));
    all.erase(all.begin(), all.begin() + 2);
    return all;
}

/// One of two processes waits for the other's lock, and the other one for the first one's.
Story deadlock() {
    Story story(2);
    story.request(1, "transfer 0 1");
    story.call(1, a_semop(0, {0, -1, 0}, 0));
    story.request(2, "transfer 1 0");
    story.call(2, a_semop(0, {1, -1, 0}, 0));
    story.call(1, a_semop(0, {1, -1, 0}));
    story.call(2, a_semop(0, {0, -1, 0}));
    return story;
}

/// Many acts, and a call among them that comes between its request and its answer.
/// @return the story and the id of the call.
std::pair<Story, std::size_t> long_story() {
    Story story(2);
    story.request(1, "create 0x4c01 0600");
    for (int i = 0; i < 30; ++i) {
        story.act("before " + std::to_string(i));
    }
    story.call(2, a_msgget(IPC_CREAT | 0600, 7));
    const auto id = story.call(1, a_msgget(IPC_CREAT | 0600, 7));
    for (int i = 0; i < 30; ++i) {
        story.act("after " + std::to_string(i));
    }
    story.answer(1, "id 7");
    story.act("last");
    return {story, id};
}

}  // namespace

// --- calls ------------------------------------------------------------------

TEST_CASE("twelve calls are System V IPC", "[recorder]") {
    for (const long number :
         {SYS_msgget, SYS_msgsnd, SYS_msgrcv, SYS_msgctl, SYS_semget, SYS_semop, SYS_semtimedop,
          SYS_semctl, SYS_shmget, SYS_shmat, SYS_shmdt, SYS_shmctl}) {
        CHECK(is_ipc(number));
        CHECK_FALSE(name_of_call(number).empty());
    }
    CHECK_FALSE(is_ipc(SYS_getpid));
    CHECK_FALSE(is_ipc(-1));
    CHECK(name_of_call(SYS_getpid).empty());
    CHECK(name_of_call(SYS_shmat) == "shmat");
    CHECK(told(make_call(39999, {})) == "system call 39999");
}

TEST_CASE("a call without a time-out is a semop", "[recorder]") {
    CHECK(told(a_semop(0, {0, -1, SEM_UNDO})) == "semop(0, {{0, -1, SEM_UNDO}})");
    CHECK(name_of_call(a_semop(0, {0, -1, 0})) == "semop");
    auto timed = a_semop(0, {0, -1, 0});
    timed.arguments[3] = address;
    CHECK(told(timed) == "semtimedop(0, {{0, -1, 0}}, a time-out)");
    CHECK(name_of_call(timed) == "semtimedop");
}

TEST_CASE("flags are told by their names, and bits without a name as numbers", "[recorder]") {
    CHECK(told_get_flags(0) == "0");
    CHECK(told_get_flags(0600) == "0600");
    CHECK(told_get_flags(07) == "0007");
    CHECK(told_get_flags(IPC_CREAT) == "IPC_CREAT");
    CHECK(told_get_flags(IPC_CREAT | IPC_EXCL | 0600) == "IPC_CREAT|IPC_EXCL|0600");
    CHECK(told_get_flags(IPC_NOWAIT | 0600) == "IPC_NOWAIT|0600");
    CHECK(told_get_flags(0x100000 | 0640) == "0x100000|0640");
    CHECK(told_get_flags(600) == "IPC_CREAT|0130");  // decimal, by mistake
}

TEST_CASE("keys are told as ipcs shows them", "[recorder]") {
    CHECK(told(a_msgget(IPC_CREAT | 0600)) == "msgget(0x00004c01, IPC_CREAT|0600)");
    CHECK(told(make_call(SYS_msgget, {IPC_PRIVATE, 0600})) == "msgget(IPC_PRIVATE, 0600)");
    CHECK(told(make_call(SYS_msgget, {0xffffffffffffffff, 0})) == "msgget(0xffffffff, 0)");
    CHECK(told(make_call(SYS_semget, {0x4c01, 2, IPC_CREAT | 0600})) ==
          "semget(0x00004c01, 2, IPC_CREAT|0600)");
    CHECK(told(make_call(SYS_shmget, {0x4c01, 4096, IPC_EXCL | SHM_HUGETLB | SHM_NORESERVE})) ==
          "shmget(0x00004c01, 4096, IPC_EXCL|SHM_HUGETLB|SHM_NORESERVE)");
}

TEST_CASE("messages are told with type and text", "[recorder]") {
    CHECK(told_with_text("alpha") == R"(msgsnd(3, {type 1, "alpha"}, 5, 0))");
    CHECK(told(with_message(make_call(SYS_msgsnd, {3, address, 0, IPC_NOWAIT}), {-1, "", 0})) ==
          R"(msgsnd(3, {type -1, ""}, 0, IPC_NOWAIT))");
    CHECK(told(make_call(SYS_msgsnd, {3, address, 5})) == "msgsnd(3, 0x7ffd12345678, 5, 0)");
    CHECK(told(make_call(SYS_msgsnd, {3, 0, 5})) == "msgsnd(3, NULL, 5, 0)");
    CHECK(told(make_call(SYS_msgrcv, {3, address, 100, 0, MSG_NOERROR})) ==
          "msgrcv(3, 100, type 0, MSG_NOERROR)");
    const auto minus_2 = static_cast<std::uint64_t>(-2);
    CHECK(told(make_call(SYS_msgrcv,
                         {3, address, 100, minus_2, IPC_NOWAIT | MSG_EXCEPT | MSG_COPY})) ==
          "msgrcv(3, 100, type -2, IPC_NOWAIT|MSG_EXCEPT|MSG_COPY)");
}

TEST_CASE("the text of a message is a literal of C", "[recorder]") {
    CHECK(literal("") == R"("")");
    CHECK(literal("a\n\t\r\"\\") == R"("a\n\t\r\"\\")");
    CHECK(literal("a\0b\0"s) == R"("a\0b\0")");
    CHECK(literal("\0001"s) == R"("\x001")");  // \01 would be another character
    CHECK(literal("\x01\x7f\x1b") == R"("\x01\x7f\x1b")");
    CHECK(literal("메시지 é 😀") == R"("메시지 é 😀")");
    CHECK(literal("\xff\xec\x95") == R"("\xff\xec\x95")");
    CHECK(literal("\x80\x80\x80 한\x80") == R"("\x80\x80\x80 한\x80")");
}

TEST_CASE("a long text is cut between two characters", "[recorder]") {
    const std::string x24(24, 'x');
    CHECK(literal(x24) == '"' + x24 + '"');
    CHECK(literal(x24 + "x") == '"' + x24 + "\"...");
    CHECK(literal("가나다라마바사아자차카타") == R"("가나다라마바사아자차카타")");
    CHECK(literal("가나다라마바사아자차카타파") == R"("가나다라마바사아자차카타"...)");
    CHECK(literal("x가나다라마바사아자차카타") == R"("x가나다라마바사아자차카"...)");
    CHECK(literal(std::string(23, 'x') + "\n") == '"' + std::string(23, 'x') + "\"...");
    // Of the message only the beginning was recorded.
    CHECK(told(with_message(make_call(SYS_msgsnd, {3, address, 9}), {1, "alpha", 9})) ==
          R"(msgsnd(3, {type 1, "alpha"...}, 9, 0))");
}

TEST_CASE("operations on semaphores are told as struct sembuf has them", "[recorder]") {
    CHECK(told(with_operations(2, {{0, 0, IPC_NOWAIT}, {0, 1, SEM_UNDO | IPC_NOWAIT}})) ==
          "semop(0, {{0, 0, IPC_NOWAIT}, {0, 1, IPC_NOWAIT|SEM_UNDO}})");
    CHECK(told(with_operations(9, {{0, -1, 0}})) == "semop(0, {{0, -1, 0}, ...})");
    CHECK(told(with_operations(3, {})) == "semop(0, 0x7ffd12345678, 3)");
}

TEST_CASE("shared memory calls are told with their addresses", "[recorder]") {
    CHECK(told(make_call(SYS_shmat, {4, 0, SHM_RDONLY})) == "shmat(4, NULL, SHM_RDONLY)");
    CHECK(told(make_call(SYS_shmat, {4, 0x7f0000000000, SHM_RND | SHM_REMAP | SHM_EXEC})) ==
          "shmat(4, 0x7f0000000000, SHM_RND|SHM_REMAP|SHM_EXEC)");
    CHECK(told(make_call(SYS_shmdt, {0x7f0000000000})) == "shmdt(0x7f0000000000)");
    CHECK(told(make_call(SYS_shmdt, {0})) == "shmdt(NULL)");
}

TEST_CASE("commands are told by their names", "[recorder]") {
    struct Case {
        long call;
        std::uint64_t command;
        const char* name;
    };
    const auto [call, command, name] =
        GENERATE(Case{SYS_msgctl, IPC_RMID, "IPC_RMID"}, Case{SYS_msgctl, IPC_SET, "IPC_SET"},
                 Case{SYS_msgctl, IPC_STAT, "IPC_STAT"}, Case{SYS_msgctl, IPC_INFO, "IPC_INFO"},
                 Case{SYS_msgctl, MSG_STAT, "MSG_STAT"}, Case{SYS_msgctl, MSG_INFO, "MSG_INFO"},
                 Case{SYS_msgctl, 77, "77"}, Case{SYS_shmctl, IPC_RMID, "IPC_RMID"},
                 Case{SYS_shmctl, IPC_STAT, "IPC_STAT"}, Case{SYS_shmctl, SHM_LOCK, "SHM_LOCK"},
                 Case{SYS_shmctl, SHM_UNLOCK, "SHM_UNLOCK"}, Case{SYS_shmctl, SHM_STAT, "SHM_STAT"},
                 Case{SYS_shmctl, SHM_INFO, "SHM_INFO"}, Case{SYS_shmctl, 15, "SHM_STAT_ANY"});
    const auto expected = name_of_call(call) + "(3, " + name + ")";
    CHECK(told(make_call(call, {3, command, address})) == expected);
    CHECK(told(make_call(call, {3, command | 0x100, address})) == expected);  // IPC_64
}

TEST_CASE("the commands of semctl are told with the semaphore", "[recorder]") {
    struct Case {
        std::uint64_t command;
        const char* name;
    };
    const auto [command, name] =
        GENERATE(Case{IPC_RMID, "IPC_RMID"}, Case{IPC_SET, "IPC_SET"}, Case{IPC_STAT, "IPC_STAT"},
                 Case{GETVAL, "GETVAL"}, Case{SETVAL, "SETVAL, 25"}, Case{GETALL, "GETALL"},
                 Case{SETALL, "SETALL"}, Case{GETNCNT, "GETNCNT"}, Case{GETZCNT, "GETZCNT"},
                 Case{GETPID, "GETPID"}, Case{SEM_STAT, "SEM_STAT"}, Case{SEM_INFO, "SEM_INFO"},
                 Case{20, "SEM_STAT_ANY"}, Case{99, "99"});
    const auto expected = "semctl(0, 1, "s + name + ")";
    CHECK(told(make_call(SYS_semctl, {0, 1, command, 25})) == expected);
    CHECK(told(make_call(SYS_semctl, {0, 1, command | 0x100, 25})) == expected);
}

TEST_CASE("a null pointer where there should be a structure is told", "[recorder]") {
    CHECK(told(make_call(SYS_msgctl, {3, IPC_STAT})) == "msgctl(3, IPC_STAT, NULL)");
    CHECK(told(make_call(SYS_msgctl, {3, IPC_RMID})) == "msgctl(3, IPC_RMID)");
    CHECK(told(make_call(SYS_shmctl, {3, IPC_SET})) == "shmctl(3, IPC_SET, NULL)");
    CHECK(told(make_call(SYS_shmctl, {3, SHM_LOCK})) == "shmctl(3, SHM_LOCK)");
    CHECK(told(make_call(SYS_semctl, {3, 0, SETALL})) == "semctl(3, 0, SETALL, NULL)");
    CHECK(told(make_call(SYS_semctl, {3, 0, SETVAL})) == "semctl(3, 0, SETVAL, 0)");
    CHECK(told(make_call(SYS_semctl, {3, 0, GETVAL})) == "semctl(3, 0, GETVAL)");
}

TEST_CASE("results are told as a program sees them", "[recorder]") {
    CHECK(told_result(a_msgget(0600)).empty());
    CHECK(told_result(a_msgget(0600, 0)) == "= 0");
    CHECK(told_result(a_msgget(0600, 5)) == "= 5");
    CHECK(told_result(a_msgget(0600, -EEXIST)) == "= -1 EEXIST");
    CHECK(told_result(a_msgget(0600, -511)) == "= -1 errno 511");
    for (long result = interrupted; result >= -516; --result) {
        CHECK(told_result(a_msgget(0600, result)) == "= interrupted");
    }
    CHECK(told_result(a_msgget(0600, -517)) == "= -1 errno 517");

    const auto received = make_call(SYS_msgrcv, {3, address, 100}, 5);
    CHECK(told_result(received) == "= 5");
    CHECK(told_result(with_message(received, {1, "alpha", 5})) == R"(= 5 {type 1, "alpha"})");
    CHECK(told_result(with_message(make_call(SYS_msgsnd, {3}, 0), {1, "alpha", 5})) == "= 0");

    CHECK(told_result(make_call(SYS_shmat, {4}, 0x7f0012340000)) == "= 0x7f0012340000");
    CHECK(told_result(make_call(SYS_shmat, {4}, -0x10000)) == "= 0xffffffffffff0000");
    CHECK(told_result(make_call(SYS_shmat, {4}, -EINVAL)) == "= -1 EINVAL");
}

// --- pictures ---------------------------------------------------------------

TEST_CASE("a picture has a row for each event, in the column of its process", "[recorder]") {
    Story story(2);
    story.act("makes queue 3");
    story.request(2, "create 0x4c01 0600");
    story.call(2, a_msgget(IPC_CREAT | 0600, 5));
    story.answer(2, "id 5");
    const auto picture = draw(story.recording);
    CHECK(picture.columns == Strings{"grader", "process 2"});
    CHECK(rows(picture) == Strings{"grader: makes queue 3", "process 2: asked: create 0x4c01 0600",
                                   "process 2: msgget(0x00004c01, IPC_CREAT|0600) = 5",
                                   "process 2: answers: id 5"});
    CHECK(waiting(picture) == std::vector<Columns>(4));
    CHECK(draw({}).empty());
    CHECK(draw(story.recording, std::nullopt, 0).empty());
}

TEST_CASE("what happens to a process is told", "[recorder]") {
    Story story(1);
    story.recording.lanes.push_back({.process = 1, .child = 2});
    story.note(What::starts, 2);
    story.note(What::starts, 2, 0, "/usr/bin/ipcs");
    story.note(What::signal, 2, SIGUSR1);
    story.note(What::signal, 2, SIGRTMIN + 3);
    story.note(What::signal, 2, 99);
    story.note(What::held, 2);
    story.note(What::ends, 2, 3 << 8);
    story.note(What::ends, 1, SIGKILL);
    CHECK(rows(draw(story.recording)) ==
          Strings{"child 2 of process 1: starts", "child 2 of process 1: starts ipcs",
                  "child 2 of process 1: signal SIGUSR1", "child 2 of process 1: signal SIGRTMIN+3",
                  "child 2 of process 1: signal number 99",
                  "child 2 of process 1: held here by the grader",
                  "child 2 of process 1: exit status 3", "process 1: killed by SIGKILL"});
}

TEST_CASE("columns stand in the order of the processes", "[recorder]") {
    Story story(2);
    story.recording.lanes.push_back({.process = 1, .child = 1});
    story.note(What::starts, 3);
    story.request(2, "x");
    story.request(1, "x");
    story.act("x");
    CHECK(draw(story.recording).columns ==
          Strings{"grader", "process 1", "child 1 of process 1", "process 2"});
}

TEST_CASE("between a call and its return its process waits", "[recorder]") {
    Story story(2);
    auto receive = make_call(SYS_msgrcv, {3, address, 100}, 5);
    const auto call = story.call(1, with_message(receive, {1, "alpha", 5}));
    story.request(2, "send 3");
    story.call(2, with_message(make_call(SYS_msgsnd, {3, address, 5}, 0), {1, "alpha", 5}));
    story.returns(call);
    story.answer(2, "ok");
    const auto picture = draw(story.recording);
    CHECK(rows(picture) ==
          Strings{"process 1: msgrcv(3, 100, type 0, 0)", "process 2: asked: send 3",
                  R"(process 2: msgsnd(3, {type 1, "alpha"}, 5, 0) = 0)",
                  R"(process 1: msgrcv returns = 5 {type 1, "alpha"})", "process 2: answers: ok"});
    CHECK(waiting(picture) == std::vector<Columns>{{}, {0}, {0}, {}, {}});
}

TEST_CASE("a call and its return with nothing between them are one row", "[recorder]") {
    Story story(1);
    story.returns(story.call(1, a_msgget(0600, -ENOENT)));
    CHECK(rows(draw(story.recording)) ==
          Strings{"process 1: msgget(0x00004c01, 0600) = -1 ENOENT"});
}

TEST_CASE("a deadlock shows both processes waiting", "[recorder]") {
    const auto picture = draw(deadlock().recording);
    CHECK(rows(picture) ==
          Strings{"process 1: asked: transfer 0 1", "process 1: semop(0, {{0, -1, 0}}) = 0",
                  "process 2: asked: transfer 1 0", "process 2: semop(0, {{1, -1, 0}}) = 0",
                  "process 1: semop(0, {{1, -1, 0}})  waits here",
                  "process 2: semop(0, {{0, -1, 0}})  waits here"});
    CHECK(waiting(picture) == std::vector<Columns>{{}, {}, {}, {}, {}, {0}});
}

TEST_CASE("a process that was killed in a call waits no longer", "[recorder]") {
    auto story = deadlock();
    story.note(What::ends, 1, SIGKILL);
    story.act("cleans up");
    const auto picture = draw(story.recording);
    CHECK(rows(picture)[4] == "process 1: semop(0, {{1, -1, 0}})");
    CHECK(rows(picture)[5] == "process 2: semop(0, {{0, -1, 0}})  waits here");
    CHECK(picture.columns == Strings{"grader", "process 1", "process 2"});
    CHECK(waiting(picture) == std::vector<Columns>{{}, {}, {}, {}, {}, {1}, {2}, {2}});
}

TEST_CASE("threads of a process wait on their own", "[recorder]") {
    Story story(2);
    story.call(1, a_semop(0, {0, -1, 0}), 2);
    const auto second = story.call(1, a_semop(0, {0, -1, 0}, -EIDRM), 3);
    story.call(1, a_msgget(0600, 5));
    story.act("x");
    story.returns(second);
    story.answer(1, "ok");
    story.act("y");
    const auto picture = draw(story.recording);
    CHECK(rows(picture) == Strings{"process 1: thread 2: semop(0, {{0, -1, 0}})  waits here",
                                   "process 1: thread 3: semop(0, {{0, -1, 0}})",
                                   "process 1: msgget(0x00004c01, 0600) = 5", "grader: x",
                                   "process 1: thread 3: semop returns = -1 EIDRM",
                                   "process 1: answers: ok", "grader: y"});
    CHECK(waiting(picture) == std::vector<Columns>{{}, {}, {}, {1}, {}, {}, {1}});
}

TEST_CASE("a process that the grader holds stands still and does not wait", "[recorder]") {
    Story story(2);
    auto held = a_msgget(IPC_CREAT | 0600, 7);
    SECTION("until the end") {
        held.result.reset();
        story.call(1, held);
        story.note(What::held, 1);
        story.request(2, "x");
        CHECK(rows(draw(story.recording)) ==
              Strings{"process 1: msgget(0x00004c01, IPC_CREAT|0600)",
                      "process 1: held here by the grader", "process 2: asked: x"});
    }
    SECTION("for a while") {
        const auto call = story.call(1, held);
        story.note(What::held, 1);
        story.request(2, "x");
        story.returns(call);
    }
    SECTION("before its call is known") {
        story.note(What::answer, 1);
        story.note(What::held, 1);
        story.request(2, "x");
        story.call(1, held);
    }
    const auto all = waiting(draw(story.recording));
    CHECK(std::vector(all.begin(), all.begin() + 3) == std::vector<Columns>{{}, {}, {0}});
    CHECK((all.size() == 3 || all[3].empty()));
}

TEST_CASE("a call that the check wanted to fail says so", "[recorder]") {
    Story story(1);
    auto call = a_msgget(IPC_CREAT | 0600, -ENOSPC);
    call.refused_by_plan = true;
    story.call(1, call);
    CHECK(rows(draw(story.recording)) ==
          Strings{"process 1: msgget(0x00004c01, IPC_CREAT|0600) = -1 ENOSPC (refused by the "
                  "check)"});
}

TEST_CASE("what a process repeats is one row", "[recorder]") {
    Story story(1);
    story.request(1, "receive");
    for (int i = 0; i < 4812; ++i) {
        story.call(1, make_call(SYS_msgrcv, {3, address, 100, 0, IPC_NOWAIT}, -ENOMSG));
    }
    story.call(1, make_call(SYS_msgrcv, {3, address, 100, 0, IPC_NOWAIT}, 5));
    const auto picture = draw(story.recording);
    CHECK(rows(picture) ==
          Strings{"process 1: asked: receive",
                  "process 1: msgrcv(3, 100, type 0, IPC_NOWAIT) = -1 ENOMSG  x 4812",
                  "process 1: msgrcv(3, 100, type 0, IPC_NOWAIT) = 5"});
}

TEST_CASE("what several processes repeat at once is a row of each", "[recorder]") {
    Story story(3);
    for (int i = 0; i < 90; ++i) {
        story.call(1, a_msgget(0, -ENOENT));
        if (i % 3 != 0) {
            story.call(2, a_msgget(0, -ENOENT));
        }
        if (i == 50) {
            story.call(3, a_msgget(IPC_CREAT, -ENOSPC));
        }
    }
    CHECK(rows(draw(story.recording)) ==
          Strings{"process 1: msgget(0x00004c01, 0) = -1 ENOENT  x 51",
                  "process 2: msgget(0x00004c01, 0) = -1 ENOENT  x 34",
                  "process 3: msgget(0x00004c01, IPC_CREAT) = -1 ENOSPC",
                  "process 1: msgget(0x00004c01, 0) = -1 ENOENT  x 39",
                  "process 2: msgget(0x00004c01, 0) = -1 ENOENT  x 26"});
}

TEST_CASE("calls that are repeated in turn are a row each", "[recorder]") {
    Story story(1);
    for (int i = 0; i < 10; ++i) {
        story.call(1, make_call(SYS_msgctl, {3, IPC_STAT, address}, 0));
        story.call(1, a_msgget(0, 3));
    }
    story.call(1, make_call(SYS_msgctl, {3, IPC_STAT, address}, 0));
    CHECK(rows(draw(story.recording)) == Strings{"process 1: msgctl(3, IPC_STAT) = 0  x 10",
                                                 "process 1: msgget(0x00004c01, 0) = 3  x 10",
                                                 "process 1: msgctl(3, IPC_STAT) = 0"});
}

TEST_CASE("what is done twice is shown twice, and what differs is not folded", "[recorder]") {
    Story story(1);
    story.call(1, a_msgget(0, 3));
    story.call(1, a_msgget(0, 3));
    story.act("x");
    story.act("x");
    story.act("x");
    for (int i = 0; i < 4; ++i) {
        story.call(1, a_msgget(0, i));
    }
    CHECK(draw(story.recording).rows.size() == 9);
}

TEST_CASE("without a mark a long picture is the end of it", "[recorder]") {
    Story story(1);
    for (int i = 0; i < 50; ++i) {
        story.act(std::to_string(i));
    }
    const auto picture = draw(story.recording, std::nullopt, 5);
    CHECK(rows(picture) ==
          Strings{"(46 more)", "grader: 46", "grader: 47", "grader: 48", "grader: 49"});
    CHECK(draw(story.recording, std::nullopt, 50).rows.size() == 50);
    CHECK(draw(story.recording, Mark{.event = 999}, 5).rows[1].text == "46");
    CHECK(rows(draw(story.recording, std::nullopt, 1)) == Strings{"grader: 49"});
}

TEST_CASE("a process that waits is in the picture however long ago it began", "[recorder]") {
    Story story(2);
    story.call(1, a_semop(0, {0, -1, 0}));
    for (int i = 0; i < 50; ++i) {
        story.act(std::to_string(i));
    }
    const auto picture = draw(story.recording, std::nullopt, 5);
    CHECK(rows(picture) == Strings{"process 1: semop(0, {{0, -1, 0}})  waits here", "(47 more)",
                                   "grader: 47", "grader: 48", "grader: 49"});
    CHECK(waiting(picture) == std::vector<Columns>{{}, {1}, {1}, {1}, {1}});
}

TEST_CASE("beside rows that are left out wait those who wait all the while", "[recorder]") {
    Story story(2);
    story.call(1, a_semop(0, {0, -1, 0}));
    story.call(2, a_semop(0, {0, -1, 0}));
    for (int i = 0; i < 50; ++i) {
        story.act(std::to_string(i));
        if (i == 25) {
            story.note(What::ends, 2, SIGKILL);
        }
    }
    const auto picture = draw(story.recording, std::nullopt, 5);
    CHECK(rows(picture) == Strings{"process 1: semop(0, {{0, -1, 0}})  waits here",
                                   "process 2: semop(0, {{0, -1, 0}})", "(49 more)", "grader: 48",
                                   "grader: 49"});
    CHECK(waiting(picture) == std::vector<Columns>{{}, {1}, {1}, {1}, {1}});
}

TEST_CASE("around a mark are its request, its answer and what happened before", "[recorder]") {
    const auto [story, id] = long_story();
    const auto picture = draw(story.recording, Mark{id, "IPC_CREAT", "without IPC_EXCL"}, 8);
    CHECK(rows(picture) == Strings{"process 1: asked: create 0x4c01 0600", "(29 more)",
                                   "grader: before 29",
                                   "process 2: msgget(0x00004c01, IPC_CREAT|0600) = 7",
                                   "process 1: msgget(0x00004c01, IPC_CREAT|0600) = 7", "(30 more)",
                                   "process 1: answers: id 7", "grader: last"});
    for (const auto& row : picture.rows) {
        const bool decides = row.text.starts_with("msgget") && row.column == 1;
        CHECK(row.part == (decides ? "IPC_CREAT" : ""));
        CHECK((!decides || row.note == "without IPC_EXCL"));
    }
    for (std::size_t most = 1; most < 70; ++most) {
        CHECK(draw(story.recording, Mark{id, "", ""}, most).rows.size() <= most);
    }
}

TEST_CASE("a mark means the line of a call that has the part", "[recorder]") {
    Story story(1);
    const auto call = story.call(1, make_call(SYS_msgrcv, {3, address, 100}, -EIDRM));
    story.act("removes it");
    const auto returns = story.returns(call);
    CHECK(draw(story.recording, Mark{call, "type 0", ""}).rows[0].part == "type 0");
    CHECK(draw(story.recording, Mark{call, "EIDRM", ""}).rows[2].part == "EIDRM");
    CHECK(draw(story.recording, Mark{call, "", ""}).rows[0].part == "msgrcv(3, 100, type 0, 0)");
    CHECK(draw(story.recording, Mark{call, "nowhere", ""}).rows[0].part ==
          "msgrcv(3, 100, type 0, 0)");
    CHECK(draw(story.recording, Mark{returns, "", ""}).rows[2].part == "msgrcv returns = -1 EIDRM");
}

TEST_CASE("a mark finds its call in a folded row", "[recorder]") {
    Story story(1);
    std::size_t id = 0;
    for (int i = 0; i < 100; ++i) {
        id = story.call(1, a_msgget(0, -ENOENT));
    }
    CHECK(draw(story.recording, Mark{id, "ENOENT", "note"}).rows[0].note == "note");
}

TEST_CASE("events that were not recorded are counted among those left out", "[recorder]") {
    Story story(1);
    story.act("first");
    story.leave_out(1000);
    const auto returns = story.add({.what = What::returns, .lane = 1, .begun_by = 500});
    story.act("last");
    CHECK(rows(draw(story.recording)) ==
          Strings{"grader: first", "(1000 more)", "process 1: a call returns", "grader: last"});
    CHECK(rows(draw(story.recording, std::nullopt, 2)) == Strings{"(1002 more)", "grader: last"});
    CHECK(rows(draw(story.recording, Mark{returns, "", ""}, 3)) ==
          Strings{"(1001 more)", "process 1: a call returns", "grader: last"});
}

TEST_CASE("long requests and answers are cut, and stay on one line", "[recorder]") {
    Story story(1);
    story.request(1, "send " + std::string(5000, 'x'));
    story.answer(1, "two\nlines");
    const auto picture = draw(story.recording);
    CHECK(picture.rows[0].text.size() == 72);
    CHECK_THAT(picture.rows[0].text, EndsWith("xx..."));
    CHECK(picture.rows[1].text == R"(answers: two\nlines)");
}

// --- transcripts ------------------------------------------------------------

TEST_CASE("a transcript has a line for each event, in columns", "[recorder]") {
    Story story(1);
    story.recording.lanes.push_back({.process = 1, .child = 1});
    story.act("makes queue 3");
    const auto call = story.call(1, a_msgget(0600, -ENOENT));
    story.returns(call);
    story.note(What::ends, 2, 0);
    CHECK(body(story.recording) ==
          Strings{"       0  grader                makes queue 3",
                  "      10  process 1             msgget(0x00004c01, 0600)",
                  "      20  process 1             msgget returns = -1 ENOENT",
                  "      30  child 1 of process 1  exit status 0"});
    story.recording.events.front().time = std::chrono::hours(10);
    CHECK(body(story.recording)[0] == "36000000000  grader                makes queue 3");
    CHECK(body(story.recording)[1].substr(0, 22) == "         10  process 1");
}

TEST_CASE("a transcript begins with two lines that say what it is", "[recorder]") {
    CHECK(lines(transcript({})).size() == 2);
    CHECK_THAT(transcript({}), ContainsSubstring("System V IPC"));
    CHECK_THAT(transcript({}), ContainsSubstring("microseconds"));
}

TEST_CASE("a transcript says where events were left out", "[recorder]") {
    Story story(1);
    story.act("first");
    story.leave_out(1000);
    story.act("last");
    CHECK(body(story.recording)[1] == "... events left out here: 1000");
    story.recording.left_out += 7;
    CHECK(body(story.recording).back() == "... events left out here: 7");
}

TEST_CASE("a transcript is safe to show", "[recorder]") {
    Story story(1);
    story.answer(1, "\x1b[2J\xff\n::error ::##[x]\r");
    const auto line = body(story.recording).front();
    CHECK(body(story.recording).size() == 1);
    CHECK_THAT(line, EndsWith(R"(answers: \e[2J\xff\n::error ::##\[x]\r)"));
}
