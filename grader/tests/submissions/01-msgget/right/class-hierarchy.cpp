// what: a class hierarchy with virtual functions, RAII, a constexpr table, templates, std::variant
#include <sys/ipc.h>
#include <sys/msg.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>
#include <variant>

#include "queue.hpp"

namespace ipc {

namespace {

using Outcome = std::variant<int, std::error_code>;

Outcome outcome(int result) {
    if (result == -1) {
        return std::error_code(errno, std::system_category());
    }
    return result;
}

enum class Way { open, create };

constexpr std::array ways{std::pair{0600, ENOENT}, std::pair{IPC_CREAT | IPC_EXCL, EEXIST}};

constexpr auto& facts(Way way) {
    return ways[static_cast<std::size_t>(way)];
}

struct Request {
    virtual ~Request() = default;
    virtual Outcome perform() const = 0;
};

class Get : public Request {
public:
    Get(key_t key, Way way, mode_t mode = 0) : key_(key), flags_(facts(way).first | mode) {}
    Outcome perform() const override { return outcome(msgget(key_, static_cast<int>(flags_))); }

private:
    key_t key_;
    mode_t flags_;
};

class Control : public Request {
public:
    explicit Control(int id) : id_(id) {}
    Outcome perform() const override { return outcome(msgctl(id_, IPC_RMID, nullptr)); }

private:
    int id_;
};

class File : public Request {
public:
    File(std::string path, int proj_id) : path_(std::move(path)), proj_id_(proj_id) {}
    Outcome perform() const override {
        if (proj_id_ < 1 || proj_id_ > 255) {
            return std::make_error_code(std::errc::invalid_argument);
        }
        return outcome(ftok(path_.c_str(), proj_id_));
    }

private:
    std::string path_;
    int proj_id_;
};

struct Unwrap {
    int operator()(int value) const { return value; }
    int operator()(std::error_code code) const { throw std::system_error(code); }
};

template <typename Kind, typename... Arguments>
Outcome attempt(Arguments&&... arguments) {
    const std::unique_ptr<Request> request =
        std::make_unique<Kind>(std::forward<Arguments>(arguments)...);
    return request->perform();
}

template <typename Kind, typename... Arguments>
int demand(Arguments&&... arguments) {
    return std::visit(Unwrap{}, attempt<Kind>(std::forward<Arguments>(arguments)...));
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    return demand<File>(path, proj_id);
}

int create(key_t key, mode_t mode) {
    return demand<Get>(key, Way::create, mode);
}

int open(key_t key) {
    return demand<Get>(key, Way::open);
}

Opened open_or_create(key_t key, mode_t mode) {
    for (Way way = Way::open;; way = way == Way::open ? Way::create : Way::open) {
        const Outcome result = attempt<Get>(key, way, way == Way::create ? mode : 0);
        const auto* refused = std::get_if<std::error_code>(&result);
        if (refused == nullptr || refused->value() != facts(way).second) {
            return {std::visit(Unwrap{}, result), way == Way::create};
        }
    }
}

int create_private(mode_t mode) {
    return demand<Get>(IPC_PRIVATE, Way::create, mode);
}

void remove(int id) {
    demand<Control>(id);
}

}  // namespace ipc
