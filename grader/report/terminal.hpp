#ifndef IPCLAB_REPORT_TERMINAL_HPP
#define IPCLAB_REPORT_TERMINAL_HPP

#include <string>

#include "report/result.hpp"

namespace ipclab::report {

/// What the terminal can show.
struct TerminalStyle {
    enum class Colour { never, always };
    enum class Glyphs { unicode, ascii };

    int columns = 80;
    Colour colour = Colour::never;
    Glyphs glyphs = Glyphs::unicode;
};

/// Finds out what suits a descriptor that is written to. Columns are 80 where it is no terminal or
/// the terminal does not say. Colours are for terminals, and not where NO_COLOR is set to anything
/// (no-color.org) or TERM is "dumb". The glyphs are those of ASCII unless LC_ALL, LC_CTYPE or LANG,
/// the first of them that is set, names the codeset UTF-8.
TerminalStyle style_of(int descriptor);

/// The report for the student. Of each lab the first failure is told in full, the others in short.
/// No line is wider than style.columns or 100, but the report takes 40 columns at least. Whatever
/// the texts of the run hold, the report has no control characters but line feeds, and the escape
/// sequences of its own colours, and no line that GitHub takes for a workflow command. Texts are
/// shown in UTF-8 in either style of glyphs, which is only about the report's own signs.
/// @return the lines, each with a line feed at its end.
std::string terminal_report(const RunResult& run, const TerminalStyle& style);

}  // namespace ipclab::report

#endif
