#include "checks/delivery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checks/sentences.hpp"

namespace ipclab::checks {

namespace {

using Index = std::size_t;

/// @return the place of a message among those that were sent, or their number where it is none.
Index place_of(const kernel::Message& message, const std::vector<Delivery>& sent) {
    const auto found = std::find_if(sent.begin(), sent.end(), [&](const Delivery& delivery) {
        return delivery.message == message;
    });
    return static_cast<Index>(found - sent.begin());
}

std::string told_receiver(const Delivery& delivery) {
    return fmt::format("process {} received {}", delivery.process, told(delivery.message));
}

/// @return what is wrong, as a sentence, or nothing.
std::optional<std::string> fault_in(const History& history) {
    std::map<Index, const Delivery*> receivers;
    std::map<std::pair<int, int>, Index> latest;  // of each receiver from each sender
    for (const auto& delivery : history.received) {
        const Index place = place_of(delivery.message, history.sent);
        if (place == history.sent.size()) {
            return told_receiver(delivery) + ", which nobody sent";
        }
        if (const auto [first, is_new] = receivers.emplace(place, &delivery); !is_new) {
            return told_receiver(delivery) +
                   fmt::format(", and process {} received it, too", first->second->process);
        }
        Index& before = latest[{delivery.process, history.sent[place].process}];
        if (place < before) {
            return told_receiver(delivery) + ", which its sender had sent before " +
                   told(history.sent[before].message);
        }
        before = place;
    }
    for (Index place = 0; place < history.sent.size(); ++place) {
        if (!receivers.contains(place)) {
            return fmt::format("nobody received {}, which process {} had sent",
                               told(history.sent[place].message), history.sent[place].process);
        }
    }
    return std::nullopt;
}

}  // namespace

Expectation<History> delivers_each_once() {
    return Expectation<History>([](const History& history) -> std::optional<Mismatch> {
        const auto fault = fault_in(history);
        if (!fault) {
            return std::nullopt;
        }
        return Mismatch{
            .finding = {"each message is received by exactly one process, in its sender's order",
                        *fault, ""},
            .history_is_wrong = true};
    });
}

}  // namespace ipclab::checks
