//! What is too much for an actor goes to another one (K5 of the study: what a full mailbox means is a setting).

mod supervision_support;

use actor_rt::mailbox::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Instant;
use supervision_support::*;

#[derive(Default)]
struct Clerk {
    served: Vec<u64>,
}

impl Clerk {
    fn serve(number: u64) -> impl FnOnce(&mut Clerk, &mut Cx<'_, Clerk>) + Send + Clone {
        move |this, _| this.served.push(number)
    }
}

impl Receive for Clerk {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        self.served.push(packet.tag());
    }
}

fn clerk(world: &mut World) -> Actor<Clerk> {
    Spec::new(|_| Some(Clerk::default())).accept_packets().start(&mut world.runtime).unwrap()
}

fn served(world: &mut World, clerk: &Actor<Clerk>) -> Vec<u64> {
    clerk.query(&mut world.runtime, |clerk, _| std::mem::take(&mut clerk.served)).unwrap()
}

/// One whose overflow goes to the other.
fn pair(world: &mut World, own: bool) -> (Actor<Clerk>, Actor<Clerk>) {
    let (first, second) = (clerk(world), clerk(world));
    first.set_mailbox(Mailbox::new().capacity(1).overflow(Overflow::Redirect(second.actor_id())));
    if own {
        second.set_mailbox(Mailbox::new().capacity(2));
    } else {
        second.set_capacity(2);
    }
    (first, second)
}

#[test]
fn k5_what_is_too_much_for_one_goes_to_another_in_order_and_is_lost_if_that_is_full_too() {
    for own in [false, true] {
        let mut world = World::new();
        let (first, second) = pair(&mut world, own);
        for number in 1..=5 {
            first.call(Clerk::serve(number));
        }
        world.run();
        assert_eq!(served(&mut world, &first), [1]);
        assert_eq!(served(&mut world, &second), [2, 3]);
        assert_eq!(world.runtime.dead_letters_of(DropReason::Full), 2);
    }
}

#[test]
fn k5_whatever_way_a_message_comes_it_is_sent_on() {
    for own in [false, true] {
        let mut world = World::new();
        let (first, second) = pair(&mut world, own);
        let id = first.actor_id();
        let next = |world: &mut World| {
            world.run();
            first.call(Clerk::serve(0));
        };
        next(&mut world);
        assert!(first.try_call(Clerk::serve(1)).is_ok());
        assert!(first.try_call_with(Sending::new().priority(Priority::High), Clerk::serve(2)).is_ok());
        next(&mut world);
        assert!(world.runtime.door().call(id, Clerk::serve(3)).is_ok());
        assert!(world.runtime.door().post(id, 4, Body::Copied(b"12345678")).is_ok());
        next(&mut world);
        let remote = first.remote();
        std::thread::spawn(move || {
            remote.call(Clerk::serve(5)).unwrap();
            remote.runtime().post(id, 6, Body::Copied(b"some bytes")).unwrap();
        })
        .join()
        .unwrap();
        next(&mut world);
        world.run();
        assert_eq!(served(&mut world, &first), [0, 0, 0, 0]);
        let mut sent_on = served(&mut world, &second);
        sent_on.sort_unstable();
        assert_eq!(sent_on, [1, 2, 3, 4, 5, 6], "own mailbox: {own}");
        assert_eq!(world.runtime.pending().dead_letters, 0);
    }
}

#[test]
fn k5_nothing_goes_to_one_of_another_type_to_a_dead_one_or_round_in_circles() {
    for which in 0..3 {
        let mut world = World::new();
        let other = world.start("other").actor_id();
        let dead = clerk(&mut world);
        world.runtime.terminate_child(dead.actor_id(), Ret::nop()).unwrap();
        world.run();
        let to = [other, dead.actor_id(), ActorId(0)][which];
        let first = clerk(&mut world);
        first.set_mailbox(Mailbox::new().capacity(0).overflow(Overflow::Redirect(to)));
        first.call(Clerk::serve(1));
        assert_eq!(world.runtime.dead_letters_of(DropReason::NotFound), 1);
        let refused = world.runtime.door().post(first.actor_id(), 1, Body::Copied(b"bytes"));
        assert!(matches!(refused, Err((PostError::Full | PostError::Refused, Body::Copied(b"bytes")))));
        let remote = first.remote();
        remote.call(Clerk::serve(1)).unwrap();
        world.run();
        assert_eq!(world.runtime.dead_letters_of(DropReason::NotFound), 2);
        assert_eq!(served(&mut world, &first), [0; 0]);
    }
    let mut world = World::new();
    // Two that send on to each other, and one that does to itself.
    let (first, second) = (clerk(&mut world), clerk(&mut world));
    for (from, to) in [(&first, &second), (&second, &first)] {
        from.set_mailbox(Mailbox::new().capacity(1).overflow(Overflow::Redirect(to.actor_id())));
    }
    let itself = clerk(&mut world);
    itself.set_mailbox(Mailbox::new().capacity(1).overflow(Overflow::Redirect(itself.actor_id())));
    for number in 1..=3 {
        first.call(Clerk::serve(number));
        itself.call(Clerk::serve(number));
    }
    world.run();
    assert_eq!([served(&mut world, &first), served(&mut world, &second)], [[1], [2]]);
    assert_eq!(served(&mut world, &itself), [1]);
    assert_eq!(world.runtime.dead_letters_of(DropReason::Full), 3);
}

trait Serves {
    fn serve(&mut self, number: u64);
}

impl Serves for Clerk {
    fn serve(&mut self, number: u64) {
        self.served.push(number);
    }
}

#[test]
fn k5_a_call_by_a_trait_is_not_sent_on_since_it_knows_its_actor() {
    let mut world = World::new();
    let (first, second) = pair(&mut world, false);
    let serves: Actor<dyn Serves> = upcast!(first.clone() => dyn Serves);
    for number in 1..=2 {
        serves.call(move |serves, _| serves.serve(number));
    }
    world.run();
    assert_eq!([served(&mut world, &first), served(&mut world, &second)], [vec![1], vec![]]);
    assert_eq!(world.runtime.dead_letters_of(DropReason::NotFound), 1);
}

/// What a policy lost at once had claimed the wake of the host, who then slept over all that came after it.
#[test]
fn k5_what_is_lost_leaves_the_wake_to_what_comes() {
    for overflow in [Overflow::Reject, Overflow::DropNewest, Overflow::DropOldest] {
        let now = Instant::now();
        let wakes = Arc::new(AtomicU32::new(0));
        let wake = wakes.clone();
        let mut runtime = Config::new().wake(move |_| _ = wake.fetch_add(1, Relaxed)).build(now);
        let full =
            Spec::new(|_| Some(Clerk::default())).mailbox(Mailbox::new().capacity(0).overflow(overflow));
        let full = full.accept_packets().start(&mut runtime).unwrap();
        let other = Spec::new(|_| Some(Clerk::default())).start(&mut runtime).unwrap();
        runtime.step(now, &Budget::UNBOUNDED);
        wakes.store(0, Relaxed);
        full.call(Clerk::serve(1));
        _ = runtime.door().post(full.actor_id(), 2, Body::Copied(b""));
        assert_eq!(wakes.load(Relaxed), 0, "there is nothing to be done");
        other.call(Clerk::serve(3));
        other.call(Clerk::serve(4));
        assert_eq!(wakes.load(Relaxed), 1, "{overflow:?}");
        let served = other.query(&mut runtime, |clerk, _| clerk.served.len());
        assert_eq!((served, runtime.pending().messages), (Some(0), 2));
    }
}
