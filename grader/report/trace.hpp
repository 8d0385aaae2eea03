#ifndef IPCLAB_REPORT_TRACE_HPP
#define IPCLAB_REPORT_TRACE_HPP

#include <string>

#include "report/result.hpp"
#include "report/terminal.hpp"

namespace ipclab::report {

/// @return the whole recordings of a run's checks as pictures, each with its outcome.
std::string trace_report(const RunResult& run, const TerminalStyle& style);

}  // namespace ipclab::report

#endif
