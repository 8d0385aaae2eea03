#ifndef IPCLAB_ARENA_LEDGER_HPP
#define IPCLAB_ARENA_LEDGER_HPP

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arena/identity.hpp"
#include "kernel/descriptor.hpp"
#include "kernel/objects.hpp"

namespace ipclab::arena {

/// Who made an object.
struct Maker {
    int process = 0;      ///< the number of the student process in its check, 0: the grader
    std::string request;  ///< what it was asked when it did, for example "create 0x4c01 0600"
};

/// Whose an object is.
enum class Whose {
    student,
    stranger,  ///< as far as student code is concerned: it may not change or remove it
};

/// One object that was made in a check.
struct Entry {
    kernel::Kind kind = kernel::Kind::queue;
    int id = -1;
    key_t key = 0;
    Maker maker;
    Whose whose = Whose::student;
    std::optional<uid_t> creator;  ///< nothing: the student's user
    bool expected = false;  ///< the check knows of it and does not ask the student to remove it
};

/// The books of one check: every object that was made in it, by whom, and on whose behalf. Objects
/// that are not in the books are strangers'.
///
/// The kernel records no creator for a queue. The books are exact all the same, because msgget and
/// semget of a student process are made by its supervisor, which therefore knows each id that was
/// made; for segments the kernel's own shm_cpid tells.
///
/// The books are kept in a file, too, for as long as the check runs: if everything of the grader is
/// killed at once, the next grader finds a file without a lock and removes what it names.
class Ledger {
public:
    enum class Keeping {
        in_memory,  ///< the objects end with their namespace: only the scratch folder can survive
        on_file,
    };

    Ledger(Keeping keeping, Identity owner);
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;
    ~Ledger();

    void enter(const Entry& entry);

    /// @return the entry of an object, or null where it is a stranger's.
    [[nodiscard]] Entry* find(kernel::Kind kind, int id);
    [[nodiscard]] const Entry* find(kernel::Kind kind, int id) const;

    /// @return everything that was made so far, removed objects included.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

    /// @return how many queues were made by student processes.
    [[nodiscard]] std::size_t queues_made_by_students() const;

    /// @return the folder of the check, which is removed with the ledger.
    [[nodiscard]] const std::filesystem::path& scratch() const { return scratch_; }

private:
    Keeping keeping_;
    std::vector<Entry> entries_;
    std::map<std::pair<kernel::Kind, int>, std::size_t> places_;  ///< of each in entries_
    Identity owner_;
    std::filesystem::path path_;
    std::filesystem::path scratch_;
    kernel::Descriptor file_;
};

/// Removes what a grader that was killed altogether has left: the objects in ledgers that nobody
/// holds any more, if they still are the same objects, and its scratch folders.
/// @return how many objects were removed.
int sweep_after_dead_graders();

}  // namespace ipclab::arena

#endif
