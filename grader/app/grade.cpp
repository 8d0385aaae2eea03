#include "app/grade.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <stdexcept>

#include "app/catalog.hpp"
#include "app/check_runner.hpp"
#include "app/choice.hpp"
#include "app/progress.hpp"
#include "arena/confinement.hpp"
#include "arena/lease.hpp"
#include "arena/ledger.hpp"
#include "arena/state_files.hpp"
#include "kernel/argv.hpp"
#include "kernel/failure.hpp"
#include "recorder/recorder.hpp"
#include "report/json.hpp"
#include "report/terminal.hpp"
#include "report/trace.hpp"
#include "text/text.hpp"
#include "workshop/workshop.hpp"

namespace ipclab::app {

namespace {

namespace fs = std::filesystem;
using checks::Lab;

workshop::Tree tree_named(const std::string& name) {
    if (name == "labs" || name == "solutions") {
        return {name, workshop::course().root / name};
    }
    std::error_code error;
    const auto path = fs::canonical(name, error);
    if (error || !fs::is_directory(path)) {
        throw WrongUsage{
            fmt::format("There is no folder {} to grade. Name one with a folder a lab, "
                        "such as labs or solutions.",
                        name)};
    }
    return {path.filename().string(), path};
}

std::string told_levels(const std::vector<arena::Probe>& probes) {
    std::string text;
    for (const auto& probe : probes) {
        text += fmt::format("  {:<10}  {}\n", arena::name_of(probe.level),
                            probe.works() ? "works" : "no: " + probe.obstacle);
    }
    return text;
}

arena::Level choose_level(const std::optional<arena::Level>& wanted) {
    for (const auto level : arena::levels) {
        // Each probe takes a process of its own: no more of them than are needed.
        if (wanted.value_or(level) == level && arena::obstacle_to(level).empty()) {
            return level;
        }
    }
    const auto probes = told_levels(arena::probe_levels());
    if (wanted) {
        throw WrongUsage{fmt::format("The isolation {} does not work here:\n{}",
                                     arena::name_of(*wanted), probes)};
    }
    throw std::runtime_error("no level of isolation works here:\n" + probes);
}

/// Programs that somebody has built already: DIR/NN-name/program, as in a workplace.
std::vector<workshop::Built> ready_made(const std::string& folder,
                                        const std::vector<const Lab*>& labs) {
    std::vector<workshop::Built> built;
    for (const auto* lab : labs) {
        auto& one = built.emplace_back();
        one.lab.number = lab->number;
        one.lab.name = lab->name;
        one.lab.title = lab->title;
        const auto program = fs::absolute(folder) / lab->name / "program";
        one.program = kernel::Descriptor(open(program.c_str(), O_RDONLY | O_CLOEXEC));
        if (!one.program.is_open()) {
            throw WrongUsage{
                fmt::format("There is no program {} that can be read.", program.string())};
        }
    }
    return built;
}

std::vector<Check> checks_of(const std::vector<Check>& all, int lab, const std::string& id) {
    std::vector<Check> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](const Check& check) {
        return check.lab == lab && (id.empty() || check.id == id);
    });
    return some;
}

/// A lab that cannot be run has all its checks all the same: it shows what there is to win.
std::vector<report::CheckResult> no_checks_run(const std::vector<Check>& checks) {
    std::vector<report::CheckResult> results;
    for (const auto& check : checks) {
        auto& result = results.emplace_back();
        result.id = check.id;
        result.title = check.title;
        result.max_points = check.points;
    }
    return results;
}

report::LabResult grade_lab(const workshop::Built& built, const Subject& setting,
                            const std::vector<Check>& all, const std::string& only) {
    report::LabResult result = built.lab;
    const auto of_lab = checks_of(all, result.number, "");
    const auto selected = checks_of(all, result.number, only);
    if (result.obstacle != report::Obstacle::none) {
        result.checks = no_checks_run(selected);
        return result;
    }
    Subject subject = setting;
    subject.lab = checks::lab_numbered(result.number);
    subject.program = built.program.get();
    Progress progress(result.number);
    result.checks = run_checks(subject, of_lab, selected,
                               [&](std::size_t done, std::size_t of) { progress.show(done, of); });
    return result;
}

/// A warning is no verdict, but often the reason for one.
void show_warnings(const workshop::Built& built) {
    constexpr std::size_t most = 5;
    if (built.warnings.empty()) {
        return;
    }
    fmt::print("The compiler warns:\n");
    for (std::size_t index = 0; index < std::min(most, built.warnings.size()); ++index) {
        fmt::print("  {}\n", text::harmless(built.warnings[index]));
    }
    if (built.warnings.size() > most) {
        fmt::print("  and {} times more\n", built.warnings.size() - most);
    }
    fmt::print("\n");
}

/// Puts the recordings of failed checks into files, and removes those of earlier gradings.
/// @param folder  where they go; empty: nowhere.
void keep_recordings(report::LabResult& lab, const fs::path& folder) {
    for (auto& check : lab.checks) {
        const auto text = std::exchange(check.recording, "");
        if (folder.empty()) {
            continue;
        }
        const auto file = folder / fmt::format("lab{:02}-{}.txt", lab.number, check.id);
        if (text.empty()) {
            fs::remove(file);
            continue;
        }
        fs::create_directories(folder);
        report::write_file_atomically(file, text);
        check.recording = fs::proximate(file).string();
    }
}

