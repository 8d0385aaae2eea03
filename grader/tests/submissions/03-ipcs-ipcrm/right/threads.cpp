// what: each call runs in a thread of its own, and sweep in three at a time
#include <pwd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

#include "tools.hpp"

namespace ipc {

namespace {

using Row = std::map<std::string, std::string>;

std::vector<Row> rows(const std::string& name) {
    return std::async(std::launch::async,
                      [&name] {
                          std::ifstream file("/proc/sysvipc/" + name);
                          std::string titles;
                          if (!std::getline(file, titles)) {
                              throw std::system_error(ENOENT, std::system_category(), name);
                          }
                          std::vector<Row> all;
                          for (std::string line; std::getline(file, line);) {
                              std::istringstream keys(titles);
                              std::istringstream values(line);
                              Row row;
                              for (std::string key; keys >> key;) {
                                  values >> row[key];
                              }
                              all.push_back(row);
                          }
                          return all;
                      })
        .get();
}

long number(const Row& row, const char* column) {
    return std::stol(row.at(column));
}

mode_t perms(const Row& row) {
    return static_cast<mode_t>(std::stoul(row.at("perms"), nullptr, 8));
}

Object object(const Row& row, const char* id) {
    return {static_cast<int>(number(row, id)), static_cast<key_t>(number(row, "key")),
            static_cast<uid_t>(number(row, "uid")), perms(row) & 0777U};
}

int elsewhere(const std::function<int()>& call) {
    std::promise<int> promise;
    auto future = promise.get_future();
    std::thread worker([&] {
        const int result = call();
        if (result == -1) {
            promise.set_exception(std::make_exception_ptr(
                std::system_error(errno, std::generic_category(), "in a thread")));
        } else {
            promise.set_value(result);
        }
    });
    worker.join();
    return future.get();
}

int rmid(Kind kind, int id) {
    switch (kind) {
        case Kind::queue:
            return msgctl(id, IPC_RMID, nullptr);
        case Kind::segment:
            return shmctl(id, IPC_RMID, nullptr);
        default:
            return semctl(id, 0, IPC_RMID, 0);
    }
}

}  // namespace

std::vector<Queue> list_queues() {
    std::vector<Queue> all;
    for (const auto& row : rows("msg")) {
        all.push_back({object(row, "msqid"), static_cast<unsigned long>(number(row, "cbytes")),
                       static_cast<unsigned long>(number(row, "qnum"))});
    }
    return all;
}

std::vector<Segment> list_segments() {
    std::vector<Segment> all;
    for (const auto& row : rows("shm")) {
        all.push_back({object(row, "shmid"), static_cast<std::size_t>(number(row, "size")),
                       static_cast<unsigned long>(number(row, "nattch")),
                       (perms(row) & SHM_DEST) == SHM_DEST});
    }
    return all;
}

std::vector<SemaphoreSet> list_sets() {
    std::vector<SemaphoreSet> all;
    for (const auto& row : rows("sem")) {
        all.push_back({object(row, "semid"), static_cast<unsigned long>(number(row, "nsems"))});
    }
    return all;
}

Removal remove_id(Kind kind, int id) {
    elsewhere([=] { return rmid(kind, id); });
    if (kind == Kind::segment) {
        for (const auto& segment : list_segments()) {
            if (segment.id == id && segment.marked_for_removal) {
                return Removal::pending;
            }
        }
    }
    return Removal::removed;
}

Removal remove_key(Kind kind, key_t key) {
    const int id = elsewhere([=] {
        if (key == IPC_PRIVATE) {
            errno = EINVAL;
            return -1;
        }
        return kind == Kind::queue     ? msgget(key, 0)
               : kind == Kind::segment ? shmget(key, 0, 0)
                                       : semget(key, 0, 0);
    });
    return remove_id(kind, id);
}

std::vector<Swept> sweep() {
    std::mutex mutex;
    std::vector<Swept> swept;
    std::exception_ptr failure;
    const auto take = [&](Kind kind, int id, const std::vector<long>& users) {
        std::size_t named = 0;
        for (const long user : users) {
            const auto pid = static_cast<pid_t>(user);
            if (pid < 0 || (pid > 0 && (kill(pid, 0) == 0 || errno != ESRCH))) {
                return;
            }
            named += pid > 0 ? 1U : 0U;
        }
        if (named > 0 && rmid(kind, id) == 0) {
            const std::lock_guard lock(mutex);
            swept.push_back({kind, id});
        }
    };
    const auto guarded = [&](auto work) {
        return [&, work] {
            try {
                work();
            } catch (...) {
                const std::lock_guard lock(mutex);
                failure = std::current_exception();
            }
        };
    };
    {
        const std::jthread queues(guarded([&] {
            for (const auto& row : rows("msg")) {
                take(Kind::queue, static_cast<int>(number(row, "msqid")),
                     {number(row, "lspid"), number(row, "lrpid")});
            }
        }));
        const std::jthread segments(guarded([&] {
            for (const auto& row : rows("shm")) {
                if (number(row, "nattch") == 0) {
                    take(Kind::segment, static_cast<int>(number(row, "shmid")),
                         {number(row, "cpid")});
                }
            }
        }));
        const std::jthread sets(guarded([&] {
            for (const auto& row : rows("sem")) {
                const int id = static_cast<int>(number(row, "semid"));
                std::vector<long> users;
                for (int i = 0; i < number(row, "nsems"); ++i) {
                    users.push_back(semctl(id, i, GETPID, 0));
                }
                take(Kind::semaphore_set, id, users);
            }
        }));
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    return swept;
}

namespace {

std::string common(const Object& object) {
    std::ostringstream text;
    const passwd* user = getpwuid(object.owner);
    text << "0x" << std::setw(8) << std::setfill('0') << std::hex << std::uint32_t(object.key)
         << std::setfill(' ') << std::dec << std::setw(12) << object.id << "  "
         << (user != nullptr ? user->pw_name : std::to_string(object.owner)) << "  " << std::oct
         << object.mode;
    return text.str();
}

std::string table_of(int kind) {
    std::ostringstream text;
    if (kind == 0) {
        for (const auto& queue : list_queues()) {
            text << common(queue) << "  " << queue.bytes << "  " << queue.messages << '\n';
        }
    } else if (kind == 1) {
        for (const auto& segment : list_segments()) {
            text << common(segment) << "  " << segment.size << "  " << segment.attaches << "  "
                 << (segment.marked_for_removal ? "dest" : "") << '\n';
        }
    } else {
        for (const auto& set : list_sets()) {
            text << common(set) << "  " << set.semaphores << '\n';
        }
    }
    return text.str();
}

}  // namespace

int my_ipcs(const std::vector<std::string>& arguments) {
    const std::array<std::string, 3> options{"-q", "-m", "-s"};
    std::array<std::future<std::string>, 3> tables;
    for (const auto& argument : arguments) {
        if (argument != options[0] && argument != options[1] && argument != options[2]) {
            std::cerr << "my-ipcs: " << argument << ": unknown\n";
            return 2;
        }
    }
    for (std::size_t kind = 0; kind < options.size(); ++kind) {
        bool wanted = arguments.empty();
        for (const auto& argument : arguments) {
            wanted = wanted || argument == options[kind];
        }
        if (wanted) {
            // getpwuid is not for several threads at a time: each waits for the one before it.
            tables[kind] = std::async(std::launch::async, table_of, static_cast<int>(kind));
            tables[kind].wait();
        }
    }
    for (auto& table : tables) {
        if (table.valid()) {
            std::cout << table.get() << std::endl;
        }
    }
    return 0;
}

namespace {

bool parse(const std::string& option, const std::string& word, std::packaged_task<void()>& task) {
    static const std::string letters = "qmsQMS";
    const auto place =
        option.size() == 2 && option[0] == '-' ? letters.find(option[1]) : std::string::npos;
    if (place == std::string::npos) {
        return false;
    }
    const auto kind = static_cast<Kind>(place % 3);
    const bool by_key = place >= 3;
    const bool hexadecimal = by_key && word.substr(0, 2) == "0x";
    const char* begin = word.c_str() + (hexadecimal ? 2 : 0);
    const char* end = word.c_str() + word.size();
    std::uint32_t value = 0;
    const auto result = std::from_chars(begin, end, value, hexadecimal ? 16 : 10);
    if (begin == end || result.ec != std::errc() || result.ptr != end ||
        (!by_key && value > INT32_MAX)) {
        return false;
    }
    task = std::packaged_task<void()>([=] {
        by_key ? remove_key(kind, static_cast<key_t>(value))
               : remove_id(kind, static_cast<int>(value));
    });
    return true;
}

}  // namespace

int my_ipcrm(const std::vector<std::string>& arguments) {
    std::vector<std::packaged_task<void()>> tasks((arguments.size() + 1) / 2);
    bool good = !tasks.empty() && arguments.size() % 2 == 0;
    for (std::size_t i = 0; good && i < tasks.size(); ++i) {
        good = parse(arguments[2 * i], arguments[2 * i + 1], tasks[i]);
    }
    if (!good) {
        std::cerr << "my-ipcrm: -q, -m, -s with an id or -Q, -M, -S with a key, please\n";
        return 2;
    }
    std::atomic<int> status = 0;
    std::thread worker([&] {
        for (auto& task : tasks) {
            auto future = task.get_future();
            task();
            try {
                future.get();
            } catch (const std::system_error& refused) {
                std::cerr << "my-ipcrm: " << refused.what() << '\n';
                status = 1;
            }
        }
    });
    worker.join();
    return status;
}

}  // namespace ipc
