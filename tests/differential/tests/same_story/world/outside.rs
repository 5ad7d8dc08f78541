//! What comes from outside of the runtime: wakers and a channel.
//!
//! Stakker calls the handlers of wakers in the order of its slots, this runtime in the order of the wakes. So the host wakes in the order
//! in which the wakers were made, as long as that is the order of the slots; after the first drop one at a time.

use super::super::api::sync::{Channel, ChannelGuard};
use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use crate::program::{Script, WAKERS};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

pub(super) struct Outside {
    wakers: RefCell<[Option<Waker>; WAKERS]>,
    channel: RefCell<Option<(Channel<u32>, ChannelGuard)>>,
    /// When each was made.
    made: [Cell<u32>; WAKERS],
    /// Which were woken, or dropped, since the last poll.
    pending: RefCell<Vec<usize>>,
    /// One was dropped, and its slot may be another one's now.
    dropped: Cell<bool>,
    /// What was sent and has not arrived.
    sent: RefCell<Vec<u32>>,
    /// How much has arrived since the host began to send.
    arrived: Cell<u32>,
}

impl Outside {
    pub(super) fn new(core: &mut Core, world: Weak<World>) -> Self {
        let arrives = Fwd::new(move |got| {
            if let Some(world) = world.upgrade() {
                world.arrives(got);
            }
        });
        Outside {
            wakers: RefCell::default(),
            channel: RefCell::new(Some(item!(Channel::new(core, arrives)))),
            made: Default::default(),
            pending: RefCell::default(),
            dropped: Cell::new(false),
            sent: RefCell::default(),
            arrived: Cell::new(0),
        }
    }
}

impl World {
    /// A poll is over.
    pub(super) fn polled(&self) {
        self.outside.pending.borrow_mut().clear();
    }

    /// Whether the host may wake one now. What is woken inside of a run Stakker tells at the next poll; of ours, what an idle item wakes is
    /// told in the same run.
    fn may_wake(&self, at: usize) -> bool {
        let outside = &self.outside;
        let before =
            |other: &usize| !outside.dropped.get() && outside.made[*other].get() < outside.made[at].get();
        !self.running.get() && outside.pending.borrow().iter().all(|other| *other == at || before(other))
    }

    fn woken(&self, at: usize) {
        let mut pending = self.outside.pending.borrow_mut();
        if !pending.contains(&at) {
            pending.push(at);
        }
    }

    pub(super) fn wake(&self, at: usize) {
        let wakers = self.outside.wakers.borrow();
        let Some(waker) = &wakers[at] else { return };
        if self.may_wake(at) {
            item!(Waker::wake(waker));
            self.woken(at);
            self.watch.wakes[at].set(self.watch.wakes[at].get() + 1);
        }
    }

    pub(super) fn drop_waker(&self, at: usize) {
        if self.outside.pending.borrow().iter().any(|other| *other != at) || self.running.get() {
            return;
        }
        let waker = self.outside.wakers.borrow_mut()[at].take();
        if waker.is_some() {
            self.woken(at);
            self.outside.dropped.set(true);
        }
        form!(drop(waker));
    }

    pub(super) fn make_waker(self: &Rc<Self>, place: &mut Place<'_, '_>, at: usize, script: &Rc<Script>) {
        let token = self.token(script);
        // The slot of one whose end is not told yet is still its own.
        if self.outside.wakers.borrow()[at].is_some() || self.outside.pending.borrow().contains(&at) {
            return;
        }
        let Some(core) = place.core() else { return };
        let world = self.clone();
        let handler = move |stakker: &mut Stakker, deleted: bool| {
            world.note(format!("waker {}, deleted: {deleted}", token.script.number));
            match (deleted, world.watch.wakes[at].replace(0)) {
                (false, 2..) => world.rule("F1"),
                (true, 1..) => world.rule("F3"),
                _ => {}
            }
            let script = token.script.clone();
            if !deleted {
                let before = world.begins(&token.facts, stakker, 0);
                world.all(&script.body, &mut Place::Host(stakker));
                world.ends(before);
            }
        };
        let waker = item!(Core::waker(core, handler));
        self.outside.made[at].set(self.watch.tick() as u32);
        self.outside.wakers.borrow_mut()[at] = Some(waker);
    }

    /// Sends on the channel, several times in a row, while nothing else waits; with 0 it is closed with a value in it. Of ours a value that
    /// was sent is queued behind what waits.
    pub(super) fn channel(&self, s: &mut Stakker, what: u8, number: u32) {
        self.run(s, self.now(), false);
        self.outside.arrived.set(0);
        let closes = what == 0;
        if let Some((channel, _)) = &*self.outside.channel.borrow() {
            // Clones are one channel.
            let channel = item!(Channel::clone(channel));
            for value in number..=number + u32::from(what) {
                let sent = item!(Channel::send(&channel, value));
                self.note(format!("sent {value}: {sent}"));
                self.outside.sent.borrow_mut().push(value);
            }
        }
        if closes {
            if let Some((channel, guard)) = self.outside.channel.take() {
                form!(drop(guard));
                self.outside.dropped.set(true);
                self.outside.sent.take();
                let (closed, sent) =
                    (item!(Channel::is_closed(&channel)), item!(Channel::send(&channel, number)));
                self.note(format!("channel closed {closed}, sent {sent}"));
                if closed && !sent {
                    self.rule("F8/closed");
                }
            }
        }
        self.run(s, self.now(), false);
    }

    fn arrives(&self, got: u32) {
        self.note(format!("channel: {got}"));
        let mut sent = self.outside.sent.borrow_mut();
        assert!(!sent.is_empty() && sent.remove(0) == got, "{got} came out of its order");
        self.outside.arrived.set(self.outside.arrived.get() + 1);
        if self.outside.arrived.get() > 1 {
            self.rule("F8/in order");
        }
    }
}
