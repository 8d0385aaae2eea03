/// @file
/// What student code lists of the kernel's objects, beside what the kernel lists. Outside of a
/// namespace of its own a check sees the objects of strangers, too, which come and go: they may be
/// in a list or not.
#ifndef IPCLAB_CHECKS_LISTING_HPP
#define IPCLAB_CHECKS_LISTING_HPP

#include <string>
#include <vector>

#include "checks/expectations.hpp"

namespace ipclab::checks {

/// @return the rows of an answer "2: first; second", or nothing where it is no such list.
std::optional<std::vector<std::string>> list_in(const std::string& answer);

/// @return an object as the shell of lab 3 shows it: "key 0x00004c01 id 3 owner 1000 mode 0600
/// ...".
std::string row_of(const kernel::Queue& queue);
std::string row_of(const kernel::Segment& segment);
std::string row_of(const kernel::SemaphoreSet& set);

/// @return what the kernel lists of a check's objects of a kind, in such rows.
std::vector<std::string> rows_of(const arena::Arena& arena, kernel::Kind kind);

/// A list as it was answered, with what it is judged by.
struct Listing {
    const arena::Arena* arena = nullptr;
    kernel::Kind kind = kernel::Kind::queue;
    arena::Reply reply;
    std::vector<std::string> wanted;   ///< rows that have to be in it
    std::vector<std::string> allowed;  ///< rows that may be in it
};

/// @return a listing that has to show what there is now.
Listing listing_of(const arena::Arena& arena, kernel::Kind kind, const arena::Reply& reply);

/// The list has every wanted row once, and no others but allowed ones and those of strangers.
Expectation<Listing> is_complete();

/// @return "queue", "segment" or "set": a kind as the shell of lab 3 names it.
std::string word_for(kernel::Kind kind);

/// The kernel lists exactly these objects of the check: by kind, id and key.
Expectation<std::vector<kernel::Object>> are_exactly(const std::vector<kernel::Object>& objects);

/// The answer to sweep names exactly these objects, in any order.
ReplyExpectation swept(const std::vector<kernel::Object>& objects);

/// Lines of ipcs that stand for an object: those that begin with 0x, with one blank between words.
std::vector<std::string> lines_for_objects(const std::string& output);

}  // namespace ipclab::checks

#endif
