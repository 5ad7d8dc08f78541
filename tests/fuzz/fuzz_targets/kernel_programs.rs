//! Random programs over the Rust API: calls on every lane, timers, packets, asks, remotes, wakers, spawns and every kind of end, from
//! the host, from handlers and from destructors, stepped with small budgets.
//!
//! Proves: nothing crashes or breaks the laws that debug builds check; every payload and every value is dropped exactly once;
//! every `Ret` and every ask is answered exactly once; a step keeps to its budget. What the order of all that has to be is
//! the business of `actor-rt/tests/model`.
#![no_main]

use actor_rt::{
    Actor, ActorId, ActorOwn, Body, Budget, Core, Cx, Door, FixedTimerKey, Packet, Receive, Remote, Ret,
    Runtime, StopCause, Waker,
};
use actor_rt_fuzz::{Book, Program};
use libfuzzer_sys::fuzz_target;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Actions inside of destructors inside of destructors end here.
const DEPTH: u32 = 6;
const PLACES: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let world = Rc::new(World::new(bytes));
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    world.begin(&mut runtime);
    let mut time = 0;
    while !world.program.is_over() {
        if world.program.one_in(3) {
            time += world.program.below(8) as u64;
            let messages = world.program.below(6) as u32;
            let budget = Budget { messages, time: None, idle: world.program.one_in(2) };
            let (progress, _panic) = runtime.step_caught(time, &budget);
            // At least one message runs even if the idle one has used the budget up.
            let most = messages.max(1 + u32::from(budget.idle));
            assert!(progress.handled <= most, "{progress:?} of {budget:?}");
            assert!(!progress.busy);
        } else if world.program.one_in(8) {
            // A panic in one goes on to the caller.
            drop(catch_unwind(AssertUnwindSafe(|| runtime.run_host_calls(1))));
        } else {
            world.act(Place::Host(&mut runtime));
        }
    }
    drop(runtime);
    world.end();
});

/// One run.
struct World {
    program: Program,
    book: Book,
    depth: Cell<u32>,
    door: RefCell<Option<Door>>,
    remote: RefCell<Option<Remote>>,
    owners: RefCell<[Option<ActorOwn<Toy>>; PLACES]>,
    actors: RefCell<Vec<Actor<Toy>>>,
    timers: RefCell<Vec<FixedTimerKey>>,
    wakers: RefCell<Vec<Waker>>,
    tokens: RefCell<Vec<u64>>,
}

/// From where something is done, and what is at hand there.
enum Place<'a, 'rt> {
    Host(&'a mut Runtime),
    Handler(&'a mut Cx<'rt, Toy>),
    Destructor,
}

/// A payload or a value that has to be dropped exactly once. Its destructor acts.
struct Token {
    world: Rc<World>,
    number: usize,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.world.book.take_back(self.number);
        self.world.nested(Place::Destructor);
    }
}

struct Toy {
    token: Token,
}

impl Toy {
    fn handle(&mut self, cx: &mut Cx<'_, Self>) {
        let world = Rc::clone(&self.token.world);
        world.nested(Place::Handler(cx));
        match world.program.below(24) {
            0 => cx.stop(),
            1 => cx.fail_str("so it was told"),
            // Without the hook, which would end the process here.
            2 => resume_unwind(Box::new("so it was told")),
            _ => {}
        }
    }
}

impl Receive for Toy {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        let world = Rc::clone(&self.token.world);
        if packet.reply_token() != 0 && world.program.one_in(2) {
            world.tokens.borrow_mut().push(packet.keep_reply());
        }
        if world.program.one_in(4) {
            drop(packet.take());
        }
        self.handle(cx);
    }

    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) {
        self.token.world.clone().nested(Place::Handler(cx));
    }
}

impl World {
    fn new(bytes: &[u8]) -> Self {
        World {
            program: Program::new(bytes),
            book: Book::default(),
            depth: Cell::new(0),
            door: RefCell::default(),
            remote: RefCell::default(),
            owners: RefCell::default(),
            actors: RefCell::default(),
            timers: RefCell::default(),
            wakers: RefCell::default(),
            tokens: RefCell::default(),
        }
    }

