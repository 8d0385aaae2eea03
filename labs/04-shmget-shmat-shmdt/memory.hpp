/// @file
/// Lab 4, shmget, shmat and shmdt: the contract of the functions, the class and the notice board
/// that you write in memory.cpp.
///
/// A refusal is reported by throwing std::system_error with the errno that the failed call left
/// behind, in std::generic_category() or std::system_category():
///
///     throw std::system_error(errno, std::generic_category(), "shmget");
///
/// No function prints, or works on after it has returned. None makes, removes, attaches or detaches
/// more than its contract says.
#ifndef IPCLAB_LABS_04_SHMGET_SHMAT_SHMDT_MEMORY_HPP
#define IPCLAB_LABS_04_SHMGET_SHMAT_SHMDT_MEMORY_HPP

#include <sys/types.h>

#include <string>
#include <system_error>
#include <vector>

namespace ipc {

/// Makes a new segment. See shmget(2).
///
/// @param key   any key but IPC_PRIVATE.
/// @param size  in bytes. The kernel fills the segment with zeros.
/// @param mode  the permission bits that it gets, exactly these.
/// @return its id.
/// @throws std::system_error  EEXIST: there is a segment with this key; it stays as it is. EINVAL:
///                            the size is 0, or more than the system allows.
///
///     create(0x4c01, 100, 0600)
int create(key_t key, std::size_t size, mode_t mode);

/// Finds the segment with a key. Makes none. See shmget(2).
///
/// @param size  how many bytes the caller is going to use; 0: as many as there are.
/// @return its id.
/// @throws std::system_error  ENOENT: there is none. EINVAL: it is smaller than size.
int open(key_t key, std::size_t size);

/// Attaches a segment for reading and writing, where the kernel likes. Each call attaches it once
/// more, and takes a detach of its own to undo. See shmat in shmop(2).
///
/// @return where it begins in this process: elsewhere in another one.
/// @throws std::system_error  EINVAL: there is no such segment. EACCES: it may not be both read and
///                            written. Or whatever else shmat says, ENOMEM for example.
void* attach(int id);

/// As attach, but for reading only: a write there ends the process with SIGSEGV. Who may only read
/// the segment can do this.
const void* attach_readonly(int id);

/// Detaches what was attached at an address. See shmdt in shmop(2).
///
/// @param address  the one that attach returned.
/// @throws std::system_error  EINVAL: nothing was attached at just this address. What is attached
///                            stays so.
void detach(const void* address);

/// Removes a segment: no process finds it by its key any more, and it is gone with its last detach.
/// Who has it attached goes on as before. See IPC_RMID in shmctl(2).
///
/// @throws std::system_error  EINVAL: there is no such segment. EPERM: it is somebody else's.
void remove(int id);

/// An attached segment that is detached when its owner lets go of it: by its destructor, and by
/// nothing else. It can be handed on (moved), and is detached once, whoever has it last.
class Attachment {
public:
    enum class Access { read_write, read_only };

    /// Attaches a segment, as attach or attach_readonly does, and throws what they throw.
    explicit Attachment(int id, Access access = Access::read_write);

    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;

    /// Takes over what other has, which has nothing afterwards.
    Attachment(Attachment&& other) noexcept;

    /// Lets go of what it had, and takes over what other has. An assignment to itself changes
    /// nothing.
    Attachment& operator=(Attachment&& other) noexcept;

    /// Detaches what it still has. Never throws.
    ~Attachment();

    /// @return where the segment begins, or nullptr where it has nothing (any more).
    [[nodiscard]] void* address() const noexcept { return address_; }

private:
    void* address_ = nullptr;
};

// --- the notice board ------------------------------------------------------------------------

/// How many bytes the segment of a notice board has.
inline constexpr std::size_t board_size = 65536;

/// So many notices have room on a board.
inline constexpr std::size_t most_notices = 100;

/// The longest text of a notice, in bytes.
inline constexpr std::size_t longest_notice = 200;

/// Puts a notice on the board with this key, behind those that are there. Where there is no board,
/// makes one: a segment of board_size bytes for its own user alone (0600).
///
/// How the notices lie in the segment is yours to say. Every process may have it at another
/// address, so that nothing in it can be an address: not a pointer, and not an object that holds
/// one, such as a std::string.
///
/// Others read the board at any moment, and see each notice whole or not at all: also while this
/// function is at work, and also after a process was killed in it. Only one process at a time
/// writes. Notices that are there stay as they are.
///
/// The segment is attached during the call only.
///
/// @param key   any key but IPC_PRIVATE.
/// @param text  any bytes, also 0; none are a notice, too.
/// @throws std::system_error  EMSGSIZE: the text is longer than longest_notice. ENOSPC: there are
///                            most_notices on the board. Nothing is changed or made then. Or what
///                            shmget and shmat say.
void post(key_t key, const std::string& text);

/// Reads a board, in the order in which its notices were put there. Needs and takes no right to
/// write it. The segment is attached during the call only.
///
/// @throws std::system_error  ENOENT: there is no board with this key; none is made. Or what shmget
///                            and shmat say.
std::vector<std::string> notices(key_t key);

/// Removes a board. Who is reading it goes on to the end.
///
/// @throws std::system_error  ENOENT: there is no board with this key.
void take_down(key_t key);

}  // namespace ipc

#endif