ExitStatus verdict_of(const report::RunResult& run) {
    if (report::has_grader_error(run)) {
        return ExitStatus::grader_error;
    }
    return report::points(run) == report::max_points(run) ? ExitStatus::full_marks
                                                          : ExitStatus::points_missing;
}

/// Refuses what would come to nothing before anything is done.
void require_places(const GradeOptions& options) {
    if (const auto why = options.json.empty() ? "" : report::obstacle_to_writing(options.json);
        !why.empty()) {
        throw WrongUsage{why};
    }
    if (const auto why = arena::state_obstacle(); !why.empty()) {
        throw WrongUsage{why};
    }
}

void clean_up_after_dead_graders() {
    arena::sweep_after_dead_graders();
    if (geteuid() == 0) {
        arena::Lease::evict_the_dead();
    }
}

/// @return how checks are to be run, and in the result why they are not recorded, where they are
///         not.
Subject subject_of(const GradeOptions& options, report::RunResult& run) {
    Subject subject;
    subject.level = choose_level(options.level);
    subject.seed = options.seed.value_or(std::random_device{}());
    const auto obstacle = options.recording == Recording::off
                              ? "not wanted"
                              : recorder::tracing_obstacle(subject.level);
    if (obstacle.empty()) {
        subject.recording = options.recording;
    } else {
        run.recording_note = fmt::format(
            "none ({}): races in shared memory are only sampled, every other verdict is the same",
            obstacle);
    }
    run.isolation = arena::name_of(subject.level);
    run.isolation_note = arena::promise_of(subject.level);
    run.seed = subject.seed;
    return subject;
}

/// Everything but showing the result.
report::RunResult run(const GradeOptions& options) {
    const auto all = catalog();
    auto labs = chosen_labs(options.lab);
    if (!options.check.empty()) {
        labs = labs_with_check(labs, options.check, all);
    }
    const auto tree = tree_named(options.tree);
    require_places(options);
    clean_up_after_dead_graders();

    report::RunResult run;
    Subject setting = subject_of(options, run);
    setting.tree = tree.name;
    run.tree = tree.name;
    run.partial = !options.check.empty();

    const bool is_built = !options.programs.empty();
    const auto built = is_built ? ready_made(options.programs, labs) : workshop::build(tree, labs);
    for (const auto& lab : built) {
        show_warnings(lab);
        run.labs.push_back(grade_lab(lab, setting, all, options.check));
        keep_recordings(run.labs.back(), is_built ? "" : tree.workplace() / "recordings");
    }
    if (!options.json.empty()) {
        report::write_file_atomically(options.json, report::to_json(run));
    }
    return run;
}

ExitStatus show(const report::RunResult& run, const std::string& text) {
    fmt::print("{}", text);
    if (std::fflush(stdout) != 0) {
        throw std::runtime_error("the report could not be written to the standard output");
    }
    return verdict_of(run);
}

}  // namespace

ExitStatus grade(const GradeOptions& options) {
    const auto result = run(options);
    return show(result, report::terminal_report(result, report::style_of(STDOUT_FILENO)));
}

ExitStatus trace(GradeOptions options) {
    if (options.check.empty()) {
        throw WrongUsage{"Name the check to trace, for example: make trace LAB=1 CHECK=create"};
    }
    options.recording = Recording::whole;
    const auto result = run(options);
    if (!result.recording_note.empty()) {
        throw std::runtime_error("nothing can be recorded here: " + result.recording_note);
    }
    return show(result, report::trace_report(result, report::style_of(STDOUT_FILENO)));
}

ExitStatus status() {
    const auto probes = arena::probe_levels();
    const auto used = std::find_if(probes.begin(), probes.end(),
                                   [](const arena::Probe& probe) { return probe.works(); });
    fmt::print("Isolation of the checks, best first:\n{}", told_levels(probes));
    if (used == probes.end()) {
        fmt::print("None of them works: nothing can be graded here.\n");
        return ExitStatus::grader_error;
    }
    fmt::print("Used here: {}: {}.\n", arena::name_of(used->level), arena::promise_of(used->level));
    const auto untraced = recorder::tracing_obstacle(used->level);
    fmt::print("The calls of student processes are {}.\n",
               untraced.empty() ? "recorded (ptrace)" : "not recorded here: " + untraced);
    const auto obstacle = arena::confinement_obstacle();
    fmt::print("Files that student code may read and write are {}.\n",
               obstacle.empty() ? "limited by Landlock" : "not limited here: " + obstacle);
    return ExitStatus::full_marks;
}

ExitStatus list() {
    for (const auto& lab : checks::labs()) {
        fmt::print("Lab {}  {}   labs/{}/{}\n", lab.number, lab.title, lab.name, lab.source);
        for (const auto& check : catalog()) {
            if (check.lab == lab.number) {
                fmt::print("  {:<16}{:>2}  {}\n", check.id, check.points, check.title);
            }
        }
    }
    return ExitStatus::full_marks;
}

ExitStatus shell(int lab, const std::string& tree) {
    const auto all_built = workshop::build(tree_named(tree), {&require_lab(lab)});
    const auto& built = all_built.front();
    show_warnings(built);
    if (built.lab.obstacle != report::Obstacle::none) {
        report::RunResult run;
        run.labs.push_back(built.lab);
        fmt::print("{}", report::terminal_report(run, report::style_of(STDOUT_FILENO)));
        return ExitStatus::points_missing;
    }
    std::fflush(nullptr);
    std::vector<std::string> words = {"shell"};
    fexecve(built.program.get(), kernel::argv_of(words).data(), environ);
    kernel::fail("cannot start the lab's shell");
}

}  // namespace ipclab::app
