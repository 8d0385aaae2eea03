// The words of the student program that touch segments: each makes a known number of accesses.
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "student_words.hpp"
#include "watched.hpp"

namespace ipclab::tests {

namespace {

constexpr std::size_t word_size = sizeof(long);

std::vector<std::byte*> attached;
volatile sig_atomic_t signals_caught = 0;

std::string attach(long id, int flags) {
    void* const address = shmat(static_cast<int>(id), nullptr, flags);
    if (address == reinterpret_cast<void*>(-1)) {  // NOLINT(performance-no-int-to-ptr)
        return told(-1);
    }
    attached.push_back(static_cast<std::byte*>(address));
    return std::to_string(attached.size() - 1);
}

/// @return what was written to a pipe with write(2), straight from memory, as a number.
std::string through_a_pipe(const void* from, std::size_t size) {
    std::array<int, 2> ends{};
    long word = 0;
    if (pipe(ends.data()) != 0 || write(ends[1], from, size) != static_cast<ssize_t>(size) ||
        read(ends[0], &word, sizeof word) < 0) {
        return told(-1);
    }
    close(ends[0]);
    close(ends[1]);
    return std::to_string(word);
}

/// Has read(2) write a word straight into memory.
std::string read_into(void* to, long word) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0 || write(ends[1], &word, sizeof word) != sizeof word) {
        return told(-1);
    }
    const auto size = read(ends[0], to, sizeof word);
    close(ends[0]);
    close(ends[1]);
    return told(size);
}

/// @return the answer of a body that runs in a child, as the child's exit status.
template <typename Body>
std::string in_a_child(Body body) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(body());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? std::to_string(WEXITSTATUS(status))
                             : std::string("killed by SIG") + sigabbrev_np(WTERMSIG(status));
}

/// Reads a word again and again in another thread while this one has the kernel read it.
std::string pipe_beside_a_reader(long slot, long times) {
    std::atomic<bool> done = false;
    std::thread reader([&] {
        while (!done) {
            [[maybe_unused]] const long word = word_at(slot, 0);
        }
    });
    std::string answer;
    for (; times > 0; --times) {
        answer = through_a_pipe(attached_at(slot), word_size);
    }
    done = true;
    reader.join();
    return answer;
}

/// Attaches a segment, uses it, and detaches it.
std::string use(long id) {
    void* const address = shmat(static_cast<int>(id), nullptr, 0);
    auto& word = *static_cast<volatile long*>(address);
    const long before = word;
    word = before + 1;
    shmdt(address);
    return std::to_string(before);
}

/// Reads a word between marks that the shell has not sent, and behind them.
std::string forge(long slot, unsigned long token) {
    prctl(shell::watch_begins, token, 0, 0, 0);
    const long first = word_at(slot, 0);
    prctl(shell::watch_ends, token, 0, 0, 0);
    return std::to_string(first + word_at(slot, word_size));
}

std::string number_words(long slot, long base) {
    for (long index = 0; index < 8; ++index) {
        word_at(slot, index * static_cast<long>(word_size)) = base + index;
    }
    return "done";
}

/// Reads some words, then looks at a semaphore some times: so many accesses and calls.
std::string take_steps(long slot, long reads, long set, long calls) {
    for (long index = 0; index < reads; ++index) {
        [[maybe_unused]] const long word = word_at(slot, index * static_cast<long>(word_size));
    }
    for (long index = 0; index < calls; ++index) {
        semctl(static_cast<int>(set), 0, GETVAL);
    }
    return "done";
}

std::string count_signals(long number) {
    struct sigaction action {};
    action.sa_handler = [](int) { signals_caught = signals_caught + 1; };
    return told(sigaction(static_cast<int>(number), &action, nullptr));
}

// One instruction each, where the processor has one.

void fill(std::byte* to, std::size_t count, int byte) {
#if defined(__x86_64__)
    asm volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(byte) : "memory");
#else
    memset(to, byte, count);
#endif
}

