#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <catch2/matchers/catch_matchers_vector.hpp>
#include <ctime>
#include <string>
#include <vector>

#include "helpers.hpp"
#include "kernel/descriptor.hpp"
#include "kernel/failure.hpp"
#include "kernel/file.hpp"
#include "kernel/mappings.hpp"
#include "kernel/objects.hpp"
#include "kernel/tasks.hpp"

using namespace ipclab::kernel;
using namespace ipclab::tests;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string queue_columns =
    "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      "
    "stime      rtime      ctime\n";

const std::string two_queues =
    queue_columns +
    "-721443571     131089   666           5          1  6821  6822  1000  1000  1001  1001 "
    "1795446483          0 1795446480\n"
    "         0 2147483647   600           0          0     0     0     0     0     0     0        "
    "  "
    "0          0 1795446483\n";

const std::string two_segments =
    "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid  "
    "    "
    "atime      dtime      ctime                   rss                  swap\n"
    "         0          0  1600                  4096  6821     0      1     7     7     8     8  "
    "     "
    "   0          0 1795446483                     0                     0\n"
    "1275068417      98305   644  18446744073692774399  4711     0      0     0     0     0     0  "
    "    "
    "    0          0 1795446484                  4096                     0\n";

const std::string one_set =
    "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n"
    "        -2      32768   660          3     0     0     0     0          0 1795446483\n";

/// @return the object of this kind and id as the kernel lists it now.
std::optional<Object> listed(Kind kind, int id) {
    for (const auto& object : objects()) {
        if (object.kind == kind && object.id == id) {
            return object;
        }
    }
    return std::nullopt;
}

/// @return the one thread of a process, once it waits in a call.
Task waiting_task(pid_t process) {
    Task found;
    const bool waits = eventually([&] {
        const auto threads = tasks(process);
        found = threads.empty() ? Task{} : threads.front();
        return !found.call.empty();
    });
    REQUIRE(waits);
    return found;
}

std::string line_of(long call, const std::string& arguments) {
    return fmt::format("{} {} 0x7ffd6e0c 0x7f14\n", call, arguments);
}

Waiting wait_in(long call, const std::string& arguments) {
    std::string name;
    return classify_wait(line_of(call, arguments), name);
}

int sleep_for_ever() {
    while (true) {
        pause();
    }
}

}  // namespace

// --- tables of /proc/sysvipc ----------------------------------------------------------------

TEST_CASE("a table of queues is read column by column") {
    const auto found = parse_queues(two_queues);

    REQUIRE(found.size() == 2);
    CHECK(found[0].kind == Kind::queue);
    CHECK(found[0].id == 131089);
    CHECK(found[0].mode == 0666);
    CHECK(found[0].bytes == 5);
    CHECK(found[0].messages == 1);
    CHECK(found[0].last_sender == 6821);
    CHECK(found[0].last_receiver == 6822);
    CHECK(found[0].owner == 1000);
    CHECK(found[0].creator == 1001);
    CHECK(found[0].changed == 1795446480);
}

TEST_CASE("a key with its high bit set is a negative number") {
    CHECK(parse_queues(two_queues)[0].key == -721443571);
    CHECK(parse_sets(one_set).at(0).key == -2);
}

TEST_CASE("the greatest id that there can be is read") {
    CHECK(parse_queues(two_queues)[1].id == 2147483647);
}

TEST_CASE("a table of segments tells who made them and whether they are to be destroyed") {
    const auto found = parse_segments(two_segments);

    REQUIRE(found.size() == 2);
    CHECK(found[0].kind == Kind::segment);
    CHECK(found[0].mode == (SHM_DEST | 0600));
    CHECK(found[0].creating_process == 6821);
    CHECK(found[0].owner == 7);
    CHECK(found[0].creator == 8);
    CHECK(found[1].id == 98305);
    CHECK(found[1].key == 0x4c000001);
}

TEST_CASE("a table of semaphore sets names no process") {
    const auto found = parse_sets(one_set);

    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == Kind::semaphore_set);
    CHECK(found[0].id == 32768);
    CHECK(found[0].mode == 0660);
    CHECK(found[0].creating_process == 0);
}

