//! Threads that wait: for an actor's answer, or for room in its mailbox.
//!
//! Only a thread that is not the runtime's may wait, since that one would wait for itself. What the waiting thread has given up has no
//! effect later, and what it was told has happened: one [`Claim`] decides between the two.

use super::context::Cx;
use super::remote::{Closed, Remote, RemoteActor};
use super::reply::{AskError, Reply};
use crate::engine::mailbox::ParkError;
use crate::engine::ret::Ret;
use crate::engine::token::Runtime;
use crate::kernel::handle::Actor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

impl<A: 'static> RemoteActor<A> {
    /// Asks the actor and waits for the answer, for threads that have nothing else to do meanwhile. What this handle sent before comes before
    /// it.
    ///
    /// `within` is counted twice: by the waiting thread's own clock from now on, and by the runtime's from when it gets to the request, so that
    /// the actor sees how much is left ([`Reply::budget`]). A request that the runtime has not got to when the thread gives up is never made.
    ///
    /// # Errors
    /// Why there is no answer; [`AskError::WouldDeadlock`] at once on the runtime's own thread, where [`Cx::request`] is the way.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::ask::{AskError, Reply};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime};
    /// use std::thread;
    /// use std::time::{Duration, Instant};
    ///
    /// let read = |number: &mut u32, _: &mut Cx<'_, u32>, reply: Reply<u32>| _ = reply.reply(*number);
    /// let mut runtime = Runtime::new(Instant::now());
    /// let number = Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let remote = number.remote();
    /// assert_eq!(remote.ask_blocking(Duration::from_secs(5), read), Err(AskError::WouldDeadlock));
    ///
    /// let asker = thread::spawn(move || remote.ask_blocking(Duration::from_secs(5), read));
    /// while !asker.is_finished() {
    ///     runtime.run(Instant::now(), false); // in your loop: when it is woken
    ///     thread::yield_now();
    /// }
    /// assert_eq!(asker.join().unwrap(), Ok(7));
    /// ```
    pub fn ask_blocking<T: Send + 'static>(
        &self,
        within: Duration,
        message: impl FnOnce(&mut A, &mut Cx<'_, A>, Reply<T>) + Send + 'static,
    ) -> Result<T, AskError> {
        self.runtime().may_wait(AskError::Closed, AskError::WouldDeadlock)?;
        let (tell, told) = mpsc::channel();
        let claim = Claim::default();
        let (wanted, id) = (claim.clone(), self.actor_id());
        let ask = move |runtime: &mut Runtime| {
            if !wanted.take() {
                return;
            }
            let Ok(actor) = Actor::from_id(runtime, id) else {
                _ = tell.send(Err(AskError::Closed));
                return;
            };
            let answer = tell.clone();
            // Unanswered if nothing was asked.
            let heard = Ret::new(move |outcome: Option<_>| {
                if let Some(outcome) = outcome {
                    _ = answer.send(outcome);
                }
            });
            if runtime.ask(&actor, within, message, heard).is_err() {
                _ = tell.send(Err(AskError::Full));
            }
        };
        self.runtime().defer(ask).map_err(|Closed| AskError::Closed)?;
        claim.outcome(&told, within)
    }

    /// Calls the actor as soon as there is room in its mailbox, and waits for that: the way in which a thread that produces is slowed down by
    /// the actor that consumes. What this handle sent before comes before it. Does not wait for the message to be handled.
    ///
    /// # Errors
    /// Why it was not sent, and then it never will be; [`ParkError::WouldDeadlock`] at once on the runtime's own thread, where
    /// [`Cx::send_parked`] is the way.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use actor_rt::supervision::Spec;
    /// use std::thread;
    /// use std::time::{Duration, Instant};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let sum = Spec::new(|_| Some(0_u32)).capacity(1).start(&mut runtime).unwrap();
    /// let remote = sum.remote();
    /// let producer = thread::spawn(move || {
    ///     (1..=100).all(|n| remote.call_blocking(Duration::from_secs(5), move |sum, _| *sum += n).is_ok())
    /// });
    /// while !producer.is_finished() {
    ///     runtime.run(Instant::now(), false); // in your loop: when it is woken
    ///     thread::yield_now();
    /// }
    /// runtime.run(Instant::now(), false);
    /// assert_eq!((producer.join().unwrap(), runtime.dead_letters()), (true, 0));
    /// assert_eq!(sum.query(&mut runtime, |sum, _| *sum), Some(5050));
    /// ```
    pub fn call_blocking(
        &self,
        within: Duration,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>) + Send + 'static,
    ) -> Result<(), ParkError> {
        self.runtime().may_wait(ParkError::Closed, ParkError::WouldDeadlock)?;
        let (tell, told) = mpsc::channel();
        let claim = Claim::default();
        let (wanted, id) = (claim.clone(), self.actor_id());
        let call = move |runtime: &mut Runtime| {
            if wanted.is_given_up() {
                return;
            }
            let Ok(actor) = Actor::from_id(runtime, id) else {
                _ = tell.send(Err(ParkError::Closed));
                return;
            };
            let taken = wanted.clone();
            let outcome = Ret::new(move |sent: Option<Result<(), ParkError>>| {
                if let Some(sent) = sent {
                    if sent.is_ok() {
                        taken.take();
                    }
                    _ = tell.send(sent);
                }
            });
            let message = move |this: &mut A, cx: &mut Cx<'_, A>| {
                if wanted.take() {
                    f(this, cx);
                }
            };
            runtime.call_parked(&actor, within, message, outcome);
        };
        self.runtime().defer(call).map_err(|Closed| ParkError::Closed)?;
        told.recv_timeout(within).unwrap_or_else(|end| match end {
            RecvTimeoutError::Disconnected => Err(ParkError::Closed),
            RecvTimeoutError::Timeout if claim.give_up() => Err(ParkError::Timeout),
            RecvTimeoutError::Timeout => Ok(()),
        })
    }
}

impl Remote {
    /// Whether this thread may wait for the runtime.
    pub(super) fn may_wait<E>(&self, closed: E, would_deadlock: E) -> Result<(), E> {
        // In this order: the thread of a runtime that is gone may have passed its number on.
        if self.is_closed() {
            return Err(closed);
        }
        if self.is_owner_thread() { Err(would_deadlock) } else { Ok(()) }
    }
}

/// Whether what a thread waits for was taken, or the thread has given it up: whichever is said first.
#[derive(Clone, Default)]
pub(super) struct Claim(Arc<AtomicU8>);

const OPEN: u8 = 0;
const TAKEN: u8 = 1;
const GIVEN_UP: u8 = 2;

impl Claim {
    /// It is taken, unless it was given up.
    pub(super) fn take(&self) -> bool {
        self.decide(TAKEN)
    }

    /// It is given up, unless it was taken.
    fn give_up(&self) -> bool {
        self.decide(GIVEN_UP)
    }

    /// Waits for the outcome of a request, and gives it up when the time is over.
    pub(super) fn outcome<T>(
        &self,
        told: &Receiver<Result<T, AskError>>,
        within: Duration,
    ) -> Result<T, AskError> {
        told.recv_timeout(within).unwrap_or_else(|end| match end {
            RecvTimeoutError::Disconnected => Err(AskError::Closed),
            RecvTimeoutError::Timeout => {
                self.give_up();
                told.try_recv().unwrap_or(Err(AskError::Timeout))
            }
        })
    }

    fn is_given_up(&self) -> bool {
        self.0.load(Ordering::Acquire) == GIVEN_UP
    }

    fn decide(&self, to: u8) -> bool {
        match self.0.compare_exchange(OPEN, to, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(before) => before == to,
        }
    }
}
