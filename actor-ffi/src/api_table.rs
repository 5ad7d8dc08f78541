//! The table of all functions, for callers that find the library at run time: a plug-in that is given a table by its host,
//! or a language that loads libraries itself.
//!
//! The order of the fields is ABI. A later release adds its functions at the end; none is ever moved or removed.

use std::ffi::{c_char, c_void};

use crate::actor::*;
use crate::ask::*;
use crate::buffer::*;
use crate::byte_budget::*;
use crate::callback::*;
use crate::children::*;
use crate::coalesce::*;
use crate::config::*;
use crate::context::*;
use crate::exec::*;
use crate::exit::*;
use crate::gather::*;
use crate::group::*;
use crate::handle::*;
use crate::heartbeat::*;
use crate::holding::*;
use crate::hooks::*;
use crate::host_call::*;
use crate::introspection::*;
use crate::job::*;
use crate::mailbox::*;
use crate::message::*;
use crate::name::*;
use crate::numbered_timer::*;
use crate::observer::*;
use crate::outside_ask::*;
use crate::parking::*;
use crate::ping::*;
use crate::poll::*;
use crate::pool::*;
use crate::pool_settings::*;
use crate::pool_stats::*;
use crate::port::*;
use crate::post::*;
use crate::remote::*;
use crate::runtime::*;
use crate::starting::*;
use crate::status::*;
use crate::step::*;
use crate::supervision::*;
use crate::system::*;
use crate::tag::*;
use crate::timer::*;
use crate::version::*;
use crate::waker::*;
use crate::watchdog::*;

