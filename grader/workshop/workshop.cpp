#include "workshop/workshop.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>

#include "kernel/failure.hpp"
#include "kernel/file.hpp"
#include "workshop/diagnostics.hpp"
#include "workshop/tool.hpp"

namespace ipclab::workshop {

namespace {

namespace fs = std::filesystem;
using report::Obstacle;

std::string quoted_for_shell(const std::string& word) {
    std::string text = "'";
    for (const char letter : word) {
        text += letter == '\'' ? "'\\''" : std::string(1, letter);
    }
    return text + "'";
}

/// A word in a build.ninja: dollars, and in paths spaces and colons, are escaped with a dollar.
std::string escaped_for_ninja(const std::string& text, const char* special) {
    std::string escaped;
    for (const char letter : text) {
        escaped += std::string(special).find(letter) == std::string::npos ? "" : "$";
        escaped += letter;
    }
    return escaped;
}

std::string path_for_ninja(const fs::path& path) {
    return escaped_for_ninja(path.string(), "$ :");
}

std::string command_for_ninja(const std::vector<std::string>& words) {
    std::string command;
    for (const auto& word : words) {
        command += quoted_for_shell(word) + " ";
    }
    return escaped_for_ninja(command, "$");
}

std::vector<std::string> joined(std::vector<std::string> words,
                                const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

fs::path given_parts(const checks::Lab& lab) {
    return course().build / "labs" / fmt::format("lib{}.a", lab.name);
}

/// The whole build of one lab: compile the student's file, link it with all of the given parts, so
/// that defining one of them anew is an error. What the tools print goes to a
/// file, so that it can be shown again without building again. The program is a new file each time:
/// another grading may be running the old one.
std::string ninja_file(const checks::Lab& lab, const fs::path& source) {
    const auto& how = course();
    const std::vector<std::string> includes = {"-I" + (how.root / "labs" / lab.name).string(),
                                               "-I" + (how.root / "labs/shell").string(),
                                               "-include", how.prelude.string()};
    const auto compile = joined(joined(how.compiler, how.compile_args), includes);
    const auto link = joined(how.compiler, how.link_args);
    return fmt::format(
        "ninja_required_version = 1.7\n"
        "rule compile\n"
        "  command = {0}-MD -MF $out.d -c $in -o $out > $out.log 2>&1\n"
        "  depfile = $out.d\n"
        "rule link\n"
        "  command = rm -f $out && {1}-Wl,--whole-archive {5} -Wl,--no-whole-archive $in -o $out > "
        "$out.log "
        "2>&1\n"
        "build student.o: compile {2} | {3}\n"
        "build program: link student.o | {4}\n"
        "default program\n",
        command_for_ninja(compile), command_for_ninja(link), path_for_ninja(source),
        path_for_ninja(how.prelude.string() + ".gch"), path_for_ninja(given_parts(lab)),
        escaped_for_ninja(quoted_for_shell(given_parts(lab).string()), "$"));
}

/// Writes a file unless it holds the text already: its time tells ninja what to build again.
void write_if_changed(const fs::path& path, const std::string& text) {
    if (kernel::try_read_file(path) != text && !(std::ofstream(path) << text << std::flush)) {
        throw std::runtime_error("cannot write " + path.string() +
                                 ". Is it yours? `make clean` starts with a new build folder.");
    }
}

/// The build of one lab of a tree, from looking at its file to the program.
class Build {
public:
    Build(const Tree& tree, const checks::Lab& lab)
        : tree_(tree),
          lab_(lab),
          folder_(tree.path / lab.name),
          source_(folder_ / lab.source),
          work_(tree.workplace() / lab.name) {
        built_.lab.number = lab.number;
        built_.lab.name = lab.name;
        built_.lab.title = lab.title;
        if (look_at_source()) {
            start();
        }
    }

    Built finish() {
        if (tool_) {
            conclude(tool_->finish());
        }
        return std::move(built_);
    }

private:
    [[nodiscard]] std::string shown(const std::string& file) const {
        const std::string root = course().root.string() + "/";
        return file.starts_with(root) ? file.substr(root.size()) : file;
    }

    bool refuse(Obstacle obstacle, const std::string& message) {
        built_.lab.obstacle = obstacle;
        built_.lab.file = shown(source_.string());
        built_.lab.message = message;
        return false;
    }

    bool look_at_source() {
        const auto status = fs::symlink_status(source_);
        if (!fs::exists(status)) {
            return refuse(Obstacle::missing,
                          fmt::format("the file is not there. `git restore {}` brings the skeleton "
                                      "back, if it is in your repository.",
                                      shown(source_.string())));
        }
        if (!fs::is_regular_file(status)) {
            return refuse(Obstacle::unreadable,
                          "it is not a file of its own, but a folder, a link or "
                          "something else.");
        }
        if (const auto odd = odd_neighbour()) {
            return refuse(Obstacle::unreadable,
                          fmt::format("beside it, {} is neither a file nor a folder.", *odd));
        }
        const auto text = kernel::try_read_file(source_);
        if (!text) {
            return refuse(Obstacle::unreadable,
                          "it cannot be read. `ls -l` shows its permissions.");
        }
        if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
            return refuse(Obstacle::unreadable, "the file is empty.");
        }
        return is_utf8(*text) ||
               refuse(Obstacle::unreadable,
                      "it is not a text in UTF-8. Your editor can save it as one.");
    }

    /// A pipe, link or device in the student's folder, on which a compiler could wait for ever.
    [[nodiscard]] std::optional<std::string> odd_neighbour() const {
        for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
            const auto status = entry.symlink_status();
            if (!fs::is_regular_file(status) && !fs::is_directory(status)) {
                return shown(entry.path().string());
            }
        }
        return std::nullopt;
    }

