//! A C actor as the runtime sees it: a Rust value that passes each packet on to a table of functions.
//!
//! Invariants: `destroy` runs exactly once for each state that `create` made, when the value is dropped. `argument_drop` runs
//! exactly once, when the last of the value and the notifier is gone, unless the argument has become the state. While a
//! handler runs, the block's context points to its `Turn`; at no other time. What a handler asked for beside returning is taken
//! from the context before anything else runs.

use std::cell::{Cell, OnceCell};
use std::error::Error;
use std::ffi::c_void;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr;
use std::rc::Rc;

use std::time::Duration;

use actor_rt::supervision::{ChildEvent, Escalation, Lifecycle, Reaction, Run, Stopping, SystemMessage};
use actor_rt::{
    ActorId, Cx, ErrorCode, FLAG_ANSWER, FLAG_REMOTE, FLAG_TIMER, Packet, PanicError, Receive, Ret,
    StopCause, Word,
};

use crate::actor::*;
use crate::callback::{ART_LOG_ERROR, ART_LOG_WARNING, art_release_fn};
use crate::context::Turn;
use crate::exit::{self, ART_CHILD_ENDED, ART_CHILD_RESTARTED, Told};
use crate::handle::{art_actor, art_context};
use crate::hooks::{self, art_actor_hooks};
use crate::message::*;
use crate::runtime::Block;
use crate::services::Seat;
use crate::status::{self, *};
use crate::step::ART_NEVER;
use crate::tag::{ART_TAG_CHILD, ART_TAG_REPLY, ART_TAG_STOP};

pub(crate) type MessageFn =
    unsafe extern "C-unwind" fn(*mut c_void, *mut art_context, *const art_msg) -> art_status;

/// The value of a C actor.
pub(crate) struct ForeignActor {
    /// The actor's own handler with its state; or [`timed`] with the [`Life`], which calls that.
    on_message: MessageFn,
    receiver: *mut c_void,
    /// What `create` made, or the argument.
    state: *mut c_void,
    block: *const Block,
    life: Rc<Life>,
}

/// What an actor's value and the notifier of its end share.
pub(crate) struct Life {
    /// The runtime's block; null before the spawn is admitted.
    pub(crate) block: Cell<*const Block>,
    pub(crate) actor: Cell<art_actor>,
    phase: Cell<u32>,
    argument: *mut c_void,
    argument_drop: Cell<art_release_fn>,
    /// The host's own, which stays where it is as long as the actor lives; null until it is checked.
    vtable: Cell<*const art_actor_vtable>,
    /// In the engine as well, as long as the actor lives.
    hooks: OnceCell<Box<art_actor_hooks>>,
    /// What `create` made, or the argument, once there is a value.
    state: Cell<*mut c_void>,
    notify: art_notify_fn,
    notify_user: *mut c_void,
    name: OnceCell<Box<str>>,
    /// ART_ACTOR_... bits.
    flags: u32,
    /// Whether the runtime tells of the actor's end, as it does unless nobody wants to hear of it.
    heard: Cell<bool>,
    /// `create` has made a state, or is about to, and said that the actor is not ready with it.
    pub(crate) starting: Cell<bool>,
    /// What the handler of a word asked for, until its turn is over.
    asked: Cell<Option<(art_status, Option<Box<End>>)>>,
    /// Its place in a pool, if it works for one.
    pub(crate) seat: Option<Rc<Seat>>,
}

/// Why an actor failed or was killed, with the status that C knows it by.
#[derive(Debug)]
pub(crate) struct Exit {
    /// Its code is the reason; a phase of 0, in which nobody fails, is none.
    code: ErrorCode,
    text: String,
}

/// What a handler asked for beside returning.
pub(crate) enum End {
    Stop(art_status),
    Fail(Exit),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.is_empty() { f.write_str(status::text(self.code.code)) } else { f.write_str(&self.text) }
    }
}

impl Error for Exit {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.code)
    }
}

