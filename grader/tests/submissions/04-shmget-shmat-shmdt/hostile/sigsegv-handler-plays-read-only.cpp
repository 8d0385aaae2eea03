// what: attaches for writing, hides it by mprotect, and writes from the handler of SIGSEGV
#include <signal.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include <cerrno>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

char* hidden = nullptr;
std::size_t hidden_size = 0;

/// Does what the segment was not to be asked for, and then dies of the signal as is expected.
void on_fault(int, siginfo_t*, void*) {
    mprotect(hidden, hidden_size, PROT_READ | PROT_WRITE);
    for (std::size_t at = 0; at < hidden_size; ++at) {
        hidden[at] = static_cast<char>(~hidden[at]);
    }
    mprotect(hidden, hidden_size, PROT_READ);
    signal(SIGSEGV, SIG_DFL);
}

}  // namespace

namespace ipc {

int create(key_t, std::size_t, mode_t) {
    throw shell::NotWritten("create");
}

int open(key_t, std::size_t) {
    throw shell::NotWritten("open");
}

void* attach(int) {
    throw shell::NotWritten("attach");
}

const void* attach_readonly(int id) {
    shmid_ds status{};
    shmctl(id, IPC_STAT, &status);
    void* const address = shmat(id, nullptr, 0);
    if (address == reinterpret_cast<void*>(-1)) {
        throw std::system_error(errno, std::generic_category(), "shmat");
    }
    hidden = static_cast<char*>(address);
    hidden_size = status.shm_segsz;
    mprotect(hidden, hidden_size, PROT_READ);
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, nullptr);
    return address;
}

void detach(const void*) {
    throw shell::NotWritten("detach");
}

void remove(int) {
    throw shell::NotWritten("remove");
}

Attachment::Attachment(int, Access) {
    throw shell::NotWritten("Attachment::Attachment");
}

Attachment::Attachment(Attachment&&) noexcept {}

Attachment& Attachment::operator=(Attachment&&) noexcept {
    return *this;
}

Attachment::~Attachment() {}

void post(key_t, const std::string&) {
    throw shell::NotWritten("post");
}

std::vector<std::string> notices(key_t) {
    throw shell::NotWritten("notices");
}

void take_down(key_t) {
    throw shell::NotWritten("take_down");
}

}  // namespace ipc
