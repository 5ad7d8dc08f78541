//! `Retry`: sends that are tried again and again, until there is room or it is enough.

use crate::mailbox::Refused;
use crate::{Actor, Core, Cx, Ret, Runtime};
use std::time::Duration;

/// How often a send is tried, and how long it waits in between.
///
/// What is sent meanwhile may come before it: whoever wants an order [waits for room](Core::call_parked) instead.
///
/// As ODIN's `retry_send_msg`.
///
/// # Examples
///
/// ```
/// use actor_rt::mailbox::Refused;
/// use actor_rt::services::Retry;
/// use actor_rt::supervision::Spec;
/// use actor_rt::{Cx, Ret, Runtime};
/// use std::time::{Duration, Instant};
///
/// let start = Instant::now();
/// let mut runtime = Runtime::new(start);
/// let counter = Spec::new(|_| Some(0_u32)).capacity(1).start(&mut runtime).unwrap();
/// let count = |n: &mut u32, _: &mut Cx<'_, u32>| *n += 1;
/// counter.pause();
/// counter.call(count);
///
/// let thrice = Retry::new(3, Duration::from_secs(1));
/// let outcome = Ret::new(|sent| assert!(matches!(sent, Some(Ok(())))));
/// thrice.call(&mut runtime, &counter, count, outcome);
/// runtime.run(start + Duration::from_secs(1), false);
/// counter.resume();
/// runtime.run(start + Duration::from_secs(2), false);
/// assert_eq!(counter.query(&mut runtime, |n, _| *n), Some(2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    delay: Duration,
}

impl Retry {
    /// So many attempts, the first at once, with this time in between. At least one is made.
    ///
    /// # Examples
    ///
    /// See [`Retry`].
    pub const fn new(attempts: u32, delay: Duration) -> Self {
        Retry { attempts, delay }
    }

    /// Calls the actor as soon as an attempt finds room. The outcome is told once, in a turn of its own: the call comes back when there was no
    /// room at the last attempt, or the actor has ended.
    ///
    /// # Examples
    ///
    /// See [`Retry`].
    pub fn call<A, F>(self, core: &mut Core, actor: &Actor<A>, call: F, outcome: Ret<Result<(), Refused<F>>>)
    where
        A: ?Sized + 'static,
        F: FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
    {
        let again = match actor.try_call(call) {
            Err(Refused::Full(call)) if self.attempts > 1 => call,
            sent => return core.defer(move |_| outcome.ret(sent)),
        };
        let (next, actor) = (Retry { attempts: self.attempts - 1, ..self }, actor.clone());
        core.after(self.delay, move |runtime: &mut Runtime| next.call(runtime, &actor, again, outcome));
    }
}
