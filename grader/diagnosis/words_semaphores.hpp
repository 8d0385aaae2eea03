/// @file
/// What the rules about semaphores say (lab 5): in one place, ready to be translated. {places} are
/// filled in. {Who} and {who} are processes: "A" as in the schedule, or "process 1".
#ifndef IPCLAB_DIAGNOSIS_WORDS_SEMAPHORES_HPP
#define IPCLAB_DIAGNOSIS_WORDS_SEMAPHORES_HPP

namespace ipclab::diagnosis::words {

inline constexpr char process[] = "process {number}";
inline constexpr char byte[] = "byte {offset} of the segment";

// --- opening a set ---------------------------------------------------------------------------

inline constexpr char eexist_is_no_failure[] =
    "{call} failed with EEXIST: somebody else has made it already. This is no failure of "
    "{function}: open it then, without IPC_CREAT|IPC_EXCL.";
inline constexpr char eexist_is_no_failure_note[] = "it is there already";
inline constexpr char creates_nothing[] =
    "{call} failed with ENOENT: there is none yet. Who comes first makes it: with "
    "IPC_CREAT|IPC_EXCL.";
inline constexpr char creates_nothing_note[] = "without IPC_CREAT";
inline constexpr char private_set[] =
    "{call} makes a new object each time, which nobody else can find. Use the key that {function} "
    "was given.";
inline constexpr char other_key[] =
    "{function} was asked for the key {key}, but it called {call}. Pass the key on as it is.";
inline constexpr char other_key_note[] = "another key";
inline constexpr char mode_of_object[] =
    "{call} gives it the mode {told}, but it is for its own user alone: 0600.";
inline constexpr char count_of_locks[] =
    "open_locks was asked for {wanted} locks, but {call} makes {told} semaphores. Each lock is a "
    "semaphore of its own.";
inline constexpr char count_note[] = "wanted: {wanted}";
inline constexpr char set_too_small[] =
    "{call} failed with EFBIG: the set has fewer semaphores than this. They are counted from 0, "
    "and "
    "semget says how many there are.";
inline constexpr char not_opened[] =
    "{function} answered without a call of {get}. The key finds it: {get} with the key that was "
    "given.";

inline constexpr char never_valued[] =
    "Semaphore {number} of the set was never given a value. Linux makes it 0, and who lowers it "
    "waits until somebody raises it. Who makes the set gives every semaphore its first value.";
inline constexpr char never_valued_note[] = "its value is 0";
inline constexpr char zero_gives_no_value[] =
    "{call} gives semaphore {number} of the set no value: the sem_op 0 waits until it is 0, and "
    "changes nothing. Linux makes it 0, and who lowers it waits until somebody raises it. A first "
    "value is given by raising it: sem_op 1 for a lock.";
inline constexpr char zero_gives_no_value_note[] = "raises nothing";
inline constexpr char first_value_failed[] =
    "{call} failed with {error}, so semaphore {number} of the set has no first value: Linux makes "
    "it 0. Compare the result of semctl with -1. SETVAL and SETALL want a fourth argument, the "
    "union semun.";
inline constexpr char first_value[] =
    "{call} gives semaphore {number} of the set the value {value}. A lock that is free has the "
    "value 1.";
inline constexpr char first_value_of_slots[] =
    "{call} gives semaphore {number} of the set the value {value}, but the buffer has {slots} free "
    "slots at first.";
inline constexpr char first_value_note[] = "not {wanted}";

inline constexpr char value_by_newcomer[] =
    "{call}: {who} set semaphore {number} of the set while {other} had it, so that a second "
    "process got in. {Who} had not made the set. Only the one who made it gives values, and "
    "IPC_CREAT|IPC_EXCL tells who that is.";
inline constexpr char value_too_late[] =
    "{call}: {who} made the set, but set semaphore {number} when {other} had it already, so that a "
    "second process got in. Only one process may give the values, before anybody can take a lock.";
inline constexpr char value_note[] = "{other} has it";
inline constexpr char count_by_newcomer[] =
    "{call}: {who} set the values again when it opened what was there already, whatever had "
    "happened to them. Only the one who made the set gives values, and IPC_CREAT|IPC_EXCL tells "
    "who that is.";
inline constexpr char count_too_late[] =
    "{call}: {who} gave the set these values when {other} had used it already. Only one process "
    "may "
    "give the values, before anybody can use the set.";
inline constexpr char value_again_note[] = "in use already";
inline constexpr char raised_by_two[] =
    "Semaphore {number} of the set got its first value twice: {other} had given it, and {who} "
    "raised it once more ({call}). So two processes can have it at the same time. Only the one who "
    "made the set may do that.";
inline constexpr char raised_after_look[] =
    "{Who} looked with GETVAL, found semaphore {number} of the set at 0, and raised it: {call}. "
    "But "
    "0 does not mean that it has no value yet: {other} gave it one in between, or had lowered it. "
    "Only the one who made the set gives values.";
inline constexpr char raised_note[] = "once more";
inline constexpr char waits_for_otime[] =
    "{function} looks again and again ({call}) until sem_otime is not 0. But SETVAL and SETALL do "
    "not change sem_otime, only semop does. The maker has to give the values by semop, or do one "
    "after that.";
inline constexpr char waits_for_otime_note[] = "sem_otime stays 0";

inline constexpr char waits_for_value[] =
    "{function} looks again and again ({call}) until the value is not 0. But it is 0 also while "
    "somebody has the lock. Nobody has to wait here: semop waits by itself where a lock is not "
    "ready yet.";
inline constexpr char waits_for_value_note[] = "0 while somebody has it";

// --- locks -----------------------------------------------------------------------------------

inline constexpr char no_lowering[] =
    "{function} answered \"{answer}\", but it made no semop that lowers semaphore {number} of the "
    "set. Only semop looks and lowers in one step, and waits at 0.";
inline constexpr char no_lowering_note[] = "no semop";
inline constexpr char lowers_in_two_steps[] =
    "{function} looks at the value and sets it in two calls ({call}). Between the two another "
    "process may do the same. semop with -1 does both in one step, and waits at 0.";
inline constexpr char two_steps_note[] = "in two steps";
inline constexpr char other_semaphore[] =
    "\"{request}\" is about semaphore {number} of the set, but the call is about another one: "
    "{call}.";
inline constexpr char other_semaphore_of_guard[] =
    "{function} is about semaphore {number} of the set, as the Guard was told, but the call is "
    "about another one: {call}.";
inline constexpr char other_semaphore_note[] = "not semaphore {number}";
inline constexpr char only_waits_for_zero[] =
    "{call} has the sem_op 0: it waits until semaphore {number} is 0, and changes nothing. To take "
    "a lock is to lower it: sem_op -1, which waits while it is 0.";
inline constexpr char only_waits_for_zero_note[] = "waits for 0";
inline constexpr char raises_in_place_of_lowering[] =
    "{call} raises semaphore {number}, and never waits. To take a lock is to lower it: sem_op -1.";
inline constexpr char raises_note[] = "raises";
inline constexpr char lowers_in_place_of_raising[] =
    "{call} lowers semaphore {number} once more. To give a lock back is to raise it: sem_op 1.";
inline constexpr char lowers_note[] = "lowers";
inline constexpr char not_given_back[] =
    "{Who} answered \"{answer}\" to \"{request}\", but made no semop that raises semaphore "
    "{number} of the set. So it still counts as taken.";
inline constexpr char not_given_back_note[] = "semaphore {number} stays at 0";
inline constexpr char kept_by_function[] =
    "{Who} lowered semaphore {number} of the set in \"{request}\", answered \"{answer}\", and "
    "never raised it. Every way out of {function} has to give it back; a Guard does that by "
    "itself.";
inline constexpr char kept_note[] = "never raised again";
inline constexpr char raised_too_often[] =
    "{Who} raised semaphore {number} of the set too often in \"{request}\": {call}. Now two can "
    "have it at the same time. What is lowered by one is raised by one.";
inline constexpr char raised_too_often_note[] = "once too often";
inline constexpr char gives_back_at_once[] =
    "{call} gives the lock back before {function} has returned. The constructor of Guard only "
    "takes it; a second Guard that ends there, a copy for example, gives it back, too.";
inline constexpr char gives_back_note[] = "too early";

inline constexpr char interrupted_is_no_lock[] =
    "{call} was interrupted by a signal (EINTR): it lowered nothing. But {function} went on as if "
    "it had. Make the same call again for as long as it fails with EINTR.";
inline constexpr char gives_up_when_interrupted[] =
    "{call} was interrupted by a signal (EINTR), and {function} gave up. Make the same call again "
    "for as long as it fails with EINTR.";
inline constexpr char interrupted_note[] = "EINTR";
inline constexpr char semop_does_not_wait[] =
    "{call} has IPC_NOWAIT, so it failed with EAGAIN at once. {function} has to wait: without this "
    "flag the process sleeps in semop until it can go on.";
inline constexpr char semop_polls[] =
    "{function} asks again and again: {call} fails with EAGAIN each time. Without IPC_NOWAIT the "
    "process sleeps in semop, and is woken in time.";
inline constexpr char semop_polls_in_time[] =
    "{function} gives up and asks again: {call} fails with EAGAIN each time its time is up. "
    "Without a time-out the process sleeps in semop, and is woken in time.";
inline constexpr char polls_note[] = "again and again";
inline constexpr char looks_again_and_again[] =
    "{function} looks again and again: {call}. Nobody wakes a process that looks. semop with -1 "
    "sleeps until the semaphore can be lowered.";
inline constexpr char locks_again_and_again[] =
    "{function} takes a lock, looks, and gives it back, again and again ({call}). A semaphore "
    "that counts what there is lets it sleep in semop until there is something.";
inline constexpr char retries_a_failure[] =
    "{call} failed with {error}, and {function} tried again and again. Only EINTR is a reason to "
    "make the same call again. Throw every other errno.";
inline constexpr char naps[] =
    "{function} sleeps for a time of its own choice and then looks again. Nobody wakes it when "
    "there is something to do. semop waits by itself.";
inline constexpr char waits_in_futex[] =
    "{Who} waits in futex, as a std::mutex or a std::condition_variable does, and not in semop. A "
    "std::mutex is for the threads of one process. And who is killed with a mutex in hand never "
    "unlocks it, which SEM_UNDO would do.";
inline constexpr char failed_without_a_word[] =
    "{call} failed with {error}, but {function} answered \"{answer}\". Compare the result with -1, "
    "and throw errno in a std::system_error.";
inline constexpr char not_removed[] =
    "{function} answered \"{answer}\", but it never called {control} with IPC_RMID.";

inline constexpr char killed_with_lock[] =
    "{Who} ended with semaphore {number} of the set, which it had lowered without SEM_UNDO: "
    "{call}. So nobody raises it again. With SEM_UNDO the kernel does that when a process ends.";
inline constexpr char without_undo_note[] = "without SEM_UNDO";
inline constexpr char undone_too_much[] =
    "{Who} lowered semaphore {number} of the set with SEM_UNDO and raised it without. So when it "
    "ended, the kernel raised it once more, and now two can have it. Both need the same flag.";
inline constexpr char undone_too_little[] =
    "{Who} lowered semaphore {number} of the set without SEM_UNDO and raised it with it. So when "
    "it ended, the kernel lowered it again, and now nobody can have it. Both need the same flag.";
inline constexpr char undone_by_kernel_note[] = "not the same flag";
inline constexpr char first_value_undone[] =
    "{Who} gave semaphore {number} of the set its first value by a semop with SEM_UNDO: {call}. So "
    "when it ended, the kernel took this value away. It has to stay: no SEM_UNDO here.";
inline constexpr char first_value_undone_note[] = "undone at the end";

inline constexpr char guard_aborts[] =
    "{call} failed with {error}, and this was thrown out of ~Guard. A destructor that throws ends "
    "the program with SIGABRT. Catch it there: where the locks are gone nobody waits.";
inline constexpr char used_after_detach[] =
    "{function} called shmdt, and then it was killed by SIGSEGV: what was attached cannot be used "
    "any more after that. Detach last.";
inline constexpr char used_after_detach_note[] = "detached from here on";

// --- who waits for whom ----------------------------------------------------------------------

inline constexpr char deadlock[] =
    "{Who} has semaphore {has} of the set and waits for semaphore {wants}; {other} has semaphore "
    "{wants} and waits for semaphore {has}. Neither ever goes on. Take both in one semop, or "
    "always in the same order.";
inline constexpr char deadlock_note[] = "{other} has it, and waits, too";
inline constexpr char waits_with_lock[] =
    "{Who} has semaphore {has} of the set while it waits for semaphore {wants} to be raised. "
    "{Other} has to take semaphore {has} for that, so both wait for ever. Wait first for what "
    "counts, and take the lock last, or do both in one semop.";
inline constexpr char waits_with_lock_note[] = "waits with semaphore {has} in hand";
inline constexpr char waits_for_itself[] =
    "{function} lowered semaphore {number} of the set ({call}), and now it waits to lower it once "
    "more. A semaphore does not know who has it: whoever has it already waits for ever.";
inline constexpr char waits_for_itself_note[] = "it has this one already";

// --- the bank: who touches what with which lock ----------------------------------------------

inline constexpr char without_lock[] =
    "{Who} reads {what} and writes it later, and in between {other} writes it, too: that change is "
    "lost. {function} makes no semop at all. Lower a semaphore before the read, raise it after the "
    "write.";
inline constexpr char read_before_lock[] =
    "{Who} reads {what} while it has no semaphore: its semop comes after that. What {other} writes "
    "in between is lost when {who} writes. First the semop, then the read.";
inline constexpr char written_after_lock[] =
    "{Who} reads {what}, raises the semaphore, and only then writes. What {other} writes in "
    "between is lost. Write first, then raise.";
inline constexpr char outside_of_lock[] =
    "{Who} reads and writes {what} while it has no semaphore: its semops come before or after "
    "that. What {other} writes in between is lost.";
inline constexpr char given_back_between[] =
    "{Who} reads {what}, gives its semaphore back, takes it again, and only then writes. What "
    "{other} writes in between is lost. Keep it from the read to the write.";
inline constexpr char other_without_lock[] =
    "{Other} writes {what} while it has no semaphore, in the middle of what {who} does with it "
    "under a lock. A lock keeps only those out who take it, too.";
inline constexpr char different_locks[] =
    "{Who} has semaphore {first} of the set when it changes {what}, and {other} has semaphore "
    "{second}. Only one and the same semaphore keeps the other one out.";
inline constexpr char looked_before_lock[] =
    "{Who} looks whether there is enough in {what} while it has no semaphore. When it has lowered "
    "one, the balance is another: {other} has changed it. Look after the semop.";
inline constexpr char looks_without_lock[] =
    "{Who} reads {what} while it has no semaphore, in the middle of a transfer: {other} has "
    "changed one balance and not yet the other one. statement has to lock all accounts first.";
inline constexpr char lock_by_lock[] =
    "{Who} gives semaphore {number} of the set back before it has read all balances. In between "
    "{other} moved money from an account that was read to one that was not, or the other way "
    "round. Lock all accounts first, then read.";
inline constexpr char transfer_in_two_halves[] =
    "{Who} changes {what}, and has no semaphore that it also has when it changes {what_else}. In "
    "between the money is in neither or in both, and {other} sees it. Keep both accounts locked "
    "from the first change to the last one.";
inline constexpr char statement_locks_others[] =
    "{Who} changes {what} and {what_else} while {other} reads them: they do not have one "
    "semaphore in common that keeps {other} out. statement and transfer have to lower the same "
    "ones.";

// --- the bank: transfers that were cut short -------------------------------------------------

inline constexpr char nothing_noted[] =
    "{Who} was killed between its two changes, and before the first one it had written no note. So "
    "nobody can know what is left to do. Write notes first. (If your code does: a compiler may "
    "move or drop plain writes. std::atomic_ref keeps them.)";
inline constexpr char other_note_read[] =
    "{Who} was killed between its two changes, and had not written {note}, at which {other} looks. "
    "So nobody can see that a transfer was cut short. Write this note before the first change. (If "
    "your code does: a compiler may move or drop plain writes. std::atomic_ref keeps them.)";
inline constexpr char note_cleared_early[] =
    "{Who} cleared its note, and was killed before it changed the second balance. The note has to "
    "stay until after the last change.";
inline constexpr char notes_not_read[] =
    "{Who} had written notes before it was killed, but {other} read none of them in \"{request}\". "
    "Whoever has locked an account has to look for a transfer that was cut short.";
inline constexpr char repaired_too_late[] =
    "{Who} changed {what} before it looked at the notes of the transfer that was cut short. Put "
    "things in order first, right after the lock.";
inline constexpr char done_twice[] =
    "{Who} changed {what} by {amount} again, which the killed process had done already. Write into "
    "the notes what the balances were, or shall be: then it does no harm to write them twice.";

// --- the bank: the end -----------------------------------------------------------------------

inline constexpr char stays_attached[] =
    "{function} made no shmdt: the process stays attached, and shm_nattch never falls to 0.";
inline constexpr char asks_before_detach[] =
    "{call} asks how many have the segment attached before the process itself has detached it. Two "
    "who close at the same time both see 2, and neither removes it. First shmdt, then IPC_STAT.";
inline constexpr char asks_before_note[] = "before shmdt";
inline constexpr char never_asks[] =
    "The last close_bank made no call with IPC_RMID, and none with IPC_STAT that could tell it "
    "that it was the last one. shm_nattch says how many have the segment attached.";
inline constexpr char counts_by_itself[] =
    "{Who} was killed, and so it never counted itself out. The kernel does count: shm_nattch says "
    "how many have the segment attached, those that were killed left out.";
inline constexpr char one_of_two_left[] =
    "{function} removed the {removed} ({call}), but not the {left}. Each needs its own call with "
    "IPC_RMID: {control}.";
inline constexpr char one_of_two_note[] = "only the {removed}";
inline constexpr char removed_in_use[] =
    "{call}: {who} removed it in \"{request}\" while {other} had the bank open. Only the last one "
    "who closes it may: shm_nattch is 0 then.";
inline constexpr char removed_in_use_note[] = "others still use it";
inline constexpr char removed_by_other[] =
    "{call} failed with {error}, because {other} closed the bank at the same time and has just "
    "removed it. This is no failure of close_bank.";

// --- the buffer ------------------------------------------------------------------------------

inline constexpr char nothing_counts[] =
    "{function} answered \"{answer}\" without lowering a semaphore that counts {what}, so it does "
    "not wait where there are none.";
inline constexpr char free_slots[] = "the free slots";
inline constexpr char values[] = "the values";
inline constexpr char no_lock_in_buffer[] =
    "{Who} is in the middle of {function} when {other} changes {what}, which {who} has read or "
    "written: {who} has no semaphore then that keeps others out. The two that count do not do "
    "that. A third one has to.";
inline constexpr char unlocked_in_buffer[] =
    "{Who} reads or writes {what} while it has no semaphore that keeps others out, and {other} "
    "changes it in the middle of {function}. Lock before the first look, and until all is done.";
inline constexpr char other_unlocked_in_buffer[] =
    "{Other} changes {what} while it has no semaphore that keeps others out, in the middle of what "
    "{who} does with it under a lock. A lock keeps only those out who take it, too.";
inline constexpr char counted_too_early[] =
    "{Who} raises semaphore {number} of the set before it {does} {what}. {Other} goes on from "
    "there, too early. Raise it when all is done.";
inline constexpr char writes[] = "writes";
inline constexpr char reads[] = "reads";
inline constexpr char counting_undone[] =
    "{call} has SEM_UNDO on semaphore {number} of the set, which counts. {Who} ended, and the "
    "kernel took its count back, although what it had put or taken stays. SEM_UNDO belongs to the "
    "lock only.";
inline constexpr char counting_undone_note[] = "SEM_UNDO on a counter";
inline constexpr char nobody_raises[] =
    "{function} waits for semaphore {number} of the set, but {other} does not raise it: no semop "
    "there does. Who puts a value raises what counts the values; who takes one raises what counts "
    "the free slots.";
inline constexpr char nobody_raises_note[] = "nobody raises it";
inline constexpr char close_removes[] =
    "{call}: close_buffer removed it. The buffer stays, with what is in it; only remove_buffer "
    "removes it.";
inline constexpr char remove_creates[] =
    "{call} has IPC_CREAT: where there is no buffer it makes one. Without it semget and shmget "
    "fail with ENOENT.";

}  // namespace ipclab::diagnosis::words

#endif
