//! How often is too often, and what the supervisor does then. The names begin with the sentence of the
//! study that they prove (R: ractor, A: the supervision article, X: rsactor, O: ODIN, K: where these conflict).
//! Others say what OTP's supervisor does.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

#[test]
fn a5_k10_an_anchored_window_counts_from_the_start_and_anew_after_the_period() {
    let mut world = World::new();
    let intensity = Intensity::new(2, Duration::from_secs(5)).window(Window::Anchored);
    let actor = world.spec("a").intensity(intensity).start(&mut world.runtime).unwrap();
    let fails_at = |world: &mut World, time| {
        world.at(time);
        call!([actor], fail());
        world.run();
        !actor.is_zombie()
    };
    assert!(fails_at(&mut world, 4_000) && fails_at(&mut world, 5_000), "two in the first window");
    assert!(fails_at(&mut world, 5_001), "exactly: longer than the period");
    assert!(fails_at(&mut world, 10_001), "two in the second");
    assert!(!fails_at(&mut world, 10_001), "the third");
}

#[test]
fn k10_a_sliding_window_counts_the_last_period() {
    let mut world = World::new();
    let actor = world
        .spec("a")
        .intensity(Intensity::new(2, Duration::from_secs(5)))
        .start(&mut world.runtime)
        .unwrap();
    let fails_at = |world: &mut World, time| {
        world.at(time);
        call!([actor], fail());
        world.run();
        !actor.is_zombie()
    };
    assert!(fails_at(&mut world, 4_000) && fails_at(&mut world, 8_000));
    assert!(fails_at(&mut world, 9_001), "the first is longer ago than the period");
    assert!(!fails_at(&mut world, 13_000), "exactly a period is within it");
}

#[test]
fn otp_one_restart_in_five_seconds_if_nothing_is_said() {
    let mut world = World::new();
    world.runtime.set_root_supervisor(Supervisor::new());
    let actor = world.start("a");
    call!([actor], fail());
    world.run();
    assert!(!actor.is_zombie());
    call!([actor], fail());
    world.run();
    assert!(actor.is_zombie());
    let Some(StopCause::Failed(error)) = world.runtime.shutdown_reason() else { panic!("a8: the root ends") };
    assert_eq!(error.to_string(), "a fault");
}

#[test]
fn otp_the_intensity_is_that_of_all_children_together() {
    let mut world = World::new();
    let settings = Supervisor::new().intensity(Intensity::new(1, Duration::from_secs(5)));
    let parent = supervisor(&mut world, settings);
    let (one, two) = (world.start_under(&parent, "one"), world.start_under(&parent, "two"));
    world.log.take();
    call!([one], fail());
    call!([two], fail());
    assert_eq!(
        world.run(),
        "one:fail one:drop one:init2 one:again two:fail two:drop p:escalated one:stop one:drop p:drop p:init2 p:again"
    );
}

#[test]
fn a6_a7_an_escalation_is_a_failure_of_the_parent_and_climbs_to_the_root() {
    let mut world = World::new();
    world.runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1))));
    let none = Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1)));
    let top = world.spec("t").supervises(none).start(&mut world.runtime).unwrap();
    let mid = world.spec("m").supervises(none);
    let mid = world.put(&top, mid);
    let child = world.start_under(&mid, "c");
    let heard = Rc::new(RefCell::new(Vec::new()));
    let keep = heard.clone();
    world
        .runtime
        .on_root_escalation(move |_, child, cause| keep.borrow_mut().push((child, cause.to_string())));
    world.log.take();
    call!([child], fail());
    assert_eq!(world.run(), "c:fail c:drop m:escalated m:drop t:escalated t:drop");
    let heard = heard.take();
    assert_eq!(heard[0].0, top.actor_id());
    assert!(heard[0].1.contains("failed too often") && heard[0].1.ends_with("a fault"), "{}", heard[0].1);
    assert!(world.runtime.not_shutdown(), "the host decides");
}

#[test]
fn a6_the_parent_may_stop_or_go_on_without() {
    for (escalation, story) in [
        (Escalation::Stop, "c:fail c:drop p:escalated p:stop p:drop"),
        (Escalation::Ignore, "c:fail c:drop p:escalated"),
        (Escalation::Restart, "c:fail c:drop p:escalated p:drop p:init2 p:again"),
    ] {
        let mut world = World::new();
        let none = Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1)));
        let conduct = Conduct { escalation, ..Conduct::default() };
        let parent = world.spec_of("p", conduct).supervises(none).start(&mut world.runtime).unwrap();
        let child = world.start_under(&parent, "c");
        world.log.take();
        call!([child], fail());
        assert_eq!(world.run(), story);
    }
}

