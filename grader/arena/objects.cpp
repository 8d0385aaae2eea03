// The objects of a check: what the kernel lists of them, and those that the grader makes itself.
#include <fmt/format.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "arena/arena.hpp"
#include "kernel/failure.hpp"

namespace ipclab::arena {

namespace {

using kernel::checked;
using kernel::Kind;

/// The letter of ipcs and ipcrm for a kind.
char letter_of(Kind kind) {
    switch (kind) {
        case Kind::queue:
            return 'q';
        case Kind::segment:
            return 'm';
        case Kind::semaphore_set:
            return 's';
    }
    throw std::logic_error("no such kind of object");
}

template <typename Some>
std::optional<Some> with_id(const std::vector<Some>& some, int id) {
    const auto found = std::find_if(some.begin(), some.end(),
                                    [id](const auto& object) { return object.id == id; });
    return found == some.end() ? std::nullopt : std::optional(*found);
}

template <typename Some>
Some require_listed(const std::vector<Some>& some, int id) {
    if (auto object = with_id(some, id)) {
        return *object;
    }
    throw std::runtime_error("the kernel does not list an object that the grader just made");
}

/// A key as Perl takes it: to a number above 0x7fffffff it does something else.
std::string perl_key(key_t key) {
    return key < 0 ? std::to_string(key) : kernel::show_key(key);
}

std::string told_making(const kernel::Object& object, const Making& making) {
    return fmt::format("makes {} {}: {} {}{}", kernel::name_of(object.kind), object.id,
                       kernel::show_key(object.key), kernel::show_mode(object.mode),
                       making.whose == Whose::stranger   ? ", as somebody else"
                       : making.made_by == MadeBy::ended ? ", in a process that ends"
                                                         : "");
}

}  // namespace

// --- what is there --------------------------------------------------------------------------

const Entry* Arena::maker_of(const kernel::Object& object) const {
    return ledger_.find(object.kind, real_id(object));
}

/// The id by which the kernel knows an object as it is shown.
int Arena::real_id(const kernel::Object& object) const {
    return object.kind == Kind::queue ? supervisor_.real(object.id) : object.id;
}

/// @param object  by its real id: a stranger's queue may really have the id that one of ours is
///                shown with.
bool Arena::is_mine(const kernel::Object& object) const {
    return setting_.level == Level::namespaces || ledger_.find(object.kind, object.id) != nullptr ||
           supervisor_.made_here(object);
}

/// @return those of the check, by the ids that they are shown with.
template <typename Some>
std::vector<Some> Arena::mine_of(std::vector<Some> all) const {
    std::erase_if(all, [this](const Some& object) { return !is_mine(object); });
    for (auto& object : all) {
        object.id = object.kind == Kind::queue ? supervisor_.shown(object.id) : object.id;
    }
    return all;
}

bool Arena::may_be_a_strangers(Kind kind, int id) const {
    return setting_.level != Level::namespaces && ledger_.find(kind, id) == nullptr;
}

bool Arena::may_be_a_strangers(key_t key, int id) const {
    const auto& ours = ledger_.entries();
    return setting_.level != Level::namespaces &&
           std::none_of(ours.begin(), ours.end(),
                        [=](const Entry& entry) { return entry.key == key && entry.id == id; });
}

std::vector<kernel::Queue> Arena::queues() const {
    auto mine = mine_of(kernel::queues());
    std::erase_if(mine, [this](const auto& queue) { return aside_.contains(queue.id); });
    return mine;
}

std::vector<kernel::Segment> Arena::segments() const {
    return mine_of(kernel::segments());
}

std::vector<kernel::SemaphoreSet> Arena::sets() const {
    return mine_of(kernel::sets());
}

std::vector<kernel::Object> Arena::objects() const {
    return mine_of(kernel::objects());
}

std::optional<kernel::Queue> Arena::now(const kernel::Queue& queue) const {
    return with_id(queues(), queue.id);
}

std::optional<kernel::Segment> Arena::now(const kernel::Segment& segment) const {
    return with_id(segments(), segment.id);
}

// --- making ---------------------------------------------------------------------------------

/// @return the id of the new object.
int Arena::make(Kind kind, const Making& making) {
    const auto get = [&](int flags) { return kernel::get(kind, making.key, making.size, flags); };
    const bool is_strangers = making.whose == Whose::stranger && making.made_by == MadeBy::living;
    const Identity owner = is_strangers ? Identity::mine() : setting_.student;
    int flags = IPC_CREAT | IPC_EXCL | static_cast<int>(making.mode);
    if (making.made_by == MadeBy::ended) {
        errno = in_place_of(owner, [&] { return get(flags) == -1 ? errno : 0; });
        checked(errno == 0 ? 0 : -1, "a process of the grader's cannot make an object");
        flags = 0;
    }
    const ActingAs maker(owner);
    const int id = checked(get(flags), "the grader cannot make an object");
    supervisor_.note_made(
        {.kind = kind, .id = id, .key = making.key, .whose = making.whose, .creator = owner.uid});
    return id;
}

/// The kernel gives out indexes in a circle of 64 at least (ipc_min_cycle in its ipc/util.h): after
/// that an id has a sequence number in its higher bits.
void Arena::use_up_ids(FirstId first) {
    const ActingAs student(setting_.student);
    constexpr int circle = 64;
    const bool large = first == FirstId::large;
    for (int left = draw(1, 3) + (large ? circle : 0); left > 0; --left) {
        for (const Kind kind : {Kind::queue, Kind::segment, Kind::semaphore_set}) {
            const int id = checked(kernel::get(kind, IPC_PRIVATE, 1, 0600), "cannot use up an id");
            supervisor_.note_made({.kind = kind, .id = id});
            kernel::remove(kind, id);
        }
    }
}

kernel::Queue Arena::make_queue(const Making& making) {
    const int id = make(Kind::queue, making);
    const auto queue = require_listed(queues(), supervisor_.shown(id));
    act(told_making(queue, making), fmt::format("perl -e 'print msgget({}, {:#o}), \"\\n\"'",
                                                perl_key(making.key), IPC_CREAT | making.mode));
    return queue;
}

kernel::Segment Arena::make_segment(const Making& making) {
    const int id = make(Kind::segment, making);
    const auto segment = require_listed(segments(), id);
    act(told_making(segment, making) + fmt::format(", {} bytes", making.size),
        fmt::format("perl -e 'print shmget({}, {}, {:#o}), \"\\n\"'", perl_key(making.key),
                    making.size, IPC_CREAT | making.mode));
    return segment;
}

kernel::SemaphoreSet Arena::make_set(const Making& making) {
    const int id = make(Kind::semaphore_set, making);
    const auto set = require_listed(sets(), id);
    act(told_making(set, making) + fmt::format(", {} semaphores", making.size),
        fmt::format("perl -e 'print semget({}, {}, {:#o}), \"\\n\"'", perl_key(making.key),
                    making.size, IPC_CREAT | making.mode));
    return set;
}

std::vector<kernel::Object> Arena::make_many(Kind kind, int count) {
    std::set<int> ids;
    for (int made = 0; made < count; ++made) {
        ids.insert(make(kind, {.size = 1}));
    }
    auto many = objects();
    std::erase_if(many, [&](const kernel::Object& object) {
        return object.kind != kind || !ids.contains(real_id(object));
    });
    act(fmt::format("makes {} of the kind {}", count, kernel::name_of(kind)),
        fmt::format("for n in $(seq {}); do ipcmk -{}; done", count,
                    kind == Kind::queue     ? "Q"
                    : kind == Kind::segment ? "M 1"
                                            : "S 1"));
    return many;
}

void Arena::let_a_process_that_ends(const std::string& what, const std::string& by_hand,
                                    const std::function<int()>& act_of_it) {
    errno = in_place_of(setting_.student, act_of_it);
    if (errno != 0) {
        kernel::fail("a process of the grader's could not act");
    }
    act("a process that ends " + what, by_hand);
}

// --- changing and removing ------------------------------------------------------------------

void Arena::remove_quietly(const kernel::Object& object) {
    const Entry* entry = maker_of(object);
    const bool of_stranger = entry != nullptr && entry->whose == Whose::stranger;
    const ActingAs owner(of_stranger ? Identity::mine() : setting_.student);
    require_done(kernel::remove(object.kind, real_id(object)), object, "remove it");
}

/// Says whether a failure of the grader's own call is a student's doing: the object was removed,
/// filled up, or changed.
/// @param error  0, or the errno.
void Arena::require_done(int error, const kernel::Object& object, const std::string& action) {
    if (error == 0) {
        return;
    }
    const auto all = objects();
    const auto found = std::find_if(all.begin(), all.end(), [&](const kernel::Object& other) {
        return other.kind == object.kind && other.id == object.id;
    });
    const auto name = fmt::format("{} {}", kernel::name_of(object.kind), object.id);
    if (found == all.end()) {
        aftermath_.interference = name + " is gone";
    } else if (found->mode != object.mode || found->owner != object.owner) {
        aftermath_.interference = name + " was given another mode or owner";
    } else if (error == EAGAIN) {
        aftermath_.interference = name + " was filled up";
    }
    errno = error;
    kernel::fail("the grader could not " + action);
}

void Arena::remove(const kernel::Object& object) {
    remove_quietly(object);
    act(fmt::format("removes {} {}", kernel::name_of(object.kind), object.id),
        fmt::format("ipcrm -{} {}", letter_of(object.kind), object.id));
    if (objects().empty()) {
        acts_.clear();
    }
}

void Arena::remove_the_rest() {
    for (const auto& object : objects()) {
        // One that is marked is gone already, but for its last detach.
        if (!object.is_marked()) {
            remove(object);
        }
    }
}

void Arena::remove_all(const std::vector<kernel::Object>& objects) {
    for (const auto& object : objects) {
        remove_quietly(object);
    }
    if (objects.empty()) {
        return;
    }
    act(fmt::format("removes {} objects of the kind {}", objects.size(),
                    kernel::name_of(objects.front().kind)),
        fmt::format("# ipcrm -{} with the id of each", letter_of(objects.front().kind)));
}

void Arena::change_mode(const kernel::Object& object, mode_t mode) {
    const ActingAs owner(setting_.student);
    errno = kernel::change(object.kind, real_id(object), [mode](ipc_perm& permissions) {
        permissions.mode =
            static_cast<decltype(permissions.mode)>((permissions.mode & ~0777U) | mode);
    });
    checked(errno == 0 ? 0 : -1, "the grader cannot change the mode of its object");
    act(fmt::format("gives {} {} the mode {}", kernel::name_of(object.kind), object.id,
                    kernel::show_mode(mode)),
        "# the grader changes the mode (IPC_SET)");
}

void Arena::use_set(const kernel::SemaphoreSet& set, int semaphore) {
    const ActingAs student(setting_.student);
    sembuf operation{static_cast<unsigned short>(semaphore), 1, 0};
    checked(semop(set.id, &operation, 1), "the grader cannot use its semaphore");
    act(fmt::format("raises semaphore {} of set {}", semaphore, set.id),
        fmt::format("perl -e 'semop({}, pack(\"s!3\", {}, 1, 0)); sleep'", set.id, semaphore));
}

void Arena::give_to_root(const kernel::Object& object) {
    const std::optional<ActingAs> owner =
        geteuid() == 0 ? std::nullopt : std::optional<ActingAs>(std::in_place, setting_.student);
    const int id = real_id(object);
    checked(kernel::exists(object.kind, id) ? 0 : -1, "the grader cannot look at its object");
    if (kernel::change(object.kind, id, [](ipc_perm& permissions) { permissions.uid = 0; }) == 0) {
        act(fmt::format("gives {} {} to root", kernel::name_of(object.kind), object.id),
            "# the grader makes root its owner (IPC_SET)");
    }
}

void Arena::set_aside(const kernel::Queue& queue) {
    aside_.insert(queue.id);
    take_over(queue.id);
}

void Arena::take_over(int queue) {
    if (Entry* entry = ledger_.find(Kind::queue, supervisor_.real(queue))) {
        entry->expected = true;
    }
}

}  // namespace ipclab::arena
