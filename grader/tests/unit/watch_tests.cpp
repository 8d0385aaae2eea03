#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "traced.hpp"

using namespace ipclab::arena;
using namespace ipclab::tests;
using ipclab::recorder::Access;
using ipclab::recorder::Recorder;
using ipclab::recorder::What;

namespace {

constexpr long page = 4096;

std::string told(const Reply& reply) {
    switch (reply.trouble) {
        case Trouble::none:
            return reply.answer;
        case Trouble::ended:
            return WIFSIGNALED(*reply.wait_status)
                       ? std::string("killed by SIG") + sigabbrev_np(WTERMSIG(*reply.wait_status))
                       : fmt::format("exit status {}", WEXITSTATUS(*reply.wait_status));
        default:
            return fmt::format("trouble {}", static_cast<int>(reply.trouble));
    }
}

/// A student with two segments of a page attached: A, whose words are 100, 101, ... to 107, and B,
/// whose words are 200, 201, ...
class Scene {
public:
    explicit Scene(Recorder& recorder)
        : student(arena.start()), recorder_(recorder), segments_{make(), make()} {
        for (long slot = 0; slot < 2; ++slot) {
            student.ask(fmt::format("attach {}", segments_.at(static_cast<std::size_t>(slot))));
            student.ask(fmt::format("number-words {} {}", slot, 100 * (slot + 1)));
        }
    }

    /// @return the answer to a command, and which accesses were seen meanwhile: "done; reads A+8
    ///         101; writes B+0 200>5".
    std::string ask(const std::string& request, Watched watched = Watched::yes) {
        student.plan({.watched = watched});
        const auto seen = accesses().size();
        const auto reply = told(student.ask(request));
        auto all = accesses();
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(seen));
        all.insert(all.begin(), reply);
        return fmt::format("{}", fmt::join(all, "; "));
    }

    /// Has a command be done up to one of its points.
    void hold(const std::string& request, int point) {
        student.plan({.watched = Watched::yes, .hold_at_point = point});
        student.begin(request);
    }

    /// @return all accesses of the check.
    [[nodiscard]] std::vector<std::string> accesses() const {
        std::vector<std::string> all;
        for (const auto& event : recorder_.recording().events) {
            if (event.what == What::access) {
                all.push_back(shown(event.access));
            }
        }
        return all;
    }

    [[nodiscard]] int segment(char letter) const {
        return segments_.at(static_cast<std::size_t>(letter - 'A'));
    }

    int make() { return arena.make_segment({.size = page}).id; }

    Arena arena;
    Student student;

private:
    [[nodiscard]] std::string shown(const Access& access) const {
        const auto place = std::find(segments_.begin(), segments_.end(), access.segment);
        const auto letter = static_cast<char>('A' + (place - segments_.begin()));
        return access.how == Access::How::reads
                   ? fmt::format("reads {}+{} {}", letter, access.offset, access.before)
                   : fmt::format("writes {}+{} {}>{}", letter, access.offset, access.before,
                                 access.after);
    }

    Recorder& recorder_;
    std::vector<int> segments_;
};

std::string in_a_scene(const std::function<std::string(Scene&)>& body,
                       Level level = working_levels().at(0)) {
    require_tracing(level);
    return with_students(level, Traced::yes, [&](Recorder& recorder) {
        Scene scene(recorder);
        return body(scene);
    });
}

/// @return what several commands answer and access, in order.
std::string joined(const std::vector<std::string>& answers) {
    return fmt::format("{}", fmt::join(answers, " | "));
}

/// @return what one command answers and accesses.
std::string watched(const std::string& request) {
    return in_a_scene([&](Scene& scene) { return scene.ask(request); });
}

}  // namespace

// --- accesses of the program itself ---------------------------------------------------------

TEST_CASE("reads and writes are told apart, with their places and values", "[watch]") {
    const Level level = GENERATE(from_range(working_levels()));
    CAPTURE(name_of(level));
    const auto text = in_a_scene(
        [](Scene& scene) {
            return joined({scene.ask("read 0 8"), scene.ask("read 1 0"), scene.ask("write 0 16 5"),
                           scene.ask("read 0 16")});
        },
        level);
    CHECK(text ==
          "101; reads A+8 101 | 200; reads B+0 200 | done; writes A+16 102>5 | 5; reads A+16 5");
}

TEST_CASE("every access is seen, in order", "[watch]") {
    CHECK(watched("number-words 0 7") ==
          "done; writes A+0 100>7; writes A+8 101>8; writes A+16 102>9; writes A+24 103>10; "
          "writes A+32 104>11; writes A+40 105>12; writes A+48 106>13; writes A+56 107>14");
}

TEST_CASE("an instruction that reads and writes a word writes it", "[watch]") {
    CHECK(watched("add 0 8 5") == "done; writes A+8 101>106");
}

