/// @file
/// Every word of a recording that a student reads, in one place, to be changed or translated.
/// Braces stand for what is put in (fmt); a translation may name them to move them about: {1} is
/// the second. Names of C and of the kernel are no words: they stay.
#ifndef IPCLAB_RECORDER_WORDS_HPP
#define IPCLAB_RECORDER_WORDS_HPP

namespace ipclab::recorder::words {

// Who: a column's name.
inline constexpr char grader[] = "grader";
inline constexpr char process[] = "process {}";
inline constexpr char child[] = "child {1} of process {0}";

// What happened.
inline constexpr char asked[] = "asked: {}";
inline constexpr char answers[] = "answers: {}";
inline constexpr char returns[] = "{} returns {}";
inline constexpr char some_call_returns[] = "a call returns";
inline constexpr char waits[] = "{}  waits here";
inline constexpr char held[] = "held here by the grader";
inline constexpr char signal[] = "signal {}";
inline constexpr char starts[] = "starts";
inline constexpr char executes[] = "starts {}";
inline constexpr char exit_status[] = "exit status {}";
inline constexpr char killed[] = "killed by {}";
inline constexpr char other_signal[] = "number {}";
inline constexpr char reads[] = "reads {0} in segment {1} at 0x{2:x}";
inline constexpr char writes[] = "writes {0} in segment {1} at 0x{2:x}";
inline constexpr char thread[] = "thread {}: {}";

// Of rows that stand for several.
inline constexpr char times[] = "{}  x {}";
inline constexpr char more[] = "{} more";

// Of a transcript.
inline constexpr char transcript[] =
    "What the kernel saw in this check: each System V IPC call of the student's processes, and "
    "what "
    "the grader asked and did.";
inline constexpr char transcript_columns[] =
    "One line an event, in order: microseconds since the check began, who, what.";
inline constexpr char left_out[] = "... events left out here: {}";

// Of a call.
inline constexpr char message[] = "{{type {}, {}}}";
inline constexpr char type[] = "type {}";
inline constexpr char time_out[] = "a time-out";
inline constexpr char other_call[] = "system call {}";
inline constexpr char interrupted[] = "= interrupted";
inline constexpr char refused[] = "{} (refused by the check)";

}  // namespace ipclab::recorder::words

#endif
