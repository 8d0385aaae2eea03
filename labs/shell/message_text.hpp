/// @file
/// How the text of a message is written in a line: any bytes, so that what is shown can be typed.
/// The grader reads and writes lines with the same code.
#ifndef IPCLAB_LABS_SHELL_MESSAGE_TEXT_HPP
#define IPCLAB_LABS_SHELL_MESSAGE_TEXT_HPP

#include <optional>
#include <string>
#include <vector>

namespace shell {

/// Writes bytes as a quoted text:
///     "two words"      letters of any language in UTF-8 stand for themselves
///     "a\nb\0c\xff"    \n \t \r \" \\ \0, and \x with exactly two digits for any other byte
///     "0123"*2048      so many times the same, where the whole is long and made like this
std::string show_text(const std::string& bytes);

/// Reads what show_text writes; a word without quotes stands for itself.
/// @return the bytes, or nothing where it is no such text.
std::optional<std::string> read_text(const std::string& word);

/// Splits a line at its blanks, but not in "quoted texts".
std::vector<std::string> split_line(const std::string& line);

}  // namespace shell

#endif
