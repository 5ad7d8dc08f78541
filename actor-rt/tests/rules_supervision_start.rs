//! How supervised actors start: in the call or later, in one turn or several, and what becomes of a start that fails. The names begin with the sentence of the
//! study that they prove (R: ractor, A: the supervision article, X: rsactor, O: ODIN, K: where these conflict).

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use supervision_support::*;

#[test]
fn r5_a_stop_while_starting_comes_before_any_message() {
    let mut world = World::new();
    let actor = world.spec("a").spawn(&mut world.runtime, Ret::nop()).unwrap();
    call!([actor], say("message"));
    world.stop(&actor);
    assert_eq!(world.run(), "a:init1 a:stop a:drop");
}

#[test]
fn r8_a_failed_start_is_told_to_the_spawner_alone() {
    let mut world = World::new();
    let parent = world.start("p");
    let conduct = Conduct::default();
    conduct.starts_failing.set(1);
    let error = world.spec_of("c", conduct.clone()).start_under(&mut world.runtime, parent.actor_id());
    assert!(matches!(error, Err(StartError::Failed(cause)) if cause.to_string() == "not today"));
    assert_eq!(world.run(), "c:no", "the supervisor hears nothing");
    assert_eq!(world.runtime.count_children(Some(parent.actor_id())).unwrap().entries, 0);
    assert_eq!(world.runtime.actors(), 1);
    conduct.starts_failing.set(1);
    let heard = Rc::new(RefCell::new(None));
    let keep = heard.clone();
    let outcome = Ret::new(move |outcome| *keep.borrow_mut() = outcome);
    let child = world.spec_of("c", conduct);
    child.spawn_under(&mut world.runtime, parent.actor_id(), outcome).unwrap();
    assert_eq!(world.run(), "c:no");
    assert!(matches!(heard.take(), Some(Err(StartError::Failed(_)))));
    assert_eq!(world.runtime.count_children(Some(parent.actor_id())).unwrap().entries, 0);
}

#[test]
fn r8_a_panic_in_the_factory_is_such_a_failure_and_the_caller_goes_on() {
    let mut world = World::new();
    let parent = world.start("p");
    parent.call(|this, cx| {
        let bad = Spec::<u32>::new(|_| std::panic::resume_unwind(Box::new("a panic")));
        let Err(StartError::Failed(error)) = bad.start_child(cx) else { panic!("it failed") };
        assert_eq!(error.downcast_ref::<PanicError>().unwrap().message(), "a panic");
        this.say(cx, "goes-on");
    });
    assert_eq!(world.run(), "p:goes-on");
    let message = "a panic of the parent itself, behind a start";
    parent.call(move |_, cx| {
        Spec::new(|_| Some(7_u32)).start_child(cx).unwrap();
        std::panic::resume_unwind(Box::new(message));
    });
    assert_eq!(world.run(), "p:drop p:init2 p:again", "it was the parent that failed");
}

#[test]
fn r8_a_factory_that_stops_or_starts_others_before_it_fails_leaves_nothing() {
    let mut world = World::new();
    let stops = Spec::<u32>::new(|cx| {
        cx.stop();
        None
    });
    assert!(matches!(stops.start(&mut world.runtime), Err(StartError::Stopped)));
    let log = world.log.clone();
    let inner = world.spec("c");
    let inner = Cell::new(Some(inner));
    let parent = Spec::<u32>::new(move |cx| {
        inner.take().unwrap().start_child(cx).unwrap();
        log.write("fails");
        cx.fail_str("behind a start");
        None
    });
    assert!(matches!(parent.start(&mut world.runtime), Err(StartError::Failed(_))));
    assert_eq!(world.run(), "c:init1 fails c:stop c:drop");
    assert_eq!((world.runtime.actors(), world.runtime.children(None).unwrap().len()), (0, 0));
}

