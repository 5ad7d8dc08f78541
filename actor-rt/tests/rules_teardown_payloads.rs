//! The end of a runtime: with which reason the payloads of others are released, who count on it.

mod payload_support;

use actor_rt::mailbox::Mailbox;
use actor_rt::{Actor, Cx, Door, DropReason, Packet, Receive, Ret, Runtime};
use payload_support::{owned, released};
use std::time::Instant;

struct Plain;

impl Receive for Plain {
    fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
}

/// Once it was another reason for what waited for its actor in other places than the queue: behind a pause, in a mailbox of its own, on timers.
#[test]
fn payloads_are_released_with_the_same_reason_wherever_they_wait() {
    type Leaves = fn(&Door, &Actor<Plain>);
    let places: [(&str, DropReason, Leaves); 5] = [
        ("queued", DropReason::Closed, |door, actor| door.post(actor.actor_id(), 1, owned()).unwrap()),
        ("its own mailbox", DropReason::Closed, |door, actor| {
            actor.set_mailbox(Mailbox::new());
            door.post(actor.actor_id(), 1, owned()).unwrap();
        }),
        ("a timer", DropReason::Closed, |door, actor| {
            door.timer_post(actor.actor_id(), 1, owned(), 1_000).unwrap();
        }),
        ("a timer that is withdrawn", DropReason::Cancelled, |door, actor| {
            let timer = door.timer_post(actor.actor_id(), 1, owned(), 1_000).unwrap();
            door.timer_cancel(timer).unwrap();
        }),
        ("a timer of one that ends before", DropReason::Cancelled, |door, actor| {
            door.timer_post(actor.actor_id(), 1, owned(), 1_000).unwrap();
            door.kill(actor.actor_id(), "enough").unwrap();
        }),
    ];
    for (place, reason, leaves) in places {
        for paused in [false, true] {
            let now = Instant::now();
            let mut runtime = Runtime::new(now);
            let actor = runtime.door().spawn(Plain, Ret::nop());
            runtime.run(now, false);
            if paused {
                actor.pause();
            }
            leaves(runtime.door(), &actor);
            if paused || reason == DropReason::Cancelled {
                runtime.run(now, false);
            }
            drop(runtime);
            assert_eq!(released(), [reason as u32], "{place}, paused: {paused}");
        }
    }
}
