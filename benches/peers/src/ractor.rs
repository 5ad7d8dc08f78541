//! Ractor, on an executor of one thread. An actor lives until it is told to stop.

use crate::progress::{self, Tally};
use ::ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, call};
use ::tokio::runtime::Runtime;

pub struct Peer;

type Handled = Result<(), ActorProcessingErr>;

/// Nothing refuses a message while its receiver lives.
fn send<M: ::ractor::Message>(to: &ActorRef<M>, message: M) {
    assert!(to.send_message(message).is_ok(), "the actor lives");
}

async fn spawn<A: Actor>(actor: A, arguments: A::Arguments) -> ActorRef<A::Msg> {
    Actor::spawn(None, actor, arguments).await.expect("the actor starts").0
}

struct Counter;

pub enum Amounts {
    One(u64),
    Eight([u64; 8]),
}

impl Actor for Counter {
    type Msg = Amounts;
    type State = Tally;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Amounts>, (): ()) -> Result<Tally, ActorProcessingErr> {
        Ok(Tally::default())
    }

    async fn handle(&self, _: ActorRef<Amounts>, message: Amounts, sum: &mut Tally) -> Handled {
        match message {
            Amounts::One(amount) => sum.0 += amount,
            Amounts::Eight(amounts) => amounts.iter().for_each(|amount| sum.0 += amount),
        }
        progress::arrived();
        Ok(())
    }
}

struct Mortal;

impl Actor for Mortal {
    type Msg = ();
    type State = Tally;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<Tally, ActorProcessingErr> {
        progress::arrived();
        Ok(Tally(1))
    }

    async fn post_stop(&self, _: ActorRef<()>, _: &mut Tally) -> Handled {
        progress::arrived();
        Ok(())
    }
}

struct Link;

#[derive(Default)]
struct Hops {
    next: Option<ActorRef<ToLink>>,
    hops: Tally,
}

pub enum ToLink {
    Join(ActorRef<ToLink>),
    Pass(u64),
}

impl Actor for Link {
    type Msg = ToLink;
    type State = Hops;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<ToLink>, (): ()) -> Result<Hops, ActorProcessingErr> {
        Ok(Hops::default())
    }

    async fn handle(&self, _: ActorRef<ToLink>, message: ToLink, state: &mut Hops) -> Handled {
        match message {
            ToLink::Join(next) => state.next = Some(next),
            ToLink::Pass(left) => {
                state.hops.0 += 1;
                match &state.next {
                    Some(next) if left > 0 => send(next, ToLink::Pass(left - 1)),
                    _ => progress::arrived(),
                }
            }
        }
        Ok(())
    }
}

struct Worker;

impl Actor for Worker {
    type Msg = u64;
    type State = ActorRef<ToMaster>;
    type Arguments = ActorRef<ToMaster>;

    async fn pre_start(
        &self,
        _: ActorRef<u64>,
        master: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(master)
    }

    async fn handle(&self, _: ActorRef<u64>, n: u64, master: &mut Self::State) -> Handled {
        send(master, ToMaster::Done(n));
        Ok(())
    }
}

struct Master;

#[derive(Default)]
struct Rounds {
    workers: Vec<ActorRef<u64>>,
    waiting: usize,
    rounds: u64,
    sum: Tally,
}

pub enum ToMaster {
    Start(u64),
    Done(u64),
}

impl Rounds {
    fn round(&mut self) {
        if self.rounds == 0 {
            return progress::arrived();
        }
        self.rounds -= 1;
        self.waiting = self.workers.len();
        self.workers.iter().for_each(|worker| send(worker, 1));
    }
}

impl Actor for Master {
    type Msg = ToMaster;
    type State = Rounds;
    type Arguments = usize;

    async fn pre_start(
        &self,
        myself: ActorRef<ToMaster>,
        count: usize,
    ) -> Result<Rounds, ActorProcessingErr> {
        let mut state = Rounds::default();
        for _ in 0..count {
            state.workers.push(spawn(Worker, myself.clone()).await);
        }
        Ok(state)
    }

    async fn handle(&self, _: ActorRef<ToMaster>, message: ToMaster, state: &mut Rounds) -> Handled {
        match message {
            ToMaster::Start(rounds) => {
                state.rounds = rounds;
                state.round();
            }
            ToMaster::Done(n) => {
                state.sum.0 += n;
                state.waiting -= 1;
                if state.waiting == 0 {
                    state.round();
                }
            }
        }
        Ok(())
    }
}

struct Server;

pub enum ToServer {
    Ask(u64, RpcReplyPort<u64>),
}

impl Actor for Server {
    type Msg = ToServer;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<ToServer>, (): ()) -> Handled {
        Ok(())
    }

    async fn handle(&self, _: ActorRef<ToServer>, ToServer::Ask(n, reply): ToServer, (): &mut ()) -> Handled {
        Ok(reply.send(n)?)
    }
}

struct Client;

impl Actor for Client {
    type Msg = u64;
    type State = (ActorRef<ToServer>, Tally);
    type Arguments = ActorRef<ToServer>;

    async fn pre_start(
        &self,
        _: ActorRef<u64>,
        server: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok((server, Tally::default()))
    }

    async fn handle(&self, _: ActorRef<u64>, requests: u64, (server, answers): &mut Self::State) -> Handled {
        for _ in 0..requests {
            answers.0 += call!(server, |reply| ToServer::Ask(1, reply))?;
        }
        progress::arrived();
        Ok(())
    }
}

impl crate::rows::Peer for Peer {
    type Executor = Runtime;
    type Counter = ActorRef<Amounts>;
    type Mortal = ActorRef<()>;
    type Link = ActorRef<ToLink>;
    type Master = ActorRef<ToMaster>;
    type Client = ActorRef<u64>;

    fn executor() -> Runtime {
        crate::tokio::executor()
    }

    fn block_on<T>(executor: &Runtime, work: impl Future<Output = T>) -> T {
        executor.block_on(work)
    }

    async fn counter() -> Self::Counter {
        spawn(Counter, ()).await
    }

    fn add(counter: &Self::Counter, amount: u64) {
        send(counter, Amounts::One(amount));
    }

    fn add_eight(counter: &Self::Counter, amounts: [u64; 8]) {
        send(counter, Amounts::Eight(amounts));
    }

    async fn mortal() -> Self::Mortal {
        spawn(Mortal, ()).await
    }

    fn end(mortal: Self::Mortal) {
        mortal.stop(None);
    }

    async fn ring(count: usize) -> Self::Link {
        let mut links = Vec::new();
        for _ in 0..count {
            links.push(spawn(Link, ()).await);
        }
        for (link, next) in links.iter().zip(links.iter().cycle().skip(1)) {
            send(link, ToLink::Join(next.clone()));
        }
        links[0].clone()
    }

    fn pass(link: &Self::Link, left: u64) {
        send(link, ToLink::Pass(left));
    }

    async fn master(workers: usize) -> Self::Master {
        spawn(Master, workers).await
    }

    fn start(master: &Self::Master, rounds: u64) {
        send(master, ToMaster::Start(rounds));
    }

    async fn client() -> Self::Client {
        let server = spawn(Server, ()).await;
        spawn(Client, server).await
    }

    fn request(client: &Self::Client, requests: u64) {
        send(client, requests);
    }
}
