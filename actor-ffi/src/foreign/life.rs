//! What an actor's value and the notifier of its end share: what it is made of, and what it is in at the moment.
//!
//! Invariant: `argument_drop` runs exactly once, when the last of those two is gone, unless the argument has become the state.

use std::cell::{Cell, OnceCell};
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

use actor_rt::{Cx, Ret, StopCause};

use super::ending::End;
use super::timed::timed;
use super::{ForeignActor, MessageFn};
use crate::actor::*;
use crate::callback::art_release_fn;
use crate::context::Turn;
use crate::handle::{art_actor, art_context};
use crate::hooks::art_actor_hooks;
use crate::runtime::Block;
use crate::services::Seat;
use crate::status::*;

/// What an actor's value and the notifier of its end share.
pub(crate) struct Life {
    /// The runtime's block; null before the spawn is admitted.
    pub(crate) block: Cell<*const Block>,
    pub(crate) actor: Cell<art_actor>,
    pub(super) phase: Cell<u32>,
    argument: *mut c_void,
    argument_drop: Cell<art_release_fn>,
    /// The host's own, which stays where it is as long as the actor lives; null until it is checked.
    vtable: Cell<*const art_actor_vtable>,
    /// In the engine as well, as long as the actor lives.
    pub(super) hooks: OnceCell<Box<art_actor_hooks>>,
    /// What `create` made, or the argument, once there is a value.
    pub(super) state: Cell<*mut c_void>,
    pub(super) notify: art_notify_fn,
    pub(super) notify_user: *mut c_void,
    pub(super) name: OnceCell<Box<str>>,
    /// ART_ACTOR_... bits.
    pub(super) flags: u32,
    /// Whether the runtime tells of the actor's end, as it does unless nobody wants to hear of it.
    pub(super) heard: Cell<bool>,
    /// `create` has made a state, or is about to, and said that the actor is not ready with it.
    pub(crate) starting: Cell<bool>,
    /// What the handler of a word asked for, until its turn is over.
    pub(super) asked: Cell<Option<(art_status, Option<Box<End>>)>>,
    /// Its place in a pool, if it works for one.
    pub(crate) seat: Option<Rc<Seat>>,
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
    pub(super) fn functions(&self) -> Option<art_actor_vtable> {
        // SAFETY: null, or checked when the actor was defined; the header asks that it stay as it is until the actor has ended.
        unsafe { optional(self.vtable.get()) }.ok().flatten()
    }

    pub(crate) fn name(&self) -> &str {
        self.name.get().map_or("", |name| name)
    }

    /// Who hears of the end of a plain actor. If nobody does, the runtime need not either: then what is kept here of the actor goes with its
    /// value, and each actor is smaller.
    pub(crate) fn listener(self: &Rc<Self>) -> Ret<StopCause> {
        self.heard.set(self.notify.is_some() || self.block().engine.settings.log.is_read());
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

    pub(super) fn value(self: &Rc<Self>, on_message: MessageFn, state: *mut c_void) -> ForeignActor {
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
