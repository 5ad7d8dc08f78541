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
