//! A C actor as the runtime sees it: a Rust value that passes each packet on to a table of functions.
//!
//! Invariants: `destroy` runs exactly once for each state that `create` made, when the value is dropped. `argument_drop` runs
//! exactly once, when the last of the value and the notifier is gone, unless the argument has become the state. While a
//! handler runs, the block's context points to its `Turn`; at no other time.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::ffi::c_void;
use std::fmt;
use std::ptr;
use std::rc::Rc;

use actor_rt::{Cx, FLAG_ANSWER, FLAG_REMOTE, Packet, PanicError, Receive, StopCause, Word};

use crate::actor::*;
use crate::callback::{ART_LOG_ERROR, ART_LOG_WARNING, art_release_fn};
use crate::context::Turn;
use crate::handle::{art_actor, art_context};
use crate::message::*;
use crate::runtime::Block;
use crate::status::{self, *};
use crate::tag::ART_TAG_REPLY;

type MessageFn = unsafe extern "C-unwind" fn(*mut c_void, *mut art_context, *const art_msg) -> art_status;

/// The value of a C actor.
pub(crate) struct ForeignActor {
    on_message: MessageFn,
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
    vtable: Cell<Option<art_actor_vtable>>,
    notify: art_notify_fn,
    notify_user: *mut c_void,
    pub(crate) name: RefCell<Box<str>>,
    /// In whose tree it was spawned; 0 for none.
    pub(crate) parent: art_actor,
    /// What the handler of a word asked for, until its turn is over.
    asked: Cell<Option<(art_status, Option<Box<End>>)>>,
}

/// Why an actor failed or was killed, with the status that C knows it by.
#[derive(Debug)]
pub(crate) struct Exit {
    pub(crate) reason: art_status,
    pub(crate) phase: Option<u32>,
    pub(crate) text: String,
}

/// What a handler asked for beside returning.
pub(crate) enum End {
    Stop(art_status),
    Fail(Exit),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.is_empty() { f.write_str(status::text(self.reason)) } else { f.write_str(&self.text) }
    }
}

impl Error for Exit {}

impl Life {
    /// From here on the argument is consumed.
    pub(crate) fn new(config: &art_actor_config) -> Rc<Self> {
        Rc::new(Self {
            block: Cell::new(ptr::null()),
            actor: Cell::new(0),
            phase: Cell::new(ART_PHASE_SPAWNED),
            argument: config.argument,
            argument_drop: Cell::new(config.argument_drop),
            vtable: Cell::new(None),
            notify: config.notify,
            notify_user: config.notify_user,
            name: RefCell::default(),
            parent: config.parent,
            asked: Cell::new(None),
        })
    }

    pub(crate) fn set_vtable(&self, vtable: art_actor_vtable) {
        self.vtable.set(Some(vtable));
    }

    fn block(&self) -> &Block {
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
        ForeignActor { on_message, state, block: self.block.get(), life: Rc::clone(self) }
    }

    /// Runs `create`.
    pub(crate) fn create(
        self: &Rc<Self>,
        cx: &mut Cx<'_, ForeignActor>,
        create: unsafe extern "C-unwind" fn(*mut art_context, *mut c_void, *mut *mut c_void) -> art_status,
        on_message: MessageFn,
    ) -> Option<ForeignActor> {
        self.phase.set(ART_PHASE_CREATE);
        let turn = Turn::without_message();
        let mut state = ptr::null_mut();
        // SAFETY: the vtable's function with the argument that came with it; `state` is writable.
        let status =
            turn.run(self.block(), |context| unsafe { create(context, self.argument, &raw mut state) });
        let end = turn.take_end();
        // A status that says so means that there is no state, and nothing to destroy.
        let made = (status >= 0).then(|| self.value(on_message, state));
        if status < 0 || end.is_some() {
            self.finish(cx, status, end, ART_PHASE_CREATE);
        } else {
            self.phase.set(ART_PHASE_READY);
        }
        made
    }

    /// Keeps what the handler of a word asked for.
    #[cold]
    #[inline(never)]
    fn put_off(&self, status: art_status, end: Option<Box<End>>) -> bool {
        self.asked.set(Some((status, end)));
        true
    }

