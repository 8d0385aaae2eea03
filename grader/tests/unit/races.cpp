#include "races.hpp"

#include <fmt/format.h>

#include <csignal>
#include <utility>

#include "explorer/explorer.hpp"

namespace ipclab::tests {

namespace {

using arena::Arena;
using arena::Reply;
using arena::Student;
using explorer::Outcome;
using explorer::Repeat;
using explorer::Side;
using explorer::Switches;

std::string told(const Reply& reply) {
    return reply.trouble == arena::Trouble::none
               ? reply.answer
               : fmt::format("trouble {}", static_cast<int>(reply.trouble));
}

void require(bool right, const std::string& how) {
    if (!right) {
        throw FoundRace{how};
    }
}

void require_answers(const Outcome& outcome, const std::string& wanted) {
    require(outcome.first.answer == wanted && outcome.second.answer == wanted,
            fmt::format("{}, {}", told(outcome.first), told(outcome.second)));
}

/// Two students with one segment attached, a set of two free locks, and a queue with one message.
struct Pair {
    explicit Pair(Arena& in)
        : arena(in),
          one(in.start()),
          other(in.start()),
          set(in.make_set({.size = 2}).id),
          queue(in.make_queue({}).id) {
        const int segment = in.make_segment({.size = 4096}).id;
        one.ask(fmt::format("attach {}", segment));
        other.ask(fmt::format("attach {}", segment));
        one.ask(fmt::format("free-locks {}", set));
        one.ask(fmt::format("send {}", queue));
    }

    [[nodiscard]] std::pair<Side, Side> both(const std::string& first,
                                             const std::string& second) const {
        return {{one, first}, {other, second}};
    }

    Arena& arena;
    Student one;
    Student other;
    int set;
    int queue;
};

/// Two deposits by one way to do it. Its first number is the set or the queue.
auto deposits(const std::string& word, int Pair::*first = &Pair::set) {
    return [=](Arena& arena) {
        const Pair pair(arena);
        long balance = 0;
        const auto request = [&](int amount) {
            return fmt::format("{} {} {}", word, pair.*first, amount);
        };
        explorer::explore(arena,
                          {.prepare = [&] { return pair.both(request(3), request(4)); },
                           .judge =
                               [&](const Outcome& outcome) {
                                   require_answers(outcome, "done");
                                   balance += outcome.times * 7L;
                                   const auto read = Student(pair.one).ask("read 0 0");
                                   require(read.answer == std::to_string(balance),
                                           fmt::format("{} in place of {}", told(read), balance));
                               },
                           .repeat = Repeat::possible});
    };
}

/// One student writes two words that belong together, and the other one reads them.
auto pairs_of_words(const std::string& write, const std::string& read) {
    return [=](Arena& arena) {
        const Pair pair(arena);
        long value = 0;
        explorer::explore(
            arena, {.prepare =
                        [&] {
                            return pair.both(fmt::format("{} {} {}", write, pair.set, ++value),
                                             fmt::format("{} {}", read, pair.set));
                        },
                    .judge =
                        [&](const Outcome& outcome) {
                            require(outcome.first.answer == "done", told(outcome.first));
                            require(outcome.second.answer == "whole", told(outcome.second));
                        },
                    .repeat = Repeat::possible});
    };
}

/// Both students take two locks.
auto two_locks(const std::string& word, const std::string& first, const std::string& second,
               const std::string& answer = "done", Switches switches = Switches::one) {
    return [=](Arena& arena) {
        const Pair pair(arena);
        explorer::explore(
            arena, {.prepare =
                        [&] {
                            return pair.both(fmt::format("{} {} {}", word, pair.set, first),
                                             fmt::format("{} {} {}", word, pair.set, second));
                        },
                    .judge = [&](const Outcome& outcome) { require_answers(outcome, answer); },
                    .switches = switches});
    };
}

/// Both students make what is to be made once.
auto creations(const std::string& word, const std::string& once) {
    return [=](Arena& arena) {
        const Student one = arena.start();
        const Student other = arena.start();
        explorer::explore(
            arena, {.prepare =
                        [&] {
                            arena.remove_all(arena.objects());
                            const auto request = fmt::format("{} {}", word, arena.fresh_key());
                            return std::pair{Side{one, request}, Side{other, request}};
                        },
                    .judge =
                        [&](const Outcome& outcome) {
                            require(
                                (outcome.first.answer == once) != (outcome.second.answer == once),
                                fmt::format("{}, {}", told(outcome.first), told(outcome.second)));
                        },
                    .repeat = Repeat::impossible});
    };
}

/// A student is killed in a deposit; then another one makes a deposit.
auto deposits_that_are_killed(const std::string& word) {
    return [=](Arena& arena) {
        Pair pair(arena);
        const auto request = fmt::format("{} {} 1", word, pair.set);
        const int segment = arena.segments().at(0).id;
        explorer::explore_ends(
            arena,
            [&] {
                Student mortal = arena.start();
                mortal.ask(fmt::format("attach {}", segment));
                return Side{mortal, request};
            },
            [&] {
                const auto reply = pair.one.ask(request);
                require(reply.answer == "done", told(reply));
            });
    };
}

}  // namespace

const std::vector<RaceOfStudents>& races_of_students() {
    static const std::vector<RaceOfStudents> all = {
        {"lost update", false, false, deposits("deposit")},
        {"early unlock", false, false, deposits("deposit-with-early-unlock")},
        {"lock behind the read", false, false, deposits("deposit-with-late-lock")},
        {"deadlock", false, false, two_locks("take-both", "0 1", "1 0")},
        {"torn read", false, false, pairs_of_words("set-pair", "get-pair")},
        {"made twice", false, false, creations("make-once-carelessly", "made")},
        {"set free twice", false, false, creations("make-lock-and-take-carelessly", "locked")},
        {"lock of a killed process", false, false, deposits_that_are_killed("deposit-locked")},
        {"locked deposit", true, false, deposits("deposit-locked")},
        {"deposit with SEM_UNDO", true, false, deposits("deposit-with-undo")},
        {"deposit in one instruction", true, false, deposits("deposit-at-once")},
        {"deposit by compare and exchange", true, false, deposits("deposit-with-exchange")},
        {"deposit with a token", true, false, deposits("deposit-with-token", &Pair::queue)},
        {"deposit with a spinning lock", true, true, deposits("deposit-spinning")},
        {"locked pair", true, false, pairs_of_words("set-pair-locked", "get-pair-locked")},
        {"pair with a version", true, true,
         pairs_of_words("set-pair-with-version", "get-pair-with-version")},
        {"two locks in order", true, false, two_locks("take-both", "0 1", "0 1")},
        {"two locks at once", true, false,
         two_locks("take-both-at-once", "0 1", "1 0", "0", Switches::two)},
        {"made once", true, false, creations("make-once", "made")},
        {"set free once", true, false, creations("make-lock-and-take", "locked")},
        {"SEM_UNDO of a killed process", true, false,
         deposits_that_are_killed("deposit-with-undo")},
    };
    return all;
}

std::optional<std::string> found_in(const RaceOfStudents& race) {
    Arena arena;
    try {
        race.explore(arena);
    } catch (const FoundRace& found) {
        return found.how;
    }
    return std::nullopt;
}

}  // namespace ipclab::tests
