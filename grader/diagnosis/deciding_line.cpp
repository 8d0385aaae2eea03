#include "diagnosis/deciding_line.hpp"

#include <fmt/format.h>

#include <cstring>

#include "diagnosis/evidence.hpp"
#include "diagnosis/words.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

std::string told_expected(const checks::ExpectedReply& expected) {
    if (expected.error != 0) {
        return fmt::format(words::expected_error, kernel::errno_name(expected.error));
    }
    if (!expected.answer.empty()) {
        return fmt::format(words::expected_answer, expected.answer);
    }
    if (expected.signal != 0) {
        return fmt::format(words::expected_signal, sigabbrev_np(expected.signal));
    }
    return expected.any_id        ? words::expected_id
           : expected.any_address ? words::expected_address
                                  : "";
}

}  // namespace

std::optional<recorder::Mark> deciding_line(const Case& seen) {
    const Evidence evidence = evidence_of(seen);
    const auto& exchange = evidence.exchange;
    if (exchange.answered != nullptr) {
        return recorder::Mark{exchange.answered->id, "",
                              told_expected(seen.mismatch.expected_reply)};
    }
    if (exchange.calls.empty()) {
        return std::nullopt;
    }
    const auto* last = exchange.calls.back();
    return recorder::Mark{last->id, "", last->call.returned() ? words::last_call : ""};
}

}  // namespace ipclab::diagnosis
