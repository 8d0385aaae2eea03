#include "checks/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "checks/sentences.hpp"

namespace ipclab::checks {

namespace {

using kernel::Kind;
using kernel::Object;

std::string common_row(const Object& object) {
    return fmt::format("key {} id {} owner {} mode {}", kernel::show_key(object.key), object.id,
                       object.owner, kernel::show_mode(object.mode));
}

template <typename Some>
std::vector<std::string> rows(const std::vector<Some>& objects) {
    std::vector<std::string> all;
    for (const auto& object : objects) {
        all.push_back(row_of(object));
    }
    return all;
}

int id_of_row(const std::string& row) {
    const auto place = row.find(" id ");
    return place == std::string::npos ? -1 : std::atoi(row.c_str() + place + 4);
}

Mismatch mismatch(const arena::Reply& reply, const std::string& expected, const std::string& seen,
                  ExpectedReply how = {.list = true}) {
    return {.finding = {told_request(reply) + "  " + expected, seen, ""},
            .replies = {reply},
            .expected_reply = std::move(how)};
}

/// @return the row that is listed with the id of another one, or an empty one.
std::string with_id_of(const std::string& row, const std::vector<std::string>& listed) {
    const int id = id_of_row(row);
    const auto same_id = std::find_if(listed.begin(), listed.end(), [id](const std::string& other) {
        return id_of_row(other) == id;
    });
    return same_id == listed.end() ? "" : *same_id;
}

std::string told_in_place_of(const std::string& row, const std::string& similar,
                             const std::vector<std::string>& listed) {
    return similar.empty() ? fmt::format("nothing in its list of {} has the id {}", listed.size(),
                                         id_of_row(row))
                           : "it lists  " + similar;
}

std::string told_object(const Object& object) {
    return fmt::format("{} {}", kernel::name_of(object.kind), object.id);
}

bool same(const Object& one, const Object& other) {
    return one.kind == other.kind && one.id == other.id && one.key == other.key;
}

/// @return those of some that are not among others.
std::string told_missing(const std::vector<Object>& some, const std::vector<Object>& others) {
    std::string text;
    for (const auto& object : some) {
        const bool there = std::any_of(others.begin(), others.end(),
                                       [&](const Object& other) { return same(object, other); });
        text += there ? "" : (text.empty() ? "" : ", ") + told_object(object);
    }
    return text;
}

}  // namespace

std::optional<std::vector<std::string>> list_in(const std::string& answer) {
    std::vector<std::string> parts;
    const auto colon = answer.find(": ");
    const std::string count = answer.substr(0, colon);
    std::string rest = colon == std::string::npos ? "" : answer.substr(colon + 2);
    while (!rest.empty()) {
        const auto end = std::min(rest.find("; "), rest.size());
        parts.push_back(rest.substr(0, end));
        rest.erase(0, end + 2);
    }
    return count == std::to_string(parts.size()) ? std::optional(parts) : std::nullopt;
}

std::string row_of(const kernel::Queue& queue) {
    return common_row(queue) + fmt::format(" bytes {} messages {}", queue.bytes, queue.messages);
}

std::string row_of(const kernel::Segment& segment) {
    return common_row(segment) + fmt::format(" size {} attaches {}{}", segment.size,
                                             segment.attaches,
                                             segment.is_marked() ? " marked" : "");
}

std::string row_of(const kernel::SemaphoreSet& set) {
    return common_row(set) + fmt::format(" semaphores {}", set.semaphores);
}

std::vector<std::string> rows_of(const arena::Arena& arena, Kind kind) {
    switch (kind) {
        case Kind::queue:
            return rows(arena.queues());
        case Kind::segment:
            return rows(arena.segments());
        case Kind::semaphore_set:
            return rows(arena.sets());
    }
    throw std::logic_error("no such kind of object");
}

Listing listing_of(const arena::Arena& arena, Kind kind, const arena::Reply& reply) {
    return {.arena = &arena, .kind = kind, .reply = reply, .wanted = rows_of(arena, kind)};
}

Expectation<Listing> is_complete() {
    return Expectation<Listing>([](const Listing& listing) -> std::optional<Mismatch> {
        const auto& reply = listing.reply;
        const auto listed =
            reply.trouble == arena::Trouble::none ? list_in(reply.answer) : std::nullopt;
        if (!listed) {
            return mismatch(reply, "lists what is there", told(reply));
        }
        const auto times = [&](const std::string& row) {
            return std::count(listed->begin(), listed->end(), row);
        };
        for (const auto& row : listing.wanted) {
            if (times(row) != 1) {
                const auto similar = with_id_of(row, *listed);
                auto missed =
                    mismatch(reply, "lists  " + row,
                             times(row) > 1 ? fmt::format("it lists this {} times", times(row))
                                            : told_in_place_of(row, similar, *listed));
                missed.list = {row, similar, *listed};
                return missed;
            }
        }
        for (const auto& row : *listed) {
            const auto is = [&](const std::vector<std::string>& rows) {
                return std::find(rows.begin(), rows.end(), row) != rows.end();
            };
            if (!is(listing.wanted) && !is(listing.allowed) &&
                !listing.arena->may_be_a_strangers(listing.kind, id_of_row(row))) {
                auto missed =
                    mismatch(reply, "lists nothing but what is there", "it lists  " + row);
                missed.list = {"", row, *listed};
                return missed;
            }
        }
        return std::nullopt;
    });
}

std::string word_for(Kind kind) {
    return kind == Kind::semaphore_set ? "set" : std::string(kernel::name_of(kind));
}

Expectation<std::vector<Object>> are_exactly(const std::vector<Object>& objects) {
    return Expectation<std::vector<Object>>(
        [=](const std::vector<Object>& seen) -> std::optional<Mismatch> {
            const auto gone = told_missing(objects, seen);
            const auto left = told_missing(seen, objects);
            if (gone.empty() && left.empty()) {
                return std::nullopt;
            }
            std::string expected;
            std::string observed;
            if (!gone.empty()) {
                expected = fmt::format("the kernel still has {}", gone);
                observed = gone.find(',') == std::string::npos ? "it is gone" : "they are gone";
            }
            if (!left.empty()) {
                expected += (gone.empty() ? "the kernel has no " : ", and no ") + left;
                observed += (gone.empty() ? "" : "; ") + left + " is still there";
            }
            return Mismatch{
                .finding = {expected, observed, ""}, .objects = seen, .expected_objects = objects};
        });
}

ReplyExpectation swept(const std::vector<Object>& objects) {
    return ReplyExpectation([=](const arena::Reply& reply) -> std::optional<Mismatch> {
        std::vector<std::string> wanted;
        for (const auto& object : objects) {
            wanted.push_back(fmt::format("{} {}", word_for(object.kind), object.id));
        }
        auto listed = reply.trouble == arena::Trouble::none ? list_in(reply.answer) : std::nullopt;
        const std::string names = fmt::format("{}", fmt::join(wanted, "; "));
        std::sort(wanted.begin(), wanted.end());
        if (listed) {
            std::sort(listed->begin(), listed->end());
        }
        if (listed == wanted) {
            return std::nullopt;
        }
        return mismatch(reply,
                        fmt::format("says that it removed  {}: {}", wanted.size(),
                                    wanted.empty() ? "nothing" : names),
                        told(reply));
    });
}

std::vector<std::string> lines_for_objects(const std::string& output) {
    std::vector<std::string> lines;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);) {
        std::istringstream words(line);
        std::string normal;
        for (std::string word; words >> word;) {
            normal += (normal.empty() ? "" : " ") + word;
        }
        if (normal.starts_with("0x")) {
            lines.push_back(normal);
        }
    }
    return lines;
}

}  // namespace ipclab::checks
