#ifndef IPCLAB_ARENA_ARENA_HPP
#define IPCLAB_ARENA_ARENA_HPP

#include <poll.h>

#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "arena/isolation.hpp"
#include "arena/ledger.hpp"
#include "arena/patience.hpp"
#include "arena/process.hpp"
#include "arena/supervisor.hpp"
#include "kernel/objects.hpp"

namespace ipclab::arena {

/// What an arena is given by the program that runs the check.
struct Setting {
    Level level = Level::shared;
    Identity student;
    int program = -1;  ///< a descriptor of the lab's program
    std::uint64_t seed = 0;
    Tracing* tracing = nullptr;  ///< who traces the students and records the check, or null
};

/// One thing that happened in a check, in order: the grader's own acts and the students' requests.
struct Act {
    int process = 0;      ///< 0: the grader
    std::string request;  ///< what was asked of the process, or what the grader did
    std::string by_hand;  ///< the command that does the same by hand
};

/// Something that a student's processes left behind.
struct Leak {
    kernel::Object object;
    Maker maker;
};

/// What an arena knows when its check has ended.
struct Aftermath {
    std::vector<Leak> leaks;
    std::vector<std::string> strays;  ///< processes that went on after their parent had ended
    bool answered_unasked = false;
    std::string failure;  ///< what kept the grader from ending the check as it should
};

/// The id of the first queue that is made in a check.
enum class FirstId {
    any,   ///< not 0: the ids before it are used up
    zero,  ///< 0, which is an id like any other
};

class Arena;

/// A student process, as a check talks to it.
class Student {
public:
    Student(Arena& arena, Process& process) : arena_(&arena), process_(&process) {}

    /// Sends a command to its shell and waits for the answer, or until it is clear that none comes.
    Reply ask(const std::string& request);

    /// Sends a command and waits until it is answered, held back, or provably waits for somebody
    /// that is held back.
    void begin(const std::string& request);

    /// Waits for the answer to what was begun.
    Reply finish();

    /// Sends a signal while the process provably waits in a System V call (msgsnd, msgrcv, semop):
    /// after begin() it does, unless it was answered or another process woke it.
    /// @return whether it waits there; if not, no signal was sent.
    bool interrupt(int signal);

    /// Lets the call go on before which the process is held, and holds it no more.
    void release();

    /// Lets the call go on before which the process is held, and holds it before the next one.
    void step();

    /// Says what happens to its IPC calls during the next request.
    void plan(const Plan& plan) { process_->plan = plan; }

    /// @return whether it is held back before a call.
    [[nodiscard]] bool is_held() const { return process_->held.has_value(); }

    /// Ends its input, and waits until it has ended by itself or is clear that it will not.
    /// @return its wait status with Trouble::ended, or why it goes on.
    Reply end();

private:
    void go_on();

    Arena* arena_;
    Process* process_;
};

/// The private world of one check: its student processes, its objects, its folder. Everything in it
/// is gone when it is destroyed.
class Arena {
public:
    /// Takes the setting that was given to prepare().
    explicit Arena(FirstId first = FirstId::any);
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena();

    /// Says what the arena of this process is made from. One arena at a time.
    static void prepare(const Setting& setting);

    /// What the last arena found when it was closed.
    static const Aftermath& aftermath();

    /// The arena that lives now, or null.
    static Arena* current();

    /// Starts the lab's program.
    /// @param directory  below the check's folder; empty: the folder itself.
    Student start(const std::string& directory = "", mode_t umask = 022);

    /// @return a key that no object on this machine has, drawn afresh. Its high bit is set in about
    ///         half of all draws.
    key_t fresh_key();

    /// @return a whole number from low to high, drawn from the run's seed.
    int draw(int low, int high);

    /// @return every queue of the check, as the kernel lists it.
    [[nodiscard]] std::vector<kernel::Queue> queues() const;

    /// @return the objects of the check of all kinds, as the kernel lists them.
    [[nodiscard]] std::vector<kernel::Object> objects() const;

    /// Makes a queue as the student's user, outside of any student process.
    kernel::Queue create_queue(key_t key, mode_t mode);

    /// Sends a message of type 1 to a queue.
    void send(const kernel::Queue& queue, const std::string& text);

    /// Removes a queue, as its owner.
    void remove(const kernel::Queue& queue);

    /// Says that a queue may stay when the check ends: the student is not asked to remove it.
    void take_over(int id);

    /// Leaves a queue out of queues() from now on, without removing it.
    void set_aside(const kernel::Queue& queue);

    /// Makes an empty file in the check's folder, or in a folder of it that is made, too.
    /// @return its absolute path.
    std::string make_file(const std::string& name);
    std::string make_directory(const std::string& name);

    /// Makes a symbolic link in the check's folder.
    /// @return its absolute path.
    std::string make_link(const std::string& name, const std::string& target);

    /// Puts another empty file, with another inode, in the place of one that is there.
    void replace_file(const std::string& name);

    /// Waits until every process that student processes started has ended, or will not.
    void wait_for_helpers();

    /// @return how many queues student processes have made so far, removed ones included.
    [[nodiscard]] std::size_t queues_made() const { return ledger_.queues_made_by_students(); }

    /// @return what happened since the world of the check was last empty.
    [[nodiscard]] const std::vector<Act>& acts() const { return acts_; }

    [[nodiscard]] const std::vector<std::unique_ptr<Process>>& processes() const {
        return processes_;
    }
    /// @return who made an object, or null where it is not of this check.
    [[nodiscard]] const Entry* maker_of(const kernel::Object& object) const;

private:
    friend class Student;

    enum class Event { none, some };

    void send_request(Process& process, const std::string& request);
    Reply reply_of(Process& process);
    /// Serves all processes until the condition holds.
    /// @return Trouble::none, or why it never will.
    Trouble wait_until(const std::function<bool()>& condition, Allowance allowance);
    Event serve(std::chrono::milliseconds timeout);
    void read_channel(Process& process);
    void read_output(Process& process);
    void reap();
    void stop(Process& process, Trouble trouble);
    void reap_one(pid_t child, int status);
    void act(const std::string& what, const std::string& by_hand);
    [[nodiscard]] std::vector<kernel::Task> all_tasks() const;
    [[nodiscard]] std::vector<Wait> waits() const;
    [[nodiscard]] Trouble standstill() const;
    [[nodiscard]] bool has_events(std::chrono::milliseconds timeout,
                                  std::vector<pollfd>& watched) const;
    void close();
    void end_processes();
    void kill_everything();
    void find_leaks();
    void remove_everything();
    void own(const std::string& path) const;

    Setting setting_;
    std::vector<sock_filter> filter_;
    Ledger ledger_;
    Confinement confinement_;
    Supervisor supervisor_;
    kernel::Descriptor signals_;
    std::vector<std::unique_ptr<Process>> processes_;
    std::vector<Act> acts_;
    std::set<int> aside_;
    std::vector<kernel::Descriptor> keys_;  ///< the claims on the keys that were drawn
    std::vector<Wait> waits_;
    std::mt19937_64 random_;
    Aftermath aftermath_;
    bool cancelled_ = false;
};

}  // namespace ipclab::arena

#endif
