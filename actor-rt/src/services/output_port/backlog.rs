//! `Backlog`: how many values of a port may wait for one of its subscribers, and what becomes of one more.

/// How many values may wait for a subscriber of an [`OutputPort`](super::OutputPort), and what is lost if one more comes. A number alone
/// loses the oldest.
///
/// # Examples
///
/// ```
/// use actor_rt::Runtime;
/// use actor_rt::services::{Backlog, OutputPort};
/// use actor_rt::supervision::Spec;
/// use std::time::Instant;
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let mut port = OutputPort::new();
/// let backlogs = [Backlog::drop_oldest(2), Backlog::drop_newest(2)];
/// let lists = backlogs.map(|backlog| {
///     let list = Spec::new(|_| Some(Vec::new())).start(&mut runtime).unwrap();
///     port.subscribe(&list, backlog, |n: &u32| Some(*n), |list, _, n, lost| list.push((n, lost)));
///     list
/// });
/// for n in 1..=4 {
///     port.publish(&n);
/// }
/// runtime.run(now, false);
/// port.publish(&5);
/// runtime.run(now, false);
/// let got = lists.map(|list| list.query(&mut runtime, |list, _| list.clone()).unwrap());
/// assert_eq!(got, [vec![(3, 2), (4, 0), (5, 0)], vec![(1, 0), (2, 0), (5, 2)]]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    pub(super) capacity: usize,
    pub(super) overflow: Overflow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overflow {
    DropOldest,
    DropNewest,
    Fail,
}

impl Backlog {
    /// The oldest that waits is lost, and the new one waits.
    ///
    /// # Examples
    ///
    /// See [`Backlog`].
    pub const fn drop_oldest(capacity: usize) -> Self {
        Backlog { capacity, overflow: Overflow::DropOldest }
    }

    /// The new one is lost.
    ///
    /// # Examples
    ///
    /// See [`Backlog`].
    pub const fn drop_newest(capacity: usize) -> Self {
        Backlog { capacity, overflow: Overflow::DropNewest }
    }

    /// The new one is lost, and the subscriber fails, since it cannot keep up: for one that must not miss anything.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use actor_rt::services::{Backlog, OutputPort};
    /// use actor_rt::supervision::{Restart, Spec};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let ledger = Spec::new(|_| Some(0_u32)).restart(Restart::Temporary).start(&mut runtime).unwrap();
    /// let mut port = OutputPort::new();
    /// port.subscribe(&ledger, Backlog::fail(1), |n: &u32| Some(*n), |sum, _, n, _| *sum += n);
    /// assert_eq!([port.publish(&1), port.publish(&2)], [1, 0]);
    /// runtime.run(now, false);
    /// assert!(ledger.is_zombie());
    /// ```
    pub const fn fail(capacity: usize) -> Self {
        Backlog { capacity, overflow: Overflow::Fail }
    }
}

/// The oldest of 1,024 is lost.
impl Default for Backlog {
    fn default() -> Self {
        Backlog::drop_oldest(1024)
    }
}

impl From<usize> for Backlog {
    fn from(capacity: usize) -> Self {
        Backlog::drop_oldest(capacity)
    }
}
