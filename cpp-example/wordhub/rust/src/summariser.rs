//! The summariser: a thread that turns copies of all counts into a line of text, away from the loop's thread.
//!
//! It sleeps on its channel until there are counts, and posts its result to the hub through a remote. Dropping its handle ends
//! the thread and waits for that: it never waits for the loop's thread itself, so this cannot block for longer than one summary.

use crate::counts::{self, Counts};
use crate::hub::Hub;
use actor_rt::RemoteActor;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

/// Words that a summary names, and how much of each.
const NAMED: usize = 5;
const SHOWN: usize = 24;

/// Handle of the thread.
pub struct Summariser {
    jobs: Option<Sender<Counts>>,
    thread: Option<JoinHandle<()>>,
}

impl Summariser {
    /// Starts the thread. Its summaries go to `hub`.
    pub fn start(hub: RemoteActor<Hub>) -> std::io::Result<Self> {
        let (jobs, inbox) = mpsc::channel();
        let thread =
            thread::Builder::new().name("summariser".into()).spawn(move || summarise_all(&inbox, &hub))?;
        Ok(Summariser { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Hands over a copy of all counts.
    pub fn summarise(&self, counts: Counts) {
        if let Some(jobs) = &self.jobs {
            // Fails only if the thread is gone; then there are no summaries.
            drop(jobs.send(counts));
        }
    }
}

impl Drop for Summariser {
    fn drop(&mut self) {
        // The closed channel ends the thread's loop.
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// The thread.
fn summarise_all(inbox: &Receiver<Counts>, hub: &RemoteActor<Hub>) {
    while let Ok(counts) = inbox.recv() {
        let text = summary(counts);
        if hub.call(move |hub, cx| hub.summarised(cx, &text)).is_err() {
            return;
        }
    }
}

/// The most frequent words in one line.
pub fn summary(mut counts: Counts) -> String {
    counts::sort(&mut counts);
    let total: u64 = counts.iter().map(|(_, number)| number).sum();
    let named: Vec<String> = counts
        .iter()
        .take(NAMED)
        .map(|(word, number)| format!("{} {number}", String::from_utf8_lossy(&word[..word.len().min(SHOWN)])))
        .collect();
    format!("{total} words, {} distinct: {}", counts.len(), named.join(", "))
}
