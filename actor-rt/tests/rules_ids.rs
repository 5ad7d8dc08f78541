//! Ids and requests: each misuse is an error of its own, each request has exactly one outcome.

use actor_rt::{
    Actor, ActorId, ActorOwn, Answer, Body, Budget, Config, Cx, Envelope, IdError, Outcome, OwnedBytes,
    Packet, PostError, Receive, Ret, Runtime, StopCause, actor_new, ret_nop,
};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What a server does with a request.
const ANSWER: u64 = 1;
const IGNORE: u64 = 2;
const KEEP: u64 = 3;
const PANIC: u64 = 4;
const STOP: u64 = 5;
const KILL_SELF: u64 = 6;
const KEEP_BY_DOOR: u64 = 7;
const PASS_ON: u64 = 8;

#[derive(Default)]
struct Server {
    kept: Rc<Cell<u64>>,
    handled: Rc<Cell<u32>>,
}

impl Receive for Server {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        self.handled.set(self.handled.get() + 1);
        let door = cx.door().clone();
        match packet.tag() {
            ANSWER => drop(door.reply(packet.reply_token(), 7, Body::Copied(packet.data()))),
            KEEP => self.kept.set(packet.keep_reply()),
            KEEP_BY_DOOR | PASS_ON => {
                let (token, this) = (packet.reply_token(), cx.this().actor_id());
                door.reply_keep(token, this).expect("it is open");
                self.kept.set(token);
                if packet.tag() == PASS_ON {
                    let envelope = Envelope { tag: IGNORE, reply: token, ..Envelope::default() };
                    door.send(this, &envelope, Body::Copied(&[])).expect("it lives");
                }
            }
            PANIC => std::panic::resume_unwind(Box::new("asked to")),
            STOP => cx.stop(),
            KILL_SELF => {
                door.kill(cx.this().actor_id(), "suicide").expect("it lives");
                assert!(cx.this().is_zombie());
                assert_eq!(door.is_alive(cx.this().actor_id()), Err(IdError::Stale));
            }
            _ => {}
        }
    }
}

/// How asks ended, with the bytes that came.
type Outcomes = Rc<RefCell<Vec<(Outcome, Vec<u8>)>>>;

struct World {
    runtime: Runtime,
    now: Instant,
    server: Actor<Server>,
    kept: Rc<Cell<u64>>,
    handled: Rc<Cell<u32>>,
    outcomes: Outcomes,
}

fn world() -> World {
    let now = Instant::now();
    let runtime = Config::new().instance(5).build(now);
    let (kept, handled) = (Rc::default(), Rc::default());
    let server = Server { kept: Rc::clone(&kept), handled: Rc::clone(&handled) };
    let server = runtime.door().spawn(server, Ret::nop());
    World { runtime, now, server, kept, handled, outcomes: Rc::default() }
}

impl World {
    fn ask(&mut self, tag: u64, deadline: u64) -> u64 {
        let outcomes = Rc::clone(&self.outcomes);
        let on_answer = move |answer: Answer<'_>| {
            let bytes = match answer.body {
                Body::Copied(bytes) => bytes.to_vec(),
                Body::Owned(bytes) => bytes.as_slice().to_vec(),
            };
            outcomes.borrow_mut().push((answer.outcome, bytes));
        };
        let id = self.server.actor_id();
        self.runtime.door().ask(id, tag, Body::Copied(b"ping"), deadline, on_answer).expect("it was asked")
    }

    fn run(&mut self, later: u64) -> Vec<Outcome> {
        self.runtime.run(self.now + Duration::from_nanos(later), false);
        assert_eq!(self.runtime.door().pending().messages, 0);
        self.outcomes.take().into_iter().map(|(outcome, _)| outcome).collect()
    }
}

