#ifndef IPCLAB_WORKSHOP_DIAGNOSTICS_HPP
#define IPCLAB_WORKSHOP_DIAGNOSTICS_HPP

#include <string>
#include <string_view>
#include <vector>

namespace ipclab::workshop {

/// The first error of a compiler or linker.
struct Diagnostic {
    std::string file;  ///< empty where it names none
    int line = 0;
    std::string message;
    std::vector<std::string> details;  ///< the source line and the caret under it
};

/// Finds the first error in what g++ and the linker printed.
/// @return it; where nothing looks like an error, the first line as the message.
Diagnostic first_error(std::string_view output);

/// @return the warnings in what g++ printed, in order, without details.
std::vector<Diagnostic> warnings_in(std::string_view output);

/// Reads a dependency file as g++ -MD writes it for make.
/// @return the files that were read, the source first.
std::vector<std::string> read_depfile(std::string_view text);

/// @return whether a text is valid UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

}  // namespace ipclab::workshop

#endif
