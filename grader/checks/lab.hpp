#ifndef IPCLAB_CHECKS_LAB_HPP
#define IPCLAB_CHECKS_LAB_HPP

#include <string>
#include <string_view>
#include <vector>

#include "checks/hints.hpp"

namespace ipclab::checks {

/// The words of one check that a student reads, beside its title: English ones stand in
/// labNN_words.cpp, one file a lab, so that another language is another such file.
struct CheckWords {
    std::string_view id;
    std::string_view function;      ///< where to look: the function of the lab's source file
    std::string_view reason;        ///< what the contract asks for, and how it is usually missed
    std::string_view read;          ///< where to read about it
    std::string_view task;          ///< the heading in the handout
    std::string_view by_hand = {};  ///< how to see it by hand, where typing the same does not do
};

/// One numbered lab of the course.
struct Lab {
    int number;
    std::string_view name;  ///< its folder in labs/ and solutions/
    std::string_view title;
    std::string_view source;                 ///< the file that the student edits
    std::vector<std::string_view> programs;  ///< the names under which its program is another one
    const std::vector<CheckWords>& words;    ///< of its checks
    const std::vector<Hints>& hints;         ///< for its checks
};

/// @return the labs of the course, in order.
const std::vector<Lab>& labs();

/// @return the lab with this number, or null.
const Lab* lab_numbered(int number);

/// @return the words of a check, or null where somebody forgot to write them.
const CheckWords* words_of(const Lab& lab, std::string_view check);

/// @return the hints for a check, or null where somebody forgot to write them.
const Hints* hints_of(const Lab& lab, std::string_view check);

}  // namespace ipclab::checks

#endif
