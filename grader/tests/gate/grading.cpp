#include "tests/gate/grading.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kernel/argv.hpp"
#include "kernel/descriptor.hpp"
#include "kernel/failure.hpp"
#include "kernel/file.hpp"

namespace ipclab::gate {

namespace {

namespace fs = std::filesystem;
using kernel::checked;

Configuration as_somebody(const std::string& name, arena::Level level) {
    const auto lease = std::make_shared<arena::Lease>();
    return {name, level, lease->identity(), lease};
}

[[noreturn]] void become_grader(const Configuration& configuration, const fs::path& ipclab,
                                const fs::path& temporary, const fs::path& output,
                                std::vector<std::string>& arguments) {
    const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    setpgid(0, 0);
    const bool ready = file >= 0 && arena::become(configuration.grader) == 0 &&
                       dup2(file, 1) == 1 && dup2(file, 2) == 2 &&
                       setenv("TMPDIR", temporary.c_str(), 1) == 0;
    const auto argv = kernel::argv_of(arguments);
    if (ready) {
        execv(ipclab.c_str(), argv.data());
    }
    _exit(126);
}

void read_result(const std::string& text, Grading& grading) {
    const auto run = nlohmann::json::parse(text);
    grading.points = run.at("points").get<int>();
    // A note says why there is no recording; without one no diagnosis is to be had.
    grading.recorded = run.contains("recording_note") && run.at("recording_note") == "";
    const auto& lab = run.at("labs").at(0);
    grading.obstacle = lab.at("obstacle").get<std::string>();
    for (const auto& check : lab.at("checks")) {
        const auto outcome = check.at("outcome").get<std::string>();
        if (const auto said = check.value("diagnosis", ""); !said.empty()) {
            grading.diagnoses.push_back(said);
        }
        if (outcome == "fail") {
            grading.failed.push_back(check.at("id"));
        } else if (outcome == "grader_error") {
            grading.undecided.push_back(check.at("id"));
        }
    }
    std::sort(grading.failed.begin(), grading.failed.end());
}

}  // namespace

std::vector<Configuration> configurations() {
    using arena::Level;
    const auto me = arena::Identity::mine();
    if (me.uid == 0) {
        return {{"root-namespaces", Level::namespaces, me, nullptr},
                {"root-uid", Level::uid, me, nullptr},
                as_somebody("user-namespaces", Level::namespaces),
                as_somebody("user-shared", Level::shared)};
    }
    return {{"user-namespaces", Level::namespaces, me, nullptr},
            {"user-shared", Level::shared, me, nullptr}};
}

bool works(const Configuration& configuration) {
    return arena::in_place_of(configuration.grader, [&] {
               const auto probes = arena::probe_levels();
               const bool works = std::any_of(probes.begin(), probes.end(), [&](const auto& probe) {
                   return probe.level == configuration.level && probe.works();
               });
               return works ? 0 : 1;
           }) == 0;
}

RunningGrader::RunningGrader(const fs::path& ipclab, const Configuration& configuration,
                             const fs::path& temporary, std::vector<std::string> arguments) {
    static int number = 0;
    const auto name = fmt::format("{}-{}", temporary.string(), ++number);
    json_ = temporary / fmt::format("result-{}.json", number);
    output_ = name + ".output";
    arguments.insert(arguments.begin(), {"ipclab", "grade"});
    arguments.insert(arguments.end(),
                     {"--isolation", std::string(arena::name_of(configuration.level))});
    if (std::find(arguments.begin(), arguments.end(), "--json") == arguments.end()) {
        arguments.insert(arguments.end(), {"--json", json_.string()});
    }
    pid_ = checked(fork(), "cannot start a grader");
    if (pid_ == 0) {
        become_grader(configuration, ipclab, temporary, output_, arguments);
    }
}

Grading RunningGrader::finish() {
    Grading grading;
    int status = 0;
    checked(waitpid(pid_, &status, 0), "cannot wait for a grader");
    grading.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    grading.output = kernel::try_read_file(output_).value_or("");
    if (const auto json = kernel::try_read_file(json_)) {
        read_result(*json, grading);
    }
    fs::remove(json_);
    fs::remove(output_);
    return grading;
}

}  // namespace ipclab::gate
