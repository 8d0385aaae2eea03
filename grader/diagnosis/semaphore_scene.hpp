/// @file
/// What the rules of lab 5 look at besides: all requests of the check with their semops, who made
/// which set, and who touched which number of a segment with which semaphores in hand.
#ifndef IPCLAB_DIAGNOSIS_SEMAPHORE_SCENE_HPP
#define IPCLAB_DIAGNOSIS_SEMAPHORE_SCENE_HPP

#include <optional>
#include <string>
#include <vector>

#include "diagnosis/evidence.hpp"
#include "diagnosis/semaphore_story.hpp"
#include "diagnosis/tools_evidence.hpp"

namespace ipclab::diagnosis {

/// A request to a process, and what that did.
struct Deed {
    Exchange exchange;
    Request request;
    Answer answer;
    std::size_t lane = 0;
    std::vector<const Semop*> semops;

    [[nodiscard]] bool is(Function function) const { return request.function == function; }
    /// @return whether it opens something, and so may have to make it.
    [[nodiscard]] bool opens() const;
    [[nodiscard]] bool answered() const { return exchange.answered != nullptr; }
    /// @return the id of the event with which it was asked.
    [[nodiscard]] std::size_t begin() const { return exchange.asked->id; }
    /// @return by how much it has changed a semaphore.
    [[nodiscard]] int change_of(Semaphore semaphore) const;
};

/// A call that gave a semaphore a value, in a request that opens something.
struct Valuation {
    const recorder::Event* event = nullptr;
    const Deed* deed = nullptr;
    std::size_t done = 0;      ///< the id of the event by which it had happened
    bool raises = false;       ///< by semop, to what was there
    std::optional<int> value;  ///< nothing: of SETALL, which is not recorded
};

/// A process read or wrote a number in a segment.
struct Touch {
    const recorder::Event* event = nullptr;
    const Deed* deed = nullptr;
    std::vector<const Holding*> held;

    [[nodiscard]] const recorder::Access& access() const { return event->access; }
    [[nodiscard]] bool writes() const { return access().how == recorder::Access::How::writes; }
    [[nodiscard]] bool is_locked() const { return !held.empty(); }
};

/// @return whether two touches happened with one and the same lowering of a semaphore in hand.
bool share_holding(const Touch& one, const Touch& other);
/// @return whether there is a semaphore that both had.
bool share_semaphore(const Touch& one, const Touch& other);

class Scene {
    /// Who waits for ever is killed in the end, and others go on then: that is no part of it.
    std::optional<recorder::Recording> cut_;

public:
    explicit Scene(const Evidence& evidence);

    const Evidence& seen;
    const recorder::Recording& recording;  ///< up to the failure
    SemaphoreStory story;
    std::vector<Deed> deeds;  ///< in the order in which they were asked

    /// @return the failing one, or null.
    [[nodiscard]] const Deed* judged() const { return judged_; }
    [[nodiscard]] const Deed* deed_of(const recorder::Event& event) const;
    /// @return whether no event is missing from this one on.
    [[nodiscard]] bool is_whole_since(std::size_t event) const;
    /// @return the id of the event by which a call had happened.
    [[nodiscard]] std::size_t done(const recorder::Event& call) const;

    /// @return how a process is called: "A" as in the schedule, "process 1" where there is none.
    [[nodiscard]] std::string who(std::size_t lane) const;
    /// The same at the begin of a sentence.
    [[nodiscard]] std::string Who(std::size_t lane) const;  // NOLINT(readability-identifier-naming)

    // --- sets ---

    /// @return the request that made a set, where that is certain, or null.
    [[nodiscard]] const Deed* maker_of(int set) const;
    /// @return the calls that gave a semaphore a value, in order.
    [[nodiscard]] std::vector<Valuation> valuations(Semaphore semaphore) const;
    /// @return whether a semaphore keeps others out, and does not count.
    [[nodiscard]] bool is_lock(Semaphore semaphore) const;

    // --- how it failed ---

    /// @return whether the process was asked for something, and waits for others for ever.
    [[nodiscard]] bool is_stuck() const;
    /// @return whether it answered, where it should have waited.
    [[nodiscard]] bool got_through() const;
    /// @return the semop in which the failing request waits for ever, or null.
    [[nodiscard]] const Semop* stuck_in() const;
    /// @return the semaphores that two had at the same time, or that let one through who should
    ///         have waited.
    [[nodiscard]] std::vector<Semaphore> contested() const;

    // --- the schedule ---

    [[nodiscard]] bool has_schedule() const { return !seen.schedule->events.empty(); }
    /// @return every access to a segment in the schedule that failed.
    [[nodiscard]] std::vector<Touch> touches() const;
    /// @return "balance 0", "byte 16 of the segment".
    [[nodiscard]] std::string name_of(const recorder::Access& access) const;

private:
    [[nodiscard]] std::vector<Semaphore> held_by_two() const;

    const Deed* judged_ = nullptr;
};

/// @return whether the function belongs to the bank, or to the buffer.
bool is_of_bank(Function function);
bool is_of_buffer(Function function);
/// @return whether the access is to a balance of the bank: struct Account of semaphores.hpp.
bool is_balance(const recorder::Access& access);

}  // namespace ipclab::diagnosis

#endif
