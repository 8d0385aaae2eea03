#include "arena/ledger.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include "arena/state_files.hpp"
#include "kernel/failure.hpp"
#include "kernel/file.hpp"

namespace ipclab::arena {

namespace {

constexpr const char* ending = ".ledger";

/// A line of the file: kind, id, key and the creator's uid, as decimal numbers.
struct Line {
    int kind = 0;
    int id = 0;
    key_t key = 0;
    uid_t creator = 0;
};

bool is_still(const Line& line, const kernel::Object& object) {
    // A segment that is removed while it is attached loses its key and stays.
    const bool key_is_same = object.key == line.key ||
                             (object.kind == kernel::Kind::segment && object.key == IPC_PRIVATE);
    return static_cast<int>(object.kind) == line.kind && object.id == line.id &&
           object.creator == line.creator && key_is_same;
}

/// Removes a folder with all that is in it, also where student code has taken the rights away.
void remove_tree(const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (fs::is_directory(fs::symlink_status(path, ignored))) {
        fs::permissions(path, fs::perms::owner_all, ignored);
        for (const auto& entry : fs::directory_iterator(path, ignored)) {
            remove_tree(entry.path());
        }
    }
    fs::remove(path, ignored);
}

int remove_listed(const std::string& ledger) {
    const auto objects = kernel::objects();
    int removed = 0;
    std::istringstream lines(ledger);
    for (Line line; lines >> line.kind >> line.id >> line.key >> line.creator;) {
        for (const auto& object : objects) {
            if (!is_still(line, object)) {
                continue;
            }
            const gid_t group = line.creator == geteuid() ? getegid() : line.creator;
            const ActingAs creator({line.creator, group});
            removed += kernel::remove(object.kind, object.id) == 0 ? 1 : 0;
        }
    }
    return removed;
}

int sweep_one(const std::filesystem::path& ledger) {
    const auto lock = lock_file(ledger);
    if (!lock.is_open()) {
        return 0;
    }
    const int removed = remove_listed(kernel::try_read_file(ledger).value_or(""));
    remove_tree(std::filesystem::path(ledger).replace_extension(".scratch"));
    std::filesystem::remove(ledger);
    return removed;
}

}  // namespace

Ledger::Ledger(Keeping keeping, Identity owner) : keeping_(keeping), owner_(owner) {
    const auto name = new_state_name();
    const auto unlocked = name.string() + ".new";
    path_ = name.string() + ending;
    scratch_ = name.string() + ".scratch";
    file_ = lock_file(unlocked);
    // A sweeper takes any ledger without a lock for a dead one: it gets the name when it is locked.
    std::filesystem::rename(unlocked, path_);
    std::filesystem::create_directory(scratch_);
}

Ledger::~Ledger() {
    remove_tree(scratch_);
    unlink(path_.c_str());
}

void Ledger::enter(const Entry& entry) {
    if (!places_.emplace(std::pair(entry.kind, entry.id), entries_.size()).second) {
        return;
    }
    entries_.push_back(entry);
    if (keeping_ == Keeping::on_file) {
        const auto line = fmt::format("{} {} {} {}\n", static_cast<int>(entry.kind), entry.id,
                                      entry.key, entry.creator.value_or(owner_.uid));
        kernel::checked(write(file_.get(), line.data(), line.size()), "cannot write a ledger");
    }
}

std::size_t Ledger::queues_made_by_students() const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(), [](const Entry& entry) {
            return entry.kind == kernel::Kind::queue && entry.maker.process != 0;
        }));
}

const Entry* Ledger::find(kernel::Kind kind, int id) const {
    const auto place = places_.find({kind, id});
    return place == places_.end() ? nullptr : &entries_[place->second];
}

Entry* Ledger::find(kernel::Kind kind, int id) {
    return const_cast<Entry*>(std::as_const(*this).find(kind, id));
}

int sweep_after_dead_graders() {
    int removed = 0;
    for (const auto& ledger : state_files(ending)) {
        try {
            removed += sweep_one(ledger);
        } catch (const std::exception&) {
            // Something that only has the name of a ledger: it is not ours to mend, and no reason
            // not to grade.
            continue;
        }
    }
    return removed;
}

}  // namespace ipclab::arena