TEST_CASE("columns are found by name, in any order and among others") {
    const auto found = parse_queues(
        "future ctime cuid uid lrpid lspid qnum cbytes perms msqid key\n"
        "x 11 10 9 8 7 6 5 640 4 3\n");

    REQUIRE(found.size() == 1);
    CHECK(found[0].key == 3);
    CHECK(found[0].id == 4);
    CHECK(found[0].mode == 0640);
    CHECK(found[0].messages == 6);
    CHECK(found[0].creator == 10);
    CHECK(found[0].changed == 11);
}

TEST_CASE("a table without objects is empty") {
    CHECK(parse_queues(queue_columns).empty());
}

TEST_CASE("a table without column names is refused") {
    CHECK_THROWS_WITH(parse_queues(""), ContainsSubstring("no line of column names"));
}

TEST_CASE("a table without a column that is needed is refused, and the column named") {
    CHECK_THROWS_WITH(parse_queues("key perms uid cuid ctime\n1 600 0 0 0\n"),
                      ContainsSubstring("msqid"));
}

TEST_CASE("a row with a cell missing is refused, and its line and cells named") {
    CHECK_THROWS_WITH(parse_sets(one_set + "1 2 600\n"),
                      ContainsSubstring("line 3") && ContainsSubstring("has 3 cells"));
}

TEST_CASE("a cell that is no number of its kind is refused, and its line and column named") {
    const std::string cell = GENERATE("x", "1x", "0x1", "4294967296");
    const auto table = one_set + cell + " 1 600 1 0 0 0 0 0 0\n";

    CHECK_THROWS_WITH(
        parse_sets(table),
        ContainsSubstring("line 3") && ContainsSubstring("has \"" + cell + "\" in column key"));
}

TEST_CASE("a mode that is no octal number is refused") {
    CHECK_THROWS_WITH(parse_sets(one_set + "1 1 680 1 0 0 0 0 0 0\n"),
                      ContainsSubstring("in column perms"));
}

// --- the kernel's own objects ---------------------------------------------------------------

TEST_CASE("a queue is listed with its id, key, mode, owner and messages") {
    const MadeQueue made(0640);
    const struct {
        long type;
        char text[3];
    } message{1, {'a', 'b', 'c'}};
    REQUIRE(msgsnd(made.id(), &message, sizeof message.text, 0) == 0);

    const auto queue = listed_queue(made.id());
    REQUIRE(queue);
    CHECK(queue->key == made.key());
    CHECK(queue->mode == 0640);
    CHECK(queue->owner == geteuid());
    CHECK(queue->creator == geteuid());
    CHECK(queue->messages == 1);
    CHECK(queue->bytes == 3);
    CHECK(queue->last_sender == getpid());
    CHECK(queue->last_receiver == 0);
}

TEST_CASE("objects of all three kinds are listed, queues first and sets last") {
    const Made queue(Kind::queue, msgget(IPC_PRIVATE, 0600));
    const Made segment(Kind::segment, shmget(IPC_PRIVATE, 100, 0640));
    const Made set(Kind::semaphore_set, semget(IPC_PRIVATE, 1, 0660));

    CHECK(listed(Kind::queue, queue.id())->mode == 0600);
    CHECK(listed(Kind::segment, segment.id())->mode == 0640);
    CHECK(listed(Kind::segment, segment.id())->creating_process == getpid());
    CHECK(listed(Kind::semaphore_set, set.id())->mode == 0660);
    const auto all = objects();
    CHECK(std::is_sorted(all.begin(), all.end(),
                         [](const auto& one, const auto& two) { return one.kind < two.kind; }));
}

TEST_CASE("what is removed is gone, and removing it again says EINVAL") {
    const Made queue(Kind::queue, msgget(IPC_PRIVATE, 0600));
    const Made segment(Kind::segment, shmget(IPC_PRIVATE, 100, 0600));
    const Made set(Kind::semaphore_set, semget(IPC_PRIVATE, 1, 0600));
    for (const auto& [kind, id] :
         {std::pair(Kind::queue, queue.id()), std::pair(Kind::segment, segment.id()),
          std::pair(Kind::semaphore_set, set.id())}) {
        CAPTURE(name_of(kind));
        CHECK(remove(kind, id) == 0);
        CHECK_FALSE(listed(kind, id));
        CHECK(remove(kind, id) == EINVAL);
    }
}

