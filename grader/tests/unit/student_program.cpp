/// @file
/// The program of the unit tests is its own student program: started as an arena starts students,
/// it answers requests in place of running tests. So a test needs no second program.
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sstream>
#include <string>
#include <thread>

#include "student_words.hpp"
#include "watched.hpp"

// Named by the linker (end(3)).
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char __executable_start;
extern "C" const char etext;

namespace {

using ipclab::tests::told;

/// Uses about 50 ms of processor time.
void spin_for_a_while() {
    while (clock() < CLOCKS_PER_SEC / 20) {
    }
}

std::string send_text(int id, const char* text) {
    struct {
        long type = 7;
        std::array<char, 64> text{};
    } message;
    std::strncpy(message.text.data(), text, message.text.size());
    return told(msgsnd(id, &message, std::strlen(text), 0));
}

std::string change(int set, short by) {
    sembuf operation{0, by, 0};
    return told(semop(set, &operation, 1));
}

/// Waits for a semaphore, and while it waits, a child of it ends.
std::string take_while_a_child_ends(int set) {
    if (fork() == 0) {
        while (semctl(set, 0, GETNCNT) == 0) {
        }
        _exit(0);
    }
    return change(set, -1);
}

/// Waits for a message or a semaphore until a timer ends the wait.
template <typename Wait>
std::string with_a_timer(Wait wait) {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    sigaction(SIGALRM, &action, nullptr);
    const itimerval soon{{0, 0}, {0, 100'000}};
    setitimer(ITIMER_REAL, &soon, nullptr);
    return wait();
}

std::string receive(int id) {
    std::array<long, 9> message{};
    return told(static_cast<int>(msgrcv(id, message.data(), 64, 0, 0)));
}

std::string use_semaphore(const std::string& word, int set) {
    if (word == "set") {
        return told(semget(IPC_PRIVATE, 1, 0600));
    }
    if (word == "take") {
        return change(set, -1);
    }
    if (word == "give") {
        return change(set, 1);
    }
    return word == "take-while-a-child-ends" ? take_while_a_child_ends(set)
                                             : with_a_timer([&] { return change(set, -1); });
}

/// What another thread or process of the student does, and what is done to a process.
std::string answer_to_process_word(const std::string& word, int number) {
    if (word == "create-in-a-thread") {
        std::string answer;
        std::thread([&] { answer = told(msgget(number, IPC_CREAT | 0600)); }).join();
        return answer;
    }
    if (word == "create-in-a-child") {
        if (fork() == 0) {
            _exit(msgget(number, IPC_CREAT | 0600) == -1 ? 1 : 0);
        }
        wait(nullptr);
        return told(msgget(number, 0));
    }
    if (word == "execute") {
        execl("/bin/true", "true", nullptr);
    }
    if (word == "fork" && fork() == 0) {
        pause();
        _exit(0);
    }
    if (word == "vfork" && vfork() == 0) {
        pause();
        _exit(0);
    }
    while (word == "spin-in-children") {
        if (fork() == 0) {
            spin_for_a_while();
            _exit(0);
        }
        wait(nullptr);
    }
    return "done";
}

/// @param word    what to do.
/// @param number  the key or id to do it with.
std::string answer_to(const std::string& word, int number) {
    if (word == "create") {
        return told(msgget(number, IPC_CREAT | 0600));
    }
    if (word == "open") {
        return told(msgget(number, 0));
    }
    if (word == "remove") {
        return told(msgctl(number, IPC_RMID, nullptr));
    }
    if (word == "receive") {
        return receive(number);
    }
    if (word == "receive-with-a-timer") {
        return with_a_timer([&] { return receive(number); });
    }
    if (word == "send") {
        return send_text(number, "hello");
    }
    if (word == "set" || word.starts_with("take") || word == "give") {
        return use_semaphore(word, number);
    }
    if (word == "catch") {
        struct sigaction action {};
        action.sa_handler = [](int) {};
        return told(sigaction(number, &action, nullptr));
    }
    if (word == "stop") {
        return told(raise(SIGSTOP));
    }
    return answer_to_process_word(word, number);
}

/// @param line  "[repeat TIMES] WORD [NUMBER...]".
std::string answer_to(const std::string& line) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "repeat") {
        int times = 0;
        words >> times;
        std::string command;
        std::getline(words, command);
        std::string answer;
        for (; times > 0; --times) {
            answer = answer_to(command);
        }
        return answer;
    }
    ipclab::tests::Numbers numbers;
    for (long number = 0; words >> number;) {
        numbers.push_back(number);
    }
    for (const auto* more : {&ipclab::tests::memory_words(), &ipclab::tests::race_words()}) {
        if (const auto found = more->find(word); found != more->end()) {
            return found->second(numbers);
        }
    }
    return answer_to(word, numbers.empty() ? 0 : static_cast<int>(numbers.front()));
}

/// The same marks as those of the given shell (labs/shell/shell.cpp).
std::string answer_watched(const std::string& token, const std::string& line) {
    const unsigned long number = std::strtoul(token.c_str(), nullptr, 16);
    prctl(shell::watch_begins, number, &__executable_start, &etext, 0);
    std::string answer = answer_to(line);
    prctl(shell::watch_ends, number, 0, 0, 0);
    return answer;
}

int serve() {
    const std::string mark = std::string(shell::watched_word) + " ";
    std::array<char, 256> packet{};
    for (ssize_t size = 0; (size = recv(3, packet.data(), packet.size(), 0)) > 0;) {
        const std::string request(packet.data(), static_cast<std::size_t>(size));
        const auto end = request.find(' ');
        if (end == std::string::npos) {
            return 1;
        }
        const std::string token = request.substr(0, end);
        const std::string line = request.substr(end + 1);
        const std::string answer =
            token + " " +
            (line.starts_with(mark) ? answer_watched(token, line.substr(mark.size()))
                                    : answer_to(line));
        send(3, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    return 0;
}

[[gnu::constructor]] void serve_if_started_as_student(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[0], "shell") == 0 && std::strcmp(argv[1], "--channel") == 0) {
        _exit(serve());
    }
}

}  // namespace
