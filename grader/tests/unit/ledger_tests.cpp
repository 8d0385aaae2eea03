#include "arena/ledger.hpp"

#include <fmt/format.h>
#include <sys/msg.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "arena/state_files.hpp"
#include "helpers.hpp"
#include "kernel/file.hpp"

using namespace ipclab::arena;
using namespace ipclab::tests;
using ipclab::kernel::Kind;
using ipclab::kernel::read_file;
namespace fs = std::filesystem;
using Paths = std::vector<fs::path>;

namespace {

/// Leaves the ledger and the folder of a grader that was killed, with one object in its books.
void leave_a_dead_ledger(Kind kind, int id, key_t key) {
    Child grader([&] {
        Ledger ledger(Ledger::Keeping::on_file, Identity::mine());
        ledger.enter({.kind = kind, .id = id, .key = key});
        std::ofstream(ledger.scratch() / "file") << "x";
        _exit(0);
        return 0;
    });
    REQUIRE(grader.wait() == 0);
}

std::size_t files_in(const TemporaryFolder& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a ledger is a file with a line for each object, and a folder; both end with it") {
    const TemporaryFolder folder;
    {
        Ledger ledger(Ledger::Keeping::on_file, {1234, 99});
        ledger.enter({.kind = Kind::queue, .id = 131089, .key = -5});
        ledger.enter({.kind = Kind::semaphore_set, .id = 0, .key = 7});

        const Paths files = state_files(".ledger");
        REQUIRE(files.size() == 1);
        CHECK(files[0].parent_path() == folder.path());
        CHECK(read_file(files[0]) == "0 131089 -5 1234\n2 0 7 1234\n");
        CHECK(fs::is_directory(ledger.scratch()));
        CHECK(ledger.scratch().parent_path() == folder.path());
        std::ofstream(ledger.scratch() / "file") << "x";
    }
    CHECK(files_in(folder) == 0);
}

TEST_CASE("a ledger in memory writes no objects down") {
    const TemporaryFolder folder;
    Ledger ledger(Ledger::Keeping::in_memory, Identity::mine());
    ledger.enter({.kind = Kind::queue, .id = 1, .key = 2});

    CHECK(read_file(state_files(".ledger").at(0)).empty());
    CHECK(ledger.find(Kind::queue, 1) != nullptr);
}

TEST_CASE("a ledger finds what was entered, with its maker, and nothing else") {
    const TemporaryFolder folder;
    Ledger ledger(Ledger::Keeping::on_file, Identity::mine());
    ledger.enter({.kind = Kind::queue, .id = 3, .key = 4, .maker = {2, "create 0x4 0600"}});

    REQUIRE(ledger.find(Kind::queue, 3) != nullptr);
    CHECK(ledger.find(Kind::queue, 3)->maker.process == 2);
    CHECK(ledger.find(Kind::queue, 3)->maker.request == "create 0x4 0600");
    CHECK(ledger.find(Kind::segment, 3) == nullptr);
    CHECK(ledger.find(Kind::queue, 4) == nullptr);
}

TEST_CASE("an object that is entered twice keeps its first maker") {
    const TemporaryFolder folder;
    Ledger ledger(Ledger::Keeping::on_file, Identity::mine());
    ledger.enter({.kind = Kind::queue, .id = 3, .maker = {1, "first"}});
    ledger.enter({.kind = Kind::queue, .id = 3, .maker = {2, "second"}});

    CHECK(ledger.queues_made_by_students() == 1);
    CHECK(ledger.find(Kind::queue, 3)->maker.request == "first");
    CHECK(read_file(state_files(".ledger").at(0)) == fmt::format("0 3 0 {}\n", geteuid()));
}

TEST_CASE("what a dead grader left is swept: its queue, its ledger and its folder") {
    const TemporaryFolder folder;
    const MadeQueue queue;
    leave_a_dead_ledger(Kind::queue, queue.id(), queue.key());
    REQUIRE(files_in(folder) == 2);

    CHECK(sweep_after_dead_graders() == 1);
    CHECK_FALSE(listed_queue(queue.id()));
    CHECK(files_in(folder) == 0);
    CHECK(sweep_after_dead_graders() == 0);
}

TEST_CASE("a queue that has the id of a dead grader's, but another key, is a stranger's") {
    const TemporaryFolder folder;
    const MadeQueue queue;
    leave_a_dead_ledger(Kind::queue, queue.id(), queue.key() ^ 1);

    CHECK(sweep_after_dead_graders() == 0);
    CHECK(listed_queue(queue.id()));
    CHECK(files_in(folder) == 0);
}

TEST_CASE("a queue without a key that has the id of a dead grader's is a stranger's") {
    const TemporaryFolder folder;
    const int id = msgget(IPC_PRIVATE, 0600);
    leave_a_dead_ledger(Kind::queue, id, 19457);

    CHECK(sweep_after_dead_graders() == 0);
    CHECK(listed_queue(id));
    CHECK(msgctl(id, IPC_RMID, nullptr) == 0);
}

TEST_CASE("something that only has the name of a ledger stops nobody") {
    const TemporaryFolder folder;
    const MadeQueue queue;
    leave_a_dead_ledger(Kind::queue, queue.id(), queue.key());
    std::filesystem::create_directory(new_state_name().string() + ".ledger");

    CHECK(sweep_after_dead_graders() == 1);
    CHECK_FALSE(listed_queue(queue.id()));
}

TEST_CASE("a queue that has the id of a dead grader's segment is a stranger's") {
    const TemporaryFolder folder;
    const MadeQueue queue;
    leave_a_dead_ledger(Kind::segment, queue.id(), queue.key());

    CHECK(sweep_after_dead_graders() == 0);
    CHECK(listed_queue(queue.id()));
}

TEST_CASE("a queue that has the id and key of a dead grader's, but another creator, stays") {
    const TemporaryFolder folder;
    const MadeQueue queue;
    const auto ledger =
        folder.write(fmt::format("ipclab-{}-0123.ledger", geteuid()),
                     fmt::format("0 {} {} {}\n", queue.id(), queue.key(), geteuid() + 1));

    CHECK(sweep_after_dead_graders() == 0);
    CHECK(listed_queue(queue.id()));
    CHECK_FALSE(fs::exists(ledger));
}

TEST_CASE("the ledger of a grader that lives is left alone, and so are its objects") {
    const TemporaryFolder folder;
    const MadeQueue queue;
    Ledger ledger(Ledger::Keeping::on_file, Identity::mine());
    ledger.enter({.kind = Kind::queue, .id = queue.id(), .key = queue.key()});

    CHECK(sweep_after_dead_graders() == 0);
    CHECK(listed_queue(queue.id()));
    CHECK(files_in(folder) == 2);
}

TEST_CASE("a ledger that breaks off or holds nonsense is removed, and nothing by it") {
    const TemporaryFolder folder;
    const MadeQueue queue;
    const auto name = fmt::format("ipclab-{}-", geteuid());
    static_cast<void>(folder.write(name + "0.ledger", ""));
    static_cast<void>(folder.write(name + "1.ledger", "no ledger\n"));
    static_cast<void>(
        folder.write(name + "2.ledger", fmt::format("0 {} {}", queue.id(), queue.key())));

    CHECK(sweep_after_dead_graders() == 0);
    CHECK(listed_queue(queue.id()));
    CHECK(files_in(folder) == 0);
}

TEST_CASE("names of state files are new every time and stand in TMPDIR") {
    const TemporaryFolder folder;
    const auto one = new_state_name();
    CHECK(one != new_state_name());
    CHECK(one.parent_path() == folder.path());
    CHECK(one.filename().string().starts_with(fmt::format("ipclab-{}-", geteuid())));
}

TEST_CASE("a TMPDIR that is no absolute path is not used") {
    const TemporaryFolder folder;
    setenv("TMPDIR", "here", 1);
    CHECK(new_state_name().parent_path() == "/tmp");
    unsetenv("TMPDIR");
    CHECK(new_state_name().parent_path() == "/tmp");
}

TEST_CASE("state files are those of one's own name and of the ending, files and folders") {
    const TemporaryFolder folder;
    const auto mine = fmt::format("ipclab-{}-", geteuid());
    const auto file = folder.write(mine + "0.ledger", "");
    const auto directory = folder.path() / (mine + "1.ledger");
    fs::create_directory(directory);
    for (const auto& name : {mine + "2.scratch", mine + "3.ledger.new", "x" + mine + "4.ledger",
                             fmt::format("ipclab-{}1-5.ledger", geteuid())}) {
        static_cast<void>(folder.write(name, ""));
    }
    const auto found = state_files(".ledger");
    CHECK(std::set(found.begin(), found.end()) == std::set{file, directory});
}

TEST_CASE("a file with one's own name that belongs to somebody else is no state file") {
    if (!is_root()) {
        SKIP("only root can give files away");
    }
    const TemporaryFolder folder;
    const auto file = folder.write("ipclab-0-0.ledger", "");
    REQUIRE(state_files(".ledger") == Paths{file});
    REQUIRE(chown(file.c_str(), 61236, 61236) == 0);
    CHECK(state_files(".ledger").empty());
}

TEST_CASE("a file that is locked cannot be locked again until it is closed") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "lock";
    auto first = lock_file(path);
    REQUIRE(first.is_open());
    CHECK_FALSE(lock_file(path).is_open());
    first.close();
    CHECK(lock_file(path).is_open());
}

TEST_CASE("a link is not followed to what it names") {
    const TemporaryFolder folder;
    const auto link = folder.path() / "link";
    fs::create_symlink(folder.path() / "target", link);
    CHECK_THROWS(lock_file(link));
    CHECK_FALSE(fs::exists(folder.path() / "target"));
}
