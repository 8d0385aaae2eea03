/// @file
/// Recordings made by hand, for the tests of diagnosis: a story of requests, calls and answers, and
/// at its end what a check judged.
#ifndef IPCLAB_TESTS_CHECK_STORY_HPP
#define IPCLAB_TESTS_CHECK_STORY_HPP

#include <sys/ipc.h>
#include <sys/syscall.h>

#include <csignal>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "diagnosis/diagnosis.hpp"

namespace ipclab::tests {

/// What a rule said, by itself: without pointers into a recording.
struct Said {
    std::string rule;      ///< "" where nothing was said
    std::string sentence;  ///< with it
    std::string part;
    std::string note;
    std::optional<std::size_t> event;
};

class CheckStory {
public:
    CheckStory() { recording_.lanes = {{}, {1, 0, 100}, {2, 0, 200}, {3, 0, 300}, {1, 1, 101}}; }

    /// The check is one of this lab, and not of lab 1.
    CheckStory& of_lab(int number) {
        lab_ = number;
        return *this;
    }
    /// The grader does something.
    CheckStory& act(const std::string& what) {
        const auto before = std::exchange(lane_, 0);
        add({.what = recorder::What::act, .text = what});
        lane_ = before;
        return *this;
    }
    /// A signal is delivered to the process.
    CheckStory& signal(int number) {
        add({.what = recorder::What::signal, .number = number});
        return *this;
    }
    CheckStory& msgsnd(int id, const kernel::Message& message, std::size_t size, int flags,
                       std::optional<long> result) {
        add({.what = recorder::What::call,
             .call = {.number = SYS_msgsnd,
                      .arguments = {bits(id), 1, size, bits(flags)},
                      .result = result,
                      .message = recorder::Message{message.type, message.text, size}}});
        return *this;
    }
    CheckStory& msgrcv(int id, std::size_t size, long wanted, int flags, std::optional<long> result,
                       const kernel::Message& message = {}) {
        recorder::Event event{
            .what = recorder::What::call,
            .call = {
                .number = SYS_msgrcv,
                .arguments = {bits(id), 1, size, static_cast<std::uint64_t>(wanted), bits(flags)},
                .result = result}};
        if (result.value_or(-1) >= 0) {
            event.call.message =
                recorder::Message{message.type, message.text, static_cast<std::size_t>(*result)};
        }
        add(std::move(event));
        return *this;
    }
    /// The grader asks a process, whose calls and answers follow.
    CheckStory& asked(const std::string& request, int process = 1) {
        lane_ = static_cast<std::size_t>(process);
        add({.what = recorder::What::request, .text = request});
        requests_[lane_] = request;
        answers_[lane_].clear();
        return *this;
    }
    /// The story goes on with another process.
    CheckStory& in(int process) {
        lane_ = static_cast<std::size_t>(process);
        return *this;
    }
    CheckStory& msgget(key_t key, int flags, long result) {
        return called(SYS_msgget, {bits(key), bits(flags)}, result);
    }
    CheckStory& msgctl(int id, int command, long result) {
        return called(SYS_msgctl, {bits(id), bits(command)}, result);
    }
    CheckStory& shmget(key_t key, std::size_t size, int flags, long result) {
        return called(SYS_shmget, {bits(key), size, bits(flags)}, result);
    }
    CheckStory& shmat(int id, int flags, long result) {
        return called(SYS_shmat, {bits(id), 0, bits(flags)}, result);
    }
    CheckStory& shmdt(std::uint64_t address, long result) {
        return called(SYS_shmdt, {address}, result);
    }
    CheckStory& shmctl(int id, int command, long result) {
        return called(SYS_shmctl, {bits(id), bits(command)}, result);
    }
    CheckStory& called(long number, std::array<std::uint64_t, 6> arguments,
                       std::optional<long> result) {
        add({.what = recorder::What::call,
             .call = {.number = number, .arguments = arguments, .result = result}});
        return *this;
    }
    CheckStory& answered(const std::string& answer) {
        add({.what = recorder::What::answer, .text = answer});
        answers_[lane_] = answer;
        return *this;
    }
    CheckStory& is_killed() {
        add({.what = recorder::What::ends, .number = SIGKILL});
        return *this;
    }
    CheckStory& reads(std::uint64_t offset, std::uint64_t value) {
        using Access = recorder::Access;
        add({.what = recorder::What::access,
             .access = {Access::How::reads, 3, offset, value, value}});
        return *this;
    }
    CheckStory& writes(std::uint64_t offset, std::uint64_t before, std::uint64_t after) {
        using Access = recorder::Access;
        add({.what = recorder::What::access,
             .access = {Access::How::writes, 3, offset, before, after}});
        return *this;
    }
    /// From here on it is a schedule of a race.
    CheckStory& schedule() {
        begin_ = recording_.events.size();
        return *this;
    }
    CheckStory& child_starts() { return of_child(recorder::What::starts); }
    CheckStory& child_ends() { return of_child(recorder::What::ends); }
    /// A call that began earlier returns now.
    CheckStory& returns(std::size_t begun_by) {
        add({.what = recorder::What::returns, .begun_by = begun_by});
        return *this;
    }
    /// Events that the recording does not hold.
    CheckStory& left_out(std::size_t count) {
        next_ += count;
        recording_.left_out += count;
        return *this;
    }
    [[nodiscard]] std::size_t last_event() const { return next_ - 1; }

