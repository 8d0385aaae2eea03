/// @file
/// Who had which semaphore when, from the recorded calls of semop.
///
/// A process *has* a semaphore from when it lowered it until it begins to raise it again. Where a
/// program waits for zero and raises in one semop, 1 stands for taken, and it is the other way
/// round.
#ifndef IPCLAB_DIAGNOSIS_SEMAPHORE_STORY_HPP
#define IPCLAB_DIAGNOSIS_SEMAPHORE_STORY_HPP

#include <sys/sem.h>

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "recorder/recording.hpp"

namespace ipclab::diagnosis {

/// One semaphore of a set.
struct Semaphore {
    int set = -1;
    int number = 0;

    bool operator==(const Semaphore&) const = default;
    bool operator<(const Semaphore& other) const {
        return set != other.set ? set < other.set : number < other.number;
    }
};

/// A call of semop or semtimedop.
struct Semop {
    const recorder::Event* event = nullptr;
    std::size_t lane = 0;
    int set = -1;
    std::vector<sembuf> operations;
    /// The id of the event by which it had happened; nothing: it failed, or has not returned.
    std::optional<std::size_t> done;

    [[nodiscard]] bool returned() const { return event->call.returned(); }
    [[nodiscard]] int error() const { return event->call.error(); }
    /// @return the operation that changes a semaphore or waits for its zero, or null.
    [[nodiscard]] const sembuf* on(int number) const;
    /// @return by how much it changes a semaphore: less than 0 lowers it.
    [[nodiscard]] int change_of(int number) const;
    [[nodiscard]] bool waits_for_zero(int number) const;
    /// @return whether one of its operations has a flag: SEM_UNDO, IPC_NOWAIT.
    [[nodiscard]] bool has(int flag) const;
    [[nodiscard]] std::set<int> numbers() const;
};

/// A time in which a process had a semaphore.
struct Holding {
    Semaphore semaphore;
    std::size_t lane = 0;
    const Semop* taken = nullptr;
    const Semop* given = nullptr;      ///< null: not, or in another way
    std::optional<std::size_t> until;  ///< the id of the event from which it may be free again
    bool owner_ended = false;          ///< its process ended, and nobody gave it back

    /// @return whether the process surely had it when this event happened.
    [[nodiscard]] bool at(std::size_t event) const {
        return *taken->done < event && (!until || *until > event);
    }
};

/// What the kernel did to a semaphore when a process ended, in the way of SEM_UNDO.
struct Undoing {
    Semaphore semaphore;
    std::size_t lane = 0;
    std::size_t event = 0;  ///< the end
    int change = 0;
    int held = 0;  ///< how often the process had it then: so much would have been right
};

class SemaphoreStory {
public:
    /// @param recording  to its end; the story keeps pointing into it.
    explicit SemaphoreStory(const recorder::Recording& recording);
    SemaphoreStory(const SemaphoreStory&) = delete;
    SemaphoreStory& operator=(const SemaphoreStory&) = delete;
    ~SemaphoreStory() = default;

    /// @return all calls, in the order in which they began.
    [[nodiscard]] const std::deque<Semop>& semops() const { return semops_; }
    [[nodiscard]] const Semop* semop_of(const recorder::Event& call) const;
    [[nodiscard]] const std::deque<Holding>& holdings() const { return holdings_; }
    [[nodiscard]] const std::vector<Undoing>& undoings() const { return undoings_; }

    /// @return what the process had when this event happened.
    [[nodiscard]] std::vector<const Holding*> held(std::size_t lane, std::size_t event) const;

    /// @return the semop in which it waits at the end of the recording, or null.
    [[nodiscard]] const Semop* waiting(std::size_t lane) const;

    /// @return whether this call takes, or would take, the semaphore: 1 is free, or 0 is.
    [[nodiscard]] bool takes(const Semop& semop, int number) const;
    [[nodiscard]] bool gives(const Semop& semop, int number) const;
    /// @return whether 0 stands for free, so that no first value has to be given.
    [[nodiscard]] bool is_inverted(Semaphore semaphore) const {
        return inverted_.contains(semaphore);
    }

private:
    void begin(const recorder::Event& event);
    void happen(Semop& semop, std::size_t when);
    void clear_undo(const recorder::Call& call);
    void end(std::size_t lane, std::size_t when);
    void forget(std::size_t when);
    [[nodiscard]] Holding* latest(Semaphore semaphore, std::size_t lane);

    std::deque<Semop> semops_;
    std::map<std::size_t, Semop*> begun_;  ///< by the id of the call
    std::deque<Holding> holdings_;
    std::vector<Undoing> undoings_;
    std::map<std::pair<std::size_t, Semaphore>, int> undo_;  ///< of each process
    std::set<Semaphore> inverted_;
    std::set<std::size_t> ended_;  ///< lanes
};

}  // namespace ipclab::diagnosis

#endif
