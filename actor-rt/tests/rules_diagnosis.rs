//! What a host can find out: counts of work, dead letters with their reasons, where messages are. A name that begins with X is of a
//! sentence of the study (rsactor).

use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Adds up, and takes time for it: on a clock that only its handlers move.
struct Worker {
    clock: Rc<Cell<u64>>,
}

impl Worker {
    fn init(_: CX![], clock: Rc<Cell<u64>>) -> Option<Self> {
        clock.set(clock.get() + 1_000);
        Some(Worker { clock })
    }
    fn work(&mut self, _: CX![], ns: u64) {
        self.clock.set(self.clock.get() + ns);
    }
    fn work_and_stop(&mut self, cx: CX![], ns: u64) {
        self.clock.set(self.clock.get() + ns);
        stop!(cx);
    }
    fn work_and_panic(&mut self, _: CX![], ns: u64) {
        self.clock.set(self.clock.get() + ns);
        panic!("at work");
    }
    fn work_and_count(&mut self, cx: CX![], counting: Counting) {
        cx.set_counting(counting);
    }
}

fn with_clock() -> (Runtime, Rc<Cell<u64>>, Instant) {
    let now = Instant::now();
    let clock = Rc::new(Cell::new(0));
    let read = Rc::clone(&clock);
    (Config::new().clock(move || read.get()).build(now), clock, now)
}

#[test]
fn nothing_is_counted_unless_it_is_asked_for() {
    let (mut runtime, clock, now) = with_clock();
    let worker = actor!(runtime, Worker::init(clock), ret_nop!());
    call!([worker], work(1));
    runtime.run(now, false);
    assert_eq!(worker.counts(), None);
}

#[test]
fn counts_are_of_handlers_and_of_what_waited_for_them() {
    let (mut runtime, clock, now) = with_clock();
    runtime.set_counting(Counting::BusyTime);
    let worker = actor!(runtime, Worker::init(clock.clone()), ret_nop!());
    let other = actor!(runtime, Worker::init(clock), ret_nop!());
    for ns in [20, 300] {
        call!([worker], work(ns));
    }
    call!([other], work(9));
    after!(Duration::from_secs(1), [worker, runtime], work(5));
    runtime.run(now, false);
    let counts = worker.counts().unwrap();
    assert_eq!((counts.messages, counts.most_pending, counts.busy.as_nanos()), (3, 3, 1_320));
    assert_eq!(other.counts().unwrap().busy.as_nanos(), 1_009);
    runtime.run(now + Duration::from_secs(1), false);
    let counts = worker.counts().unwrap();
    assert_eq!((counts.messages, counts.most_pending, counts.busy.as_nanos()), (4, 3, 1_325));

    for _ in 0..5 {
        call!([worker], work(1));
    }
    assert_eq!(worker.counts().unwrap().most_pending, 5, "what waits now counts, too");
    runtime.set_counting(Counting::Off);
    runtime.run(now, false);
    let counts = worker.counts().unwrap();
    assert_eq!((counts.messages, counts.busy.as_nanos()), (4, 1_325), "counted no more, and kept");
}

#[test]
fn messages_that_wait_for_their_actor_count_once() {
    let (mut runtime, clock, now) = with_clock();
    runtime.set_counting(Counting::Messages);
    let worker = actor_new!(runtime, Worker, ret_nop!());
    call!([worker], work(1));
    call!([worker], work(2));
    runtime.run(now, false);
    assert_eq!(worker.counts().unwrap().messages, 0, "they wait");
    call!([worker], Worker::init(clock));
    runtime.run(now, false);
    let counts = worker.counts().unwrap();
    assert_eq!((counts.messages, counts.most_pending), (3, 3));
    assert_eq!(counts.busy, Duration::ZERO, "not asked for");
}

#[test]
fn the_last_message_of_an_actor_counts_however_it_ends() {
    let (mut runtime, clock, now) = with_clock();
    runtime.set_counting(Counting::BusyTime);
    let [stops, fails] = [(); 2].map(|()| actor!(runtime, Worker::init(clock.clone()), ret_nop!()));
    call!([stops], work_and_stop(7));
    call!([stops], work(100));
    call!([fails], work_and_panic(8));
    call!([fails], work(100));
    runtime.run(now, false);
    for (worker, busy) in [(&stops, 1_007), (&fails, 1_008)] {
        assert!(worker.is_zombie());
        let counts = worker.counts().unwrap();
        assert_eq!((counts.messages, counts.most_pending, counts.busy.as_nanos()), (2, 3, busy));
    }
}

/// Ours count a handler that panicked, too: it has had its message, and its time. A mean is the busy time by the messages; how long an actor
/// lives is in the log.
#[test]
fn x16_counts_say_how_many_how_long_in_all_and_how_long_at_most() {
    let (mut runtime, clock, now) = with_clock();
    runtime.set_counting(Counting::BusyTime);
    let worker = actor!(runtime, Worker::init(clock), ret_nop!());
    for ns in [7_000, 20, 300] {
        call!([worker], work(ns));
    }
    runtime.run(now, false);
    let counts = worker.counts().unwrap();
    assert_eq!((counts.messages, counts.most_pending), (4, 4));
    assert_eq!((counts.busy.as_nanos(), counts.longest.as_nanos()), (8_320, 7_000));
    call!([worker], work_and_panic(9_000));
    runtime.run(now, false);
    let counts = worker.counts().unwrap();
    assert_eq!((counts.messages, counts.busy.as_nanos(), counts.longest.as_nanos()), (5, 17_320, 9_000));
}

