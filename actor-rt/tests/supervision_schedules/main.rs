//! Random schedules of supervision: trees of actors that start, fail, stop, are killed, moved, watched, linked, named, sent to and asked, in
//! random order and over random times. Whatever happens, what the guide promises must hold; and everything must have happened.
//!
//! The seed of a schedule that breaks a promise is in the message; `SCHEDULES=seed,seed` runs those alone.

mod asks;
mod expected;
mod family;
mod hooks;
mod meddle;
mod message_acts;
mod messages;
mod names;
mod node;
mod ports;
mod schedule;
mod shared;
mod specs;
#[path = "../supervision_support/mod.rs"]
mod supervision_support;
mod tree_acts;
mod waits;

use expected::EXPECTED;
use schedule::Schedule;
use shared::{Counts, Shared};
use std::rc::Rc;
use supervision_support::tally;

/// Many, but a few in Miri, where each takes seconds, and fewer under a sanitizer.
const SCHEDULES: u64 = if cfg!(miri) {
    10
} else if cfg!(sanitized) {
    10_000
} else {
    100_000
};

/// Tells which schedule a panic comes from.
struct Seed(u64);

impl Drop for Seed {
    #[expect(clippy::print_stderr, reason = "the seed of what broke")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("schedule {}", self.0);
        }
    }
}

fn run(seed: u64, counts: &mut Counts) -> Vec<String> {
    let _seed = Seed(seed);
    let shared = Rc::new(Shared::new(seed, std::mem::take(counts)));
    Schedule::new(&shared).run();
    if Rc::strong_count(&shared) != 1 {
        shared.problem(format!("{} closures are left", Rc::strong_count(&shared) - 1));
    }
    *counts = shared.take_counts();
    shared.take_problems()
}

#[test]
fn what_is_promised_holds_in_every_schedule_and_everything_happens() {
    let mut counts = Counts::new();
    let seeds: Vec<u64> = match std::env::var("SCHEDULES") {
        Ok(list) => list.split(',').map(|seed| seed.parse().expect("a number")).collect(),
        Err(_) => (0..SCHEDULES).collect(),
    };
    for seed in &seeds {
        let problems = run(*seed, &mut counts);
        assert!(problems.is_empty(), "schedule {seed}: {problems:#?}");
    }
    tally::show(seeds.len(), &counts);
    if seeds.len() > 1_000 {
        for what in EXPECTED {
            assert!(counts.contains_key(what), "it never happened: {what}");
        }
    }
}
