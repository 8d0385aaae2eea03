/// @file
/// What the rules of lab 4 look at besides: attaches and detaches, and where an address came from.
#ifndef IPCLAB_DIAGNOSIS_MEMORY_EVIDENCE_HPP
#define IPCLAB_DIAGNOSIS_MEMORY_EVIDENCE_HPP

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "diagnosis/tools_evidence.hpp"
#include "kernel/failure.hpp"

namespace ipclab::diagnosis {

/// A call of shmat.
struct Attach {
    const recorder::Event* event = nullptr;
    int id = 0;
    int flags = 0;
    std::optional<std::uint64_t> address;  ///< what it returned, where it succeeded
    int error = 0;                         ///< its errno, where it failed

    [[nodiscard]] bool is_readonly() const;
};

/// A call of shmdt.
struct Detach {
    const recorder::Event* event = nullptr;
    std::uint64_t address = 0;
    bool succeeded = false;
};

std::vector<Attach> attaches_in(const std::vector<const recorder::Event*>& calls);
std::vector<Detach> detaches_in(const std::vector<const recorder::Event*>& calls);

/// @return the calls of shmget, of the failing request.
std::vector<AnyGet> segment_gets(const Evidence& seen);

/// @return the request of the same process that was answered with this address last, or null.
const Exchange* origin_of(const Evidence& seen, std::uint64_t address);

/// @return how many attaches the calls of the request left behind.
int left_attached(const Evidence& seen);

/// @return the one segment that should have been listed, and the one that was, where each is one.
struct Listed {
    kernel::Segment wanted;
    kernel::Segment seen;
};
std::optional<Listed> one_listed(const Evidence& seen);

/// @return whether the answer says that the function has done what it was asked for.
bool answers_success(const Answer& answer);

/// @return whether the function should have succeeded.
bool should_succeed(const Evidence& seen);

/// @return the first call that fits, or null.
template <typename Call, typename Fits>
const Call* first_of(const std::vector<Call>& calls, const Fits& fits) {
    for (const auto& call : calls) {
        if (fits(call)) {
            return &call;
        }
    }
    return nullptr;
}

/// Says something of a call: of its {call}, its {error} and the {function}, and of more things.
template <typename... Things>
Statement say_of(const Evidence& seen, const recorder::Event& event, const std::string& part,
                 const char* note, const char* sentence, const Things&... things) {
    const auto with = [&](const char* text) {
        const int error = event.call.error();
        return fmt::format(fmt::runtime(text), fmt::arg("call", told(event)),
                           fmt::arg("error", error == 0 ? "" : kernel::errno_name(error)),
                           fmt::arg("function", seen.function()), things...);
    };
    return at(event, part, with(note), with(sentence));
}

/// Says something where no call shows it.
template <typename... Things>
Statement say_plainly(const Evidence& seen, const char* sentence, const Things&... things) {
    return {fmt::format(fmt::runtime(sentence), fmt::arg("function", seen.function()), things...),
            std::nullopt};
}

}  // namespace ipclab::diagnosis

#endif