    /// The last answer was judged.
    [[nodiscard]] Said expecting(const checks::ExpectedReply& expected) const {
        return judged({.replies = {reply(lane_)}, .expected_reply = expected});
    }
    [[nodiscard]] Said expecting(const std::string& answer) const {
        return expecting(checks::ExpectedReply{.answer = answer});
    }
    [[nodiscard]] Said expecting_error(int error) const {
        return expecting(checks::ExpectedReply{.error = error});
    }
    /// There was no answer.
    [[nodiscard]] Said stuck(arena::Trouble trouble, const checks::ExpectedReply& expected,
                             std::optional<int> wait_status = std::nullopt) const {
        auto silent = reply(lane_);
        silent.trouble = trouble;
        silent.answer.clear();
        silent.wait_status = wait_status;
        return judged({.replies = {silent}, .expected_reply = expected});
    }
    /// A program ended, or goes on: this was judged.
    [[nodiscard]] Said of_program(arena::Trouble trouble, std::optional<int> wait_status,
                                  checks::Mismatch mismatch) const {
        auto state = reply(lane_);
        state.asked = arena::Asked::program;
        state.trouble = trouble;
        state.wait_status = wait_status;
        mismatch.replies = {state};
        return judged(mismatch);
    }
    /// The queues that the kernel listed were judged.
    [[nodiscard]] Said listing(const std::vector<kernel::Queue>& queues,
                               const checks::ExpectedQueues& expected) const {
        return judged({.queues = queues, .expected_queues = expected});
    }
    /// The segments that the kernel listed were judged.
    [[nodiscard]] Said listing_segments(const std::vector<kernel::Segment>& segments,
                                        const std::vector<kernel::Segment>& expected) const {
        return judged({.segments = segments, .expected_segments = expected});
    }
    /// The last request detached other addresses than it should have.
    [[nodiscard]] Said detaching(const checks::Detaches& detaches) const {
        return judged({.replies = {reply(lane_)}, .detaches = detaches});
    }
    /// The last answers of the first so many processes were judged together.
    [[nodiscard]] Said racing(std::size_t processes) const {
        checks::Mismatch mismatch;
        for (std::size_t process = 1; process <= processes; ++process) {
            mismatch.replies.push_back(reply(process));
        }
        return judged(mismatch);
    }
    /// Something else was judged: neither answers nor queues.
    [[nodiscard]] Said judged(const checks::Mismatch& mismatch = {}) const {
        explorer::Schedule schedule;
        if (begin_) {
            schedule.events = std::span(recording_.events).subspan(*begin_);
            schedule.letters = {{1, "A"}, {2, "B"}, {3, "C"}};
        }
        return said({.lab = lab_,
                     .check = "",
                     .mismatch = mismatch,
                     .recording = recording_,
                     .schedule = schedule});
    }
    /// All was well, but a process was left.
    [[nodiscard]] Said leaving_a_process() const {
        arena::Aftermath aftermath;
        aftermath.strays = {"process 101"};
        return said(
            {.check = "", .mismatch = {}, .recording = recording_, .aftermath = &aftermath});
    }

private:
    static std::uint64_t bits(int argument) { return static_cast<std::uint64_t>(argument); }

    static Said said(const diagnosis::Case& seen) {
        const auto diagnosis = diagnosis::diagnose(seen);
        if (!diagnosis) {
            return {};
        }
        Said said{.rule = diagnosis->rule, .sentence = diagnosis->sentence};
        if (diagnosis->mark) {
            said.event = diagnosis->mark->event;
            said.part = diagnosis->mark->part;
            said.note = diagnosis->mark->note;
        }
        return said;
    }

    CheckStory& of_child(recorder::What what) {
        const auto parent = lane_;
        lane_ = 4;
        add({.what = what});
        lane_ = parent;
        return *this;
    }

    void add(recorder::Event event) {
        event.id = next_++;
        event.lane = lane_;
        recording_.events.push_back(std::move(event));
    }

    [[nodiscard]] arena::Reply reply(std::size_t process) const {
        return {.request = requests_.at(process),
                .process = static_cast<int>(process),
                .answer = answers_.at(process)};
    }

    recorder::Recording recording_;
    std::array<std::string, 5> requests_;
    std::array<std::string, 5> answers_;
    int lab_ = 1;
    std::size_t lane_ = 1;
    std::size_t next_ = 0;
    std::optional<std::size_t> begin_;  ///< of the schedule
};

/// A queue as the kernel lists it.
inline kernel::Queue queue(int id, key_t key, mode_t mode, unsigned long messages = 0) {
    kernel::Queue queue;
    queue.id = id;
    queue.key = key;
    queue.mode = mode;
    queue.messages = messages;
    return queue;
}

/// A segment as the kernel lists it.
inline kernel::Segment segment(int id, key_t key, std::size_t size, mode_t mode,
                               unsigned long attaches = 0) {
    kernel::Segment segment;
    segment.kind = kernel::Kind::segment;
    segment.id = id;
    segment.key = key;
    segment.size = size;
    segment.mode = mode;
    segment.attaches = attaches;
    return segment;
}

}  // namespace ipclab::tests

#endif
