//! The runtime under test, driven by the same programs as the reference.

use crate::program::{ACTORS, Event, KEYS, Op, Script};
use actor_rt::{
    Actor, ActorId, ActorOwn, Answer, Body, Budget, Config, Core, Cx, Door, FixedTimerKey, Outcome,
    OwnedBytes, Packet, Receive, Ret, Runtime, StopCause,
};
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::ffi::c_void;
use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, Instant};

/// What handlers and destructors reach from wherever they run.
struct World {
    log: Vec<Event>,
    owners: [Option<ActorOwn<Toy>>; ACTORS],
    handles: [Actor<Toy>; ACTORS],
    keys: [FixedTimerKey; KEYS],
    kept: VecDeque<u64>,
    scripts: HashMap<u32, Script>,
    door: Door,
    numbers: u32,
    actors: usize,
}

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Access for a moment in which no user code runs.
fn world<R>(f: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with_borrow_mut(|world| f(world.as_mut().expect("the world is made before the programs run")))
}

fn log(event: Event) {
    world(|world| world.log.push(event));
}

/// What a message carries.
struct Payload {
    number: u32,
    script: Script,
}

impl Payload {
    fn new(script: &Script) -> Self {
        let number = next_number();
        Payload { number, script: script.clone() }
    }
}

impl Drop for Payload {
    fn drop(&mut self) {
        log(Event::Dropped(self.number));
        run_on_drop(&self.script);
        if self.script.explodes && !std::thread::panicking() {
            panic::resume_unwind(Box::new("a payload's destructor"));
        }
    }
}

fn run_on_drop(script: &Script) {
    for op in script.on_drop.iter() {
        run_op(op, &mut Level::Nothing, &mut Turn::default());
    }
}

fn next_number() -> u32 {
    world(|world| {
        world.numbers += 1;
        world.numbers
    })
}

/// The actor of all programs.
struct Toy {
    index: usize,
}

impl Drop for Toy {
    fn drop(&mut self) {
        log(Event::Value(self.index));
    }
}

impl Receive for Toy {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        let number = packet.tag() as u32;
        log(Event::Run(number, Some(self.index)));
        let script = world(|world| world.scripts[&number].clone());
        let token = Some(packet.reply_token()).filter(|token| *token != 0);
        let mut turn = Turn { token, ..Turn::default() };
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
            run_ops(&script.body, &mut Level::Core(cx), &mut turn);
        }));
        if turn.kept {
            packet.keep_reply();
        }
        match outcome {
            Ok(()) => turn.end(cx),
            Err(panic) => panic::resume_unwind(panic),
        }
    }

    fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) {
        log(Event::Hook(self.index));
    }
}

/// Where ops are run.
enum Level<'a> {
    Runtime(&'a mut Runtime),
    Core(&'a mut Core),
    Nothing,
}

impl Level<'_> {
    fn core(&mut self) -> Option<&mut Core> {
        match self {
            Level::Runtime(runtime) => Some(runtime),
            Level::Core(core) => Some(core),
            Level::Nothing => None,
        }
    }
}

#[derive(Default)]
struct Turn {
    end: Option<bool>,
    token: Option<u64>,
    kept: bool,
}

impl Turn {
    fn end(&self, cx: &mut Cx<'_, Toy>) {
        match self.end {
            Some(true) => cx.fail_str("asked to"),
            Some(false) => cx.stop(),
            None => {}
        }
    }
}

fn cause_name(cause: &StopCause) -> &'static str {
    match cause {
        StopCause::Stopped => "stopped",
        StopCause::Failed(_) => "failed",
        StopCause::Killed(_) => "killed",
        StopCause::Dropped => "dropped",
        _ => "lost",
    }
}

fn make_actor(core: &mut Core, index: usize) -> ActorOwn<Toy> {
    let notify = Ret::new(move |cause: Option<StopCause>| {
        log(Event::Notified(index, cause.as_ref().map_or("unknown", cause_name)));
    });
    let owner = ActorOwn::new(core, notify, 0);
    owner.accept_packets();
    owner
}

fn spawn(core: &mut Core, slot: usize) {
    let index = world(|world| {
        world.actors += 1;
        world.actors - 1
    });
    let owner = make_actor(core, index);
    let handle = owner.clone();
    INDEX.with_borrow_mut(|indices| indices.insert(handle.actor_id(), index));
    let old = world(|world| {
        (world.owners[slot].replace(owner), std::mem::replace(&mut world.handles[slot], handle))
    });
    drop(old);
}

thread_local! {
    /// The numbers of actors, for their constructors.
    static INDEX: RefCell<HashMap<ActorId, usize>> = RefCell::default();
}

