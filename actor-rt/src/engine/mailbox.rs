//! How an actor keeps its messages, as its user says it: bound, policy, rate, priorities. What it is made of is in `own_mailbox`.

use super::id::ActorId;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// How urgent a message is to its actor.
///
/// # Examples
///
/// See [`Mailbox`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Before all others.
    High,
    /// As a call is.
    #[default]
    Normal,
    /// When nothing else waits.
    Low,
}

/// What happens to a message for which there is no room.
///
/// # Examples
///
/// See [`Mailbox`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// It is refused: whoever can be told is told, and a plain call is lost ([`DropReason::Full`](crate::DropReason::Full)).
    #[default]
    Reject,
    /// It is lost, and the sender is not told.
    DropNewest,
    /// The oldest of the least urgent messages is lost, and this one takes its place.
    DropOldest,
    /// The actor fails, since it cannot keep up; the message is lost.
    Fail,
    /// The message goes to another actor of the same type, by its id, if that has room in turn: it is lost if not, or if there is no such
    /// actor. It goes on once only. A call by a trait (`Actor<dyn Trait>`) is lost, since it knows its actor. Who posts a packet is told
    /// instead, as if there were no redirection.
    Redirect(ActorId),
}

/// How an actor keeps its messages: [`Actor::set_mailbox`](crate::Actor::set_mailbox).
///
/// # Examples
///
/// ```
/// use actor_rt::mailbox::{Mailbox, Overflow, Priority, Sending};
/// use actor_rt::supervision::Spec;
/// use actor_rt::{DropReason, Runtime};
/// use std::time::Instant;
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let list = Spec::new(|_| Some(Vec::new())).start(&mut runtime).unwrap();
/// list.set_mailbox(Mailbox::new().capacity(3).overflow(Overflow::DropOldest));
/// for number in 1..=3 {
///     list.call(move |list: &mut Vec<u32>, _| list.push(number));
/// }
/// let urgent = Sending::new().priority(Priority::High);
/// list.try_call_with(urgent, |list: &mut Vec<u32>, _| list.push(4)).unwrap();
/// runtime.run(now, false);
/// assert_eq!(list.query(&mut runtime, |list, _| list.clone()), Some(vec![4, 2, 3]));
/// assert_eq!(runtime.dead_letters_of(DropReason::Full), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mailbox {
    /// How many messages may wait.
    pub capacity: u32,
    /// What happens to more.
    pub overflow: Overflow,
    /// How many may come in which time, if that is limited.
    pub rate: Option<(u32, Duration)>,
}

impl Mailbox {
    /// Without a bound.
    ///
    /// # Examples
    ///
    /// See [`Mailbox`].
    pub const fn new() -> Self {
        Mailbox { capacity: u32::MAX, overflow: Overflow::Reject, rate: None }
    }

    /// How many messages may wait. Answers, timers and what the tree has to say are taken past it.
    ///
    /// # Examples
    ///
    /// See [`Mailbox`].
    #[must_use]
    pub const fn capacity(self, messages: u32) -> Self {
        Mailbox { capacity: messages, ..self }
    }

    /// What happens to more.
    ///
    /// # Examples
    ///
    /// See [`Mailbox`].
    #[must_use]
    pub const fn overflow(self, overflow: Overflow) -> Self {
        Mailbox { overflow, ..self }
    }

    /// Sheds load: what comes beyond so many messages within this time is treated as if there were no room. A burst of that many is
    /// taken; after that room for one more comes with each part of the time.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::Mailbox;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// actor.set_mailbox(Mailbox::new().rate(2, Duration::from_secs(1)));
    /// let add = |n: &mut u32, _: &mut Cx<'_, u32>| *n += 1;
    /// assert!(actor.try_call(add).is_ok() && actor.try_call(add).is_ok() && actor.try_call(add).is_err());
    /// runtime.run(now + Duration::from_millis(500), false);
    /// assert!(actor.try_call(add).is_ok() && actor.try_call(add).is_err());
    /// ```
    #[must_use]
    pub const fn rate(self, messages: u32, within: Duration) -> Self {
        Mailbox { rate: Some((messages, within)), ..self }
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Mailbox::new()
    }
}

/// Why a send that waited for room was not made.
///
/// # Examples
///
/// See [`Core::call_parked`](crate::Core::call_parked).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParkError {
    /// There was no room in time. The message is gone, and will not be delivered.
    Timeout,
    /// The actor has ended, or takes no more messages.
    Closed,
    /// The sender waits for room in too many places: wait for some of them first.
    TooMany,
    /// The runtime's own thread was to wait for room, and would have waited for itself. The message is gone.
    WouldDeadlock,
}

impl ParkError {
    /// Whether the same may succeed a moment later.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::ParkError;
    ///
    /// assert!(ParkError::Timeout.is_retryable() && ParkError::TooMany.is_retryable());
    /// assert!(!ParkError::Closed.is_retryable());
    /// ```
    pub const fn is_retryable(self) -> bool {
        matches!(self, ParkError::Timeout | ParkError::TooMany)
    }
}

impl fmt::Display for ParkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ParkError::Timeout => "there was no room in time: send less, or wait longer",
            ParkError::Closed => "the actor has ended, or takes no more messages",
            ParkError::TooMany => {
                "the sender waits for room with too many messages: let some of them go first"
            }
            ParkError::WouldDeadlock => {
                "the runtime's own thread would wait for itself: use send_parked() or call_parked()"
            }
        })
    }
}

impl Error for ParkError {}
