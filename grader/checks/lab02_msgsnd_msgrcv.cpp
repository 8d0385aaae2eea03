// Lab 2, msgsnd and msgrcv. Each check is one behaviour of labs/02-msgsnd-msgrcv/README.md; the
// words for its failure stand in lab02_words.cpp.
#include <fmt/format.h>
#include <sys/syscall.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <csignal>

#include "arena/arena.hpp"
#include "checks/delivery.hpp"
#include "checks/drawing.hpp"
#include "checks/expectations.hpp"
#include "checks/sentences.hpp"
#include "checks/waiting.hpp"
#include "message_text.hpp"
#include "text/text.hpp"

namespace ipclab::checks {

namespace {

using arena::Arena;
using arena::Awaited;
using arena::Counted;
using arena::Reply;
using arena::Student;
using arena::Trouble;
using kernel::Message;
using kernel::Queue;
using Messages = std::vector<Message>;

constexpr int missing = 1'000'000'007;  ///< the id of no queue

// --- what is asked, and what is answered -----------------------------------------------------

std::string send(int queue, const Message& message) {
    return fmt::format("send {} {} {}", queue, message.type, shell::show_text(message.text));
}

std::string try_send(int queue, const Message& message) {
    return "try-" + send(queue, message);
}

std::string receive(int queue, long type) {
    return fmt::format("receive {} {}", queue, type);
}

std::string receive(int queue, long type, std::size_t size) {
    return fmt::format("receive {} {} {}", queue, type, size);
}

std::string try_receive(int queue, long type) {
    return fmt::format("try-receive {} {}", queue, type);
}

std::string receive_truncated(int queue, long type, std::size_t size) {
    return fmt::format("receive-truncated {} {} {}", queue, type, size);
}

ReplyExpectation answers_message(const Message& message) {
    return answers(fmt::format("type {} {}", message.type, shell::show_text(message.text)));
}

// --- messages and queues ---------------------------------------------------------------------

Message draw_message(Arena& arena, long type) {
    return {.type = type, .text = draw_text(arena, arena.draw(5, 12))};
}

/// Texts of all kinds: a long one before a short one, so that what is left of it would show.
Messages messages_of_all_kinds(Arena& arena) {
    const std::string part = draw_text(arena, 7) + std::string("\0\xff", 2) + draw_text(arena, 7);
    return {
        {1, draw_text(arena, 11)},
        {arena.draw(2, 1000), ""},
        {arena.draw(2, 1000), repeated(part, 512)},  // 8192 bytes
        {arena.draw(2, 1000), draw_text(arena, 1)},
        {arena.draw(2, 1000), draw_text(arena, 3) + std::string("\0\0", 2) + draw_text(arena, 3)},
        {arena.draw(2, 1000), std::string(1, '\0')},
        {arena.draw(2, 1000), "메시지 큐: " + draw_text(arena, 4)},
        {(1L << 40) + arena.draw(1, 1000), draw_text(arena, 9)},
        {arena.draw(2, 1000), draw_text(arena, 4) + " \n\"" + draw_text(arena, 4)},
        {arena.draw(2, 1000), draw_text(arena, 1500) + "."},
    };
}

Queue fresh_queue(Arena& arena, mode_t mode = 0600) {
    return arena.create_queue(arena.fresh_key(), mode);
}

/// Takes everything out of a queue.
Messages content_of(Arena& arena, const Queue& queue) {
    Messages all;
    while (const auto message = arena.take(queue)) {
        all.push_back(*message);
    }
    return all;
}

/// A queue with room for this message and no more.
Queue full_queue(Arena& arena, const Message& content) {
    const Queue queue = fresh_queue(arena);
    arena.set_capacity(queue, std::max<std::size_t>(content.text.size(), 1));
    arena.send(queue, content);
    return queue;
}

// --- waiting ---------------------------------------------------------------------------------

/// A message went straight to the process, by the call in which it had been waiting.
Expectation<bool> went_to_the_waiting_process(const Reply& reply) {
    return Expectation<bool>([=](bool handed_over) -> std::optional<Mismatch> {
        if (handed_over) {
            return std::nullopt;
        }
        return Mismatch{
            .finding = {told_request(reply) + "  gets the message in the msgrcv in which it waits",
                        "the message stayed in the queue: no msgrcv waited for it", ""},
            .replies = {reply},
            .expected_reply = {.waits_in = "msgrcv"}};
    });
}

/// Sends the message that a process waits for.
/// @param how  it waits. Where the kernel says that no thread of it waits for a time, that is all;
/// where
///             it does not say, the message has to go straight to it.
void send_to_waiting(Arena& arena, const Queue& queue, const Message& message,
                     const Student& student, const Reply& how) {
    if (how.trouble == Trouble::blocked) {
        arena.send(queue, message);
        return;
    }
    REQUIRE_THAT(arena.hand_over(queue, message, student), went_to_the_waiting_process(how));
}

/// So many calls of msgsnd, as before there was room: the one in which the process waited.
Expectation<int> are_still(int calls, const Reply& reply) {
    return Expectation<int>([=](int now) -> std::optional<Mismatch> {
        if (now == calls) {
            return std::nullopt;
        }
        return Mismatch{.finding = {told_request(reply) + "  sends in the msgsnd in which it waits",
                                    "it made another msgsnd when there was room: it did not wait "
                                    "in msgsnd, but tried again and again",
                                    ""},
                        .replies = {reply},
                        .expected_reply = {.waits_in = "msgsnd"}};
    });
}

// --- several processes -----------------------------------------------------------------------

/// One process is held before its call-th System V call, and another one does the same thing.
/// @return whether the first one made so many calls.
bool take_in_between(Arena& arena, Student& first, Student& second, long type, int call) {
    const Queue queue = fresh_queue(arena);
    History history;
    for (const char* number : {"1", "2"}) {
        history.sent.push_back({0, {.type = 7, .text = draw_text(arena, 8) + number}});
        arena.send(queue, history.sent.back().message);
    }
    first.plan({.hold_before = call, .counted = Counted::all});
    first.begin(receive(queue.id, type));
    const bool held = first.is_held();
    const Reply in_between = second.ask(receive(queue.id, type));
    for (const auto& reply : {in_between, first.finish()}) {
        const auto message = message_in(reply);
        REQUIRE_THAT(reply, answers_a_message());
        history.received.push_back({reply.process, *message});
    }
    REQUIRE_THAT(history, delivers_each_once());
    arena.remove(queue);
    return held;
}

/// The same with two that send.
bool send_in_between(Arena& arena, Student& first, Student& second, int call) {
    const Queue queue = fresh_queue(arena);
    const Messages messages = {draw_message(arena, 7), draw_message(arena, 7)};
    first.plan({.hold_before = call, .counted = Counted::all});
    first.begin(send(queue.id, messages[1]));
    const bool held = first.is_held();
    REQUIRE_THAT(second.ask(send(queue.id, messages[0])), answers("sent"));
    REQUIRE_THAT(first.finish(), answers("sent"));
    auto content = content_of(arena, queue);
    if (content.size() == 2 && content[0] == messages[1]) {
        std::swap(content[0], content[1]);
    }
    REQUIRE_THAT(content, hold_only(messages));
    arena.remove(queue);
    return held;
}

/// Every receiver waits for a message; then every sender sends one; then every receiver has one.
void pass_round(Arena& arena, const Queue& queue, std::vector<Student>& senders,
                std::vector<Student>& receivers, History& history) {
    for (auto& receiver : receivers) {
        receiver.begin(receive(queue.id, 0));
    }
    for (auto& sender : senders) {
        Message message = draw_message(arena, arena.draw(1, 3));
        message.text += std::to_string(history.sent.size());  // Like no other one.
        history.sent.push_back({sender.number(), message});
        REQUIRE_THAT(sender.ask(send(queue.id, message)), answers("sent"));
    }
    for (auto& receiver : receivers) {
        const Reply reply = receiver.finish();
        REQUIRE_THAT(reply, answers_a_message());
        history.received.push_back({reply.process, *message_in(reply)});
    }
}

/// Has one System V call of a request fail. Whatever the function makes of it, its answer is true.
/// @return whether it made that many calls.
bool fail_call(Arena& arena, Student& student, const std::string& verb, int call) {
    const Queue queue = fresh_queue(arena);
    const Message message = draw_message(arena, 5);
    const bool sends = verb.ends_with("send");
    if (!sends) {
        arena.send(queue, message);
    }
    const std::string request = sends ? fmt::format("{} {} 5 {}", verb, queue.id, message.text)
                                : verb == "receive-truncated"
                                    ? receive_truncated(queue.id, 5, 100)
                                    : fmt::format("{} {} 5", verb, queue.id);
    student.plan({.fail_call = call, .fail_with = ENOMEM});
    const Reply reply = student.ask(request);
    const bool worked = reply.answer == "sent" || message_in(reply);
    if (!worked) {
        REQUIRE_THAT(reply, fails_with(ENOMEM));
    }
    const bool should_lie_there = sends == worked;
    REQUIRE_THAT(content_of(arena, queue),
                 hold_only(should_lie_there ? Messages{message} : Messages{}));
    arena.remove(queue);
    return !worked || reply.calls >= call;
}

// --- the server ------------------------------------------------------------------------------

constexpr long request_type = 1;
constexpr long end_of_work_type = 2;

/// A question of a client, and where its reply is to go.
struct Question {
    Queue replies;
    long type = 0;
    std::string text;

