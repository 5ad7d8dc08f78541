//! The language of the random programs, and how one is read from random bytes.

use std::rc::Rc;

/// Actors that a program can name; the last two may be children of the first, in its slab.
pub const ACTORS: usize = 4;
/// Timer keys of each kind that a program can name.
pub const KEYS: usize = 2;
/// Replies and forwards that a program can keep.
pub const KEPT: usize = 2;
/// Wakers that a program can name.
pub const WAKERS: usize = 3;
/// Kinds of small things.
const ITEMS: usize = 16;
/// Operations that a program has at least.
const LENGTH: usize = 600;

/// What a message does when it is handled, and when it is dropped.
#[derive(Debug)]
pub struct Script {
    pub number: u32,
    pub body: Vec<Op>,
    pub on_drop: Vec<Op>,
}

/// To which queue a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Main,
    Lazy,
    Idle,
    /// A fixed timer, so many windows ahead; 0 is at once. The flag: an instant instead of a duration.
    Timer(u64, bool),
}

/// How a message to an actor is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Method,
    /// A method of the type instead of the value: it makes the value, or does not.
    Prep(bool),
    /// A closure; in a handler of the actor itself only.
    Closure,
}

/// How a reply or a forward is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    ToMethod,
    ToPrep,
    ToClosure,
    SomeToMethod,
    SomeToPrep,
    SomeToClosure,
    Do,
    SomeDo,
    Nop,
    Shutdown,
    Fail,
    FailThrough,
}

/// One thing to do. Where it is not possible (a timer in a destructor, `Stop` outside of a handler) it does nothing.
#[derive(Clone, Debug)]
pub enum Op {
    /// A message to an actor; the flag: with the core in the brackets.
    Send(Lane, Form, usize, bool, Rc<Script>),
    /// A message of the running actor to itself.
    SendSelf(Lane, Form, Rc<Script>),
    /// A closure of the runtime's: by the macro, by the core, by an actor, by a deferrer.
    Job(Lane, u8, Rc<Script>),
    DeleteTimer(usize),
    /// A timer that is moved to the window `0` slots of its own kind ahead; the flag: the largest instead of the smallest counts.
    MoveTimer(bool, usize, u64, u8, Rc<Script>),
    DeleteMoving(bool, usize),
    /// Asks for, moves and deletes a timer by the key that its kind had before.
    UseStaleKey(bool, usize),
    Stop,
    /// `fail!` in its forms, and the methods.
    Fail(u8),
    /// At level 0 at once, else by `kill!`, each in its forms.
    Kill(usize, u8),
    DropOwner(usize),
    AddOwner(usize),
    /// The script is its initialiser's, and what its value does when it is dropped.
    Spawn(usize, Answer, u8, Rc<Script>),
    SpawnInSlab(usize, u8, Rc<Script>),
    LookAtSlab,
    /// A reply or a forward that is kept.
    MakeRet(usize, Answer, usize),
    UseRet(usize),
    DropRet(usize),
    MakeFwd(usize, Answer, usize),
    UseFwd(usize, u32),
    /// A message whose reply is passed along and answered, or dropped, by whoever handles it.
    Ask(usize, usize, Answer, Rc<Script>),
    Query(usize, Rc<Script>),
    Apply(usize, Rc<Script>),
    /// A hundred messages of which each queues the next one.
    Chain(usize),
    /// A reply or a forward of no parts or of several.
    Parts(u8, usize, u32),
    /// An owner that gives its type up.
    Anonymous(usize),
    /// An actor known by a trait is made, or called.
    Voice(u8, u32),
    /// A shared value is made, dropped, or looked for by a weak reference.
    Weak(u8, u32),
    Look(usize),
    Share(u32),
    AnyMap(u8, u32),
    Shutdown(u8),
    Log(u8, u32),
    Span(u32),
    Time,
    Wake(usize),
    DropWaker(usize),
    MakeWaker(usize, Rc<Script>),
    Task(Rc<Script>),
    /// Something small: one of the many methods and forms that need no operation of their own.
    Item(u8, usize, u32),
}

