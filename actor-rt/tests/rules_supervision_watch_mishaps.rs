//! Mishaps of who watches: each test is one that went wrong before, mostly since two things happened at once.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use supervision_support::*;

#[test]
fn a_monitor_of_one_that_was_killed_and_comes_back() {
    let mut world = World::new();
    let one = world.start("1");
    world.log.take();
    world.kill(&one);
    world.watch(&one, "1");
    assert_eq!(world.run(), "1:drop 1:init2 1:again");
}

#[test]
fn a_link_to_one_that_was_killed_and_comes_back() {
    let mut world = World::new();
    let one = world.start("1");
    let two = world.start_temporary("2");
    world.log.take();
    world.kill(&one);
    world.runtime.link(two.actor_id(), one.actor_id()).unwrap();
    assert_eq!(world.run(), "1:drop 1:init2 1:again");
}

#[test]
fn a_monitor_that_the_old_value_leaves_in_its_destructor() {
    struct Last(Door, Rc<Cell<u64>>, Log);
    impl Drop for Last {
        fn drop(&mut self) {
            let log = self.2.clone();
            self.0.monitor(None, ActorId(self.1.get()), move |exit| log.write(format!("{:?}", exit.kind)));
        }
    }
    let mut world = World::new();
    let id = Rc::new(Cell::new(0));
    let (door, log, keep) = (world.runtime.door().clone(), world.log.clone(), id.clone());
    let one = Spec::new(move |_| Some(Last(door.clone(), keep.clone(), log.clone())))
        .start(&mut world.runtime)
        .unwrap();
    id.set(one.actor_id().0);
    one.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.run(), "");
    assert!(!one.is_zombie());
}

#[test]
fn a_down_is_no_turn_of_an_incarnation_that_has_failed() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let _one = put_of(&mut world, &parent, "1", slow(10));
    let other = world.start_temporary("x");
    let id = other.actor_id();
    parent.call(move |_, cx| {
        cx.monitor(id, |this, _, _| this.log.write(format!("down in incarnation {}", this.number)));
    });
    world.run();
    world.log.take();
    call!([parent], panics());
    world.run();
    world.kill(&other);
    let heard = world.at(100);
    assert!(heard.contains("down in incarnation 2"), "{heard}");
}

#[test]
fn resume_in_a_down() {
    let mut world = World::new();
    let watcher = world.start("w");
    let other = world.start_temporary("x");
    let id = other.actor_id();
    watcher.call(move |_, cx| {
        cx.this().pause();
        cx.monitor(id, |this, cx, _| {
            this.log.write("down");
            cx.this().resume();
        });
    });
    call!([watcher], say("after"));
    world.run();
    world.kill(&other);
    let heard = world.run();
    assert!(heard.contains("w:after"), "{heard}");
}

#[test]
fn pause_in_a_down_while_stopping() {
    let mut world = World::new();
    let spec = world.spec_of("w", slow(20)).restart(Restart::Temporary).shutdown(Shutdown::Infinite);
    let watcher = spec.start(&mut world.runtime).unwrap();
    world.run();
    let other = world.start_temporary("x");
    let id = other.actor_id();
    watcher.call(move |_, cx| {
        cx.monitor(id, |_, cx, _| _ = cx.this().pause());
    });
    world.run();
    world.stop(&watcher);
    world.run();
    world.kill(&other);
    let heard = world.at(60_000);
    assert!(watcher.is_zombie(), "{heard}");
}

#[test]
fn a_link_tells_one_that_traps_and_is_preparing() {
    let mut world = World::new();
    let spec = world.spec_of("t", Conduct { traps: true, ..Conduct::default() });
    let survivor = spec.backoff(Backoff::new(millis(10), millis(10))).start(&mut world.runtime).unwrap();
    world.run();
    let other = world.start_temporary("x");
    world.runtime.link(survivor.actor_id(), other.actor_id()).unwrap();
    call!([survivor], fail());
    world.run();
    world.kill(&other);
    let heard = world.at(100);
    assert!(heard.contains("t:exit:Killed"), "{heard}");
}

#[test]
fn a_supervisor_that_prepares_hears_of_its_children_when_it_is_ready() {
    let mut world = World::new();
    let child = RefCell::new(Some(world.spec("c").restart(Restart::Temporary)));
    let ids = Rc::new(Cell::new(None));
    let keep = ids.clone();
    let spec = Spec::new(move |cx: &mut Cx<'_, Node>| {
        let actor = child.borrow_mut().take().unwrap().start_child(cx).unwrap();
        keep.set(Some(actor));
        None
    });
    let parent = spec.hooks().start(&mut world.runtime).unwrap();
    world.run();
    call!([ids.take().unwrap()], ends());
    world.run();
    world.log.take();
    let log = world.log.clone();
    parent.call_prep(move |_| Some(Node { name: "p", log, conduct: Conduct::default(), number: 1 }));
    assert_eq!(world.run(), "p:child-started p:child-ended:stopped");
}

#[test]
fn a_monitor_with_a_watcher_that_has_ended() {
    let mut world = World::new();
    let watcher = world.start_temporary("w");
    let target = world.start_temporary("t");
    world.kill(&watcher);
    world.run();
    let log = world.log.clone();
    world.runtime.door().monitor(Some(watcher.actor_id()), target.actor_id(), move |_| log.write("told"));
    world.kill(&target);
    assert_eq!(world.run(), "t:drop");
}

