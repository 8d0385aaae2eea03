// The gate: the course proves itself. Every submission is graded in every configuration.
//
//     gate prepare               writes and builds all submissions
//     gate configurations        prints the names of those that can be tried here
//     gate run NAME [CATCH2...]  runs one, as Catch2 test cases: one for each submission
#include <fmt/format.h>
#include <sys/prctl.h>

#include <catch2/catch_session.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/internal/catch_test_registry.hpp>
#include <cstring>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "checks/lab.hpp"
#include "tests/gate/accidents.hpp"
#include "tests/gate/grading.hpp"
#include "tests/gate/stage.hpp"
#include "tests/gate/submission.hpp"
#include "workshop/workshop.hpp"

namespace ipclab::gate {

namespace {

class Test : public Catch::ITestInvoker {
public:
    explicit Test(std::function<void()> body) : body_(std::move(body)) {}
    void invoke() const override { body_(); }

private:
    std::function<void()> body_;
};

void add_test(const std::string& name, const std::string& tag, std::function<void()> body) {
    const Catch::AutoReg registered(Catch::Detail::make_unique<Test>(std::move(body)),
                                    CATCH_INTERNAL_LINEINFO, "", {name, tag});
}

/// @return the text with one space between words, whatever was there.
std::string single_spaced(const std::string& text) {
    std::istringstream stream(text);
    std::string all;
    for (std::string word; stream >> word;) {
        all += (all.empty() ? "" : " ") + word;
    }
    return all;
}

/// What the diagnosis says names the cause. Where nothing was recorded nothing can be said.
void require_diagnosis(const Submission& submission, const Grading& grading) {
    if (!grading.recorded) {
        return;
    }
    const std::string said = single_spaced(fmt::format("{}", fmt::join(grading.diagnoses, " ")));
    INFO(said);
    for (const auto& wanted : submission.says) {
        INFO(wanted);
        CHECK(said.find(single_spaced(wanted)) != std::string::npos);
    }
}

void require_verdict(const Submission& submission, const Grading& grading) {
    INFO(submission.what);
    INFO(grading.output);
    CHECK(grading.undecided == std::vector<std::string>{});
    switch (submission.kind) {
        case Kind::solution:
        case Kind::right:
            CHECK(grading.points == 20);
            CHECK(grading.exit_status == 0);
            CHECK(grading.diagnoses == std::vector<std::string>{});
            break;
        case Kind::skeleton:
            CHECK(grading.output.find("is not written yet") != std::string::npos);
            [[fallthrough]];
        case Kind::hostile:
            CHECK(grading.points == 0);
            CHECK(grading.exit_status == 1);
            CHECK((grading.obstacle == "none") == submission.compiles);
            break;
        case Kind::wrong: {
            auto expected = submission.fails;
            std::sort(expected.begin(), expected.end());
            CHECK(grading.failed == expected);
            CHECK(grading.exit_status == 1);
            require_diagnosis(submission, grading);
            break;
        }
    }
}

void try_submission(const Stage& stage, const Submission& submission) {
    const Grading grading = stage.grade(submission);
    require_verdict(submission, grading);
    CHECK(stage.damage() == std::vector<std::string>{});
}

int prepare() {
    for (const auto& submission : all_submissions()) {
        write_tree(submission);
    }
    const auto submissions = all_submissions();
    const std::size_t at_once = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t begin = 0; begin < submissions.size(); begin += at_once) {
        build_together(submissions, begin, std::min(begin + at_once, submissions.size()));
    }
    return 0;
}

void add_tests(const Stage& stage) {
    const std::string& name = stage.configuration().name;
    for (const auto& submission : all_submissions()) {
        if (stage.can_grade(submission)) {
            add_test(name + " " + submission.title(), "[" + submission.lab + "]",
                     [&stage, submission] { try_submission(stage, submission); });
        }
    }
    for (const auto& accident : accidents()) {
        add_test(name + " " + accident.name, "[accident]",
                 [&stage, accident] { accident.happen(stage); });
    }
}

int run(const std::string& name, int argc, char** argv) {
    // What a grader leaves becomes a child of this process, where it is found.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (const auto& configuration : configurations()) {
        if (configuration.name != name) {
            continue;
        }
        if (!works(configuration)) {
            add_test(name + " is not allowed by this kernel", "[skipped]",
                     [] { SKIP("`make status` says why"); });
            return Catch::Session().run(argc, argv);
        }
        const Stage stage(configuration);
        add_tests(stage);
        return Catch::Session().run(argc, argv);
    }
    fmt::print(stderr, "gate: there is no configuration {} here\n", name);
    return 2;
}

}  // namespace

}  // namespace ipclab::gate

int main(int argc, char** argv) {
    using namespace ipclab::gate;
    const std::string verb = argc > 1 ? argv[1] : "";
    try {
        if (verb == "prepare") {
            return prepare();
        }
        if (verb == "configurations") {
            for (const auto& configuration : configurations()) {
                fmt::print("{}\n", configuration.name);
            }
            return 0;
        }
        if (verb == "run" && argc > 2) {
            return run(argv[2], argc - 2, argv + 2);
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "gate: {}\n", error.what());
        return 3;
    }
    fmt::print(stderr, "usage: gate prepare | configurations | run NAME [CATCH2 OPTIONS]\n");
    return 2;
}
