//! Actix: its `System` is an executor of one thread.

use crate::progress::{self, Tally};
use ::actix::prelude::*;

pub struct Peer;

#[derive(Message)]
#[rtype(result = "()")]
pub struct Add(u64);

#[derive(Message)]
#[rtype(result = "()")]
pub struct AddEight([u64; 8]);

#[derive(Default)]
pub struct Counter(Tally);

impl Actor for Counter {
    type Context = Context<Self>;
}

impl Handler<Add> for Counter {
    type Result = ();

    fn handle(&mut self, Add(amount): Add, _: &mut Context<Self>) {
        self.0.0 += amount;
        progress::arrived();
    }
}

impl Handler<AddEight> for Counter {
    type Result = ();

    fn handle(&mut self, AddEight(amounts): AddEight, _: &mut Context<Self>) {
        amounts.iter().for_each(|amount| self.0.0 += amount);
        progress::arrived();
    }
}

pub struct Mortal(#[allow(dead_code, reason = "it reports at its end")] Tally);

impl Actor for Mortal {
    type Context = Context<Self>;

    fn started(&mut self, _: &mut Context<Self>) {
        progress::arrived();
    }

    fn stopped(&mut self, _: &mut Context<Self>) {
        progress::arrived();
    }
}

#[derive(Default)]
pub struct Link {
    next: Option<Addr<Link>>,
    hops: Tally,
}

#[derive(Message)]
#[rtype(result = "()")]
struct Join(Addr<Link>);

#[derive(Message)]
#[rtype(result = "()")]
struct Pass(u64);

impl Actor for Link {
    type Context = Context<Self>;
}

impl Handler<Join> for Link {
    type Result = ();

    fn handle(&mut self, Join(next): Join, _: &mut Context<Self>) {
        self.next = Some(next);
    }
}

impl Handler<Pass> for Link {
    type Result = ();

    fn handle(&mut self, Pass(left): Pass, _: &mut Context<Self>) {
        self.hops.0 += 1;
        match &self.next {
            Some(next) if left > 0 => next.do_send(Pass(left - 1)),
            _ => progress::arrived(),
        }
    }
}

struct Worker(Addr<Master>);

#[derive(Message)]
#[rtype(result = "()")]
struct Work(u64);

impl Actor for Worker {
    type Context = Context<Self>;
}

impl Handler<Work> for Worker {
    type Result = ();

    fn handle(&mut self, Work(n): Work, _: &mut Context<Self>) {
        self.0.do_send(Done(n));
    }
}

pub struct Master {
    workers: Vec<Addr<Worker>>,
    waiting: usize,
    rounds: u64,
    sum: Tally,
}

#[derive(Message)]
#[rtype(result = "()")]
struct Start(u64);

#[derive(Message)]
#[rtype(result = "()")]
struct Done(u64);

impl Actor for Master {
    type Context = Context<Self>;
}

impl Master {
    fn round(&mut self) {
        if self.rounds == 0 {
            return progress::arrived();
        }
        self.rounds -= 1;
        self.waiting = self.workers.len();
        self.workers.iter().for_each(|worker| worker.do_send(Work(1)));
    }
}

impl Handler<Start> for Master {
    type Result = ();

    fn handle(&mut self, Start(rounds): Start, _: &mut Context<Self>) {
        self.rounds = rounds;
        self.round();
    }
}

impl Handler<Done> for Master {
    type Result = ();

    fn handle(&mut self, Done(n): Done, _: &mut Context<Self>) {
        self.sum.0 += n;
        self.waiting -= 1;
        if self.waiting == 0 {
            self.round();
        }
    }
}

struct Server;

#[derive(Message)]
#[rtype(result = "u64")]
struct Ask(u64);

impl Actor for Server {
    type Context = Context<Self>;
}

impl Handler<Ask> for Server {
    type Result = u64;

    fn handle(&mut self, Ask(n): Ask, _: &mut Context<Self>) -> u64 {
        n
    }
}

pub struct Client {
    server: Addr<Server>,
    left: u64,
    answers: Tally,
}

impl Actor for Client {
    type Context = Context<Self>;
}

impl Client {
    fn ask(&mut self, context: &mut Context<Self>) {
        if self.left == 0 {
            return progress::arrived();
        }
        self.left -= 1;
        let answered = |answer: Result<u64, MailboxError>, this: &mut Self, context: &mut Context<Self>| {
            this.answers.0 += answer.unwrap_or(0);
            this.ask(context);
        };
        self.server.send(Ask(1)).into_actor(self).map(answered).spawn(context);
    }
}

impl Handler<Start> for Client {
    type Result = ();

    fn handle(&mut self, Start(requests): Start, context: &mut Context<Self>) {
        self.left = requests;
        self.ask(context);
    }
}

impl crate::rows::Peer for Peer {
    type Executor = SystemRunner;
    type Counter = Addr<Counter>;
    type Mortal = Addr<Mortal>;
    type Link = Addr<Link>;
    type Master = Addr<Master>;
    type Client = Addr<Client>;

    fn executor() -> SystemRunner {
        System::new()
    }

    fn block_on<T>(executor: &SystemRunner, work: impl Future<Output = T>) -> T {
        executor.block_on(work)
    }

    async fn counter() -> Self::Counter {
        Counter::default().start()
    }

    fn add(counter: &Self::Counter, amount: u64) {
        counter.do_send(Add(amount));
    }

    fn add_eight(counter: &Self::Counter, amounts: [u64; 8]) {
        counter.do_send(AddEight(amounts));
    }

    async fn mortal() -> Self::Mortal {
        Mortal(Tally(1)).start()
    }

    fn end(mortal: Self::Mortal) {
        drop(mortal);
    }

    async fn ring(count: usize) -> Self::Link {
        let links: Vec<_> = (0..count).map(|_| Link::default().start()).collect();
        for (link, next) in links.iter().zip(links.iter().cycle().skip(1)) {
            link.do_send(Join(next.clone()));
        }
        links[0].clone()
    }

    fn pass(link: &Self::Link, left: u64) {
        link.do_send(Pass(left));
    }

    async fn master(workers: usize) -> Self::Master {
        Master::create(|context| {
            let workers = (0..workers).map(|_| Worker(context.address()).start()).collect();
            Master { workers, waiting: 0, rounds: 0, sum: Tally::default() }
        })
    }

    fn start(master: &Self::Master, rounds: u64) {
        master.do_send(Start(rounds));
    }

    async fn client() -> Self::Client {
        Client { server: Server.start(), left: 0, answers: Tally::default() }.start()
    }

    fn request(client: &Self::Client, requests: u64) {
        client.do_send(Start(requests));
    }
}
