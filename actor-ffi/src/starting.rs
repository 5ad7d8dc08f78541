//! Starts of several turns, and the last states of actors that have ended.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::c_void;
use std::rc::Rc;

use actor_rt::ActorId;

use crate::engine::take_out;
use crate::failure::Failure;
use crate::foreign::Life;
use crate::guard;
use crate::handle::{art_actor, art_context, art_runtime};
use crate::payload;
use crate::status::*;

/// Called inside `create`: the actor is not ready when that returns, but when `art_started` is called. Until then it has turns: its timers, the
/// answers to its asks and the runtime's messages come to its `on_message`, other messages wait. Nobody takes it for started meanwhile. If it
/// ends, its start has failed, as if `create` had: its phase is ART_PHASE_CREATE, its `destroy` is called, its `on_stop` is not. How long
/// that may take says `start_timeout_ns` of its art_supervision.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT, ART_WRONG_STATE outside of `create`, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_starting(context: *mut art_context) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            let door = &block.engine.door;
            let actor = door.current().ok_or(ART_NO_CONTEXT)?;
            let life = block.engine.starts.created_now(actor.0);
            let life = life.ok_or_else(|| Failure::new(ART_WRONG_STATE, "this is not the actor's create"))?;
            if !door.starting(actor).map_err(payload::unknown)? {
                return Err(Failure::new(ART_WRONG_STATE, "the actor is ending"));
            }
            life.starting.set(true);
            Ok(())
        })
    }
}

/// Ends the start of an actor that has called `art_context_starting`: it is ready. Its `on_started` is called, then what waited for it is
/// handled. By itself, by another actor, or by the host, when that is so.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_WRONG_STATE if it is ready already or has no state yet, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of
/// every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_started(rt: *mut art_runtime, actor: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            if !block.engine.door.started(ActorId(actor)).map_err(payload::unknown)? {
                return Err(Failure::new(ART_WRONG_STATE, "the actor is ready already, or has no state yet"));
            }
            block.engine.starts.end(actor);
            Ok(())
        })
    }
}

/// Takes the last state of a child: inside the handler of its ART_TAG_CHILD with ART_CHILD_ENDED, if it was spawned with
/// ART_SUPERVISION_RETURN_STATE. From now on the state is the caller's, who frees it as the child's `destroy` would; that is not called. A state
/// that is not taken is destroyed when the handler returns, and at once if the supervisor hears nothing of its children, or the root is
/// the supervisor. `*out` is NULL on failure.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_NO_CONTEXT, ART_NOT_FOUND if there is none or it was taken, and the codes of every owner-thread
/// function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_take_state(
    context: *mut art_context,
    out: *mut *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, std::ptr::null_mut());
        guard::handler(context, |_, context, _| {
            guard::not_null(out, "out")?;
            let last = context.take_offer();
            let last =
                last.ok_or_else(|| Failure::new(ART_NOT_FOUND, "there is no last state of a child"))?;
            guard::write(out, last.into_state(), "out")
        })
    }
}

/// The starts that are under way.
#[derive(Default)]
pub(crate) struct Starts {
    /// Whose `create` runs.
    creating: RefCell<Option<Rc<Life>>>,
    /// Those that have a state and are not ready.
    open: RefCell<HashMap<art_actor, Rc<Life>>>,
}

impl Starts {
    /// The `create` of an actor runs until the result is dropped.
    pub(crate) fn begin(&self, life: &Rc<Life>) -> impl Drop {
        struct Creating<'a>(&'a RefCell<Option<Rc<Life>>>);
        impl Drop for Creating<'_> {
            fn drop(&mut self) {
                drop(self.0.take());
            }
        }
        life.starting.set(false);
        self.forget(life.actor.get());
        self.creating.replace(Some(Rc::clone(life)));
        Creating(&self.creating)
    }

    /// The actor of this id, if its `create` is running.
    fn created_now(&self, actor: art_actor) -> Option<Rc<Life>> {
        self.creating.borrow().clone().filter(|life| life.actor.get() == actor)
    }

    /// An actor has its state, and is to say when it is ready.
    pub(crate) fn wait_for(&self, life: &Rc<Life>) {
        self.open.borrow_mut().insert(life.actor.get(), Rc::clone(life));
    }

    /// A start is over. One whose `create` is running yet is over with that.
    fn end(&self, actor: art_actor) {
        let open = self.open.borrow_mut().remove(&actor);
        if let Some(life) = open {
            life.started();
        } else if let Some(life) = self.created_now(actor) {
            life.starting.set(false);
        }
    }

    /// An actor has ended, or is made anew.
    pub(crate) fn forget(&self, actor: art_actor) {
        drop(take_out(&self.open, actor));
    }
}
