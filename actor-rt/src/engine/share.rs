//! `Share`: a value that several actors reach, each with the context it runs in.
//!
//! An accessor of the shared block, and therefore one of the files with unsafe code. The argument is one for all: a value is reached
//! only through the token of its runtime, borrowed for as long as the access lasts, and of the tokens of one runtime only one at a
//! time is in the hands of user code (see `token`). `Share` takes that token as `Core`. [`BesideCore`] takes it as `Cx` and hands the
//! `Core` part back: whoever holds a `Core` alone never gets at such a value.

use super::token::{Core, Deferrer, Token};
use std::cell::UnsafeCell;
use std::fmt;
use std::rc::{Rc, Weak};

/// A value and the runtime that it belongs to.
struct Owned<T: ?Sized> {
    /// Keeps the block's memory, so that no later runtime is taken for this one.
    home: Deferrer,
    value: UnsafeCell<T>,
}

impl<T> Owned<T> {
    fn new(home: &Deferrer, value: T) -> Rc<Self> {
        Rc::new(Owned { home: home.clone(), value: UnsafeCell::new(value) })
    }

    /// Refuses the token of another runtime.
    #[inline]
    fn check(&self, token: &Token) {
        check(token, &self.home);
    }

    fn place(&self) -> Place<'_> {
        Place { home: &self.home, address: std::ptr::from_ref(self).addr() }
    }
}

/// Where a value belongs and where it lies.
struct Place<'a> {
    home: &'a Deferrer,
    /// Of the value with its home: never the same for two values, also if they have no size.
    address: usize,
}

#[inline]
fn check(token: &Token, home: &Deferrer) {
    assert!(
        token.address() == home.address(),
        "the shared value belongs to another runtime: make one of its own for each"
    );
}

/// A reference to a value that belongs to a runtime, for actors that have to work on one thing together. Cloning it is cheap.
///
/// Nothing is locked or counted on access: the borrow of the context shows that nobody else is at it. So only one value can be
/// changed at a time; for two or three together there is [`Core::share_rw2`], and a [`Share2`](crate::Share2) leaves the context
/// usable meanwhile. Prefer messages where the actors are independent; with a `Share` you give that up.
///
/// It keeps the value alive, also beyond the runtime's end. Values that refer to each other in a circle are not freed: use
/// [`downgrade`](Share::downgrade).
///
/// Thread: the runtime's own (`!Send`).
///
/// # Panics
/// Every access with the context of another runtime.
///
/// # Examples
///
/// ```
/// use actor_rt::{Runtime, Share};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let words = Share::new(&runtime, Vec::new());
/// let same = words.clone();
/// runtime.defer(move |rt| same.rw(rt).push("hello"));
/// runtime.run(Instant::now(), false);
/// assert_eq!(words.ro(&runtime), &["hello"]);
/// ```
pub struct Share<T> {
    value: Rc<Owned<T>>,
}

/// A reference that does not keep the value of a [`Share`] alive.
///
/// # Examples
///
/// ```
/// use actor_rt::{Runtime, Share, ShareWeak};
/// use std::time::Instant;
///
/// let runtime = Runtime::new(Instant::now());
/// let share = Share::new(&runtime, 7);
/// let weak: ShareWeak<i32> = share.downgrade();
/// assert_eq!(weak.upgrade().map(|share| *share.ro(&runtime)), Some(7));
/// drop(share);
/// assert!(weak.upgrade().is_none());
/// ```
pub struct ShareWeak<T> {
    value: Weak<Owned<T>>,
}

impl<T> Share<T> {
    /// Makes `value` one of this runtime's.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, Share};
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// assert_eq!(*Share::new(&runtime, 7).ro(&runtime), 7);
    /// ```
    pub fn new(core: &Core, value: T) -> Self {
        Share { value: Owned::new(core.shared().deferrer(), value) }
    }

    /// Reads the value.
    ///
    /// # Panics
    /// If the value belongs to another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, Share};
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// let (one, two) = (Share::new(&runtime, 1), Share::new(&runtime, 2));
    /// assert_eq!(one.ro(&runtime) + two.ro(&runtime), 3, "several may be read at once");
    /// ```
    #[inline]
    pub fn ro<'a>(&'a self, core: &'a Core) -> &'a T {
        self.value.check(core.token());
        // SAFETY: the runtime's token is borrowed as long as the result lives, so that nobody has it exclusively: no `rw`.
        unsafe { &*self.value.value.get() }
    }

