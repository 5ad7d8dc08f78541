//! Sources of the native loop: added and dropped anywhere, in handlers too; priorities order and never starve.

#![cfg(not(miri))]

mod drive_support;

use actor_rt::drive::mio::{Interest, LoopHandle, Priority, Ready, Registry, Token, event, net, nonblocking};
use actor_rt::*;
use drive_support::{Log, Socket, World, ring, socket};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::rc::Rc;

/// A place for a source that its own handler is to reach.
type Place = Rc<RefCell<Option<Socket>>>;

#[test]
fn a_source_may_be_dropped_in_its_own_handler() {
    let mut world = World::new();
    let (place, log) = (Place::default(), Log::default());
    let (own, write) = (place.clone(), log.clone());
    let fwd = fwd_do!(move |ready: Ready| {
        assert!(ready.is_readable());
        let source = own.take();
        drop(source);
        write.write("dropped");
    });
    *place.borrow_mut() = Some(socket(&world.handle(), Priority::NORMAL, fwd));
    ring(place.borrow().as_ref().unwrap());
    assert_eq!(world.turn().events, 1);
    assert_eq!(log.take(), ["dropped"]);
    assert_eq!((world.handle().sources(), world.turn().events), (0, 0));
}

#[test]
fn a_source_dropped_by_an_earlier_handler_is_passed_over() {
    let mut world = World::new();
    let (place, log) = (Place::default(), Log::default());
    let victim = place.clone();
    let first = socket(&world.handle(), Priority::HIGH, fwd_do!(move |_| drop(victim.take())));
    *place.borrow_mut() = Some(socket(&world.handle(), Priority::LOW, log.fwd("never")));
    ring(place.borrow().as_ref().unwrap());
    ring(&first);
    assert_eq!(world.turn().events, 1);
    assert!(place.borrow().is_none() && log.take().is_empty());
}

#[test]
fn a_report_for_a_dropped_source_does_not_reach_its_successor_in_the_table() {
    let mut world = World::new();
    let (old, new, log) = (Place::default(), Place::default(), Log::default());
    let (handle, victim, successor, write) = (world.handle(), old.clone(), new.clone(), log.clone());
    let replace = fwd_do!(move |_| {
        drop(victim.take());
        *successor.borrow_mut() = Some(socket(&handle, Priority::LOW, write.fwd("successor")));
    });
    let first = socket(&world.handle(), Priority::HIGH, replace);
    *old.borrow_mut() = Some(socket(&world.handle(), Priority::LOW, log.fwd("victim")));
    ring(old.borrow().as_ref().unwrap());
    ring(&first);
    assert_eq!(world.turn().events, 1);
    assert!(log.take().is_empty());
    ring(new.borrow().as_ref().unwrap());
    world.turn();
    assert_eq!(log.take(), ["successor"]);
}

#[test]
fn sources_may_be_added_in_handlers_without_end() {
    fn add(handle: LoopHandle, all: Rc<RefCell<Vec<Socket>>>) -> Fwd<Ready> {
        fwd_do!(move |_| {
            let next = socket(&handle, Priority::NORMAL, add(handle.clone(), all.clone()));
            ring(&next);
            all.borrow_mut().push(next);
        })
    }
    let mut world = World::new();
    let all = Rc::new(RefCell::new(Vec::new()));
    let first = socket(&world.handle(), Priority::NORMAL, add(world.handle(), all.clone()));
    ring(&first);
    for turn in 1..=20 {
        assert_eq!((world.turn().events, all.borrow().len()), (1, turn), "each is served in the turn after");
    }
    drop(all.take());
    assert_eq!(world.handle().sources(), 1);
}

/// A destructor that uses the loop.
struct AddsAndDrops(LoopHandle, Option<Socket>, Log);

impl Drop for AddsAndDrops {
    fn drop(&mut self) {
        let log = self.2.fwd("never");
        drop(socket(&self.0, Priority::NORMAL, log));
        drop(self.1.take());
        self.2.write("gone");
    }
}

#[test]
fn a_destructor_of_what_a_fwd_owns_may_use_the_loop() {
    let mut world = World::new();
    let log = Log::default();
    let owned = socket(&world.handle(), Priority::NORMAL, log.fwd("never"));
    let owner = AddsAndDrops(world.handle(), Some(owned), log.clone());
    let place = Place::default();
    let own = place.clone();
    let fwd = fwd_do!(move |_| {
        let _keep = &owner;
        drop(own.take());
    });
    *place.borrow_mut() = Some(socket(&world.handle(), Priority::NORMAL, fwd));
    ring(place.borrow().as_ref().unwrap());
    world.turn();
    assert_eq!((log.take(), world.handle().sources()), (vec!["gone".to_owned()], 0));
}

