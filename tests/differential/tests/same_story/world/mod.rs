//! Runs a program, and writes the story down. This text is compiled twice: with Stakker as `api`, and with this runtime.
//!
//! Time goes in windows of 10 ms. The host runs in the middle of one; timers expire at the beginning of one: fixed timers of an even one,
//! each moving timer of odd ones that are its alone. So Stakker's ticks of 16 µs do not show, nor its order of timers of different
//! kinds that are due at once.

/// Queues a message on a lane, written in each lane's macro.
macro_rules! queue {
    ($lane:expr, $world:expr, [ $($context:tt)* ], $($message:tt)*) => {
        match $lane {
            Lane::Main => form!(call!([ $($context)* ], $($message)*)),
            Lane::Lazy => form!(lazy!([ $($context)* ], $($message)*)),
            Lane::Idle => form!(idle!([ $($context)* ], $($message)*)),
            Lane::Timer(windows, true) => {
                let instant = $world.instant(windows);
                let key = form!(at!(instant, [ $($context)* ], $($message)*));
                $world.keep_key(key);
            }
            Lane::Timer(windows, false) => {
                let duration = $world.duration(windows);
                let key = form!(after!(duration, [ $($context)* ], $($message)*));
                $world.keep_key(key);
            }
        }
    };
}

mod actors;
mod handles;
mod items;
mod lives;
mod log;
mod messages;
mod moving;
mod ops;
mod outside;
mod place;
mod toy;
mod values;
mod vocabulary;
mod voice;
mod watch;

use self::log::Pairs;
use self::outside::Outside;
use self::place::Place;
use self::toy::{Token, Toy, shown};
use self::values::Values;
use self::voice::Voiced;
use self::watch::{Facts, Watch};
use super::api::*;
use super::{counting, hit, rule};
use crate::program::{ACTORS, Act, KEPT, KEYS, Lane, Program, Script};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

const WINDOW: Duration = Duration::from_millis(10);

/// A reply that is kept, and its number.
type KeptRet = (Ret<u32>, u32);

/// One run of a program.
pub struct World {
    story: RefCell<Vec<String>>,
    /// What happens while the runtime is dropped is another story in Stakker.
    over: Cell<bool>,
    start: Instant,
    /// The host's window.
    window: Cell<u64>,
    /// The runtime's time, which is older while an idle item runs.
    time: Cell<Instant>,
    deferrer: Deferrer,
    owners: RefCell<[Vec<ActorOwn<Toy>>; ACTORS]>,
    actors: RefCell<Vec<Actor<Toy>>>,
    made: Cell<u32>,
    keys: RefCell<[(FixedTimerKey, Option<Rc<Facts>>); KEYS]>,
    next_key: Cell<usize>,
    largest: RefCell<[MaxTimerKey; KEYS]>,
    smallest: RefCell<[MinTimerKey; KEYS]>,
    /// The keys before them.
    stale_largest: RefCell<[MaxTimerKey; KEYS]>,
    stale_smallest: RefCell<[MinTimerKey; KEYS]>,
    /// What the moving timers carry; those whose largest instant counts are the second ones.
    moving: RefCell<[[Option<Rc<Facts>>; KEYS]; 2]>,
    rets: RefCell<[Option<KeptRet>; KEPT]>,
    fwds: RefCell<[Option<Fwd<u32>>; KEPT]>,
    outside: Outside,
    values: Values,
    watch: Watch,
    depth: Cell<u32>,
    /// How often a choice between forms of the same was made.
    choices: Cell<u32>,
    /// Whether the runtime runs.
    running: Cell<bool>,
}

impl World {
    fn note(&self, text: String) {
        if !self.over.get() {
            self.story.borrow_mut().push(text);
        }
    }

    /// What is not queued.
    fn token(self: &Rc<Self>, script: &Rc<Script>) -> Token {
        Token {
            script: script.clone(),
            world: self.clone(),
            facts: self.facts(None, false, 0, Vec::new(), false),
        }
    }

    /// A message that is about to be posted; 0 is the runtime itself.
    fn message(self: &Rc<Self>, script: &Rc<Script>, lane: Lane, prep: bool, target: LogID) -> Token {
        let facts = self.facts(Some(lane), prep, target, Vec::new(), false);
        Token { script: script.clone(), world: self.clone(), facts }
    }

    /// A message for a moving timer.
    fn moving_message(self: &Rc<Self>, script: &Rc<Script>, largest: bool, when: Instant) -> Token {
        let facts = self.facts(None, false, 0, vec![when], largest);
        Token { script: script.clone(), world: self.clone(), facts }
    }

