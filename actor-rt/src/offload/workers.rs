//! The threads of a pool and their queue. Knows nothing of runtimes.

use crate::kernel::block::contain;
use crossbeam_channel::{Sender, TrySendError};
use std::io;
use std::thread::{self, JoinHandle};

/// Work for a thread. It deals with its own panics.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Threads that take jobs from one queue. Dropping it ends them.
pub(super) struct Workers {
    /// None when the pool ends.
    queue: Option<Sender<Job>>,
    /// How many jobs may wait.
    room: usize,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts the threads.
    pub(super) fn start(threads: usize, room: usize) -> io::Result<Self> {
        // A bounded channel would take the memory for all its room at once. Without room, it hands a job from hand to hand.
        let (sender, receiver) = match room {
            0 => crossbeam_channel::bounded::<Job>(0),
            _ => crossbeam_channel::unbounded(),
        };
        let mut workers = Workers { queue: Some(sender), room, threads: Vec::with_capacity(threads) };
        for number in 0..threads {
            let receiver = receiver.clone();
            // A job contains its own panics; a destructor's is no reason to lose a thread.
            let work = move || receiver.iter().for_each(|job| _ = contain(job));
            // Those that were started end with `workers` if one cannot be.
            workers.threads.push(thread::Builder::new().name(format!("offload {number}")).spawn(work)?);
        }
        Ok(workers)
    }

    /// Queues a job. Comes back if the queue is full.
    pub(super) fn queue(&self, job: Job) -> Result<(), Job> {
        // Nobody else queues any, so that there is room still after the look.
        if self.room != 0 && self.waiting() >= self.room {
            return Err(job);
        }
        match self.queue.as_ref().map(|queue| queue.try_send(job)) {
            Some(Err(TrySendError::Full(job) | TrySendError::Disconnected(job))) => Err(job),
            Some(Ok(())) | None => Ok(()),
        }
    }

    /// How many jobs wait.
    pub(super) fn waiting(&self) -> usize {
        self.queue.as_ref().map_or(0, Sender::len)
    }

    /// Lets the threads finish what is queued, and waits for them.
    pub(super) fn end(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }

    /// How many threads there are.
    pub(super) fn threads(&self) -> usize {
        self.threads.len()
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.end();
    }
}
