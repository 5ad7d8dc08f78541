/*
 * The layout of every struct that crosses the boundary, as C sees it. actor-ffi/src/layout.rs asserts the same
 * numbers in Rust. Compiling this file is the test; it has no code to run.
 */
#include "actor_rt.h"

#define WIDE (sizeof(void *) == 8)
#define SIZE(type, wide, narrow) \
    _Static_assert(sizeof(type) == (WIDE ? (wide) : (narrow)), "size of " #type)
#define AT(type, field, wide, narrow) \
    _Static_assert(offsetof(type, field) == (WIDE ? (wide) : (narrow)), "offset of " #type "." #field)

SIZE(art_msg, 64, 56);
AT(art_msg, struct_size, 0, 0);
AT(art_msg, flags, 4, 4);
AT(art_msg, tag, 8, 8);
AT(art_msg, data, 16, 16);
AT(art_msg, len, 24, 20);
AT(art_msg, sender, 32, 24);
AT(art_msg, reply, 40, 32);
AT(art_msg, status, 48, 40);
AT(art_msg, reserved, 52, 44);
AT(art_msg, detail, 56, 48);

SIZE(art_payload, 40, 24);
AT(art_payload, struct_size, 0, 0);
AT(art_payload, reserved, 4, 4);
AT(art_payload, data, 8, 8);
AT(art_payload, len, 16, 12);
AT(art_payload, drop, 24, 16);
AT(art_payload, drop_user, 32, 20);

SIZE(art_config, 120, 88);
AT(art_config, struct_size, 0, 0);
AT(art_config, abi_version, 4, 4);
AT(art_config, flags, 8, 8);
AT(art_config, instance, 12, 12);
AT(art_config, default_max_messages, 16, 16);
AT(art_config, on_panic, 20, 20);
AT(art_config, start_ns, 24, 24);
AT(art_config, default_max_ns, 32, 32);
AT(art_config, slow_handler_ns, 40, 40);
AT(art_config, wake, 48, 48);
AT(art_config, wake_user, 56, 52);
AT(art_config, wake_drop, 64, 56);
AT(art_config, clock, 72, 60);
AT(art_config, clock_user, 80, 64);
AT(art_config, log, 88, 68);
AT(art_config, log_user, 96, 72);
AT(art_config, allocator, 104, 76);
AT(art_config, default_capacity, 112, 80);
AT(art_config, reserved, 116, 84);

SIZE(art_budget, 24, 24);
AT(art_budget, struct_size, 0, 0);
AT(art_budget, flags, 4, 4);
AT(art_budget, max_messages, 8, 8);
AT(art_budget, reserved, 12, 12);
AT(art_budget, max_ns, 16, 16);

SIZE(art_step_result, 56, 56);
AT(art_step_result, struct_size, 0, 0);
AT(art_step_result, more, 4, 4);
AT(art_step_result, idle, 8, 8);
AT(art_step_result, host_calls, 12, 12);
AT(art_step_result, handled, 16, 16);
AT(art_step_result, failed, 24, 24);
AT(art_step_result, next_deadline_ns, 32, 32);
AT(art_step_result, step, 40, 40);
AT(art_step_result, shutdown, 48, 48);
AT(art_step_result, reserved, 52, 52);

SIZE(art_pending_info, 96, 96);
AT(art_pending_info, struct_size, 0, 0);
AT(art_pending_info, host_calls, 4, 4);
AT(art_pending_info, local, 8, 8);
AT(art_pending_info, remote, 16, 16);
AT(art_pending_info, idle, 24, 24);
AT(art_pending_info, timers, 32, 32);
AT(art_pending_info, asks, 40, 40);
AT(art_pending_info, actors, 48, 48);
AT(art_pending_info, dead_letters, 56, 56);
AT(art_pending_info, late_replies, 64, 64);
AT(art_pending_info, drop_panics, 72, 72);
AT(art_pending_info, clamped_times, 80, 80);
AT(art_pending_info, bytes, 88, 88);

SIZE(art_actor_vtable, 40, 24);
AT(art_actor_vtable, struct_size, 0, 0);
AT(art_actor_vtable, flags, 4, 4);
AT(art_actor_vtable, create, 8, 8);
AT(art_actor_vtable, on_message, 16, 12);
AT(art_actor_vtable, on_stop, 24, 16);
AT(art_actor_vtable, destroy, 32, 20);

SIZE(art_actor_config, 120, 72);
AT(art_actor_config, struct_size, 0, 0);
AT(art_actor_config, flags, 4, 4);
AT(art_actor_config, capacity, 8, 8);
AT(art_actor_config, reserved, 12, 12);
AT(art_actor_config, parent, 16, 16);
AT(art_actor_config, vtable, 24, 24);
AT(art_actor_config, argument, 32, 28);
AT(art_actor_config, argument_drop, 40, 32);
AT(art_actor_config, name, 48, 36);
AT(art_actor_config, name_len, 56, 40);
AT(art_actor_config, decoder, 64, 44);
AT(art_actor_config, notify, 72, 48);
AT(art_actor_config, notify_user, 80, 52);
AT(art_actor_config, mailbox, 88, 56);
AT(art_actor_config, supervision, 96, 60);
AT(art_actor_config, supervisor, 104, 64);
AT(art_actor_config, hooks, 112, 68);

SIZE(art_stop_cause, 32, 24);
AT(art_stop_cause, struct_size, 0, 0);
AT(art_stop_cause, kind, 4, 4);
AT(art_stop_cause, reason, 8, 8);
AT(art_stop_cause, phase, 12, 12);
AT(art_stop_cause, text, 16, 16);
AT(art_stop_cause, text_len, 24, 20);

/* Two numbers and one pointer for each function but art_api itself. */
SIZE(art_api_table, 8 + 182 * 8, 8 + 182 * 4);

SIZE(art_exit, 40, 40);
AT(art_exit, struct_size, 0, 0);
AT(art_exit, kind, 4, 4);
AT(art_exit, monitor, 8, 8);
AT(art_exit, actor, 16, 16);
AT(art_exit, reason, 24, 24);
AT(art_exit, phase, 28, 28);
AT(art_exit, text_len, 32, 32);
AT(art_exit, event, 36, 36);

SIZE(art_answers, 24, 24);
AT(art_answers, struct_size, 0, 0);
AT(art_answers, answer_size, 4, 4);
AT(art_answers, count, 8, 8);
AT(art_answers, replies, 12, 12);
AT(art_answers, number, 16, 16);

SIZE(art_answer, 40, 32);
AT(art_answer, struct_size, 0, 0);
AT(art_answer, status, 4, 4);
AT(art_answer, actor, 8, 8);
AT(art_answer, tag, 16, 16);
AT(art_answer, data, 24, 24);
AT(art_answer, len, 32, 28);

SIZE(art_supervision, 80, 80);
AT(art_supervision, struct_size, 0, 0);
AT(art_supervision, flags, 4, 4);
AT(art_supervision, restart, 8, 8);
AT(art_supervision, shutdown, 12, 12);
AT(art_supervision, shutdown_ns, 16, 16);
AT(art_supervision, max_restarts, 24, 24);
AT(art_supervision, backoff_factor_percent, 28, 28);
AT(art_supervision, restart_period_ns, 32, 32);
AT(art_supervision, backoff_first_ns, 40, 40);
AT(art_supervision, backoff_most_ns, 48, 48);
AT(art_supervision, backoff_reset_ns, 56, 56);
AT(art_supervision, backoff_jitter_percent, 64, 64);
AT(art_supervision, reserved, 68, 68);
AT(art_supervision, start_timeout_ns, 72, 72);

SIZE(art_supervisor, 32, 32);
AT(art_supervisor, struct_size, 0, 0);
AT(art_supervisor, flags, 4, 4);
AT(art_supervisor, strategy, 8, 8);
AT(art_supervisor, auto_shutdown, 12, 12);
AT(art_supervisor, max_restarts, 16, 16);
AT(art_supervisor, reserved, 20, 20);
AT(art_supervisor, period_ns, 24, 24);

SIZE(art_child_counts, 32, 32);
AT(art_child_counts, struct_size, 0, 0);
AT(art_child_counts, reserved, 4, 4);
AT(art_child_counts, entries, 8, 8);
AT(art_child_counts, active, 16, 16);
AT(art_child_counts, supervisors, 24, 24);

SIZE(art_child_info, 32, 32);
AT(art_child_info, struct_size, 0, 0);
AT(art_child_info, status, 4, 4);
AT(art_child_info, actor, 8, 8);
AT(art_child_info, restart, 16, 16);
AT(art_child_info, flags, 20, 20);
AT(art_child_info, restarts, 24, 24);
AT(art_child_info, reserved, 28, 28);

SIZE(art_group, 40, 24);
AT(art_group, struct_size, 0, 0);
AT(art_group, reserved, 4, 4);
AT(art_group, name, 8, 8);
AT(art_group, name_len, 16, 12);
AT(art_group, scope, 24, 16);
AT(art_group, scope_len, 32, 20);

SIZE(art_membership, 16, 16);
AT(art_membership, struct_size, 0, 0);
AT(art_membership, joined, 4, 4);
AT(art_membership, scope_len, 8, 8);
AT(art_membership, group_len, 12, 12);

SIZE(art_mailbox, 32, 32);
AT(art_mailbox, struct_size, 0, 0);
AT(art_mailbox, overflow, 4, 4);
AT(art_mailbox, capacity, 8, 8);
AT(art_mailbox, rate_messages, 12, 12);
AT(art_mailbox, rate_ns, 16, 16);
AT(art_mailbox, redirect_to, 24, 24);

SIZE(art_sent, 24, 24);
AT(art_sent, struct_size, 0, 0);
AT(art_sent, outcome, 4, 4);
AT(art_sent, to, 8, 8);
AT(art_sent, number, 16, 16);

SIZE(art_sending, 16, 16);
AT(art_sending, struct_size, 0, 0);
AT(art_sending, priority, 4, 4);
AT(art_sending, time_to_live_ns, 8, 8);

SIZE(art_dead_letter_counts, 56, 56);
AT(art_dead_letter_counts, struct_size, 0, 0);
AT(art_dead_letter_counts, reserved, 4, 4);
AT(art_dead_letter_counts, cancelled, 8, 8);
AT(art_dead_letter_counts, closed, 16, 16);
AT(art_dead_letter_counts, not_found, 24, 24);
AT(art_dead_letter_counts, full, 32, 32);
AT(art_dead_letter_counts, refused, 40, 40);
AT(art_dead_letter_counts, expired, 48, 48);

SIZE(art_actor_counts, 32, 32);
AT(art_actor_counts, struct_size, 0, 0);
AT(art_actor_counts, most_pending, 4, 4);
AT(art_actor_counts, messages, 8, 8);
AT(art_actor_counts, busy_ns, 16, 16);
AT(art_actor_counts, longest_ns, 24, 24);

SIZE(art_located, 64, 64);
AT(art_located, struct_size, 0, 0);
AT(art_located, life, 4, 4);
AT(art_located, waiting, 8, 8);
AT(art_located, released, 16, 16);
AT(art_located, queued, 24, 24);
AT(art_located, idle, 32, 32);
AT(art_located, timers, 40, 40);
AT(art_located, asks, 48, 48);
AT(art_located, kept, 56, 56);

SIZE(art_actor_hooks, 56, 32);
AT(art_actor_hooks, struct_size, 0, 0);
AT(art_actor_hooks, flags, 4, 4);
AT(art_actor_hooks, on_system, 8, 8);
AT(art_actor_hooks, on_timer, 16, 12);
AT(art_actor_hooks, on_run, 24, 16);
AT(art_actor_hooks, on_escalation, 32, 20);
AT(art_actor_hooks, on_started, 40, 24);
AT(art_actor_hooks, on_restart, 48, 28);

SIZE(art_interval, 24, 24);
AT(art_interval, struct_size, 0, 0);
AT(art_interval, missed, 4, 4);
AT(art_interval, period_ns, 8, 8);
AT(art_interval, first_ns, 16, 16);

SIZE(art_water, 72, 72);
AT(art_water, struct_size, 0, 0);
AT(art_water, is_high, 4, 4);
AT(art_water, bytes, 8, 8);
AT(art_water, busiest, 16, 16);
AT(art_water, waiting, 48, 48);
AT(art_water, count, 64, 64);
AT(art_water, reserved, 68, 68);

SIZE(art_waited, 40, 32);
AT(art_waited, struct_size, 0, 0);
AT(art_waited, outcome, 4, 4);
AT(art_waited, tag, 8, 8);
AT(art_waited, sender, 16, 16);
AT(art_waited, answer, 24, 24);
AT(art_waited, len, 32, 28);

SIZE(art_pong, 24, 24);
AT(art_pong, struct_size, 0, 0);
AT(art_pong, answered, 4, 4);
AT(art_pong, actor, 8, 8);
AT(art_pong, latency_ns, 16, 16);

SIZE(art_heartbeat, 24, 24);
AT(art_heartbeat, struct_size, 0, 0);
AT(art_heartbeat, flags, 4, 4);
AT(art_heartbeat, cycle_ns, 8, 8);
AT(art_heartbeat, patience, 16, 16);
AT(art_heartbeat, reserved, 20, 20);

SIZE(art_pulse, 32, 32);
AT(art_pulse, struct_size, 0, 0);
AT(art_pulse, kind, 4, 4);
AT(art_pulse, actor, 8, 8);
AT(art_pulse, latency_ns, 16, 16);
AT(art_pulse, cycles, 24, 24);
AT(art_pulse, reserved, 28, 28);

SIZE(art_busy, 40, 40);
AT(art_busy, struct_size, 0, 0);
AT(art_busy, is_busy, 4, 4);
AT(art_busy, actor, 8, 8);
AT(art_busy, tag, 16, 16);
AT(art_busy, since_ns, 24, 24);
AT(art_busy, number, 32, 32);

SIZE(art_dead_letter, 56, 48);
AT(art_dead_letter, struct_size, 0, 0);
AT(art_dead_letter, reason, 4, 4);
AT(art_dead_letter, receiver, 8, 8);
AT(art_dead_letter, sender, 16, 16);
AT(art_dead_letter, tag, 24, 24);
AT(art_dead_letter, step, 32, 32);
AT(art_dead_letter, type_name, 40, 40);
AT(art_dead_letter, type_name_len, 48, 44);

SIZE(art_observer, 56, 32);
AT(art_observer, struct_size, 0, 0);
AT(art_observer, flags, 4, 4);
AT(art_observer, sent, 8, 8);
AT(art_observer, delivering, 16, 12);
AT(art_observer, delivered, 24, 16);
AT(art_observer, lost, 32, 20);
AT(art_observer, user, 40, 24);
AT(art_observer, user_drop, 48, 28);

SIZE(art_delivery, 56, 48);
AT(art_delivery, struct_size, 0, 0);
AT(art_delivery, reserved, 4, 4);
AT(art_delivery, message, 8, 8);
AT(art_delivery, cause, 16, 16);
AT(art_delivery, receiver, 24, 24);
AT(art_delivery, tag, 32, 32);
AT(art_delivery, type_name, 40, 40);
AT(art_delivery, type_name_len, 48, 44);

SIZE(art_pool_config, 152, 104);
AT(art_pool_config, struct_size, 0, 0);
AT(art_pool_config, flags, 4, 4);
AT(art_pool_config, parent, 8, 8);
AT(art_pool_config, rate_ns, 16, 16);
AT(art_pool_config, size_every_ns, 24, 24);
AT(art_pool_config, restart_period_ns, 32, 32);
AT(art_pool_config, router, 40, 40);
AT(art_pool_config, rate_jobs, 44, 44);
AT(art_pool_config, max_restarts, 48, 48);
AT(art_pool_config, reserved, 52, 52);
AT(art_pool_config, worker, 56, 56);
AT(art_pool_config, settings, 64, 60);
AT(art_pool_config, supervision, 72, 64);
AT(art_pool_config, name, 80, 68);
AT(art_pool_config, name_len, 88, 72);
AT(art_pool_config, choose, 96, 76);
AT(art_pool_config, size_now, 104, 80);
AT(art_pool_config, size_user, 112, 84);
AT(art_pool_config, discarded, 120, 88);
AT(art_pool_config, event, 128, 92);
AT(art_pool_config, user, 136, 96);
AT(art_pool_config, user_drop, 144, 100);

SIZE(art_pool_settings, 64, 56);
AT(art_pool_settings, struct_size, 0, 0);
AT(art_pool_settings, flags, 4, 4);
AT(art_pool_settings, size, 8, 8);
AT(art_pool_settings, in_flight, 12, 12);
AT(art_pool_settings, discard, 16, 16);
AT(art_pool_settings, reserved, 20, 20);
AT(art_pool_settings, limit, 24, 24);
AT(art_pool_settings, limit_every_ns, 32, 32);
AT(art_pool_settings, silence_ns, 40, 40);
AT(art_pool_settings, limit_now, 48, 48);
AT(art_pool_settings, limit_user, 56, 52);

SIZE(art_pool_counts, 120, 120);
AT(art_pool_counts, struct_size, 0, 0);
AT(art_pool_counts, reserved, 4, 4);
AT(art_pool_counts, size, 8, 8);
AT(art_pool_counts, active, 16, 16);
AT(art_pool_counts, queued, 24, 24);
AT(art_pool_counts, running, 32, 32);
AT(art_pool_counts, available, 40, 40);
AT(art_pool_counts, accepted, 48, 48);
AT(art_pool_counts, refused, 56, 56);
AT(art_pool_counts, done, 64, 64);
AT(art_pool_counts, retried, 72, 72);
AT(art_pool_counts, expired, 80, 80);
AT(art_pool_counts, shed, 88, 88);
AT(art_pool_counts, shutdown, 96, 96);
AT(art_pool_counts, rate_limited, 104, 104);
AT(art_pool_counts, lost, 112, 112);

SIZE(art_pool_event, 32, 32);
AT(art_pool_event, struct_size, 0, 0);
AT(art_pool_event, kind, 4, 4);
AT(art_pool_event, worker, 8, 8);
AT(art_pool_event, slot, 16, 16);
AT(art_pool_event, silence_ns, 24, 24);

SIZE(art_job, 72, 64);
AT(art_job, struct_size, 0, 0);
AT(art_job, flags, 4, 4);
AT(art_job, key, 8, 8);
AT(art_job, tag, 16, 16);
AT(art_job, priority, 24, 24);
AT(art_job, retries, 28, 28);
AT(art_job, time_to_live_ns, 32, 32);
AT(art_job, asker, 40, 40);
AT(art_job, answer_tag, 48, 48);
AT(art_job, told, 56, 56);
AT(art_job, user, 64, 60);

SIZE(art_job_outcome, 64, 48);
AT(art_job_outcome, struct_size, 0, 0);
AT(art_job_outcome, reason, 4, 4);
AT(art_job_outcome, key, 8, 8);
AT(art_job_outcome, tag, 16, 16);
AT(art_job_outcome, sender, 24, 24);
AT(art_job_outcome, data, 32, 32);
AT(art_job_outcome, len, 40, 36);
AT(art_job_outcome, drop, 48, 40);
AT(art_job_outcome, drop_user, 56, 44);

SIZE(art_subscription, 24, 24);
AT(art_subscription, struct_size, 0, 0);
AT(art_subscription, flags, 4, 4);
AT(art_subscription, tag, 8, 8);
AT(art_subscription, capacity, 16, 16);
AT(art_subscription, overflow, 20, 20);

int main(void)
{
    return 0;
}