#[test]
fn a_request_is_answered_once() {
    let mut world = world();
    let token = world.ask(ANSWER, u64::MAX);
    world.runtime.run(world.now, false);
    assert_eq!(world.outcomes.take(), [(Outcome::Reply, b"ping".to_vec())]);
    let door = world.runtime.door().clone();
    assert!(matches!(door.reply(token, 0, Body::Copied(&[])), Err((IdError::Stale, _))));
    assert_eq!(door.reply_drop(token), Err(IdError::Stale));
    assert_eq!(door.ask_cancel(token), Err(IdError::Stale));
    assert_eq!(door.reply_drop(0), Err(IdError::Null));
    assert_eq!(door.reply_drop(world.server.actor_id().0), Err(IdError::WrongKind));
    assert_eq!(door.open_asks(), 0);
}

#[test]
fn a_request_that_nobody_answers_has_no_reply() {
    for tag in [IGNORE, PANIC, STOP, KILL_SELF] {
        let mut world = world();
        world.ask(tag, u64::MAX);
        assert_eq!(world.run(0), [Outcome::NoReply], "tag {tag}");
    }
    // It ends before it comes to the request, or before it answers what it kept.
    let mut world = world();
    world.ask(KEEP, u64::MAX);
    assert_eq!(world.run(0), []);
    world.ask(ANSWER, u64::MAX);
    world.runtime.door().stop(world.server.actor_id()).expect("it lives");
    assert_eq!(world.run(0), [Outcome::NoReply, Outcome::NoReply]);
}

#[test]
fn a_kept_token_is_answered_later_and_its_holder_may_change() {
    let mut world = world();
    world.ask(KEEP, u64::MAX);
    assert_eq!(world.run(0), []);
    let door = world.runtime.door().clone();
    let heir = door.spawn(Server::default(), Ret::nop());
    let token = world.kept.get();
    door.reply_keep(token, heir.actor_id()).expect("it is open");
    door.reply_keep(token, heir.actor_id()).expect("twice is once");
    door.kill(world.server.actor_id(), "the first holder").expect("it lives");
    assert_eq!(world.run(0), []);
    door.reply(token, 0, Body::Owned(OwnedBytes::copy_of(b"late"))).expect("it is open");
    assert_eq!(world.outcomes.take(), [(Outcome::Reply, b"late".to_vec())]);
}

#[test]
fn a_token_that_is_kept_by_the_door_alone_outlives_its_handler() {
    let mut world = world();
    let door = world.runtime.door().clone();
    world.ask(KEEP_BY_DOOR, u64::MAX);
    assert_eq!(world.run(0), []);
    door.reply(world.kept.get(), 0, Body::Copied(&[])).expect("it is open");
    assert_eq!(world.run(0), [Outcome::Reply]);
    // It is kept once: whoever gets it next may let it go.
    world.ask(PASS_ON, u64::MAX);
    assert_eq!(world.run(0), [Outcome::NoReply]);
    world.ask(KEEP_BY_DOOR, u64::MAX);
    assert_eq!(world.run(0), []);
    world.ask(PANIC, u64::MAX);
    assert_eq!(world.run(0), [Outcome::NoReply; 2], "one for the panic, one with its holder");
}

#[test]
fn a_request_times_out_and_a_late_answer_finds_nothing() {
    let mut world = world();
    world.ask(KEEP, 100);
    assert_eq!(world.run(99), []);
    assert_eq!(world.run(100), [Outcome::Timeout]);
    let token = world.kept.get();
    assert!(world.runtime.door().reply(token, 0, Body::Copied(&[])).is_err());
    assert_eq!(world.runtime.next_expiry(), None);
    // An answer disarms the deadline.
    world.ask(ANSWER, 200);
    assert_eq!(world.run(100), [Outcome::Reply]);
    assert_eq!(world.runtime.next_expiry(), None);
}

