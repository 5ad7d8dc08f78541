//! Spawning: how an instance of a class gets its actor in the kernel, supervised or not; and what is said of its end.
//!
//! The instance is made first, then its actor, and then `__init__` is called, so that the actor is there in it.

use crate::actor::is_actor_class;
use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors::{self, NameTaken};
use crate::kernel_actor::PyActor;
use crate::lifecycle::{Hook, HookSet};
use crate::plan::{self, Origin, Plan};
use crate::reference::Ref;
use crate::runtime::RuntimeBase;
use crate::store::{ActorEntry, Cause};
use crate::supervised::Options;
use actor_rt::{Actor, ActorId, Ret, StopCause};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::rc::Rc;

/// How an instance is supervised, by whom (the root for None), and what it is made of again.
pub(crate) struct Supervised<'a, 'py> {
    pub options: &'a Options,
    pub parent: Option<ActorId>,
    pub origin: &'a Origin<'py>,
}

impl Bridge {
    /// Makes an actor of an instance: ready at once, or supervised, and then in a later step.
    pub(crate) fn spawn(
        self: &Rc<Self>,
        py: Python<'_>,
        runtime: &Bound<'_, RuntimeBase>,
        instance: &Bound<'_, PyAny>,
        supervised: Option<Supervised<'_, '_>>,
    ) -> PyResult<()> {
        let hooks = HookSet::of(instance)?;
        let key = self.enter(py, instance, hooks)?;
        let actor = match supervised {
            None => self.start_unsupervised(py, instance, key, hooks),
            Some(Supervised { options, parent, origin }) => {
                let plan = Plan::new(py, self, origin, key, hooks)?;
                let started = options.start(&plan, parent);
                match &started {
                    Ok(actor) => {
                        self.hold(py, key, instance);
                        plan.is_of(actor.actor_id());
                    }
                    Err(_) => {
                        let unused = self.store(py).actors.borrow_mut().take(key);
                        drop(unused);
                    }
                }
                started?
            }
        };
        self.bind(runtime, instance, key, actor)
    }

    /// Makes an entry for an instance, which has no actor yet; its key.
    pub(crate) fn enter(&self, py: Python<'_>, instance: &Bound<'_, PyAny>, hooks: HookSet) -> PyResult<u64> {
        let entry = ActorEntry::new(plan::weak(instance)?, hooks);
        self.hears_ends.set(self.hears_ends.get() || hooks.hear_ends());
        Ok(self.store(py).actors.borrow_mut().insert(entry))
    }

    /// From here on the runtime holds the instance, until its actor ends.
    pub(crate) fn hold(&self, py: Python<'_>, key: u64, instance: &Bound<'_, PyAny>) {
        let held = instance.clone().unbind();
        let older = {
            let mut actors = self.store(py).actors.borrow_mut();
            actors.get(key).and_then(|entry| entry.held.replace(held))
        };
        drop(older);
    }

    /// An instance has its actor.
    pub(crate) fn bind(
        &self,
        runtime: &Bound<'_, RuntimeBase>,
        instance: &Bound<'_, PyAny>,
        key: u64,
        actor: Actor<PyActor>,
    ) -> PyResult<()> {
        let number = self.spawned.get() + 1;
        self.spawned.set(number);
        let id = actor.actor_id();
        {
            let mut handles = self.handles.borrow_mut();
            let place = key as u32 as usize;
            if handles.len() <= place {
                handles.resize_with(place + 1, || None);
            }
            handles[place] = Some(actor);
        }
        self.keys.borrow_mut().insert(id, key);
        Bond::tie(instance, runtime, (key, id, number))
    }

