#include "report/json.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "kernel/descriptor.hpp"
#include "text/text.hpp"

namespace ipclab::report {

namespace {

using text::harmless;
using text::valid_utf8;

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;  // fields in the order of result.hpp, for human readers

// --- writing ----------------------------------------------------------------

template <typename Items, typename Convert>
Json array_of(const Items& items, Convert convert) {
    auto array = Json::array();
    for (const auto& item : items) {
        array.push_back(convert(item));
    }
    return array;
}

Json json_of(const Finding& finding) {
    return {{"expected", valid_utf8(finding.expected)},
            {"observed", valid_utf8(finding.observed)},
            {"reason", valid_utf8(finding.reason)}};
}

Json json_of(const KernelRow& row) {
    return {{"kind", valid_utf8(row.kind)},
            {"key", valid_utf8(row.key)},
            {"id", row.id},
            {"mode", valid_utf8(row.mode)},
            {"note", valid_utf8(row.note)}};
}

Json json_of(const ScheduleStep& step) {
    return {{"who", valid_utf8(step.who)},
            {"text", valid_utf8(step.text)},
            {"place", valid_utf8(step.place)}};
}

Json json_of(const Printed& printed) {
    return {
        {"process", printed.process}, {"text", valid_utf8(printed.text)}, {"bytes", printed.bytes}};
}

Json json_of(const recorder::Picture::Row& row) {
    return {{"column", row.column},
            {"text", valid_utf8(row.text)},
            {"waiting", row.waiting},
            {"part", valid_utf8(row.part)},
            {"note", valid_utf8(row.note)}};
}

Json json_of(const recorder::Picture& picture) {
    return {{"columns", array_of(picture.columns, valid_utf8)},
            {"rows", array_of(picture.rows, [](const auto& row) { return json_of(row); })}};
}

Json json_of(const CheckResult& check) {
    const auto convert = [](const auto& item) { return json_of(item); };
    return {{"id", valid_utf8(check.id)},
            {"title", valid_utf8(check.title)},
            {"max_points", check.max_points},
            {"points", check.points},
            {"outcome", name_of(check.outcome)},
            {"finding", json_of(check.finding)},
            {"diagnosis", valid_utf8(check.diagnosis)},
            {"picture", json_of(check.picture)},
            {"schedule", array_of(check.schedule, convert)},
            {"explored", valid_utf8(check.explored)},
            {"kernel", array_of(check.kernel, convert)},
            {"by_hand", array_of(check.by_hand, valid_utf8)},
            {"look_at", valid_utf8(check.look_at)},
            {"read", valid_utf8(check.read)},
            {"handout", valid_utf8(check.handout)},
            {"recording", valid_utf8(check.recording)},
            {"printed", array_of(check.printed, convert)},
            {"because", valid_utf8(check.because)},
            {"microseconds", check.microseconds}};
}

Json json_of(const LabResult& lab) {
    return {{"number", lab.number},
            {"name", valid_utf8(lab.name)},
            {"title", valid_utf8(lab.title)},
            {"points", points(lab)},
            {"max_points", max_points(lab)},
            {"obstacle", name_of(lab.obstacle)},
            {"file", valid_utf8(lab.file)},
            {"line", lab.line},
            {"message", valid_utf8(lab.message)},
            {"details", array_of(lab.details, valid_utf8)},
            {"checks", array_of(lab.checks, [](const auto& check) { return json_of(check); })}};
}

Json json_of(const RunResult& run) {
    return {{"schema", "ipclab/result/v1"},
            {"version", 1},
            {"isolation", valid_utf8(run.isolation)},
            {"isolation_note", valid_utf8(run.isolation_note)},
            {"recording_note", valid_utf8(run.recording_note)},
            {"seed", run.seed},
            {"tree", valid_utf8(run.tree)},
            {"partial", run.partial},
            {"points", points(run)},
            {"max_points", max_points(run)},
            {"labs", array_of(run.labs, [](const auto& lab) { return json_of(lab); })}};
}

std::string text_of(const Json& json) {
    constexpr int indent = 2;
    auto text = json.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
    // "##[" can only stand in a string, where "[" may be written like this too.
    for (auto found = text.find("##["); found != std::string::npos;
         found = text.find("##[", found)) {
        text.replace(found + 2, 1, "\\u005b");
    }
    return text;
}

// --- reading ----------------------------------------------------------------

/// Takes the fields out of an object, one after the other.
class Reader {
public:
    /// @param name  what the object is, for messages.
    Reader(const Json& object, std::string name) : object_(object), name_(std::move(name)) {
        if (!object.is_object()) {
            throw std::runtime_error(name_ + " is not a JSON object");
        }
    }

    const Json& field(const char* field) {
        const auto found = object_.find(field);
        if (found == object_.end()) {
            refuse(field, "is missing");
        }
        ++taken_;
        return *found;
    }

