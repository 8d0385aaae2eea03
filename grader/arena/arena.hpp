#ifndef IPCLAB_ARENA_ARENA_HPP
#define IPCLAB_ARENA_ARENA_HPP

#include <poll.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "arena/isolation.hpp"
#include "arena/ledger.hpp"
#include "arena/patience.hpp"
#include "arena/process.hpp"
#include "arena/supervisor.hpp"
#include "kernel/mappings.hpp"
#include "kernel/messages.hpp"
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
    /// What a student process did to an object of the grader's, so that the check could not go on:
    /// the reason of the exception that ended it.
    std::string interference;
    std::string failure;  ///< what kept the grader from ending the check as it should
};

/// The id of the first object of each kind that is made in a check.
enum class FirstId {
    any,    ///< not 0: the ids before it are used up
    zero,   ///< of a queue 0, which is an id like any other
    large,  ///< above 32767 and no index into the kernel's table, as on a machine that has run long
};

/// What becomes of the process of the grader's that makes an object.
enum class MadeBy {
    living,  ///< it goes on
    ended,   ///< it has ended: as one that left the object behind
};

/// An object that the grader makes for a check.
struct Making {
    key_t key = 0;
    mode_t mode = 0600;
    std::size_t size = 100;  ///< of a segment in bytes; of a set how many semaphores
    Whose whose = Whose::student;
    MadeBy made_by = MadeBy::living;  ///< with ended the key is not IPC_PRIVATE
};

/// What a tool of the system left.
struct ToolOutput {
    std::string text;
    int wait_status = 0;
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
    /// @return Trouble::none where it was answered, is held back or has ended; otherwise how it
    ///         waits: Trouble::blocked, or Trouble::used_processor and Trouble::slept where it does
    ///         so by looking again and again.
    Trouble begin(const std::string& request);

    /// Sends a command and does not wait at all.
    void start(const std::string& request);

    /// Waits, without asking anything, until the process is held back, has ended, or waits.
    /// @return as begin().
    Trouble settle();

    /// Waits for the answer to what was begun.
    Reply finish();

    /// Sends a signal while the process provably waits in a System V call (msgsnd, msgrcv, semop):
    /// after begin() it does, unless it was answered or another process woke it.
    /// @return whether it waits there; if not, no signal was sent.
    bool interrupt(int signal);

    /// Sends a signal, whatever the process does.
    void signal(int signal);

    /// @return how often the process has made a System V call since it was asked.
    [[nodiscard]] int calls_of(long number) const;

    /// @return the addresses that the process has given to shmdt since it was asked, in order;
    ///         nullptr, where nothing is ever attached, left out.
    [[nodiscard]] const std::vector<std::uint64_t>& detached() const { return process_->detached; }

    /// @return the threads of the process and of all that it or its children started.
    [[nodiscard]] std::set<pid_t> threads_of_family() const;

    /// @return what is mapped in the process now.
    [[nodiscard]] std::vector<kernel::Mapping> mappings() const;

    /// Lets the call go on before which the process is held, and holds it no more.
    void release();

    /// Lets the call go on before which the process is held, and holds it before the next one.
    void step();

    /// Says what happens to its IPC calls during the next request.
    void plan(const Plan& plan) { process_->plan = plan; }

    /// @return to how many of its points it has come in the present request.
    [[nodiscard]] int points() const { return process_->points; }

    /// @return whether it is held back before a call.
    [[nodiscard]] bool is_held() const { return process_->is_held(); }

    /// Ends its input, and waits until it has ended by itself or is clear that it will not.
    /// @return its wait status with Trouble::ended, or why it goes on.
    Reply end();

    /// Waits until it has ended by itself, as a program does.
    /// @return its wait status with Trouble::ended, or why it goes on.
    Reply wait_for_end();

    [[nodiscard]] bool has_ended() const { return process_->ended(); }

    /// @return what is known of it now, as of a reply.
    [[nodiscard]] Reply state() const;

    /// @return its number in the check, from 1.
    [[nodiscard]] int number() const { return process_->number; }

private:
    void go_on();
    void hold_no_more();

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

    /// Starts the lab's program under another name: as one of the programs that the lab is about.
    Student start_program(const std::string& name, const std::vector<std::string>& arguments,
                          const Plan& plan = {});

    /// @return a key that no object on this machine has, drawn afresh. Its high bit is set in about
    ///         half of all draws.
    key_t fresh_key();

    /// @return a whole number from low to high, drawn from the run's seed.
    int draw(int low, int high);

    // --- objects: objects.cpp ---

    /// @return whether accesses to segments can be watched: somebody traces the students.
    [[nodiscard]] bool can_watch() const { return setting_.tracing != nullptr; }

    /// @return every object of the check of a kind, as the kernel lists it.
    [[nodiscard]] std::vector<kernel::Queue> queues() const;
    [[nodiscard]] std::vector<kernel::Segment> segments() const;
    [[nodiscard]] std::vector<kernel::SemaphoreSet> sets() const;

    /// @return the objects of the check of all kinds, as the kernel lists them.
    [[nodiscard]] std::vector<kernel::Object> objects() const;

    /// @return whether an object that student code speaks of may be one of somebody outside of the
    ///         check, who makes and removes what he likes: in a namespace of its own there is
    ///         nobody.
    [[nodiscard]] bool may_be_a_strangers(kernel::Kind kind, int id) const;
    [[nodiscard]] bool may_be_a_strangers(key_t key, int id) const;

    /// Makes an object outside of any student process, as the student's user, or where it is to be
    /// a stranger's as the grader's, if that is another one.
    kernel::Queue make_queue(const Making& making);
    kernel::Segment make_segment(const Making& making);
    kernel::SemaphoreSet make_set(const Making& making);
    kernel::Queue create_queue(key_t key, mode_t mode) {
        return make_queue({.key = key, .mode = mode});
    }

