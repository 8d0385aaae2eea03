/// @file
/// The rules of lab 3, one file of them a subject. What each of them says stands in
/// words_tools.hpp, the order in which they are asked in diagnosis.cpp.
#ifndef IPCLAB_DIAGNOSIS_RULES_TOOLS_HPP
#define IPCLAB_DIAGNOSIS_RULES_TOOLS_HPP

#include "diagnosis/rules.hpp"

namespace ipclab::diagnosis {

// list_queues, list_segments, list_sets: rules_listing.cpp
Said list_key_sign_lost(const Evidence& seen);
Said list_creator_for_owner(const Evidence& seen);
Said list_mode_decimal(const Evidence& seen);
Said list_mode_with_marks(const Evidence& seen);
Said list_counts_swapped(const Evidence& seen);
Said list_size_in_pages(const Evidence& seen);
Said list_mark_missing(const Evidence& seen);
Said list_mark_from_key(const Evidence& seen);
Said list_refused_by_rights(const Evidence& seen);
Said list_without_unreadable(const Evidence& seen);
Said list_failed_at_vanished(const Evidence& seen);
Said list_ended_at_vanished(const Evidence& seen);
Said list_failed_at_empty_place(const Evidence& seen);
Said list_index_for_id(const Evidence& seen);
Said list_ended_at_empty_place(const Evidence& seen);
Said list_by_their_number(const Evidence& seen);
Said list_without_keyless(const Evidence& seen);
Said list_without_marked(const Evidence& seen);
Said list_cut(const Evidence& seen);
Said list_remembered(const Evidence& seen);

// remove_id, remove_key: rules_removing.cpp
Said removal_waits_for_detach(const Evidence& seen);
Said marked_refused(const Evidence& seen);
Said key_refused_unasked(const Evidence& seen);
Said id_refused_unasked(const Evidence& seen);
Said get_makes_private(const Evidence& seen);
Said key_zero_other_error(const Evidence& seen);
Said get_creates(const Evidence& seen);
Said get_asks_for_rights(const Evidence& seen);
Said get_asks_for_size(const Evidence& seen);
Said get_of_other_kind(const Evidence& seen);
Said key_given_as_id(const Evidence& seen);
Said id_given_as_key(const Evidence& seen);
Said get_with_other_key(const Evidence& seen);
Said get_failure_ignored(const Evidence& seen);
Said removal_of_other_kind(const Evidence& seen);
Said removal_of_other_id(const Evidence& seen);
Said removal_needs_no_rights(const Evidence& seen);
Said refusal_swallowed(const Evidence& seen);
Said pending_looked_before(const Evidence& seen);
Said pending_looked_by_key(const Evidence& seen);
Said pending_unreadable(const Evidence& seen);
Said pending_detached_meanwhile(const Evidence& seen);
Said pending_not_asked(const Evidence& seen);
Said pending_said_of_gone(const Evidence& seen);
Said no_removal_called(const Evidence& seen);

// sweep: rules_sweeping.cpp
Said sweep_ended_by_refusal(const Evidence& seen);
Said sweep_other_kind(const Evidence& seen);
Said sweep_gave_id_as_key(const Evidence& seen);
Said sweep_set_not_asked(const Evidence& seen);
Said sweep_removed_wanted(const Evidence& seen);
Said sweep_said_other_kind(const Evidence& seen);
Said sweep_said_refused(const Evidence& seen);
Said sweep_removed_unsaid(const Evidence& seen);
Said sweep_left_set(const Evidence& seen);
Said sweep_left_behind(const Evidence& seen);

// my_ipcs, my_ipcrm: rules_programs.cpp
Said shown_without_0x(const Evidence& seen);
Said shown_key_unpadded(const Evidence& seen);
Said shown_owner_number(const Evidence& seen);
Said shown_perms_decimal(const Evidence& seen);
Said shown_counts_swapped(const Evidence& seen);
Said shown_without_dest(const Evidence& seen);
Said shown_nothing(const Evidence& seen);
Said shown_one_option_only(const Evidence& seen);
Said shown_unasked(const Evidence& seen);
Said listed_before_reading_all(const Evidence& seen);
Said complained_on_stdout(const Evidence& seen);
Said complained_nowhere(const Evidence& seen);
Said usage_status(const Evidence& seen);
Said nothing_to_do_accepted(const Evidence& seen);
Said word_half_read(const Evidence& seen);
Said argument_missing_accepted(const Evidence& seen);
Said removed_before_reading_all(const Evidence& seen);
Said wrong_usage_accepted(const Evidence& seen);
Said good_key_refused(const Evidence& seen);
Said right_line_refused(const Evidence& seen);
Said key_read_in_other_base(const Evidence& seen);
Said option_of_other_kind(const Evidence& seen);
Said key_option_takes_id(const Evidence& seen);
Said marked_is_no_failure(const Evidence& seen);
Said failure_not_in_status(const Evidence& seen);
Said stopped_at_failure(const Evidence& seen);
Said one_of_each_option(const Evidence& seen);

}  // namespace ipclab::diagnosis

#endif