    [[nodiscard]] Message request() const {
        return {request_type, fmt::format("{} {} ", replies.id, type) + text};
    }
    [[nodiscard]] Message reply() const { return {type, text::capital(text)}; }
};

Question draw_question(Arena& arena, const Queue& replies, long type) {
    return {replies, type, draw_text(arena, 6) + " " + draw_text(arena, 3)};
}

Student start_server(Arena& arena, key_t key, const arena::Plan& plan = {}) {
    return arena.start_program("server", {kernel::show_key(key)}, plan);
}

/// Held before the first System V call after the one that made its queue.
constexpr arena::Plan held_before_work = {.hold_before = 2, .counted = Counted::all};

Queue queue_with(const Arena& arena, key_t key) {
    for (const auto& queue : arena.queues()) {
        if (queue.key == key) {
            return queue;
        }
    }
    throw std::logic_error("REQUIRE_THAT has seen to it that there is this queue");
}

/// The reply to a question came to where it was to go.
Expectation<Awaited> answers_question(const Question& question) {
    return Expectation<Awaited>([=](const Awaited& awaited) -> std::optional<Mismatch> {
        if (awaited.message && *awaited.message == question.reply()) {
            return std::nullopt;
        }
        const auto seen = awaited.message ? "the reply was " + told(*awaited.message)
                          : awaited.state.trouble == Trouble::none
                              ? "no such reply came"
                              : "no such reply came: " + told(awaited.state);
        return Mismatch{
            .finding = {fmt::format("{}  answers {} with {} in queue {}", awaited.state.request,
                                    shortened(shell::show_text(question.text)),
                                    told(question.reply()), question.replies.id),
                        seen, ""},
            .replies = {awaited.state},
            .expected_messages = {question.reply()}};
    });
}

/// Sends something to the server, where its queue is still there.
void tell(Arena& arena, const Queue& queue, const Message& message) {
    if (arena.now(queue)) {
        arena.send(queue, message);
    }
}

void require_answer(Arena& arena, Student& server, const Queue& queue, const Question& question) {
    tell(arena, queue, question.request());
    const auto awaited = arena.await_message(question.replies, question.type, server);
    REQUIRE_THAT(awaited, answers_question(question));
}

/// Three questions lie there together, and the replies are fetched in another order.
/// @param how  the server waits for the first one.
void require_answers_together(Arena& arena, Student& server, const Queue& queue,
                              const std::array<Question, 3>& questions, const Reply& how) {
    send_to_waiting(arena, queue, questions[0].request(), server, how);
    tell(arena, queue, questions[1].request());
    tell(arena, queue, questions[2].request());
    for (const auto& question : {questions[1], questions[2], questions[0]}) {
        REQUIRE_THAT(arena.await_message(question.replies, question.type, server),
                     answers_question(question));
    }
}

std::vector<std::string> questions_of_all_kinds(Arena& arena) {
    return {"", " " + draw_text(arena, 3) + " Az09`{@[", "메시지 " + draw_text(arena, 2),
            draw_text(arena, 3) + '\0' + draw_text(arena, 3), repeated(draw_text(arena, 8), 600)};
}

/// What is no request, and clients that cannot be answered, are nobody else's affair.
void require_patience(Arena& arena, Student& server, const Queue& queue, const Queue& own) {
    const Queue gone = fresh_queue(arena);
    arena.remove(gone);
    const Message old = draw_message(arena, 1);
    const Queue full = full_queue(arena, old);
    const Queue closed = fresh_queue(arena, 0400);
    for (const Message& message : Messages{{request_type, ""},
                                           {request_type, "junk"},
                                           {request_type, "x 42 hello"},
                                           {request_type, fmt::format("{} y hello", own.id)},
                                           {3, fmt::format("{} 7 hello", own.id)},
                                           draw_question(arena, gone, 5).request(),
                                           draw_question(arena, full, 5).request(),
                                           draw_question(arena, closed, 5).request()}) {
        tell(arena, queue, message);
        require_answer(arena, server, queue, draw_question(arena, own, 21));
    }
    REQUIRE_THAT(content_of(arena, full), hold_only({old}));
}

Expectation<int> is_once() {
    return Expectation<int>([](int times) -> std::optional<Mismatch> {
        if (times == 1) {
            return std::nullopt;
        }
        return Mismatch{.finding = {"the server removes its queue exactly once",
                                    fmt::format("it asked {} times for that", times), ""},
                        .removals = times};
    });
}

/// It has ended as it should, its queue is gone, and the replies lie where they are wanted.
void require_end(Arena& arena, Student& server, const Queue& queue,
                 const std::vector<Question>& asked) {
    const Queue replies = asked.front().replies;
    REQUIRE_THAT(server.wait_for_end(), ends_with(0));
    for (const auto& question : asked) {
        const auto reply = arena.take(replies, question.type);
        REQUIRE_THAT((Awaited{reply, server.state()}), answers_question(question));
    }
    REQUIRE_THAT(arena.queues(), are_only(replies));
    REQUIRE_THAT(arena.removals_asked(queue), is_once());
}

/// SIGTERM comes when the server is held before its call-th System V call, with two requests in its
/// queue from the second one on.
/// @return whether it made so many calls.
bool terminate_before(Arena& arena, int call) {
    const key_t key = arena.fresh_key();
    Student server = start_server(arena, key, held_before_work);
    server.settle();
    REQUIRE_THAT(arena.queues(), include_one_new(key));
    const Queue queue = queue_with(arena, key);
    const Queue replies = fresh_queue(arena);
    const std::vector<Question> asked = {draw_question(arena, replies, 5),
                                         draw_question(arena, replies, 6)};
    for (const auto& question : asked) {
        arena.send(queue, question.request());
    }
    for (int before = 2; before < call && server.is_held(); ++before) {
        server.step();
    }
    const bool held = server.is_held();
    server.signal(SIGTERM);
    require_end(arena, server, queue, asked);
    arena.remove(replies);
    return held;
}

}  // namespace

TEST_CASE("what is sent lies in the queue, byte for byte", "[lab02][send][points=2]") {
    Arena arena;
    const Queue queue = fresh_queue(arena);
    auto student = arena.start();

    const Messages messages = messages_of_all_kinds(arena);
    for (const auto& message : messages) {
        REQUIRE_THAT(student.ask(send(queue.id, message)), answers("sent"));
        REQUIRE_THAT(content_of(arena, queue), hold_only({message}));
    }
    const Messages several = {draw_message(arena, 3), draw_message(arena, 1),
                              draw_message(arena, 2)};
    for (const auto& message : several) {
        REQUIRE_THAT(student.ask(send(queue.id, message)), answers("sent"));
    }
    REQUIRE_THAT(content_of(arena, queue), hold_only(several));
}

TEST_CASE("what was sent is received with its type, byte for byte", "[lab02][receive][points=2]") {
    Arena arena;
    const Queue queue = fresh_queue(arena);
    auto student = arena.start();

    for (const auto& message : messages_of_all_kinds(arena)) {
        arena.send(queue, message);
        REQUIRE_THAT(student.ask(receive(queue.id, 0)), answers_message(message));
        REQUIRE_THAT(content_of(arena, queue), hold_only({}));
    }
}

TEST_CASE("the type chooses the message", "[lab02][by-type][points=2][needs=receive]") {
    Arena arena;
    const Queue queue = fresh_queue(arena);
    auto student = arena.start();
    const long low = arena.draw(3, 50);
    const long middle = low + arena.draw(2, 50);
    const long high = middle + arena.draw(2, 50);
    std::array<Message, 7> sent;
    constexpr std::array<int, 7> order = {1, 0, 2, 0, 1, 2, 2};
    for (std::size_t place = 0; place < sent.size(); ++place) {
        sent.at(place) = draw_message(arena, std::array{low, middle, high}.at(order.at(place)));
        arena.send(queue, sent.at(place));
    }
    // In the queue lie middle, low, high, low, middle, high, high.
    REQUIRE_THAT(student.ask(receive(queue.id, high)), answers_message(sent[2]));
    REQUIRE_THAT(student.ask(receive(queue.id, -middle)), answers_message(sent[1]));
    REQUIRE_THAT(student.ask(receive(queue.id, 0)), answers_message(sent[0]));
    REQUIRE_THAT(student.ask(receive(queue.id, -low)), answers_message(sent[3]));
    REQUIRE_THAT(student.ask(receive(queue.id, -(high - 1))), answers_message(sent[4]));
    REQUIRE_THAT(student.ask(receive(queue.id, -high)), answers_message(sent[5]));
    const Message large = draw_message(arena, (1L << 40) + high);
    arena.send(queue, large);
    REQUIRE_THAT(student.ask(receive(queue.id, large.type)), answers_message(large));
    REQUIRE_THAT(content_of(arena, queue), hold_only({sent[6]}));
}

TEST_CASE("too long a message stays in the queue, unless it may be cut",
          "[lab02][too-long][points=1][needs=receive]") {
    Arena arena;
    const Queue queue = fresh_queue(arena);
    auto student = arena.start();
    const Message other = draw_message(arena, 8);
    const Message message = {.type = 9, .text = draw_text(arena, 20) + '\0' + draw_text(arena, 9)};
    arena.send(queue, other);
    arena.send(queue, message);

    REQUIRE_THAT(student.ask(receive(queue.id, 9, 29)), fails_with(E2BIG));
    REQUIRE_THAT(student.ask(receive(queue.id, 9, 0)), fails_with(E2BIG));
    REQUIRE_THAT(student.ask(receive(queue.id, 9, 30)), answers_message(message));
    for (const std::size_t size : {25, 7, 0, 30, 8192}) {
        arena.send(queue, message);
        const Message cut = {.type = 9, .text = message.text.substr(0, size)};
        REQUIRE_THAT(student.ask(receive_truncated(queue.id, 9, size)), answers_message(cut));
    }
    REQUIRE_THAT(content_of(arena, queue), hold_only({other}));
}

TEST_CASE("try_receive never waits, and tells \"nothing there\" from a failure",
          "[lab02][try-receive][points=1]") {
    Arena arena;
    const Queue queue = fresh_queue(arena);
    auto student = arena.start();
    const Message message = draw_message(arena, arena.draw(10, 20));

    REQUIRE_THAT(student.ask(try_receive(queue.id, 0)), answers("none"));
    arena.send(queue, message);
    REQUIRE_THAT(student.ask(try_receive(queue.id, message.type + 1)), answers("none"));
    REQUIRE_THAT(student.ask(try_receive(queue.id, 1 - message.type)), answers("none"));
    REQUIRE_THAT(student.ask(try_receive(queue.id, -message.type)), answers_message(message));
    const Message longest = {.type = 4, .text = repeated(draw_text(arena, 8), 1024)};
    arena.send(queue, longest);
    REQUIRE_THAT(student.ask(try_receive(queue.id, 4)), answers_message(longest));
    REQUIRE_THAT(student.ask(try_receive(queue.id, 0)), answers("none"));

    const Queue closed = fresh_queue(arena, 0200);
    REQUIRE_THAT(student.ask(try_receive(closed.id, 0)), fails_with(EACCES));
    REQUIRE_THAT(student.ask(try_receive(missing, 0)), fails_with(EINVAL));
}

TEST_CASE("try_send never waits, and tells a full queue from a failure",
          "[lab02][try-send][points=1]") {
    Arena arena;
    auto student = arena.start();
    const Message none = {.type = 2, .text = ""};
    const Message one = {.type = 3, .text = draw_text(arena, 1)};
    const Message eight = {.type = 4, .text = draw_text(arena, 8)};

    const Queue by_bytes = fresh_queue(arena);
    arena.set_capacity(by_bytes, 8);
    REQUIRE_THAT(student.ask(try_send(by_bytes.id, eight)), answers("sent"));
    REQUIRE_THAT(student.ask(try_send(by_bytes.id, one)), answers("full"));
    REQUIRE_THAT(content_of(arena, by_bytes), hold_only({eight}));
    REQUIRE_THAT(student.ask(try_send(by_bytes.id, one)), answers("sent"));
    REQUIRE_THAT(content_of(arena, by_bytes), hold_only({one}));

    const Queue by_number = fresh_queue(arena);
    arena.set_capacity(by_number, 2);
    REQUIRE_THAT(student.ask(try_send(by_number.id, none)), answers("sent"));
    REQUIRE_THAT(student.ask(try_send(by_number.id, none)), answers("sent"));
    REQUIRE_THAT(student.ask(try_send(by_number.id, none)), answers("full"));
    REQUIRE_THAT(content_of(arena, by_number), hold_only({none, none}));

    const Queue closed = fresh_queue(arena, 0400);
    REQUIRE_THAT(student.ask(try_send(closed.id, one)), fails_with(EACCES));
    REQUIRE_THAT(student.ask(try_send(missing, one)), fails_with(EINVAL));
}

TEST_CASE("receive sleeps until a message of its type comes",
          "[lab02][waits][points=1][needs=receive]") {
    Arena arena;
    const Queue queue = fresh_queue(arena);
    auto student = arena.start();
    const long type = arena.draw(20, 40);

    for (const auto& request : {receive(queue.id, type), receive(queue.id, 0),
                                receive(queue.id, -type), receive_truncated(queue.id, type, 50)}) {
        Reply how = begin(student, request);
        REQUIRE_THAT(how, sleeps("msgrcv"));
        if (request != receive(queue.id, 0)) {
            arena.send(queue, draw_message(arena, type + 1));
            how = settled(student);
            REQUIRE_THAT(how, sleeps("msgrcv"));
        }
        const Message message = draw_message(arena, type);
        send_to_waiting(arena, queue, message, student, how);
        REQUIRE_THAT(student.finish(), answers_message(message));
        content_of(arena, queue);
    }
}

TEST_CASE("send sleeps while the queue is full", "[lab02][send-waits][points=1][needs=send]") {
    Arena arena;
    auto student = arena.start();

    for (const int size : {arena.draw(10, 20), 0}) {
        const Message old = {.type = 1, .text = draw_text(arena, size)};
        const Message message = {.type = 2, .text = draw_text(arena, size == 0 ? 0 : 1)};
        const Queue queue = full_queue(arena, old);
        REQUIRE_THAT(begin(student, send(queue.id, message)), sleeps("msgsnd"));
        const int calls = student.calls_of(SYS_msgsnd);
        REQUIRE_THAT(Messages{*arena.take(queue)}, hold_only({old}));
        const Reply reply = student.finish();
        REQUIRE_THAT(reply, answers("sent"));
        REQUIRE_THAT(student.calls_of(SYS_msgsnd), are_still(calls, reply));
        REQUIRE_THAT(content_of(arena, queue), hold_only({message}));
    }
}

TEST_CASE("a signal handler interrupts the wait, and the function waits on",
          "[lab02][interrupted][points=1][needs=waits][needs=send-waits]") {
    Arena arena;
    auto student = arena.start();
    const Queue queue = fresh_queue(arena);

    for (const auto& request : {receive(queue.id, 3), receive_truncated(queue.id, 3, 50)}) {
        REQUIRE_THAT(begin(student, request), sleeps("msgrcv"));
        for (int times = 0; times < 2; ++times) {
            student.signal(SIGUSR1);
            REQUIRE_THAT(settled(student), sleeps("msgrcv"));
        }
        const Message message = draw_message(arena, 3);
        arena.send(queue, message);
        REQUIRE_THAT(student.finish(), answers_message(message));
    }
    const Message old = draw_message(arena, 1);
    const Message message = draw_message(arena, 2);
    const Queue full = full_queue(arena, old);
    REQUIRE_THAT(begin(student, send(full.id, message)), sleeps("msgsnd"));
    student.signal(SIGUSR1);
    REQUIRE_THAT(settled(student), sleeps("msgsnd"));
    arena.set_capacity(full, 100);
    REQUIRE_THAT(student.finish(), answers("sent"));
    REQUIRE_THAT(content_of(arena, full), hold_only({old, message}));
}

TEST_CASE("a queue that is removed ends every wait", "[lab02][removed][points=1][needs=waits]") {
    Arena arena;
    auto student = arena.start();
    fresh_queue(arena);  // somebody else's, which stays
    const Message message = draw_message(arena, 2);

    const auto remove_while = [&](const std::string& call, const auto& request) {
        const Queue queue = full_queue(arena, draw_message(arena, 1));
        REQUIRE_THAT(begin(student, request(queue.id)), sleeps(call));
        arena.remove(queue);
        REQUIRE_THAT(student.finish(), fails_with(EIDRM));
        REQUIRE_THAT(student.ask(request(queue.id)), fails_with(EINVAL));
    };
    remove_while("msgrcv", [](int id) { return receive(id, 5); });
    remove_while("msgrcv", [](int id) { return receive_truncated(id, 5, 10); });
    remove_while("msgsnd", [&](int id) { return send(id, message); });
}

TEST_CASE("a refusal carries the kernel's errno, and nothing is sent",
          "[lab02][refused][points=1][needs=send][needs=receive]") {
    Arena arena;
    const Queue queue = fresh_queue(arena);
    auto student = arena.start();
    const Message message = draw_message(arena, 3);

    for (const Message& bad : Messages{{0, message.text},
                                       {-1, message.text},
                                       {3, repeated(draw_text(arena, 8), 1024) + "!"}}) {
        REQUIRE_THAT(student.ask(send(queue.id, bad)), fails_with(EINVAL));
        REQUIRE_THAT(student.ask(try_send(queue.id, bad)), fails_with(EINVAL));
        REQUIRE_THAT(content_of(arena, queue), hold_only({}));
    }
    const Queue unwritable = fresh_queue(arena, 0400);
    const Queue unreadable = fresh_queue(arena, 0200);
    REQUIRE_THAT(student.ask(send(unwritable.id, message)), fails_with(EACCES));
    REQUIRE_THAT(student.ask(receive(unreadable.id, 0)), fails_with(EACCES));
    REQUIRE_THAT(student.ask(receive_truncated(unreadable.id, 0, 9)), fails_with(EACCES));
    REQUIRE_THAT(student.ask(send(missing, message)), fails_with(EINVAL));
    REQUIRE_THAT(student.ask(receive(missing, 0)), fails_with(EINVAL));
    REQUIRE_THAT(student.ask(receive_truncated(missing, 0, 9)), fails_with(EINVAL));
    for (const auto* verb : {"send", "try-send", "receive", "try-receive", "receive-truncated"}) {
        for (int call = 1; call <= 4 && fail_call(arena, student, verb, call); ++call) {
        }
    }
}

TEST_CASE("five senders and five receivers: each message is delivered exactly once",
          "[lab02][exactly-once][points=2][needs=send][needs=receive]") {
    constexpr int most_calls = 6;
    Arena arena;
    std::vector<Student> senders;
    std::vector<Student> receivers;
    for (int count = 0; count < 5; ++count) {
        senders.push_back(arena.start());
        receivers.push_back(arena.start());
    }
    for (const long type : {0L, 7L, -9L}) {
        for (int call = 1; call <= most_calls; ++call) {
            if (!take_in_between(arena, receivers[0], receivers[1], type, call)) {
                break;
            }
        }
    }
    for (int call = 1; call <= most_calls; ++call) {
        if (!send_in_between(arena, senders[0], senders[1], call)) {
            break;
        }
    }
    const Queue queue = fresh_queue(arena);
    History history;
    for (int round = 0; round < 4; ++round) {
        pass_round(arena, queue, senders, receivers, history);
    }
    REQUIRE_THAT(history, delivers_each_once());
    REQUIRE_THAT(content_of(arena, queue), hold_only({}));
}

TEST_CASE("the server answers every client at its own address", "[lab02][server][points=2]") {
    Arena arena;
    const key_t key = arena.fresh_key();
    Student server = start_server(arena, key);
    const Reply how = settled(server);
    REQUIRE_THAT(how, sleeps("msgrcv"));
    REQUIRE_THAT(arena.queues(), include_one_new(key, 0600));
    const Queue queue = queue_with(arena, key);
    arena.take_over(queue.id);
    const Queue shared = fresh_queue(arena);
    const Queue own = fresh_queue(arena);

    require_answers_together(arena, server, queue,
                             {draw_question(arena, shared, 11), draw_question(arena, shared, 12),
                              draw_question(arena, own, 1)},
                             how);
    for (const std::string& text : questions_of_all_kinds(arena)) {
        require_answer(arena, server, queue, {own, arena.draw(1, 99), text});
    }
    require_answer(arena, server, queue, {own, (1L << 40) + 1, draw_text(arena, 5)});
    require_patience(arena, server, queue, own);
    REQUIRE_THAT(settled(server), sleeps("msgrcv"));
    for (const Queue& emptied : {queue, own, shared}) {
        REQUIRE_THAT(content_of(arena, emptied), hold_only({}));
    }
    Student second = start_server(arena, key);
    REQUIRE_THAT(second.wait_for_end(), ends_with(1));
    require_answer(arena, server, queue, draw_question(arena, shared, 22));
}

TEST_CASE("the server ends when it is told to, and removes its queue once",
          "[lab02][server-end][points=1][needs=server]") {
    Arena arena;
    const Message end = {.type = end_of_work_type, .text = draw_text(arena, 4)};
    const Queue replies = fresh_queue(arena);
    const std::vector<Question> asked = {draw_question(arena, replies, 5),
                                         draw_question(arena, replies, 6)};
    const key_t key = arena.fresh_key();
    Student busy = start_server(arena, key, held_before_work);
    busy.settle();
    REQUIRE_THAT(arena.queues(), include_one_new(key));
    const Queue queue = queue_with(arena, key);
    for (const auto& message : {asked[0].request(), end, asked[1].request()}) {
        arena.send(queue, message);
    }
    require_end(arena, busy, queue, asked);

    const key_t other_key = arena.fresh_key();
    Student idle = start_server(arena, other_key);
    REQUIRE_THAT(settled(idle), sleeps("msgrcv"));
    REQUIRE_THAT(arena.queues(), include_one_new(other_key));
    const Queue other = queue_with(arena, other_key);
    require_answer(arena, idle, other, asked[0]);
    REQUIRE_THAT(settled(idle), sleeps("msgrcv"));
    tell(arena, other, {.type = end_of_work_type, .text = ""});
    REQUIRE_THAT(idle.wait_for_end(), ends_with(0));
    REQUIRE_THAT(arena.queues(), are_only(replies));
}

TEST_CASE("SIGTERM ends the server as well, whenever it comes",
          "[lab02][server-term][points=1][needs=server]") {
    constexpr int most_calls = 6;
    Arena arena;
    const Queue others = fresh_queue(arena);
    const key_t key = arena.fresh_key();
    Student idle = start_server(arena, key);
    REQUIRE_THAT(settled(idle), sleeps("msgrcv"));
    REQUIRE_THAT(arena.queues(), include_one_new(key));
    const Queue queue = queue_with(arena, key);
    idle.signal(SIGTERM);
    REQUIRE_THAT(idle.wait_for_end(), ends_with(0));
    REQUIRE_THAT(arena.queues(), are_only(others));
    REQUIRE_THAT(arena.removals_asked(queue), is_once());
    arena.remove(others);

    for (int call = 2; call <= most_calls && terminate_before(arena, call); ++call) {
    }
}

}  // namespace ipclab::checks
