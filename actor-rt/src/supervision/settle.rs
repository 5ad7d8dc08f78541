//! What becomes of a child that has ended: another incarnation, or nothing; and who is told.

use super::tree::{self, soon};
use super::{ending, group, restart, start, terminate};
use crate::actor::lifecycle;
use crate::engine::id::ActorId;
use crate::engine::kin::child::{Child, ChildState, ROOT};
use crate::engine::kin::exit::{ChildEvent, Phase};
use crate::engine::kin::hooks::Escalation;
use crate::engine::kin::policy::{AutoShutdown, Restart};
use crate::engine::kin::{Ending, Stage};
use crate::engine::shared::Shared;
use crate::engine::stop_cause::{ErrorCode, PanicError, StopCause};
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::AnyActor;
use std::rc::Rc;

/// What becomes of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is restarted, and with it whoever the strategy names.
    Restart,
    /// Its supervisor is restarting it together with others.
    Again,
    /// It is gone, and nobody minds.
    Gone,
    /// It is gone, and the failure is its supervisor's affair.
    Escalate,
}

/// Nothing is left to wait for: the incarnation ends.
pub(super) fn finish(shared: &Shared, actor: &AnyActor) {
    let ending = shared.kin_of(actor.header(), |kin| {
        kin.stopped = false;
        let ending = kin.ending.take()?;
        kin.phase = ending.phase;
        Some((ending, kin.reason.clone()))
    });
    let Some(Some((ending, reason))) = ending else { return };
    let abnormal = is_abnormal(&ending);
    let Ending { cause, phase, .. } = ending;
    let entry = tree::entry_of(shared, actor.header());
    tree::disarm(shared, entry);
    let verdict = judge(shared, entry, abnormal);
    actor.header().set_returns(matches!(verdict, Some(Verdict::Restart | Verdict::Again)));
    match verdict {
        None => _ = lifecycle::bury(actor, cause, |_| ()),
        Some(Verdict::Restart) => restart::again(shared, entry, actor, cause),
        Some(Verdict::Again) => {
            restart::vacate(shared, entry, actor, cause);
            restart::start_moved(shared, entry);
        }
        Some(verdict) => {
            let end = End { phase, cause, reason, escalates: verdict == Verdict::Escalate };
            remove(shared, entry, actor, end);
        }
    }
}

/// The same for one that ends with its supervisor, whatever was under way.
pub(super) fn finish_with(shared: &Shared, actor: &AnyActor, reason: &'static str) {
    let entry = tree::entry_of(shared, actor.header());
    tree::child(shared, entry, |child| child.leaving = true);
    let phase = tree::phase(shared, actor.header());
    let former = shared.kin(actor.header(), |kin| {
        let cause = StopCause::Killed(reason.into());
        kin.ending.replace(Ending { cause, phase, stage: Stage::Children, ordered: true })
    });
    tree::dispose(shared, former);
    finish(shared, actor);
}

/// Whether a child would be restarted, as far as that can be told before it has ended.
pub(super) fn comes_back(shared: &Shared, entry: u64, header: &CellHeader) -> bool {
    let abnormal = shared.kin_of(header, |kin| match &kin.ending {
        Some(ending) => is_abnormal(ending),
        None => !kin.draining,
    });
    let abnormal = abnormal.unwrap_or(true);
    tree::child(shared, entry, |child| wants_restart(child, abnormal)).unwrap_or(false)
}

fn wants_restart(child: &Child, abnormal: bool) -> bool {
    if child.dismissed {
        return false;
    }
    if child.leaving || matches!(child.state, ChildState::Calling | ChildState::First) {
        return child.grouped && child.plan.settings().restart != Restart::Temporary;
    }
    match child.plan.settings().restart {
        Restart::Permanent => true,
        Restart::Transient => abnormal,
        Restart::Temporary => false,
    }
}

/// Whether something is wrong with such an end.
fn is_abnormal(ending: &Ending) -> bool {
    !ending.ordered && matches!(ending.cause, StopCause::Failed(_) | StopCause::Killed(_) | StopCause::Lost)
}

/// What is to become of a child. None if the actor is nobody's child.
fn judge(shared: &Shared, entry: u64, abnormal: bool) -> Option<Verdict> {
    let (wanted, grouped, supervisor) = tree::child(shared, entry, |child| {
        (wants_restart(child, abnormal), child.grouped, child.supervisor)
    })?;
    if tree::is_leaving(shared, supervisor) || !wanted && !grouped {
        return Some(Verdict::Gone);
    }
    if grouped {
        return Some(if wanted { Verdict::Again } else { Verdict::Gone });
    }
    Some(if restart::is_admitted(shared, entry, supervisor) { Verdict::Restart } else { Verdict::Escalate })
}

/// A child's end for good.
struct End {
    phase: Phase,
    cause: StopCause,
    reason: Option<Rc<str>>,
    escalates: bool,
}

