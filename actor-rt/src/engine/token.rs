//! Tokens: what stands for a runtime in a function's arguments.
//!
//! `Runtime` owns the shared block. `Core` is what both the runtime's owner and a running handler may use; it is *unsized* and made
//! only by reference, so it cannot be swapped, replaced or stored by value: then two live tokens for one block would be
//! exchangeable for two of another, and the exclusiveness they stand for would be lost.

use super::shared::Shared;
use std::ops::{Deref, DerefMut};
use std::ptr::{self, NonNull};

/// Address of a shared block, kept alive by whoever made the token.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Token {
    shared: NonNull<Shared>,
}

/// A runtime: level 0, the right to run it.
///
/// Owns everything its actors are. Any number of runtimes may live on one thread and in one process. Dropping it ends every
/// actor (see the crate's documentation for the order) and never runs a queued message.
///
/// Thread: it stays on the one that made it (`!Send`).
///
/// # Examples
///
/// ```
/// use actor_rt::Runtime;
/// use std::time::{Duration, Instant};
///
/// let now = Instant::now();
/// let (mut one, mut two) = (Runtime::new(now), Runtime::new(now)); // as many as you like
/// one.after(Duration::from_secs(1), |_| ());
/// two.defer(|rt| rt.defer(|_| ()));
/// two.run(now, false);
/// assert_eq!(one.next_timeout(now), Some(Duration::from_secs(1)));
/// assert_eq!(two.next_timeout(now), None);
/// ```
#[repr(transparent)]
pub struct Runtime {
    pub(crate) token: Token,
}

/// What a runtime offers at any level: time, timers, queueing. Reached from `&mut Runtime` and from every handler's `cx`.
///
/// Unsized: it exists only behind references.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::{Duration, Instant};
///
/// /// Works with the runtime as with any handler's `cx`.
/// fn in_a_second(core: &mut Core) -> FixedTimerKey {
///     core.after(Duration::from_secs(1), |_| ())
/// }
///
/// let start = Instant::now();
/// let mut runtime = Runtime::new(start);
/// in_a_second(&mut runtime);
/// let actor = actor_new!(runtime, u32, ret_nop!());
/// actor.call_prep(|cx| {
///     in_a_second(cx);
///     Some(7)
/// });
/// runtime.run(start, false);
/// assert_eq!(runtime.door().pending().timers, 2);
/// ```
#[repr(C)]
pub struct Core {
    token: Token,
    tail: [()],
}

impl Token {
    pub(crate) fn new(shared: NonNull<Shared>) -> Self {
        Token { shared }
    }

    /// The shared block.
    #[inline(always)]
    pub(crate) fn shared(&self) -> &Shared {
        // SAFETY: whoever holds a token keeps the block alive: the runtime by its own reference, a handler's context by running
        // inside of it.
        unsafe { self.shared.as_ref() }
    }

    /// The block's address.
    #[inline(always)]
    pub(crate) fn address(&self) -> NonNull<Shared> {
        self.shared
    }

    /// The `Core` that this token is.
    #[inline(always)]
    pub(crate) fn core(&self) -> &Core {
        let core = ptr::slice_from_raw_parts(ptr::from_ref(self).cast::<()>(), 0) as *const Core;
        // SAFETY: `Core` is `repr(C)`: a token and an empty tail, with the token's size and alignment.
        unsafe { &*core }
    }

    /// The `Core` that this token is.
    #[inline(always)]
    pub(crate) fn core_mut(&mut self) -> &mut Core {
        let core = ptr::slice_from_raw_parts_mut(ptr::from_mut(self).cast::<()>(), 0) as *mut Core;
        // SAFETY: as above; exclusive because the token is borrowed exclusively.
        unsafe { &mut *core }
    }
}

impl Core {
    #[inline(always)]
    pub(super) fn token(&self) -> &Token {
        &self.token
    }

    #[inline(always)]
    pub(crate) fn shared(&self) -> &Shared {
        self.token.shared()
    }
}

impl Deref for Runtime {
    type Target = Core;
    #[inline(always)]
    fn deref(&self) -> &Core {
        self.token.core()
    }
}

impl DerefMut for Runtime {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Core {
        self.token.core_mut()
    }
}

/// Queues work for the runtime from a place that has neither `Core` nor an actor: a `Drop`, a callback.
///
/// Works on after the runtime is gone: then the closure is dropped.
///
/// Thread: the runtime's own (`!Send`).
///
/// # Examples
///
/// See [`Core::deferrer`].
pub struct Deferrer {
    token: Token,
}

impl Deferrer {
    /// # Safety
    /// The result's claim on the block was counted already, or is never dropped and does not outlive the block.
    pub(super) unsafe fn uncounted(token: Token) -> Self {
        Deferrer { token }
    }

    #[inline(always)]
    pub(crate) fn shared(&self) -> &Shared {
        self.token.shared()
    }

    #[inline(always)]
    pub(crate) fn core(&self) -> &Core {
        self.token.core()
    }

    /// The block's address, good for all that its maker may do with it.
    #[inline(always)]
    pub(super) fn address(&self) -> NonNull<Shared> {
        self.token.address()
    }
}

impl Clone for Deferrer {
    fn clone(&self) -> Self {
        self.shared().add_reference();
        Deferrer { token: self.token }
    }
}

impl Drop for Deferrer {
    fn drop(&mut self) {
        // SAFETY: this claim was counted, and is given up.
        unsafe { Shared::release(self.token.address()) }
    }
}

/// A runtime by ids: posting, asking, ending, timing for actors whose type is not known. What other languages use.
///
/// It works at any depth: outside of steps, inside handlers and in destructors, since it only queues. It outlives the
/// runtime; then ids name nothing.
///
/// Thread: the runtime's own (`!Send`).
///
/// # Examples
///
/// ```
/// use actor_rt::{Door, PostError, Runtime, actor_new, ret_nop};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let actor = actor_new!(runtime, u32, ret_nop!());
/// actor.call_prep(|_| Some(7));
/// runtime.run(Instant::now(), false);
/// let door: Door = runtime.door().clone();
/// let id = actor.actor_id(); // a number: it can go anywhere
/// door.call(id, |number: &mut u32, _| *number += 1).unwrap();
/// runtime.run(Instant::now(), false);
/// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(8));
/// drop(actor);
/// runtime.run(Instant::now(), false);
/// assert!(matches!(door.call(id, |_: &mut u32, _| ()), Err(PostError::Id(_))));
/// ```
#[derive(Clone)]
pub struct Door {
    pub(crate) deferrer: Deferrer,
}

impl Door {
    #[inline(always)]
    pub(crate) fn shared(&self) -> &Shared {
        self.deferrer.shared()
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Deferrer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deferrer").finish_non_exhaustive()
    }
}
