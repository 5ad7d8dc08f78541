//! `OutputPort`: an actor's values for whoever subscribes, each in a form of its own.

mod backlog;
mod subscription;

use crate::{Actor, Cx};
use std::fmt;
use subscription::{Offered, Subscriber, Subscription};

pub use backlog::Backlog;

/// Publishes values to actors that subscribe. Each subscriber says how it wants a value, or that it does not, and how many may wait for
/// it. Nobody waits for a slow one: it loses some, as its [`Backlog`] says, and is told how many those were with the next one it gets.
///
/// A value is queued for the subscribers in the order in which they subscribed. Who has ended is forgotten. When the port itself is
/// dropped, what it has published before is still delivered, and nothing comes after it.
///
/// As ractor's `OutputPort`, with an account of what is lost.
///
/// # Examples
///
/// ```
/// use actor_rt::Runtime;
/// use actor_rt::services::OutputPort;
/// use actor_rt::supervision::Spec;
/// use std::time::Instant;
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let log = Spec::new(|_| Some(Vec::new())).start(&mut runtime).unwrap();
///
/// let mut temperature = OutputPort::new();
/// // Of the even degrees, as text, at most two waiting.
/// let even = |degrees: &i32| (degrees % 2 == 0).then(|| format!("{degrees} degrees"));
/// temperature.subscribe(&log, 2, even, |log: &mut Vec<String>, _, line, lost| log.push(format!("{line}, {lost} lost")));
/// for degrees in 1..=8 {
///     temperature.publish(&degrees);
/// }
/// runtime.run(now, false);
/// let lines = log.query(&mut runtime, |log, _| log.clone()).unwrap();
/// assert_eq!(lines, ["6 degrees, 2 lost", "8 degrees, 0 lost"]);
/// ```
pub struct OutputPort<T: 'static> {
    subscribers: Vec<(SubscriptionId, Box<dyn Subscriber<T>>)>,
    next: u64,
}

/// A subscription's number, by which it is ended: [`OutputPort::unsubscribe`].
///
/// # Examples
///
/// See [`OutputPort::unsubscribe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionId(u64);

impl<T: 'static> OutputPort<T> {
    /// Without subscribers.
    ///
    /// # Examples
    ///
    /// See [`OutputPort`].
    pub fn new() -> Self {
        OutputPort { subscribers: Vec::new(), next: 0 }
    }

    /// Subscribes an actor to what is published from now on. `convert` is called in the turn of whoever publishes, `deliver` in a turn of
    /// the actor, with the value and how many were lost before it. So many values may wait as the backlog says, a number or a
    /// [`Backlog`]; the actor's mailbox may have its own opinion, and what that drops counts as lost, too.
    ///
    /// If `convert` panics, its subscriber loses the value, the others get theirs, and the panic is raised at the end of the step.
    ///
    /// # Panics
    /// If the backlog has no room for a single value.
    ///
    /// # Examples
    ///
    /// See [`OutputPort`].
    pub fn subscribe<A: 'static, M: 'static>(
        &mut self,
        actor: &Actor<A>,
        backlog: impl Into<Backlog>,
        convert: impl Fn(&T) -> Option<M> + 'static,
        deliver: impl Fn(&mut A, &mut Cx<'_, A>, M, u64) + 'static,
    ) -> SubscriptionId {
        self.next += 1;
        let id = SubscriptionId(self.next);
        let subscription = Subscription::new(actor.clone(), backlog.into(), convert, deliver);
        self.subscribers.push((id, Box::new(subscription)));
        id
    }

    /// Ends a subscription; what waits is not delivered any more. False if it is not known.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use actor_rt::services::{OutputPort, SubscriptionId};
    /// use actor_rt::supervision::Spec;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let sum = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let mut port = OutputPort::new();
    /// let subscription: SubscriptionId = port.subscribe(&sum, 8, |n: &u32| Some(*n), |sum, _, n, _| *sum += n);
    /// port.publish(&1);
    /// assert!(port.unsubscribe(subscription) && !port.unsubscribe(subscription));
    /// runtime.run(now, false);
    /// assert_eq!(sum.query(&mut runtime, |sum, _| *sum), Some(0));
    /// ```
    pub fn unsubscribe(&mut self, subscription: SubscriptionId) -> bool {
        let Some(place) = self.subscribers.iter().position(|(id, _)| *id == subscription) else {
            return false;
        };
        let (_, subscriber) = self.subscribers.remove(place);
        subscriber.forget();
        true
    }

    /// Queues a value for all who subscribed and want it. How many those were.
    ///
    /// # Examples
    ///
    /// See [`OutputPort`].
    pub fn publish(&mut self, value: &T) -> usize {
        let mut taken = 0;
        self.subscribers.retain(|(_, subscriber)| {
            let offered = subscriber.offer(value);
            taken += usize::from(offered == Offered::Taken);
            offered != Offered::Ended
        });
        taken
    }

    /// How many have subscribed and were alive when something was published last.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::OutputPort;
    ///
    /// assert_eq!(OutputPort::<u32>::new().subscribers(), 0);
    /// ```
    pub fn subscribers(&self) -> usize {
        self.subscribers.len()
    }
}

impl<T: 'static> Default for OutputPort<T> {
    fn default() -> Self {
        OutputPort::new()
    }
}

impl<T: 'static> fmt::Debug for OutputPort<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputPort").field("subscribers", &self.subscribers.len()).finish()
    }
}