fn handler(payload: Payload) -> impl FnOnce(&mut Toy, &mut Cx<'_, Toy>) + 'static {
    move |toy, cx| {
        log(Event::Run(payload.number, Some(toy.index)));
        let mut turn = Turn::default();
        run_ops(&payload.script.body, &mut Level::Core(cx), &mut turn);
        drop(payload);
        turn.end(cx);
    }
}

fn job(payload: Payload) -> impl FnOnce(&mut Runtime) + 'static {
    move |runtime| {
        log(Event::Run(payload.number, None));
        run_ops(&payload.script.body, &mut Level::Runtime(runtime), &mut Turn::default());
        drop(payload);
    }
}

/// Releases a packet's bytes: there are none, its number stands in the place of the user pointer.
unsafe extern "C-unwind" fn release(_: *mut c_void, _: usize, user: *mut c_void, _: u32) {
    let number = user.addr() as u32;
    log(Event::Dropped(number));
    let script = world(|world| world.scripts[&number].clone());
    run_on_drop(&script);
}

fn packet(script: &Script) -> (u32, Body<'static>) {
    let number = next_number();
    world(|world| world.scripts.insert(number, script.clone()));
    let user = std::ptr::without_provenance_mut(number as usize);
    // SAFETY: there are no bytes, and `release` only looks at the address of `user`.
    let bytes = unsafe { OwnedBytes::from_raw(std::ptr::null_mut(), 0, Some(release), user) };
    (number, Body::Owned(bytes))
}

fn ask(slot: usize, delay: u64, script: &Script) {
    let (number, body) = packet(script);
    let (door, to) = world(|world| (world.door.clone(), world.handles[slot].actor_id()));
    let deadline = if delay == 0 { u64::MAX } else { door.now_ns() + delay };
    let on_answer = move |answer: Answer<'_>| {
        log(Event::Outcome(
            number,
            match answer.outcome {
                Outcome::Reply => "reply",
                Outcome::Timeout => "timeout",
                Outcome::NoReply => "no reply",
                Outcome::Closed => "closed",
                _ => "other",
            },
        ));
    };
    drop(door.ask(to, u64::from(number), body, deadline, on_answer));
}

fn run_ops(ops: &[Op], level: &mut Level<'_>, turn: &mut Turn) {
    for op in ops {
        run_op(op, level, turn);
    }
}

fn run_op(op: &Op, level: &mut Level<'_>, turn: &mut Turn) {
    let actor = |slot: &usize| world(|world| world.handles[*slot].clone());
    let door = || world(|world| world.door.clone());
    match op {
        Op::Call(slot, script) => actor(slot).call(handler(Payload::new(script))),
        Op::Lazy(slot, script) => actor(slot).lazy(handler(Payload::new(script))),
        Op::Idle(slot, script) => actor(slot).idle(handler(Payload::new(script))),
        Op::Prep(slot, makes, script) => {
            let (payload, makes, actor) = (Payload::new(script), *makes, actor(slot));
            let id = actor.actor_id();
            actor.call_prep(move |cx| {
                let index = INDEX.with_borrow(|indices| indices[&id]);
                log(Event::Run(payload.number, Some(index)));
                let mut turn = Turn::default();
                run_ops(&payload.script.body, &mut Level::Core(cx), &mut turn);
                drop(payload);
                turn.end(cx);
                makes.then(|| Toy { index })
            });
        }
        Op::Job(script) => {
            let payload = Payload::new(script);
            // From any depth: through a handle.
            actor(&0).defer(job(payload));
        }
        Op::LazyJob(script) => {
            if let Some(core) = level.core() {
                core.lazy(job(Payload::new(script)));
            }
        }
        Op::IdleJob(script) => {
            if let Some(core) = level.core() {
                core.idle(job(Payload::new(script)));
            }
        }
        Op::Post(slot, script) => {
            let (number, body) = packet(script);
            drop(door().post(actor(slot).actor_id(), u64::from(number), body));
        }
        Op::Ask(slot, delay, script) => ask(*slot, *delay, script),
        Op::Remote(slot, script) => {
            let payload = Payload::new(script);
            _ = actor(slot).remote().call(handler(payload));
        }
        Op::Timer(key, delay, slot, script) => {
            if let Some(core) = level.core() {
                let payload = Payload::new(script);
                let made = match slot {
                    None => core.after(Duration::from_nanos(*delay), job(payload)),
                    Some(slot) => {
                        let expiry = core.now() + Duration::from_nanos(*delay);
                        actor(slot).call_at(expiry, handler(payload))
                    }
                };
                world(|world| world.keys[*key] = made);
            }
        }
        Op::TimerDelete(key) => {
            let key = world(|world| world.keys[*key]);
            if let Some(core) = level.core() {
                core.timer_del(key);
            }
        }
        Op::TimerReset(key, delay) => {
            let key = world(|world| world.keys[*key]);
            if let Some(core) = level.core() {
                let expiry = core.now() + Duration::from_nanos(*delay);
                core.timer_reset(key, expiry);
            }
        }
        Op::Stop => _ = turn.end.get_or_insert(false),
        Op::Fail => _ = turn.end.get_or_insert(true),
        // Without the panic hook: thousands of these would flood the output.
        Op::Panic if !matches!(level, Level::Nothing) => panic::resume_unwind(Box::new("asked to")),
        Op::Panic => {}
        Op::KillById(slot) => _ = door().kill(actor(slot).actor_id(), "by id"),
        Op::StopById(slot) => _ = door().stop(actor(slot).actor_id()),
        Op::KillNow(slot) => {
            if let Level::Runtime(runtime) = level {
                let owner = world(|world| world.owners[*slot].as_ref().map(ActorOwn::owned));
                if let Some(owner) = owner {
                    owner.kill_str(runtime, "now");
                }
            }
        }
        Op::DropOwner(slot) => {
            let owner = world(|world| world.owners[*slot].take());
            drop(owner);
        }
        Op::Spawn(slot) => {
            if let Some(core) = level.core() {
                spawn(core, *slot);
            }
        }
        Op::Capacity(slot, limit) => actor(slot).set_capacity(*limit),
        Op::Pause(slot) => _ = actor(slot).pause(),
        Op::Resume(slot) => _ = actor(slot).resume(),
        Op::Answer => {
            if let Some(token) = turn.token {
                drop(door().reply(token, 0, Body::Copied(&[])));
            }
        }
        Op::Keep => {
            if let Some(token) = turn.token {
                turn.kept = true;
                world(|world| world.kept.push_back(token));
            }
        }
        Op::AnswerKept => {
            if let Some(token) = world(|world| world.kept.pop_front()) {
                drop(door().reply(token, 0, Body::Copied(&[])));
            }
        }
        Op::DropKept => {
            if let Some(token) = world(|world| world.kept.pop_front()) {
                _ = door().reply_drop(token);
            }
        }
        Op::Yield => {
            if let Some(core) = level.core() {
                core.yield_step();
            }
        }
    }
}

