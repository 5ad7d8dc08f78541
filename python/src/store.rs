//! The Python values of one runtime. The kernel's records hold keys into it.
//!
//! Owned by the runtime object, which alone traverses it: each strong reference is visited once, by its owner. An entry is taken
//! out before Python runs, and what is dropped is dropped with no slab borrowed, since destructors are Python too.

use crate::args::Args;
use crate::gather::GatherEntry;
use crate::hosting::HostCall;
use crate::jobs::JobEntry;
use crate::lifecycle::HookSet;
use crate::reply::Reply;
use crate::slab::Slab;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A method with its arguments; the first is the actor.
pub(crate) struct Call {
    pub method: Py<PyAny>,
    pub args: Args,
    pub kwargs: Option<Py<PyDict>>,
}

/// A call on its way to an actor.
pub(crate) struct Message {
    pub call: Call,
    pub reply: Option<Py<Reply>>,
    /// Until when it may wait, in nanoseconds of the runtime's clock.
    pub until: u64,
    /// Whether it is for the incarnation that got it only: a job of a pool, which gives it to another one itself.
    pub bound: bool,
    /// Key of the repeated timer that it came from; 0 for none.
    pub tick: u64,
}

impl Message {
    pub(crate) fn new(call: Call, reply: Option<Py<Reply>>) -> Self {
        Message { call, reply, until: u64::MAX, bound: false, tick: 0 }
    }
}

/// A coroutine of a handler.
pub(crate) struct Task {
    pub coroutine: Py<PyAny>,
    pub call: Call,
    pub reply: Option<Py<Reply>>,
    /// The host's task that runs it, if the host does.
    pub host: Option<Py<PyAny>>,
    /// Whether the actor takes no other message until it is done.
    pub exclusive: bool,
    /// Keys of the actors for which it waits, for all of them.
    pub waits_for: Vec<u64>,
    pub purpose: Purpose,
}

/// What a coroutine is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A message's handler, or a hook that nobody waits for.
    Handler,
    /// `on_prepare` of an actor that is ready in the kernel's eyes: `on_started` is next.
    Begin,
    /// `on_prepare` of a supervised actor, the incarnation of this number: without it there is no value yet.
    Prepare(u32),
    /// `on_stop`.
    Stop,
}

/// What a timer does.
pub(crate) enum Due {
    /// A message for an actor.
    Tell(Call),
    /// The same again and again: its period, the time of the next one, in nanoseconds, and whether the last one still waits.
    Every { call: Call, period: u64, next: u64, waits: bool },
    /// A request's time is up.
    Deadline(Py<Reply>),
    /// A sleep is over.
    Wake(Py<Reply>),
    /// A coroutine of a stopping actor goes on, to which no message comes any more.
    Resume(u64),
    /// The host's task for such a coroutine is done.
    HostDone(u64),
    /// An actor's time is up: it is told to stop, or killed, for this reason.
    End { id: actor_rt::ActorId, kill: bool, reason: String },
}

/// Why an actor ends, as Python says it: the kind, and the exception.
pub(crate) type Cause = (&'static str, Option<Py<PyAny>>);

/// How an actor can be given a turn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// By a message.
    Usual,
    /// It has no value in the kernel: the clerk does what there is to do for it.
    Preparing,
    /// It takes no messages any more, but its timers.
    Stopping,
}

/// What a timer that is due means.
pub(crate) enum Tick {
    /// It fires once.
    Once,
    /// It has fired again, and calls this.
    Again(Call),
    /// It has fired again, and what it called the last time still waits.
    Waits,
}

/// An armed timer.
pub(crate) struct TimerEntry {
    pub due: Due,
    pub kernel: u64,
    pub actor: u64,
}

/// What belongs to a living actor. Not the instance: whoever can reach the actor keeps it alive.
pub(crate) struct ActorEntry {
    pub instance: Py<PyAny>,
    pub hooks: HookSet,
    pub busy: bool,
    pub stage: Stage,
    /// Whether it is to be paused when its coroutine is done.
    pub pauses: bool,
    /// Whether a test holds it for a moment, and whether it is paused besides.
    pub held_back: Option<bool>,
    /// The instance, where the runtime holds it: one that is supervised, or that nobody can reach any more, alive for its last hook.
    pub held: Option<Py<PyAny>>,
    /// None as long as it is empty: actors are many.
    more: Option<Box<More>>,
}

