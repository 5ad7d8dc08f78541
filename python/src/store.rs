//! The Python values of one runtime. The kernel's records hold keys into it.
//!
//! Owned by the runtime object, which alone traverses it: each strong reference is visited once, by its owner. An entry is taken
//! out before Python runs, and what is dropped is dropped with no slab borrowed, since destructors are Python too.

use crate::actor::ActorBase;
use crate::reply::Reply;
use crate::slab::Slab;
use crate::supervised::Origin;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};

/// A method with its arguments; the first is the actor.
pub(crate) struct Call {
    pub method: Py<PyAny>,
    pub args: Py<PyTuple>,
    pub kwargs: Option<Py<PyDict>>,
}

/// A call on its way to an actor.
pub(crate) struct Message {
    pub call: Call,
    pub reply: Option<Py<Reply>>,
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
    /// Key of the actor that it waits for; 0 for none.
    pub waits_for: u64,
}

/// What a timer does.
pub(crate) enum Due {
    /// A message for an actor.
    Tell(Call),
    /// A request's time is up.
    Deadline(Py<Reply>),
    /// A sleep is over.
    Wake(Py<Reply>),
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
    pub busy: bool,
    /// Keys of messages that wait for a coroutine's end.
    pub stash: VecDeque<u64>,
    pub tasks: Vec<u64>,
    pub timers: BTreeSet<u64>,
    /// Who wants to know of the end.
    pub enders: Vec<Py<Reply>>,
    /// The instance, where the runtime holds it: one that is supervised, or that nobody can reach any more, alive for its last hook.
    pub held: Option<Py<ActorBase>>,
    /// What a supervised one is made of again.
    pub origin: Option<Origin>,
    /// Why it ends, where that is not what the kernel says.
    pub cause: Option<(&'static str, Option<Py<PyAny>>)>,
}

/// What came from another thread.
pub(crate) enum Foreign {
    /// A message, with the future of its answer if one is wanted.
    Call { call: Call, future: Option<Py<PyAny>> },
    /// An actor that nobody can reach any more.
    Abandoned(Py<ActorBase>),
}

/// The host's functions and the user's hooks.
#[derive(Default)]
pub(crate) struct Hooks {
    pub on_error: Option<Py<PyAny>>,
    pub clock: Option<Py<PyAny>>,
    /// Arranges a step soon.
    pub soon: Option<Py<PyAny>>,
    /// Runs a coroutine.
    pub create_task: Option<Py<PyAny>>,
    /// The host's own way to report errors.
    pub host_error: Option<Py<PyAny>>,
    /// To be called before the runtime closes.
    pub detach: Option<Py<PyAny>>,
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
    /// What closures of the kernel call or answer.
    pub kept: RefCell<Slab<Py<PyAny>>>,
    /// What `step` is to raise when it is done.
    pub raise: RefCell<Option<Py<PyAny>>>,
}

impl Call {
    /// Name of the method, for people.
    pub(crate) fn name(&self, py: Python<'_>) -> String {
        let method = self.method.bind(py);
        let name = method.getattr("__qualname__").and_then(|name| name.extract());
        name.unwrap_or_else(|_| method.get_type().to_string())
    }

    pub(crate) fn actor<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, ActorBase>> {
        Ok(self.args.bind(py).get_item(0)?.cast_into()?)
    }

    pub(crate) fn invoke<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.method.bind(py).call(self.args.bind(py), self.kwargs.as_ref().map(|kwargs| kwargs.bind(py)))
    }

    fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.method)?;
        visit.call(&self.args)?;
        visit.call(&self.kwargs)
    }
}

impl Hooks {
    fn all(&self) -> [&Option<Py<PyAny>>; 6] {
        [&self.on_error, &self.clock, &self.soon, &self.create_task, &self.host_error, &self.detach]
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
                    Due::Tell(call) => call.traverse(visit)?,
                    Due::Deadline(reply) | Due::Wake(reply) => visit.call(reply)?,
                }
            }
        }
        if let Ok(actors) = self.actors.try_borrow() {
            for actor in actors.iter() {
                visit.call(&actor.instance)?;
                visit.call(&actor.held)?;
                if let Some(Origin { args, kwargs }) = &actor.origin {
                    visit.call(args)?;
                    visit.call(kwargs)?;
                }
                for ender in &actor.enders {
                    visit.call(ender)?;
                }
                if let Some((_, error)) = &actor.cause {
                    visit.call(error)?;
                }
            }
        }
        if let Ok(foreign) = self.foreign.try_borrow() {
            for foreign in foreign.iter().flatten() {
                match foreign {
                    Foreign::Call { call, future } => {
                        call.traverse(visit)?;
                        visit.call(future)?;
                    }
                    Foreign::Abandoned(actor) => visit.call(actor)?,
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
        take(&self.kept);
        take(&self.raise);
    }
}
