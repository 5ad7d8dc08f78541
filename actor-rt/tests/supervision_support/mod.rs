//! What the tests of supervision share: a world with a log and virtual time, and an actor that behaves as it is told.

#![allow(dead_code, unused_imports, reason = "each program of tests uses its part")]

mod listener;
pub mod oracle;
mod shorthand;
pub mod tally;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

pub use listener::*;
pub use shorthand::*;

/// A millisecond.
pub const MS: Duration = Duration::from_millis(1);

/// Marsaglia's xorshift64*, so that a seed means the same for ever.
pub struct Random(Cell<u64>);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(Cell::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1))
    }

    pub fn below(&self, end: u32) -> u32 {
        let mut x = self.0.get();
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.0.set(x);
        ((x.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % u64::from(end)) as u32
    }

    pub fn one_in(&self, parts: u32) -> bool {
        self.below(parts) == 0
    }

    /// Fewer than so many milliseconds.
    pub fn millis(&self, end: u32) -> Duration {
        Duration::from_millis(u64::from(self.below(end)))
    }
}

/// What happened, in order.
#[derive(Clone, Default)]
pub struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub fn write(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    pub fn take(&self) -> String {
        std::mem::take(&mut *self.0.borrow_mut()).join(" ")
    }
}

/// A runtime, its time, and what happened in it.
pub struct World {
    pub runtime: Runtime,
    pub log: Log,
    start: Instant,
    now: Instant,
}

impl World {
    pub fn new() -> Self {
        Self::built(Config::new())
    }

    /// One with other settings.
    pub fn built(config: Config) -> Self {
        let start = Instant::now();
        let mut runtime = config.build(start);
        // Enough for all but the tests of it.
        runtime.set_root_supervisor(Supervisor::new().intensity(many()));
        World { runtime, log: Log::default(), start, now: start }
    }

    /// Runs at the same time. What happened since the last look.
    pub fn run(&mut self) -> String {
        self.runtime.run(self.now, false);
        self.log.take()
    }

    /// Runs at so many milliseconds from the start, and at each earlier deadline on the way.
    pub fn at(&mut self, millis: u64) -> String {
        let until = self.start + Duration::from_millis(millis);
        self.runtime.run(self.now, false);
        while let Some(wait) = self.runtime.next_timeout(self.now) {
            if self.now + wait > until {
                break;
            }
            self.now += wait;
            self.runtime.run(self.now, false);
        }
        self.now = until;
        self.runtime.run(self.now, false);
        self.log.take()
    }

    /// An actor that writes to the log, to be started.
    pub fn spec(&self, name: &'static str) -> Spec<Node> {
        self.spec_of(name, Conduct::default())
    }

    /// One that behaves so.
    pub fn spec_of(&self, name: &'static str, conduct: Conduct) -> Spec<Node> {
        let log = self.log.clone();
        let incarnations = Cell::new(0);
        Spec::new(move |cx: &mut Cx<'_, Node>| {
            incarnations.set(incarnations.get() + 1);
            let number = incarnations.get();
            if conduct.starts_failing.get() > 0 {
                conduct.starts_failing.set(conduct.starts_failing.get() - 1);
                log.write(format!("{name}:no"));
                cx.fail_str("not today");
                return None;
            }
            if conduct.starts_waiting.get() > 0 {
                conduct.starts_waiting.set(conduct.starts_waiting.get() - 1);
                log.write(format!("{name}:wait"));
                return None;
            }
            log.write(format!("{name}:init{number}"));
            Some(Node { name, log: log.clone(), conduct: conduct.clone(), number })
        })
        .name(name)
        .hooks()
    }

    pub fn start(&mut self, name: &'static str) -> Actor<Node> {
        let actor = self.spec(name).start(&mut self.runtime).unwrap();
        self.run();
        actor
    }

    /// One that is not restarted.
    pub fn start_temporary(&mut self, name: &'static str) -> Actor<Node> {
        let actor = self.spec(name).restart(Restart::Temporary).start(&mut self.runtime).unwrap();
        self.run();
        actor
    }

    pub fn start_under(&mut self, parent: &Actor<Node>, name: &'static str) -> Actor<Node> {
        let spec = self.spec(name);
        self.put(parent, spec)
    }

    /// Starts a child by this spec.
    pub fn put<A: 'static>(&mut self, parent: &Actor<Node>, spec: Spec<A>) -> Actor<A> {
        let actor = spec.start_under(&mut self.runtime, parent.actor_id()).unwrap();
        self.run();
        actor
    }

    /// Tells the log of an actor's end.
    pub fn watch<A: ?Sized + 'static>(&mut self, actor: &Actor<A>, name: &'static str) -> MonitorId {
        let log = self.log.clone();
        let down = Ret::new(move |exit: Option<Exit>| match exit {
            Some(exit) => log.write(format!("{name}:down:{:?}", exit.kind)),
            None => log.write(format!("{name}:dropped")),
        });
        self.runtime.on_exit(actor.actor_id(), down)
    }

    pub fn stop(&self, actor: &Actor<Node>) {
        self.runtime.door().stop(actor.actor_id()).unwrap();
    }

    pub fn kill(&self, actor: &Actor<Node>) {
        self.runtime.door().kill(actor.actor_id(), "a kill").unwrap();
    }

    /// How an actor ended, if it has: heard from a monitor.
    pub fn exit_of(&mut self, actor: ActorId) -> Rc<RefCell<Option<Exit>>> {
        let heard = Rc::new(RefCell::new(None));
        let keep = heard.clone();
        self.runtime.on_exit(actor, Ret::new(move |exit| *keep.borrow_mut() = exit));
        heard
    }
}

