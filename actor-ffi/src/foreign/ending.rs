//! How an actor ends: what its handlers ask for, with which reason, and who is told.

use std::error::Error;
use std::fmt;
use std::ptr;

use actor_rt::{Cx, ErrorCode, PanicError, StopCause};

use super::ForeignActor;
use super::life::Life;
use crate::actor::*;
use crate::callback::ART_LOG_ERROR;
use crate::exit;
use crate::status::{self, *};

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
    /// Keeps what the handler of a word asked for.
    #[cold]
    #[inline(never)]
    pub(super) fn put_off(&self, status: art_status) -> bool {
        self.asked.set(Some((status, self.block().context.take_end())));
        true
    }

    /// A handler failed or asked to stop.
    #[cold]
    #[inline(never)]
    pub(super) fn finish(
        &self,
        cx: &mut Cx<'_, ForeignActor>,
        status: art_status,
        end: Option<Box<End>>,
        phase: u32,
    ) {
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
    pub(super) fn with_cause(&self, cause: &StopCause, f: impl FnOnce(&art_stop_cause)) {
        let (kind, error) = exit::parts_of(cause);
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
        if engine.settings.log.is_read() && matches!(cause, StopCause::Failed(_)) {
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
    pub(super) fn forget(&self) {
        let (engine, actor) = (&self.block().engine, self.actor.get());
        engine.forget_reason(actor);
        engine.starts.forget(actor);
        engine.coalesced.forget(actor);
    }

    /// The name by which people know the actor.
    pub(super) fn title(&self) -> String {
        match self.name.get() {
            Some(name) => format!("actor {name}"),
            None => format!("actor {:#x}", self.actor.get()),
        }
    }
}