TEST_CASE("the last bytes of a segment have their value, too", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        scene.ask(fmt::format("write 0 {} {}", page - 8, 7L << 32 | 9), Watched::no);
        return scene.ask(fmt::format("read-small 0 {}", page - 4));
    });
    CHECK(text == fmt::format("7; reads A+{} 7", page - 4));
}

#if defined(__x86_64__)

TEST_CASE("an instruction that repeats itself is accesses of one turn, two, four and so on",
          "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        const auto filled = scene.ask("fill 0 8 4000 1");
        return joined({filled, scene.ask("read 0 3992", Watched::no)});
    });
    constexpr long ones = 0x0101010101010101;
    std::string places;
    for (auto place = text.find("A+"); place != std::string::npos;
         place = text.find("A+", place + 1)) {
        places += text.substr(place, text.find(' ', place) - place) + " ";
    }
    CHECK(places == "A+8 A+9 A+11 A+15 A+23 A+39 A+71 A+135 A+263 A+519 A+1031 A+2055 ");
    CHECK(text.ends_with(fmt::format(" | {}", ones)));
}

TEST_CASE("an instruction that reads one place and writes another one does both", "[watch]") {
    CHECK(watched("copy-word 0 8 1 16") == "done; reads A+8 101; writes B+16 202>101");
    CHECK(watched("copy-word 0 8 0 32") == "done; reads A+8 101; writes A+32 104>101");
}

TEST_CASE("an instruction that fails for a reason of its own gets its own signal", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        scene.ask("write 0 0 0", Watched::no);
        return scene.ask("divide 0 0");
    });
    CHECK(text == "killed by SIGFPE");
    CHECK(watched("divide 0 0") == "1; reads A+0 100");
}

#endif

TEST_CASE("a write to what is attached for reading is a SIGSEGV of the student's own", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        scene.ask(fmt::format("attach-to-read {}", scene.segment('A')));
        return joined(
            {scene.ask("read 2 8"), scene.ask("read 2 8", Watched::no), scene.ask("write 2 8 5")});
    });
    CHECK(text == "101; reads A+8 101 | 101 | killed by SIGSEGV");
}

TEST_CASE("a segment that is attached twice is the same one at both addresses", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        scene.ask(fmt::format("attach {}", scene.segment('A')));
        return joined({scene.ask("write 2 8 5"), scene.ask("read 0 8"), scene.ask("detach 0"),
                       scene.ask("read 2 8")});
    });
    CHECK(text == "done; writes A+8 101>5 | 5; reads A+8 5 | 0 | 5; reads A+8 5");
}

TEST_CASE("a segment can be attached and detached while it is watched", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        return joined({scene.ask(fmt::format("use {}", scene.segment('B'))),
                       scene.ask("read-and-detach 0"), scene.ask("read 1 0")});
    });
    CHECK(text == "200; reads B+0 200; writes B+0 200>201 | 0; reads A+0 100 | 201; reads B+0 201");
}

// --- between and outside of the marks -------------------------------------------------------

TEST_CASE("outside of a watched command nothing is seen, and the memory is as it was", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        return joined({scene.ask("write 0 0 1", Watched::no), scene.ask("read 0 0"),
                       scene.ask("write 0 0 2", Watched::no), scene.ask("read 0 0", Watched::no)});
    });
    CHECK(text == "done | 1; reads A+0 1 | done | 2");
}

TEST_CASE("marks without the token of the request mean nothing", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        return joined({scene.ask("forge 0 1", Watched::no), scene.ask("forge 0 1")});
    });
    CHECK(text == "201 | 201; reads A+0 100; reads A+8 101");
}

// --- the kernel touches the memory ----------------------------------------------------------

TEST_CASE("the kernel may touch what is watched", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        const int queue = scene.arena.make_queue({}).id;
        const int set = scene.arena.make_set({.size = 1}).id;
        std::vector<std::string> all = {scene.ask("write-to-a-pipe 0"),
                                        scene.ask("read-from-a-pipe 0 77"),
                                        scene.ask("read 0 0"),
                                        scene.ask(fmt::format("send-from 0 {}", queue)),
                                        scene.ask(fmt::format("receive-into 1 {}", queue)),
                                        scene.ask("read 1 0")};
        scene.ask("store-operation 0 3", Watched::no);
        all.push_back(scene.ask(fmt::format("operate 0 {}", set)));
        scene.ask("store-operation 0 -3", Watched::no);
        all.push_back(scene.ask(fmt::format("operate 0 {}", set)));
        return fmt::format("{}", fmt::join(all, " | "));
    });
    CHECK(text == "100 | 8 | 77; reads A+0 77 | 0 | 8 | 77; reads B+0 77 | 0 | 0");
}

TEST_CASE("what the program touches after the kernel did is seen", "[watch]") {
    CHECK(watched("write-and-read 0") == "100; reads A+0 100");
}

TEST_CASE("a call that fails with EFAULT for a reason of its own fails", "[watch]") {
    CHECK(watched("write-nowhere 0") == "error EFAULT");
}

