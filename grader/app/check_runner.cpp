#include "app/check_runner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "app/check_body.hpp"
#include "arena/ledger.hpp"
#include "kernel/failure.hpp"
#include "kernel/signals.hpp"
#include "kernel/tasks.hpp"
#include "report/json.hpp"

namespace ipclab::app {

namespace {

using kernel::checked;
using kernel::Descriptor;
using report::CheckResult;
using report::Outcome;

/// A check on its way: waiting while it has neither a warden nor a result.
struct Job {
    Check check;
    bool is_reported = false;
    pid_t warden = -1;
    Descriptor result_pipe;
    std::string text;
    std::optional<CheckResult> result;
    std::optional<int> processor;  ///< the one on which it runs or ran

    [[nodiscard]] bool is_running() const { return result_pipe.is_open(); }
};

CheckResult without_verdict(const Check& check, Outcome outcome, const std::string& because) {
    CheckResult result;
    result.id = check.id;
    result.title = check.title;
    result.max_points = check.points;
    result.outcome = outcome;
    result.because = because;
    return result;
}

/// @return the numbers of the processors that may be used; none where nobody knows.
std::vector<int> usable_processors() {
    cpu_set_t set;
    std::vector<int> numbers;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        for (int number = 0; number < CPU_SETSIZE; ++number) {
            if (CPU_ISSET(number, &set)) {
                numbers.push_back(number);
            }
        }
    }
    return numbers;
}

/// Keeps this process and all that it will start on one processor: a tracer and the thread that it
/// stops take turns, and wake each other several times faster there.
void stay_on(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    // Where it is not allowed it is slower, and nothing else.
    sched_setaffinity(0, sizeof set, &set);
}

void write_all(int file, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        done += static_cast<std::size_t>(checked(
            write(file, text.data() + done, text.size() - done), "cannot hand over a result"));
    }
}

std::string told_end(int status) {
    if (WIFSIGNALED(status)) {
        return fmt::format("the process that ran the check was killed by SIG{}",
                           sigabbrev_np(WTERMSIG(status)));
    }
    return fmt::format("the process that ran the check ended with status {} and without a result",
                       WEXITSTATUS(status));
}

class Runner {
public:
    Runner(const Subject& subject, const std::vector<Check>& all,
           const std::vector<Check>& selected)
        : subject_(subject) {
        for (const auto& check : all) {
            if (is_wanted(check, all, selected)) {
                jobs_.push_back({.check = check, .is_reported = is_among(check.id, selected)});
            }
        }
        signals_ = kernel::watch_signals({SIGINT, SIGTERM, SIGHUP});
        checked(prctl(PR_SET_CHILD_SUBREAPER, 1), "cannot become a reaper");
    }

    std::vector<CheckResult> run(const std::function<void(std::size_t, std::size_t)>& progress) {
        while (count_done() < jobs_.size()) {
            settle_not_run();
            start_what_can_run();
            wait_for_something();
            progress(count_done(), jobs_.size());
        }
        std::vector<CheckResult> results;
        for (auto& job : jobs_) {
            if (job.is_reported) {
                results.push_back(*job.result);
            }
        }
        return results;
    }

private:
    static bool is_among(const std::string& id, const std::vector<Check>& checks) {
        return std::any_of(checks.begin(), checks.end(),
                           [&](const Check& check) { return check.id == id; });
    }

    /// A check is run if it is selected, or if one that is needs it.
    static bool is_wanted(const Check& check, const std::vector<Check>& all,
                          const std::vector<Check>& selected) {
        return is_among(check.id, selected) ||
               std::any_of(all.begin(), all.end(), [&](const Check& other) {
                   return std::find(other.needs.begin(), other.needs.end(), check.id) !=
                              other.needs.end() &&
                          is_wanted(other, all, selected);
               });
    }

    [[nodiscard]] std::size_t count_done() const {
        return static_cast<std::size_t>(
            std::count_if(jobs_.begin(), jobs_.end(), [](const Job& job) { return !!job.result; }));
    }

    [[nodiscard]] const Job& job_of(const std::string& id) const {
        return *std::find_if(jobs_.begin(), jobs_.end(),
                             [&](const Job& job) { return job.check.id == id; });
    }

    void settle_not_run() {
        for (auto& job : jobs_) {
            for (const auto& need : job.check.needs) {
                const auto& needed = job_of(need).result;
                if (!job.result && needed && needed->outcome != Outcome::pass) {
                    job.result = without_verdict(job.check, Outcome::not_run, need);
                }
            }
        }
    }

