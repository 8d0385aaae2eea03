// what: loops over the kernel's indexes with MSG_STAT_ANY, SHM_STAT_ANY and SEM_STAT_ANY; no /proc
#include <pwd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string_view>

#include "tools.hpp"

namespace ipc {

namespace {

// Headers older than Linux 4.17 lack them.
constexpr int msg_stat_any = 13;
constexpr int shm_stat_any = 15;
constexpr int sem_stat_any = 20;

union Argument {
    int value;
    semid_ds* status;
    unsigned short* array;
    seminfo* info;
};

[[noreturn]] void fail() {
    throw std::system_error(errno, std::system_category());
}

bool is_nobody() {
    return errno == EINVAL || errno == EIDRM;
}

Object object_of(int id, const ipc_perm& perm) {
    return {id, perm.__key, perm.uid, static_cast<mode_t>(perm.mode & 0777)};
}

template <typename Visit>
void each_queue(Visit visit) {
    msginfo info{};
    const int last = msgctl(0, MSG_INFO, reinterpret_cast<msqid_ds*>(&info));
    if (last == -1) {
        fail();
    }
    for (int index = 0; index <= last; ++index) {
        msqid_ds status{};
        if (const int id = msgctl(index, msg_stat_any, &status); id != -1) {
            visit(id, status);
        } else if (!is_nobody()) {
            fail();
        }
    }
}

template <typename Visit>
void each_segment(Visit visit) {
    shm_info info{};
    const int last = shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&info));
    if (last == -1) {
        fail();
    }
    for (int index = 0; index <= last; ++index) {
        shmid_ds status{};
        if (const int id = shmctl(index, shm_stat_any, &status); id != -1) {
            visit(id, status);
        } else if (!is_nobody()) {
            fail();
        }
    }
}

template <typename Visit>
void each_set(Visit visit) {
    seminfo info{};
    Argument argument{};
    argument.info = &info;
    const int last = semctl(0, 0, SEM_INFO, argument);
    if (last == -1) {
        fail();
    }
    for (int index = 0; index <= last; ++index) {
        semid_ds status{};
        argument.status = &status;
        if (const int id = semctl(index, 0, sem_stat_any, argument); id != -1) {
            visit(id, status);
        } else if (!is_nobody()) {
            fail();
        }
    }
}

}  // namespace

std::vector<Queue> list_queues() {
    std::vector<Queue> all;
    each_queue([&](int id, const msqid_ds& status) {
        all.push_back({object_of(id, status.msg_perm), status.__msg_cbytes, status.msg_qnum});
    });
    return all;
}

std::vector<Segment> list_segments() {
    std::vector<Segment> all;
    each_segment([&](int id, const shmid_ds& status) {
        all.push_back({object_of(id, status.shm_perm), status.shm_segsz, status.shm_nattch,
                       (status.shm_perm.mode & SHM_DEST) != 0});
    });
    return all;
}

std::vector<SemaphoreSet> list_sets() {
    std::vector<SemaphoreSet> all;
    each_set([&](int id, const semid_ds& status) {
        all.push_back({object_of(id, status.sem_perm), status.sem_nsems});
    });
    return all;
}

Removal remove_id(Kind kind, int id) {
    const int result = kind == Kind::queue     ? msgctl(id, IPC_RMID, nullptr)
                       : kind == Kind::segment ? shmctl(id, IPC_RMID, nullptr)
                                               : semctl(id, 0, IPC_RMID, Argument{});
    if (result == -1) {
        fail();
    }
    bool there = false;
    if (kind == Kind::segment) {
        each_segment([&](int other, const shmid_ds&) { there = there || other == id; });
    }
    return there ? Removal::pending : Removal::removed;
}

Removal remove_key(Kind kind, key_t key) {
    if (key == 0) {
        errno = EINVAL;
        fail();
    }
    const int id = kind == Kind::queue     ? msgget(key, 0)
                   : kind == Kind::segment ? shmget(key, 0, 0)
                                           : semget(key, 0, 0);
    if (id == -1) {
        fail();
    }
    return remove_id(kind, id);
}

