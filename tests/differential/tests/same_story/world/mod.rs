//! Runs a program, and writes the story down. This text is compiled twice: with Stakker as `api`, and with this runtime.
//!
//! Time goes in windows of 10 ms. The host runs in the middle of one; timers expire at the beginning of one: fixed timers of an even one,
//! each moving timer of odd ones that are its alone. So Stakker's ticks of 16 µs do not show, nor its order of timers of different
//! kinds that are due at once.

/// Queues a message on a lane, written in each lane's macro.
macro_rules! queue {
    ($lane:expr, $world:expr, [ $($context:tt)* ], $($message:tt)*) => {
        match $lane {
            Lane::Main => call!([ $($context)* ], $($message)*),
            Lane::Lazy => lazy!([ $($context)* ], $($message)*),
            Lane::Idle => idle!([ $($context)* ], $($message)*),
            Lane::Timer(windows, true) => {
                let key = at!($world.instant(windows), [ $($context)* ], $($message)*);
                $world.keep_key(key);
            }
            Lane::Timer(windows, false) => {
                let key = after!($world.duration(windows), [ $($context)* ], $($message)*);
                $world.keep_key(key);
            }
        }
    };
}

mod actors;
mod log;
mod messages;
mod names;
mod ops;
mod place;
mod toy;

use self::log::Pairs;
use self::place::Place;
use self::toy::{Token, Toy};
use super::api::*;
use super::{api, hit};
use crate::program::{ACTORS, Act, KEPT, KEYS, Program, Script, WAKERS};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

const WINDOW: Duration = Duration::from_millis(10);

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
    keys: RefCell<[FixedTimerKey; KEYS]>,
    next_key: Cell<usize>,
    largest: RefCell<[MaxTimerKey; KEYS]>,
    smallest: RefCell<[MinTimerKey; KEYS]>,
    rets: RefCell<[Option<Ret<u32>>; KEPT]>,
    fwds: RefCell<[Option<Fwd<u32>>; KEPT]>,
    wakers: RefCell<[Option<api::sync::Waker>; WAKERS]>,
    share: Share<u32>,
    depth: Cell<u32>,
    /// Whether the runtime runs.
    running: Cell<bool>,
}

impl World {
    fn note(&self, text: String) {
        if !self.over.get() {
            self.story.borrow_mut().push(text);
        }
    }

    fn token(self: &Rc<Self>, script: &Rc<Script>) -> Token {
        Token { script: script.clone(), world: self.clone() }
    }

    fn actor(&self, slot: usize) -> Actor<Toy> {
        self.actors.borrow()[slot].clone()
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
        self.keys.borrow_mut()[next] = key;
    }
}

/// A message that does nothing.
fn empty(number: u32) -> Rc<Script> {
    Rc::new(Script { number, body: Vec::new(), on_drop: Vec::new() })
}

/// Runs a program and tells its story.
pub fn story(program: &Program, start: Instant) -> Vec<String> {
    let mut stakker = Stakker::new(start);
    let s = &mut stakker;
    let calls = Rc::new(Cell::new(0_u64));
    s.set_poll_waker(|| ());
    s.set_systime(Some(SystemTime::UNIX_EPOCH));
    let world = Rc::new_cyclic(|world: &std::rc::Weak<World>| {
        let log = world.clone();
        let written = calls.clone();
        s.set_logger(
            LogFilter::all(&[LogLevel::Debug, LogLevel::Open, LogLevel::Audit]),
            move |_, record| {
                written.set(written.get() + 1);
                let mut pairs = Pairs(String::new());
                (record.kvscan)(&mut pairs);
                let text = record.fmt.to_string().replace(std::any::type_name::<Toy>(), "Toy");
                if let Some(world) = log.upgrade() {
                    world.note(format!(
                        "log {} {} {:?} {text}{}",
                        record.id, record.level, record.target, pairs.0
                    ));
                }
            },
        );
        let owners: [_; ACTORS] = std::array::from_fn(|_| vec![ActorOwn::new(s, Ret::new(|_| ()), 0)]);
        World {
            story: RefCell::default(),
            over: Cell::new(false),
            start,
            window: Cell::new(0),
            time: Cell::new(start),
            deferrer: s.deferrer(),
            actors: RefCell::new(
                owners.iter().map(|owners: &Vec<ActorOwn<Toy>>| owners[0].clone()).collect(),
            ),
            owners: RefCell::new(owners),
            made: Cell::new(0),
            keys: RefCell::default(),
            next_key: Cell::new(0),
            largest: RefCell::default(),
            smallest: RefCell::default(),
            rets: RefCell::default(),
            fwds: RefCell::default(),
            wakers: RefCell::default(),
            share: Share::new(s, 0),
            depth: Cell::new(0),
            running: Cell::new(false),
        }
    });
    for slot in 1..ACTORS as u32 {
        // The first one is left without a value.
        let (actor, w, token) = (world.actor(slot as usize), world.clone(), world.token(&empty(1000 + slot)));
        call!([actor], Toy::init(w, 1000 + slot, true, token));
    }
    s.run(world.now(), false);
    for act in &program.acts {
        match act {
            Act::Do(op) => world.op(op, &mut Place::Host(s)),
            Act::Run(windows, idle) => {
                world.window.set(world.window.get() + windows);
                // As a main loop does. A step of ours would do it for itself.
                world.running.set(true);
                s.poll_wake();
                let idle_waits = s.run(world.now(), *idle);
                world.running.set(false);
                world.note(format!("ran to {}, idle work: {idle_waits}", world.window.get()));
            }
            Act::PollWake => {
                hit("Stakker::poll_wake");
                world.running.set(true);
                s.poll_wake();
                world.running.set(false);
            }
            Act::Filter(what) => {
                hit("Stakker::set_log_filter");
                let filters = [
                    LogFilter::new(),
                    LogFilter::from(LogLevel::Warn),
                    LogFilter::from(LogLevel::Open),
                    LogFilter::from(LogLevel::Trace),
                ];
                s.set_log_filter(filters[usize::from(*what)]);
            }
        }
    }
    world.over.set(true);
    let story = world.story.take();
    drop(stakker);
    story
}
