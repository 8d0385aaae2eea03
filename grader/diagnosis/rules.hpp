/// @file
/// All rules, one file of them a subject. What each of them says stands in words.hpp, the order in
/// which they are asked in diagnosis.cpp.
#ifndef IPCLAB_DIAGNOSIS_RULES_HPP
#define IPCLAB_DIAGNOSIS_RULES_HPP

#include "diagnosis/evidence.hpp"

namespace ipclab::diagnosis {

using Said = std::optional<Statement>;

// make_key: rules_ftok.cpp
Said minus_one_as_key(const Evidence& seen);
Said key_of_missing_file(const Evidence& seen);
Said proj_id_accepted(const Evidence& seen);
Said high_proj_id_refused(const Evidence& seen);
Said path_not_followed(const Evidence& seen);
Said needs_no_reading(const Evidence& seen);
Said old_key(const Evidence& seen);
Said other_proj_id(const Evidence& seen);
Said not_this_file(const Evidence& seen);

// the arguments of a call: rules_arguments.cpp
Said get_swapped(const Evidence& seen);
Said control_swapped(const Evidence& seen);
Said flags_are_true(const Evidence& seen);
Said key_changed(const Evidence& seen);
Said searches_by_id(const Evidence& seen);
Said private_under_key(const Evidence& seen);
Said other_kind_removed(const Evidence& seen);
Said id_taken_for_key(const Evidence& seen);
Said key_taken_for_id(const Evidence& seen);
Said other_id_removed(const Evidence& seen);

// IPC_CREAT, IPC_EXCL and the rights that an opener asks for: rules_flags.cpp
Said creat_missing(const Evidence& seen);
Said excl_missing(const Evidence& seen);
Said opened_after_eexist(const Evidence& seen);
Said creat_in_open(const Evidence& seen);
Said asks_for_too_little(const Evidence& seen);
Said asks_for_too_much(const Evidence& seen);
Said looks_with_rights(const Evidence& seen);

// the permission bits of a new queue or segment: rules_mode.cpp
/// @return the decimal number that explains the flags of a call, such as 600; 0 where none does.
int decimal_in(int flags, mode_t wanted);
Said mode_missing(const Evidence& seen);
Said mode_decimal(const Evidence& seen);
Said mode_umask(const Evidence& seen);
Said mode_other(const Evidence& seen);
Said mode_set_wrong(const Evidence& seen);
Said denied_by_own_mode(const Evidence& seen);

// what was answered, and what the calls returned: rules_answers.cpp
Said zero_taken_for_failure(const Evidence& seen);
Said refused_unasked(const Evidence& seen);
Said key_answered(const Evidence& seen);
Said comparison_answered(const Evidence& seen);
Said other_id_answered(const Evidence& seen);
Said remembered_id(const Evidence& seen);
Said answered_without_call(const Evidence& seen);
Said minus_one_answered(const Evidence& seen);
Said answered_despite_failure(const Evidence& seen);
Said failure_swallowed(const Evidence& seen);
Said failed_after_removal(const Evidence& seen);
Said nothing_removed(const Evidence& seen);
Said success_taken_for_failure(const Evidence& seen);

// how a failure is reported: rules_errors.cpp
Said process_ended(const Evidence& seen);
Said errno_zero(const Evidence& seen);
Said result_as_code(const Evidence& seen);
Said wrong_category(const Evidence& seen);
Said other_exception(const Evidence& seen);
Said errno_replaced(const Evidence& seen);
Said other_refusal_reported(const Evidence& seen);

// open_or_create, when others come in between: rules_races.cpp
Said gives_up_after_tries(const Evidence& seen);
Said gives_up_on_surprise(const Evidence& seen);
Said never_opens(const Evidence& seen);
Said look_then_make(const Evidence& seen);
Said creat_in_opening_part(const Evidence& seen);
Said guess_from_status(const Evidence& seen);
Said creator_unknown(const Evidence& seen);
Said wrong_word(const Evidence& seen);

// requests that are not answered: rules_loops.cpp
Said removal_waits(const Evidence& seen);
Said waits_in_call(const Evidence& seen);
Said retries_a_refusal(const Evidence& seen);
Said same_call_again(const Evidence& seen);

// queues that are removed, left or changed: rules_effects.cpp
Said made_for_a_moment(const Evidence& seen);
Said removed_own(const Evidence& seen);
Said removed_others(const Evidence& seen);
Said removed_afterwards(const Evidence& seen);
Said left_behind(const Evidence& seen);
Said several_made(const Evidence& seen);
Said message_sent(const Evidence& seen);
Said message_taken(const Evidence& seen);
Said changed_what_was_there(const Evidence& seen);
Said needs_no_rights(const Evidence& seen);
Said child_left(const Evidence& seen);

}  // namespace ipclab::diagnosis

#endif
