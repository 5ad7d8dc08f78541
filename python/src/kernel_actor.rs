//! `PyActor`: a Python actor as the kernel sees it. Its value is a key; instance, messages and timers lie in the store.
//!
//! A handler runs as `method(instance, *args)`, called from here with no Python frame in between. While a coroutine of it
//! runs, later messages wait, so that an actor handles one message at a time (`@reentrant` opts out): in the kernel's mailbox, which the actor
//! holds (`Cx::hold`), so that its bound, its order and its policy know of them. What passes that, timers and a pool's jobs, waits in the
//! actor's stash and comes first. What lets a coroutine go on is owed to the actor ([`owe`]).

use crate::bond::Bond;
use crate::bridge::{self, Bridge};
use crate::driver;
use crate::errors;
use crate::lifecycle::HookSet;
use crate::owner_cell::in_turn;
use crate::posting::{self, Ticket};
use crate::reply::{Reply, Settle};
use crate::spawn;
use crate::store::{Call, Due, Message, Purpose, Stage, Task, Tick};
use crate::timers;
use crate::waiting::Waiter;
use actor_rt::{Actor, Cx, Packet, Receive, Ret, StopCause};
use pyo3::prelude::*;
use std::rc::Rc;

pub(crate) struct PyActor {
    bridge: Rc<Bridge>,
    key: u64,
    cause: &'static str,
    /// What few have at their end: that of others costs nothing before.
    last: Option<Box<Last>>,
    /// Whether the tree keeps it: then its value's end is that of an incarnation.
    supervised: bool,
    pub(crate) hooks: HookSet,
    /// `on_stop` has been called.
    stop_told: bool,
}

#[derive(Default)]
struct Last {
    /// What the kernel's error says.
    text: Option<String>,
    /// Key of the timer that ends its last turns, where no supervisor does; 0 for none.
    timer: u64,
}

impl PyActor {
    pub(crate) fn new(bridge: &Rc<Bridge>, key: u64, hooks: HookSet) -> Self {
        let bridge = Rc::clone(bridge);
        PyActor {
            bridge,
            key,
            // Of a kill nobody is told before.
            cause: "killed",
            last: None,
            supervised: false,
            hooks,
            stop_told: false,
        }
    }

    /// One that the tree keeps.
    pub(crate) fn supervised(bridge: &Rc<Bridge>, key: u64, hooks: HookSet) -> Self {
        let mut actor = PyActor::new(bridge, key, hooks);
        actor.supervised = true;
        actor
    }

    pub(crate) fn bridge(&self) -> Rc<Bridge> {
        Rc::clone(&self.bridge)
    }

    pub(crate) fn key(&self) -> u64 {
        self.key
    }

    /// A message's turn.
    #[inline]
    pub(crate) fn deliver(&mut self, cx: &mut Cx<'_, Self>, ticket: Ticket) {
        let key = ticket.redeem();
        in_turn(cx, |py, cx| self.deliver_key(py, cx, key));
    }

    pub(crate) fn deliver_call(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>, message: Message) {
        let key = self.bridge.store(py).messages.borrow_mut().insert(message);
        self.deliver_key(py, cx, key);
    }

    pub(crate) fn deliver_key(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>, key: u64) {
        let store = self.bridge.store(py);
        let (is_busy, waits) = {
            let mut actors = store.actors.borrow_mut();
            let Some(entry) = actors.get(self.key) else { return };
            // One that is stopping gets only what it is owed.
            let waits = entry.stage != Stage::Stopping
                && (entry.busy || entry.known().is_some_and(|more| !more.stash.is_empty()));
            (entry.busy, waits)
        };
        if waits && !self.may_overtake(py, key) {
            if let Some(entry) = store.actors.borrow_mut().get(self.key) {
                entry.more().stash.push_back(key);
            }
            if !is_busy {
                self.next_waiting(py, cx);
            }
            return;
        }
        self.handle(py, cx, key);
    }

