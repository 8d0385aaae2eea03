#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "arena/patience.hpp"
#include "helpers.hpp"

using namespace ipclab::arena;
using ipclab::kernel::Task;
using ipclab::kernel::Waiting;
using ipclab::tests::eventually;
using std::chrono::milliseconds;
using Tasks = std::vector<Task>;

namespace {

constexpr milliseconds soon{1};
constexpr milliseconds never{1'000'000};
constexpr std::uint64_t one_millisecond = 1'000'000;

const Task receives{.waiting = Waiting::for_others, .call = "msgrcv"};
const Task sleeps{.waiting = Waiting::for_a_time, .call = "sleep"};
const Task runs{.waiting = Waiting::no};
const Task is_stopped{.waiting = Waiting::stopped};
const Task has_ended{.waiting = Waiting::for_nothing};

/// Looks again and again until there is trouble.
template <typename Look>
Trouble first_trouble(Patience& patience, Look look) {
    Trouble trouble = Trouble::none;
    eventually([&] { return (trouble = patience.look(look())) != Trouble::none; });
    return trouble;
}

Trouble first_trouble(Allowance allowance, const Tasks& tasks) {
    Patience patience(allowance);
    return first_trouble(patience, [&] { return tasks; });
}

/// Looks again and again for 20 ms, many times longer than what is allowed in these tests.
template <typename Look>
bool is_content(Patience& patience, Look look) {
    const auto end = Patience::Clock::now() + milliseconds(20);
    bool content = true;
    while (content && Patience::Clock::now() < end) {
        content = patience.look(look()) == Trouble::none;
    }
    return content;
}

bool is_content(Allowance allowance, const Tasks& tasks) {
    Patience patience(allowance);
    return is_content(patience, [&] { return tasks; });
}

void spin_for(milliseconds time) {
    const auto end = Patience::Clock::now() + time;
    while (Patience::Clock::now() < end) {
    }
}

constexpr Allowance little_standstill{never, soon, never};
constexpr Allowance little_sleep{never, never, soon};

}  // namespace

TEST_CASE("processes that all wait for others are blocked") {
    CHECK(first_trouble(little_standstill, {receives, receives}) == Trouble::blocked);
}

TEST_CASE("processes that have all ended are blocked, and so are none at all") {
    CHECK(first_trouble(little_standstill, {receives, has_ended}) == Trouble::blocked);
    CHECK(first_trouble(little_standstill, {}) == Trouble::blocked);
}

TEST_CASE("nobody is blocked at the first look, nor before the standstill is used up") {
    CHECK(Patience(little_standstill).look({receives}) == Trouble::none);
    CHECK(is_content({never, never, never}, {receives}));
}

TEST_CASE("nobody is blocked while one of them runs or sleeps") {
    CHECK(is_content(little_standstill, {receives, runs}));
    CHECK(is_content(little_standstill, {receives, sleeps}));
}

TEST_CASE("nobody is blocked while one of them leaves the processor again and again") {
    Patience patience(little_standstill);
    Task busy = receives;
    CHECK(is_content(patience, [&] {
        ++busy.switches;
        return Tasks{busy};
    }));
    CHECK(first_trouble(patience, [&] { return Tasks{busy}; }) == Trouble::blocked);
}

TEST_CASE("a standstill that was broken begins anew") {
    Patience patience({never, milliseconds(50), never});
    patience.look({receives});
    for (int turn = 0; turn < 4; ++turn) {
        spin_for(milliseconds(20));
        CHECK(patience.look({receives}) == Trouble::none);
        patience.look({runs});
    }
}

TEST_CASE("a look that comes late counts as one that came in time") {
    Patience patience({never, milliseconds(100), never});
    patience.look({receives});
    spin_for(milliseconds(120));
    CHECK(patience.look({receives}) == Trouble::none);
}

TEST_CASE("one that sleeps for longer than is allowed has slept, alone and among others") {
    CHECK(first_trouble(little_sleep, {sleeps}) == Trouble::slept);
    CHECK(first_trouble(little_sleep, {receives, sleeps}) == Trouble::slept);
}

TEST_CASE("nobody has slept while one of them runs") {
    CHECK(is_content(little_sleep, {sleeps, runs}));
}

TEST_CASE("one that is stopped for as long as is allowed is told apart from one that waits") {
    CHECK(first_trouble(little_sleep, {is_stopped, sleeps}) == Trouble::stopped);
    CHECK(first_trouble({never, milliseconds(50), never}, {is_stopped, receives}) ==
          Trouble::stopped);
}

TEST_CASE("one that is stopped is not given up at the first look, nor while another runs") {
    Patience patience({never, never, never});
    CHECK(patience.look({is_stopped, receives}) == Trouble::none);
    CHECK(is_content(little_sleep, {is_stopped, runs}));
}

TEST_CASE("processor time counts from the first look, over all processes") {
    Patience patience({milliseconds(10), never, never});
    Task one = runs;
    Task two = runs;
    two.thread = 2;
    one.cpu = 100 * one_millisecond;
    two.cpu = 200 * one_millisecond;
    CHECK(patience.look({one, two}) == Trouble::none);
    one.cpu += 5 * one_millisecond;
    two.cpu += 4 * one_millisecond;
    CHECK(patience.look({one, two}) == Trouble::none);
    two.cpu += one_millisecond;
    CHECK(patience.look({one, two}) == Trouble::used_processor);
}

TEST_CASE("processor time of processes that have ended counts, too") {
    Patience patience({milliseconds(10), never, never});
    Task child = runs;
    for (pid_t thread = 1; thread < 5; ++thread) {
        child.thread = thread;
        child.cpu = 3 * one_millisecond;
        CHECK(patience.look({child}) == Trouble::none);
    }
    child.thread = 5;
    CHECK(patience.look({child}) == Trouble::used_processor);
}

TEST_CASE("processor time counts as the kernel adds it up, where the looks see less") {
    Patience patience({milliseconds(10), never, never});
    CHECK(patience.look({runs}, 70 * one_millisecond) == Trouble::none);
    CHECK(patience.look({runs}, 79 * one_millisecond) == Trouble::none);
    CHECK(patience.look({runs}, 80 * one_millisecond) == Trouble::used_processor);
}

TEST_CASE("processor time is no less used by one that waits in between") {
    Patience patience({milliseconds(10), never, never});
    Task task = sleeps;
    CHECK(patience.look({task}) == Trouble::none);
    task.cpu = 10 * one_millisecond;
    CHECK(patience.look({task}) == Trouble::used_processor);
}

TEST_CASE("the processor time of a process that ends is not held against the others") {
    Patience patience({milliseconds(10), never, never});
    Task ends = runs;
    ends.cpu = 100 * one_millisecond;
    CHECK(patience.look({ends, receives}) == Trouble::none);
    CHECK(patience.look({receives}) == Trouble::none);
    Task goes_on = receives;
    goes_on.cpu = 9 * one_millisecond;
    CHECK(patience.look({goes_on}) == Trouble::none);
}

TEST_CASE("a look is due a while after the last one, not at once") {
    Patience patience(for_an_answer);
    const auto start = Patience::Clock::now();
    patience.look({runs});
    const bool due = patience.look_is_due();
    CHECK((!due || Patience::Clock::now() - start >= Patience::between_looks));
    spin_for(Patience::between_looks);
    CHECK(patience.look_is_due());
}
