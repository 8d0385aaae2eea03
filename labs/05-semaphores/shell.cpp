// The given main of lab 5: a shell over the functions of semaphores.hpp, and the two workers around
// the bounded buffer. Nothing to edit here.
#include "shell.hpp"

#include <optional>

#include "semaphores.hpp"

namespace {

// --- locks -----------------------------------------------------------------------------------

std::string do_open_locks(const shell::Words& words) {
    return "set " + std::to_string(
                        ipc::open_locks(shell::parse_key(words[0]), shell::parse_number(words[1])));
}

std::string do_lock(const shell::Words& words) {
    ipc::lock(shell::parse_number(words[0]), shell::parse_number(words[1]));
    return "locked";
}

std::string do_unlock(const shell::Words& words) {
    ipc::unlock(shell::parse_number(words[0]), shell::parse_number(words[1]));
    return "unlocked";
}

std::string do_remove_locks(const shell::Words& words) {
    ipc::remove_locks(shell::parse_number(words[0]));
    return "removed";
}

std::optional<ipc::Guard>& guard() {
    static std::optional<ipc::Guard> only;
    return only;
}

std::string do_enter(const shell::Words& words) {
    if (guard()) {
        throw shell::WrongWord("there is a guard already; leave comes first");
    }
    guard().emplace(shell::parse_number(words[0]), shell::parse_number(words[1]));
    return "entered";
}

std::string do_leave(const shell::Words& /*words*/) {
    if (!guard()) {
        throw shell::WrongWord("there is no guard; enter comes first");
    }
    guard().reset();
    return "left";
}

// --- the bank --------------------------------------------------------------------------------

std::optional<ipc::Bank>& bank() {
    static std::optional<ipc::Bank> only;
    return only;
}

const ipc::Bank& open_one() {
    if (!bank()) {
        throw shell::WrongWord("no bank is open; open-bank comes first");
    }
    return *bank();
}

int parse_account(const std::string& word) {
    const int account = shell::parse_number(word);
    if (account < 0 || account >= ipc::account_count) {
        throw shell::WrongWord("an account is a number from 0 to " +
                               std::to_string(ipc::account_count - 1) + ", not " + word);
    }
    return account;
}

long parse_amount(const std::string& word) {
    const long amount = shell::parse_long(word);
    if (amount <= 0) {
        throw shell::WrongWord("an amount is greater than 0");
    }
    return amount;
}

std::string do_open_bank(const shell::Words& words) {
    if (bank()) {
        throw shell::WrongWord("a bank is open already; close-bank comes first");
    }
    bank() = ipc::open_bank(shell::parse_key(words[0]));
    return "segment " + std::to_string(bank()->segment) + " set " + std::to_string(bank()->locks);
}

std::string do_close_bank(const shell::Words& /*words*/) {
    const ipc::Bank closed = open_one();
    bank().reset();
    ipc::close_bank(closed);
    return "closed";
}

std::string do_deposit(const shell::Words& words) {
    ipc::deposit(open_one(), parse_account(words[0]), parse_amount(words[1]));
    return "deposited";
}

std::string do_transfer(const shell::Words& words) {
    const int from = parse_account(words[0]);
    const int to = parse_account(words[1]);
    if (from == to) {
        throw shell::WrongWord("two accounts are wanted");
    }
    return ipc::transfer(open_one(), from, to, parse_amount(words[2])) ? "transferred"
                                                                       : "too little";
}

/// "100 0 20 0"
std::string do_statement(const shell::Words& /*words*/) {
    std::string text;
    for (const long balance : ipc::statement(open_one())) {
        text += (text.empty() ? "" : " ") + std::to_string(balance);
    }
    return text;
}

// --- the bounded buffer ----------------------------------------------------------------------

std::optional<ipc::Buffer>& buffer() {
    static std::optional<ipc::Buffer> only;
    return only;
}

const ipc::Buffer& opened_buffer() {
    if (!buffer()) {
        throw shell::WrongWord("no buffer is open; open-buffer comes first");
    }
    return *buffer();
}

int parse_slots(const std::string& word) {
    const int slots = shell::parse_number(word);
    if (slots < 1 || slots > 1000) {
        throw shell::WrongWord("a buffer has from 1 to 1000 slots, not " + word);
    }
    return slots;
}

std::string do_open_buffer(const shell::Words& words) {
    if (buffer()) {
        throw shell::WrongWord("a buffer is open already; close-buffer comes first");
    }
    buffer() = ipc::open_buffer(shell::parse_key(words[0]), parse_slots(words[1]));
    return "segment " + std::to_string(buffer()->segment) + " set " + std::to_string(buffer()->set);
}

std::string do_close_buffer(const shell::Words& /*words*/) {
    const ipc::Buffer closed = opened_buffer();
    buffer().reset();
    ipc::close_buffer(closed);
    return "closed";
}

std::string do_remove_buffer(const shell::Words& words) {
    ipc::remove_buffer(shell::parse_key(words[0]));
    return "removed";
}

std::string do_put(const shell::Words& words) {
    ipc::put(opened_buffer(), shell::parse_long(words[0]));
    return "put";
}

std::string do_take(const shell::Words& /*words*/) {
    return "value " + std::to_string(ipc::take(opened_buffer()));
}

int run_producer(const shell::Words& words) {
    if (words.size() != 4) {
        throw shell::WrongWord("four words are wanted: producer KEY SLOTS FIRST COUNT");
    }
    return ipc::produce(shell::parse_key(words[0]), parse_slots(words[1]),
                        shell::parse_long(words[2]), shell::parse_number(words[3]));
}

int run_consumer(const shell::Words& words) {
    if (words.size() != 3) {
        throw shell::WrongWord("three words are wanted: consumer KEY SLOTS COUNT");
    }
    return ipc::consume(shell::parse_key(words[0]), parse_slots(words[1]),
                        shell::parse_number(words[2]));
}

}  // namespace

int main(int argc, char** argv) {
    shell::let_sigusr1_interrupt();
    return shell::run(
        argc, argv,
        {
            {"open-locks", {"KEY", "COUNT"}, "open_locks: finds or makes a set", do_open_locks},
            {"lock", {"SET", "NUMBER"}, "lock: waits while somebody has it", do_lock},
            {"unlock", {"SET", "NUMBER"}, "unlock: gives it back", do_unlock},
            {"remove-locks", {"SET"}, "remove_locks", do_remove_locks},
            {"enter", {"SET", "NUMBER"}, "makes a Guard", do_enter},
            {"leave", {}, "destroys the Guard", do_leave},
            {"open-bank", {"KEY"}, "open_bank: finds or makes it", do_open_bank},
            {"close-bank", {}, "close_bank: the last one removes it", do_close_bank},
            {"deposit", {"ACCOUNT", "AMOUNT"}, "deposit", do_deposit},
            {"transfer", {"FROM", "TO", "AMOUNT"}, "transfer", do_transfer},
            {"statement", {}, "statement: all balances", do_statement},
            {"open-buffer", {"KEY", "SLOTS"}, "open_buffer: finds or makes it", do_open_buffer},
            {"close-buffer", {}, "close_buffer: it stays", do_close_buffer},
            {"remove-buffer", {"KEY"}, "remove_buffer", do_remove_buffer},
            {"put", {"VALUE"}, "put: waits while the buffer is full", do_put},
            {"take", {}, "take: waits while the buffer is empty", do_take},
        },
        {{"producer", "KEY SLOTS FIRST COUNT", "produce: puts COUNT values", run_producer},
         {"consumer", "KEY SLOTS COUNT", "consume: takes and prints COUNT values", run_consumer}});
}
