/// @file
/// What checks ask for that cannot be had yet.
#ifndef IPCLAB_CHECKS_WAITING_HPP
#define IPCLAB_CHECKS_WAITING_HPP

#include <string>

#include "arena/arena.hpp"

namespace ipclab::checks {

/// Asks for what cannot be had yet.
/// @return how the process waits.
arena::Reply begin(arena::Student& student, const std::string& request);

/// @return how the process waits now.
arena::Reply settled(arena::Student& student);

}  // namespace ipclab::checks

#endif
