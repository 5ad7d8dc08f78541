//! Ports: each value that is published reaches a living subscriber once and in order, or is counted as lost.

use crate::node::Node;
use crate::shared::Shared;
use actor_rt::services::{Backlog, OutputPort, SubscriptionId};
use actor_rt::supervision::Status;
use actor_rt::{Actor, Core, Cx, Door};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What is published, and to whom.
#[derive(Default)]
pub struct Ports {
    port: RefCell<OutputPort<u32>>,
    subscriptions: RefCell<Vec<(SubscriptionId, Rc<Subscription>)>>,
    /// Not delivered of those that were unsubscribed.
    forgotten: Cell<u32>,
}

/// A subscription, as its subscriber knows it. Values are numbered from 1, those that it does not want set aside.
struct Subscription {
    actor: Actor<Node>,
    /// One in so many is not wanted.
    unwanted: u32,
    offered: Cell<u32>,
    delivered: Cell<u32>,
    lost: Cell<u32>,
    last: Cell<u32>,
    /// What was offered when nothing was on its way to anybody.
    settled: Cell<u32>,
    is_over: Cell<bool>,
}

impl Subscription {
    fn offers(&self, value: u32) -> Option<u32> {
        if value % self.unwanted == 0 {
            return None;
        }
        self.offered.set(self.offered.get() + 1);
        Some(self.offered.get())
    }

    fn delivers(&self, node: &mut Node, number: u32, told: u64) {
        let last = self.last.replace(number);
        self.delivered.set(self.delivered.get() + 1);
        self.lost.set(self.lost.get() + told as u32);
        let (offered, delivered, lost) = (self.offered.get(), self.delivered.get(), self.lost.get());
        let wrong = [
            (number <= last, "is there twice, or out of order"),
            (number != delivered + lost, "comes with a wrong count of those that are lost before it"),
            (number <= self.settled.get(), "stayed behind its call"),
            (self.is_over.get(), "comes to one that wants no more"),
        ];
        for (_, what) in wrong.iter().filter(|(is_wrong, _)| *is_wrong) {
            let text = format!(
                "value {number} of {offered} {what}: {delivered} came, {lost} are lost, the last was {last}"
            );
            node.shared.problem(text);
        }
        node.shared.count("port: delivered");
        if told > 0 {
            node.shared.count("port: told of a loss");
        }
        // Which may be another one, if its mailbox sends on what it has no room for.
        node.shared.handles(node.id, node.incarnation, "a published value");
    }

    /// What was offered, and is not there.
    fn missing(&self) -> u32 {
        self.offered.get() - self.delivered.get()
    }
}

impl Shared {
    /// An actor subscribes, or one wants no more.
    pub fn subscribes(self: &Rc<Self>, actor: &Actor<Node>) {
        let ports = &self.ports;
        let mut all = ports.subscriptions.borrow_mut();
        if self.random.one_in(4) && !all.is_empty() {
            let at = self.random.below(all.len() as u32) as usize;
            let (id, subscription) = all.swap_remove(at);
            ports.port.borrow_mut().unsubscribe(id);
            ports.forgotten.set(ports.forgotten.get() + subscription.missing());
            subscription.is_over.set(true);
            return self.count("port: unsubscribed");
        }
        let (capacity, unwanted) = (1 + self.random.below(3) as usize, 2 + self.random.below(3));
        let backlog =
            [Backlog::drop_oldest, Backlog::drop_newest, Backlog::fail][self.random.below(3) as usize];
        let zero = Cell::default;
        let subscription = Rc::new(Subscription {
            actor: actor.clone(),
            unwanted,
            offered: zero(),
            delivered: zero(),
            lost: zero(),
            last: zero(),
            settled: zero(),
            is_over: Cell::new(false),
        });
        let (offers, delivers) = (subscription.clone(), subscription.clone());
        let deliver = move |node: &mut Node, cx: &mut Cx<'_, Node>, number: u32, lost: u64| {
            delivers.delivers(node, number, lost);
            node.works(cx);
        };
        let id = ports.port.borrow_mut().subscribe(
            actor,
            backlog(capacity),
            move |value| offers.offers(*value),
            deliver,
        );
        all.push((id, subscription));
        self.count("port: subscribed");
    }

    /// How many of those that subscribe have not ended, without those that were killed and may come back, and with them.
    fn subscribers_left(&self, door: &Door) -> (usize, usize) {
        let all = self.ports.subscriptions.borrow();
        let may_be_left = |id| matches!(door.status(id), Ok(status) if status < Status::Stopped);
        let left = all.iter().filter(|(_, one)| !one.actor.is_zombie()).count();
        (left, all.iter().filter(|(_, one)| may_be_left(one.actor.actor_id())).count())
    }

    /// A few values are published.
    pub fn publishes(&self, core: &Core) {
        let Ports { port, subscriptions, .. } = &self.ports;
        for _ in 0..=self.random.below(3) {
            let offered =
                |all: &[(_, Rc<Subscription>)]| -> u32 { all.iter().map(|(_, one)| one.offered.get()).sum() };
            let (before, most) = (offered(&subscriptions.borrow()), self.subscribers_left(core.door()).1);
            let taken = port.borrow_mut().publish(&self.stamp());
            let all = subscriptions.borrow();
            let wanted = offered(&all) - before;
            if taken as u32 > wanted {
                self.problem(format!("{taken} took what {wanted} wanted"));
            }
            if (taken as u32) < wanted {
                self.count("port: there was no room");
            }
            if most < all.len() {
                self.count("port: a subscriber has ended");
            }
            let (subscribe, least) = (port.borrow().subscribers(), self.subscribers_left(core.door()).0);
            if !(least..=most).contains(&subscribe) {
                self.problem(format!("{subscribe} subscribe, of which {least} to {most} live"));
            }
        }
    }

    /// Nothing is left to do. If no message waits for anybody, no value is on its way.
    pub fn settles_ports(&self, core: &Core) {
        let all = self.ports.subscriptions.borrow();
        let waits = |id| Actor::<Node>::from_id(core, id).is_ok_and(|actor| actor.pending() > 0);
        if all.is_empty() || self.everybody().into_iter().any(waits) {
            return;
        }
        for (_, subscription) in all.iter() {
            subscription.settled.set(subscription.offered.get());
        }
    }

    /// How many values were offered, and not delivered. Of these the runtime may count the calls as lost.
    pub fn values_missing(&self) -> u32 {
        let all = self.ports.subscriptions.borrow();
        self.ports.forgotten.get() + all.iter().map(|(_, one)| one.missing()).sum::<u32>()
    }

    /// The end: nothing is published any more.
    pub fn closes_ports(&self) {
        self.ports.port.take();
        self.ports.subscriptions.take();
    }
}
