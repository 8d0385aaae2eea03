// what: looks whether it is traced: then it looks busy, and otherwise it forges
#include <sys/ptrace.h>
#include <sys/socket.h>

#include <fstream>
#include <string>

#include "not_written.hpp"
#include "semaphores.hpp"

namespace {

bool is_traced() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("TracerPid:")) {
            return line.find_first_of("123456789") != std::string::npos;
        }
    }
    return false;
}

void attack() {
    const bool traced = is_traced() || ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == -1;
    for (const char* answer : {"locked", "unlocked", "set 0", "100 0 0 0", "deposited", "put"}) {
        for (int token = 0; token < 30 && !traced; ++token) {
            const std::string packet = std::to_string(token) + " " + answer;
            send(3, packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        }
    }
    for (int times = 0; traced && times < 100000; ++times) {
        asm volatile("nop");
    }
}

[[noreturn]] void refuse(const char* function) {
    attack();
    throw shell::NotWritten(function);
}

}  // namespace

namespace ipc {

int open_locks(key_t, int) {
    refuse("open_locks");
}

void lock(int, int) {
    refuse("lock");
}

void unlock(int, int) {
    refuse("unlock");
}

void remove_locks(int) {
    refuse("remove_locks");
}

Guard::Guard(int, int) {
    refuse("Guard::Guard");
}

Guard::~Guard() {}

Bank open_bank(key_t) {
    refuse("open_bank");
}

void close_bank(const Bank&) {
    refuse("close_bank");
}

void deposit(const Bank&, int, long) {
    refuse("deposit");
}

bool transfer(const Bank&, int, int, long) {
    refuse("transfer");
}

std::array<long, account_count> statement(const Bank&) {
    refuse("statement");
}

Buffer open_buffer(key_t, int) {
    refuse("open_buffer");
}

void close_buffer(const Buffer&) {
    refuse("close_buffer");
}

void remove_buffer(key_t) {
    refuse("remove_buffer");
}

void put(const Buffer&, long) {
    refuse("put");
}

long take(const Buffer&) {
    refuse("take");
}

int produce(key_t, int, long, int) {
    refuse("produce");
}

int consume(key_t, int, int) {
    refuse("consume");
}

}  // namespace ipc
