#include "report/trace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/picture.hpp"
#include "report/words.hpp"
#include "text/text.hpp"

namespace ipclab::report {

namespace {

using text::harmless;
using text::padded;
using text::wrap;

constexpr int margin = 2;

void add_lines(std::string& text, const std::vector<std::string>& lines, int indent) {
    for (const auto& line : lines) {
        text += line.empty() ? "\n" : padded("", indent) + line + "\n";
    }
}

std::string trace_of(const LabResult& lab, const CheckResult& check, const TerminalStyle& style) {
    const int room = std::clamp(style.columns, 40, 200) - margin;
    std::string text = fmt::format(words::traced, lab.number, harmless(check.title)) + "\n\n";
    add_lines(text, picture_lines(check.picture, room, style.glyphs), margin);
    text += "\n";
    const auto sentence = [&](const char* format, const std::string& what) {
        if (!what.empty()) {
            add_lines(text, wrap(fmt::format(fmt::runtime(format), harmless(what)), room, margin),
                      margin);
        }
    };
    switch (check.outcome) {
        case Outcome::pass:
            sentence("{}", words::traced_pass);
            break;
        case Outcome::fail:
            sentence(words::traced_expected, check.finding.expected);
            sentence(words::traced_observed, check.finding.observed);
            sentence("{}", check.diagnosis);
            break;
        case Outcome::not_run:
            sentence(words::traced_not_run, check.because);
            break;
        case Outcome::grader_error:
            sentence(words::traced_grader_error, check.because);
            break;
    }
    sentence(words::traced_file, check.recording);
    return text;
}

}  // namespace

std::string trace_report(const RunResult& run, const TerminalStyle& style) {
    std::string text;
    for (const auto& lab : run.labs) {
        if (lab.obstacle != Obstacle::none) {
            return terminal_report(run, style);
        }
        for (const auto& check : lab.checks) {
            text += trace_of(lab, check, style);
        }
    }
    return text;
}

}  // namespace ipclab::report