#[test]
fn r9_what_fails_in_on_started_is_the_supervisors_affair() {
    let mut world = World::new();
    let parent = world.start("p");
    let conduct = Conduct::default();
    conduct.fails_started.set(1);
    let child = world.spec_of("c", conduct).start_under(&mut world.runtime, parent.actor_id());
    assert!(child.is_ok());
    assert_eq!(world.run(), "c:init1 c:bad-start c:drop c:init2 c:again p:child-restarted");
}

#[test]
fn r9_on_started_comes_before_what_waited_and_the_supervisor_hears_after_it() {
    let mut world = World::new();
    let parent = world.start("p");
    let child = world.spec("c").spawn_under(&mut world.runtime, parent.actor_id(), Ret::nop()).unwrap();
    call!([child], say("message"));
    assert_eq!(world.run(), "c:init1 p:child-started c:message");
}

#[test]
fn r19_nothing_is_started_under_one_that_drains_or_stops() {
    let mut world = World::new();
    let conduct = Conduct { stops: Stops::Later, ..Conduct::default() };
    let parent = world.spec_of("p", conduct).start(&mut world.runtime).unwrap();
    world.run();
    world.runtime.door().drain(parent.actor_id()).unwrap();
    let refused = |world: &mut World| {
        let error = world.spec("c").start_under(&mut world.runtime, parent.actor_id()).unwrap_err();
        assert!(matches!(error, StartError::SupervisorEnding), "{error}");
    };
    refused(&mut world);
    world.run();
    refused(&mut world);
    world.kill(&parent);
    refused(&mut world);
    world.run();
    let error = world.spec("c").start_under(&mut world.runtime, parent.actor_id()).unwrap_err();
    assert!(matches!(error, StartError::NoSupervisor(IdError::Stale)));
}

#[test]
fn r20_what_is_sent_before_the_start_is_over_waits_and_is_lost_if_that_fails() {
    let mut world = World::new();
    let actor = world.spec("a").spawn(&mut world.runtime, Ret::nop()).unwrap();
    call!([actor], say("one"));
    call!([actor], say("two"));
    assert_eq!(world.run(), "a:init1 a:one a:two");
    let conduct = Conduct::default();
    conduct.starts_failing.set(1);
    let actor = world.spec_of("b", conduct).spawn(&mut world.runtime, Ret::nop()).unwrap();
    let answer = Rc::new(Cell::new(Some(Some(1))));
    let heard = answer.clone();
    let asks = Ret::new(move |number: Option<u32>| heard.set(Some(number)));
    actor.call(move |_, _| ret!([asks], 1));
    assert_eq!(world.run(), "b:no");
    assert_eq!(answer.get(), Some(None));
}

#[test]
fn x1_a_start_that_takes_too_long_has_failed() {
    let mut world = World::new();
    let waits = Conduct::default();
    waits.starts_waiting.set(u32::MAX);
    let heard = Rc::new(RefCell::new(None));
    let keep = heard.clone();
    let spec = world.spec_of("a", waits.clone()).start_timeout(millis(20));
    let actor =
        spec.spawn(&mut world.runtime, Ret::new(move |outcome| *keep.borrow_mut() = outcome)).unwrap();
    assert_eq!(world.at(19), "a:wait");
    assert!(!actor.is_zombie());
    assert_eq!(world.at(20), "", "it is not tried again: who waits for the outcome knows");
    assert!(matches!(heard.take(), Some(Err(StartError::Killed(_)))) && actor.is_zombie());
    // Started in the call it is a child that failed: it is tried again.
    let spec =
        world.spec_of("b", waits).start_timeout(millis(20)).intensity(Intensity::new(2, millis(1_000)));
    let actor = spec.start(&mut world.runtime).unwrap();
    assert_eq!(world.at(85), "b:wait b:wait b:wait");
    assert!(actor.is_zombie() && !world.runtime.not_shutdown(), "escalated");
}

