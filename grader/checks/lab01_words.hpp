#ifndef IPCLAB_CHECKS_LAB01_WORDS_HPP
#define IPCLAB_CHECKS_LAB01_WORDS_HPP

#include "checks/lab.hpp"

namespace ipclab::checks {

const std::vector<CheckWords>& lab01_words();

}  // namespace ipclab::checks

#endif
