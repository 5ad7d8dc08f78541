//! Random schedules of pools: jobs of all kinds come while workers are done with some, fail, pause, wait and end, the pool changes its size and
//! settings, is killed and drains, in random order and over random times. Whatever happens, each job is accepted or comes back, and what was
//! accepted is done, or told as discarded, once.
//!
//! The seed of a schedule that breaks a promise is in the message; `SCHEDULES=seed,seed` runs those alone.

mod acts;
mod expected;
mod job;
mod known;
#[path = "../supervision_support/mod.rs"]
mod supervision_support;
mod worker;
mod world;

use expected::EXPECTED;
use std::collections::BTreeMap;
use supervision_support::tally;
use world::World;

/// Many, but fewer under a sanitizer, and a few in Miri, where each takes seconds.
const SCHEDULES: u32 = if cfg!(miri) {
    3
} else if cfg!(sanitized) {
    300
} else {
    3_000
};

#[test]
#[expect(clippy::print_stdout, reason = "the seed of what broke")]
fn each_job_ends_once_in_any_schedule() {
    let mut counts = BTreeMap::new();
    let seeds: Vec<u32> = match std::env::var("SCHEDULES") {
        Ok(list) => list.split(',').map(|seed| seed.parse().expect("a number")).collect(),
        Err(_) => (0..SCHEDULES).collect(),
    };
    for seed in &seeds {
        println!("schedule {seed}");
        let mut world = World::new(*seed, &mut counts);
        for _ in 0..world.random.below(120) + 20 {
            let what = world.act();
            world.known.count(what);
            world.steps();
        }
        counts = world.check();
    }
    tally::show(seeds.len(), &counts);
    if seeds.len() > 1_000 {
        for what in EXPECTED {
            assert!(counts.contains_key(what), "it never happened: {what}");
        }
    }
}