#[test]
fn counting_may_begin_and_end_in_a_handler() {
    let (mut runtime, clock, now) = with_clock();
    let worker = actor!(runtime, Worker::init(clock), ret_nop!());
    call!([worker], work_and_count(Counting::BusyTime));
    runtime.run(now, false);
    call!([worker], work(4));
    call!([worker], work_and_count(Counting::Off));
    call!([worker], work(5));
    runtime.run(now, false);
    let counts = worker.counts().unwrap();
    assert_eq!((counts.messages, counts.busy.as_nanos()), (2, 4));
}

/// Notes what is lost.
struct Losses(Rc<RefCell<Vec<DeadLetter>>>);

impl Observer for Losses {
    fn ingress(&mut self, _: u64, _: Ingress) {}
    fn delivering(&mut self, _: &Delivery) {}
    fn delivered(&mut self) {}
    fn dead_letter(&mut self, letter: &DeadLetter) {
        self.0.borrow_mut().push(*letter);
    }
}

struct Sink;

impl Receive for Sink {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        if packet.tag() == 1 {
            cx.stop();
        }
    }
}

#[test]
fn every_dead_letter_has_its_reason() {
    let (mut runtime, clock, now) = with_clock();
    let seen = Rc::default();
    runtime.set_observer(Some(Box::new(Losses(Rc::clone(&seen)))));

    // The receiver ended before its turn.
    let sink = runtime.door().spawn(Sink, Ret::nop());
    for tag in [1, 2] {
        runtime.door().post(sink.actor_id(), tag, Body::Copied(&[])).unwrap();
    }
    runtime.run(now, false);
    // The mailbox was full.
    let worker = actor!(runtime, Worker::init(clock), ret_nop!());
    runtime.run(now, false);
    worker.set_capacity(1);
    let full = worker.clone();
    call!([worker], |_rt| call!([full], work(1)));
    call!([worker], work(1));
    runtime.run(now, false);
    // Of another thread, for an actor that has ended, and for one that takes no packets.
    let remote = runtime.remote();
    let ids = (sink.actor_id(), worker.actor_id());
    let sent = std::thread::spawn(move || {
        remote.post(ids.0, 3, Body::Copied(b"late")).unwrap();
        remote.post(ids.1, 4, Body::Copied(b"odd")).unwrap();
    });
    sent.join().unwrap();
    runtime.run(now, false);

    let told = [
        (DropReason::Cancelled, sink.actor_id(), 2),
        (DropReason::Full, worker.actor_id(), 0),
        (DropReason::NotFound, sink.actor_id(), 3),
        (DropReason::Refused, worker.actor_id(), 4),
    ];
    let letters = runtime.recent_dead_letters();
    assert_eq!(letters, *seen.borrow(), "the observer is told as it happens");
    let found: Vec<_> = letters.iter().map(|letter| (letter.reason, letter.target, letter.tag)).collect();
    assert_eq!(found, told);
    assert!(letters[1].type_name.contains("Worker"), "{}", letters[1].type_name);
    let steps: Vec<u64> = letters.iter().map(|letter| letter.step).collect();
    assert_eq!(steps, [1, 3, 4, 4]);
    for (reason, ..) in told {
        assert_eq!(runtime.dead_letters_of(reason), 1, "{reason:?}");
    }
    assert_eq!((runtime.dead_letters(), runtime.pending().dead_letters), (4, 4));
}

#[test]
fn the_last_dead_letters_are_kept() {
    let (mut runtime, clock, now) = with_clock();
    let worker = actor!(runtime, Worker::init(clock), ret_nop!());
    runtime.run(now, false);
    worker.set_capacity(0);
    for _ in 0..100 {
        call!([worker], work(1));
    }
    runtime.door().post(worker.actor_id(), 7, Body::Copied(&[])).unwrap_err();
    assert_eq!(
        (runtime.recent_dead_letters().len(), runtime.dead_letters()),
        (32, 100),
        "errors are no losses"
    );
    runtime.door().lose(worker.actor_id(), 7, PostError::Full);
    assert_eq!(runtime.recent_dead_letters().last().map(|letter| letter.tag), Some(7), "unless given up");
}

#[test]
fn an_actors_messages_are_located() {
    let (mut runtime, clock, now) = with_clock();
    let worker = actor_new!(runtime, Worker, ret_nop!());
    let id = worker.actor_id();
    let located = |runtime: &Runtime| runtime.locate(id).unwrap();
    call!([worker], work(1));
    runtime.run(now, false);
    assert_eq!((located(&runtime).life, located(&runtime).waiting), (Life::Preparing, 1));
    call!([worker], Worker::init(clock));
    runtime.run(now, false);
    call!([worker], work(1));
    call!([worker], work(1));
    lazy!([worker, runtime], work(1));
    idle!([worker, runtime], work(1));
    after!(Duration::from_secs(1), [worker, runtime], work(1));
    let other = actor_new!(runtime, Worker, ret_nop!());
    call!([other], work(1));
    let found = located(&runtime);
    assert_eq!((found.main, found.lazy, found.idle, found.timers), (2, 1, 1, 1));
    assert!(worker.pause());
    runtime.run(now, false);
    assert_eq!((located(&runtime).life, located(&runtime).waiting), (Life::Paused, 3));
    worker.resume();
    assert_eq!((located(&runtime).life, located(&runtime).released), (Life::Ready, 3));
    runtime.run(now + Duration::from_secs(1), true);
    let Located { main, lazy, idle, timers, waiting, released, .. } = located(&runtime);
    assert_eq!([main, lazy, idle, timers, waiting, released], [0; 6]);
    worker.kill_str(&mut runtime, "found");
    assert_eq!(runtime.locate(id), Err(IdError::Stale));
    assert_eq!(Runtime::new(now).locate(other.actor_id()), Err(IdError::WrongRuntime));
}
