// what: a child process does the work of each function and reports through a pipe; the parent waits
#include <pwd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include "tools.hpp"

namespace ipc {

namespace {

[[noreturn]] void fail(int error) {
    throw std::system_error(error, std::generic_category(), "helper process");
}

/// The work in the child answers an errno or 0, and writes lines.
using Work = std::function<int(std::ostream&)>;

void write_all(int descriptor, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t size = write(descriptor, text.data() + done, text.size() - done);
        if (size == -1 && errno != EINTR) {
            _exit(1);
        }
        done += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
}

std::string in_child(const Work& work) {
    int ends[2];
    if (pipe(ends) != 0) {
        fail(errno);
    }
    const pid_t child = fork();
    if (child == -1) {
        const int error = errno;
        close(ends[0]);
        close(ends[1]);
        fail(error);
    }
    if (child == 0) {
        close(ends[0]);
        std::ostringstream out;
        const int error = work(out);
        write_all(ends[1], std::to_string(error) + "\n" + out.str());
        _exit(0);
    }
    close(ends[1]);
    std::string text;
    char piece[1024];
    while (true) {
        const ssize_t size = read(ends[0], piece, sizeof piece);
        if (size > 0) {
            text.append(piece, static_cast<std::size_t>(size));
        } else if (size == 0 || errno != EINTR) {
            break;
        }
    }
    close(ends[0]);
    while (waitpid(child, nullptr, 0) == -1 && errno == EINTR) {
    }
    const auto end = text.find('\n');
    if (end == std::string::npos) {
        fail(EIO);
    }
    if (const int error = std::atoi(text.c_str()); error != 0) {
        fail(error);
    }
    return text.substr(end + 1);
}

/// The lines of a table below /proc/sysvipc, without the titles.
int copy_table(const char* path, std::ostream& out) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) {
        return ENOENT;
    }
    while (std::getline(file, line)) {
        out << line << '\n';
    }
    return 0;
}

std::istringstream table(const char* path) {
    return std::istringstream(in_child([=](std::ostream& out) { return copy_table(path, out); }));
}

int call(Kind kind, int id) {
    const int result = kind == Kind::queue     ? msgctl(id, IPC_RMID, nullptr)
                       : kind == Kind::segment ? shmctl(id, IPC_RMID, nullptr)
                                               : semctl(id, 0, IPC_RMID);
    return result == 0 ? 0 : errno;
}

int find(Kind kind, key_t key) {
    return kind == Kind::queue     ? msgget(key, 0)
           : kind == Kind::segment ? shmget(key, 0, 0)
                                   : semget(key, 0, 0);
}

void take_off(Object& object, const std::string& perms, mode_t& all) {
    all = static_cast<mode_t>(std::strtoul(perms.c_str(), nullptr, 8));
    object.mode = all & 0777U;
}

}  // namespace

std::vector<Queue> list_queues() {
    std::vector<Queue> all;
    auto lines = table("/proc/sysvipc/msg");
    for (std::string line; std::getline(lines, line);) {
        std::istringstream cells(line);
        Queue queue{};
        std::string perms;
        int pid = 0;
        mode_t mode = 0;
        cells >> queue.key >> queue.id >> perms >> queue.bytes >> queue.messages >> pid >> pid >>
            queue.owner;
        take_off(queue, perms, mode);
        all.push_back(queue);
    }
    return all;
}

std::vector<Segment> list_segments() {
    std::vector<Segment> all;
    auto lines = table("/proc/sysvipc/shm");
    for (std::string line; std::getline(lines, line);) {
        std::istringstream cells(line);
        Segment segment{};
        std::string perms;
        int pid = 0;
        mode_t mode = 0;
        cells >> segment.key >> segment.id >> perms >> segment.size >> pid >> pid >>
            segment.attaches >> segment.owner;
        take_off(segment, perms, mode);
        segment.marked_for_removal = (mode & SHM_DEST) != 0;
        all.push_back(segment);
    }
    return all;
}

std::vector<SemaphoreSet> list_sets() {
    std::vector<SemaphoreSet> all;
    auto lines = table("/proc/sysvipc/sem");
    for (std::string line; std::getline(lines, line);) {
        std::istringstream cells(line);
        SemaphoreSet set{};
        std::string perms;
        mode_t mode = 0;
        cells >> set.key >> set.id >> perms >> set.semaphores >> set.owner;
        take_off(set, perms, mode);
        all.push_back(set);
    }
    return all;
}

Removal remove_id(Kind kind, int id) {
    in_child([=](std::ostream&) { return call(kind, id); });
    if (kind == Kind::segment) {
        for (const auto& segment : list_segments()) {
            if (segment.id == id) {
                return Removal::pending;
            }
        }
    }
    return Removal::removed;
}

Removal remove_key(Kind kind, key_t key) {
    if (key == IPC_PRIVATE) {
        fail(EINVAL);
    }
    const std::string id = in_child([=](std::ostream& out) {
        const int found = find(kind, key);
        if (found == -1) {
            return errno;
        }
        out << found;
        return 0;
    });
    return remove_id(kind, std::stoi(id));
}

