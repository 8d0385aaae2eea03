#include "report/picture.hpp"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cerrno>
#include <string>
#include <vector>

#include "recorder/picture.hpp"
#include "story.hpp"
#include "text/text.hpp"

using namespace ipclab::report;
using namespace ipclab::text;
using ipclab::recorder::Mark;
using ipclab::recorder::Picture;
using ipclab::tests::a_msgget;
using ipclab::tests::a_semop;
using ipclab::tests::make_call;
using ipclab::tests::Story;
using ipclab::tests::What;
using Strings = std::vector<std::string>;

namespace {

constexpr auto unicode = TerminalStyle::Glyphs::unicode;
constexpr auto ascii = TerminalStyle::Glyphs::ascii;

/// @return the lines of a picture, each with a line feed.
std::string drawn(const Picture& picture, int columns, TerminalStyle::Glyphs glyphs = unicode) {
    std::string text;
    for (const auto& line : picture_lines(picture, columns, glyphs)) {
        text += line + '\n';
    }
    return text;
}

/// Two columns and one row that decides, in the second one.
Picture deciding(const std::string& text, const std::string& part, const std::string& note) {
    Picture picture{.columns = {"grader", "process 1"}};
    picture.rows.push_back({.column = 0, .text = "makes queue 3"});
    picture.rows.push_back({.column = 1, .text = text, .part = part, .note = note});
    return picture;
}

/// Three processes that race for a key: two of them make a queue each, without IPC_EXCL.
Picture race() {
    Story story(3);
    for (std::size_t process = 1; process <= 3; ++process) {
        story.request(process, "open_or_create 0x4c01 0600");
    }
    const auto first = story.call(1, a_msgget(0600, -ENOENT));
    story.note(What::held, 1);
    story.call(2, a_msgget(0600, -ENOENT));
    story.call(2, a_msgget(IPC_CREAT | 0600, 32769));
    story.answer(2, "created 32769");
    story.returns(first);
    const auto decides = story.call(1, a_msgget(IPC_CREAT | 0600, 32769));
    story.answer(1, "created 32769");
    story.call(3, a_msgget(0600, 32769));
    story.answer(3, "opened 32769");
    return draw(story.recording,
                Mark{decides, "IPC_CREAT", "without IPC_EXCL it opens what is there"});
}

/// Two processes, each waiting for the lock that the other one has.
Picture deadlock() {
    Story story(2);
    for (const std::size_t process : {1, 2}) {
        const auto own = static_cast<unsigned short>(process - 1);
        story.request(process, process == 1 ? "transfer 0 1 50" : "transfer 1 0 50");
        story.call(process, a_semop(0, {own, -1, SEM_UNDO}, 0));
    }
    story.call(1, a_semop(0, {1, -1, SEM_UNDO}));
    const auto last = story.call(2, a_semop(0, {0, -1, SEM_UNDO}));
    return draw(story.recording, Mark{last, "", "process 1 has this lock and waits for the other"});
}

/// A picture with a text in every place where a text can stand.
Picture full_of(const std::string& text, std::size_t columns) {
    Picture picture;
    for (std::size_t column = 0; column < columns; ++column) {
        picture.columns.push_back(text);
        picture.rows.push_back({.column = column, .text = text, .part = text, .note = text});
        picture.rows.push_back({.column = column, .note = text});
        picture.rows.push_back({.column = column, .text = text, .part = "x", .note = text});
        for (std::size_t other = 0; other < columns; ++other) {
            if (other != column) {
                picture.rows.back().waiting.push_back(other);
            }
        }
    }
    return picture;
}

}  // namespace

