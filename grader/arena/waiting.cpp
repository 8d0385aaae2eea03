// How an arena waits for its processes: it serves them while anything comes from them, and finds
// out when nothing will.
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

#include "arena/arena.hpp"
#include "kernel/file.hpp"
#include "kernel/tasks.hpp"

namespace ipclab::arena {

namespace {

constexpr std::size_t printed_kept = 16UL << 10U;
constexpr std::size_t printed_allowed = 1UL << 20U;
constexpr std::size_t written_kept = 1UL << 20U;
constexpr std::size_t longest_answer = 65536;

/// The grader was told to stop: unwinds the check, and with it everything that it made.
struct Cancelled : std::runtime_error {
    Cancelled() : std::runtime_error("the grading was interrupted") {}
};

/// @return the nanoseconds that all processes of the check have used, those that have ended
/// included,
///         as far as the kernel adds them up.
std::uint64_t settled_cpu() {
    const auto tick = 1'000'000'000ULL / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
    std::uint64_t total = 0;
    for (const pid_t process : kernel::descendants(getpid())) {
        const auto line = kernel::try_read_file(fmt::format("/proc/{}/stat", process));
        if (line) {
            const auto stat = kernel::parse_stat(*line);
            total += (stat.cpu + stat.dead_children_cpu) * tick;
        }
    }
    rusage reaped{};
    getrusage(RUSAGE_CHILDREN, &reaped);
    const auto nanoseconds = [](const timeval& time) {
        return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000ULL +
               static_cast<std::uint64_t>(time.tv_usec) * 1'000ULL;
    };
    return total + nanoseconds(reaped.ru_utime) + nanoseconds(reaped.ru_stime);
}

kernel::Waiting waiting_of(Tracing::Stop stop) {
    switch (stop) {
        case Tracing::Stop::by_signal:
            return kernel::Waiting::stopped;
        case Tracing::Stop::for_ruling:
            return kernel::Waiting::traced;
        case Tracing::Stop::passing:
            break;
    }
    return kernel::Waiting::no;
}

}  // namespace

std::vector<kernel::Task> Arena::all_tasks() const {
    std::vector<kernel::Task> all;
    for (const pid_t process : kernel::descendants(getpid())) {
        for (auto& task : kernel::tasks(process)) {
            if (task.waiting == kernel::Waiting::traced && setting_.tracing != nullptr) {
                task.waiting = waiting_of(setting_.tracing->stop_of(task.thread));
            }
            all.push_back(std::move(task));
        }
    }
    return all;
}

/// @return what the threads of those processes wait in that have been asked something.
std::vector<Wait> Arena::waits() const {
    std::vector<Wait> all;
    for (const auto& process : processes_) {
        std::vector<pid_t> family = kernel::descendants(process->pid);
        family.insert(family.begin(), process->pid);
        for (const pid_t member : family) {
            for (const auto& task : kernel::tasks(member)) {
                const bool works = !process->token.empty() || process->asked == Asked::program;
                if (works && !task.call.empty()) {
                    all.push_back({process->number, task.call});
                }
            }
        }
    }
    return all;
}

/// Whether every thread waits for another one of the check, at one moment: then none will ever be
/// woken. Each is seen to wait twice, and has not run in between, so that all of them waited
/// between the end of the first look and the start of the second. What would satisfy a wait has
/// done so already: the kernel wakes those who wait for it in the same call. And nobody waits for
/// the grader, or there would be an event. Where a process has just ended it is not certain that
/// its parent has been woken yet.
///
/// One that a signal has stopped waits for others, too: for one that continues it. If that has
/// happened between the looks the second one tells, or there is an event.
/// @return Trouble::none where it is not so, or not certain.
Trouble Arena::standstill() const {
    using kernel::Waiting;
    const auto first = all_tasks();
    const auto waits = [](const kernel::Task& task) {
        return task.waiting == Waiting::for_others || task.waiting == Waiting::traced ||
               task.waiting == Waiting::stopped;
    };
    std::vector<pollfd> watched;
    if (!std::all_of(first.begin(), first.end(), waits) || supervisor_.timers_set() ||
        first != all_tasks() || has_events(std::chrono::milliseconds(0), watched)) {
        return Trouble::none;
    }
    const bool stopped = std::any_of(first.begin(), first.end(), [](const kernel::Task& task) {
        return task.waiting == Waiting::stopped;
    });
    return stopped ? Trouble::stopped : Trouble::blocked;
}

Trouble Arena::wait_until(const std::function<bool()>& condition, Allowance allowance) {
    Patience patience(allowance);
    waits_.clear();
    bool moved = false;
    auto timeout = Patience::first_look;
    while (!condition()) {
        const auto served = supervisor_.served();
        const Event event = serve(timeout);
        moved = moved || supervisor_.served() != served;
        if (event == Event::none || patience.look_is_due()) {
            timeout = std::min(2 * timeout, Patience::between_looks);
            const auto progress = moved ? Progress::made : Progress::none;
            Trouble trouble = patience.look(all_tasks(), settled_cpu(), progress);
            if (event == Event::none && trouble == Trouble::none) {
                trouble = standstill();
            }
            moved = false;
            if (trouble != Trouble::none && !condition()) {
                waits_ = waits();
                return trouble;
            }
        }
    }
    return Trouble::none;
}

/// @param watched  gets the signals' descriptor, then four of each process.
bool Arena::has_events(std::chrono::milliseconds timeout, std::vector<pollfd>& watched) const {
    watched = {{signals_.get(), POLLIN, 0}};
    for (const auto& process : processes_) {
        for (const auto* descriptor :
             {&process->listener, &process->output, &process->channel, &process->errors}) {
            watched.push_back({descriptor->get(), POLLIN, 0});
        }
    }
    return poll(watched.data(), watched.size(), static_cast<int>(timeout.count())) > 0;
}

Arena::Event Arena::serve(std::chrono::milliseconds timeout) {
    std::vector<pollfd> watched;
    if (!has_events(timeout, watched)) {
        return Event::none;
    }
    for (std::size_t index = 0; index < processes_.size(); ++index) {
        Process& process = *processes_[index];
        const auto ready = [&](std::size_t which) {
            return watched[1 + 4 * index + which].revents;
        };
        if ((ready(0) & POLLIN) != 0) {
            supervisor_.serve_notification(process);
        } else if (ready(0) != 0) {
            process.listener.close();
        }
        if (ready(1) != 0) {
            read_output(process, process.output);
        }
        if (ready(3) != 0) {
            read_output(process, process.errors);
        }
        if (ready(2) != 0) {
            read_channel(process);
        }
        if (process.trouble == Trouble::forked_much || process.trouble == Trouble::printed_much) {
            stop(process, process.trouble);
        }
    }
    if (watched[0].revents != 0) {
        reap();
    }
    return Event::some;
}

void Arena::read_channel(Process& process) {
    std::vector<char> packet(longest_answer);
    const ssize_t size = recv(process.channel.get(), packet.data(), packet.size(), MSG_DONTWAIT);
    if (size < 0) {
        return;
    }
    if (size == 0) {
        // Nobody holds the other end any more. It usually ends now; if not, it closed its channel.
        process.channel.close();
        return;
    }
    const std::string text(packet.data(), static_cast<std::size_t>(size));
    const auto token_end = text.find(' ');
    if (process.token.empty() || text.substr(0, token_end) != process.token || process.answer) {
        process.trouble = Trouble::answered_unasked;
        aftermath_.answered_unasked = true;
        return;
    }
    process.answer = token_end == std::string::npos ? "" : text.substr(token_end + 1);
    if (setting_.tracing != nullptr) {
        setting_.tracing->note_answer(process.number, *process.answer);
    }
}

/// Reads what is there, once: who prints without end must not keep the grader.
void Arena::read_output(Process& process, kernel::Descriptor& from) {
    std::array<char, 65536> block{};
    const ssize_t size = read(from.get(), block.data(), block.size());
    if (size <= 0) {
        if (size == 0) {
            from.close();
        }
        return;
    }
    const auto count = static_cast<std::size_t>(size);
    process.printed_bytes += count;
    process.printed.append(block.data(), std::min(count, printed_kept - process.printed.size()));
    if (process.asked == Asked::program && &from == &process.output) {
        process.written.append(block.data(),
                               std::min(count, written_kept - process.written.size()));
    }
    process.wrote_errors = process.wrote_errors || &from == &process.errors;
    const auto allowed = printed_allowed * process.plan.commands;
    if (process.printed_bytes - process.printed_before > allowed) {
        process.trouble = Trouble::printed_much;
    }
}

void Arena::reap() {
    signalfd_siginfo signal{};
    while (read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
        cancelled_ = cancelled_ || signal.ssi_signo != SIGCHLD;
    }
    int status = 0;
    // Traced processes can stop faster than they are served: others have their turn in between.
    constexpr int at_once = 32;
    int served = 0;
    for (pid_t child = 0; (child = waitpid(-1, &status, WNOHANG | __WALL)) > 0;) {
        reap_one(child, status);
        if (++served == at_once) {
            raise(SIGCHLD);
            break;
        }
    }
    if (cancelled_) {
        throw Cancelled();
    }
}

void Arena::reap_one(pid_t child, int status) {
    const auto stopped =
        setting_.tracing == nullptr ? std::nullopt : setting_.tracing->take(child, status);
    for (const auto& process : processes_) {
        if (stopped && process->number == stopped->process) {
            stopped->before == Tracing::Stopped::Before::call
                ? supervisor_.serve(*process, stopped->call)
                : supervisor_.serve_access(*process, stopped->call.thread);
        }
        if (process->pid == child && !WIFSTOPPED(status)) {
            // What it said and printed before it ended is still to be read.
            read_channel(*process);
            read_output(*process, process->output);
            read_output(*process, process->errors);
            process->wait_status = status;
        }
    }
}

void Arena::stop(Process& process, Trouble trouble) {
    process.trouble = trouble;
    if (!process.ended()) {
        kill(process.pid, SIGKILL);
    }
}

}  // namespace ipclab::arena
