#include "arena/launch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "arena/filter.hpp"
#include "arena/lease.hpp"
#include "helpers.hpp"
#include "kernel/file.hpp"

using namespace ipclab::arena;
using namespace ipclab::tests;
using Catch::Matchers::ContainsSubstring;
using ipclab::kernel::Descriptor;
using ipclab::kernel::read_file;
namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

namespace {

/// Writes what a test waits for and goes on until its channel is closed.
const Strings stay = {"-c", "exec <&3; printf ready; read -r line"};

/// A process started as students are, in a folder of its own, and killed at the end of the scope.
class Started {
public:
    Started(const char* program, const Strings& arguments, Identity identity = Identity::mine(),
            const Confinement* confinement = nullptr) {
        const Descriptor file(open(program, O_RDONLY | O_CLOEXEC));
        const auto filter = student_filter();
        Launch how;
        how.program = file.get();
        how.name = "program";
        how.arguments = arguments;
        how.directory = folder_.path();
        how.umask = 027;
        how.identity = identity;
        how.filter = &filter;
        how.confinement = confinement;
        launched_ = launch(how);
    }
    Started(const Started&) = delete;
    Started& operator=(const Started&) = delete;
    ~Started() {
        kill(launched_.pid, SIGKILL);
        waitpid(launched_.pid, nullptr, 0);
    }

    [[nodiscard]] pid_t pid() const { return launched_.pid; }
    [[nodiscard]] const Descriptor& channel() const { return launched_.channel; }
    [[nodiscard]] const Descriptor& listener() const { return launched_.listener; }
    [[nodiscard]] std::string folder() const { return folder_.path(); }

    /// @return what it prints, up to this text or to its end. Often only the wait counts.
    // NOLINTNEXTLINE(modernize-use-nodiscard)
    std::string read_until(const std::string& last) const {
        std::string text;
        std::array<char, 4096> block{};
        pollfd output{launched_.output.get(), POLLIN, 0};
        while (!text.ends_with(last) || last.empty()) {
            poll(&output, 1, -1);
            const ssize_t size = read(output.fd, block.data(), block.size());
            if (size <= 0) {
                break;
            }
            text.append(block.data(), static_cast<std::size_t>(size));
        }
        return text;
    }
    [[nodiscard]] std::string read_all() const { return read_until(""); }

    /// @return a line of its /proc/PID/status, without the name.
    [[nodiscard]] std::string status(const std::string& name) const {
        const auto text = read_file(fmt::format("/proc/{}/status", pid()));
        const auto begin = text.find("\n" + name + ":\t") + name.size() + 3;
        return text.substr(begin, text.find('\n', begin) - begin);
    }

private:
    TemporaryFolder folder_;
    Launched launched_;
};

std::pair<rlim_t, rlim_t> limit_of(pid_t process, decltype(RLIMIT_CPU) resource) {
    rlimit limit{};
    ipclab::kernel::checked(prlimit(process, resource, nullptr, &limit), "cannot read a limit");
    return {limit.rlim_cur, limit.rlim_max};
}

/// Runs calls under the student's filter, with nobody listening.
/// @return the errno of the call, or 0.
template <typename Call>
int errno_under_filter(Call call) {
    Child child([&] {
        auto filter = student_filter();
        const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
            syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
            return 98;
        }
        return call() == -1 ? errno : 0;
    });
    return child.wait();
}

/// @return what a confined child gets from opening a file: 0, or the errno.
int errno_confined(const Confinement& confinement, const fs::path& path, int flags) {
    Child child([&] {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || confinement.enter() != 0) {
            return 98;
        }
        return open(path.c_str(), flags, 0600) == -1 ? errno : 0;
    });
    return child.wait();
}

/// @return whether a process that is nobody's child any more ends within a minute.
bool has_died(pid_t process) {
    return eventually([process] {
        const auto stat = ipclab::kernel::try_read_file(fmt::format("/proc/{}/stat", process));
        return !stat || stat->find(") Z ") != std::string::npos;
    });
}

void skip_without_landlock() {
    if (const auto why = confinement_obstacle(); !why.empty()) {
        SKIP(why);
    }
}

}  // namespace

// --- launch ---------------------------------------------------------------------------------

TEST_CASE("a student's environment holds PATH, LANG, HOME and TMPDIR only") {
    Started student("/usr/bin/env", {});
    CHECK(student.read_all() == fmt::format("PATH=/usr/local/bin:/usr/bin:/bin\nLANG=C.UTF-8\n"
                                            "HOME={0}\nTMPDIR={0}\n",
                                            student.folder()));
}

