//! `Cx`: what a running handler may do.

use crate::engine::log::LogID;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Deferrer, Token};
use crate::kernel::handle::{Actor, Lent};
use std::error::Error;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// The context of a handler of an actor of type `A`: its own handle, and through `Deref` everything of [`Core`].
///
/// It exists only as `&mut Cx` during a handler, for a lifetime that the handler cannot name: it can be neither kept nor
/// exchanged with the context of another runtime.
pub struct Cx<'rt, A: ?Sized + 'static> {
    token: Token,
    actor: Lent<'rt, A>,
    end: Option<StopCause>,
    invariant: PhantomData<fn(&'rt ()) -> &'rt ()>,
}

impl<'rt, A: ?Sized + 'static> Cx<'rt, A> {
    #[inline(always)]
    pub(super) fn new(actor: Lent<'rt, A>) -> Self {
        let token = Token::new(actor.header().block().cast());
        Cx { token, actor, end: None, invariant: PhantomData }
    }

    #[inline(always)]
    pub(super) fn into_end(self) -> Option<StopCause> {
        self.end
    }

    #[inline(always)]
    pub(super) fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }

    /// The actor's own handle.
    #[inline]
    pub fn this(&self) -> &Actor<A> {
        &self.actor
    }

    /// The actor's log id; 0 if it has none.
    pub fn id(&self) -> LogID {
        self.actor.access_log_id()
    }

    /// Ends the actor when this handler returns. The first of `stop` and the `fail…` methods in a handler counts.
    pub fn stop(&mut self) {
        self.end.get_or_insert(StopCause::Stopped);
    }

    /// Ends the actor with an error when this handler returns.
    pub fn fail(&mut self, error: impl Error + 'static) {
        self.end.get_or_insert_with(|| StopCause::Failed(Box::new(error)));
    }

    /// Ends the actor with an error message when this handler returns.
    pub fn fail_str(&mut self, message: &'static str) {
        self.end.get_or_insert_with(|| StopCause::Failed(message.into()));
    }

    /// Ends the actor with an error message when this handler returns.
    pub fn fail_string(&mut self, message: impl Into<String>) {
        self.end.get_or_insert_with(|| StopCause::Failed(message.into().into()));
    }

    #[doc(hidden)]
    pub fn access_actor(&self) -> &Actor<A> {
        &self.actor
    }

    #[doc(hidden)]
    pub fn access_core(&mut self) -> &mut Core {
        self
    }

    #[doc(hidden)]
    pub fn access_deferrer(&self) -> &Deferrer {
        self.token.shared().deferrer()
    }

    #[doc(hidden)]
    pub fn access_log_id(&self) -> LogID {
        self.actor.access_log_id()
    }
}

impl<A: ?Sized + 'static> Deref for Cx<'_, A> {
    type Target = Core;
    #[inline(always)]
    fn deref(&self) -> &Core {
        self.token.core()
    }
}

impl<A: ?Sized + 'static> DerefMut for Cx<'_, A> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Core {
        self.token.core_mut()
    }
}
