#include "workshop/tool.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "kernel/argv.hpp"
#include "kernel/failure.hpp"

namespace ipclab::workshop {

namespace {

using kernel::checked;

constexpr std::size_t most_output = 1UL << 20U;
constexpr std::array search_path = {"/usr/local/bin", "/usr/bin", "/bin"};

std::string joined_search_path() {
    std::string path;
    for (const char* folder : search_path) {
        path += (path.empty() ? "" : ":") + std::string(folder);
    }
    return path;
}

void limit(decltype(RLIMIT_CPU) resource, rlim_t value) {
    const rlimit both{value, value};
    if (setrlimit(resource, &both) != 0) {
        _exit(127);
    }
}

[[noreturn]] void run_child(const char* program, char* const* argv, char* const* envp, int input,
                            int output, const arena::Confinement& confinement) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    limit(RLIMIT_CPU, 120);
    limit(RLIMIT_AS, 4UL << 30U);
    limit(RLIMIT_FSIZE, 512UL << 20U);
    limit(RLIMIT_CORE, 0);
    const bool ready = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
                       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && confinement.enter() == 0 &&
                       dup2(input, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2;
    if (ready) {
        execve(program, argv, envp);
    }
    _exit(127);
}

}  // namespace

std::optional<std::string> find_tool(const std::string& tool) {
    if (tool.find('/') != std::string::npos) {
        return access(tool.c_str(), X_OK) == 0 ? std::optional(tool) : std::nullopt;
    }
    for (const char* folder : search_path) {
        std::string path = std::string(folder) + "/" + tool;
        if (access(path.c_str(), X_OK) == 0) {
            return path;
        }
    }
    return std::nullopt;
}

Tool::Tool(const std::vector<std::string>& command, const std::string& temporary,
           const arena::Confinement& confinement) {
    const std::string program = find_tool(command.front()).value_or(command.front());
    std::vector<std::string> words = command;
    std::vector<std::string> environment = {"PATH=" + joined_search_path(), "LC_ALL=C.UTF-8",
                                            "TMPDIR=" + temporary};
    const auto argv = kernel::argv_of(words);
    const auto envp = kernel::argv_of(environment);
    std::array<int, 2> ends{};
    checked(pipe2(ends.data(), O_CLOEXEC), "cannot make a pipe");
    output_ = kernel::Descriptor(ends[0]);
    const kernel::Descriptor far_end(ends[1]);
    const kernel::Descriptor nothing(
        checked(open("/dev/null", O_RDONLY | O_CLOEXEC), "cannot open /dev/null"));
    pid_ = checked(fork(), "cannot start a build tool");
    if (pid_ == 0) {
        run_child(program.c_str(), argv.data(), envp.data(), nothing.get(), far_end.get(),
                  confinement);
    }
}

ToolResult Tool::finish() {
    ToolResult result;
    std::array<char, 65536> block{};
    ssize_t size = 0;
    while ((size = read(output_.get(), block.data(), block.size())) != 0) {
        if (size > 0 && result.output.size() < most_output) {
            result.output.append(block.data(), static_cast<std::size_t>(size));
        } else if (size < 0 && errno != EINTR) {
            break;
        }
    }
    checked(waitpid(pid_, &result.wait_status, 0), "cannot wait for a build tool");
    return result;
}

}  // namespace ipclab::workshop
