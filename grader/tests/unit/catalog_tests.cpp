#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/catalog.hpp"
#include "checks/lab.hpp"

using ipclab::app::read_declarations;
using ipclab::checks::CheckWords;
using ipclab::checks::Hints;
using ipclab::checks::Lab;
using Strings = std::vector<std::string>;
using Declarations = std::vector<std::pair<std::string, std::string>>;

namespace {

const std::vector<CheckWords> words = {
    {"create", "", "", "", ""}, {"open", "", "", "", ""}, {"remove", "", "", "", ""}};

const std::vector<Hints> hints = {{"create", {}}, {"open", {}}, {"remove", {}}};

const std::vector<Lab> course = {{1, "01-one", "one", "one.cpp", {}, words, hints}};

/// A lab of three checks and 20 points.
const Declarations good = {
    {"makes a queue", "[lab01][create][points=12]"},
    {"opens a queue", "[lab01][open][points=4][needs=create]"},
    {"removes a queue", "[lab01][remove][points=4][needs=create][needs=open]"},
};

/// @return the mistakes of the good lab with one declaration changed.
Strings mistakes_with(std::size_t which, const std::string& tags) {
    auto declarations = good;
    declarations.at(which).second = tags;
    Strings mistakes;
    read_declarations(declarations, course, mistakes);
    return mistakes;
}

}  // namespace

TEST_CASE("a lab that is declared as it should be has no mistakes") {
    Strings mistakes;
    const auto checks = read_declarations(good, course, mistakes);

    CHECK(mistakes == Strings{});
    REQUIRE(checks.size() == 3);
    CHECK(checks[2].title == "removes a queue");
    CHECK(checks[2].id == "remove");
    CHECK(checks[2].lab == 1);
    CHECK(checks[2].points == 4);
    CHECK(checks[2].needs == Strings{"create", "open"});
    CHECK(checks[0].needs.empty());
}

TEST_CASE("the order of tags does not matter") {
    CHECK(mistakes_with(1, "[needs=create][points=4][open][lab01]") == Strings{});
}

TEST_CASE("a check without hints is named") {
    const std::vector<Hints> two_only = {hints[0], hints[1]};
    const std::vector<Lab> lab = {{1, "01-one", "one", "one.cpp", {}, words, two_only}};
    Strings mistakes;
    read_declarations(good, lab, mistakes);
    CHECK(mistakes == Strings{"\"removes a queue\" has no hints"});
}

TEST_CASE("a check without an id is named") {
    CHECK(mistakes_with(2, "[lab01][points=4]") ==
          Strings{"\"removes a queue\" has no id tag, such as [exclusive]",
                  "\"removes a queue\" has no words for its failure"});
}

TEST_CASE("a check without points is named, and so is the sum that they are missing from") {
    CHECK(mistakes_with(2, "[lab01][remove]") ==
          Strings{"\"removes a queue\" has no tag [points=N]", "lab 1 has 16 points, not 20"});
}

TEST_CASE("a check of no lab, or of one that is not in the course, is named") {
    const std::string lab = GENERATE("", "[lab07]");
    CHECK(mistakes_with(2, lab + "[remove][points=4]") ==
          Strings{"\"removes a queue\" has no tag [labNN] of a lab of the course",
                  "lab 1 has 16 points, not 20"});
}

TEST_CASE("a second tag of a kind is named") {
    const std::string tag = GENERATE("delete", "points=4", "lab01");
    const auto mistakes = mistakes_with(0, "[lab01][create][points=12][" + tag + "]");

    REQUIRE_FALSE(mistakes.empty());
    CHECK(mistakes[0] == "\"makes a queue\": the tag [" + tag + "] is a second one of its kind");
}

TEST_CASE("a tag that is mistyped is named") {
    const std::string tag =
        GENERATE("points=", "points=0", "points=-2", "points=2x", "points=two", "point=2", "Lab1",
                 "need=create", "Create", "my id", "1st", "-x", "");
    CHECK(mistakes_with(0, "[lab01][create][points=12][" + tag + "]") ==
          Strings{"\"makes a queue\": the tag [" + tag +
                  "] is none of labNN, an id, points=N and needs=ID"});
}

TEST_CASE("a need that no check has is named") {
    const std::string need = GENERATE("nowhere", "", "Create");
    CHECK(mistakes_with(1, "[lab01][open][points=4][needs=" + need + "]") ==
          Strings{"\"opens a queue\" needs " + need + ", which is no check before it in its lab"});
}

TEST_CASE("a need of a check that comes later, or of the check itself, is named") {
    CHECK(mistakes_with(0, "[lab01][create][points=12][needs=open]") ==
          Strings{"\"makes a queue\" needs open, which is no check before it in its lab"});
    CHECK(mistakes_with(1, "[lab01][open][points=4][needs=open]") ==
          Strings{"\"opens a queue\" needs open, which is no check before it in its lab"});
}

TEST_CASE("an id that two checks of a lab have is named") {
    CHECK(mistakes_with(2, "[lab01][create][points=4]") ==
          Strings{"\"removes a queue\" has the id create of another check"});
}

TEST_CASE("a check that nobody wrote words for is named") {
    CHECK(mistakes_with(2, "[lab01][sweep][points=4]") ==
          Strings{"\"removes a queue\" has no words for its failure"});
}

TEST_CASE("a lab that does not add up to 20 points is named") {
    CHECK(mistakes_with(2, "[lab01][remove][points=5]") == Strings{"lab 1 has 21 points, not 20"});
    Strings mistakes;
    read_declarations({}, course, mistakes);
    CHECK(mistakes == Strings{"lab 1 has 0 points, not 20"});
}

TEST_CASE("labs are apart: the same id in another lab is another check, and no need of this one") {
    const std::vector<Lab> two = {course[0], {2, "02-two", "two", "two.cpp", {}, words, hints}};
    auto declarations = good;
    declarations.emplace_back("makes another", "[lab02][create][points=20]");
    Strings mistakes;
    read_declarations(declarations, two, mistakes);
    CHECK(mistakes == Strings{});

    declarations.back().second = "[lab02][create][points=20][needs=open]";
    read_declarations(declarations, two, mistakes);
    CHECK(mistakes ==
          Strings{"\"makes another\" needs open, which is no check before it in its lab"});
}

TEST_CASE("every mistake is named, not only the first") {
    CHECK(mistakes_with(2, "[Lab1][remove]").size() == 4);
}