    #[cold]
    fn may_overtake(&self, py: Python<'_>, key: u64) -> bool {
        let method = {
            let mut messages = self.bridge.store(py).messages.borrow_mut();
            let Some(message) = messages.get(key) else { return true };
            message.call.method.clone_ref(py)
        };
        is_reentrant(method.bind(py))
    }

    /// Runs a message's handler.
    fn handle(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>, key: u64) {
        let Some(mut message) = self.bridge.store(py).messages.borrow_mut().take(key) else { return };
        if message.tick != 0 {
            self.bridge.ticked(py, message.tick);
        }
        if self.bridge.redirects.get() {
            if let Err(error) = self.readdress(py, &mut message) {
                return error.write_unraisable(py, None);
            }
        }
        if message.reply.as_ref().is_some_and(|reply| reply.get().is_cancelled(py)) {
            // Withdrawn before it was delivered.
            return;
        }
        if message.until != u64::MAX && message.until < self.bridge.door.now_ns() {
            return self.bridge.lose(py, message, posting::Loss::Expired);
        }
        match self.invoke_for(py, &message.call, message.reply.as_ref()) {
            Ok(value) if is_awaitable(&value) => {
                let exclusive = !is_reentrant(message.call.method.bind(py));
                self.start(py, cx, value, message, (Purpose::Handler, exclusive));
            }
            // What a handler returns that nobody asked for goes at once.
            Ok(_) if message.reply.is_none() => message.call.forget(py),
            result => self.complete(py, cx, result.map(Bound::unbind), &message.call, message.reply.as_ref()),
        }
    }

