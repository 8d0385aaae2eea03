/// @file
/// Lab 2, msgsnd and msgrcv: the contract of the five functions and the server that you write in
/// messages.cpp.
///
/// A refusal is reported by throwing std::system_error with the errno that the failed call left
/// behind, in std::generic_category() or std::system_category():
///
///     throw std::system_error(errno, std::generic_category(), "msgsnd");
///
/// Where a contract says "waits", the kernel puts the process to sleep until there is something to
/// do: no loop asks again and again. A signal whose handler runs meanwhile is no reason to give up:
/// the function goes on waiting. No function prints, makes or removes a queue (only the server
/// does), takes more than one message, puts one back, or works on after it has returned.
#ifndef IPCLAB_LABS_02_MSGSND_MSGRCV_MESSAGES_HPP
#define IPCLAB_LABS_02_MSGSND_MSGRCV_MESSAGES_HPP

#include <sys/types.h>

#include <optional>
#include <string>
#include <system_error>

namespace ipc {

/// A message as it is sent and received.
struct Message {
    long type;         ///< greater than 0
    std::string text;  ///< its bytes: as many as were sent, any of them may be 0
};

/// The longest text of a message on Linux, unless the system is set up otherwise (MSGMAX).
inline constexpr std::size_t longest_text = 8192;

/// Puts a message into a queue, behind those that are there. Waits where the queue is full. See
/// msgsnd in msgop(2).
///
/// @param id    the id of the queue (not its key).
/// @param type  greater than 0.
/// @param text  the bytes to send: exactly these, no more and no less. None is a message, too.
/// @throws std::system_error  EINVAL: there is no such queue, or the type is not greater than 0, or
///                            the text is longer than the system allows; EACCES: the queue may not
///                            be written; EIDRM: it was removed while the call waited.
///
///     send(3, 1, "alpha")
void send(int id, long type, const std::string& text);

/// As send, but never waits.
///
/// @return true where the message was sent; false where the queue is full: nothing was sent then.
/// @throws std::system_error  as send, for every other failure.
bool try_send(int id, long type, const std::string& text);

/// Takes one message out of a queue. Waits until there is one that fits. See msgrcv in msgop(2).
///
/// @param id    the id of the queue.
/// @param type  which message: 0 the oldest one of all; greater than 0 the oldest of this type;
///              less than 0 the oldest of the lowest type there is, up to the absolute value.
/// @param size  the most bytes of text that the caller takes.
/// @return the message with its own type and its whole text.
/// @throws std::system_error  E2BIG: its text is longer than size; it stays in the queue. EINVAL:
///                            there is no such queue; EACCES: it may not be read; EIDRM: it was
///                            removed while the call waited.
///
///     receive(3, 0)     // {1, "alpha"}
///     receive(3, -5)    // of the types 5, 3, 9 and 3: the older message of type 3
Message receive(int id, long type, std::size_t size = longest_text);

/// As receive, but never waits.
///
/// @return the message; nothing where the queue has none that fits.
/// @throws std::system_error  as receive, for every other failure.
std::optional<Message> try_receive(int id, long type);

/// As receive, but a text that is too long is cut: the caller gets its first bytes, and the rest is
/// gone. See MSG_NOERROR in msgop(2).
///
/// @param size  the most bytes of text that the caller takes; 0 is allowed.
Message receive_truncated(int id, long type, std::size_t size);

// --- the server ------------------------------------------------------------------------------

/// The type of a request to the server. Its text is "QUEUE TYPE QUESTION": the id of the queue that
/// the reply is to go to, a blank, the type that the reply is to have, a blank, and the question,
/// which may be empty and may hold any bytes. Both numbers are decimal.
inline constexpr long request_type = 1;

/// The type of a message that tells the server to end. Its text does not matter.
inline constexpr long end_of_work_type = 2;

/// The program `server KEY`: answers requests until it is told to end.
///
/// It makes the queue with this key, for its own user alone (0600), and takes requests from it, of
/// any number of clients. Each is answered with one message: the question with the letters a to z
/// made capital, every other byte as it is. "7 42 how much?" is answered in queue 7 with type 42 and
/// "HOW MUCH?".
///
/// - The queue for the reply is the client's: the server does not make or remove it. Where it is
///   gone, full, or not to be written, that reply is dropped, and the server goes on: nobody else
///   waits because of it.
/// - A message that is no request as above, of whatever type, is taken out of the queue and dropped.
/// - An end-of-work message and the signal SIGTERM have the same effect: the server answers all
///   requests that lie in its queue, also those behind the message, and then removes its queue, once,
///   and ends. While there is nothing to do, it waits without using the processor.
///
/// @param key  any key but IPC_PRIVATE.
/// @return the exit status of the program: 0, when it was told to end.
/// @throws std::system_error  EEXIST: a queue with this key is there already; it stays as it is.
/// What
///                            is thrown ends the program with the exit status 1.
int serve(key_t key);

}  // namespace ipc

#endif
