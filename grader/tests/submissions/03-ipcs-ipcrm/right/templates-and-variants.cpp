// what: traits and templates for the three kinds, RAII over a descriptor, std::variant as outcome
#include <fcntl.h>
#include <pwd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <numeric>
#include <optional>
#include <ranges>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

#include "tools.hpp"

namespace ipc {

namespace {

class Descriptor {
public:
    explicit Descriptor(const char* path) : number_(::open(path, O_RDONLY | O_CLOEXEC)) {
        if (number_ < 0) {
            throw std::system_error(errno, std::system_category(), path);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { ::close(number_); }

    std::string content() const {
        std::string text;
        std::array<char, 4096> piece{};
        while (true) {
            const ssize_t size = ::read(number_, piece.data(), piece.size());
            if (size > 0) {
                text.append(piece.data(), static_cast<std::size_t>(size));
            } else if (size == 0) {
                return text;
            } else if (errno != EINTR) {
                throw std::system_error(errno, std::system_category(), "read");
            }
        }
    }

private:
    int number_;
};

template <typename Number>
Number parse(std::string_view word, int base = 10) {
    Number number{};
    std::from_chars(word.begin(), word.end(), number, base);
    return number;
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        const auto begin = text.find_first_not_of(' ');
        if (begin == text.npos) {
            return words;
        }
        const auto end = std::min(text.find(' ', begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        text.remove_prefix(end);
    }
}

using Record = std::unordered_map<std::string_view, std::string_view>;

Object base_of(const Record& record, std::string_view id) {
    return {parse<int>(record.at(id)), parse<key_t>(record.at("key")),
            parse<uid_t>(record.at("uid")), parse<mode_t>(record.at("perms"), 8) & 0777U};
}

template <Kind kind>
struct Traits;

template <>
struct Traits<Kind::queue> {
    using Type = Queue;
    static constexpr auto path = "/proc/sysvipc/msg";
    static constexpr auto id = "msqid";
    static Type make(const Record& record) {
        return {base_of(record, id), parse<unsigned long>(record.at("cbytes")),
                parse<unsigned long>(record.at("qnum"))};
    }
    static int remove(int number) { return msgctl(number, IPC_RMID, nullptr); }
    static int find(key_t key) { return msgget(key, 0); }
    static std::vector<pid_t> users(const Record& record) {
        return {parse<pid_t>(record.at("lspid")), parse<pid_t>(record.at("lrpid"))};
    }
};

template <>
struct Traits<Kind::segment> {
    using Type = Segment;
    static constexpr auto path = "/proc/sysvipc/shm";
    static constexpr auto id = "shmid";
    static Type make(const Record& record) {
        return {base_of(record, id), parse<std::size_t>(record.at("size")),
                parse<unsigned long>(record.at("nattch")),
                (parse<mode_t>(record.at("perms"), 8) & SHM_DEST) != 0};
    }
    static int remove(int number) { return shmctl(number, IPC_RMID, nullptr); }
    static int find(key_t key) { return shmget(key, 0, 0); }
    static std::vector<pid_t> users(const Record& record) {
        // Whoever has it attached is not named, but certainly alive.
        const bool attached = parse<unsigned long>(record.at("nattch")) > 0;
        return {attached ? getpid() : parse<pid_t>(record.at("cpid"))};
    }
};

template <>
struct Traits<Kind::semaphore_set> {
    using Type = SemaphoreSet;
    static constexpr auto path = "/proc/sysvipc/sem";
    static constexpr auto id = "semid";
    static Type make(const Record& record) {
        return {base_of(record, id), parse<unsigned long>(record.at("nsems"))};
    }
    static int remove(int number) { return semctl(number, 0, IPC_RMID); }
    static int find(key_t key) { return semget(key, 0, 0); }
    static std::vector<pid_t> users(const Record& record) {
        std::vector<pid_t> pids(parse<std::size_t>(record.at("nsems")));
        for (int number = 0; auto& pid : pids) {
            pid = semctl(parse<int>(record.at(id)), number++, GETPID);
        }
        return std::ranges::count(pids, -1) > 0 ? std::vector<pid_t>{} : pids;
    }
};

template <Kind kind, typename Visit>
void visit_all(Visit&& visit) {
    const std::string text = Descriptor(Traits<kind>::path).content();
    std::vector<std::string_view> names;
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size() - 1);
        const auto words = split(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        if (names.empty()) {
            names = words;
            continue;
        }
        Record record;
        for (std::size_t i = 0; i < std::min(names.size(), words.size()); ++i) {
            record.emplace(names[i], words[i]);
        }
        visit(std::as_const(record));
    }
}

template <Kind kind>
auto list() {
    std::vector<typename Traits<kind>::Type> all;
    visit_all<kind>([&](const Record& record) { all.push_back(Traits<kind>::make(record)); });
    return all;
}

using Outcome = std::variant<Removal, std::error_code>;

Outcome error() {
    return std::error_code(errno, std::generic_category());
}

template <Kind kind>
Outcome removal(int id) {
    if (Traits<kind>::remove(id) == -1) {
        return error();
    }
    if constexpr (kind == Kind::segment) {
        shmid_ds ignored{};
        if (shmctl(id, IPC_STAT, &ignored) == 0 || errno == EACCES) {
            return Removal::pending;
        }
    }
    return Removal::removed;
}

template <Kind kind>
Outcome removal_of_key(key_t key) {
    const int id = key == IPC_PRIVATE ? (errno = EINVAL, -1) : Traits<kind>::find(key);
    return id == -1 ? error() : removal<kind>(id);
}

Removal unwrap(const Outcome& outcome) {
    if (const auto* code = std::get_if<std::error_code>(&outcome)) {
        throw std::system_error(*code);
    }
    return std::get<Removal>(outcome);
}

template <Kind kind>
void sweep_kind(std::vector<Swept>& swept) {
    visit_all<kind>([&](const Record& record) {
        auto users = Traits<kind>::users(record);
        std::erase(users, 0);
        const bool left_behind = !users.empty() && std::ranges::all_of(users, [](pid_t pid) {
            return pid > 0 && kill(pid, 0) == -1 && errno == ESRCH;
        });
        const int id = parse<int>(record.at(Traits<kind>::id));
        if (left_behind && Traits<kind>::remove(id) == 0) {
            swept.push_back({kind, id});
        }
    });
}

template <typename Call>
auto with(Kind kind, Call&& call) {
    switch (kind) {
        case Kind::queue:
            return call.template operator()<Kind::queue>();
        case Kind::segment:
            return call.template operator()<Kind::segment>();
        default:
            return call.template operator()<Kind::semaphore_set>();
    }
}

}  // namespace

std::vector<Queue> list_queues() {
    return list<Kind::queue>();
}

std::vector<Segment> list_segments() {
    return list<Kind::segment>();
}

std::vector<SemaphoreSet> list_sets() {
    return list<Kind::semaphore_set>();
}

Removal remove_id(Kind kind, int id) {
    return unwrap(with(kind, [=]<Kind which>() { return removal<which>(id); }));
}

Removal remove_key(Kind kind, key_t key) {
    return unwrap(with(kind, [=]<Kind which>() { return removal_of_key<which>(key); }));
}

std::vector<Swept> sweep() {
    std::vector<Swept> swept;
    sweep_kind<Kind::semaphore_set>(swept);
    sweep_kind<Kind::segment>(swept);
    sweep_kind<Kind::queue>(swept);
    return swept;
}

namespace {

struct ById {
    Kind kind;
    int id;
    Outcome operator()() const {
        return with(kind, [this]<Kind which>() { return removal<which>(id); });
    }
};

struct ByKey {
    Kind kind;
    key_t key;
    Outcome operator()() const {
        return with(kind, [this]<Kind which>() { return removal_of_key<which>(key); });
    }
};

using Task = std::variant<ById, ByKey>;

template <typename Number>
std::optional<Number> whole(std::string_view word, int base = 10) {
    Number number{};
    const auto [end, code] = std::from_chars(word.begin(), word.end(), number, base);
    const bool good = code == std::errc{} && end == word.end() && !word.empty() && word[0] != '-';
    return good ? std::optional(number) : std::nullopt;
}

std::optional<Task> task(std::string_view option, std::string_view word) {
    static constexpr std::array kinds{Kind::queue, Kind::segment, Kind::semaphore_set};
    static constexpr std::array small{"-q", "-m", "-s"};
    static constexpr std::array large{"-Q", "-M", "-S"};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (option == small[i]) {
            if (const auto id = whole<int>(word)) {
                return ById{kinds[i], *id};
            }
        }
        if (option == large[i]) {
            const auto key = word.starts_with("0x") ? whole<std::uint32_t>(word.substr(2), 16)
                                                    : whole<std::uint32_t>(word);
            if (key) {
                return ByKey{kinds[i], static_cast<key_t>(*key)};
            }
        }
    }
    return std::nullopt;
}

template <typename... Cells>
void row(const Object& object, Cells... cells) {
    const passwd* user = getpwuid(object.owner);
    std::ostringstream line;
    line.width(8);
    line.fill('0');
    line << std::hex << static_cast<std::uint32_t>(object.key) << std::dec;
    line << ' ' << object.id << ' ' << (user ? user->pw_name : std::to_string(object.owner)) << ' '
         << std::oct << object.mode << std::dec;
    ((line << ' ' << cells), ...);
    std::cout << "0x" << line.str() << '\n';
}

}  // namespace

int my_ipcs(const std::vector<std::string>& arguments) {
    constexpr std::array<std::string_view, 3> options{"-q", "-m", "-s"};
    std::array<bool, 3> chosen{};
    for (const auto& argument : arguments) {
        const auto* found = std::ranges::find(options, argument);
        if (found == options.end()) {
            std::cerr << "my-ipcs: " << argument << " is no option\n";
            return 2;
        }
        chosen[static_cast<std::size_t>(found - options.begin())] = true;
    }
    if (arguments.empty()) {
        chosen.fill(true);
    }
    if (chosen[0]) {
        std::ranges::for_each(list_queues(), [](const Queue& q) { row(q, q.bytes, q.messages); });
    }
    if (chosen[1]) {
        std::ranges::for_each(list_segments(), [](const Segment& s) {
            row(s, s.size, s.attaches, s.marked_for_removal ? "dest" : "");
        });
    }
    if (chosen[2]) {
        std::ranges::for_each(list_sets(), [](const SemaphoreSet& s) { row(s, s.semaphores); });
    }
    std::cout << std::flush;
    return 0;
}

int my_ipcrm(const std::vector<std::string>& arguments) {
    std::vector<Task> tasks;
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const auto next =
            i + 1 < arguments.size() ? task(arguments[i], arguments[i + 1]) : std::optional<Task>{};
        if (!next) {
            std::cerr << "my-ipcrm: I do not understand " << arguments[i] << '\n';
            return 2;
        }
        tasks.push_back(*next);
    }
    if (tasks.empty()) {
        std::cerr << "my-ipcrm: nothing to remove\n";
        return 2;
    }
    return std::accumulate(tasks.begin(), tasks.end(), 0, [](int status, const Task& task) {
        const Outcome outcome = std::visit([](const auto& call) { return call(); }, task);
        if (const auto* code = std::get_if<std::error_code>(&outcome)) {
            std::cerr << "my-ipcrm: " << code->message() << '\n';
            return 1;
        }
        return status;
    });
}

}  // namespace ipc
