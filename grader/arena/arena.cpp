#include "arena/arena.hpp"

#include <fmt/format.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
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

Setting prepared;
Aftermath last_aftermath;
Arena* living = nullptr;

Ledger::Keeping keeping_for(Level level) {
    return level == Level::namespaces ? Ledger::Keeping::in_memory : Ledger::Keeping::on_file;
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
    } else if (first != FirstId::zero) {
        use_up_ids(first);
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

// --- processes ------------------------------------------------------------------------------

Student Arena::start(const std::string& directory, mode_t umask) {
    Launch how;
    how.name = "shell";
    how.arguments = {"--channel"};
    how.directory = ledger_.scratch() / directory;
    how.umask = umask;
    return launch_process(how);
}

Student Arena::start_program(const std::string& name, const std::vector<std::string>& arguments,
                             const Plan& plan) {
    Launch how;
    how.name = name;
    how.arguments = arguments;
    how.directory = ledger_.scratch();
    how.errors = Errors::apart;
    std::string request = name;
    for (const auto& argument : arguments) {
        request += " " + (argument.empty() ? "''" : argument);
    }
    const int number = static_cast<int>(processes_.size()) + 1;
    acts_.push_back({number, request, request});
    if (setting_.tracing != nullptr) {
        setting_.tracing->note_request(number, request);
    }
    Student student = launch_process(how);
    Process& process = *processes_.back();
    process.asked = Asked::program;
    process.request = request;
    process.plan = plan;
    return student;
}

Student Arena::launch_process(Launch how) {
    how.program = setting_.program;
    how.identity = setting_.student;
    how.filter = &filter_;
    how.confinement = &confinement_;
    const int number = static_cast<int>(processes_.size()) + 1;
    how.tracing = setting_.tracing;
    how.number = number;
    Launched launched = launch(how);
    auto process = std::make_unique<Process>();
    process->number = number;
    process->pid = launched.pid;
    process->channel = std::move(launched.channel);
    process->output = std::move(launched.output);
    process->errors = std::move(launched.errors);
    process->listener = std::move(launched.listener);
    processes_.push_back(std::move(process));
    return {*this, *processes_.back()};
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
    detach_everything();
    find_leaks();
    remove_everything();
}

/// Lets every process end as it would by itself, so that what it does at its end is seen.
void Arena::end_processes() {
    bool all_by_themselves = true;
    for (const auto& process : processes_) {
        if (process->held) {
            supervisor_.release(*process);
        }
        if (process->asked == Asked::program && !process->ended()) {
            // Nobody has told it to end.
            all_by_themselves = false;
            stop(*process, Trouble::none);
            continue;
        }
        if (!process->ended() && process->trouble == Trouble::none) {
            Student(*this, *process).end();
        }
    }
    const auto nobody_left = [] { return kernel::children(getpid()).empty(); };
    const bool all_well = std::all_of(
        processes_.begin(), processes_.end(),
        [](const auto& process) { return process->ended() && process->trouble == Trouble::none; });
    if (all_by_themselves && all_well && wait_until(nobody_left, for_an_answer) != Trouble::none) {
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
    for (const auto& object : objects()) {
        const ActingAs student(setting_.student);
        kernel::remove(object.kind, real_id(object));
    }
    // What is left may be the grader's own.
    for (const auto& object : objects()) {
        kernel::remove(object.kind, real_id(object));
    }
    if (!objects().empty()) {
        throw std::runtime_error("objects of the check are still there");
    }
}

}  // namespace ipclab::arena
