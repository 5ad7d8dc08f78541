//! A tree of a thousand supervised actors of all kinds under random faults, for ten million messages in virtual time: whatever fails, is
//! stopped, drained, killed, paused, restarted or given up on the way, each message is handled, or there is a dead letter for it, or its
//! sender was told, or it was an actor's own and went with its incarnation.

mod node;
#[path = "../supervision_support/mod.rs"]
mod supervision_support;
mod world;

use actor_rt::supervision::*;
use actor_rt::*;
use node::BREADTH;
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::tally;
use world::World;

/// Of messages. Miri, to which each is a millisecond, sees fewer.
const MESSAGES: u32 = if cfg!(miri) { 1_000 } else { 10_000_000 };
const LEVELS: u32 = 3;
/// The actors of the whole tree, and the one that takes what others have no room for.
const ACTORS: usize = 1 + BREADTH + BREADTH.pow(2) + BREADTH.pow(3) + 1;
/// How often the dead letters are read, in steps: each time all that are kept are copied.
const READ: u64 = 8;
/// More dead letters than there are in so many steps.
const KEPT: usize = 1 << 14;

/// All that must have happened.
const EXPECTED: &[&str] = &[
    "a child was replaced",
    "a numbered timer came",
    "a restart failed",
    "a timer came",
    "asked: answered",
    "asked: closed",
    "asked: no reply",
    "asked: no room",
    "asked: timeout",
    "dead letter: its receiver ended",
    "dead letter: its receiver was gone",
    "escalated: ignored",
    "escalated: restarted",
    "escalated: stopped",
    "fault: a drain",
    "fault: a kill",
    "fault: a panic",
    "fault: a stop",
    "fault: an error",
    "parked: closed",
    "parked: its sender ended",
    "parked: no room in time",
    "parked: sent",
    "no room: a plain bound",
    "no room: refused",
    "no room: the actor failed",
    "no room: the newest was dropped",
    "no room: the oldest was dropped",
    "no room: sent on to another actor",
    "paused",
    "restarted: a failure",
    "restarted: a kill",
    "restarted: an escalation",
    "restarted: an ordinary end",
    "restarted: an overflow",
    "restarts one for all",
    "restarts one for one",
    "restarts the rest for one",
    "tried: refused",
];

/// A runtime and its time.
struct Run {
    runtime: Runtime,
    time: Instant,
    world: Rc<World>,
    /// Dead letters that were read.
    read: u64,
}

impl Run {
    /// Time passes.
    fn step(&mut self, wait: Duration) {
        self.time += wait;
        self.world.step.set(self.world.step.get() + 1);
        let progress = self.runtime.step(self.time, &Budget::UNBOUNDED);
        assert_eq!(progress.number, self.world.step.get());
        if progress.number % READ == 0 {
            self.read();
        }
    }

    /// Whatever was lost has a reason.
    fn read(&mut self) {
        let letters = self.runtime.pending().dead_letters;
        let new = (letters - self.read) as usize;
        assert!(new < KEPT, "{new} dead letters at once");
        if new > 0 {
            let kept = self.runtime.recent_dead_letters();
            kept[kept.len() - new..].iter().for_each(|letter| self.world.explains(letter));
            self.read = letters;
        }
        self.world.settles(self.runtime.door());
    }

    /// Those whose time it is go on.
    fn resume(&self, all: bool) {
        self.world.tick.set(self.world.tick.get() + 1);
        let mut paused = self.world.paused.borrow_mut();
        paused.retain(|(until, actor)| {
            let stays = !all && *until > self.world.tick.get();
            if !stays {
                actor.resume();
            }
            stays
        });
    }
}

#[test]
fn a_thousand_actors_lose_nothing_but_what_the_books_explain() {
    let now = Instant::now();
    let mut runtime = Config::new().dead_letters(KEPT).build(now);
    let without_end = Intensity::new(u32::MAX, Duration::from_millis(1));
    runtime.set_root_supervisor(Supervisor::new().intensity(without_end));
    let world = World::new();
    node::start_sink(&world, &mut runtime);
    let top = node::spec(&world, LEVELS).restart(Restart::Permanent).start(&mut runtime).unwrap();
    world.actors.borrow_mut().push(top);
    let mut run = Run { runtime, time: now, world: world.clone(), read: 0 };
    run.step(Duration::ZERO);
    assert_eq!(run.runtime.actors(), ACTORS);

    while world.sent.get() < MESSAGES {
        (0..1_000).for_each(|_| world.send(9));
        run.resume(false);
        run.step(Duration::from_millis(1));
        // Those whose parents were made anew are others now.
        world.forgets_the_dead();
    }
    loop {
        run.resume(true);
        let pending = run.runtime.pending();
        if pending.messages + pending.timers + pending.asks == 0 {
            break;
        }
        run.step(run.runtime.next_timeout(run.time).unwrap_or_default());
    }
    run.read();
    assert_eq!(run.runtime.actors(), ACTORS, "the tree is whole");
    assert_eq!(world.unexplained(), 0);
    let (letters, word, end) = (world.by_letter.get(), world.by_word.get(), world.by_end.get());
    assert_eq!(run.runtime.pending().dead_letters, u64::from(letters));
    assert_eq!(world.sent.get(), world.handled.get() + letters + word + end);
    let counts = world.counts();
    let sums = format!(
        "{} messages sent, {} handled, {letters} lost with a dead letter, {word} refused, {end} gone with their incarnation",
        world.sent.get(),
        world.handled.get(),
    );
    tally::show_under(&sums, &counts);
    for what in EXPECTED {
        assert!(counts.contains_key(what) || cfg!(miri), "it never happened: {what}");
    }
    drop(run);
    world.actors.take();
    world.bounded.take();
    assert_eq!(Rc::strong_count(&world), 1);
}