    /// Changes the value.
    ///
    /// # Panics
    /// If the value belongs to another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, Share};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let share = Share::new(&runtime, vec![1]);
    /// share.rw(&mut runtime).push(2);
    /// assert_eq!(share.ro(&runtime), &[1, 2]);
    /// ```
    #[inline]
    pub fn rw<'a>(&'a self, core: &'a mut Core) -> &'a mut T {
        self.value.check(core.token());
        // SAFETY: the runtime's token is borrowed exclusively as long as the result lives: no other access.
        unsafe { &mut *self.value.value.get() }
    }

    /// A reference that does not keep the value alive.
    ///
    /// # Examples
    ///
    /// See [`ShareWeak`].
    pub fn downgrade(&self) -> ShareWeak<T> {
        ShareWeak { value: Rc::downgrade(&self.value) }
    }

    /// How many `Share`s of this value there are.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, Share};
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// let share = Share::new(&runtime, 7);
    /// let _same = share.clone();
    /// let _weak = share.downgrade();
    /// assert_eq!((share.strong_count(), share.weak_count()), (2, 1));
    /// ```
    pub fn strong_count(&self) -> usize {
        Rc::strong_count(&self.value)
    }

    /// How many `ShareWeak`s of this value there are.
    ///
    /// # Examples
    ///
    /// See [`strong_count`](Share::strong_count).
    pub fn weak_count(&self) -> usize {
        Rc::weak_count(&self.value)
    }
}

impl<T> ShareWeak<T> {
    /// The value, if it is still alive.
    ///
    /// # Examples
    ///
    /// See [`ShareWeak`].
    pub fn upgrade(&self) -> Option<Share<T>> {
        Some(Share { value: self.value.upgrade()? })
    }

    /// How many `Share`s of this value there are.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, Share};
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// let share = Share::new(&runtime, 7);
    /// let weak = share.downgrade();
    /// assert_eq!((weak.strong_count(), weak.weak_count()), (1, 1));
    /// drop(share);
    /// assert_eq!((weak.strong_count(), weak.weak_count()), (0, 0));
    /// ```
    pub fn strong_count(&self) -> usize {
        self.value.strong_count()
    }

    /// How many `ShareWeak`s of this value there are; 0 once the value is gone.
    ///
    /// # Examples
    ///
    /// See [`strong_count`](ShareWeak::strong_count).
    pub fn weak_count(&self) -> usize {
        self.value.weak_count()
    }
}

impl Core {
    /// Changes two shared values at once.
    ///
    /// # Panics
    /// If both are the same value, or one belongs to another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, Share};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let (left, right) = (Share::new(&runtime, 1), Share::new(&runtime, "one"));
    /// let (number, text) = runtime.share_rw2(&left, &right);
    /// (*number, *text) = (2, "two");
    /// assert_eq!((*left.ro(&runtime), *right.ro(&runtime)), (2, "two"));
    /// ```
    pub fn share_rw2<'a, T, U>(
        &'a mut self,
        first: &'a Share<T>,
        second: &'a Share<U>,
    ) -> (&'a mut T, &'a mut U) {
        check_together(self.token(), [first.value.place(), second.value.place()]);
        // SAFETY: the token is borrowed exclusively as long as the results live, and they are different values.
        unsafe { (&mut *first.value.value.get(), &mut *second.value.value.get()) }
    }

    /// As [`share_rw2`](Core::share_rw2), for three values.
    ///
    /// # Panics
    /// If two of them are the same value, or one belongs to another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, Share};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let (a, b, sum) = (Share::new(&runtime, 1), Share::new(&runtime, 2), Share::new(&runtime, 0));
    /// let (left, right, total) = runtime.share_rw3(&a, &b, &sum);
    /// *total = *left + *right;
    /// assert_eq!(*sum.ro(&runtime), 3);
    /// ```
    pub fn share_rw3<'a, T, U, V>(
        &'a mut self,
        first: &'a Share<T>,
        second: &'a Share<U>,
        third: &'a Share<V>,
    ) -> (&'a mut T, &'a mut U, &'a mut V) {
        check_together(self.token(), [first.value.place(), second.value.place(), third.value.place()]);
        // SAFETY: as for two.
        unsafe {
            (&mut *first.value.value.get(), &mut *second.value.value.get(), &mut *third.value.value.get())
        }
    }
}

