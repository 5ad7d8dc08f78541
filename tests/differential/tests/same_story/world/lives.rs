//! What became of each actor, and the rules of its life that show in it.
//!
//! Only those ends are heard of at once whose notifier is a closure that runs where it is called; rules about the order of an end are
//! counted for these.

use super::super::api::*;
use super::World;
use super::toy::Toy;
use super::watch::{Cause, Facts, Tick};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// What is known of an actor.
struct Life {
    handle: Actor<Toy>,
    was_ready: bool,
    ready: bool,
    ended: Option<Tick>,
    told: u32,
    /// When its last owner went, if nobody had asked for its end otherwise.
    owner_went: Option<Tick>,
    /// The handler in which it asked for its own end.
    stopped_in: Option<Tick>,
    /// It was made by an initialiser that had asked for its end.
    condemned: bool,
    /// A `kill!` is queued, which keeps an owner.
    kill_queued: bool,
    /// Whose value owned it when that value was dropped.
    orphan_of: Option<LogID>,
    /// The parent that fails when this one does.
    fails_through_to: Option<LogID>,
    in_slab: bool,
    /// A call that waited for its value was dropped, and its reply answered.
    waiting_answered: bool,
    /// It was to fail with a child, which did not fail.
    spared: Option<Tick>,
}

#[derive(Default)]
pub(super) struct Lives {
    lives: RefCell<BTreeMap<LogID, Life>>,
    /// The numbers under which the end of an actor is told.
    notifiers: RefCell<BTreeMap<u32, LogID>>,
    last_id: Cell<LogID>,
}

impl Lives {
    pub(super) fn forget(&self) {
        let lives = self.lives.take();
        drop(lives);
    }
}

impl World {
    fn life<T>(&self, id: LogID, f: impl FnOnce(&mut Life) -> T) -> Option<T> {
        self.watch.lives.lives.borrow_mut().get_mut(&id).map(f)
    }

    /// An id was given to an actor or a span.
    pub(super) fn id_given(&self, id: LogID) {
        if id == self.watch.lives.last_id.replace(id) + 1 {
            self.rule("G1");
        }
    }

    pub(super) fn born(&self, handle: &Actor<Toy>, notifier: u32) {
        self.id_given(handle.id());
        self.watch.lives.notifiers.borrow_mut().insert(notifier, handle.id());
        let life = Life {
            handle: handle.clone(),
            was_ready: false,
            ready: false,
            ended: None,
            told: 0,
            owner_went: None,
            stopped_in: None,
            condemned: false,
            kill_queued: false,
            orphan_of: None,
            fails_through_to: None,
            in_slab: false,
            waiting_answered: false,
            spared: None,
        };
        self.watch.lives.lives.borrow_mut().insert(handle.id(), life);
    }

    /// An actor is born in the slab of its parent's value.
    pub(super) fn born_in_slab(&self, handle: &Actor<Toy>, notifier: u32) {
        self.born(handle, notifier);
        self.life(handle.id(), |life| life.in_slab = true);
    }

    /// The actor of a slab whose end is told under a number.
    pub(super) fn slab_child(&self, notifier: u32) -> Option<LogID> {
        let id = self.watch.lives.notifiers.borrow().get(&notifier).copied()?;
        self.life(id, |life| life.in_slab)?.then_some(id)
    }

    pub(super) fn fails_through(&self, id: LogID, parent: LogID) {
        self.life(id, |life| life.fails_through_to = Some(parent));
    }

    /// An initialiser returns a value. Whether the actor gets it is another question.
    pub(super) fn value_made(&self, id: LogID, facts: Option<&Facts>) {
        let now = self.watch.current.get().map(|cause| cause.began);
        let condemned = self.life(id, |life| {
            life.condemned = life.stopped_in.is_some() && life.stopped_in == now;
            life.ready = !life.condemned;
            life.was_ready |= life.ready;
            life.condemned
        });
        if condemned == Some(false) {
            self.made_ready(id, facts);
        }
    }

    /// An actor asks for its own end.
    pub(super) fn asks_for_its_end(&self, id: LogID) {
        let now = self.watch.current.get().map(|cause| cause.began);
        self.life(id, |life| {
            if life.stopped_in.is_none() {
                life.stopped_in = now;
            }
        });
    }

    /// The value of an actor is dropped, with these children.
    pub(super) fn value_drops(&self, id: LogID, children: &[LogID]) {
        let tick = self.watch.tick();
        let (mut parents_told, mut after_its_end) = (false, false);
        let parent = self.life(id, |life| {
            life.ready = false;
            life.ended.get_or_insert(tick);
            after_its_end = life.condemned && life.told > 0;
            life.orphan_of
        });
        if let Some(Some(parent)) = parent {
            self.life(parent, |parent| parents_told = parent.told > 0);
        }
        if after_its_end {
            self.rule("C4");
        }
        if parents_told {
            self.rule("C7");
        }
        for child in children {
            self.life(*child, |child| {
                if child.ended.is_none() {
                    child.orphan_of = Some(id);
                }
            });
        }
    }

