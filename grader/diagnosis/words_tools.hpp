/// @file
/// The sentences of lab 3's rules, as words.hpp has those of lab 1. Names in braces stand for what
/// the rule puts in.
///
///     {object}  "queue 3"        {kind}   "semaphore set"      {call}  "shmctl(5, IPC_RMID)"
#ifndef IPCLAB_DIAGNOSIS_WORDS_TOOLS_HPP
#define IPCLAB_DIAGNOSIS_WORDS_TOOLS_HPP

namespace ipclab::diagnosis::words {

inline constexpr char failed_note_tools[] = "failed with {error}";

// --- lists: a column that is not right ---------------------------------------------------------

inline constexpr char list_key_sign_lost[] =
    "The key {wanted} of {object} has its highest bit set, so as a number it is negative. "
    "/proc/sysvipc shows it as {number}. Read keys with their sign, as a key_t: the list has "
    "{listed}.";
inline constexpr char list_creator_for_owner[] =
    "The grader made root the owner of {object}, but the list has the owner {listed}. An object "
    "has an owner (uid), who can change, and a creator (cuid), who stays. The list wants the "
    "owner.";
inline constexpr char list_mode_decimal[] =
    "The mode of {object} is {wanted}. The list has {listed}: this comes out where the "
    "digits {wanted} are read as a decimal number. The column perms is octal: read it with "
    "base 8.";
inline constexpr char list_mode_with_marks[] =
    "The mode of {object} is {wanted}, but the list has {listed}. For segments the kernel keeps "
    "marks (SHM_DEST, SHM_LOCKED) above the nine permission bits. Cut them off: mode & 0777.";
inline constexpr char list_counts_swapped[] =
    "bytes and messages of {object} are swapped. bytes is the text of all messages together "
    "(cbytes), messages is how many there are (qnum).";
inline constexpr char list_size_in_pages[] =
    "The size of {object} is {wanted}, but the list has {listed}: rounded up to whole pages. The "
    "list wants the bytes that were asked for (shm_segsz).";
inline constexpr char list_mark_missing[] =
    "The {object} is marked for removal, but the list does not say so. The mark is the bit "
    "SHM_DEST (01000) of the kernel's mode. It can be seen only before the mode is cut to "
    "nine bits.";
inline constexpr char list_mark_from_key[] =
    "The {object} is not marked for removal, but the list says so. A marked segment has the "
    "key 0, but so has each one that was made with IPC_PRIVATE. Only SHM_DEST in the mode is "
    "the mark.";

// --- lists: rows that are missing --------------------------------------------------------------

inline constexpr char list_refused_by_rights[] =
    "{call} failed with EACCES, and this ended the list. The call needs the right to read the "
    "{kind}. To see that there is one takes no right: use /proc/sysvipc, or the command with "
    "_STAT_ANY.";
inline constexpr char list_without_unreadable[] =
    "{call} failed with EACCES: it needs the right to read the {kind}. What may not be read is "
    "then missing in the list. /proc/sysvipc and the command with _STAT_ANY need no right.";
inline constexpr char list_failed_at_vanished[] =
    "{call} failed with {error}, as the {kind} was removed while the list was made. This is no "
    "failure of the list: leave this one out, and go on with the next.";
inline constexpr char list_ended_note[] = "the list ends here";
inline constexpr char list_ended_at_vanished[] =
    "{call} failed with {error}, as the {kind} was removed while the list was made. The list ended "
    "there, and others are missing now. Leave out this one only, and go on with the next.";
inline constexpr char list_failed_at_empty_place[] =
    "{call} failed with {error}: nothing is at the place {place} of the kernel's table. Such gaps "
    "are normal, because objects come and go. Go on with the next place.";
inline constexpr char list_index_for_id_note[] = "the id is {id}";
inline constexpr char list_index_for_id[] =
    "{call} returned {id}: this is the id of the {kind}. But the list has the number {place}, "
    "which is only the place in the kernel's table.";
inline constexpr char list_ended_at_empty_place[] =
    "{call} failed with {error}: nothing is at the place {place} of the kernel's table now. The "
    "list ended there, but more of them come behind this gap. Go on to the highest place in use.";
inline constexpr char list_by_their_number_note[] = "highest place: {highest}";
inline constexpr char list_by_their_number[] =
    "{call} returned {highest}, the highest place in use. But the list looked at the places up to "
    "{last} only. How many there are is another number: between them are gaps.";
inline constexpr char list_without_keyless[] =
    "What has no key is missing in the list, for example {object}. The key 0 (IPC_PRIVATE) does "
    "not "
    "mean that the place is unused. List it like any other.";
inline constexpr char list_without_marked[] =
    "The {object} is marked for removal, and it is missing in the list. It is still there "
    "until its last detach. List it, with its mark.";
inline constexpr char list_cut[] =
    "The list has {count} rows, but there are more: {object}, for example, is missing. Is there "
    "room for so many only, for example in an array, or in a buffer that is read once? A list has "
    "no upper limit.";
inline constexpr char list_remembered[] =
    "The {object} was removed before this list was asked for, but it is in the list. Do not "
    "remember objects: ask the kernel each time.";

// --- remove_id, remove_key: what was called ----------------------------------------------------

inline constexpr char negative_key_refused_unasked[] =
    "remove_key refused the {argument} without calling {get}. Keys from 0x80000000 on are negative "
    "as numbers, and they are good ones. Only 0 names nothing.";
inline constexpr char key_refused_unasked[] =
    "remove_key refused the {argument} without calling {get}. Whether a {kind} has this key, only "
    "the kernel knows.";
inline constexpr char id_refused_unasked[] =
    "remove_id refused the {argument} without asking the kernel. Whether there is such a {kind}, "
    "only {control} can say.";

inline constexpr char get_makes_private_note[] = "makes a new object";
inline constexpr char get_makes_private[] =
    "{call} made a new object: with the key 0, which is IPC_PRIVATE, it always does. This key "
    "names "
    "nothing. Refuse it before the call, with EINVAL.";
inline constexpr char key_zero_other_error[] =
    "The key 0 is IPC_PRIVATE: no object can be found with it. For it remove_key has to throw "
    "EINVAL, but it threw {error}.";
inline constexpr char get_creates_note[] = "makes one if there is none";
inline constexpr char get_creates[] =
    "{call} has IPC_CREAT: it makes a {kind} where none has the key. remove_key has to fail with "
    "ENOENT then. Leave IPC_CREAT out.";
inline constexpr char get_asks_for_rights[] =
    "{call} failed with EACCES: its permission bits ask for rights that the {kind} does not give. "
    "To remove it you need none of them. Ask for nothing: the flags 0.";
inline constexpr char get_asks_for_bytes[] =
    "{call} failed with EINVAL: it asks for a segment of at least this size, and this one is "
    "smaller. With the size 0, shmget finds a segment of any size.";
inline constexpr char get_asks_for_semaphores[] =
    "{call} failed with EINVAL: it asks for a set of at least so many semaphores, and this one has "
    "fewer. With 0, semget finds a set of any size.";
inline constexpr char other_kind_note[] = "another kind";
inline constexpr char get_of_other_kind[] =
    "remove_key was asked for a {kind}, but {call} looks for another kind of object. Each kind has "
    "keys of its own. A {kind} is found with {get}.";
inline constexpr char removal_of_other_kind[] =
    "{function} was asked for a {kind}, but {call} is about another kind of object. Each kind has "
    "ids of its own. A {kind} is removed with {control}.";
inline constexpr char key_given_as_id_note[] = "this is the key";
inline constexpr char key_given_as_id[] =
    "{call} got the key in place of an id. {get} finds the id of the {kind} that has the key.";
inline constexpr char id_given_as_key_note[] = "this is the id";
inline constexpr char id_given_as_key[] =
    "{call} got the id in place of a key. remove_id has the id already: give it to {control} as it "
    "is.";
inline constexpr char get_with_other_key_note[] = "another key";
inline constexpr char get_with_other_key[] =
    "remove_key was asked for the {argument}, but it called {call}. Pass the key on as it is.";
inline constexpr char get_failure_ignored_note[] = "-1 is no id";
inline constexpr char get_failure_ignored[] =
    "{get} failed with {error} and returned -1. Then {call} got this -1 as an id. Look at the "
    "result first, and throw the {error}.";
inline constexpr char removal_of_other_id_note[] = "another id";
inline constexpr char removal_of_other_id[] =
    "remove_id was asked for the {argument}, but it called {call}. IPC_RMID wants the id that was "
    "given.";
inline constexpr char removal_needs_no_rights[] =
    "{function} gave up because {call} failed with EACCES: this call needs the right to read. "
    "IPC_RMID looks at no permission bits, only at who owns the {kind}. So just call it.";

// --- remove_id, remove_key: what was said of it ------------------------------------------------

inline constexpr char refusal_swallowed[] =
    "{call} failed with {error}, but {function} returned as if it had worked. Compare the result "
    "with -1, and throw errno in a std::system_error.";
inline constexpr char eperm_swallowed[] =
    "{call} failed with EPERM: the {kind} belongs to somebody else, and is still there. But "
    "{function} returned as if it had worked. Throw the EPERM.";
inline constexpr char no_removal_called[] =
    "{function} returned as if it had worked, but it never called {control} with IPC_RMID.";

inline constexpr char removal_waits_note[] = "again and again";
inline constexpr char removal_waits_for_detach[] =
    "{call} was made again and again: your code waits until others detach the segment, "
    "whenever that is. Do not wait: remove it, and answer pending where it is still there.";
inline constexpr char marked_refused[] =
    "{function} refused the segment without calling shmctl with IPC_RMID. It is marked for removal "
    "already, but it is still there. IPC_RMID works again, and the answer is pending again.";
inline constexpr char pending_looked_before_note[] = "before the removal";
inline constexpr char pending_looked_before[] =
    "{call} was made before the removal, and no call looked afterwards. Processes attach and "
    "detach at any time. Remove the segment first, then look whether it is "
    "still there.";
inline constexpr char pending_looked_by_key[] =
    "{call} failed with ENOENT, but the segment is still there. IPC_RMID takes its key away, so it "
    "cannot be found with the key any more. Look by the id: IPC_STAT.";
inline constexpr char pending_unreadable[] =
    "{call} failed with EACCES: the segment is there, you only may not read it. So the answer is "
    "pending. Only EINVAL and EIDRM mean that it is gone.";
inline constexpr char pending_detached_note[] = "not attached any more";
inline constexpr char pending_detached_meanwhile[] =
    "The last process detached the segment just before {call}, so this call removed it at once. "
    "The answer pending says what was true earlier. Remove first, then look whether the segment is "
    "still there.";
inline constexpr char pending_not_asked_note[] = "still attached";
inline constexpr char pending_not_asked[] =
    "{call} only marks a segment that is still attached. {function} answered that it is gone, and "
    "made no call after the removal. Look then whether it is still there, for example with "
    "IPC_STAT.";
inline constexpr char pending_said_of_gone_note[] = "gone at once";
inline constexpr char pending_said_of_gone[] =
    "After {call} the segment was gone, because nobody had it attached then. But {function} "
    "answered pending. Look after the removal whether it is still there: IPC_STAT fails with "
    "EINVAL "
    "where it is gone.";

// --- sweep -------------------------------------------------------------------------------------

inline constexpr char wanted_attached[] = "A process has it attached (shm_nattch is not 0).";
inline constexpr char wanted_creator_lives[] =
    "Its creator (shm_cpid) lives. A process is dead only where kill(pid, 0) fails with ESRCH: "
    "EPERM means that it lives.";
inline constexpr char wanted_sender_lives[] =
    "Its last sender (msg_lspid) lives. A process is dead only where kill(pid, 0) fails with "
    "ESRCH: "
    "EPERM means that it lives.";
inline constexpr char wanted_receiver_lives[] =
    "Its last receiver (msg_lrpid) lives. Both, the last sender and the last receiver, have to be "
    "dead, and kill(pid, 0) says ESRCH of the dead only.";
inline constexpr char wanted_queue_unused[] =
    "Nobody has used it yet: msg_lspid and msg_lrpid are 0. Whoever made it may just be about to.";
inline constexpr char wanted_set_used[] =
    "The process that used its semaphore {semaphore} last lives. All processes that GETPID names "
    "have to be dead, and kill(pid, 0) says ESRCH of the dead only.";
inline constexpr char wanted_set_unused[] =
    "Nobody has used it yet: GETPID is 0 for each of its semaphores. Whoever made it may just be "
    "about to.";
inline constexpr char wanted_set_unreadable[] =
    "It may not be read, so nobody can know with GETPID who uses it. What sweep may not look at "
    "stays.";

inline constexpr char sweep_removed_wanted_note[] = "is not left behind";
inline constexpr char sweep_removed_wanted[] =
    "{call} removed the {object}, which is not left behind. {why}";
inline constexpr char sweep_set_not_asked_note[] = "semaphore not asked";
inline constexpr char sweep_set_not_asked[] =
    "{call} removed a set without a look at all of its semaphores. The process that used semaphore "
    "{semaphore} last lives, and no semctl asked who that is. Ask each semaphore of the set with "
    "GETPID.";

inline constexpr char left_segment[] = "Its creator is dead, and nobody has it attached.";
inline constexpr char left_queue[] =
    "Its last sender and its last receiver are dead. Whether messages are in it does not matter.";
inline constexpr char left_queue_never_received[] =
    "Its last sender is dead. Nobody has received yet, so msg_lrpid is 0, which is no process: "
    "then "
    "the sender alone decides. That messages are in it does not matter.";
inline constexpr char left_queue_never_sent[] =
    "Its last receiver is dead. Nobody has sent yet, so msg_lspid is 0, which is no process: then "
    "the receiver alone decides.";
inline constexpr char left_set[] = "All processes that GETPID names are dead.";
inline constexpr char sweep_left_behind[] =
    "sweep did not call IPC_RMID for the {object}, which is left behind. {why}";
inline constexpr char sweep_left_set[] =
    "sweep left the semaphore set {id}, although its users are dead. It did not ask semaphore "
    "{semaphore}, which names one of them. Ask each semaphore of the set with GETPID.";

inline constexpr char sweep_ended_by_refusal[] =
    "{call} failed with {error}, and this ended sweep. What it may not look at or remove stays, "
    "without an error. Go on with the next object.";
inline constexpr char sweep_other_kind[] =
    "{call} is about another kind of object: the {object} is left behind, and still there. "
    "Each kind has ids of its own. A {kind} is removed with {control}.";
inline constexpr char sweep_gave_id_as_key[] =
    "{call} got the id of the {object} in place of a key. sweep has the id already: give it "
    "to {control} as it is.";
inline constexpr char sweep_said_note[] = "said was: {said}";
inline constexpr char sweep_said_other_kind[] =
    "{call} removed an object, but sweep said \"{said}\" of it. It has to say \"{object}\": ids "
    "alone do not tell kinds apart.";
inline constexpr char sweep_said_refused[] =
    "{call} failed with {error}, but sweep said that it removed \"{said}\". Say so only after the "
    "removal has worked.";
inline constexpr char sweep_removed_unsaid_note[] = "not said";
inline constexpr char sweep_removed_unsaid[] =
    "{call} removed an object, but what sweep returned does not name \"{object}\". Each object "
    "that was removed has to be in it.";

// --- my_ipcs -----------------------------------------------------------------------------------

inline constexpr char shown_without_0x[] =
    "The key is shown as {shown}: the 0x in front is missing. It should be {wanted}.";
inline constexpr char shown_key_unpadded[] =
    "The key is shown as {shown}: the zeros in front are missing. A key has eight hexadecimal "
    "digits, {wanted}.";
inline constexpr char shown_owner_number[] =
    "The owner is shown as the number {shown}, but this user has a name: {wanted}. getpwuid finds "
    "it.";
inline constexpr char shown_perms_decimal[] =
    "perms is shown as {shown}, which is {wanted} in decimal. Permission bits are shown in octal.";
inline constexpr char shown_counts_swapped[] =
    "Two columns are swapped in the line of the id {id}: the one behind perms comes first. Look at "
    "the order of the columns in ipcs.";
inline constexpr char shown_without_dest[] =
    "The segment {id} is marked for removal, so its line has to end with dest, in the column "
    "status.";
inline constexpr char shown_nothing[] =
    "my-ipcs without an option has to show all three kinds, but its output is empty.";
inline constexpr char shown_one_option_only[] =
    "{option} was given, but no {kind} is shown, only another kind. Each option of the command "
    "line "
    "counts, not one of them only.";
inline constexpr char shown_unasked[] =
    "\"{request}\" also shows a {kind}, although its option was not given. Only without any option "
    "all kinds are shown.";
inline constexpr char listed_before_reading_all[] =
    "my-ipcs complained, but it listed objects, too. Where the command line is wrong nothing "
    "is shown. Read all of it first.";

// --- how the programs end ----------------------------------------------------------------------

inline constexpr char complained_on_stdout[] =
    "What is wrong stands on the standard output. Such a line belongs on the standard error "
    "(stderr, std::cerr).";
inline constexpr char complained_nowhere[] =
    "The exit status is right, but nobody learns what is wrong: a line on the standard error has "
    "to "
    "say it.";
inline constexpr char usage_status[] =
    "The command line \"{request}\" is wrong, and for this the exit status is 2. It was 1.";
inline constexpr char unknown_option_accepted[] =
    "\"{option}\" is none of -q, -m, -s, but my-ipcs ended with 0, as if all were well. A word "
    "that is no option makes the command line wrong: exit status 2.";
inline constexpr char nothing_to_do_accepted[] =
    "my-ipcrm was called without any words and ended with 0. An empty command line is a wrong one: "
    "exit status 2.";

// --- my_ipcrm ----------------------------------------------------------------------------------

inline constexpr char word_half_read_note[] = "not the whole word";
inline constexpr char word_half_read[] =
    "\"{wish}\": this word is no number as a whole, but it was read as one: {call}. atoi and "
    "std::stoi, for example, stop at the first letter. Test that nothing of the word is left.";
inline constexpr char argument_missing_accepted[] =
    "Nothing stands behind the last option {option}, so the command line is wrong. my-ipcrm ended "
    "with 0, as if this option were not there.";
inline constexpr char removed_before_reading_all_note[] = "too early";
inline constexpr char removed_before_reading_all[] =
    "{call} removed an object, and then my-ipcrm found that \"{wish}\" is wrong. Where the command "
    "line is wrong nothing is removed. Read all of it first.";
inline constexpr char wrong_word_accepted[] =
    "\"{wish}\" makes the command line wrong, but my-ipcrm ended with 0, as if all were well.";
inline constexpr char large_key_refused[] =
    "\"{wish}\" was refused without a call, but it is right. A KEY may be hexadecimal with 0x. "
    "From "
    "0x80000000 on it is too large for an int: std::stoi, for example, does not read it.";
inline constexpr char good_key_refused[] =
    "\"{wish}\" was refused without a call, but it is right. A KEY is decimal, or hexadecimal with "
    "0x.";
inline constexpr char right_line_refused[] =
    "The command line is right, but my-ipcrm refused it with the exit status 2. The key 0 is "
    "a KEY, too: nothing has it, which is a failure (1). And a KEY without 0x is decimal, as "
    "in \"{wish}\".";
inline constexpr char key_read_in_other_base_note[] = "read as hexadecimal";
inline constexpr char key_read_in_other_base[] =
    "\"{wish}\" was read as hexadecimal: {call}. But a KEY without 0x is decimal.";
inline constexpr char option_of_other_kind[] =
    "\"{wish}\" was asked for, but {call} is about another kind of object. -q and -Q are about "
    "queues, -m and -M about segments, -s and -S about semaphore sets.";
inline constexpr char key_option_takes_id[] =
    "\"{wish}\" gives a key, but {call} got it as an id. Large letters stand for keys, small ones "
    "for ids.";
inline constexpr char marked_is_no_failure[] =
    "{call} succeeded: the segment is still attached, and is marked for removal now. This is no "
    "failure, so the exit status is 0.";
inline constexpr char failure_not_in_status_note[] = "one failure";
inline constexpr char failure_not_in_status[] =
    "\"{wish}\" could not be removed, so the exit status is 1, whatever else works. But it was 0.";
inline constexpr char failure_or_option_forgotten[] =
    "\"{wish}\" names nothing that could be removed, so the exit status is 1, whatever else works. "
    "But it was 0. Was this failure forgotten, for example when a later removal worked? Or was "
    "this "
    "{option} forgotten because of another one?";
inline constexpr char stopped_at_failure_note[] = "the last one that was tried";
inline constexpr char stopped_at_failure[] =
    "\"{wish}\" could not be removed, and then my-ipcrm stopped. What stands behind it on the "
    "command line has to be removed all the same.";
inline constexpr char one_of_each_option[] =
    "No call was made for \"{wish}\", only for another {option}. Each option may be given several "
    "times.";

}  // namespace ipclab::diagnosis::words

#endif