#[test]
fn k7_a_start_in_the_call_that_takes_further_turns_is_supervised() {
    let mut world = World::new();
    let parent = world.start("p");
    let waits = Conduct::default();
    waits.starts_waiting.set(1);
    let spec = world.spec_of("c", waits);
    let child = spec.start_under(&mut world.runtime, parent.actor_id()).unwrap();
    assert_eq!(world.run(), "c:wait");
    child.call_prep(|cx| {
        cx.fail_str("later");
        None
    });
    assert_eq!(world.run(), "c:init2 c:again p:child-restarted");
}

#[test]
fn k7_of_a_start_whose_outcome_somebody_waits_for_the_supervisor_hears_nothing() {
    let mut world = World::new();
    let parent = world.start("p");
    let waits = Conduct::default();
    waits.starts_waiting.set(1);
    let heard = Rc::new(RefCell::new(None));
    let keep = heard.clone();
    let outcome = Ret::new(move |outcome| *keep.borrow_mut() = outcome);
    let spec = world.spec_of("c", waits);
    let child = spec.spawn_under(&mut world.runtime, parent.actor_id(), outcome).unwrap();
    assert_eq!(world.run(), "c:wait");
    child.call_prep(|cx| {
        cx.fail_str("later");
        None
    });
    assert_eq!(world.run(), "");
    assert!(matches!(heard.take(), Some(Err(StartError::Failed(_)))) && child.is_zombie());
    assert_eq!(world.runtime.children(Some(parent.actor_id())).unwrap().len(), 0);
}

#[test]
fn starts_within_starts_have_an_end_and_the_error_names_the_cure() {
    fn deeper(cx: &mut Cx<'_, u32>, depth: Rc<Cell<u32>>) -> Option<u32> {
        depth.set(depth.get() + 1);
        let below = depth.clone();
        match Spec::new(move |cx| deeper(cx, below.clone())).start_child(cx) {
            Ok(_) => {}
            Err(StartError::TooDeep) => assert!(StartError::TooDeep.to_string().contains("use spawn")),
            Err(error) => panic!("{error}"),
        }
        Some(0)
    }
    let mut world = World::new();
    let depth = Rc::new(Cell::new(0));
    let counts = depth.clone();
    Spec::new(move |cx| deeper(cx, counts.clone())).start(&mut world.runtime).unwrap();
    assert_eq!(depth.get(), 64);
}

#[test]
fn o16_a_handle_may_be_there_before_its_actor_and_what_is_sent_waits() {
    let mut world = World::new();
    let reserved = world.runtime.reserve::<Node>();
    let handle = reserved.clone();
    call!([handle], say("one"));
    let other = handle.clone();
    let user = Spec::new(move |_| Some(other.clone())).start(&mut world.runtime).unwrap();
    user.call(|handle, _| handle.call(|this, cx| this.say(cx, "two")));
    assert_eq!(world.run(), "");
    let actor = world.spec("a").take_place(reserved).start(&mut world.runtime).unwrap();
    assert_eq!((actor.actor_id(), world.run()), (handle.actor_id(), "a:init1 a:one a:two".to_owned()));
    call!([actor], fail());
    assert_eq!(world.run(), "a:fail a:drop a:init2 a:again");
}

