//! Random schedules of mailboxes: actors with bounds, policies and rates that are sent to in every way, ask each other and wait for it, pause,
//! fail, drain and end, in random order and over random times. Whatever happens, nobody stays deaf, everybody is told once, and what was
//! sent is gone in the end, handled or not.
//!
//! The seed of a schedule that breaks a promise is in the message; `SCHEDULES=seed,seed` runs those alone.

mod supervision_support;

use actor_rt::ask::{AskError, Gather, Reply};
use actor_rt::mailbox::{Mailbox, Overflow, ParkError, Priority, Sending};
use actor_rt::supervision::{Intensity, Restart, Spec, Status, Supervisor};
use actor_rt::{Actor, ActorId, Budget, Cx, Life, Ret, Runtime};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::Random;

/// Many, but a few in Miri, where each takes seconds.
const SCHEDULES: u32 = if cfg!(miri) { 3 } else { 3_000 };
const PEERS: u32 = 4;

/// Counted while it lives. Some post when they go.
struct Guard {
    open: Rc<Cell<u32>>,
    posts: Option<Actor<Node>>,
}

impl Guard {
    fn new(open: &Rc<Cell<u32>>, posts: Option<Actor<Node>>) -> Self {
        open.set(open.get() + 1);
        Guard { open: open.clone(), posts }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.open.set(self.open.get() - 1);
        if let Some(actor) = self.posts.take() {
            actor.call(|node, _| node.number += 1);
            actor.set_capacity(3);
            _ = actor.try_call(|node: &mut Node, _: &mut Cx<'_, Node>| node.number += 1);
        }
    }
}

/// How a node treats a question.
#[derive(Clone, Copy)]
enum Answer {
    Now,
    Never,
    Kept,
    AsksAnother(usize),
    Fails,
}

impl Answer {
    fn of(number: u32, peer: usize) -> Self {
        match number % 5 {
            0 => Answer::Now,
            1 => Answer::Never,
            2 => Answer::Kept,
            3 => Answer::AsksAnother(peer),
            _ => Answer::Fails,
        }
    }
}

struct Node {
    number: u32,
    peers: Rc<RefCell<Vec<Actor<Node>>>>,
    kept: Vec<Reply<u32>>,
    open: Rc<Cell<u32>>,
}

impl Node {
    fn asked(&mut self, answer: Answer, cx: &mut Cx<'_, Self>, reply: Reply<u32>) {
        match answer {
            Answer::Now => _ = reply.reply(1),
            Answer::Never => drop(reply),
            Answer::Kept => self.kept.push(reply),
            Answer::AsksAnother(peer) => {
                let to = self.peers.borrow()[peer].clone();
                let (sent, heard) = (Guard::new(&self.open, None), Guard::new(&self.open, None));
                let asks = move |node: &mut Self, cx: &mut Cx<'_, Self>, reply| {
                    drop(sent);
                    node.asked(if peer == 1 { Answer::Now } else { Answer::Kept }, cx, reply);
                };
                _ = cx.ask_holding(&to, Duration::from_millis(7), asks, move |_, _, _| drop((reply, heard)));
            }
            Answer::Fails => {
                reply.reply(3);
                cx.fail_str("a fault after its answer");
            }
        }
    }
}

/// How often something happened, over all schedules.
type Counts = Rc<RefCell<BTreeMap<&'static str, u32>>>;

/// One runtime and what is to be told.
struct World {
    runtime: Runtime,
    random: Random,
    start: Instant,
    time: Duration,
    peers: Rc<RefCell<Vec<Actor<Node>>>>,
    open: Rc<Cell<u32>>,
    /// How often each of those was told that are to be told once.
    told: Rc<RefCell<Vec<u32>>>,
    counts: Counts,
}

impl World {
    fn new(seed: u32, counts: &Counts) -> Self {
        let start = Instant::now();
        let mut runtime = Runtime::new(start);
        let endless = Intensity::new(1_000_000, Duration::from_secs(1));
        runtime.set_root_supervisor(Supervisor::new().intensity(endless));
        let mut world = World {
            runtime,
            random: Random::new(u64::from(seed)),
            start,
            time: Duration::ZERO,
            peers: Rc::default(),
            open: Rc::default(),
            told: Rc::default(),
            counts: counts.clone(),
        };
        for _ in 0..PEERS {
            let peer = world.make();
            world.peers.borrow_mut().push(peer);
        }
        world
    }

