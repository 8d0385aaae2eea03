#ifndef IPCLAB_DIAGNOSIS_DECIDING_LINE_HPP
#define IPCLAB_DIAGNOSIS_DECIDING_LINE_HPP

#include <optional>

#include "diagnosis/diagnosis.hpp"

namespace ipclab::diagnosis {

/// @return where a picture points to when no rule says more: the answer that was not the expected
///         one, or the call that has not returned.
std::optional<recorder::Mark> deciding_line(const Case& seen);

}  // namespace ipclab::diagnosis

#endif
