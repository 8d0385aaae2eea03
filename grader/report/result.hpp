/// @file
/// The one result model: every writer (terminal, JSON, and those to come) reads it. Its JSON form
/// is described in result.schema.json.
#ifndef IPCLAB_REPORT_RESULT_HPP
#define IPCLAB_REPORT_RESULT_HPP

#include <string>
#include <vector>

#include "recorder/picture.hpp"

namespace ipclab::report {

enum class Outcome {
    pass,
    fail,
    not_run,       ///< a check that it needs did not pass
    grader_error,  ///< the grader failed, not the student: no verdict
};

/// Why a check failed. Texts are sentences or parts of one, ready to be shown; they may hold bytes
/// from student code and are made harmless by the writers.
struct Finding {
    std::string expected;  ///< "create 0x4c01 0600 fails with EEXIST (File exists)"
    std::string observed;  ///< "it answered \"id 3\""
    std::string reason;    ///< what the contract says about it: one or two sentences
};

/// One row of what the kernel listed when the check failed.
struct KernelRow {
    std::string kind;  ///< "queue", "segment", "semaphore set"
    std::string key;   ///< "0x00004c01"
    int id = -1;
    std::string mode;  ///< "0600"
    std::string note;  ///< "made by process 1: create 0x4c01 0600", "empty", ...
};

/// What a student process printed.
struct Printed {
    int process = 0;        ///< its number in the check, from 1
    std::string text;       ///< the first part of it, raw
    std::size_t bytes = 0;  ///< all of it
};

/// What one process did in a schedule that shows a failure, until another one went on.
struct ScheduleStep {
    std::string who;    ///< "A"
    std::string text;   ///< "reads account 0: 5"
    std::string place;  ///< "semaphores.cpp:31", or ""
};

struct CheckResult {
    std::string id;     ///< "exclusive"
    std::string title;  ///< "create refuses a key that is taken"
    int max_points = 0;
    int points = 0;
    Outcome outcome = Outcome::not_run;
    Finding finding;            ///< of a failure
    std::string diagnosis;      ///< of a failure: the mistake behind it, where the recording
                                ///< tells: one or two sentences
    recorder::Picture picture;  ///< of a failure: the part of the recording that matters
    std::vector<ScheduleStep> schedule;  ///< of a failure that one schedule shows
    std::string explored;              ///< which schedules of races were run: a part of a sentence
    std::vector<KernelRow> kernel;     ///< of a failure
    std::vector<std::string> by_hand;  ///< of a failure: commands to type, one a line, in order
    std::string look_at;               ///< "labs/01-msgget/queue.cpp, create"
    std::string read;                  ///< "man 2 msgget, IPC_EXCL"
    std::string handout;               ///< "labs/01-msgget/README.md, Task 2"
    std::string recording;             ///< the file with all that was recorded: a path
    std::vector<Printed> printed;
    std::string because;    ///< of not_run: the id of the check it needs;
                            ///< of grader_error: what went wrong
    long microseconds = 0;  ///< wall time
};

/// Why a lab could not be graded at all.
enum class Obstacle {
    none,
    missing,     ///< a file that the student edits is not there
    unreadable,  ///< it is empty, or not text in UTF-8
    does_not_compile,
    grader_error,
};

struct LabResult {
    int number = 0;     ///< 1
    std::string name;   ///< "01-msgget"
    std::string title;  ///< "msgget"
    Obstacle obstacle = Obstacle::none;
    std::string file;     ///< of an obstacle: the file it is about, as the student knows it
    int line = 0;         ///< of an obstacle: where, 0: nowhere in particular
    std::string message;  ///< of an obstacle: the compiler's first error, or a sentence
    std::vector<std::string> details;  ///< more of the compiler's words: source line, caret
    std::vector<CheckResult> checks;
};

struct RunResult {
    std::string isolation;       ///< "namespaces", "uid" or "shared"
    std::string isolation_note;  ///< a sentence: what it keeps apart
    std::string recording_note;  ///< whether calls were recorded, and if not, why
    unsigned long long seed = 0;
    std::string tree;      ///< what was graded: "labs", "solutions" or a folder
    bool partial = false;  ///< one check only, or interrupted
    std::vector<LabResult> labs;
};

/// @return points reached, and points to be had, of a lab or a run.
int points(const LabResult& lab);
int max_points(const LabResult& lab);
int points(const RunResult& run);
int max_points(const RunResult& run);

/// @return whether any check or lab ended in a grader error.
bool has_grader_error(const RunResult& run);

/// @return "pass", "fail", "not_run", "grader_error": the words of the JSON form.
std::string name_of(Outcome outcome);
/// @return "none", "missing", "unreadable", "does_not_compile", "grader_error".
std::string name_of(Obstacle obstacle);

}  // namespace ipclab::report

#endif