    /// Calls a method of the actor that nobody asked for.
    pub(crate) fn invoke<'py>(&self, py: Python<'py>, call: &Call) -> PyResult<Bound<'py, PyAny>> {
        self.invoke_for(py, call, None)
    }

    /// Calls a method of the actor.
    #[inline]
    fn invoke_for<'py>(
        &self,
        py: Python<'py>,
        call: &Call,
        reply: Option<&Py<Reply>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let before = self.enter(py, reply);
        let shown = self.bridge.show(py, &call.method);
        let began = self.bridge.insight.begins(|| call.name(py));
        let result = call.invoke(py);
        if let Some(began) = began {
            self.bridge.took(py, began, self.key, || call.name(py));
        }
        if let Some(shown) = shown {
            self.bridge.show_again(py, shown);
        }
        self.leave(before);
        result
    }

    /// A message that another one's mailbox had no room for is for this actor from here on.
    #[cold]
    fn readdress(&self, py: Python<'_>, message: &mut Message) -> PyResult<()> {
        let call = &mut message.call;
        let Some(instance) = self.bridge.instance(py, self.key) else { return Ok(()) };
        if call.actor(py)?.is(&instance) {
            return Ok(());
        }
        call.method = Bond::of(&instance)?.get().resolve(call.method.bind(py).clone())?.unbind();
        call.args = call.args.with_actor(&instance)?;
        Ok(())
    }

    /// A handler of this actor runs from here on, for this ask. What ran before.
    fn enter(&self, py: Python<'_>, reply: Option<&Py<Reply>>) -> (u64, u64) {
        let until = reply.map_or(u64::MAX, |reply| reply.get().until(py));
        (self.bridge.current.replace(self.key), self.bridge.until.replace(until))
    }

    fn leave(&self, (current, until): (u64, u64)) {
        self.bridge.current.set(current);
        self.bridge.until.set(until);
    }

    /// A handler is done.
    pub(crate) fn complete(
        &mut self,
        py: Python<'_>,
        cx: &mut Cx<'_, Self>,
        result: PyResult<Py<PyAny>>,
        call: &Call,
        reply: Option<&Py<Reply>>,
    ) {
        match result {
            Ok(value) => {
                let Some(reply) = reply else { return };
                match value.cast_bound::<Reply>(py) {
                    // The ask is passed on: it has the outcome of that one.
                    Ok(other) => {
                        reply.add_waiter(py, Waiter::Withdraw(other.clone().unbind()));
                        other.clone().unbind().add_waiter(py, Waiter::Pass(reply.clone_ref(py)));
                    }
                    Err(_) => reply.resolve(py, Ok(value)),
                }
            }
            Err(error) => self.fail(py, cx, error, call, reply),
        }
    }

    #[cold]
    pub(crate) fn fail(
        &mut self,
        py: Python<'_>,
        cx: &mut Cx<'_, Self>,
        error: PyErr,
        call: &Call,
        reply: Option<&Py<Reply>>,
    ) {
        let value = error.value(py).clone().into_any().unbind();
        let name = call.name(py);
        let text = format!("{name} raised {error}");
        let Ok(actor) = call.args.actor(py) else { return };
        if self.bridge.failed(py, error, &actor, &name, reply) {
            self.bridge.note_failure(py, self.key, value);
            cx.fail_string(text);
        }
    }

    /// A handler returned a coroutine: the host's loop runs it if there is one that can, our own driver otherwise.
    pub(crate) fn start(
        &mut self,
        py: Python<'_>,
        cx: &mut Cx<'_, Self>,
        coroutine: Bound<'_, PyAny>,
        message: Message,
        (purpose, exclusive): (Purpose, bool),
    ) {
        let store = self.bridge.store(py);
        let runtime = message.call.actor(py).and_then(|actor| Bond::runtime_of(&actor));
        let (create, runtime) = match self.bridge.create_task(py).and_then(|create| Ok((create, runtime?))) {
            Ok(both) => both,
            Err(error) => return self.fail(py, cx, error, &message.call, message.reply.as_ref()),
        };
        // Our own driver runs the iterator behind it.
        let iterator =
            if create.is_none() { driver::iterator(&self.bridge, &coroutine) } else { Ok(coroutine.clone()) };
        let iterator = match iterator {
            Ok(iterator) => iterator.unbind(),
            Err(error) => return self.fail(py, cx, error, &message.call, message.reply.as_ref()),
        };
        let task = store.tasks.borrow_mut().insert(Task {
            coroutine: iterator,
            call: message.call,
            reply: message.reply,
            host: None,
            exclusive,
            waits_for: Vec::new(),
            purpose,
        });
        if let Some(entry) = store.actors.borrow_mut().get(self.key) {
            entry.busy |= exclusive;
            entry.more().tasks.push(task);
        }
        if exclusive {
            // False if it does so already: this message came past that.
            cx.hold();
        }
        match create {
            Some(create) => {
                let host = driver::start_on_host(py, &runtime, &create, coroutine, self.key, task);
                if let Err(error) = host {
                    self.finish(py, cx, task, Err(error));
                }
            }
            None => self.resume(py, cx, task, None),
        }
    }

    /// Runs a coroutine on our own driver up to its next wait.
    pub(crate) fn resume(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>, task: u64, input: Option<PyErr>) {
        let reply = {
            let mut tasks = self.bridge.store(py).tasks.borrow_mut();
            tasks.get(task).and_then(|task| task.reply.as_ref().map(|reply| reply.clone_ref(py)))
        };
        let before = self.enter(py, reply.as_ref());
        let shown = self.bridge.show_task(py, task);
        let name = || self.bridge.task_name(py, task);
        let began = self.bridge.insight.begins(name);
        let result = driver::drive(py, &self.bridge, self.key, task, input);
        if let Some(began) = began {
            self.bridge.took(py, began, self.key, name);
        }
        if let Some(shown) = shown {
            self.bridge.show_again(py, shown);
        }
        self.leave(before);
        if let Some(result) = result {
            self.finish(py, cx, task, result);
        }
    }

    /// A coroutine's turn: it goes on, or the host's task for it is done.
    pub(crate) fn go_on(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>, task: u64, is_host_done: bool) {
        if !is_host_done {
            return self.resume(py, cx, task, None);
        }
        if let Some(result) = driver::host_result(py, &self.bridge, task) {
            self.finish(py, cx, task, result);
        }
    }

    /// A coroutine is done: so is its message, and the next one gets its turn.
    pub(crate) fn finish(
        &mut self,
        py: Python<'_>,
        cx: &mut Cx<'_, Self>,
        task: u64,
        result: PyResult<Py<PyAny>>,
    ) {
        let store = self.bridge.store(py);
        let Some(task_entry) = store.tasks.borrow_mut().take(task) else { return };
        if let Some(entry) = store.actors.borrow_mut().get(self.key) {
            entry.more().tasks.retain(|&other| other != task);
            entry.busy &= !task_entry.exclusive;
        }
        if let Some(host) = &task_entry.host {
            self.bridge.hosts.borrow_mut().remove(&(host.as_ptr() as usize));
        }
        let is_done = result.is_ok();
        self.complete(py, cx, result, &task_entry.call, task_entry.reply.as_ref());
        match task_entry.purpose {
            Purpose::Begin if is_done => self.started(py, cx),
            Purpose::Stop => cx.stopped(),
            _ => {}
        }
        self.call_next(py, cx);
    }

    /// Gives the next waiting message a turn of its own, if no coroutine is in its way; if none waits here, those in the mailbox go on.
    fn call_next(&self, py: Python<'_>, cx: &mut Cx<'_, Self>) {
        let (waits, pauses) = {
            let mut actors = self.bridge.store(py).actors.borrow_mut();
            match actors.get(self.key).filter(|entry| entry.stage == Stage::Usual) {
                Some(entry) if !entry.busy => {
                    let waits = !entry.more().stash.is_empty();
                    (waits, !waits && std::mem::take(&mut entry.pauses))
                }
                _ => return,
            }
        };
        if waits {
            owe(cx.this(), |actor, cx| Python::attach(|py| actor.next_waiting(py, cx)));
        } else if cx.release() && pauses {
            let _ = self.bridge.door.pause(cx.this().actor_id());
        }
    }

    pub(crate) fn next_waiting(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>) {
        let next = {
            let mut actors = self.bridge.store(py).actors.borrow_mut();
            actors.get(self.key).filter(|entry| !entry.busy).and_then(|entry| entry.more().stash.pop_front())
        };
        let Some(next) = next else { return };
        self.handle(py, cx, next);
        self.call_next(py, cx);
    }

    /// Calls `on_stop`. Nothing it does stops the end.
    fn call_on_stop(&self, py: Python<'_>, cause: &StopCause) -> PyResult<()> {
        if self.stop_told {
            return Ok(());
        }
        let Some(instance) = self.bridge.instance(py, self.key) else { return Ok(()) };
        let name = pyo3::intern!(py, "on_stop");
        if instance.get_type().getattr(name)?.is(errors::actor_class(py)?.getattr(name)?) {
            return Ok(());
        }
        let cause = self.own_cause(py, cause)?;
        let before = self.bridge.current.replace(self.key);
        let result = instance.call_method1(name, (cause,));
        // Nothing more is waited for.
        let result = result.and_then(|value| match is_awaitable(&value) {
            true => driver::run_now(&self.bridge, &value),
            false => Ok(()),
        });
        self.bridge.current.set(before);
        let Err(error) = result else { return Ok(()) };
        let what = format!("{}.on_stop", instance.get_type().name()?);
        self.bridge.failed(py, error, &instance, &what, None);
        Ok(())
    }

    /// Why it ends, as Python says it.
    pub(crate) fn own_cause<'py>(&self, py: Python<'py>, cause: &StopCause) -> PyResult<Bound<'py, PyAny>> {
        let own = {
            let mut actors = self.bridge.store(py).actors.borrow_mut();
            let own = actors.get(self.key).and_then(|entry| entry.known()?.cause.as_ref());
            own.map(|(kind, error)| (*kind, error.as_ref().map(|error| error.clone_ref(py))))
        };
        spawn::stop_cause(py, own.unwrap_or((bridge::kind(cause), None)), spawn::text(cause).as_deref())
    }

    /// From here on it takes no messages; what it waits for still comes. Its coroutines end.
    pub(crate) fn begin_to_stop(&mut self, py: Python<'_>) {
        self.stop_told = true;
        self.bridge.incarnation_stops(py, self.key);
        if !self.supervised {
            let id = self.bridge.handle(self.key).map(|handle| handle.actor_id());
            let deadline = self.bridge.door.now_ns().saturating_add(LAST_TURNS_NS);
            let due = |id| Due::End { id, kill: true, reason: "it did not stop in time".to_owned() };
            let timer = id.and_then(|id| self.bridge.arm(py, 0, due(id), deadline).ok());
            self.last.get_or_insert_default().timer = timer.unwrap_or(0);
        }
    }
}

