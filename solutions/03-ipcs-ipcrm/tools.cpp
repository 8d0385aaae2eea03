// Lab 3, ipcs and ipcrm, solved. The notes for teachers stand beside it in README.md.
#include "tools.hpp"

#include <pwd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace ipc {

namespace {

int checked(int result, const char* call) {
    if (result == -1) {
        throw std::system_error(errno, std::generic_category(), call);
    }
    return result;
}

// --- listing: /proc/sysvipc -------------------------------------------------------------------

/// One line of a table of /proc/sysvipc: the cells under the names of their columns, which differ
/// from kernel to kernel. Everything is decimal there but perms, which is octal.
class Row {
public:
    Row(const std::vector<std::string>& columns, const std::string& line) {
        std::istringstream cells(line);
        for (const auto& column : columns) {
            cells >> cells_[column];
        }
    }

    template <typename Number = unsigned long>
    [[nodiscard]] Number number(const std::string& column) const {
        return static_cast<Number>(std::stoll(cells_.at(column), nullptr, 10));
    }

    [[nodiscard]] mode_t perms() const {
        return static_cast<mode_t>(std::stoul(cells_.at("perms"), nullptr, 8));
    }

private:
    std::map<std::string, std::string> cells_;
};

std::vector<Row> rows_of(const std::string& table) {
    std::ifstream file("/proc/sysvipc/" + table);
    std::string line;
    if (!std::getline(file, line)) {
        throw std::system_error(errno, std::generic_category(), "/proc/sysvipc/" + table);
    }
    std::istringstream words(line);
    std::vector<std::string> columns;
    for (std::string column; words >> column;) {
        columns.push_back(column);
    }
    std::vector<Row> rows;
    while (std::getline(file, line)) {
        rows.emplace_back(columns, line);
    }
    return rows;
}

Object object_of(const Row& row, const char* id_column) {
    constexpr mode_t permission_bits = 0777;
    return {.id = row.number<int>(id_column),
            .key = row.number<key_t>("key"),
            .owner = row.number<uid_t>("uid"),
            .mode = row.perms() & permission_bits};
}

}  // namespace

std::vector<Queue> list_queues() {
    std::vector<Queue> queues;
    for (const auto& row : rows_of("msg")) {
        queues.push_back({object_of(row, "msqid"), row.number("cbytes"), row.number("qnum")});
    }
    return queues;
}

std::vector<Segment> list_segments() {
    std::vector<Segment> segments;
    for (const auto& row : rows_of("shm")) {
        const bool marked = (row.perms() & SHM_DEST) != 0;
        segments.push_back({object_of(row, "shmid"), row.number<std::size_t>("size"),
                            row.number("nattch"), marked});
    }
    return segments;
}

std::vector<SemaphoreSet> list_sets() {
    std::vector<SemaphoreSet> sets;
    for (const auto& row : rows_of("sem")) {
        sets.push_back({object_of(row, "semid"), row.number("nsems")});
    }
    return sets;
}

// --- removing --------------------------------------------------------------------------------

namespace {

/// Whether a segment still exists. Who may not read it is told so (EACCES), not that it is gone.
bool segment_is_there(int id) {
    shmid_ds status{};
    return shmctl(id, IPC_STAT, &status) == 0 || errno == EACCES;
}

}  // namespace

Removal remove_id(Kind kind, int id) {
    switch (kind) {
        case Kind::queue:
            checked(msgctl(id, IPC_RMID, nullptr), "msgctl");
            break;
        case Kind::semaphore_set:
            checked(semctl(id, 0, IPC_RMID), "semctl");
            break;
        case Kind::segment:
            checked(shmctl(id, IPC_RMID, nullptr), "shmctl");
            return segment_is_there(id) ? Removal::pending : Removal::removed;
    }
    return Removal::removed;
}

