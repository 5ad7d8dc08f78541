//! The byte budget: how much memory the queues of a runtime take, and who is told when that is too much.
//!
//! Lanes take their memory by segments, and those are counted where they are taken and given back: a message pays nothing. A packet that owns
//! its bytes outside of a lane is counted by itself. Whether a mark was passed is looked at when a lane has grown, when such a packet was
//! posted, and after each chunk of a step.

use super::id::ActorId;
use super::mode::BUDGETED;
use super::post::{self, LaneName};
use super::ret::Fwd;
use super::shared::Shared;
use super::token::{Core, Door, Runtime};
use std::rc::Rc;

/// How many of the busiest actors are named.
const NAMED: usize = 4;

/// How much memory the queues may take before somebody is told: [`Core::set_byte_budget`].
///
/// # Examples
///
/// See [`Core::set_byte_budget`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ByteBudget {
    /// More than this is too much.
    pub high: usize,
    /// At this, or less, it is enough again.
    pub low: usize,
}

impl ByteBudget {
    /// Between the two marks nothing is told: so that it is not told again and again.
    ///
    /// # Panics
    /// If `low` is not below `high`.
    ///
    /// # Examples
    ///
    /// See [`Core::set_byte_budget`].
    pub const fn new(low: usize, high: usize) -> Self {
        assert!(low < high, "the low mark must be below the high one");
        ByteBudget { high, low }
    }
}

/// The queues have passed a mark of their byte budget.
///
/// # Examples
///
/// See [`Core::set_byte_budget`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Water {
    /// They take more than the high mark.
    High {
        /// What they take, in bytes.
        bytes: usize,
        /// The actors for which the most messages wait, with their numbers, the worst first; four at the most.
        busiest: Vec<(ActorId, u32)>,
    },
    /// They take no more than the low mark, after they took too much.
    Low {
        /// What they take, in bytes.
        bytes: usize,
    },
}

/// A budget that is watched.
pub(crate) struct Watch {
    budget: ByteBudget,
    tell: Fwd<Water>,
    is_high: bool,
    /// Gone when the watch is replaced: then news that is on its way is told to nobody.
    life: Rc<()>,
}

impl Core {
    /// Tells when the queues of this runtime take too much memory, and when that is over: to shed load, or to stop reading from where the
    /// messages come. Nothing is refused by it; for that there are [bounds](crate::mailbox). `None` ends it, and from then on nothing is told.
    ///
    /// It counts the memory of the queues, by segments of up to 16 KiB of which each queue that was ever used keeps one, and the bytes that
    /// [packets](crate::Body) own or that were copied for them. What a call keeps elsewhere by itself (in a box, a vector; a call of more than
    /// 2 KiB lies in a box itself) cannot be known, and counts with its pointer. So let the low mark be well above what empty queues keep:
    /// 128 KiB are.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::{ByteBudget, Water};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::time::Instant;
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let told = Rc::new(RefCell::new(Vec::new()));
    /// let tells = told.clone();
    /// let tell = Fwd::new(move |water: Water| tells.borrow_mut().push(water));
    /// runtime.set_byte_budget(Some((ByteBudget::new(100_000, 1_000_000), tell)));
    ///
    /// let slow = Spec::new(|_| Some(0_usize)).start(&mut runtime).unwrap();
    /// for _ in 0..20_000 {
    ///     let line = [0_u8; 64];
    ///     slow.call(move |bytes, _| *bytes += line.len());
    /// }
    /// assert!(runtime.pending().bytes > 1_000_000);
    /// runtime.run(now, false);
    /// let told = told.take();
    /// assert!(matches!(&told[0], Water::High { busiest, .. } if busiest[0].0 == slow.actor_id()));
    /// assert!(matches!(told[1], Water::Low { bytes } if bytes <= 100_000));
    /// ```
    pub fn set_byte_budget(&mut self, watch: Option<(ByteBudget, Fwd<Water>)>) {
        self.door().set_byte_budget(watch);
    }
}

impl Door {
    /// Tells when the queues take too much memory: as [`Core::set_byte_budget`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::ByteBudget;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let told = Rc::new(Cell::new(0));
    /// let counts = told.clone();
    /// let tell = Fwd::new(move |_| counts.set(counts.get() + 1));
    /// runtime.door().set_byte_budget(Some((ByteBudget::new(100_000, 200_000), tell)));
    /// for _ in 0..10_000 {
    ///     runtime.defer(|_| ());
    /// }
    /// runtime.run(now, false);
    /// assert_eq!(told.get(), 2);
    /// ```
    pub fn set_byte_budget(&self, watch: Option<(ByteBudget, Fwd<Water>)>) {
        let shared = self.shared();
        shared.number_call();
        if watch.is_some() {
            shared.mode.set(BUDGETED);
        } else {
            shared.mode.clear(BUDGETED);
        }
        let new = watch.map(|(budget, tell)| Watch { budget, tell, is_high: false, life: Rc::default() });
        let former = shared.byte_budget.with(|slot| std::mem::replace(slot, new));
        shared.contain(|| drop(former));
        shared.look_at_water();
    }
}

impl Shared {
    /// Tells soon if a mark was passed. True if so.
    #[cold]
    pub(crate) fn look_at_water(&self) -> bool {
        let bytes = self.pool.in_use();
        let passed = self.byte_budget.with(|slot| {
            let watch = slot.as_mut()?;
            let is_high = if watch.is_high { bytes > watch.budget.low } else { bytes > watch.budget.high };
            let passed = is_high != std::mem::replace(&mut watch.is_high, is_high);
            passed.then(|| (is_high, watch.tell.clone(), Rc::downgrade(&watch.life)))
        });
        let Some((is_high, tell, life)) = passed else { return false };
        let water =
            if is_high { Water::High { bytes, busiest: self.busiest() } } else { Water::Low { bytes } };
        post::job(self, LaneName::Urgent, move |_: &mut Runtime| {
            if life.strong_count() > 0 {
                tell.fwd(water);
            }
        });
        true
    }

    /// For whom the most messages wait.
    fn busiest(&self) -> Vec<(ActorId, u32)> {
        let ids = self.directory.with(|directory| directory.youngest_first());
        let pending =
            ids.into_iter().rev().filter_map(|id| Some((ActorId(id), self.find(id)?.header().pending())));
        let mut busiest: Vec<(ActorId, u32)> = pending.filter(|(_, waiting)| *waiting > 0).collect();
        busiest.sort_by_key(|(_, waiting)| std::cmp::Reverse(*waiting));
        busiest.truncate(NAMED);
        busiest
    }
}
