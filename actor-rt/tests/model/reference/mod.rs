//! The reference: the runtime's rules in plain collections. Slow, obvious, and without any unsafe code.

mod close;
mod deadlines;
mod life;
mod ops;
mod queues;
mod step;

use crate::program::{ACTORS, Event, KEYS, Script};
use std::collections::{BTreeMap, VecDeque};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Prep,
    Ready,
    Paused,
    Ending,
    Zombie,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    Outside,
    Stepping,
    Closing,
    Closed,
}

/// What a queue entry carries.
#[derive(Clone, Debug)]
enum Work {
    /// A typed call or a job.
    Plain(Message),
    /// A typed call that makes the actor's value, if the flag says so.
    Prep(Message, bool),
    /// A packet, with the token of its request.
    Packet(Message, Option<u64>),
    /// The runtime ends an actor.
    End(usize, &'static str),
    /// A request's deadline has come.
    Timeout(u64),
}

#[derive(Clone, Debug)]
struct Message {
    number: u32,
    script: Script,
}

#[derive(Clone, Debug)]
struct Entry {
    to: Option<usize>,
    work: Work,
}

struct Actor {
    state: State,
    has_value: bool,
    pending: u32,
    limit: u32,
    stash: VecDeque<Entry>,
    kept: Vec<u64>,
    /// Keys of the timers that end with it, the latest last.
    timers: Vec<u64>,
}

struct Timer {
    key: u64,
    owner: Option<usize>,
    entry: Entry,
}

struct Ask {
    number: u32,
    token: u64,
    timer: Option<u64>,
    holder: Option<usize>,
}

/// Somebody panicked: whoever runs the present work has to deal with it.
struct Panicked;

/// Where ops are run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Runtime,
    Core,
    Nothing,
}

#[derive(Default)]
struct Turn {
    end: Option<&'static str>,
    token: Option<u64>,
    kept: bool,
}

pub struct Reference {
    pub log: Vec<Event>,
    pub phase: Phase,
    actors: Vec<Actor>,
    slots: [usize; ACTORS],
    owned: [bool; ACTORS],
    urgent: VecDeque<Entry>,
    replay: VecDeque<Entry>,
    main: VecDeque<Entry>,
    batch: VecDeque<Entry>,
    lazy: VecDeque<Entry>,
    idle: VecDeque<Entry>,
    inbox: VecDeque<Entry>,
    timers: BTreeMap<(u64, u64), Timer>,
    keys: [u64; KEYS],
    asks: Vec<Option<Ask>>,
    free_asks: Vec<usize>,
    kept: VecDeque<u64>,
    current: Option<usize>,
    now: u64,
    reported: u64,
    numbers: u32,
    sequence: u64,
    raised: bool,
    yielding: bool,
    asleep: bool,
    consuming: bool,
    pub wakes: u64,
    /// Messages that no handler saw, and of which no caller was told.
    pub dead_letters: u64,
}

impl Reference {
    pub fn new() -> Self {
        let mut reference = Reference {
            log: Vec::new(),
            phase: Phase::Outside,
            actors: Vec::new(),
            slots: [0; ACTORS],
            owned: [false; ACTORS],
            urgent: VecDeque::new(),
            replay: VecDeque::new(),
            main: VecDeque::new(),
            batch: VecDeque::new(),
            lazy: VecDeque::new(),
            idle: VecDeque::new(),
            inbox: VecDeque::new(),
            timers: BTreeMap::new(),
            keys: [0; KEYS],
            asks: Vec::new(),
            free_asks: Vec::new(),
            kept: VecDeque::new(),
            current: None,
            now: 0,
            reported: u64::MAX,
            numbers: 0,
            sequence: 0,
            raised: false,
            yielding: false,
            asleep: true,
            consuming: false,
            wakes: 0,
            dead_letters: 0,
        };
        for slot in 0..ACTORS {
            reference.spawn(slot);
        }
        reference
    }

    fn message(&mut self, script: &Script) -> Message {
        self.numbers += 1;
        Message { number: self.numbers, script: script.clone() }
    }

    pub fn waiting(&self) -> usize {
        [&self.urgent, &self.replay, &self.main, &self.batch, &self.lazy].iter().map(|lane| lane.len()).sum()
    }

    pub fn messages(&self) -> u32 {
        self.numbers
    }

    pub fn actors(&self) -> usize {
        self.actors.len()
    }
}
