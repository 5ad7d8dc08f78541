//! Random specs and mailboxes.

use crate::messages::Own;
use crate::names::NAMES;
use crate::node::{Node, Traits};
use crate::shared::Shared;
use crate::waits::{FIRST, MOST};
use actor_rt::Cx;
use actor_rt::mailbox::{Mailbox, Overflow};
use actor_rt::supervision::*;
use std::rc::Rc;
use std::time::Duration;

/// What is counted when one without a mailbox of its own has no room.
pub const PLAIN_BOUND: &str = "K5: no room, a plain bound";

/// A random spec.
pub fn spec(shared: &Rc<Shared>) -> Spec<Node> {
    let random = &shared.random;
    let own_mailbox = random.one_in(3).then(|| mailbox(shared));
    let resets = Duration::from_millis(if random.one_in(2) { 2 } else { 8 });
    let traits = Traits {
        restart: [Restart::Permanent, Restart::Transient, Restart::Temporary][random.below(3) as usize],
        returns_state: random.one_in(3),
        strategy: [Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne][random.below(3) as usize],
        auto_shutdown: match random.below(6) {
            0 => AutoShutdown::AnySignificant,
            1 => AutoShutdown::AllSignificant,
            _ => AutoShutdown::Never,
        },
        window: if random.one_in(2) { Window::Sliding } else { Window::Anchored },
        significant: random.one_in(4),
        backoff_reset: random.one_in(3).then_some(resets),
        when_full: own_mailbox.map_or(PLAIN_BOUND, |(_, when_full)| when_full),
    };
    let mut spec = Spec::new(factory(shared, traits)).restart(traits.restart).shutdown(shutdown(shared));
    spec = spec.supervises(supervisor(shared, traits)).hooks();
    if traits.returns_state {
        spec = spec.return_state();
    }
    if let Some(reset) = traits.backoff_reset {
        spec = spec.backoff(Backoff::new(FIRST, MOST).jitter(0.5).reset(reset));
    }
    if traits.significant {
        spec = spec.significant();
    }
    if random.one_in(4) {
        spec = spec.start_timeout(Duration::from_millis(1) + random.millis(3));
    }
    if random.one_in(4) {
        spec = spec.register(NAMES[random.below(3) as usize]);
    }
    if !random.one_in(3) {
        spec = spec.accept_packets();
    }
    match own_mailbox {
        Some((mailbox, _)) => spec.mailbox(mailbox),
        None if random.one_in(4) => spec.capacity(2),
        None => spec,
    }
}

/// Makes a node, or not, or later.
fn factory(shared: &Rc<Shared>, traits: Traits) -> impl FnMut(&mut Cx<'_, Node>) -> Option<Node> + use<> {
    let shared = shared.clone();
    let mut is_first = true;
    move |cx| {
        let (is_first, id) = (std::mem::take(&mut is_first), cx.this().actor_id().0);
        shared.has_waited(id);
        let born = shared.stamp();
        shared.note(id, |notes| (notes.traits, notes.born) = (traits, born));
        match shared.random.below(12) {
            0 if !is_first || shared.random.one_in(2) => {
                shared.count("failed to start");
                shared.failed_to_start(id);
                cx.fail_str("not today");
                None
            }
            1 => {
                shared.count("started later");
                shared.note(id, |notes| notes.is_starting = true);
                let (shared, own) = (shared.clone(), Own::new(&shared));
                let made = move |cx: &mut Cx<'_, Node>| {
                    own.comes();
                    Some(Node::new(cx, traits, &shared))
                };
                cx.this().call_at_prep(Duration::from_millis(2), made);
                None
            }
            _ => Some(Node::new(cx, traits, &shared)),
        }
    }
}

fn shutdown(shared: &Shared) -> Shutdown {
    match shared.random.below(3) {
        0 => Shutdown::Kill,
        1 => Shutdown::Infinite,
        _ => Shutdown::After(shared.random.millis(10)),
    }
}

fn supervisor(shared: &Shared, traits: Traits) -> Supervisor {
    let random = &shared.random;
    let intensity = Intensity::new(random.below(4), Duration::from_millis(10)).window(traits.window);
    Supervisor::new().strategy(traits.strategy).intensity(intensity).auto_shutdown(traits.auto_shutdown)
}

/// A random mailbox, and what is counted when it has no room.
pub fn mailbox(shared: &Shared) -> (Mailbox, &'static str) {
    let (overflow, name) = [
        (Overflow::Reject, "K5: an overflow was refused"),
        (Overflow::DropNewest, "K5: an overflow dropped the newest message"),
        (Overflow::DropOldest, "K5: an overflow dropped the oldest message"),
        (Overflow::Fail, "K5: an overflow was one too many"),
        (Overflow::Redirect(shared.any()), "K5: an overflow was sent on in vain"),
    ][shared.random.below(5) as usize];
    let mailbox = Mailbox::new().capacity(shared.random.below(4)).overflow(overflow);
    if shared.random.one_in(6) { (mailbox.rate(3, Duration::from_millis(5)), name) } else { (mailbox, name) }
}
