#include "tests/gate/stage.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>

#include "kernel/failure.hpp"
#include "workshop/workshop.hpp"

namespace ipclab::gate {

namespace {

namespace fs = std::filesystem;

workshop::Tree as_tree(const Submission& submission) {
    const auto path = fs::weakly_canonical(tree_of(submission));
    return {path.filename().string(), path};
}

fs::path built_program(const Submission& submission) {
    return as_tree(submission).workplace() / submission.lab / "program";
}

}  // namespace

void build_together(const std::vector<Submission>& submissions, std::size_t begin,
                    std::size_t end) {
    std::vector<std::future<void>> builds;
    for (std::size_t index = begin; index < end; ++index) {
        builds.push_back(std::async(std::launch::async, [&submission = submissions[index]] {
            const auto built = workshop::build(as_tree(submission), {&lab_of(submission)});
            const bool compiles = built.at(0).lab.obstacle == report::Obstacle::none;
            if (compiles != submission.compiles) {
                throw std::runtime_error(submission.title() + ": " + built.at(0).lab.message);
            }
        }));
    }
    for (auto& build : builds) {
        build.get();
    }
}

Stage::Stage(const Configuration& configuration)
    : configuration_(configuration),
      own_identity_(configuration.grader.uid == geteuid()),
      surroundings_(configuration.grader),
      ipclab_(workshop::course().build / "grader" / "ipclab") {
    if (!own_identity_) {
        copy_for_others();
    }
}

void Stage::copy_for_others() {
    const auto& copies = copies_.emplace("gate-copies", fs::perms(0755)).path();
    fs::copy_file(ipclab_, copies / "ipclab");
    ipclab_ = copies / "ipclab";
    for (const auto& submission : all_submissions()) {
        if (submission.compiles) {
            const auto folder = program_folder(submission) / submission.lab;
            fs::create_directories(folder);
            fs::copy_file(built_program(submission), folder / "program");
        }
    }
}

fs::path Stage::program_folder(const Submission& submission) const {
    return copies_->path() / submission.title();
}

bool Stage::can_grade(const Submission& submission) const {
    const bool shows = std::none_of(
        submission.except.begin(), submission.except.end(), [this](const std::string& name) {
            return configuration_.name.starts_with(name) || configuration_.name.ends_with(name);
        });
    return shows && (own_identity_ || submission.compiles);
}

RunningGrader Stage::start(std::vector<std::string> arguments) const {
    return {ipclab_, configuration_, surroundings_.temporary(), std::move(arguments)};
}

RunningGrader Stage::start(const Submission& submission) const {
    const auto lab = std::to_string(lab_of(submission).number);
    return own_identity_ ? start({"--lab", lab, "--tree", tree_of(submission).string()})
                         : start({"--lab", lab, "--programs", program_folder(submission).string()});
}

Grading Stage::grade(const Submission& submission) const {
    return start(submission).finish();
}

Submission Stage::submission(const std::string& title) {
    const auto all = all_submissions();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Submission& submission) {
        return submission.title() == title;
    });
    if (found == all.end()) {
        throw std::runtime_error("there is no submission " + title);
    }
    return *found;
}

}  // namespace ipclab::gate
