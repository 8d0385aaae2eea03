#include "report/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "report/picture.hpp"
#include "report/signs.hpp"
#include "report/words.hpp"
#include "text/text.hpp"

namespace ipclab::report {

namespace {

using text::cut;
using text::display_width;
using text::harmless;
using text::lines_of;
using text::padded;
using text::wrap;

constexpr int margin = 4;  ///< the columns in front of titles and of what belongs to them
constexpr int gap = 2;     ///< the columns between columns of text
constexpr std::size_t most_bytes_of_text = 2000;  ///< more than most lines can show
constexpr int most_columns_of_cell = 16;
constexpr std::size_t most_lines_of_text = 12;
constexpr std::size_t most_lines_printed = 8;  ///< by all processes of a check together
constexpr std::size_t most_lines_of_compiler = 12;
constexpr std::size_t most_objects = 12;

/// What an escape sequence selects (console_codes(4), "ECMA-48 Select Graphic Rendition").
enum class Ink { plain = 0, bold = 1, dim = 2, red = 31, green = 32, yellow = 33, magenta = 35 };

/// A part of a line.
struct Span {
    std::string text;
    Ink ink = Ink::plain;
};

/// Lays out lines no wider than the page, and makes the texts harmless that it is given.
class Page {
public:
    explicit Page(const TerminalStyle& style)
        : columns_(std::clamp(style.columns, 40, 100)),
          colour_(style.colour),
          glyphs_(style.glyphs),
          signs_(signs_of(style.glyphs)) {
        for (const char* label :
             {words::expected, words::observed, words::cause, words::reason, words::by_hand,
              words::look_at, words::read, words::handout, words::recording, words::because,
              words::what_to_do, words::explored}) {
            labels_ = std::max(labels_, display_width(label) + gap);
        }
    }

    [[nodiscard]] const Signs& signs() const { return signs_; }
    [[nodiscard]] std::string text() && { return std::move(text_); }

    /// Has an empty line before the next one.
    void leave_gap() { gap_ = !text_.empty(); }

    /// A text with points at the right edge of its first line, a sign in front and a remark behind
    /// it, which has a line of its own where there is no room. Sign and remark may be empty.
    void entry(const Span& sign, const Span& text, const std::string& remark, const Span& points) {
        const auto front = sign.text.empty() ? "" : "  " + sign.text + " ";
        const int indent = display_width(front);
        const int room = columns_ - indent - gap - display_width(points.text);
        const auto wrapped = lines(text.text, room);
        auto behind = remark.empty() ? "" : padded("", gap) + one_line(remark, columns_);
        const bool apart = display_width(wrapped.back() + behind) > room;
        for (std::size_t i = 0; i < wrapped.size(); ++i) {
            const bool first = i == 0;
            const bool last = i + 1 == wrapped.size();
            const Span tail{last && !apart ? behind : "", Ink::dim};
            const int rest = room + gap - display_width(wrapped[i] + tail.text);
            put({{first ? front : padded("", indent), sign.ink},
                 {wrapped[i], text.ink},
                 tail,
                 {padded("", rest)},
                 first ? points : Span{}});
        }
        if (apart) {
            paragraph(indent, {remark, Ink::dim});
        }
    }

    /// A text that is wrapped.
    void paragraph(int indent, const Span& text, int hanging = 0) {
        for (const auto& line : lines(text.text, columns_ - indent, hanging)) {
            put({{padded("", indent)}, {line, text.ink}});
        }
    }

    /// A label and texts behind it, one below the other. Nothing if they are all empty.
    void field(std::string_view label, const std::vector<std::string>& texts) {
        const int room = columns_ - margin - labels_;
        std::vector<std::string> all;
        for (const auto& text : texts) {
            const auto wrapped = lines(text, room, texts.size() > 1 ? gap : 0);
            all.insert(all.end(), wrapped.begin(), wrapped.end());
        }
        if (std::all_of(all.begin(), all.end(), [](const auto& line) { return line.empty(); })) {
            return;
        }
        for (const auto& line : all) {
            put({{padded("", margin) + padded(label, labels_), Ink::dim}, {line}});
            label = "";
        }
    }

    /// The first line of a text, cut rather than wrapped, such as one of source code.
    void cut_line(int indent, const Span& front, std::string_view text) {
        const int room = columns_ - indent - display_width(front.text);
        put({{padded("", indent)}, front, {one_line(text, room)}});
    }

