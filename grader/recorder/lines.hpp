/// @file
/// The events of a recording in words, one line each: what pictures and transcripts are made of.
#ifndef IPCLAB_RECORDER_LINES_HPP
#define IPCLAB_RECORDER_LINES_HPP

#include <chrono>
#include <string>
#include <vector>

#include "recorder/recording.hpp"

namespace ipclab::recorder {

struct Line {
    enum class Kind {
        whole_call,  ///< with its result
        call,        ///< its result is in a later line, or there is none
        returns,
        access,
        other,
        gap,  ///< events that are not in the recording
    };

    Kind kind = Kind::other;
    std::vector<std::size_t> events;   ///< ids; of returns first that of the call
    std::size_t lane = 0;              ///< not of a gap
    std::chrono::nanoseconds time{};   ///< not of a gap
    std::string text;                  ///< without line feeds; not of a gap
    std::vector<std::size_t> waiting;  ///< other lanes that wait in a call, or are held, meanwhile
    std::size_t count = 1;             ///< how many events it stands for
};

/// @return the events in order, and gaps where events were left out.
std::vector<Line> lines_of(const Recording& recording);

/// @return how a call ended, and whether the check made it end so; "" where it has not returned.
std::string told_end(const Call& call);

/// @return "grader", "process 1", "child 2 of process 1".
std::string name_of(const Lane& lane);

}  // namespace ipclab::recorder

#endif
