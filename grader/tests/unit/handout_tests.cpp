#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include "checks/lab.hpp"
#include "kernel/file.hpp"
#include "text/text.hpp"
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

/// A place in a handout, as the table in labs/README.md says it: "2: 3.4".
struct Reference {
    int lab = 0;
    std::string heading;  ///< "3.4", or the heading itself
};

/// @return the cells of the table's rows.
std::vector<std::vector<std::string>> rows_of_the_note() {
    std::vector<std::vector<std::string>> rows;
    const std::regex row(R"(\| (\d+) \| (.*) \| (\w+) \| (.*) \| (\w+) it \|)");
    const auto page = kernel::read_file(workshop::course().root / "labs" / "README.md");
    for (const auto& line : text::lines_of(page)) {
        std::smatch cells;
        const std::string whole(line);
        if (std::regex_match(whole, cells, row)) {
            rows.emplace_back(cells.begin() + 1, cells.end());
        }
    }
    return rows;
}

std::vector<Reference> references_in(const std::string& cell) {
    std::vector<Reference> all;
    const std::regex begin(R"((?:^|, )(\d): )");
    for (std::sregex_iterator at(cell.begin(), cell.end(), begin), end; at != end; ++at) {
        const auto next = std::next(at);
        const auto from = static_cast<std::size_t>(at->position() + at->length());
        const auto to = next == end ? cell.size() : static_cast<std::size_t>(next->position());
        all.push_back({std::stoi(at->str(1)), cell.substr(from, to - from)});
    }
    return all;
}

bool has_heading(const std::string& handout, const std::string& heading) {
    for (const auto& line : text::lines_of(handout)) {
        const auto text = line.find_first_not_of('#');
        const bool is_heading = line.starts_with("##") && text != std::string_view::npos;
        if (is_heading && std::string(line.substr(text + 1)).starts_with(heading)) {
            return true;
        }
    }
    return false;
}

}  // namespace

TEST_CASE("every statement of the note has its place in the handouts") {
    const auto rows = rows_of_the_note();
    REQUIRE(rows.size() == 56);
    for (std::size_t index = 0; index < rows.size(); ++index) {
        CAPTURE(index + 1, rows[index][3]);
        CHECK(rows[index][0] == std::to_string(index + 1));
        const auto references = references_in(rows[index][3]);
        CHECK_FALSE(references.empty());
        for (const auto& reference : references) {
            const auto* lab = checks::lab_numbered(reference.lab);
            REQUIRE(lab != nullptr);
            CAPTURE(reference.lab, reference.heading);
            CHECK(has_heading(handout_of(*lab), reference.heading));
        }
    }
}

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
