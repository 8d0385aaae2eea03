/// @file
/// The sentences that failures are told in, for all labs: in one place, ready to be translated.
#ifndef IPCLAB_CHECKS_SENTENCES_HPP
#define IPCLAB_CHECKS_SENTENCES_HPP

#include <string>

#include "arena/arena.hpp"
#include "report/result.hpp"

namespace ipclab::checks {

/// @return what became of a request: "it answered \"id 3\"", "it waits in msgrcv, and nobody ...".
std::string told(const arena::Reply& reply);

/// @return "create 0x4c01 0600" and, where there are several processes, which one was asked.
std::string told_request(const arena::Reply& reply);

/// @return text for a sentence: cut where it is long.
std::string shortened(const std::string& text);

/// @return an answer for a sentence: in quotes, unless it has some itself.
std::string told_answer(const std::string& answer);

/// @return "type 1 \"alpha\" (5 bytes)".
std::string told(const kernel::Message& message);

/// @return how a process waits: in which call, or by looking again and again.
std::string told_wait(const arena::Reply& reply);

/// @return "the queue 0x00004c01 with the id 3, mode 0600 and 2 messages".
std::string told(const kernel::Queue& queue);

/// @return what stands in the kernel's list: "one queue: ..." or "no queue".
std::string told(const std::vector<kernel::Queue>& queues);

/// @return "a segment 0x00004c01 with the id 3, 100 bytes, mode 0600, attached once".
std::string told(const kernel::Segment& segment);
std::string told(const std::vector<kernel::Segment>& segments);

/// @return the failure of a check that went well until its end, but left something.
report::Finding told(const arena::Aftermath& aftermath);

/// @return the failure of a check that could not go on.
/// @param what  "queue 3 is gone".
report::Finding told_interference(const std::string& what);

/// @return whether the aftermath is as it should be.
bool is_clean(const arena::Aftermath& aftermath);

}  // namespace ipclab::checks

#endif
