#include "arena/isolation.hpp"

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/msg.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "arena/identity.hpp"
#include "arena/lease.hpp"
#include "helpers.hpp"
#include "world.hpp"

using namespace ipclab::arena;
using namespace ipclab::tests;
using ipclab::kernel::Kind;

namespace {

Probe probe_of(Level level) {
    for (const auto& probe : probe_levels()) {
        if (probe.level == level) {
            return probe;
        }
    }
    throw std::runtime_error("a level was not probed");
}

/// Gets a register of lent uids of its own, so that gradings beside the test still find a uid, and
/// namespaces of its own, so that lending a uid ends nothing of theirs. Children are in them,
/// itself is not.
bool leave_for_own_run() {
    return is_root() && unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("tmpfs", "/run", "tmpfs", 0, nullptr) == 0;
}

int lend_every_uid() {
    std::vector<Lease> leases(478);
    std::set<uid_t> uids;
    for (const auto& lease : leases) {
        uids.insert(lease.identity().uid);
    }
    bool refused = false;
    try {
        const Lease too_many;
    } catch (const std::runtime_error&) {
        refused = true;
    }
    const uid_t given_back = leases.back().identity().uid;
    leases.pop_back();
    return uids.size() == 478 && refused && Lease().identity().uid == given_back ? 0 : 1;
}

void skip_without_namespaces() {
    if (!probe_of(Level::namespaces).works()) {
        SKIP(probe_of(Level::namespaces).obstacle);
    }
}

}  // namespace

// --- levels ---------------------------------------------------------------------------------

TEST_CASE("levels have names that lead back to them") {
    for (const Level level : {Level::namespaces, Level::uid, Level::shared}) {
        CHECK(level_named(name_of(level)) == level);
        CHECK_FALSE(promise_of(level).empty());
    }
    CHECK(name_of(Level::uid) == "uid");
    CHECK_FALSE(level_named("Uid"));
    CHECK_FALSE(level_named(""));
}

TEST_CASE("every level is probed, the best first") {
    const auto probes = probe_levels();
    REQUIRE(probes.size() == 3);
    CHECK(probes[0].level == Level::namespaces);
    CHECK(probes[1].level == Level::uid);
    CHECK(probes[2].level == Level::shared);
}

TEST_CASE("root lends uids and does not share its own; a normal user shares and lends none") {
    CHECK(probe_of(Level::uid).works() == is_root());
    CHECK(probe_of(Level::shared).works() == !is_root());
    CHECK(probe_of(is_root() ? Level::shared : Level::uid).obstacle.find("root") !=
          std::string::npos);
}

TEST_CASE("a world gives back the status of its body") {
    const Level level = GENERATE(from_range(working_levels()));
    int status = 0;
    waitpid(fork_world(level, [](Identity) { return 42; }), &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 42);
}

TEST_CASE("a body that throws ends with status 3, and its complaint is handed on") {
    auto [reading, writing] = make_pipe();
    const auto complain = [](Identity) -> int { throw std::runtime_error("no room for it"); };
    const pid_t warden = fork_world(working_levels().at(0), complain, writing.get());
    writing.close();
    CHECK(read_all(reading.get()) == "no room for it\n");
    int status = 0;
    waitpid(warden, &status, 0);
    CHECK(WEXITSTATUS(status) == 3);
}

TEST_CASE("with namespaces the warden is process 1 and sees no object, whoever made some") {
    skip_without_namespaces();
    const MadeQueue outside(0666);
    const std::string text = in_world(Level::namespaces, [&](Identity) {
        return fmt::format("process {}, objects {}, opened {}", getpid(),
                           ipclab::kernel::objects().size(), msgget(outside.key(), 0) != -1);
    });
    CHECK(text == "process 1, objects 0, opened false");
}

TEST_CASE("with namespaces the /proc of a world shows its own processes only") {
    skip_without_namespaces();
    const std::string text = in_world(Level::namespaces, [](Identity) {
        const Child child([] { return pause(); });
        std::set<std::string> processes;
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            const auto name = entry.path().filename().string();
            if (name.find_first_not_of("0123456789") == std::string::npos) {
                processes.insert(name);
            }
        }
        return fmt::format("{} {}", processes.size(), *processes.begin());
    });
    CHECK(text == "2 1");
}

TEST_CASE("without namespaces the warden is the reaper of orphans") {
    const Level level = is_root() ? Level::uid : Level::shared;
    const std::string text = in_world(level, [](Identity) {
        Child parent([] {
            if (fork() == 0) {
                _exit(7);
            }
            return 0;
        });
        parent.wait();
        int status = 0;
        const bool reaped = waitpid(-1, &status, 0) > 0;
        return fmt::format("{} {}", reaped, WEXITSTATUS(status));
    });
    CHECK(text == "true 7");
}

