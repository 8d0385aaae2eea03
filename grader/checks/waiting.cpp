#include "checks/waiting.hpp"

namespace ipclab::checks {

namespace {

using arena::Reply;
using arena::Student;
using arena::Trouble;

/// @return what is known of a process that is about to wait, or does not.
Reply waiting(const Student& student, Trouble how) {
    Reply reply = student.state();
    const bool ended = reply.answer.empty() && reply.wait_status;
    reply.trouble = ended ? Trouble::ended : how;
    return reply;
}

}  // namespace

Reply begin(Student& student, const std::string& request) {
    const Trouble how = student.begin(request);
    return waiting(student, how);
}

Reply settled(Student& student) {
    const Trouble how = student.settle();
    return waiting(student, how);
}

}  // namespace ipclab::checks