TEST_CASE("a picture has a column a process, and time downward", "[picture]") {
    CHECK('\n' + drawn(race(), 80) == R"(
process 1            process 2             process 3
asked: open_or_create 0x4c01 0600
                     asked: open_or_create 0x4c01 0600
                                           asked: open_or_create 0x4c01 0600
msgget(0x00004c01, 0600)
held here by the grader
│                    msgget(0x00004c01, 0600) = -1 ENOENT
│                    msgget(0x00004c01, IPC_CREAT|0600) = 32769
│                    answers: created 32769
msgget returns = -1 ENOENT
msgget(0x00004c01, IPC_CREAT|0600) = 32769
                   ^^^^^^^^^ without IPC_EXCL it opens what is there
answers: created 32769
                                           msgget(0x00004c01, 0600) = 32769
                                           answers: opened 32769
)");
    CHECK(picture_lines({}, 80, unicode).empty());
}

TEST_CASE("a deadlock of two processes shows what each waits for", "[picture]") {
    CHECK('\n' + drawn(deadlock(), 80) == R"(
process 1                              process 2
asked: transfer 0 1 50
semop(0, {{0, -1, SEM_UNDO}}) = 0
                                       asked: transfer 1 0 50
                                       semop(0, {{1, -1, SEM_UNDO}}) = 0
semop(0, {{1, -1, SEM_UNDO}})  waits here
│                                      semop(0, {{0, -1, SEM_UNDO}})  waits here
│                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
│                                      process 1 has this lock and waits for the
│                                      other
)");
}

TEST_CASE("four columns have room at 80", "[picture]") {
    Story story(3);
    story.act("makes queue 3");
    auto receive = make_call(SYS_msgrcv, {3, 0x7ffd0000, 100, 2, MSG_NOERROR}, 5);
    receive.message = {2, "alpha", 5};
    const auto call = story.call(1, receive);
    story.request(2, "create 0x4c01 0600");
    story.call(2, a_msgget(IPC_CREAT | IPC_EXCL | 0600, -EEXIST));
    const auto decides = story.call(3, a_msgget(IPC_CREAT | IPC_EXCL | 0600, -EEXIST));
    story.returns(call);
    CHECK('\n' +
              drawn(draw(story.recording, Mark{decides, "IPC_EXCL", "only one may make it"}), 80) ==
          R"(
grader  process 1  process 2  process 3
makes queue 3
        msgrcv(3, 100, type 2, MSG_NOERROR)
        │          asked: create 0x4c01 0600
        │          msgget(0x00004c01, IPC_CREAT|IPC_EXCL|0600) = -1 EEXIST
        │                     msgget(0x00004c01, IPC_CREAT|IPC_EXCL|0600) = -1
        │                                                  ^^^^^^^^
        │                       EEXIST
        │                     only one may make it
        msgrcv returns = 5 {type 2, "alpha"}
)");
}

TEST_CASE("Korean text takes two columns a letter", "[picture]") {
    Picture picture{.columns = {"채점기", "프로세스 1"}};
    picture.rows = {
        {.column = 0, .text = "큐 3을 만든다"},
        {.column = 1, .text = R"(msgsnd(3, {type 1, "가나다라마바사아자차카타"...}, 90, 0) = 0)"},
        {.column = 0,
         .text = R"(msgrcv(3) = 90 {type 1, "가나다라"})",
         .waiting = {1},
         .part = "다라",
         .note = "한 글자가 세 바이트이다"}};
    CHECK('\n' + drawn(picture, 80) == R"(
채점기             프로세스 1
큐 3을 만든다
                   msgsnd(3, {type 1, "가나다라마바사아자차카타"...}, 90, 0) = 0
msgrcv(3) = 90 {type 1, "가나다라"}
                   │         ^^^^ 한 글자가 세 바이트이다
)");
    CHECK('\n' + drawn(picture, 100) == R"(
채점기                               프로세스 1
큐 3을 만든다
                                     msgsnd(3, {type 1, "가나다라마바사아자차카타"...}, 90, 0) = 0
msgrcv(3) = 90 {type 1, "가나다라"}  │
                             ^^^^ 한 글자가 세 바이트이다
)");
}