namespace {

/// 0 where nobody is named, 1 where that process is dead, 2 where it lives.
int fate(pid_t pid) {
    return pid <= 0 ? 0 : kill(pid, 0) == -1 && errno == ESRCH ? 1 : 2;
}

int sweep_here(std::ostream& out) {
    const auto take = [&](Kind kind, int id) {
        if (call(kind, id) == 0) {
            out << static_cast<int>(kind) << ' ' << id << '\n';
        }
    };
    std::stringstream lines;
    if (const int error = copy_table("/proc/sysvipc/msg", lines)) {
        return error;
    }
    for (std::string line; std::getline(lines, line);) {
        std::istringstream cells(line);
        std::string skip;
        int id = 0;
        pid_t sender = 0;
        pid_t receiver = 0;
        cells >> skip >> id >> skip >> skip >> skip >> sender >> receiver;
        const int fates = fate(sender) | fate(receiver);
        if (fates == 1) {
            take(Kind::queue, id);
        }
    }
    lines.clear();
    if (const int error = copy_table("/proc/sysvipc/shm", lines)) {
        return error;
    }
    for (std::string line; std::getline(lines, line);) {
        std::istringstream cells(line);
        std::string skip;
        int id = 0;
        pid_t creator = 0;
        unsigned long attaches = 0;
        cells >> skip >> id >> skip >> skip >> creator >> skip >> attaches;
        if (attaches == 0 && fate(creator) == 1) {
            take(Kind::segment, id);
        }
    }
    lines.clear();
    if (const int error = copy_table("/proc/sysvipc/sem", lines)) {
        return error;
    }
    for (std::string line; std::getline(lines, line);) {
        std::istringstream cells(line);
        std::string skip;
        int id = 0;
        int semaphores = 0;
        cells >> skip >> id >> skip >> semaphores;
        int fates = 0;
        for (int number = 0; number < semaphores; ++number) {
            const int pid = semctl(id, number, GETPID);
            fates |= pid == -1 ? 2 : fate(pid);
        }
        if (fates == 1) {
            take(Kind::semaphore_set, id);
        }
    }
    return 0;
}

}  // namespace

std::vector<Swept> sweep() {
    std::istringstream report(in_child(sweep_here));
    std::vector<Swept> swept;
    int kind = 0;
    int id = 0;
    while (report >> kind >> id) {
        swept.push_back({static_cast<Kind>(kind), id});
    }
    return swept;
}

namespace {

std::string head(const Object& object) {
    char text[160];
    const passwd* user = getpwuid(object.owner);
    const std::string name = user == nullptr ? std::to_string(object.owner) : user->pw_name;
    std::snprintf(text, sizeof text, "0x%08x %d %.64s %o", static_cast<unsigned>(object.key),
                  object.id, name.c_str(), object.mode);
    return text;
}

bool digits_only(const std::string& word, int (*right)(int)) {
    for (const unsigned char letter : word) {
        if (right(letter) == 0) {
            return false;
        }
    }
    return !word.empty() && word.size() < 15;
}

bool understand(const std::string& option, const std::string& word, long long& number) {
    if (option == "-q" || option == "-m" || option == "-s") {
        number = digits_only(word, isdigit) ? std::stoll(word) : -1;
        return number >= 0 && number <= INT32_MAX;
    }
    if (option == "-Q" || option == "-M" || option == "-S") {
        const bool hexadecimal = word.starts_with("0x") && digits_only(word.substr(2), isxdigit);
        number = hexadecimal                  ? std::stoll(word.substr(2), nullptr, 16)
                 : digits_only(word, isdigit) ? std::stoll(word)
                                              : -1;
        return number >= 0 && number <= UINT32_MAX;
    }
    return false;
}

}  // namespace

int my_ipcs(const std::vector<std::string>& arguments) {
    std::string letters;
    for (const auto& argument : arguments) {
        if (argument != "-q" && argument != "-m" && argument != "-s") {
            std::fprintf(stderr, "my-ipcs: unknown option %s\n", argument.c_str());
            return 2;
        }
        letters += argument[1];
    }
    if (letters.empty()) {
        letters = "qms";
    }
    if (letters.find('q') != std::string::npos) {
        for (const auto& queue : list_queues()) {
            std::printf("%s %lu %lu\n", head(queue).c_str(), queue.bytes, queue.messages);
        }
    }
    if (letters.find('m') != std::string::npos) {
        for (const auto& segment : list_segments()) {
            std::printf("%s %zu %lu %s\n", head(segment).c_str(), segment.size, segment.attaches,
                        segment.marked_for_removal ? "dest" : "");
        }
    }
    if (letters.find('s') != std::string::npos) {
        for (const auto& set : list_sets()) {
            std::printf("%s %lu\n", head(set).c_str(), set.semaphores);
        }
    }
    return 0;
}

int my_ipcrm(const std::vector<std::string>& arguments) {
    std::vector<long long> numbers(arguments.size() / 2);
    bool good = !arguments.empty() && arguments.size() % 2 == 0;
    for (std::size_t i = 0; good && i < numbers.size(); ++i) {
        good = understand(arguments[2 * i], arguments[2 * i + 1], numbers[i]);
    }
    if (!good) {
        std::fprintf(stderr, "my-ipcrm: the command line is wrong\n");
        return 2;
    }
    int status = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const char letter = arguments[2 * i][1];
        const Kind kind = std::tolower(letter) == 'q'   ? Kind::queue
                          : std::tolower(letter) == 'm' ? Kind::segment
                                                        : Kind::semaphore_set;
        try {
            std::islower(letter) != 0 ? remove_id(kind, static_cast<int>(numbers[i]))
                                      : remove_key(kind, static_cast<key_t>(numbers[i]));
        } catch (const std::system_error& refused) {
            std::fprintf(stderr, "my-ipcrm: -%c: %s\n", letter, refused.what());
            status = 1;
        }
    }
    return status;
}

}  // namespace ipc
