#include "checks/evidence.hpp"

#include <fmt/format.h>

#include <set>

namespace ipclab::checks {

namespace {

constexpr std::size_t most_lines = 14;

std::string told_maker(const arena::Entry* entry) {
    if (entry == nullptr) {
        return "made by your code";
    }
    return entry->maker.process == 0
               ? "made by the grader"
               : fmt::format("made by process {}: {}", entry->maker.process, entry->maker.request);
}

}  // namespace

std::vector<report::KernelRow> kernel_rows(const arena::Arena& arena) {
    std::vector<report::KernelRow> rows;
    for (const auto& object : arena.objects()) {
        rows.push_back({std::string(kernel::name_of(object.kind)), kernel::show_key(object.key),
                        object.id, kernel::show_mode(object.mode),
                        told_maker(arena.maker_of(object))});
    }
    return rows;
}

std::vector<std::string> by_hand(const arena::Arena& arena, const Lab& lab) {
    std::vector<std::string> lines;
    std::set<int> started;
    int latest = 0;
    for (const auto& act : arena.acts()) {
        if (act.process != 0 && !started.contains(act.process)) {
            lines.push_back(fmt::format("make shell LAB={}{}", lab.number,
                                        started.empty() ? "" : "   # in another terminal"));
        } else if (act.process != 0 && act.process != latest) {
            lines.push_back(fmt::format("# in the shell of process {}", act.process));
        }
        if (act.process != 0) {
            started.insert(act.process);
        }
        latest = act.process;
        lines.push_back((act.process == 0 ? "" : "  ") + act.by_hand);
    }
    if (lines.size() > most_lines) {
        lines.erase(lines.begin(), lines.end() - most_lines);
        lines.insert(lines.begin(), "# ... and more of the same before");
    }
    lines.emplace_back("ipcs   # shows what there is; ipcrm -q ID removes a queue");
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
