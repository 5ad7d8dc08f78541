//! `Reply`: the way back of a typed request. It is a value: whoever holds it may answer, and whoever drops it has not.

use super::ask;
use crate::engine::asks::{Answer, Outcome};
use crate::engine::ret::Ret;
use crate::engine::token::Deferrer;
use crate::kernel::packet::Body;
use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// Why a request has no answer.
///
/// # Examples
///
/// ```
/// use actor_rt::ask::AskError;
///
/// assert!(AskError::Timeout.is_retryable() && !AskError::Closed.is_retryable());
/// assert_eq!(AskError::Timeout.to_string(), "no answer came in time: ask again, or give it more time");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AskError {
    /// Its deadline passed. The message may be handled nevertheless.
    Timeout,
    /// The message was accepted, but nobody is going to answer: the `Reply` was dropped, or its holder has ended.
    NoReply,
    /// The actor had ended when it was asked, or the runtime was closed.
    Closed,
    /// It was withdrawn.
    Cancelled,
    /// The connection to the actor was lost.
    Lost,
    /// The actor's mailbox was full: nothing was asked.
    Full,
    /// The runtime's own thread was to wait for the answer, and would have waited for itself: nothing was asked.
    WouldDeadlock,
}

impl AskError {
    /// Whether the same request may succeed a moment later.
    ///
    /// # Examples
    ///
    /// See [`AskError`].
    pub fn is_retryable(self) -> bool {
        matches!(self, AskError::Timeout | AskError::Full)
    }

    pub(super) fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Timeout => AskError::Timeout,
            Outcome::Closed => AskError::Closed,
            Outcome::Cancelled => AskError::Cancelled,
            Outcome::Lost => AskError::Lost,
            // An answer without its value is none.
            Outcome::NoReply | Outcome::Reply => AskError::NoReply,
        }
    }
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AskError::Timeout => "no answer came in time: ask again, or give it more time",
            AskError::NoReply => "nobody is going to answer: the reply was dropped, or its holder has ended",
            AskError::Closed => "the actor has ended, or the runtime is closed",
            AskError::Cancelled => "the request was withdrawn",
            AskError::Lost => "the connection to the actor was lost",
            AskError::Full => "the actor's mailbox is full: ask again when it has room",
            AskError::WouldDeadlock => "the runtime's own thread would wait for itself: use request()",
        })
    }
}

impl Error for AskError {}

/// A request's number, by which it is withdrawn: see [`Core::cancel_ask`](crate::Core::cancel_ask).
///
/// # Examples
///
/// See [`Core::cancel_ask`](crate::Core::cancel_ask).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AskId(pub(super) u64);

/// The way back of a request: [`reply`](Reply::reply) answers it, dropping it tells the asker that nobody will
/// ([`AskError::NoReply`]), at once. It may be kept, and passed on to another actor.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::Spec;
/// use actor_rt::ask::Reply;
/// use actor_rt::{Cx, Ret, Runtime};
/// use std::time::{Duration, Instant};
///
/// /// Passes on what it does not know.
/// struct Clerk;
///
/// impl Clerk {
///     fn price(&mut self, cx: &mut Cx<'_, Self>, reply: Reply<u32>) {
///         let expert = Spec::new(|_| Some(Expert)).start_child(cx).unwrap();
///         // In cents there, in euros here.
///         let reply = reply.map(|cents: u64| (cents / 100) as u32);
///         expert.call(|expert, _| expert.price(reply));
///     }
/// }
///
/// struct Expert;
///
/// impl Expert {
///     fn price(&mut self, reply: Reply<u64>) {
///         assert_eq!(reply.budget(), Some(Duration::from_secs(1)));
///         reply.reply(1_200);
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let clerk = Spec::new(|_| Some(Clerk)).start(&mut runtime).unwrap();
/// let heard = Ret::new(|price| assert_eq!(price, Some(Ok(12))));
/// runtime.ask(&clerk, Duration::from_secs(1), Clerk::price, heard).unwrap();
/// runtime.run(now, false);
/// ```
#[must_use = "dropping a Reply tells the asker that nobody answers"]
pub struct Reply<T: 'static> {
    way: Way,
    answer: Answering<T>,
}

/// Sends a value this way. False if it was too late.
type Answering<T> = Box<dyn FnOnce(&Way, T) -> bool>;

/// Where an answer goes, and whether it was given.
struct Way {
    deferrer: Deferrer,
    token: u64,
}

