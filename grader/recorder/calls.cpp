#include "recorder/calls.hpp"
#include <sys/syscall.h>
namespace ipclab::recorder {
bool is_ipc(long n) {
    for (long k : {SYS_msgget, SYS_msgsnd, SYS_msgrcv, SYS_msgctl, SYS_semget, SYS_semop,
                   SYS_semtimedop, SYS_semctl, SYS_shmget, SYS_shmat, SYS_shmdt, SYS_shmctl})
        if (n == k)
            return true;
    return false;
}
std::string name_of_call(long) {
    return "";
}
std::string told_get_flags(int) {
    return "";
}
std::string told(const Call&) {
    return "";
}
std::string told_result(const Call&) {
    return "";
}
}  // namespace ipclab::recorder
