//! `Bridge`: one runtime as the bindings see it, on its own thread. Between the kernel, which holds keys, and the store, which holds
//! the Python values.

use crate::actor::label;
use crate::bond::Bond;
use crate::clerk::Clerk;
use crate::inspect::Insight;
use crate::kernel_actor::PyActor;
use crate::owner_cell::GilCell;
use crate::plan::Plan;
use crate::pool::PyPool;
use crate::port::Port;
use crate::reference::Ref;
use crate::reply::{Reply, Settle};
use crate::slab::Slab;
use crate::spawn;
use crate::store::{Purpose, Store, name_of};
use crate::waiting::Waiter;
use crate::wake::Hub;
use actor_ffi::Hosted;
use actor_rt::mailbox::Mailbox;
use actor_rt::{Actor, ActorId, Door, Ret, StopCause};
use pyo3::prelude::*;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;

pub(crate) struct Bridge {
    pub door: Door,
    /// None while it steps.
    pub kernel: RefCell<Option<actor_rt::Runtime>>,
    pub store: Arc<GilCell<Store>>,
    pub hub: Arc<Hub>,
    /// The kernel's handles, at the places of their actors' keys.
    pub(crate) handles: RefCell<Vec<Option<Actor<PyActor>>>>,
    /// The keys of living actors by their ids in the kernel.
    pub(crate) keys: RefCell<HashMap<ActorId, u64>>,
    /// What supervised actors are made of, by the ids of the last ones.
    pub plans: RefCell<HashMap<ActorId, Weak<Plan>>>,
    /// Whether anybody is told of the ends of others, so that those are remembered until then.
    pub hears_ends: Cell<bool>,
    pub clerk: RefCell<Option<Actor<Clerk>>>,
    /// Key of the actor whose handler runs; 0 for none.
    pub current: Cell<u64>,
    /// Whether our own driver runs a coroutine right now.
    pub driving: Cell<bool>,
    pub stepping: Cell<bool>,
    pub close_requested: Cell<bool>,
    /// It ends its actors.
    pub closing: Cell<bool>,
    /// No hooks run any more: the collector takes the runtime away.
    pub abandoned: Cell<bool>,
    /// The last time read from the user's clock; the kernel's clock where there is one.
    pub manual: Rc<Cell<u64>>,
    pub(crate) spawned: Cell<u64>,
    pub dead_letters: Cell<u64>,
    /// Our own code that waits for replies. It has keys of values in the store, and no values.
    pub natives: RefCell<Slab<Native>>,
    /// Until when the ask may be answered whose handler runs.
    pub until: Cell<u64>,
    /// The deadline of an ask of which nothing else is said, in nanoseconds; 0 for none.
    pub ask_within: Cell<u64>,
    /// The host's tasks that run coroutines of handlers, by their addresses: actor and task.
    pub hosts: RefCell<HashMap<usize, (u64, u64)>>,
    pub pools: RefCell<Slab<Actor<PyPool>>>,
    pub ports: RefCell<Slab<Port>>,
    /// Whether some mailbox sends messages on to other actors.
    pub redirects: Cell<bool>,
    /// Key of the host call that is to be made next; 0 for none.
    pub due_call: Cell<u64>,
    /// Whether host calls are being made.
    pub calling: Cell<bool>,
    pub insight: Insight,
    /// Number of the last step.
    pub steps: Cell<u64>,
    /// Whether it was shown that the program is asked to end.
    pub gave_up: Cell<bool>,
    /// What other languages use, once they do (`capsule`).
    pub(crate) hosted: OnceCell<Hosted>,
}

