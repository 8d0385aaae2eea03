#ifndef IPCLAB_TESTS_GATE_STAGE_HPP
#define IPCLAB_TESTS_GATE_STAGE_HPP

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/folder.hpp"
#include "tests/gate/grading.hpp"
#include "tests/gate/submission.hpp"
#include "tests/gate/surroundings.hpp"

namespace ipclab::gate {

/// Builds submissions [begin, end), all at the same time.
void build_together(const std::vector<Submission>& submissions, std::size_t begin, std::size_t end);

/// One configuration with everything that it needs: its surroundings, and, where the grader is to
/// run as somebody else, copies of the grader and of the programs that this user can reach.
class Stage {
public:
    explicit Stage(const Configuration& configuration);
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /// @return false where somebody else would have to build a submission that does not build.
    [[nodiscard]] bool can_grade(const Submission& submission) const;
    [[nodiscard]] bool builds() const { return own_identity_; }
    [[nodiscard]] const Configuration& configuration() const { return configuration_; }

    [[nodiscard]] Grading grade(const Submission& submission) const;
    [[nodiscard]] RunningGrader start(const Submission& submission) const;
    [[nodiscard]] RunningGrader start(std::vector<std::string> arguments) const;

    /// @return what has changed around, as sentences.
    [[nodiscard]] std::vector<std::string> damage() const { return surroundings_.damage(); }

    [[nodiscard]] bool user_has_queue(uid_t user) const {
        return surroundings_.user_has_queue(user);
    }

    /// A submission by its title, such as "right/noisy".
    [[nodiscard]] static Submission submission(const std::string& title);

private:
    void copy_for_others();
    [[nodiscard]] std::filesystem::path program_folder(const Submission& submission) const;

    Configuration configuration_;
    bool own_identity_;
    Surroundings surroundings_;
    std::optional<tests::Folder> copies_;
    std::filesystem::path ipclab_;
};

}  // namespace ipclab::gate

#endif
