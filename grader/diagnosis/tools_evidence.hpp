/// @file
/// What the rules of lab 3 look at besides: the calls on objects of all three kinds, and what the
/// grader's acts say of the objects that it made.
#ifndef IPCLAB_DIAGNOSIS_TOOLS_EVIDENCE_HPP
#define IPCLAB_DIAGNOSIS_TOOLS_EVIDENCE_HPP

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis/evidence.hpp"
#include "kernel/objects.hpp"

namespace ipclab::diagnosis {

/// A call of msgget, shmget or semget.
struct AnyGet {
    const recorder::Event* event = nullptr;
    kernel::Kind kind = kernel::Kind::queue;
    key_t key = 0;
    std::size_t size = 0;  ///< bytes of a segment, or semaphores
    int flags = 0;
    std::optional<int> id;  ///< what it returned, where it succeeded
    int error = 0;          ///< its errno, where it failed

    [[nodiscard]] bool has(int flag) const { return (flags & flag) == flag; }
    [[nodiscard]] mode_t bits() const { return static_cast<mode_t>(flags) & 0777U; }
    [[nodiscard]] bool can_make() const;
    /// The call made an object: no other reading is possible.
    [[nodiscard]] bool made() const;
};

/// A call of msgctl, shmctl or semctl.
struct AnyControl {
    const recorder::Event* event = nullptr;
    kernel::Kind kind = kernel::Kind::queue;
    int id = 0;         ///< or the place in the kernel's table: is_about_place
    int semaphore = 0;  ///< of semctl
    int command = 0;
    std::optional<int> result;  ///< what it returned, where it succeeded
    int error = 0;              ///< its errno, where it failed

    /// @return whether its first argument is a place in the kernel's table: MSG_STAT_ANY, ...
    [[nodiscard]] bool is_about_place() const;
    /// @return whether it asks about the whole system: MSG_INFO, IPC_INFO, ...
    [[nodiscard]] bool is_about_system() const;
    /// @return whether it looks at one object: IPC_STAT, or by its place.
    [[nodiscard]] bool looks() const;
    /// @return whether it is one that needs the right to read: IPC_STAT, MSG_STAT, GETPID, ...
    [[nodiscard]] bool needs_reading() const;
    [[nodiscard]] bool removes() const;
};

std::vector<AnyGet> any_gets(const std::vector<const recorder::Event*>& calls);
std::vector<AnyControl> any_controls(const std::vector<const recorder::Event*>& calls);
/// The same of the failing request.
std::vector<AnyGet> any_gets(const Evidence& seen);
std::vector<AnyControl> any_controls(const Evidence& seen);
/// @return the calls with IPC_RMID.
std::vector<AnyControl> any_removals(const Evidence& seen);

/// @return "msgget", "shmget" or "semget".
std::string get_name(kernel::Kind kind);
/// @return "msgctl", "shmctl" or "semctl".
std::string control_name(kernel::Kind kind);
/// @return "queue 3", "semaphore set 0".
std::string told_object(kernel::Kind kind, int id);

/// Who used something last.
enum class User { nobody, living, ended };

/// An object that the grader made, and what became of it until the end of the recording.
struct Made {
    kernel::Kind kind = kernel::Kind::queue;
    int id = -1;
    key_t key = 0;
    bool strangers = false;              ///< somebody else's
    bool maker_ended = false;            ///< its creator has ended
    bool attached = false;               ///< a process of the grader's has it attached
    bool unreadable = false;             ///< its mode was changed, and its owner may not read it
    User sender = User::nobody;          ///< of a queue: the last one
    User receiver = User::nobody;        ///< of a queue: the last one
    std::map<int, User> raised;          ///< of a set: who used each semaphore last
    std::optional<std::size_t> removed;  ///< the grader removed it: the id of this event
};

/// @return all objects that the grader made; none where events are missing in the recording.
std::vector<Made> made_objects(const recorder::Recording& recording);

/// @return the last one of this kind with this id, or null.
const Made* made_with(const std::vector<Made>& objects, kernel::Kind kind, int id);

/// @return the first act with this text between the request and an event, or null.
const recorder::Event* act_before(const Evidence& seen, const std::string& text,
                                  const recorder::Event& end);

/// @return how a program ended, where the recording has it: its exit status.
std::optional<int> recorded_status(const Evidence& seen);

}  // namespace ipclab::diagnosis

#endif
