/// @file
/// Decides races by running the schedules that matter, in place of running often and hoping.
///
/// A student process is stopped at its *points*: before each of its System V calls, and before each
/// access to a segment that it has attached. Between two points it touches nothing that another
/// process can see, so that stopping it right before a point is the same as stopping it anywhere
/// since the point before: what happens after a call or an access is covered by the next point, or
/// by the end of the request. Two requests that run with one switch in between have therefore as
/// many schedules as the first one has points, and one more.
///
/// Where nobody may trace, only the calls are points, and races between accesses are *sampled*:
/// both processes do it many times at once, and what comes out is judged.
#ifndef IPCLAB_EXPLORER_EXPLORER_HPP
#define IPCLAB_EXPLORER_EXPLORER_HPP

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "arena/arena.hpp"

namespace ipclab::explorer {

/// What a student process is asked to do while another one does something, too.
struct Side {
    arena::Student student;
    std::string request;
};

/// How a schedule ended.
struct Outcome {
    arena::Reply first;
    arena::Reply second;
    int times = 1;  ///< how often each side did what it was asked: more where races are sampled
};

enum class Switches {
    one,  ///< from the first to the second, and back when that has ended or waits
    two,  ///< also back before that: while there is room for so many schedules
};

/// Whether a request can be repeated many times without anything in between.
enum class Repeat { possible, impossible };

/// Two requests at the same time.
struct Race {
    /// Prepares a schedule.
    /// @return the first, which is stopped at its points, and the second.
    std::function<std::pair<Side, Side>()> prepare;
    /// Judges how it ended, by REQUIRE.
    std::function<void(const Outcome&)> judge;
    Switches switches = Switches::one;
    Repeat repeat = Repeat::impossible;
};

/// Runs every schedule of a race: once each, in order, up to a limit that right programs do not
/// come near.
void explore(arena::Arena& arena, const Race& race);

/// Stops a process at each of its points while it does something, and does something else there.
/// @param prepare  gives the process.
/// @param meanwhile  is called each time the process is stopped, and once more when it has ended
///                 without that; it has the process go on to the end (finish()).
void at_each_point(const std::function<Side()>& prepare,
                   const std::function<void(arena::Student& stopped)>& meanwhile);

/// Kills a process at each of its points while it does something, and once more behind the last
/// one, and judges each time what it leaves behind.
/// @param prepare  gives a process that is started anew each time.
void explore_ends(arena::Arena& arena, const std::function<Side()>& prepare,
                  const std::function<void()>& judge);

/// What was explored in this process, for the report.
struct Explored {
    int schedules = 0;
    int with_two_switches = 0;  ///< of these
    int ends = 0;               ///< of these: schedules that end with a kill
    bool sampled = false;       ///< accesses were no points: races between them were sampled
    std::chrono::microseconds time{0};
};
const Explored& explored();

/// Names what lies in a segment, for the report.
/// @return the name of the number at an offset: "account 0"; "" where it has none.
using Names = std::function<std::string(std::uint64_t offset)>;

/// Says how the numbers in the segments of this check are called.
void name_memory(Names names);

/// The schedule that is run now or was run last, unless all of them went well.
struct Latest {
    int first = 0;  ///< the number of the process that is stopped at its points; 0: there is none
    std::string first_request;
    int second = 0;  ///< the other process of a race, or 0
    Names names;
};
const Latest& latest();

/// @return "38 schedules of races, in 0.2 s", or "" where nothing was explored.
std::string told(const Explored& explored);

}  // namespace ipclab::explorer

#endif