    /// While a value's destructor posts.
    pub(super) fn destructor_begins(&self, id: LogID) -> Option<Cause> {
        let cause = Cause { began: self.watch.tick(), lane: None, actor: id, destructor: true };
        self.watch.current.replace(Some(cause))
    }

    /// The end of an actor is told, if that is what the number stands for.
    pub(super) fn told(&self, number: u32) {
        let Some(id) = self.watch.lives.notifiers.borrow().get(&number).copied() else { return };
        let tick = self.watch.tick();
        let mut waiting_first = false;
        let in_order = self.life(id, |life| {
            life.told += 1;
            waiting_first = life.waiting_answered && !life.was_ready;
            assert!(life.told == 1, "the end of actor {id} was told twice");
            let value_went = !life.ready && life.ended.is_some_and(|ended| ended < tick);
            life.ended.get_or_insert(tick);
            value_went && life.handle.is_zombie()
        });
        if in_order == Some(true) {
            self.rule("C6");
        }
        if waiting_first {
            self.rule("C12/waiting");
        }
    }

    /// A call that waits for an actor's value is dropped, and its reply answered with nothing.
    pub(super) fn answered_while_waiting(&self, id: LogID) {
        self.life(id, |life| life.waiting_answered = !life.ready && life.told == 0);
    }

    pub(super) fn is_ready(&self, id: LogID) -> bool {
        self.life(id, |life| life.ready).unwrap_or(false)
    }

    pub(super) fn has_ended(&self, id: LogID) -> bool {
        self.life(id, |life| life.ended.is_some()).unwrap_or(false)
    }

    /// Whether an actor has ended since it asked for that in a certain handler.
    pub(super) fn ended_by_itself_in(&self, id: LogID, handler: Tick) -> bool {
        self.life(id, |life| life.ended.is_some() && life.stopped_in == Some(handler)).unwrap_or(false)
    }

    /// Whether a message was posted before the last owner of its actor went, and is handled after.
    pub(super) fn outlives_its_owner(&self, facts: &Facts) -> bool {
        self.life(facts.target, |life| {
            life.owner_went.is_some_and(|went| facts.posted < went) && !life.kill_queued
        })
        .unwrap_or(false)
    }

    /// An owner has just gone; the last one that the world had?
    pub(super) fn owner_goes(&self, id: LogID, last: bool) {
        let tick = self.watch.tick();
        let told_again = self.life(id, |life| {
            if last && life.ended.is_none() && !life.handle.is_zombie() {
                life.owner_went.get_or_insert(tick);
            }
            last && life.told == 1
        });
        let in_its_own_handler = self.watch.current.get().is_some_and(|cause| cause.actor == id);
        if last && in_its_own_handler && self.is_ready(id) {
            self.rule("C9/own handler");
        }
        if told_again == Some(true) {
            self.rule("C8");
        }
    }

    pub(super) fn kill_is_queued(&self, id: LogID) {
        let later = self.life(id, |life| {
            life.kill_queued = true;
            life.ready && !life.handle.is_zombie()
        });
        if later == Some(true) {
            self.rule("C10/queued");
        }
    }

    /// What is to hold after a kill that is at once: a function, to be called behind it.
    pub(super) fn killing(&self, id: LogID) -> impl FnOnce(&World) + use<> {
        let (ready, told) = self.life(id, |life| (life.ready, life.told)).unwrap_or_default();
        move |world| {
            let (gone, told_now) = world
                .life(id, |life| (life.ended.is_some() && life.handle.is_zombie(), life.told))
                .unwrap_or_default();
            if ready && gone {
                world.rule("C10/at once");
            }
            if told == 1 && told_now == 1 {
                world.rule("C8");
            }
        }
    }

    /// A handle is looked at.
    pub(super) fn looked_at(&self, id: LogID, is_zombie: bool) {
        let whole_life = self.life(id, |life| life.was_ready && life.ended.is_some() && is_zombie);
        if whole_life == Some(true) {
            self.rule("C1");
        }
    }

    /// A query was answered, or not.
    pub(super) fn queried(&self, id: LogID, answered: bool) {
        if self.life(id, |life| life.ready) == Some(answered) {
            self.rule(if answered { "C14/ready" } else { "C14/not ready" });
        }
    }

    /// The log tells of an end, and why.
    pub(super) fn closed(&self, id: LogID, text: &str, failed: bool) {
        let by_a_reply = ["by a reply", "by reply", "a child's", "the failure of"];
        if by_a_reply.iter().any(|start| text.starts_with(start)) {
            self.rule("C16/failed");
        }
        if let Some(Some(parent)) = self.life(id, |life| life.fails_through_to) {
            if !failed {
                let tick = self.watch.tick();
                self.life(parent, |parent| parent.spared = parent.ready.then_some(tick));
            }
        }
    }

    /// An actor handles a message.
    pub(super) fn lives_on(&self, id: LogID, facts: &Facts) {
        let later = |life: &mut Life| life.spared.take_if(|spared| *spared < facts.posted).is_some();
        if self.life(id, later) == Some(true) {
            self.rule("C16/spared");
        }
    }
}