    /// A schedule: who, what, and at the right edge where.
    void schedule(int indent, const std::vector<ScheduleStep>& steps) {
        const int most = columns_ / 3;
        int places = 0;
        for (const auto& step : steps) {
            places = std::max(places, display_width(one_line(step.place, most)));
        }
        const int front = 3;
        const int room = columns_ - indent - front - gap - places;
        std::string before;
        for (const auto& step : steps) {
            if (!before.empty() && before != step.who) {
                put({{padded("", indent + front)},
                     {fmt::format("{0}{0} {1} {0}{0}", signs_.dash, words::turn), Ink::dim}});
            }
            auto who = before == step.who ? "" : one_line(step.who, front - 1);
            auto place = one_line(step.place, most);
            for (const auto& line : lines(step.text, room, gap)) {
                put({{padded("", indent) + padded(who, front), Ink::bold},
                     {padded(line, room + gap)},
                     {place, Ink::dim}});
                who.clear();
                place.clear();
            }
            before = step.who;
        }
    }

    /// What was recorded, a column a process.
    void picture(int indent, const recorder::Picture& picture) {
        for (const auto& line : picture_lines(picture, columns_ - indent, glyphs_)) {
            put({{padded("", indent)}, {line}});
        }
    }

    /// Rows of cells in columns as wide as need be. The last cell of each is wrapped.
    void table(int indent, std::vector<std::vector<std::string>> rows) {
        std::vector<int> widths;
        for (auto& row : rows) {
            widths.resize(row.size() - 1);
            for (std::size_t i = 0; i < widths.size(); ++i) {
                row[i] = one_line(row[i], most_columns_of_cell);
                widths[i] = std::max(widths[i], display_width(row[i]));
            }
        }
        for (const auto& row : rows) {
            std::string left;
            for (std::size_t i = 0; i < widths.size(); ++i) {
                left += widths[i] == 0 ? "" : padded(row[i], widths[i] + gap);
            }
            put_row(indent, left, row.back());
        }
    }

private:
    /// @return the lines of a text, harmless and not without end.
    [[nodiscard]] std::vector<std::string> lines(std::string_view text, int width,
                                                 int hanging = 0) const {
        auto wrapped = wrap(harmless(text.substr(0, most_bytes_of_text)), width, hanging);
        if (wrapped.size() > most_lines_of_text) {
            wrapped.resize(most_lines_of_text);
            wrapped.push_back(padded("", hanging) + std::string(signs_.ellipsis));
        }
        return wrapped;
    }

    /// @return the first line of a text, no wider than width.
    [[nodiscard]] std::string one_line(std::string_view text, int width) const {
        const auto line = text.substr(0, std::min(text.find('\n'), most_bytes_of_text));
        return cut(harmless(line), width, signs_.ellipsis);
    }

    void put_row(int indent, std::string left, std::string_view last_cell) {
        const int room = columns_ - indent - display_width(left);
        if (room < columns_ / 4) {
            paragraph(indent, {left + std::string(last_cell)}, gap);
            return;
        }
        for (const auto& line : lines(last_cell, room)) {
            put({{padded("", indent)}, {left}, {line}});
            left = padded("", display_width(left));
        }
    }