    /// A handler failed or asked to stop.
    #[cold]
    #[inline(never)]
    fn finish(&self, cx: &mut Cx<'_, ForeignActor>, status: art_status, end: Option<Box<End>>, phase: u32) {
        self.phase.set(phase);
        let engine = &self.block().engine;
        let exit = match (end.map(|end| *end), status) {
            (Some(End::Fail(exit)), _) => exit,
            (_, ..=-1) => Exit { reason: status, phase: Some(phase), text: String::new() },
            (Some(End::Stop(reason)), _) => {
                if reason != 0 {
                    engine.stop_reasons.borrow_mut().insert(self.actor.get(), reason);
                }
                return cx.stop();
            }
            (None, _) => return,
        };
        engine.failed.set(engine.failed.get() + 1);
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
                reason = exit.reason;
                phase = exit.phase.unwrap_or(phase);
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
        engine.stop_reasons.borrow_mut().remove(&self.actor.get());
    }

    /// The name by which people know the actor.
    fn title(&self) -> String {
        let name = self.name.borrow();
        if name.is_empty() { format!("actor {:#x}", self.actor.get()) } else { format!("actor {name}") }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
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
        let status = if block.engine.settings.slow_handler_ns == 0 {
            // SAFETY: as in `receive`.
            turn.run(block, |context| unsafe { (self.on_message)(self.state, context, turn.message()) })
        } else {
            self.timed(&turn)
        };
        if status < 0 {
            return self.life.put_off(status, turn.take_end());
        }
        if turn.has_end() {
            return self.life.put_off(status, turn.take_end());
        }
        // Nothing in it, so nothing to drop.
        std::mem::forget(turn);
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
        let status = if block.engine.settings.slow_handler_ns == 0 {
            // SAFETY: the state that `create` made, or that was given for it, until this value is dropped.
            turn.run(block, |context| unsafe { (self.on_message)(self.state, context, turn.message()) })
        } else {
            self.timed(&turn)
        };
        if status < 0 || turn.has_end() {
            self.life.finish(cx, status, turn.take_end(), ART_PHASE_MESSAGE);
        }
    }

    fn on_stop(&mut self, _: &mut Cx<'_, Self>, cause: &StopCause) {
        let Some(on_stop) = self.life.vtable.get().and_then(|vtable| vtable.on_stop) else { return };
        if matches!(cause, StopCause::Failed(_) | StopCause::Killed(_)) {
            return;
        }
        self.life.with_cause(cause, |cause| {
            // SAFETY: the state as for `receive`; the cause is borrowed for the call.
            Turn::without_message()
                .run(self.life.block(), |context| unsafe { on_stop(self.state, context, cause) });
        });
    }
}

impl ForeignActor {
    /// Calls the handler, and logs it if it takes long.
    #[cold]
    #[inline(never)]
    fn timed(&self, turn: &Turn) -> art_status {
        let block = self.life.block();
        let engine = &block.engine;
        let before = engine.door.clock_ns();
        // SAFETY: as in `receive`.
        let status =
            turn.run(block, |context| unsafe { (self.on_message)(self.state, context, turn.message()) });
        let took = engine.door.clock_ns().saturating_sub(before);
        if took > engine.settings.slow_handler_ns {
            let tag = turn.tag();
            let tag = match block.tags.borrow().get(&tag) {
                Some(known) => known.name.to_string(),
                None => format!("{tag:#x}"),
            };
            engine
                .log(ART_LOG_WARNING, &format!("{}: the handler of {tag} took {took} ns", self.life.title()));
        }
        status
    }
}

impl Drop for ForeignActor {
    fn drop(&mut self) {
        if let Some(destroy) = self.life.vtable.get().and_then(|vtable| vtable.destroy) {
            // SAFETY: the state is ours, and goes with this value.
            unsafe { destroy(self.state) };
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
    }
}

// A packet's flags are the bits of ART_MSG_... but for two: an ask is known by its token, so that its bit can stand for an answer.
const _: () = assert!(FLAG_ANSWER as u32 == ART_MSG_ASK && FLAG_REMOTE as u32 == ART_MSG_REMOTE);
