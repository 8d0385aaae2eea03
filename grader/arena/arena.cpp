#include "arena/arena.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <stdexcept>

#include "arena/claim.hpp"
#include "arena/filter.hpp"
#include "kernel/failure.hpp"
#include "kernel/file.hpp"
#include "kernel/signals.hpp"

namespace ipclab::arena {

namespace {

using kernel::checked;

constexpr std::size_t printed_kept = 16UL << 10U;
constexpr std::size_t printed_allowed = 1UL << 20U;
constexpr std::size_t longest_answer = 4096;

Setting prepared;
Aftermath last_aftermath;
Arena* living = nullptr;

/// The grader was told to stop: unwinds the check, and with it everything that it made.
struct Cancelled : std::runtime_error {
    Cancelled() : std::runtime_error("the grading was interrupted") {}
};

Ledger::Keeping keeping_for(Level level) {
    return level == Level::namespaces ? Ledger::Keeping::in_memory : Ledger::Keeping::on_file;
}

/// @return the nanoseconds that all processes of the check have used, those that have ended
/// included,
///         as far as the kernel adds them up.
std::uint64_t settled_cpu() {
    const auto tick = 1'000'000'000ULL / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
    std::uint64_t total = 0;
    for (const pid_t process : kernel::descendants(getpid())) {
        const auto line = kernel::try_read_file(fmt::format("/proc/{}/stat", process));
        if (line) {
            const auto stat = kernel::parse_stat(*line);
            total += (stat.cpu + stat.dead_children_cpu) * tick;
        }
    }
    rusage reaped{};
    getrusage(RUSAGE_CHILDREN, &reaped);
    const auto nanoseconds = [](const timeval& time) {
        return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000ULL +
               static_cast<std::uint64_t>(time.tv_usec) * 1'000ULL;
    };
    return total + nanoseconds(reaped.ru_utime) + nanoseconds(reaped.ru_stime);
}

std::vector<std::string> readable_places(int program) {
    auto places = system_places();
    // To execute a file the kernel opens it for reading, too.
    places.push_back(fmt::format("/proc/self/fd/{}", program));
    return places;
}

}  // namespace

void Arena::prepare(const Setting& setting) {
    prepared = setting;
    last_aftermath = {};
}

const Aftermath& Arena::aftermath() {
    return last_aftermath;
}

Arena* Arena::current() {
    return living;
}

Arena::Arena(FirstId first)
    : setting_(prepared),
      filter_(student_filter(setting_.tracing == nullptr ? HandOver::as_notifications
                                                         : HandOver::to_a_tracer)),
      ledger_(keeping_for(setting_.level), setting_.student),
      confinement_(readable_places(setting_.program), {ledger_.scratch()}),
      supervisor_(setting_.level, setting_.student, ledger_, setting_.tracing),
      signals_(kernel::watch_signals({SIGCHLD, SIGTERM, SIGINT, SIGHUP})),
      random_(setting_.seed) {
    living = this;
    own(ledger_.scratch());
    if (first == FirstId::zero && setting_.level != Level::namespaces) {
        supervisor_.show_next_queue_as_zero();
    } else if (first == FirstId::any) {
        const ActingAs student(setting_.student);
        for (int used_up = draw(1, 3); used_up > 0; --used_up) {
            const int id = checked(msgget(IPC_PRIVATE, 0600), "cannot use up an id");
            supervisor_.note_made(kernel::Kind::queue, id, IPC_PRIVATE, {});
            kernel::remove(kernel::Kind::queue, id);
        }
    }
}

Arena::~Arena() {
    try {
        close();
    } catch (const std::exception& error) {
        fmt::print(stderr, "ipclab: cleaning up after a check: {}\n", error.what());
    }
    last_aftermath = aftermath_;
    living = nullptr;
}

void Arena::own(const std::string& path) const {
    if (setting_.student.uid != geteuid()) {
        checked(chown(path.c_str(), setting_.student.uid, setting_.student.gid),
                "cannot give a file to the student's user");
    }
}

void Arena::act(const std::string& what, const std::string& by_hand) {
    acts_.push_back({0, what, by_hand});
    if (setting_.tracing != nullptr) {
        setting_.tracing->note_act(what);
    }
}

std::string Arena::make_directory(const std::string& name) {
    const auto path = ledger_.scratch() / name;
    std::filesystem::create_directory(path);
    own(path);
    return path;
}

std::string Arena::make_file(const std::string& name) {
    std::string path = ledger_.scratch() / name;
    std::filesystem::remove(path);
    if (!std::ofstream(path)) {
        kernel::fail("cannot make " + path);
    }
    own(path);
    act("makes the file " + name, "touch " + name);
    return path;
}

std::string Arena::make_link(const std::string& name, const std::string& target) {
    std::string path = ledger_.scratch() / name;
    std::filesystem::create_symlink(target, path);
    return path;
}

void Arena::replace_file(const std::string& name) {
    // Made before the old one is gone: a new file could get the old one's inode.
    const std::string other = make_file(name + ".other");
    std::filesystem::rename(other, ledger_.scratch() / name);
}

int Arena::draw(int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random_);
}

