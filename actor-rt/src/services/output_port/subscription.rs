//! One subscriber of a port: the values that wait for it beside its mailbox, and a call there for each of them.
//!
//! The values wait beside, since the oldest cannot be taken out of a lane. Each call delivers the oldest value that there is. A call that
//! is dropped instead of run (its mailbox is full, or drops what is old) takes a value along, or the calls and the values would not be the
//! same number any more.

use super::backlog::{Backlog, Overflow};
use crate::actor::mailbox::fail_soon;
use crate::engine::shared::Shared;
use crate::kernel::handle::AnyActor;
use crate::{Actor, Cx};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// What a subscriber says to a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Offered {
    Taken,
    /// It does not want it, or has no room.
    Passed,
    /// There is no subscriber any more.
    Ended,
}

/// A subscriber, whatever it is.
pub(super) trait Subscriber<T> {
    fn offer(&self, value: &T) -> Offered;

    /// Forgets what waits.
    fn forget(&self);
}

pub(super) struct Subscription<A: 'static, M, C, D> {
    actor: Actor<A>,
    backlog: Backlog,
    convert: C,
    deliver: Rc<D>,
    waiting: Rc<Waiting<M>>,
}

impl<A: 'static, M, C, D> Subscription<A, M, C, D> {
    pub(super) fn new(actor: Actor<A>, backlog: Backlog, convert: C, deliver: D) -> Self {
        assert!(backlog.capacity > 0, "a subscriber must have room for one value");
        let waiting = Rc::new(Waiting {
            values: RefCell::default(),
            lost: Cell::new(0),
            offered: Cell::new(None),
            calls: Cell::new(0),
        });
        Subscription { actor, backlog, convert, deliver: Rc::new(deliver), waiting }
    }
}

impl<A, M, T, C, D> Subscriber<T> for Subscription<A, M, C, D>
where
    A: 'static,
    M: 'static,
    C: Fn(&T) -> Option<M>,
    D: Fn(&mut A, &mut Cx<'_, A>, M, u64) + 'static,
{
    fn offer(&self, value: &T) -> Offered {
        let shared = Shared::of(self.actor.header());
        // One that was killed may come back, and its next incarnation is a subscriber, too.
        if self.actor.header().is_gone() {
            return Offered::Ended;
        }
        // Unless it comes to its end, it has lost one.
        let mut converted = Err(());
        shared.contain(|| converted = Ok((self.convert)(value)));
        let value = match converted {
            Ok(Some(value)) => value,
            Ok(None) => return Offered::Passed,
            Err(()) => {
                self.waiting.lose(1);
                return Offered::Passed;
            }
        };
        let waiting = &self.waiting;
        if waiting.values.borrow().len() >= self.backlog.capacity {
            let (lost, offered) = match self.backlog.overflow {
                // The call of the oldest delivers the next one.
                Overflow::DropOldest => (waiting.replace_oldest(value), Offered::Taken),
                Overflow::DropNewest => (Some(value), Offered::Passed),
                Overflow::Fail => {
                    let actor = AnyActor::from(&self.actor);
                    fail_soon(
                        shared,
                        &actor,
                        "too many values of a port wait for it, and it is to fail then",
                    );
                    (Some(value), Offered::Passed)
                }
            };
            if offered == Offered::Passed {
                waiting.lose(1);
            }
            shared.contain(|| drop(lost));
            return offered;
        }
        let delivery = Delivery::new(waiting, value);
        let deliver = Rc::clone(&self.deliver);
        // Refused or lost, it is dropped, and takes its value along.
        _ = self.actor.try_call(move |this: &mut A, cx: &mut Cx<'_, A>| {
            if let Some((value, lost)) = delivery.arrive() {
                deliver(this, cx, value, lost);
            }
        });
        if waiting.offered.take().is_some() { Offered::Taken } else { Offered::Passed }
    }

    fn forget(&self) {
        let forgotten = self.waiting.values.take();
        Shared::of(self.actor.header()).contain(|| drop(forgotten));
    }
}

/// The values that wait for a subscriber, each with the number of those that were lost before it.
struct Waiting<M> {
    values: RefCell<VecDeque<(M, u64)>>,
    /// Behind the last of them.
    lost: Cell<u64>,
    /// The call that is just being queued, as long as it is not dropped.
    offered: Cell<Option<u64>>,
    calls: Cell<u64>,
}

impl<M> Waiting<M> {
    fn lose(&self, values: u64) {
        self.lost.set(self.lost.get() + values);
    }

    fn push(&self, value: M) {
        self.values.borrow_mut().push_back((value, self.lost.take()));
    }

    fn replace_oldest(&self, value: M) -> Option<M> {
        self.push(value);
        self.lose_oldest()
    }

    fn lose_oldest(&self) -> Option<M> {
        let mut values = self.values.borrow_mut();
        let (value, before) = values.pop_front()?;
        match values.front_mut() {
            Some((_, lost)) => *lost += before + 1,
            None => self.lose(before + 1),
        }
        Some(value)
    }

    fn lose_newest(&self) -> Option<M> {
        let (value, before) = self.values.borrow_mut().pop_back()?;
        self.lose(before + 1);
        Some(value)
    }
}

/// The call that delivers a value.
struct Delivery<M> {
    waiting: Rc<Waiting<M>>,
    number: u64,
    has_arrived: bool,
}

impl<M> Delivery<M> {
    fn new(waiting: &Rc<Waiting<M>>, value: M) -> Self {
        let number = waiting.calls.get() + 1;
        waiting.calls.set(number);
        waiting.offered.set(Some(number));
        waiting.push(value);
        Delivery { waiting: Rc::clone(waiting), number, has_arrived: false }
    }

    /// The oldest value, and how many were lost before it. None if the subscription has ended.
    fn arrive(mut self) -> Option<(M, u64)> {
        self.has_arrived = true;
        self.waiting.values.borrow_mut().pop_front()
    }
}

impl<M> Drop for Delivery<M> {
    fn drop(&mut self) {
        if self.has_arrived {
            return;
        }
        let waiting = &*self.waiting;
        let is_new = waiting.offered.get() == Some(self.number);
        let lost = if is_new {
            waiting.offered.set(None);
            waiting.lose_newest()
        } else {
            waiting.lose_oldest()
        };
        drop(lost);
    }
}
