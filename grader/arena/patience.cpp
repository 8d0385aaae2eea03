#include "arena/patience.hpp"

#include <algorithm>

namespace ipclab::arena {

namespace {

using kernel::Task;
using kernel::Waiting;

bool any(const std::vector<Task>& tasks, Waiting waiting) {
    return std::any_of(tasks.begin(), tasks.end(),
                       [waiting](const Task& task) { return task.waiting == waiting; });
}

template <typename Member>
std::uint64_t sum(const std::vector<Task>& tasks, Member member) {
    std::uint64_t total = 0;
    for (const auto& task : tasks) {
        total += task.*member;
    }
    return total;
}

}  // namespace

Trouble Patience::look(const std::vector<Task>& tasks) {
    const auto now = Clock::now();
    // A look that comes late, on a busy machine, counts as one interval: the processes may have had
    // no more chance to run than the grader had.
    const auto passed = std::min<std::chrono::nanoseconds>(now - last_look_, 2 * between_looks);
    last_look_ = now;

    waits_.clear();
    for (const auto& task : tasks) {
        if (!task.call.empty()) {
            waits_.push_back(task.call);
        }
    }
    const std::uint64_t cpu = sum(tasks, &Task::cpu);
    const std::uint64_t switches = sum(tasks, &Task::switches);
    const bool changed = !looked_before_ || switches != last_switches_;
    first_cpu_ = looked_before_ ? std::min(first_cpu_, cpu) : cpu;
    looked_before_ = true;
    last_switches_ = switches;

    if (std::chrono::nanoseconds(cpu - first_cpu_) >= allowance_.processor) {
        return Trouble::used_processor;
    }
    if (any(tasks, Waiting::stopped) && !any(tasks, Waiting::no)) {
        return Trouble::stopped;
    }
    const bool runs = any(tasks, Waiting::no);
    const bool sleeps = any(tasks, Waiting::for_a_time);
    asleep_ = runs ? asleep_ : asleep_ + passed;
    still_ = runs || sleeps || changed ? std::chrono::nanoseconds(0) : still_ + passed;
    if (still_ >= allowance_.standstill) {
        return Trouble::blocked;
    }
    return asleep_ >= allowance_.sleep ? Trouble::slept : Trouble::none;
}

}  // namespace ipclab::arena
