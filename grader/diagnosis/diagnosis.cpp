#include "diagnosis/diagnosis.hpp"

#include <sys/wait.h>

#include <array>

#include "diagnosis/rules.hpp"
#include "diagnosis/rules_memory.hpp"
#include "diagnosis/rules_messages.hpp"
#include "diagnosis/rules_semaphores.hpp"
#include "diagnosis/rules_tools.hpp"
#include "not_written.hpp"

namespace ipclab::diagnosis {

namespace {

using Rules = std::vector<Rule>;

// In each of these a rule that explains what others would only describe stands before them.

const Rules about_getting = {
    {"child-left", Calls::none, child_left},

    {"minus-one-as-key", Calls::none, minus_one_as_key},
    {"key-of-missing-file", Calls::none, key_of_missing_file},
    {"proj-id-accepted", Calls::none, proj_id_accepted},
    {"high-proj-id-refused", Calls::none, high_proj_id_refused},
    {"path-not-followed", Calls::none, path_not_followed},
    {"needs-no-reading", Calls::none, needs_no_reading},
    {"old-key", Calls::none, old_key},
    {"other-proj-id", Calls::none, other_proj_id},
    {"not-this-file", Calls::none, not_this_file},

    // Who waits for ever does not get to what the rest is about.
    {"removal-waits", Calls::latest, removal_waits},
    {"waits-in-call", Calls::latest, waits_in_call},

    {"zero-taken-for-failure", Calls::all, zero_taken_for_failure},
    {"refused-unasked", Calls::all, refused_unasked},

    {"get-swapped", Calls::all, get_swapped},
    {"control-swapped", Calls::all, control_swapped},
    {"flags-are-true", Calls::all, flags_are_true},
    {"key-changed", Calls::all, key_changed},
    {"searches-by-id", Calls::latest, searches_by_id},
    {"private-under-key", Calls::all, private_under_key},
    {"other-kind-removed", Calls::all, other_kind_removed},
    {"id-taken-for-key", Calls::all, id_taken_for_key},
    {"key-taken-for-id", Calls::all, key_taken_for_id},
    {"other-id-removed", Calls::all, other_id_removed},

    {"retries-a-refusal", Calls::latest, retries_a_refusal},
    {"same-call-again", Calls::latest, same_call_again},

    {"made-for-a-moment", Calls::all, made_for_a_moment},
    {"removed-own", Calls::all, removed_own},
    {"removed-others", Calls::all, removed_others},
    {"removed-afterwards", Calls::none, removed_afterwards},
    {"left-behind", Calls::all, left_behind},
    {"several-made", Calls::all, several_made},
    {"message-sent", Calls::all, message_sent},
    {"message-taken", Calls::all, message_taken},
    {"changed-what-was-there", Calls::all, changed_what_was_there},
    {"needs-no-rights", Calls::all, needs_no_rights},

    {"creat-missing", Calls::all, creat_missing},
    {"excl-missing", Calls::all, excl_missing},
    {"opened-after-eexist", Calls::all, opened_after_eexist},
    {"creat-in-open", Calls::all, creat_in_open},
    {"asks-for-too-little", Calls::all, asks_for_too_little},
    {"asks-for-too-much", Calls::all, asks_for_too_much},
    {"looks-with-rights", Calls::all, looks_with_rights},

    {"gives-up-after-tries", Calls::all, gives_up_after_tries},
    {"gives-up-on-surprise", Calls::all, gives_up_on_surprise},
    {"never-opens", Calls::all, never_opens},
    {"look-then-make", Calls::all, look_then_make},
    {"creat-in-opening-part", Calls::all, creat_in_opening_part},
    {"guess-from-status", Calls::all, guess_from_status},
    {"creator-unknown", Calls::all, creator_unknown},
    {"wrong-word", Calls::all, wrong_word},

    {"mode-set-wrong", Calls::all, mode_set_wrong},
    {"mode-missing", Calls::all, mode_missing},
    {"mode-decimal", Calls::all, mode_decimal},
    {"mode-umask", Calls::all, mode_umask},
    {"mode-other", Calls::all, mode_other},
    {"denied-by-own-mode", Calls::all, denied_by_own_mode},

    {"key-answered", Calls::all, key_answered},
    {"comparison-answered", Calls::all, comparison_answered},
    {"other-id-answered", Calls::all, other_id_answered},
    {"remembered-id", Calls::all, remembered_id},
    {"answered-without-call", Calls::all, answered_without_call},
    {"minus-one-answered", Calls::all, minus_one_answered},
    {"answered-despite-failure", Calls::all, answered_despite_failure},
    {"failure-swallowed", Calls::all, failure_swallowed},
    {"failed-after-removal", Calls::all, failed_after_removal},
    {"nothing-removed", Calls::all, nothing_removed},
    {"success-taken-for-failure", Calls::all, success_taken_for_failure},
};

const Rules about_messages = {
    {"server-waits-for-client", Calls::latest, server_waits_for_client},
    {"asks-again-and-again", Calls::latest, asks_again_and_again},
    {"retries-what-stays-wrong", Calls::latest, retries_what_stays_wrong},
    {"sleeps-and-looks", Calls::none, sleeps_and_looks},

    {"looks-then-takes", Calls::all, looks_then_takes},
    {"waits-in-try", Calls::latest, waits_in_try},
    {"puts-back", Calls::all, puts_back},
    {"sent-several", Calls::all, sent_several},
    {"type-sent", Calls::all, type_sent},
    {"size-sent", Calls::all, size_sent},
    {"text-sent", Calls::all, text_sent},
    {"does-not-wait", Calls::all, does_not_wait},
    {"gives-up-on-signal", Calls::all, gives_up_on_signal},
    {"sent-despite-failure", Calls::all, sent_despite_failure},
    {"full-is-a-failure", Calls::all, full_is_a_failure},
    {"every-failure-is-full", Calls::all, every_failure_is_full},
    {"nothing-sent", Calls::all, nothing_sent},

    {"wanted-type", Calls::all, wanted_type},
    {"cuts-what-is-too-long", Calls::all, cuts_what_is_too_long},
    {"does-not-cut", Calls::all, does_not_cut},
    {"room-for-the-text", Calls::all, room_for_the_text},
    {"nothing-is-a-failure", Calls::all, nothing_is_a_failure},
    {"every-failure-is-nothing", Calls::all, every_failure_is_nothing},
    {"message-despite-failure", Calls::all, message_despite_failure},
    {"received-several", Calls::all, received_several},
    {"type-answered", Calls::all, type_answered},
    {"text-answered", Calls::all, text_answered},
    {"thrown-after-success", Calls::all, thrown_after_success},
    {"nothing-asked", Calls::all, nothing_asked},

    {"server-shares-the-queue", Calls::all, server_shares_the_queue},
    {"server-queue-mode", Calls::all, server_queue_mode},
    {"removes-clients-queue", Calls::all, removes_clients_queue},
    {"killed-by-sigterm", Calls::none, killed_by_sigterm},
    {"sigterm-lost", Calls::latest, sigterm_lost},
    {"worker-removes", Calls::all, worker_removes},
    {"removed-twice", Calls::all, removed_twice},
    {"server-stopped", Calls::all, server_stopped},
    {"reply-goes-elsewhere", Calls::all, reply_goes_elsewhere},
    {"reply-differs", Calls::all, reply_differs},
    {"ended-untold", Calls::none, ended_untold},
    {"ends-too-early", Calls::all, ends_too_early},
    {"no-reply", Calls::all, no_reply},
    {"requests-not-taken", Calls::all, requests_not_taken},
    {"queue-is-left", Calls::all, queue_is_left},
    {"exit-status", Calls::none, exit_status},
};

const Rules about_tools = {
    {"list-key-sign-lost", Calls::none, list_key_sign_lost},
    {"list-creator-for-owner", Calls::none, list_creator_for_owner},
    {"list-mode-decimal", Calls::none, list_mode_decimal},
    {"list-mode-with-marks", Calls::none, list_mode_with_marks},
    {"list-counts-swapped", Calls::none, list_counts_swapped},
    {"list-size-in-pages", Calls::none, list_size_in_pages},
    {"list-mark-missing", Calls::none, list_mark_missing},
    {"list-mark-from-key", Calls::none, list_mark_from_key},
    {"list-refused-by-rights", Calls::latest, list_refused_by_rights},
    {"list-without-unreadable", Calls::all, list_without_unreadable},
    {"list-failed-at-vanished", Calls::latest, list_failed_at_vanished},
    {"list-ended-at-vanished", Calls::all, list_ended_at_vanished},
    {"list-failed-at-empty-place", Calls::latest, list_failed_at_empty_place},
    {"list-index-for-id", Calls::all, list_index_for_id},
    {"list-ended-at-empty-place", Calls::all, list_ended_at_empty_place},
    {"list-by-their-number", Calls::all, list_by_their_number},
    {"list-without-keyless", Calls::none, list_without_keyless},
    {"list-without-marked", Calls::none, list_without_marked},
    {"list-cut", Calls::all, list_cut},
    {"list-remembered", Calls::all, list_remembered},

    {"removal-waits-for-detach", Calls::latest, removal_waits_for_detach},
    {"marked-refused", Calls::all, marked_refused},
    {"key-refused-unasked", Calls::all, key_refused_unasked},
    {"id-refused-unasked", Calls::all, id_refused_unasked},
    {"get-makes-private", Calls::all, get_makes_private},
    {"key-zero-other-error", Calls::all, key_zero_other_error},
    {"get-creates", Calls::all, get_creates},
    {"get-asks-for-rights", Calls::all, get_asks_for_rights},
    {"get-asks-for-size", Calls::all, get_asks_for_size},
    {"get-of-other-kind", Calls::all, get_of_other_kind},
    {"key-given-as-id", Calls::all, key_given_as_id},
    {"id-given-as-key", Calls::all, id_given_as_key},
    {"get-with-other-key", Calls::all, get_with_other_key},
    {"get-failure-ignored", Calls::all, get_failure_ignored},
    {"removal-of-other-kind", Calls::all, removal_of_other_kind},
    {"removal-of-other-id", Calls::all, removal_of_other_id},
    {"removal-needs-no-rights", Calls::all, removal_needs_no_rights},
    {"refusal-swallowed", Calls::all, refusal_swallowed},
    {"pending-looked-before", Calls::all, pending_looked_before},
    {"pending-looked-by-key", Calls::all, pending_looked_by_key},
    {"pending-unreadable", Calls::all, pending_unreadable},
    {"pending-detached-meanwhile", Calls::all, pending_detached_meanwhile},
    {"pending-not-asked", Calls::all, pending_not_asked},
    {"pending-said-of-gone", Calls::all, pending_said_of_gone},
    {"no-removal-called", Calls::all, no_removal_called},

    {"sweep-ended-by-refusal", Calls::latest, sweep_ended_by_refusal},
    {"sweep-other-kind", Calls::all, sweep_other_kind},
    {"sweep-gave-id-as-key", Calls::all, sweep_gave_id_as_key},
    {"sweep-set-not-asked", Calls::all, sweep_set_not_asked},
    {"sweep-removed-wanted", Calls::all, sweep_removed_wanted},
    {"sweep-said-other-kind", Calls::all, sweep_said_other_kind},
    {"sweep-said-refused", Calls::all, sweep_said_refused},
    {"sweep-removed-unsaid", Calls::all, sweep_removed_unsaid},
    {"sweep-left-set", Calls::all, sweep_left_set},
    {"sweep-left-behind", Calls::all, sweep_left_behind},

    {"shown-without-0x", Calls::none, shown_without_0x},
    {"shown-key-unpadded", Calls::none, shown_key_unpadded},
    {"shown-owner-number", Calls::none, shown_owner_number},
    {"shown-perms-decimal", Calls::none, shown_perms_decimal},
    {"shown-counts-swapped", Calls::none, shown_counts_swapped},
    {"shown-without-dest", Calls::none, shown_without_dest},
    {"shown-nothing", Calls::none, shown_nothing},
    {"shown-one-option-only", Calls::none, shown_one_option_only},
    {"shown-unasked", Calls::none, shown_unasked},
    {"listed-before-reading-all", Calls::none, listed_before_reading_all},
    {"complained-on-stdout", Calls::none, complained_on_stdout},
    {"complained-nowhere", Calls::none, complained_nowhere},
    {"usage-status", Calls::all, usage_status},
    {"nothing-to-do-accepted", Calls::none, nothing_to_do_accepted},
    {"word-half-read", Calls::all, word_half_read},
    {"argument-missing-accepted", Calls::none, argument_missing_accepted},
    {"removed-before-reading-all", Calls::all, removed_before_reading_all},
    {"wrong-usage-accepted", Calls::none, wrong_usage_accepted},
    {"good-key-refused", Calls::all, good_key_refused},
    {"right-line-refused", Calls::all, right_line_refused},
    {"key-read-in-other-base", Calls::all, key_read_in_other_base},
    {"option-of-other-kind", Calls::all, option_of_other_kind},
    {"key-option-takes-id", Calls::all, key_option_takes_id},
    {"marked-is-no-failure", Calls::all, marked_is_no_failure},
    {"failure-not-in-status", Calls::all, failure_not_in_status},
    {"stopped-at-failure", Calls::all, stopped_at_failure},
    {"one-of-each-option", Calls::all, one_of_each_option},
};

const Rules about_memory = {
    {"board-pointer", Calls::none, board_pointer},
    {"attach-failure-crashes", Calls::latest, attach_failure_crashes},

    {"segment-get-swapped", Calls::all, segment_get_swapped},
    {"segment-made-private", Calls::all, segment_made_private},
    {"segment-key-changed", Calls::all, segment_key_changed},
    {"attach-by-key", Calls::all, attach_by_key},
    {"removal-of-key", Calls::all, removal_of_key},
    {"removal-of-no-segment", Calls::all, removal_of_no_segment},
    {"removal-detaches", Calls::all, removal_detaches},
    {"removal-looks-first", Calls::all, removal_looks_first},
    {"removal-left-out", Calls::all, removal_left_out},

    {"segment-creat-missing", Calls::all, segment_creat_missing},
    {"segment-replaced", Calls::all, segment_replaced},
    {"segment-made-meanwhile", Calls::all, segment_made_meanwhile},
    {"segment-excl-missing", Calls::all, segment_excl_missing},
    {"segment-look-refused", Calls::all, segment_look_refused},
    {"segment-made-by-looking", Calls::all, segment_made_by_looking},
    {"segment-asks-for-rights", Calls::all, segment_asks_for_rights},
    {"segment-size-rounded", Calls::all, segment_size_rounded},
    {"segment-size-changed", Calls::all, segment_size_changed},
    {"mode-set-wrong", Calls::all, mode_set_wrong},
    {"mode-missing", Calls::all, mode_missing},
    {"mode-decimal", Calls::all, mode_decimal},
    {"mode-umask", Calls::all, mode_umask},
    {"mode-other", Calls::all, mode_other},
    {"segment-left-attached", Calls::all, segment_left_attached},
    {"segment-remembered", Calls::all, segment_remembered},

    {"attach-failure-unseen", Calls::all, attach_failure_unseen},
    {"attach-falls-back", Calls::all, attach_falls_back},
    {"attached-for-writing", Calls::all, attached_for_writing},
    {"attached-for-reading", Calls::all, attached_for_reading},
    {"attach-answers-other-address", Calls::all, attach_answers_other_address},
    {"attached-several-times", Calls::all, attached_several_times},
    {"attach-not-called", Calls::all, attach_not_called},
    {"detach-of-other-address", Calls::all, detach_of_other_address},
    {"detach-not-called", Calls::all, detach_not_called},
    {"detaches-several", Calls::all, detaches_several},

    {"assignment-to-itself", Calls::all, assignment_to_itself},
    {"move-copies", Calls::none, move_copies},
    {"move-takes-nothing", Calls::none, move_takes_nothing},
    {"assignment-swaps", Calls::none, assignment_swaps},
    {"assignment-does-nothing", Calls::none, assignment_does_nothing},
    {"assignment-leaks", Calls::none, assignment_leaks},
    {"destructor-does-nothing", Calls::none, destructor_does_nothing},
    {"destructor-throws", Calls::latest, destructor_throws},
    {"detached-twice", Calls::all, detached_twice},

    {"board-excl", Calls::all, board_excl},
    {"board-scratch-segment", Calls::all, board_scratch_segment},
    {"board-left-attached", Calls::all, board_left_attached},
    {"board-mode", Calls::all, board_mode},
    {"board-size-changed", Calls::all, board_size_changed},
    {"board-made-before-refusal", Calls::all, board_made_before_refusal},
    {"board-changed-before-refusal", Calls::none, board_changed_before_refusal},
    {"board-written-back", Calls::all, board_written_back},
    {"notice-published-early", Calls::all, notice_published_early},
    {"board-wiped", Calls::none, board_wiped},
    {"notices-reversed", Calls::none, notices_reversed},
    {"notices-end-at-zero", Calls::none, notices_end_at_zero},
    {"notice-too-long", Calls::none, notice_too_long},
    {"notice-refused", Calls::all, notice_refused},
    {"notice-too-many", Calls::none, notice_too_many},

    {"memory-failure-swallowed", Calls::all, memory_failure_swallowed},
};

const Rules about_semaphores = {
    {"used-after-detach", Calls::all, used_after_detach},
    {"guard-aborts", Calls::all, guard_aborts},
    {"lock-interrupted", Calls::all, lock_interrupted},
    {"lock-failure-swallowed", Calls::latest, lock_failure_swallowed},

    // Who waits in the wrong way, or in the wrong thing.
    {"set-waits-for-otime", Calls::latest, set_waits_for_otime},
    {"set-waits-for-value", Calls::latest, set_waits_for_value},
    {"semop-does-not-wait", Calls::latest, semop_does_not_wait},
    {"semop-polls", Calls::latest, semop_polls},
    {"semop-retries-a-failure", Calls::latest, semop_retries_a_failure},
    {"looks-again-and-again", Calls::latest, looks_again_and_again},
    {"locks-again-and-again", Calls::latest, locks_again_and_again},
    {"naps", Calls::none, naps},
    {"waits-in-futex", Calls::none, waits_in_futex},

    {"set-never-opens", Calls::all, set_never_opens},
    {"set-creates-nothing", Calls::all, set_creates_nothing},
    {"set-with-other-key", Calls::all, set_with_other_key},
    {"set-mode", Calls::all, set_mode},
    {"set-not-opened", Calls::all, set_not_opened},
    {"set-count", Calls::all, set_count},
    {"set-too-small", Calls::all, set_too_small},

    // A buffer that counts wrong, or is gone: before what its waits look like.
    {"buffer-close-removes", Calls::all, buffer_close_removes},
    {"buffer-remove-creates", Calls::all, buffer_remove_creates},
    {"set-counted-anew", Calls::all, set_counted_anew},
    {"first-value-undone", Calls::all, first_value_undone},
    {"counting-undone", Calls::all, counting_undone},

    {"set-never-valued", Calls::all, set_never_valued},
    {"set-first-value", Calls::all, set_first_value},
    {"set-value-while-held", Calls::all, set_value_while_held},
    {"set-raised-by-two", Calls::all, set_raised_by_two},

    {"lock-in-two-steps", Calls::all, lock_in_two_steps},
    {"lock-only-waits-for-zero", Calls::all, lock_only_waits_for_zero},
    {"lock-raises", Calls::all, lock_raises},
    {"unlock-lowers", Calls::all, unlock_lowers},
    {"lock-given-back-at-once", Calls::all, lock_given_back_at_once},
    {"lock-raised-too-often", Calls::all, lock_raised_too_often},
    {"undone-wrongly", Calls::all, undone_wrongly},
    {"killed-with-lock", Calls::all, killed_with_lock},
    {"lock-of-other-semaphore", Calls::all, lock_of_other_semaphore},
    {"lock-without-semop", Calls::all, lock_without_semop},

    {"lock-deadlock", Calls::all, lock_deadlock},
    {"waits-with-lock", Calls::all, waits_with_lock},
    {"waits-for-itself", Calls::all, waits_for_itself},
    {"locks-not-removed", Calls::all, locks_not_removed},
    {"one-of-two-left", Calls::all, one_of_two_left},
    {"lock-not-given-back", Calls::all, lock_not_given_back},
    {"nobody-raises", Calls::all, nobody_raises},
    {"nothing-counts", Calls::all, nothing_counts},

    {"bank-stays-attached", Calls::all, bank_stays_attached},
    {"asks-before-detach", Calls::all, asks_before_detach},
    {"never-asks", Calls::all, never_asks},
    {"removed-in-use", Calls::all, removed_in_use},
    {"removed-by-other", Calls::all, removed_by_other},

    {"nothing-noted", Calls::all, nothing_noted},
    {"note-cleared-early", Calls::all, note_cleared_early},
    {"notes-not-read", Calls::all, notes_not_read},
    {"other-note-read", Calls::all, other_note_read},
    {"repaired-too-late", Calls::all, repaired_too_late},
    {"repair-done-twice", Calls::all, repair_done_twice},

    {"counted-too-early", Calls::all, counted_too_early},
    {"lost-update", Calls::all, lost_update},
    {"looked-before-lock", Calls::all, looked_before_lock},
    {"torn-statement", Calls::all, torn_statement},
    {"buffer-without-lock", Calls::all, buffer_without_lock},
};

const Rules about_errors = {
    // Of make_key these need no recorded call.
    {"process-ended", Calls::none, process_ended},
    {"errno-zero", Calls::none, errno_zero},
    {"result-as-code", Calls::none, result_as_code},
    {"wrong-category", Calls::none, wrong_category},
    {"other-exception", Calls::none, other_exception},
    {"errno-replaced", Calls::none, errno_replaced},
    {"other-refusal-reported", Calls::all, other_refusal_reported},
};

Rules joined(Rules rules, const Rules& more) {
    rules.insert(rules.end(), more.begin(), more.end());
    return rules;
}

/// What the report says of these anyway is all that there is to say.
bool has_another_story(const Evidence& seen) {
    using arena::Trouble;
    const bool stopped_by_grader =
        seen.trouble() == Trouble::stopped || seen.trouble() == Trouble::printed_much ||
        seen.trouble() == Trouble::forked_much || seen.trouble() == Trouble::answered_unasked;
    const bool not_written = seen.answer.kind == Answer::Kind::other;
    const auto* status =
        seen.reply == nullptr || !seen.reply->wait_status ? nullptr : &*seen.reply->wait_status;
    const bool program_not_written = seen.is_of_program() && status != nullptr &&
                                     WIFEXITED(*status) &&
                                     WEXITSTATUS(*status) == shell::not_written_status;
    return stopped_by_grader || not_written || program_not_written;
}

}  // namespace

const std::vector<Rule>& rules_of(int lab) {
    static const std::array all = {
        joined(about_getting, about_errors), joined(about_messages, about_errors),
        joined(about_tools, about_errors), joined(about_memory, about_errors),
        joined(about_semaphores, about_errors)};
    return all.at(static_cast<std::size_t>(lab) - 1);
}

std::optional<Diagnosis> diagnose(const Case& seen) {
    const Evidence evidence = evidence_of(seen);
    if (has_another_story(evidence)) {
        return std::nullopt;
    }
    const Calls known = known_calls(evidence);
    for (const auto& rule : rules_of(seen.lab)) {
        if (rule.needs > known) {
            continue;
        }
        if (auto said = rule.look(evidence)) {
            return Diagnosis{std::string(rule.name), said->sentence, said->mark};
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::diagnosis
