/// @file
/// From what was expected, what was seen and the recording to the sentence that a good teaching
/// assistant would say. Says nothing rather than guess.
#ifndef IPCLAB_DIAGNOSIS_DIAGNOSIS_HPP
#define IPCLAB_DIAGNOSIS_DIAGNOSIS_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/mismatch.hpp"
#include "recorder/picture.hpp"
#include "recorder/recording.hpp"

namespace ipclab::diagnosis {

/// What a rule looks at.
struct Case {
    std::string_view check;  ///< the id of the failed check: "exclusive"
    const checks::Mismatch& mismatch;
    const recorder::Recording& recording;
};

struct Diagnosis {
    std::string rule;      ///< its name: "excl-forgotten"
    std::string sentence;  ///< one or two sentences
    std::optional<recorder::Mark> mark;
};

/// One kind of mistake. It speaks only where what it says is certain from the evidence.
struct Rule {
    std::string_view name;
    std::optional<Diagnosis> (*look)(const Case&);
};

/// @return all rules, in the order in which they are asked: the more particular one first.
const std::vector<Rule>& rules();

/// @return what the first rule that fits says, or nothing.
std::optional<Diagnosis> diagnose(const Case& seen);

}  // namespace ipclab::diagnosis

#endif