key_t Arena::fresh_key() {
    const auto taken = kernel::objects();
    while (true) {
        const auto key = static_cast<key_t>(random_() >> 32U);
        const bool is_taken = std::any_of(taken.begin(), taken.end(),
                                          [key](const auto& object) { return object.key == key; });
        if (key == IPC_PRIVATE || key == -1 || is_taken) {
            continue;
        }
        if (setting_.level == Level::namespaces) {
            return key;
        }
        // Another grading with the same seed draws the same keys.
        auto name = claim(fmt::format("ipclab-key-{}", key));
        if (name.is_open()) {
            keys_.push_back(std::move(name));
            return key;
        }
    }
}

// --- the objects of the check ---------------------------------------------------------------

const Entry* Arena::maker_of(const kernel::Object& object) const {
    const bool is_queue = object.kind == kernel::Kind::queue;
    return ledger_.find(object.kind, is_queue ? supervisor_.real(object.id) : object.id);
}

std::vector<kernel::Queue> Arena::queues() const {
    std::vector<kernel::Queue> mine;
    for (auto queue : kernel::queues()) {
        // By its real id: a stranger's queue may really have the id that one of ours is shown with.
        const bool is_mine =
            setting_.level == Level::namespaces || ledger_.find(queue.kind, queue.id) != nullptr;
        queue.id = supervisor_.shown(queue.id);
        if (is_mine && !aside_.contains(queue.id)) {
            mine.push_back(queue);
        }
    }
    return mine;
}

std::vector<kernel::Object> Arena::objects() const {
    std::vector<kernel::Object> mine;
    for (auto object : kernel::objects()) {
        const bool is_mine = setting_.level == Level::namespaces ||
                             ledger_.find(object.kind, object.id) != nullptr ||
                             supervisor_.made_here(object);
        if (object.kind == kernel::Kind::queue) {
            object.id = supervisor_.shown(object.id);
        }
        if (is_mine) {
            mine.push_back(object);
        }
    }
    return mine;
}

kernel::Queue Arena::create_queue(key_t key, mode_t mode) {
    const int flags = IPC_CREAT | IPC_EXCL | static_cast<int>(mode);
    {
        const ActingAs student(setting_.student);
        const int id = checked(msgget(key, flags), "the grader cannot make a queue");
        supervisor_.note_made(kernel::Kind::queue, id, key, {});
    }
    for (const auto& queue : queues()) {
        if (queue.key == key) {
            act(fmt::format("makes queue {}: {} {}", queue.id, kernel::show_key(key),
                            kernel::show_mode(mode)),
                fmt::format("perl -e 'print msgget({}, 0{:o}), \"\\n\"'", kernel::show_key(key),
                            flags));
            return queue;
        }
    }
    throw std::runtime_error("the kernel does not list a queue that the grader just made");
}

void Arena::send(const kernel::Queue& queue, const std::string& text) {
    struct {
        long type = 1;
        std::array<char, 256> text{};
    } message;
    text.copy(message.text.data(), message.text.size());
    const ActingAs student(setting_.student);
    checked(msgsnd(supervisor_.real(queue.id), &message, text.size(), IPC_NOWAIT),
            "the grader cannot send a message");
    act(fmt::format("sends \"{}\" to queue {}", text, queue.id),
        fmt::format("perl -e 'msgsnd({}, pack(\"l! a*\", 1, \"{}\"), 0)'", queue.id, text));
}

void Arena::remove(const kernel::Queue& queue) {
    const ActingAs student(setting_.student);
    errno = kernel::remove(kernel::Kind::queue, supervisor_.real(queue.id));
    if (errno != 0) {
        kernel::fail("the grader cannot remove its queue");
    }
    act(fmt::format("removes queue {}", queue.id), fmt::format("ipcrm -q {}", queue.id));
    if (queues().empty()) {
        acts_.clear();
    }
}

void Arena::set_aside(const kernel::Queue& queue) {
    aside_.insert(queue.id);
    take_over(queue.id);
}

void Arena::take_over(int id) {
    if (Entry* entry = ledger_.find(kernel::Kind::queue, supervisor_.real(id))) {
        entry->expected = true;
    }
}