std::vector<Swept> sweep() {
    std::vector<Swept> swept;
    const auto dead = [](pid_t pid) { return kill(pid, 0) != 0 && errno == ESRCH; };
    const auto take = [&](Kind kind, int id, int result) {
        if (result == 0) {
            swept.push_back({kind, id});
        }
    };
    each_queue([&](int id, const msqid_ds& status) {
        const pid_t sender = status.msg_lspid;
        const pid_t receiver = status.msg_lrpid;
        if ((sender > 0 || receiver > 0) && (sender <= 0 || dead(sender)) &&
            (receiver <= 0 || dead(receiver))) {
            take(Kind::queue, id, msgctl(id, IPC_RMID, nullptr));
        }
    });
    each_segment([&](int id, const shmid_ds& status) {
        if (status.shm_nattch == 0 && status.shm_cpid > 0 && dead(status.shm_cpid)) {
            take(Kind::segment, id, shmctl(id, IPC_RMID, nullptr));
        }
    });
    each_set([&](int id, const semid_ds& status) {
        int used = 0;
        for (int number = 0; number < static_cast<int>(status.sem_nsems); ++number) {
            const pid_t pid = semctl(id, number, GETPID, Argument{});
            if (pid == -1 || (pid > 0 && !dead(pid))) {
                return;
            }
            used += pid > 0 ? 1 : 0;
        }
        if (used > 0) {
            take(Kind::semaphore_set, id, semctl(id, 0, IPC_RMID, Argument{}));
        }
    });
    return swept;
}

namespace {

std::ostream& operator<<(std::ostream& out, const Object& object) {
    const passwd* user = getpwuid(object.owner);
    out << "0x" << std::hex << std::setw(8) << std::setfill('0')
        << static_cast<unsigned>(object.key) << std::dec << std::setfill(' ') << ' ' << object.id
        << ' ';
    if (user != nullptr) {
        out << user->pw_name;
    } else {
        out << object.owner;
    }
    return out << ' ' << std::oct << object.mode << std::dec;
}

}  // namespace

int my_ipcs(const std::vector<std::string>& arguments) {
    std::string wanted;
    for (const auto& argument : arguments) {
        if (argument.size() != 2 || argument[0] != '-' ||
            std::string_view("qms").find(argument[1]) == std::string_view::npos) {
            std::cerr << "my-ipcs: what is " << argument << "?\n";
            return 2;
        }
        wanted += argument[1];
    }
    const auto asked = [&](char kind) {
        return wanted.empty() || wanted.find(kind) != std::string::npos;
    };
    if (asked('q')) {
        for (const auto& queue : list_queues()) {
            std::cout << queue << ' ' << queue.bytes << ' ' << queue.messages << '\n';
        }
    }
    if (asked('m')) {
        for (const auto& segment : list_segments()) {
            std::cout << segment << ' ' << segment.size << ' ' << segment.attaches
                      << (segment.marked_for_removal ? " dest" : "") << '\n';
        }
    }
    if (asked('s')) {
        for (const auto& set : list_sets()) {
            std::cout << set << ' ' << set.semaphores << '\n';
        }
    }
    std::cout.flush();
    return 0;
}

namespace {

struct Order {
    Kind kind;
    bool by_key;
    long long number;
};

bool understand(const std::string& option, const std::string& word, Order& order) {
    constexpr std::string_view letters = "qmsQMS";
    const auto place =
        option.size() == 2 && option[0] == '-' ? letters.find(option[1]) : std::string_view::npos;
    if (place == std::string_view::npos) {
        return false;
    }
    order.kind = static_cast<Kind>(place % 3);
    order.by_key = place >= 3;
    const bool hexadecimal = order.by_key && word.rfind("0x", 0) == 0;
    const std::string digits = word.substr(hexadecimal ? 2 : 0);
    if (digits.empty() || digits.size() > 12 ||
        digits.find_first_not_of(hexadecimal ? "0123456789abcdefABCDEF" : "0123456789") !=
            std::string::npos) {
        return false;
    }
    order.number = std::strtoll(digits.c_str(), nullptr, hexadecimal ? 16 : 10);
    return order.number <= (order.by_key ? 0xffffffffLL : 0x7fffffffLL);
}

}  // namespace

int my_ipcrm(const std::vector<std::string>& arguments) {
    std::vector<Order> orders(arguments.size() / 2);
    bool good = !arguments.empty() && arguments.size() % 2 == 0;
    for (std::size_t i = 0; good && i < orders.size(); ++i) {
        good = understand(arguments[2 * i], arguments[2 * i + 1], orders[i]);
    }
    if (!good) {
        std::cerr << "usage: my-ipcrm -q ID -Q KEY -m ID -M KEY -s ID -S KEY ...\n";
        return 2;
    }
    int status = 0;
    for (const auto& order : orders) {
        try {
            order.by_key ? remove_key(order.kind, static_cast<key_t>(order.number))
                         : remove_id(order.kind, static_cast<int>(order.number));
        } catch (const std::system_error& error) {
            std::cerr << "my-ipcrm: " << order.number << ": " << error.code().message() << '\n';
            status = 1;
        }
    }
    return status;
}

}  // namespace ipc
