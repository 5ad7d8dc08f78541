//! A tree of a thousand supervised actors under random faults, for ten million messages in virtual time: whatever fails, is stopped, killed
//! or restarted on the way, each message is either handled or in the dead letters' books.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::Random;

/// Of messages. Miri, to which each is a millisecond, sees fewer.
const MESSAGES: u64 = if cfg!(miri) { 3_000 } else { 10_000_000 };
const BREADTH: usize = 10;
const DEPTH: u32 = 3;

/// What all actors share: chance, the books, and who there is.
struct World {
    random: Random,
    sent: Cell<u64>,
    handled: Cell<u64>,
    faults: [Cell<u64>; 4],
    actors: RefCell<Vec<Actor<Node>>>,
}

impl World {
    /// Sends a message to anybody, to be passed on so many times.
    fn send(self: &Rc<Self>, hops: u32) {
        let actors = self.actors.borrow();
        let to = &actors[self.random.below(actors.len() as u32) as usize];
        self.sent.set(self.sent.get() + 1);
        to.call(move |this, cx| this.handle(cx, hops));
    }

    fn count_fault(&self, kind: usize) {
        self.faults[kind].set(self.faults[kind].get() + 1);
    }
}

struct Node {
    world: Rc<World>,
}

impl Node {
    fn handle(&mut self, cx: &mut Cx<'_, Self>, hops: u32) {
        let world = self.world.clone();
        world.handled.set(world.handled.get() + 1);
        if hops > 0 {
            world.send(hops - 1);
        }
        match world.random.below(20_000) {
            0 => {
                world.count_fault(0);
                cx.fail_str("a fault");
            }
            1 => {
                world.count_fault(1);
                std::panic::resume_unwind(Box::new("a panic"));
            }
            2 => {
                world.count_fault(2);
                cx.stop();
            }
            3 => {
                world.count_fault(3);
                let id = cx.this().actor_id();
                cx.door().kill(id, "chance").unwrap();
            }
            _ => {}
        }
    }
}

/// Starts a node and all below it. Each brings its children up anew when it is restarted, by a fixed plan.
fn spec(world: &Rc<World>, depth: u32) -> Spec<Node> {
    let own = world.clone();
    let strategy = match world.random.below(3) {
        0 => Strategy::OneForOne,
        1 => Strategy::OneForAll,
        _ => Strategy::RestForOne,
    };
    let without_end = Intensity::new(u32::MAX, Duration::from_millis(1));
    let spec = Spec::new(move |cx: &mut Cx<'_, Node>| {
        if depth > 0 {
            for _ in 0..BREADTH {
                let child = spec(&own, depth - 1).spawn_child(cx, Ret::nop()).unwrap();
                own.actors.borrow_mut().push(child);
            }
        }
        Some(Node { world: own.clone() })
    });
    let backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(10)).jitter(0.5);
    let spec = if world.random.below(2) == 0 { spec.backoff(backoff) } else { spec };
    spec.restart(Restart::Permanent).supervises(Supervisor::new().strategy(strategy).intensity(without_end))
}

#[test]
fn a_thousand_actors_lose_nothing_but_what_the_books_explain() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    runtime
        .set_root_supervisor(Supervisor::new().intensity(Intensity::new(u32::MAX, Duration::from_millis(1))));
    let world = Rc::new(World {
        random: Random::new(1),
        sent: Cell::new(0),
        handled: Cell::new(0),
        faults: Default::default(),
        actors: RefCell::default(),
    });
    let top = spec(&world, DEPTH).start(&mut runtime).unwrap();
    world.actors.borrow_mut().push(top.clone());
    runtime.run(now, false);
    assert_eq!(runtime.actors(), 1 + BREADTH + BREADTH.pow(2) + BREADTH.pow(3));

    let mut time = now;
    while world.sent.get() < MESSAGES {
        for _ in 0..1_000 {
            world.send(9);
        }
        time += Duration::from_millis(1);
        runtime.run(time, false);
        // Those whose parents were made anew are others now.
        world.actors.borrow_mut().retain(|actor| !actor.is_zombie());
    }
    while runtime.pending().messages + runtime.pending().timers > 0 {
        time += runtime.next_timeout(time).unwrap_or_default();
        runtime.run(time, false);
    }
    assert_eq!(runtime.actors(), 1 + BREADTH + BREADTH.pow(2) + BREADTH.pow(3), "the tree is whole");
    let lost = runtime.pending().dead_letters;
    assert_eq!(world.sent.get(), world.handled.get() + lost);
    assert!(world.faults.iter().all(|count| count.get() > 0 || cfg!(miri)), "everything happened");
    let reasons = [DropReason::Cancelled, DropReason::NotFound];
    assert_eq!(reasons.iter().map(|reason| runtime.dead_letters_of(*reason)).sum::<u64>(), lost);
    drop(runtime);
    world.actors.take();
    drop(top);
    assert_eq!(Rc::strong_count(&world), 1);
}
