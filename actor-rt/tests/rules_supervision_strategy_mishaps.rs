//! Mishaps of children that are restarted together: each test is one that went wrong before, mostly since two things happened
//! at once.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use supervision_support::*;

#[test]
fn killed_between_a_groups_leave_and_its_turn() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let two = world.start_under(&parent, "2");
    world.log.take();
    one.query(&mut world.runtime, |_, cx| cx.fail_str("a fault"));
    world.kill(&two);
    let log = world.run();
    assert!(!two.is_zombie(), "{log}");
}

#[test]
fn a_down_closure_that_fails_between_a_groups_leave_and_its_turn() {
    // The same by the means of a program: a monitor's turn in the urgent lane.
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let two = world.start_under(&parent, "2");
    let other = world.start_temporary("x");
    let id = other.actor_id();
    two.call(move |_, cx| {
        cx.monitor(id, |_, cx, _| cx.fail_str("cannot live without"));
    });
    world.run();
    world.log.take();
    // One handler that kills x and fails.
    one.call(move |_, cx| {
        cx.door().kill(id, "with me").unwrap();
        cx.fail_str("a fault");
    });
    let log = world.run();
    assert!(!two.is_zombie(), "{log}");
}

#[test]
fn terminate_child_during_a_group_restart() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let two = world.start_under(&parent, "2");
    let _three = put_of(&mut world, &parent, "3", slow(10));
    world.log.take();
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 3:stop");
    let log = world.log.clone();
    world
        .runtime
        .terminate_child(
            two.actor_id(),
            Ret::new(move |exit: Option<Exit>| log.write(format!("done:{}", exit.is_some()))),
        )
        .unwrap();
    world.at(100);
    assert!(two.is_zombie(), "it is not restarted");
}

#[test]
fn stop_children_during_a_group_restart() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let _two = put_of(&mut world, &parent, "2", slow(10));
    world.log.take();
    call!([one], fail());
    world.run();
    let log = world.log.clone();
    world
        .runtime
        .stop_children(Some(parent.actor_id()), Ret::new(move |exit| log.write(format!("done:{exit:?}"))))
        .unwrap();
    let heard = world.at(100);
    assert!(heard.contains("done:Some(())"), "{heard}");
}

#[test]
fn adopt_of_the_one_that_a_group_is_ending() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let other = world.start("q");
    let one = world.start_under(&parent, "1");
    let two = world.start_under(&parent, "2");
    let three = put_of(&mut world, &parent, "3", later());
    world.log.take();
    call!([two], fail());
    assert_eq!(world.run(), "2:fail 2:drop 3:stop");
    world.runtime.adopt(Some(other.actor_id()), three.actor_id()).unwrap();
    assert_eq!(world.run(), "1:stop 1:drop 1:init2 1:again 2:init2 2:again");
    let _ = one;
}

#[test]
fn adopt_of_one_that_a_group_has_not_come_to_ends_its_part_in_it() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let other = world.start("q");
    let spec = world.spec("1").backoff(Backoff::new(millis(50), millis(50)));
    let one = world.put(&parent, spec);
    let two = world.start_under(&parent, "2");
    let _three = put_of(&mut world, &parent, "3", slow(10));
    world.log.take();
    call!([two], fail());
    assert_eq!(world.run(), "2:fail 2:drop 3:stop");
    world.runtime.adopt(Some(other.actor_id()), one.actor_id()).unwrap();
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop");
    assert_eq!(world.at(49), "3:done 3:drop 2:init2 2:again 3:init2 3:again");
    assert_eq!(world.at(51), "1:init2 1:again q:child-restarted");
}

#[test]
fn adopt_of_the_one_that_a_group_is_starting() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let other = world.start("q");
    let one = world.start_under(&parent, "1");
    let conduct = Conduct::default();
    let two = put_of(&mut world, &parent, "2", conduct.clone());
    let three = world.start_under(&parent, "3");
    world.log.take();
    conduct.starts_waiting.set(1);
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 3:stop 3:drop 2:stop 2:drop 1:init2 1:again 2:wait");
    world.runtime.adopt(Some(other.actor_id()), two.actor_id()).unwrap();
    assert_eq!(world.run(), "3:init2 3:again");
    let _ = three;
}

#[test]
fn adopt_of_one_that_waits_for_its_group() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let other = world.start("q");
    let _one = put_of(&mut world, &parent, "1", slow(10));
    let two = world.start_under(&parent, "2");
    world.log.take();
    call!([two], fail());
    assert_eq!(world.run(), "2:fail 2:drop 1:stop");
    world.runtime.adopt(Some(other.actor_id()), two.actor_id()).unwrap();
    let heard = world.at(60_000);
    assert!(heard.contains("2:init2"), "{heard}");
}

