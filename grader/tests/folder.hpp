#ifndef IPCLAB_TESTS_FOLDER_HPP
#define IPCLAB_TESTS_FOLDER_HPP

#include <cstdlib>
#include <filesystem>
#include <string>

#include "kernel/failure.hpp"

namespace ipclab::tests {

/// A new folder in /tmp, which is gone with all that is in it at the end of the scope.
class Folder {
public:
    /// @param name         how its name begins.
    /// @param permissions  who may look into it.
    explicit Folder(const std::string& name,
                    std::filesystem::perms permissions = std::filesystem::perms::owner_all) {
        std::string path = "/tmp/" + name + "-XXXXXX";
        if (mkdtemp(path.data()) == nullptr) {
            kernel::fail("cannot make a temporary folder");
        }
        path_ = path;
        std::filesystem::permissions(path_, permissions);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace ipclab::tests

#endif
