//! What a supervised actor hears of its life and of its children, and what it decides: by the hooks of its configuration, and as messages.

use std::ffi::c_void;
use std::time::Duration;

use actor_rt::supervision::{ChildEvent, Escalation, Lifecycle, Reaction, Run, Stopping, SystemMessage};
use actor_rt::{ActorId, Cx, StopCause};

use super::ForeignActor;
use crate::actor::*;
use crate::callback::ART_LOG_ERROR;
use crate::context::Turn;
use crate::exit::{self, ART_CHILD_ENDED, ART_CHILD_RESTARTED, Told};
use crate::handle::art_context;
use crate::hooks::{self, art_actor_hooks};
use crate::status::*;
use crate::step::ART_NEVER;
use crate::tag::{ART_TAG_CHILD, ART_TAG_STOP};

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
        if engine.settings.log.is_read() && matches!(cause, StopCause::Failed(_)) {
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
