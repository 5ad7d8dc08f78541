//! What is known of each job and of the pool, by everybody who has to do with them.

use actor_rt::services::pool::*;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a job.
#[derive(Clone, Debug, Default)]
pub struct Fate {
    pub retries: u32,
    pub asked: bool,
    pub accepted: u32,
    pub back: u32,
    pub unanswered: u32,
    pub begun: u32,
    /// Said to be done by a worker that lived.
    pub done: u32,
    /// Given up by a worker without a word, or said to be done by somebody else.
    pub dropped: u32,
    pub discarded: Vec<DiscardReason>,
}

impl Fate {
    /// It ended once. A pool that has ended early takes nothing.
    pub fn check(&self, number: usize, ended_early: bool) {
        let Fate { retries, asked, accepted, back, unanswered, begun, done, dropped, discarded } = self;
        let is = format!("job {number}: {self:?}");
        assert!(*begun <= retries + 1, "{is}");
        assert!(*done <= 1 && discarded.len() <= 1, "{is}");
        if *asked {
            assert_eq!(accepted + back + unanswered, 1, "{is}");
        }
        if *back > 0 {
            assert!(*begun == 0 && discarded.is_empty(), "{is}");
        } else if *begun == 0 && discarded.is_empty() {
            // Nobody was there to take it.
            assert!(ended_early && *accepted == 0, "{is}");
        } else if *done > 0 {
            assert!(discarded.is_empty(), "{is}");
        } else {
            assert!(!discarded.is_empty() || *dropped > 0, "{is}");
        }
        if discarded.contains(&DiscardReason::WorkerLost) {
            assert!(*begun == retries + 1, "{is}");
        } else if !discarded.is_empty() {
            assert!(*begun <= *retries, "a worker had it last: {is}");
        }
    }
}

/// All that is known, by everybody.
#[derive(Default)]
pub struct Known {
    pub fates: RefCell<Vec<Fate>>,
    pub elsewhere: RefCell<Vec<(usize, Completion)>>,
    /// What the discard handler was told since the pool has started.
    pub told: RefCell<BTreeMap<DiscardReason, u64>>,
    pub events: RefCell<Vec<PoolEvent>>,
    /// The slot of each key, as long as the size is the same.
    pub slots: RefCell<BTreeMap<u32, usize>>,
    /// Slots that have jobs of a key.
    pub at: RefCell<BTreeSet<(u32, usize, usize)>>,
    pub router: Cell<&'static str>,
    /// Whether the size changes, or all begins anew: then keys move.
    pub resized: Cell<bool>,
    pub ended_early: Cell<bool>,
    pub counts: RefCell<BTreeMap<String, u32>>,
    pub faults: RefCell<Vec<&'static str>>,
}

impl Known {
    pub fn fate<R>(&self, number: usize, f: impl FnOnce(&mut Fate) -> R) -> R {
        f(&mut self.fates.borrow_mut()[number])
    }

    /// What is found in a handler, where a panic would be the worker's.
    pub fn fault(&self, is_one: bool, what: &'static str) {
        self.faults.borrow_mut().extend(is_one.then_some(what));
    }

    pub fn count(&self, what: impl Into<String>) {
        *self.counts.borrow_mut().entry(what.into()).or_default() += 1;
    }
}
