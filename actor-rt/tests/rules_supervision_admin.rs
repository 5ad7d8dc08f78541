//! What an administrator of the tree asks and changes while it runs.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use supervision_support::*;

#[test]
fn otp_the_strategy_of_a_supervisor_may_change() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let one = world.start_under(&parent, "1");
    world.start_under(&parent, "2");
    world.log.take();
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 1:init2 1:again");
    world.runtime.set_supervisor(parent.actor_id(), settings(Strategy::OneForAll)).unwrap();
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 2:stop 2:drop 1:init3 1:again 2:init2 2:again");
    world.stop(&parent);
    world.run();
    let gone = world.runtime.set_supervisor(parent.actor_id(), Supervisor::new());
    assert_eq!(gone, Err(IdError::Stale));
}

#[test]
fn otp_one_that_waits_for_its_own_restart_is_left_alone_by_a_later_group() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let spec = world.spec("1").backoff(Backoff::new(millis(100), millis(100)));
    let one = world.put(&parent, spec);
    let two = world.start_under(&parent, "2");
    world.log.take();
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop");
    world.runtime.set_supervisor(parent.actor_id(), settings(Strategy::RestForOne)).unwrap();
    call!([two], fail());
    assert_eq!(world.at(99), "2:fail 2:drop 2:init2 2:again");
    assert_eq!(world.at(101), "1:init2 1:again");
}

#[test]
fn otp_of_the_children_those_are_supervisors_that_have_children() {
    let mut world = World::new();
    let top = world.start("t");
    for grandchildren in [1, 0, 2] {
        let child = world.start_under(&top, "c");
        for _ in 0..grandchildren {
            world.start_under(&child, "g");
        }
    }
    let counts = world.runtime.count_children(Some(top.actor_id())).unwrap();
    assert_eq!((counts.entries, counts.active, counts.supervisors), (3, 3, 2));
}

#[test]
fn otp_only_an_entry_without_an_actor_is_deleted() {
    let mut world = World::new();
    let parent = world.start("p");
    let of = Some(parent.actor_id());
    let one = world.spec("1").keep();
    let one = world.put(&parent, one).actor_id();
    let two = world.start_under(&parent, "2").actor_id();
    assert!(!world.runtime.delete_child(of, two), "it lives");
    world.runtime.terminate_child(one, Ret::nop()).unwrap();
    world.run();
    assert!(!world.runtime.delete_child(of, ActorId(12)), "it is none of them");
    assert!(!world.runtime.delete_child(of, two));
    assert!(world.runtime.delete_child(of, one));
    assert_eq!(world.runtime.children(of).unwrap().len(), 1);
}

#[test]
fn r17_a_child_is_described_to_whoever_asks_for_its_supervisors_children() {
    let mut world = World::new();
    let parent = world.start("p");
    let of = Some(parent.actor_id());
    let spec = world.spec("1").keep();
    let one = world.put(&parent, spec);
    let two = world.start_under(&one, "2");
    let child = |world: &World, of, id| world.runtime.door().child(of, id);
    for (of, supervisor, other, is_supervisor) in
        [(of, &one, &two, true), (Some(one.actor_id()), &two, &one, false)]
    {
        let info = child(&world, of, supervisor.actor_id()).unwrap();
        assert_eq!((info.id, info.is_supervisor), (supervisor.actor_id(), is_supervisor));
        assert_eq!(child(&world, of, other.actor_id()), Err(IdError::Stale), "it is somebody else's");
    }
    assert_eq!(child(&world, None, parent.actor_id()).unwrap().id, parent.actor_id());
    world.runtime.terminate_child(one.actor_id(), Ret::nop()).unwrap();
    world.run();
    assert_eq!(child(&world, of, one.actor_id()).unwrap().status, ChildStatus::Ended);
    assert_eq!(child(&world, None, one.actor_id()), Err(IdError::Stale), "it is kept elsewhere");
    assert_eq!(child(&world, of, two.actor_id()), Err(IdError::Stale), "it is gone");
}

#[test]
fn r18_nobody_is_moved_below_itself() {
    let mut world = World::new();
    let top = world.start("t");
    let child = world.start_under(&top, "c");
    let below = world.start_under(&child, "b");
    for to in [&top, &child, &below] {
        assert_eq!(world.runtime.adopt(Some(to.actor_id()), top.actor_id()), Err(IdError::WrongKind));
    }
    assert_eq!(world.runtime.adopt(Some(top.actor_id()), below.actor_id()), Ok(()));
    assert_eq!(world.runtime.supervisor(below.actor_id()), Ok(Some(top.actor_id())));
}

#[test]
fn r18_nobody_is_moved_to_one_that_takes_no_children() {
    let mut world = World::new();
    let (ending, child) = (world.start("e"), world.start("c"));
    ending.pause();
    call!([ending], say("waits"));
    world.runtime.door().drain(ending.actor_id()).unwrap();
    assert_eq!(world.runtime.door().admits(Some(ending.actor_id())), Err(IdError::Stale));
    let moved = world.runtime.adopt(Some(ending.actor_id()), child.actor_id());
    assert_eq!((moved, world.runtime.supervisor(child.actor_id())), (Err(IdError::Stale), Ok(None)));
    assert_eq!(world.runtime.door().admits(Some(child.actor_id())), Ok(()));
    assert_eq!(world.runtime.door().admits(None), Ok(()));
}

#[test]
fn r18_who_waits_for_its_restart_goes_on_waiting_elsewhere() {
    let mut world = World::new();
    let (old, new) = (world.start("old"), world.start("new"));
    let spec = world.spec("c").backoff(Backoff::new(millis(100), millis(100)));
    let child = world.put(&old, spec);
    call!([child], fail());
    world.run();
    world.runtime.adopt(Some(new.actor_id()), child.actor_id()).unwrap();
    assert_eq!(world.at(99), "");
    assert_eq!(world.at(101), "c:init2 c:again new:child-restarted");
}
