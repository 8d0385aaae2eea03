/// @file
/// The stretch of a recording that matters, ready to be laid out by a writer of reports: one column
/// a process, time downward, one row an event.
#ifndef IPCLAB_RECORDER_PICTURE_HPP
#define IPCLAB_RECORDER_PICTURE_HPP

#include <optional>
#include <string>
#include <vector>

#include "recorder/recording.hpp"

namespace ipclab::recorder {

/// The line that decides, and a few words about it.
struct Mark {
    std::size_t event = 0;  ///< its id
    std::string part;       ///< the part of the line that is meant, such as "IPC_CREAT"; where the
                            ///< line has no such part or this is empty, the whole line
    std::string note;       ///< "without IPC_EXCL it opens what is there"
};

struct Picture {
    struct Row {
        std::size_t column = 0;
        std::string text;  ///< one line; may hold bytes from student code, which the writers make
                           ///< harmless; empty: rows are left out here, and note says how many
        std::vector<std::size_t> waiting;  ///< other columns whose process waits in a call
                                           ///< meanwhile, or is held by the grader
        std::string part;  ///< of the deciding row: the part of text to point at; empty: of others
        std::string note;  ///< of the deciding row: the words beside the caret
    };
    std::vector<std::string> columns;  ///< "grader", "process 1", ...; only those with a row
    std::vector<Row> rows;

    [[nodiscard]] bool empty() const { return rows.empty(); }
};

/// Draws what matters: around the marked event, or the end where none is or it was left out. A call
/// that a process makes again and again, with the same result, is one row.
/// @param most_rows  of the picture, those included that stand for what is left out.
Picture draw(const Recording& recording, const std::optional<Mark>& mark = std::nullopt,
             std::size_t most_rows = 20);

}  // namespace ipclab::recorder

#endif
