#include "checks/segments.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstring>

#include "checks/sentences.hpp"
#include "message_text.hpp"

namespace ipclab::checks {

namespace {

using arena::Reply;
using kernel::Segment;
using Segments = std::vector<Segment>;
using Addresses = std::vector<std::uint64_t>;

constexpr int any_id = -1;
constexpr mode_t mark_bit = 01000;  // SHM_DEST

/// Of a segment whose owner is not the one that it had nothing else is as it was.
bool is_as(const Segment& listed, const Segment& wanted) {
    const bool same_one =
        wanted.id == any_id || (listed.id == wanted.id && listed.owner == wanted.owner);
    return same_one && listed.key == wanted.key && listed.mode == wanted.mode &&
           listed.size == wanted.size && listed.attaches == wanted.attaches;
}

bool are_the_same(const Segments& listed, Segments wanted) {
    for (const auto& segment : listed) {
        const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const Segment& other) {
            return is_as(segment, other);
        });
        if (found == wanted.end()) {
            return false;
        }
        wanted.erase(found);
    }
    return wanted.empty();
}

std::string told_addresses(const Addresses& addresses) {
    std::vector<std::string> words;
    for (const auto address : addresses) {
        words.push_back(fmt::format("{:#x}", address));
    }
    return words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, " and "));
}

/// @return the place where two texts begin to differ.
std::size_t first_difference(const std::string& one, const std::string& other) {
    const auto places = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
    return static_cast<std::size_t>(places.first - one.begin());
}

/// @return a few bytes from a place on, quoted.
std::string told_from(const std::string& bytes, std::size_t place) {
    constexpr std::size_t some = 24;
    const auto text = shortened(shell::show_text(bytes.substr(place, some)));
    return bytes.size() > place + some ? text + " ..." : text;
}

}  // namespace

SegmentsExpectation are_exactly(const Segments& segments) {
    return SegmentsExpectation([=](const Segments& seen) -> std::optional<Mismatch> {
        if (are_the_same(seen, segments)) {
            return std::nullopt;
        }
        return Mismatch{
            .finding = {"the kernel then lists " + told(segments), "it lists " + told(seen), ""},
            .segments = seen,
            .expected_segments = segments};
    });
}

SegmentsExpectation are_one_new(key_t key, std::size_t size, mode_t mode) {
    Segment segment;
    segment.kind = kernel::Kind::segment;
    segment.id = any_id;
    segment.key = key;
    segment.size = size;
    segment.mode = mode;
    return are_exactly(Segments{segment});
}

SegmentsExpectation are_one_with(key_t key) {
    return SegmentsExpectation([=](const Segments& seen) -> std::optional<Mismatch> {
        Segment wanted = seen.empty() ? Segment{} : attached(seen.front(), 0);
        wanted.key = key;
        if (are_the_same(seen, {wanted})) {
            return std::nullopt;
        }
        return Mismatch{
            .finding = {fmt::format("the kernel then lists one segment {}, not attached",
                                    kernel::show_key(key)),
                        "it lists " + told(seen), ""},
            .segments = seen,
            .expected_segments = {wanted}};
    });
}

Segment attached(Segment segment, unsigned long times) {
    segment.attaches = times;
    return segment;
}

Segment marked(Segment segment, unsigned long times) {
    segment.key = IPC_PRIVATE;
    segment.mode |= mark_bit;
    return attached(segment, times);
}

Bytes bytes_of(arena::Arena& arena, const Segment& segment, std::size_t offset, std::size_t size) {
    return {segment, offset, arena.read_bytes(segment, offset, size)};
}

Bytes bytes_of(arena::Arena& arena, const Segment& segment) {
    return bytes_of(arena, segment, 0, segment.size);
}

Expectation<Bytes> are(const std::string& bytes) {
    return Expectation<Bytes>([=](const Bytes& seen) -> std::optional<Mismatch> {
        if (seen.bytes == bytes) {
            return std::nullopt;
        }
        const auto place = first_difference(bytes, seen.bytes);
        return Mismatch{
            .finding = {fmt::format("segment {} then has at byte {}  {}", seen.segment.id,
                                    seen.offset + place, told_from(bytes, place)),
                        fmt::format("it has  {}", told_from(seen.bytes, place)), ""},
            .bytes = BytesMismatch{seen.segment, seen.offset, bytes, seen.bytes}};
    });
}

std::uint64_t address_in(const Reply& reply) {
    const std::string before = "at 0x";
    const auto& text = reply.answer;
    std::uint64_t address = 0;
    if (reply.trouble != arena::Trouble::none || !text.starts_with(before)) {
        return 0;
    }
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data() + before.size(), end, address, 16);
    return result.ec == std::errc{} && result.ptr == end ? address : 0;
}

ReplyExpectation answers_an_address() {
    return ReplyExpectation([](const Reply& reply) -> std::optional<Mismatch> {
        const auto address = address_in(reply);
        // What shmat returns when it fails is no address (shmop(2)).
        if (address != 0 && address != ~std::uint64_t{0}) {
            return std::nullopt;
        }
        return Mismatch{
            .finding = {told_request(reply) + "  answers where it is attached", told(reply), ""},
            .replies = {reply},
            .expected_reply = {.any_address = true}};
    });
}

ReplyExpectation is_killed_by(int signal) {
    return ReplyExpectation([=](const Reply& reply) -> std::optional<Mismatch> {
        const bool killed = reply.trouble == arena::Trouble::ended && reply.wait_status &&
                            WIFSIGNALED(*reply.wait_status) &&
                            WTERMSIG(*reply.wait_status) == signal;
        if (killed) {
            return std::nullopt;
        }
        return Mismatch{.finding = {fmt::format("{}  ends the process with SIG{}",
                                                told_request(reply), sigabbrev_np(signal)),
                                    told(reply), ""},
                        .replies = {reply},
                        .expected_reply = {.signal = signal}};
    });
}

Expectation<Addresses> are_detached(const Addresses& addresses, const Reply& reply) {
    return Expectation<Addresses>([=](const Addresses& seen) -> std::optional<Mismatch> {
        if (std::is_permutation(seen.begin(), seen.end(), addresses.begin(), addresses.end())) {
            return std::nullopt;
        }
        return Mismatch{.finding = {told_request(reply) + "  detaches " + told_addresses(addresses),
                                    seen.empty() ? "it did not call shmdt"
                                                 : "it called shmdt for " + told_addresses(seen),
                                    ""},
                        .replies = {reply},
                        .detaches = Detaches{addresses, seen}};
    });
}

std::vector<Pointer> pointers_in(const std::string& bytes,
                                 const std::vector<kernel::Mapping>& mappings, int process) {
    std::vector<Pointer> all;
    for (std::size_t offset = 0; offset + sizeof(std::uint64_t) <= bytes.size();
         offset += sizeof(std::uint64_t)) {
        std::uint64_t value = 0;
        std::memcpy(&value, bytes.data() + offset, sizeof value);
        const auto found = std::find_if(
            mappings.begin(), mappings.end(),
            [value](const kernel::Mapping& mapping) { return mapping.contains(value); });
        if (found != mappings.end()) {
            all.push_back({offset, value, process, found->name});
        }
    }
    return all;
}

}  // namespace ipclab::checks
