/// @file
/// What a failed check shows beside its finding: taken from the arena at the moment of the failure.
#ifndef IPCLAB_CHECKS_EVIDENCE_HPP
#define IPCLAB_CHECKS_EVIDENCE_HPP

#include <string>
#include <vector>

#include "arena/arena.hpp"
#include "checks/lab.hpp"
#include "report/result.hpp"

namespace ipclab::checks {

/// @return what the kernel lists of the check's objects, and who made each.
std::vector<report::KernelRow> kernel_rows(const arena::Arena& arena);

/// @return the commands that do by hand what the check did.
std::vector<std::string> by_hand(const arena::Arena& arena, const Lab& lab);

/// @return what each process printed, where it printed anything.
std::vector<report::Printed> printed(const arena::Arena& arena);

}  // namespace ipclab::checks

#endif
