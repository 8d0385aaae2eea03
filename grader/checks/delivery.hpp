/// @file
/// The history of messages that several processes sent and several received: was each delivered
/// exactly once, and those of one sender in their order?
#ifndef IPCLAB_CHECKS_DELIVERY_HPP
#define IPCLAB_CHECKS_DELIVERY_HPP

#include <string>
#include <vector>

#include "checks/expectations.hpp"

namespace ipclab::checks {

/// One message on its way, as a process sent or received it.
struct Delivery {
    int process = 0;  ///< the number of the sender or receiver in the check
    kernel::Message message;
};

/// Everything that was sent and received, each in the order in which it was known to be.
struct History {
    std::vector<Delivery> sent;
    std::vector<Delivery> received;
};

/// Every message that was sent was received by exactly one process, nothing else was received, and
/// no process received two messages of one sender the wrong way round. No two messages sent are
/// equal.
Expectation<History> delivers_each_once();

}  // namespace ipclab::checks

#endif
