//! The actors together, without C++, sockets and real time: a recorder stands for the server and the console.

use crate::counts::Counts;
use crate::hub::{Hub, Settings};
use crate::wire::{self, Progress, Reason};
use actor_rt::{Actor, ActorId, Body, Budget, Cx, Packet, Receive, Ret, Runtime, call};
use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(250);
const IDLE: Duration = Duration::from_millis(300);

/// Notes every packet that the Rust actors send out.
#[derive(Default)]
struct Recorder {
    packets: Vec<(u64, Vec<u8>)>,
}

impl Receive for Recorder {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        self.packets.push((packet.tag(), packet.data().to_vec()));
    }
}

struct Rig {
    runtime: Runtime,
    now: Instant,
    recorder: Actor<Recorder>,
    hub: Actor<Hub>,
    wakes: mpsc::Receiver<()>,
}

impl Rig {
    fn new() -> Self {
        let now = Instant::now();
        let (waking, wakes) = mpsc::channel();
        let runtime = actor_rt::Config::new().wake(move |_| _ = waking.send(())).build(now);
        let recorder = runtime.door().spawn(Recorder::default(), Ret::nop());
        let id = recorder.actor_id();
        let settings = Settings { server: id, console: id, shards: 3, parsers: 2, tick: TICK };
        let hub = runtime.door().spawn(Hub::new(settings), Ret::nop());
        call!([hub], start());
        let mut rig = Rig { runtime, now, recorder, hub, wakes };
        rig.run();
        rig
    }

    /// Steps as a host does: again while more is owed, since some handlers end their step.
    fn run(&mut self) {
        while self.runtime.step(self.now, &Budget::UNBOUNDED).more {}
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        self.run();
    }

    fn post(&mut self, to: ActorId, tag: u64, payload: &[u8]) {
        self.runtime.door().post(to, tag, Body::Copied(payload)).expect("the receiver lives");
    }

    /// Makes a session and returns its id.
    fn open(&mut self, connection: u64) -> ActorId {
        let payload: Vec<u8> =
            [connection, IDLE.as_nanos() as u64].iter().flat_map(|number| number.to_ne_bytes()).collect();
        self.post(self.hub.actor_id(), wire::OPEN, &payload);
        self.run();
        let [opened, session] = self.sent::<2>(wire::OPENED).pop().expect("the hub answers");
        assert_eq!(opened, connection);
        ActorId(session)
    }

    /// Packets of a tag as numbers.
    fn sent<const N: usize>(&mut self, tag: u64) -> Vec<[u64; N]> {
        let packets = self.payloads(tag);
        packets.iter().map(|payload| wire::numbers(payload).expect("its length is right")).collect()
    }

    fn payloads(&mut self, tag: u64) -> Vec<Vec<u8>> {
        let recorder = self.recorder.clone();
        let packets = recorder.query(&mut self.runtime, |recorder, _| recorder.packets.clone());
        let packets = packets.expect("the recorder lives");
        packets.into_iter().filter(|packet| packet.0 == tag).map(|packet| packet.1).collect()
    }

    /// Asks for everything, as the console does.
    fn report(&mut self) -> (Progress, BTreeMap<String, u64>) {
        let (sender, answers) = mpsc::channel();
        let hub = self.hub.actor_id();
        let door = self.runtime.door().clone();
        door.ask(hub, wire::REPORT, Body::Copied(&[]), u64::MAX, move |answer| {
            if let Body::Owned(bytes) = answer.body {
                drop(sender.send(bytes.as_slice().to_vec()));
            }
        })
        .expect("the hub lives");
        self.run();
        decode(&answers.try_recv().expect("the hub answers"))
    }
}

/// Reads what `wire::report` writes.
fn decode(report: &[u8]) -> (Progress, BTreeMap<String, u64>) {
    let [bytes, lines, poison, sessions, restarts, summaries, wakes, words] =
        wire::numbers(&report[..64]).expect("eight numbers");
    let mut counts = BTreeMap::new();
    let mut rest = &report[64..];
    for _ in 0..words {
        let [number, length] = wire::numbers(&rest[..16]).expect("two numbers");
        let (word, behind) = rest[16..].split_at(length as usize);
        counts.insert(String::from_utf8_lossy(word).into_owned(), number);
        rest = behind;
    }
    assert!(rest.is_empty());
    (Progress { bytes, lines, poison, sessions, restarts, summaries, wakes }, counts)
}

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|&(word, number)| (word.to_owned(), number)).collect()
}

#[test]
fn words_and_lines_are_counted_across_the_borders_of_reads() {
    let text = b"The cat\nthe dog\n\nThe end";
    for size in 1..=text.len() {
        let mut rig = Rig::new();
        let session = rig.open(7);
        for chunk in text.chunks(size) {
            rig.post(session, wire::BYTES, chunk);
        }
        rig.post(session, wire::END, &[]);
        rig.run();
        assert_eq!(rig.sent::<2>(wire::CLOSED), [[7, Reason::Finished as u64]]);
        let (progress, words) = rig.report();
        assert_eq!((progress.bytes, progress.lines), (text.len() as u64, 4), "in chunks of {size}");
        assert_eq!((progress.sessions, progress.restarts), (0, 0));
        assert_eq!(words, counts(&[("cat", 1), ("dog", 1), ("end", 1), ("the", 3)]));
    }
}