TEST_CASE("a picture needs nothing but ASCII", "[picture]") {
    auto picture = deadlock();
    picture.rows.insert(picture.rows.begin() + 5, {.waiting = {0}, .note = "12 more"});
    CHECK('\n' + drawn(picture, 100, ascii) == R"(
process 1                                  process 2
asked: transfer 0 1 50
semop(0, {{0, -1, SEM_UNDO}}) = 0
                                           asked: transfer 1 0 50
                                           semop(0, {{1, -1, SEM_UNDO}}) = 0
semop(0, {{1, -1, SEM_UNDO}})  waits here
... 12 more
|                                          semop(0, {{0, -1, SEM_UNDO}})  waits here
|                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
|                                          process 1 has this lock and waits for the other
)");
    for (const auto& line : picture_lines(full_of(std::string(5000, 'x'), 3), 80, ascii)) {
        CHECK(std::all_of(line.begin(), line.end(), [](char byte) { return byte > 0; }));
    }
    CHECK(drawn(picture, 100).find("… 12 more") != std::string::npos);
}

TEST_CASE("the last column keeps its room", "[picture]") {
    for (const int columns : {80, 100}) {
        for (std::size_t count = 1; count <= 5; ++count) {
            Picture picture;
            for (std::size_t column = 0; column < count; ++column) {
                picture.columns.push_back("p" + std::to_string(column));
                picture.rows.push_back({.column = column, .text = std::string(70, 'x')});
            }
            const auto header = picture_lines(picture, columns, unicode).front();
            const int start = static_cast<int>(header.rfind('p'));
            CHECK(columns - start >= (columns == 80 ? 36 : 40));
            CHECK(start >= 2 * (static_cast<int>(count) - 1));
        }
    }
}

TEST_CASE("many columns have a place of their own each", "[picture]") {
    Picture picture;
    for (std::size_t column = 0; column < 14; ++column) {
        picture.columns.push_back("process " + std::to_string(column));
    }
    picture.rows = {
        {.column = 13, .text = "x", .waiting = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}};
    CHECK(picture_lines(picture, 40, ascii).back() == "| | | | | | | | | | | | | x");
}

TEST_CASE("columns are no wider than their texts", "[picture]") {
    Picture picture{.columns = {"grader", "process 1", "process 2"}};
    picture.rows = {{.column = 0, .text = "removes it"}, {.column = 1, .text = "x"}};
    CHECK(drawn(picture, 80) == "grader      process 1  process 2\nremoves it\n            x\n");
}

TEST_CASE("names that have no room side by side stand below one another", "[picture]") {
    Picture picture{.columns = {"process 1", "child 1 of process 1", "process 2", "process 3"}};
    for (std::size_t column = 0; column < 4; ++column) {
        picture.rows.push_back({.column = column, .text = std::string(36, 'x')});
    }
    const auto lines = picture_lines(picture, 74, unicode);
    CHECK(Strings(lines.begin(), lines.begin() + 2) ==
          Strings{"process 1                    process 2",
                  "         child 1 of process 1         process 3"});
}

TEST_CASE("a wrapped call keeps its flags", "[picture]") {
    const auto picture =
        deciding("msgget(0x00004c01, IPC_CREAT|IPC_EXCL|0600) = -1 EEXIST", "", "");
    for (int columns = 24; columns <= 100; ++columns) {
        auto text = drawn(picture, columns);
        std::erase_if(text, [](char byte) { return byte == ' ' || byte == '\n'; });
        CHECK(text.ends_with("msgget(0x00004c01,IPC_CREAT|IPC_EXCL|0600)=-1EEXIST"));
    }
}

