// How a check talks to a student process.
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "arena/arena.hpp"
#include "kernel/tasks.hpp"
#include "watched.hpp"

namespace ipclab::arena {

void Arena::send_request(Process& process, const std::string& request) {
    acts_.push_back({process.number, request, request});
    if (setting_.tracing != nullptr) {
        setting_.tracing->note_request(process.number, request);
    }
    process.request = request;
    process.answer.reset();
    process.gets = 0;
    process.calls = 0;
    process.calls_by_number.clear();
    process.detached.clear();
    process.points = 0;
    process.printed_before = process.printed_bytes;
    const std::uint64_t token = random_() >> 32U;
    process.token = fmt::format("{:08x}", token);
    std::string watched;
    if (process.plan.watched == Watched::yes && setting_.tracing != nullptr) {
        setting_.tracing->expect_watch(process.number, token);
        watched = std::string(shell::watched_word) + " ";
    }
    const std::string packet = process.token + " " + watched + request;
    // To a process that has ended nothing can be sent; that it gives no answer is seen below.
    ::send(process.channel.get(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

Reply Student::state() const {
    const Process& process = *process_;
    Reply reply{.asked = process.asked, .request = process.request, .process = process.number};
    reply.answer = process.answer.value_or("");
    reply.wait_status = process.wait_status;
    reply.output = process.written;
    reply.wrote_errors = process.wrote_errors;
    reply.plan = process.plan;
    reply.calls = process.calls;
    reply.trouble = process.trouble;
    reply.waits = arena_->waits_;
    return reply;
}

Reply Arena::reply_of(Process& process) {
    Reply reply = Student(*this, process).state();
    if (!process.answer && reply.trouble == Trouble::none) {
        reply.trouble = Trouble::ended;
    }
    process.token.clear();
    process.plan = {};
    return reply;
}

Reply Student::ask(const std::string& request) {
    start(request);
    return finish();
}

void Student::start(const std::string& request) {
    arena_->send_request(*process_, request);
}

Trouble Student::begin(const std::string& request) {
    start(request);
    return settle();
}

Trouble Student::settle() {
    const auto& process = *process_;
    return arena_->wait_until(
        [&] { return process.answer || process.is_held() || process.ended(); }, for_a_step);
}

Reply Student::finish() {
    Process& process = *process_;
    hold_no_more();
    arena_->supervisor_.release(process);
    const Trouble trouble = arena_->wait_until(
        [&] { return process.answer || process.ended() || process.trouble != Trouble::none; },
        for_an_answer);
    if (trouble != Trouble::none) {
        arena_->stop(process, trouble);
    }
    return arena_->reply_of(process);
}

void Student::hold_no_more() {
    process_->plan.hold_before = 0;
    process_->plan.hold_at_point = 0;
}

void Student::release() {
    hold_no_more();
    go_on();
}

void Student::step() {
    process_->plan.hold_before = process_->counted() + 1;
    go_on();
}

void Student::go_on() {
    arena_->supervisor_.release(*process_);
    settle();
}

int Student::calls_of(long number) const {
    const auto found = process_->calls_by_number.find(number);
    return found == process_->calls_by_number.end() ? 0 : found->second;
}

std::set<pid_t> Student::threads_of_family() const {
    auto family = kernel::descendants(process_->pid);
    family.push_back(process_->pid);
    std::set<pid_t> threads;
    for (const pid_t process : family) {
        for (const auto& task : kernel::tasks(process)) {
            threads.insert(task.thread);
        }
    }
    return threads;
}

std::vector<kernel::Mapping> Student::mappings() const {
    // As the student's user: root in a container may not look into processes of others.
    const ActingAs student(arena_->setting_.student);
    return kernel::mappings(process_->pid);
}

void Student::signal(int signal) {
    arena_->act(fmt::format("sends SIG{} to process {}", sigabbrev_np(signal), process_->number),
                fmt::format("kill -{} PID", sigabbrev_np(signal)));
    kill(process_->pid, signal);
    if (signal == SIGKILL) {
        // The call before which it was held must not happen any more. Who lets it go on may be
        // faster than the signal.
        process_->held.reset();
        process_->held_access.reset();
    }
}

bool Student::interrupt(int signal) {
    const auto threads = kernel::tasks(process_->pid);
    const bool waiting = std::any_of(threads.begin(), threads.end(), [](const kernel::Task& task) {
        return kernel::is_ipc_wait(task);
    });
    if (!waiting) {
        return false;
    }
    this->signal(signal);
    return true;
}

Reply Student::end() {
    Process& process = *process_;
    process.request = "quit";
    process.answer.reset();
    shutdown(process.channel.get(), SHUT_RDWR);
    return wait_for_end();
}

Reply Student::wait_for_end() {
    Process& process = *process_;
    hold_no_more();
    arena_->supervisor_.release(process);
    const Trouble trouble = arena_->wait_until([&] { return process.ended(); }, for_an_answer);
    Reply reply = arena_->reply_of(process);
    reply.trouble = trouble == Trouble::none ? Trouble::ended : trouble;
    return reply;
}

}  // namespace ipclab::arena
