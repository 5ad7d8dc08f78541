//! What all actors share: chance, who there is, and the books of what was sent, handled and lost.

use crate::node::Node;
use crate::supervision_support::Random;
use actor_rt::supervision::Status;
use actor_rt::{Actor, ActorId, DeadLetter, Door, DropReason};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::{Rc, Weak};
use std::time::Duration;

/// How a message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Told,
    Tried,
    Parked,
    Asked,
    // An actor's own, which go with its incarnation.
    Timer,
    Answer,
    Outcome,
}

impl Kind {
    /// From the type of a dead letter: that of the closure, which has the name of the function where it was written, and of those that it
    /// passed through.
    fn of(letter: &DeadLetter) -> Kind {
        let back = [("::request<", Kind::Answer), ("::send_parked<", Kind::Outcome)];
        let there = [
            ("world::World::send::", Kind::Told),
            ("node::tried::", Kind::Tried),
            ("node::parked::", Kind::Parked),
            ("node::asked::", Kind::Asked),
            ("node::timer::", Kind::Timer),
        ];
        let is_back = letter.type_name.contains("::in_incarnation<");
        let mut kinds = back.iter().filter(|_| is_back).chain(&there);
        let found = kinds.find(|(name, _)| letter.type_name.contains(name));
        found.unwrap_or_else(|| panic!("nobody sends this: {letter:?}")).1
    }

    fn is_own(self) -> bool {
        matches!(self, Kind::Timer | Kind::Answer | Kind::Outcome)
    }
}

thread_local! {
    /// Who keeps the books. What is lost finds it here, so that what is handled carries nothing along.
    static BOOKS: RefCell<Weak<World>> = const { RefCell::new(Weak::new()) };
}

/// Goes along with a message: if it is dropped, that is lost.
pub struct Message {
    to: u64,
    pub number: u32,
    /// The incarnation whose own it is.
    incarnation: u32,
    kind: Kind,
}

impl Message {
    #[inline]
    pub fn new(world: &World, to: ActorId, kind: Kind) -> Self {
        let number = world.sent.get() + 1;
        world.sent.set(number);
        Message { to: to.0, number, incarnation: 0, kind }
    }

    /// What goes with the incarnation that sends it.
    pub fn own(of: &Node, kind: Kind) -> Self {
        let mut message = Message::new(&of.world, ActorId(of.id), kind);
        message.incarnation = of.incarnation;
        message
    }

    /// A handler has it.
    #[inline]
    pub fn arrives(self, at: &Node) {
        let world = &*at.world;
        world.handled.set(world.handled.get() + 1);
        if at.id != self.to {
            assert_eq!(at.id, world.sink.get(), "a message came to another one");
            world.count("no room: sent on to another actor");
        }
        std::mem::forget(self);
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        let Message { to, number, incarnation, kind } = *self;
        if let Some(world) = BOOKS.with(|books| books.borrow().upgrade()) {
            let loss = Loss { number, to, kind, incarnation, step: world.step.get() };
            world.losses.borrow_mut().push_back(loss);
        }
    }
}

/// A message that no handler saw.
#[derive(Clone, Copy, Debug)]
struct Loss {
    number: u32,
    to: u64,
    kind: Kind,
    incarnation: u32,
    step: u64,
}

pub struct World {
    pub random: Random,
    pub actors: RefCell<Vec<Actor<Node>>>,
    /// Those of them that have not room for all.
    pub bounded: RefCell<Vec<Actor<Node>>>,
    /// What is counted when one of them has none.
    pub when_full: RefCell<BTreeMap<u64, &'static str>>,
    /// Who takes what others have no room for.
    pub sink: Cell<u64>,
    /// The incarnations that have a value.
    pub living: RefCell<BTreeMap<u64, u32>>,
    /// Those that are to be resumed, and when.
    pub paused: RefCell<VecDeque<(u64, Actor<Node>)>>,
    pub tick: Cell<u64>,
    pub step: Cell<u64>,
    pub sent: Cell<u32>,
    pub handled: Cell<u32>,
    /// Lost, and not explained yet.
    losses: RefCell<VecDeque<Loss>>,
    /// Explained by a dead letter, by the sender's having been told, and by the end of the incarnation whose own they were.
    pub by_letter: Cell<u32>,
    pub by_word: Cell<u32>,
    pub by_end: Cell<u32>,
    /// Messages that wait for room, of senders that have ended.
    withdrawn: RefCell<BTreeSet<u32>>,
    /// By the address of the type's name.
    kinds: RefCell<BTreeMap<usize, Kind>>,
    counts: RefCell<BTreeMap<&'static str, u64>>,
}

fn increment(count: &Cell<u32>) {
    count.set(count.get() + 1);
}

