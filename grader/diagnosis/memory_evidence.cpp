#include "diagnosis/memory_evidence.hpp"

#include <sys/shm.h>
#include <sys/syscall.h>

#include <algorithm>

namespace ipclab::diagnosis {

using recorder::Event;

bool Attach::is_readonly() const {
    return (flags & SHM_RDONLY) != 0;
}

std::vector<Attach> attaches_in(const std::vector<const Event*>& calls) {
    std::vector<Attach> attaches;
    for (const auto* event : calls) {
        const auto& call = event->call;
        if (call.number == SYS_shmat) {
            auto& attach = attaches.emplace_back();
            attach = {.event = event,
                      .id = static_cast<int>(call.arguments[0]),
                      .flags = static_cast<int>(call.arguments[2]),
                      .error = call.error()};
            if (call.returned() && !call.failed()) {
                attach.address = static_cast<std::uint64_t>(*call.result);
            }
        }
    }
    return attaches;
}

std::vector<Detach> detaches_in(const std::vector<const Event*>& calls) {
    std::vector<Detach> detaches;
    for (const auto* event : calls) {
        const auto& call = event->call;
        if (call.number == SYS_shmdt) {
            detaches.push_back({event, call.arguments[0], call.returned() && !call.failed()});
        }
    }
    return detaches;
}

std::vector<AnyGet> segment_gets(const Evidence& seen) {
    auto gets = any_gets(seen);
    std::erase_if(gets, [](const AnyGet& get) { return get.kind != kernel::Kind::segment; });
    return gets;
}

const Exchange* origin_of(const Evidence& seen, std::uint64_t address) {
    for (auto exchange = seen.earlier.rbegin(); exchange != seen.earlier.rend(); ++exchange) {
        const bool here =
            exchange->process == seen.exchange.process && exchange->answered != nullptr;
        if (here && parse_answer(exchange->answered->text).address == address) {
            return &*exchange;
        }
    }
    return nullptr;
}

int left_attached(const Evidence& seen) {
    const auto attaches = attaches_in(seen.calls());
    const auto detaches = detaches_in(seen.calls());
    const auto made = std::count_if(attaches.begin(), attaches.end(),
                                    [](const Attach& attach) { return !!attach.address; });
    const auto undone = std::count_if(detaches.begin(), detaches.end(),
                                      [](const Detach& detach) { return detach.succeeded; });
    return static_cast<int>(made - undone);
}

std::optional<Listed> one_listed(const Evidence& seen) {
    const auto& segments = seen.mismatch->segments;
    const auto& wanted = seen.mismatch->expected_segments;
    if (!segments || segments->size() != 1 || wanted.size() != 1) {
        return std::nullopt;
    }
    return Listed{wanted.front(), segments->front()};
}

bool answers_success(const Answer& answer) {
    using Kind = Answer::Kind;
    return !answer.is_failure() && answer.kind != Kind::none && answer.kind != Kind::other;
}

bool should_succeed(const Evidence& seen) {
    return seen.mismatch->expected_reply.any_address || answers_success(seen.expected);
}

}  // namespace ipclab::diagnosis
