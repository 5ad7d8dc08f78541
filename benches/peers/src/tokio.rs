//! Tokio's channels: a task for each actor, an unbounded `mpsc` for each mailbox, an executor of one thread.

use crate::progress::{self, Tally};
use ::tokio::runtime::{Builder, Runtime};
use ::tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use ::tokio::sync::oneshot;

pub struct Peer;

/// One type of message, as an actor of several methods has it.
pub enum Amounts {
    One(u64),
    Eight([u64; 8]),
}

pub enum ToMaster {
    Start(u64),
    Done(u64),
}

struct Ask {
    n: u64,
    reply: oneshot::Sender<u64>,
}

/// A send fails only when the receiver has ended, which none does while a row runs.
fn send<M>(to: &UnboundedSender<M>, message: M) {
    assert!(to.send(message).is_ok(), "the actor lives");
}

async fn count(mut mailbox: UnboundedReceiver<Amounts>) {
    let mut sum = Tally::default();
    while let Some(message) = mailbox.recv().await {
        match message {
            Amounts::One(amount) => sum.0 += amount,
            Amounts::Eight(amounts) => amounts.iter().for_each(|amount| sum.0 += amount),
        }
        progress::arrived();
    }
}

async fn live(mut mailbox: UnboundedReceiver<()>) {
    let lives = Tally(1);
    progress::arrived();
    while mailbox.recv().await.is_some() {}
    drop(lives);
    progress::arrived();
}

async fn pass(mut mailbox: UnboundedReceiver<u64>, next: UnboundedSender<u64>) {
    let mut hops = Tally::default();
    while let Some(left) = mailbox.recv().await {
        hops.0 += 1;
        if left > 0 {
            send(&next, left - 1);
        } else {
            progress::arrived();
        }
    }
}

async fn work(mut mailbox: UnboundedReceiver<u64>, master: UnboundedSender<ToMaster>) {
    while let Some(n) = mailbox.recv().await {
        send(&master, ToMaster::Done(n));
    }
}

async fn lead(mut mailbox: UnboundedReceiver<ToMaster>, workers: Vec<UnboundedSender<u64>>) {
    let mut sum = Tally::default();
    let (mut rounds, mut waiting) = (0, 0);
    while let Some(message) = mailbox.recv().await {
        match message {
            ToMaster::Start(count) => rounds = count,
            ToMaster::Done(n) => {
                sum.0 += n;
                waiting -= 1;
            }
        }
        if waiting > 0 {
            continue;
        }
        if rounds == 0 {
            progress::arrived();
            continue;
        }
        rounds -= 1;
        waiting = workers.len();
        workers.iter().for_each(|worker| send(worker, 1));
    }
}

async fn answer(mut mailbox: UnboundedReceiver<Ask>) {
    while let Some(Ask { n, reply }) = mailbox.recv().await {
        assert!(reply.send(n).is_ok(), "the client waits");
    }
}

async fn ask(mut mailbox: UnboundedReceiver<u64>, server: UnboundedSender<Ask>) {
    let mut answers = Tally::default();
    while let Some(requests) = mailbox.recv().await {
        for _ in 0..requests {
            let (reply, answer) = oneshot::channel();
            send(&server, Ask { n: 1, reply });
            answers.0 += answer.await.unwrap_or(0);
        }
        progress::arrived();
    }
}

impl crate::rows::Peer for Peer {
    type Executor = Runtime;
    type Counter = UnboundedSender<Amounts>;
    type Mortal = UnboundedSender<()>;
    type Link = UnboundedSender<u64>;
    type Master = UnboundedSender<ToMaster>;
    type Client = UnboundedSender<u64>;

    fn executor() -> Runtime {
        executor()
    }

    fn block_on<T>(executor: &Runtime, work: impl Future<Output = T>) -> T {
        executor.block_on(work)
    }

    async fn counter() -> Self::Counter {
        let (counter, mailbox) = unbounded_channel();
        ::tokio::spawn(count(mailbox));
        counter
    }

    fn add(counter: &Self::Counter, amount: u64) {
        send(counter, Amounts::One(amount));
    }

    fn add_eight(counter: &Self::Counter, amounts: [u64; 8]) {
        send(counter, Amounts::Eight(amounts));
    }

    async fn mortal() -> Self::Mortal {
        let (mortal, mailbox) = unbounded_channel();
        ::tokio::spawn(live(mailbox));
        mortal
    }

    fn end(mortal: Self::Mortal) {
        drop(mortal);
    }

    async fn ring(count: usize) -> Self::Link {
        let (senders, mailboxes): (Vec<_>, Vec<_>) = (0..count).map(|_| unbounded_channel()).unzip();
        for (mailbox, next) in mailboxes.into_iter().zip(senders.iter().cycle().skip(1)) {
            ::tokio::spawn(pass(mailbox, next.clone()));
        }
        senders[0].clone()
    }

    fn pass(link: &Self::Link, left: u64) {
        send(link, left);
    }

    async fn master(workers: usize) -> Self::Master {
        let (master, mailbox) = unbounded_channel();
        let employ = |_| {
            let (worker, mailbox) = unbounded_channel();
            ::tokio::spawn(work(mailbox, master.clone()));
            worker
        };
        ::tokio::spawn(lead(mailbox, (0..workers).map(employ).collect()));
        master
    }

    fn start(master: &Self::Master, rounds: u64) {
        send(master, ToMaster::Start(rounds));
    }

    async fn client() -> Self::Client {
        let (server, requests) = unbounded_channel();
        ::tokio::spawn(answer(requests));
        let (client, mailbox) = unbounded_channel();
        ::tokio::spawn(ask(mailbox, server));
        client
    }

    fn request(client: &Self::Client, requests: u64) {
        send(client, requests);
    }
}

/// An executor of one thread, with all that is compiled in, as most programs have it.
pub fn executor() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("the executor starts")
}
