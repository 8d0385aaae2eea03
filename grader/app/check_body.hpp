#ifndef IPCLAB_APP_CHECK_BODY_HPP
#define IPCLAB_APP_CHECK_BODY_HPP

#include "app/check_runner.hpp"

namespace ipclab::app {

/// Runs one Catch2 test case in this process, which is the warden of a world made for it, and tells
/// what came of it. Only once in a process: Catch2 has one session.
report::CheckResult run_check_here(const Check& check, const Subject& subject,
                                   arena::Identity student);

}  // namespace ipclab::app

#endif
