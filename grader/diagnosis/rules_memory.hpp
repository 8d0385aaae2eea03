/// @file
/// The rules of lab 4, one file of them a subject. What each of them says stands in
/// words_memory.hpp, the order in which they are asked in diagnosis.cpp.
#ifndef IPCLAB_DIAGNOSIS_RULES_MEMORY_HPP
#define IPCLAB_DIAGNOSIS_RULES_MEMORY_HPP

#include "diagnosis/rules.hpp"

namespace ipclab::diagnosis {

// create, open, remove: rules_segments.cpp
Said segment_get_swapped(const Evidence& seen);
Said segment_made_private(const Evidence& seen);
Said segment_key_changed(const Evidence& seen);
Said segment_size_rounded(const Evidence& seen);
Said segment_size_changed(const Evidence& seen);
Said segment_creat_missing(const Evidence& seen);
Said segment_made_meanwhile(const Evidence& seen);
Said segment_excl_missing(const Evidence& seen);
Said segment_look_refused(const Evidence& seen);
Said segment_replaced(const Evidence& seen);
Said segment_left_attached(const Evidence& seen);
Said segment_made_by_looking(const Evidence& seen);
Said segment_asks_for_rights(const Evidence& seen);
Said segment_remembered(const Evidence& seen);
Said removal_detaches(const Evidence& seen);
Said removal_of_key(const Evidence& seen);
Said removal_of_no_segment(const Evidence& seen);
Said removal_looks_first(const Evidence& seen);
Said removal_left_out(const Evidence& seen);

// attach, attach_readonly, detach, and every use of shmat: rules_attaching.cpp
Said attach_failure_unseen(const Evidence& seen);
Said attach_failure_crashes(const Evidence& seen);
Said attach_falls_back(const Evidence& seen);
Said attached_for_writing(const Evidence& seen);
Said attached_for_reading(const Evidence& seen);
Said attach_by_key(const Evidence& seen);
Said attach_answers_other_address(const Evidence& seen);
Said attached_several_times(const Evidence& seen);
Said attach_not_called(const Evidence& seen);
Said detach_of_other_address(const Evidence& seen);
Said detach_not_called(const Evidence& seen);
Said detaches_several(const Evidence& seen);
Said memory_failure_swallowed(const Evidence& seen);

// class Attachment: rules_attachment.cpp
Said move_copies(const Evidence& seen);
Said move_takes_nothing(const Evidence& seen);
Said assignment_swaps(const Evidence& seen);
Said assignment_does_nothing(const Evidence& seen);
Said assignment_to_itself(const Evidence& seen);
Said assignment_leaks(const Evidence& seen);
Said destructor_does_nothing(const Evidence& seen);
Said destructor_throws(const Evidence& seen);
Said detached_twice(const Evidence& seen);

// the notice board: rules_board.cpp
Said board_pointer(const Evidence& seen);
Said board_excl(const Evidence& seen);
Said board_left_attached(const Evidence& seen);
Said board_mode(const Evidence& seen);
Said board_size_changed(const Evidence& seen);
Said board_scratch_segment(const Evidence& seen);
Said board_wiped(const Evidence& seen);
Said notices_reversed(const Evidence& seen);
Said notices_end_at_zero(const Evidence& seen);
Said notice_too_long(const Evidence& seen);
Said notice_refused(const Evidence& seen);
Said notice_too_many(const Evidence& seen);
Said board_made_before_refusal(const Evidence& seen);
Said board_changed_before_refusal(const Evidence& seen);
Said board_written_back(const Evidence& seen);
Said notice_published_early(const Evidence& seen);

}  // namespace ipclab::diagnosis

#endif