#[test]
fn higher_priorities_come_first_and_equal_ones_in_the_order_of_arrival() {
    let mut world = World::new();
    let log = Log::default();
    let priorities =
        [Priority::LOW, Priority::NORMAL, Priority::HIGH, Priority::NORMAL, Priority(0), Priority(255)];
    let make = |(number, priority): (usize, &Priority)| {
        socket(&world.handle(), *priority, log.fwd(&format!("{number}")))
    };
    let sources: Vec<_> = priorities.iter().enumerate().map(make).collect();
    // Not in the order in which they were added.
    for number in [4, 3, 0, 1, 2, 5] {
        ring(&sources[number]);
    }
    assert_eq!(world.turn().events, 6);
    assert_eq!(log.take(), ["5", "2", "3", "1", "0", "4"]);
}

#[test]
fn a_priority_can_be_changed() {
    let mut world = World::new();
    let log = Log::default();
    let mut one = socket(&world.handle(), Priority::HIGH, log.fwd("one"));
    let two = socket(&world.handle(), Priority::NORMAL, log.fwd("two"));
    one.set_priority(Priority::LOW);
    ring(&one);
    ring(&two);
    world.turn();
    assert_eq!(log.take(), ["two", "one"]);
}

#[test]
fn a_source_that_is_always_ready_starves_nobody_of_a_lower_priority() {
    let mut world = World::new();
    let served = Rc::new(Cell::new(0));
    let busy: Vec<Place> = (0..3).map(|_| Place::default()).collect();
    for place in &busy {
        let own = place.clone();
        let again = fwd_do!(move |_| ring(own.borrow().as_ref().unwrap()));
        *place.borrow_mut() = Some(socket(&world.handle(), Priority::HIGH, again));
        ring(place.borrow().as_ref().unwrap());
    }
    let count = served.clone();
    let low = socket(&world.handle(), Priority(0), fwd_do!(move |_| count.set(count.get() + 1)));
    for turn in 1..=10 {
        ring(&low);
        assert_eq!(world.turn().events, 4);
        assert_eq!(served.get(), turn, "the turn after it is ready");
    }
    for place in busy {
        place.take();
    }
}

#[test]
fn all_that_is_ready_is_told_however_much_it_is() {
    const MANY: usize = 400;
    let mut world = World::new();
    let log = Log::default();
    let sources: Vec<_> =
        (0..MANY).map(|_| socket(&world.handle(), Priority::NORMAL, log.fwd("ready"))).collect();
    let first = socket(&world.handle(), Priority::HIGH, log.fwd("first"));
    for _ in 0..2 {
        sources.iter().for_each(ring);
        ring(&first);
        assert_eq!(world.turn().events, MANY + 1);
        let told = log.take();
        assert_eq!((told.len(), &told[0][..]), (MANY + 1, "first"), "though it came last");
    }
    assert_eq!(world.turn().events, 0);
}

#[test]
fn an_interest_can_be_changed() {
    let mut world = World::new();
    let log = Log::default();
    let mut source = socket(&world.handle(), Priority::NORMAL, log.fwd("ready"));
    assert_eq!(world.turn().events, 0, "nobody asked whether it can be written");
    source.set_interest(Interest::READABLE | Interest::WRITABLE).unwrap();
    assert_eq!(source.interest(), Interest::READABLE | Interest::WRITABLE);
    assert_eq!(world.turn().events, 1);
    source.set_interest(Interest::READABLE).unwrap();
    assert_eq!(world.turn().events, 0);
}

#[test]
fn a_source_taken_back_is_unwatched_and_can_be_added_again() {
    let mut world = World::new();
    let log = Log::default();
    let source = socket(&world.handle(), Priority::NORMAL, log.fwd("first"));
    ring(&source);
    let source = source.into_inner();
    assert_eq!((world.handle().sources(), world.turn().events), (0, 0));
    let fwd = log.fwd("second");
    let source = world.handle().add(source, Interest::READABLE, Priority::NORMAL, fwd).unwrap();
    assert_eq!(world.turn().events, 1);
    assert_eq!(log.take(), ["second"]);
    let mut bytes = [0; 9];
    assert_eq!(nonblocking(|| source.recv(&mut bytes)).unwrap(), Some(1));
    assert_eq!(nonblocking(|| source.recv(&mut bytes)).unwrap(), None);
}

/// A source whose registration fails, and which then looks at the loop.
struct Refused(LoopHandle);

