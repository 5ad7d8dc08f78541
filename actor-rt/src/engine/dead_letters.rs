//! Dead letters: messages that no handler saw, counted by reason, the last of them kept for whoever looks for one.

use super::guarded::Guarded;
use super::id::ActorId;
use super::mode::TRACING;
use super::shared::Shared;
use super::token::{Core, Door};
use crate::kernel::lane::Held;
use crate::kernel::record::{Description, DropReason, flag};
use std::cell::Cell;
use std::collections::VecDeque;

/// How many are kept, if nothing else is said.
pub(crate) const USUALLY_KEPT: usize = 32;

/// Reasons that there are.
const REASONS: usize = 7;

/// A message that no handler saw.
///
/// # Examples
///
/// See [`Core::recent_dead_letters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Why.
    pub reason: DropReason,
    /// The actor it was for.
    pub target: ActorId,
    /// The actor that sent it, None if none did. If that has ended, and its place was taken again, the one which has it now.
    pub from: Option<ActorId>,
    /// Rust type of the message.
    pub type_name: &'static str,
    /// Tag of a foreign message; 0 for typed ones.
    pub tag: u64,
    /// Number of the step in which it was lost, or of the last one before.
    pub step: u64,
}

/// A runtime's dead letters.
pub(crate) struct DeadLetters {
    counts: [Cell<u64>; REASONS],
    /// How many of them are kept.
    room: usize,
    recent: Guarded<VecDeque<DeadLetter>>,
}

impl DeadLetters {
    pub(crate) const fn new(room: usize) -> Self {
        let recent = Guarded::new(VecDeque::new());
        DeadLetters { counts: [const { Cell::new(0) }; REASONS], room, recent }
    }

    /// All of them.
    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().map(Cell::get).sum()
    }

    fn keep(&self, letter: DeadLetter) {
        let count = &self.counts[letter.reason as usize];
        count.set(count.get() + 1);
        self.recent.with(|recent| {
            if recent.len() >= self.room {
                recent.pop_front();
            }
            if self.room > 0 {
                recent.push_back(letter);
            }
        });
    }
}

impl Shared {
    /// A message to `target` is lost.
    #[cold]
    #[inline(never)]
    pub(crate) fn lose(&self, target: u64, reason: DropReason, what: Description) {
        let letter = DeadLetter {
            reason,
            target: ActorId(target),
            from: self.directory.with(|directory| directory.last_in(what.origin)).map(ActorId),
            type_name: what.type_name,
            tag: what.tag,
            step: self.counters.steps.get(),
        };
        self.dead_letters.keep(letter);
        if self.mode.has(TRACING) {
            self.observe(|observer| observer.dead_letter(&letter));
        }
    }

    /// The last messages that no handler saw.
    pub(crate) fn recent_dead_letters(&self) -> Vec<DeadLetter> {
        self.dead_letters.recent.with(|recent| recent.iter().copied().collect())
    }

    /// A record is lost, if it is a message to an actor: not the runtime's own work or message, nor news about the actor.
    pub(crate) fn lose_record(&self, held: &Held<'_>, reason: DropReason) {
        if let Some(target) = held.target() {
            if held.flags() & (flag::CONTROL | flag::OWN) == 0 {
                self.lose(target, reason, held.describe());
            }
        }
    }
}

impl Core {
    /// How many messages no handler saw, for this reason, since the start.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{CX, DropReason, Runtime, actor, call, ret_nop, stop};
    /// use std::time::Instant;
    ///
    /// struct Once;
    ///
    /// impl Once {
    ///     fn init(_: CX![]) -> Option<Self> {
    ///         Some(Once)
    ///     }
    ///     fn go(&mut self, cx: CX![]) {
    ///         stop!(cx);
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let once = actor!(runtime, Once::init(), ret_nop!());
    /// call!([once], go());
    /// call!([once], go());
    /// runtime.run(now, false);
    /// assert_eq!(runtime.dead_letters_of(DropReason::Cancelled), 1);
    /// let last = runtime.recent_dead_letters().pop().unwrap();
    /// assert_eq!(last.target, once.actor_id());
    /// ```
    pub fn dead_letters_of(&self, reason: DropReason) -> u64 {
        self.door().dead_letters_of(reason)
    }

    /// The last messages that no handler saw, in the order in which they were lost: 32 of them, or as many as
    /// [`Config::dead_letters`](crate::Config::dead_letters) says.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{DeadLetter, DropReason, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.set_capacity(0);
    /// actor.call(|_, _| ());
    /// let [DeadLetter { reason, target, type_name, .. }] = runtime.recent_dead_letters()[..] else {
    ///     panic!("one was lost")
    /// };
    /// assert_eq!((reason, target), (DropReason::Full, actor.actor_id()));
    /// assert!(type_name.contains("u32"), "{type_name}");
    /// ```
    pub fn recent_dead_letters(&self) -> Vec<DeadLetter> {
        self.shared().recent_dead_letters()
    }
}

impl Door {
    /// The last messages that no handler saw: as [`Core::recent_dead_letters`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// assert_eq!(runtime.door().recent_dead_letters(), []);
    /// ```
    pub fn recent_dead_letters(&self) -> Vec<DeadLetter> {
        self.shared().recent_dead_letters()
    }

    /// How many messages no handler saw, for this reason, since the start: as [`Core::dead_letters_of`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{DropReason, Runtime};
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// assert_eq!(runtime.door().dead_letters_of(DropReason::Full), 0);
    /// ```
    pub fn dead_letters_of(&self, reason: DropReason) -> u64 {
        self.shared().dead_letters.counts[reason as usize].get()
    }
}