Removal remove_key(Kind kind, key_t key) {
    if (key == IPC_PRIVATE) {
        // The get calls would make a new object and answer its id.
        throw std::system_error(EINVAL, std::generic_category(), "IPC_PRIVATE names nothing");
    }
    // No permissions are asked for, and of sets and segments any size will do.
    switch (kind) {
        case Kind::queue:
            return remove_id(kind, checked(msgget(key, 0), "msgget"));
        case Kind::segment:
            return remove_id(kind, checked(shmget(key, 0, 0), "shmget"));
        case Kind::semaphore_set:
            return remove_id(kind, checked(semget(key, 0, 0), "semget"));
    }
    throw std::system_error(EINVAL, std::generic_category(), "no such kind of object");
}

// --- sweeping --------------------------------------------------------------------------------

namespace {

bool is_dead(pid_t process) {
    return kill(process, 0) == -1 && errno == ESRCH;
}

/// @param processes  0 stands for nobody.
/// @return whether there is anybody, and all of them are dead.
bool somebody_and_all_dead(const std::vector<pid_t>& processes) {
    bool somebody = false;
    for (const pid_t process : processes) {
        if (process > 0 && !is_dead(process)) {
            return false;
        }
        somebody = somebody || process > 0;
    }
    return somebody;
}

/// @return the processes that a set's semaphores name; none where it may not be read or is gone.
std::vector<pid_t> users_of_set(int id, int semaphores) {
    std::vector<pid_t> users;
    for (int number = 0; number < semaphores; ++number) {
        const int process = semctl(id, number, GETPID);
        if (process == -1) {
            return {};
        }
        users.push_back(process);
    }
    return users;
}

void remove_quietly(Kind kind, int id, std::vector<Swept>& swept) {
    try {
        remove_id(kind, id);
        swept.push_back({kind, id});
    } catch (const std::system_error&) {
        // Somebody else's, or gone meanwhile.
    }
}

}  // namespace

std::vector<Swept> sweep() {
    std::vector<Swept> swept;
    for (const auto& row : rows_of("msg")) {
        if (somebody_and_all_dead({row.number<pid_t>("lspid"), row.number<pid_t>("lrpid")})) {
            remove_quietly(Kind::queue, row.number<int>("msqid"), swept);
        }
    }
    for (const auto& row : rows_of("shm")) {
        if (row.number("nattch") == 0 && somebody_and_all_dead({row.number<pid_t>("cpid")})) {
            remove_quietly(Kind::segment, row.number<int>("shmid"), swept);
        }
    }
    for (const auto& row : rows_of("sem")) {
        const int id = row.number<int>("semid");
        if (somebody_and_all_dead(users_of_set(id, row.number<int>("nsems")))) {
            remove_quietly(Kind::semaphore_set, id, swept);
        }
    }
    return swept;
}

// --- my-ipcs ---------------------------------------------------------------------------------

namespace {

int complain(const char* program, const std::string& what) {
    std::fprintf(stderr, "%s: %s\n", program, what.c_str());
    return 2;
}

std::string name_of_user(uid_t user) {
    const passwd* entry = getpwuid(user);
    return entry == nullptr ? std::to_string(user) : entry->pw_name;
}

void print(const Object& object) {
    std::printf("0x%08x %-10d %-10s %-10o", static_cast<unsigned>(object.key), object.id,
                name_of_user(object.owner).c_str(), object.mode);
}

void print_queues() {
    std::printf("\n------ Message Queues --------\n%-10s %-10s %-10s %-10s %-12s %-12s\n", "key",
                "msqid", "owner", "perms", "used-bytes", "messages");
    for (const auto& queue : list_queues()) {
        print(queue);
        std::printf(" %-12lu %-12lu\n", queue.bytes, queue.messages);
    }
}

void print_segments() {
    std::printf(
        "\n------ Shared Memory Segments --------\n%-10s %-10s %-10s %-10s %-10s %-10s %-10s\n",
        "key", "shmid", "owner", "perms", "bytes", "nattch", "status");
    for (const auto& segment : list_segments()) {
        print(segment);
        std::printf(" %-10zu %-10lu %-10s\n", segment.size, segment.attaches,
                    segment.marked_for_removal ? "dest" : "");
    }
}

void print_sets() {
    std::printf("\n------ Semaphore Arrays --------\n%-10s %-10s %-10s %-10s %-10s\n", "key",
                "semid", "owner", "perms", "nsems");
    for (const auto& set : list_sets()) {
        print(set);
        std::printf(" %-10lu\n", set.semaphores);
    }
}

}  // namespace