#[test]
fn a_request_to_a_target_that_is_gone_is_closed_at_once() {
    let mut world = world();
    world.runtime.door().kill(world.server.actor_id(), "gone").expect("it lives");
    world.ask(ANSWER, u64::MAX);
    assert_eq!(world.outcomes.take().len(), 1);
    assert_eq!(world.run(0), []);
    world.ask(ANSWER, u64::MAX);
    assert_eq!(world.outcomes.take()[0].0, Outcome::Closed);
    let door = world.runtime.door().clone();
    drop(world.runtime);
    let told = Rc::new(Cell::new(None));
    let tell = Rc::clone(&told);
    let on_answer = move |answer: Answer<'_>| tell.set(Some(answer.outcome));
    door.ask(world.server.actor_id(), 1, Body::Copied(&[]), u64::MAX, on_answer)
        .expect("closed is an outcome");
    assert_eq!(told.get(), Some(Outcome::Closed));
}

#[test]
fn a_request_is_cancelled_by_its_asker_or_with_it() {
    let mut world = world();
    let token = world.ask(KEEP, u64::MAX);
    world.runtime.run(world.now, false);
    world.runtime.door().ask_cancel(token).expect("it is open");
    assert_eq!(world.run(0), [Outcome::Cancelled]);
    let door = world.runtime.door().clone();
    let asker = door.spawn(Server::default(), Ret::nop());
    let to = world.server.actor_id();
    door.ask_from(asker.actor_id(), to, KEEP, Body::Copied(&[]), u64::MAX).expect("both live");
    world.runtime.run(world.now, false);
    assert_eq!(door.open_asks(), 1);
    door.stop(asker.actor_id()).expect("it lives");
    world.runtime.run(world.now, false);
    assert_eq!(door.open_asks(), 0);
}

/// Tokens of requests that are settled before the asker and the holder end: the oldest, the youngest and one between them.
const SETTLED: [usize; 3] = [0, 5, 9];

#[test]
fn what_an_actor_kept_is_given_up_in_the_order_in_which_it_came() {
    let mut world = world();
    let door = world.runtime.door().clone();
    let heard: Rc<RefCell<Vec<usize>>> = Rc::default();
    let tokens: Vec<u64> = (0..10)
        .map(|number| {
            let heard = Rc::clone(&heard);
            let on_answer = move |_: Answer<'_>| heard.borrow_mut().push(number);
            door.ask(world.server.actor_id(), KEEP, Body::Copied(&[]), u64::MAX, on_answer).expect("it lives")
        })
        .collect();
    world.run(0);
    for at in SETTLED {
        door.reply(tokens[at], 0, Body::Copied(&[])).expect("it is open");
    }
    assert_eq!(heard.take(), SETTLED);
    // One that goes to another holder and comes back is the youngest.
    let heir = door.spawn(Server::default(), Ret::nop());
    door.reply_keep(tokens[3], heir.actor_id()).expect("it is open");
    door.reply_keep(tokens[3], world.server.actor_id()).expect("it is open");
    door.kill(world.server.actor_id(), "the holder").expect("it lives");
    world.run(0);
    assert_eq!(heard.take(), [1, 2, 4, 6, 7, 8, 3]);
}

#[test]
fn what_an_actor_asked_is_withdrawn_with_it_whatever_was_settled_before() {
    let mut world = world();
    let door = world.runtime.door().clone();
    let (asker, to) = (door.spawn(Server::default(), Ret::nop()), world.server.actor_id());
    let ask = |_| door.ask_from(asker.actor_id(), to, KEEP, Body::Copied(&[]), u64::MAX).expect("both live");
    let tokens: Vec<u64> = (0..10).map(ask).collect();
    world.run(0);
    for at in SETTLED {
        door.ask_cancel(tokens[at]).expect("it is open");
    }
    door.kill(asker.actor_id(), "the asker").expect("it lives");
    world.run(0);
    assert_eq!((door.open_asks(), world.runtime.locate(to).map(|located| located.kept)), (0, Ok(0)));
}

