//! The end of an actor with relations: its children first, the youngest first, then its hook, then itself.
//!
//! Nothing in here recurses along the tree: each step that leads to another actor is a turn of its own in the urgent lane.

use super::tree::{self, soon};
use super::{groups, names, settle, start, system, terminate};
use crate::actor::{handle, lifecycle};
use crate::engine::kin::child::ChildState;
use crate::engine::kin::exit::{Phase, StartError};
use crate::engine::kin::hooks::Stopping;
use crate::engine::kin::policy::Shutdown;
use crate::engine::kin::{Ending, Stage};
use crate::engine::mode::OVER;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::kernel::cell::State;
use crate::kernel::handle::AnyActor;

/// An actor with relations is to end. The cause comes back if that can be at once, and nobody else has a say.
pub(super) fn begin(shared: &Shared, actor: &AnyActor, cause: StopCause) -> Option<StopCause> {
    let header = actor.header();
    if shared.mode.has(OVER) {
        return close(shared, actor, cause);
    }
    let killed = matches!(cause, StopCause::Killed(_));
    if header.state() == State::Ending && !killed {
        // It was killed: that end is on its way, and is the one that counts.
        tree::dispose(shared, cause);
        return None;
    }
    let entry = tree::entry_of(shared, header);
    let cause = start::keep_for_caller(shared, entry, cause);
    let phase = tree::phase(shared, header);
    let orderly = matches!(cause, StopCause::Stopped | StopCause::Dropped);
    let superseded = shared.kin(header, |kin| match &mut kin.ending {
        // Of several ends the first counts, except that a kill is final, and a failure of the last turns.
        Some(ending) if killed => Ok(Some(std::mem::replace(&mut ending.cause, cause))),
        Some(ending) if ending.stage == Stage::Hook && matches!(cause, StopCause::Failed(_)) => {
            ending.phase = Phase::Stopping;
            Ok(Some(std::mem::replace(&mut ending.cause, cause)))
        }
        Some(ending) => {
            // Told to stop while it fails, it does not come back.
            ending.ordered |= orderly;
            Err(cause)
        }
        None => {
            let ordered = kin.draining || orderly;
            kin.ending = Some(Ending { cause, phase, stage: Stage::Children, ordered });
            Ok(None)
        }
    });
    match superseded {
        Err(later) => {
            tree::dispose(shared, later);
            close_for_good(shared, actor, entry);
        }
        Ok(former) => {
            tree::dispose(shared, former);
            if killed {
                kill_marked(shared, actor);
            } else {
                hold_messages(shared, actor, entry);
                advance(shared, actor);
            }
        }
    }
    None
}

/// An actor that is ending handles no messages. If it comes back they wait for that, else it takes no more.
fn hold_messages(shared: &Shared, actor: &AnyActor, entry: u64) {
    let header = actor.header();
    if matches!(header.state(), State::Ready | State::Held) {
        header.set_state(State::Paused);
    }
    close_for_good(shared, actor, entry);
}

/// One that does not come back takes no more messages.
fn close_for_good(shared: &Shared, actor: &AnyActor, entry: u64) {
    if !settle::comes_back(shared, entry, actor.header()) {
        start::close_mailbox(shared, actor.header());
        // From here on they may be another one's.
        names::free(shared, actor.header());
        groups::leave_all(shared, actor.header());
    }
}

/// Goes on with the end of an actor as far as nothing is to be waited for.
pub(super) fn advance(shared: &Shared, actor: &AnyActor) {
    let header = actor.header();
    if header.has_ended() {
        return;
    }
    let family = shared.kin_of(header, |kin| (kin.ending.is_some(), kin.family.children));
    let Some((true, children)) = family else { return };
    if let Some(child) = last_living(shared, children.last()) {
        return leave(shared, child);
    }
    if shared.current.get() != 0 {
        // The hook is a turn, and a handler is on the stack.
        let actor = actor.clone();
        return soon(shared, move |shared| advance(shared, &actor));
    }
    if run_hook(shared, actor) {
        settle::finish(shared, actor);
    }
}

/// The youngest child that has not ended; those of which only the entry is left go on the way.
pub(super) fn last_living(shared: &Shared, mut entry: u64) -> Option<u64> {
    while let Some((before, living)) =
        tree::child(shared, entry, |child| (child.links.before, child.actor.is_some()))
    {
        if living {
            return Some(entry);
        }
        tree::forget(shared, entry);
        entry = before;
    }
    None
}

/// Calls the hook of an actor that was told to stop. True if nothing more is to be waited for.
fn run_hook(shared: &Shared, actor: &AnyActor) -> bool {
    let header = actor.header();
    let Some(hooks) = tree::hooks(shared, header) else { return true };
    let mut waits = false;
    let cause = shared.kin_of(header, |kin| {
        let stopped = kin.stopped;
        let ending = kin.ending.as_mut()?;
        let orderly = matches!(ending.cause, StopCause::Stopped | StopCause::Dropped);
        if ending.stage == Stage::Hook && orderly && !stopped {
            waits = true;
            return None;
        }
        if ending.stage == Stage::Hook || ending.phase == Phase::Starting || !orderly {
            return None;
        }
        ending.stage = Stage::Hook;
        Some(std::mem::replace(&mut ending.cause, StopCause::Stopped))
    });
    let Some(cause) = cause.flatten() else { return !waits };
    let outcome = (hooks.stop)(actor, &cause);
    if header.has_ended() {
        // Killed in its last turn: that end is on its way.
        return false;
    }
    let said = shared.kin_of(header, |kin| {
        let ending = kin.ending.as_mut()?;
        let (done, cause) = match outcome {
            Ok(stopping) => (stopping == Stopping::Done || kin.stopped, cause),
            Err(failed) => {
                ending.phase = Phase::Stopping;
                (true, failed)
            }
        };
        ending.cause = cause;
        Some(done)
    });
    let done = said.flatten().unwrap_or(false);
    if !done {
        header.set_state(State::Held);
        // What it needs may have come while its children ended.
        lifecycle::release_stash(shared, header);
    }
    done
}

