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
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::{Duration, Instant};
///
/// struct Egg;
///
/// impl Egg {
///     fn init(cx: CX![]) -> Option<Self> {
///         let this: Actor<Egg> = cx.this().clone();
///         assert!(!this.is_zombie());
///         cx.after(Duration::from_secs(180), move |_| call!([this], done())); // of `Core`
///         Some(Egg)
///     }
///     fn done(&mut self, cx: &mut Cx<'_, Self>) { // which is what `CX![]` stands for
///         cx.stop();
///     }
/// }
///
/// let start = Instant::now();
/// let mut runtime = Runtime::new(start);
/// let rt = &mut runtime;
/// let _egg = actor!(rt, Egg::init(), ret_shutdown!(rt));
/// rt.run(start, false);
/// rt.run(start + Duration::from_secs(180), false);
/// assert!(!rt.not_shutdown());
/// ```
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

    /// Whether it asked for its end in this turn.
    pub(crate) fn is_ending(&self) -> bool {
        self.end.is_some()
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
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Actor, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_prep(|_| Some(7));
    /// runtime.run(Instant::now(), false);
    /// let own: Option<Actor<u32>> = actor.query(&mut runtime, |_, cx| cx.this().clone());
    /// assert_eq!(own.as_ref(), Some(&*actor));
    /// ```
    #[inline]
    pub fn this(&self) -> &Actor<A> {
        &self.actor
    }

    /// The actor's log id; 0 if it has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{LogFilter, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.set_logger(LogFilter::new(), |_, _| ());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_prep(|cx| {
    ///     assert_eq!(cx.id(), 1);
    ///     Some(7)
    /// });
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(actor.id(), 1);
    /// ```
    pub fn id(&self) -> LogID {
        self.actor.access_log_id()
    }

    /// Ends the actor when this handler returns. The first of `stop` and the `fail…` methods in a handler counts.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause, actor_new, ret_shutdown};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// actor.call_prep(|cx| {
    ///     cx.stop();
    ///     cx.fail_str("too late: the first counts");
    ///     None
    /// });
    /// runtime.run(Instant::now(), false);
    /// assert!(actor.is_zombie() && matches!(runtime.shutdown_reason(), Some(StopCause::Stopped)));
    /// ```
    pub fn stop(&mut self) {
        self.end.get_or_insert(StopCause::Stopped);
    }

    /// Ends the actor with an error when this handler returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause, actor_new, ret_shutdown};
    /// use std::num::ParseIntError;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// actor.call_prep(|cx| "seven".parse().map_err(|error: ParseIntError| cx.fail(error)).ok());
    /// runtime.run(Instant::now(), false);
    /// let Some(StopCause::Failed(error)) = runtime.shutdown_reason() else { panic!("it failed") };
    /// assert!(error.is::<ParseIntError>());
    /// ```
    pub fn fail(&mut self, error: impl Error + 'static) {
        self.end.get_or_insert_with(|| StopCause::Failed(Box::new(error)));
    }

    /// Ends the actor with an error message when this handler returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_shutdown};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// actor.call_prep(|cx| {
    ///     cx.fail_str("no number");
    ///     None
    /// });
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.shutdown_reason().unwrap().to_string(), "Actor failed: no number");
    /// ```
    pub fn fail_str(&mut self, message: &'static str) {
        self.end.get_or_insert_with(|| StopCause::Failed(message.into()));
    }

    /// Ends the actor with an error message when this handler returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_shutdown};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// actor.call_prep(|cx| {
    ///     cx.fail_string(format!("{} is no number", "seven"));
    ///     None
    /// });
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.shutdown_reason().unwrap().to_string(), "Actor failed: seven is no number");
    /// ```
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
