//! The rows, written once for all peers, with the same messages and the same numbers of actors as in `same_text`.
//!
//! Each row checks that its work was done: the waiting ends only when every message has arrived, and the actors report at their
//! end what they have counted.

use crate::progress;
use actor_rt_benches::meter::{Meter, WARM_UP};
use actor_rt_benches::peers::{Row, Rows};

/// Messages per portion, one for each of as many actors.
const BURST: u64 = 1000;

/// Actors of a ring, and those that a message fans out to.
const MANY: usize = 100;

/// What a runtime has to say for the rows. All actors of one peer live on one thread.
pub trait Peer {
    /// Whatever drives the actors.
    type Executor;
    /// The handle of an actor that adds up what it is sent, 8 or 64 bytes, and announces each arrival.
    type Counter;
    /// The handle of an actor with 8 bytes of state that announces its start and its end.
    type Mortal;
    /// The handle of an actor that passes a number on, less one, to the next of its ring, and announces that it got 0.
    type Link;
    /// The handle of an actor that sends a message to each of its workers, round after round, and announces that all are done.
    type Master;
    /// The handle of an actor that asks a server, one request at a time, and announces that all were answered.
    type Client;

    /// An executor on this thread.
    fn executor() -> Self::Executor;
    /// Runs the actors until `work` is done.
    fn block_on<T>(executor: &Self::Executor, work: impl Future<Output = T>) -> T;

    /// Makes a counter.
    async fn counter() -> Self::Counter;
    /// Sends 8 bytes.
    fn add(counter: &Self::Counter, amount: u64);
    /// Sends 64 bytes.
    fn add_eight(counter: &Self::Counter, amounts: [u64; 8]);
    /// Makes an actor that announces its start and its end.
    async fn mortal() -> Self::Mortal;
    /// Ends it.
    fn end(mortal: Self::Mortal);

    /// Makes a ring of `count` links; its first one.
    async fn ring(count: usize) -> Self::Link;
    /// Starts a message of `left` further hops.
    fn pass(link: &Self::Link, left: u64);

    /// Makes a master with `workers` workers.
    async fn master(workers: usize) -> Self::Master;
    /// Starts `rounds` rounds.
    fn start(master: &Self::Master, rounds: u64);

    /// Makes a client and its server.
    async fn client() -> Self::Client;
    /// Starts `requests` requests.
    fn request(client: &Self::Client, requests: u64);
}

/// All rows on the peer `P`.
pub fn of<P: Peer>() -> Rows {
    vec![
        ("burst", burst::<P> as Row),
        ("burst_64", burst_64::<P>),
        ("ping", ping::<P>),
        ("ring", ring::<P>),
        ("fan", fan::<P>),
        ("request", request::<P>),
        ("spawn_drop_batch", spawn_drop_batch::<P>),
    ]
}

/// Warms up, measures, ends everything, and compares what the actors report.
fn measure<P: Peer, H, W: AsyncFn(&H, u64)>(
    meter: &mut Meter,
    make: impl Future<Output = H>,
    work: W,
    expected: impl Fn(u64) -> u64,
) {
    let executor = P::executor();
    let handles = P::block_on(&executor, make);
    P::block_on(&executor, work(&handles, WARM_UP));
    let ops = meter.ops();
    meter.measure(|| P::block_on(&executor, work(&handles, ops)));
    drop(handles);
    drop(executor);
    assert_eq!(progress::reported(), expected(WARM_UP) + expected(ops), "every message arrived");
}

async fn counters<P: Peer>() -> Vec<P::Counter> {
    let mut counters = Vec::new();
    for _ in 0..BURST {
        counters.push(P::counter().await);
    }
    counters
}

/// The sum of what one portion of a burst sends.
const SENT: u64 = BURST * (BURST - 1) / 2;

fn burst<P: Peer>(meter: &mut Meter) {
    let portions = async |counters: &Vec<P::Counter>, ops: u64| {
        for _ in 0..ops / BURST {
            progress::expect(BURST);
            for (counter, amount) in counters.iter().zip(0..) {
                P::add(counter, amount);
            }
            progress::done().await;
        }
    };
    measure::<P, _, _>(meter, counters::<P>(), portions, |ops| ops / BURST * SENT);
}

fn burst_64<P: Peer>(meter: &mut Meter) {
    let portions = async |counters: &Vec<P::Counter>, ops: u64| {
        for _ in 0..ops / BURST {
            progress::expect(BURST);
            for (counter, amount) in counters.iter().zip(0..) {
                P::add_eight(counter, [amount; 8]);
            }
            progress::done().await;
        }
    };
    measure::<P, _, _>(meter, counters::<P>(), portions, |ops| ops / BURST * SENT * 8);
}

async fn hops<P: Peer>(link: &P::Link, hops: u64) {
    progress::expect(1);
    P::pass(link, hops - 1);
    progress::done().await;
}

fn ping<P: Peer>(meter: &mut Meter) {
    measure::<P, _, _>(meter, P::ring(2), hops::<P>, |ops| ops);
}

fn ring<P: Peer>(meter: &mut Meter) {
    measure::<P, _, _>(meter, P::ring(MANY), hops::<P>, |ops| ops);
}

fn fan<P: Peer>(meter: &mut Meter) {
    let rounds = async |master: &P::Master, ops: u64| {
        progress::expect(1);
        P::start(master, ops / MANY as u64);
        progress::done().await;
    };
    measure::<P, _, _>(meter, P::master(MANY), rounds, |ops| ops);
}

fn request<P: Peer>(meter: &mut Meter) {
    let requests = async |client: &P::Client, ops: u64| {
        progress::expect(1);
        P::request(client, ops);
        progress::done().await;
    };
    measure::<P, _, _>(meter, P::client(), requests, |ops| ops);
}

fn spawn_drop_batch<P: Peer>(meter: &mut Meter) {
    let lives = async |(): &(), ops: u64| {
        let mut mortals = Vec::with_capacity(BURST as usize);
        for _ in 0..ops / BURST {
            progress::expect(BURST);
            for _ in 0..BURST {
                mortals.push(P::mortal().await);
            }
            progress::done().await;
            progress::expect(BURST);
            mortals.drain(..).for_each(P::end);
            progress::done().await;
        }
    };
    measure::<P, _, _>(meter, async {}, lives, |ops| ops);
}