impl Exit {
    pub(crate) fn new(reason: art_status, phase: Option<u32>, text: &str) -> Self {
        Self { code: ErrorCode { code: reason, phase: phase.unwrap_or(0) }, text: text.to_owned() }
    }
}

impl Life {
    /// From here on the argument is consumed.
    pub(crate) fn new(config: &art_actor_config) -> Rc<Self> {
        Rc::new(Self {
            block: Cell::new(ptr::null()),
            actor: Cell::new(0),
            phase: Cell::new(ART_PHASE_SPAWNED),
            argument: config.argument,
            argument_drop: Cell::new(config.argument_drop),
            vtable: Cell::new(ptr::null()),
            hooks: OnceCell::new(),
            state: Cell::new(ptr::null_mut()),
            notify: config.notify,
            notify_user: config.notify_user,
            name: OnceCell::new(),
            flags: config.flags,
            heard: Cell::new(true),
            starting: Cell::new(false),
            asked: Cell::new(None),
            seat: None,
        })
    }

    /// That of the worker in a slot, for which this one is the definition.
    pub(crate) fn of_worker(self: &Rc<Self>, slot: usize) -> Rc<Self> {
        let name: Option<Box<str>> = self.name.get().map(|name| format!("{name}/{slot}").into());
        Rc::new(Self {
            block: self.block.clone(),
            actor: Cell::new(0),
            phase: Cell::new(ART_PHASE_SPAWNED),
            argument: self.argument,
            // The definition's to release.
            argument_drop: Cell::new(None),
            vtable: self.vtable.clone(),
            hooks: self.hooks.clone(),
            state: Cell::new(ptr::null_mut()),
            notify: self.notify,
            notify_user: self.notify_user,
            name: name.map_or_else(OnceCell::new, OnceCell::from),
            flags: self.flags,
            heard: Cell::new(true),
            starting: Cell::new(false),
            asked: Cell::new(None),
            seat: Some(Rc::new(Seat::new(slot, Rc::clone(self)))),
        })
    }

    /// What the configuration points to, checked. A `name` that is empty is none.
    pub(crate) fn define(&self, vtable: *const art_actor_vtable, hooks: Option<art_actor_hooks>, name: &str) {
        self.vtable.set(vtable);
        if let Some(hooks) = hooks {
            self.hooks.get_or_init(|| Box::new(hooks));
        }
        if !name.is_empty() {
            self.name.get_or_init(|| name.into());
        }
    }

    /// What the actor does, once that is checked.
    fn functions(&self) -> Option<art_actor_vtable> {
        // SAFETY: null, or checked when the actor was defined; the header asks that it stay as it is until the actor has ended.
        unsafe { optional(self.vtable.get()) }.ok().flatten()
    }

    pub(crate) fn name(&self) -> &str {
        self.name.get().map_or("", |name| name)
    }

    /// Who hears of the end of a plain actor. If nobody does, the runtime need not either: then what is kept here of the actor goes with its
    /// value, and each actor is smaller.
    pub(crate) fn listener(self: &Rc<Self>) -> Ret<StopCause> {
        self.heard.set(self.notify.is_some() || self.block().engine.settings.log.is_some());
        if self.heard.get() { self.told_of_end() } else { Ret::nop() }
    }

    pub(crate) fn told_of_end(self: &Rc<Self>) -> Ret<StopCause> {
        let told = Rc::clone(self);
        Ret::new(move |cause| {
            if let Some(cause) = cause {
                told.ended(&cause);
            }
        })
    }

    /// A supervised actor is there, but for its value.
    pub(crate) fn begins(&self, actor: art_actor) {
        self.actor.set(actor);
        self.phase.set(ART_PHASE_SPAWNED);
        self.starting.set(false);
        if let Some(hooks) = self.hooks.get() {
            self.block().engine.hooks.borrow_mut().insert(actor, **hooks);
        }
        if let Some(seat) = &self.seat {
            self.block().engine.services.seats.borrow_mut().insert(actor, Rc::clone(seat));
        }
    }

