/// @file
/// Every word of a recording that a student reads, in one place, to be changed or translated.
/// Braces stand for what is put in (fmt); a translation may name them to move them about: {1} is
/// the second. Names of C and of the kernel are no words: they stay.
#ifndef IPCLAB_RECORDER_WORDS_HPP
#define IPCLAB_RECORDER_WORDS_HPP

namespace ipclab::recorder::words {

// Of a call.
inline constexpr char message[] = "{{type {}, {}}}";
inline constexpr char type[] = "type {}";
inline constexpr char time_out[] = "a time-out";
inline constexpr char other_call[] = "system call {}";
inline constexpr char interrupted[] = "= interrupted";

}  // namespace ipclab::recorder::words

#endif
