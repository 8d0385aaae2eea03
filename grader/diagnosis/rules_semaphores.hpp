/// @file
/// The rules of lab 5, one file of them a subject. What each of them says stands in
/// words_semaphores.hpp, the order in which they are asked in diagnosis.cpp.
#ifndef IPCLAB_DIAGNOSIS_RULES_SEMAPHORES_HPP
#define IPCLAB_DIAGNOSIS_RULES_SEMAPHORES_HPP

#include "diagnosis/evidence.hpp"

namespace ipclab::diagnosis {

using Said = std::optional<Statement>;

// making and finding a set, and its first values: rules_opening_sets.cpp
Said set_never_opens(const Evidence& seen);
Said set_creates_nothing(const Evidence& seen);
Said set_with_other_key(const Evidence& seen);
Said set_mode(const Evidence& seen);
Said set_count(const Evidence& seen);
Said set_too_small(const Evidence& seen);
Said set_not_opened(const Evidence& seen);
Said set_waits_for_otime(const Evidence& seen);
Said set_waits_for_value(const Evidence& seen);
Said set_never_valued(const Evidence& seen);
Said set_first_value(const Evidence& seen);
Said set_value_while_held(const Evidence& seen);
Said set_raised_by_two(const Evidence& seen);
Said set_counted_anew(const Evidence& seen);

// lock, unlock, Guard, and every other semop: rules_locking.cpp
Said lock_interrupted(const Evidence& seen);
Said lock_in_two_steps(const Evidence& seen);
Said lock_only_waits_for_zero(const Evidence& seen);
Said lock_raises(const Evidence& seen);
Said unlock_lowers(const Evidence& seen);
Said lock_of_other_semaphore(const Evidence& seen);
Said lock_without_semop(const Evidence& seen);
Said lock_given_back_at_once(const Evidence& seen);
Said lock_raised_too_often(const Evidence& seen);
Said lock_failure_swallowed(const Evidence& seen);
Said guard_aborts(const Evidence& seen);
Said locks_not_removed(const Evidence& seen);
Said used_after_detach(const Evidence& seen);

// waiting the wrong way: rules_polling.cpp
Said semop_does_not_wait(const Evidence& seen);
Said semop_polls(const Evidence& seen);
Said semop_retries_a_failure(const Evidence& seen);
Said looks_again_and_again(const Evidence& seen);
Said locks_again_and_again(const Evidence& seen);
Said naps(const Evidence& seen);
Said waits_in_futex(const Evidence& seen);

// who waits for ever, and why nobody wakes him: rules_deadlocks.cpp
Said lock_deadlock(const Evidence& seen);
Said waits_with_lock(const Evidence& seen);
Said waits_for_itself(const Evidence& seen);
Said lock_not_given_back(const Evidence& seen);
Said killed_with_lock(const Evidence& seen);
Said first_value_undone(const Evidence& seen);
Said undone_wrongly(const Evidence& seen);

// the bank, who touches what: rules_bank.cpp
Said lost_update(const Evidence& seen);
Said looked_before_lock(const Evidence& seen);
Said torn_statement(const Evidence& seen);

// the bank, transfers that were cut short, and its end: rules_cut_short.cpp, rules_last_user.cpp
Said nothing_noted(const Evidence& seen);
Said note_cleared_early(const Evidence& seen);
Said notes_not_read(const Evidence& seen);
Said other_note_read(const Evidence& seen);
Said repaired_too_late(const Evidence& seen);
Said repair_done_twice(const Evidence& seen);
Said bank_stays_attached(const Evidence& seen);
Said asks_before_detach(const Evidence& seen);
Said never_asks(const Evidence& seen);
Said one_of_two_left(const Evidence& seen);
Said removed_in_use(const Evidence& seen);
Said removed_by_other(const Evidence& seen);

// the buffer: rules_buffer.cpp
Said nothing_counts(const Evidence& seen);
Said counted_too_early(const Evidence& seen);
Said buffer_without_lock(const Evidence& seen);
Said counting_undone(const Evidence& seen);
Said nobody_raises(const Evidence& seen);
Said buffer_close_removes(const Evidence& seen);
Said buffer_remove_creates(const Evidence& seen);

}  // namespace ipclab::diagnosis

#endif
