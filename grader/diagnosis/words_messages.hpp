/// @file
/// What the rules about messages say (lab 2): in one place, ready to be translated. {places} are
/// filled in.
#ifndef IPCLAB_DIAGNOSIS_WORDS_MESSAGES_HPP
#define IPCLAB_DIAGNOSIS_WORDS_MESSAGES_HPP

namespace ipclab::diagnosis::words {

// --- what is sent ----------------------------------------------------------------------------

inline constexpr char counts_the_type[] =
    "The text has {size} bytes, but msgsnd was told to send {told}: {more} more, as many as the "
    "long mtype has. msgsz counts the text only, without the type.";
inline constexpr char counts_the_zero[] =
    "The text has {size} bytes, but msgsnd was told to send {told}. One more is sent: for example "
    "the zero at the end of a C string. The length of the message is known without it.";
inline constexpr char ends_at_zero[] =
    "The text has {size} bytes, and a zero byte after {place} of them. msgsnd was told to send "
    "{told}: the length was taken up to the zero byte, as strlen does it. The text may hold any "
    "bytes: take its size.";
inline constexpr char sends_too_much[] =
    "The text has {size} bytes, but msgsnd was told to send {told}. The rest is what happens to "
    "lie in memory behind it. Send as many bytes as the text has.";
inline constexpr char sends_too_little[] =
    "The text has {size} bytes, but msgsnd was told to send only {told}.";
inline constexpr char size_note[] = "the text has {size} bytes";

inline constexpr char type_is_an_int[] =
    "{function} was asked for type {type}, but in memory msgsnd found {told}. Its lower half is "
    "right: the "
    "type is a long of {bytes} bytes, and only 4 of them were written, as of an int. What follows "
    "them counts as the rest of the type.";
inline constexpr char type_is_cut[] =
    "{function} was asked for type {type}, but in memory msgsnd found {told}: what is left of it "
    "in 32 "
    "bits, an int. The type of a message is a long.";
inline constexpr char other_type[] =
    "{function} was asked for type {type}, but msgsnd got the type {told}. It stands at the "
    "beginning of "
    "the struct, in a long.";
inline constexpr char type_note[] = "asked for: {type}";
inline constexpr char other_text[] =
    "msgsnd was given the right number of bytes, but not the text: behind the long mtype lies "
    "something else. The text itself has to follow at once: not a pointer to it, no std::string, "
    "and no padding in between.";
inline constexpr char other_text_note[] = "not the text that was asked for";
inline constexpr char sent_several[] =
    "{function} sent {count} messages for one request. One call of msgsnd that succeeds is enough.";
inline constexpr char sent_several_note[] = "one message too many";

inline constexpr char nothing_sent[] =
    "{function} made no msgsnd. Whether there is room, and whether a message may be sent, only "
    "msgsnd itself can say: others use the queue meanwhile.";
inline constexpr char looked_only_note[] = "it looked only";
inline constexpr char sent_despite_failure[] =
    "{call} failed with {error}, but {function} answered \"sent\". Compare the result with -1.";
inline constexpr char full_is_a_failure[] =
    "{call} failed with EAGAIN: the queue is full. This is no failure of try_send, which has to "
    "answer false then.";
inline constexpr char every_failure_is_full[] =
    "{call} failed with {error}, and try_send said that the queue is full. Only EAGAIN means this. "
    "Throw every other errno.";

// --- what is received ------------------------------------------------------------------------

inline constexpr char type_of_choice_ignored[] =
    "{function} was asked for type {type}, but msgrcv got 0, which takes the oldest message of any "
    "type.";
inline constexpr char sign_dropped[] =
    "{function} was asked for type {type}, but msgrcv got {told}. The sign has a meaning: a "
    "negative "
    "type takes the lowest type up to its absolute value.";
inline constexpr char wanted_type_cut[] =
    "{function} was asked for type {type}, but msgrcv got {told}: what is left of it in 32 bits, "
    "an "
    "int. The type of a message is a long.";
inline constexpr char takes_any_other[] =
    "{call} has MSG_EXCEPT: it takes the oldest message of any type but this one.";
inline constexpr char other_wanted_type[] =
    "{function} was asked for type {type}, but msgrcv got the type {told}.";
inline constexpr char room_too_small[] =
    "{call} has room for {room} bytes only, and so it refused a longer message with E2BIG. The "
    "caller takes up to {size} bytes.";
inline constexpr char room_counts_the_type[] =
    "The caller takes {size} bytes of text, but msgrcv was told that there is room for {room}: "
    "more "
    "by the long mtype. msgsz counts the text only, so msgrcv may write behind the buffer, and "
    "takes "
    "messages that are too long.";
inline constexpr char room_too_large[] =
    "The caller takes at most {size} bytes of text, but msgrcv was told that there is room for "
    "{room}. So it takes a message that is too long, where it should say E2BIG and leave it.";
inline constexpr char room_note[] = "wanted are {size} bytes";
inline constexpr char cuts[] =
    "{call} has MSG_NOERROR: it cuts a message that is too long, and the rest is lost. Without "
    "this "
    "flag it says E2BIG, and the message stays.";
inline constexpr char does_not_cut[] =
    "{call} failed with E2BIG: the message is longer than the room. receive_truncated takes its "
    "first bytes all the same: that is what MSG_NOERROR is for.";
inline constexpr char length_ignored[] =
    "msgrcv returned {length}: so many bytes of text the message has. But {function} answered "
    "{answered} bytes. What lies behind the first {length} is not of this message.";
inline constexpr char answer_ends_at_zero[] =
    "msgrcv returned {length}: so many bytes of text the message has, with a zero byte after "
    "{answered} of them. {function} answered only those in front of it, as functions for C strings "
    "do. Use the length that msgrcv returns.";
inline constexpr char answer_too_short[] =
    "msgrcv returned {length}: so many bytes of text the message has. But {function} answered only "
    "{answered} of them.";
inline constexpr char answer_differs[] =
    "msgrcv got {length} bytes of text, but {function} answered others. The text begins right "
    "behind the long mtype.";
inline constexpr char type_answered[] =
    "msgrcv got a message of type {told}, but {function} answered the type {answered}. msgrcv "
    "writes "
    "the message's own type into the long at the beginning.";
inline constexpr char length_note[] = "{length} bytes of text";
inline constexpr char nothing_is_a_failure[] =
    "{call} failed with ENOMSG: there is no such message now. This is no failure of try_receive, "
    "which has to return nothing then.";
inline constexpr char every_failure_is_nothing[] =
    "{call} failed with {error}, and try_receive answered that there is no message. Only ENOMSG "
    "means this. Throw every other errno.";
inline constexpr char message_despite_failure[] =
    "{call} failed with {error}, but {function} answered a message. When msgrcv returns -1, "
    "nothing "
    "was received.";
inline constexpr char nothing_asked[] =
    "{function} made no msgrcv. Whether there is a message that fits, only msgrcv itself can say.";
inline constexpr char looks_then_takes[] =
    "{function} looks at a message first ({call}) and takes one in another call. Between the two, "
    "another process may take it: then two processes have the same message, or one waits for what "
    "is gone. One msgrcv does both in one step.";
inline constexpr char looks_note[] = "looks only";
inline constexpr char puts_back[] =
    "{function} took a message and sent it back: {call}. Others see the queue without it "
    "meanwhile, "
    "and it comes to lie behind all others. With msgtyp, msgrcv takes only what fits.";
inline constexpr char puts_back_note[] = "sends it back";
inline constexpr char received_several[] =
    "{function} took {count} messages out of the queue for one request. The others are lost.";
inline constexpr char received_several_note[] = "the first one";
inline constexpr char thrown_after_success[] =
    "{call} returned {length}: it worked. But {function} threw.";
inline constexpr char success_note_of_message[] = "this is a success";

// --- waiting ---------------------------------------------------------------------------------

inline constexpr char gives_up_on_signal[] =
    "{call} was interrupted by a signal handler (EINTR): nothing was sent or received. {function} "
    "gave up then. Make the same call again, for as long as it fails with EINTR.";
inline constexpr char signal_taken_for_success[] =
    "{call} was interrupted by a signal handler (EINTR), and {function} answered as if it had "
    "worked. Make the same call again.";
inline constexpr char asks_again_and_again[] =
    "{function} asks again and again: {call} fails with {error} each time. Without IPC_NOWAIT the "
    "kernel lets the process sleep in this call, and wakes it in time.";
inline constexpr char again_and_again_note[] = "again and again";
inline constexpr char retries_what_stays_wrong[] =
    "{call} failed with {error}, and {function} tried again and again. Only EINTR is a reason to "
    "make the same call again. Throw every other errno.";
inline constexpr char does_not_wait[] =
    "{call} has IPC_NOWAIT, so it failed with {error} at once. {function} has to wait: without "
    "this "
    "flag the kernel lets the process sleep until it can go on.";
inline constexpr char nowait_note[] = "does not wait";
inline constexpr char waits_in_try[] =
    "{function} waits in {call}. With IPC_NOWAIT it would fail with {error} instead.";
inline constexpr char waits_note_without[] = "without IPC_NOWAIT";
inline constexpr char sleeps_and_looks[] =
    "{function} sleeps for a time of its own choice and then looks again. Nobody wakes it when "
    "there "
    "is something to do. msgsnd and msgrcv wait by themselves.";

// --- the server ------------------------------------------------------------------------------

inline constexpr char server_shares_the_queue[] =
    "{call} has no IPC_EXCL, so the second server opened the queue of the first one, in place of "
    "being refused. Only IPC_CREAT|IPC_EXCL tells that the key is taken.";
inline constexpr char creat_note_without_excl[] = "without IPC_EXCL";
inline constexpr char server_queue_mode[] =
    "{call} gives the queue the mode {told}, but it is for the server's own user alone: 0600.";
inline constexpr char server_stopped_by_client[] =
    "{call} failed with {error}: this client cannot be answered. The server ended then. That is "
    "one "
    "client's trouble: drop the reply and go on.";
inline constexpr char server_stopped_by_request[] =
    "The server ended after it had received {request}, which is no request of this protocol. Drop "
    "such a message and go on.";
inline constexpr char server_waits_for_client[] =
    "The server waits in {call}: the queue of this client is full. Everybody else waits with it. "
    "Send with IPC_NOWAIT, and drop the reply where there is no room.";
inline constexpr char replies_to_itself[] =
    "The request {request} wants the reply in queue {queue}, but the server sent it to its own "
    "queue: {call}.";
inline constexpr char replies_swapped[] =
    "The request {request} wants the reply in queue {queue} with type {type}. The server has mixed "
    "up the two numbers: {call}.";
inline constexpr char replies_to_other_queue[] =
    "The request {request} wants the reply in queue {queue}, but it was sent to another one: "
    "{call}.";
inline constexpr char replies_with_other_type[] =
    "The request {request} wants a reply of type {type}, but it was sent with type {told}. The "
    "client waits for its own type.";
inline constexpr char reply_is_cut[] =
    "The request {request} has a question of {size} bytes, but the reply has {told}. A question "
    "may "
    "hold any bytes, blanks and zero bytes, too, and every one of them is answered.";
inline constexpr char reply_differs[] =
    "The reply to {request} has the right length, but other bytes than it should have. Only the "
    "letters a to z change: for a byte above 127, for example, toupper is not made.";
inline constexpr char no_reply[] =
    "The server received {request} and sent no reply. Every request gets one, also one with an "
    "empty "
    "question.";
inline constexpr char reply_note[] = "the reply";
inline constexpr char request_note[] = "the request";
inline constexpr char no_reply_note[] = "no reply follows";
inline constexpr char requests_not_taken[] =
    "{call} takes only messages of some types. Others stay in the queue for ever: the server has "
    "to "
    "take them out and drop them.";
inline constexpr char removes_clients_queue[] =
    "The server removed queue {queue}, which it has not made: {call}. Whoever made it still uses "
    "it.";
inline constexpr char removed_others_queue_note[] = "somebody else's queue";
inline constexpr char takes_some_note[] = "only these";
inline constexpr char worker_note[] = "not the process that made it";
inline constexpr char too_early_note[] = "requests are still there";
inline constexpr char queue_is_left[] =
    "The server ended without removing its queue: there is no msgctl with IPC_RMID. A queue "
    "outlives "
    "its process.";
inline constexpr char killed_by_sigterm[] =
    "SIGTERM killed the server: where no handler is set, that is what this signal does. So nobody "
    "answered what was asked, and nobody removed the queue.";
inline constexpr char sigterm_ignored[] =
    "SIGTERM changed nothing: the server waits in {call} as before, and no handler ran that could "
    "have woken it. A signal that is ignored or blocked ends no wait.";
inline constexpr char sigterm_lost[] =
    "SIGTERM came and its handler ran, but the server waits in {call}, and nothing ends this wait. "
    "A flag that a handler sets has to be looked at before each wait, and a signal that comes "
    "right "
    "after the look is too late for that: let the handler also send a message to the own queue, "
    "for "
    "example.";
inline constexpr char sigterm_note[] = "it waits as if nothing had happened";
inline constexpr char removed_twice[] =
    "The server asked {count} times for the removal of its queue; the first one worked. For "
    "example "
    "it is removed by hand and again by a destructor, or once in each process after fork.";
inline constexpr char removed_twice_note[] = "once more";
inline constexpr char worker_removes[] =
    "A process that the server started removed the queue: {call}. A copy of an object that owns "
    "the "
    "queue has a destructor, too. The one who made the queue removes it.";
inline constexpr char ended_untold[] =
    "The server ended, though nobody had told it to: it got neither an end-of-work message nor "
    "SIGTERM. Until then it waits for requests, also when its queue is empty.";
inline constexpr char ends_too_early[] =
    "The server ended while requests lay in its queue: it took {received} of {sent}. When it is "
    "told "
    "to end, it first takes and answers everything that lies there, and only then removes the "
    "queue.";
inline constexpr char exit_status[] =
    "The server ended with the exit status {status}. Told to end, it answers with 0; an exception "
    "that "
    "leaves serve gives 1.";

}  // namespace ipclab::diagnosis::words

#endif
