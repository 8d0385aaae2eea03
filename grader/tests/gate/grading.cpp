#include "tests/gate/grading.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <seccomp.h>
#include <sys/wait.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "kernel/argv.hpp"
#include "kernel/descriptor.hpp"
#include "kernel/failure.hpp"
#include "kernel/file.hpp"
#include "recorder/recorder.hpp"

namespace ipclab::gate {

namespace {

namespace fs = std::filesystem;
using kernel::checked;

/// As a machine does that refuses ptrace: a container's filter, Yama's scope 3.
bool refuse_ptrace() {
    const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                  seccomp_release);
    return seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ptrace), 0) == 0 &&
           seccomp_load(filter.get()) == 0;
}

[[noreturn]] void become_grader(const Configuration& configuration, const fs::path& ipclab,
                                const fs::path& temporary, const fs::path& output,
                                std::vector<std::string>& arguments) {
    const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    setpgid(0, 0);
    const bool ready = file >= 0 && arena::become(configuration.grader) == 0 &&
                       dup2(file, 1) == 1 && dup2(file, 2) == 2 &&
                       setenv("TMPDIR", temporary.c_str(), 1) == 0 &&
                       (configuration.tracing == Tracing::allowed || refuse_ptrace());
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
    std::vector<Configuration> all;
    for (const auto tracing : {Tracing::allowed, Tracing::refused}) {
        const std::string suffix = tracing == Tracing::allowed ? "" : "-unrecorded";
        const auto add = [&](const char* name, Level level,
                             const std::shared_ptr<arena::Lease>& lease) {
            all.push_back({name + suffix, level, tracing, lease ? lease->identity() : me, lease});
        };
        if (me.uid == 0) {
            add("root-namespaces", Level::namespaces, nullptr);
            add("root-uid", Level::uid, nullptr);
        }
        const auto somebody = me.uid == 0 ? std::make_shared<arena::Lease>() : nullptr;
        add("user-namespaces", Level::namespaces, somebody);
        add("user-shared", Level::shared, me.uid == 0 ? std::make_shared<arena::Lease>() : nullptr);
    }
    return all;
}

bool works(const Configuration& configuration) {
    return arena::in_place_of(configuration.grader, [&] {
               const auto probes = arena::probe_levels();
               const bool works = std::any_of(probes.begin(), probes.end(), [&](const auto& probe) {
                   return probe.level == configuration.level && probe.works();
               });
               const bool traces = configuration.tracing == Tracing::refused ||
                                   recorder::tracing_obstacle(configuration.level).empty();
               return works && traces ? 0 : 1;
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