TEST_CASE("each kind of object has its name") {
    CHECK(name_of(Kind::queue) == "queue");
    CHECK(name_of(Kind::segment) == "segment");
    CHECK(name_of(Kind::semaphore_set) == "semaphore set");
}

TEST_CASE("keys are shown as ipcs shows them") {
    CHECK(show_key(0) == "0x00000000");
    CHECK(show_key(0x4c01) == "0x00004c01");
    CHECK(show_key(-1) == "0xffffffff");
}

TEST_CASE("modes are shown as four octal digits, without the bits that say more") {
    CHECK(show_mode(0600) == "0600");
    CHECK(show_mode(SHM_DEST | 0044) == "0044");
}

// --- processes ------------------------------------------------------------------------------

TEST_CASE("a program's name may hold anything, and its line of /proc is read all the same") {
    const std::string name = GENERATE("cat", "a) (b R 1", "", "x\n)", ") Z 7 (");
    const auto stat = parse_stat(
        "4711 (" + name + ") S 42 4711 4711 34816 4711 4194304 116 0 0 0 3 4 50 60 20 0 1\n");

    CHECK(stat.state == 'S');
    CHECK(stat.parent == 42);
    CHECK(stat.cpu == 7);
    CHECK(stat.dead_children_cpu == 110);
}

TEST_CASE("what is no line of /proc/PID/stat is refused") {
    const std::string line = GENERATE("", "4711 cat S 42", "4711 (cat) S 42 4711 4711 34816",
                                      "4711 (cat) S 1 2 3 4 5 6 7 8 9 10 user 4 5 6");
    CHECK_THROWS_WITH(parse_stat(line), ContainsSubstring("no line of /proc/PID/stat"));
}

TEST_CASE("a call without a time-out waits for others") {
    std::string call;
    CHECK(classify_wait(line_of(SYS_msgrcv, "0x3 0x7ffd 0x64 0x0 0x0 0x0"), call) ==
          Waiting::for_others);
    CHECK(call == "msgrcv (queue 3, type 0)");
    CHECK(classify_wait(line_of(SYS_wait4, "0xffffffff 0x0 0x0 0x0 0x0 0x0"), call) ==
          Waiting::for_others);
    CHECK(call == "wait");
}

TEST_CASE("a locked file may be unlocked by anybody") {
    CHECK(wait_in(SYS_flock, "0x3 0x2 0x0 0x0 0x0 0x0") == Waiting::for_anybody);
    CHECK(wait_in(SYS_fcntl, "0x3 0x7 0x7ffd 0x0 0x0 0x0") == Waiting::for_anybody);
}

TEST_CASE("a call with a null pointer for its time-out waits for others, else for a time") {
    CHECK(wait_in(SYS_semtimedop, "0x3 0x7ffd 0x1 0x0 0x9 0x9") == Waiting::for_others);
    CHECK(wait_in(SYS_semtimedop, "0x3 0x7ffd 0x1 0x7ffd 0x0 0x0") == Waiting::for_a_time);
    CHECK(wait_in(SYS_futex, "0x7ffd 0x80 0x2 0x0 0x9 0x9") == Waiting::for_others);
    CHECK(wait_in(SYS_futex, "0x7ffd 0x80 0x2 0x7ffd 0x0 0x0") == Waiting::for_a_time);
    CHECK(wait_in(SYS_ppoll, "0x7ffd 0x1 0x0 0x9 0x9 0x9") == Waiting::for_others);
    CHECK(wait_in(SYS_pselect6, "0x1 0x7ffd 0x0 0x0 0x7ffd 0x0") == Waiting::for_a_time);
}

#ifdef SYS_poll
TEST_CASE("poll with a negative number of milliseconds waits for others, else for a time") {
    CHECK(wait_in(SYS_poll, "0x7ffd 0x1 0xffffffff 0x0 0x0 0x0") == Waiting::for_others);
    CHECK(wait_in(SYS_poll, "0x7ffd 0x1 0xffffffffffffffff 0x0 0x0 0x0") == Waiting::for_others);
    CHECK(wait_in(SYS_poll, "0x7ffd 0x1 0x0 0x0 0x0 0x0") == Waiting::for_a_time);
    CHECK(wait_in(SYS_poll, "0x7ffd 0x1 0x3e8 0x0 0x0 0x0") == Waiting::for_a_time);
}
#endif