impl event::Source for Refused {
    fn register(&mut self, _: &Registry, _: Token, _: Interest) -> std::io::Result<()> {
        drop(socket(&self.0, Priority::NORMAL, fwd_nop!()));
        Err(ErrorKind::AddrInUse.into())
    }
    fn reregister(&mut self, _: &Registry, _: Token, _: Interest) -> std::io::Result<()> {
        unreachable!("it was never registered")
    }
    fn deregister(&mut self, _: &Registry) -> std::io::Result<()> {
        unreachable!("it was never registered")
    }
}

#[test]
fn a_source_that_cannot_be_registered_leaves_nothing_behind() {
    let world = World::new();
    let held = Rc::new(());
    let hold = held.clone();
    let fwd = fwd_do!(move |_| drop(hold.clone()));
    let error = world.handle().add(Refused(world.handle()), Interest::READABLE, Priority::NORMAL, fwd);
    assert_eq!(error.err().map(|error| error.kind()), Some(ErrorKind::AddrInUse));
    assert_eq!((Rc::strong_count(&held), world.handle().sources()), (1, 0));
}

#[test]
fn sources_outlive_their_loop_and_new_ones_are_refused() {
    let World { mut runtime, event_loop } = World::new();
    let handle = event_loop.handle().clone();
    let held = Rc::new(());
    let hold = held.clone();
    let mut source = socket(&handle, Priority::NORMAL, fwd_do!(move |_| drop(hold.clone())));
    drop(event_loop);
    assert_eq!((Rc::strong_count(&held), handle.sources()), (1, 0), "nobody is called any more");
    ring(&source);
    source.set_priority(Priority::HIGH);
    source.set_interest(Interest::WRITABLE).unwrap();
    let other = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let refused = handle.add(other, Interest::READABLE, Priority::NORMAL, fwd_nop!());
    assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::NotConnected));
    drop(source);
    drop(handle);

    // The runtime's target writes to a poller that nobody asks any more.
    let remote = runtime.remote();
    std::thread::spawn(move || remote.defer(|rt| rt.shutdown(StopCause::Stopped)).unwrap()).join().unwrap();
    runtime.run(std::time::Instant::now(), false);
    assert_eq!((runtime.not_shutdown(), runtime.wake_panics()), (false, 0));
}

/// Owns a source, as actors do.
struct Owner {
    _source: Socket,
}

impl Owner {
    fn init(cx: CX![], handle: LoopHandle) -> Option<Self> {
        let source = socket(&handle, Priority::NORMAL, fwd_to!([cx], ready() as (Ready)));
        ring(&source);
        Some(Self { _source: source })
    }
    fn ready(&mut self, _: CX![], _: Ready) {}
}

#[test]
fn a_loop_outlives_its_runtime_and_calls_nobody() {
    let World { mut runtime, mut event_loop } = World::new();
    let rt = &mut runtime;
    let owner = actor!(rt, Owner::init(event_loop.handle().clone()), ret_nop!());
    while event_loop.turn(rt, Some(drive_support::LONG)).unwrap().events == 0 {}
    assert_eq!(event_loop.handle().sources(), 1);
    drop(runtime);
    assert_eq!(event_loop.handle().sources(), 0, "the actor's source went with it");
    drop(owner);

    let own = socket(event_loop.handle(), Priority::NORMAL, fwd_panic!("nobody turns the loop"));
    ring(&own);
    drop(own);
    let mut next = event_loop.config().build(std::time::Instant::now());
    assert_eq!(event_loop.turn(&mut next, Some(std::time::Duration::ZERO)).unwrap().events, 0);
}

/// Hears of sources.
struct Bounded(Log);

impl Bounded {
    fn init(_: CX![], log: Log) -> Option<Self> {
        Some(Bounded(log))
    }
    fn hear(&mut self, _: CX![], what: &str, _: Ready) {
        self.0.write(what);
    }
    fn call(&mut self, _: CX![]) {
        self.0.write("call");
    }
}

/// A full mailbox dropped the `Ready`, and an edge is told once: the source was never served again.
#[test]
fn what_is_ready_is_told_to_an_actor_whose_mailbox_is_full() {
    let mut world = World::new();
    let log = Log::default();
    let actor = actor!(&mut world.runtime, Bounded::init(log.clone()), ret_nop!());
    world.turn();
    let queued = fwd_to!([actor], hear("queued") as (Ready));
    let at_once = fwd_to!([actor], hear("by another") as (Ready));
    let ordinary = actor.clone();
    let relayed = fwd_do!(move |ready| {
        fwd!([at_once], ready);
        call!([ordinary], call()); // no news of the loop: it finds no room
    });
    let sources = [queued, relayed].map(|fwd| socket(&world.handle(), Priority::NORMAL, fwd));
    actor.set_capacity(1);
    call!([actor], call());
    sources.iter().for_each(ring);
    assert_eq!(world.turn().events, 2);
    let mut heard = log.take();
    heard[1..].sort();
    assert_eq!(heard, ["call", "by another", "queued"]);
    assert_eq!(world.runtime.dead_letters_of(DropReason::Full), 1);
    // Elsewhere the bound holds, also for the same `Fwd`s.
    let forward = fwd_to!([actor], hear("forwarded") as (Ready));
    call!([actor], call());
    fwd!([forward], Ready::default());
    world.turn();
    assert_eq!(log.take(), ["call"]);
}

