//! An actor that has its messages wait by its own wish: what still reaches it, and what ends the wait.

mod supervision_support;

use actor_rt::mailbox::{Mailbox, Overflow};
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

const SECOND: Duration = Duration::from_secs(1);

type List = Vec<u32>;

fn list(world: &mut World) -> Actor<List> {
    Spec::new(|_| Some(List::new())).start(&mut world.runtime).unwrap()
}

fn hold(list: &Actor<List>) {
    list.call(|_, cx| assert!(cx.hold()));
}

fn seen(world: &mut World, list: &Actor<List>) -> List {
    list.query(&mut world.runtime, |list, _| list.clone()).unwrap()
}

#[test]
fn the_messages_of_one_that_holds_them_wait_within_its_bound() {
    let mut world = World::new();
    let actor = list(&mut world);
    actor.set_mailbox(Mailbox::new().capacity(2).overflow(Overflow::DropOldest));
    hold(&actor);
    world.run();
    for number in 1..=3 {
        actor.call(move |list: &mut List, _| list.push(number));
    }
    world.run();
    assert_eq!(actor.query(&mut world.runtime, |list, _| list.len()), None, "it is not ready");
    // What it is owed comes, past the bound.
    Ret::some_to_actor(actor.clone(), |list: &mut List, cx: &mut Cx<'_, List>, n| {
        list.push(n);
        assert!(cx.release());
    })
    .ret(9);
    world.run();
    assert_eq!(seen(&mut world, &actor), [9, 2, 3]);
}

#[test]
fn pings_timers_and_stops_reach_one_that_holds_its_messages() {
    let mut world = World::new();
    let actor = list(&mut world);
    hold(&actor);
    actor.call(|list: &mut List, _| list.push(1));
    actor.call(|_, cx| assert!(!cx.release()));
    let well = Rc::new(Cell::new(false));
    let tells = well.clone();
    let pong = Ret::new(move |pong: Option<Duration>| tells.set(pong.is_some()));
    world.runtime.ping(actor.actor_id(), pong).unwrap();
    world.run();
    assert!(well.get());
    world.runtime.door().stop(actor.actor_id()).unwrap();
    world.run();
    assert!(actor.is_zombie());
}

#[test]
fn a_drain_waits_until_the_messages_are_let_go() {
    let mut world = World::new();
    let actor = list(&mut world);
    actor.call(|_, cx: &mut Cx<'_, List>| {
        assert!(cx.hold());
        cx.this().call_at(SECOND, |_, cx| assert!(cx.release()));
    });
    let handled = Rc::new(Cell::new(false));
    let handles = handled.clone();
    actor.call(move |_, _| handles.set(true));
    world.runtime.door().drain(actor.actor_id()).unwrap();
    world.run();
    assert!(!actor.is_zombie() && !handled.get());
    world.at(1000);
    assert!(actor.is_zombie() && handled.get());
}

#[test]
fn a_restart_ends_the_wait() {
    let mut world = World::new();
    let actor = list(&mut world);
    hold(&actor);
    actor.call(|list: &mut List, _| list.push(1));
    world.run();
    world.runtime.door().kill(actor.actor_id(), "lost").unwrap();
    world.run();
    assert_eq!(seen(&mut world, &actor), [1]);
    // And the next one may wait in turn.
    hold(&actor);
    world.run();
    assert!(!actor.is_zombie());
}
