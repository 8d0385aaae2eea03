#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/descriptor.hpp"
#include "report/json.hpp"
#include "report/result.hpp"
#include "report/terminal.hpp"
#include "tests/folder.hpp"
#include "text/text.hpp"

using namespace ipclab::report;
using namespace ipclab::text;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using Catch::Matchers::MessageMatches;
using Catch::Matchers::StartsWith;
using namespace std::string_literals;
using Strings = std::vector<std::string>;

namespace {

namespace fs = std::filesystem;

constexpr auto never = TerminalStyle::Colour::never;
constexpr auto always = TerminalStyle::Colour::always;
constexpr auto unicode = TerminalStyle::Glyphs::unicode;
constexpr auto ascii = TerminalStyle::Glyphs::ascii;

/// Sets a variable of the environment, or unsets it, until the end of the scope.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name); old != nullptr) {
            old_ = old;
            was_set_ = true;
        }
        set(value);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { set(was_set_ ? old_.c_str() : nullptr); }

private:
    void set(const char* value) {
        if (value == nullptr) {
            unsetenv(name_);
        } else {
            setenv(name_, value, 1);
        }
    }

    const char* name_;
    std::string old_;
    bool was_set_ = false;
};

/// A directory that is gone at the end of the scope.
class Directory {
public:
    [[nodiscard]] fs::path operator/(const char* name) const { return path() / name; }
    [[nodiscard]] const fs::path& path() const { return folder_.path(); }
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path()), fs::directory_iterator()));
    }

private:
    ipclab::tests::Folder folder_{"report-tests"};
};

