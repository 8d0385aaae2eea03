#include "tests/gate/accidents.hpp"

#include <sched.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <fstream>

#include "kernel/failure.hpp"
#include "kernel/file.hpp"
#include "kernel/objects.hpp"
#include "kernel/tasks.hpp"

namespace ipclab::gate {

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> nothing;

constexpr const char* solution = "01-msgget/solution";
// Because of its timer it is not clear at once that nothing will ever wake it.
constexpr const char* makes_a_queue_and_waits = "01-msgget/hostile/waits-with-a-timer";

uid_t user_of(pid_t process) {
    struct stat status {};
    return stat(("/proc/" + std::to_string(process)).c_str(), &status) == 0 ? status.st_uid : 0;
}

/// @return whether a process executes a lab's program: the grader's own have other arguments.
bool is_student(pid_t process) {
    const auto arguments = kernel::try_read_file("/proc/" + std::to_string(process) + "/cmdline");
    return arguments && arguments->starts_with("shell");
}

/// @return whether a student process waits in msgrcv; where it may not be looked into, whether it
///         waits, and its user has a queue.
bool waits_at_its_queue(const Stage& stage, pid_t process) {
    const auto tasks = is_student(process) ? kernel::tasks(process) : std::vector<kernel::Task>{};
    return std::any_of(tasks.begin(), tasks.end(), [&](const kernel::Task& task) {
        const bool is_hidden = task.waiting == kernel::Waiting::for_a_time && task.call.empty();
        return task.call.starts_with("msgrcv") ||
               (is_hidden && stage.user_has_queue(user_of(process)));
    });
}

/// Waits until a student process of the grading has made a queue and waits in msgrcv.
void wait_for_student(const Stage& stage, pid_t grader) {
    while (true) {
        // A grading that ended before anybody saw it wait would be waited for in vain.
        siginfo_t ended{};
        REQUIRE(waitid(P_PID, static_cast<id_t>(grader), &ended, WEXITED | WNOHANG | WNOWAIT) == 0);
        REQUIRE(ended.si_pid == 0);
        const auto processes = kernel::descendants(grader);
        if (std::any_of(processes.begin(), processes.end(),
                        [&](pid_t process) { return waits_at_its_queue(stage, process); })) {
            return;
        }
        sched_yield();
    }
}

/// Waits for processes that a dead grader has left to end by themselves.
void wait_for_orphans(const std::vector<pid_t>& family) {
    for (const pid_t process : family) {
        // Most are no children of ours before their parents have died: then they are, or are gone.
        while (kill(process, 0) == 0 && waitpid(process, nullptr, WNOHANG) <= 0) {
            sched_yield();
        }
    }
}

void two_side_by_side(const Stage& stage) {
    auto one = stage.start(Stage::submission(solution));
    auto other = stage.start(Stage::submission(solution));
    CHECK(one.finish().points == 20);
    CHECK(other.finish().points == 20);
    CHECK(stage.damage() == nothing);
}

/// A stranger of the same user who makes and removes queues without a key, as fast as it can.
class BusyStranger {
public:
    explicit BusyStranger(arena::Identity identity) : pid_(fork()) {
        if (pid_ != 0) {
            return;
        }
        sigset_t end;
        sigemptyset(&end);
        sigaddset(&end, SIGTERM);
        sigprocmask(SIG_BLOCK, &end, nullptr);
        arena::become(identity);
        sigset_t pending;
        do {
            const int id = msgget(IPC_PRIVATE, 0600);
            sched_yield();
            msgctl(id, IPC_RMID, nullptr);
            sigpending(&pending);
        } while (sigismember(&pending, SIGTERM) == 0);
        _exit(0);
    }
    BusyStranger(const BusyStranger&) = delete;
    BusyStranger& operator=(const BusyStranger&) = delete;
    ~BusyStranger() {
        kill(pid_, SIGTERM);
        waitpid(pid_, nullptr, 0);
    }

private:
    pid_t pid_;
};

void beside_a_busy_stranger(const Stage& stage) {
    {
        const BusyStranger stranger(stage.configuration().grader);
        CHECK(stage.grade(Stage::submission(solution)).points == 20);
        const auto wrong = Stage::submission("01-msgget/wrong/private-leaks-a-probe");
        auto expected = wrong.fails;
        std::sort(expected.begin(), expected.end());
        CHECK(stage.grade(wrong).failed == expected);
    }
    CHECK(stage.damage() == nothing);
}

void grader_is_killed(const Stage& stage) {
    auto grader = stage.start(Stage::submission(makes_a_queue_and_waits));
    wait_for_student(stage, grader.pid());
    const auto family = kernel::descendants(grader.pid());
    kill(grader.pid(), SIGKILL);
    CHECK(grader.finish().exit_status == 128 + SIGKILL);
    wait_for_orphans(family);
    CHECK(stage.damage() == nothing);
}

/// Nobody is left to clean up: the next grading does.
void all_of_the_grader_is_killed(const Stage& stage) {
    auto grader = stage.start(Stage::submission(makes_a_queue_and_waits));
    wait_for_student(stage, grader.pid());
    const auto family = kernel::descendants(grader.pid());
    kill(-grader.pid(), SIGKILL);
    CHECK(grader.finish().exit_status == 128 + SIGKILL);
    wait_for_orphans(family);
    CHECK(stage.grade(Stage::submission(solution)).points == 20);
    CHECK(stage.damage() == nothing);
}

void interrupted_at_the_keyboard(const Stage& stage) {
    auto grader = stage.start(Stage::submission(makes_a_queue_and_waits));
    wait_for_student(stage, grader.pid());
    kill(-grader.pid(), SIGINT);
    const Grading grading = grader.finish();
    CHECK(grading.exit_status == 128 + SIGINT);
    CHECK(grading.output.find("interrupted") != std::string::npos);
    CHECK(stage.damage() == nothing);
}

/// A check's own process dies: no verdict on that check, and not the student's fault.
void warden_is_killed(const Stage& stage) {
    auto grader = stage.start(Stage::submission(makes_a_queue_and_waits));
    wait_for_student(stage, grader.pid());
    kill(kernel::children(grader.pid()).at(0), SIGKILL);
    const Grading grading = grader.finish();
    CHECK(grading.exit_status == 3);
    CHECK(grading.undecided.size() == 1);
    CHECK(stage.damage() == nothing);
}

void bad_input(const Stage& stage) {
    const auto refused = [&](std::vector<std::string> arguments, const std::string& words) {
        const Grading grading = stage.start(std::move(arguments)).finish();
        INFO(grading.output);
        CHECK(grading.exit_status == 2);
        CHECK(grading.output.find(words) != std::string::npos);
    };
    refused({"--lab", "9"}, "The labs are: 1 (msgget)");
    refused({"--check", "no-such"}, "The checks are: key, key-refuses, create");
    refused({"--tree", "/no/such/folder"}, "There is no folder");
    refused({"--json", "/no/such/folder/result.json"}, "/no/such/folder");
    refused({"--no-such-option"}, "--no-such-option");
    CHECK(stage.damage() == nothing);
}

/// A student's file that cannot be graded: the lab has no points, and says why.
void files_that_are_no_programs(const Stage& stage) {
    if (!stage.builds()) {
        SKIP("somebody else cannot build here");
    }
    const fs::path folder =
        tree_of({.kind = Kind::wrong, .lab = "01-msgget", .name = "no-program"});
    const auto source = folder / "01-msgget" / "queue.cpp";
    const auto refused = [&](const std::string& obstacle, const std::string& words) {
        const Grading grading = stage.start({"--lab", "1", "--tree", folder.string()}).finish();
        INFO(grading.output);
        CHECK(grading.points == 0);
        CHECK(grading.exit_status == 1);
        CHECK(grading.obstacle == obstacle);
        CHECK(grading.output.find(words) != std::string::npos);
    };
    fs::remove_all(folder);
    fs::create_directories(source.parent_path());
    refused("missing", "not there");
    std::ofstream(source) << " \n";
    refused("unreadable", "empty");
    std::ofstream(source) << "// \xb0\xa1 in EUC-KR\n";
    refused("unreadable", "UTF-8");
    std::ofstream(source)
        << "#include \"queue.hpp\"\nint ipc::create(key_t, mode_t) {\n    return x;\n}\n";
    refused("does_not_compile", "queue.cpp:3");
    std::ofstream(source) << "#include \"queue.hpp\"\n";
    refused("does_not_compile", "undefined symbol:");
    CHECK(stage.damage() == nothing);
}

}  // namespace

const std::vector<Accident>& accidents() {
    static const std::vector<Accident> all = {
        {"two gradings at the same time", two_side_by_side},
        {"a busy stranger of the same user", beside_a_busy_stranger},
        {"the grader is killed", grader_is_killed},
        {"all of the grader is killed at once", all_of_the_grader_is_killed},
        {"interrupted at the keyboard", interrupted_at_the_keyboard},
        {"a check's own process is killed", warden_is_killed},
        {"bad input", bad_input},
        {"files that are no programs", files_that_are_no_programs},
    };
    return all;
}

}  // namespace ipclab::gate
