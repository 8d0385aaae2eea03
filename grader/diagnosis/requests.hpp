/// @file
/// What the labs' shells are asked and what they answer, taken apart.
#ifndef IPCLAB_DIAGNOSIS_REQUESTS_HPP
#define IPCLAB_DIAGNOSIS_REQUESTS_HPP

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "kernel/messages.hpp"
#include "kernel/objects.hpp"

namespace ipclab::diagnosis {

/// The function of the lab that a request calls.
enum class Function {
    unknown,
    // lab 1
    make_key,
    create,
    open,
    open_or_create,
    create_private,
    remove,
    // lab 2
    send,
    try_send,
    receive,
    try_receive,
    receive_truncated,
    serve,
    // lab 3
    list_queues,
    list_segments,
    list_sets,
    remove_id,
    remove_key,
    sweep,
    my_ipcs,
    my_ipcrm,
    // lab 4
    attach,
    attach_readonly,
    detach,
    hold,     ///< makes an Attachment
    hand_on,  ///< moves one
    drop,     ///< destroys one
    post,
    notices,
    take_down,
    write_memory,  ///< the shell itself, through an address
    read_memory,
    // lab 5
    open_locks,
    lock,
    unlock,
    remove_locks,
    enter,
    leave,
    open_bank,
    close_bank,
    deposit,
    transfer,
    statement,
    open_buffer,
    close_buffer,
    remove_buffer,
    put,
    take,
    produce,
    consume,
};

/// @return "open_or_create", as the lab's header has it.
std::string name_of(Function function);

/// A request to a student's process, taken apart.
struct Request {
    Function function = Function::unknown;
    std::string text;
    key_t key = 0;        ///< of create, open, open_or_create, serve, remove_key, and of the board
    mode_t mode = 0;      ///< of create, open_or_create, create_private
    int id = -1;          ///< of remove, remove_id, attach and hold; the queue of lab 2's functions
    std::string path;     ///< of make_key
    int proj_id = 0;      ///< of make_key
    long type = 0;        ///< of lab 2's functions
    std::string message;  ///< of send, try_send, post: the text
    std::optional<std::size_t> size;  ///< of receive, receive_truncated, create, open, where given
    int number = 0;                   ///< of lock, unlock, enter; how many: of open_locks
    long amount = 0;                  ///< of transfer; the slots: of open_buffer
    kernel::Kind kind = kernel::Kind::queue;  ///< of remove_id, remove_key
    std::vector<std::string> arguments;       ///< of my_ipcs, my_ipcrm, and post as a program
    std::uint64_t address = 0;                ///< of detach, write_memory, read_memory
    bool readonly = false;                    ///< of hold, attach_readonly
    std::string name;                         ///< of hold, hand_on, drop
    std::string to;                           ///< of hand_on
};

Request parse_request(const std::string& text);

/// An answer of the lab's shell (labs/shell/shell.hpp), or one that was expected, taken apart.
struct Answer {
    enum class Kind {
        none,
        id,
        key,
        removed,
        error,
        exception,
        sent,     ///< of send, try_send
        full,     ///< of try_send
        message,  ///< of those that receive
        nothing,  ///< of try_receive: "none"
        pending,  ///< of remove_id, remove_key
        list,     ///< of lists and sweep: "2: first; second"
        address,  ///< "at 0x7f00..."
        held,     ///< of hold and hand_on: "a nothing, b at 0x7f00...", "nothing"
        notices,  ///< "2: \"first\" \"second\""
        bytes,    ///< of read_memory: "\"text\""
        done,  ///< "detached", "written", "dropped", "posted", "taken down", "child N", "ended N",
               ///< and of lab 5: "locked", "set 3", "value 7", "100 0 20 0"
        other,
    };
    Kind kind = Kind::none;
    long id = 0;                    ///< of id
    std::string word;               ///< of id: "created", "opened" or ""
    key_t key = 0;                  ///< of key
    int error = 0;                  ///< of error
    kernel::Message message;        ///< of message
    std::vector<std::string> rows;  ///< of list; of notices their texts
    std::uint64_t address = 0;      ///< of address
    std::optional<int> code;  ///< of exception: of a std::system_error whose code is not an errno

    /// @return whether the function failed by throwing.
    [[nodiscard]] bool is_failure() const { return kind == Kind::error || kind == Kind::exception; }
};

Answer parse_answer(const std::string& text);

}  // namespace ipclab::diagnosis

#endif
