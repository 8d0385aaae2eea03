/// @file
/// The rules about messages (lab 2), one file of them a subject. What each of them says stands in
/// words_messages.hpp, the order in which they are asked in diagnosis.cpp.
#ifndef IPCLAB_DIAGNOSIS_RULES_MESSAGES_HPP
#define IPCLAB_DIAGNOSIS_RULES_MESSAGES_HPP

#include "diagnosis/evidence.hpp"

namespace ipclab::diagnosis {

using Said = std::optional<Statement>;

// what msgsnd was given, and what came of it: rules_sending.cpp
Said size_sent(const Evidence& seen);
Said type_sent(const Evidence& seen);
Said text_sent(const Evidence& seen);
Said sent_several(const Evidence& seen);
Said nothing_sent(const Evidence& seen);
Said sent_despite_failure(const Evidence& seen);
Said full_is_a_failure(const Evidence& seen);
Said every_failure_is_full(const Evidence& seen);

// what msgrcv was asked for, and what was answered: rules_receiving.cpp
Said looks_then_takes(const Evidence& seen);
Said puts_back(const Evidence& seen);
Said wanted_type(const Evidence& seen);
Said cuts_what_is_too_long(const Evidence& seen);
Said does_not_cut(const Evidence& seen);
Said room_for_the_text(const Evidence& seen);
Said nothing_is_a_failure(const Evidence& seen);
Said every_failure_is_nothing(const Evidence& seen);
Said message_despite_failure(const Evidence& seen);
Said nothing_asked(const Evidence& seen);
Said text_answered(const Evidence& seen);
Said type_answered(const Evidence& seen);
Said received_several(const Evidence& seen);
Said thrown_after_success(const Evidence& seen);

// how a function waits, or does not: rules_waiting.cpp
Said asks_again_and_again(const Evidence& seen);
Said retries_what_stays_wrong(const Evidence& seen);
Said gives_up_on_signal(const Evidence& seen);
Said does_not_wait(const Evidence& seen);
Said waits_in_try(const Evidence& seen);
Said sleeps_and_looks(const Evidence& seen);

// the server: rules_server.cpp, rules_server_end.cpp
Said server_shares_the_queue(const Evidence& seen);
Said server_queue_mode(const Evidence& seen);
Said server_waits_for_client(const Evidence& seen);
Said server_stopped(const Evidence& seen);
Said removes_clients_queue(const Evidence& seen);
Said reply_goes_elsewhere(const Evidence& seen);
Said reply_differs(const Evidence& seen);
Said no_reply(const Evidence& seen);
Said requests_not_taken(const Evidence& seen);
Said killed_by_sigterm(const Evidence& seen);
Said sigterm_lost(const Evidence& seen);
Said worker_removes(const Evidence& seen);
Said removed_twice(const Evidence& seen);
Said ended_untold(const Evidence& seen);
Said ends_too_early(const Evidence& seen);
Said queue_is_left(const Evidence& seen);
Said exit_status(const Evidence& seen);

}  // namespace ipclab::diagnosis

#endif
