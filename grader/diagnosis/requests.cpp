#include "diagnosis/requests.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "checks/listing.hpp"
#include "kernel/failure.hpp"
#include "message_text.hpp"

namespace ipclab::diagnosis {

namespace {

using Words = std::vector<std::string>;

constexpr std::size_t any_number = 0;

struct Named {
    const char* command;  ///< of the lab's shell
    const char* name;     ///< of the lab's header
    std::size_t words;    ///< of a request, the command included
    Function function;
};

constexpr std::array functions = {
    Named{"key", "make_key", 3, Function::make_key},
    Named{"create", "create", 3, Function::create},
    Named{"open", "open", 2, Function::open},
    Named{"open-or-create", "open_or_create", 3, Function::open_or_create},
    Named{"create-private", "create_private", 2, Function::create_private},
    Named{"remove", "remove", 2, Function::remove},
    Named{"send", "send", 4, Function::send},
    Named{"try-send", "try_send", 4, Function::try_send},
    Named{"receive", "receive", 3, Function::receive},
    Named{"receive", "receive", 4, Function::receive},
    Named{"try-receive", "try_receive", 3, Function::try_receive},
    Named{"receive-truncated", "receive_truncated", 4, Function::receive_truncated},
    Named{"server", "serve", 2, Function::serve},
    Named{"queues", "list_queues", 1, Function::list_queues},
    Named{"segments", "list_segments", 1, Function::list_segments},
    Named{"sets", "list_sets", 1, Function::list_sets},
    Named{"remove-id", "remove_id", 3, Function::remove_id},
    Named{"remove-key", "remove_key", 3, Function::remove_key},
    Named{"sweep", "sweep", 1, Function::sweep},
    Named{"my-ipcs", "my_ipcs", any_number, Function::my_ipcs},
    Named{"my-ipcrm", "my_ipcrm", any_number, Function::my_ipcrm},
};

/// Keys are hexadecimal with 0x, modes octal with 0, other numbers decimal, as the shell reads
/// them.
long number_in(const std::string& word) {
    return std::strtol(word.c_str(), nullptr, 0);
}

int errno_named(const std::string& name) {
    constexpr int most = 200;
    for (int error = 1; error < most; ++error) {
        if (kernel::errno_name(error) == name) {
            return error;
        }
    }
    return 0;
}

/// Of "exception std::system_error with the code 17 of the category iostream, which is ...".
std::optional<int> code_in(const std::string& text) {
    const std::string before = "exception std::system_error with the code ";
    if (!text.starts_with(before)) {
        return std::nullopt;
    }
    return static_cast<int>(number_in(text.substr(before.size())));
}

kernel::Kind kind_in(const std::string& word) {
    return word == "segment" ? kernel::Kind::segment
           : word == "set"   ? kernel::Kind::semaphore_set
                             : kernel::Kind::queue;
}

Request with_message(Request request, const Words& words) {
    request.id = static_cast<int>(number_in(words[1]));
    request.type = std::strtol(words[2].c_str(), nullptr, 10);
    const bool sends = request.function == Function::send || request.function == Function::try_send;
    if (sends) {
        request.message = shell::read_text(words[3]).value_or("");
    } else if (words.size() > 3) {
        request.size = static_cast<std::size_t>(number_in(words[3]));
    }
    return request;
}

}  // namespace

std::string name_of(Function function) {
    const auto* const place = std::find_if(functions.begin(), functions.end(),
                                           [&](const Named& n) { return n.function == function; });
    return place == functions.end() ? "" : place->name;
}

Request parse_request(const std::string& text) {
    const Words words = shell::split_line(text);
    Request request{.text = text};
    for (const auto& named : functions) {
        if (!words.empty() && words[0] == named.command &&
            (named.words == any_number || words.size() == named.words)) {
            request.function = named.function;
        }
    }
    switch (request.function) {
        case Function::make_key:
            request.path = words[1];
            request.proj_id = static_cast<int>(number_in(words[2]));
            break;
        case Function::create:
        case Function::open_or_create:
            request.mode = static_cast<mode_t>(number_in(words[2]));
            [[fallthrough]];
        case Function::open:
            request.key = static_cast<key_t>(number_in(words[1]));
            break;
        case Function::create_private:
            request.mode = static_cast<mode_t>(number_in(words[1]));
            break;
        case Function::remove:
            request.id = static_cast<int>(number_in(words[1]));
            break;
        case Function::send:
        case Function::try_send:
        case Function::receive:
        case Function::try_receive:
        case Function::receive_truncated:
            return with_message(std::move(request), words);
        case Function::serve:
            request.key = static_cast<key_t>(number_in(words[1]));
            break;
        case Function::remove_id:
            request.kind = kind_in(words[1]);
            request.id = static_cast<int>(number_in(words[2]));
            break;
        case Function::remove_key:
            request.kind = kind_in(words[1]);
            request.key = static_cast<key_t>(number_in(words[2]));
            break;
        case Function::my_ipcs:
        case Function::my_ipcrm:
            request.arguments.assign(words.begin() + 1, words.end());
            break;
        default:
            break;
    }
    return request;
}

Answer parse_answer(const std::string& text) {
    using Kind = Answer::Kind;
    const Words words = shell::split_line(text);
    if (words.empty()) {
        return {};
    }
    const std::string second = words.size() > 1 ? words[1] : "";
    if (words[0] == "id") {
        const std::string word = words.size() > 2 ? words[2] : "";
        return {.kind = Kind::id, .id = number_in(second), .word = word};
    }
    if (words[0] == "key") {
        return {.kind = Kind::key, .key = static_cast<key_t>(number_in(second))};
    }
    if (words[0] == "error") {
        return {.kind = Kind::error, .error = errno_named(second)};
    }
    if (words[0] == "exception") {
        return {.kind = Kind::exception, .code = code_in(text)};
    }
    if (words[0] == "type" && words.size() == 3) {
        const long type = std::strtol(second.c_str(), nullptr, 10);
        return {.kind = Kind::message, .message = {type, shell::read_text(words[2]).value_or("")}};
    }
    if (auto rows = checks::list_in(text)) {
        return {.kind = Kind::list, .rows = *std::move(rows)};
    }
    constexpr std::array<std::pair<const char*, Kind>, 5> plain = {{{"removed", Kind::removed},
                                                                    {"sent", Kind::sent},
                                                                    {"full", Kind::full},
                                                                    {"none", Kind::nothing},
                                                                    {"pending", Kind::pending}}};
    for (const auto& [word, kind] : plain) {
        if (text == word) {
            return {.kind = kind};
        }
    }
    return {.kind = Kind::other};
}

}  // namespace ipclab::diagnosis