    /// An actor of an instance that nobody supervises: ready at once.
    fn start_unsupervised(
        self: &Rc<Self>,
        py: Python<'_>,
        instance: &Bound<'_, PyAny>,
        key: u64,
        hooks: HookSet,
    ) -> Actor<PyActor> {
        let actor = self.door.spawn(PyActor::new(self, key, hooks), Ret::nop());
        if hooks.are_heard() {
            actor.call_hooks();
        }
        if hooks.has(Hook::Exit) {
            let _ = self.door.trap_by_hook(actor.actor_id(), true);
        }
        if hooks.has(Hook::Prepare) || hooks.has(Hook::Started) {
            // Until then it is reachable: it may see to that itself.
            if let Some(entry) = self.store(py).actors.borrow_mut().get(key) {
                entry.more().begins = Some(instance.clone().unbind());
            }
            actor.call(|actor, cx| Python::attach(|py| actor.begin(py, cx)));
        }
        actor
    }

    /// Remembers one that has ended until its supervisor and those that it was linked to have been told of it, in the urgent lane.
    pub(crate) fn remember(&self, py: Python<'_>, id: ActorId, instance: Py<PyAny>, cause: Cause) {
        let older = self.store(py).ended.borrow_mut().insert(id.0, (instance, cause));
        drop(older);
        if let Some(clerk) = &*self.clerk.borrow() {
            clerk.call(move |clerk, _| clerk.forget(id));
        }
    }
}

/// Makes an actor of `(cls, *args), kwargs`. `__init__` runs at once; what it raises, this raises.
pub(crate) fn spawn(
    runtime: &Bound<'_, RuntimeBase>,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<Ref> {
    spawn_with(runtime, args, kwargs, None)
}

/// The same; supervised as `options` say, by `parent` or the root.
pub(crate) fn spawn_with(
    runtime: &Bound<'_, RuntimeBase>,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
    supervised: Option<(&Options, Option<ActorId>)>,
) -> PyResult<Ref> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    let (origin, instance) = make(args, kwargs)?;
    let supervised = supervised.map(|(options, parent)| Supervised { options, parent, origin: &origin });
    bridge.spawn(py, runtime, &instance, supervised)?;
    plan::initialise(&bridge, &instance, &origin.args, kwargs)?;
    Ref::of(&instance)
}

/// The same without a supervisor, with a name that is its own before `__init__` runs.
pub(crate) fn spawn_named(
    runtime: &Bound<'_, RuntimeBase>,
    name: &str,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<Ref> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    if bridge.door.whereis(name).is_some() {
        return Err(name_taken(name));
    }
    let (origin, instance) = make(args, kwargs)?;
    bridge.spawn(py, runtime, &instance, None)?;
    let id = Bond::of(&instance)?.get().id();
    if bridge.door.register(name, id).is_err() {
        // `__new__` has given it away.
        let _ = bridge.door.kill(id, "its name was taken");
        bridge.flush(py);
        return Err(name_taken(name));
    }
    plan::initialise(&bridge, &instance, &origin.args, kwargs)?;
    Ref::of(&instance)
}

#[cold]
pub(crate) fn name_taken(name: &str) -> PyErr {
    NameTaken::new_err(format!("another actor has the name {name:?}"))
}

/// A new instance of `(cls, *args), kwargs`, and what it is made of.
fn make<'py>(
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Origin<'py>, Bound<'py, PyAny>)> {
    let class =
        args.get_item(0).map_err(|_| PyTypeError::new_err("spawn takes a class and its arguments"))?;
    if !is_actor_class(&class)? {
        return Err(PyTypeError::new_err(format!("spawn takes a subclass of Actor, not {}", class.repr()?)));
    }
    let origin = Origin { class, args: args.get_slice(1, args.len()), kwargs: kwargs.cloned() };
    let instance = plan::new(&origin.class, args, kwargs)?;
    Ok((origin, instance))
}

/// `StopCause(kind, error, reason)`. The text is that of the kernel's error: the reason, where the error is none of Python's.
pub(crate) fn stop_cause<'py>(
    py: Python<'py>,
    (kind, error): Cause,
    text: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let reason = text.filter(|_| error.is_none());
    errors::stop_cause(py)?.call1((kind, error, reason))
}

/// What the error of a kernel's cause says.
pub(crate) fn text(cause: &StopCause) -> Option<String> {
    match cause {
        StopCause::Failed(error) | StopCause::Killed(error) => Some(error.to_string()),
        StopCause::Stopped | StopCause::Dropped | StopCause::Lost => None,
    }
}
