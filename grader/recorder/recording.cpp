#include "recorder/recording.hpp"

#include <sys/syscall.h>

#include <algorithm>

namespace ipclab::recorder {

bool Call::is_address() const {
    // The kernel's errors are -1 to -4095 in every result (syscall(2)).
    constexpr long last_error = -4095;
    return number == SYS_shmat && result && *result < last_error;
}

const Event* Recording::find(std::size_t id) const {
    const auto place =
        std::lower_bound(events.begin(), events.end(), id,
                         [](const Event& event, std::size_t wanted) { return event.id < wanted; });
    return place != events.end() && place->id == id ? &*place : nullptr;
}

const Event* Recording::last_request(int process) const {
    const auto place = std::find_if(events.rbegin(), events.rend(), [&](const Event& event) {
        return event.what == What::request && lanes.at(event.lane).process == process;
    });
    return place == events.rend() ? nullptr : &*place;
}

std::vector<const Event*> Recording::calls_of_last_request(int process) const {
    const Event* request = last_request(process);
    std::vector<const Event*> calls;
    for (const auto& event : events) {
        const bool later = request != nullptr && event.id > request->id;
        if (later && event.what == What::call && lanes.at(event.lane).process == process) {
            calls.push_back(&event);
        }
    }
    return calls;
}

}  // namespace ipclab::recorder
