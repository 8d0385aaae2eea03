/// @file
/// What a matcher saw that did not match: for the report as sentences, for diagnosis as values.
#ifndef IPCLAB_CHECKS_MISMATCH_HPP
#define IPCLAB_CHECKS_MISMATCH_HPP

#include <optional>
#include <string>
#include <vector>

#include "arena/process.hpp"
#include "kernel/messages.hpp"
#include "kernel/objects.hpp"
#include "report/result.hpp"

namespace ipclab::checks {

/// What a process should have answered: one of these.
struct ExpectedReply {
    std::string answer;  ///< exactly this; empty: one of the others
    bool any_id = false;
    bool any_message = false;
    int error = 0;              ///< std::system_error with this errno
    std::optional<int> status;  ///< the exit status of a program
    std::string waits_in;       ///< no answer yet: it waits in this call
    bool list = false;          ///< a list of objects
    bool any_address = false;
    int signal = 0;  ///< no answer: this signal kills the process
};

/// A word of a segment that is an address of the process which wrote it.
struct Pointer {
    std::size_t offset = 0;  ///< in the segment
    std::uint64_t value = 0;
    int process = 0;      ///< the number of the process
    std::string mapping;  ///< what is at this address there
};

/// The addresses that shmdt was given during a request, beside those that it should have been.
struct Detaches {
    std::vector<std::uint64_t> wanted;
    std::vector<std::uint64_t> seen;
};

/// What the kernel should have listed.
struct ExpectedQueues {
    std::size_t count = 0;
    std::optional<kernel::Queue> unchanged;  ///< only this one, as it was
    std::optional<key_t> key;                ///< one new queue with this key
    std::optional<mode_t> mode;              ///< and exactly these permission bits
};

/// Where a list of objects is not as it should be.
struct ListMismatch {
    std::string wanted;  ///< the row that is missing or not right; empty: a row too many
    std::string seen;    ///< the row with the same id, or the row too many; empty: there is none
    std::vector<std::string> listed;  ///< all rows
};

/// What lay in a segment.
struct BytesMismatch {
    kernel::Segment segment;
    std::size_t offset = 0;
    std::string wanted;
    std::string seen;
};

struct Mismatch {
    report::Finding finding;
    std::vector<arena::Reply> replies;  ///< that were judged: mostly one; none where queues were
    ExpectedReply expected_reply;
    std::optional<std::vector<kernel::Queue>> queues;  ///< that were judged
    ExpectedQueues expected_queues;
    std::optional<std::vector<kernel::Message>> messages;  ///< that a queue held
    std::vector<kernel::Message> expected_messages;
    std::optional<std::vector<kernel::Object>> objects;  ///< that the kernel listed, of all kinds
    std::vector<kernel::Object> expected_objects;
    std::optional<std::vector<kernel::Segment>> segments;  ///< that were judged
    std::vector<kernel::Segment> expected_segments;        ///< with the id -1: any
    std::optional<BytesMismatch> bytes;
    std::optional<Detaches> detaches;
    std::optional<Pointer> pointer;  ///< that lay in the segment which was to be read
    std::optional<ListMismatch> list;
    std::optional<int> removals;    ///< how often a removal was asked for: not once
    bool history_is_wrong = false;  ///< of the messages of several processes (delivery.hpp)
};

}  // namespace ipclab::checks

#endif
