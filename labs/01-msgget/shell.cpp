// The given main of lab 1: a shell over the functions of queue.hpp. Nothing to edit here.
#include "shell.hpp"
#include "queue.hpp"

namespace {

std::string show_id(int id) {
    return "id " + std::to_string(id);
}

std::string do_make_key(const shell::Words& words) {
    return "key " + shell::show_key(ipc::make_key(words[0], shell::parse_number(words[1])));
}

std::string do_create(const shell::Words& words) {
    return show_id(ipc::create(shell::parse_key(words[0]), shell::parse_mode(words[1])));
}

std::string do_open(const shell::Words& words) {
    return show_id(ipc::open(shell::parse_key(words[0])));
}

std::string do_open_or_create(const shell::Words& words) {
    const auto opened =
        ipc::open_or_create(shell::parse_key(words[0]), shell::parse_mode(words[1]));
    return show_id(opened.id) + (opened.created ? " created" : " opened");
}

std::string do_create_private(const shell::Words& words) {
    return show_id(ipc::create_private(shell::parse_mode(words[0])));
}

std::string do_remove(const shell::Words& words) {
    ipc::remove(shell::parse_number(words[0]));
    return "removed";
}

}  // namespace

int main(int argc, char** argv) {
    return shell::run(
        argc, argv,
        {
            {"key", {"PATH", "PROJ_ID"}, "make_key: the key of a file and a number", do_make_key},
            {"create", {"KEY", "MODE"}, "create: a new queue under a key", do_create},
            {"open", {"KEY"}, "open: the queue that is there already", do_open},
            {"open-or-create",
             {"KEY", "MODE"},
             "open_or_create: whichever it takes",
             do_open_or_create},
            {"create-private",
             {"MODE"},
             "create_private: a new queue without a key",
             do_create_private},
            {"remove", {"ID"}, "remove: the queue is gone for everybody", do_remove},
        });
}
