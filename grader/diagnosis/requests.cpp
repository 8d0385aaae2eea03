#include "diagnosis/requests.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
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
    Named{"create", "create", 4, Function::create},
    Named{"open", "open", 3, Function::open},
    Named{"attach", "attach", 2, Function::attach},
    Named{"attach-readonly", "attach_readonly", 2, Function::attach_readonly},
    Named{"detach", "detach", 2, Function::detach},
    Named{"hold", "the constructor of Attachment", 3, Function::hold},
    Named{"hold", "the constructor of Attachment", 4, Function::hold},
    Named{"hand-on", "the move of an Attachment", 3, Function::hand_on},
    Named{"drop", "the destructor of Attachment", 2, Function::drop},
    Named{"post", "post", 3, Function::post},
    Named{"writer", "post", any_number, Function::post},
    Named{"notices", "notices", 2, Function::notices},
    Named{"reader", "notices", 2, Function::notices},
    Named{"take-down", "take_down", 2, Function::take_down},
    Named{"write", "write", 4, Function::write_memory},
    Named{"read", "read", 4, Function::read_memory},
    Named{"open-locks", "open_locks", 3, Function::open_locks},
    Named{"lock", "lock", 3, Function::lock},
    Named{"unlock", "unlock", 3, Function::unlock},
    Named{"remove-locks", "remove_locks", 2, Function::remove_locks},
    Named{"enter", "Guard", 3, Function::enter},
    Named{"leave", "~Guard", 1, Function::leave},
    Named{"open-bank", "open_bank", 2, Function::open_bank},
    Named{"close-bank", "close_bank", 1, Function::close_bank},
    Named{"deposit", "deposit", 3, Function::deposit},
    Named{"transfer", "transfer", 4, Function::transfer},
    Named{"statement", "statement", 1, Function::statement},
    Named{"open-buffer", "open_buffer", 3, Function::open_buffer},
    Named{"close-buffer", "close_buffer", 1, Function::close_buffer},
    Named{"remove-buffer", "remove_buffer", 2, Function::remove_buffer},
    Named{"put", "put", 2, Function::put},
    Named{"take", "take", 1, Function::take},
    Named{"producer", "produce", 5, Function::produce},
    Named{"consumer", "consume", 4, Function::consume},
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

std::uint64_t address_in(const std::string& word) {
    return std::strtoull(word.c_str(), nullptr, 16);
}

Function function_of(const Words& words) {
    Function function = Function::unknown;
    for (const auto& named : functions) {
        if (!words.empty() && words[0] == named.command &&
            (named.words == any_number || words.size() == named.words)) {
            function = named.function;
        }
    }
    return function;
}

/// @return the size in lab 4's create and open, which lab 1's do not have.
std::optional<std::size_t> size_in(Function function, const Words& words) {
    const bool has_size = words.size() == (function == Function::create ? 4 : 3);
    return has_size && function != Function::open_or_create
               ? std::optional(static_cast<std::size_t>(number_in(words[2])))
               : std::nullopt;
}

