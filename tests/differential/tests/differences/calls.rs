//! Calls: in which order the macros evaluate their parts, and how often.

use super::Log;
use std::time::{Duration, Instant};

/// A part of a call that tells when it is evaluated.
macro_rules! part {
    ($log:ident: $name:literal, $value:expr) => {{
        $log.borrow_mut().push($name);
        $value
    }};
}

#[test]
fn the_actor_in_the_brackets_is_evaluated_once_here_and_last() {
    both! {
        /// The order of the parts: of a call, of one with a core, and of a timer that can be moved.
        pub fn orders() -> [Vec<&'static str>; 3] {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
                fn take(&mut self, _: CX![], _: u32) {}
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let (actor, log) = (actor!(s, Plain::init(), ret_nop!()), Log::default());
            let call = {
                call!([part!(log: "actor", &actor)], take(part!(log: "argument", 1)));
                log.take()
            };
            let with_core = {
                let (actor, core) = (&actor, &mut *s);
                lazy!([part!(log: "actor", actor), part!(log: "core", core)], take(part!(log: "argument", 1)));
                log.take()
            };
            let (mut key, soon, actor) = (MaxTimerKey::default(), now + Duration::from_secs(1), &actor);
            timer_max!(
                part!(log: "key", &mut key),
                part!(log: "instant", soon),
                [part!(log: "actor", actor), part!(log: "core", &mut *s)],
                take(part!(log: "argument", 1))
            );
            [call, with_core, log.take()]
        }
    }
    let theirs = theirs::orders();
    assert_eq!(theirs[0], ["actor", "argument", "actor"]);
    assert_eq!(theirs[1], ["actor", "argument", "core"]);
    assert_eq!(theirs[2], ["key", "instant", "actor", "argument", "core"]);
    let ours = ours::orders();
    assert_eq!(ours[0], ["argument", "actor"]);
    assert_eq!(ours[1], ["argument", "core", "actor"]);
    assert_eq!(ours[2], ["instant", "argument", "core", "actor", "key"]);
}

#[test]
fn the_core_of_a_new_actor_is_evaluated_once_here() {
    both! {
        pub fn order() -> Vec<&'static str> {
            struct Plain;
            impl Plain {
                fn init(_: CX![], _: u32) -> Option<Self> {
                    Some(Plain)
                }
            }
            let mut stakker = Stakker::new(Instant::now());
            let (s, log) = (&mut stakker, Log::default());
            let _actor = actor!(
                part!(log: "core", &mut *s),
                Plain::init(part!(log: "argument", 1)),
                part!(log: "notify", ret_nop!())
            );
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["notify", "core", "core", "argument"]);
    assert_eq!(ours::order(), ["notify", "core", "argument"]);
}

#[test]
fn the_owner_that_kills_is_evaluated_once_here_and_last() {
    both! {
        pub fn order() -> Vec<&'static str> {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
            }
            let mut stakker = Stakker::new(Instant::now());
            let (s, log) = (&mut stakker, Log::default());
            let actor = actor!(s, Plain::init(), ret_nop!());
            kill!(part!(log: "owner", actor.owned()), "because of {}", part!(log: "argument", 1));
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["owner", "argument", "owner"]);
    assert_eq!(ours::order(), ["argument", "owner"]);
}
