//! Open requests: each has exactly one outcome.
//!
//! The table only; what is done with an outcome is in the layer above. A token is an id like any other: a second answer, a
//! late one and a forged one find nothing. The requests of one actor are a list through the table: however many there are, one comes
//! and goes in a few steps.

use super::ask_list::{Links, Side};
use super::id::{self, IdKind, MAX_GENERATION};
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

/// An open request.
pub(crate) struct Ask {
    pub on_answer: OnAnswer,
    pub deadline: Option<TimerKey>,
    /// Id of the asking actor; 0 for the outside world.
    pub asker: u64,
    /// The asker's incarnation when it asked.
    pub incarnation: u32,
    /// Id of the actor that keeps the token; 0 while the request travels.
    pub holder: u64,
    /// A holder was named while nobody had the token yet but the message: whose handler then need not keep it.
    pub named: bool,
    /// Where it is on the lists of its asker and of its holder, by [`Side`].
    pub links: [Links; 2],
}

impl Ask {
    /// A request on its way, on no list yet.
    pub(crate) fn new(on_answer: OnAnswer, asker: u64, incarnation: u32) -> Self {
        Ask {
            on_answer,
            deadline: None,
            asker,
            incarnation,
            holder: 0,
            named: false,
            links: Default::default(),
        }
    }
}

struct Slot {
    generation: u32,
    ask: Option<Box<Ask>>,
}

/// The open requests of one runtime.
pub(crate) struct AskTable {
    slots: Vec<Slot>,
    free: Vec<u32>,
    instance: u8,
    open: usize,
    /// How often a request was looked at.
    #[cfg(test)]
    pub looks: usize,
}

impl AskTable {
    pub(crate) fn new(instance: u8) -> Self {
        AskTable {
            slots: Vec::new(),
            free: Vec::new(),
            instance,
            open: 0,
            #[cfg(test)]
            looks: 0,
        }
    }

    /// Number of open requests.
    pub(crate) fn len(&self) -> usize {
        self.open
    }

    /// Registers a request and makes its token.
    pub(crate) fn insert(&mut self, ask: Ask) -> u64 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 1, ask: None });
            self.slots.len() as u32 - 1
        });
        let entry = &mut self.slots[slot as usize];
        entry.ask = Some(Box::new(ask));
        self.open += 1;
        id::id(id::word(IdKind::Reply, self.instance, entry.generation), slot)
    }

    fn slot(&mut self, token: u64) -> Option<&mut Slot> {
        #[cfg(test)]
        {
            self.looks += 1;
        }
        let instance = self.instance;
        let slot = self.slots.get_mut(id::slot(token) as usize)?;
        let valid =
            (token >> 32) as u32 == id::word(IdKind::Reply, instance, slot.generation) && slot.ask.is_some();
        valid.then_some(slot)
    }

    /// The open request with this token.
    pub(crate) fn get(&mut self, token: u64) -> Option<&mut Ask> {
        self.slot(token)?.ask.as_deref_mut()
    }

    /// Takes a request out: it is about to have its outcome.
    pub(crate) fn take(&mut self, token: u64) -> Option<Box<Ask>> {
        let slot = self.slot(token)?;
        let ask = slot.ask.take();
        slot.generation += 1;
        if slot.generation <= MAX_GENERATION {
            self.free.push(id::slot(token));
        }
        self.open -= 1;
        ask
    }

    /// Puts a request behind `before`, the last one of a list; 0 if that is empty.
    pub(crate) fn link(&mut self, before: u64, token: u64, side: Side) {
        if let Some(ask) = self.get(token) {
            ask.links[side as usize] = Links { before, behind: 0 };
        }
        if let Some(ask) = self.get(before) {
            ask.links[side as usize].behind = token;
        }
    }

    /// Joins the neighbours of a request that has left a list.
    pub(crate) fn join(&mut self, links: Links, side: Side) {
        if links.before != 0 {
            if let Some(ask) = self.get(links.before) {
                ask.links[side as usize].behind = links.behind;
            }
        }
        if links.behind != 0 {
            if let Some(ask) = self.get(links.behind) {
                ask.links[side as usize].before = links.before;
            }
        }
    }

    /// The tokens of a list that begins with `first`, oldest first.
    pub(crate) fn list(&mut self, first: u64, side: Side) -> Vec<u64> {
        let mut tokens = Vec::new();
        let mut next = first;
        while let Some(ask) = self.get(next) {
            tokens.push(next);
            next = ask.links[side as usize].behind;
        }
        tokens
    }

    /// The tokens of all open requests, for taking them down.
    pub(crate) fn tokens(&self) -> Vec<u64> {
        let open = self.slots.iter().enumerate().filter(|(_, slot)| slot.ask.is_some());
        open.map(|(index, slot)| {
            id::id(id::word(IdKind::Reply, self.instance, slot.generation), index as u32)
        })
        .collect()
    }
}
