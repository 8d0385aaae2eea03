/// @file
/// A recording as text, to be kept in a file.
#ifndef IPCLAB_RECORDER_TRANSCRIPT_HPP
#define IPCLAB_RECORDER_TRANSCRIPT_HPP

#include <string>

#include "recorder/recording.hpp"

namespace ipclab::recorder {

/// @return the whole recording: two lines that say what it is, and one line an event: time in
///         microseconds since the check began, who, what. Bytes from student code are made
///         harmless. A line says where events are left out.
std::string transcript(const Recording& recording);

}  // namespace ipclab::recorder

#endif
