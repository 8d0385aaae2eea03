#include "tests/gate/surroundings.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>

#include "arena/lease.hpp"
#include "kernel/failure.hpp"
#include "kernel/messages.hpp"
#include "kernel/tasks.hpp"

namespace ipclab::gate {

namespace {

using kernel::checked;
using kernel::Kind;

bool is_same(const kernel::Object& one, const kernel::Object& other) {
    return one.kind == other.kind && one.id == other.id && one.key == other.key &&
           one.mode == other.mode && one.owner == other.owner;
}

}  // namespace

Surroundings::Surroundings(arena::Identity grader) : grader_(grader) {
    if (geteuid() == 0) {
        checked(chown(temporary().c_str(), grader.uid, grader.gid), "cannot give a folder away");
        std::filesystem::permissions(temporary(), std::filesystem::perms(0711));
    }
    make_objects();
    process_ = checked(fork(), "cannot start a decoy");
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        arena::become(grader);
        while (true) {
            pause();
        }
    }
}

Surroundings::~Surroundings() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    const arena::ActingAs stranger(grader_);
    for (const auto& object : objects_) {
        kernel::remove(object.kind, object.id);
    }
}

void Surroundings::make_objects() {
    before_ = kernel::objects();
    std::random_device random;
    const auto key = static_cast<key_t>(random() | 1U);
    const arena::ActingAs stranger(grader_);
    queue_ = checked(msgget(key, IPC_CREAT | IPC_EXCL | 0666), "cannot make a decoy");
    checked(kernel::send_message(queue_, {.type = 1, .text = "hello"}) == 0 ? 0 : -1,
            "cannot send to a decoy");
    const std::vector<std::pair<Kind, int>> made = {
        {Kind::queue, queue_},
        {Kind::queue, checked(msgget(IPC_PRIVATE, 0600), "cannot make a decoy")},
        {Kind::segment, checked(shmget(IPC_PRIVATE, 4096, 0666), "cannot make a decoy")},
        {Kind::semaphore_set, checked(semget(IPC_PRIVATE, 1, 0666), "cannot make a decoy")},
    };
    for (const auto& object : kernel::objects()) {
        if (std::find(made.begin(), made.end(), std::pair(object.kind, object.id)) != made.end()) {
            objects_.push_back(object);
        }
    }
}

void Surroundings::damage_to_objects(std::vector<std::string>& damage) const {
    const auto now = kernel::objects();
    for (const auto& decoy : objects_) {
        if (std::none_of(now.begin(), now.end(),
                         [&](const auto& object) { return is_same(object, decoy); })) {
            damage.push_back(
                fmt::format("a stranger's {} is gone or changed", name_of(decoy.kind)));
        }
    }
    for (const auto& queue : kernel::queues()) {
        if (queue.id == queue_ && queue.messages != 1) {
            damage.emplace_back("a stranger's message is gone, or has company");
        }
    }
    for (const auto& object : now) {
        const bool is_left =
            grader_.uid == 0 ? stays_under_free_uid(object) : object.creator == grader_.uid;
        if (is_left && !was_there(object)) {
            damage.push_back(
                fmt::format("a {} with the id {} is left", name_of(object.kind), object.id));
            remove_left(object);
        }
    }
}

/// So that it is found by this test only, and not also by those which follow. A normal user's may
/// be somebody's who works beside this gate; uids that root has lent are the gate's own.
void Surroundings::remove_left(const kernel::Object& object) {
    if (geteuid() == 0) {
        const arena::ActingAs creator({object.creator, object.creator});
        kernel::remove(object.kind, object.id);
    }
}

/// Student code of root's grader has a uid that is lent; one that is free again is done. But
/// another gate may be at work beside this one, whose check has ended since the object was listed,
/// or whose grader was killed on purpose and has not been cleaned up after: what is theirs goes
/// away.
bool Surroundings::stays_under_free_uid(const kernel::Object& object) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!was_there(object) && arena::Lease::is_free(object.creator)) {
        const auto now = kernel::objects();
        const bool is_there = std::any_of(
            now.begin(), now.end(), [&](const auto& other) { return is_same(object, other); });
        if (!is_there || std::chrono::steady_clock::now() > end) {
            return is_there;
        }
        sched_yield();
    }
    return false;
}

bool Surroundings::was_there(const kernel::Object& object) const {
    const auto is_it = [&](const kernel::Object& other) {
        return other.kind == object.kind && other.id == object.id;
    };
    return std::any_of(objects_.begin(), objects_.end(), is_it) ||
           std::any_of(before_.begin(), before_.end(), is_it);
}

bool Surroundings::user_has_queue(uid_t user) const {
    const auto queues = kernel::queues();
    return std::any_of(queues.begin(), queues.end(), [&](const kernel::Queue& queue) {
        return user != 0 && queue.creator == user && !was_there(queue);
    });
}

std::vector<std::string> Surroundings::damage() const {
    std::vector<std::string> damage;
    damage_to_objects(damage);
    if (waitpid(process_, nullptr, WNOHANG) != 0) {
        damage.emplace_back("a stranger's process was killed");
    }
    for (const pid_t child : kernel::children(getpid())) {
        if (child != process_) {
            damage.push_back(fmt::format("process {} is left", child));
            kill(child, SIGKILL);
            waitpid(child, nullptr, 0);
        }
    }
    for (const auto& file : std::filesystem::directory_iterator(temporary())) {
        damage.push_back(file.path().string() + " is left");
        std::error_code ignored;
        std::filesystem::remove_all(file.path(), ignored);
    }
    return damage;
}

}  // namespace ipclab::gate
