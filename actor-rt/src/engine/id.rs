//! Ids: opaque numbers for actors, timers and replies, safe to copy, print and send anywhere.
//!
//! ```text
//! kind 4 | instance 8 | generation 20 | slot 32        0 is null
//! ```
//!
//! The layout is not part of any contract. A stale id, one of another kind and one of another runtime are told apart; none
//! is ever undefined behaviour. The instance comes from the configuration or a process-wide counter and only guards against
//! mixing runtimes up; it is left out of traces.

use std::sync::atomic::{AtomicU8, Ordering};

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum IdKind {
    Actor = 1,
    Timer = 2,
    Reply = 3,
    Child = 4,
    Monitor = 5,
    Parked = 6,
    Job = 7,
    Port = 8,
}

const GENERATION_MASK: u32 = (1 << 20) - 1;

/// Generations count from 1 to this; then the slot retires. Miri, to which a million turns are hours, sees it retire early.
pub(crate) const MAX_GENERATION: u32 = if cfg!(miri) { 500 } else { GENERATION_MASK };

/// Why an id was not accepted.
///
/// # Examples
///
/// ```
/// use actor_rt::{Actor, ActorId, IdError, Runtime, actor_new, ret_nop};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let actor = actor_new!(runtime, u32, ret_nop!());
/// let id = actor.actor_id();
/// assert_eq!(Actor::<u32>::from_id(&runtime, ActorId(0)).unwrap_err(), IdError::Null);
/// assert_eq!(Actor::<u64>::from_id(&runtime, id).unwrap_err(), IdError::WrongKind);
/// let other = Runtime::new(Instant::now());
/// assert_eq!(Actor::<u32>::from_id(&other, id).unwrap_err(), IdError::WrongRuntime);
/// drop(actor);
/// runtime.run(Instant::now(), false);
/// assert_eq!(Actor::<u32>::from_id(&runtime, id).unwrap_err(), IdError::Stale);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdError {
    /// It is 0.
    Null,
    /// It names something else, e.g. a timer.
    WrongKind,
    /// It belongs to another runtime.
    WrongRuntime,
    /// What it named is gone.
    Stale,
}

impl std::fmt::Display for IdError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            IdError::Null => "the id is null",
            IdError::WrongKind => "the id names something of another kind",
            IdError::WrongRuntime => "the id belongs to another runtime",
            IdError::Stale => "what the id named is gone",
        })
    }
}

impl std::error::Error for IdError {}

/// The upper half of an id.
#[inline(always)]
pub(crate) fn word(kind: IdKind, instance: u8, generation: u32) -> u32 {
    (kind as u32) << 28 | u32::from(instance) << 20 | generation
}

/// An id of its halves.
#[inline(always)]
pub(crate) fn id(word: u32, slot: u32) -> u64 {
    u64::from(word) << 32 | u64::from(slot)
}

/// The generation in an id.
#[inline(always)]
pub(crate) fn generation(id: u64) -> u32 {
    (id >> 32) as u32 & GENERATION_MASK
}

/// The slot in an id.
#[inline(always)]
pub(crate) fn slot(id: u64) -> u32 {
    id as u32
}

/// Generation and slot of an id that has `prefix` above them (an id with neither); None if it has not.
#[inline(always)]
pub(crate) fn below(prefix: u64, id: u64) -> Option<u64> {
    // Equal bits cancel out, and what is below them remains.
    let rest = id ^ prefix;
    (rest >> 52 == 0).then_some(rest)
}

/// Why `id`, which was not found, is not valid here.
#[cold]
pub(crate) fn explain(id: u64, kind: IdKind, instance: u8) -> IdError {
    if id == 0 {
        IdError::Null
    } else if (id >> 60) as u8 != kind as u8 {
        IdError::WrongKind
    } else if (id >> 52) as u8 != instance {
        IdError::WrongRuntime
    } else {
        IdError::Stale
    }
}

/// A number for a runtime whose configuration gives none. Wraps at 256: it is a guard, not an identity.
pub(crate) fn next_instance() -> u8 {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The id of an actor: a plain number that names it across languages and threads, without keeping anything alive.
///
/// # Examples
///
/// ```
/// use actor_rt::{Actor, ActorId, Runtime, actor_new, ret_nop};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let actor = actor_new!(runtime, u32, ret_nop!());
/// let id: ActorId = actor.actor_id();
/// let same = Actor::<u32>::from_id(&runtime, ActorId(id.0)).unwrap();
/// assert!(same == *actor);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct ActorId(pub u64);
