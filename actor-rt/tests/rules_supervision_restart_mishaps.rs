//! Mishaps of restarts: each test is one that went wrong before, mostly since two things happened at once.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::*;

#[derive(Default)]
struct Boss(Vec<String>);

impl Lifecycle for Boss {
    fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        if let ChildEvent::Ended { phase, state, .. } = event {
            let state = state.take().map(|state| *state.downcast::<u32>().unwrap());
            self.0.push(format!("{phase:?} {state:?}"));
        }
    }
}

#[test]
fn a_deadline_that_was_due_does_not_hit_the_next_incarnation() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let spec = world.spec_of("2", slow(5)).shutdown(Shutdown::After(millis(10)));
    let _two = world.put(&parent, spec);
    world.log.take();
    call!([one], fail());
    world.run();
    // The host comes late.
    world.runtime.run(std::time::Instant::now() + millis(1000), false);
    let heard = world.log.take();
    assert_eq!(heard, "2:done 2:drop 1:init2 1:again 2:init2 2:again");
}

#[test]
fn a_start_timeout_that_was_due_does_not_hit_the_next_start() {
    let mut world = World::new();
    let conduct = Conduct::default();
    conduct.starts_waiting.set(2);
    let two = world.spec_of("2", conduct).start_timeout(millis(10)).start(&mut world.runtime).unwrap();
    two.call_at_prep(millis(5), |cx| {
        cx.fail_str("no");
        None
    });
    world.run();
    world.log.take();
    world.runtime.run(Instant::now() + millis(1000), false);
    assert_eq!(world.log.take(), "2:wait");
}

#[test]
fn a_resumed_actor_that_failed_handles_messages_with_the_value_that_panicked() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let conduct = Conduct { stops: Stops::After(10), ..Conduct::default() };
    let spec = world.spec_of("1", conduct);
    world.put(&parent, spec);
    world.log.take();
    call!([parent], panics());
    parent.call(|this, _| this.log.write(format!("by {}", this.number)));
    world.run();
    parent.resume();
    let heard = world.at(100);
    assert!(heard.contains("by 2"), "{heard}");
}

#[test]
fn an_error_whose_text_panics() {
    #[derive(Debug)]
    struct BadText;
    impl std::fmt::Display for BadText {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            std::panic::resume_unwind(Box::new("bad text"))
        }
    }
    impl std::error::Error for BadText {}
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let one = Spec::new(|_| Some(1_u32)).restart(Restart::Temporary);
    let one = world.put(&parent, one);
    world.log.take();
    one.call(|_, cx| cx.fail(BadText));
    _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.run()));
    world.run();
    assert!(one.is_zombie(), "it has ended");
    assert_eq!(world.runtime.actors(), 1);
    world.stop(&parent);
    world.at(60_000);
    assert!(parent.is_zombie());
}

#[test]
fn failed_start_comes_back_with_group() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let grandchild = RefCell::new(Some(world.spec_of("g", slow(10))));
    let log = world.log.clone();
    let spec = Spec::new(move |cx: &mut Cx<'_, u32>| {
        log.write("make");
        if let Some(spec) = grandchild.borrow_mut().take() {
            spec.start_child(cx).unwrap();
            cx.fail_str("bad");
            return None;
        }
        Some(1)
    });
    assert!(matches!(spec.start_under(&mut world.runtime, parent.actor_id()), Err(StartError::Failed(_))));
    world.run();
    call!([one], fail());
    world.run();
    world.at(50);
    assert_eq!(world.runtime.children(Some(parent.actor_id())).unwrap().len(), 1, "the start had failed");
}

#[test]
fn a_kill_by_its_own_handler_that_then_stops() {
    let mut world = World::new();
    let one = world.start("1");
    world.log.take();
    one.call(|_, cx| {
        let id = cx.this().actor_id();
        cx.door().kill(id, "own").unwrap();
        cx.stop();
    });
    let exit = world.exit_of(one.actor_id());
    let heard = world.run();
    assert!(exit.borrow().is_none(), "a kill brings a transient one back: {heard} {:?}", exit.borrow());
}

#[test]
fn a_restarted_supervisor_counts_anew() {
    let mut world = World::new();
    let quiet = Conduct { is_quiet: true, ..Conduct::default() };
    let settings = Supervisor::new().intensity(Intensity::new(1, Duration::from_secs(5)));
    let parent = world.spec_of("p", quiet).supervises(settings).start(&mut world.runtime).unwrap();
    world.run();
    for _ in 0..1 {
        let child = world.start_under(&parent, "c");
        call!([child], fail());
        world.run();
        call!([child], fail());
        world.run();
    }
    world.log.take();
    let child = world.start_under(&parent, "d");
    call!([child], fail());
    assert_eq!(world.run(), "d:fail d:drop d:init2 d:again");
}

