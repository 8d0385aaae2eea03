/// @file
/// Which labs a command line means.
#ifndef IPCLAB_APP_CHOICE_HPP
#define IPCLAB_APP_CHOICE_HPP

#include <optional>
#include <string>
#include <vector>

#include "app/catalog.hpp"
#include "checks/lab.hpp"

namespace ipclab::app {

/// @throws WrongUsage where there is no such lab.
const checks::Lab& require_lab(int number);

/// @return the lab with this number, or all labs where none is asked for.
std::vector<const checks::Lab*> chosen_labs(const std::optional<int>& number);

/// @return those of some labs that have a check: one, unless several labs use the same id.
/// @throws WrongUsage where none has it.
std::vector<const checks::Lab*> labs_with_check(const std::vector<const checks::Lab*>& labs,
                                                const std::string& id,
                                                const std::vector<Check>& all);

}  // namespace ipclab::app

#endif
