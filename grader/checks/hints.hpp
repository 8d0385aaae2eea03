#ifndef IPCLAB_CHECKS_HINTS_HPP
#define IPCLAB_CHECKS_HINTS_HPP

#include <array>
#include <string_view>
#include <vector>

namespace ipclab::checks {

/// Three steps towards passing a check: a nudge, where to look, nearly the answer. English ones
/// stand in labNN_hints.cpp, one file a lab.
struct Hints {
    std::string_view check;
    std::array<std::string_view, 3> steps;
};

const std::vector<Hints>& lab01_hints();
const std::vector<Hints>& lab02_hints();
const std::vector<Hints>& lab03_hints();
const std::vector<Hints>& lab04_hints();
const std::vector<Hints>& lab05_hints();

}  // namespace ipclab::checks

#endif
