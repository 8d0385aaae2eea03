/// @file
/// The vocabulary that checks are written in: Catch2 matchers that, where they do not match, say
/// what was expected and what was seen in the student's words.
#ifndef IPCLAB_CHECKS_EXPECTATIONS_HPP
#define IPCLAB_CHECKS_EXPECTATIONS_HPP

#include <catch2/matchers/catch_matchers.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arena/arena.hpp"
#include "checks/mismatch.hpp"

namespace ipclab::checks {

/// What the latest matcher saw that did not match, until it is taken.
std::optional<Mismatch> take_mismatch();

/// Keeps a mismatch, in place of an earlier one.
void keep_mismatch(Mismatch mismatch);

/// A matcher over T: judge returns a mismatch where the value is not as it should be.
template <typename T>
class Expectation : public Catch::Matchers::MatcherBase<T> {
public:
    using Judge = std::function<std::optional<Mismatch>(const T&)>;
    explicit Expectation(Judge judge) : judge_(std::move(judge)) {}
    bool match(const T& value) const override {
        const auto mismatch = judge_(value);
        if (mismatch) {
            expected_ = mismatch->finding.expected;
            keep_mismatch(*mismatch);
        }
        return !mismatch;
    }
    std::string describe() const override { return expected_; }

private:
    Judge judge_;
    mutable std::string expected_;
};

using ReplyExpectation = Expectation<arena::Reply>;
using QueuesExpectation = Expectation<std::vector<kernel::Queue>>;

/// The shell answered exactly this.
ReplyExpectation answers(const std::string& answer);

/// The shell answered one of these.
ReplyExpectation answers_one_of(const std::vector<std::string>& wanted);

/// The shell answered "id N" with the id of this object; word follows it: "created", "opened" or
/// "".
ReplyExpectation answers_id_of(const kernel::Object& object, const std::string& word = "");

/// The shell answered "id N" with any id that an object can have.
ReplyExpectation answers_an_id();

/// The function threw std::system_error with this errno.
ReplyExpectation fails_with(int error);

/// The shell answered with a message: any.
ReplyExpectation answers_a_message();

/// @return the message in an answer "type 3 \"text\"", or nothing.
std::optional<kernel::Message> message_in(const arena::Reply& reply);

/// The program ended by itself with this exit status.
ReplyExpectation ends_with(int status);

/// The process waits, and lets others run meanwhile.
/// @param call  in which call it should, for the report.
ReplyExpectation sleeps(const std::string& call);

/// The queue held exactly these messages, in this order.
using MessagesExpectation = Expectation<std::vector<kernel::Message>>;
MessagesExpectation hold_only(const std::vector<kernel::Message>& messages);

/// The kernel lists this one queue of the check, and it is unchanged.
QueuesExpectation are_only(const kernel::Queue& queue);

/// The kernel lists exactly one queue of the check: with this key, nothing in it and, where a mode
/// is given, exactly these permission bits.
QueuesExpectation are_one_new(key_t key, std::optional<mode_t> mode = std::nullopt);

/// The same of one among others.
QueuesExpectation include_one_new(key_t key, std::optional<mode_t> mode = std::nullopt);

/// The kernel lists so many queues of the check.
QueuesExpectation are_so_many(std::size_t count);

/// @return the id in an answer "id N" or "id N WORD", or nothing.
std::optional<int> id_in(const arena::Reply& reply);

}  // namespace ipclab::checks

#endif
