//! Published values: who gets them, in which form, and what becomes of those that nobody takes in time. The names begin with the sentence of
//! the study that they prove (R: ractor).

mod supervision_support;

use actor_rt::mailbox::{Mailbox, Overflow};
use actor_rt::services::{Backlog, OutputPort};
use actor_rt::supervision::{Backoff, Exit, Restart, Spec};
use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use supervision_support::*;

/// Writes the value down, and how many were lost before it.
fn write(this: &mut Node, _: &mut Cx<'_, Node>, n: u32, lost: u64) {
    this.log.write(format!("{}:{n}-{lost}", this.name));
}

fn all(n: &u32) -> Option<u32> {
    Some(*n)
}

#[test]
fn r47_r49_a_port_converts_skips_forgets_the_dead_and_tells_what_a_slow_one_lost() {
    let mut world = World::new();
    let mut port = OutputPort::new();
    assert_eq!(port.publish(&1), 0, "nobody listens");
    let fast = world.start("f");
    let slow = world.start_temporary("s");
    world.log.take();
    let odd = |n: &u32| (n % 2 == 1).then_some(*n);
    let write = |this: &mut Node, _: &mut Cx<'_, Node>, n: u32, lost: u64| {
        this.log.write(format!("{}:{n}-{lost}", this.name));
    };
    port.subscribe(&fast, 8, odd, write);
    let second = port.subscribe(&slow, 1, |n: &u32| Some(*n), write);
    assert_eq!([port.publish(&2), port.publish(&3)], [1, 2]);
    assert_eq!(world.run(), "s:3-1 f:3-0");
    slow.pause();
    for n in 4..8 {
        port.publish(&n);
    }
    assert_eq!(world.run(), "f:5-0 f:7-0");
    slow.resume();
    assert_eq!(world.run(), "s:7-3");
    slow.set_capacity(0);
    assert_eq!(port.publish(&2), 0, "its mailbox has no room");
    slow.set_capacity(8);
    port.publish(&8);
    assert_eq!(world.run(), "s:8-1");
    port.publish(&9);
    assert!(port.unsubscribe(second));
    assert_eq!(world.run(), "f:9-0");
    port.subscribe(&slow, 1, |n: &u32| Some(*n), write);
    world.kill(&slow);
    assert_eq!(port.subscribers(), 2);
    port.publish(&10);
    assert_eq!(port.subscribers(), 1);
    drop(port);
    assert_eq!(world.run(), "s:drop");
}

/// ractor has a port that loses silently, and one that keeps everything. Ours is one, whose subscribers say how many may wait, and are told
/// what they have lost.
#[test]
fn r48_a_slow_subscriber_loses_the_oldest_and_is_told_or_loses_nothing() {
    let mut world = World::new();
    let mut port = OutputPort::new();
    let read = |log: &Rc<RefCell<Vec<(u32, u64)>>>| {
        let log = log.clone();
        move |_: &mut Node, _: &mut Cx<'_, Node>, n: u32, lost: u64| log.borrow_mut().push((n, lost))
    };
    let (ring, all) = (Rc::default(), Rc::default());
    let (lossy, lossless) = (world.start("lossy"), world.start("lossless"));
    port.subscribe(&lossy, 10, |n: &u32| Some(*n), read(&ring));
    port.subscribe(&lossless, usize::MAX, |n: &u32| Some(*n), read(&all));
    lossy.pause();
    lossless.pause();
    for n in 0..100 {
        assert_eq!(port.publish(&n), 2);
    }
    lossy.resume();
    lossless.resume();
    world.run();
    let expected: Vec<_> = (90..100).map(|n| (n, if n == 90 { 90 } else { 0 })).collect();
    assert_eq!(ring.take(), expected);
    assert_eq!(all.take(), (0..100).map(|n| (n, 0)).collect::<Vec<_>>());
}