/// How long one that nobody supervises may take to stop, as one that is supervised if nothing is said.
const LAST_TURNS_NS: u64 = 5_000_000_000;

/// Whether what a handler returned is to be waited for: a coroutine, a future, or what else has an `__await__`. Not a reply, which passes the ask
/// on.
pub(crate) fn is_awaitable(value: &Bound<'_, PyAny>) -> bool {
    if value.is_none() {
        return false;
    }
    let (py, class) = (value.py(), value.get_type());
    errors::coroutine_type(py).is_ok_and(|coroutine| class.is(coroutine))
        || !value.is_exact_instance_of::<Reply>()
            && class.hasattr(pyo3::intern!(py, "__await__")).unwrap_or(false)
}

/// Has something done in a turn of an actor that it is owed: past the bound of its mailbox, and while its messages wait for a coroutine. Only for
/// the incarnation that lives now.
pub(crate) fn owe(actor: &Actor<PyActor>, what: impl FnOnce(&mut PyActor, &mut Cx<'_, PyActor>) + 'static) {
    Ret::some_to_actor(actor.clone(), move |actor: &mut PyActor, cx: &mut Cx<'_, PyActor>, ()| {
        what(actor, cx);
    })
    .ret(());
}

pub(crate) fn is_reentrant(method: &Bound<'_, PyAny>) -> bool {
    method.hasattr(pyo3::intern!(method.py(), "__actor_reentrant__")).unwrap_or(false)
}

