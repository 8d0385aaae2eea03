#include "arena/identity.hpp"

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/failure.hpp"

namespace ipclab::arena {

namespace {

bool is_me(Identity identity) {
    return geteuid() == identity.uid && getegid() == identity.gid;
}

void act_as(Identity identity) {
    // The group first: without root's rights it could not be changed any more.
    if (getegid() != identity.gid) {
        kernel::checked(setegid(identity.gid), "cannot act as the student's group");
    }
    if (geteuid() != identity.uid) {
        kernel::checked(seteuid(identity.uid), "cannot act as the student's user");
    }
}

}  // namespace

Identity Identity::mine() {
    return {geteuid(), getegid()};
}

ActingAs::ActingAs(Identity identity) : before_(Identity::mine()) {
    act_as(identity);
}

ActingAs::~ActingAs() {
    // Back to the user first: only root may change its group. Going back to the saved ids cannot
    // be refused.
    if (geteuid() != before_.uid && seteuid(before_.uid) != 0) {
        _exit(3);
    }
    if (getegid() != before_.gid && setegid(before_.gid) != 0) {
        _exit(3);
    }
}

int become(Identity identity) {
    if (is_me(identity) && getuid() == identity.uid) {
        return 0;
    }
    const bool refused = setgroups(0, nullptr) != 0 ||
                         setresgid(identity.gid, identity.gid, identity.gid) != 0 ||
                         setresuid(identity.uid, identity.uid, identity.uid) != 0;
    return refused ? errno : 0;
}

int in_place_of(Identity identity, const std::function<int()>& calls) {
    const pid_t child = kernel::checked(fork(), "cannot fork");
    if (child == 0) {
        const int error = become(identity);
        _exit(error == 0 ? calls() : error);
    }
    int status = 0;
    kernel::checked(waitpid(child, &status, 0), "cannot wait for a child");
    return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

}  // namespace ipclab::arena
