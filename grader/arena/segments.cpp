// The segments that the grader itself attaches, reads and writes in a check.
#include <fmt/format.h>
#include <sys/shm.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "arena/arena.hpp"
#include "arena/by_hand.hpp"
#include "kernel/failure.hpp"
#include "message_text.hpp"

namespace ipclab::arena {

namespace {

using kernel::checked;

/// A segment that is attached in this process for as long as this lives.
class AttachedHere {
public:
    AttachedHere(int id, int flags) : address_(shmat(id, nullptr, flags)) {
        error_ = reinterpret_cast<long>(address_) == -1 ? errno : 0;
    }
    AttachedHere(const AttachedHere&) = delete;
    AttachedHere& operator=(const AttachedHere&) = delete;
    ~AttachedHere() {
        if (error_ == 0) {
            shmdt(address_);
        }
    }

    [[nodiscard]] int error() const { return error_; }  ///< 0 where it is attached
    [[nodiscard]] void* address() const { return address_; }

private:
    void* address_;
    int error_;
};

void require_inside(const kernel::Segment& segment, std::size_t offset, std::size_t size) {
    if (offset > segment.size || size > segment.size - offset) {
        throw std::logic_error("the grader reads or writes beyond the end of a segment");
    }
}

}  // namespace

void Arena::attach(const kernel::Segment& segment) {
    const ActingAs student(setting_.student);
    void* address = shmat(segment.id, nullptr, 0);
    checked(reinterpret_cast<long>(address), "the grader cannot attach its segment");
    attached_[segment.id] = address;
    act(fmt::format("attaches segment {}", segment.id), "# the grader attaches it (shmat)");
}

void Arena::detach(const kernel::Segment& segment) {
    const auto found = attached_.find(segment.id);
    if (found == attached_.end()) {
        throw std::logic_error("the grader has not attached this segment");
    }
    checked(shmdt(found->second), "the grader cannot detach its segment");
    attached_.erase(found);
    act(fmt::format("detaches segment {}", segment.id), "# the grader detaches it (shmdt)");
}

void Arena::detach_everything() {
    for (const auto& [id, address] : attached_) {
        shmdt(address);
    }
    attached_.clear();
}

/// Does something with the bytes of a segment.
/// @param flags  with which it is attached, where it is not yet.
void Arena::with_bytes(const kernel::Segment& segment, int flags,
                       const std::function<void(char* bytes)>& act_on) {
    if (const auto found = attached_.find(segment.id); found != attached_.end()) {
        act_on(static_cast<char*>(found->second));
        return;
    }
    const ActingAs student(setting_.student);
    const AttachedHere attached(segment.id, flags);
    require_done(attached.error(), segment, "attach a segment");
    act_on(static_cast<char*>(attached.address()));
}

std::string Arena::read_bytes(const kernel::Segment& segment, std::size_t offset,
                              std::size_t size) {
    require_inside(segment, offset, size);
    std::string bytes;
    with_bytes(segment, SHM_RDONLY, [&](const char* all) { bytes.assign(all + offset, size); });
    act(fmt::format("reads {} bytes of segment {} at byte {}", size, segment.id, offset),
        fmt::format("perl -e 'shmread({}, $m, {}, {}); print $m, \"\\n\"'", segment.id, offset,
                    size));
    return bytes;
}

void Arena::write_bytes(const kernel::Segment& segment, std::size_t offset,
                        const std::string& bytes) {
    require_inside(segment, offset, bytes.size());
    with_bytes(segment, 0, [&](char* all) { std::copy(bytes.begin(), bytes.end(), all + offset); });
    const auto perl = in_perl(bytes);
    act(fmt::format("writes {} to segment {} at byte {}", shell::show_text(bytes), segment.id,
                    offset),
        fmt::format("perl -e 'shmwrite({}, {}, {}, {})'{}", segment.id, perl.word, offset,
                    bytes.size(), perl.comment));
}

}  // namespace ipclab::arena