/// What the host does.
#[derive(Clone, Debug)]
pub enum Act {
    Do(Op),
    /// So many windows later, with an idle item or without.
    Run(u64, bool),
    /// Window by window, so many.
    Pass(u64),
    /// At a time that has passed, also one before the runtime began; with an idle item or without.
    RunEarlier(bool, bool),
    PollWake,
    Filter(u8),
    /// Values are sent on the channel, so many more than one; with 0 it is closed then.
    Channel(u8, u32),
    /// Asks when the next timer is due.
    LookAhead,
}

/// A program: what the host does.
#[derive(Clone, Debug)]
pub struct Program {
    pub acts: Vec<Act>,
}

/// Reads a program from bytes. Any bytes are one; where they end, zeros follow.
pub fn read(bytes: &[u8]) -> Program {
    let mut reader = Reader { bytes: bytes.iter(), numbers: 0, ops: 0, jumps: false };
    reader.jumps = reader.below(2) == 1;
    let mut acts = Vec::new();
    // At last everything that is queued runs.
    while reader.ops < LENGTH {
        acts.push(reader.act());
    }
    acts.extend([Act::PollWake, Act::Run(0, true), Act::Run(1, true), Act::Run(1, true), Act::Pass(8)]);
    Program { acts }
}

struct Reader<'a> {
    bytes: std::slice::Iter<'a, u8>,
    numbers: u32,
    ops: usize,
    /// Whether time may jump over several deadlines at once.
    jumps: bool,
}