TEST_CASE("student code is a normal user: somebody lent where the grader is root, else oneself") {
    const Level level = GENERATE(from_range(working_levels()));
    const std::string text = in_world(level, [](Identity student) {
        return fmt::format("{} {}", student.uid == geteuid(), student.uid != 0 && student.gid != 0);
    });
    CHECK(text == fmt::format("{} true", !is_root()));
}

TEST_CASE("a warden cannot be looked into by others of its user") {
    const Level level = GENERATE(from_range(working_levels()));
    CHECK(in_world(level, [](Identity) { return std::to_string(prctl(PR_GET_DUMPABLE)); }) == "0");
}

TEST_CASE("a warden is told by SIGTERM when the process that made it dies") {
    auto ends = make_pipe();
    auto& reading = ends.first;
    auto& writing = ends.second;
    Child grader([&] {
        sigset_t term;
        sigemptyset(&term);
        sigaddset(&term, SIGTERM);
        sigprocmask(SIG_BLOCK, &term, nullptr);
        fork_world(is_root() ? Level::uid : Level::shared, [&](Identity) {
            int signal = 0;
            dprintf(writing.get(), "ready ");
            sigwait(&term, &signal);
            dprintf(writing.get(), "%s", signal == SIGTERM ? "told" : "other");
            return 0;
        });
        return pause();
    });
    writing.close();
    std::array<char, 16> ready{};
    REQUIRE(read(reading.get(), ready.data(), ready.size()) == 6);
    kill(grader.pid(), SIGKILL);
    CHECK(read_all(reading.get()) == "told");
}

// --- identities -----------------------------------------------------------------------------

TEST_CASE("two leases are never the same uid, and both are nobody's") {
    if (!is_root()) {
        SKIP("only root can lend uids");
    }
    const Lease one;
    const Lease two;
    CHECK(one.identity().uid != two.identity().uid);
    for (const auto uid : {one.identity().uid, two.identity().uid}) {
        CHECK(uid >= 60706);
        CHECK(uid <= 61183);
    }
    CHECK(one.identity().gid == one.identity().uid);
}

TEST_CASE("every uid is lent once, then none; and one that was given back is lent again") {
    Child child([] {
        if (!leave_for_own_run()) {
            return 77;
        }
        return Child(lend_every_uid).wait();
    });
    const int status = child.wait();
    if (status == 77) {
        SKIP("no /run of one's own can be had here");
    }
    CHECK(status == 0);
}

TEST_CASE("what is made while acting as somebody else is theirs") {
    if (!is_root()) {
        SKIP("only root can act as somebody else");
    }
    const Lease lease;
    int id = -1;
    {
        const ActingAs somebody(lease.identity());
        id = msgget(IPC_PRIVATE, 0600);
    }
    const auto queue = listed_queue(id);
    REQUIRE(queue);
    CHECK(queue->owner == lease.identity().uid);
    CHECK(queue->creator == lease.identity().uid);
    CHECK(ipclab::kernel::remove(Kind::queue, id) == 0);
}

TEST_CASE("what is left under a uid that nobody has goes; what somebody has stays") {
    if (!is_root()) {
        SKIP("only root can lend uids");
    }
    const auto queue_of = [](Identity identity) {
        const ActingAs somebody(identity);
        return msgget(IPC_PRIVATE, 0600);
    };
    std::optional<Lease> ended(std::in_place);
    const int left = queue_of(ended->identity());
    ended.reset();
    const Lease lease;
    const int held = queue_of(lease.identity());
    const MadeQueue strangers;
    Lease::evict_the_dead();
    CHECK_FALSE(listed_queue(left));
    CHECK(listed_queue(held));
    CHECK(listed_queue(strangers.id()));
    CHECK(ipclab::kernel::remove(Kind::queue, held) == 0);
}

TEST_CASE("acting as somebody else ends with the scope, and may not do what they may not") {
    if (!is_root()) {
        SKIP("only root can act as somebody else");
    }
    const Lease lease;
    const MadeQueue queue;
    {
        const ActingAs somebody(lease.identity());
        CHECK(geteuid() == lease.identity().uid);
        CHECK(getegid() == lease.identity().gid);
        CHECK(ipclab::kernel::remove(Kind::queue, queue.id()) == EPERM);
    }
    CHECK(geteuid() == 0);
    CHECK(getegid() == 0);
}

TEST_CASE("acting as oneself changes nothing") {
    const Identity mine = Identity::mine();
    const ActingAs oneself(mine);
    CHECK(geteuid() == mine.uid);
    CHECK(getegid() == mine.gid);
}

TEST_CASE("becoming somebody else is for good, and refused to a normal user") {
    Child child([] {
        const int error = become({60706, 60706});
        if (error != 0) {
            return error;
        }
        return getuid() == 60706 && getgid() == 60706 && seteuid(0) == -1 ? 0 : 1;
    });
    CHECK(child.wait() == (is_root() ? 0 : EPERM));
}