    void start() {
        fs::create_directories(work_);
        // Two gradings of one folder take turns until each has opened its program.
        const auto lock = work_ / "lock";
        lock_ = kernel::Descriptor(open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        kernel::checked(flock(lock_.get(), LOCK_EX), "cannot lock a folder to build in");
        write_if_changed(work_ / "build.ninja", ninja_file(lab_, source_));
        auto readable = std::vector<std::string>{"/usr", "/lib", "/lib32",          "/lib64",
                                                 "/bin", "/opt", "/etc/ld.so.cache"};
        for (const auto& place : {folder_, course().root / "labs" / lab_.name,
                                  course().root / "labs/shell", course().build / "labs"}) {
            readable.push_back(place.string());
        }
        confinement_.emplace(readable, std::vector<std::string>{work_.string()});
        tool_.emplace(std::vector<std::string>{"ninja", "-C", work_.string(), "--quiet"},
                      work_.string(), *confinement_);
    }

    void conclude(const ToolResult& result) {
        if (const auto stranger = file_from_elsewhere()) {
            refuse(Obstacle::does_not_compile,
                   fmt::format("it includes {}, which is not part of the lab.", *stranger));
            return;
        }
        if (result.succeeded()) {
            const auto program = work_ / "program";
            for (const auto& warning :
                 warnings_in(kernel::try_read_file(work_ / "student.o.log").value_or(""))) {
                built_.warnings.push_back(
                    fmt::format("{}:{}: {}", shown(warning.file), warning.line, warning.message));
            }
            built_.program = kernel::Descriptor(kernel::checked(
                open(program.c_str(), O_RDONLY | O_CLOEXEC), "cannot open a program just built"));
            link_programs();
            return;
        }
        explain(result);
    }

    /// The names under which the program is one of those that the lab is about, to be started by
    /// hand.
    void link_programs() const {
        for (const auto name : lab_.programs) {
            const auto link = work_ / name;
            std::error_code ignored;
            fs::remove(link, ignored);
            fs::create_symlink("program", link, ignored);
        }
    }

    void explain(const ToolResult& result) {
        std::string log;
        for (const char* step : {"student.o.log", "program.log"}) {
            log += kernel::try_read_file(work_ / step).value_or("");
        }
        if (log.find_first_not_of(" \n") == std::string::npos) {
            throw std::runtime_error(fmt::format(
                "ninja could not build {}: {}\nIf the build folder is damaged, `make clean` starts "
                "with a new one.",
                work_.string(), result.output));
        }
        const auto error = first_error(log);
        refuse(Obstacle::does_not_compile, error.message);
        built_.lab.file = error.file.empty() ? built_.lab.file : shown(error.file);
        built_.lab.line = error.line;
        built_.lab.details = error.details;
    }

    /// A file that the compiler read and that belongs neither to the lab nor to the system.
    [[nodiscard]] std::optional<std::string> file_from_elsewhere() const {
        const auto text = kernel::try_read_file(work_ / "student.o.d").value_or("");
        const std::vector<fs::path> allowed = {"/usr", folder_, course().root / "labs" / lab_.name,
                                               course().root / "labs/shell",
                                               course().build / "labs"};
        for (const auto& file : read_depfile(text)) {
            std::error_code ignored;
            const auto real = fs::weakly_canonical(file, ignored).string();
            const bool known =
                std::any_of(allowed.begin(), allowed.end(), [&](const fs::path& place) {
                    return real.starts_with(fs::weakly_canonical(place, ignored).string() + "/");
                });
            if (!known) {
                return shown(real.empty() ? file : real);
            }
        }
        return std::nullopt;
    }

    const Tree& tree_;
    const checks::Lab& lab_;
    fs::path folder_;
    fs::path source_;
    fs::path work_;
    Built built_;
    std::optional<arena::Confinement> confinement_;
    std::optional<Tool> tool_;
    kernel::Descriptor lock_;
};

/// Says which package is missing before a student is told that something does not compile.
void require_tools() {
    const auto& how = course();
    std::vector<std::pair<std::string, std::string>> tools = {{how.compiler.front(), "g++"},
                                                              {"ninja", "ninja-build"}};
    if (!how.link_args.empty()) {
        tools.emplace_back("mold", "mold");
    }
    for (const auto& [tool, package] : tools) {
        if (!find_tool(tool)) {
            throw std::runtime_error(
                fmt::format("{} is not installed. It comes with the package {}: "
                            "`docker/install-packages` installs what is missing.",
                            tool, package));
        }
    }
}

}  // namespace

fs::path Tree::workplace() const {
    const bool own = path == course().root / name;
    const auto unique =
        own ? name : fmt::format("{}-{:016x}", name, std::hash<std::string>{}(path.string()));
    return course().build / "trees" / unique;
}

std::vector<Built> build(const Tree& tree, const std::vector<const checks::Lab*>& labs) {
    require_tools();
    std::vector<std::unique_ptr<Build>> builds;
    for (const auto* lab : labs) {
        builds.push_back(std::make_unique<Build>(tree, *lab));
    }
    std::vector<Built> results;
    results.reserve(builds.size());
    for (const auto& build : builds) {
        results.push_back(build->finish());
    }
    return results;
}

}  // namespace ipclab::workshop
