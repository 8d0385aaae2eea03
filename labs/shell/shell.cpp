#include "shell.hpp"

#include <cxxabi.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <system_error>
#include <typeinfo>
#include <utility>

#include "message_text.hpp"
#include "not_written.hpp"
#include "watched.hpp"

// Where the program begins in memory, and where its code ends: named by the linker (end(3)).
extern "C" const char __executable_start;  // NOLINT(bugprone-reserved-identifier): not ours
extern "C" const char etext;

namespace shell {

namespace {

constexpr int channel = 3;
constexpr std::size_t longest_packet = 65536;

std::string error_answer(const std::system_error& error) {
    const auto& category = error.code().category();
    const char* name = strerrorname_np(error.code().value());
    const bool is_errno = category == std::generic_category() || category == std::system_category();
    if (!is_errno || name == nullptr || error.code().value() == 0) {
        return "exception std::system_error with the code " + std::to_string(error.code().value()) +
               " of the category " + category.name() + ", which is not an errno";
    }
    return std::string("error ") + name + " " + std::strerror(error.code().value());
}

std::string type_name(const std::type_info& type) {
    int status = 0;
    char* name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
    std::string result = status == 0 ? name : type.name();
    std::free(name);  // NOLINT(cppcoreguidelines-no-malloc): __cxa_demangle allocates so
    return result;
}

std::string usage(const Command& command) {
    std::string text = command.name;
    for (const auto& parameter : command.parameters) {
        text += " " + parameter;
    }
    return text;
}

std::size_t required(const Command& command) {
    return static_cast<std::size_t>(
        std::count_if(command.parameters.begin(), command.parameters.end(),
                      [](const std::string& name) { return !name.starts_with('['); }));
}

std::string perform(const Command& command, const Words& arguments) {
    if (arguments.size() < required(command) || arguments.size() > command.parameters.size()) {
        return "usage " + usage(command);
    }
    try {
        return command.perform(arguments);
    } catch (const NotWritten& missing) {
        return std::string("not-written ") + missing.what();
    } catch (const WrongWord& wrong) {
        return "usage " + usage(command) + ": " + wrong.what();
    } catch (const std::system_error& error) {
        return error_answer(error);
    } catch (const std::exception& error) {
        return "exception " + type_name(typeid(error)) + " " + error.what();
    } catch (...) {
        const std::type_info* type = abi::__cxa_current_exception_type();
        return "exception " + (type == nullptr ? "of an unknown type" : type_name(*type)) +
               ", which is not a std::system_error";
    }
}

std::string help_line(const std::string& what, const std::string& help) {
    std::string line = "  " + what;
    line.resize(std::max<std::size_t>(line.size() + 2, 30), ' ');
    return line + help;
}

std::string help(const std::vector<Command>& commands, const std::vector<Program>& programs) {
    std::string text;
    for (const auto& command : commands) {
        text += help_line(usage(command), command.help) + "\n";
    }
    for (const auto& program : programs) {
        text += help_line(program.name + " " + program.arguments, program.help) + "\n";
    }
    text += help_line("repeat TIMES COMMAND...", "does it so often, until it fails") + "\n";
    return text + help_line("help", "these lines") + "\n" + help_line("quit", "ends this process");
}

std::string answer(const std::vector<Command>& commands, const std::string& line);

/// @return the line without its first words.
std::string behind_words(const std::string& line, int count) {
    std::size_t place = 0;
    for (int word = 0; word < count && place != std::string::npos; ++word) {
        place = line.find_first_of(" \t", line.find_first_not_of(" \t", place));
    }
    return place == std::string::npos ? "" : line.substr(place);
}

/// Performs a command many times, until it fails.
/// @return the last answer.
std::string repeat(const std::vector<Command>& commands, const std::string& line,
                   const Words& words) {
    const std::string usage = "usage repeat TIMES COMMAND...";
    if (words.size() < 3 || words[2] == words[0]) {
        return usage;
    }
    std::string text = usage;
    try {
        const std::string command = behind_words(line, 2);
        const auto failed = [&] {
            return text.starts_with("error ") || text.starts_with("exception ") ||
                   text.starts_with("not-written ") || text.starts_with("usage ");
        };
        for (int times = parse_number(words[1]); times > 0; --times) {
            text = answer(commands, command);
            if (failed()) {
                break;
            }
        }
    } catch (const WrongWord& wrong) {
        return usage + ": " + wrong.what();
    }
    return text;
}

std::string answer(const std::vector<Command>& commands, const std::string& line) {
    Words words = split_line(line);
    if (words.empty()) {
        return "usage type help";
    }
    if (words.front() == "repeat") {
        return repeat(commands, line, words);
    }
    const auto found = std::find_if(commands.begin(), commands.end(), [&](const Command& command) {
        return command.name == words.front();
    });
    if (found == commands.end()) {
        return "usage there is no command " + words.front() + "; type help";
    }
    words.erase(words.begin());
    std::string text = perform(*found, words);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

/// Performs a command, and where it is to be watched tells the grader when.
std::string answer_to(const std::vector<Command>& commands, const std::string& token,
                      const std::string& line) {
    const std::string mark = std::string(watched_word) + " ";
    if (!line.starts_with(mark)) {
        return answer(commands, line);
    }
    const unsigned long number = std::strtoul(token.c_str(), nullptr, 16);
    prctl(watch_begins, number, &__executable_start, &etext, 0);
    std::string text = answer(commands, line.substr(mark.size()));
    prctl(watch_ends, number, 0, 0, 0);
    return text;
}

void flush_everything_printed() {
    std::cout.flush();
    std::clog.flush();
    std::fflush(nullptr);
}

int serve_channel(const std::vector<Command>& commands) {
    std::vector<char> packet(longest_packet);
    while (true) {
        const ssize_t size = recv(channel, packet.data(), packet.size(), 0);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return 0;
        }
        const std::string request(packet.data(), static_cast<std::size_t>(size));
        const auto token_end = request.find(' ');
        const std::string token = request.substr(0, token_end);
        std::string reply = token + " " + answer_to(commands, token, request.substr(token_end + 1));
        reply.resize(std::min(reply.size(), longest_packet));
        flush_everything_printed();
        send(channel, reply.data(), reply.size(), MSG_NOSIGNAL);
    }
}

// --- programs -------------------------------------------------------------------------------

int run_program(const Program& program, const Words& arguments) {
    const auto complain = [&](const std::string& text) {
        std::cerr << program.name << ": " << text << std::endl;
    };
    try {
        return program.main(arguments);
    } catch (const NotWritten& missing) {
        complain(std::string(missing.what()) + " is not written yet");
        return not_written_status;
    } catch (const WrongWord& wrong) {
        complain(wrong.what());
        return 2;
    } catch (const std::exception& error) {
        complain(error.what());
    } catch (...) {
        complain("something was thrown that is no std::exception");
    }
    return 1;
}

const Program* find_program(const std::vector<Program>& programs, const std::string& name) {
    const auto found = std::find_if(programs.begin(), programs.end(),
                                    [&](const Program& program) { return program.name == name; });
    return found == programs.end() ? nullptr : &*found;
}

std::string told_end(int status) {
    return WIFSIGNALED(status) ? std::string("killed by SIG") + sigabbrev_np(WTERMSIG(status))
                               : "exit status " + std::to_string(WEXITSTATUS(status));
}

/// Runs a program as a process of its own. Ctrl-C is for the program, not for the shell.
std::string run_apart(Words words) {
    std::vector<char*> argv;
    for (auto& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    const auto before = signal(SIGINT, SIG_IGN);
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        execv("/proc/self/exe", argv.data());
        _exit(127);
    }
    std::cout << "process " << child << " runs " << words.front() << std::endl;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    signal(SIGINT, before);
    return told_end(status);
}

int serve_terminal(const std::vector<Command>& commands, const std::vector<Program>& programs) {
    const bool person = isatty(STDIN_FILENO) == 1;
    if (person) {
        std::cout << "This is process " << getpid() << ". Type help for the commands.\n";
    }
    std::string line;
    while ((person && std::cout << "> " << std::flush), std::getline(std::cin, line)) {
        const Words words = split_line(line);
        if (words.empty() || words.front().starts_with('#')) {
            continue;
        }
        if (words.front() == "quit") {
            break;
        }
        const std::string text = words.front() == "help" ? help(commands, programs)
                                 : find_program(programs, words.front()) != nullptr
                                     ? run_apart(words)
                                     : answer(commands, line);
        flush_everything_printed();
        std::cout << text << std::endl;
    }
    return 0;
}

}  // namespace

void let_sigusr1_interrupt() {
    struct sigaction action {};
    action.sa_handler = [](int /*signal*/) {};
    sigaction(SIGUSR1, &action, nullptr);
}

int run(int argc, char** argv, const std::vector<Command>& commands,
        const std::vector<Program>& programs) {
    const std::string path = argc > 0 ? argv[0] : "";
    if (const auto* program = find_program(programs, path.substr(path.rfind('/') + 1))) {
        return run_program(*program, Words(argv + 1, argv + argc));
    }
    if (argc == 1) {
        return serve_terminal(commands, programs);
    }
    if (argc == 2 && std::strcmp(argv[1], "--channel") == 0) {
        return serve_channel(commands);
    }
    std::cerr << "This shell takes no arguments: start it alone, then type help.\n";
    return 2;
}

}  // namespace shell