// --- threads and children -------------------------------------------------------------------

TEST_CASE("the accesses of another thread are seen", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        const auto answer = scene.ask("read-in-a-thread 0 8");
        return joined({answer, scene.ask("read 0 0")});
    });
    CHECK(text == "101; reads A+8 101 | 100; reads A+0 100");
}

TEST_CASE("the accesses of a child are seen, and the parent's go on to be", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        return joined({scene.ask("write-in-a-child 0 8 5"), scene.ask("read 0 8"),
                       scene.ask("read 0 8", Watched::no)});
    });
    CHECK(text == "0; writes A+8 101>5 | 5; reads A+8 5 | 5");
}

TEST_CASE("a command of the system runs while a process is watched", "[watch]") {
    CHECK(watched("run-and-read 0") == "100; reads A+0 100");
}

TEST_CASE("the kernel may touch what a child has inherited", "[watch]") {
    CHECK(watched("pipe-in-a-child 0") == "100");
}

TEST_CASE("a thread touches memory while another one has the kernel touch it", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        const auto answer = scene.ask("pipe-beside-a-reader 0 200");
        return answer.substr(0, answer.find(';'));
    });
    CHECK(text == "100");
}

// --- held at an access ----------------------------------------------------------------------

TEST_CASE("a process is held before an access, which has not happened yet", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        scene.hold("write 0 8 5", 1);
        Student other = scene.arena.start();
        other.ask(fmt::format("attach {}", scene.segment('A')));
        const bool held = scene.student.is_held();
        const auto before = other.ask("read 0 8").answer;
        scene.student.release();
        const auto answer = told(scene.student.finish());
        return fmt::format("{} {} {} {}", held, before, answer, other.ask("read 0 8").answer);
    });
    CHECK(text == "true 101 done 5");
}

TEST_CASE("a signal that comes while a process is held is delivered behind the access", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        scene.student.ask(fmt::format("count {}", SIGUSR1));
        scene.hold("write 0 8 5", 1);
        scene.student.signal(SIGUSR1);
        const auto answer = told(scene.student.finish());
        return fmt::format("{} {} {}", answer, scene.ask("counted", Watched::no),
                           fmt::join(scene.accesses(), "; "));
    });
    CHECK(text == "done 1 writes A+8 101>5");
}

TEST_CASE("who blocks all signals is watched all the same", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        return joined({scene.ask("block-signals"), scene.ask("read 0 8"),
                       scene.ask("write-to-a-pipe 0"), scene.ask("write 0 8 5")});
    });
    CHECK(text == "done | 101; reads A+8 101 | 100 | done; writes A+8 101>5");
}

TEST_CASE("the end of a signal handler is not taken for a call that failed", "[watch]") {
    const auto text = in_a_scene([](Scene& scene) {
        scene.student.ask(fmt::format("count {}", SIGALRM));
        return joined({scene.ask(fmt::format("interrupted-with {}", -EFAULT)),
                       scene.ask("counted", Watched::no)});
    });
    CHECK(text == fmt::format("{} | 1", -EFAULT));
}

TEST_CASE("a process that is killed while it is held has ended, and got no other signal",
          "[watch]") {
    const Level level = working_levels().at(0);
    require_tracing(level);
    const auto text = with_students(level, Traced::yes, [](Recorder& recorder) {
        Scene scene(recorder);
        scene.hold("write 0 8 5", 1);
        scene.student.signal(SIGKILL);
        const auto end = told(scene.student.wait_for_end());
        std::string signals;
        for (const auto& event : recorder.recording().events) {
            signals += event.what == What::signal ? sigabbrev_np(event.number) : "";
        }
        return fmt::format("{} [{}] {}", end, signals, scene.accesses().size());
    });
    CHECK(text == "killed by SIGKILL [] 0");
}

TEST_CASE("a program that is executed while watched is watched no more", "[watch]") {
    CHECK(watched("execute 0") == "exit status 0");
    CHECK(watched("read-and-execute 0") == "exit status 0; reads A+0 100");
}

TEST_CASE("a signal of SIGSEGV's number that somebody sends is no access", "[watch]") {
    CHECK(watched("send-itself 11") == "killed by SIGSEGV");
    const auto text = in_a_scene([](Scene& scene) {
        scene.student.ask(fmt::format("count {}", SIGSEGV));
        scene.hold("write 0 8 5", 1);
        scene.student.signal(SIGSEGV);
        const auto answer = told(scene.student.finish());
        return fmt::format("{} {}", answer, scene.ask("counted", Watched::no));
    });
    CHECK(text == "done 1");
}

TEST_CASE("who gives himself the memory back is watched all the same", "[watch]") {
    CHECK(watched("unprotect-and-read 0 4096") == "100; reads A+0 100");
    CHECK(watched("protect-and-write 0 4096") == "killed by SIGSEGV");
}