#[test]
fn an_actor_that_has_ended_is_not_called_by_what_was_reported_before() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let owner = actor!(rt, Owner::init(world.event_loop.handle().clone()), ret_nop!());
    rt.run(std::time::Instant::now(), false);
    drop(owner);
    let turn = world.turn();
    assert_eq!((turn.events, world.handle().sources()), (1, 0), "it was queued for nobody");
}

/// Sources whose handlers do as chance has it to the others and to themselves.
struct Crowd {
    handle: LoopHandle,
    sources: RefCell<BTreeMap<u32, Socket>>,
    /// Made readable since the last poll.
    rung: RefCell<BTreeSet<u32>>,
    called: RefCell<BTreeSet<u32>>,
    last: Cell<u32>,
    chance: Cell<u64>,
}

impl Crowd {
    fn below(&self, bound: usize) -> usize {
        let next =
            self.chance.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.chance.set(next);
        (next >> 33) as usize % bound
    }

    fn any(&self) -> Option<u32> {
        let sources = self.sources.borrow();
        let number = self.below(sources.len().max(1));
        sources.keys().nth(number).copied()
    }

    fn add(self: &Rc<Self>) {
        let id = self.last.get() + 1;
        self.last.set(id);
        let crowd = Rc::downgrade(self);
        let fwd = fwd_do!(move |_| crowd.upgrade().expect("it lives as long as the test").ready(id));
        let added = socket(&self.handle, Priority(self.below(4) as u8), fwd);
        self.sources.borrow_mut().insert(id, added);
    }

    fn ring_any(&self) {
        if let Some(id) = self.any() {
            ring(&self.sources.borrow()[&id]);
            self.rung.borrow_mut().insert(id);
        }
    }

    fn drop_one(&self, id: u32) {
        let dropped = self.sources.borrow_mut().remove(&id);
        drop(dropped);
    }

    fn act(self: &Rc<Self>) {
        match self.below(8) {
            0 | 1 => self.add(),
            2 => _ = self.any().map(|id| self.drop_one(id)),
            3 => {
                if let Some(id) = self.any() {
                    self.sources
                        .borrow_mut()
                        .get_mut(&id)
                        .unwrap()
                        .set_priority(Priority(self.below(4) as u8));
                }
            }
            _ => self.ring_any(),
        }
    }

    fn ready(self: &Rc<Self>, id: u32) {
        assert!(self.called.borrow_mut().insert(id), "{id} is called twice in a turn");
        {
            let sources = self.sources.borrow();
            let source = sources.get(&id).unwrap_or_else(|| panic!("{id} is called after it was dropped"));
            while nonblocking(|| source.recv(&mut [0; 9])).unwrap().is_some() {}
            // With this all is read that has come, also in this turn.
            self.rung.borrow_mut().remove(&id);
        }
        for _ in 0..self.below(3) {
            self.act();
        }
        if self.below(4) == 0 {
            self.drop_one(id);
        }
    }
}

#[test]
fn whatever_handlers_do_each_living_source_that_is_ready_is_called_once_and_no_other() {
    let mut world = World::new();
    let crowd = Rc::new(Crowd {
        handle: world.handle(),
        sources: RefCell::default(),
        rung: RefCell::default(),
        called: RefCell::default(),
        last: Cell::new(0),
        chance: Cell::new(1),
    });
    let mut calls = 0;
    for _ in 0..1000 {
        // Not fewer than some, not more than there are descriptors for.
        let living = crowd.sources.borrow().len();
        (living..20).for_each(|_| crowd.add());
        (80..living).for_each(|_| _ = crowd.any().map(|id| crowd.drop_one(id)));
        (0..10).for_each(|_| crowd.ring_any());
        let rung = crowd.rung.take();
        world.turn();
        let called = crowd.called.take();
        calls += called.len();
        assert!(called.is_subset(&rung), "called without cause");
        // Unless it was dropped on the way.
        let missed: Vec<_> = rung.difference(&called).copied().collect();
        assert!(missed.iter().all(|id| !crowd.sources.borrow().contains_key(id)), "{missed:?} not called");
        assert_eq!(world.handle().sources(), crowd.sources.borrow().len());
    }
    assert!(calls > 5000, "{calls} calls");
}
