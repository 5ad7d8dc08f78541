//! Open requests: each has exactly one outcome.
//!
//! What is kept of one; what is done with an outcome is in the layer above. A token is an id like any other: a second answer, a
//! late one and a forged one find nothing. The requests of one actor are a list through the table: however many there are, one comes
//! and goes in a few steps, and they are settled in the order in which they came if the actor ends.

use super::list::{Linked, Links};
use crate::kernel::packet::Body;
use crate::time::TimerKey;

/// How a request ended. The numbers are those of the C ABI.
///
/// # Examples
///
/// ```
/// use actor_rt::{Body, Cx, Outcome, Packet, Receive, Ret, Runtime};
/// use std::time::{Duration, Instant};
///
/// struct Slow;
///
/// impl Receive for Slow {
///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
///         packet.keep_reply();
///     }
/// }
///
/// let start = Instant::now();
/// let mut runtime = Runtime::new(start);
/// let slow = runtime.door().spawn(Slow, Ret::nop()).actor_id();
/// let second = 1_000_000_000; // of the runtime's clock, which began at 0
/// let heard = |answer: actor_rt::Answer<'_>| assert_eq!(answer.outcome, Outcome::Timeout);
/// runtime.door().ask(slow, 1, Body::Copied(b""), second, heard).unwrap();
/// runtime.run(start + Duration::from_secs(1), false);
/// assert_eq!(runtime.door().open_asks(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
#[non_exhaustive]
pub enum Outcome {
    /// It was answered.
    Reply = 0,
    /// Its deadline passed.
    Timeout = 1,
    /// It was accepted, but its token was dropped or the actor that held it ended.
    NoReply = 2,
    /// The target, or the runtime, was already gone when asked.
    Closed = 3,
    /// The asker withdrew it, or ended itself.
    Cancelled = 4,
    /// The connection to the target's machine was lost. Reserved.
    Lost = 5,
}

/// An answer on its way to the asker.
///
/// # Examples
///
/// ```
/// use actor_rt::{Answer, Body, Outcome};
///
/// fn text(answer: &Answer<'_>) -> Option<String> {
///     let bytes = match (&answer.outcome, &answer.body) {
///         (Outcome::Reply, Body::Copied(bytes)) => *bytes,
///         (Outcome::Reply, Body::Owned(bytes)) => bytes.as_slice(),
///         _ => return None,
///     };
///     String::from_utf8(bytes.to_vec()).ok()
/// }
///
/// let answer = Answer { outcome: Outcome::Reply, tag: 1, sender: 0, body: Body::Copied(b"yes") };
/// assert_eq!(text(&answer).as_deref(), Some("yes"));
/// ```
#[derive(Debug)]
pub struct Answer<'a> {
    /// How the request ended; the rest is meaningful for `Reply` only.
    pub outcome: Outcome,
    /// What the answer means.
    pub tag: u64,
    /// Id of the actor that answered; 0 if it was none.
    pub sender: u64,
    /// The answer's bytes.
    pub body: Body<'a>,
}

/// What is done with an answer.
pub(crate) type OnAnswer = Box<dyn FnOnce(Answer<'_>)>;

/// Whose list: a request is on one of its asker's and on one of its holder's.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Asker = 0,
    Holder = 1,
}

/// An open request.
pub(crate) struct Ask {
    pub on_answer: OnAnswer,
    pub deadline: Option<TimerKey>,
    /// The same in nanoseconds of the runtime's clock; `u64::MAX` is none.
    pub until: u64,
    /// Id of the asking actor; 0 for the outside world.
    pub asker: u64,
    /// Id of the actor that was asked.
    pub target: u64,
    /// The asker's incarnation when it asked.
    pub incarnation: u32,
    /// Id of the actor that keeps the token; 0 while the request travels.
    pub holder: u64,
    /// The target was gone; the asker is to be told.
    pub is_closed: bool,
    /// A holder was named while nobody had the token yet but the message: whose handler then need not keep it.
    pub named: bool,
    /// Where it is on the lists of its asker and of its holder, by [`Side`].
    pub links: [Links; 2],
}

impl Ask {
    /// A request on its way, on no list yet.
    pub(crate) fn new(on_answer: OnAnswer, asker: u64, incarnation: u32, target: u64) -> Self {
        Ask {
            on_answer,
            deadline: None,
            until: u64::MAX,
            asker,
            target,
            incarnation,
            holder: 0,
            is_closed: false,
            named: false,
            links: Default::default(),
        }
    }
}

impl Linked for Ask {
    type Side = Side;

    fn links(&mut self, side: Side) -> &mut Links {
        &mut self.links[side as usize]
    }
}