    /// Makes many objects of a kind, without keys.
    std::vector<kernel::Object> make_many(kernel::Kind kind, int count);

    /// Removes an object, as its owner.
    void remove(const kernel::Object& object);
    void remove_all(const std::vector<kernel::Object>& objects);

    /// Removes whatever of the check is still there.
    void remove_the_rest();

    /// Gives an object other permission bits (IPC_SET).
    void change_mode(const kernel::Object& object, mode_t mode);

    /// Makes root the owner of an object whose creator stays the student's user (IPC_SET), where
    /// the kernel lets the grader: not in a user namespace, which knows one user only.
    void give_to_root(const kernel::Object& object);

    /// Does something as the student's user in a process that has ended when this returns: as one
    /// that left something behind.
    /// @param act  gives 0 or an errno.
    void let_a_process_that_ends(const std::string& what, const std::string& by_hand,
                                 const std::function<int()>& act);

    /// Raises a semaphore by one, in the grader's own process.
    void use_set(const kernel::SemaphoreSet& set, int semaphore);

    /// Runs a tool of the system in the world of the check, as the student's user.
    /// @return what it wrote to its standard output, and its wait status.
    ToolOutput run_tool(std::vector<std::string> command);

    /// @return the object as the kernel lists it now, or nothing where it is gone.
    [[nodiscard]] std::optional<kernel::Queue> now(const kernel::Queue& queue) const;
    [[nodiscard]] std::optional<kernel::Segment> now(const kernel::Segment& segment) const;

    /// Says that an object may stay when the check ends: the student is not asked to remove it.
    void take_over(int queue);

    /// Leaves a queue out of queues() from now on, without removing it.
    void set_aside(const kernel::Queue& queue);

    /// @return how often student processes asked for the removal of an object.
    [[nodiscard]] int removals_asked(const kernel::Object& object) const {
        return supervisor_.removals_asked(object.kind, object.id);
    }

    // --- segments: segments.cpp ---

    /// Attaches a segment in the grader's own process, and detaches it, at the latest when the
    /// check ends.
    void attach(const kernel::Segment& segment);
    void detach(const kernel::Segment& segment);

    /// Reads and writes bytes of a segment, which is attached in the grader's own process for just
    /// as long, unless it is by attach().
    std::string read_bytes(const kernel::Segment& segment, std::size_t offset, std::size_t size);
    void write_bytes(const kernel::Segment& segment, std::size_t offset, const std::string& bytes);

    // --- messages: messages.cpp ---

    /// Sends a message to a queue. @throws where the queue is full.
    void send(const kernel::Queue& queue, const kernel::Message& message);
    void send(const kernel::Queue& queue, const std::string& text) {
        send(queue, {.type = 1, .text = text});
    }

    /// Sends a message and looks, before any process of the check can make another call, who has
    /// it.
    /// @return whether it went straight to a process of the student's family, which therefore
    ///         already waited for it: the kernel hands a message over to who waits (msgop(2)).
    bool hand_over(const kernel::Queue& queue, const kernel::Message& message,
                   const Student& student);

    /// Takes a message out of a queue, in the order of type.
    /// @return it, or nothing where there is none that fits, or no such queue any more.
    std::optional<kernel::Message> take(const kernel::Queue& queue, long type = 0);

    /// Waits until a queue has a message of this type, which is taken out of it, or until it is
    /// clear that the student sends none.
    Awaited await_message(const kernel::Queue& queue, long type, Student& student);

    /// Sets how many bytes of text a queue holds.
    void set_capacity(const kernel::Queue& queue, unsigned long bytes);

    // --- files ---

    /// Makes an empty file in the check's folder, or in a folder of it that is made, too.
    /// @return its absolute path.
    std::string make_file(const std::string& name);
    std::string make_directory(const std::string& name);

    /// Makes a symbolic link in the check's folder.
    /// @return its absolute path.
    std::string make_link(const std::string& name, const std::string& target);

    /// Puts another empty file, with another inode, in the place of one that is there.
    void replace_file(const std::string& name);

    /// Waits until the kernel shows something of the check's processes, or it is clear that it will
    /// not.
    void await(const std::function<bool()>& condition) { wait_until(condition, for_an_answer); }

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

    Student launch_process(Launch how);
    template <typename Some>
    [[nodiscard]] std::vector<Some> mine_of(std::vector<Some> all) const;
    int make(kernel::Kind kind, const Making& making);
    [[nodiscard]] bool is_mine(const kernel::Object& object) const;
    [[nodiscard]] int real_id(const kernel::Object& object) const;
    void use_up_ids(FirstId first);
    void remove_quietly(const kernel::Object& object);
    void require_done(int error, const kernel::Object& object, const std::string& action);
    void detach_everything();
    void with_bytes(const kernel::Segment& segment, int flags,
                    const std::function<void(char* bytes)>& act_on);
    void send_request(Process& process, const std::string& request);
    Reply reply_of(Process& process);
    /// Serves all processes until the condition holds.
    /// @return Trouble::none, or why it never will.
    Trouble wait_until(const std::function<bool()>& condition, Allowance allowance);
    Event serve(std::chrono::milliseconds timeout);
    void read_channel(Process& process);
    static void read_output(Process& process, kernel::Descriptor& from);
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
    std::map<int, void*> attached_;         ///< by the id of the segment
    std::vector<kernel::Descriptor> keys_;  ///< the claims on the keys that were drawn
    std::vector<Wait> waits_;
    std::mt19937_64 random_;
    Aftermath aftermath_;
    bool cancelled_ = false;
};

}  // namespace ipclab::arena

#endif