#[test]
fn otp_a_start_that_fails_again_is_tried_again_and_counts() {
    let mut world = World::new();
    let conduct = Conduct::default();
    let failing = conduct.starts_failing.clone();
    let spec = world.spec_of("a", conduct).intensity(Intensity::new(3, Duration::from_secs(5)));
    let actor = spec.start(&mut world.runtime).unwrap();
    world.run();
    failing.set(2);
    call!([actor], fail());
    call!([actor], say("waits"));
    assert_eq!(world.run(), "a:fail a:drop a:no a:no a:init4 a:again a:waits");
    failing.set(3);
    world.at(10_000);
    call!([actor], fail());
    call!([actor], say("lost"));
    assert_eq!(world.run(), "a:fail a:drop a:no a:no a:no");
    assert!(actor.is_zombie());
    assert_eq!(world.runtime.dead_letters_of(DropReason::Cancelled), 1);
}

/// A kill, the highest of all, is of ours: r1.
#[test]
fn a3_a_stop_comes_before_an_escalation_and_that_before_messages() {
    for (stops, story) in [(false, "c:drop p:escalated p:message"), (true, "c:drop p:stop p:drop")] {
        let mut world = World::new();
        let none = Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1)));
        let conduct = Conduct { escalation: Escalation::Ignore, ..Conduct::default() };
        let parent = world.spec_of("p", conduct).supervises(none).start(&mut world.runtime).unwrap();
        let child = world.start_under(&parent, "c");
        world.log.take();
        let (door, own) = (world.runtime.door().clone(), parent.clone());
        parent.call(move |_, _| {
            call!([own], say("message"));
            door.kill(child.actor_id(), "a fault").unwrap();
            if stops {
                door.stop(own.actor_id()).unwrap();
            }
        });
        assert_eq!(world.run(), story);
    }
}

#[test]
fn a3_one_that_is_stopping_hears_of_no_escalation() {
    let mut world = World::new();
    let none = Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1)));
    let parent = world.spec("p").supervises(none).start(&mut world.runtime).unwrap();
    let _slow = put_of(&mut world, &parent, "s", slow(10));
    let child = world.start_under(&parent, "c");
    world.log.take();
    let above = parent.actor_id();
    child.call(move |this, cx| {
        cx.door().stop(above).unwrap();
        this.fail(cx);
    });
    assert_eq!(world.run(), "c:fail c:drop s:stop");
    assert_eq!(world.at(10), "s:done s:drop p:stop p:drop");
}

/// In the article nobody is told. Ours tells the host, and without one that listens the runtime asks to be shut down.
#[test]
fn a8_what_climbs_to_the_root_is_told_to_the_host_or_ends_all() {
    for listens in [true, false] {
        let mut world = World::new();
        world.runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(0, millis(1))));
        let actor = world.start("a");
        let log = world.log.clone();
        if listens {
            world.runtime.on_root_escalation(move |_, _, cause| log.write(cause.to_string()));
        }
        call!([actor], fail());
        let story = world.run();
        assert_eq!(story.contains("Actor failed: a fault"), listens, "{story}");
        assert!(actor.is_zombie());
        assert_eq!(world.runtime.not_shutdown(), listens);
        assert_eq!(world.runtime.shutdown_reason().is_some_and(|cause| cause.has_error()), !listens);
    }
}

/// What climbs is a failure, not a child's end: the state goes with the child.
#[test]
fn r11_a_child_that_failed_too_often_leaves_no_state() {
    #[derive(Default)]
    struct Boss(Vec<&'static str>);
    impl Lifecycle for Boss {
        fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
            if let ChildEvent::Ended { .. } = event {
                self.0.push("ended");
            }
        }
        fn child_escalated(&mut self, _: &mut Cx<'_, Self>, _: ActorId, _: &StopCause) -> Escalation {
            self.0.push("escalated");
            Escalation::Ignore
        }
    }
    let mut world = World::new();
    let boss = Spec::once(|_| Some(Boss::default())).hooks().start(&mut world.runtime).unwrap();
    let spec = world.spec("c").return_state().intensity(Intensity::new(0, millis(1)));
    let child = spec.start_under(&mut world.runtime, boss.actor_id()).unwrap();
    call!([child], fail());
    assert_eq!(world.run(), "c:init1 c:fail c:drop");
    assert_eq!(boss.query(&mut world.runtime, |boss, _| boss.0.clone()), Some(vec!["escalated"]));
}
