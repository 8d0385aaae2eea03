// what: a process is dead where /proc has no directory for it; remove_key finds the id in the list
#include <pwd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <memory>
#include <regex>
#include <sstream>

#include "tools.hpp"

namespace ipc {

namespace {

/// A table of numbers, row by row, perms read as octal.
class Table {
public:
    explicit Table(const std::string& name) : file_("/proc/sysvipc/" + name) {
        std::string line;
        if (!std::getline(file_, line)) {
            throw std::system_error(std::make_error_code(std::errc::no_such_file_or_directory));
        }
        std::istringstream words(line);
        names_.assign(std::istream_iterator<std::string>(words), {});
    }

    bool next() {
        std::string line;
        if (!std::getline(file_, line)) {
            return false;
        }
        std::istringstream words(line);
        numbers_.clear();
        for (const auto& name : names_) {
            words >> (name == "perms" ? std::oct : std::dec);
            long long number = 0;
            words >> number;
            numbers_.push_back(number);
        }
        return true;
    }

    template <typename Number>
    [[nodiscard]] Number at(const std::string& name) const {
        const auto found = std::find(names_.begin(), names_.end(), name);
        return static_cast<Number>(numbers_.at(static_cast<std::size_t>(found - names_.begin())));
    }

    [[nodiscard]] Object object(const std::string& id) const {
        return {at<int>(id), at<key_t>("key"), at<uid_t>("uid"), at<mode_t>("perms") & 0777U};
    }

private:
    std::ifstream file_;
    std::vector<std::string> names_;
    std::vector<long long> numbers_;
};

bool ended(pid_t pid) {
    std::error_code failed;
    return !std::filesystem::exists("/proc/" + std::to_string(pid), failed) && !failed;
}

/// Whether a process is named at all, and every named one has ended.
template <typename Pids>
bool left_alone(Pids pids) {
    const auto end = std::remove(pids.begin(), pids.end(), 0);
    return pids.begin() != end &&
           std::all_of(pids.begin(), end, [](pid_t pid) { return pid > 0 && ended(pid); });
}

/// How objects of one kind are found and removed.
struct Handler {
    virtual ~Handler() = default;
    virtual int rmid(int id) const = 0;
    virtual std::vector<Object> objects() const = 0;
    virtual bool stays(int /*id*/) const { return false; }
    virtual void sweep(std::vector<Swept>& swept) const = 0;
};

void attempt(const Handler& handler, Kind kind, int id, std::vector<Swept>& swept) {
    if (handler.rmid(id) != -1) {
        swept.push_back({kind, id});
    }
}

template <typename Some>
std::vector<Object> bare(const std::vector<Some>& some) {
    return std::vector<Object>(some.begin(), some.end());
}

struct Queues : Handler {
    int rmid(int id) const override { return msgctl(id, IPC_RMID, nullptr); }
    std::vector<Object> objects() const override { return bare(list_queues()); }
    void sweep(std::vector<Swept>& swept) const override {
        for (Table table("msg"); table.next();) {
            if (left_alone(std::vector{table.at<pid_t>("lspid"), table.at<pid_t>("lrpid")})) {
                attempt(*this, Kind::queue, table.at<int>("msqid"), swept);
            }
        }
    }
};

struct Segments : Handler {
    int rmid(int id) const override { return shmctl(id, IPC_RMID, nullptr); }
    std::vector<Object> objects() const override { return bare(list_segments()); }
    bool stays(int id) const override {
        const auto all = list_segments();
        return std::any_of(all.begin(), all.end(), [=](const auto& it) { return it.id == id; });
    }
    void sweep(std::vector<Swept>& swept) const override {
        for (Table table("shm"); table.next();) {
            if (table.at<long>("nattch") == 0 && left_alone(std::vector{table.at<pid_t>("cpid")})) {
                attempt(*this, Kind::segment, table.at<int>("shmid"), swept);
            }
        }
    }
};

struct Sets : Handler {
    int rmid(int id) const override { return semctl(id, 0, IPC_RMID); }
    std::vector<Object> objects() const override { return bare(list_sets()); }
    void sweep(std::vector<Swept>& swept) const override {
        for (Table table("sem"); table.next();) {
            const int id = table.at<int>("semid");
            std::vector<pid_t> pids(table.at<std::size_t>("nsems"));
            int number = 0;
            std::generate(pids.begin(), pids.end(), [&] { return semctl(id, number++, GETPID); });
            if (left_alone(pids)) {
                attempt(*this, Kind::semaphore_set, id, swept);
            }
        }
    }
};

std::unique_ptr<Handler> handler_of(Kind kind) {
    if (kind == Kind::queue) {
        return std::make_unique<Queues>();
    }
    if (kind == Kind::segment) {
        return std::make_unique<Segments>();
    }
    return std::make_unique<Sets>();
}

}  // namespace

std::vector<Queue> list_queues() {
    std::vector<Queue> all;
    for (Table table("msg"); table.next();) {
        all.push_back({table.object("msqid"), table.at<unsigned long>("cbytes"),
                       table.at<unsigned long>("qnum")});
    }
    return all;
}

std::vector<Segment> list_segments() {
    std::vector<Segment> all;
    for (Table table("shm"); table.next();) {
        all.push_back({table.object("shmid"), table.at<std::size_t>("size"),
                       table.at<unsigned long>("nattch"),
                       (table.at<mode_t>("perms") & SHM_DEST) != 0});
    }
    return all;
}

std::vector<SemaphoreSet> list_sets() {
    std::vector<SemaphoreSet> all;
    for (Table table("sem"); table.next();) {
        all.push_back({table.object("semid"), table.at<unsigned long>("nsems")});
    }
    return all;
}

Removal remove_id(Kind kind, int id) {
    const auto handler = handler_of(kind);
    if (handler->rmid(id) == -1) {
        throw std::system_error(errno, std::system_category(), "IPC_RMID");
    }
    return handler->stays(id) ? Removal::pending : Removal::removed;
}

Removal remove_key(Kind kind, key_t key) {
    if (key == IPC_PRIVATE) {
        throw std::system_error(std::make_error_code(std::errc::invalid_argument));
    }
    while (true) {
        const auto objects = handler_of(kind)->objects();
        const auto found = std::find_if(objects.begin(), objects.end(),
                                        [=](const Object& object) { return object.key == key; });
        if (found == objects.end()) {
            throw std::system_error(std::make_error_code(std::errc::no_such_file_or_directory));
        }
        try {
            return remove_id(kind, found->id);
        } catch (const std::system_error& refused) {
            if (refused.code() != std::errc::invalid_argument &&
                refused.code() != std::errc::identifier_removed) {
                throw;
            }
            // Somebody else removed it meanwhile: is there another one with the key?
        }
    }
}

std::vector<Swept> sweep() {
    std::vector<Swept> swept;
    for (const Kind kind : {Kind::segment, Kind::semaphore_set, Kind::queue}) {
        handler_of(kind)->sweep(swept);
    }
    return swept;
}

namespace {

std::string line_of(const Object& object, const std::string& rest) {
    const passwd* user = getpwuid(object.owner);
    std::ostringstream line;
    line << "0x" << std::hex << std::setw(8) << std::setfill('0')
         << static_cast<std::uint32_t>(object.key) << std::dec << std::setfill(' ') << std::left
         << ' ' << std::setw(10) << object.id << ' ' << std::setw(10)
         << (user != nullptr ? user->pw_name : std::to_string(object.owner)) << ' ' << std::oct
         << std::setw(10) << object.mode << ' ' << rest << '\n';
    return line.str();
}

}  // namespace

int my_ipcs(const std::vector<std::string>& arguments) {
    static const std::regex option("-[qms]");
    const auto wrong =
        std::find_if_not(arguments.begin(), arguments.end(),
                         [](const std::string& word) { return std::regex_match(word, option); });
    if (wrong != arguments.end()) {
        std::cerr << "my-ipcs: " << *wrong << " is not -q, -m or -s\n";
        return 2;
    }
    const auto asked = [&](const char* what) {
        return arguments.empty() ||
               std::find(arguments.begin(), arguments.end(), what) != arguments.end();
    };
    if (asked("-q")) {
        for (const auto& queue : list_queues()) {
            std::cout << line_of(
                queue, std::to_string(queue.bytes) + " " + std::to_string(queue.messages));
        }
    }
    if (asked("-m")) {
        for (const auto& segment : list_segments()) {
            std::cout << line_of(segment, std::to_string(segment.size) + " " +
                                              std::to_string(segment.attaches) +
                                              (segment.marked_for_removal ? " dest" : ""));
        }
    }
    if (asked("-s")) {
        for (const auto& set : list_sets()) {
            std::cout << line_of(set, std::to_string(set.semaphores));
        }
    }
    std::cout.flush();
    return 0;
}

int my_ipcrm(const std::vector<std::string>& arguments) {
    // The command line as one text, which has to look like this from one end to the other.
    static const std::regex wish(
        "-(?:([qms])\n([0-9]{1,10})|([QMS])\n(?:0x([0-9a-fA-F]{1,8})|([0-9]{1,10})))\n");
    std::string text;
    for (const auto& argument : arguments) {
        text += argument + "\n";
    }
    struct Task {
        Kind kind;
        bool by_key;
        long long number;
    };
    std::vector<Task> tasks;
    std::size_t read = 0;
    bool good = true;
    for (std::sregex_iterator it(text.begin(), text.end(), wish,
                                 std::regex_constants::match_continuous);
         it != std::sregex_iterator() && it->position() == static_cast<std::ptrdiff_t>(read);
         ++it) {
        const std::smatch& match = *it;
        const bool by_key = match[3].matched;
        const std::string letter = by_key ? match[3].str() : match[1].str();
        const Kind kind = letter == "q" || letter == "Q"   ? Kind::queue
                          : letter == "m" || letter == "M" ? Kind::segment
                                                           : Kind::semaphore_set;
        const long long number = match[4].matched   ? std::stoll(match[4].str(), nullptr, 16)
                                 : match[5].matched ? std::stoll(match[5].str())
                                 : by_key           ? 0
                                                    : std::stoll(match[2].str());
        good = good && number <= (by_key ? 0xffffffffLL : 0x7fffffffLL);
        tasks.push_back({kind, by_key, number});
        read += static_cast<std::size_t>(match.length());
    }
    if (!good || tasks.empty() || read != text.size() || tasks.size() * 2 != arguments.size()) {
        std::cerr << "my-ipcrm: cannot read the command line\n";
        return 2;
    }
    int status = 0;
    for (const auto& task : tasks) {
        try {
            if (task.by_key) {
                remove_key(task.kind, static_cast<key_t>(task.number));
            } else {
                remove_id(task.kind, static_cast<int>(task.number));
            }
        } catch (const std::system_error& refused) {
            std::cerr << "my-ipcrm: " << task.number << ": " << refused.what() << '\n';
            status = 1;
        }
    }
    return status;
}

}  // namespace ipc
