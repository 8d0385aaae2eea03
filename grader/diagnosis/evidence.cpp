#include "diagnosis/evidence.hpp"

#include <sys/ipc.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <sstream>
#include <utility>

#include "kernel/failure.hpp"
#include "recorder/calls.hpp"

namespace ipclab::diagnosis {

namespace {

using arena::Reply;
using arena::Trouble;
using recorder::Event;
using recorder::What;

std::optional<int> id_of(const Event& event) {
    const bool known = event.call.returned() && !event.call.failed();
    return known ? std::optional(static_cast<int>(*event.call.result)) : std::nullopt;
}

Get get_of(const Event& event) {
    const auto& arguments = event.call.arguments;
    return {.event = &event,
            .key = static_cast<key_t>(arguments[0]),
            .flags = static_cast<int>(arguments[1]),
            .id = id_of(event),
            .error = event.call.error()};
}

Control control_of(const Event& event) {
    // Linux adds IPC_64 to the commands of some callers.
    constexpr int ipc_64 = 0x100;
    const auto& arguments = event.call.arguments;
    return {.event = &event,
            .id = static_cast<int>(arguments[0]),
            .command = static_cast<int>(arguments[1]) & ~ipc_64,
            .succeeded = event.call.returned() && !event.call.failed(),
            .error = event.call.error()};
}

Send send_of(const Event& event) {
    const auto& arguments = event.call.arguments;
    const auto& message = event.call.message;
    return {.event = &event,
            .queue = static_cast<int>(arguments[0]),
            .size = static_cast<std::size_t>(arguments[2]),
            .flags = static_cast<int>(arguments[3]),
            .type = message ? message->type : 0,
            .text = message ? message->text : "",
            .succeeded = event.call.returned() && !event.call.failed(),
            .error = event.call.error()};
}

Receive receive_of(const Event& event) {
    const auto& arguments = event.call.arguments;
    const auto& message = event.call.message;
    Receive receive{.event = &event,
                    .queue = static_cast<int>(arguments[0]),
                    .size = static_cast<std::size_t>(arguments[2]),
                    .wanted = static_cast<long>(arguments[3]),
                    .flags = static_cast<int>(arguments[4]),
                    .type = message ? message->type : 0,
                    .text = message ? message->text : "",
                    .error = event.call.error()};
    if (event.call.returned() && !event.call.failed()) {
        receive.length = static_cast<std::size_t>(*event.call.result);
    }
    return receive;
}

/// @return what is made of each call with this number.
template <typename Part, typename Make>
std::vector<Part> parts_of(const std::vector<const Event*>& calls, long number, const Make& make) {
    std::vector<Part> parts;
    for (const auto* event : calls) {
        if (event->call.number == number) {
            parts.push_back(make(*event));
        }
    }
    return parts;
}

/// Of several racers that were judged together: which one shows the mistake.
class Jury {
public:
    Jury(const std::vector<Reply>& replies, const std::vector<Exchange>& all,
         const recorder::Recording& recording)
        : replies_(replies), all_(all), recording_(recording) {}

    /// @return the one whose calls show it best.
    [[nodiscard]] const Reply* pick() const {
        for (const auto& reply : replies_) {
            const bool told_id = parse_answer(reply.answer).kind == Answer::Kind::id;
            if (reply.trouble != Trouble::none || !told_id) {
                return &reply;
            }
        }
        // Of two creators the later one; of none, the one whose call can have made the queue.
        const std::string word = creators() > 1 ? "created" : "opened";
        const Reply* latest = nullptr;
        for (const auto& reply : replies_) {
            const bool fits = parse_answer(reply.answer).word == word;
            if (fits && (latest == nullptr || making_call(reply) >= making_call(*latest))) {
                latest = &reply;
            }
        }
        return latest == nullptr ? &replies_.front() : latest;
    }

    [[nodiscard]] Answer expected(const Reply& reply) const {
        Answer expected = parse_answer(reply.answer);
        expected.kind = Answer::Kind::id;
        expected.word = creators() > 1 ? "opened" : creators() == 0 ? "created" : "";
        return expected;
    }

private:
    [[nodiscard]] std::ptrdiff_t creators() const {
        return std::count_if(replies_.begin(), replies_.end(), [](const Reply& reply) {
            return parse_answer(reply.answer).word == "created";
        });
    }