/// An actor that had asked for further turns needs no more.
pub(super) fn stopped(shared: &Shared, actor: &AnyActor) {
    let waits = shared.kin_of(actor.header(), |kin| {
        kin.stopped = kin.ending.as_ref().is_some_and(|ending| ending.stage == Stage::Hook);
        kin.stopped
    });
    if waits == Some(true) {
        let actor = actor.clone();
        soon(shared, move |shared| {
            if actor.header().state() == State::Held {
                settle::finish(shared, &actor);
            }
        });
    }
}

/// A supervisor asks a child to end, in the way and within the time that its spec says.
pub(super) fn leave(shared: &Shared, entry: u64) {
    let found = tree::child(shared, entry, |child| {
        let first = !std::mem::replace(&mut child.leaving, true);
        child.actor.clone().filter(|_| first).map(|actor| (actor, child.plan.settings().shutdown))
    });
    let Some((actor, shutdown)) = found.flatten() else { return };
    end_within(shared, entry, actor, shutdown);
}

/// The same for good: it does not come back, whatever else is under way.
pub(super) fn dismiss(shared: &Shared, entry: u64) {
    tree::child(shared, entry, |child| child.dismissed = true);
    leave(shared, entry);
}

/// Ends a child in this way.
pub(super) fn end_within(shared: &Shared, entry: u64, actor: AnyActor, shutdown: Shutdown) {
    match shutdown {
        Shutdown::After(wait) => {
            tree::arm(shared, entry, tree::later(shared, wait), move |shared| expire(shared, entry))
        }
        Shutdown::Kill | Shutdown::Infinite => tree::disarm(shared, entry),
    }
    let incarnation = handle::incarnation(&actor);
    soon(shared, move |shared| match shutdown {
        // Another one is there now.
        _ if incarnation != handle::incarnation(&actor) => {}
        Shutdown::Kill => kill(&actor, "its supervisor ends it by a kill"),
        // It lives on for as long as it is waited for.
        Shutdown::After(_) | Shutdown::Infinite if system::refuses_end(shared, &actor) => {}
        Shutdown::After(_) | Shutdown::Infinite => lifecycle::end(&actor, StopCause::Stopped),
    });
}

/// A child took too long to end.
fn expire(shared: &Shared, entry: u64) {
    let actor = tree::child(shared, entry, |child| child.actor.clone());
    if let Some(actor) = actor.flatten() {
        for actor in tree::subtree(shared, &actor) {
            terminate::note_killed(shared, &actor);
        }
        kill(&actor, "it did not stop in time");
    }
}

/// Kills an actor and all below it. Nothing of it is on the stack: only timers and turns of the tree come here.
pub(super) fn kill(actor: &AnyActor, reason: &'static str) {
    lifecycle::end(actor, StopCause::Killed(reason.into()));
}

/// From here on no handler and no hook of the actor, or of any below it, starts.
pub(super) fn condemn(shared: &Shared, actor: &AnyActor) {
    for actor in tree::subtree(shared, actor) {
        let header = actor.header();
        header.set_state(State::Ending);
        let returns = settle::comes_back(shared, tree::entry_of(shared, header), header);
        header.set_returns(returns);
        if !returns {
            start::close_mailbox(shared, header);
        }
    }
}

/// Ends an actor that is killed, with all below it. They go when nothing of them is on the stack.
fn kill_marked(shared: &Shared, actor: &AnyActor) {
    condemn(shared, actor);
    if shared.kin_of(actor.header(), |kin| kin.family.children.len()) == Some(0) {
        return settle::finish(shared, actor);
    }
    let actor = actor.clone();
    soon(shared, move |shared| reap(shared, &actor));
}

/// Ends an actor that was killed with all below it, from the leaves on.
fn reap(shared: &Shared, actor: &AnyActor) {
    let condemned = tree::subtree(shared, actor);
    for below in condemned[1..].iter().rev() {
        settle::finish_with(shared, below, "its supervisor was killed");
    }
    settle::finish(shared, actor);
}

/// The runtime ends: no hooks, no restarts, nobody to tell but those outside. All below the actor goes now, from the leaves on.
fn close(shared: &Shared, actor: &AnyActor, cause: StopCause) -> Option<StopCause> {
    for below in tree::subtree(shared, actor).iter().rev() {
        let entry = tree::entry_of(shared, below.header());
        let known = tree::child(shared, entry, |child| {
            child.state = ChildState::Kept;
            child.outcome.take()
        });
        tree::forget(shared, entry);
        below.header().set_returns(false);
        if let Some(Some(outcome)) = known {
            shared.contain(|| outcome.ret(Err(StartError::Closed)));
        }
        if below.cell() != actor.cell() {
            _ = lifecycle::bury(below, StopCause::Dropped, |_| ());
        }
    }
    Some(cause)
}
