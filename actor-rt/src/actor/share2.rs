//! `Share2`: a shared value that leaves the handler's `Core` usable.

use super::context::Cx;
use crate::engine::share::{BesideCore, BesideCoreWeak};
use crate::engine::token::Core;
use std::fmt;

/// As [`Share`](crate::Share), but changing the value leaves the [`Core`] usable: with it the value's own methods can queue calls,
/// arm timers and make actors. In exchange it is reached inside of handlers only, with their `cx`.
///
/// Thread: the runtime's own (`!Send`).
///
/// # Panics
/// Every access with the context of another runtime.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::{Duration, Instant};
///
/// struct Pool {
///     free: u32,
/// }
///
/// impl Pool {
///     fn take(&mut self, core: &mut Core, taker: Actor<Worker>) {
///         self.free -= 1;
///         after!(Duration::from_secs(1), [taker, core], give_back());
///     }
/// }
///
/// struct Worker {
///     pool: Share2<Pool>,
/// }
///
/// impl Worker {
///     fn init(cx: CX![]) -> Option<Self> {
///         let pool = Share2::new(cx, Pool { free: 3 });
///         call!([cx], work());
///         Some(Worker { pool })
///     }
///     fn work(&mut self, cx: CX![]) {
///         let taker = cx.this().clone();
///         let (pool, core) = self.pool.rw(cx);
///         pool.take(core, taker);
///     }
///     fn give_back(&mut self, cx: CX![]) {
///         self.pool.rw(cx).0.free += 1;
///         stop!(cx);
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let rt = &mut runtime;
/// let _worker = actor!(rt, Worker::init(), ret_shutdown!(rt));
/// rt.run(now, false);
/// rt.run(now + Duration::from_secs(1), false);
/// assert!(!rt.not_shutdown());
/// ```
pub struct Share2<T> {
    value: BesideCore<T>,
}

/// A reference that does not keep the value of a [`Share2`] alive.
///
/// # Examples
///
/// ```
/// use actor_rt::{Share2, Share2Weak, Runtime, actor_new, ret_nop};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let actor = actor_new!(runtime, u32, ret_nop!());
/// actor.call_prep(|cx| {
///     let share = Share2::new(cx, 7);
///     let weak: Share2Weak<i32> = share.downgrade();
///     assert_eq!((share.strong_count(), share.weak_count()), (1, 1));
///     assert!(weak.upgrade().is_some_and(|same| same == share));
///     drop(share);
///     assert!(weak.upgrade().is_none());
///     assert_eq!((weak.strong_count(), weak.weak_count()), (0, 0));
///     Some(7)
/// });
/// runtime.run(Instant::now(), false);
/// assert!(!actor.is_zombie());
/// ```
pub struct Share2Weak<T> {
    value: BesideCoreWeak<T>,
}

impl<T> Share2<T> {
    /// Makes `value` one of this runtime's.
    ///
    /// # Examples
    ///
    /// See [`Share2`].
    pub fn new<A: ?Sized + 'static>(cx: &Cx<'_, A>, value: T) -> Self {
        Share2 { value: BesideCore::new(cx.access_deferrer(), value) }
    }

    /// The value, to be changed, and the `Core`.
    ///
    /// # Panics
    /// If the value belongs to another runtime.
    ///
    /// # Examples
    ///
    /// See [`Share2`].
    #[inline]
    pub fn rw<'a, A: ?Sized + 'static>(&'a self, cx: &'a mut Cx<'_, A>) -> (&'a mut T, &'a mut Core) {
        self.value.rw(cx.token_mut())
    }

    /// A reference that does not keep the value alive.
    ///
    /// # Examples
    ///
    /// See [`Share2Weak`].
    pub fn downgrade(&self) -> Share2Weak<T> {
        Share2Weak { value: self.value.downgrade() }
    }

    /// How many `Share2`s of this value there are.
    ///
    /// # Examples
    ///
    /// See [`Share2Weak`].
    pub fn strong_count(&self) -> usize {
        self.value.counts().0
    }

    /// How many `Share2Weak`s of this value there are.
    ///
    /// # Examples
    ///
    /// See [`Share2Weak`].
    pub fn weak_count(&self) -> usize {
        self.value.counts().1
    }
}

impl<T> Share2Weak<T> {
    /// The value, if it is still alive.
    ///
    /// # Examples
    ///
    /// See [`Share2Weak`].
    pub fn upgrade(&self) -> Option<Share2<T>> {
        Some(Share2 { value: self.value.upgrade()? })
    }

    /// How many `Share2`s of this value there are.
    ///
    /// # Examples
    ///
    /// See [`Share2Weak`].
    pub fn strong_count(&self) -> usize {
        self.value.counts().0
    }

    /// How many `Share2Weak`s of this value there are; 0 once the value is gone.
    ///
    /// # Examples
    ///
    /// See [`Share2Weak`].
    pub fn weak_count(&self) -> usize {
        self.value.counts().1
    }
}

impl<A: ?Sized + 'static> Cx<'_, A> {
    /// Changes two shared values at once, and leaves the [`Core`] usable.
    ///
    /// # Panics
    /// If both are the same value, or one belongs to another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, Share2, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_prep(|cx| {
    ///     let (from, to) = (Share2::new(cx, 10), Share2::new(cx, 0));
    ///     let (from, to, core) = cx.share2_rw2(&from, &to);
    ///     (*from, *to) = (*from - 7, *to + 7);
    ///     core.defer(|_| ());
    ///     Some(*to)
    /// });
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn share2_rw2<'b, T, U>(
        &'b mut self,
        first: &'b Share2<T>,
        second: &'b Share2<U>,
    ) -> (&'b mut T, &'b mut U, &'b mut Core) {
        first.value.rw2(&second.value, self.token_mut())
    }

    /// As [`share2_rw2`](Cx::share2_rw2), for three values.
    ///
    /// # Panics
    /// If two of them are the same value, or one belongs to another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, Share2, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_prep(|cx| {
    ///     let (one, two, sum) = (Share2::new(cx, 1), Share2::new(cx, 2), Share2::new(cx, 0));
    ///     let (one, two, sum, core) = cx.share2_rw3(&one, &two, &sum);
    ///     *sum = *one + *two;
    ///     core.defer(|_| ());
    ///     Some(*sum)
    /// });
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(3));
    /// ```
    pub fn share2_rw3<'b, T, U, V>(
        &'b mut self,
        first: &'b Share2<T>,
        second: &'b Share2<U>,
        third: &'b Share2<V>,
    ) -> (&'b mut T, &'b mut U, &'b mut V, &'b mut Core) {
        first.value.rw3(&second.value, &third.value, self.token_mut())
    }
}

impl<T> Clone for Share2<T> {
    fn clone(&self) -> Self {
        Share2 { value: self.value.clone() }
    }
}

impl<T> Clone for Share2Weak<T> {
    fn clone(&self) -> Self {
        Share2Weak { value: self.value.clone() }
    }
}

impl<T> PartialEq for Share2<T> {
    /// Identity: the same value, not an equal one.
    fn eq(&self, other: &Self) -> bool {
        self.value.is(&other.value)
    }
}

impl<T> Eq for Share2<T> {}

impl<T> fmt::Debug for Share2<T> {
    /// Its type; the value can be reached with a context only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share2<{}>", std::any::type_name::<T>())
    }
}

impl<T> fmt::Debug for Share2Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share2Weak<{}>", std::any::type_name::<T>())
    }
}
