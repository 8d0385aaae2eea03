#ifndef IPCLAB_APP_CHECK_RUNNER_HPP
#define IPCLAB_APP_CHECK_RUNNER_HPP

#include <functional>

#include "app/catalog.hpp"
#include "arena/isolation.hpp"
#include "report/result.hpp"

namespace ipclab::app {

/// Whether student processes are traced, and what of the recording is kept.
enum class Recording {
    off,
    of_failures,  ///< a picture of what matters, and the whole as text
    whole,        ///< of a check that passes, too, and all of it as a picture
};

/// What the checks of one lab are run with.
struct Subject {
    const checks::Lab* lab = nullptr;
    int program = -1;  ///< a descriptor of the lab's shell, linked with the student's code
    std::string tree;  ///< "labs": where the student's file stands, for "look at"
    arena::Level level = arena::Level::shared;
    unsigned long long seed = 0;
    Recording recording = Recording::off;
};

/// Runs checks of one lab, several at a time, each in a process and a world of its own. A check
/// whose needs did not pass is not run.
///
/// @param selected  in the order of the sources; needs that are not among them are run as well, but
///                  not reported.
/// @param progress  is called when a check has ended, with how many have, and of how many.
/// @return the results in the order of selected.
/// @throws Interrupted after a SIGINT, SIGTERM or SIGHUP, when everything is cleaned up.
std::vector<report::CheckResult> run_checks(
    const Subject& subject, const std::vector<Check>& all, const std::vector<Check>& selected,
    const std::function<void(std::size_t done, std::size_t of)>& progress);

/// The grading was interrupted by a signal.
struct Interrupted {
    int signal;
};

}  // namespace ipclab::app

#endif
