#ifndef IPCLAB_EXPLORER_SOURCE_LINES_HPP
#define IPCLAB_EXPLORER_SOURCE_LINES_HPP

#include <memory>
#include <optional>
#include <string>

#include "recorder/recording.hpp"

namespace ipclab::explorer {

/// Finds the lines of a student's file that a program was compiled from: in the program's DWARF,
/// read with libdw of elfutils.
class SourceLines {
public:
    /// @param program  a descriptor of the program, which stays open.
    /// @param source   the name of the student's file, without its folder.
    SourceLines(int program, std::string source);
    SourceLines(const SourceLines&) = delete;
    SourceLines& operator=(const SourceLines&) = delete;
    ~SourceLines();

    /// @return the line of the student's file that is the innermost of these places, or of a
    ///         function that was inlined there; nothing where none is in that file.
    [[nodiscard]] std::optional<int> line_of(const recorder::Places& places) const;

private:
    struct Dwarf;
    std::unique_ptr<Dwarf> dwarf_;
    std::string source_;
};

}  // namespace ipclab::explorer

#endif
