//! The workloads both runtimes execute, written once in Stakker's API.
//!
//! The parent module names the runtime `rt`, and has in `host` what the two say differently. Each row checks at its end that the work was done: a runtime that loses
//! messages shall not look fast.

use super::{host, rt};
use crate::peers::{Row, Rows};

mod actors;
mod messages;
mod patterns;
mod remote;
mod steps;
mod support;
mod timers;

pub fn rows() -> Rows {
    vec![
        ("burst", messages::burst as Row),
        ("burst_64", messages::burst_64),
        ("ping", messages::ping),
        ("post_one_step_once", messages::post_one_step_once),
        ("ring", patterns::ring),
        ("fan", patterns::fan),
        ("request", patterns::request),
        ("prep_flush", patterns::prep_flush),
        ("remote_1", remote::remote::<1>),
        ("remote_4", remote::remote::<4>),
        ("spawn_drop_batch", actors::spawn_drop_batch),
        ("spawn_drop", actors::spawn_drop),
        ("actor_memory", actors::actor_memory),
        ("timer_add_cancel_1k", timers::add_cancel::<1_000>),
        ("timer_add_cancel_100k", timers::add_cancel::<100_000>),
        ("timer_add_cancel_1m", timers::add_cancel::<1_000_000>),
        ("timer_cancel_random_100k", timers::cancel_random::<100_000>),
        ("timer_cancel_random_1m", timers::cancel_random::<1_000_000>),
        ("timer_push_out_1k", timers::push_out::<1_000>),
        ("timer_push_out_100k", timers::push_out::<100_000>),
        ("timer_push_out_1m", timers::push_out::<1_000_000>),
        ("timer_add", timers::add_to_none),
        ("timer_fire_and_add_1k", timers::fire_and_add::<1_000>),
        ("timer_fire_and_add_100k", timers::fire_and_add::<100_000>),
        ("timer_fire_and_add_1m", timers::fire_and_add::<1_000_000>),
        ("timer_fire_ms_grid", timers::fire_ms_grid),
        ("timer_fire_ns_random", timers::fire_ns_random),
        ("timer_rearm", timers::rearm),
        ("wake", steps::wake),
        ("idle_step", steps::idle_step::<0>),
        ("idle_step_100k", steps::idle_step::<100_000>),
    ]
}
