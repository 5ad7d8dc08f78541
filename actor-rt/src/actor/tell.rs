//! Messages as values: an actor says by its type which ones it takes.

use super::call::Call;
use super::context::Cx;
use crate::engine::post;
use crate::engine::ret::Fwd;
use crate::kernel::handle::Actor;

/// That an actor takes messages of this type. With an enum it takes a closed set of them, and the compiler sees to it that each is
/// handled: [`messages!`](crate::messages) writes both.
///
/// Calls of methods ([`call!`](crate::call)) and messages as values go side by side, in one order.
///
/// # Examples
///
/// ```
/// use actor_rt::typed::Handle;
/// use actor_rt::{Cx, Runtime, supervision::Spec};
/// use std::time::Instant;
///
/// enum Order {
///     Add(u32),
///     Clear,
/// }
///
/// struct Sum(u32);
///
/// impl Handle<Order> for Sum {
///     fn handle(&mut self, _: &mut Cx<'_, Self>, order: Order) {
///         match order {
///             Order::Add(number) => self.0 += number,
///             Order::Clear => self.0 = 0,
///         }
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let sum = Spec::new(|_| Some(Sum(0))).start(&mut runtime).unwrap();
/// for order in [Order::Add(5), Order::Clear, Order::Add(7)] {
///     sum.tell(order);
/// }
/// runtime.run(now, false);
/// assert_eq!(sum.query(&mut runtime, |sum, _| sum.0), Some(7));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not take messages of type `{M}`",
    label = "does not handle `{M}`",
    note = "implement `Handle<{M}>` for `{Self}`, or name the message in its `messages!`"
)]
pub trait Handle<M>: Sized + 'static {
    /// Handles a message, in a turn of its own.
    fn handle(&mut self, cx: &mut Cx<'_, Self>, message: M);
}

impl<A: 'static> Actor<A> {
    /// Queues a message for the actor, as a call is.
    ///
    /// # Examples
    ///
    /// See [`Handle`].
    #[inline(always)]
    pub fn tell<M: 'static>(&self, message: M)
    where
        A: Handle<M>,
    {
        post::call(self, Call::new(move |this: &mut A, cx: &mut Cx<'_, A>| this.handle(cx, message)));
    }

    /// The actor as whoever takes messages of one type: a callback that tells it, and says nothing else of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::typed::Handle;
    /// use actor_rt::{Cx, Fwd, Runtime, supervision::Spec};
    /// use std::time::Instant;
    ///
    /// struct Sum(u32);
    ///
    /// impl Handle<u32> for Sum {
    ///     fn handle(&mut self, _: &mut Cx<'_, Self>, number: u32) {
    ///         self.0 += number;
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let sum = Spec::new(|_| Some(Sum(0))).start(&mut runtime).unwrap();
    /// let receiver: Fwd<u32> = sum.receiver();
    /// receiver.fwd(7);
    /// runtime.run(now, false);
    /// assert_eq!(sum.query(&mut runtime, |sum, _| sum.0), Some(7));
    /// ```
    pub fn receiver<M: 'static>(&self) -> Fwd<M>
    where
        A: Handle<M>,
    {
        let actor = self.clone();
        Fwd::new(move |message| {
            post::forward(
                &actor,
                Call::new(move |this: &mut A, cx: &mut Cx<'_, A>| this.handle(cx, message)),
            );
        })
    }
}
