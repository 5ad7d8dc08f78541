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

SIZE(art_config, 112, 80);
AT(art_config, struct_size, 0, 0);
AT(art_config, abi_version, 4, 4);
AT(art_config, flags, 8, 8);
AT(art_config, instance, 12, 12);
AT(art_config, default_max_messages, 16, 16);
AT(art_config, reserved, 20, 20);
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

SIZE(art_budget, 24, 24);
AT(art_budget, struct_size, 0, 0);
AT(art_budget, flags, 4, 4);
AT(art_budget, max_messages, 8, 8);
AT(art_budget, reserved, 12, 12);
AT(art_budget, max_ns, 16, 16);

SIZE(art_step_result, 48, 48);
AT(art_step_result, struct_size, 0, 0);
AT(art_step_result, more, 4, 4);
AT(art_step_result, idle, 8, 8);
AT(art_step_result, host_calls, 12, 12);
AT(art_step_result, handled, 16, 16);
AT(art_step_result, failed, 24, 24);
AT(art_step_result, next_deadline_ns, 32, 32);
AT(art_step_result, step, 40, 40);

SIZE(art_pending_info, 88, 88);
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

SIZE(art_actor_vtable, 40, 24);
AT(art_actor_vtable, struct_size, 0, 0);
AT(art_actor_vtable, flags, 4, 4);
AT(art_actor_vtable, create, 8, 8);
AT(art_actor_vtable, on_message, 16, 12);
AT(art_actor_vtable, on_stop, 24, 16);
AT(art_actor_vtable, destroy, 32, 20);

SIZE(art_actor_config, 88, 56);
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

SIZE(art_stop_cause, 32, 24);
AT(art_stop_cause, struct_size, 0, 0);
AT(art_stop_cause, kind, 4, 4);
AT(art_stop_cause, reason, 8, 8);
AT(art_stop_cause, phase, 12, 12);
AT(art_stop_cause, text, 16, 16);
AT(art_stop_cause, text_len, 24, 20);

/* Two numbers and one pointer for each function but art_api itself. */
SIZE(art_api_table, 8 + 67 * 8, 8 + 67 * 4);

int main(void)
{
    return 0;
}