/// What waits for a reply's outcome.
pub(crate) type Native = Box<dyn FnOnce(Python<'_>, &Py<Reply>)>;

impl Bridge {
    pub(crate) fn new(
        kernel: actor_rt::Runtime,
        store: Arc<GilCell<Store>>,
        hub: Arc<Hub>,
        manual: Rc<Cell<u64>>,
        is_bounded: bool,
    ) -> Rc<Self> {
        let bridge = Rc::new(Bridge {
            door: kernel.door().clone(),
            kernel: RefCell::new(Some(kernel)),
            store,
            hub,
            handles: RefCell::default(),
            keys: RefCell::default(),
            plans: RefCell::default(),
            hears_ends: Cell::new(false),
            clerk: RefCell::default(),
            current: Cell::new(0),
            driving: Cell::new(false),
            stepping: Cell::new(false),
            close_requested: Cell::new(false),
            closing: Cell::new(false),
            abandoned: Cell::new(false),
            manual,
            spawned: Cell::new(0),
            dead_letters: Cell::new(0),
            natives: RefCell::default(),
            until: Cell::new(u64::MAX),
            ask_within: Cell::new(0),
            hosts: RefCell::default(),
            pools: RefCell::default(),
            ports: RefCell::default(),
            redirects: Cell::new(false),
            due_call: Cell::new(0),
            calling: Cell::new(false),
            insight: Insight::default(),
            steps: Cell::new(0),
            gave_up: Cell::new(false),
            hosted: OnceCell::new(),
        });
        let clerk = bridge.door.spawn(Clerk::new(&bridge), Ret::nop());
        if is_bounded {
            // What other threads send has room.
            clerk.set_mailbox(Mailbox::new());
        }
        *bridge.clerk.borrow_mut() = Some(clerk);
        bridge
    }

    #[inline(always)]
    pub(crate) fn store<'a>(&'a self, py: Python<'_>) -> &'a Store {
        self.store.get(py)
    }

    /// Tells the host if the runtime wants a step. After every call into the kernel that may have posted.
    #[inline(always)]
    pub(crate) fn flush(&self, py: Python<'_>) {
        if self.hub.take_local() {
            self.call_host(py);
        }
    }

    #[cold]
    fn call_host(&self, py: Python<'_>) {
        if let Some(host) = self.host(py) {
            if let Err(error) = host.call_method0(py, pyo3::intern!(py, "_wake")) {
                error.write_unraisable(py, Some(host.bind(py)));
            }
        }
    }

    /// Somebody is about to await a reply in the host's loop, which may have a step for that right now. What leaves it is an interrupt.
    pub(crate) fn step_early(&self, py: Python<'_>) -> PyResult<()> {
        match self.host(py) {
            Some(host) if !self.stepping.get() => {
                host.call_method0(py, pyo3::intern!(py, "_step_early")).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// The kernel's handle of a living actor.
    #[inline]
    pub(crate) fn handle(&self, key: u64) -> Option<Actor<PyActor>> {
        self.handles.borrow().get(key as u32 as usize)?.clone()
    }

    /// The reference to a living Python actor by its id in the kernel.
    pub(crate) fn reference(&self, py: Python<'_>, id: ActorId) -> Option<Ref> {
        let key = self.key_of(id)?;
        Ref::of(&self.instance(py, key)?).ok()
    }

    /// The key of a living actor.
    pub(crate) fn key_of(&self, id: ActorId) -> Option<u64> {
        self.keys.borrow().get(&id).copied()
    }

    /// The ids and keys of all living actors.
    pub(crate) fn ids(&self) -> Vec<(ActorId, u64)> {
        self.keys.borrow().iter().map(|(id, key)| (*id, *key)).collect()
    }

    /// Names all actors for a look into the runtime: `Counter#7`.
    pub(crate) fn name_all(&self, py: Python<'_>) {
        let keys: Vec<u64> = self.keys.borrow().values().copied().collect();
        for key in keys {
            if let (Some(handle), Some(instance)) = (self.handle(key), self.instance(py, key)) {
                handle.set_name(&label(&instance));
            }
        }
    }

    /// The instance, if it was not freed.
    pub(crate) fn instance<'py>(&self, py: Python<'py>, key: u64) -> Option<Bound<'py, PyAny>> {
        let weak = {
            let mut actors = self.store(py).actors.borrow_mut();
            let entry = actors.get(key)?;
            if let Some(held) = &entry.held {
                return Some(held.bind(py).clone());
            }
            entry.instance.clone_ref(py)
        };
        weak.bind(py).call0().ok().filter(|instance| !instance.is_none())
    }

    /// An actor ended: everything of it goes, everybody who waits for it is told. The text is that of its error, where that is none of Python's.
    pub(crate) fn gone(&self, py: Python<'_>, key: u64, cause: &'static str, text: Option<&str>) {
        let instance = self.instance(py, key);
        let handle = {
            let mut handles = self.handles.borrow_mut();
            handles.get_mut(key as u32 as usize).and_then(Option::take)
        };
        let id = handle.as_ref().map(Actor::actor_id);
        if let Some(id) = id {
            self.keys.borrow_mut().remove(&id);
        }
        drop(handle);
        let store = self.store(py);
        let Some(entry) = store.actors.borrow_mut().take(key) else { return };
        if let Some(instance) = &instance {
            if let Some(bond) = Bond::find(instance) {
                bond.get().ended();
            }
        }
        let more = entry.into_more();
        for message in more.stash {
            self.discard(py, message);
        }
        for timer in more.timers {
            let timer = store.timers.borrow_mut().take(timer);
            drop(timer);
        }
        for task in more.tasks {
            let Some(task) = store.tasks.borrow_mut().take(task) else { continue };
            crate::driver::abandon(py, self, task);
        }
        let is_dropped = instance.is_none() || self.closing.get();
        let cause = if cause == "killed" && is_dropped { "dropped" } else { cause };
        let (kind, error) = more.cause.unwrap_or((cause, None));
        let is_told = self.hears_ends.get() && !self.closing.get();
        if let (Some(id), Some(instance), true) = (id, instance, is_told) {
            self.remember(py, id, instance.unbind(), (kind, error.as_ref().map(|error| error.clone_ref(py))));
        }
        if !more.enders.is_empty() {
            match spawn::stop_cause(py, (kind, error), text) {
                Ok(cause) => {
                    for ender in more.enders {
                        ender.resolve(py, Ok(cause.clone().unbind()));
                    }
                }
                Err(error) => error.write_unraisable(py, None),
            }
        }
    }

    /// What a coroutine is for.
    pub(crate) fn purpose(&self, py: Python<'_>, task: u64) -> Option<Purpose> {
        self.store(py).tasks.borrow_mut().get(task).map(|task| task.purpose)
    }

    /// The method of a coroutine, for people.
    pub(crate) fn task_name(&self, py: Python<'_>, task: u64) -> String {
        let method = {
            let mut tasks = self.store(py).tasks.borrow_mut();
            tasks.get(task).map(|task| task.call.method.clone_ref(py))
        };
        method.and_then(|method| name_of(method.bind(py))).unwrap_or_default()
    }

    /// Has `native` called with the outcome of a reply.
    pub(crate) fn await_reply(
        &self,
        py: Python<'_>,
        reply: &Py<Reply>,
        native: impl FnOnce(Python<'_>, &Py<Reply>) + 'static,
    ) {
        let key = self.natives.borrow_mut().insert(Box::new(native));
        reply.add_waiter(py, Waiter::Native(key));
    }
}

/// What a kernel's cause is called.
pub(crate) fn kind(cause: &StopCause) -> &'static str {
    match cause {
        StopCause::Stopped => "stopped",
        StopCause::Failed(_) => "failed",
        StopCause::Killed(_) => "killed",
        StopCause::Dropped => "dropped",
        StopCause::Lost => "lost",
    }
}
