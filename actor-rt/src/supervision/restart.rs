//! Restarting in place: whether, when, and how.

use super::tree::{self, soon};
use super::{ending, group, numbered_timers, start};
use crate::actor::lifecycle;
use crate::engine::kin::child::ChildState;
use crate::engine::kin::family::Work;
use crate::engine::kin::policy::Strategy;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::kernel::handle::AnyActor;
use std::time::Duration;

/// Whether one more restart of a child is within what it and its supervisor allow. If so, it is counted.
pub(super) fn is_admitted(shared: &Shared, entry: u64, supervisor: u64) -> bool {
    let now = shared.now.get();
    let own = tree::child(shared, entry, |child| {
        let intensity = child.plan.settings().intensity;
        intensity.is_none_or(|intensity| child.history.admits(now, &intensity))
    });
    own == Some(true)
        && tree::family(shared, supervisor, |family| family.history.admits(now, &family.settings.intensity))
            == Some(true)
}

/// A child's incarnation has ended, and it is to be restarted, with whoever the strategy names.
pub(super) fn again(shared: &Shared, entry: u64, actor: &AnyActor, cause: StopCause) {
    let wait = next_wait(shared, entry);
    let supervisor = tree::child(shared, entry, |child| child.supervisor).unwrap_or_default();
    let strategy = tree::family(shared, supervisor, |family| family.settings.strategy);
    vacate(shared, entry, actor, cause);
    match strategy.unwrap_or_default() {
        Strategy::OneForOne => start_after(shared, entry, wait),
        Strategy::OneForAll => group::begin(shared, supervisor, None, wait),
        Strategy::RestForOne => group::begin(shared, supervisor, Some(entry), wait),
    }
}

/// Empties a child's cell: it is preparing again. Who is linked or listens is not told: this is no death.
pub(super) fn vacate(shared: &Shared, entry: u64, actor: &AnyActor, cause: StopCause) {
    // What it was asked for is done.
    tree::child(shared, entry, |child| child.leaving = false);
    lifecycle::renew(shared, actor, &cause);
    numbered_timers::forget(shared, actor);
    if actor.header().is_closed() {
        start::open_mailbox(shared, entry, actor.header());
    }
    let now = shared.now.get();
    let waits = shared.kin(actor.header(), |kin| kin.family.timer.take());
    shared.disarm(waits);
    shared.kin(actor.header(), |kin| {
        // It begins anew, without children.
        kin.family.history.begin(now);
        kin.family.work = Work::None;
        kin.draining = false;
        kin.opening = false;
        kin.awaits = 0;
        kin.holds = false;
        kin.held_for = 0;
        kin.reason = None;
        kin.code = None;
    });
    let former = tree::child(shared, entry, |child| {
        child.state = ChildState::Waiting;
        child.ended_by.replace(cause)
    });
    tree::dispose(shared, former);
    if tree::child(shared, entry, |child| std::mem::take(&mut child.leaving)) == Some(true) {
        // It was asked again by the last hook or the destructor of this one: that is for the next one, which does not begin.
        ending::leave(shared, entry);
    }
    let supervisor = tree::child(shared, entry, |child| child.supervisor);
    group::advance_soon(shared, supervisor.unwrap_or_default());
}

/// How long the next restart of a child waits, in nanoseconds.
fn next_wait(shared: &Shared, entry: u64) -> u64 {
    let now = shared.now.get();
    let random = shared.tree.with(|tree| tree.random());
    let wait = tree::child(shared, entry, |child| {
        let backoff = child.plan.settings().backoff?;
        let lived = Duration::from_nanos(now.saturating_sub(child.ready_at));
        if child.state == ChildState::Running && lived >= backoff.reset {
            child.row = 0;
        }
        let wait = backoff.wait(child.row, random);
        child.row += 1;
        Some(wait)
    });
    wait.flatten().map_or(0, |wait| u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX))
}

/// Starts a child anew after so many nanoseconds.
fn start_after(shared: &Shared, entry: u64, wait: u64) {
    if wait == 0 {
        return soon(shared, move |shared| start_again(shared, entry));
    }
    let deadline = tree::later(shared, Duration::from_nanos(wait));
    tree::arm(shared, entry, deadline, move |shared| start_again(shared, entry));
}

/// Starts a child whose group has let it go meanwhile: nobody is going to start it together with others.
pub(super) fn start_moved(shared: &Shared, entry: u64) {
    let supervisor = tree::child(shared, entry, |child| child.supervisor).unwrap_or_default();
    let alone =
        tree::family(shared, supervisor, |family| family.work == Work::None && family.timer.is_none());
    if alone == Some(true) {
        tree::child(shared, entry, |child| child.grouped = false);
        soon(shared, move |shared| start_again(shared, entry));
    }
}

/// Makes a child's next incarnation.
pub(super) fn start_again(shared: &Shared, entry: u64) {
    let waits = tree::child(shared, entry, |child| {
        // Whoever starts it now, another one that was to is too late.
        let waits = child.state == ChildState::Waiting && !child.leaving && !child.grouped;
        if waits {
            child.state = ChildState::Starting;
        }
        waits
    });
    if waits == Some(true) {
        start::run(shared, entry);
    }
}