#[test]
fn no_state_of_an_earlier_incarnation_is_handed_over() {
    let mut world = World::new();
    let boss = Spec::new(|_| Some(Boss::default())).hooks().start(&mut world.runtime).unwrap();
    let number = Cell::new(0);
    let child = Spec::new(move |cx: &mut Cx<'_, u32>| {
        number.set(number.get() + 1);
        if number.get() == 1 {
            return Some(41);
        }
        cx.stop();
        None
    });
    let child = child.return_state().start_under(&mut world.runtime, boss.actor_id()).unwrap();
    world.run();
    child.call(|_, cx| cx.fail_str("a fault"));
    world.run();
    let told = boss.query(&mut world.runtime, |boss, _| boss.0.clone()).unwrap();
    assert_eq!(told, ["Starting None"]);
}

#[test]
fn a_once_that_is_kept_and_restarted() {
    let mut world = World::new();
    let one = Spec::once(|_| Some(1_u32)).keep().start(&mut world.runtime).unwrap();
    one.call(|_, cx| cx.stop());
    world.run();
    let again = world.runtime.restart_child(None, one.actor_id());
    if let Ok(id) = again {
        world.run();
        assert_eq!(world.runtime.door().status(id), Ok(Status::Running));
    }
}

#[test]
fn restart_child_within_the_factory() {
    let mut world = World::new();
    let id = Rc::new(Cell::new(None));
    let inner = id.clone();
    let second: Rc<RefCell<Option<Result<ActorId, StartError>>>> = Rc::default();
    let keep = second.clone();
    let one = Spec::new(move |cx: &mut Cx<'_, u32>| {
        if let Some(id) = inner.take() {
            *keep.borrow_mut() = Some(cx.restart_child(None, id));
        }
        Some(1_u32)
    })
    .keep()
    .start(&mut world.runtime)
    .unwrap();
    one.call(|_, cx| cx.stop());
    world.run();
    id.set(Some(one.actor_id()));
    world.runtime.restart_child(None, one.actor_id()).unwrap();
    world.run();
    let all: Vec<_> = world.runtime.children(None).unwrap().iter().map(|child| child.status).collect();
    assert_eq!(all, [ChildStatus::Running], "{:?}", second.borrow());
}

#[test]
fn a_kill_while_preparing_has_the_phase_starting() {
    let mut world = World::new();
    let conduct = Conduct::default();
    conduct.starts_waiting.set(1);
    let one = world.spec_of("1", conduct).restart(Restart::Temporary).start(&mut world.runtime).unwrap();
    world.run();
    let exit = world.exit_of(one.actor_id());
    world.kill(&one);
    world.run();
    assert_eq!(exit.borrow().as_ref().unwrap().phase, Phase::Starting);
}

#[test]
fn a_back_off_for_ever() {
    let mut world = World::new();
    let one = world.spec("1").backoff(Backoff::new(Duration::MAX, Duration::MAX));
    let one = one.start(&mut world.runtime).unwrap();
    world.run();
    world.log.take();
    call!([one], fail());
    world.run();
    assert_eq!(world.runtime.children(None).unwrap()[0].status, ChildStatus::Waiting);
}

#[test]
fn a_pause_by_the_user_is_kept() {
    let mut world = World::new();
    let one = world.start("1");
    one.set_capacity(3);
    call!([one], fail());
    world.run();
    assert_eq!(one.capacity(), 3);
}

/// Calls a closure between the end of an incarnation and the start of the next.
fn between(world: &mut World, one: &Actor<Node>, f: impl FnOnce(&Door, ActorId) + 'static) -> String {
    let id = one.actor_id();
    one.call(move |this, cx| {
        let door = cx.door().clone();
        // A down that is on its way before the failure is.
        cx.door().monitor(None, ActorId(0), move |_| f(&door, id));
        this.fail(cx);
    });
    world.run()
}

#[test]
fn adopt_of_one_that_is_about_to_be_started_again() {
    let mut world = World::new();
    let (old, new) = (world.start("old"), world.start("new"));
    let one = world.start_under(&old, "1");
    world.log.take();
    let log = world.log.clone();
    let to = new.actor_id();
    let story = between(&mut world, &one, move |door, id| {
        log.write("between");
        door.adopt(Some(to), id).unwrap();
    });
    assert_eq!(story, "1:fail 1:drop between 1:init2 1:again new:child-restarted");
}

#[test]
fn terminate_child_of_one_that_is_about_to_be_started_again() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let one = world.start_under(&parent, "1");
    world.log.take();
    let story = between(&mut world, &one, |door, id| door.terminate_child(id, Ret::nop()).unwrap());
    assert_eq!(story, "1:fail 1:drop");
    assert!(one.is_zombie());
}

