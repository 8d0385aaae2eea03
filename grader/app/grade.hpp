#ifndef IPCLAB_APP_GRADE_HPP
#define IPCLAB_APP_GRADE_HPP

#include <optional>
#include <string>

#include "app/check_runner.hpp"
#include "arena/isolation.hpp"

namespace ipclab::app {

/// The exit statuses of ipclab, as the README documents them.
enum class ExitStatus : int {
    full_marks = 0,
    points_missing = 1,
    wrong_usage = 2,
    grader_error = 3,
};

/// What `ipclab grade` is asked for.
struct GradeOptions {
    std::optional<int> lab;             ///< none: every lab
    std::string check;                  ///< an id; empty: every check
    std::string tree = "labs";          ///< "labs", "solutions" or a folder with a folder a lab
    std::string programs;               ///< a folder with built programs; empty: build the tree
    std::string json;                   ///< where the result goes, too; empty: nowhere
    std::optional<arena::Level> level;  ///< none: the best that works here
    std::optional<unsigned long long> seed;
    Recording recording = Recording::of_failures;  ///< where ptrace is allowed
};

/// Something in the command line that cannot be: said with the words that would do.
struct WrongUsage {
    std::string message;
};

/// Builds, runs the checks, prints the report.
/// @throws WrongUsage before anything is built.
ExitStatus grade(const GradeOptions& options);

/// Runs one check as grade does, and prints the whole of what was recorded, whether it passes or
/// not.
/// @throws WrongUsage where no check is named.
ExitStatus trace(GradeOptions options);

/// Prints which levels of isolation work here and which one is used.
ExitStatus status();

/// Prints the labs and their checks with points.
ExitStatus list();

/// Prints the first steps of the hints for a check.
/// @param steps  how many; there are three.
/// @throws WrongUsage where there is no such check.
ExitStatus hint(const std::optional<int>& lab, const std::string& check, int steps);

/// Builds a lab and becomes its shell.
/// @throws WrongUsage where there is no such lab.
ExitStatus shell(int lab, const std::string& tree);

}  // namespace ipclab::app

#endif
