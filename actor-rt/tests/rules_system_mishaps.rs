//! What once went wrong with what is said to any actor, and with the services that stand on it: found by programs that tried to break them.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::*;

/// Does in each run what it is told.
struct Runner {
    log: Log,
    run: fn(&mut Cx<'_, Runner>),
}

impl Lifecycle for Runner {
    fn on_run(&mut self, cx: &mut Cx<'_, Self>) -> Run {
        self.log.write("run");
        (self.run)(cx);
        Run::Done
    }
}

/// A run that asked for the next one, by itself or in a message to itself, kept its step from ending: `run` never returned.
#[test]
fn x2_a_run_that_begins_anew_comes_again_in_a_later_step() {
    let asks: [fn(&mut Cx<'_, Runner>); 2] =
        [|cx| cx.keep_running(), |cx| cx.this().call(|_, cx| cx.keep_running())];
    for run in asks {
        let mut world = World::new();
        let log = world.log.clone();
        let spec = Spec::new(move |_| Some(Runner { log: log.clone(), run })).hooks();
        let runner = spec.start(&mut world.runtime).unwrap();
        runner.call(|_, cx| cx.keep_running());
        let now = world.runtime.now();
        for step in 1..4 {
            // Enough for what there is, however slow the machine.
            let budget = Budget { messages: 100, ..Budget::UNBOUNDED };
            let progress = world.runtime.step(now + step * MS, &budget);
            assert_eq!((world.log.take().as_str(), progress.more), ("run", false));
        }
        assert_eq!(
            world.runtime.next_timeout(now + 3 * MS),
            Some(Duration::from_nanos(1)),
            "it wants another one"
        );
    }
}

/// A closure that took its runtime away was shown as running for ever, and the observer did not hear of its end.
#[test]
fn o14_a_closure_that_takes_its_runtime_away_is_over_for_the_watchdog_and_the_observer() {
    struct Ends(Rc<Cell<u32>>);
    impl Observer for Ends {
        fn ingress(&mut self, _: u64, _: Ingress) {}
        fn delivering(&mut self, _: &Delivery) {
            self.0.set(self.0.get() + 1);
        }
        fn delivered(&mut self) {
            self.0.set(self.0.get() - 1);
        }
    }
    for keeps in [false, true] {
        let now = Instant::now();
        let mut runtime = Runtime::new(now);
        let running = Rc::new(Cell::new(0));
        runtime.set_observer(Some(Box::new(Ends(running.clone()))));
        let watchdog = runtime.watchdog();
        let kept = Rc::new(RefCell::new(None));
        let keep = kept.clone();
        runtime.defer(move |runtime| {
            let old = std::mem::replace(runtime, Runtime::new(now));
            _ = keep.replace(Some(old).filter(|_| keeps));
        });
        runtime.run(now, false);
        assert_eq!((watchdog.busy(), running.get()), (None, 0));
    }
}

/// Tells the log who was killed when the whole tree has ended.
fn killed(world: &World) -> Ret<Vec<ActorId>> {
    let log = world.log.clone();
    Ret::new(move |killed: Option<Vec<ActorId>>| {
        log.write(format!("killed:{:?}", killed.map(|killed| killed.len())))
    })
}

/// Asked whether it minds, one that waited for its restart was taken for one that refuses: the end waited for ever, or killed it in the end.
#[test]
fn x3_one_that_waits_for_its_restart_does_not_refuse_the_end_of_all() {
    for shutdown in [Shutdown::Infinite, Shutdown::After(millis(5_000))] {
        let mut world = World::new();
        let spec = world.spec("a").backoff(Backoff::new(millis(60_000), millis(60_000)));
        let actor = spec.shutdown(shutdown).start(&mut world.runtime).unwrap();
        call!([actor], fail());
        world.run();
        let killed = killed(&world);
        world.runtime.terminate(None, killed);
        assert_eq!(world.run(), "killed:Some(0)");
    }
}

/// The same of one whose start took several turns.
#[test]
fn x3_one_that_is_starting_does_not_refuse_the_end_of_all() {
    let mut world = World::new();
    let conduct = Conduct::default();
    conduct.starts_waiting.set(1);
    let actor = world.spec_of("a", conduct).start(&mut world.runtime).unwrap();
    world.run();
    let killed = killed(&world);
    world.runtime.terminate(None, killed);
    assert_eq!(world.run(), "killed:Some(0)");
    assert!(actor.is_zombie());
}

/// Does not want to end.
struct Stubborn;

impl Lifecycle for Stubborn {
    fn on_system(&mut self, _: &mut Cx<'_, Self>, _: SystemMessage) -> Reaction {
        Reaction::Handled
    }
}

/// A child that became ready when it was to end already took the deadline of its end for that of its start: it refused for ever.
#[test]
fn x3_the_deadline_of_an_end_outlasts_a_start_that_was_on_its_way() {
    let mut world = World::new();
    let parent = Spec::new(|_| Some(0_u32)).shutdown(Shutdown::Infinite).start(&mut world.runtime).unwrap();
    world.run();
    let killed = killed(&world);
    parent.call(move |_, cx| {
        let door = cx.door().clone();
        door.stop(cx.this().actor_id()).unwrap();
        let child = Spec::new(|_| Some(Stubborn)).hooks().shutdown(Shutdown::After(millis(100)));
        child.spawn_child(cx, Ret::nop()).unwrap();
        door.terminate(None, killed);
    });
    assert_eq!(world.at(99), "", "it refuses");
    assert_eq!(world.at(101), "killed:Some(1)");
}
