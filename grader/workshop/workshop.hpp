/// @file
/// From a student's file to a program: compiled and linked with the given parts of its lab, by
/// ninja, so that only what changed is built again.
#ifndef IPCLAB_WORKSHOP_WORKSHOP_HPP
#define IPCLAB_WORKSHOP_WORKSHOP_HPP

#include <filesystem>
#include <string>
#include <vector>

#include "checks/lab.hpp"
#include "kernel/descriptor.hpp"
#include "report/result.hpp"

namespace ipclab::workshop {

/// Where the course stands and how its programs are built: fixed when the grader is configured.
struct Course {
    std::filesystem::path root;         ///< the checkout
    std::filesystem::path build;        ///< Meson's build folder
    std::vector<std::string> compiler;  ///< the C++ compiler and its first arguments
    std::vector<std::string> compile_args;
    std::vector<std::string> link_args;
    std::filesystem::path prelude;  ///< the header whose precompiled form is used
};

/// @return the course that this grader was built for.
const Course& course();

/// A folder with one folder a lab, such as labs/ or solutions/, to be graded.
struct Tree {
    std::string name;  ///< as the report calls it: "labs"
    std::filesystem::path path;

    /// @return where its programs are built.
    [[nodiscard]] std::filesystem::path workplace() const;
};

/// What became of one lab of a tree.
struct Built {
    kernel::Descriptor program;  ///< open for reading, where obstacle is none: to be executed
    /// What the compiler warns of, "FILE:LINE: TEXT", though it compiles.
    std::vector<std::string> warnings;
    report::LabResult lab;  ///< number, name and title; the obstacle and its message
};

/// Builds labs of a tree, several at a time. What a student can get wrong (no file, not a text,
/// does not compile, reads what is not part of the lab) becomes the obstacle of that lab alone.
/// @throws std::runtime_error with the command to type, where the grader's own build is damaged or
/// a
///         tool is missing.
std::vector<Built> build(const Tree& tree, const std::vector<const checks::Lab*>& labs);

}  // namespace ipclab::workshop

#endif
