#include "checks/sentences.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <set>

#include "kernel/failure.hpp"
#include "message_text.hpp"
#include "not_written.hpp"
#include "text/text.hpp"

namespace ipclab::checks {

namespace {

using arena::Reply;
using arena::Trouble;

std::string joined(const std::vector<std::string>& parts, const char* separator) {
    std::string text;
    for (const auto& part : parts) {
        text += (text.empty() ? "" : separator) + part;
    }
    return text;
}

bool is_not_written(const Reply& reply) {
    return reply.asked == arena::Asked::program && reply.wait_status &&
           WIFEXITED(*reply.wait_status) &&
           WEXITSTATUS(*reply.wait_status) == shell::not_written_status;
}

std::string told_end(const Reply& reply) {
    if (is_not_written(reply)) {
        return fmt::format("{} is not written yet",
                           reply.request.substr(0, reply.request.find(' ')));
    }
    if (!reply.wait_status) {
        return "it closed the channel over which it is asked";
    }
    if (WIFSIGNALED(*reply.wait_status)) {
        const int signal = WTERMSIG(*reply.wait_status);
        const char* name = sigabbrev_np(signal);
        return fmt::format("the process was killed by SIG{} ({})", name == nullptr ? "?" : name,
                           strsignal(signal));
    }
    return fmt::format("the process ended with exit status {}{}", WEXITSTATUS(*reply.wait_status),
                       reply.asked == arena::Asked::program ? "" : " before it answered");
}

std::vector<std::string> calls_of(const std::vector<arena::Wait>& waits, int process) {
    std::vector<std::string> calls;
    for (const auto& wait : waits) {
        if (wait.process == process) {
            calls.push_back(wait.call);
        }
    }
    return calls;
}

/// Who waits for what: the process that was asked, and the others that were asked something.
std::string told_waits(const Reply& reply) {
    std::string text = "it waits in " + joined(calls_of(reply.waits, reply.process), " and ");
    std::set<int> others;
    for (const auto& wait : reply.waits) {
        if (wait.process != reply.process && others.insert(wait.process).second) {
            text += fmt::format(", process {} in {}", wait.process,
                                joined(calls_of(reply.waits, wait.process), " and "));
        }
    }
    return text;
}

std::string told_trouble(const Reply& reply) {
    switch (reply.trouble) {
        case Trouble::blocked:
            return told_waits(reply) + ", and nobody is left who could wake it";
        case Trouble::slept:
            return reply.waits.empty() ? "it waited and did not answer"
                                       : "it spent 2 seconds in " +
                                             joined(calls_of(reply.waits, reply.process), " and ") +
                                             " and did not answer";
        case Trouble::stopped:
            return "the process was stopped by a signal";
        case Trouble::used_processor:
            return "it ran for a second of processor time and did not answer: a loop without an "
                   "end?";
        case Trouble::printed_much:
            return "it printed more than a megabyte and was stopped";
        case Trouble::forked_much:
            return "it started more than 64 processes and was stopped";
        case Trouble::answered_unasked:
            return "something wrote into the channel that belongs to the lab's shell";
        case Trouble::none:
        case Trouble::ended:
            break;
    }
    return told_end(reply);
}

/// @return what follows a first word, or nothing where the answer starts with another one.
std::optional<std::string> after(const std::string& answer, const std::string& first_word) {
    return answer.starts_with(first_word + " ")
               ? std::optional(answer.substr(first_word.size() + 1))
               : std::nullopt;
}

}  // namespace

std::string told(const Reply& reply) {
    if (reply.trouble != Trouble::none) {
        return told_trouble(reply);
    }
    if (const auto function = after(reply.answer, "not-written")) {
        return *function + " is not written yet";
    }
    if (const auto error = after(reply.answer, "error")) {
        const auto name_end = error->find(' ');
        return fmt::format("it failed with {} ({})", error->substr(0, name_end),
                           error->substr(std::min(name_end, error->size() - 1) + 1));
    }
    if (const auto exception = after(reply.answer, "exception")) {
        return fmt::format("it threw {}", *exception);
    }
    return fmt::format("it answered {}", told_answer(reply.answer));
}

std::string shortened(const std::string& text) {
    constexpr int most_columns = 240;
    return text::cut(text, most_columns, " ...");
}

std::string told_answer(const std::string& answer) {
    const bool has_quotes = answer.find('"') != std::string::npos;
    return has_quotes ? shortened(answer) : fmt::format("\"{}\"", shortened(answer));
}

std::string told(const kernel::Message& message) {
    const auto text = shell::show_text(message.text);
    return fmt::format(
        "type {} {}{}", message.type, shortened(text),
        message.text.size() == 1 ? " (1 byte)" : fmt::format(" ({} bytes)", message.text.size()));
}

std::string told_wait(const Reply& reply) {
    if (!reply.answer.empty() || reply.wait_status) {
        return told(reply);
    }
    switch (reply.trouble) {
        case Trouble::used_processor:
            return "it ran on and on, and used the processor";
        case Trouble::none:
            return "it was held back by the grader";
        default:
            return reply.waits.empty() ? "it slept, and not in msgsnd or msgrcv"
                                       : told_waits(reply);
    }
}

std::string told_request(const Reply& reply) {
    const auto* arena = arena::Arena::current();
    std::string text = reply.request;
    if (arena != nullptr && arena->processes().size() > 1) {
        text += fmt::format(" (in process {})", reply.process);
    }
    const auto failing = fmt::format("System V call number {} fails", reply.plan.fail_call);
    for (const auto& [error, calls] :
         {std::pair(reply.plan.refuse_making, "no queue can be made"),
          std::pair(reply.plan.refuse_removing, "no queue can be removed"),
          std::pair(reply.plan.fail_call == 0 ? 0 : reply.plan.fail_with, failing.c_str())}) {
        if (error != 0) {
            text += fmt::format(" (while the grader sees to it that {}: {})", calls,
                                kernel::errno_name(error));
        }
    }
    return text;
}

namespace {

std::string told_common(const kernel::Object& object) {
    const auto name = kernel::name_of(object.kind);
    return fmt::format("a {} {}{}", name,
                       object.key == 0 ? "without a key" : kernel::show_key(object.key),
                       object.id < 0 ? "" : fmt::format(" with the id {}", object.id));
}

template <typename Some>
std::string told_all(const std::vector<Some>& objects, const char* nothing) {
    std::vector<std::string> rows;
    for (const auto& object : objects) {
        rows.push_back(told(object));
    }
    return rows.empty() ? nothing : joined(rows, "; ");
}

}  // namespace

std::string told(const kernel::Queue& queue) {
    std::string text = told_common(queue) + ", mode " + kernel::show_mode(queue.mode);
    if (queue.messages > 0) {
        text += fmt::format(", {} message{}", queue.messages, queue.messages == 1 ? "" : "s");
    }
    return text;
}

std::string told(const std::vector<kernel::Queue>& queues) {
    return told_all(queues, "no queue");
}

std::string told(const kernel::Segment& segment) {
    const auto times = segment.attaches;
    return fmt::format("{}, {} byte{}, mode {}, {}{}", told_common(segment), segment.size,
                       segment.size == 1 ? "" : "s", kernel::show_mode(segment.mode),
                       times == 0   ? "not attached"
                       : times == 1 ? "attached once"
                                    : fmt::format("attached {} times", times),
                       segment.is_marked() ? ", marked for removal" : "");
}

std::string told(const std::vector<kernel::Segment>& segments) {
    return told_all(segments, "no segment");
}

bool is_clean(const arena::Aftermath& aftermath) {
    return aftermath.leaks.empty() && aftermath.strays.empty() && !aftermath.answered_unasked;
}

report::Finding told_interference(const std::string& what) {
    return {"the objects of others stay as they are", what, ""};
}

report::Finding told(const arena::Aftermath& aftermath) {
    if (aftermath.answered_unasked) {
        return {"only the lab's shell answers the grader",
                "something wrote into the channel that belongs to the lab's shell",
                "Descriptor 3 is not yours to write to."};
    }
    if (!aftermath.leaks.empty()) {
        constexpr std::size_t most = 8;
        std::vector<std::string> rows;
        for (const auto& [object, maker] : aftermath.leaks) {
            if (rows.size() == most) {
                rows.push_back(fmt::format("and {} more", aftermath.leaks.size() - most));
                break;
            }
            const bool known = !maker.request.empty();
            rows.push_back(fmt::format(
                "{} id {}, key {}{}", kernel::name_of(object.kind), object.id,
                kernel::show_key(object.key),
                known ? fmt::format(", made by process {} for \"{}\"", maker.process, maker.request)
                      : ""));
        }
        return {
            "nothing is left that the check did not ask for", "left behind: " + joined(rows, "; "),
            "System V objects outlive their processes: whoever makes one for a moment removes it "
            "(IPC_RMID), on every path out."};
    }
    return {"no process goes on after the shell has ended",
            "still there: " + joined(aftermath.strays, ", "),
            "A process that you start is yours to wait for (wait(2))."};
}

}  // namespace ipclab::checks