// --- talking to student processes -----------------------------------------------------------

Student Arena::start(const std::string& directory, mode_t umask) {
    Launch how;
    how.program = setting_.program;
    how.name = "shell";
    how.arguments = {"--channel"};
    how.directory = ledger_.scratch() / directory;
    how.umask = umask;
    how.identity = setting_.student;
    how.filter = &filter_;
    how.confinement = &confinement_;
    const int number = static_cast<int>(processes_.size()) + 1;
    if (setting_.tracing != nullptr) {
        how.attach = [&](pid_t child) { setting_.tracing->attach(child, number); };
    }
    Launched launched = launch(how);
    auto process = std::make_unique<Process>();
    process->number = number;
    process->pid = launched.pid;
    process->channel = std::move(launched.channel);
    process->output = std::move(launched.output);
    process->listener = std::move(launched.listener);
    processes_.push_back(std::move(process));
    return {*this, *processes_.back()};
}

void Arena::send_request(Process& process, const std::string& request) {
    acts_.push_back({process.number, request, request});
    if (setting_.tracing != nullptr) {
        setting_.tracing->note_request(process.number, request);
    }
    process.request = request;
    process.answer.reset();
    process.gets = 0;
    process.calls = 0;
    process.token = fmt::format("{:08x}", random_() >> 32U);
    const std::string packet = process.token + " " + request;
    // To a process that has ended nothing can be sent; that it gives no answer is seen below.
    ::send(process.channel.get(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

Reply Arena::reply_of(Process& process) {
    Reply reply{.request = process.request, .process = process.number};
    reply.wait_status = process.wait_status;
    reply.plan = process.plan;
    reply.calls = process.calls;
    reply.trouble = process.trouble;
    reply.waits = waits_;
    if (process.answer) {
        reply.answer = *process.answer;
    } else if (reply.trouble == Trouble::none) {
        reply.trouble = Trouble::ended;
    }
    process.token.clear();
    process.plan = {};
    return reply;
}

Reply Student::ask(const std::string& request) {
    arena_->send_request(*process_, request);
    return finish();
}

void Student::begin(const std::string& request) {
    arena_->send_request(*process_, request);
    const auto& process = *process_;
    arena_->wait_until([&] { return process.answer || process.held || process.ended(); },
                       for_a_step);
}

Reply Student::finish() {
    Process& process = *process_;
    process.plan.hold_before = 0;
    arena_->supervisor_.release(process);
    const Trouble trouble = arena_->wait_until(
        [&] { return process.answer || process.ended() || process.trouble != Trouble::none; },
        for_an_answer);
    if (trouble != Trouble::none) {
        arena_->stop(process, trouble);
    }
    return arena_->reply_of(process);
}

void Student::release() {
    process_->plan.hold_before = 0;
    go_on();
}

void Student::step() {
    process_->plan.hold_before = process_->gets + 1;
    go_on();
}

void Student::go_on() {
    arena_->supervisor_.release(*process_);
    const auto& process = *process_;
    arena_->wait_until([&] { return process.answer || process.held || process.ended(); },
                       for_a_step);
}

bool Student::interrupt(int signal) {
    const auto threads = kernel::tasks(process_->pid);
    const bool waiting = std::any_of(threads.begin(), threads.end(), [](const kernel::Task& task) {
        return kernel::is_ipc_wait(task);
    });
    if (!waiting) {
        return false;
    }
    arena_->act(fmt::format("sends SIG{} to process {}", sigabbrev_np(signal), process_->number),
                fmt::format("kill -{} PID", sigabbrev_np(signal)));
    return kill(process_->pid, signal) == 0;
}

Reply Student::end() {
    Process& process = *process_;
    process.request = "quit";
    process.answer.reset();
    shutdown(process.channel.get(), SHUT_RDWR);
    const Trouble trouble = arena_->wait_until([&] { return process.ended(); }, for_an_answer);
    Reply reply = arena_->reply_of(process);
    reply.trouble = trouble == Trouble::none ? Trouble::ended : trouble;
    return reply;
}

// --- waiting --------------------------------------------------------------------------------

std::vector<kernel::Task> Arena::all_tasks() const {
    std::vector<kernel::Task> all;
    for (const pid_t process : kernel::descendants(getpid())) {
        for (auto& task : kernel::tasks(process)) {
            const bool by_signal = task.waiting == kernel::Waiting::traced &&
                                   setting_.tracing != nullptr &&
                                   setting_.tracing->is_stopped_by_signal(task.thread);
            task.waiting = by_signal ? kernel::Waiting::stopped : task.waiting;
            all.push_back(std::move(task));
        }
    }
    return all;
}

/// @return what the threads of those processes wait in that have been asked something.
std::vector<Wait> Arena::waits() const {
    std::vector<Wait> all;
    for (const auto& process : processes_) {
        std::vector<pid_t> family = kernel::descendants(process->pid);
        family.insert(family.begin(), process->pid);
        for (const pid_t member : family) {
            for (const auto& task : kernel::tasks(member)) {
                if (!process->token.empty() && !task.call.empty()) {
                    all.push_back({process->number, task.call});
                }
            }
        }
    }
    return all;
}

/// Whether every thread waits for another one of the check, at one moment: then none will ever be
/// woken. Each is seen to wait twice, and has not run in between, so that all of them waited
/// between the end of the first look and the start of the second. What would satisfy a wait has
/// done so already: the kernel wakes those who wait for it in the same call. And nobody waits for
/// the grader, or there would be an event.
bool Arena::stands_still() const {
    using kernel::Waiting;
    const auto first = all_tasks();
    const bool all_wait = std::all_of(first.begin(), first.end(), [](const kernel::Task& task) {
        return task.waiting == Waiting::for_others || task.waiting == Waiting::for_nothing ||
               task.waiting == Waiting::traced;
    });
    std::vector<pollfd> watched;
    return all_wait && !supervisor_.timers_set() && first == all_tasks() &&
           !has_events(std::chrono::milliseconds(0), watched);
}

Trouble Arena::wait_until(const std::function<bool()>& condition, Allowance allowance) {
    Patience patience(allowance);
    waits_.clear();
    bool moved = false;
    auto timeout = Patience::first_look;
    while (!condition()) {
        const auto served = supervisor_.served();
        const Event event = serve(timeout);
        moved = moved || supervisor_.served() != served;
        if (event == Event::none || patience.look_is_due()) {
            timeout = std::min(2 * timeout, Patience::between_looks);
            const auto progress = moved ? Progress::made : Progress::none;
            Trouble trouble = patience.look(all_tasks(), settled_cpu(), progress);
            if (event == Event::none && trouble == Trouble::none && stands_still()) {
                trouble = Trouble::blocked;
            }
            moved = false;
            if (trouble != Trouble::none && !condition()) {
                waits_ = waits();
                return trouble;
            }
        }
    }
    return Trouble::none;
}

/// @param watched  gets the signals' descriptor, then three of each process.
bool Arena::has_events(std::chrono::milliseconds timeout, std::vector<pollfd>& watched) const {
    watched = {{signals_.get(), POLLIN, 0}};
    for (const auto& process : processes_) {
        for (const auto* descriptor : {&process->listener, &process->output, &process->channel}) {
            watched.push_back({descriptor->get(), POLLIN, 0});
        }
    }
    return poll(watched.data(), watched.size(), static_cast<int>(timeout.count())) > 0;
}

Arena::Event Arena::serve(std::chrono::milliseconds timeout) {
    std::vector<pollfd> watched;
    if (!has_events(timeout, watched)) {
        return Event::none;
    }
    for (std::size_t index = 0; index < processes_.size(); ++index) {
        Process& process = *processes_[index];
        const auto ready = [&](std::size_t which) {
            return watched[1 + 3 * index + which].revents;
        };
        if ((ready(0) & POLLIN) != 0) {
            supervisor_.serve_notification(process);
        } else if (ready(0) != 0) {
            process.listener.close();
        }
        if (ready(1) != 0) {
            read_output(process);
        }
        if (ready(2) != 0) {
            read_channel(process);
        }
        if (process.trouble == Trouble::forked_much || process.trouble == Trouble::printed_much) {
            stop(process, process.trouble);
        }
    }
    if (watched[0].revents != 0) {
        reap();
    }
    return Event::some;
}

void Arena::read_channel(Process& process) {
    std::array<char, longest_answer> packet{};
    const ssize_t size = recv(process.channel.get(), packet.data(), packet.size(), MSG_DONTWAIT);
    if (size < 0) {
        return;
    }
    if (size == 0) {
        // Nobody holds the other end any more. It usually ends now; if not, it closed its channel.
        process.channel.close();
        return;
    }
    const std::string text(packet.data(), static_cast<std::size_t>(size));
    const auto token_end = text.find(' ');
    if (process.token.empty() || text.substr(0, token_end) != process.token || process.answer) {
        process.trouble = Trouble::answered_unasked;
        aftermath_.answered_unasked = true;
        return;
    }
    process.answer = token_end == std::string::npos ? "" : text.substr(token_end + 1);
    if (setting_.tracing != nullptr) {
        setting_.tracing->note_answer(process.number, *process.answer);
    }
}

void Arena::read_output(Process& process) {
    std::array<char, 65536> block{};
    const ssize_t size = read(process.output.get(), block.data(), block.size());
    if (size <= 0) {
        if (size == 0) {
            process.output.close();
        }
        return;
    }
    const auto count = static_cast<std::size_t>(size);
    process.printed_bytes += count;
    process.printed.append(block.data(), std::min(count, printed_kept - process.printed.size()));
    if (process.printed_bytes > printed_allowed) {
        process.trouble = Trouble::printed_much;
    }
}

void Arena::reap() {
    signalfd_siginfo signal{};
    while (read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
        cancelled_ = cancelled_ || signal.ssi_signo != SIGCHLD;
    }
    int status = 0;
    // Traced processes can stop faster than they are served: others have their turn in between.
    constexpr int at_once = 32;
    int served = 0;
    for (pid_t child = 0; (child = waitpid(-1, &status, WNOHANG | __WALL)) > 0;) {
        reap_one(child, status);
        if (++served == at_once) {
            raise(SIGCHLD);
            break;
        }
    }
    if (cancelled_) {
        throw Cancelled();
    }
}

void Arena::reap_one(pid_t child, int status) {
    const auto stopped =
        setting_.tracing == nullptr ? std::nullopt : setting_.tracing->take(child, status);
    for (const auto& process : processes_) {
        if (stopped && process->number == stopped->process) {
            supervisor_.serve(*process, stopped->call);
        }
        if (process->pid == child && !WIFSTOPPED(status)) {
            // What it said and printed before it ended is still to be read.
            read_channel(*process);
            read_output(*process);
            process->wait_status = status;
        }
    }
}

void Arena::stop(Process& process, Trouble trouble) {
    process.trouble = trouble;
    if (!process.ended()) {
        kill(process.pid, SIGKILL);
    }
}

// --- the end of the check -------------------------------------------------------------------

void Arena::close() {
    try {
        if (!cancelled_) {
            end_processes();
        }
    } catch (const std::exception& error) {
        // Then they are killed at once.
        aftermath_.failure = error.what();
    }
    kill_everything();
    find_leaks();
    remove_everything();
}

/// Lets every process end as it would by itself, so that what it does at its end is seen.
void Arena::end_processes() {
    for (const auto& process : processes_) {
        if (process->held) {
            supervisor_.release(*process);
        }
        if (!process->ended() && process->trouble == Trouble::none) {
            Student(*this, *process).end();
        }
    }
    const auto nobody_left = [] { return kernel::children(getpid()).empty(); };
    const bool all_well = std::all_of(
        processes_.begin(), processes_.end(),
        [](const auto& process) { return process->ended() && process->trouble == Trouble::none; });
    if (all_well && wait_until(nobody_left, for_an_answer) != Trouble::none) {
        for (const pid_t process : kernel::descendants(getpid())) {
            aftermath_.strays.push_back(fmt::format("process {}", process));
        }
    }
}

void Arena::wait_for_helpers() {
    wait_until(
        [this] {
            const auto ours = kernel::descendants(getpid());
            return std::all_of(ours.begin(), ours.end(), [this](pid_t descendant) {
                return std::any_of(
                    processes_.begin(), processes_.end(),
                    [descendant](const auto& process) { return process->pid == descendant; });
            });
        },
        for_an_answer);
}

/// Kills and reaps every descendant. Nobody serves their notifications any more, so that none of
/// them can fork: what is killed here cannot grow back.
void Arena::kill_everything() {
    while (true) {
        for (const pid_t child : kernel::children(getpid())) {
            kill(child, SIGKILL);
        }
        if (waitpid(-1, nullptr, __WALL) < 0 && errno == ECHILD) {
            return;
        }
    }
}

void Arena::find_leaks() {
    for (const auto& object : objects()) {
        const Entry* entry = maker_of(object);
        const bool by_student = entry == nullptr || entry->maker.process != 0;
        if (by_student && (entry == nullptr || !entry->expected)) {
            aftermath_.leaks.push_back({object, entry == nullptr ? Maker{} : entry->maker});
        }
    }
}

void Arena::remove_everything() {
    const ActingAs student(setting_.student);
    for (const auto& object : objects()) {
        const int id = object.kind == kernel::Kind::queue ? supervisor_.real(object.id) : object.id;
        kernel::remove(object.kind, id);
    }
    if (!objects().empty()) {
        throw std::runtime_error("objects of the check are still there");
    }
}

}  // namespace ipclab::arena
