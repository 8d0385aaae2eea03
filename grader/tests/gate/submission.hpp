#ifndef IPCLAB_TESTS_GATE_SUBMISSION_HPP
#define IPCLAB_TESTS_GATE_SUBMISSION_HPP

#include <filesystem>
#include <string>
#include <vector>

#include "checks/lab.hpp"

namespace ipclab::gate {

enum class Kind {
    skeleton,  ///< scores 0
    solution,  ///< scores full
    wrong,     ///< fails exactly the checks that it lists
    right,     ///< unusual, and scores full
    hostile,   ///< gains nothing, hurts nothing, leaves nothing
};

/// One student's file for the gate, from grader/tests/submissions/LAB/KIND/NAME.{cpp,patch}. The
/// file says what it is in its first lines:
///
///     what: create forgets IPC_EXCL and so opens a queue that somebody else made
///     fails: exclusive open-or-create
///
/// and in a .cpp as comments. A wrong one that the diagnosis explains says with what words, in
/// lines of their own, each a piece of text that must occur in what is said:
///
///     says: opens the queue that has the key already
///
/// `except: NAME REASON` names a configuration in which the kernel cannot show the mistake, or
/// "unrecorded": all without a tracer, where races between accesses are only sampled.
/// `compiles: no` says that the workshop has to refuse it. A .patch is
/// against the lab's solution.
struct Submission {
    Kind kind = Kind::wrong;
    std::string lab;   ///< "01-msgget"
    std::string name;  ///< "create-without-excl"; of a skeleton or a solution empty
    std::string what;
    std::vector<std::string> fails;
    std::vector<std::string> says;
    bool compiles = true;
    std::vector<std::string> except;  ///< configurations, without "-unrecorded", or "unrecorded"
    std::filesystem::path file;

    /// @return "01-msgget/wrong/create-without-excl"
    [[nodiscard]] std::string title() const;
};

/// @return all submissions, the skeleton and the solution of each lab first.
/// @throws std::runtime_error where one says nothing of itself.
std::vector<Submission> all_submissions();

/// @return the lab that a submission is for.
const checks::Lab& lab_of(const Submission& submission);

/// @return the folder that holds a submission as a tree with a folder a lab.
std::filesystem::path tree_of(const Submission& submission);

/// Writes the tree of a submission: the file itself, or the patched solution.
/// @throws std::runtime_error where a patch does not fit any more.
void write_tree(const Submission& submission);

}  // namespace ipclab::gate

#endif
