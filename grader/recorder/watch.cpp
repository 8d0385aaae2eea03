#include "recorder/watch.hpp"

#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "kernel/objects.hpp"
#include "recorder/registers.hpp"

namespace ipclab::recorder {

namespace {

constexpr std::size_t most_places = 12;
/// A string instruction repeats itself; each of its turns is a step.
constexpr int most_turns = 70'000;

std::optional<std::uint64_t> word_at(pid_t thread, std::uint64_t address) {
    errno = 0;
    const long word = ptrace(PTRACE_PEEKDATA, thread, address, nullptr);
    return errno == 0 ? std::optional(static_cast<std::uint64_t>(word)) : std::nullopt;
}

/// @return the eight bytes from an address, as a number: fewer where the memory ends before.
/// @param end  of the memory: of a page.
std::uint64_t bytes_at(pid_t thread, std::uint64_t address, std::uint64_t end) {
    constexpr std::uint64_t bits = 8;
    const std::uint64_t size = sizeof(std::uint64_t);
    const std::uint64_t beyond = end - address < size ? size - (end - address) : 0;
    return word_at(thread, address - beyond).value_or(0) >> (beyond * bits);
}

std::size_t in_pages(std::size_t size) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return (size + page - 1) / page * page;
}

}  // namespace

// --- what is attached -------------------------------------------------------------------------

void Watch::attached(int segment, std::uint64_t address, int flags) {
    detached(address);  // With SHM_REMAP one may have been there.
    const int protection = PROT_READ | ((flags & SHM_RDONLY) == 0 ? PROT_WRITE : 0) |
                           ((flags & SHM_EXEC) != 0 ? PROT_EXEC : 0);
    attachments_.push_back({segment, address, protection, protection});
}

void Watch::detached(std::uint64_t address) {
    std::erase_if(attachments_, [=](const Attachment& one) { return one.address == address; });
}

void Watch::set_protection(std::uint64_t address, std::size_t size, int protection) {
    for (auto& attachment : attachments_) {
        if (attachment.address >= address &&
            attachment.address + attachment.size <= address + in_pages(size)) {
            attachment.protection = protection;
            attachment.allowed = protection;
        }
    }
}

void Watch::clear() {
    *this = {};
}

void Watch::learn_sizes() {
    const bool known = std::all_of(attachments_.begin(), attachments_.end(),
                                   [](const Attachment& one) { return one.size != 0; });
    if (known) {
        return;
    }
    const auto segments = kernel::segments();
    for (auto& attachment : attachments_) {
        const auto found = std::find_if(
            segments.begin(), segments.end(),
            [&](const kernel::Segment& segment) { return segment.id == attachment.segment; });
        attachment.size = found == segments.end() ? 0 : in_pages(found->size);
    }
}

Watch::Attachment* Watch::find(std::uint64_t address) {
    const auto found =
        std::find_if(attachments_.begin(), attachments_.end(), [=](const Attachment& one) {
            return address >= one.address && address - one.address < one.size;
        });
    return found == attachments_.end() ? nullptr : &*found;
}

bool Watch::covers(std::uint64_t address) {
    const auto* attachment = is_on() ? find(address) : nullptr;
    return attachment != nullptr && attachment->allowed != attachment->protection;
}

// --- watching ---------------------------------------------------------------------------------

void Watch::begin(pid_t thread, const Code& code) {
    instruction_ = system_call_instruction(thread);
    code_ = code;
    go_on(thread);
}

void Watch::go_on(pid_t thread) {
    paused_ = false;
    learn_sizes();
    Stepper stepper(thread);
    protect_all(stepper);
}

void Watch::pause(pid_t thread) {
    Stepper stepper(thread);
    for (auto& attachment : attachments_) {
        if (attachment.allowed != attachment.protection) {
            allow(stepper, attachment, attachment.protection);
        }
    }
    paused_ = true;
}

void Watch::end(pid_t thread) {
    pause(thread);
    instruction_ = 0;
}

void Watch::protect_all(Stepper& stepper) {
    for (auto& attachment : attachments_) {
        if (attachment.allowed != PROT_NONE && attachment.size != 0) {
            allow(stepper, attachment, PROT_NONE);
        }
    }
}