#[test]
fn an_earlier_back_off_of_a_group_does_not_shorten_a_later_one() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::RestForOne));
    let spec = world.spec("1").backoff(Backoff::new(millis(500), millis(500)));
    let one = world.put(&parent, spec);
    let spec = world.spec("2").backoff(Backoff::new(millis(100), millis(100)));
    let two = world.put(&parent, spec);
    world.log.take();
    call!([two], fail());
    world.at(50);
    call!([one], fail());
    world.at(60);
    assert_eq!(world.at(540), "");
    assert_eq!(world.at(560), "1:init2 1:again 2:init2 2:again");
}

#[test]
fn a_groups_back_off_timer_goes_with_the_supervisor() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let spec = world.spec("1").backoff(Backoff::new(millis(10_000), millis(10_000)));
    let one = world.put(&parent, spec);
    call!([one], fail());
    world.run();
    world.stop(&parent);
    world.run();
    assert!(parent.is_zombie());
    assert_eq!(world.runtime.pending().timers, 0);
}

#[test]
fn a_group_does_not_wait_for_an_older_one_that_prepares() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::RestForOne));
    let held: ActorOwn<u32> = ActorOwn::new(&mut world.runtime, Ret::nop(), 0);
    world.runtime.adopt(Some(parent.actor_id()), held.actor_id()).unwrap();
    let one = world.start_under(&parent, "1");
    world.log.take();
    call!([one], fail());
    assert_eq!(world.at(60_000), "1:fail 1:drop 1:init2 1:again");
}

#[test]
fn a_groups_back_off_that_is_over_when_the_group_begins_anew() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::RestForOne));
    let back_off = Backoff::new(millis(10), millis(10));
    let one = world.spec("1").backoff(back_off);
    let one = world.put(&parent, one);
    let two = world.spec("2").backoff(back_off);
    let two = world.put(&parent, two);
    world.log.take();
    let id = one.actor_id();
    // Both are due at once, and this comes first.
    world.runtime.after(millis(10), move |runtime| runtime.door().kill(id, "a kill").unwrap());
    call!([two], fail());
    assert_eq!(world.at(19), "2:fail 2:drop 1:drop");
    assert_eq!(world.at(21), "1:init2 1:again 2:init2 2:again");
}

#[test]
fn a_group_waits_for_one_to_be_ready_whoever_else_ends_meanwhile() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::RestForOne));
    let other = world.spec("0").restart(Restart::Temporary);
    let other = world.put(&parent, other);
    let conduct = Conduct::default();
    let waits = conduct.starts_waiting.clone();
    let one = world.spec_of("1", conduct);
    let one = world.put(&parent, one);
    world.start_under(&parent, "2");
    world.log.take();
    waits.set(1);
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 2:stop 2:drop 1:wait");
    world.stop(&other);
    assert_eq!(world.run(), "0:stop 0:drop");
    let (log, conduct) = (world.log.clone(), Conduct::default());
    one.call_prep(move |_| Some(Node { name: "1", log, conduct, number: 9 }));
    assert_eq!(world.run(), "1:again 2:init2 2:again");
}

/// It ended for its group, to come back with it: moved meanwhile it did not come back at all.
#[test]
fn one_that_is_moved_while_its_group_ends_it_comes_back_by_itself() {
    for strategy in [Strategy::OneForOne, Strategy::OneForAll] {
        let mut world = World::new();
        let parent = supervisor(&mut world, settings(Strategy::OneForAll));
        let other = supervisor(&mut world, settings(strategy));
        let there = world.start_under(&other, "there");
        let one = put_of(&mut world, &parent, "1", slow(10));
        let two = world.start_under(&parent, "2");
        world.log.take();
        call!([two], fail());
        assert_eq!(world.run(), "2:fail 2:drop 1:stop");
        world.runtime.adopt(Some(other.actor_id()), one.actor_id()).unwrap();
        assert_eq!(world.run(), "2:init2 2:again");
        assert_eq!(world.at(100), "1:done 1:drop 1:init2 1:again", "and nobody else");
        assert!(!there.is_zombie());
        world.stop(&other);
        world.at(200);
        assert!(one.is_zombie() && there.is_zombie() && other.is_zombie());
    }
}

/// A significant child had ended, and before its supervisor was ended for it that failed: the next incarnation ended in its place.
#[test]
fn a_significant_child_ends_no_later_incarnation_of_its_supervisor() {
    let mut world = World::new();
    let supervises = settings(Strategy::OneForOne).auto_shutdown(AutoShutdown::AnySignificant);
    let parent = supervisor(&mut world, supervises);
    let spec = world.spec("1").significant();
    let one = world.put(&parent, spec);
    one.query(&mut world.runtime, |_, cx| cx.stop());
    parent.query(&mut world.runtime, |_, cx| cx.fail_str("a fault"));
    world.run();
    assert_eq!((parent.is_zombie(), parent.incarnation()), (false, 1));
}
