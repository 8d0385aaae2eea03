#include "app/choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/grade.hpp"

namespace ipclab::app {

using checks::Lab;

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

}  // namespace

const Lab& require_lab(int number) {
    if (const Lab* lab = checks::lab_numbered(number)) {
        return *lab;
    }
    std::vector<std::string> names;
    for (const auto& lab : checks::labs()) {
        names.push_back(fmt::format("{} ({})", lab.number, lab.title));
    }
    throw WrongUsage{fmt::format("There is no lab {}. The labs are: {}.", number, joined(names))};
}

std::vector<const Lab*> chosen_labs(const std::optional<int>& number) {
    std::vector<const Lab*> chosen;
    if (number) {
        chosen.push_back(&require_lab(*number));
        return chosen;
    }
    for (const auto& lab : checks::labs()) {
        chosen.push_back(&lab);
    }
    return chosen;
}

std::vector<const Lab*> labs_with_check(const std::vector<const Lab*>& labs, const std::string& id,
                                        const std::vector<Check>& all) {
    std::vector<const Lab*> with;
    std::vector<std::string> ids;
    for (const auto& check : all) {
        const auto lab = std::find_if(labs.begin(), labs.end(), [&](const Lab* candidate) {
            return candidate->number == check.lab;
        });
        if (lab != labs.end() && check.id == id) {
            with.push_back(*lab);
        } else if (lab != labs.end()) {
            ids.push_back(check.id);
        }
    }
    if (with.empty()) {
        throw WrongUsage{
            fmt::format("There is no check \"{}\". The checks are: {}.", id, joined(ids))};
    }
    return with;
}

}  // namespace ipclab::app