#[test]
fn every_byte_is_given_back_as_credit_once() {
    let mut rig = Rig::new();
    let session = rig.open(1);
    for chunk in [b"no newline yet".as_slice(), b" here\nand", b"\n\0POISON\n", b"x"] {
        rig.post(session, wire::BYTES, chunk);
    }
    rig.run();
    assert_eq!(rig.sent::<2>(wire::CREDIT), [[1, 14], [1, 9], [1, 9], [1, 1]]);
}

#[test]
fn a_poison_line_costs_itself_and_nothing_else() {
    let mut rig = Rig::new();
    let session = rig.open(0);
    rig.post(session, wire::BYTES, b"a\nb\n\0POISON\nc\nd\n\0POISON\ne\n");
    rig.post(session, wire::END, &[]);
    rig.run();
    let (progress, words) = rig.report();
    assert_eq!((progress.lines, progress.poison, progress.bytes), (5, 2, 26));
    assert!(progress.restarts >= 2);
    assert_eq!(rig.payloads(wire::FAILURE).len() as u64, progress.restarts);
    assert_eq!(words, counts(&[("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1)]));
}

#[test]
fn what_waits_behind_poison_in_the_same_parser_is_counted_once() {
    let mut rig = Rig::new();
    // Two parsers: connections of even numbers share one.
    let sessions: Vec<ActorId> = (0..20).map(|connection| rig.open(connection)).collect();
    for &session in &sessions {
        let text: &[u8] = if session == sessions[4] { b"x\n\0POISON\nx\n" } else { b"x\nx\n" };
        rig.post(session, wire::BYTES, text);
        rig.post(session, wire::END, &[]);
    }
    rig.run();
    let (progress, words) = rig.report();
    assert_eq!((progress.lines, progress.poison), (40, 1));
    assert_eq!(words, counts(&[("x", 40)]));
    assert_eq!(rig.sent::<2>(wire::CLOSED).len(), 20);
}

#[test]
fn silence_ends_a_session_and_every_read_begins_it_anew() {
    let mut rig = Rig::new();
    let session = rig.open(3);
    // Before the first bytes there is no timer.
    rig.pass(10 * IDLE);
    for _ in 0..5 {
        rig.post(session, wire::BYTES, b"word ");
        rig.run();
        rig.pass(IDLE * 2 / 3);
    }
    assert!(rig.sent::<2>(wire::CLOSED).is_empty());
    rig.pass(IDLE);
    assert_eq!(rig.sent::<2>(wire::CLOSED), [[3, Reason::Idle as u64]]);
    let (progress, words) = rig.report();
    assert_eq!((progress.bytes, progress.lines), (25, 1));
    assert_eq!(words, counts(&[("word", 5)]));
}

#[test]
fn summaries_come_from_the_other_thread_by_a_wake() {
    let mut rig = Rig::new();
    let session = rig.open(1);
    rig.post(session, wire::BYTES, b"b a a\n");
    rig.run();
    while rig.wakes.try_recv().is_ok() {}
    rig.pass(TICK);
    // The thread has the copy. A quick answer comes while the steps still run, and is handled by them; from then on nothing but a wake
    // tells of it.
    let mut texts = rig.payloads(wire::SUMMARY);
    if texts.is_empty() {
        rig.wakes.recv_timeout(Duration::from_secs(60)).expect("the thread answers");
        rig.run();
        texts = rig.payloads(wire::SUMMARY);
    }
    assert_eq!(texts, [b"3 words, 2 distinct: a 2, b 1"]);
    assert_eq!(rig.sent::<7>(wire::PROGRESS).len(), 1);
}

#[test]
fn a_foreign_message_of_an_unknown_tag_ends_its_session_only() {
    let mut rig = Rig::new();
    let stranger = rig.open(1);
    let session = rig.open(2);
    rig.post(stranger, 42, &[]);
    rig.post(session, wire::BYTES, b"still here\n");
    rig.run();
    assert_eq!(rig.sent::<2>(wire::CLOSED), [[1, Reason::Failed as u64]]);
    assert_eq!(
        rig.payloads(wire::FAILURE),
        [b"session 1: Actor failed: a session does not know the tag 0x2a"]
    );
    assert_eq!(rig.report().0.lines, 1);
}

#[test]
fn ties_in_a_summary_are_settled_by_the_words() {
    let counts: Counts = [("b", 1), ("a", 1), ("c", 2)]
        .into_iter()
        .map(|(word, number)| (word.as_bytes().into(), number))
        .collect();
    assert_eq!(crate::summariser::summary(counts), "4 words, 3 distinct: c 2, a 1, b 1");
}
