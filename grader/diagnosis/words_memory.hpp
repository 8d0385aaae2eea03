/// @file
/// The sentences of lab 4's rules, as words.hpp has those of lab 1. Names in braces stand for what
/// the rule puts in.
///
///     {call}  "shmat(3, NULL, 0)"   {error}  its errno, "EACCES"   {function}  "attach_readonly"
#ifndef IPCLAB_DIAGNOSIS_WORDS_MEMORY_HPP
#define IPCLAB_DIAGNOSIS_WORDS_MEMORY_HPP

namespace ipclab::diagnosis::words {

inline constexpr char failed_note_memory[] = "failed with {error}";

// --- create, open, remove ----------------------------------------------------------------------

inline constexpr char segment_get_swapped[] =
    "{call} has the size where the key belongs, and the key where the size belongs. The order is: "
    "key, size, flags.";
inline constexpr char segment_get_swapped_note[] = "key and size swapped";
inline constexpr char segment_made_private[] =
    "{call} has the key IPC_PRIVATE (0): it makes a segment that nobody finds. Pass on the key "
    "{asked}.";
inline constexpr char segment_made_private_note[] = "not the key {asked}";
inline constexpr char segment_key_changed[] =
    "{function} was asked for the key {asked}, but {call} has another one.";
inline constexpr char segment_size_rounded[] =
    "{function} was asked for the size {asked}, but {call} has {used}: whole pages. The kernel "
    "takes "
    "any size, keeps it as it is and compares with it. Rounding is its own affair.";
inline constexpr char segment_size_changed[] =
    "{function} was asked for the size {asked}, but {call} has {used}. Pass on the size as it is: "
    "the kernel itself says when it is too small or too large.";
inline constexpr char segment_size_note[] = "asked for: {asked}";
inline constexpr char segment_creat_missing[] =
    "No shmget of {function} had IPC_CREAT, so it could only look for a segment: {call} failed "
    "with ENOENT.";
inline constexpr char segment_creat_missing_note[] = "no IPC_CREAT";
inline constexpr char segment_made_meanwhile[] =
    "{function} looked first, and there was no segment. Before {call} somebody else made it, and "
    "without IPC_EXCL this call opened it. One call with IPC_CREAT|IPC_EXCL needs no look.";
inline constexpr char segment_excl_missing[] =
    "IPC_CREAT without IPC_EXCL opens the segment that has the key already: {call} returned its "
    "id. With IPC_EXCL beside it, shmget fails with EEXIST.";
inline constexpr char segment_excl_missing_note[] = "without IPC_EXCL it opens what is there";
inline constexpr char segment_look_refused[] =
    "{call} only looks, and failed with {error}: a look compares size and rights with what is "
    "there. create needs no look. One call with IPC_CREAT|IPC_EXCL fails with EEXIST where the key "
    "is taken, whatever the size and the rights are.";
inline constexpr char segment_replaced[] =
    "{call} removed the segment that was there. It is somebody's, who may still need it: create "
    "fails with EEXIST then.";
inline constexpr char segment_replaced_note[] = "removes what was there";
inline constexpr char segment_left_attached[] =
    "{function} attached the segment ({call}) and did not detach it. It has to make it or find "
    "it, and nothing more.";
inline constexpr char segment_left_attached_note[] = "stays attached";
inline constexpr char segment_made_by_looking[] =
    "{function} called shmget with IPC_CREAT: where there is no segment, this makes one. To look "
    "for one, leave IPC_CREAT out.";
inline constexpr char segment_made_by_looking_note[] = "makes a segment if there is none";
inline constexpr char segment_asks_for_rights[] =
    "Without IPC_CREAT the bits {bits} in {call} are the rights that the caller asks for, and the "
    "segment does not give all of them: EACCES. To find it takes no rights: give shmget the flags "
    "0. What may be done with it, shmat says.";
inline constexpr char segment_remembered[] =
    "{function} asked the kernel nothing, so it answered from what it remembered. Others make and "
    "remove segments: what was true before may not be true now.";
inline constexpr char removal_detaches[] =
    "{function} detached the segment as well ({call}). Who has it attached goes on with it, also "
    "the one that removes it.";
inline constexpr char removal_detaches_note[] = "detaches what is still in use";
inline constexpr char id_as_key[] =
    "{call} takes the id {id} for a key. An id comes from shmget, and goes into shmat and shmctl "
    "as it is.";
inline constexpr char id_as_key_note[] = "this is an id";
inline constexpr char removal_of_no_segment[] =
    "{call} is about another kind of object. A segment is removed with shmctl.";
inline constexpr char other_call_note[] = "not shmctl";
inline constexpr char removal_looks_first[] =
    "{call} failed with EACCES: to look at a segment takes the right to read it. To remove it "
    "takes none, only its owner: call IPC_RMID without a look.";
inline constexpr char removal_left_out[] =
    "{function} never called shmctl with IPC_RMID. That a segment is attached, or whose it is, is "
    "no reason not to ask: the kernel decides.";

// --- shmat and shmdt ---------------------------------------------------------------------------

inline constexpr char attach_failure_unseen[] =
    "{call} failed with {error} and returned (void*)-1, and {function} took this for an address. "
    "It is not nullptr: compare with reinterpret_cast<void*>(-1).";
inline constexpr char attach_failure_note[] = "failed with {error}: (void*)-1";
inline constexpr char attach_failure_hidden[] =
    "{call} failed with {error}, and no exception told the caller. The constructor has to throw: "
    "an Attachment that has nothing attached must not come to be.";
inline constexpr char attach_failure_crashes[] =
    "{call} failed with {error}, and then the process used what it returned: (void*)-1, which is "
    "no address. It is not nullptr: compare with reinterpret_cast<void*>(-1).";
inline constexpr char attach_falls_back[] =
    "The attach for reading and writing was refused with EACCES, and then {call} attached the "
    "segment for reading only. Who asked for an address to write to gets one that crashes: throw "
    "the EACCES.";
inline constexpr char attach_falls_back_note[] = "another one than was asked for";
inline constexpr char attached_for_writing[] =
    "{call} attached the segment for reading and writing. For reading only it takes the flag "
    "SHM_RDONLY, in the third argument.";
inline constexpr char attached_for_writing_note[] = "without SHM_RDONLY";
inline constexpr char attached_for_reading[] =
    "{call} attached the segment for reading only: SHM_RDONLY was not asked for here.";
inline constexpr char attached_for_reading_note[] = "with SHM_RDONLY";
inline constexpr char attach_answers_other_address[] =
    "{call} returned {returned}, but {function} answered {answered}. Only the address that shmat "
    "returns is the segment: a copy, or a place behind it, is not.";
inline constexpr char attach_answers_other_address_note[] = "returned {returned}";
inline constexpr char attached_several_times[] =
    "{function} attached the segment {count} times for one request. Each attach takes a detach of "
    "its own, and the caller knows of one only.";
inline constexpr char attached_several_times_note[] = "{count} attaches";
inline constexpr char attach_not_called[] =
    "{function} called no shmat this time. Each call has to attach once more, also where this "
    "process has the segment already: the caller will detach each of them.";
inline constexpr char detach_of_other_address[] =
    "{function} was given the address {asked}, but {call} has {used}. Only the address that shmat "
    "returned can be detached: pass it on as it is.";
inline constexpr char detach_of_other_address_note[] = "given: {asked}";
inline constexpr char detach_not_called[] =
    "{function} never called shmdt, so the segment stays attached as far as the kernel knows.";
inline constexpr char detaches_several[] =
    "{function} was given one address, and detached {count}. What else is attached belongs to "
    "others in this program.";
inline constexpr char detaches_several_note[] = "was not asked for";
inline constexpr char memory_failure_swallowed[] =
    "{call} failed with {error}, but {function} answered as if it had worked. Look at what the "
    "call returns, and throw errno in a std::system_error.";

// --- class Attachment --------------------------------------------------------------------------

inline constexpr char move_copies[] =
    "After the move both Attachments have the address, and both will detach it. The one that is "
    "moved from gives it away: its address becomes nullptr (std::exchange).";
inline constexpr char move_takes_nothing[] =
    "After the move the address is still in the Attachment that was moved from, and the new one "
    "has nothing. The move constructor takes the address over.";
inline constexpr char assignment_swaps[] =
    "The two Attachments have exchanged their addresses: what the left one had lives on in the "
    "right one. Assignment lets go of what the left one had, at once.";
inline constexpr char assignment_does_nothing[] =
    "After the assignment both Attachments have what they had before. The left one has to let go "
    "of its own, and take over what the right one has.";
inline constexpr char assignment_to_itself[] =
    "An Attachment that is assigned to itself let go of its own segment. this and &other are the "
    "same then: nothing may change.";
inline constexpr char assignment_leaks[] =
    "The Attachment that was assigned to had a segment already. Its address {address} was "
    "overwritten without a shmdt, and now nobody knows it any more: detach it first.";
inline constexpr char destructor_does_nothing[] =
    "An Attachment with the address {address} was destroyed, and shmdt was not called. The "
    "destructor detaches what it still has.";
inline constexpr char destructor_throws[] =
    "{call} failed with {error}, and this was thrown out of ~Attachment. A destructor that throws "
    "ends the program with SIGABRT. Call shmdt there, and throw nothing: what is detached already "
    "needs no more.";
inline constexpr char detached_twice[] =
    "{call} is for an address that is not this Attachment's to detach (any more). By now something "
    "else may be attached there. Each attach is detached once: by the one that has its address "
    "last.";
inline constexpr char detached_twice_note[] = "not its own (any more)";

// --- the notice board --------------------------------------------------------------------------

inline constexpr char board_pointer[] =
    "Byte {offset} of the board held {value}: in process {process} this is an address ({mapping}), "
    "in every other process it is something else or nothing. Put no pointer into the segment, and "
    "no object with one in it, such as std::string: say places by a number from the beginning.";
inline constexpr char board_excl[] =
    "{call} failed with EEXIST: the board is there already, from the first notice on. Without "
    "IPC_EXCL shmget makes it or finds it, whichever it takes.";
inline constexpr char board_excl_note[] = "only the first post can do this";
inline constexpr char board_left_attached[] =
    "{function} attached the board ({call}) and did not detach it. It is to be attached during the "
    "call only: an Attachment as a local variable sees to that on every path.";
inline constexpr char board_left_attached_note[] = "stays attached";
inline constexpr char board_mode[] =
    "{call} gives the board the mode {bits}. It is for its own user alone: 0600.";
inline constexpr char board_mode_decimal[] =
    "{call} gives the board the mode {bits}: this comes from the decimal number {decimal}. In C++ "
    "an octal number begins with a 0: 0600.";
inline constexpr char board_mode_note[] = "not 0600";
inline constexpr char board_size_changed[] =
    "{call} makes a board of {used} bytes. The contract says board_size, {wanted}.";
inline constexpr char board_size_note[] = "not {wanted}";
inline constexpr char board_scratch_segment[] =
    "{call} makes a segment beside the board, and nobody removes it. System V objects outlive "
    "their processes; for a moment, memory of the process's own will do.";
inline constexpr char board_scratch_segment_note[] = "is left behind";
inline constexpr char board_wiped[] =
    "Only what was posted last is there. Whoever prepares the board in each post (memset, "
    "placement "
    "new) wipes what others have posted. A segment that was just made is all zeros: let zeros mean "
    "an empty board, and it needs no preparing.";
inline constexpr char notices_reversed[] =
    "All notices are there, but in the reverse order. The first one that was posted comes first.";
inline constexpr char notices_end_at_zero[] =
    "A notice was cut at its first zero byte. A text may hold any bytes, so neither strlen nor a "
    "C string will do: keep its length beside it, and use that.";
inline constexpr char notice_too_long[] =
    "post took a text of {size} bytes. At most longest_notice ({most}) fit: throw EMSGSIZE, before "
    "anything is made.";
inline constexpr char notice_refused_longest[] =
    "post refused a text of {size} bytes with EMSGSIZE. That many are allowed: only more than "
    "longest_notice are too long.";
inline constexpr char notice_refused_last[] =
    "post refused a notice with ENOSPC, though fewer than most_notices ({most}) are on the board.";
inline constexpr char notice_too_many[] =
    "post took one more notice, though there are most_notices ({most}) on the board: throw ENOSPC.";
inline constexpr char board_made_before_refusal[] =
    "The text was too long, and post refused it. But before that {call} had made the board. The "
    "text's length is known before: look at it first.";
inline constexpr char board_made_before_refusal_note[] = "made for a notice that is refused";
inline constexpr char board_changed_before_refusal[] =
    "post refused the notice, but byte {offset} of the board is another one now. Look whether "
    "there "
    "is room before you write the first byte.";

inline constexpr char poster[] = "process {number}";
inline constexpr char notice_published_early[] =
    "{Who} wrote byte {early} of the board, and from there {other} learned of one more notice. But "
    "{who} wrote byte {late} after that: {other} read a notice that was not there yet. Write last "
    "what says that it is there, in one step.";
inline constexpr char notice_published_by_killed[] =
    "{Who} was killed in post, when byte {early} of the board was the last one that it had "
    "changed, "
    "and {other} found one more notice, which is not all there. Write last what says that it is "
    "there, in one step.";
inline constexpr char board_written_back[] =
    "{Who} writes much of the board back that it has not changed, such as byte {unchanged}. And it "
    "writes byte {early}, from which {other} learned of one more notice, before byte {late}. "
    "Change "
    "the segment itself and no copy: first the notice, and last, in one step, what says that it is "
    "there.";

}  // namespace ipclab::diagnosis::words

#endif
