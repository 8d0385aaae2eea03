#include "recorder/timeline.hpp"

namespace ipclab::recorder {

namespace {

constexpr std::size_t most_first = 300;
constexpr std::size_t most_latest = 1200;

}  // namespace

Timeline::Timeline() {
    add_lane({});
}

std::size_t Timeline::add_lane(const Lane& lane) {
    lanes_.push_back(lane);
    return lanes_.size() - 1;
}

std::size_t Timeline::add(Event event) {
    event.id = next_id_++;
    event.time = std::chrono::steady_clock::now() - begin_;
    if (first_.size() < most_first) {
        first_.push_back(std::move(event));
        return next_id_ - 1;
    }
    latest_.push_back(std::move(event));
    if (latest_.size() > most_latest) {
        latest_.pop_front();
    }
    return next_id_ - 1;
}

Event* Timeline::find(std::size_t id) {
    if (id < first_.size()) {
        return &first_[id];
    }
    const bool is_kept = !latest_.empty() && id >= latest_.front().id && id < next_id_;
    return is_kept ? &latest_[id - latest_.front().id] : nullptr;
}

Recording Timeline::recording() const {
    Recording whole{.lanes = lanes_, .events = first_};
    whole.events.insert(whole.events.end(), latest_.begin(), latest_.end());
    whole.left_out = next_id_ - whole.events.size();
    return whole;
}

}  // namespace ipclab::recorder