/// A runtime in virtual time.
pub struct Real {
    runtime: Runtime,
    now: u64,
}

impl Real {
    pub fn new() -> Self {
        let start = Instant::now();
        let mut runtime = Config::new().wake(|_| ()).build(start);
        INDEX.with_borrow_mut(HashMap::clear);
        let owners: [ActorOwn<Toy>; ACTORS] = std::array::from_fn(|index| make_actor(&mut runtime, index));
        let handles = std::array::from_fn(|index| owners[index].clone());
        for (index, owner) in owners.iter().enumerate() {
            INDEX.with_borrow_mut(|indices| indices.insert(owner.actor_id(), index));
        }
        let fresh = World {
            log: Vec::new(),
            handles,
            owners: owners.map(Some),
            keys: [FixedTimerKey::default(); KEYS],
            kept: VecDeque::new(),
            scripts: HashMap::new(),
            door: runtime.door().clone(),
            numbers: 0,
            actors: ACTORS,
        };
        let old = WORLD.replace(Some(fresh));
        drop(old);
        Real { runtime, now: 0 }
    }

    pub fn host(&mut self, op: &Op) {
        let runtime = AssertUnwindSafe(&mut self.runtime);
        // Panics from here are the caller's.
        _ = panic::catch_unwind(|| {
            let runtime = runtime;
            run_op(op, &mut Level::Runtime(runtime.0), &mut Turn::default());
        });
        let pending = self.runtime.door().pending();
        let did = Event::Did(self.runtime.wakes(), pending.messages, pending.dead_letters);
        log(did);
    }

    pub fn step(&mut self, later: u64, budget: u32, idle: bool) {
        self.now += later;
        let (progress, panic) =
            self.runtime.step_caught(self.now, &Budget { messages: budget, time: None, idle });
        log(Event::Step(
            progress.more,
            progress.idle,
            progress.handled,
            panic.is_some(),
            progress.next_deadline,
            self.runtime.wakes(),
        ));
    }

    /// Drops the runtime, then all that the host holds, and returns what happened.
    pub fn close(self) -> Vec<Event> {
        drop(self.runtime);
        for slot in 0..ACTORS {
            let owner = world(|world| world.owners[slot].take());
            drop(owner);
        }
        let log = world(|world| std::mem::take(&mut world.log));
        drop(WORLD.take());
        log
    }
}
