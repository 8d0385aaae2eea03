#include "diagnosis/diagnosis.hpp"

#include <sys/wait.h>

#include <array>

#include "diagnosis/rules.hpp"
#include "diagnosis/rules_messages.hpp"
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

const Rules about_tools = {};

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
    static const std::array all = {joined(about_getting, about_errors),
                                   joined(about_messages, about_errors),
                                   joined(about_tools, about_errors)};
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
