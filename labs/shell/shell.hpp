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
                                                       ///< or {"ID", "[SIZE]"}: may be left out
    std::string help;                                  ///< one line for `help`
    std::function<std::string(const Words&)> perform;  ///< gets the arguments, gives the answer
};

/// A whole program that a lab is about. It is the same executable file, started under another name.
struct Program {
    std::string name;                       ///< what is typed, and its argv[0]: "server"
    std::string arguments;                  ///< for `help`, for example "KEY"
    std::string help;                       ///< one line for `help`
    std::function<int(const Words&)> main;  ///< gets the arguments, gives the exit status
};

/// A word of a command that does not fit: the answer is "usage ...".
class WrongWord : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Runs the shell until its input ends, or, where argv[0] is the name of a program, that program.
///
/// Typed as a command, a program runs as a process of its own, and the shell waits for its end.
/// What a program throws ends it with a line on the standard error: std::system_error and others
/// with the exit status 1, NotWritten with not_written_status, and WrongWord with 2.
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
/// `repeat TIMES COMMAND...` performs a command of any lab so often, until it fails.
///
/// @return the exit status of the process: 0, or 2 where the command line is wrong.
int run(int argc, char** argv, const std::vector<Command>& commands,
        const std::vector<Program>& programs = {});

/// From now on `kill -USR1 PROCESS` interrupts a call that waits, and does nothing else: the call
/// fails with EINTR (signal(7)).
void let_sigusr1_interrupt();

/// Reads a key: decimal, or hexadecimal with 0x, up to 32 bits.
/// @throws WrongWord with a sentence for the person who typed it.
key_t parse_key(const std::string& word);

/// Reads permission bits: octal with a leading 0, for example 0600.
/// @throws WrongWord with a sentence for the person who typed it.
mode_t parse_mode(const std::string& word);

/// Reads a whole number, decimal.
/// @throws WrongWord with a sentence for the person who typed it.
int parse_number(const std::string& word);
long parse_long(const std::string& word);
std::size_t parse_size(const std::string& word);

/// Reads the text of a message (message_text.hpp).
/// @throws WrongWord with a sentence for the person who typed it.
std::string parse_text(const std::string& word);

/// Writes a key as ipcs does: 0x and eight hexadecimal digits.
std::string show_key(key_t key);

/// Writes permission bits in octal with a leading 0: "0600"; with all bits that are there: "01600".
std::string show_mode(mode_t mode);

}  // namespace shell

#endif
