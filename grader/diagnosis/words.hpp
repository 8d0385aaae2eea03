/// @file
/// Every sentence that diagnosis says to a student, in one place, to be changed or translated.
/// Names in braces stand for what the rule puts in (fmt): a translation may move them about and
/// leave some out. Each sentence stands beside the note for the picture, a few words at the caret.
///
///     {function}  "open_or_create"        {call}   "msgget(0x00004c01, IPC_CREAT|0600)"
///     {error}     "EEXIST"                {id}, {key}, {mode}, {bits}: as ipcs shows them
#ifndef IPCLAB_DIAGNOSIS_WORDS_HPP
#define IPCLAB_DIAGNOSIS_WORDS_HPP

namespace ipclab::diagnosis::words {

// --- in the picture, where no rule says more ---------------------------------------------------

inline constexpr char expected_error[] = "expected: error {}";
inline constexpr char expected_answer[] = "expected: {}";
inline constexpr char expected_id[] = "expected: an id";
inline constexpr char expected_address[] = "expected: an address";
inline constexpr char expected_signal[] = "expected: the end by SIG{}";
inline constexpr char last_call[] = "the last call, and no answer after it";

// --- make_key: what ftok makes of a file and a number ----------------------------------------

inline constexpr char minus_one_as_key[] =
    "The answer is -1 (0xffffffff). ftok says with -1 that it failed, but for msgget this number "
    "is a key like any other. A refusal has to be thrown, not returned.";

inline constexpr char key_of_missing_file[] =
    "There is no file \"{path}\", and yet make_key answered a key. Did your code make the file? "
    "ftok only looks at files that are there. Its {error} is the right answer, so throw it.";

inline constexpr char proj_id_zero[] =
    "make_key accepted the proj_id 0. ftok does not refuse it, but the manual leaves it undefined. "
    "So test the number yourself: all but 1 to 255 are EINVAL.";
inline constexpr char proj_id_too_wide[] =
    "make_key accepted the proj_id {proj_id}. ftok does not refuse it, but it uses only the low 8 "
    "bits, as if you had passed {low}. So test the number yourself: all but 1 to 255 are EINVAL.";

inline constexpr char high_proj_id_refused[] =
    "make_key works for numbers below 128, but refuses the proj_id {proj_id} with EINVAL. All "
    "numbers from 1 to 255 are good ones. Their keys are negative from 128 on, and those are good, "
    "too.";
inline constexpr char negative_key_refused[] =
    "make_key works for numbers below 128, but fails for the proj_id {proj_id}. The highest bit of "
    "such a key is set, so it is negative as a number. Only -1 means that ftok failed.";

inline constexpr char path_not_followed[] =
    "The file \"{path}\" is there, but make_key answered ENOENT. It looked somewhere else. Pass "
    "the "
    "path to ftok as it is, with its directories: its last part alone, for example, names another "
    "file.";

inline constexpr char needs_no_reading[] =
    "The file \"{path}\" is there, but make_key answered EACCES. ftok does not open the file, so "
    "nobody has to be able to read it. Do not open it, either.";

inline constexpr char old_key[] =
    "The answer is the key of the file that was here before. \"{path}\" is another file now, with "
    "another inode, and so it has another key. Do not remember keys: ask ftok each time.";

inline constexpr char other_proj_id[] =
    "The highest 8 bits of a key are the proj_id. They should be {wanted} here, because the "
    "proj_id is {proj_id}, but they are {got}. So ftok got another number, or its result was "
    "changed.";
inline constexpr char key_lost_sign[] =
    "This is the right key but for its highest bit, which is missing. With a proj_id of 128 or "
    "more this bit is set, and the key is negative as a number. Pass proj_id on as it is, and "
    "answer the key as it is.";

inline constexpr char not_the_inode[] =
    "The low 16 bits of a key are those of the file's inode. Here they should be {wanted}, but "
    "they are {got}. So this is not what ftok makes of this file.";
inline constexpr char not_the_device[] =
    "Bits 16 to 23 of a key are those of the file's device. Here they should be {wanted}, but they "
    "are {got}. So this is not what ftok makes of this file.";

// --- the arguments of a call -----------------------------------------------------------------

inline constexpr char get_swapped[] =
    "{call} has its arguments in the wrong order. First comes the key, then the flags.";
inline constexpr char get_swapped_note[] = "flags first, key second";
inline constexpr char control_swapped[] =
    "{call} has its arguments in the wrong order. First comes the id, then the command IPC_RMID.";
inline constexpr char control_swapped_note[] = "command first, id second";

inline constexpr char flags_are_true[] =
    "msgget got the flags 1. This is what IPC_CREAT || mode gives: || and && answer true, 1. "
    "Flags are joined with a single |.";
inline constexpr char flags_are_true_note[] = "|| instead of |?";

inline constexpr char private_instead_of_key[] =
    "{function} called msgget with IPC_PRIVATE, and not with the key {asked}. Such a queue has no "
    "key, so no other process can find it. Pass the key on.";
inline constexpr char key_without_sign[] =
    "{function} was asked for the key {asked}, but msgget got {used}: the highest bit was cleared. "
    "Half of all keys have this bit set and are negative as numbers. Pass them on as they are.";
inline constexpr char key_shifted[] =
    "{function} was asked for the key {asked}, but msgget got {used}, which is the key {change}. "
    "Pass the key on as it is.";
inline constexpr char key_shortened[] =
    "{function} was asked for the key {asked}, but msgget got {used}: a part of its bits is lost. "
    "A key_t has 32 bits. Pass it on as it is.";
inline constexpr char key_changed[] =
    "{function} was asked for the key {asked}, but msgget got {used}. Pass the key on as it is.";
inline constexpr char mode_as_key[] =
    "msgget got the mode as its key: {used} is {mode}. First comes the key, then the flags, and "
    "the "
    "mode is one part of the flags.";
inline constexpr char key_note[] = "not the key {asked}";

inline constexpr char searches_by_id[] =
    "{function} tries one id after the other: {call}. Ids say nothing about keys, and queues come "
    "and go meanwhile. msgget finds the queue of a key in one call.";
inline constexpr char searches_by_id_note[] = "a guessed id";

inline constexpr char private_under_key[] =
    "create_private called msgget with the key {used}. Whoever uses this key finds the same queue, "
    "so it is not private. With the key IPC_PRIVATE each call makes a new queue without a key.";
inline constexpr char private_under_key_note[] = "not IPC_PRIVATE";

inline constexpr char other_kind_removed[] =
    "{call} is about a {kind}, which has an id of its own. A queue is removed with msgctl.";
inline constexpr char other_kind_removed_note[] = "not msgctl";

inline constexpr char id_taken_for_key[] =
    "remove gave its argument to msgget as a key: {call}. The argument is an id already. Give it "
    "to msgctl as it is.";
inline constexpr char id_taken_for_key_note[] = "this is an id";
inline constexpr char key_taken_for_id[] =
    "{call} got the key. msgctl wants the id: the number that msgget returned.";
inline constexpr char key_taken_for_id_note[] = "this is the key";
inline constexpr char other_id_removed[] =
    "remove was asked for the id {id}, but called {call}. IPC_RMID wants the id that was given.";
inline constexpr char other_id_removed_note[] = "not the id {id}";

// --- IPC_CREAT, IPC_EXCL and the rights that an opener asks for ------------------------------

inline constexpr char creat_missing[] =
    "No msgget of {function} had IPC_CREAT, so it could only look for a queue: {call} failed with "
    "ENOENT. With IPC_CREAT it makes one.";
inline constexpr char creat_missing_note[] = "no IPC_CREAT";
inline constexpr char excl_without_creat[] =
    "IPC_EXCL makes no queue. It means something only together with IPC_CREAT. So {call} only "
    "looked for a queue, and failed with ENOENT.";
inline constexpr char excl_without_creat_note[] = "without IPC_CREAT";

inline constexpr char excl_missing[] =
    "IPC_CREAT without IPC_EXCL opens the queue that has the key already, and {call} returned the "
    "id of that queue. With IPC_EXCL beside it, msgget fails with EEXIST.";
inline constexpr char excl_missing_note[] = "without IPC_EXCL it opens what is there";

inline constexpr char opened_after_eexist[] =
    "msgget said EEXIST, and then create opened the queue that was there: {call}. create makes a "
    "new queue or fails: throw the EEXIST.";
inline constexpr char opened_after_eexist_note[] = "opens somebody else's queue";

inline constexpr char creat_in_open[] =
    "open called msgget with IPC_CREAT. With this flag msgget makes the queue if there is none. "
    "open has to fail then: leave IPC_CREAT out.";
inline constexpr char creat_in_open_note[] = "makes a queue if there is none";

inline constexpr char asks_for_nothing[] =
    "{call} has no permission bits, so it asks for no rights, and msgget refuses nothing. Ask for "
    "what is needed, reading and writing: 0600.";
inline constexpr char asks_for_reading_only[] =
    "{call} asks for the right to read only. A queue that may be read and not written passes this "
    "test. Ask for reading and writing: 0600.";
inline constexpr char asks_for_writing_only[] =
    "{call} asks for the right to write only. A queue that may be written and not read passes this "
    "test. Ask for reading and writing: 0600.";
inline constexpr char asks_for_too_little_note[] = "the rights it asks for";

inline constexpr char asks_for_too_much[] =
    "The queue was there, and then the nine bits of msgget are the rights that you ask for. {bits} "
    "asks for more than reading and writing, so {call} failed with EACCES. To open, ask for 0600.";
inline constexpr char mode_as_rights[] =
    "{call} has IPC_CREAT without IPC_EXCL. The queue was there, so msgget opened it, and {bits} "
    "became the rights that you ask for: EACCES. Such a call cannot tell, either, whether it made "
    "the queue. Make it with IPC_CREAT|IPC_EXCL, and open it with 0600.";
inline constexpr char asks_for_too_much_note[] = "more rights than the queue gives";

inline constexpr char looks_with_rights[] =
    "{call} opens a queue that is there, and asks for rights, so it failed with EACCES. A key is "
    "taken whatever its queue permits. msgget with IPC_CREAT|IPC_EXCL says so: EEXIST.";
inline constexpr char looks_with_rights_note[] = "this opens";

// --- permission bits of a new queue ----------------------------------------------------------

inline constexpr char mode_missing[] =
    "{call} has no permission bits, so nobody may use the new {kind}. Its mode should be {mode}: "
    "join the mode to the flags.";
inline constexpr char mode_missing_note[] = "no mode";
inline constexpr char mode_decimal[] =
    "The bits {bits} are what the decimal number {decimal} gives. Modes are octal: in C++ they "
    "start with a 0. Pass on the mode that {function} gets, here {mode}.";
inline constexpr char mode_decimal_note[] = "decimal {decimal}";
inline constexpr char mode_umask[] =
    "{mode} was asked for, but {get} got {bits}: the bits of the process's umask were taken off. "
    "The umask is for files. A {kind} gets exactly the mode that was asked for.";
inline constexpr char mode_umask_note[] = "without the umask's bits";
inline constexpr char mode_other[] =
    "{function} was asked for the mode {mode}, but {get} got the bits {bits}. They become the "
    "{kind}'s mode as they are. Pass on the mode that {function} gets.";
inline constexpr char mode_other_note[] = "asked for: {mode}";

inline constexpr char mode_set_wrong[] =
    "{call} gave the new {kind} the mode {bits}, but {mode} was asked for. {get} alone can give a "
    "{kind} its mode.";
inline constexpr char mode_set_wrong_note[] = "asked for: {mode}";

inline constexpr char denied_by_own_mode[] =
    "{call} failed with EACCES because of the queue's mode. It has the bits {bits}, for it was "
    "made "
    "with {making}. So its owner may not both read and write.";
inline constexpr char denied_by_own_mode_note[] = "the queue has {bits}";

// --- what was answered, and what msgget returned ---------------------------------------------

inline constexpr char zero_taken_for_failure[] =
    "{call} returned 0, and {function} took this for a failure. 0 is an id like any other: only -1 "
    "means that the call failed.";
inline constexpr char zero_note[] = "a good id";
inline constexpr char zero_refused[] =
    "remove refused the id 0 without asking the kernel. 0 is an id like any other. Whether there "
    "is such a queue, only msgctl can say.";
inline constexpr char refused_unasked[] =
    "remove refused the id {id} without asking the kernel. Whether there is such a queue, only "
    "msgctl can say.";

inline constexpr char made_up_refusal[] =
    "{function} failed without calling msgget. Whether a key is taken now, and whether a queue can "
    "be had, only the kernel knows.";

inline constexpr char key_answered[] =
    "msgget returned the id {id}, but {function} answered {answer}, which is the key. The key "
    "finds a queue; the id is the number that all other calls want.";
inline constexpr char comparison_answered[] =
    "msgget returned the id {id}, but {function} answered {answer}. Look where this number comes "
    "from. In id = msgget(...) < 0, for example, the comparison comes first, and id gets its "
    "result, 0 or 1.";
inline constexpr char other_id_answered[] =
    "msgget returned the id {id}, but {function} answered {answer}. The kernel chooses the id: "
    "answer the number that msgget returned, and no fixed one.";
inline constexpr char id_cut_answered[] =
    "msgget returned the id {id}, but {function} answered {answer}: what is left of it in 16 bits, "
    "a "
    "short. An id is an int.";
inline constexpr char answered_note[] = "answered was {answer}";

inline constexpr char remembered_id[] =
    "{function} made no call for this request. Its answer, the id {answer}, is that of an earlier "
    "request. A queue can be removed and made anew with another id, so ask the kernel each time.";
inline constexpr char remembered_private[] =
    "create_private made no call for this request. Its answer, the id {answer}, is the queue of an "
    "earlier request. Each request has to make another queue, so call msgget each time (a static "
    "variable is set only once).";
inline constexpr char answered_without_call[] =
    "{function} answered the id {answer} without calling msgget. Only the kernel knows the ids of "
    "queues.";

inline constexpr char minus_one_answered[] =
    "{call} failed with {error} and returned -1, and {function} answered this -1 as an id. Compare "
    "the result with -1, and throw errno in a std::system_error.";
inline constexpr char negative_answered[] =
    "{call} failed with {error}, and {function} answered {answer} as an id. No id is negative. "
    "Throw errno in a std::system_error.";
inline constexpr char failed_note[] = "failed with {error}";
inline constexpr char answered_despite_failure[] =
    "No msgget of this request succeeded: {call} failed with {error}. And yet {function} answered "
    "the id {answer}. Throw errno in a std::system_error.";
inline constexpr char failure_swallowed[] =
    "{call} failed with {error}, but remove returned as if it had worked. Compare the result with "
    "-1, and throw errno in a std::system_error.";
inline constexpr char failed_after_removal[] =
    "The queue was removed, but then {call} failed with {error}, and remove reported this. When "
    "IPC_RMID has succeeded, nothing is left to do.";
inline constexpr char nothing_removed[] =
    "remove never called msgctl with IPC_RMID, so the queue is still there.";
inline constexpr char nothing_called[] =
    "remove made no call, so it cannot know whether the queue is gone. msgctl with IPC_RMID "
    "removes a queue, or says why not.";
inline constexpr char success_taken_for_failure[] =
    "{call} returned {id}: it worked, and no other IPC call failed. But {function} threw. Only -1 "
    "means that a call failed.";
inline constexpr char success_note[] = "this is a success";

// --- errors ----------------------------------------------------------------------------------

// What failed: the first sentence of those below.
inline constexpr char call_failed[] = "{call} failed with {error}.";
inline constexpr char ftok_failed[] = "For this path ftok fails with {error}.";

inline constexpr char process_ended[] =
    "{failed} Then the whole process ended (exit status {status}). A function must not end the "
    "program of its caller: throw a std::system_error with errno.";
inline constexpr char process_aborted[] =
    "{failed} Then the process was aborted (SIGABRT), as assert and abort do it, and an exception "
    "that "
    "leaves a thread or a noexcept function. A function must not end the program of its caller: "
    "throw a "
    "std::system_error with errno.";
inline constexpr char errno_zero[] =
    "{failed} But the exception carries 0, which means success. errno was cleared before it was "
    "read, or it was not read. Set errno to 0 before a call if you must, and never after it.";
inline constexpr char result_as_code[] =
    "{failed} But the exception carries -1. This result says only that the call failed. Why it "
    "failed stands in errno.";
inline constexpr char wrong_category[] =
    "{failed} The exception carries the right number, but in another category, where it does not "
    "mean an errno. Use std::generic_category() or std::system_category().";
inline constexpr char other_exception[] =
    "{failed} But the exception is no std::system_error, so the caller cannot read the errno from "
    "its code(). Throw std::system_error(errno, std::generic_category(), ...).";
inline constexpr char errno_replaced[] =
    "{failed} But the exception carries {other}. Either errno was read too late, when something "
    "else had changed it (printing can do that), or another number was put in its place. Read "
    "errno right after the call.";

inline constexpr char other_refusal_reported[] =
    "{call} failed with {error}, and this is what the caller has to learn. But {function} went on, "
    "and reported the {other} of a later call.";
inline constexpr char other_refusal_note[] = "this is the reason";

// --- races -----------------------------------------------------------------------------------

inline constexpr char gives_up_after_tries[] =
    "{function} gave up after {count} calls of msgget. Other processes may come between them any "
    "number of times. Only a call that succeeds, or another errno, may end the loop.";
inline constexpr char gives_up_note[] = "the last try";
inline constexpr char gives_up_on_eexist[] =
    "One call found no queue (ENOENT). Then {call} failed with EEXIST: another process had made "
    "it in between. That is no failure of {function}: open the queue now.";
inline constexpr char gives_up_on_enoent[] =
    "One call found the queue there (EEXIST). Then {call} failed with ENOENT: another process had "
    "removed it in between. That is no failure of {function}: start again from the beginning.";
inline constexpr char never_opens[] =
    "{call} failed with EEXIST: the queue is there. {function} has to open it then, with another "
    "msgget without IPC_CREAT.";

inline constexpr char look_then_make[] =
    "The first msgget said ENOENT, but before {call} another process made the queue. IPC_CREAT "
    "without IPC_EXCL then opened it, and open_or_create answered \"created\" for a queue of "
    "somebody else. With IPC_EXCL beside it, msgget says EEXIST.";
inline constexpr char creat_in_opening_part[] =
    "open_or_create wanted to open the queue, but {call} has IPC_CREAT. The queue was gone again, "
    "so this call made a new one, and nobody was told that it is the creator. Open without "
    "IPC_CREAT.";
inline constexpr char creat_in_opening_part_note[] = "made the queue";
inline constexpr char guess_from_status[] =
    "{call} does not say whether it made the queue or opened it, and nothing in IPC_STAT says it: "
    "others may use the queue meanwhile. Only IPC_CREAT|IPC_EXCL tells, in one call, who is the "
    "creator.";
inline constexpr char creator_unknown[] =
    "{call} does not say whether it made the queue or opened it, so open_or_create cannot know who "
    "is the creator. With IPC_CREAT|IPC_EXCL, success means \"made by me\", and EEXIST means "
    "\"open it\".";
inline constexpr char creator_unknown_note[] = "without IPC_EXCL it makes or opens";
inline constexpr char maker_told_opened[] =
    "{call} succeeded. With IPC_CREAT|IPC_EXCL this means that this call made the queue, but "
    "open_or_create answered \"opened\".";
inline constexpr char opener_told_created[] =
    "{call} has no IPC_CREAT, so it opened the queue of somebody else, but open_or_create answered "
    "\"created\".";
inline constexpr char word_note[] = "answered was \"{word}\"";

// --- loops and waits -------------------------------------------------------------------------

inline constexpr char removal_waits[] =
    "remove asks for the queue's state (IPC_STAT) again and again, and does not remove it. There "
    "is nothing to wait for: IPC_RMID removes a queue at once, with all messages in it.";
inline constexpr char waits_in_call[] =
    "{function} waits in {call}. No function of this lab has to wait for other processes.";
inline constexpr char waits_note[] = "it never gets beyond this call";
inline constexpr char retries_a_refusal[] =
    "{call} failed with {error}, and was tried again and again. In open_or_create only EEXIST and "
    "ENOENT are reasons to try again, because then another process was quicker. Throw every other "
    "error.";
inline constexpr char same_call_again[] =
    "{call} failed with {error}, and {function} made the same call again and again. It does not "
    "wait for other processes: throw the errno at once.";
inline constexpr char waits_for_the_queue[] =
    "{call} failed with ENOENT, and the same call was made again and again. It cannot make the "
    "queue. After ENOENT start again with the call that can, with IPC_CREAT|IPC_EXCL.";
inline constexpr char waits_for_the_key[] =
    "{call} failed with EEXIST, and the same call was made again and again. The queue is there: "
    "open it, with a call without IPC_CREAT.";
inline constexpr char again_note[] = "again and again";

// --- removing, leaving, and touching what is not meant ---------------------------------------

inline constexpr char made_for_a_moment[] =
    "open made a queue ({call}) and removed it again. In between every other process finds a queue "
    "that should not be there. To see whether there is one, msgget without IPC_CREAT is enough.";
inline constexpr char made_for_a_moment_note[] = "makes a queue for a moment";
inline constexpr char removed_own[] =
    "{function} answered the id {id}, but it had removed this queue itself: {call}. The queue has "
    "to stay. (If a destructor does this, it runs when the function returns.)";
inline constexpr char removed_own_note[] = "removes the new queue";
inline constexpr char removed_others[] =
    "{function} removed a queue that was there already: {call}. Somebody else may use it. Only "
    "remove takes queues away.";
inline constexpr char removed_others_note[] = "somebody else's queue";
inline constexpr char removed_afterwards[] =
    "The queue {id} was made as asked. But after {function} had answered, your program called "
    "{call}. A queue has to outlive its process: let no destructor, exit function or helper "
    "process remove it.";
inline constexpr char removed_afterwards_note[] = "after the answer";
inline constexpr char left_behind[] =
    "{call} failed with {error}, and {function} failed, too. But the queue {id}, which it had just "
    "made, was left behind. Remove it before you throw, or make it with one msgget that needs no "
    "second call.";
inline constexpr char left_behind_note[] = "the queue {id} stays";
inline constexpr char several_made[] =
    "{function} made {count} queues for one request, and left them all. The first one was made by "
    "{call}.";
inline constexpr char several_made_note[] = "one queue too many";
inline constexpr char message_sent[] =
    "{function} sent a message to the queue {id}. This lab sends nothing: a new queue is empty, "
    "and one that is there stays as it is.";
inline constexpr char message_sent_note[] = "sends a message";
inline constexpr char message_taken[] =
    "{function} took a message out of the queue {id}. A queue that is there stays as it is.";
inline constexpr char message_taken_note[] = "takes a message";
inline constexpr char changed_what_was_there[] =
    "{call} gave the queue {id} another mode, although it was there already. The mode is for a "
    "queue that is made here. One that is found keeps its own.";
inline constexpr char changed_what_was_there_note[] = "changes a queue that was there";
inline constexpr char needs_no_rights[] =
    "remove gave up because {call} failed with EACCES: it needs the right to read the queue. "
    "IPC_RMID looks at no permission bits, only at who owns the queue. So just call it.";
inline constexpr char needs_no_rights_note[] = "needs the right to read";

inline constexpr char child_left[] =
    "\"{request}\" started a child process that still runs, although the program has ended. A "
    "queue needs no process to keep it: it belongs to the kernel.";
inline constexpr char child_left_note[] = "still there at the end";

}  // namespace ipclab::diagnosis::words

#endif
