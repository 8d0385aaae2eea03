#include "report/result.hpp"

#include <algorithm>
#include <numeric>

namespace ipclab::report {

namespace {

template <typename Items, typename Count>
int sum(const Items& items, Count count) {
    return std::accumulate(items.begin(), items.end(), 0,
                           [&](int total, const auto& item) { return total + count(item); });
}

}  // namespace

int points(const LabResult& lab) {
    // A lab that could not be graded has no points, whatever its checks say.
    if (lab.obstacle != Obstacle::none) {
        return 0;
    }
    return sum(lab.checks, [](const CheckResult& check) { return check.points; });
}

int max_points(const LabResult& lab) {
    return sum(lab.checks, [](const CheckResult& check) { return check.max_points; });
}

int points(const RunResult& run) {
    return sum(run.labs, [](const LabResult& lab) { return points(lab); });
}

int max_points(const RunResult& run) {
    return sum(run.labs, [](const LabResult& lab) { return max_points(lab); });
}

bool has_grader_error(const RunResult& run) {
    return std::any_of(run.labs.begin(), run.labs.end(), [](const LabResult& lab) {
        return lab.obstacle == Obstacle::grader_error ||
               std::any_of(lab.checks.begin(), lab.checks.end(), [](const CheckResult& check) {
                   return check.outcome == Outcome::grader_error;
               });
    });
}

std::string name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::pass:
            return "pass";
        case Outcome::fail:
            return "fail";
        case Outcome::not_run:
            return "not_run";
        case Outcome::grader_error:
            break;
    }
    return "grader_error";
}

std::string name_of(Obstacle obstacle) {
    switch (obstacle) {
        case Obstacle::none:
            return "none";
        case Obstacle::missing:
            return "missing";
        case Obstacle::unreadable:
            return "unreadable";
        case Obstacle::does_not_compile:
            return "does_not_compile";
        case Obstacle::grader_error:
            break;
    }
    return "grader_error";
}

}  // namespace ipclab::report