    /// @return when the last msgget with IPC_CREAT that succeeded had happened, as an event; 0
    /// where
    ///         there is none.
    [[nodiscard]] std::size_t making_call(const Reply& reply) const {
        std::size_t latest = 0;
        for (const auto& exchange : all_) {
            for (const auto& get : gets_in(exchange.calls)) {
                const bool counts = exchange.process == reply.process &&
                                    exchange.asked->text == reply.request && get.id &&
                                    get.can_make();
                latest = counts ? end_of(*get.event) : latest;
            }
        }
        return latest;
    }

    /// A call that the grader held back began long before it happened.
    [[nodiscard]] std::size_t end_of(const Event& call) const {
        const auto& events = recording_.events;
        const auto place = std::find_if(events.begin(), events.end(), [&](const Event& event) {
            return event.what == What::returns && event.begun_by == call.id;
        });
        return place == events.end() ? call.id : place->id;
    }

    const std::vector<Reply>& replies_;
    const std::vector<Exchange>& all_;
    const recorder::Recording& recording_;
};

Answer expected_of(const checks::ExpectedReply& expected) {
    if (!expected.answer.empty()) {
        return parse_answer(expected.answer);
    }
    Answer answer;
    if (expected.any_id) {
        answer = {.kind = Answer::Kind::id, .id = -1};
    } else if (expected.error != 0) {
        answer = {.kind = Answer::Kind::error, .error = expected.error};
    }
    return answer;
}

/// The last request of the process that failed; where queues were judged, the last one of all.
void take_exchange(std::vector<Exchange> all, Evidence& evidence) {
    while (!all.empty()) {
        const bool wanted =
            evidence.reply == nullptr || (all.back().process == evidence.reply->process &&
                                          all.back().asked->text == evidence.reply->request);
        Exchange last = std::move(all.back());
        all.pop_back();
        if (wanted) {
            evidence.exchange = std::move(last);
            break;
        }
    }
    std::erase_if(all, [](const Exchange& exchange) { return exchange.known != Calls::all; });
    evidence.earlier = std::move(all);
}

std::string answer_text(const Evidence& evidence) {
    if (evidence.reply != nullptr) {
        return evidence.reply->trouble == Trouble::none ? evidence.reply->answer : "";
    }
    const auto* answered = evidence.exchange.answered;
    return answered == nullptr ? "" : answered->text;
}

std::string request_text(const Evidence& evidence) {
    if (evidence.reply != nullptr) {
        return evidence.reply->request;
    }
    return evidence.exchange.asked == nullptr ? "" : evidence.exchange.asked->text;
}

/// The events of a recording, handed out to the requests that they belong to.
class Sorter {
public:
    explicit Sorter(const recorder::Recording& recording) : recording_(recording) {}

    std::vector<Exchange> sorted() {
        std::size_t next = 0;
        for (const auto& event : recording_.events) {
            if (event.id != next) {
                forget();
            }
            next = event.id + 1;
            take(event);
        }
        return std::move(all_);
    }

private:
    void take(const Event& event) {
        const int process = recording_.lanes.at(event.lane).process;
        if (event.what == What::request) {
            latest_[process] = all_.size();
            all_.push_back({.process = process, .asked = &event});
            return;
        }
        const auto place = latest_.find(process);
        if (place == latest_.end()) {
            return;
        }
        Exchange& exchange = all_.at(place->second);
        if (event.what == What::answer) {
            exchange.answered = &event;
        } else if (event.what == What::call) {
            auto& calls = exchange.answered == nullptr ? exchange.calls : exchange.afterwards;
            calls.push_back(&event);
        }
    }

    /// Events are missing here: what was asked and not answered before may have been answered, and
    /// something else asked.
    void forget() {
        for (const auto& [process, index] : latest_) {
            Exchange& exchange = all_.at(index);
            exchange.known = exchange.answered == nullptr ? Calls::latest : Calls::none;
            exchange.calls.clear();
            exchange.afterwards.clear();
        }
    }