#[test]
fn ids_and_keys_of_a_runtime_with_the_same_number_may_find_something_in_another() {
    let make = |number| Config::new().instance(number).build(Instant::now());
    let (mut one, mut same, mut other) = (make(9), make(9), make(10));
    let own = |runtime: &mut Runtime| actor_new!(runtime, u32, ret_nop!());
    let (id, _in_same, _in_other) = (own(&mut one).actor_id(), own(&mut same), own(&mut other));
    assert!(Actor::<u32>::from_id(&same, id).is_ok(), "as after 256 runtimes, when the counter begins anew");
    assert_eq!(Actor::<u32>::from_id(&other, id).unwrap_err(), IdError::WrongRuntime);
    let arm = |runtime: &mut Runtime| runtime.after(Duration::from_secs(1), |_| ());
    let (key, _in_same, _in_other) = (arm(&mut one), arm(&mut same), arm(&mut other));
    assert_eq!((same.timer_active(key), other.timer_active(key)), (true, false));
}

#[test]
fn each_misuse_of_an_id_is_its_own_error() {
    let mut world = world();
    let other = Config::new().instance(6).build(world.now);
    let door = world.runtime.door().clone();
    let id = world.server.actor_id();
    let timer = world.runtime.after(Duration::from_secs(1), |_| ()).to_bits();
    let post = |to: u64| door.post(ActorId(to), 1, Body::Copied(&[])).map_err(|(error, _)| error);
    assert_eq!(post(0), Err(PostError::Id(IdError::Null)));
    assert_eq!(post(timer), Err(PostError::Id(IdError::WrongKind)));
    assert_eq!(
        other.door().post(id, 1, Body::Copied(&[])).map_err(|(error, _)| error),
        Err(PostError::Id(IdError::WrongRuntime))
    );
    assert_eq!(post(id.0), Ok(()));
    for forged in [id.0 + 1, id.0 + (1 << 32), id.0 | 0xffff_ffff, u64::MAX] {
        assert!(post(forged).is_err(), "{forged:x}");
    }
    door.kill(id, "by id").expect("it lives");
    assert_eq!(post(id.0), Err(PostError::Id(IdError::Stale)), "from the instant the kill returned");
    assert_eq!(door.stop(id), Err(IdError::Stale));
    assert_eq!(door.timer_cancel(id.0), Err(IdError::WrongKind));
    assert_eq!(door.timer_cancel(timer), Ok(()));
    assert_eq!(door.timer_cancel(timer), Err(IdError::Stale));
    // The slot's next actor has another id.
    world.runtime.run(world.now, false);
    let next = door.spawn(Server::default(), Ret::nop());
    assert_ne!(next.actor_id(), id);
    assert_eq!(post(id.0), Err(PostError::Id(IdError::Stale)));
    assert!(matches!(Actor::<Server>::from_id(&world.runtime, id), Err(IdError::Stale)));
    assert!(Actor::<Server>::from_id(&world.runtime, next.actor_id()).is_ok());
    assert!(matches!(Actor::<World>::from_id(&world.runtime, next.actor_id()), Err(IdError::WrongKind)));
}

#[test]
fn a_refused_packet_comes_back() {
    let mut world = world();
    let door = world.runtime.door().clone();
    let plain = actor_new!(world.runtime, u32, ret_nop!());
    let Err((PostError::Refused, Body::Copied(b"abc"))) =
        door.post(plain.actor_id(), 1, Body::Copied(b"abc"))
    else {
        unreachable!("it has no decoder")
    };
    world.server.set_capacity(0);
    let Err((PostError::Full, _)) = door.post(world.server.actor_id(), 1, Body::Copied(b"abc")) else {
        unreachable!("it has no room")
    };
    world.server.set_capacity(u32::MAX);
    let long = vec![9u8; 100_000];
    door.post(world.server.actor_id(), 1, Body::Copied(&long)).expect("it has room");
    assert_eq!(world.run(0), []);
    assert_eq!(world.handled.get(), 1);
}

thread_local! {
    static REASONS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

unsafe extern "C-unwind" fn note(_: *mut c_void, _: usize, _: *mut c_void, reason: u32) {
    REASONS.with_borrow_mut(|reasons| reasons.push(reason));
}

fn owned() -> Body<'static> {
    // SAFETY: there are no bytes, and `note` looks at the reason only.
    Body::Owned(unsafe { OwnedBytes::from_raw(std::ptr::null_mut(), 0, Some(note), std::ptr::null_mut()) })
}

