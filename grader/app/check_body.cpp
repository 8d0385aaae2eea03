#include "app/check_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch_session.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <catch2/reporters/catch_reporter_streaming_base.hpp>
#include <chrono>
#include <functional>
#include <optional>

#include "checks/evidence.hpp"
#include "checks/expectations.hpp"
#include "checks/sentences.hpp"
#include "diagnosis/deciding_line.hpp"
#include "diagnosis/diagnosis.hpp"
#include "explorer/explorer.hpp"
#include "explorer/schedule.hpp"
#include "recorder/picture.hpp"
#include "recorder/recorder.hpp"
#include "recorder/transcript.hpp"

namespace ipclab::app {

namespace {

using report::CheckResult;
using report::Outcome;

/// The check that runs in this process.
struct Underway {
    const Subject* subject = nullptr;
    CheckResult* result = nullptr;
    const recorder::Recorder* recorder = nullptr;  ///< or null
    checks::Mismatch mismatch;                     ///< of the failure
    recorder::Recording recording;                 ///< up to the failure
    const arena::Aftermath* aftermath = nullptr;   ///< where nothing else failed
};

Underway underway;

bool is_students_failure(Catch::ResultWas::OfType type) {
    return type == Catch::ResultWas::ExpressionFailed ||
           type == Catch::ResultWas::ExplicitFailure ||
           type == Catch::ResultWas::DidntThrowException;
}

void record_failure(const Catch::AssertionResult& assertion) {
    CheckResult& result = *underway.result;
    // The arena of a check that was ended by an exception is closed already.
    const auto& interference = arena::Arena::aftermath().interference;
    if (!interference.empty()) {
        checks::keep_mismatch({.finding = checks::told_interference(interference)});
    } else if (!is_students_failure(assertion.getResultType())) {
        // An exception in the check itself: our mistake or a machine that refuses something.
        result.outcome = Outcome::grader_error;
        result.because = std::string(assertion.getMessage());
        return;
    }
    result.outcome = Outcome::fail;
    underway.mismatch = checks::take_mismatch().value_or(checks::Mismatch{
        .finding = {assertion.getExpression(), "it was " + assertion.getExpandedExpression(), ""}});
    result.finding = underway.mismatch.finding;
    if (underway.recorder != nullptr) {
        underway.recording = underway.recorder->recording();
    }
    if (const auto* arena = arena::Arena::current()) {
        result.kernel = checks::kernel_rows(*arena);
        result.by_hand = checks::by_hand(*arena, *underway.subject->lab);
        result.printed = checks::printed(*arena);
    }
}

/// Hears of every failed assertion while the arena of the check is still there.
class Listener : public Catch::StreamingReporterBase {
public:
    using StreamingReporterBase::StreamingReporterBase;
    static std::string getDescription() { return "hands the outcome of one check to the grader"; }

    void assertionEnded(const Catch::AssertionStats& stats) override {
        if (!stats.assertionResult.isOk() && underway.result->outcome == Outcome::pass) {
            record_failure(stats.assertionResult);
        }
    }
};

void add_words(CheckResult& result, const Subject& subject) {
    const auto* words = checks::words_of(*subject.lab, result.id);
    result.finding.reason = words->reason;
    result.look_at = fmt::format("{}/{}/{}, {}", subject.tree, subject.lab->name,
                                 subject.lab->source, words->function);
    result.read = words->read;
    if (!words->by_hand.empty()) {
        result.by_hand = {std::string(words->by_hand)};
    }
    result.handout = fmt::format("labs/{}/README.md, {}", subject.lab->name, words->task);
}

void add_aftermath(CheckResult& result, const arena::Aftermath& aftermath) {
    if (!aftermath.failure.empty()) {
        result.outcome = Outcome::grader_error;
        result.because = aftermath.failure;
    }
    if (result.outcome == Outcome::pass && !checks::is_clean(aftermath)) {
        result.outcome = Outcome::fail;
        result.finding = checks::told(aftermath);
        underway.aftermath = &aftermath;
        if (underway.recorder != nullptr) {
            underway.recording = underway.recorder->recording();
        }
    }
}

/// Adds the schedule that shows the failure of a race, in lines of the student's file.
void add_schedule(CheckResult& result) {
    const std::string source(underway.subject->lab->source);
    const explorer::SourceLines lines(underway.subject->program, source);
    const auto schedule = explorer::schedule_of(underway.recording, explorer::latest());
    for (const auto& step : explorer::steps_of(underway.recording, schedule, lines, source)) {
        result.schedule.push_back({step.who, step.text, step.place});
    }
}

/// Adds what the recording shows: of a failure the cause, where one is certain, and a picture of
/// what matters; of any check, where it is asked for, the whole.
void add_recording(CheckResult& result) {
    constexpr std::size_t whole = 100'000;
    constexpr std::size_t what_matters = 20;
    const bool failed = result.outcome == Outcome::fail;
    const bool all = underway.subject->recording == Recording::whole;
    if (underway.recorder == nullptr || (!failed && !all)) {
        return;
    }
    std::optional<recorder::Mark> mark;
    if (failed) {
        const diagnosis::Case seen{
            .lab = underway.subject->lab->number,
            .check = result.id,
            .mismatch = underway.mismatch,
            .recording = underway.recording,
            .aftermath = underway.aftermath,
            .schedule = explorer::schedule_of(underway.recording, explorer::latest())};
        const auto found = diagnosis::diagnose(seen);
        result.diagnosis = found ? found->sentence : "";
        mark = found && found->mark ? found->mark : diagnosis::deciding_line(seen);
    } else {
        underway.recording = underway.recorder->recording();
    }
    if (failed) {
        add_schedule(result);
    }
    // A schedule is a picture itself.
    if (result.schedule.empty()) {
        result.picture = recorder::draw(underway.recording, mark, all ? whole : what_matters);
    }
    result.recording = recorder::transcript(underway.recording);
}

}  // namespace

CATCH_REGISTER_REPORTER("ipclab-listener", Listener)

CheckResult run_check_here(const Check& check, const Subject& subject, arena::Identity student) {
    const auto start = std::chrono::steady_clock::now();
    CheckResult result;
    result.id = check.id;
    result.title = check.title;
    result.max_points = check.points;
    result.outcome = Outcome::pass;
    std::optional<recorder::Recorder> recorder;
    if (subject.recording != Recording::off) {
        recorder.emplace();
    }
    underway = {
        .subject = &subject, .result = &result, .recorder = recorder ? &*recorder : nullptr};
    arena::Arena::prepare({.level = subject.level,
                           .student = student,
                           .program = subject.program,
                           .seed = subject.seed ^ std::hash<std::string>{}(check.id),
                           .tracing = recorder ? &*recorder : nullptr});

    const std::string selection = fmt::format("[lab{:02}][{}]", check.lab, check.id);
    const std::array arguments = {"ipclab", "--reporter", "ipclab-listener", selection.c_str()};
    Catch::Session session;
    session.applyCommandLine(static_cast<int>(arguments.size()), arguments.data());
    session.run();

    add_aftermath(result, arena::Arena::aftermath());
    result.explored = explorer::told(explorer::explored());
    add_recording(result);
    if (result.outcome == Outcome::fail) {
        const std::string own_reason = result.finding.reason;
        add_words(result, subject);
        result.finding.reason = own_reason.empty() ? result.finding.reason : own_reason;
    }
    result.points = result.outcome == Outcome::pass ? check.points : 0;
    result.microseconds = std::chrono::duration_cast<std::chrono::microseconds>(
                              std::chrono::steady_clock::now() - start)
                              .count();
    return result;
}

}  // namespace ipclab::app
