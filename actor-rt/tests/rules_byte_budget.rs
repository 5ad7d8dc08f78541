//! The byte budget: what the queues take is known, whatever lies in them, and who is told when it is too much. The names begin with the
//! decision of the study that they prove (K5).

mod supervision_support;

use actor_rt::mailbox::{ByteBudget, Mailbox, Overflow, Water};
use actor_rt::supervision::Spec;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

/// Serves numbers, and may keep what packets bring.
#[derive(Default)]
struct Clerk {
    served: Vec<u64>,
    keeps: Vec<OwnedBytes>,
    how: Rc<Cell<How>>,
}

#[derive(Clone, Copy, Debug, Default)]
enum How {
    #[default]
    Looks,
    Keeps,
    Panics,
}

impl Clerk {
    fn serve(number: u64) -> impl FnOnce(&mut Clerk, &mut Cx<'_, Clerk>) + Clone + Send {
        move |clerk, _| clerk.served.push(number)
    }
}

impl Receive for Clerk {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        match self.how.get() {
            How::Looks => self.served.push(packet.data().len() as u64),
            How::Keeps => {
                self.keeps.push(packet.take());
                assert!(packet.data().is_empty() && packet.take().as_slice().is_empty());
            }
            How::Panics => panic!("a fault with a packet in hand"),
        }
    }
}

fn clerk(world: &mut World) -> Actor<Clerk> {
    Spec::new(|_| Some(Clerk::default())).accept_packets().start(&mut world.runtime).unwrap()
}

const LONG: usize = 50_000;

/// What is queued, besides what the lanes keep by themselves.
fn queued(world: &World) -> usize {
    world.runtime.pending().bytes / LONG
}

#[test]
fn k5_the_byte_budget_tells_once_that_it_is_too_much_and_once_that_it_is_enough() {
    const MANY: usize = if cfg!(miri) { 3_000 } else { 10_000 };
    const HIGH: usize = if cfg!(miri) { 80_000 } else { 200_000 };
    let mut world = World::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let tells = told.clone();
    let tell = Fwd::new(move |water: Water| tells.borrow_mut().push(water));
    world.runtime.set_byte_budget(Some((ByteBudget::new(50_000, HIGH), tell)));
    let (busy, idle) = (clerk(&mut world), clerk(&mut world));
    world.run();
    let few = world.runtime.pending().bytes;
    assert!(told.borrow().is_empty() && few < 50_000, "{few}");
    for round in 1..=3 {
        for number in 0..MANY {
            busy.call(Clerk::serve(number as u64));
        }
        idle.call(Clerk::serve(0));
        let many = world.runtime.pending().bytes;
        assert!(many > MANY * 32, "{many}");
        world.run();
        let told = told.take();
        let [Water::High { bytes, busiest }, Water::Low { bytes: low }] = &told[..] else {
            panic!("round {round}: {told:?}")
        };
        assert!(*bytes > HIGH && *low <= 50_000);
        assert_eq!(busiest[0].0, busy.actor_id());
        assert!(busiest[0].1 > MANY as u32 / 2, "told when the mark was passed, not at the end: {busiest:?}");
    }
    // What comes from other threads counts, too; and a step's budget may end in between.
    let remote = busy.remote();
    std::thread::spawn(move || {
        (0..MANY).for_each(|number| remote.call(Clerk::serve(number as u64)).unwrap())
    })
    .join()
    .unwrap();
    let budget = Budget { messages: 100, ..Budget::default() };
    let mut steps = 0;
    while world.runtime.step(world.runtime.now(), &budget).more {
        steps += 1;
    }
    assert!(steps >= MANY / 100);
    assert!(matches!(told.take()[..], [Water::High { .. }, Water::Low { .. }]));
    // It can be ended, also when it is too much: then the news that is on its way is told to nobody.
    for number in 0..MANY {
        busy.call(Clerk::serve(number as u64));
    }
    world.runtime.set_byte_budget(None);
    world.run();
    assert!(told.borrow().is_empty());
}

#[test]
#[should_panic(expected = "the low mark must be below the high one")]
fn k5_a_byte_budget_has_its_marks_in_order() {
    _ = ByteBudget::new(10, 10);
}

/// A packet of 60,000 bytes counted as one of 32: a budget of a megabyte let gigabytes pass.
#[test]
fn k5_the_bytes_of_a_packet_count_from_its_post_to_its_handler() {
    for how in [How::Looks, How::Keeps, How::Panics] {
        let mut world = World::new();
        let bytes = vec![1_u8; LONG];
        let clerk = clerk(&mut world);
        clerk.query(&mut world.runtime, |clerk, _| clerk.how.set(how));
        let (door, id) = (world.runtime.door().clone(), clerk.actor_id());
        assert_eq!(queued(&world), 0);
        door.post(id, 1, Body::Copied(&bytes)).unwrap();
        door.post(id, 1, Body::Owned(OwnedBytes::copy_of(&bytes))).unwrap();
        assert_eq!(queued(&world), 2);
        // From other threads when the step begins, and by a timer when it is due.
        let remote = world.runtime.remote();
        remote.post(id, 1, Body::Copied(&bytes)).unwrap();
        door.timer_post(id, 1, Body::Copied(&bytes), 5_000_000).unwrap();
        assert_eq!(queued(&world), 2, "not in the queues yet");
        clerk.pause();
        world.at(5);
        assert_eq!(queued(&world), 4, "a stash is a queue, too");
        clerk.resume();
        world.run();
        assert_eq!(queued(&world), 0, "{how:?}");
    }
}