TEST_CASE("carets stand under the part that decides", "[picture]") {
    const std::string call = "msgget(0x00004c01, IPC_CREAT|0600) = 5";
    SECTION("with the note beside them") {
        CHECK('\n' + drawn(deciding(call, "= 5", "it is there"), 80) == R"(
grader         process 1
makes queue 3
               msgget(0x00004c01, IPC_CREAT|0600) = 5
                                                  ^^^ it is there
)");
    }
    SECTION("with the note below them") {
        CHECK('\n' + drawn(deciding(call, "IPC_CREAT",
                                    "without IPC_EXCL it opens what is there, and "
                                    "nobody notices"),
                           80) ==
              R"(
grader         process 1
makes queue 3
               msgget(0x00004c01, IPC_CREAT|0600) = 5
                                  ^^^^^^^^^
               without IPC_EXCL it opens what is there, and nobody notices
)");
    }
    SECTION("under all of it") {
        CHECK('\n' + drawn(deciding("answers: id 5", "answers: id 5", "no"), 80) == R"(
grader         process 1
makes queue 3
               answers: id 5
               ^^^^^^^^^^^^^ no
)");
    }
    SECTION("under the last line of a long text") {
        CHECK('\n' + drawn(deciding(call, call, "no"), 40) == R"(
grader  process 1
makes queue 3
        msgget(0x00004c01,
          IPC_CREAT|0600) = 5
          ^^^^^^^^^^^^^^^^^^^ no
)");
    }
    SECTION("under the beginning of a part that is wrapped") {
        CHECK('\n' + drawn(deciding(call, "0x00004c01, IPC_CREAT", "no"), 40) == R"(
grader  process 1
makes queue 3
        msgget(0x00004c01,
               ^^^^^^^^^^^ no
          IPC_CREAT|0600) = 5
)");
    }
    SECTION("and nowhere where nothing decides") {
        CHECK(drawn(deciding(call, "", ""), 80).find('^') == std::string::npos);
    }
}

TEST_CASE("bars stand where the text of a row leaves room", "[picture]") {
    Picture picture{.columns = {"a", "b", "c", "d"}};
    picture.rows = {{.column = 0, .text = "12", .waiting = {1, 2, 3}},
                    {.column = 0, .text = "123", .waiting = {1, 2, 3}},
                    {.column = 0, .text = "1234567", .waiting = {1, 2, 3}},
                    {.column = 1, .text = "123456789", .waiting = {0, 2, 3}},
                    {.column = 3, .text = "1", .waiting = {1}, .part = "1", .note = "n"}};
    CHECK('\n' + drawn(picture, 80) == R"(
a        b          c  d
12       │          │  │
123      │          │  │
1234567  │          │  │
│        123456789  │  │
         │             1
         │             ^ n
)");
    picture.rows = {{.column = 0, .text = "12345", .waiting = {1, 2, 3}},
                    {.column = 0, .text = "123456", .waiting = {1, 2, 3}},
                    {.column = 0, .text = "123456789", .waiting = {1, 2, 3}},
                    {.column = 1, .text = std::string(60, 'x')},
                    {.column = 3, .text = std::string(60, 'x')}};
    const auto lines = picture_lines(picture, 80, unicode);
    CHECK(Strings(lines.begin(), lines.begin() + 4) ==
          Strings{"a     b      c  d", "12345 │      │  │", "123456       │  │",
                  "123456789    │  │"});
}

TEST_CASE("no text in a picture breaks the page", "[picture]") {
    const auto* text = GENERATE(
        "", "x", "::error::x", "##[notice]x", "a\n::error ::\r\x1b[2J\xff",
        "aaaa ::b ::c aaaaaaaaaaa ::d ::e aaaaaaaaaaaaaaaaaaaaa ::f ::g ::h ::i ::j ::k",
        "한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글", "\t\t\u202e");
    const auto glyphs = GENERATE(unicode, ascii);
    for (int columns = 12; columns <= 100; ++columns) {
        for (const std::size_t count : {1, 2, 4, 20}) {
            for (const auto& line : picture_lines(full_of(text, count), columns, glyphs)) {
                const auto start = std::min(line.find_first_not_of(' '), line.size());
                if (display_width(line) > columns || line.compare(start, 2, "::") == 0 ||
                    line.find("##[") != std::string::npos ||
                    line.find_first_of("\x1b\r\t\n\xff") != std::string::npos) {
                    FAIL("at " << columns << " columns, " << count << " processes: " << line);
                }
            }
        }
    }
    SUCCEED();
}

TEST_CASE("a long text takes a few lines", "[picture]") {
    CHECK(picture_lines(full_of(std::string(50000, 'x'), 1), 40, unicode).size() < 60);
}