    void take(const char* name, std::string& value) {
        const auto& json = field(name);
        if (!json.is_string()) {
            refuse(name, "is not a text");
        }
        value = json.get<std::string>();
    }

    template <typename Number>
    requires std::is_integral_v<Number>
    void take(const char* name, Number& value) {
        const auto& json = field(name);
        if (!json.is_number_integer()) {
            refuse(name, "is not a whole number");
        }
        const bool fits = json.is_number_unsigned()
                              ? std::in_range<Number>(json.get<unsigned long long>())
                              : std::in_range<Number>(json.get<long long>());
        if (!fits) {
            refuse(name, "is out of range");
        }
        value = json.get<Number>();
    }

    void take(const char* name, Outcome& value) {
        std::string text;
        take(name, text);
        for (const auto outcome :
             {Outcome::pass, Outcome::fail, Outcome::not_run, Outcome::grader_error}) {
            if (text == name_of(outcome)) {
                value = outcome;
                return;
            }
        }
        refuse(name, "is \"" + harmless(text) + "\", which is no outcome");
    }

    const Json& array(const char* name) {
        const auto& json = field(name);
        if (!json.is_array()) {
            refuse(name, "is not an array");
        }
        return json;
    }

    void take(const char* name, std::vector<std::string>& values) {
        for (const auto& json : array(name)) {
            if (!json.is_string()) {
                refuse(name, "holds something that is not a text");
            }
            values.push_back(json.get<std::string>());
        }
    }

    /// @param end  what each number has to be less than.
    void take(const char* name, std::vector<std::size_t>& values, std::size_t end) {
        for (const auto& json : array(name)) {
            if (!json.is_number_unsigned() || json.get<std::size_t>() >= end) {
                refuse(name, "holds something that is no number below " + std::to_string(end));
            }
            values.push_back(json.get<std::size_t>());
        }
    }

    /// Refuses the object if it has fields that were not taken.
    void finish() const {
        if (taken_ != object_.size()) {
            throw std::runtime_error(name_ + " has fields that nobody knows");
        }
    }

