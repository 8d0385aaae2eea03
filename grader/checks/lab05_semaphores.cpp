// Lab 5, semaphores. Each check is one behaviour of labs/05-semaphores/README.md; the words for its
// failure stand in lab05_words.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <csignal>
#include <numeric>

#include "arena/arena.hpp"
#include "checks/expectations.hpp"
#include "checks/listing.hpp"
#include "checks/sentences.hpp"
#include "checks/waiting.hpp"
#include "explorer/explorer.hpp"

namespace ipclab::checks {

namespace {

using arena::Arena;
using arena::Reply;
using arena::Student;
using arena::Trouble;
using explorer::Outcome;
using explorer::Repeat;
using explorer::Side;
using explorer::Switches;
using kernel::Object;

constexpr int missing = 1'000'000'007;  ///< the id of no set

// --- what is asked, and what is answered -----------------------------------------------------

std::string open_locks(key_t key, int count) {
    return fmt::format("open-locks {} {}", kernel::show_key(key), count);
}

std::string lock(int set, int number) {
    return fmt::format("lock {} {}", set, number);
}

std::string unlock(int set, int number) {
    return fmt::format("unlock {} {}", set, number);
}

std::string open_bank(key_t key) {
    return "open-bank " + kernel::show_key(key);
}

std::string deposit(int account, long amount) {
    return fmt::format("deposit {} {}", account, amount);
}

std::string transfer(int from, int to, long amount) {
    return fmt::format("transfer {} {} {}", from, to, amount);
}

std::string open_buffer(key_t key, int slots) {
    return fmt::format("open-buffer {} {}", kernel::show_key(key), slots);
}

std::string put(long value) {
    return fmt::format("put {}", value);
}

/// @return the objects of the check with a key.
std::vector<Object> with_key(const Arena& arena, key_t key) {
    auto objects = arena.objects();
    std::erase_if(objects, [key](const Object& object) { return object.key != key; });
    return objects;
}

std::string told_objects(const std::vector<Object>& objects) {
    std::string text;
    for (const auto& object : objects) {
        text +=
            fmt::format("{}{} {} with mode {}", text.empty() ? "" : ", ",
                        kernel::name_of(object.kind), object.id, kernel::show_mode(object.mode));
    }
    return text.empty() ? "nothing" : text;
}

/// What opening makes or finds: a set, or a segment and a set.
enum class Opens { locks, memory };

/// @return what the shell answers where these are open: "set 3", "segment 4 set 3"; "" where they
///         are not what they should be.
std::string shown_when_open(const std::vector<Object>& objects, Opens what) {
    std::vector<kernel::Kind> kinds = {kernel::Kind::semaphore_set};
    if (what == Opens::memory) {
        kinds.insert(kinds.begin(), kernel::Kind::segment);
    }
    std::string text;
    for (const auto kind : kinds) {
        const auto found = std::find_if(objects.begin(), objects.end(), [=](const Object& object) {
            return object.kind == kind && object.mode == 0600;
        });
        if (found == objects.end() || objects.size() != kinds.size()) {
            return "";
        }
        text += fmt::format("{}{} {}", text.empty() ? "" : " ", word_for(kind), found->id);
    }
    return text;
}

/// The shell answered with what the kernel lists under the key.
ReplyExpectation opens(const Arena& arena, key_t key, Opens what) {
    return ReplyExpectation([=, &arena](const Reply& reply) -> std::optional<Mismatch> {
        const auto objects = with_key(arena, key);
        const auto wanted = shown_when_open(objects, what);
        if (!wanted.empty() && answers(wanted).match(reply)) {
            return std::nullopt;
        }
        const bool is_opened =
            reply.answer.starts_with("set ") || reply.answer.starts_with("segment ");
        const auto sentence = fmt::format(
            "{}  opens {} with the key {} and the mode 0600", told_request(reply),
            what == Opens::locks ? "a set of semaphores" : "a segment and a set of semaphores",
            kernel::show_key(key));
        const auto seen = is_opened ? fmt::format("{}, and the kernel lists with this key: {}",
                                                  told(reply), told_objects(objects))
                                    : told(reply);
        return Mismatch{.finding = {sentence, seen, ""},
                        .replies = {reply},
                        .expected_reply = {.any_id = true}};
    });
}

// --- locks -----------------------------------------------------------------------------------

/// @return the id of the set with a key.
int set_with(const Arena& arena, key_t key) {
    for (const auto& object : with_key(arena, key)) {
        if (object.kind == kernel::Kind::semaphore_set) {
            return object.id;
        }
    }
    throw std::logic_error("REQUIRE_THAT has seen to it that there is this set");
}

/// Opens locks in some processes.
/// @return the id of the set.
int opened_locks(Arena& arena, key_t key, int count, const std::vector<Student*>& students) {
    for (Student* student : students) {
        REQUIRE_THAT(student->ask(open_locks(key, count)), opens(arena, key, Opens::locks));
    }
    return set_with(arena, key);
}

/// The lock is free, and one at a time has it.
void require_exclusive(Student& one, Student& other, int set, int number) {
    REQUIRE_THAT(one.ask(lock(set, number)), answers("locked"));
    REQUIRE_THAT(begin(other, lock(set, number)), sleeps("semop"));
    REQUIRE_THAT(one.ask(unlock(set, number)), answers("unlocked"));
    REQUIRE_THAT(other.finish(), answers("locked"));
    REQUIRE_THAT(other.ask(unlock(set, number)), answers("unlocked"));
}

/// Two processes open the same locks, and one of them takes a lock, while the other one is stopped
/// in the middle of it.
void require_ready_together(Arena& arena, Student& maker, Student& joiner, key_t key) {
    joiner.begin(open_locks(key, 2));
    const bool opened = !joiner.state().answer.empty();
    if (opened) {
        REQUIRE_THAT(joiner.state(), opens(arena, key, Opens::locks));
        joiner.begin(lock(set_with(arena, key), 0));
    }
    REQUIRE_THAT(maker.finish(), opens(arena, key, Opens::locks));
    const int set = set_with(arena, key);
    if (!opened) {
        REQUIRE_THAT(joiner.finish(), opens(arena, key, Opens::locks));
        joiner.begin(lock(set, 0));
    }
    REQUIRE_THAT(joiner.finish(), answers("locked"));
    REQUIRE_THAT(begin(maker, lock(set, 0)), sleeps("semop"));
    REQUIRE_THAT(joiner.ask(unlock(set, 0)), answers("unlocked"));
    REQUIRE_THAT(maker.finish(), answers("locked"));
    REQUIRE_THAT(maker.ask(unlock(set, 0)), answers("unlocked"));
    require_exclusive(maker, joiner, set, 1);
}

// --- the bank --------------------------------------------------------------------------------

constexpr int account_count = 4;

/// The balances as they should be.
using Balances = std::array<long, account_count>;

std::string told(const Balances& balances) {
    return fmt::format("{}", fmt::join(balances, " "));
}

Balances after_transfer(Balances balances, int from, int to, long amount) {
    balances.at(static_cast<std::size_t>(from)) -= amount;
    balances.at(static_cast<std::size_t>(to)) += amount;
    return balances;
}

/// How the numbers in the books are called: struct Account of semaphores.hpp.
std::string name_in_books(std::uint64_t offset) {
    constexpr std::uint64_t word = sizeof(long);
    constexpr std::uint64_t words_of_account = 4;
    const auto account = offset / word / words_of_account;
    const auto place = offset / word % words_of_account;
    if (offset % word != 0 || account >= account_count) {
        return "";
    }
    return place == 0 ? fmt::format("balance {}", account)
                      : fmt::format("note {} of account {}", place - 1, account);
}

void require_open(Arena& arena, key_t key, const std::vector<Student*>& students) {
    explorer::name_memory(name_in_books);
    for (Student* student : students) {
        REQUIRE_THAT(student->ask(open_bank(key)), opens(arena, key, Opens::memory));
    }
}

/// Two processes that have opened a bank, and what lies in its accounts.
struct Bank {
    Student one;
    Student other;
    Balances balances{};
};

/// A bank with so much in every account.
Bank bank_with(Arena& arena, long amount) {
    Bank bank{.one = arena.start(), .other = arena.start()};
    require_open(arena, arena.fresh_key(), {&bank.one, &bank.other});
    for (int account = 0; account < account_count; ++account) {
        REQUIRE_THAT(bank.one.ask(deposit(account, amount)), answers("deposited"));
    }
    bank.balances.fill(amount);
    return bank;
}

void require_balances(Bank& bank) {
    REQUIRE_THAT(bank.other.ask("statement"), answers(told(bank.balances)));
}

/// Two deposits at the same time.
void explore_deposits(Arena& arena, Bank& bank, int first, int second) {
    const long amount = arena.draw(2, 9);
    explorer::explore(
        arena, {.prepare =
                    [&] {
                        return std::pair{Side{bank.one, deposit(first, amount)},
                                         Side{bank.other, deposit(second, amount + 1)}};
                    },
                .judge =
                    [&](const Outcome& outcome) {
                        REQUIRE_THAT(outcome.first, answers("deposited"));
                        REQUIRE_THAT(outcome.second, answers("deposited"));
                        bank.balances.at(static_cast<std::size_t>(first)) += outcome.times * amount;
                        bank.balances.at(static_cast<std::size_t>(second)) +=
                            outcome.times * (amount + 1);
                        require_balances(bank);
                    },
                .repeat = Repeat::possible});
}

struct Transfer {
    int from = 0;
    int to = 0;
    long amount = 0;

