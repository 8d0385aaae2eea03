/// @file
/// What students read of each check, one file a lab: labNN_words.cpp.
#ifndef IPCLAB_CHECKS_WORDS_HPP
#define IPCLAB_CHECKS_WORDS_HPP

#include "checks/lab.hpp"

namespace ipclab::checks {

const std::vector<CheckWords>& lab01_words();
const std::vector<CheckWords>& lab02_words();
const std::vector<CheckWords>& lab03_words();
const std::vector<CheckWords>& lab04_words();
const std::vector<CheckWords>& lab05_words();

}  // namespace ipclab::checks

#endif
