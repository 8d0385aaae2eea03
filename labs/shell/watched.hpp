/// @file
/// How the shell tells the grader, where one traces it, between which two instants it performs a
/// command: a prctl(2) that the kernel does not know, which the grader stops.
#ifndef IPCLAB_LABS_SHELL_WATCH_HPP
#define IPCLAB_LABS_SHELL_WATCH_HPP

namespace shell {

/// The word before a command that is to be watched.
inline constexpr char watched_word[] = "watched";

/// The first argument of such a prctl. The second is the token of the request, as a number; of the
/// first of the two the third and fourth say where the program's own code begins and ends.
inline constexpr int watch_begins = 0x69706301;
inline constexpr int watch_ends = 0x69706302;

}  // namespace shell

#endif