/// What most actors have nothing of.
#[derive(Default)]
pub(crate) struct More {
    /// Keys of messages that passed the mailbox and wait for a coroutine's end: what came from timers and pools.
    pub stash: VecDeque<u64>,
    pub tasks: Vec<u64>,
    pub timers: BTreeSet<u64>,
    /// Who wants to know of the end.
    pub enders: Vec<Py<Reply>>,
    /// The instance, until its first turn.
    pub begins: Option<Py<PyAny>>,
    /// Why it ends, where that is not what the kernel says.
    pub cause: Option<Cause>,
    /// The same of the incarnation before.
    pub last_cause: Option<Cause>,
}

impl ActorEntry {
    pub(crate) fn new(instance: Py<PyAny>, hooks: HookSet) -> Self {
        ActorEntry {
            instance,
            hooks,
            busy: false,
            stage: Stage::Usual,
            pauses: false,
            held_back: None,
            held: None,
            more: None,
        }
    }

    pub(crate) fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    /// The same, as it is.
    pub(crate) fn known(&self) -> Option<&More> {
        self.more.as_deref()
    }

    /// The same, of an actor that has ended.
    pub(crate) fn into_more(self) -> More {
        self.more.map(|more| *more).unwrap_or_default()
    }

    fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.instance)?;
        visit.call(&self.held)?;
        let Some(more) = &self.more else { return Ok(()) };
        visit.call(&more.begins)?;
        for ender in &more.enders {
            visit.call(ender)?;
        }
        for (_, error) in more.cause.iter().chain(&more.last_cause) {
            visit.call(error)?;
        }
        Ok(())
    }
}

/// What came from another thread.
pub(crate) enum Foreign {
    /// A message, with the future of its answer if one is wanted.
    Call { call: Call, future: Option<Py<PyAny>> },
    /// The outcome of what another thread was given to do.
    Done { key: u64, result: Py<PyAny>, is_error: bool },
    /// An actor that nobody can reach any more.
    Abandoned(Py<PyAny>),
    /// The key of an output port of which nobody knows any more.
    Port(u64),
}

/// The user's functions, and the host.
#[derive(Default)]
pub(crate) struct Hooks {
    pub on_error: Option<Py<PyAny>>,
    pub clock: Option<Py<PyAny>>,
    pub host: Option<Py<PyAny>>,
    /// Called when the runtime has been closed.
    pub closed: Option<Py<PyAny>>,
}

#[derive(Default)]
pub(crate) struct Store {
    pub messages: RefCell<Slab<Message>>,
    pub tasks: RefCell<Slab<Task>>,
    pub timers: RefCell<Slab<TimerEntry>>,
    pub actors: RefCell<Slab<ActorEntry>>,
    /// None once the runtime is closed.
    pub foreign: RefCell<Option<VecDeque<Foreign>>>,
    pub hooks: RefCell<Hooks>,
    /// Those that have ended, by their ids, until all have been told.
    pub ended: RefCell<BTreeMap<u64, (Py<PyAny>, Cause)>>,
    /// How many watchdogs there are, and the method that they are shown.
    pub watchdogs: Cell<usize>,
    pub running: RefCell<Option<Py<PyAny>>>,
    /// What closures of the kernel call or answer.
    pub kept: RefCell<Slab<Py<PyAny>>>,
    pub host_calls: RefCell<Slab<HostCall>>,
    /// Replies that other threads work for.
    pub offloaded: RefCell<Slab<Py<Reply>>>,
    pub jobs: RefCell<Slab<JobEntry>>,
    pub gathers: RefCell<Slab<GatherEntry>>,
    /// What `step` is to raise when it is done.
    pub raise: RefCell<Option<Py<PyAny>>>,
}

/// The name of a method, for people.
pub(crate) fn name_of(method: &Bound<'_, PyAny>) -> Option<String> {
    method.getattr("__qualname__").and_then(|name| name.extract()).ok()
}

impl Call {
    pub(crate) fn clone_ref(&self, py: Python<'_>) -> Self {
        Call {
            method: self.method.clone_ref(py),
            args: self.args.clone_ref(py),
            kwargs: self.kwargs.as_ref().map(|kwargs| kwargs.clone_ref(py)),
        }
    }