impl Reader<'_> {
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % end
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    fn actor(&mut self) -> usize {
        self.below(ACTORS)
    }

    fn act(&mut self) -> Act {
        // Zeros, which follow the last byte, are operations: so a program ends.
        match self.below(36) {
            22..=28 => {
                let windows = if self.jumps { self.below(12) } else { self.below(2) };
                Act::Run(windows as u64, self.flag())
            }
            29 => Act::Pass(1 + self.below(12) as u64),
            30 if self.flag() => Act::RunEarlier(self.flag(), self.flag()),
            // Where a timer can be moved Stakker also wakes before it is due.
            30 if self.jumps => Act::LookAhead,
            30 => Act::Channel(self.below(8).min(3) as u8, self.below(100) as u32),
            32 | 33 => Act::Do(Op::Wake(self.below(WAKERS))),
            34 => Act::Do(Op::MakeWaker(self.below(WAKERS), self.script(3))),
            35 => Act::Do(Op::DropWaker(self.below(WAKERS))),
            31 if self.flag() => Act::PollWake,
            31 if self.flag() => Act::Filter(self.below(4) as u8),
            _ => Act::Do(self.op(3)),
        }
    }

    fn script(&mut self, depth: u32) -> Rc<Script> {
        self.numbers += 1;
        let number = self.numbers;
        let (body, on_drop) = match depth {
            0 => (0, 0),
            _ => (self.below(4), self.below(8).saturating_sub(5)),
        };
        Rc::new(Script {
            number,
            body: (0..body).map(|_| self.op_in_a_handler(depth - 1)).collect(),
            on_drop: (0..on_drop).map(|_| self.op(depth - 1)).collect(),
        })
    }

    fn lane(&mut self) -> Lane {
        match self.below(8) {
            0..=3 => Lane::Main,
            4 => Lane::Lazy,
            5 => Lane::Idle,
            _ => Lane::Timer(self.below(5) as u64, self.flag()),
        }
    }

    fn form(&mut self) -> Form {
        match self.below(8) {
            0..=4 => Form::Method,
            5 => Form::Closure,
            _ => Form::Prep(self.below(5) != 0),
        }
    }

    fn answer(&mut self) -> Answer {
        use Answer::*;
        let all = [
            ToMethod,
            ToPrep,
            ToClosure,
            SomeToMethod,
            SomeToPrep,
            SomeToClosure,
            Do,
            SomeDo,
            Nop,
            Shutdown,
            Fail,
            FailThrough,
            // What these tell is heard of at once, or seldom to be seen.
            Do,
            FailThrough,
        ];
        all[self.below(all.len())]
    }

    /// What only a handler can do is more frequent here.
    fn op_in_a_handler(&mut self, depth: u32) -> Op {
        match self.below(12) {
            0 => Op::SendSelf(self.lane(), self.form(), self.script(depth)),
            1 => self.spawn_in_slab(depth),
            2 if self.flag() => Op::Stop,
            3 => self.spawn(depth),
            _ => self.op(depth),
        }
    }

    fn spawn(&mut self, depth: u32) -> Op {
        Op::Spawn(self.actor(), self.answer(), self.below(8) as u8, self.script(depth))
    }

    fn spawn_in_slab(&mut self, depth: u32) -> Op {
        Op::SpawnInSlab(2 + self.below(2), self.below(7) as u8, self.script(depth))
    }

    fn op(&mut self, depth: u32) -> Op {
        self.ops += 1;
        match self.below(96) {
            0..=11 => Op::Send(self.lane(), self.form(), self.actor(), self.flag(), self.script(depth)),
            12..=17 => Op::SendSelf(self.lane(), self.form(), self.script(depth)),
            18..=21 => Op::Job(self.lane(), self.below(4) as u8, self.script(depth)),
            22 => Op::DeleteTimer(self.below(KEYS)),
            // Over a jump Stakker fires moving timers in an order of its own; see `differences`.
            23..=26 if self.jumps => Op::Time,
            23..=26 => Op::MoveTimer(
                self.flag(),
                self.below(KEYS),
                1 + self.below(3) as u64,
                self.below(4) as u8,
                self.script(depth),
            ),
            27 => Op::DeleteMoving(self.flag(), self.below(KEYS)),
            28 => Op::Stop,
            29 => Op::Fail(self.below(8) as u8),
            30 | 31 => Op::Kill(self.actor(), self.below(5) as u8),
            32 | 33 => Op::DropOwner(self.actor()),
            34 => Op::AddOwner(self.actor()),
            35..=38 => self.spawn(depth),
            39 | 40 => self.spawn_in_slab(depth),
            41 => Op::LookAtSlab,
            42 | 43 => Op::MakeRet(self.below(KEPT), self.answer(), self.actor()),
            44 | 45 => Op::UseRet(self.below(KEPT)),
            46 => Op::DropRet(self.below(KEPT)),
            47 => Op::MakeFwd(self.below(KEPT), self.answer(), self.actor()),
            48 | 49 => Op::UseFwd(self.below(KEPT), self.below(100) as u32),
            50 | 51 => Op::Ask(self.actor(), self.actor(), self.answer(), self.script(depth)),
            52 => Op::Query(self.actor(), self.script(depth)),
            53 => Op::Apply(self.actor(), self.script(depth)),
            54 => Op::Look(self.actor()),
            55 => Op::Share(self.below(100) as u32),
            56 => Op::AnyMap(self.below(4) as u8, self.below(100) as u32),
            57 => Op::Shutdown(self.below(3) as u8),
            58 => Op::Log(self.below(9) as u8, self.below(100) as u32),
            59 => Op::Span(self.below(100) as u32),
            60 => Op::Time,
            61 => Op::Wake(self.below(WAKERS)),
            62 => match self.flag() {
                true => Op::DropWaker(self.below(WAKERS)),
                false => Op::MakeWaker(self.below(WAKERS), self.script(depth)),
            },
            63 => Op::Task(self.script(depth)),
            64 | 65 => Op::UseStaleKey(self.flag(), self.below(KEYS)),
            66 => Op::Chain(self.actor()),
            67 | 68 => Op::Parts(self.below(7) as u8, self.actor(), self.below(100) as u32),
            69 => Op::Anonymous(self.actor()),
            70 | 71 => Op::Voice(self.below(4) as u8, self.below(100) as u32),
            72..=75 => Op::Weak(self.below(4) as u8, self.below(100) as u32),
            76 | 77 => Op::Wake(self.below(WAKERS)),
            78 => Op::MakeWaker(self.below(WAKERS), self.script(depth)),
            79 => Op::DropWaker(self.below(WAKERS)),
            80 | 81 => Op::DeleteTimer(self.below(KEYS)),
            82 | 83 => Op::UseStaleKey(self.flag(), self.below(KEYS)),
            _ => Op::Item(self.below(ITEMS) as u8, self.actor(), self.below(100) as u32),
        }
    }
}
