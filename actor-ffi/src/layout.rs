//! The layout of the structs that cross the boundary, for 64-bit and 32-bit targets. `tests/c/layout.c` says the same in
//! C; a change to either is a change of the ABI.

use std::mem::{align_of, offset_of, size_of};

use crate::actor::{art_actor_config, art_actor_vtable, art_stop_cause};
use crate::byte_budget::art_water;
use crate::children::{art_child_counts, art_child_info};
use crate::config::art_config;
use crate::exit::art_exit;
use crate::gather::{art_answer, art_answers};
use crate::group::{art_group, art_membership};
use crate::guard::Prefixed;
use crate::heartbeat::{art_heartbeat, art_pulse};
use crate::hooks::art_actor_hooks;
use crate::introspection::{art_actor_counts, art_dead_letter, art_dead_letter_counts, art_located};
use crate::job::art_job;
use crate::mailbox::{art_mailbox, art_sending};
use crate::message::{art_msg, art_payload};
use crate::numbered_timer::art_interval;
use crate::observer::{art_delivery, art_observer};
use crate::outside_ask::art_waited;
use crate::parking::art_sent;
use crate::ping::art_pong;
use crate::pool::art_pool_config;
use crate::pool_news::{art_job_outcome, art_pool_event};
use crate::pool_settings::art_pool_settings;
use crate::pool_stats::art_pool_counts;
use crate::port::art_subscription;
use crate::step::{art_budget, art_pending_info, art_step_result};
use crate::supervision::{art_supervision, art_supervisor};
use crate::watchdog::art_busy;

/// Asserts size and offsets for a pointer width of 8, then of 4.
macro_rules! layout {
    ($type:ident: $size64:literal / $size32:literal; $($field:ident: $at64:literal / $at32:literal),* $(,)?) => {
        const _: () = {
            const WIDE: bool = size_of::<usize>() == 8;
            assert!(size_of::<$type>() == if WIDE { $size64 } else { $size32 });
            assert!(align_of::<$type>() <= 8);
            $(assert!(offset_of!($type, $field) == if WIDE { $at64 } else { $at32 });)*
        };
    };
}

layout!(art_msg: 64 / 56; struct_size: 0 / 0, flags: 4 / 4, tag: 8 / 8, data: 16 / 16, len: 24 / 20, sender: 32 / 24,
    reply: 40 / 32, status: 48 / 40, reserved: 52 / 44, detail: 56 / 48);
layout!(art_payload: 40 / 24; struct_size: 0 / 0, reserved: 4 / 4, data: 8 / 8, len: 16 / 12, drop: 24 / 16,
    drop_user: 32 / 20);
layout!(art_config: 120 / 88; struct_size: 0 / 0, abi_version: 4 / 4, flags: 8 / 8, instance: 12 / 12,
    default_max_messages: 16 / 16, on_panic: 20 / 20, start_ns: 24 / 24, default_max_ns: 32 / 32,
    slow_handler_ns: 40 / 40, wake: 48 / 48, wake_user: 56 / 52, wake_drop: 64 / 56, clock: 72 / 60, clock_user: 80 / 64,
    log: 88 / 68, log_user: 96 / 72, allocator: 104 / 76, default_capacity: 112 / 80, reserved: 116 / 84);
layout!(art_budget: 24 / 24; struct_size: 0 / 0, flags: 4 / 4, max_messages: 8 / 8, reserved: 12 / 12, max_ns: 16 / 16);
layout!(art_step_result: 56 / 56; struct_size: 0 / 0, more: 4 / 4, idle: 8 / 8, host_calls: 12 / 12, handled: 16 / 16,
    failed: 24 / 24, next_deadline_ns: 32 / 32, step: 40 / 40, shutdown: 48 / 48, reserved: 52 / 52);
layout!(art_pending_info: 96 / 96; struct_size: 0 / 0, host_calls: 4 / 4, local: 8 / 8, remote: 16 / 16, idle: 24 / 24,
    timers: 32 / 32, asks: 40 / 40, actors: 48 / 48, dead_letters: 56 / 56, late_replies: 64 / 64, drop_panics: 72 / 72,
    clamped_times: 80 / 80, bytes: 88 / 88);
layout!(art_actor_vtable: 40 / 24; struct_size: 0 / 0, flags: 4 / 4, create: 8 / 8, on_message: 16 / 12,
    on_stop: 24 / 16, destroy: 32 / 20);
layout!(art_actor_config: 120 / 72; struct_size: 0 / 0, flags: 4 / 4, capacity: 8 / 8, reserved: 12 / 12,
    parent: 16 / 16, vtable: 24 / 24, argument: 32 / 28, argument_drop: 40 / 32, name: 48 / 36, name_len: 56 / 40,
    decoder: 64 / 44, notify: 72 / 48, notify_user: 80 / 52, mailbox: 88 / 56, supervision: 96 / 60, supervisor: 104 / 64,
    hooks: 112 / 68);
layout!(art_actor_hooks: 56 / 32; struct_size: 0 / 0, flags: 4 / 4, on_system: 8 / 8, on_timer: 16 / 12, on_run: 24 / 16,
    on_escalation: 32 / 20, on_started: 40 / 24, on_restart: 48 / 28);
