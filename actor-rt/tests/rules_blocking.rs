//! Threads that wait for an actor. The names begin with the sentence of the study that they prove (X: rsactor); a comment says where ours
//! differs.

mod supervision_support;

use actor_rt::ask::{AskError, Reply};
use actor_rt::mailbox::ParkError;
use actor_rt::supervision::*;
use actor_rt::*;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use supervision_support::*;

/// As long as it takes: the other thread has to have its turn.
const LONG: Duration = Duration::from_secs(3_600);

/// Collects numbers.
type Numbers = Vec<u32>;

fn numbers(world: &mut World) -> Actor<Numbers> {
    Spec::once(|_| Some(Numbers::new())).start(&mut world.runtime).unwrap()
}

fn sum(numbers: &mut Numbers, _: &mut Cx<'_, Numbers>, reply: Reply<u32>) {
    reply.reply(numbers.iter().sum());
}

/// Runs until the thread has come to its end, at the time that stands still.
fn join<T>(world: &mut World, thread: JoinHandle<T>) -> T {
    while !thread.is_finished() {
        world.run();
        thread::yield_now();
    }
    world.run();
    thread.join().unwrap()
}

/// Runs until what the thread wants has come, and so much waits.
fn arrives(world: &mut World, waits: impl Fn(&Pending) -> bool) {
    while !waits(&world.runtime.pending()) {
        world.run();
        thread::yield_now();
    }
}

#[test]
fn x8_a_thread_waits_for_an_answer_and_for_room() {
    let mut world = World::new();
    let actor = numbers(&mut world);
    actor.set_capacity(1);
    let remote = actor.remote();
    let thread = thread::spawn(move || {
        let room: Vec<_> = (1..=5).map(|n| remote.call_blocking(LONG, move |all, _| all.push(n))).collect();
        remote.call(|all, _| all.push(6)).unwrap();
        (room, remote.ask_blocking(LONG, sum))
    });
    // What was sent before comes before.
    assert_eq!(join(&mut world, thread), (vec![Ok(()); 5], Ok(21)));
    assert_eq!(world.runtime.dead_letters(), 0);
    let all = actor.query(&mut world.runtime, |all, _| all.clone());
    assert_eq!(all, Some(vec![1, 2, 3, 4, 5, 6]));
    // To ask does not wait for room, as elsewhere.
    actor.set_capacity(0);
    let remote = actor.remote();
    let thread = thread::spawn(move || remote.ask_blocking(LONG, sum));
    assert_eq!(join(&mut world, thread), Err(AskError::Full));
}

#[test]
fn x8_the_runtimes_own_thread_does_not_wait_for_itself() {
    let mut world = World::new();
    let actor = numbers(&mut world);
    let remote = actor.remote();
    assert_eq!(remote.ask_blocking(LONG, sum), Err(AskError::WouldDeadlock));
    assert_eq!(remote.call_blocking(LONG, |_, _| ()), Err(ParkError::WouldDeadlock));
    let inside = remote.clone();
    actor.call(move |all, _| {
        assert_eq!(inside.ask_blocking(LONG, sum), Err(AskError::WouldDeadlock));
        all.push(1);
    });
    world.run();
    assert_eq!(actor.query(&mut world.runtime, |all, _| all.len()), Some(1));
    for text in [AskError::WouldDeadlock.to_string(), ParkError::WouldDeadlock.to_string()] {
        assert!(text.contains("own thread would wait for itself: use "), "{text}");
    }
    // One that is gone is no reason to wait.
    drop(world);
    assert_eq!(remote.ask_blocking(LONG, sum), Err(AskError::Closed));
    assert_eq!(remote.call_blocking(LONG, |_, _| ()), Err(ParkError::Closed));
}

#[test]
fn x8_what_a_thread_has_given_up_is_never_done() {
    let mut world = World::new();
    let actor = numbers(&mut world);
    let remote = actor.remote();
    let thread = thread::spawn(move || {
        let asked = remote.ask_blocking::<u32>(Duration::ZERO, |_, _, _| unreachable!("given up"));
        (asked, remote.call_blocking(Duration::ZERO, |_, _| unreachable!("given up")))
    });
    // The runtime sleeps meanwhile.
    assert_eq!(thread.join().unwrap(), (Err(AskError::Timeout), Err(ParkError::Timeout)));
    world.run();
    assert_eq!((world.runtime.pending().asks, world.runtime.pending().messages), (0, 0));
    assert!(!actor.is_zombie());
}

