#include "app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace ipclab::app {

namespace {

bool can_rewrite_a_line() {
    const char* terminal = std::getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

}  // namespace

Progress::Progress(int lab) : lab_(lab), is_terminal_(can_rewrite_a_line()) {}

Progress::~Progress() {
    if (is_terminal_) {
        fmt::print(stderr, "\r\x1b[K");
    }
}

void Progress::show(std::size_t done, std::size_t of) {
    if (is_terminal_) {
        fmt::print(stderr, "\r\x1b[Klab {:02}: {} of {} checks", lab_, done, of);
        std::fflush(stderr);
    }
}

}  // namespace ipclab::app
