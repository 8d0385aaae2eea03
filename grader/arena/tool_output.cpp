// Tools of the system, such as ipcs, in the world of a check.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "arena/arena.hpp"
#include "kernel/argv.hpp"
#include "kernel/failure.hpp"

namespace ipclab::arena {

namespace {

using kernel::checked;

[[noreturn]] void become_tool(Identity identity, std::vector<std::string>& command, int output) {
    std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
    const auto argv = kernel::argv_of(command);
    const auto envp = kernel::argv_of(environment);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = open("/dev/null", O_RDWR);
    if (become(identity) == 0 && nothing >= 0 && dup2(nothing, 0) == 0 && dup2(output, 1) == 1 &&
        dup2(nothing, 2) == 2) {
        execvpe(argv[0], argv.data(), envp.data());
    }
    _exit(127);
}

}  // namespace

ToolOutput Arena::run_tool(std::vector<std::string> command) {
    std::array<int, 2> ends{};
    checked(pipe2(ends.data(), O_CLOEXEC), "cannot make a pipe");
    const kernel::Descriptor from(ends[0]);
    kernel::Descriptor to(ends[1]);
    const pid_t tool = checked(fork(), "cannot start a tool");
    if (tool == 0) {
        become_tool(setting_.student, command, to.get());
    }
    to.close();
    ToolOutput output;
    std::array<char, 65536> block{};
    ssize_t size = 0;
    while ((size = read(from.get(), block.data(), block.size())) > 0) {
        output.text.append(block.data(), static_cast<std::size_t>(size));
    }
    checked(waitpid(tool, &output.wait_status, 0), "cannot wait for a tool");
    return output;
}

}  // namespace ipclab::arena