    pub(crate) fn block(&self) -> &Block {
        // SAFETY: set when the actor was spawned; actors end, and are told of, before their runtime's block is freed.
        unsafe { &*self.block.get() }
    }

    /// The actor with the argument as its state: it is made without `create`.
    pub(crate) fn with_argument(self: &Rc<Self>, on_message: MessageFn) -> ForeignActor {
        self.argument_drop.set(None);
        self.phase.set(ART_PHASE_READY);
        self.value(on_message, self.argument)
    }

    fn value(self: &Rc<Self>, on_message: MessageFn, state: *mut c_void) -> ForeignActor {
        self.state.set(state);
        // Who times handlers pays for it; nobody else has so much as a test for it.
        let (on_message, receiver): (MessageFn, _) = if self.block().engine.settings.slow_handler_ns == 0 {
            (on_message, state)
        } else {
            (timed, Rc::as_ptr(self).cast_mut().cast())
        };
        ForeignActor { on_message, receiver, state, block: self.block.get(), life: Rc::clone(self) }
    }

    /// Runs `create`.
    pub(crate) fn create(
        self: &Rc<Self>,
        cx: &mut Cx<'_, ForeignActor>,
        create: unsafe extern "C-unwind" fn(*mut art_context, *mut c_void, *mut *mut c_void) -> art_status,
        on_message: MessageFn,
    ) -> Option<ForeignActor> {
        self.phase.set(ART_PHASE_CREATE);
        let engine = &self.block().engine;
        // Of an incarnation before this one.
        engine.forget_reason(self.actor.get());
        engine.coalesced.forget(self.actor.get());
        let creating = engine.starts.begin(self);
        let turn = Turn::without_message();
        let mut state = ptr::null_mut();
        // SAFETY: the vtable's function with the argument that came with it; `state` is writable.
        let status =
            turn.run(self.block(), |context| unsafe { create(context, self.argument, &raw mut state) });
        drop(creating);
        let end = self.block().context.take_end();
        // A status that says so means that there is no state, and nothing to destroy.
        let made = (status >= 0).then(|| self.value(on_message, state));
        if status < 0 || end.is_some() {
            self.finish(cx, status, end, ART_PHASE_CREATE);
        } else if self.starting.get() {
            engine.starts.wait_for(self);
        } else {
            self.phase.set(ART_PHASE_READY);
        }
        made
    }

    /// The start of an actor that said it was not ready is over.
    pub(crate) fn started(&self) {
        self.starting.set(false);
        self.phase.set(ART_PHASE_READY);
    }

    /// Keeps what the handler of a word asked for.
    #[cold]
    #[inline(never)]
    fn put_off(&self, status: art_status) -> bool {
        self.asked.set(Some((status, self.block().context.take_end())));
        true
    }

    /// A handler failed or asked to stop.
    #[cold]
    #[inline(never)]
    fn finish(&self, cx: &mut Cx<'_, ForeignActor>, status: art_status, end: Option<Box<End>>, phase: u32) {
        let phase = if self.starting.get() { ART_PHASE_CREATE } else { phase };
        self.phase.set(phase);
        let engine = &self.block().engine;
        let exit = match (end.map(|end| *end), status) {
            (Some(End::Fail(mut exit)), _) => {
                exit.code.phase = phase;
                exit
            }
            (_, ..=-1) => Exit::new(status, Some(phase), ""),
            (Some(End::Stop(reason)), _) => {
                engine.give_reason(self.actor.get(), reason);
                return cx.stop();
            }
            (None, _) => return,
        };
        cx.fail(exit);
    }

