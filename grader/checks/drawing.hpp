/// @file
/// Values that checks draw afresh in each run.
#ifndef IPCLAB_CHECKS_DRAWING_HPP
#define IPCLAB_CHECKS_DRAWING_HPP

#include <string>

#include "arena/arena.hpp"

namespace ipclab::checks {

/// @return letters.
std::string draw_text(arena::Arena& arena, int size);

/// @return a key that no object has. Its highest bit is set, or not: on and off from turn to turn.
key_t draw_key(arena::Arena& arena, std::size_t turn);

/// @return a text so many times behind itself.
std::string repeated(const std::string& part, int times);

}  // namespace ipclab::checks

#endif
