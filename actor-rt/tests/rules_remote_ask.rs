//! Asking by id from other threads: each request has exactly one outcome, whatever becomes of the runtime.

use actor_rt::ask::{AskError, PacketAnswer};
use actor_rt::*;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// As long as it takes: the other thread has to have its turn.
const LONG: Duration = Duration::from_secs(3_600);
const MILLISECOND: Duration = Duration::from_millis(1);

/// Answers tag 1 with the bytes and what it got before, keeps tag 2, forgets tag 3, and writes down all others.
#[derive(Default)]
struct Oracle(Vec<u8>);

impl Receive for Oracle {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        match packet.tag() {
            1 => {
                self.0.extend(packet.data());
                cx.door().reply(packet.reply_token(), 7, Body::Copied(&self.0)).unwrap();
            }
            2 => _ = packet.keep_reply(),
            3 => {}
            _ => self.0.extend(packet.data()),
        }
    }
}

type Said = Result<(u64, Vec<u8>), AskError>;

fn said(heard: Result<PacketAnswer, AskError>) -> Said {
    heard.map(|answer| (answer.tag, answer.bytes.as_slice().to_vec()))
}

struct World {
    now: Instant,
    runtime: Runtime,
    oracle: Actor<Oracle>,
    told: (Sender<Said>, Receiver<Said>),
}

impl World {
    fn new() -> Self {
        let now = Instant::now();
        let runtime = Runtime::new(now);
        let oracle = runtime.door().spawn(Oracle::default(), Ret::nop());
        World { now, runtime, oracle, told: mpsc::channel() }
    }

    fn ask(&self, to: ActorId, tag: u64, within: Duration) {
        let (remote, tell) = (self.runtime.remote(), self.told.0.clone());
        let on_answer = move |heard| tell.send(said(heard)).unwrap();
        thread::spawn(move || remote.ask(to, tag, OwnedBytes::copy_of(b"b"), within, on_answer))
            .join()
            .unwrap();
    }

    fn run(&mut self) -> Vec<Said> {
        self.runtime.run(self.now, false);
        self.told.1.try_iter().collect()
    }
}

#[test]
fn an_answer_comes_behind_what_the_remote_sent_before() {
    let mut world = World::new();
    let (remote, tell, to) = (world.runtime.remote(), world.told.0.clone(), world.oracle.actor_id());
    thread::spawn(move || {
        remote.post(to, 9, Body::Copied(b"a")).unwrap();
        remote.ask(to, 1, OwnedBytes::copy_of(b"b"), LONG, move |heard| tell.send(said(heard)).unwrap());
    })
    .join()
    .unwrap();
    assert_eq!(world.run(), [Ok((7, b"ab".to_vec()))]);
}

#[test]
fn each_failure_is_an_outcome() {
    let mut world = World::new();
    let oracle = world.oracle.actor_id();
    let plain = world.runtime.door().spawn(Oracle::default(), Ret::nop());
    world.runtime.door().kill(plain.actor_id(), "enough").unwrap();
    world.run();
    for (to, tag, outcome) in [
        (plain.actor_id(), 1, AskError::Closed),
        (ActorId(0), 1, AskError::Closed),
        (oracle, 3, AskError::NoReply),
    ] {
        world.ask(to, tag, LONG);
        assert_eq!(world.run(), [Err(outcome)], "{to:?} {tag}");
    }
    world.ask(oracle, 2, MILLISECOND);
    assert_eq!(world.run(), []);
    world.now += MILLISECOND;
    assert_eq!(world.run(), [Err(AskError::Timeout)]);
    world.oracle.set_capacity(1);
    world.oracle.pause();
    world.ask(oracle, 1, LONG);
    world.ask(oracle, 1, LONG);
    assert_eq!(world.run(), [Err(AskError::Full)]);
    world.oracle.resume();
    assert_eq!(world.run(), [Ok((7, b"b".to_vec()))]);
    let typed = actor_new!(world.runtime, u32, ret_nop!());
    world.ask(typed.actor_id(), 1, LONG);
    assert_eq!(world.run(), [Err(AskError::NoReply)], "it takes no packets");
}

#[test]
fn a_request_is_told_of_the_end_of_its_runtime_wherever_it_was() {
    let mut world = World::new();
    let (remote, oracle) = (world.runtime.remote(), world.oracle.actor_id());
    world.ask(oracle, 2, LONG);
    assert_eq!(world.run(), []);
    world.ask(oracle, 1, LONG);
    let World { runtime, oracle: kept, told, .. } = world;
    drop((runtime, kept));
    let outcomes: Vec<_> = told.1.try_iter().collect();
    assert_eq!(outcomes.len(), 2);
    assert!(
        outcomes.iter().all(|said| matches!(said, Err(AskError::Closed | AskError::NoReply))),
        "{outcomes:?}"
    );
    // From here on on the thread that asks.
    let (tell, asker) = (told.0.clone(), thread::current().id());
    remote.ask(oracle, 1, OwnedBytes::copy_of(b""), LONG, move |heard| {
        assert_eq!(thread::current().id(), asker);
        tell.send(said(heard)).unwrap();
    });
    assert_eq!(told.1.try_iter().collect::<Vec<_>>(), [Err(AskError::Closed)]);
    assert_eq!(said(remote.ask_blocking(oracle, 1, OwnedBytes::copy_of(b""), LONG)), Err(AskError::Closed));
}

#[test]
fn a_thread_waits_for_its_answer_and_gives_up_for_good() {
    let mut world = World::new();
    let (remote, oracle) = (world.runtime.remote(), world.oracle.actor_id());
    let ask = move |within| said(remote.ask_blocking(oracle, 1, OwnedBytes::copy_of(b"x"), within));
    assert_eq!(ask(LONG), Err(AskError::WouldDeadlock), "the runtime's own thread");
    let waits = ask.clone();
    let asker = thread::spawn(move || waits(LONG));
    while !asker.is_finished() {
        world.run();
        thread::yield_now();
    }
    assert_eq!(asker.join().unwrap(), Ok((7, b"x".to_vec())));
    // Nobody steps: the thread gives up, and what it asked for is not done later.
    assert_eq!(thread::spawn(move || ask(MILLISECOND)).join().unwrap(), Err(AskError::Timeout));
    world.run();
    assert_eq!(world.oracle.query(&mut world.runtime, |oracle, _| oracle.0.clone()).unwrap(), b"x");
}
