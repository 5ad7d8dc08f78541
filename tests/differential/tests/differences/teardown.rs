//! The end of a runtime: what is dropped, in which order, and who is told.

use super::{Log, Tells};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

#[test]
fn actors_end_with_their_runtime_here_and_their_values_outlive_it_there() {
    both! {
        /// What happened until the runtime was gone, and the actor's owner after it.
        pub fn story() -> Vec<&'static str> {
            struct Keeper(#[allow(dead_code, reason = "it is dropped")] Tells);
            impl Keeper {
                fn init(_: CX![], tells: Tells) -> Option<Self> {
                    Some(Keeper(tells))
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let log = Log::default();
            let (logger, notified, value) = (log.clone(), log.clone(), Tells("value dropped", log.clone()));
            s.set_logger(LogFilter::from(LogLevel::Close), move |_, record| {
                if record.level == LogLevel::Close {
                    logger.borrow_mut().push("end logged");
                }
            });
            let told = ret_some_do!(move |cause: StopCause| {
                assert!(matches!(cause, StopCause::Dropped));
                notified.borrow_mut().push("told: dropped");
            });
            let actor = actor!(s, Keeper::init(value), told);
            s.run(now, false);
            drop(stakker);
            log.borrow_mut().push("runtime gone");
            log.borrow_mut().push(if actor.is_zombie() { "has ended" } else { "lives" });
            drop(actor);
            log.take()
        }
    }
    assert_eq!(theirs::story(), ["runtime gone", "lives"]);
    // Stakker orders it so for an end within a run.
    let mut ours = ours::story();
    ours[..3].sort_unstable();
    assert_eq!(ours, ["end logged", "told: dropped", "value dropped", "runtime gone", "has ended"]);
}

#[test]
fn actors_end_here_before_what_is_queued_is_dropped() {
    both! {
        pub fn order() -> Vec<&'static str> {
            struct Keeper(#[allow(dead_code, reason = "it is dropped")] Tells);
            impl Keeper {
                fn init(_: CX![], tells: Tells) -> Option<Self> {
                    Some(Keeper(tells))
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let log = Log::default();
            let tells = |text| Tells(text, log.clone());
            let actor = actor!(s, Keeper::init(tells("value")), ret_nop!());
            s.run(now, false);
            let (main, lazy, timer) = (tells("main"), tells("lazy"), tells("timer"));
            s.after(Duration::from_secs(1), move |_| drop(timer));
            s.lazy(move |_| drop(lazy));
            s.defer(move |_| drop(main));
            // The owner goes with the last queue.
            s.anymap_set(Rc::new(actor));
            drop(stakker);
            log.take()
        }
    }
    // Nobody ends the actor there: its queue is gone.
    assert_eq!(theirs::order(), ["main", "lazy", "timer"]);
    assert_eq!(ours::order(), ["value", "main", "lazy", "timer"]);
}

#[test]
fn an_actor_whose_owner_goes_right_before_the_runtime_is_told_of_its_end_here() {
    both! {
        /// Of what cause the notifier hears.
        pub fn cause() -> Option<String> {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let heard = Rc::new(RefCell::new(None));
            let hear = heard.clone();
            let notify = ret_do!(move |cause: Option<StopCause>| *hear.borrow_mut() = Some(cause));
            let actor = actor!(s, Plain::init(), notify);
            s.run(now, false);
            drop(actor);
            drop(stakker);
            heard.take().expect("it hears something").map(|cause| cause.to_string())
        }
    }
    assert_eq!(theirs::cause(), None);
    assert_eq!(ours::cause().as_deref(), Some("Actor was dropped"));
}

#[test]
fn actors_that_own_each_other_leak_there_and_end_with_the_runtime_here() {
    both! {
        pub fn is_dropped() -> bool {
            struct Own(Option<ActorOwn<Own>>, #[allow(dead_code, reason = "it is dropped")] Tells);
            impl Own {
                fn init(_: CX![], tells: Tells) -> Option<Self> {
                    Some(Own(None, tells))
                }
                fn keep(&mut self, _: CX![], owner: ActorOwn<Own>) {
                    self.0 = Some(owner);
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let log = Log::default();
            let actor = actor!(s, Own::init(Tells("value", log.clone())), ret_nop!());
            let owner = actor.owned();
            call!([actor], keep(owner));
            drop(actor);
            s.run(now, false);
            drop(stakker);
            !log.take().is_empty()
        }
    }
    assert!(!theirs::is_dropped());
    assert!(ours::is_dropped());
}

#[test]
fn what_destructors_queue_while_the_runtime_ends_is_dropped_here_however_long_that_takes() {
    both! {
        /// How many were dropped of closures of which each queues the next one when it is dropped.
        pub fn dropped(length: u32) -> u32 {
            struct Next(Deferrer, u32, Rc<Cell<u32>>);
            impl Drop for Next {
                fn drop(&mut self) {
                    self.2.set(self.2.get() + 1);
                    if self.1 > 1 {
                        let next = Next(self.0.clone(), self.1 - 1, self.2.clone());
                        self.0.defer(move |_| drop(next));
                    }
                }
            }
            let mut stakker = Stakker::new(Instant::now());
            let count = Rc::new(Cell::new(0));
            let first = Next(stakker.deferrer(), length, count.clone());
            stakker.defer(move |_| drop(first));
            drop(stakker);
            count.get()
        }
    }
    assert_eq!((theirs::dropped(50), ours::dropped(50)), (50, 50));
    assert!(theirs::dropped(1000) < 100);
    assert_eq!(ours::dropped(1000), 1000);
}

#[test]
fn what_is_deferred_after_the_runtimes_end_is_dropped_at_once_here() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let stakker = Stakker::new(Instant::now());
            let (log, deferrer) = (Log::default(), stakker.deferrer());
            drop(stakker);
            let late = Tells("closure dropped", log.clone());
            deferrer.defer(move |_| drop(late));
            log.borrow_mut().push("deferred");
            drop(deferrer);
            log.take()
        }
    }
    // With the last deferrer there.
    assert_eq!(theirs::order(), ["deferred", "closure dropped"]);
    assert_eq!(ours::order(), ["closure dropped", "deferred"]);
}
