//! What actors have done, counted when somebody asked for it.
//!
//! A step that counts runs through the observed dispatch loop, so a step that does not has no test for it. The counts lie in
//! an actor's cold part and outlive the actor as its name does.

use super::id::{ActorId, IdError};
use super::mode::COUNTING;
use super::shared::Shared;
use super::token::{Core, Door};
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::handle::{Actor, AnyActor};
use crate::kernel::record::flag;
use std::time::Duration;

/// What of the actors' work a runtime counts.
///
/// # Examples
///
/// See [`Core::set_counting`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counting {
    /// Nothing, which costs nothing.
    #[default]
    Off,
    /// Messages, and how many of them waited.
    Messages,
    /// Besides, how long the handlers ran: the clock is read twice for each message.
    BusyTime,
}

/// An actor's work while its runtime counted.
///
/// # Examples
///
/// See [`Core::set_counting`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Messages that its handlers had, its initialiser's among them. Calls from outside (`query!`) are none.
    pub messages: u64,
    /// The most messages that ever waited for it at once.
    pub most_pending: u32,
    /// How long its handlers ran, by the runtime's clock. Zero if that was not asked for.
    pub busy: Duration,
    /// How long the longest of them ran: everybody else waited for so long.
    pub longest: Duration,
}

/// The message that is being counted.
pub(crate) struct Counted {
    actor: AnyActor,
    /// When its handler began; None if that is not asked for.
    began: Option<u64>,
}

impl Shared {
    /// A message is about to be delivered.
    pub(crate) fn count_delivery(&self, actor: AnyActor, flags: u16) {
        let header = actor.header();
        let runs = match header.state() {
            State::Ready => flags & flag::CONTROL == 0,
            State::Held => flags & (flag::OWED | flag::OWN) != 0,
            State::Prep => flags & (flag::EARLY | flag::CONTROL) == flag::EARLY,
            _ => false,
        };
        self.cold.with(|cold| {
            let counts = cold.of(header).counts.get_or_insert_default();
            counts.messages += u64::from(runs);
            counts.most_pending = counts.most_pending.max(header.pending());
        });
        if runs {
            let busy = self.counting.get() == Counting::BusyTime;
            let began = if busy { self.read_clock() } else { None };
            let none = self.counted.with(|counted| counted.replace(Counted { actor, began }));
            debug_assert!(none.is_none(), "one message at a time");
        }
    }

    /// The message's handler returned or panicked. Its actor may have ended meanwhile.
    pub(crate) fn count_delivered(&self) {
        let Some(Counted { actor, began }) = self.counted.with(Option::take) else { return };
        let Some(began) = began else { return };
        let Some(now) = self.read_clock() else { return };
        let busy = Duration::from_nanos(now.saturating_sub(began));
        self.cold.with(|cold| {
            let counts = cold.of(actor.header()).counts.get_or_insert_default();
            counts.busy += busy;
            counts.longest = counts.longest.max(busy);
        });
    }

    fn counts(&self, header: &CellHeader) -> Option<Counts> {
        let mut counts = self.cold.with(|cold| cold.get(header)?.counts)?;
        counts.most_pending = counts.most_pending.max(header.pending());
        Some(counts)
    }
}

impl Core {
    /// Counts what actors do from now on: read it by [`Actor::counts`]. What was counted before stays.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{CX, Counting, Counts, Runtime, actor, call, ret_nop};
    /// use std::time::Instant;
    ///
    /// struct Sum(u64);
    ///
    /// impl Sum {
    ///     fn init(_: CX![]) -> Option<Self> {
    ///         Some(Sum(0))
    ///     }
    ///     fn add(&mut self, _: CX![], n: u64) {
    ///         self.0 += n;
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// runtime.set_counting(Counting::Messages);
    /// let sum = actor!(runtime, Sum::init(), ret_nop!());
    /// call!([sum], add(1));
    /// call!([sum], add(2));
    /// runtime.run(now, false);
    /// let counts: Counts = sum.counts().unwrap();
    /// assert_eq!((counts.messages, counts.most_pending), (3, 3));
    /// ```
    pub fn set_counting(&mut self, counting: Counting) {
        self.door().set_counting(counting);
    }
}

impl Door {
    /// Counts what actors do from now on: as [`Core::set_counting`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Counting, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let door = runtime.door().clone();
    /// door.set_counting(Counting::Messages);
    /// let number = actor_new!(runtime, u32, ret_nop!());
    /// number.call_prep(|_| Some(7));
    /// runtime.run(now, false);
    /// assert_eq!(door.counts(number.actor_id()).unwrap().messages, 1);
    /// ```
    pub fn set_counting(&self, counting: Counting) {
        let shared = self.shared();
        shared.counting.set(counting);
        match counting {
            Counting::Off => shared.mode.clear(COUNTING),
            _ => shared.mode.set(COUNTING),
        }
    }

    /// What a living actor has done while its runtime counted: as [`Actor::counts`]. All zero if nothing was counted.
    ///
    /// # Examples
    ///
    /// See [`set_counting`](Door::set_counting).
    pub fn counts(&self, id: ActorId) -> Result<Counts, IdError> {
        let shared = self.shared();
        let found = shared.find(id.0).ok_or_else(|| shared.explain_actor(id.0))?;
        Ok(shared.counts(found.header()).unwrap_or_default())
    }
}

impl<A: ?Sized + 'static> Actor<A> {
    /// What the actor has done while its runtime counted ([`Core::set_counting`]); also when it has ended. None if nothing was
    /// counted.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Counting, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let number = actor_new!(runtime, u32, ret_nop!());
    /// number.call_prep(|_| Some(7));
    /// runtime.set_counting(Counting::BusyTime);
    /// runtime.run(now, false);
    /// let counts = number.counts();
    /// assert_eq!(counts.map(|counts| counts.messages), Some(1));
    /// runtime.set_counting(Counting::Off);
    /// number.call(|number, _| *number += 1);
    /// runtime.run(now, false);
    /// assert_eq!(number.counts(), counts, "it stays as it is");
    /// ```
    pub fn counts(&self) -> Option<Counts> {
        Shared::of(self.header()).counts(self.header())
    }
}