/// A pseudo-terminal of a width.
class Terminal {
public:
    explicit Terminal(unsigned short columns)
        : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        if (grantpt(master_.get()) != 0) {
            SKIP("there is no /dev/pts here");
        }
        REQUIRE(unlockpt(master_.get()) == 0);
        slave_ =
            ipclab::kernel::Descriptor(open(ptsname(master_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
        REQUIRE(slave_.is_open());
        winsize size{};
        size.ws_col = columns;
        REQUIRE(ioctl(slave_.get(), TIOCSWINSZ, &size) == 0);
    }
    [[nodiscard]] int get() const { return slave_.get(); }

private:
    ipclab::kernel::Descriptor master_;
    ipclab::kernel::Descriptor slave_;
};

std::string contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Strings lines(const std::string& text) {
    const auto views = lines_of(text);
    return {views.begin(), views.end()};
}

/// @return the first line that holds a text.
std::string line_with(const std::string& report, std::string_view text) {
    for (const auto& line : lines(report)) {
        if (line.find(text) != std::string::npos) {
            return line;
        }
    }
    FAIL("no line holds " << text << " in\n" << report);
    return "";
}

CheckResult check(const char* id, const char* title, int points, int max_points, Outcome outcome) {
    CheckResult check;
    check.id = id;
    check.title = title;
    check.points = points;
    check.max_points = max_points;
    check.outcome = outcome;
    return check;
}

CheckResult failed_check() {
    auto failed = check("exclusive", "create refuses a key that is taken", 0, 2, Outcome::fail);
    failed.finding = {"create 0x4c01 0600 fails with EEXIST (File exists)",
                      "it answered \"id 3\", 그런데 이 키는 이미 사용 중이다",
                      "The queue was there already. Only IPC_EXCL together with IPC_CREAT makes "
                      "msgget fail where the key is taken, and create is to make a new one."};
    failed.kernel = {{"queue", "0x00004c01", 3, "0600", "made by the grader"},
                     {"semaphore set", "0x00000000", 32770, "0644", "메시지 큐가 아니다"}};
    failed.by_hand = {"make shell LAB=1", "create 0x4c01 0600", "create 0x4c01 0600"};
    failed.look_at = "labs/01-msgget/queue.cpp, create";
    failed.read = "man 2 msgget, IPC_EXCL";
    failed.handout = "labs/01-msgget/README.md, Task 2";
    failed.printed = {{1, "큐를 만들었습니다\n\x1b[2Jgone\n", 500}};
    failed.microseconds = 1234567;
    return failed;
}

/// The same with what the recorder knows of it.
CheckResult recorded_check() {
    auto recorded = failed_check();
    recorded.diagnosis =
        "create passes IPC_CREAT without IPC_EXCL, so it opens the queue of others.";
    recorded.picture.columns = {"grader", "process 1"};
    recorded.picture.rows = {{.column = 0, .text = "makes queue 3", .waiting = {1}},
                             {.note = "12 more"},
                             {.column = 1,
                              .text = "msgget(0x00004c01, IPC_CREAT|0600) = 3",
                              .part = "IPC_CREAT",
                              .note = "없다: IPC_EXCL"}};
    recorded.recording = "build/recordings/01-msgget/exclusive.txt";
    return recorded;
}

/// The same of a race that one schedule shows.
CheckResult raced_check() {
    auto raced = failed_check();
    raced.schedule = {
        {"A", "asked: deposit 0 5", ""},
        {"A", "reads balance 0: 잔액 5", "semaphores.cpp:31"},
        {"B", "asked: deposit 0 6", ""},
        {"B",
         "semop(7, {{0, -1, SEM_UNDO}, {1, -1, SEM_UNDO}, {2, -1, SEM_UNDO}}), reads balance 0: 5",
         "semaphores.cpp:9"},
        {"A", "answers: deposited", ""}};
    raced.explored = "38 schedules, 12 of them with two switches, in 0.2 s";
    return raced;
}

/// 3 of 13 points: one pass, two failures, one that was not run, and the grader failed at one, so
/// that another was not run either.
RunResult sample() {
    LabResult lab;
    lab.number = 1;
    lab.name = "01-msgget";
    lab.title = "msgget";
    lab.checks.push_back(check("create", "create makes a queue", 3, 3, Outcome::pass));
    lab.checks.push_back(failed_check());
    lab.checks.push_back(check("open", "open 은 이미 있는 큐를 연다", 0, 2, Outcome::fail));
    lab.checks.back().finding = {"id 3", "id 4", "not to be seen in short"};
    lab.checks.push_back(check("race", "many make one", 0, 2, Outcome::not_run));
    lab.checks.back().because = "open";
    lab.checks.push_back(check("remove", "remove removes", 0, 2, Outcome::grader_error));
    lab.checks.back().because = "cannot read /proc/sysvipc/msg";
    lab.checks.push_back(check("twice", "remove fails twice", 0, 2, Outcome::not_run));
    lab.checks.back().because = "remove";

    RunResult run;
    run.isolation = "namespaces";
    run.isolation_note = "each check runs in namespaces of its own";
    run.seed = 18446744073709551615ULL;
    run.tree = "labs";
    run.labs.push_back(lab);
    return run;
}

RunResult passing_run() {
    auto run = sample();
    auto& checks = run.labs.front().checks;
    checks.erase(checks.begin() + 1, checks.end());
    return run;
}

RunResult obstructed_run(Obstacle obstacle) {
    auto run = passing_run();
    auto& lab = run.labs.front();
    lab.obstacle = obstacle;
    lab.file = "labs/01-msgget/queue.cpp";
    lab.line = 12;
    lab.message = "error: 'msgge' was not declared in this scope";
    lab.details = {"   12 |     return msgge(key, mode);", "      |            ^~~~~"};
    return run;
}

/// A run with a text in every place where a text can stand.
RunResult run_full_of(const std::string& text) {
    auto run = sample();
    run.isolation = run.isolation_note = run.recording_note = run.tree = text;
    for (auto& lab : run.labs) {
        lab.title = text;
        for (auto& each : lab.checks) {
            each.id = each.title = each.look_at = each.read = each.handout = each.because = text;
            each.diagnosis = each.recording = text;
            each.picture.columns = {text, text};
            each.picture.rows = {{.column = 1, .text = text, .waiting = {0}, .note = text},
                                 {.column = 0, .text = text, .part = text, .note = text}};
            each.schedule = {{text, text, text}, {"B", text, ""}, {"B", text, text}};
            each.explored = text;
            each.finding = {text, text, text};
            each.kernel = {{text, text, 1, text, text}, {"", "", -1, "", text}};
            each.by_hand = {text, text};
            each.printed = {{1, text, 1}};
        }
    }
    for (const auto obstacle : {Obstacle::does_not_compile, Obstacle::missing}) {
        auto lab = run.labs.front();
        lab.obstacle = obstacle;
        lab.file = lab.message = text;
        lab.details = {text};
        run.labs.push_back(lab);
    }
    return run;
}

/// @return whether GitHub's runner takes a line for a command (ActionCommand.cs: TrimStart, "::").
bool is_workflow_command(const std::string& line) {
    const auto start = line.find_first_not_of(' ');
    return line.find("##[") != std::string::npos ||
           (start != std::string::npos && line.compare(start, 2, "::") == 0);
}

}  // namespace

// --- text -------------------------------------------------------------------

TEST_CASE("the width of text is that of the terminal") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("메시지 큐") == 9);
    CHECK(display_width("日本語") == 6);
    CHECK(display_width("ＡＢ") == 4);
    CHECK(display_width("é") == 1);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("\u1112\u1161\u11ab") == 2);  // 한 of three letters
    CHECK(display_width("한") == 2);
    CHECK(display_width("😀") == 2);
    CHECK(display_width("❤\ufe0f") == 1);
    CHECK(display_width("✓✗–│…") == 5);
    CHECK(display_width("\xff\xed\xa0\x80") == 4);  // a byte each: a surrogate is not UTF-8
}

TEST_CASE("text is padded by its width") {
    CHECK(padded("큐", 4) + "|" == "큐  |");
    CHECK(padded("too long", 3) == "too long");
    CHECK(right_aligned("큐", 4) == "  큐");
}

TEST_CASE("cut text is no wider than asked") {
    CHECK(cut("abcd", 4, "…") == "abcd");
    CHECK(cut("abcde", 4, "…") == "abc…");
    CHECK(cut("메시지", 5, "…") == "메시…");
    CHECK(cut("메시지", 4, "…") == "메…");
    CHECK(cut("abcdef", 5, "...") == "ab...");
    CHECK(cut("e\u0301e\u0301e\u0301", 2, "~") == "e\u0301~");
}

TEST_CASE("text is wrapped at spaces, by its width") {
    CHECK(wrap("", 10) == Strings{""});
    CHECK(wrap("one two three", 7) == Strings{"one two", "three"});
    CHECK(wrap("one two three", 7, 2) == Strings{"one two", "  three"});
    CHECK(wrap("메시지 큐의 키", 11) == Strings{"메시지 큐의", "키"});
    CHECK(wrap("메시지 큐의 키", 10) == Strings{"메시지", "큐의 키"});
    CHECK(wrap("a  b", 10) == Strings{"a  b"});
    CHECK(wrap("one\n\ntwo\n", 10) == Strings{"one", "", "two"});
    CHECK(wrap("one      ", 4) == Strings{"one"});
    CHECK(wrap("abcdefgh", 3) == Strings{"abc", "def", "gh"});
    CHECK(wrap("메시지큐", 5, 1) == Strings{"메시", " 지큐"});
}

