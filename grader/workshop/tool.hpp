#ifndef IPCLAB_WORKSHOP_TOOL_HPP
#define IPCLAB_WORKSHOP_TOOL_HPP

#include <optional>
#include <string>
#include <vector>

#include "arena/confinement.hpp"
#include "kernel/descriptor.hpp"

namespace ipclab::workshop {

/// What a tool left.
struct ToolResult {
    int wait_status = 0;  ///< wait(2)
    std::string output;   ///< stdout and stderr together, at most 1 MiB
    [[nodiscard]] bool succeeded() const { return wait_status == 0; }
};

/// @return where a tool is, or nothing where it is not installed. The person's own PATH plays no
/// part.
std::optional<std::string> find_tool(const std::string& tool);

/// A build tool at work on student files: it may read and write only what the confinement allows,
/// sees a cleaned environment, and is stopped after two minutes of processor time, with 4 GiB of
/// memory or with files of 512 MiB.
class Tool {
public:
    /// Starts it.
    /// @param command    argv; the program is looked for by find_tool.
    /// @param temporary  the folder for its temporary files.
    /// @throws std::system_error where it cannot be started at all.
    Tool(const std::vector<std::string>& command, const std::string& temporary,
         const arena::Confinement& confinement);

    /// Waits for its end.
    ToolResult finish();

private:
    pid_t pid_ = -1;
    kernel::Descriptor output_;
};

}  // namespace ipclab::workshop

#endif