/// The news had become a message of the watcher's by then, which no number could take back.
#[test]
fn otp_demonitor_removes_a_down_that_waits_for_its_watcher() {
    for withdraws in [true, false] {
        let mut world = World::new();
        let target = world.start_temporary("t");
        // Being made: its first turn watches, a second one is yet to come.
        let seen = Rc::new(Cell::new(None));
        let (sees, log, at) = (seen.clone(), world.log.clone(), target.actor_id());
        let make = move |cx: &mut Cx<'_, u32>| {
            let tells = log.clone();
            sees.set(Some(cx.monitor(at, move |_, _, exit| tells.write(format!("down:{:?}", exit.kind)))));
            None
        };
        let watcher = Spec::once(make).start(&mut world.runtime).unwrap();
        // Waits for its restart.
        let conduct = Conduct::default();
        let spec = world.spec_of("w", conduct).backoff(Backoff::new(millis(10), millis(10)));
        let fails = spec.start(&mut world.runtime).unwrap();
        let log = world.log.clone();
        let other = fails
            .query(&mut world.runtime, |_, cx| {
                cx.monitor(at, move |_, _, exit| log.write(format!("again:{:?}", exit.kind)))
            })
            .unwrap();
        call!([fails], fail());
        world.run();
        world.kill(&target);
        world.run();
        if withdraws {
            assert!(world.runtime.demonitor(seen.get().unwrap()) && world.runtime.demonitor(other));
        }
        watcher.call_prep(|_| Some(7));
        let told = world.at(10);
        assert_eq!((told.contains("down:Killed"), told.contains("again:Killed")), (!withdraws, !withdraws));
        assert!(!world.runtime.demonitor(other), "told, or withdrawn");
    }
}

/// Between the order to kill it and its end nobody could tell it anything: it came back, and never heard.
#[test]
fn a_down_is_heard_by_one_that_was_killed_meanwhile_and_comes_back() {
    let mut world = World::new();
    let target = world.start_temporary("t");
    let watcher = world.start("w");
    let id = target.actor_id();
    let log = world.log.clone();
    let watch = move |_: &mut Node, cx: &mut Cx<'_, Node>| {
        cx.monitor(id, move |_, _, exit| log.write(format!("down:{:?}", exit.kind)));
    };
    watcher.query(&mut world.runtime, watch);
    world.log.take();
    target.query(&mut world.runtime, |_, cx| cx.stop());
    world.runtime.door().kill(watcher.actor_id(), "enough").unwrap();
    assert_eq!(world.run(), "t:stop t:drop w:drop w:init2 w:again down:Stopped");
}

/// Writes down the tags that it gets.
struct Reader(Log);

impl Receive for Reader {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        self.0.write(format!("tag{}", packet.tag()));
    }
}

/// What the runtime had to tell one that was killed and came back found nobody, or was lost until those below it had ended.
#[test]
fn news_for_one_that_was_killed_and_comes_back_waits_for_that() {
    for restart in [Restart::Permanent, Restart::Temporary] {
        for has_child in [false, true] {
            let mut world = World::new();
            let log = world.log.clone();
            let reader = Spec::new(move |_| Some(Reader(log.clone()))).accept_packets().restart(restart);
            let id = reader.start(&mut world.runtime).unwrap().actor_id();
            if has_child {
                world.spec("c").start_under(&mut world.runtime, id).unwrap();
            }
            world.run();
            let door = world.runtime.door().clone();
            let news = Envelope { tag: 7, ..Envelope::default() };
            door.kill(id, "a kill").unwrap();
            let sent = door.send_ahead(id, &news, Body::Copied(b"")).map_err(|(error, _)| error);
            let heard = world.run().replace("c:drop ", "").replace("c:drop", "");
            if restart == Restart::Permanent {
                assert_eq!((sent, heard.as_str()), (Ok(()), "tag7"), "{has_child}");
            } else {
                assert_eq!((sent, heard.as_str()), (Err(PostError::Id(IdError::Stale)), ""));
            }
            assert_eq!(world.runtime.dead_letters(), 0);
        }
    }
}

/// It waited for its next incarnation to tell it, which was never to come.
#[test]
fn one_that_ends_for_good_hears_in_its_last_turns() {
    struct Waits(Log);
    impl Lifecycle for Waits {
        fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
            self.0.write("waits");
            Stopping::Pending
        }
    }
    let mut world = World::new();
    let log = world.log.clone();
    let waits = Spec::new(move |_| Some(Waits(log.clone()))).hooks().shutdown(Shutdown::Infinite);
    let waits = waits.start(&mut world.runtime).unwrap();
    let child = world.spec("c").start_under(&mut world.runtime, waits.actor_id()).unwrap().actor_id();
    waits.query(&mut world.runtime, move |_, cx| {
        cx.monitor(child, |this, cx, exit| {
            this.0.write(format!("down:{:?}", exit.kind));
            cx.stopped();
        });
    });
    world.run();
    world.runtime.terminate_child(waits.actor_id(), Ret::nop()).unwrap();
    assert_eq!(world.run(), "c:stop c:drop waits down:Stopped");
    assert!(waits.is_zombie());
}
