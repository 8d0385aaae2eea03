/// @file
/// From what was expected, what was seen and the recording to the sentence that a good teaching
/// assistant would say. Says nothing rather than guess.
#ifndef IPCLAB_DIAGNOSIS_DIAGNOSIS_HPP
#define IPCLAB_DIAGNOSIS_DIAGNOSIS_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arena/arena.hpp"
#include "checks/mismatch.hpp"
#include "explorer/schedule.hpp"
#include "recorder/picture.hpp"
#include "recorder/recording.hpp"

namespace ipclab::diagnosis {

struct Evidence;

/// A failed check.
struct Case {
    int lab = 1;             ///< its number
    std::string_view check;  ///< the id of the failed check: "exclusive"
    const checks::Mismatch& mismatch;
    const recorder::Recording& recording;
    /// Where every expectation was met, but something was left behind: what. Then the mismatch is
    /// empty. Otherwise null.
    const arena::Aftermath* aftermath = nullptr;
    explorer::Schedule schedule = {};  ///< of several processes, where it was one that failed
};

struct Diagnosis {
    std::string rule;      ///< its name: "excl-missing"
    std::string sentence;  ///< one to three short sentences
    std::optional<recorder::Mark> mark;
};

/// What a rule says.
struct Statement {
    std::string sentence;
    std::optional<recorder::Mark> mark;
};

/// How much of the failing request's calls is known. Of a request with very many calls the
/// recording may hold only the end.
enum class Calls { none, latest, all };

/// One kind of mistake. It speaks only where what it says is certain from the evidence.
struct Rule {
    std::string_view name;
    Calls needs = Calls::all;  ///< with less it is not asked
    std::optional<Statement> (*look)(const Evidence&) = nullptr;
};

/// @return the rules for a lab, in the order in which they are asked: the more particular one
/// first.
const std::vector<Rule>& rules_of(int lab);

/// @return what the first rule that fits says, or nothing.
std::optional<Diagnosis> diagnose(const Case& seen);

}  // namespace ipclab::diagnosis

#endif
