#include "kernel/objects.hpp"

#include <fmt/format.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <stdexcept>

#include "kernel/file.hpp"

namespace ipclab::kernel {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (end > 0) {
            parts.push_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

/// A table of /proc/sysvipc: a line of column names, then a line an object. Columns are found by
/// name, since newer kernels add some.
class Table {
public:
    explicit Table(std::string_view text) : lines_(split(text, '\n')) {
        if (lines_.empty()) {
            throw std::runtime_error("a table of /proc/sysvipc has no line of column names");
        }
        columns_ = split(lines_.front(), ' ');
        if (std::find(columns_.begin(), columns_.end(), "key") == columns_.end()) {
            refuse("has no column names");
        }
    }

    [[nodiscard]] std::size_t rows() const { return lines_.size() - 1; }

    void select(std::size_t row) {
        row_ = row + 1;
        cells_ = split(lines_.at(row_), ' ');
        if (cells_.size() != columns_.size()) {
            refuse("has " + std::to_string(cells_.size()) + " cells");
        }
    }

    template <typename Number>
    [[nodiscard]] Number number(std::string_view column, int base = 10) const {
        const auto found = std::find(columns_.begin(), columns_.end(), column);
        if (found == columns_.end()) {
            refuse("has no column " + std::string(column));
        }
        const auto cell = cells_[static_cast<std::size_t>(found - columns_.begin())];
        Number value = 0;
        const auto result = std::from_chars(cell.data(), cell.data() + cell.size(), value, base);
        if (result.ec != std::errc{} || result.ptr != cell.data() + cell.size()) {
            refuse("has \"" + std::string(cell) + "\" in column " + std::string(column));
        }
        return value;
    }

private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw std::runtime_error(fmt::format("line {} of a /proc/sysvipc table {}", row_ + 1, why));
    }

    std::vector<std::string_view> lines_;
    std::vector<std::string_view> columns_;
    std::vector<std::string_view> cells_;
    std::size_t row_ = 0;
};

struct Place {
    const char* file;
    const char* id_column;
};

Place place_of(Kind kind) {
    switch (kind) {
        case Kind::queue:
            return {"/proc/sysvipc/msg", "msqid"};
        case Kind::segment:
            return {"/proc/sysvipc/shm", "shmid"};
        case Kind::semaphore_set:
            return {"/proc/sysvipc/sem", "semid"};
    }
    throw std::logic_error("no such kind of object");
}

void read_common(const Table& table, Object& object) {
    object.id = table.number<int>(place_of(object.kind).id_column);
    object.key = table.number<key_t>("key");
    object.mode = table.number<mode_t>("perms", 8);
    object.owner = table.number<uid_t>("uid");
    object.creator = table.number<uid_t>("cuid");
    object.changed = table.number<std::time_t>("ctime");
}

/// @param read  reads what only this kind has.
template <typename Some, typename Read>
std::vector<Some> parse(Kind kind, std::string_view table_text, const Read& read) {
    Table table(table_text);
    std::vector<Some> some(table.rows());
    for (std::size_t row = 0; row < some.size(); ++row) {
        table.select(row);
        some[row].kind = kind;
        read_common(table, some[row]);
        read(table, some[row]);
    }
    return some;
}

}  // namespace

std::string_view name_of(Kind kind) {
    switch (kind) {
        case Kind::queue:
            return "queue";
        case Kind::segment:
            return "segment";
        case Kind::semaphore_set:
            return "semaphore set";
    }
    throw std::logic_error("no such kind of object");
}

std::vector<Queue> parse_queues(std::string_view table_text) {
    return parse<Queue>(Kind::queue, table_text, [](const Table& table, Queue& queue) {
        queue.bytes = table.number<unsigned long>("cbytes");
        queue.messages = table.number<unsigned long>("qnum");
        queue.last_sender = table.number<pid_t>("lspid");
        queue.last_receiver = table.number<pid_t>("lrpid");
    });
}

std::vector<Segment> parse_segments(std::string_view table_text) {
    return parse<Segment>(Kind::segment, table_text, [](const Table& table, Segment& segment) {
        segment.size = table.number<std::size_t>("size");
        segment.attaches = table.number<unsigned long>("nattch");
        segment.creating_process = table.number<pid_t>("cpid");
    });
}

std::vector<SemaphoreSet> parse_sets(std::string_view table_text) {
    return parse<SemaphoreSet>(Kind::semaphore_set, table_text,
                               [](const Table& table, SemaphoreSet& set) {
                                   set.semaphores = table.number<unsigned long>("nsems");
                               });
}

std::vector<Queue> queues() {
    return parse_queues(read_file(place_of(Kind::queue).file));
}

std::vector<Segment> segments() {
    return parse_segments(read_file(place_of(Kind::segment).file));
}

std::vector<SemaphoreSet> sets() {
    return parse_sets(read_file(place_of(Kind::semaphore_set).file));
}

std::vector<Object> objects() {
    std::vector<Object> all;
    const auto add = [&all](const auto& some) { all.insert(all.end(), some.begin(), some.end()); };
    add(queues());
    add(segments());
    add(sets());
    return all;
}

int get(Kind kind, key_t key, std::size_t size, int flags) {
    switch (kind) {
        case Kind::queue:
            return msgget(key, flags);
        case Kind::segment:
            return shmget(key, size, flags);
        case Kind::semaphore_set:
            return semget(key, static_cast<int>(size), flags);
    }
    throw std::logic_error("no such kind of object");
}

namespace {

/// Calls act with the permissions in the status structure of a kind, and with a function that makes
/// the kind's control call on the object with this structure.
template <typename Act>
auto with_control(Kind kind, int id, const Act& act) {
    switch (kind) {
        case Kind::queue: {
            msqid_ds status{};
            return act(status.msg_perm, [&](int command) { return msgctl(id, command, &status); });
        }
        case Kind::segment: {
            shmid_ds status{};
            return act(status.shm_perm, [&](int command) { return shmctl(id, command, &status); });
        }
        case Kind::semaphore_set: {
            semid_ds status{};
            return act(status.sem_perm,
                       [&](int command) { return semctl(id, 0, command, &status); });
        }
    }
    throw std::logic_error("no such kind of object");
}

}  // namespace

bool exists(Kind kind, int id) {
    return with_control(kind, id, [](ipc_perm&, const auto& control) {
        return control(IPC_STAT) == 0 || errno == EACCES;
    });
}

int change(Kind kind, int id, const std::function<void(ipc_perm&)>& change) {
    return with_control(kind, id, [&](ipc_perm& permissions, const auto& control) {
        if (control(IPC_STAT) != 0) {
            return errno;
        }
        change(permissions);
        return control(IPC_SET) == 0 ? 0 : errno;
    });
}

int remove(Kind kind, int id) {
    return with_control(kind, id, [](ipc_perm&, const auto& control) {
        return control(IPC_RMID) == 0 ? 0 : errno;
    });
}

std::string show_key(key_t key) {
    return fmt::format("{:#010x}", static_cast<unsigned>(key));
}

std::string show_mode(mode_t mode) {
    return fmt::format("{:04o}", mode & 0777U);
}

}  // namespace ipclab::kernel
