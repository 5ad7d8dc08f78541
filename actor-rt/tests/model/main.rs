//! Random programs on the runtime and on a reference made of plain collections: both must tell the same story.
//!
//! The story is the order of handled messages, of dropped payloads and values, of hooks, of ends and their causes, of requests'
//! outcomes, and after each act of the host: what waits, what a step reports, how often the host was woken.

mod program;
mod real;
mod reference;

use program::{Act, Event, program};
use proptest::prelude::*;
use real::Real;
use reference::Reference;
use std::collections::HashMap;

fn play(acts: &[Act]) -> (Vec<Event>, Reference) {
    let mut real = Real::new();
    let mut reference = Reference::new();
    for act in acts {
        match act {
            Act::Do(op) => {
                real.host(op);
                reference.host(op);
            }
            Act::Step(later, budget, idle) => {
                real.step(*later, *budget, *idle);
                reference.step(*later, *budget, *idle);
            }
        }
    }
    let log = real.close();
    reference.close();
    (log, reference)
}

/// How many programs: `PROPTEST_CASES` if it is set. Miri hides the environment, and takes seconds for each.
fn cases() -> u32 {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default().cases,
        None if cfg!(miri) => 8,
        None => 1000,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_runtime_does_what_the_reference_does(acts in program()) {
        let (log, reference) = play(&acts);
        if log != reference.log {
            let at = log.iter().zip(&reference.log).take_while(|(a, b)| a == b).count();
            let from = at.saturating_sub(12);
            prop_assert_eq!(
                &log[from..log.len().min(at + 6)],
                &reference.log[from..reference.log.len().min(at + 6)],
                "from event {}", from
            );
            prop_assert_eq!(log.len(), reference.log.len());
        }
        every_payload_is_dropped_once_and_every_end_is_told(&log, &reference)?;
    }
}

fn every_payload_is_dropped_once_and_every_end_is_told(
    log: &[Event],
    reference: &Reference,
) -> Result<(), TestCaseError> {
    let mut drops: HashMap<u32, u32> = HashMap::new();
    let mut told: HashMap<usize, u32> = HashMap::new();
    for event in log {
        match event {
            Event::Dropped(number) => *drops.entry(*number).or_default() += 1,
            Event::Notified(actor, _) => *told.entry(*actor).or_default() += 1,
            _ => {}
        }
    }
    for number in 1..=reference.messages() {
        prop_assert_eq!(drops.get(&number), Some(&1), "payload {}", number);
    }
    for actor in 0..reference.actors() {
        prop_assert_eq!(told.get(&actor), Some(&1), "actor {}", actor);
    }
    Ok(())
}