#[test]
fn k5_the_bytes_of_packets_that_are_lost_are_given_back() {
    let bytes = vec![1_u8; LONG];
    let post = |world: &World, to: &Actor<Clerk>| {
        _ = world.runtime.door().post(to.actor_id(), 1, Body::Copied(&bytes));
    };
    // By a mailbox, of each policy.
    for overflow in [Overflow::Reject, Overflow::DropNewest, Overflow::DropOldest, Overflow::Fail] {
        let mut world = World::new();
        let full = clerk(&mut world);
        full.set_mailbox(Mailbox::new().capacity(2).overflow(overflow));
        (0..5).for_each(|_| post(&world, &full));
        assert_eq!(queued(&world), 2, "{overflow:?}");
        world.run();
        assert_eq!(queued(&world), 0, "{overflow:?}");
    }
    let mut world = World::new();
    // Sent on.
    let (to, full) = (clerk(&mut world), clerk(&mut world));
    full.set_mailbox(Mailbox::new().capacity(1).overflow(Overflow::Redirect(to.actor_id())));
    (0..2).for_each(|_| post(&world, &full));
    assert_eq!(queued(&world), 2);
    // With their actor, queued or in its stash.
    let (ends, paused) = (clerk(&mut world), clerk(&mut world));
    paused.pause();
    (0..2).for_each(|_| post(&world, &ends));
    (0..2).for_each(|_| post(&world, &paused));
    assert_eq!(queued(&world), 6);
    for actor in [&ends, &paused] {
        world.runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap();
    }
    world.run();
    assert_eq!(queued(&world), 0);
    // When they are too late.
    let sending = mailbox::Sending::new().time_to_live(Duration::from_millis(5));
    to.pause();
    world.runtime.door().post_with(to.actor_id(), sending, 1, Body::Copied(&bytes)).unwrap();
    assert_eq!(queued(&world), 1);
    world.at(10);
    to.resume();
    world.run();
    assert_eq!(queued(&world), 0);
}

#[test]
fn k5_a_few_long_packets_pass_the_high_mark_at_once() {
    let mut world = World::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let tells = told.clone();
    let clerk = clerk(&mut world);
    let tell = Fwd::new(move |water: Water| tells.borrow_mut().push(water));
    world.runtime.set_byte_budget(Some((ByteBudget::new(150_000, 200_000), tell)));
    let bytes = vec![0_u8; LONG];
    for _ in 0..10 {
        world.runtime.door().post(clerk.actor_id(), 1, Body::Copied(&bytes)).unwrap();
    }
    world.run();
    let told = told.take();
    let [Water::High { bytes, busiest }, Water::Low { .. }] = &told[..] else { panic!("{told:?}") };
    assert!((200_000..300_000).contains(bytes), "told when the mark was passed: {bytes}");
    assert_eq!(busiest[0].0, clerk.actor_id());
}

/// A lane that was emptied because its actor ended, or its message was lost, never gave its memory back to the count: it grew with each.
#[test]
fn k5_the_queues_of_actors_that_are_gone_and_of_messages_that_are_lost_take_nothing() {
    let start = |world: &mut World, mailbox: Option<Mailbox>| {
        let spec = Spec::once(|_| Some(0_u32));
        let spec = match mailbox {
            Some(mailbox) => spec.mailbox(mailbox),
            None => spec,
        };
        spec.start(&mut world.runtime).unwrap()
    };
    let stop = |world: &mut World, actor: &Actor<u32>| world.runtime.door().stop(actor.actor_id()).unwrap();
    type Life<'a> = Box<dyn Fn(&mut World) + 'a>;
    let lives: [Life<'_>; 6] = [
        Box::new(|world| {
            let actor = start(world, None);
            actor.pause();
            actor.call(|n, _| *n += 1);
            world.run();
            stop(world, &actor);
        }),
        Box::new(|world| {
            let actor = start(world, Some(Mailbox::new().capacity(4)));
            actor.call(|n, _| *n += 1);
            world.run();
            stop(world, &actor);
        }),
        Box::new(|world| {
            let actor = start(world, Some(Mailbox::new().capacity(4)));
            actor.call(|n, _| *n += 1);
            stop(world, &actor);
        }),
        Box::new(|world| {
            let actor = start(world, Some(Mailbox::new().capacity(1).overflow(Overflow::DropOldest)));
            (0..2).for_each(|_| actor.call(|n, _| *n += 1));
            world.run();
            stop(world, &actor);
        }),
        Box::new(|world| {
            let actor = start(world, Some(Mailbox::new().capacity(1).overflow(Overflow::DropNewest)));
            (0..2).for_each(|_| actor.call(|n, _| *n += 1));
            world.run();
            stop(world, &actor);
        }),
        // A mailbox that was made for one that waits for room, and goes with it.
        Box::new(|world| {
            let actor = start(world, None);
            actor.set_capacity(1);
            actor.call(|n, _| *n += 1);
            world.runtime.call_parked(&actor, Duration::from_secs(1), |n, _| *n += 1, Ret::nop());
            world.run();
            assert_eq!(actor.query(&mut world.runtime, |n, _| *n), Some(2));
            stop(world, &actor);
        }),
    ];
    for (which, live) in lives.iter().enumerate() {
        let mut world = World::new();
        let mut after = |times: u32| {
            for _ in 0..times {
                live(&mut world);
                world.run();
            }
            world.runtime.pending().bytes
        };
        assert_eq!(after(1), after(20), "life {which}");
    }
}