/// So many restarts that none is too many.
pub fn many() -> Intensity {
    Intensity::new(1_000_000, Duration::from_secs(1))
}

pub fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// How a node behaves.
#[derive(Clone, Default)]
pub struct Conduct {
    /// So many of its starts fail.
    pub starts_failing: Rc<Cell<u32>>,
    /// So many of its starts leave it preparing.
    pub starts_waiting: Rc<Cell<u32>>,
    pub stops: Stops,
    pub escalation: Escalation,
    pub traps: bool,
    /// It fails when it is told that it has started.
    pub fails_started: Rc<Cell<u32>>,
    /// It fails when it hears of a child.
    pub is_quiet: bool,
}

/// How a node stops.
#[derive(Clone, Copy, Default)]
pub enum Stops {
    #[default]
    AtOnce,
    /// When it is told.
    Later,
    /// By a timer after so many milliseconds.
    After(u64),
    Failing,
    Panicking,
}

/// An actor that behaves as it is told, and writes what happens to it.
pub struct Node {
    pub name: &'static str,
    pub log: Log,
    pub conduct: Conduct,
    /// Which incarnation it is.
    pub number: u32,
}

impl Node {
    fn write(&self, what: &str) {
        self.log.write(format!("{}:{what}", self.name));
    }

    pub fn say(&mut self, _: &mut Cx<'_, Self>, what: &'static str) {
        self.write(what);
    }

    pub fn fail(&mut self, cx: &mut Cx<'_, Self>) {
        self.write("fail");
        cx.fail_str("a fault");
    }

    pub fn panics(&mut self, _: &mut Cx<'_, Self>) {
        self.write("panic");
        std::panic::resume_unwind(Box::new("a panic"));
    }

    pub fn ends(&mut self, cx: &mut Cx<'_, Self>) {
        self.write("ends");
        cx.stop();
    }

    pub fn done(&mut self, cx: &mut Cx<'_, Self>) {
        self.write("done");
        cx.stopped();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.write("drop");
    }
}

impl Lifecycle for Node {
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        cx.trap_exits(self.conduct.traps);
        if self.conduct.fails_started.get() > 0 {
            self.conduct.fails_started.set(self.conduct.fails_started.get() - 1);
            self.write("bad-start");
            cx.fail_str("started badly");
        }
    }

    fn on_restart(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) {
        self.write("again");
    }

    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
        self.write("stop");
        match self.conduct.stops {
            Stops::AtOnce => Stopping::Done,
            Stops::Later => Stopping::Pending,
            Stops::After(wait) => {
                cx.this().call_at(millis(wait), Node::done);
                Stopping::Pending
            }
            Stops::Failing => {
                cx.fail_str("cannot stop");
                Stopping::Done
            }
            Stops::Panicking => std::panic::resume_unwind(Box::new("a panic")),
        }
    }

    fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        let what = match event {
            _ if self.conduct.is_quiet => return,
            ChildEvent::Started { .. } => "started",
            ChildEvent::Restarted { .. } => "restarted",
            ChildEvent::Ended { cause: StopCause::Stopped, .. } => "ended:stopped",
            ChildEvent::Ended { cause: StopCause::Failed(_), .. } => "ended:failed",
            ChildEvent::Ended { .. } => "ended",
            _ => "?",
        };
        self.write(&format!("child-{what}"));
    }

    fn child_escalated(&mut self, _: &mut Cx<'_, Self>, _: ActorId, _: &StopCause) -> Escalation {
        self.write("escalated");
        self.conduct.escalation
    }

    fn on_exit(&mut self, _: &mut Cx<'_, Self>, exit: &Exit) {
        self.write(&format!("exit:{:?}", exit.kind));
    }
}
