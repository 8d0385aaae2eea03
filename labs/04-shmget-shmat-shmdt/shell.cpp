// The given main of lab 4: a shell over the functions and the class of memory.hpp, and the two
// programs around the notice board. Nothing to edit here.
#include "shell.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <iostream>
#include <map>

#include "memory.hpp"
#include "message_text.hpp"

namespace {

// --- memory ----------------------------------------------------------------------------------

/// Takes some of this process's address space, more or less of it in each: where the kernel puts
/// segments is then another place in every process, also where addresses are not drawn at random.
void move_apart() {
    constexpr std::size_t step = 1UL << 20U;
    constexpr std::size_t steps = 64;
    mmap(nullptr, (static_cast<std::size_t>(getpid()) % steps + 1) * step, PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

std::string show(const void* address) {
    std::array<char, 16> digits{};
    const auto end =
        std::to_chars(digits.begin(), digits.end(), reinterpret_cast<std::uintptr_t>(address), 16);
    return "0x" + std::string(digits.data(), end.ptr);
}

char* parse_address(const std::string& word) {
    std::uintptr_t number = 0;
    const char* end = word.data() + word.size();
    const bool has_prefix = word.starts_with("0x");
    const auto result = std::from_chars(word.data() + (has_prefix ? 2 : 0), end, number, 16);
    if (!has_prefix || result.ec != std::errc() || result.ptr != end) {
        throw shell::WrongWord("an address is 0x and hexadecimal digits, not " + word);
    }
    return reinterpret_cast<char*>(number);  // NOLINT(performance-no-int-to-ptr): that is the word
}

std::string do_write(const shell::Words& words) {
    const std::string text = shell::parse_text(words[2]);
    std::memcpy(parse_address(words[0]) + shell::parse_size(words[1]), text.data(), text.size());
    return "written";
}

std::string do_read(const shell::Words& words) {
    return shell::show_text(std::string(parse_address(words[0]) + shell::parse_size(words[1]),
                                        shell::parse_size(words[2])));
}

// --- segments --------------------------------------------------------------------------------

std::string do_create(const shell::Words& words) {
    return "id " +
           std::to_string(ipc::create(shell::parse_key(words[0]), shell::parse_size(words[1]),
                                      shell::parse_mode(words[2])));
}

std::string do_open(const shell::Words& words) {
    return "id " +
           std::to_string(ipc::open(shell::parse_key(words[0]), shell::parse_size(words[1])));
}

std::string do_attach(const shell::Words& words) {
    return "at " + show(ipc::attach(shell::parse_number(words[0])));
}

std::string do_attach_readonly(const shell::Words& words) {
    return "at " + show(ipc::attach_readonly(shell::parse_number(words[0])));
}

std::string do_detach(const shell::Words& words) {
    ipc::detach(parse_address(words[0]));
    return "detached";
}

std::string do_remove(const shell::Words& words) {
    ipc::remove(shell::parse_number(words[0]));
    return "removed";
}

// --- class Attachment ------------------------------------------------------------------------

/// The attachments that this shell holds, by the names that were typed.
std::map<std::string, ipc::Attachment>& held() {
    static std::map<std::string, ipc::Attachment> all;
    return all;
}

ipc::Attachment& held_as(const std::string& name) {
    const auto found = held().find(name);
    if (found == held().end()) {
        throw shell::WrongWord("nothing is held as " + name);
    }
    return found->second;
}

std::string show(const ipc::Attachment& attachment) {
    return attachment.address() == nullptr ? "nothing" : "at " + show(attachment.address());
}

std::string do_hold(const shell::Words& words) {
    const bool readonly = words.size() > 2;
    if (readonly && words[2] != "readonly") {
        throw shell::WrongWord("the third word is readonly, or left out");
    }
    if (held().contains(words[0])) {
        throw shell::WrongWord(words[0] + " is held already");
    }
    const auto access =
        readonly ? ipc::Attachment::Access::read_only : ipc::Attachment::Access::read_write;
    // Made where it stays: nothing is moved.
    return show(held().try_emplace(words[0], shell::parse_number(words[1]), access).first->second);
}

std::string do_hand_on(const shell::Words& words) {
    ipc::Attachment& from = held_as(words[0]);
    if (const auto to = held().find(words[1]); to != held().end()) {
        to->second = std::move(from);
    } else {
        held().emplace(words[1], std::move(from));
    }
    return words[0] + " " + show(held_as(words[0])) + ", " + words[1] + " " +
           show(held_as(words[1]));
}

std::string do_drop(const shell::Words& words) {
    held_as(words[0]);
    held().erase(words[0]);
    return "dropped";
}

// --- children --------------------------------------------------------------------------------

/// The children that this shell has started and that wait to be told to end.
struct Child {
    pid_t process;
    int input;  ///< its end is the sign to end
};

std::vector<Child>& children() {
    static std::vector<Child> all;
    return all;
}

[[noreturn]] void wait_for_the_end(int input) {
    char byte = 0;
    _exit(read(input, &byte, 1) == 0 ? 0 : 1);
}

template <typename Do>
std::string start_child(Do something) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe2");
    }
    const pid_t process = fork();
    if (process == 0) {
        close(pipe[1]);
        for (const auto& other : children()) {
            close(other.input);
        }
        something(pipe[0]);
    }
    close(pipe[0]);
    children().push_back({process, pipe[1]});
    return "child " + std::to_string(process);
}

std::string do_fork(const shell::Words& /*words*/) {
    return start_child([](int input) { wait_for_the_end(input); });
}

/// The child becomes this program anew, as `waiter`.
std::string do_exec(const shell::Words& /*words*/) {
    return start_child([](int input) {
        dup2(input, STDIN_FILENO);
        std::string name = "waiter";
        std::array<char*, 2> argv{name.data(), nullptr};
        execv("/proc/self/exe", argv.data());
        _exit(1);
    });
}

std::string do_end_children(const shell::Words& /*words*/) {
    const std::size_t count = children().size();
    for (const auto& child : children()) {
        close(child.input);
    }
    for (const auto& child : children()) {
        waitpid(child.process, nullptr, 0);
    }
    children().clear();
    return "ended " + std::to_string(count);
}

// --- the notice board ------------------------------------------------------------------------

std::string do_post(const shell::Words& words) {
    ipc::post(shell::parse_key(words[0]), shell::parse_text(words[1]));
    return "posted";
}

/// `2: "first" "second"`
std::string do_notices(const shell::Words& words) {
    const auto all = ipc::notices(shell::parse_key(words[0]));
    std::string text = std::to_string(all.size());
    for (const auto& notice : all) {
        text += (&notice == &all.front() ? ": " : " ") + shell::show_text(notice);
    }
    return text;
}

std::string do_take_down(const shell::Words& words) {
    ipc::take_down(shell::parse_key(words[0]));
    return "taken down";
}

int run_writer(const shell::Words& words) {
    if (words.empty()) {
        throw shell::WrongWord("a key and texts are wanted: writer KEY TEXT...");
    }
    for (std::size_t index = 1; index < words.size(); ++index) {
        ipc::post(shell::parse_key(words[0]), words[index]);
    }
    return 0;
}

int run_reader(const shell::Words& words) {
    if (words.size() != 1) {
        throw shell::WrongWord("one key is wanted: reader KEY");
    }
    for (const auto& notice : ipc::notices(shell::parse_key(words[0]))) {
        std::cout << notice << "\n";
    }
    return 0;
}

int run_waiter(const shell::Words& /*words*/) {
    wait_for_the_end(STDIN_FILENO);
}

}  // namespace

