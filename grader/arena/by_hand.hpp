/// @file
/// What the grader does, in words that can be typed.
#ifndef IPCLAB_ARENA_BY_HAND_HPP
#define IPCLAB_ARENA_BY_HAND_HPP

#include <string>

#include "message_text.hpp"

namespace ipclab::arena {

/// Bytes in a line of Perl.
struct PerlText {
    std::string word;     ///< in quotes, or "..." where they are no plain text
    std::string comment;  ///< behind the line: empty, or what the word stands for
};

inline PerlText in_perl(const std::string& bytes) {
    auto text = shell::show_text(bytes);
    const bool plain = text.size() == bytes.size() + 2;
    return plain ? PerlText{std::move(text), ""} : PerlText{"...", "   # " + text};
}

}  // namespace ipclab::arena

#endif
