// what: changes its personality and its prctl settings, and starts itself again with them
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>

#include "memory.hpp"
#include "not_written.hpp"

namespace {

void attack() {
    unsigned long wanted = PER_LINUX;
    for (const unsigned long flag :
         {ADDR_NO_RANDOMIZE, MMAP_PAGE_ZERO, READ_IMPLIES_EXEC, ADDR_COMPAT_LAYOUT}) {
        wanted |= flag;
        personality(flag);
    }
    personality(wanted);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_PDEATHSIG, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, "ipclab");
    prctl(PR_SET_TIMERSLACK, 1'000'000'000UL);
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    prctl(PR_SET_TSC, PR_TSC_SIGSEGV);
    prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY);
    if (std::getenv("AGAIN") == nullptr) {
        setenv("AGAIN", "1", 1);
        execl("/proc/self/exe", "shell", "--channel", nullptr);
    }
}

const bool attacked = (attack(), true);

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

const void* attach_readonly(int) {
    throw shell::NotWritten("attach_readonly");
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