/// A call that the mailbox drops took no value along, so that the port believed it under way for ever: the subscriber starved.
#[test]
fn r48_what_a_mailbox_drops_of_a_port_is_lost_and_told_and_the_next_value_comes() {
    let policies = [
        (Overflow::DropOldest, [1, 1, 1], "n:3-2"),
        (Overflow::DropNewest, [1, 0, 0], "n:1-0"),
        (Overflow::Reject, [1, 0, 0], "n:1-0"),
    ];
    for (overflow, taken, first) in policies {
        let mut world = World::new();
        let node = world.start("n");
        world.log.take();
        node.set_mailbox(Mailbox::new().capacity(1).overflow(overflow));
        let mut port = OutputPort::new();
        port.subscribe(&node, 8, all, write);
        assert_eq!([1, 2, 3].map(|n| port.publish(&n)), taken, "{overflow:?}");
        assert_eq!(world.run(), first, "{overflow:?}");
        port.publish(&4);
        let lost = if overflow == Overflow::DropOldest { 0 } else { 2 };
        assert_eq!(world.run(), format!("n:4-{lost}"), "{overflow:?}");
        // Pushed out by somebody else's message.
        port.publish(&5);
        node.call(|node, _| node.log.write("other"));
        world.run();
        port.publish(&6);
        let story = world.run();
        let lost = u32::from(overflow == Overflow::DropOldest);
        assert_eq!(story, format!("n:6-{lost}"), "{overflow:?}");
    }
}

#[test]
fn r48_each_subscriber_says_what_is_lost_when_it_is_slow() {
    let mut world = World::new();
    let mut port = OutputPort::new();
    let [oldest, newest] = ["o", "n"].map(|name| world.start(name));
    let fails = world.start_temporary("f");
    world.log.take();
    port.subscribe(&oldest, Backlog::drop_oldest(2), all, write);
    port.subscribe(&newest, Backlog::drop_newest(2), all, write);
    port.subscribe(&fails, Backlog::fail(2), all, write);
    assert_eq!([1, 2, 3, 4].map(|n| port.publish(&n)), [3, 3, 1, 1]);
    let exit = Rc::new(RefCell::new(None));
    let hears = exit.clone();
    let told = Ret::new(move |exit: Option<Exit>| *hears.borrow_mut() = exit.and_then(|exit| exit.reason));
    world.runtime.on_exit(fails.actor_id(), told);
    assert_eq!(world.run(), "f:drop o:3-2 n:1-0 o:4-0 n:2-0");
    let why = exit.take().unwrap();
    assert!(why.contains("too many values of a port wait"), "{why}");
    port.publish(&5);
    assert_eq!(world.run(), "o:5-0 n:5-2");
    assert_eq!(port.subscribers(), 2);
    assert_eq!(Backlog::default(), Backlog::from(1024));
}

/// The panic ended the publisher, and the subscribers behind got nothing.
#[test]
fn r47_a_converter_that_panics_costs_its_subscriber_the_value_and_nobody_else() {
    let mut world = World::new();
    let mut port = OutputPort::new();
    let [bad, good] = ["b", "g"].map(|name| world.start(name));
    world.log.take();
    let convert =
        |n: &u32| if *n == 1 { std::panic::resume_unwind(Box::new("a bad converter")) } else { Some(*n) };
    port.subscribe(&bad, 8, convert, write);
    port.subscribe(&good, 8, all, write);
    assert_eq!(port.publish(&1), 1);
    port.publish(&2);
    let now = world.runtime.now();
    let raised = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.runtime.run(now, false)));
    assert_eq!(raised.unwrap_err().downcast_ref(), Some(&"a bad converter"));
    assert_eq!(world.run(), "g:1-0 b:2-1 g:2-0");
}

#[test]
fn r49_what_was_published_before_the_port_is_dropped_still_comes() {
    let mut world = World::new();
    let mut port = OutputPort::new();
    let node = world.start("n");
    world.log.take();
    port.subscribe(&node, 8, all, write);
    port.publish(&1);
    drop(port);
    assert_eq!(world.run(), "n:1-0");
}