    const recorder::Recording& recording_;
    std::vector<Exchange> all_;
    std::map<int, std::size_t> latest_;  ///< of each process
};

}  // namespace

bool Get::can_make() const {
    return key == IPC_PRIVATE || has(IPC_CREAT);
}

bool Get::made() const {
    return id && (key == IPC_PRIVATE || has(IPC_CREAT | IPC_EXCL));
}

std::vector<Exchange> exchanges(const recorder::Recording& recording) {
    return Sorter(recording).sorted();
}

std::vector<Get> gets_in(const std::vector<const Event*>& calls) {
    return parts_of<Get>(calls, SYS_msgget, get_of);
}

std::vector<Control> controls_in(const std::vector<const Event*>& calls) {
    return parts_of<Control>(calls, SYS_msgctl, control_of);
}

std::vector<Send> sends_in(const std::vector<const Event*>& calls) {
    return parts_of<Send>(calls, SYS_msgsnd, send_of);
}

std::vector<Receive> receives_in(const std::vector<const Event*>& calls) {
    return parts_of<Receive>(calls, SYS_msgrcv, receive_of);
}

bool Evidence::is_about_getting() const {
    return has_key() || is(Function::create_private);
}

bool Evidence::has_key() const {
    return is(Function::create) || is(Function::open) || is(Function::open_or_create);
}

Trouble Evidence::trouble() const {
    return reply == nullptr ? Trouble::none : reply->trouble;
}

const std::vector<kernel::Queue>& Evidence::queues() const {
    static const std::vector<kernel::Queue> none;
    return mismatch->queues ? *mismatch->queues : none;
}

const kernel::Queue* Evidence::listed(int id) const {
    const auto place = std::find_if(queues().begin(), queues().end(),
                                    [id](const auto& queue) { return queue.id == id; });
    return place == queues().end() ? nullptr : &*place;
}

std::vector<Control> Evidence::controls_with(int command) const {
    auto some = controls;
    std::erase_if(some, [&](const Control& control) { return control.command != command; });
    return some;
}

bool Evidence::any_call_failed_with(int error) const {
    return std::any_of(calls().begin(), calls().end(),
                       [error](const Event* event) { return event->call.error() == error; });
}

std::optional<Failure> Evidence::last_failure() const {
    // What ftok says of a path needs no recording: the check knows which files are there.
    if (is(Function::make_key) && (expects_error(ENOENT) || expects_error(ENOTDIR))) {
        return Failure{.error = expected.error};
    }
    if (calls().empty() || !calls().back()->call.failed()) {
        return std::nullopt;
    }
    return Failure{.event = calls().back(), .error = calls().back()->call.error()};
}

Evidence evidence_of(const Case& seen) {
    Evidence evidence{.mismatch = &seen.mismatch,
                      .recording = &seen.recording,
                      .aftermath = seen.aftermath,
                      .schedule = &seen.schedule,
                      .expected = expected_of(seen.mismatch.expected_reply)};
    if (seen.aftermath != nullptr) {
        return evidence;
    }
    auto all = exchanges(seen.recording);
    const auto& replies = seen.mismatch.replies;
    if (replies.size() > 1) {
        const Jury jury(replies, all, seen.recording);
        evidence.reply = jury.pick();
        evidence.expected = jury.expected(*evidence.reply);
    } else if (!replies.empty()) {
        evidence.reply = &replies.front();
    }
    take_exchange(std::move(all), evidence);
    evidence.request = parse_request(request_text(evidence));
    evidence.answer = parse_answer(answer_text(evidence));
    evidence.gets = gets_in(evidence.calls());
    evidence.controls = controls_in(evidence.calls());
    evidence.sends = sends_in(evidence.calls());
    evidence.receives = receives_in(evidence.calls());
    return evidence;
}

Calls known_calls(const Evidence& seen) {
    return seen.exchange.asked == nullptr ? Calls::none : seen.exchange.known;
}

std::string told(const Event& event) {
    return recorder::told(event.call);
}

Statement at(const Event& event, const std::string& part, const std::string& note,
             const std::string& sentence) {
    return {sentence, recorder::Mark{.event = event.id, .part = part, .note = note}};
}

}  // namespace ipclab::diagnosis