    /// Writes a line, without the spaces at its end.
    void put(const std::vector<Span>& spans) {
        if (std::exchange(gap_, false)) {
            text_ += '\n';
        }
        std::string line;
        for (const auto& span : spans) {
            line += painted(span);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text_ += line + '\n';
    }

    /// @return the text of a span, and the escape sequences around what is not spaces.
    [[nodiscard]] std::string painted(const Span& span) const {
        const auto first = span.text.find_first_not_of(' ');
        if (colour_ == TerminalStyle::Colour::never || span.ink == Ink::plain ||
            first == std::string::npos) {
            return span.text;
        }
        const auto last = span.text.find_last_not_of(' ') + 1;
        return fmt::format("{}\x1b[{}m{}\x1b[0m{}", span.text.substr(0, first),
                           static_cast<int>(span.ink), span.text.substr(first, last - first),
                           span.text.substr(last));
    }

    int columns_;
    TerminalStyle::Colour colour_;
    TerminalStyle::Glyphs glyphs_;
    const Signs& signs_;
    int labels_ = 0;
    bool gap_ = false;
    std::string text_;
};

Span points_of(int points, int max_points) {
    const Ink ink = points == max_points ? Ink::green : points == 0 ? Ink::red : Ink::yellow;
    return {fmt::format("{}/{}", points, max_points), ink};
}

Span points_not_decided(int max_points) {
    return {fmt::format("?/{}", max_points), Ink::magenta};
}

const CheckResult* find_check(const LabResult& lab, const std::string& id) {
    const auto found = std::find_if(lab.checks.begin(), lab.checks.end(),
                                    [&](const CheckResult& check) { return check.id == id; });
    return found == lab.checks.end() ? nullptr : &*found;
}

/// @return whether the grader failed at a check, or at one that it needs.
bool is_undecided(const LabResult& lab, const CheckResult& check) {
    const auto* needed = &check;
    // As many steps as there are checks: nothing but a circle is longer.
    for (std::size_t step = 0; needed != nullptr && step <= lab.checks.size(); ++step) {
        if (needed->outcome != Outcome::not_run) {
            return needed->outcome == Outcome::grader_error;
        }
        needed = find_check(lab, needed->because);
    }
    return false;
}

int undecided_points(const LabResult& lab) {
    if (lab.obstacle == Obstacle::grader_error) {
        return max_points(lab);
    }
    int points = 0;
    for (const auto& check : lab.checks) {
        points += is_undecided(lab, check) ? check.max_points : 0;
    }
    return points;
}

std::string command_for(const LabResult& lab) {
    return fmt::format(words::grade_lab, lab.number);
}

std::string command_for(const LabResult& lab, const CheckResult& check) {
    return fmt::format(words::grade_check, lab.number, check.id);
}

void write_picture(Page& page, const recorder::Picture& picture) {
    if (picture.empty()) {
        return;
    }
    page.leave_gap();
    page.paragraph(margin, {words::kernel, Ink::dim});
    page.picture(margin + gap, picture);
}

void write_schedule(Page& page, const std::vector<ScheduleStep>& schedule) {
    if (schedule.empty()) {
        return;
    }
    page.leave_gap();
    page.paragraph(margin, {words::schedule, Ink::dim});
    page.schedule(margin + gap, schedule);
}

/// @param heading  says whether anything else that the kernel saw stands in front.
void write_kernel(Page& page, const char* heading, const std::vector<KernelRow>& rows) {
    if (rows.empty()) {
        return;
    }
    page.leave_gap();
    page.paragraph(margin, {heading, Ink::dim});
    const auto shown = std::min(rows.size(), most_objects);
    std::vector<std::vector<std::string>> table;
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& row = rows[i];
        const auto id = row.id < 0 ? "" : fmt::format(words::id, row.id);
        table.push_back({row.kind, row.key, id, row.mode, row.note});
    }
    page.table(margin + gap, table);
    if (shown < rows.size()) {
        page.paragraph(margin + gap, {fmt::format(words::more_objects, rows.size() - shown)});
    }
}

/// Writes what one process printed: behind a bar, so that nobody takes it for the grader's words.
void write_printed(Page& page, const Printed& printed, std::size_t most_lines) {
    const auto lines = lines_of(printed.text);
    std::size_t shown = 0;
    for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i) {
        page.cut_line(margin + gap, {std::string(page.signs().bar) + " ", Ink::dim}, lines[i]);
        shown += lines[i].size() + 1;
    }
    if (shown < printed.bytes) {
        page.paragraph(margin + gap, {fmt::format(words::more_bytes, printed.bytes - shown)});
    }
}

void write_all_printed(Page& page, const std::vector<Printed>& all) {
    std::vector<const Printed*> speakers;
    for (const auto& printed : all) {
        if (!printed.text.empty()) {
            speakers.push_back(&printed);
        }
    }
    const auto shown = std::min(speakers.size(), most_lines_printed);
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& printed = *speakers[i];
        const bool alone = speakers.size() == 1 && printed.process <= 1;
        page.leave_gap();
        page.paragraph(
            margin,
            {alone ? words::printed : fmt::format(words::printed_by, printed.process), Ink::dim});
        write_printed(page, printed, most_lines_printed / shown);
    }
    if (shown < speakers.size()) {
        page.paragraph(margin, {fmt::format(words::more_processes, speakers.size() - shown)});
    }
}

