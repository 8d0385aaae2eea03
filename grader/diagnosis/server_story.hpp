/// @file
/// What the server of lab 2 did, from its recorded calls: which requests it took out of its queue,
/// and what it sent after each.
#ifndef IPCLAB_DIAGNOSIS_SERVER_STORY_HPP
#define IPCLAB_DIAGNOSIS_SERVER_STORY_HPP

#include <optional>
#include <string>
#include <vector>

#include "diagnosis/evidence.hpp"

namespace ipclab::diagnosis {

/// A message that the server took out of its queue.
struct Taken {
    const Receive* receive = nullptr;
    /// Of a request "QUEUE TYPE QUESTION"; nothing where it is none.
    struct Wish {
        int queue = 0;
        long type = 0;
        std::string question;  ///< its first bytes
        std::size_t size = 0;  ///< all of it
    };
    std::optional<Wish> wish;
    std::vector<const Send*> sent;  ///< until the next message was taken
};

struct ServerStory {
    std::optional<int> queue;  ///< the id of the server's own one, where it was made
    std::vector<Taken> taken;

    /// @return the last message that was taken, or null.
    [[nodiscard]] const Taken* last() const { return taken.empty() ? nullptr : &taken.back(); }
};

/// @return what a server did; empty where something else is judged.
ServerStory server_story(const Evidence& seen);

}  // namespace ipclab::diagnosis

#endif