impl<T: 'static> Reply<T> {
    /// For the request `token`, whose asker looks for the value in `slot`.
    pub(super) fn new(deferrer: &Deferrer, token: u64, slot: Rc<Cell<Option<T>>>) -> Self {
        let answer = move |way: &Way, value| {
            slot.set(Some(value));
            let sent = way.deferrer.shared().door().reply(way.token, 0, Body::Copied(&[])).is_ok();
            // Of a late one the value goes now.
            drop(slot.take());
            sent
        };
        Reply { way: Way { deferrer: deferrer.clone(), token }, answer: Box::new(answer) }
    }

    /// Answers. False if it was too late: the deadline has passed, the request was withdrawn, or the asker has ended. Then the value is
    /// dropped, and counted ([`Pending::late_replies`](crate::Pending::late_replies)).
    ///
    /// # Examples
    ///
    /// See [`Reply`].
    pub fn reply(self, value: T) -> bool {
        let Reply { way, answer } = self;
        answer(&way, value)
    }

    /// Whether nobody waits for the answer any more.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::ask::Reply;
    /// use actor_rt::{Cx, Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// #[derive(Default)]
    /// struct Slow(Option<Reply<u32>>);
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let slow = Spec::new(|_| Some(Slow::default())).start(&mut runtime).unwrap();
    /// let keep = |slow: &mut Slow, _: &mut Cx<'_, Slow>, reply| slow.0 = Some(reply);
    /// let asked = runtime.ask(&slow, Duration::from_secs(1), keep, Ret::nop()).unwrap();
    /// runtime.run(now, false);
    /// let is_abandoned = |rt: &mut Runtime| slow.query(rt, |slow, _| slow.0.as_ref().unwrap().is_abandoned());
    /// assert_eq!(is_abandoned(&mut runtime), Some(false));
    /// runtime.cancel_ask(asked);
    /// assert_eq!(is_abandoned(&mut runtime), Some(true));
    /// ```
    pub fn is_abandoned(&self) -> bool {
        self.way.deadline().is_none()
    }

    /// How much time is left for the answer at the time of this step; nothing if nobody waits any more.
    ///
    /// # Examples
    ///
    /// See [`Reply`].
    pub fn budget(&self) -> Option<Duration> {
        let until = self.way.deadline()?;
        Some(Duration::from_nanos(until.saturating_sub(self.way.deferrer.shared().now.get())))
    }

    /// The same way back for another kind of value, which `f` converts.
    ///
    /// # Examples
    ///
    /// See [`Reply`].
    pub fn map<U: 'static>(self, f: impl FnOnce(U) -> T + 'static) -> Reply<U> {
        let Reply { way, answer } = self;
        Reply { way, answer: Box::new(move |way, value| answer(way, f(value))) }
    }

    /// The same way back as a [`Ret`], for code that takes one.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::ask::Reply;
    /// use actor_rt::{Cx, Ret, Runtime, ret};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let number = Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let answers = |number: &mut u32, _: &mut Cx<'_, u32>, reply: Reply<u32>| {
    ///     let reply: Ret<u32> = reply.into_ret();
    ///     ret!([reply], *number);
    /// };
    /// let heard = Ret::new(|number| assert_eq!(number, Some(Ok(7))));
    /// runtime.ask(&number, Duration::from_secs(1), answers, heard).unwrap();
    /// runtime.run(now, false);
    /// ```
    pub fn into_ret(self) -> Ret<T> {
        Ret::new(move |value| match value {
            Some(value) => _ = self.reply(value),
            None => drop(self),
        })
    }
}

impl Way {
    /// Until when the request is open, if it is.
    fn deadline(&self) -> Option<u64> {
        self.deferrer.shared().door().ask_deadline(self.token).ok()
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        // If it was answered, the token is good for nothing any more.
        ask::settle(self.deferrer.shared(), self.token, Outcome::NoReply);
    }
}

impl<T: 'static> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("is_abandoned", &self.is_abandoned()).finish_non_exhaustive()
    }
}

/// The outcome of a request, by its answer and the value that came with it.
pub(super) fn outcome<T>(answer: &Answer<'_>, slot: &Cell<Option<T>>) -> Result<T, AskError> {
    match (answer.outcome, slot.take()) {
        (Outcome::Reply, Some(value)) => Ok(value),
        (outcome, _) => Err(AskError::of(outcome)),
    }
}