TEST_CASE("sleeping is waiting for a time, whatever the arguments") {
    CHECK(wait_in(SYS_nanosleep, "0x0 0x0 0x0 0x0 0x0 0x0") == Waiting::for_a_time);
    CHECK(wait_in(SYS_clock_nanosleep, "0x0 0x0 0x0 0x0 0x0 0x0") == Waiting::for_a_time);
}

TEST_CASE("a thread that runs while it is looked at waits for nothing") {
    std::string call;
    CHECK(classify_wait("running\n", call) == Waiting::no);
    CHECK(classify_wait("", call) == Waiting::no);
    CHECK(call.empty());
}

TEST_CASE("a call that is not known may end by itself, and is shown by its number") {
    std::string call;
    CHECK(classify_wait(line_of(999, "0x0 0x0 0x0 0x0 0x0 0x0"), call) == Waiting::for_a_time);
    CHECK(call == "system call 999");
}

TEST_CASE("a process that receives from an empty queue waits for others in msgrcv") {
    const Made queue(Kind::queue, msgget(IPC_PRIVATE, 0600));
    const Child child([&] {
        long message[2];
        return static_cast<int>(msgrcv(queue.id(), message, sizeof(long), 0, 0));
    });

    const Task task = waiting_task(child.pid());
    CHECK(task.call == fmt::format("msgrcv (queue {}, type 0)", queue.id()));
    CHECK(task.waiting == Waiting::for_others);
    CHECK(task.process == child.pid());
    CHECK(task.thread == child.pid());
}

TEST_CASE("a process that waits for a semaphore waits for others in semop") {
    const Made set(Kind::semaphore_set, semget(IPC_PRIVATE, 1, 0600));
    const Child child([&] {
        sembuf take{0, -1, 0};
        return semop(set.id(), &take, 1);
    });

    const Task task = waiting_task(child.pid());
    CHECK(task.call == fmt::format("semop (semaphore set {})", set.id()));
    CHECK(task.waiting == Waiting::for_others);
}

TEST_CASE("a process that sleeps waits for a time") {
    const Child child([] {
        const timespec long_time{1000, 0};
        return nanosleep(&long_time, nullptr);
    });

    const Task task = waiting_task(child.pid());
    CHECK(task.call == "sleep");
    CHECK(task.waiting == Waiting::for_a_time);
}

TEST_CASE("a process that spins does not wait, and its processor time grows") {
    const Child child([] {
        volatile bool spins = true;
        while (spins) {
        }
        return 0;
    });
    const auto first = tasks(child.pid());

    REQUIRE(first.size() == 1);
    CHECK(first[0].waiting == Waiting::no);
    CHECK(first[0].call.empty());
    CHECK(eventually([&] { return tasks(child.pid()).at(0).cpu > first[0].cpu; }));
}

TEST_CASE("a process that was stopped by a signal says so") {
    const Child child(sleep_for_ever);
    kill(child.pid(), SIGSTOP);
    CHECK(eventually([&] { return tasks(child.pid()).at(0).waiting == Waiting::stopped; }));
}

TEST_CASE("a process that has ended waits for nothing until it is reaped, then it has no threads") {
    Child child([] { return 0; });
    const pid_t pid = child.pid();
    siginfo_t ended{};
    REQUIRE(waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT) == 0);

    REQUIRE(tasks(pid).size() == 1);
    CHECK(tasks(pid)[0].waiting == Waiting::for_nothing);
    child.wait();
    CHECK(tasks(pid).empty());
}

TEST_CASE("descendants are children and grandchildren, parents first") {
    const auto [reading, writing] = make_pipe();
    Child child([to = writing.get()] {
        const Child grandchild([to] {
            const pid_t mine = getpid();
            return write(to, &mine, sizeof mine) == sizeof mine ? sleep_for_ever() : 1;
        });
        waitpid(grandchild.pid(), nullptr, 0);
        return 0;
    });
    pid_t grandchild = 0;
    REQUIRE(read(reading.get(), &grandchild, sizeof grandchild) == sizeof grandchild);

    CHECK(children(getpid()) == std::vector{child.pid()});
    CHECK(children(child.pid()) == std::vector{grandchild});
    CHECK(descendants(getpid()) == std::vector{child.pid(), grandchild});
    kill(grandchild, SIGKILL);
    child.wait();
    CHECK(descendants(getpid()).empty());
}

