//! Several runtimes.

/// What needs a feature of Stakker. The other tests here ask it for features, so there it is a program of its own.
#[path = "../../default-features/src/refused.rs"]
mod refused;

use super::{Log, panics};
use actor_rt as api;
use std::cell::Cell;
use std::process::Command;
use std::rc::Rc;
use std::time::Instant;

#[test]
fn an_owner_that_is_given_another_runtime_has_killed_nobody_here() {
    both! {
        /// Whether the kill panicked, and whether the actor has ended, and whether anyone was told.
        pub fn outcome() -> (bool, bool, bool) {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
            }
            let now = Instant::now();
            let (mut stakker, mut other) = (Stakker::new(now), Stakker::new(now));
            let s = &mut stakker;
            let told = Rc::new(Cell::new(false));
            let tell = told.clone();
            let actor = actor!(s, Plain::init(), ret_some_do!(move |_: StopCause| tell.set(true)));
            s.run(now, false);
            let panicked = panics(|| actor.kill_str(&mut other, "on purpose"));
            (panicked, actor.is_zombie(), told.get())
        }
    }
    assert_eq!(theirs::outcome(), (true, true, false));
    assert_eq!(ours::outcome(), (true, false, false));
}

#[test]
fn a_call_by_another_runtimes_core_reaches_the_actor_here() {
    both! {
        /// What ran, and whether the run of the other runtime panicked.
        pub fn outcome() -> (Vec<&'static str>, bool) {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
                fn tell(&mut self, _: CX![], log: Log) {
                    log.borrow_mut().push("called");
                }
            }
            let now = Instant::now();
            let (mut stakker, mut other) = (Stakker::new(now), Stakker::new(now));
            let s = &mut stakker;
            let actor = actor!(s, Plain::init(), ret_nop!());
            s.run(now, false);
            let log = Log::default();
            call!([actor, &mut other], tell(log.clone()));
            let panicked = panics(|| other.run(now, false));
            s.run(now, false);
            (log.take(), panicked)
        }
    }
    assert_eq!(theirs::outcome(), (vec![], true));
    assert_eq!(ours::outcome(), (vec!["called"], false));
}

#[test]
fn any_number_of_runtimes_and_the_logger_need_no_feature_here() {
    let package = concat!(env!("CARGO_MANIFEST_DIR"), "/default-features/Cargo.toml");
    let program = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--manifest-path", package])
        .args(["--target-dir", concat!(env!("CARGO_TARGET_TMPDIR"), "/default-features")])
        .output()
        .expect("cargo runs");
    let printed = String::from_utf8_lossy(&program.stdout);
    assert_eq!(printed, "[true, true, true]\n", "{}", String::from_utf8_lossy(&program.stderr));
    assert_eq!(refused::refused(), [false; 3]);
}