impl World {
    pub fn new() -> Rc<Self> {
        let world = Rc::new(World {
            random: Random::new(1),
            actors: RefCell::default(),
            bounded: RefCell::default(),
            when_full: RefCell::default(),
            sink: Cell::default(),
            living: RefCell::default(),
            paused: RefCell::default(),
            tick: Cell::default(),
            step: Cell::default(),
            sent: Cell::default(),
            handled: Cell::default(),
            losses: RefCell::default(),
            by_letter: Cell::default(),
            by_word: Cell::default(),
            by_end: Cell::default(),
            withdrawn: RefCell::default(),
            kinds: RefCell::default(),
            counts: RefCell::default(),
        });
        BOOKS.with(|books| *books.borrow_mut() = Rc::downgrade(&world));
        world
    }

    pub fn count(&self, what: &'static str) {
        *self.counts.borrow_mut().entry(what).or_default() += 1;
    }

    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.borrow().clone()
    }

    /// Anybody of the tree.
    pub fn any(&self) -> Actor<Node> {
        let actors = self.actors.borrow();
        actors[self.random.below(actors.len() as u32) as usize].clone()
    }

    /// Rather one that has not room for all.
    pub fn any_bounded(&self) -> Actor<Node> {
        let bounded = self.bounded.borrow();
        if bounded.is_empty() || self.random.one_in(2) {
            return self.any();
        }
        bounded[self.random.below(bounded.len() as u32) as usize].clone()
    }

    /// Forgets those who have ended.
    pub fn forgets_the_dead(&self) {
        for actors in [&self.actors, &self.bounded] {
            actors.borrow_mut().retain(|actor| !actor.is_zombie());
        }
    }

    pub fn millis(&self, from: u32, to: u32) -> Duration {
        Duration::from_millis(u64::from(from + self.random.below(to - from)))
    }

    /// Sends a message to anybody, to be passed on so many times.
    pub fn send(self: &Rc<Self>, hops: u32) {
        let actors = self.actors.borrow();
        let to = &actors[self.random.below(actors.len() as u32) as usize];
        let message = Message::new(self, to.actor_id(), Kind::Told);
        to.call(move |this, cx| this.handles(cx, message, hops));
    }

    /// The sender was told that its message is not handled.
    pub fn is_told(&self, number: u32) {
        let mut losses = self.losses.borrow_mut();
        let place = losses.iter().rposition(|loss| loss.number == number);
        losses.remove(place.expect("what was refused is gone"));
        increment(&self.by_word);
    }

    /// The same if it was refused on the spot: then it is gone, and no dead letter was written for it.
    pub fn is_refused(&self, number: u32) -> bool {
        self.losses.borrow().back().is_some_and(|loss| loss.number == number)
    }

    /// Nobody is told any more what became of a message that waits for room.
    pub fn is_withdrawn(&self, number: u32) {
        self.withdrawn.borrow_mut().insert(number);
    }

    pub fn letters(door: &Door) -> u64 {
        let reasons = [DropReason::Cancelled, DropReason::NotFound, DropReason::Full, DropReason::Refused];
        reasons.iter().map(|reason| door.dead_letters_of(*reason)).sum()
    }

    /// Finds the loss that a dead letter explains.
    pub fn explains(&self, letter: &DeadLetter) {
        let kind = *self
            .kinds
            .borrow_mut()
            .entry(letter.type_name.as_ptr().addr())
            .or_insert_with(|| Kind::of(letter));
        let mut losses = self.losses.borrow_mut();
        let is_it = |loss: &Loss| loss.kind == kind && loss.to == letter.target.0 && loss.step == letter.step;
        let place = losses.iter().position(is_it).unwrap_or_else(|| panic!("nothing is lost for {letter:?}"));
        losses.remove(place);
        increment(&self.by_letter);
        self.count(match letter.reason {
            DropReason::Cancelled => "dead letter: its receiver ended",
            DropReason::NotFound => "dead letter: its receiver was gone",
            DropReason::Full => self.when_full.borrow()[&letter.target.0],
            _ => "dead letter: for another reason",
        });
    }

    /// All dead letters are read: of what is lost besides, each is explained otherwise, or is about to be.
    pub fn settles(&self, door: &Door) {
        self.losses.borrow_mut().retain(|loss| {
            let went = match loss.kind {
                Kind::Parked => self.withdrawn.borrow_mut().remove(&loss.number),
                kind if kind.is_own() => {
                    let ended = self.living.borrow().get(&loss.to) != Some(&loss.incarnation);
                    let status = door.status(ActorId(loss.to));
                    assert!(ended || status == Ok(Status::Stopping), "{status:?} loses {loss:?}");
                    ended
                }
                _ => panic!("nothing explains the loss of {loss:?}"),
            };
            if went {
                increment(&self.by_end);
            }
            !went
        });
    }

    pub fn unexplained(&self) -> usize {
        self.losses.borrow().len()
    }
}
