//! What a context offers beside queueing: one value of each type, the time of day, tasks.

use actor_rt::task::{Task, TaskTrait};
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

#[test]
fn the_anymap_keeps_one_value_of_each_type() {
    let mut runtime = Runtime::new(Instant::now());
    runtime.anymap_set(1_u32);
    runtime.anymap_set("text");
    runtime.anymap_set(2_u32);
    assert_eq!((runtime.anymap_get::<u32>(), runtime.anymap_get::<&str>()), (2, "text"));
    runtime.anymap_unset::<u32>();
    runtime.anymap_unset::<u64>();
    assert_eq!(runtime.anymap_try_get::<u32>(), None);
    let panic = catch_unwind(AssertUnwindSafe(|| runtime.anymap_get::<u32>())).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("u32"), "it says what is missing");
}

#[test]
fn a_value_may_use_the_anymap_while_it_is_cloned_or_dropped() {
    /// Clones and drops itself with the runtime in its hands.
    struct Busy(Rc<RefCell<Runtime>>, Rc<Cell<u32>>);
    impl Clone for Busy {
        fn clone(&self) -> Self {
            self.1.set(self.1.get() + 1);
            Busy(self.0.clone(), self.1.clone())
        }
    }
    impl Drop for Busy {
        fn drop(&mut self) {
            self.1.set(self.1.get() + 1);
            if let Ok(mut other) = self.0.try_borrow_mut() {
                other.anymap_set(7_u8);
            }
        }
    }
    let other = Rc::new(RefCell::new(Runtime::new(Instant::now())));
    let used = Rc::new(Cell::new(0));
    let mut runtime = Runtime::new(Instant::now());
    runtime.anymap_set(Busy(other.clone(), used.clone()));
    drop(runtime.anymap_get::<Busy>());
    runtime.anymap_set(Busy(other.clone(), used.clone()));
    drop(runtime);
    assert_eq!(used.get(), 1 + 1 + 1 + 1);
    assert_eq!(other.borrow_mut().anymap_get::<u8>(), 7);
}

#[test]
fn values_that_panic_when_the_runtime_drops_them_end_nothing_else() {
    #[derive(Clone)]
    struct Bomb<const N: u8>(Rc<Cell<u32>>);
    impl<const N: u8> Drop for Bomb<N> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            panic!("in a value's destructor");
        }
    }
    let dropped = Rc::new(Cell::new(0));
    let mut runtime = Runtime::new(Instant::now());
    runtime.anymap_set(Bomb::<0>(dropped.clone()));
    runtime.anymap_set(Bomb::<1>(dropped.clone()));
    runtime.anymap_set(Bomb::<2>(dropped.clone()));
    drop(runtime);
    assert_eq!(dropped.get(), 3);
}

#[test]
fn the_time_of_day_is_what_the_host_said() {
    let mut runtime = Runtime::new(Instant::now());
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(43_200);
    runtime.set_systime(Some(noon));
    assert_eq!(runtime.systime(), noon);
    // Miri shows no program the time of day.
    if !cfg!(miri) {
        let before = SystemTime::now();
        runtime.set_systime(None);
        assert!(runtime.systime() >= before);
    }
}

/// Runs a closure each time.
struct Steps<F>(F);

impl<F: FnMut(&mut Core) + Unpin> TaskTrait for Steps<F> {
    fn resume(mut self: Pin<&mut Self>, core: &mut Core) {
        (self.0)(core);
    }
}

#[test]
fn a_task_finds_itself_while_it_runs_and_only_then() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let runs = Rc::new(Cell::new(0));
    let count = runs.clone();
    let mut task = Task::new(
        &mut runtime,
        Steps(move |core: &mut Core| {
            count.set(count.get() + 1);
            if count.get() < 3 {
                let mut this = Task::from_context(&core.deferrer()).unwrap();
                core.defer(move |rt| this.resume(rt));
            }
        }),
    );
    task.resume(&mut runtime);
    assert!(Task::from_context(&runtime.deferrer()).is_none());
    runtime.run(now, false);
    assert_eq!(runs.get(), 3);
}

#[test]
fn a_task_that_panics_leaves_no_trace_of_itself() {
    let mut runtime = Runtime::new(Instant::now());
    let held = Rc::new(());
    let inner = held.clone();
    let mut task = Task::new(
        &mut runtime,
        Steps(move |_: &mut Core| {
            let _held = &inner;
            panic!("in a task");
        }),
    );
    assert!(catch_unwind(AssertUnwindSafe(|| task.resume(&mut runtime))).is_err());
    assert!(Task::from_context(&runtime.deferrer()).is_none());
    drop(task);
    assert_eq!(Rc::strong_count(&held), 1);
}