/// It was forgotten for good if something was published after its kill and before its restart.
#[test]
fn r49_a_subscriber_that_was_killed_and_comes_back_keeps_its_subscription() {
    let mut world = World::new();
    let mut port = OutputPort::new();
    let node = world.start("n");
    world.start_under(&node, "below");
    world.run();
    port.subscribe(&node, 8, all, write);
    port.publish(&1);
    world.kill(&node);
    assert_eq!(port.publish(&2), 1, "it waits for the next incarnation");
    assert_eq!(world.run(), "below:drop n:drop n:init2 n:again n:1-0 n:2-0");
    assert_eq!(port.publish(&3), 1);
    assert_eq!(world.run(), "n:3-0");
    world.runtime.terminate_child(node.actor_id(), Ret::nop()).unwrap();
    world.run();
    assert_eq!((port.publish(&4), port.subscribers()), (0, 0));
}

/// Says a last word on a port that it listens to.
struct Speaker(Rc<RefCell<OutputPort<u32>>>, Log);

impl Drop for Speaker {
    fn drop(&mut self) {
        let reached = self.0.borrow_mut().publish(&7);
        self.1.write(format!("drop:{reached}"));
    }
}

/// For its destructor it was gone for ever, and the port forgot it.
#[test]
fn r49_a_subscriber_between_two_incarnations_keeps_its_subscription() {
    let mut world = World::new();
    let port = Rc::new(RefCell::new(OutputPort::new()));
    let (its, log) = (port.clone(), world.log.clone());
    let spec = Spec::new(move |_: &mut Cx<'_, Speaker>| Some(Speaker(its.clone(), log.clone())));
    let speaker = spec.start(&mut world.runtime).unwrap();
    let heard = |this: &mut Speaker, _: &mut Cx<'_, Speaker>, n, lost| this.1.write(format!("{n}-{lost}"));
    port.borrow_mut().subscribe(&speaker, 8, all, heard);
    speaker.call(|_, cx| fail!(cx, "on purpose"));
    assert_eq!(world.run(), "drop:1 7-0");
    world.runtime.terminate_child(speaker.actor_id(), Ret::nop()).unwrap();
    assert_eq!(world.run(), "drop:0");
}

/// It was taken for gone until its next incarnation began: its messages were lost, and the port forgot it.
#[test]
fn r49_a_subscriber_killed_in_a_drain_keeps_its_subscription_and_its_messages() {
    let mut world = World::new();
    let mut port = OutputPort::new();
    let node = world.spec("n").restart(Restart::Permanent).start(&mut world.runtime).unwrap();
    let other = world.start("o");
    port.subscribe(&node, 8, all, write);
    let id = node.actor_id();
    other.call(move |_, cx| {
        cx.door().drain(id).unwrap();
        cx.door().kill(id, "in its drain").unwrap();
        assert_eq!(
            (port.publish(&1), port.subscribers()),
            (0, 1),
            "it takes nothing until it is there again"
        );
        cx.after(MS, move |_| assert_eq!((port.publish(&2), port.subscribers()), (1, 1)));
    });
    node.lazy(|this, cx| this.say(cx, "waited"));
    assert_eq!(world.run(), "n:drop n:init2 n:again n:waited");
    assert_eq!(world.at(1), "n:2-1");
}

/// A port that filled up while its subscriber waited for its restart failed it again and again, until that was too often.
#[test]
fn r48_one_that_waits_for_its_restart_has_not_fallen_behind() {
    let mut world = World::new();
    let spec = world.spec("n").backoff(Backoff::new(millis(10), millis(10)));
    let node = spec.start(&mut world.runtime).unwrap();
    let mut port = OutputPort::new();
    port.subscribe(&node, Backlog::fail(1), all, write);
    call!([node], fail());
    world.run();
    for n in 1..=5 {
        port.publish(&n);
        world.run();
    }
    assert_eq!(world.at(10), "n:init2 n:again n:1-0");
    assert_eq!((node.incarnation(), world.runtime.not_shutdown()), (1, true));
    port.publish(&6);
    assert_eq!(world.run(), "n:6-4");
}