int main(int argc, char** argv) {
    move_apart();
    return shell::run(
        argc, argv,
        {
            {"create", {"KEY", "SIZE", "MODE"}, "create: a new segment", do_create},
            {"open", {"KEY", "SIZE"}, "open: one that is there", do_open},
            {"attach", {"ID"}, "attach: for reading and writing", do_attach},
            {"attach-readonly", {"ID"}, "attach_readonly: for reading only", do_attach_readonly},
            {"detach", {"ADDRESS"}, "detach: what is attached there", do_detach},
            {"remove", {"ID"}, "remove: the segment", do_remove},
            {"write", {"ADDRESS", "OFFSET", "TEXT"}, "puts bytes into memory", do_write},
            {"read", {"ADDRESS", "OFFSET", "SIZE"}, "shows bytes of memory", do_read},
            {"hold", {"NAME", "ID", "[readonly]"}, "makes an Attachment", do_hold},
            {"hand-on", {"NAME", "TO"}, "moves an Attachment", do_hand_on},
            {"drop", {"NAME"}, "destroys an Attachment", do_drop},
            {"fork", {}, "starts a child, which waits", do_fork},
            {"exec", {}, "starts a child, which becomes a new program", do_exec},
            {"end-children", {}, "has all children end", do_end_children},
            {"post", {"KEY", "TEXT"}, "post: puts a notice on the board", do_post},
            {"notices", {"KEY"}, "notices: reads the board", do_notices},
            {"take-down", {"KEY"}, "take_down: removes the board", do_take_down},
        },
        {{"writer", "KEY TEXT...", "posts texts, in a process of its own", run_writer},
         {"reader", "KEY", "prints the notices, in a process of its own", run_reader},
         {"waiter", "", "what exec starts: ends with its input", run_waiter}});
}
