#ifndef IPCLAB_ARENA_IDENTITY_HPP
#define IPCLAB_ARENA_IDENTITY_HPP

#include <sys/types.h>

#include <functional>

namespace ipclab::arena {

/// The user and group that student code runs as: always a normal user, since root hides permission
/// bugs.
struct Identity {
    uid_t uid = 0;
    gid_t gid = 0;

    /// @return whoever this process is.
    static Identity mine();
};

/// While it lives, this process makes its system calls as somebody else: the objects it makes are
/// theirs and the kernel refuses it what they may not do. Does nothing where it is them already.
class ActingAs {
public:
    explicit ActingAs(Identity identity);
    ActingAs(const ActingAs&) = delete;
    ActingAs& operator=(const ActingAs&) = delete;
    ~ActingAs();

private:
    Identity before_;
};

/// Becomes somebody else for good, with no supplementary groups: the way into a student process.
/// @return 0, or the errno of the call that was refused. Allocates nothing: runs between fork and
///         exec.
int become(Identity identity);

/// Runs a few system calls in a process of its own that has become somebody else altogether, for
/// what acting as them is not enough.
/// @return what the calls came to: 0, or an errno.
int in_place_of(Identity identity, const std::function<int()>& calls);

}  // namespace ipclab::arena

#endif