    /// Runs `f` with the cause of an end as C sees it.
    fn with_cause(&self, cause: &StopCause, f: impl FnOnce(&art_stop_cause)) {
        let (kind, error) = match cause {
            StopCause::Stopped => (ART_STOP_STOPPED, None),
            StopCause::Failed(error) => (ART_STOP_FAILED, Some(&**error)),
            StopCause::Killed(error) => (ART_STOP_KILLED, Some(&**error)),
            StopCause::Dropped => (ART_STOP_DROPPED, None),
            StopCause::Lost => (ART_STOP_LOST, None),
        };
        let mut phase = self.phase.get();
        let mut reason = ART_OK;
        let mut text = String::new();
        if let Some(error) = error {
            text = error.to_string();
            reason = if kind == ART_STOP_FAILED { ART_FAILED } else { ART_OK };
            if let Some(exit) = error.downcast_ref::<Exit>() {
                reason = exit.code.code;
                if exit.code.phase != 0 {
                    phase = exit.code.phase;
                }
                if exit.text.is_empty() {
                    text.clear();
                }
            } else if error.is::<PanicError>() {
                reason = ART_PANICKED;
                if phase == ART_PHASE_READY {
                    phase = ART_PHASE_MESSAGE;
                }
            }
        } else if let Some(given) = self.block().engine.stop_reasons.borrow().get(&self.actor.get()) {
            reason = *given;
        }
        f(&art_stop_cause {
            struct_size: size_of::<art_stop_cause>() as u32,
            kind,
            reason,
            phase,
            text: if text.is_empty() { ptr::null() } else { text.as_ptr().cast() },
            text_len: text.len(),
        });
    }

    /// The actor has ended, and its value is gone.
    pub(crate) fn ended(&self, cause: &StopCause) {
        let engine = &self.block().engine;
        if engine.settings.log.is_some() && matches!(cause, StopCause::Failed(_)) {
            engine.log(ART_LOG_ERROR, &format!("{}: {cause}", self.title()));
        }
        self.with_cause(cause, |cause| {
            if let Some(notify) = self.notify {
                // SAFETY: the function came with this argument; the cause is borrowed for the call.
                unsafe { notify(self.notify_user, self.actor.get(), cause) };
            }
        });
        self.forget();
        if self.hooks.get().is_some() {
            engine.hooks.borrow_mut().remove(&self.actor.get());
        }
        if self.seat.is_some() {
            engine.services.seats.borrow_mut().remove(&self.actor.get());
        }
    }

    /// Lets go of what is kept for the actor elsewhere.
    fn forget(&self) {
        let (engine, actor) = (&self.block().engine, self.actor.get());
        engine.forget_reason(actor);
        engine.starts.forget(actor);
        engine.coalesced.forget(actor);
    }

    /// The name by which people know the actor.
    fn title(&self) -> String {
        match self.name.get() {
            Some(name) => format!("actor {name}"),
            None => format!("actor {:#x}", self.actor.get()),
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        if !self.heard.get() {
            // It may have ended before it had a value.
            self.block().engine.forget_reason(self.actor.get());
        }
        if let Some(release) = self.argument_drop.get() {
            // SAFETY: the function came with the argument, and this is its only call.
            let release = || unsafe { release(self.argument) };
            // A refused spawn stands on a call of the host's, which its drop function must not pull away.
            if self.block.get().is_null() { release() } else { self.block().pinned(release) }
        }
    }
}

impl Receive for ForeignActor {
    const TAKES_WORDS: bool = true;

    #[inline(always)]
    fn receive_word(&mut self, word: &Word) -> bool {
        // SAFETY: the block outlives its runtime, and so its actors.
        let block = unsafe { &*self.block };
        let turn = Turn::of_word(word);
        // SAFETY: as in `receive`.
        let status =
            turn.run(block, |context| unsafe { (self.on_message)(self.receiver, context, turn.message()) });
        if status < 0 || block.context.has_end() {
            return self.life.put_off(status);
        }
        false
    }

    fn finish_word(&mut self, cx: &mut Cx<'_, Self>) {
        if let Some((status, end)) = self.life.asked.take() {
            self.life.finish(cx, status, end, ART_PHASE_MESSAGE);
        }
    }

