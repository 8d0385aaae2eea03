// what: the programs read their command lines with getopt; the functions read with fscanf
#include <getopt.h>
#include <pwd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "tools.hpp"

namespace ipc {

namespace {

void check(bool good) {
    if (!good) {
        throw std::system_error(errno, std::generic_category());
    }
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// The file behind its line of titles.
File open_table(const char* path) {
    File file(std::fopen(path, "re"), std::fclose);
    check(file != nullptr);
    (void)!std::fscanf(file.get(), "%*[^\n]");
    return file;
}

struct QueueRow {
    Queue queue;
    int sender;
    int receiver;
};

struct SegmentRow {
    Segment segment;
    int creator;
};

std::vector<QueueRow> queue_rows() {
    // key msqid perms cbytes qnum lspid lrpid uid gid cuid cgid stime rtime ctime
    std::vector<QueueRow> rows;
    const File file = open_table("/proc/sysvipc/msg");
    QueueRow row{};
    while (std::fscanf(file.get(), "%d %d %o %lu %lu %d %d %u %*[^\n]", &row.queue.key,
                       &row.queue.id, &row.queue.mode, &row.queue.bytes, &row.queue.messages,
                       &row.sender, &row.receiver, &row.queue.owner) == 8) {
        row.queue.mode &= 0777U;
        rows.push_back(row);
    }
    return rows;
}

std::vector<SegmentRow> segment_rows() {
    // key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap
    std::vector<SegmentRow> rows;
    const File file = open_table("/proc/sysvipc/shm");
    SegmentRow row{};
    Segment& segment = row.segment;
    while (std::fscanf(file.get(), "%d %d %o %zu %d %*d %lu %u %*[^\n]", &segment.key, &segment.id,
                       &segment.mode, &segment.size, &row.creator, &segment.attaches,
                       &segment.owner) == 7) {
        segment.marked_for_removal = (segment.mode & SHM_DEST) != 0;
        segment.mode &= 0777U;
        rows.push_back(row);
    }
    return rows;
}

}  // namespace

std::vector<Queue> list_queues() {
    std::vector<Queue> queues;
    for (const auto& row : queue_rows()) {
        queues.push_back(row.queue);
    }
    return queues;
}

std::vector<Segment> list_segments() {
    std::vector<Segment> segments;
    for (const auto& row : segment_rows()) {
        segments.push_back(row.segment);
    }
    return segments;
}

std::vector<SemaphoreSet> list_sets() {
    // key semid perms nsems uid gid cuid cgid otime ctime
    std::vector<SemaphoreSet> sets;
    const File file = open_table("/proc/sysvipc/sem");
    SemaphoreSet set{};
    while (std::fscanf(file.get(), "%d %d %o %lu %u %*[^\n]", &set.key, &set.id, &set.mode,
                       &set.semaphores, &set.owner) == 5) {
        set.mode &= 0777U;
        sets.push_back(set);
    }
    return sets;
}

Removal remove_id(Kind kind, int id) {
    if (kind == Kind::queue) {
        check(msgctl(id, IPC_RMID, nullptr) == 0);
        return Removal::removed;
    }
    if (kind == Kind::semaphore_set) {
        check(semctl(id, 0, IPC_RMID) == 0);
        return Removal::removed;
    }
    check(shmctl(id, IPC_RMID, nullptr) == 0);
    for (const auto& row : segment_rows()) {
        if (row.segment.id == id) {
            return Removal::pending;
        }
    }
    return Removal::removed;
}

Removal remove_key(Kind kind, key_t key) {
    errno = EINVAL;
    check(key != IPC_PRIVATE);
    int id = -1;
    if (kind == Kind::queue) {
        id = msgget(key, 0);
    } else if (kind == Kind::segment) {
        id = shmget(key, 0, 0);
    } else {
        id = semget(key, 0, 0);
    }
    check(id != -1);
    return remove_id(kind, id);
}

std::vector<Swept> sweep() {
    std::vector<Swept> swept;
    int named = 0;
    bool spare = false;
    const auto start = [&] {
        named = 0;
        spare = false;
    };
    const auto ask = [&](int pid) {
        if (pid > 0) {
            ++named;
            spare = spare || kill(pid, 0) == 0 || errno != ESRCH;
        }
    };
    const auto finish = [&](Kind kind, int id) {
        if (named == 0 || spare) {
            return;
        }
        try {
            remove_id(kind, id);
        } catch (const std::system_error&) {
            return;
        }
        swept.push_back({kind, id});
    };
    for (const auto& row : queue_rows()) {
        start();
        ask(row.sender);
        ask(row.receiver);
        finish(Kind::queue, row.queue.id);
    }
    for (const auto& row : segment_rows()) {
        start();
        ask(row.creator);
        spare = spare || row.segment.attaches > 0;
        finish(Kind::segment, row.segment.id);
    }
    for (const auto& set : list_sets()) {
        start();
        for (int number = 0; number < static_cast<int>(set.semaphores); ++number) {
            const int pid = semctl(set.id, number, GETPID);
            spare = spare || pid == -1;
            ask(pid);
        }
        finish(Kind::semaphore_set, set.id);
    }
    return swept;
}

namespace {

/// The arguments as getopt wants them: the program's name first, nullptr at the end.
class ArgumentVector {
public:
    ArgumentVector(const char* program, std::vector<std::string> arguments)
        : words_(std::move(arguments)) {
        words_.insert(words_.begin(), program);
        for (auto& word : words_) {
            pointers_.push_back(word.data());
        }
        pointers_.push_back(nullptr);
        optind = 0;  // begin anew
    }