    void start_what_can_run() {
        auto running = static_cast<std::size_t>(std::count_if(
            jobs_.begin(), jobs_.end(), [](const Job& job) { return job.is_running(); }));
        for (auto& job : jobs_) {
            const bool is_ready =
                !job.result && !job.is_running() &&
                std::all_of(job.check.needs.begin(), job.check.needs.end(),
                            [&](const std::string& need) { return !!job_of(need).result; });
            if (is_ready && running < std::max<std::size_t>(processors_.size(), 1)) {
                start(job);
                ++running;
            }
        }
    }

    void start(Job& job) {
        std::array<int, 2> ends{};
        checked(pipe2(ends.data(), O_CLOEXEC), "cannot make a pipe");
        job.result_pipe = Descriptor(ends[0]);
        const Descriptor far_end(ends[1]);
        job.processor = free_processor();
        job.warden = arena::fork_world(subject_.level, [&](arena::Identity student) {
            // Who can read from his own pipe waits for himself when nobody else reads any more.
            for (auto& each : jobs_) {
                each.result_pipe.close();
            }
            if (subject_.recording != Recording::off && job.processor) {
                stay_on(*job.processor);
            }
            write_all(far_end.get(), report::to_json(run_check_here(job.check, subject_, student)));
            return 0;
        });
    }

    /// @return one on which no check runs.
    [[nodiscard]] std::optional<int> free_processor() const {
        const auto found =
            std::find_if(processors_.begin(), processors_.end(), [&](int processor) {
                return std::none_of(jobs_.begin(), jobs_.end(), [=](const Job& job) {
                    return !job.result && job.processor == processor;
                });
            });
        return found == processors_.end() ? std::nullopt : std::optional(*found);
    }

    void wait_for_something() {
        std::vector<pollfd> watched = {{signals_.get(), POLLIN, 0}};
        for (const auto& job : jobs_) {
            watched.push_back({job.result_pipe.get(), POLLIN, 0});
        }
        if (count_done() == jobs_.size() || poll(watched.data(), watched.size(), -1) < 0) {
            return;
        }
        if (watched[0].revents != 0) {
            interrupt();
        }
        for (std::size_t index = 0; index < jobs_.size(); ++index) {
            if (watched[index + 1].revents != 0) {
                read_result(jobs_[index]);
            }
        }
    }

    void read_result(Job& job) {
        std::array<char, 65536> block{};
        const ssize_t size = read(job.result_pipe.get(), block.data(), block.size());
        if (size > 0) {
            job.text.append(block.data(), static_cast<std::size_t>(size));
        } else if (size == 0) {
            job.result_pipe.close();
            conclude(job);
        }
    }

    void conclude(Job& job) {
        int status = 0;
        checked(waitpid(job.warden, &status, 0), "cannot wait for a check");
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            job.result = report::check_from_json(job.text);
            return;
        }
        clean_up_after_dead_warden();
        job.result = without_verdict(job.check, Outcome::grader_error, told_end(status));
    }

    /// What a warden could not clean up because it was killed itself: its processes have become our
    /// children, its objects stand in its ledger.
    void clean_up_after_dead_warden() {
        // The children of one that is killed here become ours only then.
        for (bool any = true; any;) {
            any = false;
            for (const pid_t child : kernel::children(getpid())) {
                if (!is_running_warden(child)) {
                    any = true;
                    kill(child, SIGKILL);
                    waitpid(child, nullptr, 0);
                }
            }
        }
        arena::sweep_after_dead_graders();
    }

    [[nodiscard]] bool is_running_warden(pid_t process) const {
        return std::any_of(jobs_.begin(), jobs_.end(), [process](const Job& job) {
            return job.is_running() && job.warden == process;
        });
    }

    [[noreturn]] void interrupt() {
        signalfd_siginfo signal{};
        const ssize_t size = read(signals_.get(), &signal, sizeof signal);
        for (const auto& job : jobs_) {
            if (job.is_running()) {
                kill(job.warden, SIGTERM);
            }
        }
        for (auto& job : jobs_) {
            if (job.is_running()) {
                job.result_pipe
                    .close();  // Nobody wants its result, and it must not wait for a reader.
                waitpid(job.warden, nullptr, 0);
            }
        }
        throw Interrupted{size == sizeof signal ? static_cast<int>(signal.ssi_signo) : SIGTERM};
    }

    const Subject& subject_;
    std::vector<int> processors_ = usable_processors();
    Descriptor signals_;
    std::vector<Job> jobs_;
};

}  // namespace

std::vector<CheckResult> run_checks(
    const Subject& subject, const std::vector<Check>& all, const std::vector<Check>& selected,
    const std::function<void(std::size_t done, std::size_t of)>& progress) {
    return Runner(subject, all, selected).run(progress);
}

}  // namespace ipclab::app