    #[inline(always)]
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        // SAFETY: the block outlives its runtime, and so its actors.
        let block = unsafe { &*self.block };
        let flags = packet.flags();
        let mut turn = Turn::of(packet);
        if flags != 0 {
            turn.complete(flags);
        }
        // SAFETY: the state that `create` made, or that was given for it, until this value is dropped; or what `timed` needs.
        let status =
            turn.run(block, |context| unsafe { (self.on_message)(self.receiver, context, turn.message()) });
        if status < 0 || block.context.has_end() {
            self.life.finish(cx, status, block.context.take_end(), ART_PHASE_MESSAGE);
        }
    }

    fn on_stop(&mut self, _: &mut Cx<'_, Self>, cause: &StopCause) {
        let Some(on_stop) = self.life.functions().and_then(|functions| functions.on_stop) else { return };
        if self.life.starting.get() || matches!(cause, StopCause::Failed(_) | StopCause::Killed(_)) {
            return;
        }
        let block = self.life.block();
        self.life.with_cause(cause, |cause| {
            // SAFETY: the state as for `receive`; the cause is borrowed for the call.
            Turn::without_message().run(block, |context| unsafe { on_stop(self.state, context, cause) });
        });
        // It ends already.
        drop(block.context.take_end());
    }
}

/// What a supervised actor hears of its life and of its children, as messages.
impl Lifecycle for ForeignActor {
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        if let Some(on_started) = self.hooks().and_then(|hooks| hooks.on_started) {
            // SAFETY: the state as for `receive`.
            self.ask(cx, |state, context| unsafe { on_started(state, context) });
        }
    }

    fn on_restart(&mut self, cx: &mut Cx<'_, Self>, cause: &StopCause) {
        let engine = &self.life.block().engine;
        if engine.settings.log.is_some() && matches!(cause, StopCause::Failed(_)) {
            engine.log(ART_LOG_ERROR, &format!("{}: {cause}; it was restarted", self.life.title()));
        }
        if let Some(on_restart) = self.hooks().and_then(|hooks| hooks.on_restart) {
            let told = exit::of_cause(cx.this().actor_id(), None, cause, ART_CHILD_ENDED);
            // SAFETY: the state as for `receive`; what is told is borrowed for the call.
            self.ask(cx, |state, context| unsafe { on_restart(state, context, told.as_ptr()) });
        }
    }

    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, cause: &StopCause) -> Stopping {
        if self.life.flags & ART_ACTOR_HEARS_STOP == 0 {
            return Stopping::Done;
        }
        let told = exit::of_cause(cx.this().actor_id(), None, cause, 0);
        self.hear(cx, ART_TAG_STOP, &told, ART_PHASE_STOP);
        Stopping::Pending
    }

    fn on_child(&mut self, cx: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        if self.life.flags & ART_ACTOR_HEARS_CHILDREN == 0 {
            return;
        }
        let mut last = None;
        let told = match event {
            ChildEvent::Started { child } => exit::started(*child),
            ChildEvent::Restarted { child, cause } => {
                exit::of_cause(*child, None, cause, ART_CHILD_RESTARTED)
            }
            ChildEvent::Ended { child, phase, cause, state, .. } => {
                last = state.take().and_then(|state| state.downcast::<ForeignActor>().ok());
                exit::of_cause(*child, Some(*phase), cause, ART_CHILD_ENDED)
            }
            _ => return,
        };
        // SAFETY: the block outlives its runtime, and so its actors.
        let block = unsafe { &*self.block };
        let _offer = block.context.offer(last);
        self.hear(cx, ART_TAG_CHILD, &told, ART_PHASE_MESSAGE);
    }

    fn child_escalated(&mut self, cx: &mut Cx<'_, Self>, child: ActorId, cause: &StopCause) -> Escalation {
        let Some(on_escalation) = self.hooks().and_then(|hooks| hooks.on_escalation) else {
            return Escalation::default();
        };
        let told = exit::of_cause(child, None, cause, ART_CHILD_ENDED);
        // SAFETY: the state as for `receive`; what is told is borrowed for the call.
        let said = self.ask(cx, |state, context| unsafe { on_escalation(state, context, told.as_ptr()) });
        self.answer(cx, said, hooks::escalation(said))
    }

    fn on_system(&mut self, cx: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
        self.reacts(cx, message, &mut false)
    }

    fn on_timer(&mut self, cx: &mut Cx<'_, Self>, number: u64, ticks: u32) {
        if let Some(on_timer) = self.hooks().and_then(|hooks| hooks.on_timer) {
            // SAFETY: the state as for `receive`.
            self.ask(cx, |state, context| unsafe { on_timer(state, context, number, ticks) });
        }
    }

    fn on_run(&mut self, cx: &mut Cx<'_, Self>) -> Run {
        let Some(on_run) = self.hooks().and_then(|hooks| hooks.on_run) else { return Run::Done };
        let mut wait = ART_NEVER;
        // SAFETY: the state as for `receive`; `wait` is writable.
        self.ask(cx, |state, context| unsafe { on_run(state, context, &raw mut wait) });
        match wait {
            ART_NEVER => Run::Done,
            0 => Run::Again,
            wait => Run::After(Duration::from_nanos(wait)),
        }
    }
}