    int next(const char* options) {
        return getopt(static_cast<int>(words_.size()), pointers_.data(), options);
    }

    [[nodiscard]] bool all_read() const {
        return static_cast<std::size_t>(optind) == words_.size();
    }

private:
    std::vector<std::string> words_;
    std::vector<char*> pointers_;
};

int usage(const char* text) {
    std::fprintf(stderr, "usage: %s\n", text);
    return 2;
}

void print(const Object& object) {
    std::printf("0x%08x %d ", static_cast<unsigned>(object.key), object.id);
    if (const passwd* user = getpwuid(object.owner)) {
        std::printf("%s", user->pw_name);
    } else {
        std::printf("%u", object.owner);
    }
    std::printf(" %o ", object.mode);
}

}  // namespace

int my_ipcs(const std::vector<std::string>& arguments) {
    ArgumentVector vector("my-ipcs", arguments);
    unsigned queues = 0;
    unsigned segments = 0;
    unsigned sets = 0;
    for (int option = 0; (option = vector.next("+qms")) != -1;) {
        switch (option) {
            case 'q':
                queues = 1;
                break;
            case 'm':
                segments = 1;
                break;
            case 's':
                sets = 1;
                break;
            default:
                return usage("my-ipcs [-q] [-m] [-s]");
        }
    }
    for (const auto& argument : arguments) {
        if (argument.size() != 2 || argument == "--") {
            return usage("my-ipcs [-q] [-m] [-s]");
        }
    }
    if (!vector.all_read()) {
        return usage("my-ipcs [-q] [-m] [-s]");
    }
    const bool all = queues + segments + sets == 0;
    if (queues != 0 || all) {
        std::printf("Queues:\n");
        for (const auto& queue : list_queues()) {
            print(queue);
            std::printf("%lu %lu\n", queue.bytes, queue.messages);
        }
    }
    if (segments != 0 || all) {
        std::printf("Segments:\n");
        for (const auto& segment : list_segments()) {
            print(segment);
            std::printf("%zu %lu", segment.size, segment.attaches);
            std::printf(segment.marked_for_removal ? " dest\n" : "\n");
        }
    }
    if (sets != 0 || all) {
        std::printf("Sets:\n");
        for (const auto& set : list_sets()) {
            print(set);
            std::printf("%lu\n", set.semaphores);
        }
    }
    return 0;
}

int my_ipcrm(const std::vector<std::string>& arguments) {
    constexpr const char* help = "my-ipcrm -q ID | -Q KEY | -m ID | -M KEY | -s ID | -S KEY ...";
    // Two rounds over the command line: the first one only looks whether all is right.
    int status = 0;
    for (const bool for_real : {false, true}) {
        ArgumentVector vector("my-ipcrm", arguments);
        int option = 0;
        while ((option = vector.next("+q:Q:m:M:s:S:")) != -1) {
            if (option == '?' || *optarg < '0' || *optarg > '9') {
                return usage(help);
            }
            const bool by_key = option < 'a';
            const bool hexadecimal = by_key && std::strncmp(optarg, "0x", 2) == 0;
            if (hexadecimal && std::strspn(optarg + 2, "0123456789abcdefABCDEF") == 0) {
                return usage(help);
            }
            char* end = nullptr;
            errno = 0;
            const long long value = std::strtoll(optarg, &end, hexadecimal ? 16 : 10);
            if (*end != '\0' || errno != 0 || value > (by_key ? 0xffffffffLL : 0x7fffffffLL)) {
                return usage(help);
            }
            if (!for_real) {
                continue;
            }
            const Kind kind = option == 'q' || option == 'Q'   ? Kind::queue
                              : option == 'm' || option == 'M' ? Kind::segment
                                                               : Kind::semaphore_set;
            try {
                if (by_key) {
                    remove_key(kind, static_cast<key_t>(value));
                } else {
                    remove_id(kind, static_cast<int>(value));
                }
            } catch (const std::system_error& refused) {
                std::fprintf(stderr, "my-ipcrm: -%c %s: %s\n", option, optarg, refused.what());
                status = 1;
            }
        }
        bool whole = vector.all_read() && !arguments.empty() && arguments.size() % 2 == 0;
        for (std::size_t i = 0; i < arguments.size(); i += 2) {
            whole = whole && arguments[i].size() == 2 && arguments[i] != "--";
        }
        if (!whole) {
            return usage(help);
        }
    }
    return status;
}

}  // namespace ipc
