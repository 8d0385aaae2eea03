// The `ipclab` program: its command line, and what its exit status says.
#include <fmt/format.h>
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "app/check_runner.hpp"
#include "app/grade.hpp"

namespace {

using ipclab::app::ExitStatus;
using ipclab::app::GradeOptions;

constexpr const char* footer =
    "Exit status: 0 full marks, 1 points are missing, 2 wrong usage, 3 the grader failed,\n"
    "128 + N after the signal N.";

void add_grade_options(CLI::App& command, GradeOptions& options, std::string& level) {
    command.add_option("--lab", options.lab, "one lab, by its number");
    command.add_option("--check", options.check, "one check, by its id");
    command.add_option("--tree", options.tree, "labs, solutions, or a folder with a folder a lab")
        ->capture_default_str();
    command.add_option("--programs", options.programs,
                       "a folder with programs that are built already: NN-name/program");
    command.add_option("--json", options.json, "a file that gets the result, too");
    command.add_option("--isolation", level, "namespaces, uid or shared: not the best that works");
    command.add_option("--seed", options.seed,
                       "the seed of an earlier run, to draw the same values");
}

/// Puts the level that a word names into the options.
void choose_level(GradeOptions& options, const std::string& level) {
    if (!level.empty()) {
        options.level = ipclab::arena::level_named(level);
        if (!options.level) {
            throw ipclab::app::WrongUsage{fmt::format(
                "There is no isolation \"{}\". There are: namespaces, uid, shared.", level)};
        }
    }
}

int run(int argc, char** argv) {
    CLI::App app("Builds and grades the labs on System V IPC.", "ipclab");
    app.require_subcommand(1);
    app.footer(footer);
    GradeOptions options;
    std::string level;
    int lab = 1;
    auto* grade_command = app.add_subcommand("grade", "builds the labs and runs their checks");
    add_grade_options(*grade_command, options, level);
    grade_command->add_flag_callback(
        "--no-recording", [&options] { options.recording = ipclab::app::Recording::off; },
        "do not trace student processes: the same verdict, without pictures and causes");
    auto* trace_command = app.add_subcommand("trace", "runs one check and shows what was recorded");
    add_grade_options(*trace_command, options, level);
    auto* shell_command = app.add_subcommand("shell", "opens a lab's shell over your functions");
    shell_command->add_option("--lab", lab, "the lab's number")->capture_default_str();
    shell_command->add_option("--tree", options.tree, "labs or solutions")->capture_default_str();
    int steps = 1;
    auto* hint_command = app.add_subcommand("hint", "says a little more about one check");
    hint_command->add_option("--lab", options.lab, "one lab, by its number");
    hint_command->add_option("--check", options.check, "the check, by its id");
    hint_command->add_option("--step", steps, "how many of the three hints")->capture_default_str();
    const auto* list_command = app.add_subcommand("list", "shows the labs and their checks");
    app.add_subcommand("status", "shows which isolation of student code works here");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(ExitStatus::wrong_usage);
    }
    choose_level(options, level);
    ExitStatus status{};
    if (grade_command->parsed()) {
        status = ipclab::app::grade(options);
    } else if (trace_command->parsed()) {
        status = ipclab::app::trace(options);
    } else if (hint_command->parsed()) {
        status = ipclab::app::hint(options.lab, options.check, steps);
    } else if (shell_command->parsed()) {
        status = ipclab::app::shell(lab, options.tree);
    } else {
        status = list_command->parsed() ? ipclab::app::list() : ipclab::app::status();
    }
    return static_cast<int>(status);
}

}  // namespace

int main(int argc, char** argv) {
    // Student code of the same user may neither trace the grader nor look into its memory.
    prctl(PR_SET_DUMPABLE, 0);
    try {
        return run(argc, argv);
    } catch (const ipclab::app::WrongUsage& wrong) {
        fmt::print(stderr, "ipclab: {}\n", wrong.message);
        return static_cast<int>(ExitStatus::wrong_usage);
    } catch (const ipclab::app::Interrupted& interrupted) {
        fmt::print(stderr, "\nipclab: interrupted; everything is cleaned up.\n");
        return 128 + interrupted.signal;
    } catch (const std::exception& error) {
        fmt::print(stderr, "ipclab: {}\n", error.what());
        return static_cast<int>(ExitStatus::grader_error);
    }
}
