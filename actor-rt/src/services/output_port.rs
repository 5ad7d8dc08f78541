//! `OutputPort`: an actor's values for whoever subscribes, each in a form of its own.

use crate::{Actor, Cx};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

/// Publishes values to actors that subscribe. Each subscriber says how it wants a value, or that it does not, and how many may wait for
/// it: a slow one loses its oldest ones and is told how many those were, and nobody waits for it.
///
/// A value is queued for the subscribers in the order in which they subscribed. Who has ended is forgotten.
///
/// As ractor's `OutputPort`.
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
    /// the actor, with the value and how many were lost before it. At most `capacity` values wait.
    ///
    /// # Panics
    /// If the capacity is 0.
    ///
    /// # Examples
    ///
    /// See [`OutputPort`].
    pub fn subscribe<A: 'static, M: 'static>(
        &mut self,
        actor: &Actor<A>,
        capacity: usize,
        convert: impl Fn(&T) -> Option<M> + 'static,
        deliver: impl Fn(&mut A, &mut Cx<'_, A>, M, u64) + 'static,
    ) -> SubscriptionId {
        assert!(capacity > 0, "a subscriber must have room for one value");
        self.next += 1;
        let id = SubscriptionId(self.next);
        let waiting = Rc::new(RefCell::new(Waiting { values: VecDeque::new(), lost: 0 }));
        let subscription =
            Subscription { actor: actor.clone(), capacity, convert, deliver: Rc::new(deliver), waiting };
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
            taken += usize::from(offered == Some(true));
            offered.is_some()
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

/// A subscriber, whatever it is.
trait Subscriber<T> {
    /// Offers a value: whether it was wanted. None if the subscriber has ended.
    fn offer(&self, value: &T) -> Option<bool>;

    /// Forgets what waits.
    fn forget(&self);
}

struct Subscription<A: 'static, M, C, D> {
    actor: Actor<A>,
    capacity: usize,
    convert: C,
    deliver: Rc<D>,
    waiting: Rc<RefCell<Waiting<M>>>,
}

/// The values that wait for a subscriber. There is one call under way for each.
struct Waiting<M> {
    values: VecDeque<M>,
    lost: u64,
}

impl<A, M, T, C, D> Subscriber<T> for Subscription<A, M, C, D>
where
    A: 'static,
    M: 'static,
    C: Fn(&T) -> Option<M>,
    D: Fn(&mut A, &mut Cx<'_, A>, M, u64) + 'static,
{
    fn offer(&self, value: &T) -> Option<bool> {
        if self.actor.is_zombie() {
            return None;
        }
        let Some(value) = (self.convert)(value) else { return Some(false) };
        let oldest = {
            let mut waiting = self.waiting.borrow_mut();
            let oldest =
                if waiting.values.len() == self.capacity { waiting.values.pop_front() } else { None };
            waiting.lost += u64::from(oldest.is_some());
            waiting.values.push_back(value);
            oldest
        };
        if oldest.is_some() {
            // Its call delivers the next one.
            return Some(true);
        }
        let (waiting, deliver) = (Rc::clone(&self.waiting), Rc::clone(&self.deliver));
        let queued = self.actor.try_call(move |this: &mut A, cx: &mut Cx<'_, A>| {
            let next = {
                let mut waiting = waiting.borrow_mut();
                waiting.values.pop_front().map(|value| (value, std::mem::take(&mut waiting.lost)))
            };
            if let Some((value, lost)) = next {
                deliver(this, cx, value, lost);
            }
        });
        if queued.is_ok() {
            return Some(true);
        }
        // Its mailbox has no room, whatever this port allows it.
        let newest = {
            let mut waiting = self.waiting.borrow_mut();
            waiting.lost += 1;
            waiting.values.pop_back()
        };
        drop(newest);
        Some(false)
    }

    fn forget(&self) {
        let forgotten = std::mem::take(&mut self.waiting.borrow_mut().values);
        drop(forgotten);
    }
}
