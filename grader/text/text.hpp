/// @file
/// Text for terminals: how wide it is, how to cut and wrap it, and how to make it safe to show.
/// Text is UTF-8, whatever the locale of the process. Widths are columns of a terminal.
#ifndef IPCLAB_TEXT_TEXT_HPP
#define IPCLAB_TEXT_TEXT_HPP

#include <string>
#include <string_view>
#include <vector>

namespace ipclab::text {

/// The columns that a text takes, as wcwidth(3) counts them: 2 for Hangul, CJK, fullwidth forms and
/// emoji, 0 for combining marks (of the scripts in the table of text.cpp; those of others count 1)
/// and for control characters, which harmless() leaves none of. A byte that is not UTF-8 counts 1.
int display_width(std::string_view text);

/// @return the text with spaces behind it up to a width; as it is, if it is as wide already.
std::string padded(std::string_view text, int width);

/// @return the text with spaces in front of it up to a width.
std::string right_aligned(std::string_view text, int width);

/// @param mark  what stands for the part that was cut off, "…".
/// @return the text, or if it is wider than width, its beginning and the mark, together no wider.
std::string cut(std::string_view text, int width, std::string_view mark);

/// @return the lines of a text, without their line feeds; a line feed at the end starts no line.
std::vector<std::string_view> lines_of(std::string_view text);

/// Breaks a text at spaces and line feeds, and inside words that are wider than a line. Spaces
/// inside a line stay as many as they were. A line but the first that would begin with "::" gets a
/// backslash, so what is harmless() remains so when it is wrapped.
/// @param width    of a line, at least 2.
/// @param hanging  how many spaces stand in front of each line but the first; less than width - 1.
/// @return the lines; none is wider than width. One empty line for an empty text.
std::vector<std::string> wrap(std::string_view text, int width, int hanging = 0);

/// @return the text with each byte that is not UTF-8 written as "\xNN".
std::string valid_utf8(std::string_view text);

/// @return the text with the letters a to z made capital, every other byte as it is.
std::string capital(std::string text);

/// Makes bytes from student code safe to show in a terminal and in the log of a GitHub workflow:
/// - bytes that are not UTF-8 become "\xNN";
/// - control characters become "\e", "\r", "\a", "\0", "\x01", and those of C1 "\x9b"; line feeds
///   stay and tabs become spaces up to the next of the tab stops, which are 8 columns apart;
/// - characters that change the direction of text, break lines or cannot be seen become "\u{202e}",
///   and so does each combining mark after the fourth in a row, before they cover other lines;
/// - workflow commands get a backslash that keeps GitHub from obeying them: "::" at the start of a
///   line, also behind spaces, becomes "\::", and "##[" becomes "##\[" anywhere.
/// A backslash in the text stays as it is: the result is for eyes, and not to be decoded.
std::string harmless(std::string_view text);

}  // namespace ipclab::text

#endif