/// A child is gone for good.
fn remove(shared: &Shared, entry: u64, actor: &AnyActor, end: End) {
    let End { phase, cause, reason, escalates } = end;
    let id = ActorId(actor.header().id());
    let found = tree::child(shared, entry, |child| {
        let first = matches!(child.state, ChildState::Calling | ChildState::First);
        let told = child.state;
        (
            child.plan.clone(),
            child.supervisor,
            first,
            told,
            child.outcome.take(),
            child.leaving || child.dismissed,
        )
    });
    let Some((plan, supervisor, first, told, outcome, leaving)) = found else { return };
    let mut state = None;
    let keeps = !is_panic(&cause);
    let mut copy = StopCause::Failed("its text could not be had".into());
    shared.contain(|| copy = copy_of(&cause));
    let cause = lifecycle::bury(actor, cause, |shared| {
        if keeps {
            state = plan.take_state(shared, actor);
        }
    });
    tree::take_actor(shared, entry);
    tree::child(shared, entry, |child| child.state = ChildState::Kept);
    let keep = tree::child(shared, entry, |child| child.keep || child.plan.settings().keep);
    if told == ChildState::Calling {
        // Its caller looks after the entry.
        tree::child(shared, entry, |child| child.state = ChildState::Calling);
    } else if keep != Some(true) || first || tree::is_leaving(shared, supervisor) {
        tree::forget(shared, entry);
    } else {
        let last = tree::child(shared, entry, |child| {
            child.leaving = false;
            child.dismissed = false;
            child.grouped = false;
            child.last
        });
        shared.tree.with(|tree| tree.kept.extend(last.map(|last| (last, entry))));
    }
    // Of a first start that failed only those hear who wait for it.
    let cause = cause.unwrap_or(copy);
    if let Some(outcome) = outcome {
        shared.contain(|| outcome.ret(Err(cause.into())));
    } else if !first {
        let significant = plan.settings().significant && !leaving;
        if escalates {
            escalate(shared, supervisor, id, cause);
        } else {
            start::tell(shared, supervisor, ChildEvent::Ended { child: id, phase, cause, reason, state });
        }
        if significant {
            auto_shutdown(shared, supervisor);
        }
    }
    tree::dispose(shared, plan);
    child_gone(shared, supervisor);
}

/// The same cause for whoever hears of it second: the error itself has gone to the notifier, its text is here.
fn copy_of(cause: &StopCause) -> StopCause {
    match cause {
        StopCause::Stopped => StopCause::Stopped,
        StopCause::Failed(error) => StopCause::Failed(ErrorCode::copy_of(&**error)),
        StopCause::Killed(error) => StopCause::Killed(ErrorCode::copy_of(&**error)),
        StopCause::Dropped => StopCause::Dropped,
        StopCause::Lost => StopCause::Lost,
    }
}

fn is_panic(cause: &StopCause) -> bool {
    matches!(cause, StopCause::Failed(error) if error.is::<PanicError>())
}

/// A child is gone: its supervisor may be waiting for that.
pub(super) fn child_gone(shared: &Shared, supervisor: u64) {
    group::advance_soon(shared, supervisor);
    if supervisor == ROOT {
        return terminate::advance_soon(shared);
    }
    let Some(actor) = shared.actor(supervisor) else { return };
    if tree::is_ending(shared, actor.header()) {
        soon(shared, move |shared| ending::advance(shared, &actor));
    }
}

/// A child has failed too often. Its supervisor decides; of the root's children the host hears.
fn escalate(shared: &Shared, supervisor: u64, child: ActorId, cause: StopCause) {
    let incarnation = tree::incarnation(shared, supervisor);
    soon(shared, move |shared| {
        if supervisor == ROOT {
            return terminate::escalated(shared, child, cause);
        }
        let Some(actor) = shared.actor(supervisor) else { return };
        if tree::is_ending(shared, actor.header()) || tree::incarnation(shared, supervisor) != incarnation {
            return;
        }
        let hooks = tree::hooks(shared, actor.header());
        match hooks.map_or(Escalation::Restart, |hooks| (hooks.escalated)(&actor, child, &cause)) {
            Escalation::Ignore => {}
            Escalation::Stop => lifecycle::end(&actor, StopCause::Stopped),
            Escalation::Restart => {
                let text = format!("child {:#x} failed too often: {cause}", child.0);
                lifecycle::end(&actor, StopCause::Failed(text.into()));
            }
        }
    });
}

/// A significant child has ended by itself: its supervisor may be to end, too.
fn auto_shutdown(shared: &Shared, supervisor: u64) {
    let Some((settings, significant)) =
        tree::family(shared, supervisor, |family| (family.settings, family.significant))
    else {
        return;
    };
    let ends = match settings.auto_shutdown {
        AutoShutdown::Never => false,
        AutoShutdown::AnySignificant => true,
        AutoShutdown::AllSignificant => significant == 0,
    };
    if !ends {
        return;
    }
    let incarnation = tree::incarnation(shared, supervisor);
    soon(shared, move |shared| {
        if supervisor == ROOT {
            return terminate::begin(shared, None, None);
        }
        // The one that had the child.
        let actor = shared.actor(supervisor).filter(|_| tree::incarnation(shared, supervisor) == incarnation);
        if let Some(actor) = actor {
            lifecycle::end(&actor, StopCause::Stopped);
        }
    });
}
