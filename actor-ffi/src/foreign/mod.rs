//! A C actor as the runtime sees it: a Rust value that passes each packet on to a table of functions.
//!
//! Invariants: `destroy` runs exactly once for each state that `create` made, when the value is dropped. While a handler runs, the
//! block's context points to its `Turn`; at no other time. What a handler asked for beside returning is taken from the context before
//! anything else runs.
//!
//! `life` is what outlives the value, `ending` its ends, `lifecycle` what it hears of itself and its children, `timed` the log of slow
//! handlers, `packet` what is no ordinary message.

mod ending;
mod life;
mod lifecycle;
mod packet;
#[cfg(test)]
mod tests;
mod timed;

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ptr;
use std::rc::Rc;

use actor_rt::{Cx, Packet, Receive, StopCause, Word};

pub(crate) use self::ending::{End, Exit};
pub(crate) use self::life::Life;
pub(crate) use self::packet::complete;
use crate::actor::*;
use crate::context::Turn;
use crate::handle::art_context;
use crate::message::*;
use crate::runtime::Block;
use crate::status::*;

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

impl ForeignActor {
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