    fn begin(self: &Rc<Self>, runtime: &mut Runtime) {
        *self.door.borrow_mut() = Some(runtime.door().clone());
        *self.remote.borrow_mut() = Some(runtime.remote());
        for _ in 0..2 {
            self.spawn();
        }
    }

    /// Lets go of everything outside of the runtime, which is gone, and closes the book.
    fn end(self: Rc<Self>) {
        self.depth.set(DEPTH);
        drop(self.owners.take());
        drop(self.actors.take());
        drop(self.wakers.take());
        drop((self.remote.take(), self.door.take()));
        self.book.close();
    }

    fn token(self: &Rc<Self>) -> Token {
        Token { world: Rc::clone(self), number: self.book.hand_out() }
    }

    /// A reply that has to come exactly once.
    fn ret<M: 'static>(self: &Rc<Self>) -> Ret<M> {
        let token = self.token();
        Ret::new(move |_| drop(token))
    }

    fn door(&self) -> Option<Door> {
        self.door.borrow().clone()
    }

    fn actor(&self) -> Option<Actor<Toy>> {
        let actors = self.actors.borrow();
        actors.get(self.program.below(actors.len())).cloned()
    }

    fn id(&self) -> ActorId {
        match self.program.below(16) {
            0 => ActorId(self.program.word()),
            1 => ActorId(0),
            _ => self.actor().map_or(ActorId(0), |actor| actor.actor_id()),
        }
    }

    fn nested(self: &Rc<Self>, mut place: Place<'_, '_>) {
        if self.depth.get() >= DEPTH {
            return;
        }
        self.depth.set(self.depth.get() + 1);
        for _ in 0..self.program.below(4) {
            if self.program.is_over() {
                break;
            }
            self.act(match &mut place {
                Place::Host(runtime) => Place::Host(runtime),
                Place::Handler(cx) => Place::Handler(cx),
                Place::Destructor => Place::Destructor,
            });
        }
        self.depth.set(self.depth.get() - 1);
    }

    fn spawn(self: &Rc<Self>) {
        let Some(door) = self.door() else { return };
        let (notify, token) = (self.ret(), self.token());
        let actor = if self.program.one_in(3) {
            let none = self.program.one_in(4);
            door.spawn_later(
                move |cx| {
                    if none {
                        cx.fail_str("there is to be none");
                        return None;
                    }
                    Some(Toy { token })
                },
                notify,
            )
        } else {
            door.spawn(Toy { token }, notify)
        };
        self.actors.borrow_mut().push(actor);
    }

    fn act(self: &Rc<Self>, place: Place<'_, '_>) {
        let token = self.token();
        match self.program.below(24) {
            0..4 => self.call(token),
            4..6 => self.spawn(),
            6..9 => self.by_id(token),
            9..12 => self.elsewhere(token),
            12..14 => self.end_one(),
            14 => {
                let actor = self.actor();
                let limit = self.program.below(5) as u32;
                if let Some(actor) = actor {
                    actor.set_capacity(if limit == 0 { u32::MAX } else { limit });
                }
            }
            _ => match place {
                Place::Host(runtime) => self.with_core(token, runtime),
                Place::Handler(cx) => self.with_core(token, cx),
                Place::Destructor => self.call(token),
            },
        }
    }

    /// A typed call on some lane.
    fn call(self: &Rc<Self>, token: Token) {
        let Some(actor) = self.actor() else { return };
        let lane = self.program.below(7);
        if lane == 0 {
            return actor.call_prep(move |_| Some(Toy { token }));
        }
        let call = move |toy: &mut Toy, cx: &mut Cx<'_, Toy>| {
            toy.handle(cx);
            drop(token);
        };
        match lane {
            1 => actor.lazy(call),
            2 => actor.idle(call),
            _ => actor.call(call),
        }
    }

    /// Packets, asks and typed calls by an id that may be any number.
    fn by_id(self: &Rc<Self>, token: Token) {
        let Some(door) = self.door() else { return };
        let to = self.id();
        let length = [0, 1, 8, 9, 64, 2048, 5000][self.program.below(7)];
        let bytes = vec![7u8; length];
        match self.program.below(6) {
            0 => drop(door.call::<Toy>(to, move |toy, cx| {
                toy.handle(cx);
                drop(token);
            })),
            1 => drop(door.post(to, 1, Body::Copied(&bytes))),
            2 => {
                let deadline = if self.program.one_in(2) { u64::MAX } else { door.now_ns() + 3 };
                drop(door.ask(to, 2, Body::Copied(&bytes), deadline, move |_| drop(token)));
            }
            3 => drop(door.ask_from(self.id(), to, 2, Body::Copied(&bytes), u64::MAX)),
            4 => drop(door.timer_post(to, 3, Body::Copied(&bytes), door.now_ns() + 2)),
            _ => {
                let token = self.tokens.borrow_mut().pop().unwrap_or_else(|| self.program.word());
                match self.program.below(3) {
                    0 => drop(door.reply(token, 4, Body::Copied(&bytes))),
                    1 => drop(door.reply_drop(token)),
                    _ => drop(door.ask_cancel(token)),
                }
            }
        }
    }

    /// As from another thread, and by wakers.
    fn elsewhere(self: &Rc<Self>, token: Token) {
        let remote = self.remote.borrow().clone();
        let (Some(remote), Some(door)) = (remote, self.door()) else { return };
        match self.program.below(6) {
            0 => drop(remote.post(self.id(), 5, Body::Copied(&[1; 24]))),
            1 => drop(remote.wake()),
            2 => remote.interrupt(),
            3 => {
                let waker = door.waker(move |_, deleted| token.world.called(deleted));
                self.wakers.borrow_mut().push(waker);
            }
            4 => {
                if let Some(waker) = self.wakers.borrow().last() {
                    waker.wake();
                }
            }
            _ => {
                let waker = self.wakers.borrow_mut().pop();
                drop(waker);
            }
        }
    }

    fn called(self: &Rc<Self>, deleted: bool) {
        if !deleted {
            self.nested(Place::Destructor);
        }
    }

    fn end_one(&self) {
        let Some(door) = self.door() else { return };
        match self.program.below(3) {
            0 => drop(door.stop(self.id())),
            1 => drop(door.kill(self.id(), "so it was told")),
            _ => {
                let place = self.program.below(PLACES);
                let owner = self.owners.borrow_mut()[place].take();
                drop(owner);
            }
        }
    }

    /// What needs a runtime or a context.
    fn with_core(self: &Rc<Self>, token: Token, core: &mut Core) {
        let delay = Duration::from_nanos(self.program.below(6) as u64);
        let panics = self.program.one_in(12);
        let work = move |runtime: &mut Runtime| {
            token.world.nested(Place::Host(runtime));
            if panics {
                resume_unwind(Box::new("so it was told"));
            }
        };
        let key = self.timers.borrow().last().copied();
        match self.program.below(9) {
            0 => core.defer(work),
            1 => core.lazy(work),
            2 => core.idle(work),
            3 => core.host_call(work),
            4 | 5 => {
                let key = core.after(delay, work);
                self.timers.borrow_mut().push(key);
            }
            6 => drop(key.map(|key| core.timer_del(key))),
            7 => drop(key.map(|key| core.timer_reset(key, core.now() + delay))),
            _ => {
                let owner = ActorOwn::new(core, self.ret(), 0);
                let made = self.token();
                owner.call_prep(move |_| Some(Toy { token: made }));
                owner.accept_packets();
                self.actors.borrow_mut().push(Actor::clone(&owner));
                let place = self.program.below(PLACES);
                let older = self.owners.borrow_mut()[place].replace(owner);
                drop(older);
            }
        }
    }
}
