//! `Ret`: a one-shot reply that is always answered, and `Fwd`: a reusable callback.
//!
//! The types only; how they reach actors is in the layer above.

use std::rc::Rc;

/// A one-shot reply. Calling [`ret`](Ret::ret) answers it; dropping it answers with `None`, so that the asker always hears
/// something. Neither `Clone` nor `Send`.
#[must_use = "dropping a Ret answers it with None"]
pub struct Ret<M: 'static> {
    answer: Option<Box<dyn FnOnce(Option<M>)>>,
}

impl<M: 'static> Ret<M> {
    /// A reply that runs `f` at once, wherever it is answered or dropped.
    pub fn new(f: impl FnOnce(Option<M>) + 'static) -> Self {
        Ret { answer: Some(Box::new(f)) }
    }

    /// A reply nobody waits for.
    pub fn nop() -> Self {
        Ret { answer: None }
    }

    /// Whether nobody waits for it.
    pub(crate) fn is_nop(&self) -> bool {
        self.answer.is_none()
    }

    /// Answers.
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
pub struct Fwd<M: 'static> {
    forward: Rc<dyn Fn(M)>,
}

impl<M: 'static> Fwd<M> {
    /// A callback that runs `f` at once.
    pub fn new(f: impl Fn(M) + 'static) -> Self {
        Fwd { forward: Rc::new(f) }
    }

    /// Calls it.
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
