/// @file
/// What every lab's header includes, and nothing else: the grader compiles it once (a precompiled
/// header), and a student's file compiles with or without it.
#ifndef IPCLAB_LABS_SHELL_PRELUDE_HPP
#define IPCLAB_LABS_SHELL_PRELUDE_HPP

#include <sys/types.h>

#include <optional>
#include <string>
#include <system_error>
#include <vector>

#endif
