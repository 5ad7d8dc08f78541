//! `Bridge`: one runtime as the bindings see it, on its own thread. Between the kernel, which holds keys, and the store, which holds
//! the Python values.

use crate::actor::{ActorBase, label};
use crate::clerk::Clerk;
use crate::errors::{self, ActorStopped, MailboxFull, ReplyDropped};
use crate::inspect::Insight;
use crate::kernel_actor::{self, PyActor, is_reentrant};
use crate::owner_cell::GilCell;
use crate::plan::Plan;
use crate::pool::PyPool;
use crate::port::Port;
use crate::reference::Ref;
use crate::reply::{Reply, Settle};
use crate::slab::Slab;
use crate::spawn;
use crate::store::{Call, Due, Message, Purpose, Stage, Store, Tick, TimerEntry, name_of};
use crate::waiting::Waiter;
use crate::wake::Hub;
use actor_rt::mailbox::{Mailbox, Refused};
use actor_rt::{Actor, ActorId, Body, Door, Ret, StopCause};
use pyo3::exceptions::{PyKeyboardInterrupt, PyOverflowError, PySystemExit, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

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
}

/// Why nobody handles a message.
#[derive(Clone, Copy)]
pub(crate) enum Loss {
    /// The actor had ended when it was sent.
    Ended,
    /// It waited when the actor ended, or its mailbox dropped it.
    Dropped,
    /// There was no room for it.
    NoRoom,
    /// It waited longer than it may.
    Expired,
}

impl Loss {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Loss::Ended => "the actor had ended",
            Loss::Dropped => "the actor ended before it was handled, or its mailbox dropped it",
            Loss::NoRoom => "the mailbox had no room",
            Loss::Expired => "it waited longer than it may",
        }
    }
}

