#include "arena/state_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "kernel/failure.hpp"

namespace ipclab::arena {

namespace {

namespace fs = std::filesystem;

fs::path base() {
    const char* chosen = std::getenv("TMPDIR");
    return chosen != nullptr && *chosen == '/' ? chosen : "/tmp";
}

std::string prefix() {
    return fmt::format("ipclab-{}-", geteuid());
}

}  // namespace

fs::path new_state_name() {
    std::random_device random;
    return base() / fmt::format("{}{:08x}{:08x}", prefix(), random(), random());
}

std::vector<fs::path> state_files(const std::string& ending) {
    std::vector<fs::path> mine;
    for (const auto& entry : fs::directory_iterator(base())) {
        const auto& path = entry.path();
        struct stat status {};
        const bool is_named_so =
            path.extension() == ending && path.filename().string().starts_with(prefix());
        if (is_named_so && lstat(path.c_str(), &status) == 0 && status.st_uid == geteuid()) {
            mine.push_back(path);
        }
    }
    return mine;
}

std::string state_obstacle() {
    const auto folder = base();
    std::error_code ignored;
    if (fs::is_directory(folder, ignored) && access(folder.c_str(), W_OK | X_OK) == 0) {
        return "";
    }
    return fmt::format(
        "Temporary files cannot be made in {}. Set TMPDIR to a folder that you can write in.",
        folder.string());
}

kernel::Descriptor lock_file(const fs::path& path) {
    kernel::Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open()) {
        kernel::fail("cannot open " + path.string());
    }
    if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        file.close();
    }
    return file;
}

}  // namespace ipclab::arena
