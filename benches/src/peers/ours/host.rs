//! What a host of this runtime says differently from one of Stakker.

use actor_rt::{Config, Runtime, WakeFlags};
use std::time::Instant;

/// A runtime that calls `told` at each wake.
pub fn told_of_wakes(now: Instant, told: impl Fn() + Send + Sync + 'static) -> Runtime {
    Config::new().wake(move |_: WakeFlags| told()).build(now)
}

/// Nothing to do: a step takes the wakes.
pub fn take_wakes(_: &mut Runtime) {}

/// Names a timer that is moved.
pub type Movable = actor_rt::FixedTimerKey;

/// Arms a timer, or moves it if it is armed.
macro_rules! push_out {
    ($key:expr, $at:expr, [$actor:expr, $rt:expr], $($call:tt)+) => {{
        let key: &mut actor_rt::FixedTimerKey = $key;
        let at = $at;
        if !$rt.timer_reset(*key, at) {
            *key = actor_rt::at!(at, [$actor, $rt], $($call)+);
        }
    }};
}
pub(crate) use push_out;

/// A way for other threads to call a method with a number, and what keeps it open.
macro_rules! sender {
    ([$actor:expr, $rt:expr], $method:ident) => {{
        let remote = $actor.remote();
        let send = move |number: u64| {
            assert!(remote.call(move |this, cx| this.$method(cx, number)).is_ok(), "the runtime is open");
        };
        (send, ())
    }};
}
pub(crate) use sender;