/// What waits for a reply's outcome.
pub(crate) type Native = Box<dyn FnOnce(Python<'_>, &Py<Reply>)>;

/// A message's key in a record of the kernel: whatever becomes of the record, the message is delivered or dropped once.
pub(crate) struct Ticket {
    bridge: Rc<Bridge>,
    key: u64,
}

impl Ticket {
    /// The message's key.
    pub(crate) fn key(&self) -> u64 {
        self.key
    }

    /// Takes the key over.
    pub(crate) fn redeem(mut self) -> u64 {
        std::mem::take(&mut self.key)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.key != 0 {
            errors::in_destructor(|py| self.bridge.discard(py, self.key));
        }
    }
}

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

    // -- actors ----------------------------------------------------------------------------------------------------------

    /// The kernel's handle of a living actor.
    #[inline]
    pub(crate) fn handle(&self, key: u64) -> Option<Actor<PyActor>> {
        self.handles.borrow().get(key as u32 as usize)?.clone()
    }

    /// The reference to a living Python actor by its id in the kernel.
    pub(crate) fn reference(&self, py: Python<'_>, id: ActorId) -> Option<Ref> {
        let key = self.key_of(id)?;
        Some(Ref::new(self.instance(py, key)?.unbind()))
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
    pub(crate) fn instance<'py>(&self, py: Python<'py>, key: u64) -> Option<Bound<'py, ActorBase>> {
        let weak = {
            let mut actors = self.store(py).actors.borrow_mut();
            let entry = actors.get(key)?;
            if let Some(held) = &entry.held {
                return Some(held.bind(py).clone());
            }
            entry.instance.clone_ref(py)
        };
        weak.bind(py).call0().ok()?.cast_into().ok()
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
            instance.get().ended();
        }
        for message in entry.stash {
            self.discard(py, message);
        }
        for timer in entry.timers {
            let timer = store.timers.borrow_mut().take(timer);
            drop(timer);
        }
        for task in entry.tasks {
            let Some(task) = store.tasks.borrow_mut().take(task) else { continue };
            crate::driver::abandon(py, self, task);
        }
        let is_dropped = instance.is_none() || self.closing.get();
        let cause = if cause == "killed" && is_dropped { "dropped" } else { cause };
        let (kind, error) = entry.cause.unwrap_or((cause, None));
        let is_told = self.hears_ends.get() && !self.closing.get();
        if let (Some(id), Some(instance), true) = (id, instance, is_told) {
            self.remember(py, id, instance.unbind(), (kind, error.as_ref().map(|error| error.clone_ref(py))));
        }
        if !entry.enders.is_empty() {
            match spawn::stop_cause(py, (kind, error), text) {
                Ok(cause) => {
                    for ender in entry.enders {
                        ender.resolve(py, Ok(cause.clone().unbind()));
                    }
                }
                Err(error) => error.write_unraisable(py, None),
            }
        }
    }

    // -- messages --------------------------------------------------------------------------------------------------------

    /// Queues a message. Never blocks; for an actor that has ended it is a dead letter, and a request is refused. One that has no room
    /// refuses: whoever asked is told, and whoever told gets an exception.
    #[inline]
    pub(crate) fn post(self: &Rc<Self>, py: Python<'_>, actor: &ActorBase, message: Message) -> PyResult<()> {
        match self.try_post(py, actor, message) {
            None => Ok(()),
            Some(message) => self.refused(py, message),
        }
    }

    /// The same for senders that nobody can tell.
    pub(crate) fn post_or_lose(self: &Rc<Self>, py: Python<'_>, actor: &ActorBase, message: Message) {
        match self.try_post(py, actor, message) {
            Some(message) if message.reply.is_some() => _ = self.refused(py, message),
            Some(message) => self.lose(py, message, Loss::NoRoom),
            None => {}
        }
    }

    /// Queues a message; it comes back if there is no room.
    #[inline]
    fn try_post(self: &Rc<Self>, py: Python<'_>, actor: &ActorBase, message: Message) -> Option<Message> {
        let Some(handle) = actor.key().and_then(|key| self.handle(key)) else {
            self.dead_letter(py, message);
            return None;
        };
        let overtakes = actor.is_partly_reentrant() && is_reentrant(message.call.method.bind(py));
        let ticket = self.ticket(py, message);
        let key = ticket.key();
        let mut back = None;
        if overtakes {
            kernel_actor::owe(&handle, move |actor, cx| actor.deliver(cx, ticket));
        } else if let Err(Refused::Full(sent)) = handle.try_call(move |actor, cx| actor.deliver(cx, ticket)) {
            // Taken before its ticket goes, which would count it as lost.
            back = self.store(py).messages.borrow_mut().take(key);
            drop(sent);
        }
        self.flush(py);
        back
    }

    /// A mailbox had no room for a message.
    #[cold]
    pub(crate) fn refused(&self, py: Python<'_>, message: Message) -> PyResult<()> {
        let error =
            MailboxFull::new_err(format!("the actor's mailbox has no room for {}", message.call.name(py)));
        match message.reply {
            Some(reply) => {
                reply.resolve(py, Err(error));
                Ok(())
            }
            None => Err(error),
        }
    }

    /// Queues what an actor has asked for: it comes also to one that is stopping.
    pub(crate) fn answer(self: &Rc<Self>, py: Python<'_>, actor: &ActorBase, call: Call) {
        let stage = self.store(py).actors.borrow_mut().get(actor.raw_key()).map(|entry| entry.stage);
        if stage != Some(Stage::Stopping) {
            let Some(handle) = actor.key().and_then(|key| self.handle(key)) else {
                return self.dead_letter(py, Message::new(call, None));
            };
            // It is owed to the actor: a full mailbox is no reason to lose it.
            let ticket = self.ticket(py, Message::new(call, None));
            kernel_actor::owe(&handle, move |actor, cx| actor.deliver(cx, ticket));
            return self.flush(py);
        }
        // It has ended meanwhile, if not.
        let _ = self.arm(py, actor.raw_key(), Due::Tell(call), self.door.now_ns());
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

    /// Puts a message into the store.
    pub(crate) fn ticket(self: &Rc<Self>, py: Python<'_>, message: Message) -> Ticket {
        let key = self.store(py).messages.borrow_mut().insert(message);
        Ticket { bridge: Rc::clone(self), key }
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

    /// Gives an ask its deadline, if there is one for all of them.
    pub(crate) fn limit(&self, py: Python<'_>, reply: &Py<Reply>) {
        let within = self.ask_within.get();
        if within == 0 {
            return;
        }
        let limited = self
            .now_ns(py)
            .and_then(|now| self.set_deadline(py, reply, now.saturating_add(within).min(u64::MAX - 1)));
        if let Err(error) = limited {
            error.write_unraisable(py, None);
        }
    }

    /// Gives a reply a deadline, instead of the one that it has.
    pub(crate) fn set_deadline(&self, py: Python<'_>, reply: &Py<Reply>, deadline: u64) -> PyResult<()> {
        if !reply.get().is_pending(py) {
            return Ok(());
        }
        let timer = self.arm(py, 0, Due::Deadline(reply.clone_ref(py)), deadline)?;
        let older = reply.get().replace_deadline(py, timer, deadline);
        if older != 0 {
            self.disarm(py, older);
        }
        Ok(())
    }

    #[cold]
    pub(crate) fn dead_letter(&self, py: Python<'_>, message: Message) {
        self.dead_letters.set(self.dead_letters.get() + 1);
        self.insight.lost(py, &message.call, Loss::Ended.reason());
        if let Some(reply) = &message.reply {
            let error = ActorStopped::new_err(format!(
                "{} was asked of an actor that has ended",
                message.call.name(py)
            ));
            reply.resolve(py, Err(error));
        }
    }

    /// Drops a message that is not going to be handled.
    pub(crate) fn discard(&self, py: Python<'_>, key: u64) {
        let Some(message) = self.store(py).messages.borrow_mut().take(key) else { return };
        self.lose(py, message, Loss::Dropped);
    }

    /// A message is not handled, for this reason.
    pub(crate) fn lose(&self, py: Python<'_>, message: Message, why: Loss) {
        self.dead_letters.set(self.dead_letters.get() + 1);
        self.insight.lost(py, &message.call, why.reason());
        if let Some(reply) = &message.reply {
            let error =
                ReplyDropped::new_err(format!("{} was not handled: {}", message.call.name(py), why.reason()));
            reply.resolve(py, Err(error));
        }
    }

    /// What becomes of an exception of `call`. True if its actor fails.
    #[cold]
    pub(crate) fn failed(
        &self,
        py: Python<'_>,
        error: PyErr,
        actor: &Bound<'_, PyAny>,
        what: &str,
        reply: Option<&Py<Reply>>,
    ) -> bool {
        if is_interrupt(py, &error) {
            // Meant for the program, not for the actor: it leaves the step now, with the queue intact.
            self.raise(py, error);
            self.door.yield_step();
            if let Some(reply) = reply {
                reply.resolve(py, Err(ReplyDropped::new_err(format!("{what} was interrupted"))));
            }
            return false;
        }
        let refused = error.is_instance_of::<errors::Refused>(py);
        self.insight.failures.set(self.insight.failures.get() + u64::from(!refused));
        self.report(py, &error, actor, what, reply.is_some_and(|reply| reply.get().is_asked()));
        if let Some(reply) = reply {
            reply.resolve(py, Err(error));
        }
        !refused
    }

    /// Shows an exception to the error hook. What the hook raises, `step` raises.
    pub(crate) fn report(
        &self,
        py: Python<'_>,
        error: &PyErr,
        actor: &Bound<'_, PyAny>,
        what: &str,
        asked: bool,
    ) {
        let (hook, host) = {
            let hooks = self.store(py).hooks.borrow();
            let clone = |hook: &Option<Py<PyAny>>| hook.as_ref().map(|hook| hook.clone_ref(py));
            (clone(&hooks.on_error), clone(&hooks.host))
        };
        let reported = errors::report(py)
            .and_then(|report| report.call1((hook, host, error.value(py), actor, what, asked)));
        if let Err(error) = reported {
            self.raise(py, error);
        }
    }

    /// Has `step` raise an exception when it is done. The first counts; later ones are written to stderr.
    pub(crate) fn raise(&self, py: Python<'_>, error: PyErr) {
        if !self.stepping.get() && !self.calling.get() {
            return error.write_unraisable(py, None);
        }
        let mut value = Some(error.into_value(py).into_any());
        {
            let mut raise = self.store(py).raise.borrow_mut();
            if raise.is_none() {
                *raise = value.take();
            }
        }
        if let Some(value) = value {
            PyErr::from_value(value.into_bound(py)).write_unraisable(py, None);
        }
    }

    /// Shows the watchdogs which method runs. What is to be shown again afterwards; None if there are no watchdogs.
    #[inline]
    pub(crate) fn show(&self, py: Python<'_>, method: &Py<PyAny>) -> Option<Option<Py<PyAny>>> {
        let store = self.store(py);
        (store.watchdogs.get() > 0).then(|| store.running.replace(Some(method.clone_ref(py))))
    }

    /// The same for the method of a coroutine.
    pub(crate) fn show_task(&self, py: Python<'_>, task: u64) -> Option<Option<Py<PyAny>>> {
        let store = self.store(py);
        if store.watchdogs.get() == 0 {
            return None;
        }
        let method = store.tasks.borrow_mut().get(task).map(|task| task.call.method.clone_ref(py))?;
        self.show(py, &method)
    }

    #[cold]
    pub(crate) fn show_again(&self, py: Python<'_>, shown: Option<Py<PyAny>>) {
        let older = self.store(py).running.replace(shown);
        drop(older);
    }

    // -- time ------------------------------------------------------------------------------------------------------------

    /// The clock's time in nanoseconds; within a step the time of the step.
    pub(crate) fn now_ns(&self, py: Python<'_>) -> PyResult<u64> {
        if self.stepping.get() { Ok(self.door.now_ns()) } else { self.clock_ns(py) }
    }

    pub(crate) fn clock_ns(&self, py: Python<'_>) -> PyResult<u64> {
        let clock = self.store(py).hooks.borrow().clock.as_ref().map(|clock| clock.clone_ref(py));
        let Some(clock) = clock else { return Ok(self.door.clock_ns()) };
        let now = nanoseconds(clock.call0(py)?.extract(py)?)?;
        self.manual.set(now);
        Ok(now)
    }

    /// How long the host may wait before a step: None for ever.
    pub(crate) fn time_to_step(&self, py: Python<'_>) -> PyResult<Option<Duration>> {
        match self.door.next_deadline_ns() {
            u64::MAX => Ok(None),
            deadline => Ok(Some(Duration::from_nanos(deadline.saturating_sub(self.clock_ns(py)?)))),
        }
    }

    /// The deadline `delay` seconds from now, to the nanosecond.
    pub(crate) fn deadline(&self, py: Python<'_>, delay: f64) -> PyResult<u64> {
        if delay.is_nan() || delay < 0.0 {
            return Err(PyValueError::new_err("a delay is a number of seconds, 0 or more"));
        }
        // A float above the range saturates.
        Ok(self.now_ns(py)?.saturating_add((delay * 1e9).round() as u64).min(u64::MAX - 1))
    }

    /// Arms a timer that is due at `deadline`. `actor` is 0 for one of the runtime itself.
    pub(crate) fn arm(&self, py: Python<'_>, actor: u64, due: Due, deadline: u64) -> PyResult<u64> {
        let store = self.store(py);
        let target = match actor {
            0 => self.clerk.borrow().as_ref().map(|clerk| clerk.actor_id()),
            key => self.handle(key).map(|handle| handle.actor_id()),
        };
        let Some(target) = target else {
            return Err(ActorStopped::new_err("the actor has ended: it has no timers any more"));
        };
        let key = store.timers.borrow_mut().insert(TimerEntry { due, kernel: 0, actor });
        match self.door.timer_post(target, key, Body::Copied(&[]), deadline) {
            Ok(kernel) => {
                if let Some(entry) = store.timers.borrow_mut().get(key) {
                    entry.kernel = kernel;
                }
                if actor != 0 {
                    if let Some(entry) = store.actors.borrow_mut().get(actor) {
                        entry.timers.insert(key);
                    }
                }
                self.flush(py);
                Ok(key)
            }
            Err(error) => {
                let entry = store.timers.borrow_mut().take(key);
                drop(entry);
                Err(ActorStopped::new_err(error.to_string()))
            }
        }
    }

    /// Arms a timer that fires again and again for the next time. Those that have gone by meanwhile are left out.
    pub(crate) fn tick(&self, py: Python<'_>, key: u64) -> Tick {
        let (tick, deadline, actor) = {
            let mut timers = self.store(py).timers.borrow_mut();
            let Some(entry) = timers.get(key) else { return Tick::Once };
            let Due::Every { call, period, next, waits } = &mut entry.due else { return Tick::Once };
            let late = self.door.now_ns().saturating_sub(*next) / *period;
            *next = next.saturating_add((late + 1).saturating_mul(*period)).min(u64::MAX - 1);
            let tick =
                if std::mem::replace(waits, true) { Tick::Waits } else { Tick::Again(call.clone_ref(py)) };
            (tick, *next, entry.actor)
        };
        let armed = self
            .handle(actor)
            .map(|handle| self.door.timer_post(handle.actor_id(), key, Body::Copied(&[]), deadline));
        if let (Some(Ok(kernel)), Some(entry)) = (armed, self.store(py).timers.borrow_mut().get(key)) {
            entry.kernel = kernel;
        }
        tick
    }

    /// What a repeated timer called gets its turn: the next time it is called again.
    pub(crate) fn ticked(&self, py: Python<'_>, key: u64) {
        if let Some(TimerEntry { due: Due::Every { waits, .. }, .. }) =
            self.store(py).timers.borrow_mut().get(key)
        {
            *waits = false;
        }
    }

    /// Takes a timer's entry out: it fires, or is disarmed.
    pub(crate) fn take_timer(&self, py: Python<'_>, key: u64) -> Option<TimerEntry> {
        let store = self.store(py);
        let entry = store.timers.borrow_mut().take(key)?;
        if entry.actor != 0 {
            if let Some(actor) = store.actors.borrow_mut().get(entry.actor) {
                actor.timers.remove(&key);
            }
        }
        Some(entry)
    }

    /// Disarms a timer. False if it has fired or was disarmed.
    pub(crate) fn disarm(&self, py: Python<'_>, key: u64) -> bool {
        let Some(entry) = self.take_timer(py, key) else { return false };
        let known = self.door.timer_cancel(entry.kernel).is_ok();
        self.flush(py);
        known
    }
}

/// Seconds of a clock as the kernel's time.
pub(crate) fn nanoseconds(seconds: f64) -> PyResult<u64> {
    if seconds.is_nan() || seconds < 0.0 {
        return Err(PyValueError::new_err("a time is a number of seconds, 0 or more"));
    }
    if seconds > 1.8e10 {
        return Err(PyOverflowError::new_err("times end at 1.8e10 seconds"));
    }
    Ok((seconds * 1e9).round() as u64)
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

/// A call's arguments with the actor in the place of the method: `(actor, *args[1:])`.
pub(crate) fn arguments<'py>(
    actor: &Bound<'py, ActorBase>,
    args: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(
        actor.py(),
        (0..args.len())
            .map(|place| match place {
                0 => Ok(actor.as_any().clone()),
                place => args.get_item(place),
            })
            .map(|item| item.expect("the place is within the tuple")),
    )
}

/// Whether an exception is for the program and not for an actor.
pub(crate) fn is_interrupt(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyKeyboardInterrupt>(py) || error.is_instance_of::<PySystemExit>(py)
}

/// The arguments of a call to an actor: `(actor, *args)`.
pub(crate) fn arguments_of<'py, T>(
    actor: &Bound<'py, T>,
    args: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(actor.py(), std::iter::once(actor.as_any().clone()).chain(args.iter()).collect::<Vec<_>>())
}
