//! `Ret`: a one-shot reply that is always answered, and `Fwd`: a reusable callback.
//!
//! The types only; how they reach actors is in the layer above.

use std::rc::Rc;

/// A one-shot reply. Calling [`ret`](Ret::ret) answers it; dropping it answers with `None`, so that the asker always hears
/// something. Neither `Clone` nor `Send`.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::{cell::RefCell, rc::Rc, time::Instant};
///
/// struct Square;
///
/// impl Square {
///     fn init(_: CX![]) -> Option<Self> {
///         Some(Square)
///     }
///     fn square(&mut self, _: CX![], number: u32, reply: Ret<u32>) {
///         if let Some(square) = number.checked_mul(number) {
///             ret!([reply], square);
///         }
///         // Otherwise it is dropped here.
///     }
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// let rt = &mut runtime;
/// let square = actor!(rt, Square::init(), ret_nop!());
/// let answers = Rc::new(RefCell::new(Vec::new()));
/// for number in [3, u32::MAX] {
///     let heard = answers.clone();
///     call!([square], square(number, ret_do!(move |answer| heard.borrow_mut().push(answer))));
/// }
/// rt.run(Instant::now(), false);
/// assert_eq!(*answers.borrow(), [Some(9), None]);
/// ```
#[must_use = "dropping a Ret answers it with None"]
pub struct Ret<M: 'static> {
    answer: Option<Box<dyn FnOnce(Option<M>)>>,
}

impl<M: 'static> Ret<M> {
    /// A reply that runs `f` at once, wherever it is answered or dropped. So a panic of `f` is one of that handler, and fails its actor;
    /// where no handler runs, [`run`](crate::Runtime::run) or [`step`](crate::Runtime::step) raises it at its end.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Ret;
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let answer = Rc::new(Cell::new(0));
    /// let heard = answer.clone();
    /// let ret = Ret::new(move |number: Option<u32>| heard.set(number.unwrap_or(99)));
    /// ret.ret(7);
    /// assert_eq!(answer.get(), 7);
    /// ```
    pub fn new(f: impl FnOnce(Option<M>) + 'static) -> Self {
        Ret { answer: Some(Box::new(f)) }
    }

    /// A reply nobody waits for.
    ///
    /// # Examples
    ///
    /// ```
    /// let ret = actor_rt::Ret::<u32>::nop();
    /// ret.ret(7);
    /// ```
    pub fn nop() -> Self {
        Ret { answer: None }
    }

    /// Whether nobody waits for it.
    pub(crate) fn is_nop(&self) -> bool {
        self.answer.is_none()
    }

    /// Answers.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Ret;
    ///
    /// let ret = Ret::new(|text: Option<&str>| assert_eq!(text, Some("yes")));
    /// ret.ret("yes");
    /// ```
    #[inline]
    pub fn ret(mut self, message: M) {
        if let Some(answer) = self.answer.take() {
            answer(Some(message));
        }
    }
}

impl<M: 'static> Drop for Ret<M> {
    #[inline]
    fn drop(&mut self) {
        if let Some(answer) = self.answer.take() {
            answer(None);
        }
    }
}

impl<M: 'static> std::fmt::Debug for Ret<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ret").finish_non_exhaustive()
    }
}

/// A callback that may be called any number of times. `Clone`, not `Send`; holds no owner of its target.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Sum(u32);
///
/// impl Sum {
///     fn init(_: CX![]) -> Option<Self> {
///         Some(Sum(0))
///     }
///     fn add(&mut self, _: CX![], amount: u32) {
///         self.0 += amount;
///     }
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// let rt = &mut runtime;
/// let sum = actor!(rt, Sum::init(), ret_nop!());
/// let add: Fwd<u32> = fwd_to!([sum], add() as (u32));
/// for amount in 1..=3 {
///     fwd!([add], amount);
/// }
/// rt.run(Instant::now(), false);
/// assert_eq!(sum.query(rt, |sum, _| sum.0), Some(6));
/// ```
pub struct Fwd<M: 'static> {
    forward: Rc<dyn Fn(M)>,
}

impl<M: 'static> Fwd<M> {
    /// A callback that runs `f` at once. Its panic is that of whoever calls it.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Fwd;
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let sum = Rc::new(Cell::new(0));
    /// let total = sum.clone();
    /// let add = Fwd::new(move |amount: u32| total.set(total.get() + amount));
    /// let same = add.clone();
    /// add.fwd(3);
    /// same.fwd(4);
    /// assert_eq!((sum.get(), add == same), (7, true));
    /// ```
    pub fn new(f: impl Fn(M) + 'static) -> Self {
        Fwd { forward: Rc::new(f) }
    }

    /// Calls it.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Fwd;
    ///
    /// let check = Fwd::new(|number: u32| assert!(number < 10));
    /// check.fwd(1);
    /// check.fwd(2);
    /// ```
    #[inline]
    pub fn fwd(&self, message: M) {
        (self.forward)(message);
    }
}

impl<M: 'static> Clone for Fwd<M> {
    fn clone(&self) -> Self {
        Fwd { forward: Rc::clone(&self.forward) }
    }
}

impl<M: 'static> PartialEq for Fwd<M> {
    /// Identity: the same callback, not an equal one.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.forward, &other.forward)
    }
}

impl<M: 'static> Eq for Fwd<M> {}

impl<M: 'static> std::fmt::Debug for Fwd<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fwd").finish_non_exhaustive()
    }
}