#[test]
fn a_payload_is_released_once_with_its_reason() {
    let mut world = world();
    let door = world.runtime.door().clone();
    let remote = world.runtime.remote();
    let id = world.server.actor_id();
    let mut reason = |act: &mut dyn FnMut(&mut World)| {
        act(&mut world);
        world.runtime.run(world.now, false);
        REASONS.take()
    };
    assert_eq!(reason(&mut |_| door.post(id, IGNORE, owned()).expect("it lives")), [0], "delivered");
    assert_eq!(
        reason(&mut |_| door.post(id, PANIC, owned()).expect("it lives")),
        [0],
        "delivered, though it panicked"
    );
    assert_eq!(reason(&mut |_| assert!(remote.post(id, 1, owned()).is_ok())), [3], "not found");
    let second = door.spawn(Server::default(), Ret::nop());
    second.set_capacity(0);
    assert_eq!(reason(&mut |_| assert!(remote.post(second.actor_id(), 1, owned()).is_ok())), [4], "full");
    let plain = reason(&mut |world| {
        let plain = ActorOwn::<u32>::new(&mut world.runtime, Ret::nop(), 0);
        plain.call_prep(|_| Some(1));
        assert!(remote.post(plain.actor_id(), 1, owned()).is_ok());
        world.runtime.run(world.now, false);
    });
    assert_eq!(plain, [5], "refused");
    let third = door.spawn(Server::default(), Ret::nop());
    let dropped = reason(&mut |_| {
        door.post(third.actor_id(), 1, owned()).expect("it lives");
        door.stop(third.actor_id()).expect("it lives");
    });
    assert_eq!(dropped, [1], "it ended before it came to it");
    assert!(remote.post(id, 1, owned()).is_ok());
    drop(world);
    assert_eq!(REASONS.take(), [2], "closed");
}

#[test]
fn kill_by_id_from_its_own_handler_and_from_anothers_lets_nothing_of_it_start() {
    struct Watched(Rc<RefCell<Vec<&'static str>>>);
    impl Receive for Watched {
        fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
            if packet.tag() == KILL_SELF {
                cx.door().kill(cx.this().actor_id(), "own").expect("it lives");
                self.0.borrow_mut().push("rest of the handler");
            } else {
                self.0.borrow_mut().push("handler");
            }
        }
        fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) {
            self.0.borrow_mut().push("hook");
        }
    }
    impl Drop for Watched {
        fn drop(&mut self) {
            self.0.borrow_mut().push("drop");
        }
    }
    let mut world = world();
    let door = world.runtime.door().clone();
    let log = Rc::new(RefCell::new(Vec::new()));
    let one = door.spawn(Watched(Rc::clone(&log)), Ret::nop());
    door.post(one.actor_id(), KILL_SELF, Body::Copied(&[])).expect("it lives");
    door.post(one.actor_id(), 1, Body::Copied(&[])).expect("it lives");
    world.run(0);
    assert_eq!(log.take(), ["rest of the handler", "drop"]);
    let two = door.spawn(Watched(Rc::clone(&log)), Ret::nop());
    let (by, id) = (door.clone(), two.actor_id());
    world.server.call(move |_, _| by.kill(id, "another's").expect("it lives"));
    two.call(|_, _| unreachable!("it was killed"));
    door.post(id, 1, Body::Copied(&[])).expect("it lives");
    world.run(0);
    assert_eq!(log.take(), ["drop"]);
    // A stop runs the hook, and what was queued is not reached.
    let three = door.spawn(Watched(Rc::clone(&log)), Ret::nop());
    door.post(three.actor_id(), 1, Body::Copied(&[])).expect("it lives");
    door.stop(three.actor_id()).expect("it lives");
    world.runtime.step(world.now, &Budget::UNBOUNDED);
    assert_eq!(log.take(), ["hook", "drop"]);
}
