#include <fmt/format.h>

#include <algorithm>

#include "app/catalog.hpp"
#include "app/choice.hpp"
#include "app/grade.hpp"
#include "checks/lab.hpp"
#include "text/text.hpp"

namespace ipclab::app {

namespace {

constexpr int columns = 80;

void show_step(int number, std::string_view step) {
    const auto lines = text::wrap(fmt::format("  {}  {}", number, step), columns, 5);
    fmt::print("{}\n", fmt::join(lines, "\n"));
}

void show_hints(const checks::Lab& lab, const Check& check, int steps) {
    const auto& hints = checks::hints_of(lab, check.id)->steps;
    const int most = static_cast<int>(hints.size());
    fmt::print("Lab {}, check {}: {}\n", lab.number, check.id, check.title);
    for (int number = 1; number <= std::min(steps, most); ++number) {
        show_step(number, hints.at(static_cast<std::size_t>(number) - 1));
    }
    if (steps < most) {
        fmt::print("One more: make hint LAB={} CHECK={} STEP={}\n", lab.number, check.id,
                   steps + 1);
    } else {
        fmt::print("The whole story: labs/{}/README.md, {}\n", lab.name,
                   checks::words_of(lab, check.id)->task);
    }
}

}  // namespace

ExitStatus hint(const std::optional<int>& lab, const std::string& check, int steps) {
    if (check.empty() || steps < 1) {
        throw WrongUsage{"Name a check, for example: make hint LAB=1 CHECK=create STEP=1"};
    }
    const auto all = catalog();
    for (const auto* with : labs_with_check(chosen_labs(lab), check, all)) {
        for (const auto& each : all) {
            if (each.lab == with->number && each.id == check) {
                show_hints(*with, each, steps);
            }
        }
    }
    return ExitStatus::full_marks;
}

}  // namespace ipclab::app
