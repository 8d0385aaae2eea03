#ifndef IPCLAB_TESTS_GATE_ACCIDENTS_HPP
#define IPCLAB_TESTS_GATE_ACCIDENTS_HPP

#include <functional>
#include <string>
#include <vector>

#include "tests/gate/stage.hpp"

namespace ipclab::gate {

/// Something that happens to a grading, or beside it, and must not hurt.
struct Accident {
    std::string name;
    std::function<void(const Stage&)> happen;
};

const std::vector<Accident>& accidents();

}  // namespace ipclab::gate

#endif