    fn actor(&self, slot: usize) -> Actor<Toy> {
        self.actors.borrow()[slot].clone()
    }

    /// Which of so many forms of the same is used: each in turn.
    fn choice(&self, forms: u32) -> u32 {
        self.choices.set(self.choices.get() + 1);
        self.choices.get() % forms
    }

    fn next_number(&self) -> u32 {
        self.made.set(self.made.get() + 1);
        self.made.get()
    }

    /// The beginning of the window of a fixed timer; for 0 a time that has passed.
    fn instant(&self, windows: u64) -> Instant {
        match windows {
            0 => self.start,
            _ => self.beginning((self.present_window() / 2 + windows) * 2),
        }
    }

    fn duration(&self, windows: u64) -> Duration {
        self.instant(windows).saturating_duration_since(self.time.get())
    }

    /// The beginning of a window that is one moving timer's alone.
    fn own_instant(&self, largest: bool, key: usize, windows: u64) -> Instant {
        let own = 2 * (usize::from(largest) * KEYS + key) as u64 + 1;
        let cycle = 4 * KEYS as u64;
        self.beginning((self.present_window() / cycle + windows) * cycle + own)
    }

    fn present_window(&self) -> u64 {
        ((self.time.get() - self.start).as_nanos() / WINDOW.as_nanos()) as u64
    }

    fn beginning(&self, window: u64) -> Instant {
        self.start + WINDOW * window as u32
    }

    fn now(&self) -> Instant {
        self.beginning(self.window.get()) + WINDOW / 2
    }

    fn keep_key(&self, key: FixedTimerKey) {
        let next = self.next_key.get();
        self.next_key.set((next + 1) % KEYS);
        let facts = self.watch.posted.borrow().last().cloned();
        self.keys.borrow_mut()[next] = (key, facts);
    }
}

/// A message that does nothing.
fn empty(number: u32) -> Rc<Script> {
    Rc::new(Script { number, body: Vec::new(), on_drop: Vec::new() })
}

/// Runs a program and tells its story.
pub fn story(program: &Program, start: Instant) -> Vec<String> {
    counting(true);
    let mut stakker = item!(Stakker::new(start));
    let s = &mut stakker;
    item!(Stakker::set_poll_waker(s, || ()));
    item!(Stakker::set_systime(s, Some(SystemTime::UNIX_EPOCH)));
    let world = new_world(s, start);
    for slot in 1..ACTORS as u32 {
        // The first one is left without a value.
        let (actor, w) = (world.actor(slot as usize), world.clone());
        let token = world.message(&empty(1000 + slot), Lane::Main, true, actor.id());
        call!([actor], Toy::init(w, 1000 + slot, true, token));
    }
    s.run(world.now(), false);
    for act in &program.acts {
        world.act(act, s);
    }
    let story = world.story.take();
    counting(false);
    world.end(stakker);
    story
}

fn new_world(s: &mut Stakker, start: Instant) -> Rc<World> {
    let written = Rc::new(Cell::new(0_u64));
    let world = Rc::new_cyclic(|weak: &std::rc::Weak<World>| {
        let outside = Outside::new(s, weak.clone());
        let (world, calls) = (weak.clone(), written.clone());
        let levels = [LogLevel::Debug, LogLevel::Open, LogLevel::Audit];
        let filter = item!(LogFilter::all(&levels));
        let logger = move |core: &mut Core, record: &LogRecord<'_>| {
            calls.set(calls.get() + 1);
            let mut pairs = Pairs(String::new());
            form!((record.kvscan)(&mut pairs));
            let text = form!(record.fmt.to_string()).replace(std::any::type_name::<Toy>(), "Toy");
            let text = text.replace(std::any::type_name::<Voiced>(), "Voiced");
            if let Some(world) = world.upgrade() {
                world.logged(core, record, &pairs.0, &text);
            }
        };
        item!(Stakker::set_logger(s, filter, logger));
        // The ends of the first actors are told at once, as numbers from one on.
        let owners: [_; ACTORS] = std::array::from_fn(|slot| {
            let world = weak.clone();
            let told = move |cause| {
                if let Some(world) = world.upgrade() {
                    world.note(format!("actor {slot} told {}", shown(cause)));
                    world.heard_of(slot as u32 + 1, true);
                }
            };
            vec![item!(ActorOwn::new(s, item!(Ret::new(told)), 0))]
        });
        World {
            story: RefCell::default(),
            over: Cell::new(false),
            start,
            window: Cell::new(0),
            time: Cell::new(start),
            deferrer: item!(Core::deferrer(s)),
            actors: RefCell::new(
                owners.iter().map(|owners: &Vec<ActorOwn<Toy>>| owners[0].clone()).collect(),
            ),
            owners: RefCell::new(owners),
            made: Cell::new(0),
            keys: RefCell::default(),
            next_key: Cell::new(0),
            largest: RefCell::default(),
            smallest: RefCell::default(),
            stale_largest: RefCell::default(),
            stale_smallest: RefCell::default(),
            moving: RefCell::default(),
            rets: RefCell::default(),
            fwds: RefCell::default(),
            outside,
            values: Values::new(s),
            watch: Watch::new(written),
            depth: Cell::new(0),
            choices: Cell::new(0),
            running: Cell::new(false),
        }
    });
    for slot in 0..ACTORS {
        world.born(&world.actor(slot), world.next_number());
    }
    world
}

