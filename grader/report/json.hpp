#ifndef IPCLAB_REPORT_JSON_HPP
#define IPCLAB_REPORT_JSON_HPP

#include <filesystem>
#include <string>

#include "report/result.hpp"

namespace ipclab::report {

/// The form of a run that result.schema.json describes. Bytes of texts that are not UTF-8 are
/// written as "\xNN"; all else is kept. Writing never fails for what a text holds, and the JSON can
/// be shown in a GitHub log: it has no "##[" and no line that starts with "::".
std::string to_json(const RunResult& run);

/// One check, as it stands in the form of a run.
std::string to_json(const CheckResult& check);

/// Reads what to_json(check) wrote.
/// @throws std::runtime_error saying what is wrong: not JSON, a field that is missing, unknown, of
///         another type or out of range.
CheckResult check_from_json(const std::string& text);

/// Finds out whether a file could be written, before hours of work go into its contents. Leaves the
/// file and its directory as they are.
/// @return empty, or the sentence why it cannot be written.
std::string obstacle_to_writing(const std::filesystem::path& path);

/// Writes a file beside the path and renames it, so that readers see the old text or the new one
/// and never a part, and so that the old one stays if this fails. A symbolic link stays one: the
/// file it leads to is replaced.
/// @throws std::runtime_error with the sentence why it cannot be written.
void write_file_atomically(const std::filesystem::path& path, const std::string& text);

}  // namespace ipclab::report

#endif
