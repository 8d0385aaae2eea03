/// @file
/// The words in which schedules are told, to be changed or translated.
#ifndef IPCLAB_EXPLORER_WORDS_HPP
#define IPCLAB_EXPLORER_WORDS_HPP

namespace ipclab::explorer::words {

inline constexpr char asked[] = "asked: {}";
inline constexpr char answers[] = "answers: {}";
inline constexpr char reads[] = "reads {}";
inline constexpr char reads_value[] = "reads {}: {}";
inline constexpr char writes[] = "writes {}";
inline constexpr char writes_value[] = "writes {}: {}";
inline constexpr char byte[] = "byte {} of the segment";
inline constexpr char waits[] = "{}  waits";
inline constexpr char returns[] = "{} returns";
inline constexpr char gets_signal[] = "gets SIG{}";
inline constexpr char ends[] = "ends";
inline constexpr char killed[] = "is killed";
inline constexpr char more[] = "... and {} more steps";
inline constexpr char and_then[] = "{}, {}";

// What was explored.
inline constexpr char schedules[] = "{} schedules";
inline constexpr char two_switches[] = ", {} of them with two switches";
inline constexpr char with_a_kill[] = ", {} of them ended by a kill";
inline constexpr char seconds[] = ", in {:.1f} s";
inline constexpr char sampled[] =
    "; between two System V calls races were only sampled, because nobody may trace here";

}  // namespace ipclab::explorer::words

#endif