/// A request to lab 3's functions and programs.
void take_tool_words(Request& request, const Words& words) {
    switch (request.function) {
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
}

/// A request about lab 4's segments: create and open with a size, and what lab 1 does not have.
void take_memory_words(Request& request, const Words& words) {
    switch (request.function) {
        case Function::attach:
        case Function::attach_readonly:
            request.id = static_cast<int>(number_in(words[1]));
            request.readonly = request.function == Function::attach_readonly;
            break;
        case Function::detach:
        case Function::write_memory:
        case Function::read_memory:
            request.address = address_in(words[1]);
            break;
        case Function::hold:
            request.id = static_cast<int>(number_in(words[2]));
            request.readonly = words.size() > 3;
            [[fallthrough]];
        case Function::drop:
            request.name = words[1];
            break;
        case Function::hand_on:
            request.name = words[1];
            request.to = words[2];
            break;
        case Function::post:
        case Function::notices:
        case Function::take_down:
            request.key = words.size() > 1 ? static_cast<key_t>(number_in(words[1])) : 0;
            request.message = words.size() > 2 ? shell::read_text(words[2]).value_or("") : "";
            break;
        default:
            break;
    }
}

/// The answers that are always the same.
Answer::Kind kind_of_word(const std::string& text) {
    using Kind = Answer::Kind;
    constexpr std::array<std::pair<const char*, Kind>, 5> plain = {{{"removed", Kind::removed},
                                                                    {"sent", Kind::sent},
                                                                    {"full", Kind::full},
                                                                    {"none", Kind::nothing},
                                                                    {"pending", Kind::pending}}};
    for (const auto& [word, kind] : plain) {
        if (text == word) {
            return kind;
        }
    }
    return Kind::other;
}

/// Of "2: "first" "second"" the texts.
std::optional<Words> notices_in(const Words& words) {
    Words texts;
    for (std::size_t place = 1; place < words.size(); ++place) {
        const auto text =
            words[place].starts_with('"') ? shell::read_text(words[place]) : std::nullopt;
        if (!text) {
            return std::nullopt;
        }
        texts.push_back(*text);
    }
    const bool counted = !texts.empty() && words[0] == std::to_string(texts.size()) + ":";
    return counted ? std::optional(texts) : std::nullopt;
}

/// An answer that only lab 4's shell gives.
std::optional<Answer> memory_answer(const std::string& text, const Words& words) {
    using Kind = Answer::Kind;
    if (words[0] == "at" && words.size() == 2) {
        return Answer{.kind = Kind::address, .address = address_in(words[1])};
    }
    if (auto texts = notices_in(words)) {
        return Answer{.kind = Kind::notices, .rows = *std::move(texts)};
    }
    if (words.size() == 1 && text.starts_with('"')) {
        return Answer{.kind = Kind::bytes};
    }
    if (text == "nothing" || text.find(" nothing") != std::string::npos ||
        text.find(" at 0x") != std::string::npos) {
        return Answer{.kind = Kind::held};
    }
    constexpr std::array done = {"detached", "written", "dropped", "posted",
                                 "taken",    "child",   "ended"};
    const bool is_done = std::find(done.begin(), done.end(), words[0]) != done.end();
    return is_done ? std::optional(Answer{.kind = Kind::done}) : std::nullopt;
}

/// A request to lab 5's functions and workers.
void take_semaphore_words(Request& request, const Words& words) {
    switch (request.function) {
        case Function::lock:
        case Function::unlock:
        case Function::enter:
            request.number = static_cast<int>(number_in(words[2]));
            [[fallthrough]];
        case Function::remove_locks:
            request.id = static_cast<int>(number_in(words[1]));
            break;
        case Function::open_locks:
            request.number = static_cast<int>(number_in(words[2]));
            request.key = static_cast<key_t>(number_in(words[1]));
            break;
        case Function::open_buffer:
        case Function::produce:
        case Function::consume:
            request.amount = number_in(words[2]);
            [[fallthrough]];
        case Function::open_bank:
        case Function::remove_buffer:
            request.key = static_cast<key_t>(number_in(words[1]));
            break;
        case Function::transfer:
            request.amount = number_in(words[3]);
            break;
        default:
            break;
    }
}

/// An answer that only lab 5's shell gives.
bool is_semaphore_answer(const Words& words) {
    constexpr std::array<std::string_view, 12> first = {
        "locked", "unlocked", "entered", "left",  "deposited", "transferred",
        "too",    "closed",   "put",     "value", "set",       "segment"};
    constexpr std::size_t accounts = 4;
    const bool balances =
        words.size() == accounts && words[0].find_first_not_of("-0123456789") == std::string::npos;
    return balances || std::find(first.begin(), first.end(), words[0]) != first.end();
}

}  // namespace

std::string name_of(Function function) {
    const auto* const place = std::find_if(functions.begin(), functions.end(),
                                           [&](const Named& n) { return n.function == function; });
    return place == functions.end() ? "" : place->name;
}

Request parse_request(const std::string& text) {
    const Words words = shell::split_line(text);
    Request request{.function = function_of(words), .text = text};
    switch (request.function) {
        case Function::make_key:
            request.path = words[1];
            request.proj_id = static_cast<int>(number_in(words[2]));
            break;
        case Function::create:
        case Function::open_or_create:
            request.mode = static_cast<mode_t>(number_in(words.back()));
            [[fallthrough]];
        case Function::open:
        case Function::serve:
            request.key = static_cast<key_t>(number_in(words[1]));
            request.size = size_in(request.function, words);
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
        default:
            take_tool_words(request, words);
            take_memory_words(request, words);
            take_semaphore_words(request, words);
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
    if (auto answer = memory_answer(text, words)) {
        return *answer;
    }
    if (is_semaphore_answer(words)) {
        return {.kind = Kind::done};
    }
    if (auto rows = checks::list_in(text)) {
        return {.kind = Kind::list, .rows = *std::move(rows)};
    }
    return {.kind = kind_of_word(text)};
}

}  // namespace ipclab::diagnosis