    [[noreturn]] void refuse(const std::string& field, const std::string& why) const {
        throw std::runtime_error("the field " + field + " of " + name_ + " " + why);
    }

private:
    const Json& object_;
    std::string name_;
    std::size_t taken_ = 0;
};

Finding finding_of(const Json& json) {
    Finding finding;
    Reader reader(json, "a finding");
    reader.take("expected", finding.expected);
    reader.take("observed", finding.observed);
    reader.take("reason", finding.reason);
    reader.finish();
    return finding;
}

KernelRow kernel_row_of(const Json& json) {
    KernelRow row;
    Reader reader(json, "a kernel row");
    reader.take("kind", row.kind);
    reader.take("key", row.key);
    reader.take("id", row.id);
    reader.take("mode", row.mode);
    reader.take("note", row.note);
    reader.finish();
    return row;
}

ScheduleStep schedule_step_of(const Json& json) {
    ScheduleStep step;
    Reader reader(json, "a step of a schedule");
    reader.take("who", step.who);
    reader.take("text", step.text);
    reader.take("place", step.place);
    reader.finish();
    return step;
}

Printed printed_of(const Json& json) {
    Printed printed;
    Reader reader(json, "a printed text");
    reader.take("process", printed.process);
    reader.take("text", printed.text);
    reader.take("bytes", printed.bytes);
    reader.finish();
    return printed;
}

recorder::Picture::Row picture_row_of(const Json& json, std::size_t columns) {
    recorder::Picture::Row row;
    Reader reader(json, "a row of a picture");
    reader.take("column", row.column);
    reader.take("text", row.text);
    reader.take("waiting", row.waiting, columns);
    reader.take("part", row.part);
    reader.take("note", row.note);
    reader.finish();
    if (row.column >= columns) {
        reader.refuse("column", "is not one of the picture's columns");
    }
    return row;
}

recorder::Picture picture_of(const Json& json) {
    recorder::Picture picture;
    Reader reader(json, "a picture");
    reader.take("columns", picture.columns);
    for (const auto& row : reader.array("rows")) {
        picture.rows.push_back(picture_row_of(row, picture.columns.size()));
    }
    reader.finish();
    return picture;
}

CheckResult check_of(const Json& json) {
    CheckResult check;
    Reader reader(json, "a check");
    reader.take("id", check.id);
    reader.take("title", check.title);
    reader.take("max_points", check.max_points);
    reader.take("points", check.points);
    reader.take("outcome", check.outcome);
    check.finding = finding_of(reader.field("finding"));
    reader.take("diagnosis", check.diagnosis);
    check.picture = picture_of(reader.field("picture"));
    for (const auto& step : reader.array("schedule")) {
        check.schedule.push_back(schedule_step_of(step));
    }
    reader.take("explored", check.explored);
    for (const auto& row : reader.array("kernel")) {
        check.kernel.push_back(kernel_row_of(row));
    }
    reader.take("by_hand", check.by_hand);
    reader.take("look_at", check.look_at);
    reader.take("read", check.read);
    reader.take("handout", check.handout);
    reader.take("recording", check.recording);
    for (const auto& printed : reader.array("printed")) {
        check.printed.push_back(printed_of(printed));
    }
    reader.take("because", check.because);
    reader.take("microseconds", check.microseconds);
    reader.finish();
    if (check.points < 0 || check.points > check.max_points) {
        reader.refuse("points", "is not between 0 and max_points");
    }
    return check;
}

// --- files ------------------------------------------------------------------

std::string cannot_write(const fs::path& path, const std::string& why) {
    return "cannot write " + harmless(path.string()) + ": " + why;
}

[[noreturn]] void fail_to_write(const fs::path& path) {
    throw std::runtime_error(cannot_write(path, std::strerror(errno)));
}

fs::path directory_of(const fs::path& path) {
    const auto directory = path.parent_path();
    return directory.empty() ? fs::path(".") : directory;
}

/// @return the file that symbolic links lead to, be it there or not. Of links that lead in a
/// circle,
///         one of them.
fs::path target_of(fs::path path) {
    constexpr int most_links = 40;  // as many as the kernel follows (path_resolution(7))
    std::error_code error;
    for (int i = 0; i < most_links && fs::is_symlink(path, error); ++i) {
        path = directory_of(path) / fs::read_symlink(path, error);
    }
    return path;
}

bool may(int mode, const fs::path& path) {
    return faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0;
}

/// A file beside another one, gone at the end unless it was renamed.
class Beside {
public:
    explicit Beside(const fs::path& target) : target_(target) {
        constexpr int most_tries = 100;
        for (int attempt = 0; attempt < most_tries && !file_.is_open(); ++attempt) {
            path_ = target;
            path_ += fmt::format(".{}-{}.tmp", getpid(), attempt);
            // Not mkstemp(3), whose files are for their owner only: here the umask decides.
            file_ = kernel::Descriptor(
                open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
            if (!file_.is_open() && errno != EEXIST) {
                break;
            }
        }
        if (!file_.is_open()) {
            fail_to_write(target_);
        }
    }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;
    ~Beside() {
        if (!renamed_) {
            unlink(path_.c_str());
        }
    }

    void write(std::string_view text) {
        while (!text.empty()) {
            const auto size = ::write(file_.get(), text.data(), text.size());
            if (size < 0 && errno != EINTR) {
                fail_to_write(target_);
            }
            text.remove_prefix(size < 0 ? 0 : static_cast<std::size_t>(size));
        }
    }

    void replace_target() {
        // First the contents, then the name: after a power cut the name never leads to an empty
        // file.
        if (fsync(file_.get()) != 0 || std::rename(path_.c_str(), target_.c_str()) != 0) {
            fail_to_write(target_);
        }
        renamed_ = true;
    }

private:
    fs::path target_;
    fs::path path_;
    kernel::Descriptor file_;
    bool renamed_ = false;
};

}  // namespace

std::string to_json(const RunResult& run) {
    return text_of(json_of(run));
}

std::string to_json(const CheckResult& check) {
    return text_of(json_of(check));
}

CheckResult check_from_json(const std::string& text) {
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::exception& error) {
        throw std::runtime_error(std::string("a check is not JSON: ") + harmless(error.what()));
    }
    return check_of(json);
}

std::string obstacle_to_writing(const fs::path& path) {
    if (path.empty()) {
        return "cannot write a file without a name";
    }
    const auto target = target_of(path);
    std::error_code error;
    const auto status = fs::status(target, error);
    if (status.type() == fs::file_type::none) {
        return cannot_write(path, error.message());
    }
    if (fs::is_directory(status) || !path.has_filename()) {
        return cannot_write(path, "it is a directory; name a file in it");
    }
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return cannot_write(path, "it is there and is not a regular file");
    }
    if (fs::exists(status) && !may(W_OK, target)) {
        return cannot_write(path, std::strerror(errno));
    }
    const auto directory = directory_of(target);
    const auto place = fs::status(directory, error);
    if (place.type() == fs::file_type::none) {
        return cannot_write(path, error.message());
    }
    if (!fs::is_directory(place)) {
        return cannot_write(path, "there is no directory " + harmless(directory.string()));
    }
    if (!may(W_OK | X_OK, directory)) {
        return cannot_write(
            path, "in its directory no file can be made: " + std::string(std::strerror(errno)));
    }
    return "";
}

void write_file_atomically(const fs::path& path, const std::string& text) {
    if (const auto obstacle = obstacle_to_writing(path); !obstacle.empty()) {
        throw std::runtime_error(obstacle);
    }
    Beside file(target_of(path));
    file.write(text);
    file.replace_target();
}

}  // namespace ipclab::report
