/// @file
/// A picture of a recording as lines of text.
#ifndef IPCLAB_REPORT_PICTURE_HPP
#define IPCLAB_REPORT_PICTURE_HPP

#include <string>
#include <vector>

#include "recorder/picture.hpp"
#include "report/terminal.hpp"

namespace ipclab::report {

/// Lays a picture out: a column a process under its name, time downward. A row begins in its column
/// and may go on over those behind it; what reaches the edge of the page is wrapped, and nothing of
/// a call is left out. Bars stand in the columns of processes that wait meanwhile, carets under the
/// part that decides, and the words about it beside them or below.
/// @param columns  of the page, at least 12.
/// @return lines no wider than that, harmless whatever the picture holds; none of an empty picture.
std::vector<std::string> picture_lines(const recorder::Picture& picture, int columns,
                                       TerminalStyle::Glyphs glyphs);

}  // namespace ipclab::report

#endif
