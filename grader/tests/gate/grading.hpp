#ifndef IPCLAB_TESTS_GATE_GRADING_HPP
#define IPCLAB_TESTS_GATE_GRADING_HPP

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "arena/identity.hpp"
#include "arena/isolation.hpp"
#include "arena/lease.hpp"
#include "report/result.hpp"

namespace ipclab::gate {

/// Whether a grader may trace: where the kernel refuses it, the verdicts have to be the same.
enum class Tracing { allowed, refused };

/// Who grades, and how far student code is kept apart.
struct Configuration {
    std::string name;  ///< "root-uid", "user-shared", "user-shared-unrecorded", ...
    arena::Level level = arena::Level::shared;
    Tracing tracing = Tracing::allowed;
    arena::Identity grader;
    /// What keeps a normal user's uid apart from other gates on this machine, where root tries one.
    std::shared_ptr<arena::Lease> lease;
};

/// @return the configurations that can be tried here: as root those of root and those of a normal
///         user, otherwise one's own.
std::vector<Configuration> configurations();

/// @return whether the kernel allows a configuration here.
bool works(const Configuration& configuration);

/// What a grading came to.
struct Grading {
    int exit_status = -1;
    std::string output;  ///< what it printed
    int points = 0;
    std::vector<std::string> failed;     ///< ids
    std::vector<std::string> undecided;  ///< ids that ended in a grader error
    std::string obstacle;                ///< of the lab
    bool recorded = false;               ///< the flight recorder was at work
    std::vector<std::string> diagnoses;  ///< what was said of the causes
};

/// A grading at work, as a process of its own.
class RunningGrader {
public:
    /// @param arguments  after `ipclab grade`.
    RunningGrader(const std::filesystem::path& ipclab, const Configuration& configuration,
                  const std::filesystem::path& temporary, std::vector<std::string> arguments);
    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Waits for its end.
    Grading finish();

private:
    pid_t pid_ = -1;
    std::filesystem::path json_;
    std::filesystem::path output_;
};

}  // namespace ipclab::gate

#endif
