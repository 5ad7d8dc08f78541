//! Patterns of messages between actors: around a ring, out to many and back, a request and its reply, calls that wait.

use super::rt::{
    Actor, ActorOwn, CX, Ret, Stakker, actor, actor_new, call, query, ret, ret_nop, ret_some_to,
};
use super::support::{Counter, check_sum, runtime};
use crate::meter::{Meter, WARM_UP};
use std::time::Instant;

/// Actors of a ring, and those that a message fans out to.
const MANY: usize = 100;

struct Link {
    next: Option<Actor<Link>>,
    hops: u64,
}

impl Link {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self { next: None, hops: 0 })
    }

    fn join(&mut self, _: CX![], next: Actor<Link>) {
        self.next = Some(next);
    }

    fn pass(&mut self, _: CX![], left: u64) {
        self.hops += 1;
        if left > 0 {
            if let Some(next) = &self.next {
                call!([next], pass(left - 1));
            }
        }
    }

    fn hops(&self, _: CX![]) -> u64 {
        self.hops
    }
}

/// One operation: one hop of a message around a ring of a hundred actors.
pub fn ring(meter: &mut Meter) {
    let (mut rt, now) = runtime();
    let links: Vec<ActorOwn<Link>> = (0..MANY).map(|_| actor!(rt, Link::init(), ret_nop!())).collect();
    for (link, next) in links.iter().zip(links.iter().cycle().skip(1)) {
        call!([link], join(Actor::clone(next)));
    }
    rt.run(now, false);
    let hops = |rt: &mut Stakker, hops: u64| {
        call!([links[0]], pass(hops - 1));
        rt.run(now, false);
    };
    hops(&mut rt, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| hops(&mut rt, ops));
    let arrived: u64 = links.iter().map(|link| query!([link, &mut rt], hops()).unwrap_or(0)).sum();
    assert_eq!(arrived, WARM_UP + ops, "every hop arrived");
}

struct Worker {
    master: Actor<Master>,
}

impl Worker {
    fn init(_: CX![], master: Actor<Master>) -> Option<Self> {
        Some(Self { master })
    }

    fn work(&mut self, _: CX![], n: u64) {
        call!([self.master], done(n));
    }
}

struct Master {
    workers: Vec<Actor<Worker>>,
    waiting: usize,
    rounds: u64,
    sum: u64,
}

impl Master {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self { workers: Vec::new(), waiting: 0, rounds: 0, sum: 0 })
    }

    fn employ(&mut self, _: CX![], workers: Vec<Actor<Worker>>) {
        self.workers = workers;
    }

    fn start(&mut self, cx: CX![], rounds: u64) {
        self.rounds = rounds;
        self.round(cx);
    }

    fn round(&mut self, _: CX![]) {
        if self.rounds > 0 {
            self.rounds -= 1;
            self.waiting = self.workers.len();
            for worker in &self.workers {
                call!([worker], work(1));
            }
        }
    }

    fn done(&mut self, cx: CX![], n: u64) {
        self.sum += n;
        self.waiting -= 1;
        if self.waiting == 0 {
            self.round(cx);
        }
    }

    fn sum(&self, _: CX![]) -> u64 {
        self.sum
    }
}

/// One operation: a message out to one of a hundred workers, and its result back to the one master.
pub fn fan(meter: &mut Meter) {
    let (mut rt, now) = runtime();
    let master = actor!(rt, Master::init(), ret_nop!());
    let workers: Vec<_> =
        (0..MANY).map(|_| actor!(rt, Worker::init(Actor::clone(&master)), ret_nop!())).collect();
    call!([master], employ(workers.iter().map(|worker| Actor::clone(worker)).collect()));
    let messages = |rt: &mut Stakker, ops: u64| {
        call!([master], start(ops / MANY as u64));
        rt.run(now, false);
    };
    messages(&mut rt, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| messages(&mut rt, ops));
    assert_eq!(query!([master, &mut rt], sum()), Some(WARM_UP + ops), "every result arrived");
}

struct Server;

impl Server {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self)
    }

    fn ask(&mut self, _: CX![], n: u64, reply: Ret<u64>) {
        ret!([reply], n);
    }
}

struct Client {
    server: Actor<Server>,
    left: u64,
    answers: u64,
}

impl Client {
    fn init(_: CX![], server: Actor<Server>) -> Option<Self> {
        Some(Self { server, left: 0, answers: 0 })
    }

    fn start(&mut self, cx: CX![], requests: u64) {
        self.left = requests;
        self.request(cx);
    }

    fn request(&mut self, cx: CX![]) {
        if self.left > 0 {
            self.left -= 1;
            call!([self.server], ask(1, ret_some_to!([cx], answered() as (u64))));
        }
    }

    fn answered(&mut self, cx: CX![], n: u64) {
        self.answers += n;
        self.request(cx);
    }

    fn answers(&self, _: CX![]) -> u64 {
        self.answers
    }
}

/// One operation: a request with a reply in it, and the answer back in the asker; one at a time.
pub fn request(meter: &mut Meter) {
    let (mut rt, now) = runtime();
    let server = actor!(rt, Server::init(), ret_nop!());
    let client = actor!(rt, Client::init(Actor::clone(&server)), ret_nop!());
    let requests = |rt: &mut Stakker, ops: u64| {
        call!([client], start(ops));
        rt.run(now, false);
    };
    requests(&mut rt, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| requests(&mut rt, ops));
    assert_eq!(query!([client, &mut rt], answers()), Some(WARM_UP + ops), "every answer arrived");
}

/// One operation: a call that waits for its actor to be made. A hundred wait for each actor, through one step.
pub fn prep_flush(meter: &mut Meter) {
    fn lives(rt: &mut Stakker, now: Instant, ops: u64) {
        for _ in 0..ops / MANY as u64 {
            let owner = actor_new!(rt, Counter, ret_nop!());
            for _ in 0..MANY {
                call!([owner], add(1));
            }
            rt.run(now, false);
            call!([owner], Counter::init());
            rt.run(now, false);
            check_sum(rt, &owner, MANY as u64);
        }
        rt.run(now, false);
    }
    let (mut rt, now) = runtime();
    lives(&mut rt, now, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| lives(&mut rt, now, ops));
}
