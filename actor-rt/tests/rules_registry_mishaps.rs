//! Mishaps of names, groups and their watches: each test is one that went wrong before.

mod supervision_support;

use actor_rt::registry::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::Cell;
use std::rc::Rc;
use supervision_support::*;

/// Hands its name over when it goes.
struct Primary {
    door: Door,
    backup: ActorId,
}

impl Drop for Primary {
    fn drop(&mut self) {
        self.door.unregister("primary");
        self.door.register("primary", self.backup).unwrap();
    }
}

/// What its destructor had given to another was taken from that one: by the end of the first, which had the name once.
#[test]
fn a_name_that_a_destructor_hands_over_stays_with_the_other() {
    let mut world = World::new();
    let backup = world.start("backup").actor_id();
    let door = world.runtime.door().clone();
    let spec = Spec::new(move |_| Some(Primary { door: door.clone(), backup }));
    let primary = spec.restart(Restart::Temporary).register("primary").start(&mut world.runtime).unwrap();
    let log = world.log.clone();
    world.runtime.watch_name(
        "primary",
        Fwd::new(move |event: NameEvent| {
            log.write(if event.actor == Some(backup) {
                "backup"
            } else if event.actor.is_some() {
                "primary"
            } else {
                "nobody"
            });
        }),
    );
    world.run();
    world.runtime.door().kill(primary.actor_id(), "a kill").unwrap();
    assert_eq!(world.run(), "nobody backup");
    assert_eq!(world.runtime.whereis("primary"), Some(backup));
}

/// The number of a watch said nothing of its runtime: another one's watch with the same number was withdrawn.
#[test]
fn a_watch_of_another_runtime_is_not_known() {
    let mut one = World::new();
    let mut other = World::new();
    let of_one = one.runtime.watch_name("n", Fwd::new(|_| ()));
    let log = other.log.clone();
    let of_other = other.runtime.watch_name("n", Fwd::new(move |_| log.write("told")));
    assert!(!other.runtime.unwatch(of_one));
    assert_eq!(other.run(), "told");
    assert!(other.runtime.unwatch(of_other) && one.runtime.unwatch(of_one));
}

/// A watch of restarts that was withdrawn was still gone through at each restart, for as long as its actor lived.
#[test]
fn watches_of_restarts_go_when_they_are_withdrawn_and_with_their_actor() {
    let mut world = World::new();
    let actor = world.start("a");
    let held = Rc::new(());
    let watch = |world: &mut World, what: &'static str| {
        let (log, held) = (world.log.clone(), held.clone());
        let tell = Fwd::new(move |event: RestartEvent| {
            let _ = &held;
            log.write(format!("{what}:{}", event.restarts));
        });
        world.runtime.watch_restarts(actor.actor_id(), tell).unwrap()
    };
    let first = watch(&mut world, "first");
    let _second = watch(&mut world, "second");
    let third = watch(&mut world, "third");
    assert!(world.runtime.unwatch(first) && !world.runtime.unwatch(first));
    call!([actor], fail());
    assert_eq!(world.run(), "a:fail a:drop a:init2 a:again second:1 third:1");
    world.stop(&actor);
    world.run();
    assert_eq!(Rc::strong_count(&held), 1);
    assert!(!world.runtime.unwatch(third));
}

/// All watches were gone through for each event. Those of the same thing are told in the order in which they were begun, whatever they watch it by.
#[test]
fn watches_are_told_in_their_order_and_of_their_own_alone() {
    let mut world = World::new();
    let actor = world.start("a").actor_id();
    let group = |world: &World, who: &'static str| {
        let log = world.log.clone();
        Fwd::new(move |event: GroupEvent| log.write(format!("{who}:{}", event.joined)))
    };
    let all = group(&world, "all");
    let group_g = group(&world, "g");
    let scope = group(&world, "scope");
    let others = ["x", "x", "x"].map(|who| group(&world, who));
    let last = group(&world, "last");
    let [other_group, other_scope, same_name] = others;
    let runtime = &mut world.runtime;
    runtime.watch_group("s", "h", other_group);
    let begun = runtime.watch_scope(None, all);
    runtime.watch_group("s", "g", group_g);
    runtime.watch_scope(Some("t"), other_scope);
    runtime.watch_scope(Some("s"), scope);
    runtime.watch_group("t", "g", same_name);
    runtime.watch_group("s", "g", last);
    runtime.watch_name("g", Fwd::new(|event: NameEvent| assert_eq!(event.actor, None)));
    world.run();
    world.runtime.join("s", "g", actor).unwrap();
    assert_eq!(world.run(), "all:true g:true scope:true last:true");
    world.runtime.unwatch(begun);
    world.runtime.leave("s", "g", actor);
    assert_eq!(world.run(), "g:false scope:false last:false");
}

/// An event goes to a watch also if the one before it has withdrawn another; what was withdrawn meanwhile hears nothing.
#[test]
fn a_watch_that_is_withdrawn_by_the_one_before_it_is_not_told() {
    let mut world = World::new();
    let (door, second) = (world.runtime.door().clone(), Rc::new(Cell::new(None)));
    let (log, withdraws) = (world.log.clone(), second.clone());
    world.runtime.watch_name(
        "n",
        Fwd::new(move |_| {
            log.write("first");
            withdraws.take().map(|watch| door.unwatch(watch));
        }),
    );
    let log = world.log.clone();
    let watch = world.runtime.watch_name("n", Fwd::new(move |_| log.write("second")));
    second.set(Some(watch));
    assert_eq!(world.run(), "first");
}