    [[nodiscard]] std::string request() const { return transfer(from, to, amount); }
    [[nodiscard]] Balances after(const Balances& balances) const {
        return after_transfer(balances, from, to, amount);
    }
};

/// Two transfers at the same time, for both of which there is enough.
void explore_transfers(Arena& arena, Bank& bank, const Transfer& first, const Transfer& second,
                       Switches switches = Switches::one) {
    explorer::explore(arena, {.prepare =
                                  [&] {
                                      return std::pair{Side{bank.one, first.request()},
                                                       Side{bank.other, second.request()}};
                                  },
                              .judge =
                                  [&](const Outcome& outcome) {
                                      REQUIRE_THAT(outcome.first, answers("transferred"));
                                      REQUIRE_THAT(outcome.second, answers("transferred"));
                                      for (int times = 0; times < outcome.times; ++times) {
                                          bank.balances = second.after(first.after(bank.balances));
                                      }
                                      require_balances(bank);
                                  },
                              .switches = switches,
                              .repeat = Repeat::possible});
}

/// Two transfers from one account, which has enough for one of them.
void explore_last_money(Arena& arena, Bank& bank) {
    explorer::explore(
        arena, {.prepare =
                    [&] {
                        const long amount = bank.balances[0];
                        return std::pair{Side{bank.one, transfer(0, 1, amount)},
                                         Side{bank.other, transfer(0, 2, amount)}};
                    },
                .judge =
                    [&](const Outcome& outcome) {
                        const bool first = outcome.first.answer == "transferred";
                        REQUIRE_THAT(outcome.first, answers_one_of({"transferred", "too little"}));
                        REQUIRE_THAT(outcome.second, answers(first ? "too little" : "transferred"));
                        const long amount = bank.balances[0];
                        bank.balances = after_transfer(bank.balances, 0, first ? 1 : 2, amount);
                        require_balances(bank);
                        REQUIRE_THAT(bank.one.ask(deposit(0, amount)), answers("deposited"));
                        bank.balances[0] += amount;
                    }});
}

/// While a process is stopped in a transfer, others that wait get a signal: they wait on.
void explore_signals(Bank& bank) {
    const Transfer some{0, 1, 2};
    const Transfer other{0, 2, 2};
    explorer::at_each_point(
        [&] {
            return Side{bank.one, some.request()};
        },
        [&](Student& stopped) {
            const bool waits = bank.other.begin(other.request()) == Trouble::blocked;
            if (waits && bank.other.interrupt(SIGUSR1)) {
                REQUIRE_THAT(settled(bank.other), sleeps("semop"));
            }
            REQUIRE_THAT(stopped.finish(), answers("transferred"));
            REQUIRE_THAT(bank.other.finish(), answers("transferred"));
            bank.balances = other.after(some.after(bank.balances));
            require_balances(bank);
        });
}

/// A statement while a transfer is under way, or the other way round.
void explore_statement(Arena& arena, Bank& bank, const Transfer& some, bool statement_first) {
    explorer::explore(
        arena,
        {.prepare =
             [&] {
                 std::pair both{Side{bank.one, some.request()}, Side{bank.other, "statement"}};
                 if (statement_first) {
                     std::swap(both.first, both.second);
                 }
                 return both;
             },
         .judge =
             [&](const Outcome& outcome) {
                 const auto& [moves, looks] = statement_first
                                                  ? std::tie(outcome.second, outcome.first)
                                                  : std::tie(outcome.first, outcome.second);
                 const auto after = some.after(bank.balances);
                 REQUIRE_THAT(moves, answers("transferred"));
                 REQUIRE_THAT(looks, answers_one_of({told(bank.balances), told(after)}));
                 bank.balances = after;
                 require_balances(bank);
             }});
}

/// A transfer is killed at each of its points, and next somebody does this.
void explore_cut_short(Arena& arena, key_t key, Bank& bank, const std::string& next, long added) {
    const Transfer some{0, 1, 3};
    explorer::explore_ends(
        arena,
        [&] {
            Student fresh = arena.start();
            REQUIRE_THAT(fresh.ask(open_bank(key)), opens(arena, key, Opens::memory));
            return Side{fresh, some.request()};
        },
        [&] {
            // Whether they look at what was noted is worth knowing.
            bank.one.plan({.watched = arena::Watched::yes});
            bank.other.plan({.watched = arena::Watched::yes});
            REQUIRE_THAT(bank.one.ask(next), answers("deposited"));
            bank.balances[1] += added;
            const Reply seen = bank.other.ask("statement");
            const auto after = some.after(bank.balances);
            REQUIRE_THAT(seen, answers_one_of({told(bank.balances), told(after)}));
            bank.balances = seen.answer == told(after) ? after : bank.balances;
        });
}

/// Nothing of a bank is left.
void require_gone(const Arena& arena, key_t key) {
    REQUIRE_THAT(with_key(arena, key), are_exactly({}));
}

// --- the buffer ------------------------------------------------------------------------------

using Values = std::vector<long>;

std::string told_value(long value) {
    return fmt::format("value {}", value);
}

/// Two processes that have opened a buffer.
struct Buffer {
    Student one;
    Student other;
    int slots = 0;
};

Buffer fresh_buffer(Arena& arena, key_t key, int slots) {
    Buffer buffer{.one = arena.start(), .other = arena.start(), .slots = slots};
    for (Student* student : {&buffer.one, &buffer.other}) {
        REQUIRE_THAT(student->ask(open_buffer(key, slots)), opens(arena, key, Opens::memory));
    }
    return buffer;
}

void put_all(Student& student, const Values& values) {
    for (const long value : values) {
        REQUIRE_THAT(student.ask(put(value)), answers("put"));
    }
}

/// The buffer holds these values, in this order, and no more.
void require_content(Buffer& buffer, const Values& values) {
    for (const long value : values) {
        REQUIRE_THAT(buffer.one.ask("take"), answers(told_value(value)));
    }
}

/// The buffer is empty, has all of its slots, and keeps what is put there in order.
void require_in_order(Buffer& buffer, long first) {
    Values values(static_cast<std::size_t>(buffer.slots));
    std::iota(values.begin(), values.end(), first);
    put_all(buffer.other, values);
    const long last = first + buffer.slots;
    REQUIRE_THAT(begin(buffer.other, put(last)), sleeps("semop"));
    REQUIRE_THAT(buffer.one.ask("take"), answers(told_value(first)));
    REQUIRE_THAT(buffer.other.finish(), answers("put"));
    values.erase(values.begin());
    values.push_back(last);
    require_content(buffer, values);
    REQUIRE_THAT(begin(buffer.one, "take"), sleeps("semop"));
    REQUIRE_THAT(buffer.other.ask(put(first)), answers("put"));
    REQUIRE_THAT(buffer.one.finish(), answers(told_value(first)));
}

/// Two requests at the same time to a buffer with this content, and what it may hold behind that.
void explore_buffer(Arena& arena, Buffer& buffer, const Values& content,
                    const std::pair<std::string, std::string>& requests,
                    const std::function<std::vector<Values>(const Outcome&)>& allowed) {
    explorer::explore(
        arena, {.prepare =
                    [&] {
                        put_all(buffer.one, content);
                        return std::pair{Side{buffer.one, requests.first},
                                         Side{buffer.other, requests.second}};
                    },
                .judge =
                    [&](const Outcome& outcome) {
                        const auto possible = allowed(outcome);
                        std::vector<std::string> firsts;
                        for (const auto& values : possible) {
                            firsts.push_back(values.empty() ? "" : told_value(values.front()));
                        }
                        Values rest = possible.front();
                        if (possible.size() > 1) {
                            const Reply reply = buffer.one.ask("take");
                            REQUIRE_THAT(reply, answers_one_of(firsts));
                            const auto which =
                                std::find(firsts.begin(), firsts.end(), reply.answer) -
                                firsts.begin();
                            rest = possible.at(static_cast<std::size_t>(which));
                            rest.erase(rest.begin());
                        }
                        require_content(buffer, rest);
                    }});
    // No slot is lost, and none too many has come.
    require_in_order(buffer, 70);
}

/// Both put.
void explore_two_puts(Arena& arena, Buffer& buffer) {
    explore_buffer(arena, buffer, {}, {put(11), put(12)}, [](const Outcome& outcome) {
        REQUIRE_THAT(outcome.first, answers("put"));
        REQUIRE_THAT(outcome.second, answers("put"));
        return std::vector<Values>{{11, 12}, {12, 11}};
    });
}

/// Both take.
void explore_two_takes(Arena& arena, Buffer& buffer) {
    explore_buffer(arena, buffer, {21, 22}, {"take", "take"}, [](const Outcome& outcome) {
        const bool in_order = outcome.first.answer == told_value(21);
        REQUIRE_THAT(outcome.first, answers_one_of({told_value(21), told_value(22)}));
        REQUIRE_THAT(outcome.second, answers(told_value(in_order ? 22 : 21)));
        return std::vector<Values>{{}};
    });
}

/// One puts, and one takes.
void explore_put_and_take(Arena& arena, Buffer& buffer, Values content, bool put_first) {
    std::pair<std::string, std::string> requests{put(31), "take"};
    if (!put_first) {
        std::swap(requests.first, requests.second);
    }
    explore_buffer(arena, buffer, content, requests, [=](const Outcome& outcome) {
        Values rest = content;
        rest.push_back(31);
        REQUIRE_THAT(put_first ? outcome.first : outcome.second, answers("put"));
        REQUIRE_THAT(put_first ? outcome.second : outcome.first, answers(told_value(rest.front())));
        rest.erase(rest.begin());
        return std::vector<Values>{rest};
    });
}

/// Two processes open a buffer at the same time, and one of them puts something into it.
void explore_opening(Arena& arena) {
    Student maker = arena.start();
    Student joiner = arena.start();
    key_t key = 0;
    const auto fresh = [&] {
        key = arena.fresh_key();
        return Side{maker, open_buffer(key, 2)};
    };
    explorer::at_each_point(fresh, [&](Student& stopped) {
        joiner.begin(open_buffer(key, 2));
        const bool opened = !joiner.state().answer.empty();
        if (opened) {
            joiner.begin(put(5));
        }
        REQUIRE_THAT(stopped.finish(), opens(arena, key, Opens::memory));
        if (!opened) {
            REQUIRE_THAT(joiner.finish(), opens(arena, key, Opens::memory));
            joiner.begin(put(5));
        }
        REQUIRE_THAT(joiner.finish(), answers("put"));
        REQUIRE_THAT(maker.ask("take"), answers(told_value(5)));
        Buffer buffer{maker, joiner, 2};
        require_in_order(buffer, 40);
        for (Student* student : {&maker, &joiner}) {
            REQUIRE_THAT(student->ask("close-buffer"), answers("closed"));
        }
        arena.remove_the_rest();
    });
}

// --- the workers -----------------------------------------------------------------------------

Student start_producer(Arena& arena, key_t key, int slots, long first, int count) {
    return arena.start_program("producer", {kernel::show_key(key), std::to_string(slots),
                                            std::to_string(first), std::to_string(count)});
}

Student start_consumer(Arena& arena, key_t key, int slots, int count) {
    return arena.start_program(
        "consumer", {kernel::show_key(key), std::to_string(slots), std::to_string(count)});
}

/// The program ended with 0, and printed these values, one a line.
ReplyExpectation prints(const Values& values) {
    return ReplyExpectation([=](const Reply& reply) -> std::optional<Mismatch> {
        if (!ends_with(0).match(reply)) {
            return take_mismatch();
        }
        std::string wanted;
        for (const long value : values) {
            wanted += std::to_string(value) + "\n";
        }
        if (reply.output == wanted) {
            return std::nullopt;
        }
        return Mismatch{.finding = {fmt::format("{}  prints {}, a line each", told_request(reply),
                                                fmt::join(values, ", ")),
                                    "it printed " + shortened(told_answer(reply.output)), ""},
                        .replies = {reply}};
    });
}

Values from(long first, int count) {
    Values values(static_cast<std::size_t>(count));
    std::iota(values.begin(), values.end(), first);
    return values;
}

/// A worker that waits is killed, and the buffer is as it was before it came.
void require_no_harm_from(Arena& arena, Student worker, key_t key, Buffer& buffer,
                          const Values& content) {
    REQUIRE_THAT(settled(worker), sleeps("semop"));
    worker.signal(SIGKILL);
    worker.wait_for_end();
    REQUIRE_THAT(buffer.one.ask(open_buffer(key, buffer.slots)), opens(arena, key, Opens::memory));
    REQUIRE_THAT(buffer.other.ask(open_buffer(key, buffer.slots)),
                 opens(arena, key, Opens::memory));
    require_content(buffer, content);
    require_in_order(buffer, 500);
    for (Student* student : {&buffer.one, &buffer.other}) {
        REQUIRE_THAT(student->ask("close-buffer"), answers("closed"));
    }
}

}  // namespace

TEST_CASE("each lock is free at first, and one process at a time has it",
          "[lab05][initial][points=1]") {
    Arena arena;
    auto one = arena.start();
    auto other = arena.start();
    const int set = opened_locks(arena, arena.fresh_key(), 3, {&one, &other});

    for (const int number : {0, 1, 2}) {
        require_exclusive(one, other, set, number);
        require_exclusive(other, one, set, number);
    }
    REQUIRE_THAT(one.ask(lock(set, 1)), answers("locked"));
    REQUIRE_THAT(one.ask(lock(set, 0)), answers("locked"));
    REQUIRE_THAT(other.ask(lock(set, 2)), answers("locked"));
    REQUIRE_THAT(begin(other, lock(set, 1)), sleeps("semop"));
    REQUIRE_THAT(one.ask(unlock(set, 0)), answers("unlocked"));
    REQUIRE_THAT(settled(other), sleeps("semop"));
    REQUIRE_THAT(one.ask(unlock(set, 1)), answers("unlocked"));
    REQUIRE_THAT(other.finish(), answers("locked"));
    REQUIRE_THAT(one.ask("remove-locks " + std::to_string(set)), answers("removed"));
    REQUIRE_THAT(arena.objects(), are_exactly({}));
}

TEST_CASE("two that open the locks at the same time get the same, and one at a time a lock",
          "[lab05][creation-race][points=2][needs=initial]") {
    Arena arena;
    auto maker = arena.start();
    auto joiner = arena.start();
    key_t key = 0;
    const auto fresh = [&] {
        key = arena.fresh_key();
        return Side{maker, open_locks(key, 2)};
    };
    explorer::at_each_point(fresh, [&](Student& stopped) {
        require_ready_together(arena, stopped, joiner, key);
        arena.remove_the_rest();
    });
}

TEST_CASE("who opens the locks later changes nothing for those who have them",
          "[lab05][newcomer][points=1][needs=initial]") {
    Arena arena;
    auto owner = arena.start();
    auto newcomer = arena.start();
    auto third = arena.start();
    const key_t key = arena.fresh_key();
    const int set = opened_locks(arena, key, 2, {&owner});

    REQUIRE_THAT(owner.ask(lock(set, 1)), answers("locked"));
    opened_locks(arena, key, 2, {&newcomer, &third});
    REQUIRE_THAT(begin(third, lock(set, 1)), sleeps("semop"));
    REQUIRE_THAT(owner.ask(unlock(set, 1)), answers("unlocked"));
    REQUIRE_THAT(third.finish(), answers("locked"));
    REQUIRE_THAT(third.ask(unlock(set, 1)), answers("unlocked"));

    for (const auto& request : {lock(set, 0), unlock(set, 0)}) {
        explorer::at_each_point(
            [&] {
                return Side{newcomer, open_locks(key, 2)};
            },
            [&](Student& stopped) {
                if (request == unlock(set, 0)) {
                    REQUIRE_THAT(owner.ask(lock(set, 0)), answers("locked"));
                }
                owner.ask(request);
                REQUIRE_THAT(stopped.finish(), opens(arena, key, Opens::locks));
                if (request == lock(set, 0)) {
                    REQUIRE_THAT(begin(third, lock(set, 0)), sleeps("semop"));
                    REQUIRE_THAT(owner.ask(unlock(set, 0)), answers("unlocked"));
                    REQUIRE_THAT(third.finish(), answers("locked"));
                    REQUIRE_THAT(third.ask(unlock(set, 0)), answers("unlocked"));
                }
                require_exclusive(owner, third, set, 0);
            });
    }
    arena.remove_the_rest();
}

TEST_CASE("a signal lets nobody in", "[lab05][signal][points=1][needs=initial]") {
    Arena arena;
    auto owner = arena.start();
    auto waiting = arena.start();
    auto third = arena.start();
    const int set = opened_locks(arena, arena.fresh_key(), 2, {&owner});

    REQUIRE_THAT(owner.ask(lock(set, 1)), answers("locked"));
    REQUIRE_THAT(begin(waiting, lock(set, 1)), sleeps("semop"));
    for (int times = 0; times < 3; ++times) {
        waiting.signal(SIGUSR1);
        REQUIRE_THAT(settled(waiting), sleeps("semop"));
    }
    REQUIRE_THAT(owner.ask(unlock(set, 1)), answers("unlocked"));
    REQUIRE_THAT(waiting.finish(), answers("locked"));
    REQUIRE_THAT(begin(third, lock(set, 1)), sleeps("semop"));
    REQUIRE_THAT(waiting.ask(unlock(set, 1)), answers("unlocked"));
    REQUIRE_THAT(third.finish(), answers("locked"));
    arena.remove_the_rest();
}

TEST_CASE("locks that are removed end every wait", "[lab05][removed][points=1][needs=initial]") {
    Arena arena;
    auto owner = arena.start();
    auto waiting = arena.start();
    const int set = opened_locks(arena, arena.fresh_key(), 2, {&owner});

    REQUIRE_THAT(owner.ask(lock(set, 0)), answers("locked"));
    REQUIRE_THAT(begin(waiting, lock(set, 0)), sleeps("semop"));
    REQUIRE_THAT(owner.ask("remove-locks " + std::to_string(set)), answers("removed"));
    REQUIRE_THAT(waiting.finish(), fails_with(EIDRM));
    REQUIRE_THAT(arena.objects(), are_exactly({}));
    for (const auto& request :
         {lock(set, 0), unlock(set, 0), lock(missing, 0), "remove-locks " + std::to_string(set)}) {
        REQUIRE_THAT(owner.ask(request), fails_with(EINVAL));
    }
    const int other = opened_locks(arena, arena.fresh_key(), 2, {&owner});
    REQUIRE_THAT(owner.ask(lock(other, 2)), fails_with(EFBIG));
    arena.remove_the_rest();
}

TEST_CASE("a process that ends with a lock leaves it free",
          "[lab05][crash][points=1][needs=initial]") {
    Arena arena;
    auto one = arena.start();
    auto other = arena.start();
    const key_t key = arena.fresh_key();
    const int set = opened_locks(arena, key, 2, {&one, &other});
    const auto fresh = [&](const std::string& before) {
        Student student = arena.start();
        if (!before.empty()) {
            REQUIRE_THAT(student.ask(before), answers("locked"));
        }
        return student;
    };
    Student owner = fresh(lock(set, 1));
    REQUIRE_THAT(begin(one, lock(set, 1)), sleeps("semop"));
    owner.signal(SIGKILL);
    REQUIRE_THAT(one.finish(), answers("locked"));
    REQUIRE_THAT(one.ask(unlock(set, 1)), answers("unlocked"));

    Student quits = fresh(lock(set, 0));
    quits.end();
    Student tidy = fresh(lock(set, 1));
    REQUIRE_THAT(tidy.ask(unlock(set, 1)), answers("unlocked"));
    tidy.end();
    for (const int number : {0, 1}) {
        require_exclusive(one, other, set, number);
    }
    for (const auto& request : {lock(set, 0), unlock(set, 0)}) {
        explorer::explore_ends(
            arena,
            [&] {
                return Side{fresh(request == lock(set, 0) ? "" : lock(set, 0)), request};
            },
            [&] { require_exclusive(one, other, set, 0); });
    }
    arena.remove_the_rest();
}

TEST_CASE("a Guard gives its lock back, once, and never throws while it does",
          "[lab05][guard][points=1][needs=initial]") {
    Arena arena;
    auto one = arena.start();
    auto other = arena.start();
    const int set = opened_locks(arena, arena.fresh_key(), 2, {&one});
    const std::string enter = fmt::format("enter {} 1", set);

    REQUIRE_THAT(one.ask(enter), answers("entered"));
    REQUIRE_THAT(begin(other, enter), sleeps("semop"));
    REQUIRE_THAT(one.ask("leave"), answers("left"));
    REQUIRE_THAT(other.finish(), answers("entered"));
    REQUIRE_THAT(begin(one, lock(set, 1)), sleeps("semop"));
    REQUIRE_THAT(other.ask("leave"), answers("left"));
    REQUIRE_THAT(one.finish(), answers("locked"));
    REQUIRE_THAT(one.ask(unlock(set, 1)), answers("unlocked"));
    require_exclusive(one, other, set, 1);

    REQUIRE_THAT(one.ask(enter), answers("entered"));
    REQUIRE_THAT(begin(other, enter), sleeps("semop"));
    REQUIRE_THAT(one.ask("remove-locks " + std::to_string(set)), answers("removed"));
    REQUIRE_THAT(other.finish(), fails_with(EIDRM));
    REQUIRE_THAT(one.ask("leave"), answers("left"));
    REQUIRE_THAT(one.ask(enter), fails_with(EINVAL));
}

TEST_CASE("a deposit is never lost", "[lab05][deposit][points=1]") {
    Arena arena;
    Bank bank{.one = arena.start(), .other = arena.start()};
    require_open(arena, arena.fresh_key(), {&bank.one, &bank.other});
    require_balances(bank);
    for (std::size_t account = 0; account < account_count; ++account) {
        const long amount = arena.draw(1, 1000);
        REQUIRE_THAT(bank.one.ask(deposit(static_cast<int>(account), amount)),
                     answers("deposited"));
        bank.balances.at(account) += amount;
        require_balances(bank);
    }
    const int account = arena.draw(0, account_count - 1);
    explore_deposits(arena, bank, account, account);
    explore_deposits(arena, bank, account, (account + 1) % account_count);
    arena.remove_the_rest();
}

TEST_CASE("a statement shows all accounts at one instant",
          "[lab05][statement][points=1][needs=deposit]") {
    Arena arena;
    Bank bank = bank_with(arena, 10'000);
    for (const auto& some : {Transfer{0, 3, 7}, Transfer{3, 0, 5}}) {
        explore_statement(arena, bank, some, true);
        explore_statement(arena, bank, some, false);
    }
    arena.remove_the_rest();
}

TEST_CASE("a transfer makes and loses no money, and takes none that is not there",
          "[lab05][transfer][points=1][needs=deposit]") {
    Arena arena;
    Bank bank = bank_with(arena, 100'000);
    REQUIRE_THAT(bank.one.ask(transfer(2, 3, 100'001)), answers("too little"));
    require_balances(bank);
    REQUIRE_THAT(bank.one.ask(transfer(2, 3, 100'000)), answers("transferred"));
    bank.balances = after_transfer(bank.balances, 2, 3, 100'000);
    require_balances(bank);
    REQUIRE_THAT(bank.other.ask(transfer(2, 3, 1)), answers("too little"));

    explore_transfers(arena, bank, {0, 1, 2}, {0, 3, 3});
    explore_transfers(arena, bank, {0, 2, 2}, {1, 2, 3});
    explore_last_money(arena, bank);
    explore_signals(bank);
    arena.remove_the_rest();
}

TEST_CASE("transfers in opposite directions do not wait for each other for ever",
          "[lab05][deadlock][points=2][needs=deposit]") {
    Arena arena;
    Bank bank = bank_with(arena, 100'000);
    explore_transfers(arena, bank, {0, 1, 2}, {1, 0, 3}, Switches::two);
    explore_transfers(arena, bank, {3, 1, 2}, {1, 3, 2});
    arena.remove_the_rest();
}

TEST_CASE("a transfer that is cut short is put in order",
          "[lab05][cut-short][points=2][needs=transfer]") {
    Arena arena;
    const key_t key = arena.fresh_key();
    Bank bank{.one = arena.start(), .other = arena.start()};
    require_open(arena, key, {&bank.one, &bank.other});
    for (int account = 0; account < account_count; ++account) {
        REQUIRE_THAT(bank.one.ask(deposit(account, 1000)), answers("deposited"));
    }
    bank.balances.fill(1000);
    explore_cut_short(arena, key, bank, deposit(1, 4), 4);
    arena.remove_the_rest();
}

TEST_CASE("the last one who closes the bank removes it",
          "[lab05][last-user][points=1][needs=deposit]") {
    Arena arena;
    auto one = arena.start();
    auto other = arena.start();
    key_t key = 0;
    const auto fresh = [&] {
        key = arena.fresh_key();
        require_open(arena, key, {&one, &other});
    };
    fresh();
    REQUIRE_THAT(one.ask("close-bank"), answers("closed"));
    REQUIRE_THAT(other.ask(deposit(1, 5)), answers("deposited"));
    require_open(arena, key, {&one});
    REQUIRE_THAT(one.ask("statement"), answers("0 5 0 0"));
    REQUIRE_THAT(other.ask("close-bank"), answers("closed"));
    REQUIRE_THAT(one.ask("close-bank"), answers("closed"));
    require_gone(arena, key);

    fresh();
    auto killed = arena.start();
    require_open(arena, key, {&killed});
    killed.signal(SIGKILL);
    killed.wait_for_end();
    REQUIRE_THAT(one.ask("close-bank"), answers("closed"));
    REQUIRE_THAT(other.ask("close-bank"), answers("closed"));
    require_gone(arena, key);

    explorer::explore(arena,
                      {.prepare =
                           [&] {
                               fresh();
                               return std::pair{Side{one, "close-bank"}, Side{other, "close-bank"}};
                           },
                       .judge =
                           [&](const Outcome& outcome) {
                               REQUIRE_THAT(outcome.first, answers("closed"));
                               REQUIRE_THAT(outcome.second, answers("closed"));
                               require_gone(arena, key);
                           },
                       .switches = Switches::two});
}

TEST_CASE("the buffer keeps the order, and makes those wait who find it full or empty",
          "[lab05][buffer][points=1]") {
    Arena arena;
    const key_t key = arena.fresh_key();
    for (const int slots : {1, 3}) {
        Buffer buffer = fresh_buffer(arena, key, slots);
        require_in_order(buffer, arena.draw(-1000, 1000));
        require_in_order(buffer, arena.draw(1000, 2000));
        put_all(buffer.one, {-7});
        for (Student* student : {&buffer.one, &buffer.other}) {
            REQUIRE_THAT(student->ask("close-buffer"), answers("closed"));
        }
        REQUIRE_THAT(buffer.other.ask(open_buffer(key, slots)), opens(arena, key, Opens::memory));
        REQUIRE_THAT(buffer.other.ask("take"), answers(told_value(-7)));
        REQUIRE_THAT(begin(buffer.other, "take"), sleeps("semop"));
        buffer.other.signal(SIGUSR1);
        REQUIRE_THAT(settled(buffer.other), sleeps("semop"));
        REQUIRE_THAT(buffer.one.ask("remove-buffer " + kernel::show_key(key)), answers("removed"));
        REQUIRE_THAT(buffer.other.finish(), fails_with(EIDRM));
        require_gone(arena, key);
        REQUIRE_THAT(buffer.one.ask("remove-buffer " + kernel::show_key(key)), fails_with(ENOENT));
    }
}

TEST_CASE("the buffer loses, doubles and reorders nothing",
          "[lab05][buffer-race][points=2][needs=buffer]") {
    Arena arena;
    Buffer buffer = fresh_buffer(arena, arena.fresh_key(), 3);
    explore_two_puts(arena, buffer);
    explore_two_takes(arena, buffer);
    for (const bool put_first : {true, false}) {
        explore_put_and_take(arena, buffer, {41}, put_first);
        explore_put_and_take(arena, buffer, put_first ? Values{} : Values{41, 42, 43}, put_first);
    }
    arena.remove_the_rest();
    explore_opening(arena);
}

TEST_CASE("what a producer put is there for any consumer",
          "[lab05][workers][points=1][needs=buffer]") {
    constexpr int slots = 3;
    Arena arena;
    const key_t key = arena.fresh_key();
    const long first = arena.draw(100, 200);
    auto producer = start_producer(arena, key, slots, first, slots);
    REQUIRE_THAT(producer.wait_for_end(), ends_with(0));
    auto consumer = start_consumer(arena, key, slots, slots);
    REQUIRE_THAT(consumer.wait_for_end(), prints(from(first, slots)));

    auto long_one = start_producer(arena, key, slots, first, 12);
    REQUIRE_THAT(settled(long_one), sleeps("semop"));
    auto hungry = start_consumer(arena, key, slots, 12);
    REQUIRE_THAT(hungry.wait_for_end(), prints(from(first, 12)));
    REQUIRE_THAT(long_one.wait_for_end(), ends_with(0));

    Buffer buffer{arena.start(), arena.start(), slots};
    require_no_harm_from(arena, start_producer(arena, key, slots, first, 9), key, buffer,
                         from(first, slots));
    require_no_harm_from(arena, start_consumer(arena, key, slots, 1), key, buffer, {});
    arena.remove_the_rest();
}

}  // namespace ipclab::checks
