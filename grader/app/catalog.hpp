#ifndef IPCLAB_APP_CATALOG_HPP
#define IPCLAB_APP_CATALOG_HPP

#include <string>
#include <vector>

#include "checks/lab.hpp"

namespace ipclab::app {

/// One check as its Catch2 test case declares it, for example
///
///     TEST_CASE("create refuses a key that is taken",
///     "[lab01][exclusive][points=2][needs=create]")
struct Check {
    std::string title;  ///< the test case's name: a sentence
    std::string id;
    int lab = 0;
    int points = 0;
    std::vector<std::string> needs;  ///< ids of checks of the same lab that have to pass first
};

/// @return all checks, in the order of the sources.
/// @throws std::runtime_error with one line a mistake, where a tag is missing, doubled or mistyped,
///         ids are taken twice, needs lead nowhere or in circles, words are missing, or a lab does
///         not add up to 20 points. That is an error of the grader.
std::vector<Check> catalog();

/// The lint behind catalog(), for any declarations.
/// @param declarations  title and tags ("[lab01][key][points=2]") of each test case.
/// @param mistakes      gets one sentence for each mistake.
std::vector<Check> read_declarations(
    const std::vector<std::pair<std::string, std::string>>& declarations,
    const std::vector<checks::Lab>& labs, std::vector<std::string>& mistakes);

}  // namespace ipclab::app

#endif
