#ifndef IPCLAB_TESTS_GATE_SURROUNDINGS_HPP
#define IPCLAB_TESTS_GATE_SURROUNDINGS_HPP

#include <filesystem>
#include <string>
#include <vector>

#include "arena/identity.hpp"
#include "kernel/objects.hpp"
#include "tests/folder.hpp"

namespace ipclab::gate {

/// What stands around a grading and must be the same afterwards: strangers' objects of all kinds,
/// one of them open to everybody, a stranger's process of the same user, and a folder for temporary
/// files that must be empty.
class Surroundings {
public:
    /// @param grader   who runs the grader: the strangers are the same user.
    explicit Surroundings(arena::Identity grader);
    Surroundings(const Surroundings&) = delete;
    Surroundings& operator=(const Surroundings&) = delete;
    ~Surroundings();

    /// @return the folder that the grader gets as TMPDIR.
    [[nodiscard]] const std::filesystem::path& temporary() const { return temporary_.path(); }

    /// @return what a grading has changed or left, as sentences; nothing where all is well.
    [[nodiscard]] std::vector<std::string> damage() const;

    /// @return whether a normal user has a queue now that can be seen from here and is no decoy.
    [[nodiscard]] bool user_has_queue(uid_t user) const;

private:
    [[nodiscard]] bool was_there(const kernel::Object& object) const;
    [[nodiscard]] bool stays_under_free_uid(const kernel::Object& object) const;
    static void remove_left(const kernel::Object& object);
    void make_objects();
    void damage_to_objects(std::vector<std::string>& damage) const;

    arena::Identity grader_;
    tests::Folder temporary_{"gate"};
    std::vector<kernel::Object> objects_;
    std::vector<kernel::Object> before_;  ///< of others, from before
    int queue_ = -1;
    pid_t process_ = -1;
};

}  // namespace ipclab::gate

#endif