void write_failure_in_short(Page& page, const CheckResult& check) {
    page.field(words::expected, {check.finding.expected});
    page.field(words::observed, {check.finding.observed});
}

void write_failure_in_full(Page& page, const CheckResult& check) {
    page.leave_gap();
    write_failure_in_short(page, check);
    page.field(words::cause, {check.diagnosis});
    // The cause says the same of this very program.
    page.field(words::reason, {check.diagnosis.empty() ? check.finding.reason : ""});
    write_schedule(page, check.schedule);
    write_picture(page, check.picture);
    write_kernel(page, check.picture.empty() ? words::kernel : words::kernel_at_end, check.kernel);
    write_all_printed(page, check.printed);
    page.leave_gap();
    page.field(words::explored, {check.explored});
    page.field(words::by_hand, check.by_hand);
    page.field(words::look_at, {check.look_at});
    page.field(words::read, {check.read});
    page.field(words::handout, {check.handout});
    page.field(words::recording, {check.recording});
    page.leave_gap();
}

void write_grader_error(Page& page, const std::string& because, const std::string& command) {
    page.leave_gap();
    page.paragraph(margin, {words::grader_failed, Ink::magenta});
    page.field(words::because, {because});
    page.field(words::what_to_do, {fmt::format(words::after_grader_failure, command)});
    page.leave_gap();
}

/// @return what stands behind a check's title: its name where there is more to ask about, or why it
///         was not run.
std::string remark_on(const LabResult& lab, const CheckResult& check) {
    switch (check.outcome) {
        case Outcome::pass:
            break;
        case Outcome::not_run:
            return check.because.empty() ? words::not_run
                                         : fmt::format(words::not_run_needs, check.because);
        case Outcome::fail:
        case Outcome::grader_error:
            return lab.checks.size() == 1 ? "" : fmt::format(words::name, check.id);
    }
    return "";
}

/// The line of a check.
void write_entry(Page& page, const LabResult& lab, const CheckResult& check) {
    const auto& signs = page.signs();
    const auto& title = check.title.empty() ? check.id : check.title;
    const auto remark = remark_on(lab, check);
    const auto points = is_undecided(lab, check) ? points_not_decided(check.max_points)
                                                 : points_of(check.points, check.max_points);
    switch (check.outcome) {
        case Outcome::pass:
            page.entry({std::string(signs.pass), Ink::green}, {title}, remark,
                       {std::to_string(check.points)});
            break;
        case Outcome::fail:
            page.entry({std::string(signs.fail), Ink::red}, {title, Ink::bold}, remark, points);
            break;
        case Outcome::not_run:
            page.entry({std::string(signs.not_run), Ink::yellow}, {title, Ink::dim}, remark,
                       {points.text, Ink::dim});
            break;
        case Outcome::grader_error:
            page.entry({std::string(signs.error), Ink::magenta}, {title, Ink::bold}, remark,
                       points);
            break;
    }
}

void write_checks(Page& page, const LabResult& lab) {
    const CheckResult* first = nullptr;   // the failure that is told in full
    const CheckResult* second = nullptr;  // the first of those that are not
    for (const auto& check : lab.checks) {
        write_entry(page, lab, check);
        if (check.outcome == Outcome::grader_error) {
            write_grader_error(page, check.because, command_for(lab, check));
        } else if (check.outcome == Outcome::fail && first == nullptr) {
            first = &check;
            write_failure_in_full(page, check);
        } else if (check.outcome == Outcome::fail) {
            second = second == nullptr ? &check : second;
            write_failure_in_short(page, check);
        }
    }
    if (second != nullptr) {
        page.leave_gap();
        page.paragraph(gap, {fmt::format(words::others_in_full, command_for(lab, *second))}, gap);
    }
}

void write_compiler_error(Page& page, const LabResult& lab) {
    auto place = lab.file;
    if (lab.line > 0) {
        place += ":" + std::to_string(lab.line);
    }
    page.paragraph(margin, {words::does_not_compile, Ink::red});
    page.leave_gap();
    page.paragraph(margin, {place.empty() ? lab.message : place + ": " + lab.message, Ink::bold});
    const auto shown = std::min(lab.details.size(), most_lines_of_compiler);
    for (std::size_t i = 0; i < shown; ++i) {
        page.cut_line(margin, {}, lab.details[i]);
    }
    if (shown < lab.details.size()) {
        page.cut_line(margin, {}, page.signs().ellipsis);
    }
}