void copy_word(std::byte* to, const std::byte* from) {
#if defined(__x86_64__)
    asm volatile("movsq" : "+D"(to), "+S"(from) : : "memory");
#else
    memcpy(to, from, word_size);
#endif
}

long divide_by(std::byte* divisor) {
#if defined(__x86_64__)
    long quotient = 100;
    long remainder = 0;
    asm volatile("idivq %2"
                 : "+a"(quotient), "+d"(remainder)
                 : "m"(*reinterpret_cast<volatile long*>(divisor)));
    return quotient;
#else
    const long by = *reinterpret_cast<volatile long*>(divisor);
    return by == 0 ? (raise(SIGFPE), 0) : 100 / by;
#endif
}

/// Has a signal interrupt it at an instant when it looks as if a call had failed with EFAULT.
/// @return what the register holds when the handler has returned.
long interrupted_with(long value) {
#if defined(__x86_64__)
    const auto before = signals_caught;
    const itimerval soon{{0, 0}, {0, 1000}};
    setitimer(ITIMER_REAL, &soon, nullptr);
    asm volatile("1: cmpl %1, %2\n\tje 1b" : "+a"(value) : "r"(before), "m"(signals_caught) : "cc");
#endif
    return value;
}

StudentWords words_of_accesses() {
    return {
        {"read", [](const Numbers& n) { return std::to_string(word_at(n.at(0), n.at(1))); }},
        {"read-small",
         [](const Numbers& n) {
             return std::to_string(
                 *reinterpret_cast<volatile int*>(attached_at(n.at(0)) + n.at(1)));
         }},
        {"write",
         [](const Numbers& n) {
             word_at(n.at(0), n.at(1)) = n.at(2);
             return "done";
         }},
        {"add",
         [](const Numbers& n) {
             auto& word = const_cast<long&>(word_at(n.at(0), n.at(1)));
             std::atomic_ref(word).fetch_add(n.at(2));
             return "done";
         }},
        {"fill",
         [](const Numbers& n) {
             fill(attached_at(n.at(0)) + n.at(1), static_cast<std::size_t>(n.at(2)),
                  static_cast<int>(n.at(3)));
             return "done";
         }},
        {"copy-word",
         [](const Numbers& n) {
             copy_word(attached_at(n.at(2)) + n.at(3), attached_at(n.at(0)) + n.at(1));
             return "done";
         }},
        {"divide",
         [](const Numbers& n) {
             return std::to_string(divide_by(attached_at(n.at(0)) + n.at(1)));
         }},
        {"number-words", [](const Numbers& n) { return number_words(n.at(0), n.at(1)); }},
        {"take-steps",
         [](const Numbers& n) { return take_steps(n.at(0), n.at(1), n.at(2), n.at(3)); }},
    };
}

/// The kernel touches the memory, not the program.
StudentWords words_of_the_kernel() {
    return {
        {"write-to-a-pipe",
         [](const Numbers& n) { return through_a_pipe(attached_at(n.at(0)), word_size); }},
        {"read-from-a-pipe",
         [](const Numbers& n) { return read_into(attached_at(n.at(0)), n.at(1)); }},
        {"send-from",
         [](const Numbers& n) {
             return told(msgsnd(static_cast<int>(n.at(1)), attached_at(n.at(0)), word_size, 0));
         }},
        {"receive-into",
         [](const Numbers& n) {
             return told(
                 msgrcv(static_cast<int>(n.at(1)), attached_at(n.at(0)), word_size, 0, IPC_NOWAIT));
         }},
        {"store-operation",
         [](const Numbers& n) {
             *reinterpret_cast<sembuf*>(attached_at(n.at(0))) = {0, static_cast<short>(n.at(1)), 0};
             return "done";
         }},
        {"operate",
         [](const Numbers& n) {
             auto* const operation = reinterpret_cast<sembuf*>(attached_at(n.at(0)));
             return told(semop(static_cast<int>(n.at(1)), operation, 1));
         }},
        {"write-and-read",
         [](const Numbers& n) {
             const auto written = through_a_pipe(attached_at(n.at(0)), word_size);
             return written == std::to_string(word_at(n.at(0), 0)) ? written : "something else";
         }},
        {"write-nowhere", [](const Numbers&) { return through_a_pipe(nullptr, word_size); }},
        {"pipe-beside-a-reader",
         [](const Numbers& n) { return pipe_beside_a_reader(n.at(0), n.at(1)); }},
    };
}

