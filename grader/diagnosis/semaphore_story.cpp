#include "diagnosis/semaphore_story.hpp"

#include <sys/syscall.h>

#include <algorithm>

namespace ipclab::diagnosis {

namespace {

using recorder::Event;
using recorder::What;

bool is_semop(const Event& event) {
    const long number = event.call.number;
    return event.what == What::call && (number == SYS_semop || number == SYS_semtimedop);
}

/// The numbers of an int, of which the registers have 64 bits.
int int_at(const recorder::Call& call, std::size_t index) {
    return static_cast<int>(call.arguments.at(index));
}

}  // namespace

const sembuf* Semop::on(int number) const {
    const auto found = std::find_if(operations.begin(), operations.end(),
                                    [number](const sembuf& one) { return one.sem_num == number; });
    return found == operations.end() ? nullptr : &*found;
}

int Semop::change_of(int number) const {
    int change = 0;
    for (const auto& one : operations) {
        change += one.sem_num == number ? one.sem_op : 0;
    }
    return change;
}

bool Semop::waits_for_zero(int number) const {
    return std::any_of(operations.begin(), operations.end(), [number](const sembuf& one) {
        return one.sem_num == number && one.sem_op == 0;
    });
}

bool Semop::has(int flag) const {
    return std::any_of(operations.begin(), operations.end(),
                       [flag](const sembuf& one) { return (one.sem_flg & flag) != 0; });
}

std::set<int> Semop::numbers() const {
    std::set<int> all;
    for (const auto& one : operations) {
        all.insert(one.sem_num);
    }
    return all;
}

SemaphoreStory::SemaphoreStory(const recorder::Recording& recording) {
    std::set<std::size_t> returned_later;
    for (const auto& event : recording.events) {
        if (event.what == What::returns) {
            returned_later.insert(event.begun_by);
        } else if (is_semop(event)) {
            begin(event);
        } else if (event.what == What::ends) {
            ended_.insert(event.lane);
        }
    }
    std::size_t next = 0;
    for (const auto& event : recording.events) {
        if (event.id != next) {
            forget(event.id);
        }
        next = event.id + 1;
        const bool at_once = event.what == What::call && !returned_later.contains(event.id);
        const std::size_t call = event.what == What::returns ? event.begun_by : event.id;
        const auto semop = begun_.find(call);
        if (semop != begun_.end() && (at_once || event.what == What::returns)) {
            happen(*semop->second, event.id);
        } else if (at_once) {
            clear_undo(event.call);
        } else if (event.what == What::ends) {
            end(event.lane, event.id);
        }
    }
}

void SemaphoreStory::begin(const Event& event) {
    const int set = int_at(event.call, 0);
    semops_.push_back(
        {.event = &event, .lane = event.lane, .set = set, .operations = event.call.operations});
    const Semop& semop = semops_.back();
    begun_[event.id] = &semops_.back();
    for (const int number : semop.numbers()) {
        if (semop.waits_for_zero(number) && semop.change_of(number) > 0) {
            inverted_.insert({set, number});
        }
    }
}

bool SemaphoreStory::takes(const Semop& semop, int number) const {
    const int change = semop.change_of(number);
    return is_inverted({semop.set, number}) ? change > 0 : change < 0;
}

bool SemaphoreStory::gives(const Semop& semop, int number) const {
    return semop.change_of(number) != 0 && !takes(semop, number);
}

/// @return what the process has taken last and not given back, or null.
Holding* SemaphoreStory::latest(Semaphore semaphore, std::size_t lane) {
    const auto found =
        std::find_if(holdings_.rbegin(), holdings_.rend(), [&](const Holding& holding) {
            return holding.semaphore == semaphore && holding.lane == lane && !holding.until;
        });
    return found == holdings_.rend() ? nullptr : &*found;
}

void SemaphoreStory::happen(Semop& semop, std::size_t when) {
    if (!semop.returned() || semop.error() != 0) {
        return;
    }
    semop.done = when;
    for (const auto& one : semop.operations) {
        if ((one.sem_flg & SEM_UNDO) != 0) {
            undo_[{semop.lane, {semop.set, one.sem_num}}] -= one.sem_op;
        }
    }
    for (const int number : semop.numbers()) {
        const Semaphore semaphore{semop.set, number};
        if (takes(semop, number)) {
            holdings_.push_back({.semaphore = semaphore, .lane = semop.lane, .taken = &semop});
        } else if (auto* holding = gives(semop, number) ? latest(semaphore, semop.lane) : nullptr) {
            holding->given = &semop;
            // From its begin on: others may go on before it has returned.
            holding->until = semop.event->id;
        }
    }
}

/// SETVAL and SETALL make all processes forget what they would have undone.
void SemaphoreStory::clear_undo(const recorder::Call& call) {
    constexpr int ipc_64 = 0x100;
    const bool succeeded = call.number == SYS_semctl && call.returned() && !call.failed();
    const int command = int_at(call, 2) & ~ipc_64;
    std::erase_if(undo_, [&](const auto& one) {
        const Semaphore semaphore = one.first.second;
        const bool concerned =
            command == SETALL || (command == SETVAL && semaphore.number == int_at(call, 1));
        return succeeded && concerned && semaphore.set == int_at(call, 0);
    });
}

void SemaphoreStory::end(std::size_t lane, std::size_t when) {
    const auto undone_of = [&](const Semaphore& semaphore) {
        const auto found = undo_.find({lane, semaphore});
        const int change = found == undo_.end() ? 0 : found->second;
        return is_inverted(semaphore) ? -change : change;
    };
    std::map<Semaphore, int> held;
    for (auto& holding : holdings_) {
        if (holding.lane == lane && !holding.until) {
            ++held[holding.semaphore];
            const bool undone = undone_of(holding.semaphore) > 0;
            holding.owner_ended = !undone;
            holding.until = undone ? std::optional(when) : std::nullopt;
        }
    }
    for (const auto& [owner, change] : undo_) {
        if (owner.first == lane && change != 0) {
            const auto had = held.find(owner.second);
            undoings_.push_back({.semaphore = owner.second,
                                 .lane = lane,
                                 .event = when,
                                 .change = undone_of(owner.second),
                                 .held = had == held.end() ? 0 : had->second});
        }
    }
    std::erase_if(undo_, [lane](const auto& one) { return one.first.first == lane; });
}

/// Events are missing here: what a process had before it may have given back.
void SemaphoreStory::forget(std::size_t when) {
    for (auto& holding : holdings_) {
        holding.until = holding.until.value_or(when);
    }
}

const Semop* SemaphoreStory::semop_of(const Event& call) const {
    const auto found = begun_.find(call.id);
    return found == begun_.end() ? nullptr : found->second;
}

std::vector<const Holding*> SemaphoreStory::held(std::size_t lane, std::size_t event) const {
    std::vector<const Holding*> all;
    for (const auto& holding : holdings_) {
        if (holding.lane == lane && holding.at(event)) {
            all.push_back(&holding);
        }
    }
    return all;
}

const Semop* SemaphoreStory::waiting(std::size_t lane) const {
    const auto found = std::find_if(semops_.rbegin(), semops_.rend(),
                                    [lane](const Semop& one) { return one.lane == lane; });
    const bool waits = found != semops_.rend() && !found->returned() && !ended_.contains(lane);
    return waits ? &*found : nullptr;
}

}  // namespace ipclab::diagnosis