    fn make(&mut self) -> Actor<Node> {
        let (peers, open) = (self.peers.clone(), self.open.clone());
        let node = move |_: &mut Cx<'_, Node>| {
            Some(Node { number: 0, peers: peers.clone(), kept: Vec::new(), open: open.clone() })
        };
        let restart = if self.random.one_in(3) { Restart::Temporary } else { Restart::Permanent };
        let spec = Spec::new(node).restart(restart);
        let spec = match self.random.one_in(2) {
            true => spec.mailbox(self.mailbox()),
            false => spec.capacity(self.random.below(4) + 1),
        };
        spec.start(&mut self.runtime).unwrap()
    }

    fn mailbox(&self) -> Mailbox {
        let other = {
            let peers = self.peers.borrow();
            let at = self.random.below(PEERS) as usize;
            // Its own, a dead one's, or none's: they are all the same to who wants to redirect.
            peers.get(at).map_or_else(|| ActorId(0), Actor::actor_id)
        };
        let (overflow, name) = [
            (Overflow::Reject, "overflow: reject"),
            (Overflow::DropNewest, "overflow: drop newest"),
            (Overflow::DropOldest, "overflow: drop oldest"),
            (Overflow::Fail, "overflow: fail"),
            (Overflow::Redirect(other), "overflow: redirect"),
        ][self.random.below(5) as usize];
        self.count(name);
        let mailbox = Mailbox::new().capacity(self.random.below(5)).overflow(overflow);
        if !self.random.one_in(4) {
            return mailbox;
        }
        self.count("rate");
        mailbox.rate(3, Duration::from_millis(5))
    }

    fn count(&self, what: &'static str) {
        *self.counts.borrow_mut().entry(what).or_default() += 1;
    }

    /// Somebody who is to be told once.
    fn told<T: 'static>(&self, keeps: Guard) -> Ret<T> {
        let told = self.told.clone();
        let at = told.borrow().len();
        told.borrow_mut().push(0);
        Ret::new(move |_: Option<T>| {
            drop(keeps);
            told.borrow_mut()[at] += 1;
        })
    }

    fn run(&mut self, idle: bool) {
        self.runtime.run(self.start + self.time, idle);
    }

    /// Something happens. What it was.
    fn act(&mut self) -> &'static str {
        let (at, other) = (self.random.below(PEERS) as usize, self.random.below(PEERS) as usize);
        let (actor, peer) = (self.peers.borrow()[at].clone(), self.peers.borrow()[other].clone());
        let posts = self.random.one_in(6).then(|| peer.clone());
        let (sent, more) = (Guard::new(&self.open, posts), Guard::new(&self.open, None));
        let (id, number) = (actor.actor_id(), self.random.below(5));
        match self.random.below(26) {
            0..=3 => {
                actor.call(move |node, _| {
                    drop(sent);
                    node.number += 1;
                });
                "call"
            }
            4 => {
                let sending = Sending::new().priority([Priority::High, Priority::Low][number as usize % 2]);
                _ = actor.try_call_with(sending, move |_: &mut Node, _: &mut Cx<'_, Node>| drop(sent));
                "call with a priority"
            }
            5 => {
                actor.lazy(move |_, _| drop(sent));
                "lazy call"
            }
            6 => {
                actor.idle(move |_, _| drop(sent));
                "idle call"
            }
            7 | 8 => {
                let outcome: Ret<Result<(), ParkError>> = self.told(more);
                let within = self.random.millis(6);
                self.runtime.call_parked(&actor, within, move |_, _| drop(sent), outcome);
                "parked call"
            }
            9 | 10 => {
                let within = self.random.millis(6);
                actor.call(move |_, cx| {
                    cx.send_parked(&peer, within, move |_, _| drop(sent), move |_, _, _| drop(more));
                });
                "parked send"
            }
            11 | 12 => {
                let room = self.told(sent);
                self.runtime.on_room(&actor, number % 3, room);
                "on room"
            }
            13 => {
                actor.pause();
                "pause"
            }
            14 | 15 => {
                actor.resume();
                "resume"
            }
            16 => {
                actor.set_capacity(number);
                "capacity"
            }
            17 => {
                actor.set_mailbox(self.mailbox());
                "mailbox"
            }
            18 if number < 2 => {
                _ = self.runtime.door().kill(id, "a kill");
                "kill"
            }
            18 => {
                _ = self.runtime.door().stop(id);
                "stop"
            }
            19 => {
                actor.call(move |_, cx| {
                    drop(sent);
                    cx.fail_str("a fault");
                });
                "fault"
            }
            20 if number == 0 => {
                _ = self.runtime.door().drain(id);
                "drain"
            }
            21 | 22 => {
                let answer = Answer::of(number, other);
                let heard: Ret<Result<u32, AskError>> = self.told(more);
                let asks = move |node: &mut Node, cx: &mut Cx<'_, Node>, reply| {
                    drop(sent);
                    node.asked(answer, cx, reply);
                };
                // What is not asked is told so by the answer's being dropped.
                _ = self.runtime.ask(&actor, self.random.millis(9), asks, heard);
                "ask"
            }
            23 => {
                let all = self.peers.borrow().clone();
                let asks = |node: &mut Node, cx: &mut Cx<'_, Node>, reply: Reply<u32>| {
                    node.asked(Answer::of(node.number, 1), cx, reply);
                };
                let heard = self.told(more);
                self.runtime.ask_all(&all, Duration::from_millis(5), Gather::Quorum(2), asks, heard);
                "ask all"
            }
            24 => {
                actor.call(move |_, cx| {
                    drop(sent);
                    let asks = |node: &mut Node, cx: &mut Cx<'_, Node>, reply: Reply<u32>| {
                        node.asked(Answer::of(node.number, 2), cx, reply);
                    };
                    _ = cx.ask_holding(&peer, Duration::from_millis(5), asks, |_, cx, outcome| {
                        if outcome.is_err() {
                            cx.fail_str("no answer");
                        }
                    });
                });
                "ask holding"
            }
            _ if actor.is_zombie() => {
                let new = self.make();
                self.peers.borrow_mut()[at] = new;
                "another in its place"
            }
            _ => "nothing",
        }
    }

    /// Time passes, or a part of the work is done.
    fn steps(&mut self) {
        match self.random.below(5) {
            0 => {
                let budget = Budget { messages: self.random.below(4) + 1, ..Budget::UNBOUNDED };
                _ = self.runtime.step(self.start + self.time, &budget);
            }
            1 => {
                self.time += self.random.millis(3);
                self.run(false);
            }
            2 => self.run(true),
            _ => {}
        }
    }

    /// All get room and time, and then everything has to be at its end.
    fn check(mut self) {
        for _ in 0..100 {
            for peer in self.peers.borrow().iter() {
                peer.resume();
                peer.set_mailbox(Mailbox::new());
            }
            self.time += Duration::from_millis(1);
            self.run(true);
        }
        let pending = self.runtime.pending();
        assert_eq!((pending.messages, pending.idle), (0, 0), "{pending:?}");
        let peers = self.peers.borrow().clone();
        for peer in peers.iter().filter(|peer| !peer.is_zombie()) {
            let id = peer.actor_id();
            assert_eq!(peer.pending(), 0, "{id:?}");
            assert_eq!(self.runtime.locate(id).unwrap().life, Life::Ready, "{id:?}");
            assert_eq!(self.runtime.door().status(id), Ok(Status::Running), "{id:?}");
            let hears = Rc::new(Cell::new(false));
            let heard = hears.clone();
            peer.call(move |node, _| {
                node.kept.clear();
                heard.set(true);
            });
            self.run(true);
            assert!(hears.get(), "{id:?} is deaf");
        }
        assert!(self.told.borrow().iter().all(|told| *told == 1), "not told once: {:?}", self.told);
        self.time += Duration::from_millis(50);
        self.run(true);
        assert_eq!(self.open.get(), 0, "something that was sent is still there");
    }
}