// --- files and descriptors ------------------------------------------------------------------

TEST_CASE("the lines of a maps file are read, with names of any kind") {
    const auto all = parse_mappings(
        "55d0e000-55d0f000 r-xp 00000000 08:01 1234                       /usr/bin/a b\n"
        "7f0012340000-7f0012350000 rw-s 00000000 00:01 3                  /SYSV00004c01 (deleted)\n"
        "7ffd0000-7ffe0000 rw-p 00000000 00:00 0 \n");
    REQUIRE(all.size() == 3);
    CHECK(all[0].name == "/usr/bin/a b");
    CHECK(all[1].name == "/SYSV00004c01 (deleted)");
    CHECK(all[1].contains(0x7f0012340000));
    CHECK(all[1].contains(0x7f001234ffff));
    CHECK_FALSE(all[1].contains(0x7f0012350000));
    CHECK(all[2].name.empty());
    CHECK(parse_mappings("").empty());
    CHECK_THROWS_WITH(parse_mappings("7ffd0000 rw-p\n"), ContainsSubstring("7ffd0000 rw-p"));
}

TEST_CASE("what a process has in memory is among its mappings, and one that is gone has none") {
    const int here = 0;
    const auto all = mappings(getpid());
    const auto holds = [&](const Mapping& mapping) {
        return mapping.name == "[stack]" &&
               mapping.contains(reinterpret_cast<std::uint64_t>(&here));
    };
    CHECK(std::count_if(all.begin(), all.end(), holds) == 1);
    Child child([] { return 0; });
    const pid_t gone = child.pid();
    child.wait();
    CHECK(mappings(gone).empty());
}

TEST_CASE("a file that is missing or no file is nothing, or an error that says why") {
    CHECK_FALSE(try_read_file("/proc/self/nowhere"));
    CHECK_FALSE(try_read_file("/proc/self"));
    CHECK_THROWS_WITH(
        read_file("/proc/self/nowhere"),
        ContainsSubstring("cannot read /proc/self/nowhere") && ContainsSubstring("No such file"));
}

TEST_CASE("a file is read to its end, whatever its size and bytes") {
    const TemporaryFolder folder;
    std::string text(100'001, 'x');
    text[5] = '\0';
    const auto path = folder.write("big", text);

    CHECK(try_read_file(path) == text);
    CHECK(try_read_file(folder.write("empty", "")) == "");
    CHECK_FALSE(read_file("/proc/self/status").empty());
}

TEST_CASE("a descriptor closes its number at the end of its scope") {
    int number = -1;
    {
        const Descriptor file(open("/dev/null", O_RDONLY | O_CLOEXEC));
        number = file.get();
        CHECK(file.is_open());
        CHECK(fcntl(number, F_GETFD) >= 0);
    }
    CHECK(fcntl(number, F_GETFD) == -1);
}

TEST_CASE("a descriptor that is closed early is closed once") {
    Descriptor file(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int number = file.get();
    file.close();
    CHECK_FALSE(file.is_open());
    const Descriptor next(open("/dev/null", O_RDONLY | O_CLOEXEC));
    REQUIRE(next.get() == number);
    file.close();
    CHECK(fcntl(number, F_GETFD) >= 0);
}

TEST_CASE("a descriptor hands its number on") {
    Descriptor first(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int number = first.get();
    Descriptor second(std::move(first));
    CHECK(second.get() == number);
    Descriptor third;
    third = std::move(second);
    CHECK(third.get() == number);
    CHECK_FALSE(first.is_open());   // NOLINT: what was moved from is empty
    CHECK_FALSE(second.is_open());  // NOLINT
}

TEST_CASE("errors are told by name and message") {
    CHECK(errno_name(EEXIST) == "EEXIST");
    CHECK(errno_text(EINVAL) == "EINVAL (Invalid argument)");
    CHECK(errno_name(5000) == "errno 5000");
}

TEST_CASE("a call that failed becomes an exception with its errno, one that did not its result") {
    errno = EMFILE;
    try {
        checked(-1, "cannot do it");
        FAIL("nothing was thrown");
    } catch (const std::system_error& error) {
        CHECK(error.code().value() == EMFILE);
        CHECK_THAT(error.what(), ContainsSubstring("cannot do it"));
    }
    CHECK(checked(7, "cannot do it") == 7);
}
