// IPC_CREAT and IPC_EXCL that are missing or too many, and the rights that an opener asks for.
#include <fmt/format.h>
#include <sys/ipc.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules.hpp"
#include "diagnosis/words.hpp"
#include "kernel/objects.hpp"
#include "recorder/calls.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using Kind = Answer::Kind;

const Get* first_of(const Evidence& seen, bool (*wanted)(const Get&)) {
    const auto place = std::find_if(seen.gets.begin(), seen.gets.end(), wanted);
    return place == seen.gets.end() ? nullptr : &*place;
}

bool may_make(const Evidence& seen) {
    return seen.is(Function::create) || seen.is(Function::open_or_create);
}

/// What the flags of a call look like in its line, without the calls' other arguments.
std::string flags_part(const Get& get) {
    return recorder::told_get_flags(get.flags);
}

}  // namespace

Said creat_missing(const Evidence& seen) {
    const Get* last = seen.last_get();
    const bool only_looked =
        may_make(seen) && seen.expects(Kind::id) && last != nullptr && last->error == ENOENT &&
        seen.answer.kind != Kind::none &&
        first_of(seen, [](const Get& get) { return get.can_make(); }) == nullptr;
    if (!only_looked) {
        return std::nullopt;
    }
    const std::string call = told(*last->event);
    return last->has(IPC_EXCL) ? at(*last->event, "IPC_EXCL", words::excl_without_creat_note,
                                    fmt::format(words::excl_without_creat, "call"_a = call))
                               : at(*last->event, flags_part(*last), words::creat_missing_note,
                                    fmt::format(words::creat_missing,
                                                "function"_a = seen.function(), "call"_a = call));
}

Said excl_missing(const Evidence& seen) {
    const Get* opened = first_of(seen, [](const Get& get) { return get.made_or_found(); });
    if (!seen.is(Function::create) || !seen.expects_error(EEXIST) || opened == nullptr) {
        return std::nullopt;
    }
    return at(*opened->event, "IPC_CREAT", words::excl_missing_note,
              fmt::format(words::excl_missing, "call"_a = told(*opened->event)));
}

Said opened_after_eexist(const Evidence& seen) {
    const Get* last = seen.last_get();
    const Get* refused = first_of(seen, [](const Get& get) { return get.error == EEXIST; });
    const bool opened = seen.is(Function::create) && seen.expects_error(EEXIST) &&
                        refused != nullptr && last->found() && seen.answer.kind == Kind::id;
    if (!opened) {
        return std::nullopt;
    }
    return at(*last->event, "", words::opened_after_eexist_note,
              fmt::format(words::opened_after_eexist, "call"_a = told(*last->event)));
}

Said creat_in_open(const Evidence& seen) {
    const Get* making = first_of(seen, [](const Get& get) { return get.id && get.has(IPC_CREAT); });
    const bool none_expected = seen.expects_error(ENOENT) ||
                               (seen.mismatch->queues && seen.mismatch->expected_queues.count == 0);
    if (!seen.is(Function::open) || making == nullptr || !none_expected) {
        return std::nullopt;
    }
    return at(*making->event, "IPC_CREAT", words::creat_in_open_note, words::creat_in_open);
}

Said asks_for_too_little(const Evidence& seen) {
    const Get* last = seen.last_get();
    const bool opens = seen.is(Function::open) || seen.is(Function::open_or_create);
    const bool let_in = opens && seen.expects_error(EACCES) && last != nullptr && last->id &&
                        !(last->asks_to_read() && last->asks_to_write());
    if (!let_in) {
        return std::nullopt;
    }
    const auto* sentence = last->asks_to_read()    ? words::asks_for_reading_only
                           : last->asks_to_write() ? words::asks_for_writing_only
                                                   : words::asks_for_nothing;
    return at(*last->event, flags_part(*last), words::asks_for_too_little_note,
              fmt::format(fmt::runtime(sentence), fmt::arg("call", told(*last->event))));
}

Said asks_for_too_much(const Evidence& seen) {
    const Get* last = seen.last_get();
    const bool opens = seen.is(Function::open) || seen.is(Function::open_or_create);
    const bool refused = opens && seen.expects(Kind::id) && last != nullptr &&
                         last->error == EACCES && seen.answer.error == EACCES &&
                         last->asks_to_execute();
    if (!refused) {
        return std::nullopt;
    }
    const auto* sentence = last->has(IPC_CREAT) ? words::mode_as_rights : words::asks_for_too_much;
    return at(*last->event, flags_part(*last), words::asks_for_too_much_note,
              fmt::format(fmt::runtime(sentence), fmt::arg("call", told(*last->event)),
                          fmt::arg("bits", kernel::show_mode(last->bits()))));
}

Said looks_with_rights(const Evidence& seen) {
    const Get* last = seen.last_get();
    const bool refused = seen.is(Function::create) && seen.expects_error(EEXIST) &&
                         seen.answer.error == EACCES && last != nullptr && last->error == EACCES &&
                         !last->has(IPC_CREAT | IPC_EXCL);
    if (!refused) {
        return std::nullopt;
    }
    return at(*last->event, flags_part(*last), words::looks_with_rights_note,
              fmt::format(words::looks_with_rights, "call"_a = told(*last->event)));
}

}  // namespace ipclab::diagnosis