layout!(art_exit: 40 / 40; struct_size: 0 / 0, kind: 4 / 4, monitor: 8 / 8, actor: 16 / 16, reason: 24 / 24, phase: 28 / 28,
    text_len: 32 / 32, event: 36 / 36);
layout!(art_answers: 24 / 24; struct_size: 0 / 0, answer_size: 4 / 4, count: 8 / 8, replies: 12 / 12, number: 16 / 16);
layout!(art_answer: 40 / 32; struct_size: 0 / 0, status: 4 / 4, actor: 8 / 8, tag: 16 / 16, data: 24 / 24, len: 32 / 28);
layout!(art_supervision: 80 / 80; struct_size: 0 / 0, flags: 4 / 4, restart: 8 / 8, shutdown: 12 / 12, shutdown_ns: 16 / 16,
    max_restarts: 24 / 24, backoff_factor_percent: 28 / 28, restart_period_ns: 32 / 32, backoff_first_ns: 40 / 40,
    backoff_most_ns: 48 / 48, backoff_reset_ns: 56 / 56, backoff_jitter_percent: 64 / 64, reserved: 68 / 68,
    start_timeout_ns: 72 / 72);
layout!(art_supervisor: 32 / 32; struct_size: 0 / 0, flags: 4 / 4, strategy: 8 / 8, auto_shutdown: 12 / 12,
    max_restarts: 16 / 16, reserved: 20 / 20, period_ns: 24 / 24);
layout!(art_child_counts: 32 / 32; struct_size: 0 / 0, reserved: 4 / 4, entries: 8 / 8, active: 16 / 16,
    supervisors: 24 / 24);
layout!(art_child_info: 32 / 32; struct_size: 0 / 0, status: 4 / 4, actor: 8 / 8, restart: 16 / 16, flags: 20 / 20,
    restarts: 24 / 24, reserved: 28 / 28);
layout!(art_group: 40 / 24; struct_size: 0 / 0, reserved: 4 / 4, name: 8 / 8, name_len: 16 / 12, scope: 24 / 16,
    scope_len: 32 / 20);
layout!(art_membership: 16 / 16; struct_size: 0 / 0, joined: 4 / 4, scope_len: 8 / 8, group_len: 12 / 12);
layout!(art_mailbox: 32 / 32; struct_size: 0 / 0, overflow: 4 / 4, capacity: 8 / 8, rate_messages: 12 / 12,
    rate_ns: 16 / 16, redirect_to: 24 / 24);
layout!(art_interval: 24 / 24; struct_size: 0 / 0, missed: 4 / 4, period_ns: 8 / 8, first_ns: 16 / 16);
layout!(art_water: 72 / 72; struct_size: 0 / 0, is_high: 4 / 4, bytes: 8 / 8, busiest: 16 / 16, waiting: 48 / 48,
    count: 64 / 64, reserved: 68 / 68);
layout!(art_waited: 40 / 32; struct_size: 0 / 0, outcome: 4 / 4, tag: 8 / 8, sender: 16 / 16, answer: 24 / 24, len: 32 / 28);
layout!(art_pong: 24 / 24; struct_size: 0 / 0, answered: 4 / 4, actor: 8 / 8, latency_ns: 16 / 16);
layout!(art_heartbeat: 24 / 24; struct_size: 0 / 0, flags: 4 / 4, cycle_ns: 8 / 8, patience: 16 / 16, reserved: 20 / 20);
layout!(art_pulse: 32 / 32; struct_size: 0 / 0, kind: 4 / 4, actor: 8 / 8, latency_ns: 16 / 16, cycles: 24 / 24,
    reserved: 28 / 28);
layout!(art_busy: 40 / 40; struct_size: 0 / 0, is_busy: 4 / 4, actor: 8 / 8, tag: 16 / 16, since_ns: 24 / 24,
    number: 32 / 32);
layout!(art_sent: 24 / 24; struct_size: 0 / 0, outcome: 4 / 4, to: 8 / 8, number: 16 / 16);
layout!(art_sending: 16 / 16; struct_size: 0 / 0, priority: 4 / 4, time_to_live_ns: 8 / 8);
layout!(art_dead_letter_counts: 56 / 56; struct_size: 0 / 0, reserved: 4 / 4, cancelled: 8 / 8, closed: 16 / 16,
    not_found: 24 / 24, full: 32 / 32, refused: 40 / 40, expired: 48 / 48);
layout!(art_actor_counts: 32 / 32; struct_size: 0 / 0, most_pending: 4 / 4, messages: 8 / 8, busy_ns: 16 / 16,
    longest_ns: 24 / 24);
layout!(art_dead_letter: 56 / 48; struct_size: 0 / 0, reason: 4 / 4, receiver: 8 / 8, sender: 16 / 16, tag: 24 / 24,
    step: 32 / 32, type_name: 40 / 40, type_name_len: 48 / 44);