/// Refuses to change values at once of which one belongs to another runtime than the token, or two are the same.
fn check_together<const N: usize>(token: &Token, places: [Place<'_>; N]) {
    for (at, place) in places.iter().enumerate() {
        let same = places[..at].iter().any(|other| other.address == place.address);
        assert!(!same, "the same shared value was asked for twice: it can be borrowed once only");
        check(token, place.home);
    }
}

/// A value that is reached with a handler's `Cx` and leaves its `Core` usable. What `Share2` is made of.
pub(crate) struct BesideCore<T> {
    value: Rc<Owned<T>>,
}

/// As [`BesideCore`], but it does not keep the value alive.
pub(crate) struct BesideCoreWeak<T> {
    value: Weak<Owned<T>>,
}

impl<T> BesideCore<T> {
    pub(crate) fn new(home: &Deferrer, value: T) -> Self {
        BesideCore { value: Owned::new(home, value) }
    }

    /// The value, and the `Core` of the token. To be called with the token of a `Cx` only.
    #[inline]
    pub(crate) fn rw<'a>(&'a self, token: &'a mut Token) -> (&'a mut T, &'a mut Core) {
        self.value.check(token);
        // SAFETY: the handler's token is borrowed exclusively as long as the results live, and nothing that takes a `Core` reaches
        // the value.
        (unsafe { &mut *self.value.value.get() }, token.core_mut())
    }

    /// As [`BesideCore::rw`], for two values.
    pub(crate) fn rw2<'a, U>(
        &'a self,
        second: &'a BesideCore<U>,
        token: &'a mut Token,
    ) -> (&'a mut T, &'a mut U, &'a mut Core) {
        check_together(token, [self.value.place(), second.value.place()]);
        // SAFETY: as for one, and they are different values.
        unsafe { (&mut *self.value.value.get(), &mut *second.value.value.get(), token.core_mut()) }
    }

    /// As [`BesideCore::rw`], for three values.
    pub(crate) fn rw3<'a, U, V>(
        &'a self,
        second: &'a BesideCore<U>,
        third: &'a BesideCore<V>,
        token: &'a mut Token,
    ) -> (&'a mut T, &'a mut U, &'a mut V, &'a mut Core) {
        check_together(token, [self.value.place(), second.value.place(), third.value.place()]);
        // SAFETY: as for two.
        unsafe {
            (
                &mut *self.value.value.get(),
                &mut *second.value.value.get(),
                &mut *third.value.value.get(),
                token.core_mut(),
            )
        }
    }

    pub(crate) fn downgrade(&self) -> BesideCoreWeak<T> {
        BesideCoreWeak { value: Rc::downgrade(&self.value) }
    }

    pub(crate) fn counts(&self) -> (usize, usize) {
        (Rc::strong_count(&self.value), Rc::weak_count(&self.value))
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.value, &other.value)
    }
}

impl<T> BesideCoreWeak<T> {
    pub(crate) fn upgrade(&self) -> Option<BesideCore<T>> {
        Some(BesideCore { value: self.value.upgrade()? })
    }

    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.value.strong_count(), self.value.weak_count())
    }
}

impl<T> Clone for BesideCore<T> {
    fn clone(&self) -> Self {
        BesideCore { value: Rc::clone(&self.value) }
    }
}

impl<T> Clone for BesideCoreWeak<T> {
    fn clone(&self) -> Self {
        BesideCoreWeak { value: Weak::clone(&self.value) }
    }
}

impl<T> Clone for Share<T> {
    fn clone(&self) -> Self {
        Share { value: Rc::clone(&self.value) }
    }
}

impl<T> Clone for ShareWeak<T> {
    fn clone(&self) -> Self {
        ShareWeak { value: Weak::clone(&self.value) }
    }
}

impl<T> PartialEq for Share<T> {
    /// Identity: the same value, not an equal one.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.value, &other.value)
    }
}

impl<T> Eq for Share<T> {}

impl<T> fmt::Debug for Share<T> {
    /// Its type; the value can be reached with a context only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share<{}>", std::any::type_name::<T>())
    }
}

impl<T> fmt::Debug for ShareWeak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShareWeak<{}>", std::any::type_name::<T>())
    }
}
