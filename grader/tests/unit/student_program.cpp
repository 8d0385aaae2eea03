/// @file
/// The program of the unit tests is its own student program: started as an arena starts students,
/// it answers requests in place of running tests. So a test needs no second program.
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace {

std::string told(int result) {
    return result == -1 ? std::string("error ") + strerrorname_np(errno) : std::to_string(result);
}

/// Uses about 50 ms of processor time.
void spin_for_a_while() {
    while (clock() < CLOCKS_PER_SEC / 20) {
    }
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
        std::array<long, 2> message{};
        return told(static_cast<int>(msgrcv(number, message.data(), sizeof(long), 0, 0)));
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

int serve() {
    std::array<char, 256> packet{};
    for (ssize_t size = 0; (size = recv(3, packet.data(), packet.size() - 1, 0)) > 0;) {
        packet.at(static_cast<std::size_t>(size)) = '\0';
        std::array<char, 32> token{};
        std::array<char, 32> word{};
        int number = 0;
        if (std::sscanf(packet.data(), "%31s %31s %d", token.data(), word.data(), &number) < 2) {
            return 1;
        }
        const std::string answer = token.data() + (" " + answer_to(word.data(), number));
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
