/// @file
/// How the text of a message is written in a line: any bytes, so that what is shown can be typed.
#ifndef IPCLAB_LABS_SHELL_MESSAGE_TEXT_HPP
#define IPCLAB_LABS_SHELL_MESSAGE_TEXT_HPP

#include <optional>
#include <string>

namespace shell {

/// Writes bytes as a quoted text:
///     "two words"      letters of any language in UTF-8 stand for themselves
///     "a\nb\0c\xff"    \n \t \r \" \\ \0, and \x with exactly two digits for any other byte
///     "0123"*2048      so many times the same, where the whole is long and made like this
std::string show_text(const std::string& bytes);

/// Reads what show_text writes; a word without quotes stands for itself.
/// @return the bytes, or nothing where it is no such text.
std::optional<std::string> read_text(const std::string& word);

}  // namespace shell

#endif
