/// @file
/// What the student program of the unit tests does on demand: a function for each word that it is
/// asked, with the numbers behind it.
#ifndef IPCLAB_TESTS_UNIT_STUDENT_WORDS_HPP
#define IPCLAB_TESTS_UNIT_STUDENT_WORDS_HPP

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ipclab::tests {

using Numbers = std::vector<long>;
using StudentWords = std::map<std::string, std::function<std::string(const Numbers&)>>;

/// @return the result of a system call as an answer.
inline std::string told(long result) {
    return result == -1 ? std::string("error ") + strerrorname_np(errno) : std::to_string(result);
}

/// @return the begin of a segment that the student has attached.
/// @param slot  its number, in the order in which they were attached.
std::byte* attached_at(long slot);

/// @return a word of a segment. Reading or writing it is one instruction.
volatile long& word_at(long slot, long offset);

/// Words that touch segments in a known way.
const StudentWords& memory_words();

/// Words that are right or wrong when two processes do them at the same time.
const StudentWords& race_words();

}  // namespace ipclab::tests

#endif