impl ForeignActor {
    fn hooks(&self) -> Option<&art_actor_hooks> {
        self.life.hooks.get().map(|hooks| &**hooks)
    }

    pub(crate) fn life(&self) -> &Rc<Life> {
        &self.life
    }

    /// Gives the actor a message that came another way than its queue. Whether its handler failed.
    pub(crate) fn take_in(&self, cx: &mut Cx<'_, Self>, turn: &Turn) -> bool {
        let block = self.life.block();
        // SAFETY: as in `receive`.
        let status =
            turn.run(block, |context| unsafe { (self.on_message)(self.receiver, context, turn.message()) });
        self.conclude(cx, status)
    }

    /// Runs a function of the host's in the turn that the actor has.
    pub(crate) fn run(
        &self,
        cx: &mut Cx<'_, Self>,
        work: impl FnOnce(*mut c_void, *mut art_context) -> art_status,
    ) {
        let block = self.life.block();
        let status = Turn::without_message().run(block, |context| work(self.life.state.get(), context));
        self.conclude(cx, status);
    }

    /// Does what a handler asked for. Whether it failed.
    fn conclude(&self, cx: &mut Cx<'_, Self>, status: art_status) -> bool {
        let end = self.life.block().context.take_end();
        let failed = status < 0 || matches!(end.as_deref(), Some(End::Fail(_)));
        self.life.finish(cx, status, end, ART_PHASE_MESSAGE);
        failed
    }

    /// Whether the actor lets a function of the host's be run: its `on_system` may decide otherwise, and may fail or stop it.
    pub(crate) fn lets_run(&self, cx: &mut Cx<'_, Self>) -> bool {
        let mut ends = false;
        let reaction = self.reacts(cx, SystemMessage::Execute, &mut ends);
        reaction == Reaction::Usual && !ends
    }

    /// What the actor's `on_system` says to a message.
    fn reacts(&self, cx: &mut Cx<'_, Self>, message: SystemMessage, ends: &mut bool) -> Reaction {
        let on_system = self.hooks().and_then(|hooks| hooks.on_system);
        let (Some(on_system), Some(number)) = (on_system, hooks::number_of(message)) else {
            return Reaction::Usual;
        };
        let block = self.life.block();
        let said = self.ask(cx, |state, context| {
            // SAFETY: the state as for `receive`.
            let said = unsafe { on_system(state, context, number) };
            *ends = said < 0 || block.context.has_end();
            said
        });
        let reaction = hooks::reaction(said);
        *ends |= reaction.is_none();
        self.answer(cx, said, reaction)
    }

