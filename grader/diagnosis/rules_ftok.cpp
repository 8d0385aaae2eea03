// make_key: what can be seen of a key without any System V call. A key has the file's inode in its
// low 16 bits, its device in the next 8, and proj_id in the highest 8 (ftok(3)).
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "diagnosis/rules.hpp"
#include "diagnosis/words.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

namespace {

using namespace fmt::literals;
using Kind = Answer::Kind;

struct Parts {
    unsigned proj_id;
    unsigned device;
    unsigned inode;
};

Parts parts_of(key_t key) {
    const auto bits = static_cast<unsigned>(key);
    return {bits >> 24U, bits >> 16U & 0xffU, bits & 0xffffU};
}

std::string hexadecimal(unsigned number) {
    return fmt::format("{:#x}", number);
}

bool gave_key(const Exchange& exchange) {
    return exchange.answered != nullptr && parse_answer(exchange.answered->text).kind == Kind::key;
}

/// Whether an earlier request to the same process, which this holds for, was answered with a key.
template <typename Condition>
bool worked_earlier(const Evidence& seen, Condition condition) {
    return std::any_of(seen.earlier.begin(), seen.earlier.end(), [&](const Exchange& exchange) {
        const Request request = parse_request(exchange.asked->text);
        return exchange.process == seen.exchange.process &&
               request.function == Function::make_key && gave_key(exchange) && condition(request);
    });
}

bool should_fail_for_path(const Evidence& seen) {
    return seen.expects_error(ENOENT) || seen.expects_error(ENOTDIR);
}

bool gave_other_key(const Evidence& seen) {
    return seen.is(Function::make_key) && seen.expects(Kind::key) &&
           seen.answer.kind == Kind::key && seen.answer.key != seen.expected.key;
}

}  // namespace

Said minus_one_as_key(const Evidence& seen) {
    const bool should_fail = seen.is(Function::make_key) && seen.expects(Kind::error);
    if (!should_fail || seen.answer.kind != Kind::key || seen.answer.key != -1) {
        return std::nullopt;
    }
    return Statement{words::minus_one_as_key, std::nullopt};
}

Said key_of_missing_file(const Evidence& seen) {
    const bool is_asked = seen.is(Function::make_key) && should_fail_for_path(seen);
    if (!is_asked || seen.answer.kind != Kind::key) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::key_of_missing_file, "path"_a = seen.request.path,
                                 "error"_a = kernel::errno_name(seen.expected.error)),
                     std::nullopt};
}

Said proj_id_accepted(const Evidence& seen) {
    const bool should_fail = seen.is(Function::make_key) && seen.expects_error(EINVAL);
    const int proj_id = seen.request.proj_id;
    if (!should_fail || seen.answer.kind != Kind::key || (proj_id >= 1 && proj_id <= 255)) {
        return std::nullopt;
    }
    return Statement{proj_id == 0 ? words::proj_id_zero
                                  : fmt::format(words::proj_id_too_wide, "proj_id"_a = proj_id,
                                                "low"_a = static_cast<unsigned>(proj_id) & 0xffU),
                     std::nullopt};
}

Said high_proj_id_refused(const Evidence& seen) {
    const bool high = seen.request.proj_id >= 128 && seen.request.proj_id <= 255;
    const bool refused =
        seen.is(Function::make_key) && seen.expects(Kind::key) && seen.answer.is_failure() && high;
    const bool low_works = refused && worked_earlier(seen, [&](const Request& request) {
                               return request.path == seen.request.path && request.proj_id < 128;
                           });
    // What the path leads to, the number does not change.
    const bool of_the_file =
        seen.answer.error == ENOENT || seen.answer.error == EACCES || seen.answer.error == ENOTDIR;
    if (!low_works || of_the_file) {
        return std::nullopt;
    }
    return Statement{
        seen.answer.error == EINVAL
            ? fmt::format(words::high_proj_id_refused, "proj_id"_a = seen.request.proj_id)
            : fmt::format(words::negative_key_refused, "proj_id"_a = seen.request.proj_id),
        std::nullopt};
}

Said path_not_followed(const Evidence& seen) {
    const auto names_directory = [](const std::string& path) {
        return path.find('/') != std::string::npos;
    };
    const bool missed = seen.is(Function::make_key) && seen.expects(Kind::key) &&
                        seen.answer.error == ENOENT && names_directory(seen.request.path);
    // The number was no reason to fail.
    const bool number_works =
        missed && std::any_of(seen.earlier.begin(), seen.earlier.end(), [&](const auto& exchange) {
            const Request request = parse_request(exchange.asked->text);
            return request.function == Function::make_key && gave_key(exchange) &&
                   request.proj_id == seen.request.proj_id && !names_directory(request.path);
        });
    if (!number_works) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::path_not_followed, "path"_a = seen.request.path),
                     std::nullopt};
}

Said needs_no_reading(const Evidence& seen) {
    const bool refused = seen.is(Function::make_key) && seen.expects(Kind::key) &&
                         seen.answer.error == EACCES && known_calls(seen) != Calls::none;
    // The file could be read before, so it is the reading that fails.
    if (!refused || !worked_earlier(seen, [&](const Request& request) {
            return request.path == seen.request.path;
        })) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::needs_no_reading, "path"_a = seen.request.path),
                     std::nullopt};
}

Said old_key(const Evidence& seen) {
    const auto is_the_same = [&](const Exchange& exchange) {
        return exchange.process == seen.exchange.process &&
               exchange.asked->text == seen.request.text && gave_key(exchange) &&
               parse_answer(exchange.answered->text).key == seen.answer.key;
    };
    if (!gave_other_key(seen) ||
        std::none_of(seen.earlier.begin(), seen.earlier.end(), is_the_same)) {
        return std::nullopt;
    }
    return Statement{fmt::format(words::old_key, "path"_a = seen.request.path), std::nullopt};
}

Said other_proj_id(const Evidence& seen) {
    const Parts wanted = parts_of(seen.expected.key);
    const Parts got = parts_of(seen.answer.key);
    if (!gave_other_key(seen) || wanted.inode != got.inode || wanted.device != got.device) {
        return std::nullopt;
    }
    if (got.proj_id == (wanted.proj_id & 0x7fU)) {
        return Statement{words::key_lost_sign, std::nullopt};
    }
    return Statement{
        fmt::format(words::other_proj_id, "proj_id"_a = seen.request.proj_id,
                    "wanted"_a = hexadecimal(wanted.proj_id), "got"_a = hexadecimal(got.proj_id)),
        std::nullopt};
}

Said not_this_file(const Evidence& seen) {
    const Parts wanted = parts_of(seen.expected.key);
    const Parts got = parts_of(seen.answer.key);
    if (!gave_other_key(seen)) {
        return std::nullopt;
    }
    if (wanted.inode != got.inode) {
        return Statement{fmt::format(words::not_the_inode, "wanted"_a = hexadecimal(wanted.inode),
                                     "got"_a = hexadecimal(got.inode)),
                         std::nullopt};
    }
    return Statement{fmt::format(words::not_the_device, "wanted"_a = hexadecimal(wanted.device),
                                 "got"_a = hexadecimal(got.device)),
                     std::nullopt};
}

}  // namespace ipclab::diagnosis