TEST_CASE("a student has descriptors 0 to 3 only") {
    const Descriptor inherited(open("/dev/null", O_RDONLY));
    Started student("/bin/sh", stay);
    REQUIRE(student.read_until("ready") == "ready");

    std::set<std::string> open;
    for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", student.pid()))) {
        open.insert(entry.path().filename());
    }
    CHECK(open == std::set<std::string>{"0", "1", "2", "3"});
}

TEST_CASE("a student reads nothing from its input, and what it prints is captured in order") {
    Started student("/bin/sh",
                    {"-c", "read -r line || printf end; printf ' err' >&2; printf ' %s' $0"});
    CHECK(student.read_all() == "end err program");
}

TEST_CASE("a student's channel carries packets both ways") {
    // The shell reads one byte at a time, and the rest of a packet is lost with it.
    Started student("/bin/sh", {"-c", "exec <&3 >&3; printf hello; read -r line; printf back"});
    const auto receive = [&] {
        std::array<char, 32> packet{};
        const ssize_t size = recv(student.channel().get(), packet.data(), packet.size(), 0);
        return std::string(packet.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    };
    CHECK(receive() == "hello");
    REQUIRE(send(student.channel().get(), "\n", 1, MSG_NOSIGNAL) == 1);
    CHECK(receive() == "back");
}

TEST_CASE("a student runs under limits that it cannot raise") {
    Started student("/bin/sh", stay);
    student.read_until("ready");
    const Limits limits;
    const auto is = [](rlim_t value) { return std::pair(value, value); };

    CHECK(limit_of(student.pid(), RLIMIT_CPU) == is(limits.cpu_seconds));
    CHECK(limit_of(student.pid(), RLIMIT_AS) == is(limits.memory));
    CHECK(limit_of(student.pid(), RLIMIT_FSIZE) == is(limits.file_size));
    CHECK(limit_of(student.pid(), RLIMIT_NOFILE) == is(limits.descriptors));
    CHECK(limit_of(student.pid(), RLIMIT_CORE) == is(0));
}

TEST_CASE("a student stands in its folder, in a session of its own, with its umask") {
    Started student("/bin/sh", stay);
    student.read_until("ready");

    CHECK(fs::read_symlink(fmt::format("/proc/{}/cwd", student.pid())) == student.folder());
    CHECK(getsid(student.pid()) == student.pid());
    CHECK(student.status("Umask") == "0027");
    CHECK(student.status("NoNewPrivs") == "1");
    CHECK(student.status("Seccomp") == "2");
}

TEST_CASE("a student starts with no signal blocked or ignored, whatever the grader does") {
    sigset_t some;
    sigset_t before;
    sigemptyset(&some);
    sigaddset(&some, SIGCHLD);
    sigprocmask(SIG_BLOCK, &some, &before);
    const auto ignored = std::signal(SIGPIPE, SIG_IGN);
    Started student("/bin/cat", {"/proc/self/status"});
    const auto status = student.read_all();
    std::signal(SIGPIPE, ignored);
    sigprocmask(SIG_SETMASK, &before, nullptr);

    CHECK_THAT(status, ContainsSubstring("SigBlk:\t0000000000000000"));
    CHECK_THAT(status, ContainsSubstring("SigIgn:\t0000000000000000"));
}

TEST_CASE("the grader hears of a student's fork over the listener before it happens") {
    Started student("/bin/sh", {"-c", "(exit 3); printf over"});
    REQUIRE(student.listener().is_open());
    pollfd listener{student.listener().get(), POLLIN, 0};
    CHECK(poll(&listener, 1, 60'000) == 1);
    CHECK((listener.revents & POLLIN) != 0);
}

TEST_CASE("a student dies with the process that started it, whoever it runs as") {
    std::optional<Lease> lease;
    if (is_root()) {
        lease.emplace();
    }
    const TemporaryFolder folder;
    const std::string fifo = folder.path() / "fifo";  // Opening it waits, whoever has died.
    REQUIRE((mkfifo(fifo.c_str(), 0600) == 0 && chmod(fifo.c_str(), 0666) == 0));
    const auto [reading, writing] = make_pipe();
    Child grader([&, to = writing.get()] {
        Started student("/bin/sh", {"-c", "read -r line <" + fifo},
                        lease ? lease->identity() : Identity::mine());
        dprintf(to, "%d %s", student.pid(), student.folder().c_str());
        return pause();
    });
    std::array<char, 100> line{};
    REQUIRE(read(reading.get(), line.data(), line.size() - 1) > 0);
    const pid_t student = std::atoi(line.data());
    kill(grader.pid(), SIGKILL);
    grader.wait();
    const bool died = has_died(student);
    fs::remove_all(std::strchr(line.data(), ' ') + 1);  // No destructor did it.
    if (!died) {
        kill(student, SIGKILL);
    }
    CHECK(died);
}

TEST_CASE("a student that cannot be started is the grader's error, and the step is named") {
    const TemporaryFolder folder;
    const auto text = folder.write("text", "no program\n");
    CHECK_THROWS_WITH(Started(text.c_str(), {}), ContainsSubstring("execute the program"));
    CHECK(waitpid(-1, nullptr, 0) > 0);
}

TEST_CASE("a student runs as the user that was lent to it, in no group besides") {
    if (!is_root()) {
        SKIP("only root can lend uids");
    }
    const Lease lease;
    Started student("/bin/sh", stay, lease.identity());
    student.read_until("ready");

    const auto uid = lease.identity().uid;
    CHECK(student.status("Uid") == fmt::format("{0}\t{0}\t{0}\t{0}", uid));
    CHECK(student.status("Gid") == fmt::format("{0}\t{0}\t{0}\t{0}", uid));
    CHECK(student.status("Groups").find_first_of("0123456789") == std::string::npos);
    CHECK(student.status("CapEff") == "0000000000000000");
}

// --- the filter -----------------------------------------------------------------------------

TEST_CASE("the filter is a program that the kernel takes") {
    CHECK_FALSE(student_filter().empty());
    CHECK(errno_under_filter([] { return getppid() > 0 ? 0 : -1; }) == 0);
}

TEST_CASE("what reaches into other processes is refused with EPERM") {
    CHECK(errno_under_filter([] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }) == EPERM);
    CHECK(errno_under_filter([] {
              rlimit limit{};
              return prlimit(getppid(), RLIMIT_CPU, nullptr, &limit);
          }) == EPERM);
    CHECK(errno_under_filter([] { return fcntl(0, F_SETOWN, getppid()); }) == EPERM);
    CHECK(errno_under_filter([] { return static_cast<int>(syscall(SYS_keyctl, 0, 0, 0)); }) ==
          EPERM);
}

TEST_CASE("a student may read and set its own limits") {
    CHECK(errno_under_filter([] {
              rlimit limit{};
              return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? setrlimit(RLIMIT_NOFILE, &limit) : -1;
          }) == 0);
}

TEST_CASE("clone3 is not there, so that the C library uses clone, which can be looked into") {
    CHECK(errno_under_filter([] { return static_cast<int>(syscall(SYS_clone3, nullptr, 0)); }) ==
          ENOSYS);
}

TEST_CASE("IPC calls are handed over: with nobody listening there are none") {
    CHECK(errno_under_filter([] { return msgget(IPC_PRIVATE, 0600); }) == ENOSYS);
    CHECK(errno_under_filter([] { return msgctl(0, IPC_RMID, nullptr); }) == ENOSYS);
    CHECK(errno_under_filter([] { return kill(getppid(), 0); }) == ENOSYS);
}

// --- files ----------------------------------------------------------------------------------

TEST_CASE("a confined process reads where it may, and nowhere else") {
    skip_without_landlock();
    const TemporaryFolder inside;
    const TemporaryFolder outside;
    const auto mine = inside.write("mine", "x");
    const auto secret = outside.write("secret", "x");
    const Confinement confinement({inside.path()}, {});

    CHECK(errno_confined(confinement, mine, O_RDONLY) == 0);
    CHECK(errno_confined(confinement, mine, O_WRONLY) == EACCES);
    CHECK(errno_confined(confinement, secret, O_RDONLY) == EACCES);
    CHECK(errno_confined(confinement, "/dev/null", O_RDWR) == 0);
}

TEST_CASE("a confined process writes and makes files where it may, and nowhere else") {
    skip_without_landlock();
    const TemporaryFolder inside;
    const TemporaryFolder outside;
    const Confinement confinement({outside.path()}, {inside.path()});

    CHECK(errno_confined(confinement, inside.path() / "new", O_RDWR | O_CREAT) == 0);
    CHECK(errno_confined(confinement, inside.path() / "new", O_RDONLY) == 0);
    CHECK(errno_confined(confinement, outside.path() / "new", O_RDWR | O_CREAT) == EACCES);
    CHECK_FALSE(fs::exists(outside.path() / "new"));
}

TEST_CASE("a place that this system does not have is no error") {
    skip_without_landlock();
    const TemporaryFolder inside;
    const Confinement confinement({"/no/such/place", inside.path()}, {});
    CHECK(errno_confined(confinement, inside.write("mine", "x"), O_RDONLY) == 0);
}

TEST_CASE("a student starts under a confinement, and cannot read outside of it") {
    skip_without_landlock();
    const TemporaryFolder outside;
    const auto secret = outside.write("secret", "x");
    const Confinement confinement(system_places(), {});
    Started student("/bin/sh", {"-c", "read -r line <" + secret.string() + " || printf refused"},
                    Identity::mine(), &confinement);
    CHECK_THAT(student.read_all(), ContainsSubstring("refused"));
}
