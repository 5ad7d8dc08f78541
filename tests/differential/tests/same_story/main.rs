//! Random programs on this runtime and on Stakker: both must tell the same story.
//!
//! The story is the order of handled messages, dropped messages and values, ends and their causes, answers, log records, and all that can be
//! asked. `world` is one text, compiled against each.

#![allow(clippy::duplicate_mod, reason = "that is the point: one text, compiled against each")]

#[macro_use]
mod forms;

mod coverage;
mod inventory;
mod ours;
mod program;
mod rules;
mod theirs;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use std::time::{Duration, Instant};

fn tells_the_same(bytes: &[u8]) -> Result<(), TestCaseError> {
    let program = program::read(bytes);
    // Late enough for instants before it.
    let start = Instant::now() + Duration::from_secs(3600);
    let (ours, theirs) = (ours::world::story(&program, start), theirs::world::story(&program, start));
    if ours != theirs {
        let at = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
        let from = at.saturating_sub(12);
        let excerpt = |story: &[String]| story[from.min(story.len())..story.len().min(at + 6)].join("\n    ");
        return Err(TestCaseError::fail(format!(
            "from event {from} on\nours:\n    {}\nStakker's:\n    {}\nthe program: {:#?}",
            excerpt(&ours),
            excerpt(&theirs),
            program.acts
        )));
    }
    Ok(())
}

/// How many programs: `PROPTEST_CASES` if it is set.
fn cases() -> u32 {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default().cases,
        None => 3000,
    }
}

#[test]
fn random_programs_tell_the_same_story() {
    let config = ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
    let bytes = prop::collection::vec(any::<u8>(), 500..4000);
    let outcome = TestRunner::new(config).run(&bytes, |bytes| tells_the_same(&bytes));
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let (wrong, unseen) = (coverage::report(), rules::report());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(unseen.is_empty(), "no program came upon the rules {unseen:?}");
}
