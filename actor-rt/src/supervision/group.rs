//! Restarting several children together: the others end, the youngest first, then all are started, the oldest first.

use super::tree::{self, soon};
use super::{ending, restart};
use crate::engine::kin::child::ChildState;
use crate::engine::kin::family::Work;
use crate::engine::shared::Shared;
use std::time::Duration;

/// Begins to restart a supervisor's children: all, or those from `first` on. If others are being restarted, these join them.
pub(super) fn begin(shared: &Shared, supervisor: u64, first: Option<u64>, wait: u64) {
    let Some(children) = tree::family(shared, supervisor, |family| family.children) else { return };
    let from = first.unwrap_or(children.first());
    shared.tree.with(|tree| {
        for id in tree.children.list(from, ()) {
            if let Some(child) = tree.children.get(id) {
                child.grouped |= child.actor.is_some();
            }
        }
    });
    disarm(shared, supervisor);
    tree::family(shared, supervisor, |family| family.work = Work::Ending { child: children.last(), wait });
    advance_soon(shared, supervisor);
}

/// A child has left the group's list: the group is gone through from its end, or its beginning, again.
pub(super) fn rewind(shared: &Shared, supervisor: u64) {
    tree::family(shared, supervisor, |family| match &mut family.work {
        Work::Ending { child, .. } => *child = family.children.last(),
        Work::Starting { child } => *child = family.children.first(),
        Work::None => {}
    });
}

/// Looks after a group in the next turn, if there is one.
pub(super) fn advance_soon(shared: &Shared, supervisor: u64) {
    if tree::family(shared, supervisor, |family| family.work != Work::None) == Some(true) {
        soon(shared, move |shared| advance(shared, supervisor));
    }
}

fn advance(shared: &Shared, supervisor: u64) {
    let leaving = tree::is_leaving(shared, supervisor);
    let work = tree::family(shared, supervisor, |family| {
        if leaving {
            // They all end with it.
            family.work = Work::None;
        }
        (family.work, family.children)
    });
    match work {
        Some((Work::Ending { child, wait }, children)) => {
            let known = tree::child(shared, child, |_| ()).is_some();
            end_next(shared, supervisor, if known { child } else { children.last() }, wait);
        }
        Some((Work::Starting { child }, children)) => {
            let known = tree::child(shared, child, |_| ()).is_some();
            start_next(shared, supervisor, if known { child } else { children.first() });
        }
        Some((Work::None, _)) | None => {}
    }
}

/// Ends the youngest of the group that is not empty yet, from this entry on towards the older ones.
fn end_next(shared: &Shared, supervisor: u64, mut entry: u64, wait: u64) {
    while let Some((before, lives)) = tree::child(shared, entry, |child| {
        (child.links.before, child.grouped && child.actor.is_some() && child.state != ChildState::Waiting)
    }) {
        if lives {
            tree::family(shared, supervisor, |family| family.work = Work::Ending { child: entry, wait });
            return ending::leave(shared, entry);
        }
        entry = before;
    }
    let first = tree::family(shared, supervisor, |family| {
        let first = family.children.first();
        // Until then it is nobody's turn.
        family.work = if wait == 0 { Work::Starting { child: first } } else { Work::None };
        first
    });
    let Some(first) = first else { return };
    if wait == 0 {
        return start_next(shared, supervisor, first);
    }
    let number = tree::family(shared, supervisor, |family| family.timers);
    let timer = tree::at(shared, tree::later(shared, Duration::from_nanos(wait)), move |shared| {
        let goes_on = tree::family(shared, supervisor, |family| {
            // Unless another failure has begun it anew.
            let goes_on = Some(family.timers) == number && family.work == Work::None;
            if goes_on {
                family.timer = None;
                family.work = Work::Starting { child: family.children.first() };
            }
            goes_on
        });
        if goes_on == Some(true) {
            advance(shared, supervisor);
        }
    });
    tree::family(shared, supervisor, |family| family.timer = Some(timer));
}

/// A group waits no more.
pub(super) fn disarm(shared: &Shared, supervisor: u64) {
    let timer = tree::family(shared, supervisor, |family| {
        family.timers += 1;
        family.timer.take()
    });
    shared.disarm(timer.flatten());
}

/// Starts the oldest of the group that waits, from this entry on towards the younger ones.
fn start_next(shared: &Shared, supervisor: u64, mut entry: u64) {
    while let Some((behind, is_next, is_awaited)) = tree::child(shared, entry, |child| {
        let is_next = child.grouped && child.state == ChildState::Waiting;
        // One that came from another group, and has not ended for that yet, comes back by itself.
        child.grouped &= !is_next;
        let is_awaited = child.awaited && child.state == ChildState::Starting;
        child.awaited = is_next || is_awaited;
        (child.links.behind, is_next, is_awaited)
    }) {
        if is_next {
            tree::family(shared, supervisor, |family| family.work = Work::Starting { child: entry });
            return restart::start_again(shared, entry);
        }
        if is_awaited {
            // The one that was started before: its turn lasts until it is ready.
            return;
        }
        entry = behind;
    }
    tree::family(shared, supervisor, |family| family.work = Work::None);
}
