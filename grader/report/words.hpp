/// @file
/// Every word of the terminal report, in one place, to be changed or translated. Braces stand for
/// what the report puts in (fmt); a translation may name them to move them about: {1} is the
/// second.
#ifndef IPCLAB_REPORT_WORDS_HPP
#define IPCLAB_REPORT_WORDS_HPP

namespace ipclab::report::words {

inline constexpr char lab[] = "Lab {:02}  {}";
inline constexpr char total[] = "Total";

// Labels. The report makes their column as wide as the widest.
inline constexpr char expected[] = "expected";
inline constexpr char observed[] = "but";
inline constexpr char cause[] = "cause";
inline constexpr char reason[] = "why";
inline constexpr char by_hand[] = "by hand";
inline constexpr char look_at[] = "look at";
inline constexpr char read[] = "read";
inline constexpr char handout[] = "handout";
inline constexpr char recording[] = "recording";
inline constexpr char because[] = "because";
inline constexpr char what_to_do[] = "what to do";

inline constexpr char schedule[] = "the schedule that shows it";
inline constexpr char turn[] = "switch";
inline constexpr char explored[] = "explored";

inline constexpr char kernel[] = "what the kernel saw";
inline constexpr char kernel_at_end[] = "what the kernel lists at the end";
inline constexpr char id[] = "id {}";
inline constexpr char more_objects[] = "not shown: {} more";

inline constexpr char printed[] = "your program printed";
inline constexpr char printed_by[] = "your program printed (process {})";
inline constexpr char more_bytes[] = "bytes not shown: {}";
inline constexpr char more_processes[] = "processes that printed too, not shown: {}";

// Behind the title of a check.
inline constexpr char name[] = "[{}]";
inline constexpr char not_run[] = "(not run)";
inline constexpr char not_run_needs[] = "(not run: needs {})";
inline constexpr char others_in_full[] =
    "To see another failure in full, give its name, which stands in brackets:\n{}";

inline constexpr char grade_check[] = "make grade LAB={} CHECK={}";
inline constexpr char grade_lab[] = "make grade LAB={}";

inline constexpr char grader_failed[] =
    "The grader failed here, not your program. It costs you no points.";
inline constexpr char after_grader_failure[] =
    "Run it again: {}. If it fails again, show these lines to your instructor.";

inline constexpr char missing[] = "a file is missing: {}";
inline constexpr char unreadable[] = "a file cannot be read: {}";
inline constexpr char does_not_compile[] = "does not compile";
inline constexpr char not_graded[] = "could not be graded";
inline constexpr char after_obstacle[] = "No check was run. Correct this first, then type: {}";

inline constexpr char undecided[] =
    "Points not decided: {}. The grader failed there, and you do not lose them. Run it again.";
inline constexpr char partial[] =
    "Only some of the checks were run: these are not the points of the whole.";
inline constexpr char full[] =
    "Full points: the kernel saw everything that the handout asks for. Well done!";
inline constexpr char graded[] = "graded: {}";
inline constexpr char isolation[] = "isolation: {}";
inline constexpr char recorded[] = "recording: {}";
inline constexpr char seed[] = "seed: {}";

// Of `make trace`.
inline constexpr char traced[] = "Lab {:02}  {}";
inline constexpr char traced_pass[] = "The check passes: this is how it should look.";
inline constexpr char traced_expected[] = "expected: {}";
inline constexpr char traced_observed[] = "but: {}";
inline constexpr char traced_not_run[] = "Not run: it needs the check {}, which does not pass.";
inline constexpr char traced_grader_error[] = "The grader failed here, not your program: {}";
inline constexpr char traced_file[] = "The same with times: {}";

}  // namespace ipclab::report::words

#endif
