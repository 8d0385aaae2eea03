// The given main of lab 2: a shell over the functions of messages.hpp. Nothing to edit here.
#include "shell.hpp"

#include "message_text.hpp"
#include "messages.hpp"

namespace {

std::string show(const ipc::Message& message) {
    return "type " + std::to_string(message.type) + " " + shell::show_text(message.text);
}

std::string do_send(const shell::Words& words) {
    ipc::send(shell::parse_number(words[0]), shell::parse_long(words[1]),
              shell::parse_text(words[2]));
    return "sent";
}

std::string do_try_send(const shell::Words& words) {
    const bool sent = ipc::try_send(shell::parse_number(words[0]), shell::parse_long(words[1]),
                                    shell::parse_text(words[2]));
    return sent ? "sent" : "full";
}

std::string do_receive(const shell::Words& words) {
    const auto size = words.size() > 2 ? shell::parse_size(words[2]) : ipc::longest_text;
    return show(ipc::receive(shell::parse_number(words[0]), shell::parse_long(words[1]), size));
}

std::string do_try_receive(const shell::Words& words) {
    const auto message =
        ipc::try_receive(shell::parse_number(words[0]), shell::parse_long(words[1]));
    return message ? show(*message) : "none";
}

std::string do_receive_truncated(const shell::Words& words) {
    return show(ipc::receive_truncated(shell::parse_number(words[0]), shell::parse_long(words[1]),
                                       shell::parse_size(words[2])));
}

int run_server(const shell::Words& words) {
    if (words.size() != 1) {
        throw shell::WrongWord("one key is wanted: server KEY");
    }
    return ipc::serve(shell::parse_key(words[0]));
}

}  // namespace

int main(int argc, char** argv) {
    shell::let_sigusr1_interrupt();
    return shell::run(
        argc, argv,
        {
            {"send", {"ID", "TYPE", "TEXT"}, "send: waits where the queue is full", do_send},
            {"try-send", {"ID", "TYPE", "TEXT"}, "try_send: never waits", do_try_send},
            {"receive", {"ID", "TYPE", "[SIZE]"}, "receive: waits for a message", do_receive},
            {"try-receive", {"ID", "TYPE"}, "try_receive: never waits", do_try_receive},
            {"receive-truncated",
             {"ID", "TYPE", "SIZE"},
             "receive_truncated: cuts what is too long",
             do_receive_truncated},
        },
        {{"server", "KEY", "serve: a process of its own; waits for its end", run_server}});
}
