//! A supervisor and its children: the list of them, what was restarted when, and what is being done to several at once.

use super::policy::{Intensity, Supervisor, Window};
use crate::engine::list::List;
use crate::time::TimerKey;
use std::collections::VecDeque;

/// What an actor is to its children.
#[derive(Default)]
pub(crate) struct Family {
    pub settings: Supervisor,
    /// Its children in the order in which they were started.
    pub children: List,
    /// Their restarts.
    pub history: History,
    /// What is being done to several of them.
    pub work: Work,
    /// The wait of a group until it is started.
    pub timer: Option<TimerKey>,
    /// How often that was set: one that was due already finds another number.
    pub timers: u64,
    /// How many significant ones live.
    pub significant: usize,
}

/// What is being done to several children, one after the other. The entry is the one that is waited for, or the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Work {
    #[default]
    None,
    /// Ending those that are marked, the youngest first, to start them anew after so many nanoseconds.
    Ending { child: u64, wait: u64 },
    /// Starting those that are marked, the oldest first.
    Starting { child: u64 },
}

/// When restarts were made, as far as it still counts.
#[derive(Default)]
pub(crate) struct History {
    /// Sliding: the times. Anchored: the times since the anchor.
    times: VecDeque<u64>,
    anchor: u64,
}

impl History {
    /// A period begins now.
    pub(crate) fn begin(&mut self, now: u64) {
        self.anchor = now;
        self.times.clear();
    }

    /// Notes one more restart. False if there have been too many; then it is none.
    pub(crate) fn admits(&mut self, now: u64, intensity: &Intensity) -> bool {
        let period = u64::try_from(intensity.period.as_nanos()).unwrap_or(u64::MAX);
        match intensity.window {
            Window::Sliding => {
                while self.times.front().is_some_and(|&time| now - time > period) {
                    self.times.pop_front();
                }
            }
            Window::Anchored if now - self.anchor > period => self.begin(now),
            Window::Anchored => {}
        }
        if self.times.len() >= intensity.restarts as usize {
            return false;
        }
        self.times.push_back(now);
        true
    }
}
