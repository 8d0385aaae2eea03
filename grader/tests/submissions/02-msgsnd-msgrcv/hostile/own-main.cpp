// what: defines a main of its own that answers every line with "sent"
// note: main is defined twice
// compiles: no
#include "messages.hpp"

#include <iostream>
#include <string>

#include "not_written.hpp"

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << "sent" << std::endl;
    }
    return 0;
}

namespace ipc {

void send(int, long, const std::string&) {
    throw shell::NotWritten("send");
}

bool try_send(int, long, const std::string&) {
    throw shell::NotWritten("try_send");
}

Message receive(int, long, std::size_t) {
    throw shell::NotWritten("receive");
}

std::optional<Message> try_receive(int, long) {
    throw shell::NotWritten("try_receive");
}

Message receive_truncated(int, long, std::size_t) {
    throw shell::NotWritten("receive_truncated");
}

int serve(key_t) {
    throw shell::NotWritten("serve");
}

}  // namespace ipc