    /// Name of the method, for people.
    pub(crate) fn name(&self, py: Python<'_>) -> String {
        let method = self.method.bind(py);
        name_of(method).unwrap_or_else(|| method.get_type().to_string())
    }

    pub(crate) fn actor<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.args.actor(py)
    }

    pub(crate) fn invoke<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.args.call(self.method.bind(py), self.kwargs.as_ref().map(|kwargs| kwargs.bind(py)))
    }

    /// Lets go of it, without a look at whether the thread may.
    pub(crate) fn forget(self, py: Python<'_>) {
        self.method.drop_ref(py);
        self.args.forget(py);
    }

    fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.method)?;
        self.args.traverse(visit)?;
        visit.call(&self.kwargs)
    }
}

impl Hooks {
    fn all(&self) -> [&Option<Py<PyAny>>; 4] {
        [&self.on_error, &self.clock, &self.host, &self.closed]
    }
}

impl Store {
    pub(crate) fn new() -> Self {
        Store { foreign: RefCell::new(Some(VecDeque::new())), ..Store::default() }
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Ok(messages) = self.messages.try_borrow() {
            for message in messages.iter() {
                message.call.traverse(visit)?;
                visit.call(&message.reply)?;
            }
        }
        if let Ok(tasks) = self.tasks.try_borrow() {
            for task in tasks.iter() {
                task.call.traverse(visit)?;
                visit.call(&task.coroutine)?;
                visit.call(&task.reply)?;
                visit.call(&task.host)?;
            }
        }
        if let Ok(timers) = self.timers.try_borrow() {
            for timer in timers.iter() {
                match &timer.due {
                    Due::Tell(call) | Due::Every { call, .. } => call.traverse(visit)?,
                    Due::Deadline(reply) | Due::Wake(reply) => visit.call(reply)?,
                    Due::Resume(_) | Due::HostDone(_) | Due::End { .. } => {}
                }
            }
        }
        if let Ok(actors) = self.actors.try_borrow() {
            for actor in actors.iter() {
                actor.traverse(visit)?;
            }
        }
        if let Ok(ended) = self.ended.try_borrow() {
            for (actor, (_, error)) in ended.values() {
                visit.call(actor)?;
                visit.call(error)?;
            }
        }
        if let Ok(running) = self.running.try_borrow() {
            visit.call(&*running)?;
        }
        if let Ok(foreign) = self.foreign.try_borrow() {
            for foreign in foreign.iter().flatten() {
                match foreign {
                    Foreign::Call { call, future } => {
                        call.traverse(visit)?;
                        visit.call(future)?;
                    }
                    Foreign::Done { result, .. } => visit.call(result)?,
                    Foreign::Abandoned(actor) => visit.call(actor)?,
                    Foreign::Port(_) => {}
                }
            }
        }
        if let Ok(hooks) = self.hooks.try_borrow() {
            for hook in hooks.all() {
                visit.call(hook)?;
            }
        }
        if let Ok(kept) = self.kept.try_borrow() {
            for value in kept.iter() {
                visit.call(value)?;
            }
        }
        if let Ok(offloaded) = self.offloaded.try_borrow() {
            for reply in offloaded.iter() {
                visit.call(reply)?;
            }
        }
        if let Ok(calls) = self.host_calls.try_borrow() {
            for call in calls.iter() {
                call.traverse(visit)?;
            }
        }
        if let Ok(jobs) = self.jobs.try_borrow() {
            for job in jobs.iter() {
                job.traverse(visit)?;
            }
        }
        if let Ok(gathers) = self.gathers.try_borrow() {
            for gather in gathers.iter() {
                gather.traverse(visit)?;
            }
        }
        if let Ok(raise) = self.raise.try_borrow() {
            visit.call(&*raise)?;
        }
        Ok(())
    }

    /// Lets go of everything. Each part is taken out before its values are dropped.
    pub(crate) fn clear(&self) {
        fn take<T: Default>(part: &RefCell<T>) {
            let value = part.try_borrow_mut().map(|mut part| std::mem::take(&mut *part));
            drop(value);
        }
        take(&self.messages);
        take(&self.tasks);
        take(&self.timers);
        take(&self.actors);
        take(&self.foreign);
        take(&self.hooks);
        take(&self.ended);
        take(&self.running);
        take(&self.kept);
        take(&self.host_calls);
        take(&self.offloaded);
        take(&self.jobs);
        take(&self.gathers);
        take(&self.raise);
    }
}