TEST_CASE("no line is wrapped into a workflow command") {
    CHECK(wrap("aaaa ::error", 8) == Strings{"aaaa", "\\::error"});
    CHECK(wrap("aaaa::error", 4) == Strings{"aaaa", "\\::e", "rror"});
    CHECK(wrap("aaaa\u3000::x", 4) == Strings{"aaaa", "\\\u3000:", ":x"});
    CHECK(wrap("std::string", 20) == Strings{"std::string"});
}

TEST_CASE("control characters are shown and not obeyed") {
    CHECK(harmless("\x1b[31mred") == "\\e[31mred");
    CHECK(harmless(std::string_view("a\0b", 3)) == "a\\0b");
    CHECK(harmless("over\rwrite\b\a\v\f") == "over\\rwrite\\b\\a\\v\\f");
    CHECK(harmless("\x01\x7f") == "\\x01\\x7f");
    CHECK(harmless("\u009b31m") == "\\x9b31m");
    CHECK(harmless("two\nlines\n") == "two\nlines\n");
    CHECK(harmless("a\tb") == "a       b");
    CHECK(harmless("큐\tb\n\tc") == "큐      b\n        c");
    CHECK(harmless("한글 é 😀 std::cout") == "한글 é 😀 std::cout");
}

TEST_CASE("bytes that are not UTF-8 are shown as numbers") {
    CHECK(harmless("\xff\xfe") == "\\xff\\xfe");
    CHECK(harmless("\xec\x95") == "\\xec\\x95");                    // cut off
    CHECK(harmless("\xc0\xaf") == "\\xc0\\xaf");                    // overlong
    CHECK(harmless("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
    CHECK(harmless("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // above 10FFFF
    CHECK(harmless("\xf8\x88\x80\x80\x80") == "\\xf8\\x88\\x80\\x80\\x80");
    CHECK(harmless("\xf4\x8f\xbf\xbf") == "\xf4\x8f\xbf\xbf");
    CHECK(valid_utf8("a\xff\x1b\n한") == "a\\xff\x1b\n한");
}

TEST_CASE("characters that deceive the eye are shown as numbers") {
    CHECK(harmless("a\u202eb") == "a\\u{202e}b");
    CHECK(harmless("\u2066\u200f\ufeff\u2028") == "\\u{2066}\\u{200f}\\u{feff}\\u{2028}");
    CHECK(harmless("👩\u200d👧") == "👩\u200d👧");
    CHECK(harmless("a\u0301\u0301\u0301\u0301\u0301") == "a\u0301\u0301\u0301\u0301\\u{301}");
}

TEST_CASE("workflow commands are defused") {
    CHECK(harmless("::error::x") == "\\::error::x");
    CHECK(harmless("a\n  ::error::x") == "a\n  \\::error::x");
    CHECK(harmless("\u3000::error::x") == "\u3000\\::error::x");
    CHECK(harmless("a ::b") == "a ::b");
    CHECK(harmless("x ##[notice]Points") == "x ##\\[notice]Points");
    CHECK(harmless("###[[##[") == "###\\[[##\\[");
    CHECK(harmless(harmless("::a\n##[b\x1b")) == harmless("::a\n##[b\x1b"));
}

// --- the model --------------------------------------------------------------

TEST_CASE("points are summed up") {
    auto run = sample();
    CHECK(points(run.labs.front()) == 3);
    CHECK(max_points(run.labs.front()) == 13);
    run.labs.push_back(run.labs.front());
    CHECK(points(run) == 6);
    CHECK(max_points(run) == 26);
    run.labs.back().obstacle = Obstacle::missing;
    CHECK(points(run) == 3);
    CHECK(max_points(run) == 26);
}

TEST_CASE("a grader error is found in checks and in labs") {
    CHECK(has_grader_error(sample()));
    CHECK_FALSE(has_grader_error(passing_run()));
    CHECK_FALSE(has_grader_error(obstructed_run(Obstacle::missing)));
    CHECK(has_grader_error(obstructed_run(Obstacle::grader_error)));
}

// --- the style of a terminal ------------------------------------------------

TEST_CASE("a terminal gets colours and its own width") {
    const Variable no_color("NO_COLOR", nullptr);
    const Variable term("TERM", "xterm");
    const Terminal terminal(97);
    CHECK(style_of(terminal.get()).columns == 97);
    CHECK(style_of(terminal.get()).colour == always);
    CHECK(style_of(Terminal(0).get()).columns == 80);
}

TEST_CASE("colours are left out where they are not wanted") {
    const Terminal terminal(80);
    const Variable term("TERM", "xterm");
    {
        const Variable no_color("NO_COLOR", "1");
        CHECK(style_of(terminal.get()).colour == never);
    }
    {
        const Variable no_color("NO_COLOR", "");
        CHECK(style_of(terminal.get()).colour == always);
    }
    const Variable no_color("NO_COLOR", nullptr);
    const Variable dumb("TERM", "dumb");
    CHECK(style_of(terminal.get()).colour == never);
}

TEST_CASE("what is no terminal gets 80 columns and no colours") {
    const Variable no_color("NO_COLOR", nullptr);
    const Variable term("TERM", "xterm");
    const ipclab::kernel::Descriptor file(open("/dev/null", O_WRONLY | O_CLOEXEC));
    CHECK(style_of(file.get()).columns == 80);
    CHECK(style_of(file.get()).colour == never);
}

TEST_CASE("the glyphs follow the codeset of the locale") {
    struct Case {
        const char* all;
        const char* ctype;
        const char* lang;
        TerminalStyle::Glyphs glyphs;
    };
    const auto [all, ctype, lang, glyphs] = GENERATE(
        Case{nullptr, nullptr, nullptr, ascii}, Case{nullptr, nullptr, "ko_KR.UTF-8", unicode},
        Case{nullptr, nullptr, "C.utf8", unicode}, Case{nullptr, nullptr, "ko_KR.EUC-KR", ascii},
        Case{nullptr, nullptr, "de_DE.utf8@euro", unicode}, Case{nullptr, nullptr, "UTF-8", ascii},
        Case{"C", "C.UTF-8", "C.UTF-8", ascii}, Case{"", "C.UTF-8", "C", unicode});
    const Variable one("LC_ALL", all);
    const Variable two("LC_CTYPE", ctype);
    const Variable three("LANG", lang);
    CHECK(style_of(-1).glyphs == glyphs);
}

// --- the report -------------------------------------------------------------

TEST_CASE("no line of the report is wider than the page, and its points are at the edge") {
    const int columns = GENERATE(40, 80, 100);
    const auto glyphs = GENERATE(unicode, ascii);
    const auto report = terminal_report(sample(), {columns, never, glyphs});
    for (const auto& line : lines(report)) {
        CAPTURE(line);
        CHECK(display_width(line) <= columns);
        CHECK_FALSE(line.ends_with(' '));
    }
    for (const auto* title : {"Lab 01", "create makes", "create refuses", "open 은", "many make",
                              "remove removes", "remove fails", "Total"}) {
        CHECK(display_width(line_with(report, title)) == columns);
    }
    CHECK(report.find('\x1b') == std::string::npos);
}

TEST_CASE("the report is never wider than 100 columns") {
    CHECK(terminal_report(sample(), {200, never, unicode}) ==
          terminal_report(sample(), {100, never, unicode}));
}

TEST_CASE("the report shows each outcome by its sign") {
    const auto report = terminal_report(sample(), {80, never, unicode});
    CHECK_THAT(line_with(report, "Lab 01"), StartsWith("Lab 01  msgget") && EndsWith(" 3/13"));
    CHECK_THAT(line_with(report, "makes a queue"), StartsWith("  ✓ create") && EndsWith("  3"));
    CHECK_THAT(line_with(report, "a key that"), StartsWith("  ✗ create") && EndsWith(" 0/2"));
    CHECK_THAT(line_with(report, "a key that"), ContainsSubstring("taken  [exclusive]  "));
    CHECK_THAT(line_with(report, "many"), StartsWith("  – many make one  (not run: needs open)"));
    CHECK_THAT(line_with(report, "removes"), StartsWith("  ! remove") && EndsWith(" ?/2"));

    const auto plain = terminal_report(sample(), {80, never, ascii});
    CHECK_THAT(line_with(plain, "makes a queue"), StartsWith("  + create"));
    CHECK_THAT(line_with(plain, "a key that"), StartsWith("  x create"));
    CHECK_THAT(line_with(plain, "many"), StartsWith("  - many"));
}

TEST_CASE("the first failure is told in full") {
    const auto report = terminal_report(sample(), {80, never, unicode});
    CHECK_THAT(report, ContainsSubstring(R"(
    expected    create 0x4c01 0600 fails with EEXIST (File exists)
    but         it answered "id 3", 그런데 이 키는 이미 사용 중이다
    why         The queue was there already. Only IPC_EXCL together with
                IPC_CREAT makes msgget fail where the key is taken, and create
                is to make a new one.

    what the kernel saw
      queue          0x00004c01  id 3      0600  made by the grader
      semaphore set  0x00000000  id 32770  0644  메시지 큐가 아니다

    your program printed
      │ 큐를 만들었습니다
      │ \e[2Jgone
      bytes not shown: 465

    by hand     make shell LAB=1
                create 0x4c01 0600
                create 0x4c01 0600
    look at     labs/01-msgget/queue.cpp, create
    read        man 2 msgget, IPC_EXCL
    handout     labs/01-msgget/README.md, Task 2

)"));
}

TEST_CASE("a failure that was recorded is told with its cause and a picture", "[picture]") {
    auto run = sample();
    run.labs.front().checks[1] = recorded_check();
    CHECK_THAT(terminal_report(run, {80, never, unicode}), ContainsSubstring(R"(
    but         it answered "id 3", 그런데 이 키는 이미 사용 중이다
    cause       create passes IPC_CREAT without IPC_EXCL, so it opens the queue
                of others.

    what the kernel saw
      grader         process 1
      makes queue 3  │
      … 12 more
                     msgget(0x00004c01, IPC_CREAT|0600) = 3
                                        ^^^^^^^^^ 없다: IPC_EXCL

    what the kernel lists at the end
      queue          0x00004c01  id 3      0600  made by the grader
)"));
    CHECK_THAT(terminal_report(run, {80, never, unicode}), ContainsSubstring(R"(
    handout     labs/01-msgget/README.md, Task 2
    recording   build/recordings/01-msgget/exclusive.txt

)"));
    CHECK_THAT(terminal_report(run, {80, never, ascii}),
               ContainsSubstring("\n      makes queue 3  |\n      ... 12 more\n"));
}

TEST_CASE("the schedule that shows a failure is told step by step", "[schedule]") {
    auto run = sample();
    run.labs.front().checks[1] = raced_check();
    const auto report = terminal_report(run, {80, never, unicode});
    CHECK_THAT(report, ContainsSubstring(R"(
    the schedule that shows it
      A  asked: deposit 0 5
         reads balance 0: 잔액 5                               semaphores.cpp:31
         —— switch ——
      B  asked: deposit 0 6
         semop(7, {{0, -1, SEM_UNDO}, {1, -1, SEM_UNDO}, {2,   semaphores.cpp:9
           -1, SEM_UNDO}}), reads balance 0: 5
         —— switch ——
      A  answers: deposited

    what the kernel saw
)"));
    CHECK_THAT(report, ContainsSubstring(R"(
    explored    38 schedules, 12 of them with two switches, in 0.2 s
    by hand     make shell LAB=1
)"));
    CHECK(display_width(line_with(report, "cpp:31")) == 80);
    CHECK_THAT(terminal_report(run, {80, never, ascii}),
               ContainsSubstring("\n         -- switch --\n"));
    CHECK(terminal_report(sample(), {80, never, unicode}).find("schedule") == std::string::npos);
}

TEST_CASE("a schedule without places has the whole width", "[schedule]") {
    auto run = sample();
    auto raced = raced_check();
    raced.schedule = {{"A", std::string(71, 'x'), ""}, {"A", std::string(72, 'y'), ""}};
    run.labs.front().checks[1] = raced;
    const auto report = terminal_report(run, {80, never, unicode});
    CHECK_THAT(report, ContainsSubstring("\n      A  " + std::string(69, 'x') + "\n"));
    for (const auto& line : lines(report)) {
        CHECK(display_width(line) <= 80);
    }
}

TEST_CASE("further failures are told in short, with the command for more") {
    const auto report = terminal_report(sample(), {80, never, unicode});
    CHECK_THAT(report, ContainsSubstring("    expected    id 3\n    but         id 4\n  –"));
    CHECK(report.find("not to be seen in short") == std::string::npos);
    CHECK_THAT(report, ContainsSubstring("make grade LAB=1 CHECK=open\n"));

    auto run = sample();
    auto& checks = run.labs.front().checks;
    checks = {checks[2]};
    run.partial = true;
    const auto alone = terminal_report(run, {80, never, unicode});
    CHECK_THAT(alone, ContainsSubstring("not to be seen in short"));
    CHECK(alone.find("make grade") == std::string::npos);
}

TEST_CASE("a check that printed a lot is shown in part") {
    auto run = sample();
    auto& printed = run.labs.front().checks[1].printed;
    printed = {{1, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", 21}};
    auto report = terminal_report(run, {80, never, ascii});
    CHECK_THAT(report, ContainsSubstring("      | 8\n      bytes not shown: 5\n"));
    CHECK(report.find("| 9") == std::string::npos);

    printed.push_back({2, std::string(200, 'x'), 200});
    report = terminal_report(run, {80, never, ascii});
    CHECK_THAT(report, ContainsSubstring("      | 4\n      bytes not shown: 13\n"));
    CHECK_THAT(report, ContainsSubstring("(process 2)\n      | xxx"));
    CHECK_THAT(line_with(report, "| xxx"), EndsWith("x..."));

    printed.assign(30, {3, "hello\n", 6});
    report = terminal_report(run, {80, never, ascii});
    CHECK_THAT(report, ContainsSubstring("not shown: 22\n"));
}

TEST_CASE("what the grader could not find out costs nothing") {
    const auto report = terminal_report(sample(), {80, never, unicode});
    CHECK_THAT(report, ContainsSubstring("not your program"));
    CHECK_THAT(report, ContainsSubstring("because     cannot read /proc/sysvipc/msg\n"));
    CHECK_THAT(report, ContainsSubstring("make grade LAB=1 CHECK=remove"));
    CHECK_THAT(line_with(report, "remove fails twice"), EndsWith(" ?/2"));
    CHECK_THAT(report, ContainsSubstring("Points not decided: 4."));

    auto run = sample();
    auto& checks = run.labs.front().checks;
    checks[4].outcome = Outcome::not_run;
    checks[4].because = "twice";  // a circle ends, too
    CHECK_THAT(terminal_report(run, {80, never, ascii}), !ContainsSubstring("not decided"));
}

TEST_CASE("a lab that does not compile shows the compiler's words") {
    const auto report =
        terminal_report(obstructed_run(Obstacle::does_not_compile), {80, never, unicode});
    CHECK_THAT(line_with(report, "Lab 01"), EndsWith(" 0/3"));
    CHECK_THAT(report, ContainsSubstring(R"(
    does not compile

    labs/01-msgget/queue.cpp:12: error: 'msgge' was not declared in this scope
       12 |     return msgge(key, mode);
          |            ^~~~~

)"));
    CHECK(report.find("create makes") == std::string::npos);
}

TEST_CASE("a lab that could not be graded says why") {
    CHECK_THAT(
        terminal_report(obstructed_run(Obstacle::missing), {80, never, unicode}),
        ContainsSubstring("a file is missing: labs/01-msgget/queue.cpp\n    error: 'msgge'"));
    CHECK_THAT(terminal_report(obstructed_run(Obstacle::unreadable), {80, never, unicode}),
               ContainsSubstring("a file cannot be read: labs/01-msgget/queue.cpp\n"));
    const auto report =
        terminal_report(obstructed_run(Obstacle::grader_error), {80, never, unicode});
    CHECK_THAT(report, ContainsSubstring("because     error: 'msgge'"));
    CHECK_THAT(line_with(report, "Lab 01"), EndsWith(" ?/3"));
    CHECK_THAT(report, ContainsSubstring("Points not decided: 3."));
}

TEST_CASE("the report ends with what was graded and how") {
    auto run = sample();
    CHECK_THAT(terminal_report(run, {80, never, unicode}),
               EndsWith("isolation: namespaces — each check runs in namespaces of its own\n"
                        "seed: 18446744073709551615\n"));
    CHECK_THAT(terminal_report(run, {80, never, ascii}), ContainsSubstring("namespaces - each"));
    CHECK(terminal_report(run, {80, never, unicode}).find("graded: ") == std::string::npos);
    run.tree = "solutions";
    CHECK_THAT(terminal_report(run, {80, never, unicode}),
               ContainsSubstring("graded: solutions\n"));
    run.recording_note = "no, because ptrace(2) is not allowed here";
    CHECK_THAT(terminal_report(run, {80, never, unicode}),
               EndsWith("namespaces of its own\n"
                        "recording: no, because ptrace(2) is not allowed here\n"
                        "seed: 18446744073709551615\n"));
}

TEST_CASE("full points are praised, and nothing less") {
    auto run = passing_run();
    CHECK_THAT(terminal_report(run, {80, never, unicode}), ContainsSubstring("Well done!"));
    CHECK(terminal_report(sample(), {80, never, unicode}).find("Well done") == std::string::npos);
    auto undecided = run;
    undecided.labs.push_back(obstructed_run(Obstacle::grader_error).labs.front());
    undecided.labs.back().checks.clear();
    CHECK(terminal_report(undecided, {80, never, unicode}).find("Well done") == std::string::npos);
    run.partial = true;
    const auto partial = terminal_report(run, {80, never, unicode});
    CHECK(partial.find("Well done") == std::string::npos);
    CHECK_THAT(partial, ContainsSubstring("not the points of the whole"));
}

TEST_CASE("colours change nothing but the colours") {
    auto coloured = terminal_report(sample(), {80, always, unicode});
    CHECK_THAT(coloured, ContainsSubstring("\x1b[32m✓\x1b[0m"));
    CHECK_THAT(coloured, ContainsSubstring("\x1b[31m✗\x1b[0m"));
    for (auto start = coloured.find("\x1b["); start != std::string::npos;
         start = coloured.find("\x1b[")) {
        coloured.erase(start, coloured.find('m', start) - start + 1);
    }
    CHECK(coloured == terminal_report(sample(), {80, never, unicode}));
}

TEST_CASE("no text in a run breaks the report") {
    const auto* text = GENERATE(
        "::error title=x::Points 100/100", "##[notice]Points 100/100", "a\n::error ::\r\x1b[2J\xff",
        "aaaaaaaaaa aaaaaaaaaaaaa aaaaaaaaaaaaaaaaa aaaaaaaa ::a ::b ::c ::d ::e ::f ::g ::h ::i",
        "aaaa::aaaaa::aaaaaa::aaaaaaa::aaaaaaaa::aaaaaaaaa::aaaaaaaaaa::aaaaaaaaaaa::aaaaaaaaaaaa:"
        ":",
        "한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한글한"
        "글",
        "\u202e\u2028\t\t\t\t\t\t\t\t\t\t\t\t", "                                            ::x");
    for (int columns = 40; columns <= 100; ++columns) {
        const auto report = terminal_report(run_full_of(text), {columns, never, unicode});
        for (const auto& line : lines(report)) {
            if (display_width(line) > columns || is_workflow_command(line) ||
                line.find_first_of("\x1b\r\t\xff") != std::string::npos) {
                FAIL("at " << columns << " columns: " << line);
            }
        }
    }
    SUCCEED();
}

TEST_CASE("a text without end is cut") {
    const auto* part = GENERATE("x", "x ", "\x01", "\u0301", "x\n");
    std::string text;
    for (int i = 0; i < 50000; ++i) {
        text += part;
    }
    const auto report = terminal_report(run_full_of(text), {80, never, unicode});
    CHECK(lines(report).size() < 600);
}

// --- JSON -------------------------------------------------------------------

TEST_CASE("a check survives JSON") {
    auto before = failed_check();
    before.because = "quotes \" \\ \n \t \x1b \0 ##[x] 한글 😀"s;
    before.outcome =
        GENERATE(Outcome::pass, Outcome::fail, Outcome::not_run, Outcome::grader_error);
    before.points = 1;
    const auto after = check_from_json(to_json(before));
    CHECK(to_json(after) == to_json(before));
    CHECK(after.id == before.id);
    CHECK(after.title == before.title);
    CHECK(after.max_points == 2);
    CHECK(after.points == 1);
    CHECK(after.outcome == before.outcome);
    CHECK(after.finding.expected == before.finding.expected);
    CHECK(after.finding.observed == before.finding.observed);
    CHECK(after.finding.reason == before.finding.reason);
    REQUIRE(after.kernel.size() == 2);
    CHECK(after.kernel[1].kind == "semaphore set");
    CHECK(after.kernel[1].key == "0x00000000");
    CHECK(after.kernel[1].id == 32770);
    CHECK(after.kernel[1].mode == "0644");
    CHECK(after.kernel[1].note == before.kernel[1].note);
    CHECK(after.by_hand == before.by_hand);
    CHECK(after.look_at == before.look_at);
    CHECK(after.read == before.read);
    CHECK(after.handout == before.handout);
    REQUIRE(after.printed.size() == 1);
    CHECK(after.printed[0].process == 1);
    CHECK(after.printed[0].text == before.printed[0].text);
    CHECK(after.printed[0].bytes == 500);
    CHECK(after.because == before.because);
    CHECK(after.microseconds == 1234567);
}

TEST_CASE("what was recorded of a check survives JSON", "[picture]") {
    const auto before = recorded_check();
    const auto after = check_from_json(to_json(before));
    CHECK(to_json(after) == to_json(before));
    CHECK(after.diagnosis == before.diagnosis);
    CHECK(after.recording == before.recording);
    CHECK(after.picture.columns == before.picture.columns);
    REQUIRE(after.picture.rows.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(after.picture.rows[i].column == before.picture.rows[i].column);
        CHECK(after.picture.rows[i].text == before.picture.rows[i].text);
        CHECK(after.picture.rows[i].waiting == before.picture.rows[i].waiting);
        CHECK(after.picture.rows[i].part == before.picture.rows[i].part);
        CHECK(after.picture.rows[i].note == before.picture.rows[i].note);
    }
    CHECK(check_from_json(to_json(failed_check())).picture.empty());
}

TEST_CASE("the schedule of a check survives JSON", "[schedule]") {
    const auto before = raced_check();
    const auto after = check_from_json(to_json(before));
    CHECK(to_json(after) == to_json(before));
    CHECK(after.explored == before.explored);
    REQUIRE(after.schedule.size() == before.schedule.size());
    for (std::size_t i = 0; i < before.schedule.size(); ++i) {
        CHECK(after.schedule[i].who == before.schedule[i].who);
        CHECK(after.schedule[i].text == before.schedule[i].text);
        CHECK(after.schedule[i].place == before.schedule[i].place);
    }
    CHECK(check_from_json(to_json(failed_check())).schedule.empty());
}

TEST_CASE("a malformed schedule is refused with a sentence", "[schedule]") {
    struct Case {
        const char* part;
        const char* instead;
        const char* message;
    };
    const auto [part, instead, message] = GENERATE(
        Case{R"("schedule": [)", R"("schedule": [7, )", "a step of a schedule is not a JSON"},
        Case{R"("schedule": [)", R"("schedule": {}, "x": [)", "schedule"},
        Case{R"("who": "A")", R"("who": 7)", "who of a step of a schedule is not a text"},
        Case{R"("place": "")", R"("line": "")", "place of a step of a schedule is missing"},
        Case{R"("who": "A")", R"("who": "A", "more": 1)", "nobody knows"},
        Case{R"("explored": )", R"("ran": )", "explored of a check is missing"});
    auto json = to_json(raced_check());
    const auto start = json.find(part);
    REQUIRE(start != std::string::npos);
    json.replace(start, std::string_view(part).size(), instead);
    CHECK_THROWS_MATCHES(check_from_json(json), std::runtime_error,
                         MessageMatches(ContainsSubstring(message)));
}

TEST_CASE("JSON is written whatever the texts hold") {
    const std::string text("\xff\xed\xa0\x80 ##[notice] \x1b");
    CHECK_NOTHROW(to_json(run_full_of(text)));
    auto check = failed_check();
    check.title = text;
    const auto json = to_json(check);
    CHECK(json.find("##[") == std::string::npos);
    CHECK(check_from_json(json).title == "\\xff\\xed\\xa0\\x80 ##[notice] \x1b");
}

TEST_CASE("the JSON of a run is versioned and has the sums") {
    const auto json = to_json(sample());
    for (const auto* part :
         {R"("schema": "ipclab/result/v1")", R"("version": 1)", R"("isolation": "namespaces")",
          R"("recording_note": "")", R"("seed": 18446744073709551615)", R"("tree": "labs")",
          R"("partial": false)", R"("points": 3)", R"("max_points": 13)", R"("obstacle": "none")",
          R"("outcome": "grader_error")"}) {
        CHECK_THAT(json, ContainsSubstring(part));
    }
    CHECK_THAT(to_json(obstructed_run(Obstacle::does_not_compile)),
               ContainsSubstring(R"("obstacle": "does_not_compile")"));
}

TEST_CASE("a malformed check is refused with a sentence") {
    struct Case {
        const char* part;
        const char* instead;
        const char* message;
    };
    const auto [part, instead, message] = GENERATE(
        Case{R"("microseconds": 1234567)", R"("microseconds": "long")", "microseconds of a check"},
        Case{R"("microseconds": 1234567)", R"("microseconds": 1e99)", "is not a whole number"},
        Case{R"("microseconds": 1234567)", R"("micros": 1)", "is missing"},
        Case{R"("microseconds": 1234567)", R"("microseconds": 1, "more": 2)", "nobody knows"},
        Case{R"("max_points": 2)", R"("max_points": 99999999999)", "is out of range"},
        Case{R"("points": 0)", R"("points": 3)", "is not between"},
        Case{R"("points": 0)", R"("points": -1)", "is not between"},
        Case{R"("bytes": 500)", R"("bytes": -1)", "is out of range"},
        Case{R"("outcome": "fail")", R"("outcome": "passed")", "is no outcome"},
        Case{R"("id": "exclusive")", R"("id": 7)", "is not a text"},
        Case{R"("make shell LAB=1")", "7", "by_hand"},
        Case{R"("kernel": [)", R"("kernel": [1, )", "a kernel row is not a JSON object"},
        Case{R"("reason": )", R"("raison": )", "reason of a finding is missing"},
        Case{R"("picture": {)", R"("picture": 1, "image": {)", "a picture is not a JSON object"},
        Case{R"("grader",)", "7,", "columns of a picture holds something that is not a text"},
        Case{R"("rows": [)", R"("rows": [7, )", "a row of a picture is not a JSON object"},
        Case{R"("column": 1)", R"("column": 2)", "is not one of the picture's columns"},
        Case{R"("column": 1)", R"("column": -1)", "is out of range"},
        Case{R"("waiting": [)", R"("waiting": [2, )", "waiting of a row of a picture holds"},
        Case{R"("waiting": [)", R"("waiting": [-1, )", "no number below 2"},
        Case{R"("recording": )", R"("tape": )", "recording of a check is missing"});
    auto json = to_json(recorded_check());
    const auto start = json.find(part);
    REQUIRE(start != std::string::npos);
    json.replace(start, std::string_view(part).size(), instead);
    CHECK_THROWS_MATCHES(check_from_json(json), std::runtime_error,
                         MessageMatches(ContainsSubstring(message)));
}

TEST_CASE("what is no JSON is refused") {
    const auto* text = GENERATE("", "{", "[]", "null", "{\"id\": \"\xff\"}", "{} x", "nonsense");
    CHECK_THROWS_AS(check_from_json(text), std::runtime_error);
}

// --- files ------------------------------------------------------------------

TEST_CASE("a file is written as a whole") {
    const Directory directory;
    const auto path = directory / "result.json";
    const auto umask_before = umask(022);
    write_file_atomically(path, "old");
    CHECK(contents(path) == "old");
    CHECK(fs::status(path).permissions() == fs::perms(0644));
    umask(umask_before);

    // Who has the old file open keeps it: the new one is another file under its name.
    std::ifstream reader(path);
    const std::string text(300000, 'x');
    write_file_atomically(path, text);
    CHECK(contents(path) == text);
    std::string kept;
    reader >> kept;
    CHECK(kept == "old");
    CHECK(directory.entries() == 1);
}

TEST_CASE("a file that cannot be written as a whole stays as it was") {
    const Directory directory;
    const auto path = directory / "result.json";
    write_file_atomically(path, "old");
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit low{1000, before.rlim_max};
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &low) == 0);
    std::string message;
    try {
        write_file_atomically(path, std::string(300000, 'x'));
    } catch (const std::runtime_error& error) {
        message = error.what();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(message == "cannot write " + path.string() + ": File too large");
    CHECK(contents(path) == "old");
    CHECK(directory.entries() == 1);
}

TEST_CASE("a symbolic link stays one") {
    const Directory directory;
    fs::create_symlink("target", directory / "link");
    write_file_atomically(directory / "link", "text");
    CHECK(fs::is_symlink(directory / "link"));
    CHECK(contents(directory / "target") == "text");
}

TEST_CASE("a path that can be written has no obstacle, and nothing is left there") {
    const Directory directory;
    CHECK(obstacle_to_writing(directory / "new").empty());
    CHECK(directory.entries() == 0);
    std::ofstream(directory / "old") << "old";
    const auto time = fs::last_write_time(directory / "old");
    CHECK(obstacle_to_writing(directory / "old").empty());
    CHECK(contents(directory / "old") == "old");
    CHECK(fs::last_write_time(directory / "old") == time);
    const auto here = fs::current_path();
    fs::current_path(directory.path());
    CHECK(obstacle_to_writing("new").empty());
    fs::current_path(here);
}

TEST_CASE("a path that cannot be written has an obstacle") {
    const Directory directory;
    CHECK_THAT(obstacle_to_writing(""), ContainsSubstring("without a name"));
    CHECK_THAT(obstacle_to_writing(directory.path()), ContainsSubstring("is a directory"));
    CHECK_THAT(obstacle_to_writing(directory / "sub/"), ContainsSubstring("is a directory"));
    CHECK_THAT(obstacle_to_writing(directory / "sub/file"), ContainsSubstring("no directory"));
    CHECK_THAT(obstacle_to_writing("/dev/null"), ContainsSubstring("not a regular file"));
    fs::create_symlink("circle", directory / "circle");
    CHECK_THAT(obstacle_to_writing(directory / "circle"), ContainsSubstring("symbolic links"));
    fs::remove(directory / "circle");
    CHECK_THROWS_MATCHES(write_file_atomically(directory / "sub/file", ""), std::runtime_error,
                         MessageMatches(StartsWith("cannot write ")));
    CHECK(directory.entries() == 0);
}

TEST_CASE("a file or a directory without the right to write is an obstacle") {
    if (geteuid() == 0) {
        SKIP("root may write everywhere");
    }
    const Directory directory;
    std::ofstream(directory / "old") << "old";
    fs::permissions(directory / "old", fs::perms(0444));
    CHECK_THAT(obstacle_to_writing(directory / "old"), EndsWith("Permission denied"));
    fs::permissions(directory.path(), fs::perms(0555));
    CHECK_THAT(obstacle_to_writing(directory / "new"), EndsWith("Permission denied"));
    CHECK_THROWS_AS(write_file_atomically(directory / "new", ""), std::runtime_error);
    fs::permissions(directory.path(), fs::perms(0755));
    CHECK(contents(directory / "old") == "old");
}