/// Every function of the library, without its prefix. Static and never changed. Fields are only appended: one that lies
/// beyond `struct_size` is not there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_api_table {
    /// Size of this struct in bytes in the loaded library.
    pub struct_size: u32,
    /// `ART_ABI_VERSION` of the loaded library.
    pub abi_version: u32,
    /// See art_version.
    pub version: extern "C" fn() -> u32,
    /// See art_status_text.
    pub status_text: extern "C" fn(status: art_status) -> *const c_char,
    /// See art_tag_from_name.
    pub tag_from_name:
        unsafe extern "C" fn(name: *const c_char, name_len: usize, out: *mut u64) -> art_status,
    /// See art_tag_register.
    pub tag_register: unsafe extern "C" fn(
        rt: *mut art_runtime,
        tag: u64,
        name: *const c_char,
        name_len: usize,
        payload_size: usize,
    ) -> art_status,
    /// See art_config_init.
    pub config_init: unsafe extern "C" fn(config: *mut art_config, size: usize) -> art_status,
    /// See art_create.
    pub create: unsafe extern "C" fn(
        config: *const art_config,
        out: *mut *mut art_runtime,
        error: *mut c_char,
        error_size: usize,
    ) -> art_status,
    /// See art_destroy.
    pub destroy: unsafe extern "C" fn(rt: *mut art_runtime) -> art_status,
    /// See art_adopt_thread.
    pub adopt_thread: unsafe extern "C" fn(rt: *mut art_runtime) -> art_status,
    /// See art_now.
    pub now: unsafe extern "C" fn(rt: *mut art_runtime, out_ns: *mut u64) -> art_status,
    /// See art_last_message.
    pub last_message: unsafe extern "C" fn(
        rt: *mut art_runtime,
        buffer: *mut c_char,
        size: usize,
        out_len: *mut usize,
    ) -> art_status,
    /// See art_step.
    pub step: unsafe extern "C" fn(
        rt: *mut art_runtime,
        now_ns: u64,
        budget: *const art_budget,
        result: *mut art_step_result,
    ) -> art_status,
    /// See art_next_timeout.
    pub next_timeout: unsafe extern "C" fn(rt: *mut art_runtime, now_ns: u64, out_ns: *mut u64) -> art_status,
    /// See art_next_deadline.
    pub next_deadline: unsafe extern "C" fn(rt: *mut art_runtime, out_ns: *mut u64) -> art_status,
    /// See art_timeout_ms.
    pub timeout_ms: unsafe extern "C" fn(rt: *mut art_runtime, now_ns: u64, out_ms: *mut i32) -> art_status,
    /// See art_pending.
    pub pending: unsafe extern "C" fn(rt: *mut art_runtime, out: *mut art_pending_info) -> art_status,
    /// See art_spawn.
    pub spawn: unsafe extern "C" fn(
        rt: *mut art_runtime,
        config: *const art_actor_config,
        out: *mut art_actor,
    ) -> art_status,
    /// See art_stop.
    pub stop: unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor, reason: art_status) -> art_status,
    /// See art_kill.
    pub kill: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        reason: art_status,
        text: *const c_char,
        text_len: usize,
    ) -> art_status,
    /// See art_post.
    pub post: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
    ) -> art_status,
    /// See art_post_owned.
    pub post_owned: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        tag: u64,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> art_status,
    /// See art_post_buffer.
    pub post_buffer: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        tag: u64,
        buffer: *mut art_buffer,
    ) -> art_status,
    /// See art_try_post.
    pub try_post: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
    ) -> art_status,
    /// See art_try_post_owned.
    pub try_post_owned: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        tag: u64,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> art_status,
    /// See art_timer_at.
    pub timer_at: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        tag: u64,
        deadline_ns: u64,
        data: *const c_void,
        len: usize,
        out: *mut art_timer,
    ) -> art_status,
    /// See art_timer_reset.
    pub timer_reset:
        unsafe extern "C" fn(rt: *mut art_runtime, timer: art_timer, deadline_ns: u64) -> art_status,
    /// See art_timer_cancel.
    pub timer_cancel: unsafe extern "C" fn(rt: *mut art_runtime, timer: art_timer) -> art_status,
    /// See art_ask.
    pub ask: unsafe extern "C" fn(
        rt: *mut art_runtime,
        from: art_actor,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
        deadline_ns: u64,
        out_token: *mut art_reply_token,
    ) -> art_status,
    /// See art_ask_cancel.
    pub ask_cancel: unsafe extern "C" fn(rt: *mut art_runtime, token: art_reply_token) -> art_status,
    /// See art_reply.
    pub reply: unsafe extern "C" fn(
        rt: *mut art_runtime,
        token: art_reply_token,
        tag: u64,
        data: *const c_void,
        len: usize,
    ) -> art_status,
    /// See art_reply_owned.
    pub reply_owned: unsafe extern "C" fn(
        rt: *mut art_runtime,
        token: art_reply_token,
        tag: u64,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> art_status,
    /// See art_reply_drop.
    pub reply_drop: unsafe extern "C" fn(rt: *mut art_runtime, token: art_reply_token) -> art_status,
    /// See art_context_self.
    pub context_self: unsafe extern "C" fn(context: *mut art_context) -> art_actor,
    /// See art_context_runtime.
    pub context_runtime: unsafe extern "C" fn(context: *mut art_context) -> *mut art_runtime,
    /// See art_context_now.
    pub context_now: unsafe extern "C" fn(context: *mut art_context) -> u64,
    /// See art_context_fail.
    pub context_fail: unsafe extern "C" fn(
        context: *mut art_context,
        reason: art_status,
        text: *const c_char,
        text_len: usize,
    ) -> art_status,
    /// See art_context_stop.
    pub context_stop: unsafe extern "C" fn(context: *mut art_context, reason: art_status) -> art_status,
    /// See art_context_reply.
    pub context_reply: unsafe extern "C" fn(
        context: *mut art_context,
        tag: u64,
        data: *const c_void,
        len: usize,
    ) -> art_status,
    /// See art_context_reply_keep.
    pub context_reply_keep: unsafe extern "C" fn(context: *mut art_context) -> art_status,
    /// See art_context_take.
    pub context_take: unsafe extern "C" fn(context: *mut art_context, out: *mut art_payload) -> art_status,
    /// See art_context_yield.
    pub context_yield: unsafe extern "C" fn(context: *mut art_context) -> art_status,
    /// See art_context_host_call.
    pub context_host_call: unsafe extern "C" fn(
        context: *mut art_context,
        call: art_host_call_fn,
        user: *mut c_void,
        user_drop: art_release_fn,
        done_tag: u64,
    ) -> art_status,
    /// See art_run_host_calls.
    pub run_host_calls: unsafe extern "C" fn(rt: *mut art_runtime, max: u32, out_ran: *mut u32) -> art_status,
    /// See art_buffer_create.
    pub buffer_create:
        unsafe extern "C" fn(data: *const c_void, len: usize, out: *mut *mut art_buffer) -> art_status,
    /// See art_buffer_wrap.
    pub buffer_wrap: unsafe extern "C" fn(
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
        out: *mut *mut art_buffer,
    ) -> art_status,
    /// See art_buffer_data.
    pub buffer_data: unsafe extern "C" fn(buffer: *const art_buffer, out_len: *mut usize) -> *const c_void,
    /// See art_buffer_ref.
    pub buffer_ref: unsafe extern "C" fn(buffer: *mut art_buffer) -> *mut art_buffer,
    /// See art_buffer_unref.
    pub buffer_unref: unsafe extern "C" fn(buffer: *mut art_buffer),
    /// See art_remote_create.
    pub remote_create: unsafe extern "C" fn(rt: *mut art_runtime, out: *mut *mut art_remote) -> art_status,
    /// See art_remote_clone.
    pub remote_clone: unsafe extern "C" fn(remote: *mut art_remote, out: *mut *mut art_remote) -> art_status,
    /// See art_remote_ref.
    pub remote_ref: unsafe extern "C" fn(remote: *mut art_remote) -> *mut art_remote,
    /// See art_remote_unref.
    pub remote_unref: unsafe extern "C" fn(remote: *mut art_remote),
    /// See art_remote_post.
    pub remote_post: unsafe extern "C" fn(
        remote: *mut art_remote,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
    ) -> art_status,
    /// See art_remote_post_owned.
    pub remote_post_owned: unsafe extern "C" fn(
        remote: *mut art_remote,
        to: art_actor,
        tag: u64,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> art_status,
    /// See art_remote_post_buffer.
    pub remote_post_buffer: unsafe extern "C" fn(
        remote: *mut art_remote,
        to: art_actor,
        tag: u64,
        buffer: *mut art_buffer,
    ) -> art_status,
    /// See art_remote_reply.
    pub remote_reply: unsafe extern "C" fn(
        remote: *mut art_remote,
        token: art_reply_token,
        tag: u64,
        data: *const c_void,
        len: usize,
    ) -> art_status,
    /// See art_remote_reply_owned.
    pub remote_reply_owned: unsafe extern "C" fn(
        remote: *mut art_remote,
        token: art_reply_token,
        tag: u64,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> art_status,
    /// See art_remote_wake.
    pub remote_wake: unsafe extern "C" fn(remote: *mut art_remote) -> art_status,
    /// See art_remote_interrupt.
    pub remote_interrupt: unsafe extern "C" fn(remote: *mut art_remote) -> art_status,
    /// See art_waker_create.
    pub waker_create: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        tag: u64,
        out: *mut *mut art_waker,
    ) -> art_status,
    /// See art_waker_wake.
    pub waker_wake: unsafe extern "C" fn(waker: *mut art_waker) -> art_status,
    /// See art_waker_ref.
    pub waker_ref: unsafe extern "C" fn(waker: *mut art_waker) -> *mut art_waker,
    /// See art_waker_unref.
    pub waker_unref: unsafe extern "C" fn(waker: *mut art_waker),
    /// See art_poll_create.
    pub poll_create: unsafe extern "C" fn(out: *mut *mut art_poll) -> art_status,
    /// See art_poll_attach.
    pub poll_attach: unsafe extern "C" fn(poll: *mut art_poll, config: *mut art_config) -> art_status,
    /// See art_poll_fd.
    pub poll_fd: unsafe extern "C" fn(poll: *const art_poll) -> i32,
    /// See art_poll_clear.
    pub poll_clear: unsafe extern "C" fn(poll: *mut art_poll) -> art_status,
    /// See art_poll_unref.
    pub poll_unref: unsafe extern "C" fn(poll: *mut art_poll),
    /// See art_stop_because.
    pub stop_because: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        reason: art_status,
        text: *const c_char,
        text_len: usize,
    ) -> art_status,
    /// See art_drain.
    pub drain: unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor) -> art_status,
    /// See art_monitor.
    pub monitor: unsafe extern "C" fn(
        rt: *mut art_runtime,
        watcher: art_actor,
        target: art_actor,
        out: *mut art_monitor_id,
    ) -> art_status,
    /// See art_on_exit.
    pub on_exit: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        told: art_exit_fn,
        user: *mut c_void,
        out: *mut art_monitor_id,
    ) -> art_status,
    /// See art_demonitor.
    pub demonitor: unsafe extern "C" fn(rt: *mut art_runtime, monitor: art_monitor_id) -> art_status,
    /// See art_link.
    pub link: unsafe extern "C" fn(rt: *mut art_runtime, one: art_actor, other: art_actor) -> art_status,
    /// See art_unlink.
    pub unlink: unsafe extern "C" fn(rt: *mut art_runtime, one: art_actor, other: art_actor) -> art_status,
    /// See art_trap_exits.
    pub trap_exits: unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor, trap: u32) -> art_status,
    /// See art_set_supervisor.
    pub set_supervisor: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        supervisor: *const art_supervisor,
    ) -> art_status,
    /// See art_on_escalation.
    pub on_escalation:
        unsafe extern "C" fn(rt: *mut art_runtime, escalated: art_exit_fn, user: *mut c_void) -> art_status,
    /// See art_terminate.
    pub terminate: unsafe extern "C" fn(
        rt: *mut art_runtime,
        deadline_ns: u64,
        done: art_terminated_fn,
        user: *mut c_void,
    ) -> art_status,
    /// See art_stopped.
    pub stopped: unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor) -> art_status,
    /// See art_children.
    pub children: unsafe extern "C" fn(
        rt: *mut art_runtime,
        supervisor: art_actor,
        ids: *mut art_actor,
        capacity: usize,
        out_count: *mut usize,
    ) -> art_status,
    /// See art_count_children.
    pub count_children: unsafe extern "C" fn(
        rt: *mut art_runtime,
        supervisor: art_actor,
        out: *mut art_child_counts,
    ) -> art_status,
    /// See art_supervisor_of.
    pub supervisor_of:
        unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor, out: *mut art_actor) -> art_status,
    /// See art_child_terminate.
    pub child_terminate: unsafe extern "C" fn(rt: *mut art_runtime, child: art_actor) -> art_status,
    /// See art_child_restart.
    pub child_restart: unsafe extern "C" fn(
        rt: *mut art_runtime,
        supervisor: art_actor,
        child: art_actor,
        out: *mut art_actor,
    ) -> art_status,
    /// See art_child_forget.
    pub child_forget:
        unsafe extern "C" fn(rt: *mut art_runtime, supervisor: art_actor, child: art_actor) -> art_status,
    /// See art_name_register.
    pub name_register: unsafe extern "C" fn(
        rt: *mut art_runtime,
        name: *const c_char,
        name_len: usize,
        actor: art_actor,
    ) -> art_status,
    /// See art_name_lookup.
    pub name_lookup: unsafe extern "C" fn(
        rt: *mut art_runtime,
        name: *const c_char,
        name_len: usize,
        out: *mut art_actor,
    ) -> art_status,
    /// See art_name_unregister.
    pub name_unregister: unsafe extern "C" fn(
        rt: *mut art_runtime,
        name: *const c_char,
        name_len: usize,
        out: *mut art_actor,
    ) -> art_status,
    /// See art_name_list.
    pub name_list: unsafe extern "C" fn(
        rt: *mut art_runtime,
        buffer: *mut c_char,
        size: usize,
        out_len: *mut usize,
    ) -> art_status,
    /// See art_group_join.
    pub group_join:
        unsafe extern "C" fn(rt: *mut art_runtime, group: *const art_group, actor: art_actor) -> art_status,
    /// See art_group_leave.
    pub group_leave:
        unsafe extern "C" fn(rt: *mut art_runtime, group: *const art_group, actor: art_actor) -> art_status,
    /// See art_group_members.
    pub group_members: unsafe extern "C" fn(
        rt: *mut art_runtime,
        group: *const art_group,
        ids: *mut art_actor,
        capacity: usize,
        out_count: *mut usize,
    ) -> art_status,
    /// See art_group_post.
    pub group_post: unsafe extern "C" fn(
        rt: *mut art_runtime,
        group: *const art_group,
        tag: u64,
        data: *const c_void,
        len: usize,
        out_count: *mut usize,
    ) -> art_status,
    /// See art_group_monitor.
    pub group_monitor:
        unsafe extern "C" fn(rt: *mut art_runtime, watcher: art_actor, group: *const art_group) -> art_status,
    /// See art_set_mailbox.
    pub set_mailbox: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        mailbox: *const art_mailbox,
    ) -> art_status,
    /// See art_post_with.
    pub post_with: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        sending: *const art_sending,
        tag: u64,
        data: *const c_void,
        len: usize,
    ) -> art_status,
    /// See art_pause.
    pub pause: unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor) -> art_status,
    /// See art_resume.
    pub resume: unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor) -> art_status,
    /// See art_on_room.
    pub on_room:
        unsafe extern "C" fn(rt: *mut art_runtime, waiter: art_actor, of: art_actor, most: u32) -> art_status,
    /// See art_snapshot_json.
    pub snapshot_json: unsafe extern "C" fn(
        rt: *mut art_runtime,
        buffer: *mut c_char,
        size: usize,
        out_len: *mut usize,
    ) -> art_status,
    /// See art_dead_letters.
    pub dead_letters:
        unsafe extern "C" fn(rt: *mut art_runtime, out: *mut art_dead_letter_counts) -> art_status,
    /// See art_set_counting.
    pub set_counting: unsafe extern "C" fn(rt: *mut art_runtime, what: u32) -> art_status,
    /// See art_counts.
    pub counts: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        out: *mut art_actor_counts,
    ) -> art_status,
    /// See art_locate.
    pub locate:
        unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor, out: *mut art_located) -> art_status,
    /// See art_name_monitor.
    pub name_monitor: unsafe extern "C" fn(
        rt: *mut art_runtime,
        watcher: art_actor,
        name: *const c_char,
        name_len: usize,
    ) -> art_status,
    /// See art_restarts_monitor.
    pub restarts_monitor:
        unsafe extern "C" fn(rt: *mut art_runtime, watcher: art_actor, actor: art_actor) -> art_status,
    /// See art_exit_after.
    pub exit_after: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        after_ns: u64,
        out: *mut art_timer,
    ) -> art_status,
    /// See art_kill_after.
    pub kill_after: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        after_ns: u64,
        out: *mut art_timer,
    ) -> art_status,
    /// See art_context_run.
    pub context_run: unsafe extern "C" fn(context: *mut art_context) -> art_status,
    /// See art_context_timer_start.
    pub context_timer_start:
        unsafe extern "C" fn(context: *mut art_context, number: u64, after_ns: u64) -> art_status,
    /// See art_context_interval_start.
    pub context_interval_start: unsafe extern "C" fn(
        context: *mut art_context,
        number: u64,
        interval: *const art_interval,
    ) -> art_status,
    /// See art_context_timer_stop.
    pub context_timer_stop: unsafe extern "C" fn(context: *mut art_context, number: u64) -> art_status,
    /// See art_byte_budget_set.
    pub byte_budget_set: unsafe extern "C" fn(
        rt: *mut art_runtime,
        low: usize,
        high: usize,
        told: art_water_fn,
        user: *mut c_void,
    ) -> art_status,
    /// See art_system.
    pub system: unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor, message: u32) -> art_status,
    /// See art_system_all.
    pub system_all:
        unsafe extern "C" fn(rt: *mut art_runtime, message: u32, out_count: *mut usize) -> art_status,
    /// See art_start_all.
    pub start_all: unsafe extern "C" fn(
        rt: *mut art_runtime,
        deadline_ns: u64,
        done: art_started_fn,
        user: *mut c_void,
    ) -> art_status,
    /// See art_ping.
    pub ping: unsafe extern "C" fn(rt: *mut art_runtime, asker: art_actor, actor: art_actor) -> art_status,
    /// See art_on_pong.
    pub on_pong: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        told: art_pong_fn,
        user: *mut c_void,
    ) -> art_status,
    /// See art_heartbeat_start.
    pub heartbeat_start: unsafe extern "C" fn(
        rt: *mut art_runtime,
        heartbeat: *const art_heartbeat,
        told: art_pulse_fn,
        user: *mut c_void,
        out: *mut art_actor,
    ) -> art_status,
    /// See art_watchdog_create.
    pub watchdog_create:
        unsafe extern "C" fn(rt: *mut art_runtime, out: *mut *mut art_watchdog) -> art_status,
    /// See art_watchdog_busy.
    pub watchdog_busy: unsafe extern "C" fn(
        watchdog: *mut art_watchdog,
        out: *mut art_busy,
        method: *mut c_char,
        size: usize,
        out_len: *mut usize,
    ) -> art_status,
    /// See art_watchdog_ref.
    pub watchdog_ref: unsafe extern "C" fn(watchdog: *mut art_watchdog) -> *mut art_watchdog,
    /// See art_watchdog_unref.
    pub watchdog_unref: unsafe extern "C" fn(watchdog: *mut art_watchdog),
    /// See art_exec.
    pub exec: unsafe extern "C" fn(
        rt: *mut art_runtime,
        actor: art_actor,
        run: art_exec_fn,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> art_status,
    /// See art_snapshot_dot.
    pub snapshot_dot: unsafe extern "C" fn(
        rt: *mut art_runtime,
        buffer: *mut c_char,
        size: usize,
        out_len: *mut usize,
    ) -> art_status,
    /// See art_dead_letter_at.
    pub dead_letter_at:
        unsafe extern "C" fn(rt: *mut art_runtime, index: usize, out: *mut art_dead_letter) -> art_status,
    /// See art_set_observer.
    pub set_observer: unsafe extern "C" fn(rt: *mut art_runtime, observer: *const art_observer) -> art_status,
    /// See art_context_trace.
    pub context_trace: unsafe extern "C" fn(
        context: *mut art_context,
        out_message: *mut u64,
        out_cause: *mut u64,
    ) -> art_status,
    /// See art_pool_spawn.
    pub pool_spawn: unsafe extern "C" fn(
        rt: *mut art_runtime,
        config: *const art_pool_config,
        out: *mut art_actor,
    ) -> art_status,
    /// See art_pool_set_settings.
    pub pool_set_settings: unsafe extern "C" fn(
        rt: *mut art_runtime,
        pool: art_actor,
        settings: *const art_pool_settings,
    ) -> art_status,
    /// See art_pool_set_size.
    pub pool_set_size: unsafe extern "C" fn(rt: *mut art_runtime, pool: art_actor, size: u32) -> art_status,
    /// See art_pool_drain.
    pub pool_drain: unsafe extern "C" fn(rt: *mut art_runtime, pool: art_actor) -> art_status,
    /// See art_pool_stats.
    pub pool_stats:
        unsafe extern "C" fn(rt: *mut art_runtime, pool: art_actor, out: *mut art_pool_counts) -> art_status,
    /// See art_pool_report.
    pub pool_report:
        unsafe extern "C" fn(rt: *mut art_runtime, asker: art_actor, pool: art_actor) -> art_status,
    /// See art_pool_submit.
    pub pool_submit: unsafe extern "C" fn(
        rt: *mut art_runtime,
        pool: art_actor,
        job: *const art_job,
        data: *const c_void,
        len: usize,
    ) -> art_status,
    /// See art_pool_submit_owned.
    pub pool_submit_owned: unsafe extern "C" fn(
        rt: *mut art_runtime,
        pool: art_actor,
        job: *const art_job,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> art_status,
    /// See art_pool_submit_buffer.
    pub pool_submit_buffer: unsafe extern "C" fn(
        rt: *mut art_runtime,
        pool: art_actor,
        job: *const art_job,
        buffer: *mut art_buffer,
    ) -> art_status,
    /// See art_context_job_keep.
    pub context_job_keep: unsafe extern "C" fn(context: *mut art_context) -> art_status,
    /// See art_context_slot.
    pub context_slot: unsafe extern "C" fn(context: *mut art_context, out: *mut u64) -> art_status,
    /// See art_job_done.
    pub job_done: unsafe extern "C" fn(rt: *mut art_runtime, job: art_job_token) -> art_status,
    /// See art_job_failed.
    pub job_failed: unsafe extern "C" fn(rt: *mut art_runtime, job: art_job_token) -> art_status,
    /// See art_job_alive.
    pub job_alive: unsafe extern "C" fn(rt: *mut art_runtime, job: art_job_token) -> art_status,
    /// See art_port_create.
    pub port_create: unsafe extern "C" fn(rt: *mut art_runtime, out: *mut art_port) -> art_status,
    /// See art_port_subscribe.
    pub port_subscribe: unsafe extern "C" fn(
        rt: *mut art_runtime,
        port: art_port,
        actor: art_actor,
        subscription: *const art_subscription,
    ) -> art_status,
    /// See art_port_unsubscribe.
    pub port_unsubscribe:
        unsafe extern "C" fn(rt: *mut art_runtime, port: art_port, actor: art_actor) -> art_status,
    /// See art_port_publish.
    pub port_publish: unsafe extern "C" fn(
        rt: *mut art_runtime,
        port: art_port,
        data: *const c_void,
        len: usize,
        out_taken: *mut usize,
    ) -> art_status,
    /// See art_port_publish_buffer.
    pub port_publish_buffer: unsafe extern "C" fn(
        rt: *mut art_runtime,
        port: art_port,
        buffer: *mut art_buffer,
        out_taken: *mut usize,
    ) -> art_status,
    /// See art_port_subscribers.
    pub port_subscribers:
        unsafe extern "C" fn(rt: *mut art_runtime, port: art_port, out_count: *mut usize) -> art_status,
    /// See art_port_destroy.
    pub port_destroy: unsafe extern "C" fn(rt: *mut art_runtime, port: art_port) -> art_status,
    /// See art_context_starting.
    pub context_starting: unsafe extern "C" fn(context: *mut art_context) -> art_status,
    /// See art_started.
    pub started: unsafe extern "C" fn(rt: *mut art_runtime, actor: art_actor) -> art_status,
    /// See art_context_take_state.
    pub context_take_state:
        unsafe extern "C" fn(context: *mut art_context, out: *mut *mut c_void) -> art_status,
    /// See art_adopt.
    pub adopt:
        unsafe extern "C" fn(rt: *mut art_runtime, supervisor: art_actor, actor: art_actor) -> art_status,
    /// See art_stop_children.
    pub stop_children: unsafe extern "C" fn(
        rt: *mut art_runtime,
        supervisor: art_actor,
        done: art_done_fn,
        user: *mut c_void,
    ) -> art_status,
    /// See art_drain_children.
    pub drain_children: unsafe extern "C" fn(
        rt: *mut art_runtime,
        supervisor: art_actor,
        done: art_done_fn,
        user: *mut c_void,
    ) -> art_status,
    /// See art_child_describe.
    pub child_describe: unsafe extern "C" fn(
        rt: *mut art_runtime,
        supervisor: art_actor,
        child: art_actor,
        out: *mut art_child_info,
        name: *mut c_char,
        size: usize,
        out_len: *mut usize,
    ) -> art_status,
    /// See art_ask_all.
    pub ask_all: unsafe extern "C" fn(
        rt: *mut art_runtime,
        from: art_actor,
        to: *const art_actor,
        count: usize,
        enough: u32,
        tag: u64,
        data: *const c_void,
        len: usize,
        deadline_ns: u64,
        number: u64,
    ) -> art_status,
    /// See art_ask_forward.
    pub ask_forward: unsafe extern "C" fn(
        rt: *mut art_runtime,
        from: art_actor,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
        deadline_ns: u64,
        receiver: art_actor,
        forward_tag: u64,
        out_token: *mut art_reply_token,
    ) -> art_status,
    /// See art_ask_deadline.
    pub ask_deadline: unsafe extern "C" fn(
        rt: *mut art_runtime,
        token: art_reply_token,
        out_deadline_ns: *mut u64,
    ) -> art_status,
    /// See art_context_ask_holding.
    pub context_ask_holding: unsafe extern "C" fn(
        context: *mut art_context,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
        deadline_ns: u64,
        out_token: *mut art_reply_token,
    ) -> art_status,
    /// See art_context_coalesce.
    pub context_coalesce: unsafe extern "C" fn(
        context: *mut art_context,
        key: *const c_void,
        key_len: usize,
        out_first: *mut u32,
    ) -> art_status,
    /// See art_context_coalesced_reply.
    pub context_coalesced_reply: unsafe extern "C" fn(
        context: *mut art_context,
        key: *const c_void,
        key_len: usize,
        tag: u64,
        data: *const c_void,
        len: usize,
        out_count: *mut usize,
    ) -> art_status,
    /// See art_context_coalesced_drop.
    pub context_coalesced_drop: unsafe extern "C" fn(
        context: *mut art_context,
        key: *const c_void,
        key_len: usize,
        out_count: *mut usize,
    ) -> art_status,
    /// See art_context_coalesced_count.
    pub context_coalesced_count: unsafe extern "C" fn(
        context: *mut art_context,
        key: *const c_void,
        key_len: usize,
        out_count: *mut usize,
    ) -> art_status,
    /// See art_post_parked.
    pub post_parked: unsafe extern "C" fn(
        rt: *mut art_runtime,
        from: art_actor,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
        deadline_ns: u64,
        number: u64,
    ) -> art_status,
    /// See art_post_parked_owned.
    pub post_parked_owned: unsafe extern "C" fn(
        rt: *mut art_runtime,
        from: art_actor,
        to: art_actor,
        tag: u64,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
        deadline_ns: u64,
        number: u64,
    ) -> art_status,
    /// See art_post_parked_then.
    pub post_parked_then: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
        deadline_ns: u64,
        told: art_sent_fn,
        user: *mut c_void,
    ) -> art_status,
    /// See art_try_post_with.
    pub try_post_with: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        sending: *const art_sending,
        tag: u64,
        data: *const c_void,
        len: usize,
    ) -> art_status,
    /// See art_post_owned_with.
    pub post_owned_with: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        sending: *const art_sending,
        tag: u64,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> art_status,
    /// See art_try_post_owned_with.
    pub try_post_owned_with: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        sending: *const art_sending,
        tag: u64,
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> art_status,
    /// See art_post_buffer_with.
    pub post_buffer_with: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        sending: *const art_sending,
        tag: u64,
        buffer: *mut art_buffer,
    ) -> art_status,
    /// See art_name_demonitor.
    pub name_demonitor: unsafe extern "C" fn(
        rt: *mut art_runtime,
        watcher: art_actor,
        name: *const c_char,
        name_len: usize,
    ) -> art_status,
    /// See art_restarts_demonitor.
    pub restarts_demonitor:
        unsafe extern "C" fn(rt: *mut art_runtime, watcher: art_actor, actor: art_actor) -> art_status,
    /// See art_group_demonitor.
    pub group_demonitor:
        unsafe extern "C" fn(rt: *mut art_runtime, watcher: art_actor, group: *const art_group) -> art_status,
    /// See art_group_list.
    pub group_list: unsafe extern "C" fn(
        rt: *mut art_runtime,
        scope: *const c_char,
        scope_len: usize,
        buffer: *mut c_char,
        size: usize,
        out_len: *mut usize,
    ) -> art_status,
    /// See art_scope_list.
    pub scope_list: unsafe extern "C" fn(
        rt: *mut art_runtime,
        buffer: *mut c_char,
        size: usize,
        out_len: *mut usize,
    ) -> art_status,
    /// See art_scope_monitor.
    pub scope_monitor: unsafe extern "C" fn(
        rt: *mut art_runtime,
        watcher: art_actor,
        scope: *const c_char,
        scope_len: usize,
    ) -> art_status,
    /// See art_scope_demonitor.
    pub scope_demonitor: unsafe extern "C" fn(
        rt: *mut art_runtime,
        watcher: art_actor,
        scope: *const c_char,
        scope_len: usize,
    ) -> art_status,
    /// See art_ask_then.
    pub ask_then: unsafe extern "C" fn(
        rt: *mut art_runtime,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
        deadline_ns: u64,
        told: art_answered_fn,
        user: *mut c_void,
        out_token: *mut art_reply_token,
    ) -> art_status,
    /// See art_remote_ask.
    pub remote_ask: unsafe extern "C" fn(
        remote: *mut art_remote,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
        timeout_ns: u64,
        told: art_answered_fn,
        user: *mut c_void,
    ) -> art_status,
    /// See art_remote_ask_wait.
    pub remote_ask_wait: unsafe extern "C" fn(
        remote: *mut art_remote,
        to: art_actor,
        tag: u64,
        data: *const c_void,
        len: usize,
        timeout_ns: u64,
        out: *mut art_waited,
    ) -> art_status,
    /// See art_build_flags.
    pub build_flags: extern "C" fn() -> u32,
}

