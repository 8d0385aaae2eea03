#include "checks/expectations.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <charconv>

#include "checks/sentences.hpp"
#include "kernel/failure.hpp"
#include "message_text.hpp"

namespace ipclab::checks {

namespace {

using arena::Reply;
using kernel::Queue;

std::optional<Mismatch> latest;

bool answered(const Reply& reply) {
    return reply.trouble == arena::Trouble::none;
}

Mismatch mismatch(const Reply& reply, const std::string& sentence, ExpectedReply expected) {
    return {.finding = {told_request(reply) + "  " + sentence, told(reply), ""},
            .replies = {reply},
            .expected_reply = std::move(expected)};
}

bool same(const Queue& one, const Queue& other) {
    return one.id == other.id && one.key == other.key && one.mode == other.mode &&
           one.messages == other.messages && one.owner == other.owner;
}

Mismatch mismatch(const std::vector<Queue>& queues, const std::string& sentence,
                  const ExpectedQueues& expected) {
    return {.finding = {"the kernel then lists " + sentence, "it lists " + told(queues), ""},
            .queues = queues,
            .expected_queues = expected};
}

}  // namespace

std::optional<Mismatch> take_mismatch() {
    return std::exchange(latest, std::nullopt);
}

void keep_mismatch(Mismatch mismatch) {
    latest = std::move(mismatch);
}

std::optional<int> id_in(const Reply& reply) {
    int id = -1;
    const auto& text = reply.answer;
    if (!answered(reply) || !text.starts_with("id ")) {
        return std::nullopt;
    }
    const auto result = std::from_chars(text.data() + 3, text.data() + text.size(), id);
    return result.ec == std::errc{} && id >= 0 ? std::optional(id) : std::nullopt;
}

ReplyExpectation answers(const std::string& answer) {
    return ReplyExpectation([=](const Reply& reply) {
        const bool right = answered(reply) && reply.answer == answer;
        return right ? std::nullopt
                     : std::optional(
                           mismatch(reply, "answers " + told_answer(answer), {.answer = answer}));
    });
}

ReplyExpectation answers_one_of(const std::vector<std::string>& wanted) {
    return ReplyExpectation([=](const Reply& reply) -> std::optional<Mismatch> {
        std::string all;
        for (const auto& answer : wanted) {
            if (answers(answer).match(reply)) {
                return std::nullopt;
            }
            all += (all.empty() ? "" : " or ") + told_answer(answer);
        }
        return mismatch(reply, "answers " + all, {.answer = wanted.front()});
    });
}

ReplyExpectation answers_id_of(const kernel::Object& object, const std::string& word) {
    return answers(fmt::format("id {}{}{}", object.id, word.empty() ? "" : " ", word));
}

ReplyExpectation answers_an_id() {
    return ReplyExpectation([](const Reply& reply) {
        return id_in(reply)
                   ? std::nullopt
                   : std::optional(mismatch(reply, "answers with an id", {.any_id = true}));
    });
}

std::optional<kernel::Message> message_in(const Reply& reply) {
    const auto& text = reply.answer;
    const std::string before = "type ";
    kernel::Message message;
    const char* end = text.data() + text.size();
    if (!answered(reply) || !text.starts_with(before)) {
        return std::nullopt;
    }
    const auto number = std::from_chars(text.data() + before.size(), end, message.type);
    const bool more = number.ec == std::errc{} && number.ptr != end && *number.ptr == ' ';
    const auto bytes = more ? shell::read_text(std::string(number.ptr + 1, end)) : std::nullopt;
    if (!bytes) {
        return std::nullopt;
    }
    message.text = *bytes;
    return message;
}

ReplyExpectation answers_a_message() {
    return ReplyExpectation([](const Reply& reply) {
        return message_in(reply) ? std::nullopt
                                 : std::optional(mismatch(reply, "answers with a message",
                                                          {.any_message = true}));
    });
}

ReplyExpectation ends_with(int status) {
    return ReplyExpectation([=](const Reply& reply) {
        const bool right = reply.trouble == arena::Trouble::ended && reply.wait_status &&
                           WIFEXITED(*reply.wait_status) &&
                           WEXITSTATUS(*reply.wait_status) == status;
        return right
                   ? std::nullopt
                   : std::optional(mismatch(reply, fmt::format("ends with exit status {}", status),
                                            {.status = status}));
    });
}

ReplyExpectation sleeps(const std::string& call) {
    return ReplyExpectation([=](const Reply& reply) -> std::optional<Mismatch> {
        // Where the kernel does not say in what it waits, what comes after that tells.
        const bool unknown = reply.trouble == arena::Trouble::slept && reply.waits.empty();
        const bool waits = reply.trouble == arena::Trouble::blocked || unknown;
        if (reply.answer.empty() && !reply.wait_status && waits) {
            return std::nullopt;
        }
        auto missed = mismatch(reply, "waits asleep in " + call, {.waits_in = call});
        missed.finding.observed = told_wait(reply);
        return missed;
    });
}

ReplyExpectation fails_with(int error) {
    return ReplyExpectation([=](const Reply& reply) {
        const std::string wanted = "error " + kernel::errno_name(error) + " ";
        const bool right = answered(reply) && reply.answer.starts_with(wanted);
        return right ? std::nullopt
                     : std::optional(mismatch(
                           reply, "fails with std::system_error " + kernel::errno_text(error),
                           {.error = error}));
    });
}

QueuesExpectation are_only(const Queue& queue) {
    return QueuesExpectation([=](const std::vector<Queue>& queues) {
        const bool right = queues.size() == 1 && same(queues.front(), queue);
        return right ? std::nullopt
                     : std::optional(mismatch(queues, "only " + told(queue) + ", unchanged",
                                              {.count = 1, .unchanged = queue}));
    });
}

QueuesExpectation are_one_new(key_t key, std::optional<mode_t> mode) {
    return QueuesExpectation([=](const std::vector<Queue>& queues) {
        const bool right = queues.size() == 1 && queues.front().key == key &&
                           queues.front().mode == mode.value_or(queues.front().mode) &&
                           queues.front().messages == 0;
        const std::string name = key == 0 ? "without a key" : kernel::show_key(key);
        const std::string bits = mode ? ", with mode " + kernel::show_mode(*mode) : "";
        return right
                   ? std::nullopt
                   : std::optional(mismatch(queues, fmt::format("one empty queue {}{}", name, bits),
                                            {.count = 1, .key = key, .mode = mode}));
    });
}

QueuesExpectation include_one_new(key_t key, std::optional<mode_t> mode) {
    return QueuesExpectation([=](const std::vector<Queue>& queues) {
        auto with_key = queues;
        std::erase_if(with_key, [key](const Queue& queue) { return queue.key != key; });
        return are_one_new(key, mode).match(with_key) ? std::nullopt : take_mismatch();
    });
}

QueuesExpectation are_so_many(std::size_t count) {
    return QueuesExpectation([=](const std::vector<Queue>& queues) {
        const std::string expected =
            count == 0 ? "no queue of this check" : fmt::format("{} queues of this check", count);
        return queues.size() == count ? std::nullopt
                                      : std::optional(mismatch(queues, expected, {.count = count}));
    });
}

MessagesExpectation hold_only(const std::vector<kernel::Message>& messages) {
    return MessagesExpectation([=](const std::vector<kernel::Message>& seen) {
        const auto list = [](const std::vector<kernel::Message>& some) {
            std::string text;
            for (const auto& message : some) {
                text += (text.empty() ? "" : "; ") + told(message);
            }
            return text.empty() ? std::string("nothing") : shortened(text);
        };
        return seen == messages
                   ? std::nullopt
                   : std::optional(Mismatch{.finding = {"the queue then holds " + list(messages),
                                                        "it holds " + list(seen), ""},
                                            .messages = seen,
                                            .expected_messages = messages});
    });
}

}  // namespace ipclab::checks
