/// @file
/// What the rules look at: the failing request, what was expected, what was answered, and the
/// System V calls in between, taken apart once for all rules.
#ifndef IPCLAB_DIAGNOSIS_EVIDENCE_HPP
#define IPCLAB_DIAGNOSIS_EVIDENCE_HPP

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "diagnosis/diagnosis.hpp"
#include "diagnosis/requests.hpp"

namespace ipclab::diagnosis {

/// A call of msgget.
struct Get {
    const recorder::Event* event = nullptr;
    key_t key = 0;
    int flags = 0;
    std::optional<int> id;  ///< what it returned, where it succeeded
    int error = 0;          ///< its errno, where it failed

    [[nodiscard]] bool has(int flag) const { return (flags & flag) == flag; }
    [[nodiscard]] mode_t bits() const { return static_cast<mode_t>(flags) & 0777U; }
    [[nodiscard]] bool can_make() const;
    /// The call made a queue: no other reading is possible.
    [[nodiscard]] bool made() const;
    /// The call found a queue, and could not have made it.
    [[nodiscard]] bool found() const { return id && !can_make(); }
    /// The call made or found a queue, and nobody can know which.
    [[nodiscard]] bool made_or_found() const { return id && can_make() && !made(); }
    /// It asks for a right in any of the three places: owner, group, others (ipcperms in Linux).
    [[nodiscard]] bool asks_to_read() const { return (bits() & 0444U) != 0; }
    [[nodiscard]] bool asks_to_write() const { return (bits() & 0222U) != 0; }
    [[nodiscard]] bool asks_to_execute() const { return (bits() & 0111U) != 0; }
};

/// A call of msgctl.
struct Control {
    const recorder::Event* event = nullptr;
    int id = 0;
    int command = 0;
    bool succeeded = false;
    int error = 0;
};

/// A call of msgsnd.
struct Send {
    const recorder::Event* event = nullptr;
    int queue = 0;
    std::size_t size = 0;  ///< msgsz
    int flags = 0;
    long type = 0;     ///< as it lay in memory
    std::string text;  ///< the first bytes of it, up to size
    bool succeeded = false;
    int error = 0;

    [[nodiscard]] bool has(int flag) const { return (flags & flag) == flag; }
};

/// A call of msgrcv.
struct Receive {
    const recorder::Event* event = nullptr;
    int queue = 0;
    std::size_t size = 0;  ///< msgsz
    long wanted = 0;       ///< msgtyp
    int flags = 0;
    std::optional<std::size_t> length;  ///< what it returned, where it succeeded
    long type = 0;                      ///< of the message that it got
    std::string text;                   ///< the first bytes of it
    int error = 0;

    [[nodiscard]] bool has(int flag) const { return (flags & flag) == flag; }
};

/// A request and what came of it.
struct Exchange {
    int process = 0;
    const recorder::Event* asked = nullptr;
    const recorder::Event* answered = nullptr;       ///< null: not, or not yet
    std::vector<const recorder::Event*> calls;       ///< until the answer
    std::vector<const recorder::Event*> afterwards;  ///< calls from then to the next request
    Calls known = Calls::all;  ///< latest: events in the middle of it were left out
};

/// @return all requests of a recording with their calls, in the order in which they were asked.
std::vector<Exchange> exchanges(const recorder::Recording& recording);

std::vector<Get> gets_in(const std::vector<const recorder::Event*>& calls);
std::vector<Control> controls_in(const std::vector<const recorder::Event*>& calls);
std::vector<Send> sends_in(const std::vector<const recorder::Event*>& calls);
std::vector<Receive> receives_in(const std::vector<const recorder::Event*>& calls);

/// What a function was told by a call that failed.
struct Failure {
    const recorder::Event* event = nullptr;  ///< null: ftok, which is no System V call
    int error = 0;
};

/// Everything about one failed check.
struct Evidence {
    const checks::Mismatch* mismatch = nullptr;
    const recorder::Recording* recording = nullptr;
    const arena::Aftermath* aftermath = nullptr;
    const explorer::Schedule* schedule = nullptr;  ///< of several processes: may be empty
    const arena::Reply* reply = nullptr;  ///< that did not match; null where queues did not
    Request request;                      ///< the last one before the check failed
    Answer answer;
    Answer expected;
    Exchange exchange;
    std::vector<Exchange> earlier;  ///< requests before it, of any process; only those known whole
    std::vector<Get> gets;
    std::vector<Control> controls;
    std::vector<Send> sends;
    std::vector<Receive> receives;

    [[nodiscard]] const std::vector<const recorder::Event*>& calls() const {
        return exchange.calls;
    }
    [[nodiscard]] std::string function() const { return name_of(request.function); }
    [[nodiscard]] bool is(Function function) const { return request.function == function; }
    /// Whether the function makes or finds a queue.
    [[nodiscard]] bool is_about_getting() const;
    /// Whether it does so under a key that it is given.
    [[nodiscard]] bool has_key() const;
    [[nodiscard]] bool expects(Answer::Kind kind) const { return expected.kind == kind; }
    [[nodiscard]] bool expects_error(int error) const {
        return expects(Answer::Kind::error) && expected.error == error;
    }
    [[nodiscard]] arena::Trouble trouble() const;
    /// @return whether it is about a program, which ends, and not about an answer.
    [[nodiscard]] bool is_of_program() const {
        return reply != nullptr && reply->asked == arena::Asked::program;
    }
    /// @return the queues that the kernel listed, where they were judged.
    [[nodiscard]] const std::vector<kernel::Queue>& queues() const;
    /// @return the listed queue with this id, or null.
    [[nodiscard]] const kernel::Queue* listed(int id) const;
    /// @return the last msgget of the request, or null.
    [[nodiscard]] const Get* last_get() const { return gets.empty() ? nullptr : &gets.back(); }
    /// @return the last msgsnd or msgrcv of the request, or null.
    [[nodiscard]] const Send* last_send() const { return sends.empty() ? nullptr : &sends.back(); }
    [[nodiscard]] const Receive* last_receive() const {
        return receives.empty() ? nullptr : &receives.back();
    }
    /// @return the calls of msgctl with this command.
    [[nodiscard]] std::vector<Control> controls_with(int command) const;
    /// @return whether any call of the request failed with this errno.
    [[nodiscard]] bool any_call_failed_with(int error) const;
    /// @return the last call of the request, where that failed; of make_key, what ftok says.
    [[nodiscard]] std::optional<Failure> last_failure() const;
};

Evidence evidence_of(const Case& seen);

/// How much of the failing request's calls is known.
Calls known_calls(const Evidence& seen);

// --- what rules answer ----------------------------------------------------------------------

/// @return a call with its arguments, to be put into a sentence.
std::string told(const recorder::Event& event);

/// @return a statement that points to a part of a call's line.
Statement at(const recorder::Event& event, const std::string& part, const std::string& note,
             const std::string& sentence);

}  // namespace ipclab::diagnosis

#endif