layout!(art_located: 64 / 64; struct_size: 0 / 0, life: 4 / 4, waiting: 8 / 8, released: 16 / 16, queued: 24 / 24,
    idle: 32 / 32, timers: 40 / 40, asks: 48 / 48, kept: 56 / 56);
layout!(art_pool_config: 152 / 104; struct_size: 0 / 0, flags: 4 / 4, parent: 8 / 8, rate_ns: 16 / 16,
    size_every_ns: 24 / 24, restart_period_ns: 32 / 32, router: 40 / 40, rate_jobs: 44 / 44, max_restarts: 48 / 48,
    reserved: 52 / 52, worker: 56 / 56, settings: 64 / 60, supervision: 72 / 64, name: 80 / 68, name_len: 88 / 72,
    choose: 96 / 76, size_now: 104 / 80, size_user: 112 / 84, discarded: 120 / 88, event: 128 / 92, user: 136 / 96,
    user_drop: 144 / 100);
layout!(art_pool_settings: 64 / 56; struct_size: 0 / 0, flags: 4 / 4, size: 8 / 8, in_flight: 12 / 12, discard: 16 / 16,
    reserved: 20 / 20, limit: 24 / 24, limit_every_ns: 32 / 32, silence_ns: 40 / 40, limit_now: 48 / 48, limit_user: 56 / 52);
layout!(art_pool_counts: 120 / 120; struct_size: 0 / 0, reserved: 4 / 4, size: 8 / 8, active: 16 / 16, queued: 24 / 24,
    running: 32 / 32, available: 40 / 40, accepted: 48 / 48, refused: 56 / 56, done: 64 / 64, retried: 72 / 72,
    expired: 80 / 80, shed: 88 / 88, shutdown: 96 / 96, rate_limited: 104 / 104, lost: 112 / 112);
layout!(art_pool_event: 32 / 32; struct_size: 0 / 0, kind: 4 / 4, worker: 8 / 8, slot: 16 / 16, silence_ns: 24 / 24);
layout!(art_job: 72 / 64; struct_size: 0 / 0, flags: 4 / 4, key: 8 / 8, tag: 16 / 16, priority: 24 / 24, retries: 28 / 28,
    time_to_live_ns: 32 / 32, asker: 40 / 40, answer_tag: 48 / 48, told: 56 / 56, user: 64 / 60);
layout!(art_job_outcome: 64 / 48; struct_size: 0 / 0, reason: 4 / 4, key: 8 / 8, tag: 16 / 16, sender: 24 / 24, data: 32 / 32,
    len: 40 / 36, drop: 48 / 40, drop_user: 56 / 44);
layout!(art_observer: 56 / 32; struct_size: 0 / 0, flags: 4 / 4, sent: 8 / 8, delivering: 16 / 12, delivered: 24 / 16,
    lost: 32 / 20, user: 40 / 24, user_drop: 48 / 28);
layout!(art_delivery: 56 / 48; struct_size: 0 / 0, reserved: 4 / 4, message: 8 / 8, cause: 16 / 16, receiver: 24 / 24,
    tag: 32 / 32, type_name: 40 / 40, type_name_len: 48 / 44);
layout!(art_subscription: 24 / 24; struct_size: 0 / 0, flags: 4 / 4, tag: 8 / 8, capacity: 16 / 16, overflow: 20 / 20);
layout!(art_stop_cause: 32 / 24; struct_size: 0 / 0, kind: 4 / 4, reason: 8 / 8, phase: 12 / 12, text: 16 / 16,
    text_len: 24 / 20);

/// The first release is this one, so the least size of each struct is its whole size. A later field leaves this number.
macro_rules! prefixed {
    ($($type:ident: $first64:literal / $first32:literal),* $(,)?) => {$(
        // SAFETY: `repr(C)`, `struct_size` first by the assertions above, made of integers and nullable pointers only; the
        // size is that of the first release.
        unsafe impl Prefixed for $type {
            const NAME: &'static str = stringify!($type);
            const FIRST_SIZE: usize = if size_of::<usize>() == 8 { $first64 } else { $first32 };
        }
    )*};
}

prefixed! {
    art_payload: 40 / 24,
    art_config: 112 / 80,
    art_budget: 24 / 24,
    art_step_result: 48 / 48,
    art_pending_info: 56 / 56,
    art_actor_vtable: 40 / 24,
    art_actor_config: 88 / 56,
    art_supervision: 72 / 72,
    art_supervisor: 32 / 32,
    art_child_counts: 32 / 32,
    art_child_info: 32 / 32,
    art_group: 40 / 24,
    art_mailbox: 24 / 24,
    art_sending: 16 / 16,
    art_dead_letter_counts: 48 / 48,
    art_actor_counts: 24 / 24,
    art_located: 64 / 64,
    art_actor_hooks: 40 / 24,
    art_interval: 24 / 24,
    art_heartbeat: 24 / 24,
    art_busy: 40 / 40,
    art_dead_letter: 56 / 48,
    art_waited: 40 / 32,
    art_pool_config: 152 / 104,
    art_pool_settings: 64 / 56,
    art_pool_counts: 120 / 120,
    art_job: 72 / 64,
    art_subscription: 24 / 24,
    art_observer: 56 / 32,
}