void Watch::allow(Stepper& stepper, Attachment& attachment, int protection) {
    attachment.allowed = protection;
    ++changes_;
    stepper.call(instruction_, SYS_mprotect,
                 {attachment.address, attachment.size, static_cast<std::uint64_t>(protection)});
}

// --- one access -------------------------------------------------------------------------------

/// Allows what a thread was refused at an address: first to read, then to write.
/// @return whether there was something to allow.
bool Watch::admit(Stepper& stepper, pid_t thread, std::uint64_t address,
                  std::vector<Touched>& all) {
    auto* const attachment = find(address);
    if (attachment == nullptr || attachment->allowed == attachment->protection) {
        return false;
    }
    const bool wants_to_write = attachment->allowed != PROT_NONE;
    const std::uint64_t end = attachment->address + attachment->size;
    const Access access{.how = wants_to_write ? Access::How::writes : Access::How::reads,
                        .segment = attachment->segment,
                        .offset = address - attachment->address,
                        .before = bytes_at(thread, address, end)};
    if (!all.empty() && all.back().address == address) {
        all.pop_back();  // It reads and writes the same place.
    }
    all.push_back({access, address, end});
    allow(stepper, *attachment, wants_to_write ? attachment->protection : PROT_READ);
    return true;
}

/// Executes one instruction, and allows it what it needs.
Stepper::End Watch::execute(Stepper& stepper, pid_t thread, std::vector<Touched>& all) {
    auto end = stepper.step();
    while (end == Stepper::End::faulted) {
        const auto fault = stepper.fault();
        if (!fault || !admit(stepper, thread, *fault, all)) {
            break;
        }
        end = stepper.step();
    }
    return end;
}

std::vector<Access> Watch::let_happen(pid_t thread) {
    const auto address = address_of_fault(thread);
    const std::uint64_t instruction = place_of(thread).instruction;
    Stepper stepper(thread);
    std::vector<Touched> all;
    if (!address || !admit(stepper, thread, *address, all)) {
        return {};
    }
    // One that copies much is several accesses, of one turn, of two, of four and so on: others may
    // come in the middle of it.
    const auto turns = take_turns(thread, next_turns_);
    next_turns_ = turns ? 2 * next_turns_ : 1;
    // A string instruction is there as long as it repeats itself.
    auto end = execute(stepper, thread, all);
    for (int turn = 1; end == Stepper::End::done && turn < most_turns &&
                       place_of(thread).instruction == instruction;
         ++turn) {
        end = execute(stepper, thread, all);
    }
    if (turns && end != Stepper::End::gone) {
        give_turns_back(thread, instruction, *turns);
    }
    if (end != Stepper::End::done) {
        paused_ = true;
        return {};
    }
    std::vector<Access> accesses;
    for (auto& [access, begin, end_of_memory] : all) {
        access.after = bytes_at(thread, begin, end_of_memory);
        accesses.push_back(access);
    }
    protect_all(stepper);
    return accesses;
}

Places Watch::places_of(pid_t thread) const {
    const Place place = place_of(thread);
    Places places;
    const auto add = [&](std::uint64_t address, int back) {
        const bool own = address >= code_.begin && address < code_.end;
        if (own) {
            places.push_back(address - static_cast<std::uint64_t>(back) - code_.begin);
        }
        return own;
    };
    if (!add(place.instruction, 0)) {
        // In the C library: mostly in a function that has put nothing on the stack.
        add(place.link != 0 ? place.link : word_at(thread, place.stack).value_or(0), 1);
    }
    std::uint64_t frame = place.frame;
    while (places.size() < most_places && frame >= place.stack) {
        const auto caller = word_at(thread, frame);
        const auto returns_to = word_at(thread, frame + sizeof(std::uint64_t));
        if (!caller || !returns_to) {
            break;
        }
        add(*returns_to, 1);
        if (*caller <= frame) {
            break;
        }
        frame = *caller;
    }
    return places;
}

}  // namespace ipclab::recorder
