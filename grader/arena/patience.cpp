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

/// Counts in two ways, each of which misses something and never counts too much.
std::uint64_t Patience::count_cpu(const std::vector<Task>& tasks, std::uint64_t settled) {
    std::map<pid_t, std::uint64_t> now;
    for (const auto& task : tasks) {
        const auto before = cpu_of_threads_.find(task.thread);
        const bool known = before != cpu_of_threads_.end() && before->second <= task.cpu;
        if (looked_before_) {
            cpu_ += known ? task.cpu - before->second : task.cpu;
        }
        now[task.thread] = task.cpu;
    }
    cpu_of_threads_ = std::move(now);
    first_settled_ = looked_before_ ? std::min(first_settled_, settled) : settled;
    return std::max(cpu_, settled - first_settled_);
}

Trouble Patience::look(const std::vector<Task>& tasks, std::uint64_t settled, Progress progress) {
    const auto now = Clock::now();
    // A look that comes late, on a busy machine, counts as one interval: the processes may have had
    // no more chance to run than the grader had.
    const auto passed = std::min<std::chrono::nanoseconds>(now - last_look_, 2 * between_looks);
    last_look_ = now;

    const std::uint64_t cpu = count_cpu(tasks, settled);
    const std::uint64_t switches = sum(tasks, &Task::switches);
    const bool changed = !looked_before_ || switches != last_switches_;
    looked_before_ = true;
    last_switches_ = switches;

    if (std::chrono::nanoseconds(cpu) >= allowance_.processor) {
        return Trouble::used_processor;
    }
    const bool runs = any(tasks, Waiting::no);
    const bool sleeps = any(tasks, Waiting::for_a_time);
    // Who makes one supervised call after another waits for the grader each time, and does not
    // sleep.
    const bool busy = runs || (!sleeps && progress == Progress::made);
    asleep_ = busy ? asleep_ : asleep_ + passed;
    still_ = runs || sleeps || changed ? std::chrono::nanoseconds(0) : still_ + passed;
    const bool stopped = any(tasks, Waiting::stopped);
    if (still_ >= allowance_.standstill) {
        return stopped ? Trouble::stopped : Trouble::blocked;
    }
    if (asleep_ >= allowance_.sleep) {
        return stopped ? Trouble::stopped : Trouble::slept;
    }
    return Trouble::none;
}

}  // namespace ipclab::arena