StudentWords words_of_processes() {
    return {
        {"attach", [](const Numbers& n) { return attach(n.at(0), 0); }},
        {"attach-to-read", [](const Numbers& n) { return attach(n.at(0), SHM_RDONLY); }},
        {"detach", [](const Numbers& n) { return told(shmdt(attached_at(n.at(0)))); }},
        {"use", [](const Numbers& n) { return use(n.at(0)); }},
        {"read-and-detach",
         [](const Numbers& n) {
             [[maybe_unused]] const long word = word_at(n.at(0), 0);
             return told(shmdt(attached_at(n.at(0))));
         }},
        {"read-in-a-thread",
         [](const Numbers& n) {
             std::string answer;
             std::thread([&] { answer = std::to_string(word_at(n.at(0), n.at(1))); }).join();
             return answer;
         }},
        {"write-in-a-child",
         [](const Numbers& n) {
             return in_a_child([&] {
                 word_at(n.at(0), n.at(1)) = n.at(2);
                 return 0;
             });
         }},
        {"pipe-in-a-child",
         [](const Numbers& n) {
             return in_a_child([&] {
                 return std::atoi(through_a_pipe(attached_at(n.at(0)), word_size).c_str());
             });
         }},
    };
}

StudentWords words_of_tricks() {
    return {
        {"unprotect-and-read",
         [](const Numbers& n) {
             mprotect(attached_at(n.at(0)), static_cast<std::size_t>(n.at(1)),
                      PROT_READ | PROT_WRITE);
             return std::to_string(word_at(n.at(0), 0));
         }},
        {"protect-and-write",
         [](const Numbers& n) {
             mprotect(attached_at(n.at(0)), static_cast<std::size_t>(n.at(1)), PROT_READ);
             word_at(n.at(0), 0) = 1;
             return "done";
         }},
        {"forge",
         [](const Numbers& n) { return forge(n.at(0), static_cast<unsigned long>(n.at(1))); }},
        {"read-and-execute",
         [](const Numbers& n) {
             [[maybe_unused]] const long word = word_at(n.at(0), 0);
             return told(execl("/bin/true", "true", nullptr));
         }},
        {"send-itself",
         [](const Numbers& n) { return told(kill(getpid(), static_cast<int>(n.at(0)))); }},
        {"run-and-read",
         [](const Numbers& n) {
             const int status = std::system("true");
             return status == 0 ? std::to_string(word_at(n.at(0), 0)) : std::to_string(status);
         }},
    };
}

StudentWords words_of_signals() {
    return {
        {"block-signals",
         [](const Numbers&) {
             sigset_t all;
             sigfillset(&all);
             sigprocmask(SIG_SETMASK, &all, nullptr);
             return "done";
         }},
        {"count", [](const Numbers& n) { return count_signals(n.at(0)); }},
        {"interrupted-with",
         [](const Numbers& n) { return std::to_string(interrupted_with(n.at(0))); }},
        {"counted", [](const Numbers&) { return std::to_string(signals_caught); }},
    };
}

}  // namespace

std::byte* attached_at(long slot) {
    return attached.at(static_cast<std::size_t>(slot));
}

volatile long& word_at(long slot, long offset) {
    return *reinterpret_cast<volatile long*>(attached_at(slot) + offset);
}

const StudentWords& memory_words() {
    static const StudentWords all = [] {
        auto words = words_of_accesses();
        words.merge(words_of_the_kernel());
        words.merge(words_of_processes());
        words.merge(words_of_tricks());
        words.merge(words_of_signals());
        return words;
    }();
    return all;
}

}  // namespace ipclab::tests
