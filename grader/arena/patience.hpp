#ifndef IPCLAB_ARENA_PATIENCE_HPP
#define IPCLAB_ARENA_PATIENCE_HPP

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "arena/process.hpp"
#include "kernel/tasks.hpp"

namespace ipclab::arena {

/// How long a wait may last. What counts is what the processes do, not the clock, so that a busy
/// machine changes no verdict.
struct Allowance {
    std::chrono::milliseconds processor;   ///< processor time of all processes of the check
    std::chrono::milliseconds standstill;  ///< all of them waiting for each other, unchanged
    std::chrono::milliseconds sleep;       ///< all of them waiting, some for a time they chose
};

/// The allowance for an answer, after which the process has failed.
constexpr Allowance for_an_answer{std::chrono::milliseconds(1000), std::chrono::milliseconds(500),
                                  std::chrono::milliseconds(2000)};

/// The allowance after which a process counts as excluded by one that is held back.
constexpr Allowance for_a_step{std::chrono::milliseconds(50), std::chrono::milliseconds(40),
                               std::chrono::milliseconds(100)};

enum class Progress { none, made };

/// Watches the processes of a check while nothing comes from them, and says when it is clear that
/// nothing will come. Looks only when asked: a wait that is answered at once costs nothing.
class Patience {
public:
    using Clock = std::chrono::steady_clock;

    /// How long to wait for events before the first look, and at most between looks.
    static constexpr std::chrono::milliseconds first_look{1};
    static constexpr std::chrono::milliseconds between_looks{20};

    explicit Patience(Allowance allowance) : allowance_(allowance) {}

    /// @return whether a look is due, though events keep coming.
    [[nodiscard]] bool look_is_due() const { return Clock::now() - last_look_ >= between_looks; }

    /// Looks at the threads of all processes of the check.
    /// @param settled  nanoseconds that their processes have used as the kernel adds them up, those
    /// that
    ///                 have ended included; threads that come and go between looks show only there.
    /// @param progress  whether they have made supervised calls since the last look: then they may
    /// only
    ///                  wait for the grader.
    /// @return why there is no point in waiting any longer, or Trouble::none.
    Trouble look(const std::vector<kernel::Task>& tasks, std::uint64_t settled = 0,
                 Progress progress = Progress::none);

private:
    [[nodiscard]] std::uint64_t count_cpu(const std::vector<kernel::Task>& tasks,
                                          std::uint64_t settled);

    Allowance allowance_;
    Clock::time_point last_look_ = Clock::now();
    bool looked_before_ = false;
    std::map<pid_t, std::uint64_t> cpu_of_threads_;
    std::uint64_t cpu_ = 0;  ///< used by threads since the first look, as far as the looks saw it
    std::uint64_t first_settled_ = 0;
    std::uint64_t last_switches_ = 0;
    std::chrono::nanoseconds still_{0};
    std::chrono::nanoseconds asleep_{0};
};

}  // namespace ipclab::arena

#endif