impl World {
    fn act(self: &Rc<Self>, act: &Act, s: &mut Stakker) {
        match act {
            Act::Do(op) => self.op(op, &mut Place::Host(s)),
            Act::Run(windows, idle) => {
                self.window.set(self.window.get() + windows);
                self.run(s, self.now(), *idle);
            }
            Act::Pass(windows) => {
                for _ in 0..*windows {
                    self.window.set(self.window.get() + 1);
                    self.run(s, self.now(), false);
                }
            }
            Act::RunEarlier(before_start, idle) => {
                let earlier = if *before_start { self.start - WINDOW } else { s.now() - WINDOW / 4 };
                let now = s.now();
                self.run(s, earlier, *idle);
                self.note(format!("time stands: {}", s.now() == now));
            }
            Act::Channel(what, number) => self.channel(s, *what, *number),
            Act::PollWake => {
                self.poll(s);
            }
            Act::Filter(what) => {
                let filters = [
                    item!(LogFilter::new()),
                    item!(LogFilter::from(LogLevel::Warn)),
                    item!(LogFilter::from(LogLevel::Open)),
                    item!(LogFilter::from(LogLevel::Trace)),
                ];
                item!(Stakker::set_log_filter(s, filters[usize::from(*what)]));
            }
            Act::LookAhead => {
                let window = |instant: Instant| (instant - self.start).as_nanos() / WINDOW.as_nanos();
                let now = self.now().max(s.now());
                let next = item!(Stakker::next_expiry(s)).map(window);
                let wait = item!(Stakker::next_wait(s, now)).map(|wait| window(now + wait));
                let most = window(now + item!(Stakker::next_wait_max(s, now, 3 * WINDOW, false)));
                let none = item!(Stakker::next_wait_max(s, now, 3 * WINDOW, true));
                self.note(format!("next expiry {next:?}, wait {wait:?}, at most {most}, pending {none:?}"));
            }
        }
    }

    fn poll(&self, s: &mut Stakker) {
        self.running.set(true);
        item!(Stakker::poll_wake(s));
        self.running.set(false);
        self.polled();
    }

    /// Runs as a main loop does. A step of ours would poll for itself.
    fn run(&self, s: &mut Stakker, now: Instant, idle: bool) {
        self.poll(s);
        self.running.set(true);
        self.run_begins(now, s);
        let idle_waits = item!(Stakker::run(s, now, idle));
        self.run_ends(idle_waits);
        self.running.set(false);
        self.note(format!("ran to {}, idle work: {idle_waits}", self.window.get()));
    }

    /// Drops the runtime. What happens then is another story in Stakker, but nothing runs.
    fn end(&self, stakker: Stakker) {
        self.over.set(true);
        let posted = self.watch.posted.take();
        let waiting = |facts: &&Rc<Facts>| facts.began.get().is_none() && !facts.dropped.get();
        let waiting: Vec<_> = posted.iter().filter(waiting).collect();
        drop(stakker);
        assert!(
            waiting.iter().all(|facts| facts.began.get().is_none()),
            "a message ran in the runtime's end"
        );
        if waiting.iter().any(|facts| facts.dropped.get()) {
            rule("E2");
        }
        let ran = Rc::new(Cell::new(false));
        let run = ran.clone();
        self.deferrer.defer(move |_| run.set(true));
        if !ran.get() {
            rule("E4");
        }
        self.watch.lives.forget();
    }
}
