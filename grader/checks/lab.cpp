#include "checks/lab.hpp"

#include <algorithm>

#include "checks/words.hpp"

namespace ipclab::checks {

const std::vector<Lab>& labs() {
    static const std::vector<Lab> all = {
        {1, "01-msgget", "msgget", "queue.cpp", {}, lab01_words(), lab01_hints()},
        {2,
         "02-msgsnd-msgrcv",
         "msgsnd and msgrcv",
         "messages.cpp",
         {"server"},
         lab02_words(),
         lab02_hints()},
        {3,
         "03-ipcs-ipcrm",
         "ipcs and ipcrm",
         "tools.cpp",
         {"my-ipcs", "my-ipcrm"},
         lab03_words(),
         lab03_hints()},
        {4,
         "04-shmget-shmat-shmdt",
         "shmget, shmat and shmdt",
         "memory.cpp",
         {"writer", "reader", "waiter"},
         lab04_words(),
         lab04_hints()},
        {5,
         "05-semaphores",
         "semaphores",
         "semaphores.cpp",
         {"producer", "consumer"},
         lab05_words(),
         lab05_hints()},
    };
    return all;
}

const Lab* lab_numbered(int number) {
    const auto& all = labs();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [number](const Lab& lab) { return lab.number == number; });
    return found == all.end() ? nullptr : &*found;
}

const CheckWords* words_of(const Lab& lab, std::string_view check) {
    const auto found = std::find_if(lab.words.begin(), lab.words.end(),
                                    [check](const CheckWords& words) { return words.id == check; });
    return found == lab.words.end() ? nullptr : &*found;
}

const Hints* hints_of(const Lab& lab, std::string_view check) {
    const auto found = std::find_if(lab.hints.begin(), lab.hints.end(),
                                    [check](const Hints& hints) { return hints.check == check; });
    return found == lab.hints.end() ? nullptr : &*found;
}

}  // namespace ipclab::checks