int my_ipcs(const std::vector<std::string>& arguments) {
    bool queues = arguments.empty();
    bool segments = arguments.empty();
    bool sets = arguments.empty();
    for (const auto& argument : arguments) {
        if (argument == "-q") {
            queues = true;
        } else if (argument == "-m") {
            segments = true;
        } else if (argument == "-s") {
            sets = true;
        } else {
            return complain("my-ipcs", "unknown option " + argument + "; try my-ipcs -q -m -s");
        }
    }
    if (queues) {
        print_queues();
    }
    if (segments) {
        print_segments();
    }
    if (sets) {
        print_sets();
    }
    return 0;
}

// --- my-ipcrm --------------------------------------------------------------------------------

namespace {

/// One thing that the command line asks for.
struct Wish {
    std::string told;  ///< "-q 3"
    std::function<Removal()> remove;
};

std::optional<int> read_id(const std::string& word) {
    int id = 0;
    const auto* end = word.data() + word.size();
    const auto result = std::from_chars(word.data(), end, id);
    const bool good = result.ec == std::errc{} && result.ptr == end && id >= 0;
    return good ? std::optional(id) : std::nullopt;
}

std::optional<key_t> read_key(const std::string& word) {
    const bool hexadecimal = word.starts_with("0x");
    std::int64_t key = 0;
    const auto* begin = word.data() + (hexadecimal ? 2 : 0);
    const auto* end = word.data() + word.size();
    const auto result = std::from_chars(begin, end, key, hexadecimal ? 16 : 10);
    const bool good = result.ec == std::errc{} && result.ptr == end && begin != end &&
                      key >= INT32_MIN && key <= UINT32_MAX;
    return good ? std::optional(static_cast<key_t>(key)) : std::nullopt;
}

std::optional<Wish> read_wish(const std::string& option, const std::string& word) {
    static const std::map<std::string, Kind> by_id = {
        {"-q", Kind::queue}, {"-m", Kind::segment}, {"-s", Kind::semaphore_set}};
    static const std::map<std::string, Kind> by_key = {
        {"-Q", Kind::queue}, {"-M", Kind::segment}, {"-S", Kind::semaphore_set}};
    const std::string told = option + " " + word;
    if (const auto kind = by_id.find(option); kind != by_id.end()) {
        if (const auto id = read_id(word)) {
            return Wish{told, [=, kind = kind->second] { return remove_id(kind, *id); }};
        }
    } else if (const auto kind_of_key = by_key.find(option); kind_of_key != by_key.end()) {
        if (const auto key = read_key(word)) {
            return Wish{told, [=, kind = kind_of_key->second] { return remove_key(kind, *key); }};
        }
    }
    return std::nullopt;
}

/// @return the exit status.
int grant(const std::vector<Wish>& wishes) {
    int status = 0;
    for (const auto& wish : wishes) {
        try {
            if (wish.remove() == Removal::pending) {
                std::printf("my-ipcrm: %s: goes with its last detach\n", wish.told.c_str());
            }
        } catch (const std::system_error& refused) {
            complain("my-ipcrm", wish.told + ": " + refused.what());
            status = 1;
        }
    }
    return status;
}

}  // namespace

int my_ipcrm(const std::vector<std::string>& arguments) {
    // The whole command line is read before anything is removed.
    std::vector<Wish> wishes;
    for (std::size_t place = 0; place < arguments.size(); place += 2) {
        const bool alone = place + 1 == arguments.size();
        auto wish = alone ? std::nullopt : read_wish(arguments[place], arguments[place + 1]);
        if (!wish) {
            return complain("my-ipcrm", "cannot make sense of " + arguments[place] + " " +
                                            (alone ? "" : arguments[place + 1]));
        }
        wishes.push_back(*std::move(wish));
    }
    return wishes.empty()
               ? complain("my-ipcrm", "say what to remove: -q ID, -Q KEY, -m, -M, -s, -S")
               : grant(wishes);
}

}  // namespace ipc
