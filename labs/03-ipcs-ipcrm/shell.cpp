// The given main of lab 3: a shell over the functions of tools.hpp, and the two programs. Nothing
// to edit here.
#include "shell.hpp"

#include "tools.hpp"

namespace {

ipc::Kind parse_kind(const std::string& word) {
    if (word == "queue") {
        return ipc::Kind::queue;
    }
    if (word == "segment") {
        return ipc::Kind::segment;
    }
    if (word == "set") {
        return ipc::Kind::semaphore_set;
    }
    throw shell::WrongWord("a kind is queue, segment or set, not " + word);
}

std::string name_of(ipc::Kind kind) {
    return kind == ipc::Kind::queue ? "queue" : kind == ipc::Kind::segment ? "segment" : "set";
}

/// "key 0x00004c01 id 3 owner 1000 mode 0600"
std::string show(const ipc::Object& object) {
    return "key " + shell::show_key(object.key) + " id " + std::to_string(object.id) + " owner " +
           std::to_string(object.owner) + " mode " + shell::show_mode(object.mode);
}

std::string show_more(const ipc::Queue& queue) {
    return " bytes " + std::to_string(queue.bytes) + " messages " + std::to_string(queue.messages);
}

std::string show_more(const ipc::Segment& segment) {
    return " size " + std::to_string(segment.size) + " attaches " +
           std::to_string(segment.attaches) + (segment.marked_for_removal ? " marked" : "");
}

std::string show_more(const ipc::SemaphoreSet& set) {
    return " semaphores " + std::to_string(set.semaphores);
}

/// "2: key ... ; key ..."
template <typename Some>
std::string show_all(const std::vector<Some>& objects) {
    std::string text = std::to_string(objects.size());
    for (const auto& object : objects) {
        text += (&object == &objects.front() ? ": " : "; ") + show(object) + show_more(object);
    }
    return text;
}

std::string show(ipc::Removal removal) {
    return removal == ipc::Removal::removed ? "removed" : "pending";
}

std::string do_remove_id(const shell::Words& words) {
    return show(ipc::remove_id(parse_kind(words[0]), shell::parse_number(words[1])));
}

std::string do_remove_key(const shell::Words& words) {
    return show(ipc::remove_key(parse_kind(words[0]), shell::parse_key(words[1])));
}

/// "2: queue 3; set 0"
std::string do_sweep(const shell::Words& /*words*/) {
    const auto swept = ipc::sweep();
    std::string text = std::to_string(swept.size());
    for (const auto& object : swept) {
        text += (&object == &swept.front() ? ": " : "; ") + name_of(object.kind) + " " +
                std::to_string(object.id);
    }
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    const auto queues = [](const shell::Words&) { return show_all(ipc::list_queues()); };
    const auto segments = [](const shell::Words&) { return show_all(ipc::list_segments()); };
    const auto sets = [](const shell::Words&) { return show_all(ipc::list_sets()); };
    return shell::run(
        argc, argv,
        {
            {"queues", {}, "list_queues: all there are", queues},
            {"segments", {}, "list_segments: all there are", segments},
            {"sets", {}, "list_sets: all there are", sets},
            {"remove-id", {"KIND", "ID"}, "remove_id: of a queue, segment or set", do_remove_id},
            {"remove-key",
             {"KIND", "KEY"},
             "remove_key: of a queue, segment or set",
             do_remove_key},
            {"sweep", {}, "sweep: what dead processes left behind", do_sweep},
        },
        {{"my-ipcs", "[-q] [-m] [-s]", "my_ipcs: shows objects", ipc::my_ipcs},
         {"my-ipcrm", "-q ID -Q KEY ...", "my_ipcrm: also -m -M -s -S", ipc::my_ipcrm}});
}