/// The time of the runtime counts, too: it is the one that the actor knows.
#[test]
fn x8_a_wait_ends_by_the_runtimes_time_as_well() {
    let mut world = World::new();
    let actor = numbers(&mut world);
    actor.pause();
    let remote = actor.remote();
    let thread = thread::spawn(move || remote.ask_blocking(LONG, sum));
    arrives(&mut world, |pending| pending.asks == 1);
    world.at(3_600_000);
    assert_eq!(thread.join().unwrap(), Err(AskError::Timeout));
    actor.resume();
    world.run();
    assert_eq!(world.runtime.pending().late_replies, 1, "it was handled, and answered in vain");

    actor.set_capacity(0);
    let remote = actor.remote();
    let thread = thread::spawn(move || remote.call_blocking(LONG, |_, _| unreachable!("there is no room")));
    arrives(&mut world, |pending| pending.timers == 1);
    world.at(7_200_000);
    assert_eq!(thread.join().unwrap(), Err(ParkError::Timeout));
    actor.set_capacity(1);
    world.run();
    assert!(!actor.is_zombie());
}

#[test]
fn x8_who_waits_is_told_of_the_end_of_the_actor_and_of_the_runtime() {
    for end in ["actor", "runtime"] {
        let mut world = World::new();
        let actor = numbers(&mut world);
        actor.pause();
        actor.set_capacity(1);
        let (asks, calls) = (actor.remote(), actor.remote());
        let asks = thread::spawn(move || asks.ask_blocking(LONG, sum));
        arrives(&mut world, |pending| pending.asks == 1);
        let calls = thread::spawn(move || calls.call_blocking(LONG, |_, _| ()));
        arrives(&mut world, |pending| pending.timers == 2);
        if end == "actor" {
            world.runtime.door().kill(actor.actor_id(), "enough").unwrap();
            world.run();
        }
        let late = actor.remote();
        if end == "actor" {
            let late =
                thread::spawn(move || (late.ask_blocking(LONG, sum), late.call_blocking(LONG, |_, _| ())));
            assert_eq!(join(&mut world, late), (Err(AskError::Closed), Err(ParkError::Closed)));
        }
        drop(world);
        assert_eq!(asks.join().unwrap(), Err(AskError::NoReply), "{end}");
        assert_eq!(calls.join().unwrap(), Err(ParkError::Closed), "{end}");
    }
}

#[test]
fn x8_a_panic_in_the_message_is_the_actors_and_the_thread_hears_that_nobody_answers() {
    let mut world = World::new();
    let actor = numbers(&mut world);
    let remote = actor.remote();
    let thread = thread::spawn(move || {
        let bad = |_: &mut Numbers, _: &mut Cx<'_, Numbers>, _: Reply<u32>| {
            std::panic::resume_unwind(Box::new("a panic"))
        };
        remote.ask_blocking(LONG, bad)
    });
    assert_eq!(join(&mut world, thread), Err(AskError::NoReply));
    assert!(actor.is_zombie());
}

/// A producer is as fast as the actor that consumes, and nothing is lost on the way.
#[test]
fn x8_several_threads_wait_for_room_each_in_its_own_order() {
    let count = if cfg!(miri) { 10 } else { 200 };
    let mut world = World::new();
    let actor = numbers(&mut world);
    actor.set_capacity(3);
    let (done, all_done) = mpsc::channel();
    for producer in 0..3 {
        let (remote, done) = (actor.remote(), done.clone());
        thread::spawn(move || {
            for n in 0..count {
                remote.call_blocking(LONG, move |all, _| all.push(producer * count + n)).unwrap();
            }
            done.send(()).unwrap();
        });
    }
    let mut left = 3;
    while left > 0 {
        world.run();
        left -= all_done.try_iter().count();
        thread::yield_now();
    }
    world.run();
    let all = actor.query(&mut world.runtime, |all, _| all.clone()).unwrap();
    for producer in 0..3 {
        let own = all.iter().copied().filter(|n| n / count == producer);
        assert!(own.eq(producer * count..(producer + 1) * count));
    }
    assert_eq!((all.len(), world.runtime.dead_letters()), (3 * count as usize, 0));
}
