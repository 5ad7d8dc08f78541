//! Kameo, on an executor of one thread, with unbounded mailboxes: so are ours and the other peers'.

use crate::progress::{self, Tally};
use ::kameo::actor::{ActorRef, Spawn};
use ::kameo::error::{ActorStopReason, Infallible};
use ::kameo::message::{Context, Message};
use ::kameo::{Actor, mailbox};
use ::tokio::runtime::Runtime;

pub struct Peer;

/// Nothing refuses a message while its receiver lives.
fn send<A: Actor + Message<M>, M: Send + 'static>(to: &ActorRef<A>, message: M) {
    assert!(to.tell(message).try_send().is_ok(), "the actor lives");
}

fn spawn<A: Actor>(arguments: A::Args) -> ActorRef<A> {
    A::spawn_with_mailbox(arguments, mailbox::unbounded())
}

#[derive(Actor, Default)]
pub struct Counter(Tally);

pub struct Add(u64);

impl Message<Add> for Counter {
    type Reply = ();

    async fn handle(&mut self, Add(amount): Add, _: &mut Context<Self, ()>) {
        self.0.0 += amount;
        progress::arrived();
    }
}

pub struct AddEight([u64; 8]);

impl Message<AddEight> for Counter {
    type Reply = ();

    async fn handle(&mut self, AddEight(amounts): AddEight, _: &mut Context<Self, ()>) {
        amounts.iter().for_each(|amount| self.0.0 += amount);
        progress::arrived();
    }
}

pub struct Mortal(#[allow(dead_code, reason = "it reports at its end")] Tally);

impl Actor for Mortal {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        progress::arrived();
        Ok(Mortal(Tally(1)))
    }

    async fn on_stop(
        &mut self,
        _: ::kameo::actor::WeakActorRef<Self>,
        _: ActorStopReason,
    ) -> Result<(), Infallible> {
        progress::arrived();
        Ok(())
    }
}

#[derive(Actor, Default)]
pub struct Link {
    next: Option<ActorRef<Link>>,
    hops: Tally,
}

pub struct Join(ActorRef<Link>);

impl Message<Join> for Link {
    type Reply = ();

    async fn handle(&mut self, Join(next): Join, _: &mut Context<Self, ()>) {
        self.next = Some(next);
    }
}

pub struct Pass(u64);

impl Message<Pass> for Link {
    type Reply = ();

    async fn handle(&mut self, Pass(left): Pass, _: &mut Context<Self, ()>) {
        self.hops.0 += 1;
        match &self.next {
            Some(next) if left > 0 => send(next, Pass(left - 1)),
            _ => progress::arrived(),
        }
    }
}

#[derive(Actor)]
pub struct Worker(ActorRef<Master>);

pub struct Work(u64);

impl Message<Work> for Worker {
    type Reply = ();

    async fn handle(&mut self, Work(n): Work, _: &mut Context<Self, ()>) {
        send(&self.0, Done(n));
    }
}

pub struct Master {
    workers: Vec<ActorRef<Worker>>,
    waiting: usize,
    rounds: u64,
    sum: Tally,
}

impl Actor for Master {
    type Args = usize;
    type Error = Infallible;

    async fn on_start(count: usize, myself: ActorRef<Self>) -> Result<Self, Infallible> {
        let workers = (0..count).map(|_| spawn(Worker(myself.clone()))).collect();
        Ok(Master { workers, waiting: 0, rounds: 0, sum: Tally::default() })
    }
}

impl Master {
    fn round(&mut self) {
        if self.rounds == 0 {
            return progress::arrived();
        }
        self.rounds -= 1;
        self.waiting = self.workers.len();
        self.workers.iter().for_each(|worker| send(worker, Work(1)));
    }
}

pub struct Start(u64);

impl Message<Start> for Master {
    type Reply = ();

    async fn handle(&mut self, Start(rounds): Start, _: &mut Context<Self, ()>) {
        self.rounds = rounds;
        self.round();
    }
}

pub struct Done(u64);

impl Message<Done> for Master {
    type Reply = ();

    async fn handle(&mut self, Done(n): Done, _: &mut Context<Self, ()>) {
        self.sum.0 += n;
        self.waiting -= 1;
        if self.waiting == 0 {
            self.round();
        }
    }
}

#[derive(Actor)]
pub struct Server;

pub struct Ask(u64);

impl Message<Ask> for Server {
    type Reply = u64;

    async fn handle(&mut self, Ask(n): Ask, _: &mut Context<Self, u64>) -> u64 {
        n
    }
}

#[derive(Actor)]
pub struct Client {
    server: ActorRef<Server>,
    answers: Tally,
}

impl Message<Start> for Client {
    type Reply = ();

    async fn handle(&mut self, Start(requests): Start, _: &mut Context<Self, ()>) {
        for _ in 0..requests {
            self.answers.0 += self.server.ask(Ask(1)).await.unwrap_or(0);
        }
        progress::arrived();
    }
}

impl crate::rows::Peer for Peer {
    type Executor = Runtime;
    type Counter = ActorRef<Counter>;
    type Mortal = ActorRef<Mortal>;
    type Link = ActorRef<Link>;
    type Master = ActorRef<Master>;
    type Client = ActorRef<Client>;

    fn executor() -> Runtime {
        crate::tokio::executor()
    }

    fn block_on<T>(executor: &Runtime, work: impl Future<Output = T>) -> T {
        executor.block_on(work)
    }

    async fn counter() -> Self::Counter {
        spawn(Counter::default())
    }

    fn add(counter: &Self::Counter, amount: u64) {
        send(counter, Add(amount));
    }

    fn add_eight(counter: &Self::Counter, amounts: [u64; 8]) {
        send(counter, AddEight(amounts));
    }

    async fn mortal() -> Self::Mortal {
        spawn(())
    }

    fn end(mortal: Self::Mortal) {
        drop(mortal);
    }

    async fn ring(count: usize) -> Self::Link {
        let links: Vec<_> = (0..count).map(|_| spawn(Link::default())).collect();
        for (link, next) in links.iter().zip(links.iter().cycle().skip(1)) {
            send(link, Join(next.clone()));
        }
        links[0].clone()
    }

    fn pass(link: &Self::Link, left: u64) {
        send(link, Pass(left));
    }

    async fn master(workers: usize) -> Self::Master {
        spawn(workers)
    }

    fn start(master: &Self::Master, rounds: u64) {
        send(master, Start(rounds));
    }

    async fn client() -> Self::Client {
        spawn(Client { server: spawn(Server), answers: Tally::default() })
    }

    fn request(client: &Self::Client, requests: u64) {
        send(client, Start(requests));
    }
}