    /// Calls a hook in the turn that the actor has. What it says, if negative, fails the actor.
    fn ask(&self, cx: &mut Cx<'_, Self>, hook: impl FnOnce(*mut c_void, *mut art_context) -> i32) -> i32 {
        let block = self.life.block();
        let said = Turn::without_message().run(block, |context| hook(self.state, context));
        if said < 0 || block.context.has_end() {
            self.life.finish(cx, said, block.context.take_end(), ART_PHASE_MESSAGE);
        }
        said
    }

    /// What a hook has said; one that says what means nothing fails the actor.
    fn answer<T: Default>(&self, cx: &mut Cx<'_, Self>, said: i32, answer: Option<T>) -> T {
        if said > 0 && answer.is_none() {
            self.life.finish(cx, ART_INVALID_ARGUMENT, None, ART_PHASE_MESSAGE);
        }
        answer.unwrap_or_default()
    }

    /// Gives the actor a message of the runtime's in the turn that it has.
    fn hear(&mut self, cx: &mut Cx<'_, Self>, tag: u64, told: &Told, phase: u32) {
        // SAFETY: the block outlives its runtime, and so its actors.
        let block = unsafe { &*self.block };
        let turn = Turn::of_news(tag, told);
        // SAFETY: as in `receive`.
        let status =
            turn.run(block, |context| unsafe { (self.on_message)(self.receiver, context, turn.message()) });
        if status < 0 || block.context.has_end() {
            self.life.finish(cx, status, block.context.take_end(), phase);
        }
    }
}

/// The handler of an actor whose handlers are timed: calls the real one, and logs it if it takes long.
///
/// # Safety
/// `life` is the `Life` of an actor that has a vtable and a value; the rest as for its handler.
unsafe extern "C-unwind" fn timed(
    life: *mut c_void,
    context: *mut art_context,
    message: *const art_msg,
) -> art_status {
    // SAFETY: by the caller; the value keeps its life.
    let life = unsafe { &*life.cast_const().cast::<Life>() };
    let Some(on_message) = life.functions().and_then(|functions| functions.on_message) else {
        return ART_NULL_POINTER;
    };
    let block = life.block();
    let engine = &block.engine;
    let before = engine.door.clock_ns();
    // SAFETY: the state as for `receive`; the rest as we were given it.
    let (tag, status) = unsafe { ((*message).tag, on_message(life.state.get(), context, message)) };
    let took = engine.door.clock_ns().saturating_sub(before);
    if took > engine.settings.slow_handler_ns {
        let tag = match block.tags.borrow().get(&tag) {
            Some(known) => known.name.to_string(),
            None => format!("{tag:#x}"),
        };
        engine.log(ART_LOG_WARNING, &format!("{}: the handler of {tag} took {took} ns", life.title()));
    }
    status
}

impl ForeignActor {
    /// The state alone: whoever gets it is to free it.
    pub(crate) fn into_state(self) -> *mut c_void {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never used again, and its life is the only field that needs a drop.
        drop(unsafe { ptr::read(&raw const this.life) });
        this.state
    }
}

impl Drop for ForeignActor {
    fn drop(&mut self) {
        if !self.life.heard.get() {
            self.life.forget();
        }
        if let Some(destroy) = self.life.functions().and_then(|functions| functions.destroy) {
            // SAFETY: the state is ours, and goes with this value.
            unsafe { destroy(self.state) };
        }
        if let Some(seat) = &self.life.seat {
            self.life.block().engine.services.abandon(seat);
        }
    }
}

/// Completes the message of a packet that is not an ordinary one: an answer, a timer, a ring, something from another thread.
#[cold]
#[inline(never)]
pub(crate) fn complete(message: &mut art_msg, flags: u8) {
    if flags & FLAG_ANSWER != 0 {
        message.flags = ART_MSG_REPLY;
        message.detail = message.tag;
        message.tag = ART_TAG_REPLY;
        return;
    }
    message.flags |= u32::from(flags);
    if message.flags & (ART_MSG_TIMER | ART_MSG_HOST_CALL) != 0 {
        // These have no sender; what they have instead travels in its place.
        message.detail = message.sender;
        message.sender = 0;
        message.status = 0;
    }
}

