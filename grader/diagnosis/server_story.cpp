#include "diagnosis/server_story.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace ipclab::diagnosis {

namespace {

template <typename Number>
bool take_number(std::string_view& text, Number& number) {
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc{} || result.ptr == end || *result.ptr != ' ') {
        return false;
    }
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()) + 1);
    return true;
}

std::optional<Taken::Wish> wish_in(const Receive& receive) {
    Taken::Wish wish;
    std::string_view text = receive.text;
    if (receive.type != 1 || !take_number(text, wish.queue) || !take_number(text, wish.type)) {
        return std::nullopt;
    }
    wish.question = text;
    wish.size = *receive.length - (receive.text.size() - text.size());
    return wish;
}

const Send* send_of(const Evidence& seen, const recorder::Event* call) {
    const auto found = std::find_if(seen.sends.begin(), seen.sends.end(),
                                    [call](const Send& send) { return send.event == call; });
    return found == seen.sends.end() ? nullptr : &*found;
}

const Receive* receive_of(const Evidence& seen, const recorder::Event* call) {
    const auto found =
        std::find_if(seen.receives.begin(), seen.receives.end(),
                     [call](const Receive& receive) { return receive.event == call; });
    return found == seen.receives.end() ? nullptr : &*found;
}

}  // namespace

ServerStory server_story(const Evidence& seen) {
    ServerStory story;
    if (!seen.is(Function::serve)) {
        return story;
    }
    for (const auto& get : seen.gets) {
        if (get.made() && get.key == seen.request.key) {
            story.queue = get.id;
        }
    }
    for (const auto* call : seen.calls()) {
        const Receive* receive = receive_of(seen, call);
        if (receive != nullptr && receive->length && receive->queue == story.queue) {
            story.taken.push_back({.receive = receive, .wish = wish_in(*receive)});
        }
        const Send* send = send_of(seen, call);
        if (send != nullptr && !story.taken.empty()) {
            story.taken.back().sent.push_back(send);
        }
    }
    return story;
}

}  // namespace ipclab::diagnosis
