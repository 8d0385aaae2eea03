#ifndef IPCLAB_KERNEL_ARGV_HPP
#define IPCLAB_KERNEL_ARGV_HPP

#include <string>
#include <vector>

namespace ipclab::kernel {

/// @return pointers to the words and a null pointer, as execve(2) wants them; good as long as the
/// words
///         stay where they are.
inline std::vector<char*> argv_of(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (auto& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace ipclab::kernel

#endif