#[test]
fn o16_a_place_that_nobody_takes_ends_and_a_logger_is_warned() {
    let mut world = World::new();
    let log = world.log.clone();
    world
        .runtime
        .set_logger(LogFilter::all(&[LogLevel::Warn]), move |_, record| log.write(record.fmt.to_string()));
    let reserved = world.runtime.reserve::<Node>();
    let handle = reserved.clone();
    world.watch(&handle, "r");
    call!([handle], say("never"));
    drop(reserved);
    assert_eq!(world.run(), "a reserved actor was never started r:down:Dropped");
    // One that was ended before is nothing to warn of.
    let reserved = world.runtime.reserve::<Node>();
    world.runtime.door().kill(reserved.actor_id(), "a kill").unwrap();
    world.run();
    drop(reserved);
    assert_eq!(world.run(), "");
    // Nor one whose spec is refused, or dropped.
    let conduct = Conduct { stops: Stops::Later, ..Conduct::default() };
    let ending = world.spec_of("e", conduct).start(&mut world.runtime).unwrap();
    world.stop(&ending);
    world.run();
    let reserved = world.runtime.reserve::<Node>();
    let handle = reserved.clone();
    let refused = world.spec("a").take_place(reserved).start_under(&mut world.runtime, ending.actor_id());
    assert!(matches!(refused, Err(StartError::SupervisorEnding)) && handle.is_zombie());
    let mut other = Runtime::new(world.runtime.now());
    let foreign = world.spec("a").take_place(other.reserve()).start(&mut world.runtime);
    assert!(matches!(foreign, Err(StartError::NoPlace)) && other.actors() == 0);
}

#[test]
fn the_time_of_a_start_is_not_measured_when_it_is_over() {
    let mut world = World::new();
    let actor = world.spec("a").start_timeout(millis(10)).start(&mut world.runtime).unwrap();
    assert_eq!(world.runtime.pending().timers, 0);
    world.run();
    assert_eq!((world.runtime.pending().timers, actor.is_zombie()), (0, false));
}

#[test]
fn the_supervisor_hears_of_no_start_that_a_stop_in_its_hook_has_ended() {
    struct Ends;
    impl Lifecycle for Ends {
        fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
            cx.stop();
        }
        fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
            Stopping::Pending
        }
    }
    let mut world = World::new();
    let parent = world.start("p");
    let spec = Spec::new(|_| Some(Ends)).hooks();
    let child = spec.start_under(&mut world.runtime, parent.actor_id()).unwrap();
    assert_eq!(world.run(), "");
    world.runtime.door().stopped(child.actor_id()).unwrap();
    assert_eq!(world.run(), "p:child-ended:stopped");
}

#[test]
fn a_childs_records_in_the_log_are_below_those_of_its_supervisor() {
    #[derive(Default)]
    struct Parent(Option<u64>);
    impl LogVisitor for Parent {
        fn kv_u64(&mut self, key: Option<&str>, value: u64) {
            self.0 = self.0.or((key == Some("parent")).then_some(value));
        }
        fn kv_i64(&mut self, _: Option<&str>, _: i64) {}
        fn kv_f64(&mut self, _: Option<&str>, _: f64) {}
        fn kv_bool(&mut self, _: Option<&str>, _: bool) {}
        fn kv_null(&mut self, _: Option<&str>) {}
        fn kv_str(&mut self, _: Option<&str>, _: &str) {}
        fn kv_fmt(&mut self, _: Option<&str>, _: &std::fmt::Arguments<'_>) {}
        fn kv_map(&mut self, _: Option<&str>) {}
        fn kv_mapend(&mut self, _: Option<&str>) {}
        fn kv_arr(&mut self, _: Option<&str>) {}
        fn kv_arrend(&mut self, _: Option<&str>) {}
    }
    let mut world = World::new();
    let log = world.log.clone();
    world.runtime.set_logger(LogFilter::all(&[LogLevel::Open]), move |_, record| {
        let mut parent = Parent::default();
        (record.kvscan)(&mut parent);
        log.write(format!("{}<{}", record.id, parent.0.unwrap_or(0)));
    });
    let top = Spec::new(|_| Some(1_u32)).start(&mut world.runtime).unwrap();
    let mid = Spec::new(|_| Some(2_u32)).start_under(&mut world.runtime, top.actor_id()).unwrap();
    Spec::new(|_| Some(3_u32)).start_under(&mut world.runtime, mid.actor_id()).unwrap();
    assert_eq!(world.run(), "1<0 2<1 3<2");
}
