#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "checks/lab.hpp"
#include "kernel/file.hpp"
#include "workshop/workshop.hpp"

using namespace ipclab;

namespace {

/// @return the ids that a handout names, as in: check `exclusive`.
std::vector<std::string> ids_in(const std::string& handout) {
    const std::string mark = "check `";
    std::vector<std::string> ids;
    for (auto place = handout.find(mark); place != std::string::npos;
         place = handout.find(mark, place + 1)) {
        const auto begin = place + mark.size();
        ids.push_back(handout.substr(begin, handout.find('`', begin) - begin));
    }
    return ids;
}

std::string handout_of(const checks::Lab& lab) {
    return kernel::read_file(workshop::course().root / "labs" / lab.name / "README.md");
}

}  // namespace

TEST_CASE("every check belongs to a task of its handout, under the heading that its report names") {
    for (const auto& lab : checks::labs()) {
        const auto handout = handout_of(lab);
        const auto ids = ids_in(handout);
        for (const auto& words : lab.words) {
            CAPTURE(words.id, words.task);
            CHECK(std::find(ids.begin(), ids.end(), words.id) != ids.end());
            CHECK(handout.find(words.task) != std::string::npos);
        }
    }
}

TEST_CASE("a handout names no check that its lab does not have") {
    for (const auto& lab : checks::labs()) {
        for (const auto& id : ids_in(handout_of(lab))) {
            CAPTURE(id);
            CHECK(checks::words_of(lab, id) != nullptr);
        }
    }
}
