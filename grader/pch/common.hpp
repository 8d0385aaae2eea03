// What most of the grader's sources include, compiled once. Sources include what they use all the
// same.
#ifndef IPCLAB_PCH_COMMON_HPP
#define IPCLAB_PCH_COMMON_HPP

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#endif