/// What has to happen, or the run says nothing.
const EXPECTED: [&str; 26] = [
    "another in its place",
    "ask",
    "ask all",
    "ask holding",
    "call",
    "call with a priority",
    "capacity",
    "drain",
    "fault",
    "idle call",
    "kill",
    "lazy call",
    "mailbox",
    "nothing",
    "on room",
    "overflow: drop newest",
    "overflow: drop oldest",
    "overflow: fail",
    "overflow: redirect",
    "overflow: reject",
    "parked call",
    "parked send",
    "pause",
    "rate",
    "resume",
    "stop",
];

#[test]
#[expect(clippy::print_stdout, reason = "a run says what happened in it, and the seed of what broke")]
fn nobody_is_deaf_untold_or_leaked_in_any_schedule() {
    let counts = Counts::default();
    let seeds: Vec<u32> = match std::env::var("SCHEDULES") {
        Ok(list) => list.split(',').map(|seed| seed.parse().expect("a number")).collect(),
        Err(_) => (0..SCHEDULES).collect(),
    };
    for seed in &seeds {
        println!("schedule {seed}");
        let mut world = World::new(*seed, &counts);
        for _ in 0..world.random.below(120) + 20 {
            let what = world.act();
            world.count(what);
            world.steps();
        }
        world.check();
    }
    let counts = counts.borrow();
    println!("{} schedules: {counts:#?}", seeds.len());
    if seeds.len() > 1_000 {
        for what in EXPECTED {
            assert!(counts.contains_key(what), "it never happened: {what}");
        }
    }
}
