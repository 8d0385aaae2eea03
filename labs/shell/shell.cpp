#include "shell.hpp"

#include <cxxabi.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <sstream>
#include <system_error>
#include <typeinfo>

#include "not_written.hpp"

namespace shell {

namespace {

constexpr int channel = 3;
constexpr std::size_t longest_packet = 4096;

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

std::string perform(const Command& command, const Words& arguments) {
    if (arguments.size() != command.parameters.size()) {
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

std::string help(const std::vector<Command>& commands) {
    std::string text;
    for (const auto& command : commands) {
        std::string line = "  " + usage(command);
        line.resize(std::max<std::size_t>(line.size() + 2, 30), ' ');
        text += line + command.help + "\n";
    }
    return text +
           "  help                        these lines\n  quit                        ends this "
           "process";
}

Words split(const std::string& line) {
    std::istringstream stream(line);
    Words words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

std::string answer(const std::vector<Command>& commands, const std::string& line) {
    Words words = split(line);
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

void flush_everything_printed() {
    std::cout.flush();
    std::clog.flush();
    std::fflush(nullptr);
}

int serve_channel(const std::vector<Command>& commands) {
    std::array<char, longest_packet> packet{};
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
        std::string reply =
            request.substr(0, token_end) + " " + answer(commands, request.substr(token_end + 1));
        reply.resize(std::min(reply.size(), longest_packet));
        flush_everything_printed();
        send(channel, reply.data(), reply.size(), MSG_NOSIGNAL);
    }
}

int serve_terminal(const std::vector<Command>& commands) {
    const bool person = isatty(STDIN_FILENO) == 1;
    if (person) {
        std::cout << "This is process " << getpid() << ". Type help for the commands.\n";
    }
    std::string line;
    while ((person && std::cout << "> " << std::flush), std::getline(std::cin, line)) {
        const Words words = split(line);
        if (words.empty() || words.front().starts_with('#')) {
            continue;
        }
        if (words.front() == "quit") {
            break;
        }
        const std::string text = words.front() == "help" ? help(commands) : answer(commands, line);
        flush_everything_printed();
        std::cout << text << std::endl;
    }
    return 0;
}

}  // namespace

int run(int argc, char** argv, const std::vector<Command>& commands) {
    if (argc == 1) {
        return serve_terminal(commands);
    }
    if (argc == 2 && std::strcmp(argv[1], "--channel") == 0) {
        return serve_channel(commands);
    }
    std::cerr << "This shell takes no arguments: start it alone, then type help.\n";
    return 2;
}

}  // namespace shell
