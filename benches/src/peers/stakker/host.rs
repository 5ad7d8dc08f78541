//! What a host of Stakker says differently.

use stakker::Stakker;
use std::time::Instant;

/// A runtime that calls `told` at each wake.
pub fn told_of_wakes(now: Instant, told: impl Fn() + Send + Sync + 'static) -> Stakker {
    let mut rt = Stakker::new(now);
    rt.set_poll_waker(told);
    rt
}

/// Runs the handlers of the wakers that were called.
pub fn take_wakes(rt: &mut Stakker) {
    rt.poll_wake();
}

/// Names a timer that is moved.
pub type Movable = stakker::MaxTimerKey;

/// Arms a timer, or moves it if it is armed: Stakker's max timer is made for that.
macro_rules! push_out {
    ($key:expr, $at:expr, [$actor:expr, $rt:expr], $($call:tt)+) => {
        stakker::timer_max!($key, $at, [$actor, $rt], $($call)+)
    };
}
pub(crate) use push_out;

/// A way for other threads to call a method with a number, and what keeps it open.
macro_rules! sender {
    ([$actor:expr, $rt:expr], $method:ident) => {{
        let forward = stakker::fwd_to!([$actor], $method() as (u64));
        let (channel, guard) = stakker::sync::Channel::new(&mut $rt, forward);
        let send = move |number: u64| assert!(channel.send(number), "the channel is open");
        (send, guard)
    }};
}
pub(crate) use sender;
