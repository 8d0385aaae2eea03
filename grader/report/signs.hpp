/// @file
/// The signs of the terminal report, and what stands for them where there is ASCII only.
#ifndef IPCLAB_REPORT_SIGNS_HPP
#define IPCLAB_REPORT_SIGNS_HPP

#include <string_view>

#include "report/terminal.hpp"

namespace ipclab::report {

/// The first five are one column wide.
struct Signs {
    std::string_view pass, fail, not_run, error, bar, ellipsis, dash;
};

inline const Signs& signs_of(TerminalStyle::Glyphs glyphs) {
    static constexpr Signs unicode = {"✓", "✗", "–", "!", "│", "…", "—"};
    static constexpr Signs ascii = {"+", "x", "-", "!", "|", "...", "-"};
    return glyphs == TerminalStyle::Glyphs::unicode ? unicode : ascii;
}

}  // namespace ipclab::report

#endif
