#include "checks/evidence.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace ipclab::checks {

namespace {

constexpr std::size_t most_lines = 14;

constexpr int any_shell = -1;

/// @return whose shell a process's commands are typed in; 0 of the grader's own acts. Programs that
///         have ended did not keep a shell busy: one serves for all of them.
int shell_of(const arena::Arena& arena, int process) {
    const auto index = static_cast<std::size_t>(process) - 1;
    if (process == 0 || index >= arena.processes().size()) {
        return process;
    }
    const auto& state = *arena.processes()[index];
    const bool passing = state.asked == arena::Asked::program && state.ended();
    return passing ? any_shell : process;
}

std::string told_maker(const arena::Entry* entry) {
    if (entry == nullptr) {
        return "made by your code";
    }
    return entry->maker.process == 0
               ? "made by the grader"
               : fmt::format("made by process {}: {}", entry->maker.process, entry->maker.request);
}

/// @return how often a segment is attached, where it is; "" of other objects.
std::string told_attaches(const std::map<int, unsigned long>& attaches,
                          const kernel::Object& object) {
    const auto found = attaches.find(object.id);
    const bool is_attached = object.kind == kernel::Kind::segment && found != attaches.end();
    return is_attached ? fmt::format(", nattch {}", found->second) : "";
}

/// @return a command as it is typed: an address is another one in each process.
std::string typed(const std::string& command) {
    const auto verb = command.substr(0, command.find(' '));
    const bool by_address = verb == "detach" || verb == "read" || verb == "write";
    return by_address ? command + "   # with the address that attach answers" : command;
}

}  // namespace

std::vector<report::KernelRow> kernel_rows(const arena::Arena& arena) {
    std::vector<report::KernelRow> rows;
    // Listed once: there may be thousands.
    std::map<int, unsigned long> attaches;
    for (const auto& segment : arena.segments()) {
        if (segment.attaches > 0) {
            attaches[segment.id] = segment.attaches;
        }
    }
    for (const auto& object : arena.objects()) {
        rows.push_back({std::string(kernel::name_of(object.kind)), kernel::show_key(object.key),
                        object.id, kernel::show_mode(object.mode),
                        told_maker(arena.maker_of(object)) + told_attaches(attaches, object)});
    }
    return rows;
}

std::vector<std::string> by_hand(const arena::Arena& arena, const Lab& lab) {
    std::vector<std::string> lines;
    std::set<int> started;
    int latest = 0;
    for (const auto& act : arena.acts()) {
        const int shell = shell_of(arena, act.process);
        if (shell != 0 && !started.contains(shell)) {
            lines.push_back(fmt::format("make shell LAB={}{}", lab.number,
                                        started.empty() ? "" : "   # in another terminal"));
        } else if (shell != 0 && shell != latest) {
            lines.push_back(shell == any_shell
                                ? "# in any shell"
                                : fmt::format("# in the shell of process {}", shell));
        }
        if (shell != 0) {
            started.insert(shell);
        }
        latest = shell;
        lines.push_back(shell == 0 ? act.by_hand : "  " + typed(act.by_hand));
    }
    if (lines.size() > most_lines) {
        lines.erase(lines.begin(), lines.end() - most_lines);
        lines.insert(lines.begin(), "# ... and more of the same before");
    }
    lines.emplace_back("ipcs   # shows what there is; ipcrm with -q ID or -m ID removes it");
    return lines;
}

std::vector<report::Printed> printed(const arena::Arena& arena) {
    std::vector<report::Printed> all;
    for (const auto& process : arena.processes()) {
        if (process->printed_bytes > 0) {
            all.push_back({process->number, process->printed, process->printed_bytes});
        }
    }
    return all;
}

}  // namespace ipclab::checks