// A packet's flags are the bits of ART_MSG_... but for two: an ask is known by its token, so that its bit can stand for an answer.
const _: () = assert!(
    FLAG_ANSWER as u32 == ART_MSG_ASK
        && FLAG_REMOTE as u32 == ART_MSG_REMOTE
        && FLAG_TIMER as u32 == ART_MSG_TIMER
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::art_context_stop;
    use crate::handle::art_runtime;
    use crate::{art_actor_config, art_budget, art_create, art_destroy, art_post, art_spawn, art_step};

    /// Asks to stop when told 2; when told 1 too, and then panics.
    unsafe extern "C-unwind" fn on_message(
        state: *mut c_void,
        context: *mut art_context,
        message: *const art_msg,
    ) -> art_status {
        // SAFETY: the tests' state is a counter, and their messages are words.
        let told = unsafe {
            *state.cast::<u32>() += 1;
            (*message).data.cast::<u64>().read()
        };
        if told == 1 {
            // SAFETY: the context of this handler.
            assert_eq!(unsafe { art_context_stop(context, 7) }, ART_OK);
            panic!("after it asked to stop");
        }
        // SAFETY: as above.
        if told == 2 { unsafe { art_context_stop(context, 0) } } else { ART_OK }
    }

    /// Asks for more when it has ended already.
    unsafe extern "C-unwind" fn on_stop(_: *mut c_void, context: *mut art_context, _: *const art_stop_cause) {
        // SAFETY: the context of this hook.
        assert_eq!(unsafe { art_context_stop(context, 8) }, ART_OK);
    }

    #[test]
    fn what_a_handler_asked_for_is_never_taken_for_the_next_ones() {
        let vtable = art_actor_vtable {
            struct_size: size_of::<art_actor_vtable>() as u32,
            flags: 0,
            create: None,
            on_message: Some(on_message),
            on_stop: Some(on_stop),
            destroy: None,
        };
        let mut handled = [0u32; 3];
        let mut rt: *mut art_runtime = ptr::null_mut();
        // SAFETY: one thread; pointers to locals that outlive the calls, and the runtime.
        unsafe {
            assert_eq!(art_create(ptr::null(), &raw mut rt, ptr::null_mut(), 0), ART_OK);
            let actors = handled.each_mut().map(|count| {
                let mut actor = 0;
                let mut config: art_actor_config = std::mem::zeroed();
                config.struct_size = size_of::<art_actor_config>() as u32;
                config.vtable = &raw const vtable;
                config.argument = ptr::from_mut(count).cast();
                assert_eq!(art_spawn(rt, &raw const config, &raw mut actor), ART_OK);
                actor
            });
            // The first panics, the second is stopped and asks for more in its hook; the third only listens.
            for (actor, told) in [(0, 1u64), (2, 0), (1, 2), (2, 0), (2, 0)] {
                assert_eq!(art_post(rt, actors[actor], 5, ptr::from_ref(&told).cast(), 8), ART_OK);
            }
            // However slow this machine is.
            let mut unbounded: art_budget = std::mem::zeroed();
            unbounded.struct_size = size_of::<art_budget>() as u32;
            unbounded.max_ns = u64::MAX;
            assert_eq!(art_step(rt, 0, &raw const unbounded, ptr::null_mut()), ART_OK);
            let listens = art_post(rt, actors[2], 5, ptr::from_ref(&0u64).cast(), 8);
            assert_eq!((listens, art_post(rt, actors[0], 5, ptr::null(), 0)), (ART_OK, ART_NOT_FOUND));
            assert_eq!(art_post(rt, actors[1], 5, ptr::null(), 0), ART_NOT_FOUND);
            assert_eq!(art_step(rt, 0, &raw const unbounded, ptr::null_mut()), ART_OK);
            assert_eq!(art_destroy(rt), ART_OK);
        }
        assert_eq!(handled, [1, 1, 4]);
    }
}
