/// @file
/// The vocabulary of checks about segments: what the kernel lists of them, what lies in them, and
/// where a process has them.
#ifndef IPCLAB_CHECKS_SEGMENTS_HPP
#define IPCLAB_CHECKS_SEGMENTS_HPP

#include <string>
#include <vector>

#include "checks/expectations.hpp"

namespace ipclab::checks {

using SegmentsExpectation = Expectation<std::vector<kernel::Segment>>;

/// The kernel lists exactly these segments of the check, in any order, with just this key, size,
/// mode, mark and number of attaches.
SegmentsExpectation are_exactly(const std::vector<kernel::Segment>& segments);

/// The kernel lists exactly one segment of the check: with any id, and nobody has it attached.
SegmentsExpectation are_one_new(key_t key, std::size_t size, mode_t mode);

/// The same of one with any size and mode.
SegmentsExpectation are_one_with(key_t key);

/// @return the segment as it is listed while it is attached so many times.
kernel::Segment attached(kernel::Segment segment, unsigned long times);

/// @return the segment as it is listed once it is removed and still attached so many times.
kernel::Segment marked(kernel::Segment segment, unsigned long times);

/// Bytes that the grader has read in a segment.
struct Bytes {
    kernel::Segment segment;
    std::size_t offset = 0;
    std::string bytes;
};

Bytes bytes_of(arena::Arena& arena, const kernel::Segment& segment, std::size_t offset,
               std::size_t size);
Bytes bytes_of(arena::Arena& arena, const kernel::Segment& segment);

/// The bytes are exactly these.
Expectation<Bytes> are(const std::string& bytes);

/// The shell answered "at ADDRESS".
ReplyExpectation answers_an_address();

/// @return the address in an answer "at ADDRESS", or 0.
std::uint64_t address_in(const arena::Reply& reply);

/// The process was killed by this signal.
ReplyExpectation is_killed_by(int signal);

/// For its last request the process gave shmdt exactly these addresses, in any order.
Expectation<std::vector<std::uint64_t>> are_detached(const std::vector<std::uint64_t>& addresses,
                                                     const arena::Reply& reply);

/// @return the aligned words of some bytes that are addresses in mappings of a process.
std::vector<Pointer> pointers_in(const std::string& bytes,
                                 const std::vector<kernel::Mapping>& mappings, int process);

}  // namespace ipclab::checks

#endif