impl Receive for PyActor {
    /// A timer is due, or it is a message of another language.
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        let Some(tag) = timers::key_of(packet) else {
            return in_turn(cx, |py, cx| self.take_packet(py, cx, packet));
        };
        Python::attach(|py| {
            match self.bridge.tick(py, tag) {
                Tick::Once => {}
                Tick::Waits => return,
                Tick::Again(call) => {
                    return self.deliver_call(py, cx, Message { tick: tag, ..Message::new(call, None) });
                }
            }
            let Some(timer) = self.bridge.take_timer(py, tag) else { return };
            match timer.due {
                Due::Tell(call) => self.deliver_call(py, cx, Message::new(call, None)),
                Due::Resume(task) => self.go_on(py, cx, task, false),
                Due::HostDone(task) => self.go_on(py, cx, task, true),
                Due::Every { .. } | Due::Deadline(_) | Due::Wake(_) | Due::End { .. } => {}
            }
        });
    }

    fn on_stop(&mut self, _: &mut Cx<'_, Self>, cause: &StopCause) {
        self.cause = bridge::kind(cause);
        if let Some(text) = spawn::text(cause) {
            self.last.get_or_insert_default().text = Some(text);
        }
        if self.bridge.abandoned.get() {
            return;
        }
        errors::in_destructor(|py| {
            if let Err(error) = self.call_on_stop(py, cause) {
                error.write_unraisable(py, None);
            }
        });
    }
}

impl Drop for PyActor {
    fn drop(&mut self) {
        errors::in_destructor(|py| {
            let Last { text, timer } = self.last.take().map(|last| *last).unwrap_or_default();
            if timer != 0 {
                self.bridge.disarm(py, timer);
            }
            match self.supervised {
                true => self.bridge.incarnation_ended(py, self.key),
                false => self.bridge.gone(py, self.key, self.cause, text.as_deref()),
            }
        });
    }
}
