#ifndef IPCLAB_ARENA_LEASE_HPP
#define IPCLAB_ARENA_LEASE_HPP

#include "arena/identity.hpp"
#include "kernel/descriptor.hpp"

namespace ipclab::arena {

/// A uid that belongs to one check for as long as this lives. Only root can lend uids.
///
/// They come from 60706..61183, which no Linux distribution hands out (systemd's "Users, Groups,
/// UIDs and GIDs" leaves it unused). What a killed grader has left under it is gone. Two gradings
/// on one machine never get the same one.
class Lease {
public:
    /// @throws std::runtime_error where all are taken.
    Lease();
    [[nodiscard]] Identity identity() const { return identity_; }

    /// Ends what graders that were killed altogether have left under uids that nobody has any more:
    /// an object that was made just before the kill stands in no ledger.
    static void evict_the_dead();

    /// @return whether a uid is one of those that are lent, and to nobody now, or to somebody.
    static bool is_free(uid_t uid);
    static bool is_lent(uid_t uid);

private:
    /// Takes one uid, if nobody has it.
    explicit Lease(uid_t uid);
    bool take(uid_t uid);

    Identity identity_;
    kernel::Descriptor register_;
};

}  // namespace ipclab::arena

#endif
