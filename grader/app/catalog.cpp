#include "app/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch_test_case_info.hpp>
#include <catch2/interfaces/catch_interfaces_registry_hub.hpp>
#include <catch2/interfaces/catch_interfaces_testcase.hpp>
#include <charconv>
#include <optional>
#include <set>
#include <stdexcept>

namespace ipclab::app {

namespace {

constexpr int points_of_a_lab = 20;

using Mistakes = std::vector<std::string>;

std::vector<std::string> split_tags(const std::string& tags) {
    std::vector<std::string> parts;
    for (std::size_t begin = tags.find('['); begin != std::string::npos;
         begin = tags.find('[', begin + 1)) {
        parts.push_back(tags.substr(begin + 1, tags.find(']', begin) - begin - 1));
    }
    return parts;
}

std::optional<int> number_after(const std::string& tag, const std::string& prefix) {
    if (!tag.starts_with(prefix)) {
        return std::nullopt;
    }
    int number = 0;
    const char* begin = tag.data() + prefix.size();
    const char* end = tag.data() + tag.size();
    const auto result = std::from_chars(begin, end, number);
    return result.ec == std::errc{} && result.ptr == end && number > 0 ? std::optional(number)
                                                                       : std::nullopt;
}

bool is_id(const std::string& tag) {
    return !tag.empty() && tag.front() >= 'a' && tag.front() <= 'z' &&
           tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

/// Takes one tag into the check, or says what is wrong with it.
void take(const std::string& tag, Check& check, Mistakes& mistakes) {
    const auto complain = [&](const std::string& what) {
        mistakes.push_back(fmt::format("\"{}\": the tag [{}] {}", check.title, tag, what));
    };
    const auto set_once = [&](auto& field, const auto& value) {
        if (field != std::remove_reference_t<decltype(field)>{}) {
            complain("is a second one of its kind");
        }
        field = value;
    };
    if (tag.starts_with("needs=")) {
        check.needs.push_back(tag.substr(std::string("needs=").size()));
    } else if (const auto points = number_after(tag, "points=")) {
        set_once(check.points, *points);
    } else if (const auto lab = number_after(tag, "lab")) {
        set_once(check.lab, *lab);
    } else if (is_id(tag)) {
        set_once(check.id, tag);
    } else {
        complain("is none of labNN, an id, points=N and needs=ID");
    }
}

void require_complete(const Check& check, const std::vector<checks::Lab>& labs,
                      Mistakes& mistakes) {
    const auto complain = [&](const std::string& what) {
        mistakes.push_back(fmt::format("\"{}\" {}", check.title, what));
    };
    if (check.id.empty()) {
        complain("has no id tag, such as [exclusive]");
    }
    if (check.points == 0) {
        complain("has no tag [points=N]");
    }
    const auto lab = std::find_if(labs.begin(), labs.end(), [&](const checks::Lab& candidate) {
        return candidate.number == check.lab;
    });
    if (lab == labs.end()) {
        complain("has no tag [labNN] of a lab of the course");
    } else if (checks::words_of(*lab, check.id) == nullptr) {
        complain("has no words for its failure");
    } else if (checks::hints_of(*lab, check.id) == nullptr) {
        complain("has no hints");
    }
}

/// Needs point backwards in the sources, which also rules out circles.
void require_needs(const std::vector<Check>& all, Mistakes& mistakes) {
    std::set<std::pair<int, std::string>> seen;
    for (const auto& check : all) {
        for (const auto& need : check.needs) {
            if (!seen.contains({check.lab, need})) {
                mistakes.push_back(fmt::format(
                    "\"{}\" needs {}, which is no check before it in its lab", check.title, need));
            }
        }
        if (!seen.insert({check.lab, check.id}).second) {
            mistakes.push_back(
                fmt::format("\"{}\" has the id {} of another check", check.title, check.id));
        }
    }
}

void require_points(const std::vector<Check>& all, const std::vector<checks::Lab>& labs,
                    Mistakes& mistakes) {
    for (const auto& lab : labs) {
        int sum = 0;
        for (const auto& check : all) {
            sum += check.lab == lab.number ? check.points : 0;
        }
        if (sum != points_of_a_lab) {
            mistakes.push_back(
                fmt::format("lab {} has {} points, not {}", lab.number, sum, points_of_a_lab));
        }
    }
}

}  // namespace

std::vector<Check> read_declarations(
    const std::vector<std::pair<std::string, std::string>>& declarations,
    const std::vector<checks::Lab>& labs, Mistakes& mistakes) {
    std::vector<Check> all;
    for (const auto& [title, tags] : declarations) {
        Check& check = all.emplace_back();
        check.title = title;
        for (const auto& tag : split_tags(tags)) {
            take(tag, check, mistakes);
        }
        require_complete(check, labs, mistakes);
    }
    require_needs(all, mistakes);
    require_points(all, labs, mistakes);
    return all;
}

std::vector<Check> catalog() {
    std::vector<std::pair<std::string, std::string>> declarations;
    for (const auto* test : Catch::getRegistryHub().getTestCaseRegistry().getAllInfos()) {
        declarations.emplace_back(test->name, test->tagsAsString());
    }
    Mistakes mistakes;
    auto checks = read_declarations(declarations, checks::labs(), mistakes);
    if (!mistakes.empty()) {
        std::string text = "the checks are not declared as they should be:";
        for (const auto& mistake : mistakes) {
            text += "\n  " + mistake;
        }
        throw std::runtime_error(text);
    }
    return checks;
}

}  // namespace ipclab::app