pub(crate) static TABLE: art_api_table = art_api_table {
    struct_size: size_of::<art_api_table>() as u32,
    abi_version: ART_ABI_VERSION,
    version: art_version,
    status_text: art_status_text,
    tag_from_name: art_tag_from_name,
    tag_register: art_tag_register,
    config_init: art_config_init,
    create: art_create,
    destroy: art_destroy,
    adopt_thread: art_adopt_thread,
    now: art_now,
    last_message: art_last_message,
    step: art_step,
    next_timeout: art_next_timeout,
    next_deadline: art_next_deadline,
    timeout_ms: art_timeout_ms,
    pending: art_pending,
    spawn: art_spawn,
    stop: art_stop,
    kill: art_kill,
    post: art_post,
    post_owned: art_post_owned,
    post_buffer: art_post_buffer,
    try_post: art_try_post,
    try_post_owned: art_try_post_owned,
    timer_at: art_timer_at,
    timer_reset: art_timer_reset,
    timer_cancel: art_timer_cancel,
    ask: art_ask,
    ask_cancel: art_ask_cancel,
    reply: art_reply,
    reply_owned: art_reply_owned,
    reply_drop: art_reply_drop,
    context_self: art_context_self,
    context_runtime: art_context_runtime,
    context_now: art_context_now,
    context_fail: art_context_fail,
    context_stop: art_context_stop,
    context_reply: art_context_reply,
    context_reply_keep: art_context_reply_keep,
    context_take: art_context_take,
    context_yield: art_context_yield,
    context_host_call: art_context_host_call,
    run_host_calls: art_run_host_calls,
    buffer_create: art_buffer_create,
    buffer_wrap: art_buffer_wrap,
    buffer_data: art_buffer_data,
    buffer_ref: art_buffer_ref,
    buffer_unref: art_buffer_unref,
    remote_create: art_remote_create,
    remote_clone: art_remote_clone,
    remote_ref: art_remote_ref,
    remote_unref: art_remote_unref,
    remote_post: art_remote_post,
    remote_post_owned: art_remote_post_owned,
    remote_post_buffer: art_remote_post_buffer,
    remote_reply: art_remote_reply,
    remote_reply_owned: art_remote_reply_owned,
    remote_wake: art_remote_wake,
    remote_interrupt: art_remote_interrupt,
    waker_create: art_waker_create,
    waker_wake: art_waker_wake,
    waker_ref: art_waker_ref,
    waker_unref: art_waker_unref,
    poll_create: art_poll_create,
    poll_attach: art_poll_attach,
    poll_fd: art_poll_fd,
    poll_clear: art_poll_clear,
    poll_unref: art_poll_unref,
    stop_because: art_stop_because,
    drain: art_drain,
    monitor: art_monitor,
    on_exit: art_on_exit,
    demonitor: art_demonitor,
    link: art_link,
    unlink: art_unlink,
    trap_exits: art_trap_exits,
    set_supervisor: art_set_supervisor,
    on_escalation: art_on_escalation,
    terminate: art_terminate,
    stopped: art_stopped,
    children: art_children,
    count_children: art_count_children,
    supervisor_of: art_supervisor_of,
    child_terminate: art_child_terminate,
    child_restart: art_child_restart,
    child_forget: art_child_forget,
    name_register: art_name_register,
    name_lookup: art_name_lookup,
    name_unregister: art_name_unregister,
    name_list: art_name_list,
    group_join: art_group_join,
    group_leave: art_group_leave,
    group_members: art_group_members,
    group_post: art_group_post,
    group_monitor: art_group_monitor,
    set_mailbox: art_set_mailbox,
    post_with: art_post_with,
    pause: art_pause,
    resume: art_resume,
    on_room: art_on_room,
    snapshot_json: art_snapshot_json,
    dead_letters: art_dead_letters,
    set_counting: art_set_counting,
    counts: art_counts,
    locate: art_locate,
    name_monitor: art_name_monitor,
    restarts_monitor: art_restarts_monitor,
    exit_after: art_exit_after,
    kill_after: art_kill_after,
    context_run: art_context_run,
    context_timer_start: art_context_timer_start,
    context_interval_start: art_context_interval_start,
    context_timer_stop: art_context_timer_stop,
    byte_budget_set: art_byte_budget_set,
    system: art_system,
    system_all: art_system_all,
    start_all: art_start_all,
    ping: art_ping,
    on_pong: art_on_pong,
    heartbeat_start: art_heartbeat_start,
    watchdog_create: art_watchdog_create,
    watchdog_busy: art_watchdog_busy,
    watchdog_ref: art_watchdog_ref,
    watchdog_unref: art_watchdog_unref,
    exec: art_exec,
    snapshot_dot: art_snapshot_dot,
    dead_letter_at: art_dead_letter_at,
    set_observer: art_set_observer,
    context_trace: art_context_trace,
    pool_spawn: art_pool_spawn,
    pool_set_settings: art_pool_set_settings,
    pool_set_size: art_pool_set_size,
    pool_drain: art_pool_drain,
    pool_stats: art_pool_stats,
    pool_report: art_pool_report,
    pool_submit: art_pool_submit,
    pool_submit_owned: art_pool_submit_owned,
    pool_submit_buffer: art_pool_submit_buffer,
    context_job_keep: art_context_job_keep,
    context_slot: art_context_slot,
    job_done: art_job_done,
    job_failed: art_job_failed,
    job_alive: art_job_alive,
    port_create: art_port_create,
    port_subscribe: art_port_subscribe,
    port_unsubscribe: art_port_unsubscribe,
    port_publish: art_port_publish,
    port_publish_buffer: art_port_publish_buffer,
    port_subscribers: art_port_subscribers,
    port_destroy: art_port_destroy,
    context_starting: art_context_starting,
    started: art_started,
    context_take_state: art_context_take_state,
    adopt: art_adopt,
    stop_children: art_stop_children,
    drain_children: art_drain_children,
    child_describe: art_child_describe,
    ask_all: art_ask_all,
    ask_forward: art_ask_forward,
    ask_deadline: art_ask_deadline,
    context_ask_holding: art_context_ask_holding,
    context_coalesce: art_context_coalesce,
    context_coalesced_reply: art_context_coalesced_reply,
    context_coalesced_drop: art_context_coalesced_drop,
    context_coalesced_count: art_context_coalesced_count,
    post_parked: art_post_parked,
    post_parked_owned: art_post_parked_owned,
    post_parked_then: art_post_parked_then,
    try_post_with: art_try_post_with,
    post_owned_with: art_post_owned_with,
    try_post_owned_with: art_try_post_owned_with,
    post_buffer_with: art_post_buffer_with,
    name_demonitor: art_name_demonitor,
    restarts_demonitor: art_restarts_demonitor,
    group_demonitor: art_group_demonitor,
    group_list: art_group_list,
    scope_list: art_scope_list,
    scope_monitor: art_scope_monitor,
    scope_demonitor: art_scope_demonitor,
    ask_then: art_ask_then,
    remote_ask: art_remote_ask,
    remote_ask_wait: art_remote_ask_wait,
    build_flags: art_build_flags,
};

/// Returns the table of all functions, or NULL if the library is older than `min_version` (in the form of `ART_VERSION`;
/// 0 for any). A library of another ABI generation is another file, with another SONAME.
///
/// Thread: any. May call: nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn art_api(min_version: u32) -> *const art_api_table {
    if min_version > ART_VERSION { std::ptr::null() } else { &raw const TABLE }
}
