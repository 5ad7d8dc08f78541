//! Children that are restarted together. The names say what OTP's supervisor does.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use supervision_support::*;

#[test]
fn otp_one_for_one_restarts_the_child_alone() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let [_, two, _] = ["1", "2", "3"].map(|name| world.start_under(&parent, name));
    world.log.take();
    call!([two], fail());
    assert_eq!(world.run(), "2:fail 2:drop 2:init2 2:again");
}

#[test]
fn otp_one_for_all_ends_the_others_youngest_first_and_starts_all_oldest_first() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let [one, two, three] = ["1", "2", "3"].map(|name| world.start_under(&parent, name));
    world.log.take();
    call!([two], fail());
    call!([one], say("waits"));
    assert_eq!(
        world.run(),
        "2:fail 2:drop 3:stop 3:drop 1:stop 1:drop 1:init2 1:again 2:init2 2:again 3:init2 3:again 1:waits"
    );
    assert!([one, two, three].iter().all(|actor| !actor.is_zombie()));
}

#[test]
fn otp_rest_for_one_does_that_with_those_started_later() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::RestForOne));
    let [_, two, _, _] = ["1", "2", "3", "4"].map(|name| world.start_under(&parent, name));
    world.log.take();
    call!([two], fail());
    assert_eq!(
        world.run(),
        "2:fail 2:drop 4:stop 4:drop 3:stop 3:drop 2:init2 2:again 3:init2 3:again 4:init2 4:again"
    );
}

#[test]
fn otp_a_temporary_child_ends_with_the_group_and_does_not_come_back() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let spec = world.spec("2").restart(Restart::Temporary);
    let two = world.put(&parent, spec);
    world.log.take();
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 2:stop 2:drop 1:init2 1:again");
    assert!(two.is_zombie());
    assert_eq!(world.runtime.count_children(Some(parent.actor_id())).unwrap().entries, 1);
}

#[test]
fn a_group_waits_for_each_child_to_end_and_for_each_to_be_ready() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let slow = Conduct { stops: Stops::After(10), ..Conduct::default() };
    let waits = slow.starts_waiting.clone();
    let two = world.spec_of("2", slow);
    let two = world.put(&parent, two);
    world.start_under(&parent, "3");
    world.log.take();
    waits.set(1);
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 3:stop 3:drop 2:stop");
    assert_eq!(world.at(10), "2:done 2:drop 1:init2 1:again 2:wait");
    let (log, conduct) = (world.log.clone(), Conduct::default());
    two.call_prep(move |_| Some(Node { name: "2", log, conduct, number: 9 }));
    assert_eq!(world.run(), "2:again 3:init2 3:again");
}

#[test]
fn a_failure_while_a_group_is_restarted_begins_it_anew() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let conduct = Conduct::default();
    let failing = conduct.starts_failing.clone();
    let two = world.spec_of("2", conduct);
    world.put(&parent, two);
    world.log.take();
    failing.set(2);
    call!([one], fail());
    assert_eq!(
        world.run(),
        "1:fail 1:drop 2:stop 2:drop 1:init2 1:again 2:no 1:stop 1:drop 1:init3 1:again 2:no 1:stop 1:drop \
         1:init4 1:again 2:init4 2:again"
    );
}