void write_obstacle(Page& page, const LabResult& lab) {
    page.leave_gap();
    if (lab.obstacle == Obstacle::grader_error) {
        page.paragraph(margin, {words::not_graded, Ink::magenta});
        write_grader_error(page, lab.message, command_for(lab));
        return;
    }
    if (lab.obstacle == Obstacle::does_not_compile) {
        write_compiler_error(page, lab);
    } else {
        const auto kind = lab.obstacle == Obstacle::missing
                              ? fmt::format(words::missing, lab.file)
                              : fmt::format(words::unreadable, lab.file);
        page.paragraph(margin, {kind, Ink::red});
        page.paragraph(margin, {lab.message});
    }
    page.leave_gap();
    page.paragraph(margin, {fmt::format(words::after_obstacle, command_for(lab))});
}

void write_lab(Page& page, const LabResult& lab) {
    page.leave_gap();
    const auto& title = lab.title.empty() ? lab.name : lab.title;
    const int most = max_points(lab);
    const auto points = most == 0 ? Span{}
                        : lab.obstacle == Obstacle::grader_error
                            ? points_not_decided(most)
                            : points_of(report::points(lab), most);
    page.entry({}, {fmt::format(words::lab, lab.number, title), Ink::bold}, "", points);
    if (lab.obstacle == Obstacle::none) {
        write_checks(page, lab);
    } else {
        write_obstacle(page, lab);
    }
}

void write_footer(Page& page, const RunResult& run) {
    const int reached = points(run);
    const int most = max_points(run);
    int undecided = 0;
    for (const auto& lab : run.labs) {
        undecided += undecided_points(lab);
    }
    page.leave_gap();
    page.entry({}, {words::total, Ink::bold}, "", points_of(reached, most));
    if (undecided > 0 || has_grader_error(run)) {
        page.paragraph(0, {fmt::format(words::undecided, undecided), Ink::magenta});
    }
    if (run.partial) {
        page.paragraph(0, {words::partial, Ink::yellow});
    } else if (reached == most && most > 0 && !has_grader_error(run)) {
        page.paragraph(0, {words::full, Ink::green});
    }
    page.leave_gap();
    if (!run.tree.empty() && run.tree != "labs") {
        page.paragraph(0, {fmt::format(words::graded, run.tree), Ink::dim}, gap);
    }
    auto isolation = fmt::format(words::isolation, run.isolation);
    if (!run.isolation_note.empty()) {
        isolation += fmt::format(" {} {}", page.signs().dash, run.isolation_note);
    }
    page.paragraph(0, {isolation, Ink::dim}, gap);
    if (!run.recording_note.empty()) {
        page.paragraph(0, {fmt::format(words::recorded, run.recording_note), Ink::dim}, gap);
    }
    page.paragraph(0, {fmt::format(words::seed, run.seed), Ink::dim});
}

/// @return the value of an environment variable, empty if it is not set.
std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// @return whether a locale's name, "ko_KR.UTF-8@modifier", has the codeset UTF-8.
bool is_utf8(std::string_view locale) {
    const auto dot = locale.find('.');
    if (dot == std::string_view::npos) {
        return false;
    }
    std::string codeset;
    for (const char character : locale.substr(dot + 1, locale.find('@') - dot - 1)) {
        if (character != '-') {
            codeset += static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
        }
    }
    return codeset == "utf8";
}

bool environment_is_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (const auto locale = environment(name); !locale.empty()) {
            return is_utf8(locale);
        }
    }
    return false;
}

}  // namespace

TerminalStyle style_of(int descriptor) {
    TerminalStyle style;
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        style.columns = size.ws_col;
    }
    const bool colours =
        isatty(descriptor) == 1 && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
    style.colour = colours ? TerminalStyle::Colour::always : TerminalStyle::Colour::never;
    style.glyphs =
        environment_is_utf8() ? TerminalStyle::Glyphs::unicode : TerminalStyle::Glyphs::ascii;
    return style;
}

std::string terminal_report(const RunResult& run, const TerminalStyle& style) {
    Page page(style);
    for (const auto& lab : run.labs) {
        write_lab(page, lab);
    }
    write_footer(page, run);
    return std::move(page).text();
}

}  // namespace ipclab::report