#[test]
fn news_of_a_child_of_the_incarnation_before_is_not_told() {
    let mut world = World::new();
    let parent = world.start("p");
    let one = world.spec("1").restart(Restart::Temporary);
    let one = world.put(&parent, one);
    world.log.take();
    let above = parent.actor_id();
    one.call(move |this, cx| {
        // Its supervisor is to fail, which comes before the news that this one has.
        cx.door().link(above, ActorId(7)).unwrap();
        this.fail(cx);
    });
    assert_eq!(world.run(), "1:fail 1:drop p:drop p:init2 p:again");
}

#[test]
fn what_is_sent_to_one_that_was_killed_and_comes_back_waits_for_that() {
    let mut world = World::new();
    let (one, other) = (world.start("1"), world.start("o"));
    let to = one.clone();
    other.call(move |_, cx| {
        cx.door().kill(to.actor_id(), "a kill").unwrap();
        assert!(to.try_call(say("kept")).is_ok());
    });
    assert_eq!(world.run(), "1:drop 1:init2 1:again 1:kept");
}

/// Does something once when it goes.
struct Last(Option<Box<dyn FnOnce()>>);

impl Drop for Last {
    fn drop(&mut self) {
        if let Some(last) = self.0.take() {
            last();
        }
    }
}

/// A child of a supervisor `p` that does this in the destructor of its first incarnation, with its supervisor and itself.
fn with_last_words(world: &mut World, f: fn(&Door, ActorId, ActorId)) -> (Actor<Node>, Actor<Last>) {
    let parent = supervisor(world, settings(Strategy::OneForOne));
    let (door, above, log) = (world.runtime.door().clone(), parent.actor_id(), world.log.clone());
    let first = Cell::new(true);
    let child = Spec::new(move |cx: &mut Cx<'_, Last>| {
        log.write("init");
        let (door, own) = (door.clone(), cx.this().actor_id());
        let last: Box<dyn FnOnce()> = Box::new(move || f(&door, above, own));
        Some(Last(first.replace(false).then_some(last)))
    });
    let child = world.put(&parent, child);
    world.log.take();
    (parent, child)
}

/// What a destructor asked for while its actor was being restarted was taken for the end that was over: the child came back nevertheless.
#[test]
fn terminate_child_in_the_destructor_of_a_restart_ends_the_child() {
    let mut world = World::new();
    let terminate = |door: &Door, _, own| door.terminate_child(own, Ret::nop()).unwrap();
    let (parent, child) = with_last_words(&mut world, terminate);
    child.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.at(60_000), "");
    assert!(child.is_zombie() && !parent.is_zombie());
}

/// An actor that takes packets: its last hook is called in a restart, too, and does this the first time.
struct Hooked(Option<fn(&Door, ActorId)>);

impl Receive for Hooked {
    fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) {
        let own = cx.this().actor_id();
        if let Some(last) = self.0.take() {
            last(cx.door(), own);
        }
    }
}

fn hooked(world: &mut World, last: fn(&Door, ActorId)) -> Actor<Hooked> {
    let (log, first) = (world.log.clone(), Cell::new(Some(last)));
    let spec = Spec::new(move |_| {
        log.write("init");
        Some(Hooked(first.take()))
    });
    let actor = spec.accept_packets().start(&mut world.runtime).unwrap();
    world.run();
    actor
}

/// A kill that came from the last hook was carried out when the next incarnation was there, and was taken for that one's.
#[test]
fn a_kill_in_the_last_hook_of_a_restart_does_not_hit_the_next_incarnation() {
    let mut world = World::new();
    let actor = hooked(&mut world, |door, own| door.kill(own, "a kill").unwrap());
    actor.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.at(100), "init");
    assert_eq!(actor.incarnation(), 1);
}

/// As of the destructor's.
#[test]
fn terminate_child_in_the_last_hook_of_a_restart_ends_the_child() {
    let mut world = World::new();
    let actor = hooked(&mut world, |door, own| door.terminate_child(own, Ret::nop()).unwrap());
    actor.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.at(60_000), "");
    assert!(actor.is_zombie());
}

/// Nothing times ten, over and over, was no number in the end, and the restart waited as long as it may.
#[test]
fn a_back_off_without_a_first_wait_has_none_later() {
    let mut world = World::new();
    let backoff = Backoff::new(Duration::ZERO, millis(60_000)).factor(10.0);
    let actor = world.spec("a").backoff(backoff).start(&mut world.runtime).unwrap();
    for _ in 0..400 {
        call!([actor], fail());
        world.run();
    }
    assert_eq!(actor.incarnation(), 400);
}
