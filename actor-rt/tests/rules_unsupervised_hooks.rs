//! Hooks of actors that nobody supervises: `Actor::call_hooks`, and what a `Door` does about them.

use actor_rt::supervision::{
    ChildEvent, Exit, ExitKind, Interval, Lifecycle, Reaction, Run, Spec, Stopping, SystemMessage,
};
use actor_rt::{ActorId, ActorOwn, Cx, IdError, Runtime, StopCause, actor_new, ret_nop};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

type Heard = Rc<RefCell<Vec<String>>>;

/// Writes down what it is told.
struct Diary(Heard);

impl Diary {
    fn note(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }
}

impl Lifecycle for Diary {
    fn on_started(&mut self, _: &mut Cx<'_, Self>) {
        self.note("started");
    }
    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
        self.note("stop");
        cx.this().call_at(Duration::from_secs(60), |diary, cx| {
            diary.note("goodbye");
            cx.stopped();
        });
        Stopping::Pending
    }
    fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        self.note(match event {
            ChildEvent::Started { .. } => "child started",
            ChildEvent::Ended { .. } => "child ended",
            _ => "child",
        });
    }
    fn on_system(&mut self, _: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
        self.note(format!("{message:?}"));
        Reaction::Handled
    }
    fn on_timer(&mut self, _: &mut Cx<'_, Self>, number: u64, ticks: u32) {
        self.note(format!("timer {number}: {ticks}"));
    }
    fn on_run(&mut self, _: &mut Cx<'_, Self>) -> Run {
        self.note("run");
        Run::Done
    }
    fn on_exit(&mut self, _: &mut Cx<'_, Self>, exit: &Exit) {
        self.note(format!("{:?}", exit.kind));
    }
}

fn diary(runtime: &mut Runtime) -> (ActorOwn<Diary>, Heard) {
    let heard = Heard::default();
    let diary = actor_new!(runtime, Diary, ret_nop!());
    let writes = heard.clone();
    diary.call_prep(move |_| Some(Diary(writes)));
    (diary, heard)
}

fn taken(heard: &Heard) -> Vec<String> {
    std::mem::take(&mut *heard.borrow_mut())
}

fn stop_in_a_handler(runtime: &mut Runtime, now: Instant, child: ActorId) {
    runtime.door().call(child, |_: &mut u32, cx| cx.stop()).unwrap();
    runtime.run(now, false);
}

#[test]
fn an_actor_that_nobody_supervises_hears_what_it_asked_for() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (diary, heard) = diary(&mut runtime);
    diary.call_hooks();
    runtime.run(now, false);
    assert_eq!(taken(&heard), [""; 0], "it has started as any other does");
    let (id, door) = (diary.actor_id(), runtime.door().clone());
    let child = Spec::new(|_| Some(0_u32)).start_under(&mut runtime, id).unwrap().actor_id();
    runtime.run(now, false);
    stop_in_a_handler(&mut runtime, now, child);
    assert_eq!(taken(&heard), ["child started", "child ended"]);
    door.send_system(id, SystemMessage::Terminate).unwrap();
    door.start_interval(id, 7, Interval::new(Duration::from_secs(1))).unwrap();
    door.keep_running(id).unwrap();
    runtime.run(now, false);
    runtime.run(now + Duration::from_secs(2), false);
    assert_eq!(taken(&heard), ["Terminate", "run", "timer 7: 2"]);
    door.stop_timer(id, 7).unwrap();
    door.stop(id).unwrap();
    runtime.run(now + Duration::from_secs(3), false);
    assert!(taken(&heard) == ["stop"] && !diary.is_zombie());
    runtime.run(now + Duration::from_secs(63), false);
    assert!(taken(&heard) == ["goodbye"] && diary.is_zombie());
}

#[test]
fn without_asking_it_hears_nothing_and_what_needs_a_hook_is_refused() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (diary, heard) = diary(&mut runtime);
    let (id, door) = (diary.actor_id(), runtime.door().clone());
    runtime.run(now, false);
    assert_eq!(door.keep_running(id), Err(IdError::WrongKind));
    assert_eq!(door.trap_by_hook(id, true), Err(IdError::WrongKind));
    door.stop(id).unwrap();
    runtime.run(now, false);
    assert!(diary.is_zombie() && taken(&heard).is_empty());
    diary.call_hooks();
    runtime.run(now, false);
    assert_eq!(door.trap_by_hook(id, true), Err(IdError::Stale), "it has ended");
}

#[test]
fn what_comes_while_it_is_preparing_it_is_told_when_it_is_ready() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let other = Spec::once(|_| Some(0_u32)).start(&mut runtime).unwrap().actor_id();
    let preparing = actor_new!(runtime, Diary, ret_nop!());
    preparing.call_hooks();
    let (id, door) = (preparing.actor_id(), runtime.door().clone());
    door.trap_by_hook(id, true).unwrap();
    door.link(id, other).unwrap();
    door.kill(other, "in the way").unwrap();
    runtime.run(now, false);
    let heard = Heard::default();
    let writes = heard.clone();
    preparing.call_prep(move |_| Some(Diary(writes)));
    runtime.run(now, false);
    assert_eq!(taken(&heard), ["Killed"]);
}

#[test]
fn who_traps_by_its_hook_is_told_until_it_does_not_any_more() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (diary, heard) = diary(&mut runtime);
    diary.call_hooks();
    runtime.run(now, false);
    let (id, door) = (diary.actor_id(), runtime.door().clone());
    let mut linked = || {
        let other = Spec::once(|_| Some(0_u32)).start(&mut runtime).unwrap().actor_id();
        door.link(id, other).unwrap();
        other
    };
    let (told, fatal) = (linked(), linked());
    door.trap_by_hook(id, true).unwrap();
    door.kill(told, "in the way").unwrap();
    runtime.run(now, false);
    assert_eq!(taken(&heard), [format!("{:?}", ExitKind::Killed)]);
    door.trap_by_hook(id, false).unwrap();
    door.kill(fatal, "in the way").unwrap();
    runtime.run(now, false);
    assert!(diary.is_zombie() && taken(&heard).is_empty());
}

#[test]
fn a_door_gives_the_handle_of_a_living_actor_of_the_type() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (diary, _) = diary(&mut runtime);
    let (id, door) = (diary.actor_id(), runtime.door().clone());
    runtime.run(now, false);
    assert!(door.actor::<Diary>(id).is_ok_and(|same| same == *diary));
    assert_eq!(door.actor::<u32>(id).unwrap_err(), IdError::WrongKind);
    assert_eq!(door.actor::<Diary>(ActorId(0)).unwrap_err(), IdError::Null);
    door.kill(id, "done").unwrap();
    runtime.run(now, false);
    assert_eq!(door.actor::<Diary>(id).unwrap_err(), IdError::Stale);
}
