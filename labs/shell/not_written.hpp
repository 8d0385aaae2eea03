/// @file
/// What a skeleton function throws until its student has written it.
#ifndef IPCLAB_LABS_SHELL_NOT_WRITTEN_HPP
#define IPCLAB_LABS_SHELL_NOT_WRITTEN_HPP

#include <stdexcept>
#include <string>

namespace shell {

/// Says that a function of the lab is still as the skeleton left it.
class NotWritten : public std::logic_error {
public:
    /// @param function  its name, as in the lab's header.
    explicit NotWritten(const std::string& function) : std::logic_error(function) {}
};

/// The exit status of a program whose function is still as the skeleton left it.
inline constexpr int not_written_status = 70;

}  // namespace shell

#endif
