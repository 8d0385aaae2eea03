/// @file
/// The small shell that every lab gives: it reads commands, one a line, calls the student's
/// functions, and answers one line each. A person types them at a terminal; the grader sends the
/// same commands over a private channel, so that whatever the functions print disturbs nothing.
#ifndef IPCLAB_LABS_SHELL_SHELL_HPP
#define IPCLAB_LABS_SHELL_SHELL_HPP

#include <sys/types.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace shell {

using Words = std::vector<std::string>;

/// One command of a lab's shell.
struct Command {
    std::string name;                                  ///< what is typed, for example "create"
    Words parameters;                                  ///< their names, for example {"KEY", "MODE"}
    std::string help;                                  ///< one line for `help`
    std::function<std::string(const Words&)> perform;  ///< gets the arguments, gives the answer
};

/// A word of a command that does not fit: the answer is "usage ...".
class WrongWord : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Runs the shell until its input ends.
///
/// With the argument `--channel` the commands come as packets "TOKEN COMMAND..." over the
/// SOCK_SEQPACKET socket that is descriptor 3, and each is answered with "TOKEN ANSWER".
///
/// An answer is one of
///     what perform returned                      id 3
///     error NAME MESSAGE                         error ENOENT No such file or directory
///     not-written FUNCTION                       not-written create
///     exception TYPE WHAT                        exception std::runtime_error no queue
///     usage TEXT                                 usage create KEY MODE
///
/// @return the exit status of the program: 0, or 2 where the command line is wrong.
int run(int argc, char** argv, const std::vector<Command>& commands);

/// Reads a key: decimal, or hexadecimal with 0x, up to 32 bits.
/// @throws WrongWord with a sentence for the person who typed it.
key_t parse_key(const std::string& word);

/// Reads permission bits: octal with a leading 0, for example 0600.
/// @throws WrongWord with a sentence for the person who typed it.
mode_t parse_mode(const std::string& word);

/// Reads a whole number, decimal.
/// @throws WrongWord with a sentence for the person who typed it.
int parse_number(const std::string& word);

/// Writes a key as ipcs does: 0x and eight hexadecimal digits.
std::string show_key(key_t key);

}  // namespace shell

#endif
