#include "tests/gate/submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "checks/lab.hpp"
#include "kernel/file.hpp"
#include "workshop/workshop.hpp"

namespace ipclab::gate {

namespace {

namespace fs = std::filesystem;

constexpr int header_lines = 8;

std::string name_of(Kind kind) {
    switch (kind) {
        case Kind::skeleton:
            return "skeleton";
        case Kind::solution:
            return "solution";
        case Kind::wrong:
            return "wrong";
        case Kind::right:
            return "right";
        case Kind::hostile:
            return "hostile";
    }
    throw std::logic_error("no such kind of submission");
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

void read_header(Submission& submission) {
    std::ifstream file(submission.file);
    std::string line;
    for (int number = 0; number < header_lines && std::getline(file, line); ++number) {
        const std::string text = line.starts_with("// ") ? line.substr(3) : line;
        if (text.starts_with("what: ")) {
            submission.what = text.substr(6);
        } else if (text.starts_with("fails: ")) {
            submission.fails = words_of(text.substr(7));
        } else if (text.starts_with("says: ")) {
            submission.says.push_back(text.substr(6));
        } else if (text.starts_with("except: ")) {
            submission.except.push_back(words_of(text.substr(8)).at(0));
        } else if (text == "compiles: no") {
            submission.compiles = false;
        }
    }
    if (submission.what.empty() || (submission.kind == Kind::wrong && submission.fails.empty())) {
        throw std::runtime_error(submission.file.string() + " does not say what it does wrong");
    }
}

void add_folder(std::vector<Submission>& all, const std::string& lab, Kind kind) {
    const auto folder = workshop::course().root / "grader/tests/submissions" / lab / name_of(kind);
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        Submission submission{.kind = kind, .lab = lab, .name = file.stem().string(), .file = file};
        read_header(submission);
        all.push_back(submission);
    }
}

void apply_patch(const fs::path& patch, const fs::path& folder) {
    const auto command = fmt::format("cd '{}' && GIT_DIR=/dev/null git apply -p1 '{}'",
                                     folder.string(), patch.string());
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error(patch.string() + " does not fit the solution any more");
    }
}

}  // namespace

std::string Submission::title() const {
    return fmt::format("{}/{}{}{}", lab, name_of(kind), name.empty() ? "" : "/", name);
}

std::vector<Submission> all_submissions() {
    std::vector<Submission> all;
    const auto& root = workshop::course().root;
    for (const auto& lab : checks::labs()) {
        const std::string name(lab.name);
        all.push_back({.kind = Kind::skeleton,
                       .lab = name,
                       .name = "",
                       .what = "as a student gets it",
                       .file = root / "labs" / name / lab.source});
        all.push_back({.kind = Kind::solution,
                       .lab = name,
                       .name = "",
                       .what = "as a teacher has it",
                       .file = root / "solutions" / name / lab.source});
        for (const Kind kind : {Kind::wrong, Kind::right, Kind::hostile}) {
            add_folder(all, name, kind);
        }
    }
    return all;
}

const checks::Lab& lab_of(const Submission& submission) {
    const auto& labs = checks::labs();
    return *std::find_if(labs.begin(), labs.end(),
                         [&](const checks::Lab& lab) { return lab.name == submission.lab; });
}

fs::path tree_of(const Submission& submission) {
    return workshop::course().build / "gate" / submission.title();
}

void write_tree(const Submission& submission) {
    const auto folder = tree_of(submission) / submission.lab;
    fs::remove_all(folder);
    fs::create_directories(folder);
    const bool patched = submission.file.extension() == ".patch";
    const std::string_view source = lab_of(submission).source;
    const auto original =
        patched ? workshop::course().root / "solutions" / submission.lab / source : submission.file;
    const auto copy = folder / source;
    fs::copy_file(original, copy);
    if (patched) {
        apply_patch(submission.file, folder);
    }
    // As old as what it is made from, so that it is built again only when that changed.
    fs::last_write_time(
        copy, std::max(fs::last_write_time(original), fs::last_write_time(submission.file)));
}

}  // namespace ipclab::gate
